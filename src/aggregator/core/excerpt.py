"""Cutting a text at a number of words, in any script, never inside a word."""

import re
from collections.abc import Iterator

from aggregator.core.text import clean_chars, count_words, words

ELLIPSIS = "…"

CHARACTERS_A_WORD = 15
"""Twice what words take in the wordiest of our languages, a space included: "words" that are
joined by dots, underscores or nothing visible would else carry a whole text past the limit."""

_FEW = 60
"""Characters that even one word may take: the longest real ones have about as many."""

_MANY = 5
"""Words from which sentences are worth ending at, however much more were allowed; fewer
are mostly a dateline: "Yerevan." says nothing."""

# Sentence ends: Latin, Armenian (verjaket "։" and the colon often typed for it),
# Devanagari, Arabic, Ethiopic, Khmer, Burmese, Tibetan, CJK; with closing quotes or
# brackets after them.
_SENTENCE_END = re.compile(
    r"(?:(?:[.!?։।॥۔؟።፧។။]+|(?<=[ա-և]):)[\"'”’»)\]]*(?=\s|$)|[。！？｡།]+[」』”’）]*)"
)

# "N. Pashinyan", "J.K. Rowling", "2023 թ. սեպտեմբերի", "т.е. сегодня".
_INITIALS = r"(?:[^\W\d_]\.)*[^\W\d_]"
# Words that are written short before a name or a number, as in "Gov. Lee", "ул. Абовяна".
_SHORT = (
    "mr mrs ms dr prof st rev hon gen col maj capt lt sgt gov sen rep pres jr vs fig vol"
    " approx jan feb mar apr jun jul aug sept oct nov dec янв февр апр авг сент окт нояб дек"
    " ул им гг проф акад тыс млн млрд руб հմր պրոֆ դոկտ ակադ հազ մլն"
    " մլրդ"
)
_ABBREVIATION = re.compile(rf"(?<!\w)(?:{_INITIALS}|{_SHORT.replace(' ', '|')})$", re.IGNORECASE)

# What must not stand before the ellipsis: commas, dashes, brackets just opened,
# and the Thai and Lao vowels that are written before their consonant.
_DANGLING = ",;:–—-/([{<«“„‘「『《【（，、；：،؛՝เแโใไເແໂໃໄ"


def cut(text: str, max_words: int | None) -> str:
    """The text itself where it is short enough, else an excerpt of at most `max_words` words.

    Lines are blocks and stay lines. The excerpt ends at the last sentence end
    within the limit if that keeps at least half of the words or `_MANY`, else after
    the last whole word; either way an ellipsis marks that more follows. Thai and
    its like part phrases with spaces, words with nothing: the cut falls on a
    space where that keeps as much. No words allowed, no text. Words may take
    `CHARACTERS_A_WORD` characters on average, `_FEW` in any case.
    """
    if max_words is None:
        return text
    if max_words <= 0:
        return ""
    room = measure_room(max_words)
    if len(text) <= room and count_words(text) <= max_words:
        return text
    return _close(_cut(text, room, max_words))


def _close(excerpt: str) -> str:
    """The excerpt with no bidi control left open by the cut, line by line (UAX 9, X8)."""
    return excerpt if excerpt.isascii() else "\n".join(map(clean_chars, excerpt.split("\n")))


def _cut(text: str, room: int, max_words: int) -> str:
    head = text[: min(room, _end_of_words(text[: room + 1], max_words))]
    sentences = head[: max(_find_sentence_ends(text, len(head)), default=0)]
    if count_words(sentences) >= min(_MANY, max_words / 2):
        return f"{sentences.rstrip()} {ELLIPSIS}"
    if len(head) == room or text[len(head) :][:1].isalnum():
        head = _end_at_space(head, max_words)
    return f"{_drop_dangling(head)}{ELLIPSIS}"


def measure_room(max_words: int) -> int:
    """The characters that so many words may take at most."""
    return max(max_words * CHARACTERS_A_WORD, _FEW)


def _end_at_space(head: str, max_words: int) -> str:
    """The head up to its last space, if that keeps half of its words or characters."""
    phrases = head.rsplit(maxsplit=1)[0] if len(head.split(maxsplit=1)) > 1 else ""
    enough = count_words(phrases) * 2 >= max_words or len(phrases) * 2 >= len(head)
    return phrases if enough else head


def _drop_dangling(head: str) -> str:
    bare = head
    while (shorter := bare.rstrip().rstrip(_DANGLING)) != bare:
        bare = shorter
    return bare or head


def _end_of_words(text: str, max_words: int) -> int:
    """Where the last word within the limit ends, with the marks that stick to it."""
    end = 0
    for word in words(text)[:max_words]:
        end = text.index(word, end) + len(word)
    while end < len(text) and not text[end].isspace() and not text[end].isalnum():
        end += 1
    return end


def _find_sentence_ends(text: str, end: int) -> Iterator[int]:
    """Where sentences end in the text up to `end`."""
    for match in _SENTENCE_END.finditer(text, 0, end):
        # A full stop after an initial ends no sentence, nor one that goes on in small letters.
        at, after = match.start(), match.end()
        if match[0] == "." and _ABBREVIATION.search(text, max(0, at - _FEW), at):
            continue
        if "." not in match[0] or not _is_small(text[after : after + _FEW].lstrip()[:1]):
            yield after


def _is_small(letter: str) -> bool:
    """Whether it is a small letter of a script that begins sentences with large ones.

    Georgian is written in letters that count as small and begin its sentences.
    """
    return letter != letter.title()
