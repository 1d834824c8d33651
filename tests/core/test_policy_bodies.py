"""What is remembered of a body, figure by figure."""

from dataclasses import replace

import pytest

from aggregator.core import policy
from aggregator.core.model import Failure, ParsedFeed, ParseFailed, ParseResult
from aggregator.core.model.feed import FeedHead
from aggregator.core.policy.bodies import may_be_cut, note_body
from tests.core.make import NOW, make_source

START = policy.start_state(make_source(), NOW)
WHOLE = ParsedFeed("rss20", FeedHead())


@pytest.mark.parametrize(
    ("parsed", "cut"),
    [
        (None, False),
        (WHOLE, False),
        (replace(WHOLE, is_cut=True), True),
        (ParseFailed(Failure.NOT_XML, ""), True),
        (ParseFailed(Failure.PARSE_CRASH, ""), False),
        (ParseFailed(Failure.ENCODING, ""), False),
    ],
)
def test_what_may_be_a_beginning_only(parsed: ParseResult | None, cut: bool) -> None:  # noqa: FBT001 - a table's column
    """A feed that says so, or what might have become a feed; nothing that was not read."""
    assert may_be_cut(parsed) is cut


def test_a_body_that_was_not_read_again_keeps_its_mark() -> None:
    """The same body as before is remembered as it was; the first one by its digest."""
    known = replace(START, body_digest="marked")
    assert note_body(known, b"x", None) == "marked"
    assert note_body(START, b"x", None) == policy.digest_body(b"x")
    assert note_body(known, b"x", WHOLE) == policy.digest_body(b"x")
