"""What is sent for a request: head and body, with the fields that keep readers safe."""

from dataclasses import dataclass
from email.utils import formatdate
from html import escape
from http import HTTPStatus
from typing import BinaryIO

from aggregator.edges.serve.media import FEEDS, find_media_type
from aggregator.edges.serve.shelf import Form, Kept

Fields = tuple[tuple[str, str], ...]

FILE_CACHE = "max-age=60"
"""How long a file may be shown without asking.

A report that is taken down, or a corrected credit, must not stand in caches
for long; one minute still spares a busy proxy nearly all requests. Readers come
less often than that, so each of their requests asks again, and costs a 304.
"""
PAGE_CACHE = "no-store"
_SAFE: Fields = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    # Words in these pages come from feeds: whatever slips through cleaning, no script runs.
    # Nobody else is asked for anything: pictures of sources are links. Made pages have their
    # few styles inside; the search form asks this site.
    (
        "Content-Security-Policy",
        (
            "default-src 'none'; img-src 'self' data:;"
            " style-src 'self' 'unsafe-inline'; font-src 'self'; base-uri 'none';"
            " form-action 'self'; frame-ancestors 'none'"
        ),
    ),
)
# Readers that are web pages themselves may read the feeds, which are public.
_SHARED: Fields = (
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Access-Control-Allow-Origin", "*"),
)
_RETRY_SECONDS = "60"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; an open file as its body is sent piece by piece, then closed."""

    status: int
    fields: Fields
    body: bytes | BinaryIO = b""

    @property
    def head(self) -> list[tuple[bytes, bytes]]:
        """All fields as ASGI wants them."""
        return [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in self.fields + _SAFE
        ]


def make_file(
    name: str, kept: Kept, form: Form, *, dated: bool, known: bool, links: str = ""
) -> Answer:
    """A file in one of its forms; only its head, as a 304, when the reader has it already.

    `links` is what its `Link` field says. Of a large file this is the head only; its
    bytes are still to be opened.
    """
    fields: Fields = (
        ("ETag", form.etag),
        ("Cache-Control", FILE_CACHE),
        ("Vary", "Accept-Encoding"),
    )
    if dated:
        fields += (("Last-Modified", formatdate(kept.modified, usegmt=True)),)
    if name in FEEDS:
        fields += _SHARED
    if links:
        fields += (("Link", links),)
    if known:
        return Answer(HTTPStatus.NOT_MODIFIED, fields)
    if form is kept.gzipped:
        fields += (("Content-Encoding", "gzip"),)
    fields += (("Content-Type", kept.media_type), ("Content-Length", str(form.size)))
    return Answer(HTTPStatus.OK, fields, form.body or b"")


def make_page(status: int, media_type: str, body: bytes, *more: tuple[str, str]) -> Answer:
    """A page that was made for this request and that nobody may keep."""
    fields: Fields = (
        ("Content-Type", media_type),
        ("Content-Length", str(len(body))),
        ("Cache-Control", PAGE_CACHE),
    )
    return Answer(status, fields + more, body)


def make_text(status: int, text: str, *more: tuple[str, str]) -> Answer:
    """A sentence in plain text."""
    return make_page(status, "text/plain; charset=utf-8", f"{text}\n".encode(), *more)


def make_missing(shown: str) -> Answer:
    """A 404 that names the path."""
    return make_text(HTTPStatus.NOT_FOUND, f"Nothing is published at {shown}")


def make_refusal() -> Answer:
    """A 405: everything here is only for reading."""
    more = ("Allow", "GET, HEAD")
    return make_text(HTTPStatus.METHOD_NOT_ALLOWED, "This address can only be read.", more)


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
