"""How it stands with the full texts of a source, in words for `status`."""

from collections import Counter
from collections.abc import Sequence

from aggregator.core.fulltext.unfolding import stands
from aggregator.core.model import Entry, Outcome

MISSING = "the extra for full texts is not installed: pip install 'day-newsfeed[full-text]'"
"""What to do where `full_text` is set and the packages for it are not there."""

_WORDS = {
    Outcome.NO_TEXT: "gave no text",
    Outcome.REFUSED: "may not be read",
    Outcome.FAILED: "could not be fetched",
    Outcome.GONE: "is gone",
}


def say_pages(entries: Sequence[Entry]) -> str:
    """How many of the newest reports show their page's text, and why the last one does not.

    "" where no page was asked for.
    """
    asked = [(entry, entry.article) for entry in entries if entry.article]
    if not asked:
        return ""
    shown = sum(stands(article, entry) for entry, article in asked)
    failed = [article for _, article in asked if article.outcome is not Outcome.TEXT]
    said = f"{shown} of {len(asked)} pages asked for gave their text"
    if not failed:
        return said
    counts = Counter(article.outcome for article in failed)
    reasons = ", ".join(f"{counts[one]} {_WORDS[one]}" for one in _WORDS if counts[one])
    last = max(failed, key=lambda article: article.at)
    return f"{said}; {reasons}; last: {last.detail}"
