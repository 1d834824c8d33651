"""Who wrote a report, where it can be told: its `atom:source`, its link, its dateline."""

import re
from collections.abc import Iterable

from aggregator.core import urls
from aggregator.core.model import Report, Source
from aggregator.core.text import fold

_DATELINE = 60
"""Characters at the start of a text in which a dateline stands."""

_AFTER_NAME = re.compile(r"[.:\u2024\u0589,\u2013\-|/)\]](?!\w)|\u2014|\n|\Z")
"""What parts a dateline from the text: "Hetq. Yerevan", not "Hetq writes", "Armenia-Georgia".

U+0589 is the Armenian full stop, U+2024 a dot often typed for it.
"""

_QUOTED = re.compile("[\"'\u00ab\u201c\u201d\u201e\u2018]")
_AFTER_QUOTED = re.compile("[\"'\u00bb\u201c\u201d\u2019](?!\\w)")
"""A name in quotes is a paper's rather than a country's, whatever follows it."""

_FIRST_HREF = re.compile(r'<a href="([^"]+)"')


def name_origin(report: Report, others: Iterable[Report]) -> str | None:
    """The id of another source, of those of the others, that this report is taken from."""
    for other in others:
        if other.source.id != report.source.id and is_taken_from(report, other):
            return other.source.id
    return None


def is_taken_from(report: Report, other: Report) -> bool:
    """Whether a report says, by any of its marks, that the other's source wrote it."""
    return any(mark(report, other) for mark in _MARKS)


def _has_atom_source(report: Report, other: Report) -> bool:
    ref = report.entry.source
    if ref is None:
        return False
    places = {urls.canonical(url) for url in (ref.id, ref.self_link, ref.link) if url}
    theirs = _read_places(other) - _read_places(report)
    return bool(places & theirs) or fold(ref.title) in _read_foreign_names(report, other)


def _has_link_there(report: Report, other: Report) -> bool:
    """Its link leads to a host of the other source and not to one of its own."""
    return bool(report.entry.link) and _leads_there(report.entry.link or "", report, other)


def _has_id_there(report: Report, other: Report) -> bool:
    """Its id is an address of the other source."""
    raw_id = report.entry.raw_id or ""
    return raw_id.lower().startswith(_HTTP) and _leads_there(raw_id, report, other)


def _has_dateline(report: Report, other: Report) -> bool:
    """Its text begins with a name of the other source set apart, or with a link there."""
    if _read_datelines(report.entry.text) & _read_foreign_names(report, other):
        return True
    first = _FIRST_HREF.search(report.entry.html)
    return bool(first and first.start() <= _DATELINE and _leads_there(first[1], report, other))


def _read_datelines(text: str) -> frozenset[str]:
    """What may be a dateline at the start of a text, folded."""
    ends = [_AFTER_NAME]
    if _QUOTED.match(text):
        ends.append(_AFTER_QUOTED)
    # Marks inside a name, as in "Azatutyun.am.", make several ends.
    found = (match.start() for end in ends for match in end.finditer(text[: _DATELINE + 2]))
    return frozenset(fold(text[:at]) for at in found if at <= min(len(text), _DATELINE))


_MARKS = (_has_atom_source, _has_link_there, _has_id_there, _has_dateline)
_HTTP = ("http://", "https://")


def has_own_id(report: Report) -> bool:
    """Whether its id is no address, or an address at one of its source's hosts."""
    raw_id = report.entry.raw_id or ""
    return not raw_id.lower().startswith(_HTTP) or urls.host(raw_id) in _read_all_hosts(report)


def _leads_there(url: str, report: Report, other: Report) -> bool:
    """Whether an address belongs to the other source rather than to the report's own.

    What the configuration says of hosts outweighs what feeds say of themselves.
    """
    host = urls.host(url)
    if host in read_hosts(other.source) and host not in read_hosts(report.source):
        return True
    return host in _read_all_hosts(other) and host not in _read_all_hosts(report)


def read_hosts(source: Source) -> frozenset[str]:
    """The hosts that the configuration gives to a source, without `www.`."""
    places = [urls.host(url) for url in (source.url, source.homepage) if url]
    return frozenset([*places, *(_strip_www(alias) for alias in source.aliases if "." in alias)])


def _read_all_hosts(report: Report) -> frozenset[str]:
    """Those, and the hosts that its feed calls its own."""
    said = (report.head.link, report.head.self_link)
    return read_hosts(report.source).union(urls.host(url) for url in said if url)


def _strip_www(name: str) -> str:
    return name.lower().removeprefix("www.")


def _read_places(report: Report) -> frozenset[str]:
    source, head = report.source, report.head
    places = (source.url, source.homepage, head.id, head.link, head.self_link)
    return frozenset(urls.canonical(url) for url in places if url)


def _read_foreign_names(report: Report, other: Report) -> frozenset[str]:
    """The names that mean the other source and not, as with two languages of one paper, both."""
    return _read_names(other) - _read_names(report)


def _read_names(report: Report) -> frozenset[str]:
    source = report.source
    names = [source.name or report.head.title, source.reuse.credit, *source.aliases]
    folded = [fold(name) for name in names if name and "{" not in name]
    return frozenset(name for name in folded if name)
