"""A body that is no feed -> what it is instead, in words that a person can act on."""

from aggregator.core.bodies import cut_words, is_html, quote_start, quote_title
from aggregator.core.model import Failure, ParseFailed
from aggregator.edges.parse.engine import Heard


def name_body(data: bytes, heard: Heard) -> ParseFailed:
    """Why a document is no feed: an HTML page, some other XML, or no XML at all."""
    if is_html(data) or heard.root == "html":
        return ParseFailed(Failure.HTML, f"HTML page, not a feed{quote_title(data)}")
    begins_as_xml = data.lstrip()[:1] == b"<"
    if heard.root and begins_as_xml:
        return ParseFailed(
            Failure.NOT_A_FEED, f"XML, but not a feed: its root is <{cut_words(heard.root)}>"
        )
    return ParseFailed(Failure.NOT_XML, f"neither XML nor JSON: begins with {quote_start(data)}")
