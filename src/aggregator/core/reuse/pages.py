"""Whether a source's terms let its full texts be taken from its article pages."""

from datetime import datetime

from aggregator.core.model import Mode, Source


def explain_off(source: Source, now: datetime | None = None) -> str:
    """Why a source's `full_text` is not in effect by its terms, "" where it is.

    Without `now` whether they have ended is left out.
    """
    terms = source.reuse
    if terms.mode is not Mode.FULL:
        return (
            f"its re-use terms say {terms.mode}; full texts need `reuse.mode: full`,"
            " or remove `full_text`"
        )
    if not terms.derivatives:
        return (
            "its re-use terms allow no changes, and a text taken out of a page is one;"
            " remove `full_text`"
        )
    if now is not None and terms.until is not None and terms.until <= now:
        return "its re-use terms have ended; renew them, or remove `full_text`"
    return ""
