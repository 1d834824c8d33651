"""The language of a report: what is declared, unless the script of the text says otherwise.

A script names one language at most, so Latin letters decide nothing here.
"""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

_SAMPLE = 2_000
"""Characters of a text that are looked at; a report does not change its script."""

_ENOUGH = 3
"""Letters below which a script is not judged: "Ok" in a title proves nothing."""

_TAG = re.compile(
    r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?((?:[-_][a-z0-9]{5,8})*)",
    re.IGNORECASE | re.ASCII,
)
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
_SHORTER = {"eng": "en", "rus": "ru", "hye": "hy", "arm": "hy", "kat": "ka", "geo": "ka"}
"""BCP 47 asks for the shortest code (RFC 5646, 2.2.1); these are the ones seen in feeds."""


@dataclass(frozen=True, slots=True)
class _Script:
    """A script: the language it stands for, and all those that are written in it."""

    language: str | None
    written: frozenset[str]


def _script(language: str | None, others: str = "") -> _Script:
    return _Script(language, frozenset([*([language] if language else []), *others.split()]))


_LATIN = _script(None)
_CYRILLIC = _script(
    "ru",
    "uk be bg sr mk kk ky tg mn tt ba os ab ce cv uz az bs sh tk av lez inh kbd ady kum dar sah"
    " udm mhr kv rue cu mo ro",
)
_HAN = _script("zh", "ja ko yue wuu nan lzh hak cmn vi")
_KANA = _script("ja")
_HANGUL = _script("ko")
_ARMENIAN = _script("hy", "hyw xcl axm")
_GEORGIAN = _script("ka", "xmf sva ab os")
_ARABIC = _script("ar", "fa ur ps ku ckb ug sd pa az arz ary apc prs uz tg kk ky ks bal pnb azb ms")
_DEVANAGARI = _script("hi", "mr ne sa mai bho kok sd ks doi")

# (first character, script) in order; a script ends where the next line begins.
_RANGES: tuple[tuple[int, _Script | None], ...] = (
    (0x0000, None), (0x0041, _LATIN), (0x0250, None),
    (0x0370, _script("el", "grc pnt cop")), (0x0400, _CYRILLIC), (0x0530, _ARMENIAN),
    (0x0590, _script("he", "iw yi ji lad")), (0x0600, _ARABIC), (0x0700, None),
    (0x0750, _ARABIC), (0x0780, None), (0x0900, _DEVANAGARI),
    (0x0980, _script("bn", "as mni")), (0x0A00, _script("pa")), (0x0A80, _script("gu")),
    (0x0B00, _script("or")), (0x0B80, _script("ta")), (0x0C00, _script("te")),
    (0x0C80, _script("kn", "tcy")), (0x0D00, _script("ml")), (0x0D80, _script("si", "pi")),
    (0x0E00, _script("th")), (0x0E80, _script("lo")), (0x0F00, _script("bo", "dz")),
    (0x1000, _script("my", "shn mnw")), (0x10A0, _GEORGIAN), (0x1100, _HANGUL),
    (0x1200, _script("am", "ti gez")), (0x13A0, None), (0x1780, _script("km")), (0x1800, None),
    (0x1C80, _CYRILLIC), (0x1C90, _GEORGIAN), (0x1CC0, None), (0x1E00, _LATIN),
    (0x1F00, _script("el", "grc")), (0x2000, None), (0x2D00, _GEORGIAN), (0x2D30, None),
    (0x3040, _KANA), (0x3100, None), (0x3400, _HAN), (0x4DC0, None), (0x4E00, _HAN),
    (0xA000, None), (0xA640, _CYRILLIC), (0xA6A0, None), (0xAC00, _HANGUL), (0xD7B0, None),
    (0xF900, _HAN), (0xFB00, None), (0xFB50, _ARABIC), (0xFE00, None), (0xFE70, _ARABIC),
    (0xFF00, None), (0x20000, _HAN), (0x40000, None),
)  # fmt: skip
_STARTS = [start for start, _ in _RANGES]


def read_language(
    declared_item: str | None, configured: str | None, declared_feed: str | None, text: str
) -> str | None:
    """Return the BCP 47 tag of a text: the item's, the configured, the feed's, else by script.

    A declaration that the script contradicts is passed over: a template's
    "en-US" does not make an Armenian text English.
    """
    script = _read_script(text)
    given = (declared_item, configured, declared_feed)
    tags = [tag for tag in map(normalise_tag, given) if tag is not None]
    fitting = (tag for tag in tags if _fits(tag, script))
    return next(fitting, script.language if script else None)


def normalise_tag(tag: str | None) -> str | None:
    """Return a language tag in the case that BCP 47 recommends, None for junk."""
    found = _TAG.fullmatch(tag.strip()) if tag else None
    if found is None:
        return None
    language, script, region, variants = found.groups()
    language = _SHORTER.get(language.lower(), language.lower())
    if language in _NO_LANGUAGE:
        return None
    parts = (language, script and script.title(), region and region.upper())
    return "-".join(part for part in parts if part) + variants.lower().replace("_", "-")


def _fits(tag: str, script: _Script | None) -> bool:
    return script is None or script.language is None or tag.partition("-")[0] in script.written


def _read_script(text: str) -> _Script | None:
    """Return the script that more than half of the letters are in, None where there is none."""
    # Counting all characters and then looking at each kind once is 20 times
    # faster than looking at every character.
    counted = Counter(text[:_SAMPLE])
    letters = Counter({char: times for char, times in counted.items() if char.isalpha()})
    found: Counter[_Script | None] = Counter()
    for char, times in letters.items():
        found[_script_of(char)] += times
    if _KANA in found and _HAN in found:
        # Japanese writes both; a tenth of kana is enough to know it.
        found[_KANA] += found.pop(_HAN) if found[_KANA] * 10 >= found[_HAN] else 0
    script, count = max(found.items(), key=lambda pair: pair[1], default=(None, 0))
    return script if count >= _ENOUGH and count * 2 > letters.total() else None


def _script_of(char: str) -> _Script | None:
    return _RANGES[bisect_right(_STARTS, ord(char)) - 1][1]
