"""How many findings of a document are kept: enough to mend by, few enough for memory."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from aggregator.core.lint.findings import of_whole
from aggregator.core.lint.values import Finding

_MOST = 1_000
"""Of one class: who has a thousand of one kind mends their cause, not each."""
_MOST_SOUGHT = 20_000
"""Of all classes: behind that, nothing is sought."""


def cap(found: Iterable[Finding]) -> list[Finding]:
    """The first findings of each class; the last one of each says how many more there are."""
    kept: list[Finding] = []
    last: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for number, one in enumerate(found):
        if number == _MOST_SOUGHT:
            words = f"it has more than {_MOST_SOUGHT:,} findings; mend these first"
            kept.append(of_whole("NotJudged", f"{words}, the rest was not judged"))
            break
        counts[one.kind] += 1
        if counts[one.kind] <= _MOST:
            last[one.kind] = len(kept)
            kept.append(one)
    for kind, index in last.items():
        if (more := counts[kind] - _MOST) > 0:
            kept[index] = _say_more(kept[index], more)
    return kept


def _say_more(finding: Finding, more: int) -> Finding:
    return replace(finding, words=f"{finding.words}; {more:,} more of this class are not listed")
