"""An entry without its source's keys: a private feed may repeat them in any of its fields."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from aggregator.core.model import Enclosure, Entry, FeedHead, Person, SourceRef
from aggregator.core.secrets import drop_secrets, hide_known
from aggregator.core.urls import canonical


def hide_entry(entry: Entry, secrets: Sequence[str]) -> Entry:
    """The entry with none of the secrets in what is published of it."""

    def text(value: str | None) -> str | None:
        return hide_known(value, secrets) if value else value

    def address(value: str | None) -> str | None:
        # The key may stand in a path, from which nothing can be dropped.
        return text(drop_secrets(value)) if value and text(value) != value else value

    link = address(entry.link)
    return replace(
        entry,
        raw_id=text(entry.raw_id),
        link=link,
        canonical=canonical(link) if link else None,
        title=text(entry.title) or "",
        html=text(entry.html) or "",
        text=text(entry.text) or "",
        authors=tuple(_hide_person(person, text, address) for person in entry.authors),
        categories=tuple(hide_known(name, secrets) for name in entry.categories),
        enclosures=tuple(_hide_enclosure(one, address) for one in entry.enclosures),
        thumbnail=address(entry.thumbnail),
        comments_url=address(entry.comments_url),
        rights=text(entry.rights),
        license=address(entry.license),
        source=_hide_ref(entry.source, text, address) if entry.source else None,
    )


def hide_head(head: FeedHead, secrets: Sequence[str]) -> FeedHead:
    """What a feed says of itself with none of the secrets in it."""

    def text(value: str | None) -> str | None:
        return hide_known(value, secrets) if value else value

    def address(value: str | None) -> str | None:
        return text(drop_secrets(value)) if value and text(value) != value else value

    return replace(
        head,
        title=text(head.title) or "",
        id=text(head.id),
        link=address(head.link),
        self_link=address(head.self_link),
        rights=text(head.rights),
        license=address(head.license),
        authors=tuple(_hide_person(person, text, address) for person in head.authors),
    )


_Hide = Callable[[str | None], str | None]


def _hide_person(person: Person, text: _Hide, address: _Hide) -> Person:
    return Person(text(person.name) or "", text(person.email), address(person.uri))


def _hide_enclosure(enclosure: Enclosure, address: _Hide) -> Enclosure:
    return replace(enclosure, url=address(enclosure.url) or "")


def _hide_ref(ref: SourceRef, text: _Hide, address: _Hide) -> SourceRef:
    return replace(
        ref,
        title=text(ref.title) or "",
        id=text(ref.id),
        link=address(ref.link),
        self_link=address(ref.self_link),
        rights=text(ref.rights),
    )
