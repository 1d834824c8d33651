"""What an answer that brought no text means: for the report, and for the rest of the round."""

from aggregator.core.model import Failure, Outcome

_MOST_BYTES = 5_000_000
"""An article's page has 0.05 to 1 MB; ten times that is an archive, or made to be slow."""
_HTML_TYPES = ("text/html", "application/xhtml+xml")

_OUTCOMES = {
    Failure.GONE: Outcome.GONE,
    Failure.FORBIDDEN: Outcome.REFUSED,
    Failure.CHALLENGE: Outcome.REFUSED,
    Failure.TOO_LARGE: Outcome.NO_TEXT,
    Failure.ENCODING: Outcome.NO_TEXT,
    Failure.BLOCKED: Outcome.NO_TEXT,
}

_OF_ONE_PAGE = frozenset(
    {
        Failure.GONE,
        Failure.NOT_FOUND,
        Failure.FORBIDDEN,
        Failure.STATUS,
        Failure.REDIRECT,
        Failure.TOO_LARGE,
        Failure.ENCODING,
        Failure.INCOMPLETE,
    }
)


def name_outcome(kind: Failure) -> Outcome:
    """What a failure means for a report: may its page be asked for again, and how soon."""
    return _OUTCOMES.get(kind, Outcome.FAILED)


def ends_round(kind: Failure) -> bool:
    """Whether a failure is the site's rather than one page's: it is spared until the next poll."""
    return kind not in _OF_ONE_PAGE


def refuse_body(content_type: str, size: int) -> str:
    """Why an answer is not read, "" where it may be a page."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind not in _HTML_TYPES:
        return f"it is no page but {kind[:50]}"
    return f"its page has {size:,} bytes; that is no article" if size > _MOST_BYTES else ""
