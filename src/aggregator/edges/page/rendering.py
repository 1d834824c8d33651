"""A page in every language of the interface."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment
from markupsafe import Markup

from aggregator.core.model import Output
from aggregator.core.page import Archive, Frame, Item, Listing, Page, Results, Section
from aggregator.core.page.dates import write_weekdays
from aggregator.edges.page.opening import explain, open_templates
from aggregator.edges.page.words import Words, load_words

MEDIA_TYPE = "text/html; charset=utf-8"
_Model = Page | Archive | Listing | Results


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files of a page; `problem` says what a site's template broke, if one did."""

    outputs: tuple[Output, ...]
    problem: str | None = None


def render_page(page: Page, templates: Path | None = None) -> Rendered:
    """A list of stories in each language: `index.html`, `index.hy.html`, ..."""
    return _render_all("page.html", page, templates)


def render_archive(archive: Archive, templates: Path | None = None) -> Rendered:
    """The list of all days, in each language."""
    return _render_all("archive.html", archive, templates)


def render_listing(listing: Listing, templates: Path | None = None) -> Rendered:
    """The list of all folders of a kind, in each language."""
    return _render_all("listing.html", listing, templates)


def render_results(results: Results, language: str, templates: Path | None = None) -> Rendered:
    """What a search found, in one language, or the first one where there are no words of it."""
    known = results.frame.languages
    return _try("search.html", results, [language if language in known else known[0]], templates)


def name_file(language: str, frame: Frame) -> str:
    """The name of a page's file in a language."""
    return "index.html" if language == frame.languages[0] else f"index.{language}.html"


def _render_all(name: str, page: _Model, site: Path | None) -> Rendered:
    return _try(name, page, page.frame.languages, site)


def _try(name: str, page: _Model, languages: Sequence[str], site: Path | None) -> Rendered:
    """With the site's templates, or with ours and the reason."""
    if site is not None:
        try:
            return Rendered(tuple(_render(name, page, languages, open_templates(site))))
        except Exception as error:  # noqa: BLE001 - a template can raise anything; it is told
            problem = explain(error, site)
    else:
        problem = None
    return Rendered(tuple(_render(name, page, languages, open_templates(None))), problem)


def _render(
    name: str, page: _Model, languages: Sequence[str], environment: Environment
) -> Iterator[Output]:
    template = environment.get_template(name)
    for language in languages:
        body = template.render(_describe(page, load_words(language)))
        path = page.frame.folder + name_file(language, page.frame)
        # A lone surrogate in one story, which no encoding has, costs itself alone.
        yield Output(path, MEDIA_TYPE, body.encode(errors="replace"))


def _describe(page: _Model, words: Words) -> Mapping[str, Any]:
    """All that a template can ask for; docs/page.md promises these names."""
    frame, language = page.frame, words.language
    file = name_file(language, frame)
    own = "" if language == frame.languages[0] else file
    return {
        "page": page,
        "frame": frame,
        "lang": language,
        "locale": words.table["locales"][language],
        "summary": _summarise(page, words),
        "address": None if frame.address is None else frame.address + own,
        "versions": [_link_version(page, one, words) for one in frame.languages],
        "weekdays": write_weekdays(language),
        "say": words.say,
        "count": words.count,
        "name_language": words.name_language,
        "time": words.write_time,
        "day": words.write_day,
        "near_day": words.write_near_day,
        "full_day": words.write_full_day,
        "month": words.write_month,
        "goto": lambda folder: folder + file,
        "mark": lambda item: _mark(item, language),
        "name_section": lambda section: _name_section(section, words),
        **_describe_search(page, language),
    }


def _describe_search(page: _Model, language: str) -> Mapping[str, Any]:
    """What was searched for, and the addresses of other pages of what was found."""
    if not isinstance(page, Results):
        return {"query": ""}
    return {"query": page.query, "turn": lambda number: _ask(page, language, number)}


def _summarise(page: _Model, words: Words) -> str:
    about = words.say("about")
    if not isinstance(page, Page) or not page.count:
        return about
    return f"{words.count('stories', page.count)}, {words.count('sources', page.sources)}. {about}"


def _link_version(page: _Model, language: str, words: Words) -> Mapping[str, str]:
    """The same page in a language of the interface."""
    file = name_file(language, page.frame)
    href = _ask(page, language, page.number) if isinstance(page, Results) else file
    return {"language": language, "name": words.name_language(language), "href": href}


def _ask(page: Results, language: str, number: int) -> str:
    """The address of a page of what a search found; it is made on request, under one name."""
    asked = {"q": page.query}
    asked |= {} if language == page.frame.languages[0] else {"lang": language}
    asked |= {"page": str(number)} if number > 1 else {}
    return f"{page.frame.root}search?{urlencode(asked)}"


def _mark(item: Item, language: str) -> Markup:
    """The attributes of a passage that is not of the page's language and direction.

    An empty `lang` says that nobody knows the language (HTML, 3.2.6.2).
    """
    lang = "" if item.language == language else Markup(' lang="{}"').format(item.language)
    turn = "" if item.direction == "ltr" else Markup(' dir="{}"').format(item.direction)
    return Markup("{}{}").format(lang, turn)


def _name_section(section: Section, words: Words) -> str:
    if section.day is not None:
        return words.write_full_day(section.day)
    if section.anchor == "stories":
        return words.count("stories", len(section.items))
    return section.name or words.say("other")
