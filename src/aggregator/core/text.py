"""Text as people read it: clean characters, plain text of HTML, words, forms for comparing.

It expects HTML that `edges.clean` made safe; it never makes HTML safe itself.
"""

import html
import re
import unicodedata
from collections.abc import Callable

from aggregator.core import limits

_MARKUP_LIMIT = 5_000
"""A title's markup beyond this is not read: five times what is shown."""

# Outside XML 1.0 Char, C1 controls, surrogates, noncharacters, U+FFFD.
_PLANES = "".join(
    chr(plane * 0x10000 + 0xFFFE) + "-" + chr(plane * 0x10000 + 0xFFFF) for plane in range(1, 17)
)
_BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd\ufffe\uffff"
    + _PLANES
    + "]"
)
_MOST_MARKS = 30
"""Combining marks on one letter (UAX #15, Stream-Safe Text Format): normalising sorts them
in the square of their number."""
_MANY_SIGNS = re.compile(rf"[^\w\s]{{{_MOST_MARKS + 1},}}")
_BREAKS = re.compile("\r\n?")
_WIDE_BREAKS = re.compile("[\x0b\x0c\x85]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMBEDDINGS = frozenset("\u202a\u202b\u202d\u202e")
_ISOLATES = frozenset("\u2066\u2067\u2068")
_END_EMBEDDING = "\u202c"
_END_ISOLATE = "\u2069"

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote br caption center dd details div dl dt fieldset"
        " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section"
        " summary table tbody tfoot thead tr ul",
    )
)
_CELLS = frozenset({"td", "th"})
_BLOCK_EDGE = re.compile(
    rf"(</?(?:{'|'.join(sorted(_BLOCKS | _CELLS))})(?:\s[^<>]*)?>)", re.IGNORECASE
)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)[^<>]*>")
_SILENT = re.compile(r"<(script|style)\b.*?(?:</\1[^<>]*>|\Z)", re.DOTALL | re.IGNORECASE)
_DECLARATIONS = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.DOTALL)

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INLINE_PAIR = re.compile(
    r"<(a|abbr|b|em|font|i|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>(.*?)</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
# In a title nothing of these is a word that somebody wrote; readers that take
# titles for HTML would run them. A bare "<script>" may be what it is about.
_ACTS = (
    r"[\s/\"'](?:on[a-z]+|(?:xlink:)?href|src|srcset|srcdoc|style|(?:form)?action|data|poster"
    r"|background|ping|content)\s*="
)
_ACTIVE = re.compile(
    r"<(script|style|iframe|object|svg|math|noscript|template)\b[^<>]*>.*?</\1\s*>"
    r"|<!--.*?-->"
    r"|<[a-z][^\s/<>]*\s+[\w:-]+\s*=[^<>]*>"
    rf"|<[a-z](?:\"[^\"]*\"|'[^']*'|[^<>\"'])*?{_ACTS}[^<>]*>?"
    rf"|<[a-z][^<>]*?{_ACTS}[^<>]*>?",
    re.IGNORECASE | re.DOTALL,
)
_ROUNDS = 5
UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
"""Characters that take no room: a line of nothing else says nothing."""
_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)

# Scripts written without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer,
# kana, bopomofo, Han, Yi, half-width kana.
_SPACELESS = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48f\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_BETWEEN_WORDS = re.compile(r"[\s\u200b\u2013\u2014/|\u2026\u2022]+|--+|[,;:!?\u0589](?=[^\W\d_])")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def clean_chars(text: str) -> str:
    """Return the text without characters that no publication may hold; white space stays.

    Removed are those outside XML 1.0 Char, C1 controls, noncharacters, lone
    surrogates and U+FFFD; bidi controls that nothing closes or opens go too,
    since they would turn round the text that follows (UAX 9, 3.3.2), and so do
    combining marks beyond 30 on one letter.
    """
    return _clean_chars(text, _balance_bidi)


def find_bad_char(text: str) -> int | None:
    """Return where the first character stands that `clean_chars` would remove by itself."""
    found = _BAD.search(text)
    return found.start() if found else None


def clean_blocks(markup: str) -> str:
    """Return HTML cleaned as by `clean_chars`, its bidi controls closed in the block they are in.

    A paragraph or a line break ends what was opened before it (UAX 9, X8); left
    in the source it would turn round whatever a reader makes one line of.
    """
    return _clean_chars(markup, _balance_blocks)


def _clean_chars(text: str, balance: Callable[[str], str]) -> str:
    # What is printable holds no control, format character, surrogate or
    # noncharacter; asking is five times as fast as the expressions below.
    if "\ufffd" in text or not text.replace("\n", "").isprintable():
        text = balance(_BAD.sub("", _WIDE_BREAKS.sub(" ", _BREAKS.sub("\n", text))))
    # Last: what was dropped may have stood between the marks of one letter.
    return text if text.isascii() else _MANY_SIGNS.sub(_limit_marks, text)


