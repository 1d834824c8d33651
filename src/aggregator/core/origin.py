"""Who wrote a report, where it can be told: its `atom:source`, its link, its dateline."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from aggregator.core import urls
from aggregator.core.model import FeedHead, Report, Source
from aggregator.core.text import fold

_DATELINE = 60
"""Characters at the start of a text in which a dateline stands."""

_AFTER_NAME = re.compile(r"[.:\u2024\u0589,\u2013\-|/)\]](?!\w)|[\u2014\u3002\n]|\Z")
"""What parts a dateline from the text: "Hetq. Yerevan", not "Hetq writes", "Armenia-Georgia".

U+0589 is the Armenian full stop, U+2024 a dot often typed for it.
"""

_QUOTED = re.compile("[\"'\u00ab\u201c\u201d\u201e\u2018]")
_AFTER_QUOTED = re.compile("[\"'\u00bb\u201c\u201d\u2019](?!\\w)")
"""A name in quotes is a paper's rather than a country's, whatever follows it."""

_FIRST_HREF = re.compile(r'<a href="([^"]+)"')


Known = Mapping[str, tuple[tuple[Source, FeedHead], ...]]
"""Sources by what points at each of them: a host, a name, an address."""

NOBODY: Known = MappingProxyType({})


def name_origin(report: Report, others: Iterable[Report]) -> str | None:
    """The id of another source, of those of the others, that this report is taken from.

    The surest mark decides: a copy of a copy names in its `atom:source` whom it
    is from, and in its dateline still whom that one had it from. Of two
    languages of one paper, which share their hosts, the report's goes first.
    """
    language = report.entry.language
    foreign = [other for other in others if other.source.id != report.source.id]
    foreign.sort(key=lambda other: other.entry.language != language)
    taken = (other.source.id for mark in _MARKS for other in foreign if mark(report, other))
    return next(taken, None)


def is_taken_from(report: Report, other: Report) -> bool:
    """Whether a report says, by any of its marks, that the other's source wrote it."""
    return any(mark(report, other) for mark in _MARKS)


def list_known(sources: Iterable[Source], heads: Mapping[str, FeedHead]) -> Known:
    """The sources by what points at them, made once for many questions of `find_writer`.

    `heads` are what their feeds say of themselves, by source id.
    """
    known: dict[str, list[tuple[Source, FeedHead]]] = defaultdict(list)
    for source in sources:
        head = heads.get(source.id) or FeedHead()
        for sign in sorted(_read_signs(source, head)):
            known[sign].append((source, head))
    return {sign: tuple(named) for sign, named in known.items()}


def find_writer(report: Report, known: Known) -> Report | None:
    """The report as that of the known source that it is taken from, None where it is its own.

    A link that a text begins with is not enough: whoever comments on a report may
    begin with a link to it. Of two languages of one paper, which share their hosts,
    the report's goes first.
    """
    found = {source.id: (source, head) for sign in _read_hints(report) for source, head in
             known.get(sign, ())}  # fmt: skip
    found.pop(report.source.id, None)
    language = report.entry.language
    for source, head in sorted(found.values(), key=lambda one: one[0].language != language):
        other = replace(report, source=source, head=head)
        if any(mark(report, other) for mark in _SURE_MARKS):
            return other
    return None


def leads_to(url: str, report: Report, writer: Report) -> bool:
    """Whether an address belongs to the writer of a report and not to who carries it."""
    return _leads_there(url, report, writer)


def _read_signs(source: Source, head: FeedHead) -> Iterator[str]:
    """What points at a source: see `_read_hints`, which has the same words."""
    yield from (f"host {host}" for host in _list_hosts(source, head))
    yield from (f"name {name}" for name in list_names(source, head))
    yield from (f"name {fold(host)}" for host in _list_hosts(source, head))
    yield from (f"place {place}" for place in _list_places(source, head))


def _read_hints(report: Report) -> list[str]:
    """What a report points at: the marks of `is_taken_from` as keys, in their order."""
    entry, ref = report.entry, report.entry.source
    hints = []
    if ref is not None:
        hints += [
            f"place {urls.canonical(url)}" for url in (ref.id, ref.self_link, ref.link) if url
        ]
        hints.append(f"name {fold(ref.title)}")
    places = (url for url in (entry.link, entry.raw_id) if url)
    hints += [f"host {urls.host(url)}" for url in places if url.lower().startswith(_HTTP)]
    hints.append(f"name {_read_title_tail(report)}")
    return [*hints, *(f"name {name}" for name in sorted(read_datelines(entry.text)))]


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
    if _has_named_dateline(report, other):
        return True
    first = _FIRST_HREF.search(report.entry.html)
    return bool(first and first.start() <= _DATELINE and _leads_there(first[1], report, other))


def _has_named_dateline(report: Report, other: Report) -> bool:
    return bool(read_datelines(report.entry.text) & _read_foreign_names(report, other))


def read_datelines(text: str) -> frozenset[str]:
    """What may be a dateline at the start of a text, folded."""
    ends = [_AFTER_NAME]
    if _QUOTED.match(text):
        ends.append(_AFTER_QUOTED)
    # Marks inside a name, as in "Azatutyun.am.", make several ends.
    found = (match.start() for end in ends for match in end.finditer(text[: _DATELINE + 2]))
    return frozenset(fold(text[:at]) for at in found if at <= min(len(text), _DATELINE))


def _has_title_tail(report: Report, other: Report) -> bool:
    """Its title ends with a bar and a name or host of the other source, as pages' titles do.

    A dash proves nothing: "Talks go on - Reuters" says who was quoted.
    """
    tail = _read_title_tail(report)
    return bool(tail) and tail in _list_brands(other) - _list_brands(report)


def _read_title_tail(report: Report) -> str:
    return fold(report.entry.title.rpartition(" | ")[2]) if " | " in report.entry.title else ""


def _list_brands(report: Report) -> frozenset[str]:
    return read_names(report).union(map(fold, _read_all_hosts(report)))


_MARKS = (_has_atom_source, _has_link_there, _has_id_there, _has_dateline, _has_title_tail)
_SURE_MARKS = (
    _has_title_tail,
    _has_atom_source,
    _has_link_there,
    _has_id_there,
    _has_named_dateline,
)
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
    return _list_hosts(report.source, report.head)


def _list_hosts(source: Source, head: FeedHead) -> frozenset[str]:
    said = (head.link, head.self_link)
    return read_hosts(source).union(urls.host(url) for url in said if url)


def _strip_www(name: str) -> str:
    return name.lower().removeprefix("www.")


def _read_places(report: Report) -> frozenset[str]:
    return _list_places(report.source, report.head)


def _list_places(source: Source, head: FeedHead) -> frozenset[str]:
    places = (source.url, source.homepage, head.id, head.link, head.self_link)
    return frozenset(urls.canonical(url) for url in places if url)


def _read_foreign_names(report: Report, other: Report) -> frozenset[str]:
    """The names that mean the other source and not, as with two languages of one paper, both."""
    return read_names(other) - read_names(report)


def read_names(report: Report) -> frozenset[str]:
    """The names under which a source is credited, folded."""
    return list_names(report.source, report.head)


def list_names(source: Source, head: FeedHead) -> frozenset[str]:
    """The names of a source by its configuration and what its feed says, folded."""
    names = [source.name or head.title, source.reuse.credit, *source.aliases]
    folded = [fold(name) for name in names if name and "{" not in name]
    return frozenset(name for name in folded if name)
