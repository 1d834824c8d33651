"""What the edits of a report changed, in rows for people and values for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from aggregator.cli.words import cut_words, say_time, say_words, write_time
from aggregator.core.explaining import Edit
from aggregator.core.versions import TEXT

_MOST = 160
"""Characters of a passage, a title or a link: a row is read at a glance, JSON has the rest."""


def list_rows(edits: Sequence[Edit], zone: str, *, is_out: bool) -> list[list[Text]]:
    """When each edit was seen, what it changed, and how; only what where the report is out."""
    return [
        [Text(say_time(edit.at, zone)), say_words(what), say_words(how)]
        for edit in edits
        for what, how in _list_changes(edit, zone, is_out=is_out)
    ]


def describe_edits(edits: Sequence[Edit]) -> list[dict[str, Any]]:
    """The same for other programs."""
    return [_describe(edit) for edit in edits]


def _list_changes(edit: Edit, zone: str, *, is_out: bool) -> Iterator[tuple[str, str]]:
    changes = [*_list_lines(edit, is_out=is_out), *_list_text(edit)]
    if edit.dated:
        before, after = (say_time(at, zone) for at in edit.dated)
        changes.append(("date", f"{before} -> {after}"))
    yield from changes or [("more", "something of which nothing is kept")]
    if edit.skipped:
        yield "more", f"this and {edit.skipped} later edits together: only so many are kept"


def _list_lines(edit: Edit, *, is_out: bool) -> Iterator[tuple[str, str]]:
    for line in edit.lines:
        how = f"{cut_words(line.before, _MOST)} -> {cut_words(line.after, _MOST)}"
        yield line.what, "not told while it is taken down" if is_out else how


def _list_text(edit: Edit) -> Iterator[tuple[str, str]]:
    if edit.length and edit.text is None:
        before, after = edit.length
        yield "text", f"behind its first {TEXT} characters; it had {before}, and has {after}"
    if edit.text:
        yield "text", f"{_count(edit.text.more)} more, {edit.text.fewer} fewer"
        for one in edit.text.passages:
            yield "text", f"'{cut_words(one.before, _MOST)}' -> '{cut_words(one.after, _MOST)}'"
        if edit.text.left_out:
            yield "text", f"and in {edit.text.left_out} more places"


def _count(words: int) -> str:
    return f"{words} word" if words == 1 else f"{words} words"


def _describe(edit: Edit) -> dict[str, Any]:
    text, length = edit.text, edit.length
    return {
        "at": write_time(edit.at),
        "changes": {
            line.what: {"before": line.before or None, "after": line.after or None}
            for line in edit.lines
        },
        "date": edit.dated and dict(zip(_SIDES, map(write_time, edit.dated), strict=True)),
        "length": length and dict(zip(_SIDES, length, strict=True)),
        "text": text
        and {
            "more": text.more,
            "fewer": text.fewer,
            "passages": [{"before": one.before, "after": one.after} for one in text.passages],
            "left_out": text.left_out,
        },
        "skipped": edit.skipped,
    }


_SIDES = ("before", "after")
