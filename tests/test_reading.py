"""From bytes to a clean feed: parse, then clean; the words alone where that comes to no end."""

import asyncio
import json
from datetime import timedelta

import pytest

from aggregator.core.model import Failure, ParsedFeed, ParseFailed
from aggregator.edges.parse import Task
from aggregator.reading import open_readers, read_body
from tests.newsroom import write_item, write_rss

URL = "https://paper.example/rss"
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [
    {"id": "1", "content_html": "<p onclick='x'>One <b>two</b></p>"}]}"""


def read(body: bytes, *, words_only: bool = False) -> str:
    """The first item's text, as HTML."""
    parsed = read_body(Task(body, "", URL, words_only=words_only))
    assert isinstance(parsed, ParsedFeed)
    text = parsed.items[0].content or parsed.items[0].summary
    assert text is not None
    assert text.html
    return text.value


@pytest.mark.parametrize(
    "body", [write_rss(write_item(1, text="&lt;p onclick='x'&gt;One &lt;b&gt;two&lt;/b&gt;")), JSON]
)
def test_what_is_read_is_clean(body: bytes) -> None:
    """HTML of XML and of JSON is safe when it leaves the reader; its words alone on demand."""
    assert read(body) == "<p>One <b>two</b></p>"
    assert read(body, words_only=True) == "<p>One two</p>"


def test_words_without_markup_are_said_to_be_so() -> None:
    """Plain texts stay as they are, missing ones stay missing, and a Problem tells why."""
    body = JSON.replace(
        b'"content_html": "<p onclick=\'x\'>One <b>two</b></p>"', b'"title": "a < b"'
    )
    parsed = read_body(Task(body, "", URL, words_only=True))
    assert isinstance(parsed, ParsedFeed)
    assert (parsed.items[0].content, parsed.items[0].title.value) == (None, "a < b")
    assert "could not be cleaned in time" in parsed.problems[-1].what
    plain = body.replace(b'"title"', b'"content_text"')
    assert read(plain, words_only=True) == "<p>a &lt; b</p>"


def test_what_is_no_feed_is_a_failure() -> None:
    """A failure of parsing passes as it is."""
    assert read_body(Task(b"", "", URL)) == ParseFailed(Failure.EMPTY, "the body is empty")


def test_a_reader_is_a_process_that_is_ended() -> None:
    """Markup that no bound foresees costs its deadline and not the memory or time of others."""
    # Quotes that hide the ends of tags from everybody but a reader of HTML.
    tag = "<a " + " ".join(f'x{n}="><b></b>"' for n in range(105_000)) + ">word"
    items = [{"id": "1", "content_html": tag}, {"id": "2", "content_text": "Good."}]
    body = json.dumps({"title": "J", "items": items}).encode()

    async def ask() -> None:
        async with open_readers(1, timedelta(seconds=1)) as readers:
            first = await readers.parse(Task(body, "", URL))
            again = await readers.parse(Task(body, "", URL, words_only=True))
        assert isinstance(first, ParseFailed)
        assert first.kind is Failure.PARSE_DEADLINE
        assert isinstance(again, ParsedFeed)
        assert len(again.items) == 2

    asyncio.run(ask())