def _limit_marks(found: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in found.group():
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def clean_text(text: str) -> str:
    """Return the text in one line: clean characters, each run of white space one space."""
    return " ".join(clean_chars(text).split())


def cut(text: str, limit: int) -> str:
    """Return the text, at most `limit` characters long, with an ellipsis where it was cut."""
    return text if len(text) <= limit else clean_text(text[: limit - 1]) + "…"


def _balance_bidi(text: str) -> str:
    """Drop embeddings, overrides and isolates without their other half."""
    if not _BIDI.search(text):
        return text
    drop = _unbalanced([(found.start(), found.group()) for found in _BIDI.finditer(text)])
    return "".join(char for at, char in enumerate(text) if at not in drop) if drop else text


def _balance_blocks(markup: str) -> str:
    if not _BIDI.search(markup):
        return markup
    return "".join(_balance_bidi(piece) for piece in _BLOCK_EDGE.split(markup))


def _unbalanced(controls: list[tuple[int, str]]) -> set[int]:
    """Places of the controls that have no other half; an isolate's end closes what is inside."""
    drop: set[int] = set()
    embeddings: list[list[int]] = [[]]
    isolates: list[int] = []
    for at, char in controls:
        if char in _EMBEDDINGS:
            embeddings[-1].append(at)
        elif char in _ISOLATES:
            isolates.append(at)
            embeddings.append([])
        elif char == _END_ISOLATE and isolates:
            isolates.pop()
            drop.update(embeddings.pop())
        elif char == _END_EMBEDDING and embeddings[-1]:
            embeddings[-1].pop()
        else:
            drop.add(at)
    return drop.union(isolates, *embeddings)


def to_text(markup: str) -> str:
    """Return the plain text of clean HTML: one line a block, entities decoded.

    It is exact on what `edges.clean` returns, where `<` and `>` stand in tags
    only. On anything else it still answers in linear time, which html.parser
    does not: "<a <a <a ..." takes it minutes.
    """
    bare = _SILENT.sub("", _DECLARATIONS.sub("", markup))
    # Line breaks of the source are mere spaces.
    lines = _TAG.sub(_break_line, " ".join(re.split(r"\s+", bare))).split("\n")
    cleaned = (clean_text(html.unescape(line)) for line in lines)
    return clean_chars("\n".join(line for line in cleaned if line.strip(UNSEEN)))


def _break_line(tag: re.Match[str]) -> str:
    name = tag.group(1).lower()
    return "\n" if name in _BLOCKS else " " if name in _CELLS else ""


def paragraphs(text: str) -> str:
    """Return plain text as escaped HTML: blank lines part paragraphs, line breaks stay."""
    blocks = (block.strip() for block in _PARAGRAPHS.split(clean_chars(text)))
    return "".join(
        f"<p>{html.escape(block, quote=False).replace(chr(10), '<br>')}</p>"
        for block in blocks
        if block
    )


def title_text(value: str, *, html: bool) -> str:
    """Return a title as one line of plain text, at most 1,000 characters.

    A plain title keeps a literal `<` ("a < b"); entities that double escaping
    left in it are decoded once ("Q&amp;A"), pairs of inline tags are unwrapped.
    """
    value = value[:_MARKUP_LIMIT]
    plain = cut(clean_text(to_text(value) if html else _plain_title(value)), limits.TITLE)
    return clean_text(_drop_active(plain)) if "<" in plain else plain


def line_text(value: str) -> str:
    """Return plain words in one line, cleaned as a plain title is, and never cut."""
    return clean_text(_drop_active(clean_text(_plain_title(value))))


def _plain_title(value: str) -> str:
    decoded = _ENTITY.sub(_decode, value)
    return _INLINE_PAIR.sub(r"\2", _LINE_BREAK_TAG.sub(" ", decoded))


def _drop_active(title: str) -> str:
    """The title without what would run; what is left may come together to such a thing anew."""
    for _ in range(_ROUNDS):
        if (bare := _ACTIVE.sub("", title)) == title:
            return title
        title = bare
    return title.replace("<", "")


def _decode(found: re.Match[str]) -> str:
    return html.unescape(found.group())


def fold(text: str) -> str:
    """Return the text for comparing: NFKC, case folded, punctuation and invisibles dropped.

    Dashes and slashes part words; other marks vanish, so that the Armenian
    stress and question marks inside a word do not change it.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(_FOLDING).split())


def _fold_char(char: str) -> str:
    kind = unicodedata.category(char)
    if kind == "Pd" or char == "/":
        return " "
    if kind[0] == "P" or kind in {"Sk", "Cf", "Cs"}:
        return ""
    return " " if kind == "Cc" else char


class _Folding(dict[int, str]):
    """A table for `str.translate` that learns each character once (50 times the speed)."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold_char(chr(code))
        return self[code]


_FOLDING = _Folding()


def words(text: str) -> list[str]:
    """Return the words of a text; marks without a letter or digit are none.

    Scripts without spaces count a word for each character, so that a limit in
    words limits them too.
    """
    pieces = (piece for piece in _BETWEEN_WORDS.split(text) if piece)
    if not _SPACELESS.search(text):
        return [piece for piece in pieces if _has_letter(piece)]
    return [word for piece in pieces for word in _split_spaceless(piece) if _has_letter(word)]


def count_words(text: str) -> int:
    """Count the words of a text, see `words`."""
    return len(words(text))


def _has_letter(word: str) -> bool:
    return word.isalnum() or any(char.isalnum() for char in word)


def _split_spaceless(piece: str) -> list[str]:
    if not _SPACELESS.search(piece):
        return [piece]
    parts: list[str] = []
    apart = True
    for char in piece:
        alone = bool(_SPACELESS.match(char))
        mark = unicodedata.category(char)[0] == "M"
        if parts and (mark or not (alone or apart)):
            parts[-1] += char
        else:
            parts.append(char)
        apart = apart if mark else alone
    return parts
