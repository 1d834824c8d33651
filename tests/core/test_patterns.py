"""Regular expressions: what is refused when they are loaded, what is found, and in what time."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.patterns import find_fault, search
from aggregator.core.patterns.engine import build
from aggregator.core.patterns.judging import can_match
from aggregator.core.patterns.reading import RefusedError, read
from aggregator.core.patterns.writing import write

WORKING = [
    (r"(?i)press review", "The PRESS Review"),
    (r"\bԵվլախ", "մեկնեց Եվլախում"),
    (r"(?i)եվլախ", "ԵՎԼԱԽ"),
    (r"(?i)карабах\w*", "О КАРАБАХЕ"),
    (r"\bКарабах\b", "Карабах: новости"),
    (r"^[А-ЯЁ][а-яё]+", "Ёлка"),
    (r"[Ա-Ֆա-և]{3}", "Սևան"),
    ("й", "и\u0306"),
    ("и\u0306", "й"),
    (r"\d{4}-\d\d", "2023-09"),
    (r"(?m)^b$", "a\nb\nc"),
    (r"(?s)a.b", "a\nb"),
    (r"(?x) a b  # two letters", "ab"),
    (r"(?i:war) in", "WAR in"),
    (r"\Aab\Z", "ab"),
    (r"(?P<name>a)|b", "b"),
    (r"a|(?!)", "ba"),
    (r"x*", ""),
    (r"a.{0,100}?b", "a and b"),
    (r"[^\W\d_]+", "ж"),
    (r"\.\.\.$", "to be continued..."),
    (r"(?:foo|bar)+", "foobar"),
    (r"(\d+\.)+", "1.2."),
    (r"\u0561", "ա"),
    (r"[\]\[-]", "["),
    (r"a\Bb", "ab"),
    (r"(?:\b|x)a", "xa"),
    (r"[^a]\U0001F600", "b😀"),
]


@pytest.mark.parametrize(("pattern", "text"), WORKING)
def test_what_people_write_works(pattern: str, text: str) -> None:
    """In Armenian, Russian and English, composed or not."""
    assert find_fault(pattern) == ""
    assert search(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bКарабах\b", "Карабахский"),
        (r"\bКарабах", "НагорноКарабах"),
        (r"^b", "ab"),
        (r"^b$", "a\nb"),
        (r"a.b", "a\nb"),
        (r"[^a-z]", "abc"),
        (r"(?i)[^a-z]", "ABC"),
        (r"Press", "press"),
        (r"(?-i:a)", "A"),
        (r"a|(?!)", "b"),
    ],
)
def test_what_is_not_there_is_not_found(pattern: str, text: str) -> None:
    """As Python reads it."""
    assert find_fault(pattern) == ""
    assert not search(pattern, text)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?!)", "$a", "a^", r"a\bb", r"\b\B", r"[^\s\S]", r"[^\w\W]", "a\n^b", r"\w\b\w",
        r"а\Bэ\bю",
        r"\Z.", r"(?m)a^b", r"a\A", r"(?:$a|b^)", r"(?:$a){2,}", r"(?:x$){3}", r" \b ", r"(?i)я\bЯ",
        r"[ա-ֆ]\b[а-я]", r"[^\W\x00-\U0010FFFE]",
    ],
)  # fmt: skip
def test_what_can_never_match_is_a_fault(pattern: str) -> None:
    """No text is like that."""
    assert find_fault(pattern).startswith("can never match")


@pytest.mark.parametrize(
    "pattern",
    [
        r"^$", r"(?m)a$\n^b", r"^\bа", r".\bа", r"[\w\s]\b\w", r"a|$a", r"(?:$a)?b", r"(?:$a)*",
        r"\B", r"$^", r"\b\b\ba", r"[^\W\x00-\uffff]", r"a\B\w", r"-\B-", "", r"\w+\W\b",
        r"[A-z]\ba", r"[\x00-\uffff]\b-", r"(?i)[^\W_a-z]\B", r"[\u2000-\u3000]\ba",
    ],
)  # fmt: skip
def test_what_can_match_is_none(pattern: str) -> None:
    """However odd."""
    assert can_match(read(pattern))


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(a+)+$", "could run for ever"),
        (r"(\w+\s*)+:", "could run for ever"),
        (r"(?:\s?\w+)*", "could run for ever"),
        (r"(.|\s)*x", "could run for ever"),
        (r"((a{1,9}){1,49}|b)c", "could run for ever"),
        (r"(x|a*b*)+", "could run for ever"),
        (r"(a|(b|c+)+)d", "could run for ever"),
        ("(?=a)b", "looks ahead or behind"),
        ("(?<!a)b", "write what must not be there under exclude"),
        (r"(a)\1", "refers back to a group"),
        (r"(a)?(?(1)b|c)", "asks whether a group was found"),
        ("a++", "write a+"),
        ("(?>a)", "write (?:...)"),
        ("(?a)x", "asks for ASCII alone"),
        ("(?i", "is not a regular expression (missing -, : or ) at position 3); correct it"),
        ("a{99999999999999999999}", "is not a regular expression"),
        ("[[a]", "can be read in two ways (possible nested set); put a backslash before it"),
        ("[a--b]", "can be read in two ways (possible set difference)"),
        ("a{501}", "compares with more than 500 characters"),
        ("(?:[ab]{40}){1,40}", "compares with more than 500 characters"),
        ("", "is empty"),
        ("a" * 5001, "is longer than 5000 characters"),
        (r"\w{450}", "is too large for the engine"),
        ("(" * 9000 + "a", "is longer"),
        ("(" * 2000 + "a" + ")" * 2000, "is nested too deeply"),
    ],
)
def test_what_cannot_be_used_is_told_with_a_way_out(pattern: str, said: str) -> None:
    """Each by its own words."""
    assert said in find_fault(pattern)


def test_a_long_list_of_letters_is_judged_at_once() -> None:
    """What a letter is needs no search through all there are."""
    begun = process_time()
    assert find_fault("|".join(chr(0x4E00 + number) + "!" for number in range(240))) == ""
    assert process_time() - begun < 0.5


@pytest.mark.parametrize(
    "pattern", [r"(ab+)+", r"(\d+\.)*\d+", r"(?:\w+ ){3}", "(a{2,3}){2}", r"(a|b)*", r"(\b\s)+"]
)
def test_a_repetition_that_is_parted_runs_nowhere(pattern: str) -> None:
    """What stands between two rounds, or few rounds, keep it in bounds."""
    assert find_fault(pattern) == ""


HOSTILE = [
    "(a|b)*a(a|b){90}c", "[ab]*a[ab]{450}c", r".*a.*b.*a.*b.*c", r"(?:a?){240}a{240}c",
    r"\w*a\w{90}c",
    "(?i)(?:a*b*){20}c", "(aa|a)*(bb|b)*c", r"^(?:a|ab|b)*c", "a.{0,450}c",
]  # fmt: skip
BAITS = {
    "one letter": "a" * 1_000_000,
    "two letters": "abbabaab" * 125_000,
    "no order": "".join("ab"[number * number * 2_654_435_761 >> 17 & 1] for number in range(10**6)),
    "Cyrillic": "аб" * 500_000,
    "spaces": " \n" * 500_000,
}


@pytest.mark.parametrize("pattern", HOSTILE)
@pytest.mark.parametrize("text", BAITS.values(), ids=BAITS)
def test_no_text_makes_a_search_long(pattern: str, text: str) -> None:
    """A million characters end in milliseconds; a backtracking engine would not come back."""
    written = build(write(read(pattern)))
    assert written is not None
    search(pattern, "warm")
    begun = process_time()
    assert not search(pattern, text)
    assert process_time() - begun < 2  # measured: at most 0.3 s, see docs/decisions/0025


PIECES = [
    *"ab-ж|()*+?[]^$.",
    r"\b", r"\B", r"\w", r"\W", r"\s", "(?:", "{2}", "{1,}", "[^a]", "(?i)", "(?m)",
]  # fmt: skip


@given(
    pattern=st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    text=st.text("abжЖ -\n", max_size=8),
)
def test_it_finds_what_python_finds(pattern: str, text: str) -> None:
    r"""Whatever is not refused; what never matches, Python never finds either.

    Python lets `$` stand before a last line break too, and `\B` never in an
    empty text; texts here never end in a line break.
    """
    text = text.rstrip("\n") or "a"
    try:
        tree = read(pattern)
    except RefusedError:
        return
    found = re.search(pattern, text) is not None
    assert can_match(tree) or not found
    engine = build(write(tree))
    assert engine is not None
    assert engine(text) == found


@pytest.mark.parametrize("depth", range(50, 600, 50))
def test_brackets_in_brackets_end_in_words(depth: int) -> None:
    """However deep: there is a limit, and it is told."""
    for head, tail in (("(", ")"), ("(?:a|", ")"), ("(?:b", "){2}")):
        fault = find_fault(head * depth + "a" + tail * depth)
        said = ("is nested too deeply", "compares with more", "is too large for the engine")
        assert fault == "" or fault.startswith(said)


def test_a_pattern_that_was_never_checked_is_refused() -> None:
    """Searching with what the engine cannot take is a fault of the program."""
    with pytest.raises(RefusedError, match="too large"):
        search(r"\w{450}", "a")
