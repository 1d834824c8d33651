"""Text that was encoded as UTF-8 twice ("CafÃ©", "Ð¡ÐµÐ²Ð°Ð½") -> what was meant.

A publisher's program took UTF-8 for windows-1252 or ISO-8859-1. A text is
mended as a whole or not at all: where each of its characters stands for one
byte, the bytes are UTF-8, and what they say is of one script. That a text
means what it says is the rule: "CORAÇÃO", "São" and a text that is about
such characters stay.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from aggregator.core import limits
from aggregator.core.model import Markup, ParsedFeed, Person, Problem, RawItem, SourceRef

_HIGH = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
"""The block in which windows-1252 has letters and signs; five bytes of it are controls there too
(WHATWG Encoding)."""
_TO_BYTES = str.maketrans({char: chr(byte) for byte, char in _HIGH.items()})
_FOLLOWING = f"\x80-\xbf{''.join(_HIGH.values())}"
_TWO = f"[\xc2-\xdf][{_FOLLOWING}]"
_MORE = f"[\xe0-\xef][{_FOLLOWING}]{{2}}|[\xf0-\xf4][{_FOLLOWING}]{{3}}"
_SEQUENCE = re.compile(f"{_TWO}|{_MORE}")
_PAIR = re.compile(f"[\xc2-\xf4][{_FOLLOWING}]")
"""How each begins; looked for before all else, since it is found in hardly any text."""
_IN_WORD = re.compile(f"(?<=[a-z])(?:{_SEQUENCE.pattern})|(?:{_SEQUENCE.pattern})(?=[a-z])")
"""A capital letter such as "Ã" and a sign, joined to a small letter: no language writes so.
Joined to capitals it may be a word ("AMANHÃ…")."""
_NEVER_WRITTEN = re.compile(
    f"\xe2[\x80\u20ac][{_FOLLOWING}]"
    r"|\xc2[\xa1-\xa3\xa5\xa7\xa9\xab\xae\xb0\xb7\xbb\xbf](?=\s?\w)"
)
"""A dash, quote or dot ("â€”", "â€º"), or a sign such as "£" behind its "Â": no language has
these letters before such signs, so one is enough."""
_MOST_TIMES = 3
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[ \t\r\n]+")
"""ASCII alone: a no-break space is half of a pair."""

_SCRIPTS = (
    ("Latin", "\u00c0-\u017f\u0218-\u021b\u1e00-\u1eff"),
    ("Greek", "\u0370-\u03ff"),
    ("Cyrillic", "\u0400-\u04ff"),
    ("Armenian", "\u0531-\u058f\ufb13-\ufb17"),
    ("Hebrew", "\u05d0-\u05ea"),
    ("Arabic", "\u0620-\u06d3\u06f0-\u06f9"),
    ("Devanagari", "\u0900-\u097f"),
    ("Georgian", "\u10a0-\u10ff"),
    ("Kana and Han", "\u3041-\u30ff\u4e00-\u9fff"),
    ("Hangul", "\uac00-\ud7a3"),
)
_OF_SCRIPT = re.compile("|".join(f"([{chars}])" for _, chars in _SCRIPTS))
_SIGNS = re.compile(
    "[\u00a0-\u00bf\u00d7\u00f7\u2010-\u2027\u202f-\u203a\u20a0-\u20bf\u2100-\u214f\u2190-\u21ff"
    "\u2200-\u22ff\u25a0-\u27bf\u3000-\u3011\ufe0f\U0001f300-\U0001faff]"
)
"""What may stand in a text of any script."""

_ENOUGH = 2
"""Letters of another script than Latin: one may come about by chance ("Ö" before a quote)."""
_MANY = 3
"""Pairs in a Latin text that prove it wherever they stand: fewer must be inside of words. A word
that comes back is counted once: "AMANHÃ… AMANHÃ… AMANHÃ…" means what it says."""
_QUOTED = re.compile(rf"[\"'`(\[][^\s\"'`()\[\]]*(?:{_SEQUENCE.pattern})[^\s\"'`()\[\]]*[\"'`)\]]")
"""A word in quotes may be shown for its letters: what CafÃ© looks like."""

_TRIMMED = {"\u00d0": "\u00a0", "\u00d1": "\u0085", "\u00d5": "\u0085", "\u00d6": "\u0085"}
"""What parsers take for white space at the end of a text, by the character before it: half of a
Cyrillic or Armenian letter, of which no other living one has this first half."""

_ABOUT = re.compile(
    r"mojibake|double.encod|utf-?8|iso-?8859|latin-?1|windows-?125|cp-?125|charset|unicode"
    r"|encod|codifica|кодиров|zeichensatz|kodierung|encodage",
    re.IGNORECASE,
)


def repair(text: str) -> str:
    """The text as it was meant, or the very same text where it was encoded once.

    A text that speaks of encodings is left as it is: it may quote what we would mend.
    """
    if _ABOUT.search(text):
        return text
    for _ in range(_MOST_TIMES):
        if not _is_suspect(text):
            break
        meant = _decode(text + _TRIMMED.get(text[-1:], ""))
        if meant is None or not _is_sure(text, meant):
            break
        text = meant
    return text


def _is_suspect(text: str) -> bool:
    return not text.isascii() and len(text) <= limits.TEXT and _PAIR.search(text) is not None


def repair_feed(feed: ParsedFeed) -> ParsedFeed:
    """The feed with its texts as they were meant, and a Problem that says how many were mended.

    Where one text of an item speaks of encodings, all of it is left as it is.
    """
    counted: Counter[str] = Counter()
    items = tuple(_repair_item(item, counted) for item in feed.items)
    head = replace(
        feed.head,
        title=_mend(feed.head.title, counted),
        rights=feed.head.rights and _mend(feed.head.rights, counted),
        authors=_mend_people(feed.head.authors, counted),
    )
    if not counted:
        return feed
    many = counted.total()
    what = "1 text was" if many == 1 else f"{many} texts were"
    problem = Problem("", f"{what} encoded as UTF-8 twice and mended")
    return replace(feed, head=head, items=items, problems=(*feed.problems, problem))


def _repair_item(item: RawItem, counted: Counter[str]) -> RawItem:
    texts = [text.value for text in (item.title, item.summary, item.content) if text]
    source = item.source
    names = [*item.categories, *(person.name for person in item.authors), item.rights or ""]
    names += [source.title, source.rights or ""] if source else []
    if not any(map(_is_suspect, [*texts, *names])) or any(map(_ABOUT.search, texts)):
        return item
    return replace(
        item,
        title=_mend_markup(item.title, counted),
        summary=item.summary and _mend_markup(item.summary, counted),
        content=item.content and _mend_markup(item.content, counted),
        authors=_mend_people(item.authors, counted),
        categories=tuple(_mend(name, counted) for name in item.categories),
        rights=item.rights and _mend(item.rights, counted),
        source=source and _mend_source(source, counted),
    )


def _mend_people(people: Iterable[Person], counted: Counter[str]) -> tuple[Person, ...]:
    return tuple(replace(person, name=_mend(person.name, counted)) for person in people)


def _mend_source(source: SourceRef, counted: Counter[str]) -> SourceRef:
    rights = source.rights and _mend(source.rights, counted)
    return replace(source, title=_mend(source.title, counted), rights=rights)


def _mend_markup(text: Markup, counted: Counter[str]) -> Markup:
    mended = _mend(text.value, counted)
    return text if mended is text.value else replace(text, value=mended)


def _mend(text: str, counted: Counter[str]) -> str:
    mended = repair(text)
    if mended != text:
        counted["mended"] += 1
        return mended
    return text


def _decode(text: str) -> str | None:
    """What the characters say when each is taken for a byte; None where that is no UTF-8.

    Between 0x80 and 0x9F both charsets occur in one text: some programs write a
    control where others write a sign, and some copy from each other.
    """
    try:
        return text.translate(_TO_BYTES).encode("latin-1").decode()
    except UnicodeError:
        return None


def _is_sure(text: str, meant: str) -> bool:
    letters: Counter[int] = Counter()
    for char in meant:
        if char.isascii():
            continue
        if found := _OF_SCRIPT.match(char):
            letters[found.lastindex or 0] += 1
        elif not _SIGNS.match(char) and not unicodedata.combining(char):
            return False
    latin = letters.pop(1, 0)
    if letters:
        return len(letters) == 1 and letters.total() >= _ENOUGH
    return bool(latin or _SIGNS.search(meant)) and _is_sure_of_latin(_TAG.sub(" ", text))


def _is_sure_of_latin(text: str) -> bool:
    if sum(len(_SEQUENCE.findall(word)) for word in set(_SPACE.split(text))) >= _MANY:
        return True
    if _QUOTED.search(text):
        return False
    return any(found.search(text) for found in (_NEVER_WRITTEN, _IN_WORD))
