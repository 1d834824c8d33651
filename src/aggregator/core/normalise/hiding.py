"""An entry without its source's keys: a private feed may repeat them in any of its fields."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from aggregator.core.model import Entry, FeedHead, Person, SourceRef
from aggregator.core.secrets import drop_secrets, hide_known
from aggregator.core.urls import canonical


def hide_entry(entry: Entry, secrets: Sequence[str]) -> Entry:
    """The entry with none of the secrets in what is published of it."""

    def text(value: str | None) -> str | None:
        return hide_known(value, secrets) if value else value

    def address(value: str | None) -> str | None:
        return _hide_address(value, secrets)

    link = address(entry.link)
    return replace(
        entry,
        # Half of an id is another one; without any it is known by its key, which is kept.
        raw_id=entry.raw_id if text(entry.raw_id) == entry.raw_id else None,
        link=link,
        canonical=canonical(link) if link else None,
        title=text(entry.title) or "",
        html=text(entry.html) or "",
        text=text(entry.text) or "",
        authors=tuple(_hide_person(person, text, address) for person in entry.authors),
        categories=tuple(hide_known(name, secrets) for name in entry.categories),
        enclosures=tuple(
            replace(one, url=url) for one in entry.enclosures if (url := address(one.url))
        ),
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
        return _hide_address(value, secrets)

    return replace(
        head,
        title=text(head.title) or "",
        id=head.id if text(head.id) == head.id else None,
        link=address(head.link),
        self_link=address(head.self_link),
        rights=text(head.rights),
        license=address(head.license),
        authors=tuple(_hide_person(person, text, address) for person in head.authors),
    )


def _hide_address(url: str | None, secrets: Sequence[str]) -> str | None:
    """The address without the parameters that hold a secret; None where one stands in its path.

    A path that is written otherwise leads elsewhere.
    """
    if url is None or hide_known(url, secrets) == url:
        return url
    path, mark, query = drop_secrets(url).partition("?")
    parts = [part for part in query.split("&") if hide_known(part, secrets) == part]
    bare = f"{path}{mark if parts else ''}{'&'.join(parts)}"
    return bare if hide_known(bare, secrets) == bare else None


_Hide = Callable[[str | None], str | None]


def _hide_person(person: Person, text: _Hide, address: _Hide) -> Person:
    return Person(text(person.name) or "", text(person.email), address(person.uri))


def _hide_ref(ref: SourceRef, text: _Hide, address: _Hide) -> SourceRef:
    return replace(
        ref,
        title=text(ref.title) or "",
        id=ref.id if text(ref.id) == ref.id else None,
        link=address(ref.link),
        self_link=address(ref.self_link),
        rights=text(ref.rights),
    )
