"""Whether what is shown of a report are its own words, unaltered, and how a cut was made."""

from aggregator.core.audit.markup import Block, read_page, squeeze
from aggregator.core.audit.measure import ELLIPSIS, splits_word
from aggregator.core.audit.sections import Sections
from aggregator.core.audit.wording import drop_note
from aggregator.core.text import fold

_MOST_SHOWN = 40
_DATELINE = 60
"""Characters at the start of a text in which it may name its source, if the credit is no longer."""
_STOPS = " .:։\u2024。—–|-"
"""What parts a name from the text behind it."""


def check_excerpt(parts: Sections, text: str, names: tuple[str, ...]) -> str:
    """Why an excerpt misquotes its source, "" where it does not.

    A text that opens with one of the names (folded) of who is credited need not
    say it again behind the credit.
    """
    shown = squeeze(" ".join(block.words for block in parts.body)).lstrip(_STOPS)
    told = [way.lstrip(_STOPS) for way in _list_ways(squeeze(text), names, parts.credit)]
    return _choose([_compare(shown, source) for source in told])


def check_whole(parts: Sections, markup: str, names: tuple[str, ...], *, images: bool) -> str:
    """Why a full text is not its source's, "" where it is; without images, captions may miss."""
    blocks = read_page(markup).blocks
    shown = _pack("".join(block.words for block in parts.body)).lstrip(_STOPS)
    openings = _list_ways(blocks[0].words, names, parts.credit) if blocks else ("",)
    return _choose([_walk(shown, _list_told(way, blocks, images=images)) for way in openings])


def _list_ways(words: str, names: tuple[str, ...], credit: str) -> tuple[str, ...]:
    """The words as they are, and without a dateline that is the credit or one of the names."""
    most = max(_DATELINE, len(credit))
    start, said = fold(words[:most]), (*names, fold(credit))
    if not any(start.startswith(name) for name in said if name):
        return (words,)
    ends = (at for at in range(1, min(most, len(words)) + 1) if fold(words[:at]) in said)
    return (words, *(words[at:] for at in ends))


def _choose(found: list[str]) -> str:
    """Nothing where one of the ways is right, else what is wrong with the words as they are."""
    return "" if "" in found else found[0]


def _compare(shown: str, source: str) -> str:
    if not shown or shown == source:
        return ""
    marked = drop_note(shown)
    bare = marked.removesuffix(ELLIPSIS).rstrip()
    if not source.startswith(bare):
        return _name_difference(bare, source)
    if bare == marked:
        return "it is cut and not marked as an excerpt: no ellipsis ends it"
    if splits_word(source, len(bare)):
        return f"it is cut inside a word: {bare[-_MOST_SHOWN:]!r}"
    return ""


def _list_told(opening: str, blocks: tuple[Block, ...], *, images: bool) -> list[tuple[str, bool]]:
    """The words of each block of the source, and whether they may miss."""
    words = [opening, *(block.words for block in blocks[1:])]
    may_miss = [block.framed and not images for block in blocks] or [True]
    return [(_pack(one), miss) for one, miss in zip(words, may_miss, strict=True)]


def _walk(shown: str, told: list[tuple[str, bool]]) -> str:
    """Where the words shown leave those of the source; blocks that may miss are passed over."""
    at = 0
    for words, may_miss in told:
        # What parts the credit from the text may be the text's own first mark.
        own = words.lstrip(_STOPS) if at == 0 else words
        if shown.startswith(own, at):
            at += len(own)
        elif not may_miss:
            return _name_difference(shown[at:], own)
    return "" if at == len(shown) else _name_difference(shown[at:], "")


def _pack(words: str) -> str:
    """Without any white space: blocks part words in more ways than one."""
    return "".join(words.split())


def _name_difference(shown: str, source: str) -> str:
    same = next((i for i, (a, b) in enumerate(zip(shown, source, strict=False)) if a != b), None)
    at = min(len(shown), len(source)) if same is None else same
    begin = max(0, at - 10)
    here = shown[begin : begin + _MOST_SHOWN]
    there = source[begin : begin + _MOST_SHOWN]
    return f"it says {here!r} where the source says {there!r}"
