"""Where two texts differ, in passages that people can read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_PASSAGES = 3
"""Passages told of one edit: whoever wants all of it reads the report."""

_CONTEXT = 3
"""Words that stay the same, told before and behind a change; changes nearer than that are one."""

# A letter of a script without spaces is a word, and nothing is longer than 40 letters.
_SPACELESS = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48f\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_SPACELESS}]|[^\s{_SPACELESS}]{{1,40}}")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """What stood in a place and what stands there now, with a few words around."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How many words came and went, and the first places where; `left_out` counts the others."""

    more: int
    fewer: int
    passages: tuple[Passage, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with the places of its words."""

    text: str
    spans: tuple[Span, ...]

    @property
    def words(self) -> list[str]:
        return [self.text[start:end] for start, end in self.spans]

    def quote(self, start: int, end: int) -> str:
        """These words with those around them; an ellipsis where more follows."""
        first, last = max(0, start - _CONTEXT), min(len(self.spans), end + _CONTEXT)
        if first == last:
            return ""
        body = self.text[self.spans[first][0] : self.spans[last - 1][1]]
        front, tail = "… " if first else "", " …" if last < len(self.spans) else ""
        return f"{front}{body}{tail}"


def compare_texts(before: str, after: str) -> Difference:
    """What an edit changed in the words of a text."""
    old, new = _read(before), _read(after)
    changes = list(_list_changes(old.words, new.words))
    passages = [Passage(old.quote(*left), new.quote(*right)) for left, right in _join_near(changes)]
    return Difference(
        more=sum(end - start for _, (start, end) in changes),
        fewer=sum(end - start for (start, end), _ in changes),
        passages=tuple(passages[:MOST_PASSAGES]),
        left_out=max(0, len(passages) - MOST_PASSAGES),
    )


def _read(text: str) -> _Text:
    return _Text(text, tuple(found.span() for found in _WORD.finditer(text)))


def _list_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Span, Span]]:
    """The places that differ. What both begin and end with is passed over first: it is most."""
    start = _count_same(old, new)
    tail = _count_same(old[start:][::-1], new[start:][::-1])
    left, right = old[start : len(old) - tail], new[start : len(new) - tail]
    # Words that come often begin no match (autojunk): else a text of one word takes seconds.
    for kind, *places in SequenceMatcher(None, left, right).get_opcodes():
        if kind != "equal":
            i, j, k, m = (place + start for place in places)
            yield (i, j), (k, m)


def _count_same(left: Sequence[str], right: Sequence[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(left), len(right)))


def _join_near(changes: Sequence[tuple[Span, Span]]) -> list[tuple[Span, Span]]:
    """The places, those as one that would be told with the same words between them."""
    joined: list[tuple[Span, Span]] = []
    for left, right in changes:
        if joined and left[0] - joined[-1][0][1] <= _CONTEXT:
            (i, _), (k, _) = joined.pop()
            joined.append(((i, left[1]), (k, right[1])))
        else:
            joined.append((left, right))
    return joined
