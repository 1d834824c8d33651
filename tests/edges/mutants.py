"""Broken feeds for property tests: inputs of the corpus, damaged the way feeds get damaged."""

from hypothesis import strategies as st

from tests.edges.corpus import INPUTS

_LONGEST = 6_000  # bytes: what is longer shows a limit, and would cost the suite its time
_BODIES = [body for path in INPUTS if len(body := path.read_bytes()) <= _LONGEST]
_JSON = [body for body in _BODIES if body.lstrip()[:1] == b"{"]
_PIECES = (
    *(b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"\0", b"\xff", b"\xd5", b"&#xD800;"),
    *(b"</item>", b"<item>", b"<entry>", b"</channel>", b"<title>", b'<link href="', b"<svg>"),
    *(b"&nbsp;", b"\xef\xbb\xbf", b"<?xml version='1.0' encoding='utf-16'?>", b"xml:base='//['"),
    *(b"{", b'"', b"\\ud800", b"NaN", b"99999999999999999999", b"javascript:", b"http://["),
    *(b"\xe2\x80\xae", b"<!DOCTYPE x [", "\u0335".encode() * 20),
)


@st.composite
def mutants(draw: st.DrawFn, *, json_only: bool = False) -> bytes:
    """An input of the corpus after one to four damages."""
    bodies = _JSON if json_only else _BODIES
    body = draw(st.sampled_from(bodies))
    for _ in range(draw(st.integers(1, 4))):
        body = draw(_damages(body, draw(st.sampled_from(bodies))))
    return body


@st.composite
def _damages(draw: st.DrawFn, body: bytes, other: bytes) -> bytes:
    """Cut, repeat, overwrite, or put in a piece of another input or of the list."""
    place, length = draw(st.integers(0, len(body))), draw(st.integers(0, 200))
    head, piece, tail = body[:place], body[place : place + length], body[place + length :]
    start = draw(st.integers(0, len(other)))
    kind = draw(st.integers(0, 5))
    return (
        head,
        head + tail,
        head + piece + piece + tail,
        head + draw(st.sampled_from(_PIECES)) + piece + tail,
        head + other[start : start + length] + tail,
        head + bytes(byte ^ draw(st.integers(1, 255)) for byte in piece[:3]) + piece[3:] + tail,
    )[kind]
