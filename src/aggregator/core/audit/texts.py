"""Rules about how much of a report an entry shows, and that the words are the report's."""

from collections.abc import Iterator

from aggregator.core.audit.linking import check_links
from aggregator.core.audit.markup import squeeze
from aggregator.core.audit.measure import ELLIPSIS, count_words, find_excess
from aggregator.core.audit.quoting import check_excerpt, check_whole
from aggregator.core.audit.sections import Sections
from aggregator.core.audit.signing import is_signed
from aggregator.core.audit.values import Due, Printed
from aggregator.core.audit.wording import drop_note
from aggregator.core.model import Mode

Broken = Iterator[str]

_TITLE_WORDS = 12
"""Of the text that stand for a title where a report has none: docs/decisions/0003."""


def check_mode(_printed: Printed, due: Due, parts: Sections) -> Broken:
    """No more of the text than the terms allow."""
    shown = drop_note(squeeze(" ".join(block.words for block in parts.body)).removeprefix("."))
    if due.terms.mode is Mode.HEADLINE:
        if shown:
            yield f"the terms allow the headline only, it shows {shown[:40]!r}"
    elif due.terms.max_words is not None and (more := find_excess(shown, due.terms.max_words)):
        yield f"it shows {more}"


def check_text(_printed: Printed, due: Due, parts: Sections) -> Broken:
    """What is shown are the report's own words and links; a cut is marked and between words."""
    if why := _find_misquote(due, parts):
        yield why
    yield from check_links(due, parts)


def check_derivatives(_printed: Printed, due: Due, parts: Sections) -> Broken:
    """Where the terms forbid changes, nothing is cut and nothing is put into the text."""
    if not parts.body:
        return
    if parts.opening and parts.opening.words != parts.credit:
        yield "the credit stands inside the text, which may not be changed"
    if why := check_whole(parts, due.stored.html, due.names, images=due.terms.images):
        yield f"the text may not be changed: {why}"


def forbids_derivatives(due: Due) -> bool:
    """Whether the terms say that nothing may be made of the text."""
    return not due.terms.derivatives


def check_until(printed: Printed, due: Due, parts: Sections) -> Broken:
    """When the terms have ended, no more is shown than of a source that states none."""
    if due.until and due.has_ended:
        for why in (*check_mode(printed, due, parts), *check_images(printed, due, parts)):
            yield f"the terms ended on {due.until.isoformat(timespec='seconds')}: {why}"


def _find_misquote(due: Due, parts: Sections) -> str:
    terms, stored = due.terms, due.stored
    if terms.mode is Mode.HEADLINE:
        return ""
    is_cut = terms.mode is Mode.EXCERPT or terms.max_words is not None
    why = check_excerpt(parts, stored.text, due.names) if is_cut else "it is not whole"
    # What was short enough may stand as it is, with its HTML.
    whole = why and check_whole(parts, stored.html, due.names, images=terms.images)
    return why if whole and is_cut else whole


def check_title(printed: Printed, due: Due, _parts: Sections) -> Broken:
    """The report's title, or what may stand in its place.

    Without its source's name behind it, it is the same, where changes are allowed.
    """
    shown, wanted = squeeze(printed.title), squeeze(due.stored.title)
    if wanted:
        if wanted != shown and not is_signed(shown, wanted, due):
            yield f"its title is {shown!r}, the report's is {wanted!r}"
    elif not _may_stand_for_title(shown, due):
        yield f"the report has no title, and {shown!r} is neither its first words nor its source"


def _may_stand_for_title(name: str, due: Due) -> bool:
    if any(name == squeeze(home.title) for home in due.homes):
        return True
    most = due.terms.max_words
    allowed = _TITLE_WORDS if most is None else min(_TITLE_WORDS, most)
    bare = name.removesuffix(ELLIPSIS).rstrip()
    text = squeeze(due.stored.text)
    is_start = name == text or (bool(bare) and text.startswith(bare))
    return due.terms.mode is not Mode.HEADLINE and is_start and count_words(bare) <= allowed


def check_images(printed: Printed, due: Due, parts: Sections) -> Broken:
    """No picture, sound or film, in the text or beside it, where the terms do not cover them."""
    if due.terms.images:
        return
    if parts.page.media:
        yield f"its text holds {parts.page.media[0]}, the terms do not cover images and media"
    if printed.media:
        yield f"it brings {printed.media[0]}, the terms do not cover images and media"
