"""A report with its page's text in place of its feed's summary, for whoever publishes it.

What is stored keeps the feed's own words apart: a later poll compares with
those, so that a full text is neither overwritten nor taken for a correction.
"""

from dataclasses import replace

from aggregator.core.model import Article, Entry, Outcome


def stands(article: Article | None, entry: Entry) -> bool:
    """Whether a page's text may be shown: it was asked for the very words the feed has now.

    When the feed changes its words, the text may hold what was just corrected.
    """
    return (
        article is not None and article.outcome is Outcome.TEXT and article.digest == entry.digest
    )


def unfold(entry: Entry) -> Entry:
    """The entry as it is published; the same where no page's text stands for it.

    What the feed says of author and origin goes before what the page says.
    """
    article = entry.article
    if article is None or not stands(article, entry):
        return entry
    return replace(
        entry,
        html=article.html,
        text=article.text,
        source=entry.source or article.source,
        authors=entry.authors or article.authors,
    )
