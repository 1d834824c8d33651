"""Spans of time in words, and a source's own share of them."""

import hashlib
from datetime import timedelta


def say_span(span: timedelta) -> str:
    """A span in the spelling of the configuration: 90m, 24h, 45s, 3d."""
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0 and not (unit == "d" and seconds < 2 * size):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def round_span(span: timedelta) -> timedelta:
    """The span in whole minutes, at least one: nobody learns a source to the second."""
    return timedelta(minutes=max(1, round(span / timedelta(minutes=1))))


def share(source_id: str) -> float:
    """A stable number from 0 to 1 for each source, so that no herd forms on the hour."""
    return int.from_bytes(hashlib.sha256(source_id.encode()).digest()[:4]) / 2**32
