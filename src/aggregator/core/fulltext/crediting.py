"""Whom a page credits beside its publisher: by a dateline, or by a line such as "Source: ...".

Extraction of the text drops a one-line dateline ("Azatutyun.am."), so the raw
page is read. A report that another wrote must be recognised as carried, and
credit both; whom nobody here knows is credited when the page is plain about it.
"""

import re
from collections.abc import Collection, Iterable

from aggregator.core import urls
from aggregator.core.model import ArticlePage, FeedHead, Line, Person, Source, SourceRef
from aggregator.core.origin import list_names, read_datelines, read_hosts
from aggregator.core.text import clean_text, cut, fold

_LONGEST_NAME = 100
_DATELINE = 60
"""Characters that a dateline takes at most, see `core.origin`."""
_MARKS = " \t\n.,:;։՝\u2024\u2013\u2014-|/()[]\"'«»“”"

_SOURCE_LINE = re.compile(
    r"\s*(?:source|originally published (?:by|in|on|at)|first published (?:by|in|on|at)"
    r"|источник|по материалам|աղբյուր(?:ը|ն)?)\s*[:՝՛։–—-]?\s*(?P<name>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_PLAIN_SOURCE = re.compile(r"\s*(?:source|источник|աղբյուր(?:ը|ն)?)\s*[:՝։–—-]", re.IGNORECASE)
_HOST = re.compile(r"(?:www\.)?[^\W_][\w-]*(?:\.[\w-]+)*\.[^\W\d_]{2,}")
"""A name that is a host, such as "Azatutyun.am"."""
_NOBODY = frozenset({"admin", "administrator", "editor", "editors", "staff", "webmaster", "root"})


def find_dateline(page: ArticlePage, source: Source, names: Collection[str]) -> Line | None:
    """The line in front of the text that names another source, None where there is none."""
    for line in reversed(page.before):
        if len(line.text) <= _DATELINE and _name_foreign(line.text, source, names):
            return line
    return None


def find_credit(
    page: ArticlePage, text: str, dateline: Line | None, source: Source, names: Collection[str]
) -> SourceRef | None:
    """Whom the page credits, None where it credits nobody but its own publisher."""
    if dateline is not None:
        return _refer(_name_foreign(dateline.text, source, names), dateline.link)
    if opening := _name_foreign(text[: _DATELINE + 2], source, names, whole=False):
        return _refer(opening, None)
    for line in page.within:
        if name := _read_source_line(line, source):
            return _refer(name, line.link)
    return None


def name_people(page: ArticlePage, source: Source) -> tuple[Person, ...]:
    """The reporters that the page names, where they are people by their look."""
    own = list_names(source, FeedHead())
    names = dict.fromkeys(clean_text(name) for name in page.authors)
    return tuple(Person(cut(name, _LONGEST_NAME)) for name in names if _is_person(name, own))


def _is_person(name: str, own: Collection[str]) -> bool:
    folded = fold(name)
    is_name = 0 < len(name) <= _LONGEST_NAME and "@" not in name and "/" not in name
    return is_name and folded not in own and folded not in _NOBODY


def _name_foreign(text: str, source: Source, names: Collection[str], *, whole: bool = True) -> str:
    """The other source that a dateline names, "" where it names none.

    Of a `whole` line all may be the name; of a text's start only what a mark
    sets apart from the text.
    """
    own = list_names(source, FeedHead())
    bare = text.strip(_MARKS)
    if whole and _HOST.fullmatch(bare):
        return "" if _is_own_host(bare, source) or fold(bare) in own else bare
    for found in sorted(read_datelines(text), key=len):
        if found in own:
            return ""
        if found in names:
            return _write_as_there(text, found)
    return _read_opening_host(text, source) if not whole else ""


def _read_opening_host(text: str, source: Source) -> str:
    """The host that a text opens with, set apart: "Azatutyun.am. In Yerevan ..."."""
    found = _HOST.match(text)
    if found is None or not re.match(r"[.:։]\s", text[found.end() :]):
        return ""
    return "" if _is_own_host(found[0], source) else found[0]


def _write_as_there(text: str, folded: str) -> str:
    """The name as it is written there rather than folded."""
    ends = (at for at in range(len(text) + 1) if fold(text[:at]) == folded)
    return text[: next(ends, len(text))].strip(_MARKS)


def _read_source_line(line: Line, source: Source) -> str:
    """Whom a line such as "Source: Azatutyun" names, "" where it names nobody else.

    Without a colon it needs a link to another site: "Source code was published"
    is a sentence.
    """
    found = _SOURCE_LINE.match(line.text)
    if found is None:
        return ""
    name = cut(clean_text(found["name"]).strip(_MARKS), _LONGEST_NAME)
    leads_away = bool(line.link) and not _is_own_host(urls.host(line.link or ""), source)
    if not (_PLAIN_SOURCE.match(line.text) or leads_away):
        return ""
    is_own = fold(name) in list_names(source, FeedHead()) or _is_own_host(name, source)
    return "" if is_own else name


def _is_own_host(name: str, source: Source) -> bool:
    """Whether a host is the source's, or lies above or beneath one of its."""
    host = name.lower().removeprefix("www.").rstrip(".")
    return any(_are_akin(host, own) for own in _list_bare(read_hosts(source)))


def _list_bare(hosts: Iterable[str]) -> Iterable[str]:
    return (host for host in hosts if host)


def _are_akin(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _refer(name: str, link: str | None) -> SourceRef | None:
    place = urls.publishable("", link or "")
    return SourceRef(title=name, link=place) if name else None
