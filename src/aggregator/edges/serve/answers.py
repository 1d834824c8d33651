"""What is sent for a request: head and body, with the fields that keep readers safe."""

from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from html import escape
from http import HTTPStatus
from typing import BinaryIO

from aggregator.edges.serve.media import FEEDS, find_media_type
from aggregator.edges.serve.shelf import Form, Kept

Fields = tuple[tuple[str, str], ...]

PAGE_CACHE = "no-store"
_SAFE: Fields = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"))
# Words in these pages come from feeds: whatever slips through cleaning, no script runs.
# Nobody else is asked for anything: pictures of sources are links. The search form asks this site.
_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'{}; font-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_FILE_POLICY = ("Content-Security-Policy", _POLICY.format(""))
# Made pages have their few styles inside.
_PAGE_POLICY = ("Content-Security-Policy", _POLICY.format(" 'unsafe-inline'"))
# Readers that are web pages themselves may read the feeds, which are public.
_SHARED: Fields = (
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link"),
)
_RETRY_SECONDS = "60"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; of a large file `size` bytes from `start` on are still to be opened."""

    status: int
    fields: Fields
    body: bytes | BinaryIO = b""
    size: int = 0
    start: int = 0

    @property
    def head(self) -> list[tuple[bytes, bytes]]:
        """All fields as ASGI wants them."""
        return [(_encode(name).lower(), _encode(value)) for name, value in self.fields + _SAFE]


@lru_cache(maxsize=512)
def write_head(status: int, fields: Fields) -> bytes:
    """Status line and fields as they go out, without the empty line at their end."""
    lines = [b"HTTP/1.1 %d %s\r\n" % (status, _encode(HTTPStatus(status).phrase))]
    lines += [b"%s: %s\r\n" % pair for pair in Answer(status, fields).head]
    return b"".join(lines)


def _encode(text: str) -> bytes:
    return text.encode("latin-1")


@lru_cache(maxsize=512)
def describe(name: str, etag: str, date: int | None, cache: str, links: str) -> Fields:
    """What is said of a form of a file, with whatever status it is answered.

    `date` is the second of its last change where that is a validator; `links` its
    `Link` field, or nothing.
    """
    fields: Fields = (
        ("ETag", etag),
        ("Cache-Control", cache),
        ("Vary", "Accept-Encoding"),
        _FILE_POLICY,
    )
    if date is not None:
        fields += (("Last-Modified", write_date(date)),)
    if name in FEEDS:
        fields += _SHARED
    return (*fields, ("Link", links)) if links else fields


def write_date(seconds: int) -> str:
    """A time as HTTP writes it."""
    return formatdate(seconds, usegmt=True)


def make_known(fields: Fields) -> Answer:
    """A 304: the reader has it."""
    return Answer(HTTPStatus.NOT_MODIFIED, fields)


def make_whole(fields: Fields, kept: Kept, form: Form) -> Answer:
    """A whole file; of a large one the head only, its bytes are still to be opened."""
    more = _tell_body(kept.media_type, form is kept.gzipped, form.size)
    return Answer(HTTPStatus.OK, fields + more, form.body or b"", form.size)


def make_part(fields: Fields, kept: Kept, form: Form, part: range) -> Answer:
    """A part of a file, in one of its forms; of a large one the head only."""
    where = f"bytes {part.start}-{part.stop - 1}/{form.size}"
    more = _tell_body(kept.media_type, form is kept.gzipped, len(part))
    body = (form.body or b"")[part.start : part.stop]
    fields += (*more, ("Content-Range", where))
    return Answer(HTTPStatus.PARTIAL_CONTENT, fields, body, len(part), part.start)


@lru_cache(maxsize=512)
def _tell_body(media_type: str, zipped: bool, size: int) -> Fields:  # noqa: FBT001 - remembered by place
    coding: Fields = (("Content-Encoding", "gzip"),) if zipped else ()
    length = ("Content-Length", str(size))
    return (*coding, ("Content-Type", media_type), length, ("Accept-Ranges", "bytes"))


def make_beyond(form: Form) -> Answer:
    """A 416 that tells how long the file is."""
    more = ("Content-Range", f"bytes */{form.size}")
    return make_text(416, "The file has no such part.", more)


def make_lost() -> Answer:
    """A 412: the reader holds another version than this."""
    return make_text(HTTPStatus.PRECONDITION_FAILED, "This is another version now.")


def make_page(status: int, media_type: str, body: bytes, *more: tuple[str, str]) -> Answer:
    """A page that was made for this request and that nobody may keep."""
    fields: Fields = (
        ("Content-Type", media_type),
        ("Content-Length", str(len(body))),
        ("Cache-Control", PAGE_CACHE),
        _PAGE_POLICY,
    )
    return Answer(status, fields + more, body, len(body))


def make_text(status: int, text: str, *more: tuple[str, str]) -> Answer:
    """A sentence in plain text."""
    return make_page(status, "text/plain; charset=utf-8", f"{text}\n".encode(), *more)


def make_missing(shown: str) -> Answer:
    """A 404 that names the path."""
    return make_text(HTTPStatus.NOT_FOUND, f"Nothing is published at {shown}")


def make_refusal() -> Answer:
    """A 405: everything here is only for reading."""
    # Closed, so that nobody has to take in the body that may follow.
    more = (("Allow", "GET, HEAD"), ("Connection", "close"))
    return make_text(HTTPStatus.METHOD_NOT_ALLOWED, "This address can only be read.", *more)


def make_fault() -> Answer:
    """A 500 that says nothing about the inside."""
    return make_text(HTTPStatus.INTERNAL_SERVER_ERROR, "This page cannot be made; see the log.")


def make_later() -> Answer:
    """A 503: the file is there, and cannot be read now; a 404 would end subscriptions."""
    more = ("Retry-After", _RETRY_SECONDS)
    return make_text(HTTPStatus.SERVICE_UNAVAILABLE, "This file cannot be read now.", more)


def make_redirect(target: str) -> Answer:
    """A 301 to an address relative to the one asked for, so that a proxy's prefix stays."""
    return make_text(HTTPStatus.MOVED_PERMANENTLY, target, ("Location", target))


def make_greeting(names: list[str]) -> Answer:
    """The page at the root of a folder that has none of its own: which feeds there are."""
    links = "".join(f'<li><a href="{escape(name)}">{FEEDS[name]}</a></li>' for name in names)
    alternates = "".join(
        f'<link rel="alternate" type="{find_media_type(name).partition(";")[0]}"'
        f' title="{FEEDS[name]}" href="{escape(name)}">'
        for name in names
        if name != "opml.xml"
    )
    words = (
        f"<p>Give one of these addresses to your feed reader:</p><ul>{links}</ul>"
        if links
        else "<p>Nothing is published yet; come back in a minute.</p>"
    )
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Newsfeed</title>{alternates}</head>"
        f"<body><h1>Newsfeed</h1>{words}</body></html>\n"
    )
    return make_page(HTTPStatus.OK, "text/html; charset=utf-8", page.encode())
