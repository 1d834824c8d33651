"""Which known entry a fresh one is, by its own id, key, link or words.

Neither a link nor a weak id is believed against the words: what would be shown
under an old date must be an edit of the old report. A known entry also goes by
the name under which its feed listed it last, see `Entry.alias`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from aggregator.core import urls
from aggregator.core.evidence import identifies, is_distinctive, is_rewording
from aggregator.core.model import Entry
from aggregator.core.normalise.item import drop_id, drop_link
from aggregator.core.text import fold


def drop_reused_names(fresh: Sequence[Entry], known: Sequence[Entry]) -> list[Entry]:
    """The entries; those whose id or link is the name of another known one get the next name.

    Some feeds number their items by place ("0", "1", "2"): there an id says
    nothing. Others link every item to one page: there a link says nothing. Of
    several that would get one name, the first does.
    """
    shelf = _Shelf(known, list_names(fresh))
    taken = {entry.key for entry in fresh}
    named = []
    for entry in fresh:
        name = shelf.rename(entry)
        if name is not entry and name.key in taken:
            name = entry
        taken.add(name.key)
        named.append(name)
    return named


class _Shelf:
    """The known entries, by what they are called."""

    def __init__(self, known: Iterable[Entry], written: Collection[str]) -> None:
        """Take them all; `written` are the names in the document."""
        known = tuple(known)
        self._by_key = _index_keys(known, written)
        self._by_id = {entry.raw_id: entry for entry in known if entry.raw_id}
        self._links = {entry.canonical for entry in known}

    def rename(self, entry: Entry) -> Entry:
        """The entry, without an id or link that is another one's."""
        if entry.raw_id is None:
            return self._rename_by_words(entry)
        if is_distinctive(entry.raw_id) or not identifies(entry.canonical):
            return entry
        bare = drop_id(entry)
        old = self._by_id.get(entry.raw_id) or self._by_key.get(entry.key)
        is_gone = old is None and bare.key in self._by_key
        return bare if is_gone or (old and self._is_another(old, bare)) else entry

    def _is_another(self, old: Entry, bare: Entry) -> bool:
        """Whether a weak id is known of another report: words may agree, links do not."""
        if old.canonical == bare.canonical:
            return False
        return bare.canonical in self._links or not _is_same_news(old, bare)

    def _rename_by_words(self, entry: Entry) -> Entry:
        old = self._by_key.get(entry.key)
        if old is None or _may_be_edit(old, entry):
            return entry
        return drop_link(entry)


def _is_same_news(old: Entry, fresh: Entry) -> bool:
    """The same title, or a text of some words that stayed, under the same date."""
    if fold(old.title) == fold(fresh.title) != "":
        return True
    dated = old.published is not None and old.published == fresh.published
    return is_rewording(old, fresh) and (dated or not fresh.title)


def match(
    fresh: Sequence[Entry], known: Iterable[Entry], written: Collection[str]
) -> Iterator[tuple[Entry, Entry | None]]:
    """Each fresh entry with the known one that it is; none is given to two of them.

    `written` are the names in the document, those dropped included. A link
    that several items of the document have tells none of them.
    """
    find = index_known(known, list_names(fresh), written)
    links = Counter(entry.canonical for entry in fresh)
    for entry in fresh:
        old = find(entry)
        by_link = old is not None and not has_own_name(old, entry)
        yield entry, None if by_link and links[entry.canonical] > 1 else old


def has_own_name(known: Entry, fresh: Entry) -> bool:
    """Whether an entry was recognised by its own id, key or words rather than by its link."""
    if fresh.raw_id is None and known.digest == fresh.digest:
        return True
    if fresh.key in (known.key, known.alias):
        return True
    return known.raw_id is not None and known.raw_id == fresh.raw_id


def list_keys(fresh: Iterable[Entry]) -> set[str]:
    """The keys that a document's entries have, or get where an id or link is another's."""
    return {name.key for entry in fresh for name in (entry, drop_id(entry), drop_link(entry))}


def list_names(fresh: Iterable[Entry]) -> set[str]:
    """The ids and keys that a document holds."""
    return {name for entry in fresh for name in (entry.key, entry.raw_id) if name}


def _is_listed(known: Entry, present: Collection[str], written: Collection[str]) -> bool:
    """Whether a document holds the entry under its first name, else under its alias."""
    if known.key in present or known.raw_id in present:
        return True
    return known.alias in present and not is_written(known, written)


def is_written(known: Entry, written: Collection[str]) -> bool:
    """Whether a document with these names holds the name the entry was first seen under."""
    return known.key in written or known.raw_id in written


def _index_keys(known: Iterable[Entry], written: Collection[str]) -> dict[str, Entry]:
    """The entries by their keys, and by their aliases where these name no other item.

    Where a document lists an entry under its first name, its alias is another's.
    """
    known = tuple(known)
    away = (entry for entry in known if not is_written(entry, written))
    aliases = {entry.alias: entry for entry in away if entry.alias}
    return {**aliases, **{entry.key: entry for entry in known}}


def index_known(
    known: Iterable[Entry], present: Collection[str], written: Collection[str]
) -> Callable[[Entry], Entry | None]:
    """A finder of the known entry that a fresh one is.

    `present` are the names in the document being read: a known entry whose
    own id is still there is never taken for another one by its link (two items
    of one feed may share a link, and are two items). Nor by its alias where
    that id is only `written`, and was found to name another report.
    """
    known = tuple(known)
    by_key = _index_keys(known, written)
    by_id: dict[str, Entry] = {}
    by_words: dict[str, Entry] = {}
    by_link: dict[str, Entry | None] = {}
    for entry in {entry.key: entry for entry in known}.values():
        listed = _is_listed(entry, present, written)
        if not listed:
            by_words.setdefault(entry.digest, entry)
        if entry.raw_id:
            by_id[entry.raw_id] = entry
        if entry.canonical and not urls.is_front_page(entry.canonical):
            # None marks a link that several share, or whose entry is listed: it tells none.
            alone = entry.canonical not in by_link and not listed
            by_link[entry.canonical] = entry if alone else None

    def find(fresh: Entry) -> Entry | None:
        if fresh.raw_id and fresh.raw_id in by_id:
            return by_id[fresh.raw_id]
        if fresh.key in by_key:
            return by_key[fresh.key]
        same = None if fresh.raw_id else by_words.get(fresh.digest)
        return same or _find_by_link(fresh, by_link)

    return find


def _find_by_link(fresh: Entry, by_link: Mapping[str, Entry | None]) -> Entry | None:
    old = by_link.get(fresh.canonical or "")
    if old is None:
        return None
    # Without any id the key is the link, with its place in the page: "/live#p2"
    # is not "/live#p1".
    return old if (fresh.raw_id or old.raw_id) and _may_be_edit(old, fresh) else None


def _may_be_edit(old: Entry, fresh: Entry) -> bool:
    """Whether more than the link agrees: every item of some feeds leads to one "/live"."""
    same_date = old.published is not None and old.published == fresh.published
    return same_date or is_rewording(old, fresh)
