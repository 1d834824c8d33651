"""Credits and notices of which something is not known read as if it had never been asked for."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.audit.unsaid import leave_out
from aggregator.core.reuse.blanks import drop_blanks

NAMES = ("source", "author", "title", "date", "year", "link")
PIECES = st.one_of(
    st.sampled_from([f"{{{name}}}" for name in NAMES]),
    st.sampled_from(list(" \t,;|/·–—-.:!?։…。()[]«»ab\0{}")),
)


@pytest.mark.parametrize(
    ("template", "left"),
    [
        ("{source} ({author}), {date}", "{source}, {date}"),
        ("{source} ({author})", "{source}"),
        ("{source} ({author}).", "{source}."),
        ("{source}, {author}, {date}", "{source}, {date}"),
        ("{source}, {author}", "{source}"),
        ("{author}, {source}", "{source}"),
        ("{author}: {title}", "{title}"),
        ("{source}: {author}, {date}", "{source}: {date}"),
        ("{source}, {author}:", "{source}:"),
        ("{source} – {author} – {date}", "{source} – {date}"),
        ("{source} — {author}", "{source}"),
        ("{source} - {author} {date}", "{source} - {date}"),
        ("{source} ({author}, {date})", "{source} ({date})"),
        ("{source} ({date}, {author})", "{source} ({date})"),
        ("{source} [({author})] | {date}", "{source} | {date}"),
        ("{source}/{author}", "{source}"),
        ("{source} {author} {date}", "{source} {date}"),
        ("«{author}» {source}", "{source}"),
        ("{author}", ""),
        ("({author}) - {author}", ""),
        ("Paper (), - {date}", "Paper (), - {date}"),
        ("{source} (Yerevan), {date}", "{source} (Yerevan), {date}"),
        ("{source} by {author}", "{source} by"),
    ],
)
def test_nothing_is_left_round_what_is_not_known(template: str, left: str) -> None:
    """Brackets, commas and dashes go with it; what the template says otherwise stays."""
    assert drop_blanks(template, {"author"}) == left
    assert leave_out(template, {"author"}) == left


@given(st.lists(PIECES, max_size=12).map("".join), st.sets(st.sampled_from(NAMES)))
@example("{author} : - (", {"author"})
@example("([{author}] -)", {"author"})
@example("({author}])", {"author"})
def test_the_audit_expects_what_is_written(template: str, empty: set[str]) -> None:
    """Two programs that share nothing come to the same words."""
    assert drop_blanks(template, empty) == leave_out(template, empty)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_is_known_changes_nothing(template: str) -> None:
    """A template whose placeholders all say something is left alone."""
    assert drop_blanks(template, set()) == leave_out(template, set()) == template
