"""Which way a language is written."""

import re

_RIGHT_TO_LEFT = frozenset({
    "ar", "arc", "arz", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "iw", "ji", "khw", "ks",
    "lrc", "mzn", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi",
})  # fmt: skip
_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})
"""ISO 15924 codes of scripts that run from right to left; a tag may name its script."""
_SCRIPT = re.compile(r"-([a-z]{4})(?=-|\Z)")


def find_direction(language: str | None) -> str:
    """The value of `dir` for a text: ltr, rtl, or auto where its language is unknown."""
    if not language:
        return "auto"
    tag = language.lower()
    script = _SCRIPT.search(tag)
    is_right = script[1] in _SCRIPTS if script else tag.partition("-")[0] in _RIGHT_TO_LEFT
    return "rtl" if is_right else "ltr"
