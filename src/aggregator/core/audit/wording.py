"""The words of this product that may stand beside a source's text, in each language we have."""

import re

from aggregator.core.phrases import ALL as WORDINGS

_PARTS = {"month": r"\w+", "day": r"\d{1,2}", "year": r"\d{4,}", "clock": r"\d\d:\d\d"}
_MORE = tuple(re.compile(one.more.format(count=r"(\d+)")) for one in WORDINGS)
_REPORTED = frozenset(one.reported for one in WORDINGS)
_UPDATES = tuple(re.compile(one.updated.format(**_PARTS)) for one in WORDINGS)


def list_credits(names: tuple[str, ...], origin: str) -> tuple[str, ...]:
    """How those whom a text credits may be named before it, the fullest way first."""
    ways = [names[-1]]
    if len(names) > 1:
        parties = {"writer": names[0], "carrier": names[-1]}
        ways = [wording.via.format(**parties) for wording in WORDINGS]
    elif origin:
        named = {"writer": origin, "carrier": names[-1]}
        ways += [wording.taken_from.format(**named) for wording in WORDINGS]
    return tuple(sorted(ways, key=len, reverse=True))


def is_carriers(words: str) -> bool:
    """Whether a block names those who carried the story too."""
    return words.startswith(tuple(one.also.partition("{")[0].strip() for one in WORDINGS))


def list_vias(writer: str, carrier: str) -> tuple[str, ...]:
    """How a report that one wrote and another carries may be credited."""
    return tuple(wording.via.format(writer=writer, carrier=carrier) for wording in WORDINGS)


def is_reported(words: str) -> bool:
    """Whether a block is our heading of the other reports of the event."""
    return words in _REPORTED


def is_more(words: str) -> bool:
    """Whether a line says how many others there are."""
    return any(line.fullmatch(words) for line in _MORE)


def read_more(words: str) -> int:
    """How many others such a line says that there are."""
    found = (line.fullmatch(words) for line in _MORE)
    return next((int(one[1]) for one in found if one), 0)


def is_link(words: str, link: str) -> bool:
    """Whether a block is the link that stands behind a text."""
    return words in [wording.read_on.format(link=link) for wording in WORDINGS]


def is_update(words: str) -> bool:
    """Whether a block is our line on when the report was corrected."""
    return any(line.fullmatch(words) for line in _UPDATES)


def drop_note(words: str) -> str:
    """The words without our note that they are an excerpt."""
    notes = (one.excerpt for one in WORDINGS if words.endswith(one.excerpt))
    return words.removesuffix(next(notes, "")).rstrip()
