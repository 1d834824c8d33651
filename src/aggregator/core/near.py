"""Texts that are one text with small edits: the share of three-word runs that they have in common.

Shared runs are counted against the shorter text, so that a summary is found in
the report it is from. Against all runs (Jaccard, and so MinHash) copies cannot
be told from different reports: on the authored day the lowest true pair has
0.06 and the highest false one 0.28; of the shorter text, copies share at least
0.72 and different reports at most 0.39 (docs/decisions/0022).
"""

from array import array
from bisect import bisect_right
from collections.abc import Collection
from struct import pack, unpack
from zlib import crc32

from aggregator.core.text import fold

MIN_RUNS = 8
"""Fewer runs are no text: a forecast is a template, it must be equal to be the same."""
SAME = 0.6
"""Share of the shorter text's runs from which on two texts are one."""
_MIX = (0x9E3779B1, 0x85EBCA6B)
"""Odd numbers, so that the order of the three words counts."""
_DIGIT = 64
_LOW = b"\xff\xff\xff\xff\0\0\0\0"
"""Of a digit the lower half, that is 32 bits."""
_LOOK = 16
_LEAST_MET = 4
_MOST_WORDS = 1_000
"""A copy has the beginning of a text; the rest would cost memory only."""


def read_runs(text: str) -> "array[int]":
    """The different three-word runs of a text as 32-bit checksums, sorted."""
    words = fold(text[: _MOST_WORDS * 12]).encode("utf-8", "surrogatepass").split()[:_MOST_WORDS]
    runs = len(words) - 2
    if runs < 1:
        return array("I")
    # All at once: each checksum is a digit of one long number, the first word's the lowest. A
    # digit has 64 bits, room for what two of 32 bits make. It takes a third of the time.
    sums = int.from_bytes(pack(f"<{len(words)}Q", *map(crc32, words)), "little")
    low = int.from_bytes(_LOW * runs, "little")
    mixed = (sums * _MIX[0] & low) + ((sums >> _DIGIT) * _MIX[1] & low) + (sums >> 2 * _DIGIT)
    found = unpack(f"<{runs}Q", (mixed & low).to_bytes(len(_LOW) * runs, "little"))
    return array("I", sorted(set(found)))


def share(left: "array[int]", right: "array[int]", common: Collection[int] = ()) -> float:
    """The share of the shorter one's runs that both have; 0 where it has too few to tell.

    `common` are runs that many reports of one source have: its footers. Texts
    of which few of the lowest runs meet are not compared further, and share 0.
    """
    # Of two that are as long, always the same one: the look at a few runs is a look at its.
    short, long = sorted((left, right), key=lambda runs: (len(runs), runs))
    if len(short) < MIN_RUNS or _meet_seldom(short, long):
        return 0.0
    one, other = set(short).difference(common), set(long).difference(common)
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter >= MIN_RUNS else 0.0


def _meet_seldom(short: "array[int]", long: "array[int]") -> bool:
    """Whether a look at a few runs says that less than `SAME` are shared.

    The lowest checksums are a fair sample: of 16, a text that shares 0.6 has
    4 or fewer in one case of two hundred.
    """
    if len(short) <= 2 * _LOOK:
        return False
    lowest = short[:_LOOK]
    met = set(lowest).intersection(long[: bisect_right(long, lowest[-1])])
    return len(met) < _LEAST_MET
