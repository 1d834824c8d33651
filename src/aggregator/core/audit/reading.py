"""The entries of a published document, whatever its format, as `Printed`."""

from collections.abc import Iterator
from html import escape, unescape

from aggregator.core.audit.values import Printed
from aggregator.core.audit.wording import list_vias
from aggregator.core.lint import Breach, Document, Member, Node

_JSON_TEXTS = ("content_html", "content_text", "summary")
_MEDIA = frozenset({"media:content", "media:thumbnail", "media:group", "media:player"})
_OWN = "alternate"
_TEXTS = frozenset({"content", "summary", "encoded", "description", "subtitle"})
"""Elements of any vocabulary that carry a text."""
_HTML = frozenset({"html", "xhtml"})
_JSON_MEDIA = ("image", "banner_image")


def read_entries(document: Document) -> tuple[Printed, ...] | Breach:
    """All entries of a document in its order, or why it cannot be read."""
    root = document.root
    if isinstance(root, Breach):
        return root
    if isinstance(root, Member):
        return tuple(_read_item(item) for item in _list(_get(root, "items")))
    return tuple(printed for node in _list_nodes(root) if (printed := read_one(node)))


def read_one(entry: Node | Member) -> Printed | None:
    """One entry of any format; None for an element that is none."""
    if isinstance(entry, Member):
        return _read_item(entry)
    readers = {"atom:entry": _read_atom, "item": _read_rss}
    reader = readers.get(entry.name)
    return reader(entry) if reader else None


def _list_nodes(root: Node) -> Iterator[Node]:
    for child in root.children:
        yield child
        if child.name == "channel":
            yield from child.children


# Atom -----------------------------------------------------------------------


def _read_atom(entry: Node) -> Printed:
    links = [child.attributes for child in entry.children if child.name == "atom:link"]
    by_rel = [(link.get("rel", "alternate"), link) for link in links]
    source = next((child for child in entry.children if child.name == "atom:source"), None)
    related = [link for rel, link in by_rel if rel == "related"]
    named = tuple((link.get("title", ""), link.get("href", "")) for link in related)
    return Printed(
        form="atom",
        id=_text(entry, "atom:id"),
        # Readers may open any of several.
        link=" ".join(dict.fromkeys(link.get("href", "") for rel, link in by_rel if rel == _OWN)),
        title=_text(entry, "atom:title"),
        html="\n".join(_list_texts(entry)),
        authors=tuple(
            _text(child, "atom:name")
            for child in entry.children
            if child.name in {"atom:author", "atom:contributor"}
        ),
        media=(
            *(link.get("href", "") for rel, link in by_rel if rel == "enclosure"),
            *_list_media(entry),
        ),
        rights=_text(entry, "atom:rights"),
        license=next((link.get("href", "") for rel, link in by_rel if rel == "license"), ""),
        feed_title=_text(source, "atom:title") if source else "",
        feed_names=tuple(name for name in [_text(source, "atom:id")] if name) if source else (),
        carriers=named,
        also=named,
        is_reserved=_is_reserved(entry),
    )


# RSS ------------------------------------------------------------------------


def _read_rss(item: Node) -> Printed:
    source = next((child for child in item.children if child.name == "source"), None)
    return Printed(
        form="rss",
        id=_text(item, "guid"),
        link=_text(item, "link"),
        # Written so that HTML reads the title from it: docs/decisions/0015.
        title=unescape(_text(item, "title")),
        html="\n".join(_list_texts(item)),
        authors=tuple(
            child.text.strip() for child in item.children if child.name in {"dc:creator", "author"}
        ),
        media=(
            *(c.attributes.get("url", "") for c in item.children if c.name == "enclosure"),
            *_list_media(item),
        ),
        rights=_text(item, "dc:rights"),
        license=_text(item, "creativeCommons:license"),
        feed_title=source.text.strip() if source else "",
        feed_names=(source.attributes.get("url", ""),) if source else (),
        is_reserved=_is_reserved(item),
    )


def _list_texts(entry: Node) -> Iterator[str]:
    """Every text that a reader may show, also beside a medium, as HTML."""
    beside = (inner for child in entry.children if child.name in _MEDIA for inner in child.children)
    for child in (*entry.children, *beside):
        if child.name.rpartition(":")[2] in _TEXTS and (text := child.text.strip()):
            is_plain = child.name.startswith("atom:") and child.attributes.get("type") not in _HTML
            yield escape(text) if is_plain else text


def _list_media(entry: Node) -> Iterator[str]:
    """Whatever Media RSS names, also inside its groups."""
    for child in entry.children:
        if child.name in _MEDIA:
            yield child.attributes.get("url", child.name)


def _is_reserved(entry: Node) -> bool:
    """Whether Really Simple Licensing (RSL 1.0) prohibits all use by language models.

    What is permitted beside it takes that back: a reader may go by either.
    """
    said = [inner for child in entry.children for one in child.children for inner in one.children]
    prohibited = [inner for inner in said if inner.name.endswith("prohibits")]
    permitted = [inner for inner in said if inner.name.endswith("permits")]
    return any("ai-all" in _list_uses(one) for one in prohibited) and not any(
        use == "all" or use.startswith("ai") for one in permitted for use in _list_uses(one)
    )


def _list_uses(rule: Node) -> list[str]:
    """The uses that a rule of a licence is about; none where it is about users or countries."""
    uses = rule.text.replace(",", " ").casefold().split()
    return uses if rule.attributes.get("type", "usage") == "usage" else []


def _text(parent: Node, name: str) -> str:
    return next((child.text.strip() for child in parent.children if child.name == name), "")


# JSON Feed ------------------------------------------------------------------


def _read_item(item: Member) -> Printed:
    day = _get(item, "_day")
    source = _get(day, "source")
    return Printed(
        form="json",
        id=_say(item, "id"),
        link=_say(item, "url"),
        title=_say(item, "title"),
        html="\n".join(
            text
            for name in ("content_html", "content_text", "summary")
            if (text := _say(item, name))
        ),
        authors=tuple(_say(author, "name") for author in _list(_get(item, "authors"))),
        media=(
            *(text for name in _JSON_MEDIA if (text := _say(item, name))),
            *(_say(medium, "url") for medium in _list(_get(item, "attachments"))),
        ),
        rights=_say(day, "rights"),
        license=_say(day, "license"),
        feed_title=_say(source, "name"),
        feed_names=tuple(n for n in (_say(source, "id"), _say(source, "feed_url")) if n),
        carriers=tuple(
            (_say(one, "name"), _say(one, "url")) for one in _list(_get(day, "carriers"))
        ),
        also=tuple(_label(one) for one in _list(_get(day, "also"))),
        is_reserved=_say(day, "ai") == "no",
    )


def _label(one: Member) -> tuple[str, str]:
    """Another report as Atom names it: whose it is, who carries it, its headline; where it is."""
    via = _say(one, "via")
    source = list_vias(_say(one, "source"), via)[0] if via else _say(one, "source")
    said = (source, _say(one, "title"))
    return ": ".join(part for part in said if part), _say(one, "url")


def _get(member: Member | None, name: str) -> Member | None:
    return member.value.get(name) if member and isinstance(member.value, dict) else None


def _say(member: Member | None, name: str) -> str:
    found = _get(member, name)
    return found.value if found and isinstance(found.value, str) else ""


def _list(member: Member | None) -> tuple[Member, ...]:
    return member.value if member and isinstance(member.value, tuple) else ()
