"""A story as it stands on a page."""

import html
from hashlib import sha256

from aggregator.core.model import Shown
from aggregator.core.page.dates import localise
from aggregator.core.page.directions import find_direction
from aggregator.core.page.folding import split_text
from aggregator.core.page.media import link_media, list_media
from aggregator.core.page.values import Item
from aggregator.core.passage import read_words
from aggregator.core.text import fold


def make_item(shown: Shown, zone: str) -> Item:
    """The story with local times, without media, its text parted for folding."""
    lead, rest, tail = split_text(link_media(shown.html, shown.language), shown)
    return Item(
        id=shown.id,
        anchor=name_anchor(shown.id),
        title=shown.title,
        link=shown.link,
        at=localise(shown.published, zone),
        lead=lead,
        rest=rest,
        tail=tail,
        language=shown.language or "",
        direction=find_direction(shown.language),
        source=shown.source.title,
        source_link=shown.source.link,
        authors=_name_authors(shown),
        via=shown.via,
        comments_count=shown.comments_count,
        comments_url=shown.comments_url,
        rights=None if _says(shown.html, shown.rights) else shown.rights,
        license=shown.license,
        media=tuple(list_media(shown)),
        is_reserved=not shown.ai,
    )


def name_anchor(story_id: str) -> str:
    """The fragment that leads to a story: ids are IRIs, which are no names in a page."""
    return f"s{sha256(story_id.encode()).hexdigest()[:10]}"


def _name_authors(shown: Shown) -> tuple[str, ...]:
    """Those who have names of their own: "Azatutyun - English" says no more than the source."""
    source = fold(shown.source.title)
    names = (person.name for person in shown.authors)
    own = (name for name in names if name and not fold(name).startswith(source))
    return tuple(dict.fromkeys(own))


def _says(body: str, rights: str | None) -> bool:
    """Whether a text shows the statement of rights already."""
    return rights is not None and rights in html.unescape(read_words(body))
