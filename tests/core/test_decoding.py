"""What can be read of bytes that are broken in places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.decoding import read_nearly, read_nearly_utf8, say_left_out, say_lost

RUSSIAN = "Новости дня"


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (RUSSIAN.encode() + b"\xd0", (RUSSIAN, 1)),
        (RUSSIAN.encode() + b"\xff \xff", (f"{RUSSIAN} ", 2)),
        (f"{RUSSIAN}\ufffd".encode() + b"\xff", (f"{RUSSIAN}\ufffd", 1)),
        (RUSSIAN.encode("cp1251"), None),
        (b"caf\xe9", None),
        ("\ufffd\ufffd\ufffd\ufffd\ufffd".encode() + b"\xff", None),
    ],
)
def test_nearly_utf8(body: bytes, read: tuple[str, int] | None) -> None:
    """Five whole characters for a broken one make it UTF-8; signs for lost ones prove nothing."""
    assert read_nearly_utf8(body) == read


@pytest.mark.parametrize(
    ("body", "charset", "read"),
    [
        (RUSSIAN.encode("cp1251") + b"\x98", "cp1251", (RUSSIAN, 1)),
        (RUSSIAN.encode("cp1251") + b"\x98" * 9, "cp1251", None),
        (RUSSIAN.encode("cp1251"), "klingon", None),
        (RUSSIAN.encode("cp1251"), "hex", None),
        (RUSSIAN.encode("cp1251") * 9, "utf-16", None),
    ],
)
def test_nearly_another_charset(body: bytes, charset: str, read: tuple[str, int] | None) -> None:
    """The same for old charsets that keep ASCII; others and unknown ones are not read."""
    assert read_nearly(body, charset) == read


@given(st.binary(max_size=60))
def test_any_bytes_are_answered(body: bytes) -> None:
    """Nothing raises, and what is left out leaves no sign of its own."""
    read = read_nearly_utf8(body)
    assert read is None or read[0].count("\ufffd") == body.count("\ufffd".encode())
    old = read_nearly(body, "cp1251")
    assert old is None or "\ufffd" not in old[0]


def test_the_words_agree_with_the_number() -> None:
    """One place, two places; nothing where nothing was lost."""
    assert say_left_out(1, "UTF-8") == "not valid UTF-8 in 1 place; the bytes there are left out"
    assert say_left_out(2, "x") == "not valid x in 2 places; the bytes there are left out"
    assert say_lost(b"fine") == []
    assert say_lost("\ufffd".encode()) == [
        "its publisher wrote 1 sign for a lost character (U+FFFD); left out"
    ]
