"""Fragments of single stories, and the documents that are joined of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from aggregator.core.model import Edition, Output, Shown
from aggregator.edges.render import atom, json_feed, rss


@dataclass(frozen=True, slots=True)
class Fragments:
    """One story in each format, as bytes ready to stand in a document."""

    atom: bytes
    rss: bytes
    json: bytes


@dataclass(frozen=True, slots=True)
class Unrenderable:
    """A story that no valid element can be made of, and why."""

    why: str


def render_story(shown: Shown) -> Fragments | Unrenderable:
    """The story in each format; a story that fails in one is published in none."""
    try:
        return Fragments(
            atom.render_entry(shown), rss.render_item(shown), json_feed.render_item(shown)
        )
    except (ValueError, TypeError, OverflowError) as error:
        # lxml refuses characters that XML 1.0 has no place for with a ValueError
        # (JSON would take them), feedgen missing or odd fields with that or a
        # TypeError; a time at the end of the calendar overflows.
        return Unrenderable(f"cannot be written as a feed entry: {error}")


def render_feeds(edition: Edition, fragments: Iterable[Fragments]) -> tuple[Output, ...]:
    """The edition in each format; the same input gives the same bytes."""
    kept = tuple(fragments)
    made = (
        ("atom.xml", atom.MEDIA_TYPE, atom.render(edition, [one.atom for one in kept])),
        ("rss.xml", rss.MEDIA_TYPE, rss.render(edition, [one.rss for one in kept])),
        ("feed.json", json_feed.MEDIA_TYPE, json_feed.render(edition, [one.json for one in kept])),
    )
    return tuple(
        Output(f"{edition.folder}{name}", media_type, body) for name, media_type, body in made
    )
