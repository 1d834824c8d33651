"""Judges what is about to be published: each story on its own, then the whole documents.

Bytes that were judged good are not judged again: a publishing makes hundreds of
fragments, of which a poll changes a few.
"""

from collections.abc import Sequence
from datetime import datetime

from aggregator.core.lint import Circumstances, Finding, forbids, lint, lint_entry
from aggregator.core.model import Output
from aggregator.edges.published import read_entry, skim_document
from aggregator.edges.render import Fragments
from aggregator.errors import PublishError
from aggregator.pipeline.judged import Judged, digest

_FORMS = ("atom", "rss", "json")
_JUDGED = Judged()


def find_fault(made: Fragments) -> str:
    """Why a story must not be published, in one line; "" when nothing forbids it."""
    for form in _FORMS:
        body: bytes = getattr(made, form)
        name = digest(form, body)
        if _JUDGED.knows(name):
            continue
        wrong = [one for one in lint_entry(read_entry(body, form), form) if forbids(one)]
        if wrong:
            return f"would make {form} invalid: {_say(wrong[0])}"
        _JUDGED.note(name)
    return ""


def find_document_fault(output: Output, place: str, now: datetime) -> str:
    """Why a document must not be published, in one line; "" when nothing forbids it.

    What is in its entries was judged before. Its size is not judged: a large
    document is better than none.
    """
    name = digest(output.path, output.body)
    if _JUDGED.knows(name):
        return ""
    around = Circumstances((place,), output.media_type, now)
    found = lint(skim_document(output.body), around, entries=False)
    wrong = [one for one in found if forbids(one)]
    if wrong:
        return _say(wrong[0])
    _JUDGED.note(name)
    return ""


def refuse_invalid(outputs: Sequence[Output], home: str, now: datetime) -> None:
    """Raise PublishError for the first document that must not be published."""
    for output in outputs:
        if fault := find_document_fault(output, f"{home}{output.path}", now):
            raise PublishError(
                f"{output.path}: would be invalid ({fault}); what was published stays; "
                "this is a fault of the program, please report it"
            )


def _say(finding: Finding) -> str:
    return f"{finding.kind} at {finding.where}: {finding.words}"
