"""Charsets: read as named, or not at all; never as rubbish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model import Failure, ParsedFeed, ParseFailed
from aggregator.edges.parse import read_feed

URL = "https://paper.example/feed"
RUSSIAN = "Новости дня: в Степанакерте прошло заседание"
ARMENIAN = "Ստեփանակերտում այսօր նիստ է եղել"
GERMAN = "Über die Äußerungen des Präsidenten — später mehr"


def write_feed(title: str, label: str = "") -> str:
    """A feed of one item, whose XML declaration names a charset."""
    named = f' encoding="{label}"' if label else ""
    return (
        f'<?xml version="1.0"{named}?><rss version="2.0"><channel><title>Paper</title>'
        f"<item><title>{title}</title><link>https://paper.example/1</link></item></channel></rss>"
    )


def write_armscii(label: str = "") -> bytes:
    """A feed in ARMSCII-8, which no Python knows: capitals are even bytes, small letters odd."""
    table = {0x531 + at: 0xB2 + 2 * at for at in range(38)}
    table |= {0x561 + at: 0xB3 + 2 * at for at in range(38)}
    return bytes(table.get(ord(letter), ord(letter)) for letter in write_feed(ARMENIAN, label))


def read_title(body: bytes, content_type: str) -> str:
    """The title of the one item."""
    parsed = read_feed(body, content_type, URL)
    assert isinstance(parsed, ParsedFeed), parsed
    (item,) = parsed.items
    return item.title.value


@pytest.mark.parametrize("content_type", ["application/rss+xml", "text/xml", "text/plain", ""])
@pytest.mark.parametrize("text", [RUSSIAN, ARMENIAN, GERMAN])
@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("label", ["", "utf-16", "utf-8"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_wide_charsets_are_seen(
    content_type: str, text: str, charset: str, label: str, mark: str
) -> None:
    """UTF-16 and UTF-32 are read with and without mark and label, even with a false one."""
    body = (mark + write_feed(text, label)).encode(charset)
    assert read_title(body, content_type) == text


@pytest.mark.parametrize("charset", ["utf-16", "utf-16be", "utf-16le", "utf-8", "windows-1251"])
def test_the_first_bytes_win_over_http(charset: str) -> None:
    """A byte order mark is believed before the charset of the Content-Type (RFC 7303)."""
    for mark, real in (("\ufeff", "utf-16-be"), ("\ufeff", "utf-16-le"), ("", "utf-16-be")):
        body = (mark + write_feed(RUSSIAN)).encode(real)
        assert read_title(body, f"text/xml; charset={charset}") == RUSSIAN


@pytest.mark.parametrize(
    "content_type",
    ["image/jpeg", "application/octet-stream", "text/html", "video/mp4; charset=", ";", "x" * 999],
)
def test_a_wrong_type_costs_nothing(content_type: str) -> None:
    """A feed is what its bytes say, whatever it was served as."""
    assert read_title(write_feed(ARMENIAN).encode(), content_type) == ARMENIAN


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "iso-8859-5", "maccyrillic"])
def test_cyrillic_is_read_as_named(charset: str) -> None:
    """Named in HTTP or in the XML declaration, old charsets are read."""
    named = write_feed(RUSSIAN, charset).encode(charset)
    assert read_title(named, "application/rss+xml") == RUSSIAN
    unnamed = write_feed(RUSSIAN).encode(charset)
    assert read_title(unnamed, f"text/xml; charset={charset}") == RUSSIAN


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (write_armscii(), "text/xml; charset=armscii-8", "given as armscii-8"),
        (write_armscii("armscii-8"), "application/rss+xml", "given as armscii-8"),
        (write_armscii(), "application/rss+xml", "names no charset and is not UTF-8"),
        (write_armscii("utf-8"), "application/rss+xml", "given as utf-8"),
        (write_feed(RUSSIAN).encode("koi8-r"), "text/xml", "names no charset"),
        (write_feed(RUSSIAN).encode("cp1251"), "application/rss+xml", "names no charset"),
        (write_feed(RUSSIAN, "utf-8").encode("cp1251"), "", "given as utf-8"),
        (write_feed(RUSSIAN, "klingon").encode("cp1251"), "", "given as klingon"),
    ],
)
def test_what_nobody_can_read_is_a_failure(body: bytes, content_type: str, words: str) -> None:
    """A charset that is unknown, false or unnamed is told in words, instead of rubbish."""
    failure = read_feed(body, content_type, URL)
    assert isinstance(failure, ParseFailed)
    assert failure.kind is Failure.ENCODING
    assert words in failure.detail
    assert failure.detail.endswith("ask the publisher for UTF-8")


@pytest.mark.parametrize("text", [GERMAN, "Café “déjà vu” à l’œuvre", "plain words"])
@pytest.mark.parametrize("label", ["", "utf-8", "klingon"])
def test_western_text_is_guessed(text: str, label: str) -> None:
    """Single letters beyond ASCII among Latin ones are windows-1252, named or not."""
    assert read_title(write_feed(text, label).encode("cp1252"), "text/xml") == text


@pytest.mark.parametrize("label", ["", "us-ascii", "klingon", "armscii-8"])
def test_utf_8_needs_no_true_label(label: str) -> None:
    """UTF-8 is UTF-8 where its label cannot be meant."""
    assert read_title(write_feed(ARMENIAN, label).encode(), "text/xml") == ARMENIAN


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE html><html><title>" + RUSSIAN.encode("cp1251"), Failure.HTML),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)), Failure.NOT_XML),
    ],
)
def test_what_is_no_xml_keeps_its_own_failure(body: bytes, kind: Failure) -> None:
    """A page or a picture is named as such, whatever its charset."""
    failure = read_feed(body, "text/html", URL)
    assert isinstance(failure, ParseFailed)
    assert failure.kind is kind


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя", min_size=4))
def test_a_cyrillic_word_without_a_charset_is_not_guessed(text: str) -> None:
    """No words of Cyrillic letters in an old charset pass for Western European."""
    parsed = read_feed(write_feed(text).encode("koi8-r"), "text/xml", URL)
    assert isinstance(parsed, ParseFailed)


@pytest.mark.parametrize(
    ("charset", "text", "junk", "name"),
    [
        ("utf-8", ARMENIAN, b"\xd5", "UTF-8"),
        ("utf-8", RUSSIAN, b"\xff\xfe", "UTF-8"),
        ("windows-1251", RUSSIAN, b"\x98", "windows-1251"),
        ("shift_jis", "日本語の新聞を読む", b"\xfd", "shift_jis"),
        ("utf-16-le", ARMENIAN, b"\x00\xd8", "UTF-16-LE"),
    ],
)
@pytest.mark.parametrize("http", [True, False])
def test_what_cannot_be_decoded_is_left_out_and_counted(
    charset: str, text: str, junk: bytes, name: str, *, http: bool
) -> None:
    """A few broken bytes cost themselves: the rest is read, and their number told."""
    parts = [part.encode(charset) for part in write_feed(f"{text}|{text}", charset).split("|")]
    label = f"text/xml; charset={charset}" if http else ""
    parsed = read_feed(junk.join(parts), label, URL)
    assert isinstance(parsed, ParsedFeed), parsed
    assert parsed.items[0].title.value.replace("\ufffd", "?") == text * 2
    places = parsed.problems[0].what.split(" in ")[1]
    assert parsed.problems[0].what.startswith(f"not valid {name} in ")
    assert places in {
        "1 place; the bytes there are left out",
        "2 places; the bytes there are left out",
    }


def test_a_false_label_and_a_broken_character() -> None:
    """Nearly UTF-8 is told from nearly anything else, whatever the label says."""
    text = ARMENIAN + " ‘"
    body = write_feed(f"{text}|", "windows-1251").encode().replace(b"|", b"\xd5")
    assert read_title(body, "") == text


@pytest.mark.parametrize("label", ["hex", "utf-7", "unicode_escape", "utf-16", "idna", "punycode"])
def test_odd_labels_decode_nothing_by_halves(label: str) -> None:
    """A label that is no charset of texts is never believed for the sake of a few bytes."""
    body = write_feed(GERMAN, label).encode("cp1252")
    assert read_title(body, "") == GERMAN


def test_signs_for_lost_characters_are_told() -> None:
    """What the publisher lost before us is named too; cleaning leaves it out."""
    parsed = read_feed(write_feed("a\ufffdb\ufffd").encode(), "text/xml", URL)
    assert isinstance(parsed, ParsedFeed)
    said = "its publisher wrote 2 signs for lost characters (U+FFFD); left out"
    assert said in [problem.what for problem in parsed.problems]
