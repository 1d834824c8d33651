"""Whether what a page held is the report's text; what is not believed leaves the summary.

A wall for cookies or for subscribers, a list of other reports, or a page that
moved has words too: they must be those that the feed has announced.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from aggregator.core import urls
from aggregator.core.fulltext.crediting import find_credit, find_dateline, name_people
from aggregator.core.fulltext.wanting import FindDomain, refuse_place
from aggregator.core.model import Article, ArticlePage, Entry, Outcome, Source
from aggregator.core.normalise.hiding import hide_entry
from aggregator.core.secrets import find_secrets
from aggregator.core.text import clean_chars, count_words, fold, to_text, words

_HEADING = re.compile(r"\s*<h(?P<level>[1-3])>(?P<words>.*?)</h[1-3]>", re.DOTALL)

_STEM = 5
"""Letters by which words are compared: Armenian and Russian words change their ends."""
_LEAST_STEM = 3
_SHARE = 2
"""Of the different words of a summary, at least one in so many must be in the page's text."""

_SHORT_WORDS = 150
"""Walls say what they want in less."""
_END = 300
_WALL = re.compile(
    r"(?:subscribe|subscription|sign in|log in|register)[^.]{0,60}(?:to|and)"
    r" (?:read|continue|unlock)"
    r"|(?:to|and) (?:continue|keep) reading|for subscribers only|subscribers[- ]only"
    r"|already a subscriber|this (?:article|content) is for (?:subscribers|members)"
    r"|(?:we|our partners)[^.]{0,40}use[^.]{0,20} cookies|accept (?:all )?cookies"
    r"|enable (?:cookies|javascript)|before you continue|we value your privacy"
    r"|только для подписчиков|доступ[а-я]* (?:только )?(?:по подписке|подписчикам)"
    r"|оформ\w+ подписку|подпишитесь[^.]{0,40}чтобы|чтобы (?:читать|прочитать|дочитать)"
    r"|(?:использу\w+|принять|примите)[^.]{0,30}(?:cookie|куки)|включите (?:javascript|cookie)"
    r"|միայն բաժանորդների|բաժանորդագր[^։:]{0,60}(?:կարդալ|շարունակ)"
    r"|(?:օգտագործում|ընդունել|ընդունում)[^։:]{0,40}(?:cookie|քուքի|թխուկ)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Look:
    """A page's text beside the report it is to be the text of."""

    page: ArticlePage
    text: str
    entry: Entry
    source: Source
    find_domain: FindDomain


_Rule = Callable[[_Look], str]


def believe(
    entry: Entry,
    source: Source,
    page: ArticlePage,
    names: Collection[str],
    now: datetime,
    find_domain: FindDomain,
) -> Article:
    """The article that a page came to: its text, or why it is not believed.

    `names` are those of all known sources, folded, to recognise whom it credits.
    """
    html = _drop_heading(clean_chars(page.html), entry.title)
    look = _Look(page, to_text(html), entry, source, find_domain)
    for rule in _RULES:
        if why := rule(look):
            return give_up(entry, Outcome.NO_TEXT, why, now)
    return _write(look, html, names, now)


def give_up(entry: Entry, outcome: Outcome, why: str, now: datetime) -> Article:
    """The article of a page that gave no text, and why; what was found for other words goes."""
    return _count(Article(outcome, entry.digest, now, why), entry)


def _write(look: _Look, html: str, names: Collection[str], now: datetime) -> Article:
    """The article with its dateline back in its place, and with whom it credits."""
    page, entry, source = look.page, look.entry, look.source
    dateline = find_dateline(page, source, names)
    if dateline and not fold(look.text).startswith(fold(dateline.text)):
        html = f"<p>{escape(clean_chars(dateline.text), quote=False)}</p>{html}"
    article = Article(
        Outcome.TEXT,
        entry.digest,
        now,
        html=html,
        text=to_text(html),
        source=find_credit(page, look.text, dateline, source, names),
        authors=name_people(page, source),
    )
    return _count(_hide_secrets(article, entry, source), entry)


def _count(article: Article, entry: Entry) -> Article:
    before = entry.article
    if before is None:
        return article
    tries = before.tries + 1 if before.digest == entry.digest else 1
    return replace(article, tries=tries, asks=before.asks + 1)


def _hide_secrets(article: Article, entry: Entry, source: Source) -> Article:
    """The article without the operator's keys, should the page repeat them."""
    secrets = find_secrets(source.url, source.headers)
    if not secrets:
        return article
    told = replace(
        entry,
        html=article.html,
        text=article.text,
        source=article.source,
        authors=article.authors,
    )
    bare = hide_entry(told, secrets)
    return replace(
        article, html=bare.html, text=bare.text, source=bare.source, authors=bare.authors
    )


def _drop_heading(html: str, title: str) -> str:
    """The text without the page's headline over it: the report's title is published by itself.

    A dateline under it would else not be the first words.
    """
    found = _HEADING.match(html)
    if found is None:
        return html
    is_headline = found["level"] == "1" or fold(to_text(found["words"])) == fold(title)
    return html[found.end() :].lstrip() if is_headline else html


# ------------------------------------------------------------------------ rules


def _find_nothing(look: _Look) -> str:
    return "" if look.text.strip() else "no article was found in its page"


def _find_original(look: _Look) -> str:
    """A page that names another site's as its original is that site's text."""
    place = urls.resolve("", look.page.canonical or "")
    if place is None or urls.is_front_page(urls.canonical(place)):
        return ""
    if not refuse_place(look.source, place, look.find_domain):
        return ""
    host = urls.host(place)
    return (
        f"its page names {host} as the place of the original;"
        " if that is the source's own host, name it in `aliases`"
    )


def _find_price(look: _Look) -> str:
    return "its page says that the text is for subscribers" if look.page.is_paid else ""


def _find_wall(look: _Look) -> str:
    """A wall stands alone, or behind the first lines of a text."""
    seen = look.text if count_words(look.text) < _SHORT_WORDS else look.text[-_END:]
    is_wall = bool(_WALL.search(seen)) and not _WALL.search(look.entry.text)
    return "its page asks for cookies, a login or a subscription" if is_wall else ""


def _find_less(look: _Look) -> str:
    is_less = count_words(look.text) < count_words(look.entry.text)
    return "its page's text is shorter than the summary" if is_less else ""


def _find_other_words(look: _Look) -> str:
    """A summary's words must be in the text; those of a title may be in the page's own title."""
    entry = look.entry
    promised = _list_stems(entry.text) or _list_stems(entry.title)
    kept = look.text if _list_stems(entry.text) else f"{look.page.title}\n{look.text}"
    shared = promised & _list_stems(kept)
    is_other = len(shared) * _SHARE < len(promised)
    return "its page's text has other words than the summary" if is_other else ""


def _list_stems(text: str) -> frozenset[str]:
    found = (fold(word) for word in words(text))
    return frozenset(word[:_STEM] for word in found if len(word) >= _LEAST_STEM)


_RULES: tuple[_Rule, ...] = (
    _find_nothing,
    _find_original,
    _find_price,
    _find_wall,
    _find_less,
    _find_other_words,
)
