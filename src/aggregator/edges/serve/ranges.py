"""Which part of a file a reader wants (RFC 9110 section 14)."""

import re
from collections.abc import Sequence
from enum import Enum

_ONE = re.compile(r"bytes[ \t]*=[ \t]*(\d{0,19})-(\d{0,19})[ \t]*", re.ASCII | re.IGNORECASE)


class Whole(Enum):
    """Why no part of it is sent."""

    ASKED = "no part is asked for, or it cannot be read, or several are: the whole is sent"
    BEYOND = "nothing of the file lies there: 416"


def find_part(wanted: Sequence[str], size: int) -> range | Whole:
    """The bytes that a Range field names, of a file of so many.

    Several parts at once, other units and what breaks the grammar count as no
    Range field, which section 14.2 leaves to a server.
    """
    found = _ONE.fullmatch(wanted[0]) if len(wanted) == 1 else None
    if not found or not any(found.groups()):
        return Whole.ASKED
    first, last = found.groups()
    if not first:
        return _clip(max(size - int(last), 0) if int(last) else size, size - 1, size)
    if last and int(last) < int(first):
        return Whole.ASKED
    return _clip(int(first), int(last) if last else size - 1, size)


def _clip(first: int, last: int, size: int) -> range | Whole:
    return range(first, min(last, size - 1) + 1) if first < size else Whole.BEYOND


def is_same(if_range: Sequence[str], etag: str, date: str | None) -> bool:
    """Whether a part may be sent to a reader that holds another part (section 13.1.5).

    Without the field it may; a tag is compared strongly, a date must be the very same.
    """
    return not if_range or (len(if_range) == 1 and if_range[0].strip() in {etag, date})
