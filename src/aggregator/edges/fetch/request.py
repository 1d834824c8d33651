"""What we send: the address and the header fields, and which of them may go where."""

import base64
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from aggregator.core import urls
from aggregator.core.model import FetchState, Source

Fields = tuple[tuple[bytes, bytes], ...]

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json,"
    " application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8,"
    " application/json;q=0.8, */*;q=0.1"
)
_ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.8"
_ACCEPT_ENCODING = "gzip, br, zstd, deflate"
_VALIDATORS = frozenset({b"if-none-match", b"if-modified-since"})


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: `private` fields go to the source's own host only.

    `glance` is the method by which only the head of the answer is asked for, "" for a feed.
    Without `follows` a redirect is where it ends.
    """

    url: str
    fields: Fields = ()
    private: Fields = ()
    glance: str = ""
    follows: bool = True

    @property
    def host(self) -> str:
        """The host that is asked, for messages."""
        return urlsplit(self.url).hostname or ""

    @property
    def headers(self) -> Fields:
        """All fields to send; a private one replaces ours of the same name."""
        taken = {name.lower() for name, _ in self.private}
        return tuple(field for field in self.fields if field[0].lower() not in taken) + self.private

    @property
    def is_conditional(self) -> bool:
        """Whether a 304 may answer it."""
        return any(name.lower() in _VALIDATORS for name, _ in self.headers)

    def follow(self, url: str) -> "Ask":
        """The request to where a redirect led; on another host nothing private goes along."""
        private = self.private if urls.is_same_server(self.url, url) else ()
        return replace(self, url=url, private=private)


def user_agent(version: str, contact: str | None) -> str:
    """The name we give ourselves, with the address where people can reach the operator."""
    name = f"day-newsfeed/{version}"
    return f"{name} (+{contact})" if contact else name


def make_ask(
    source: Source, state: FetchState, agent: str, *, conditional: bool, glance: str = ""
) -> Ask | None:
    """The first request to a source; None when its address is none that can be asked.

    `user:password@` becomes an Authorization field, so that it stands in no
    URL that is kept, shown or sent.
    """
    url = urls.resolve("", source.url)
    if url is None:
        return None
    fields = _encode(
        ("User-Agent", source.user_agent or agent),
        ("Accept", _ACCEPT_PAGE if glance else _ACCEPT),
        ("Accept-Encoding", _ACCEPT_ENCODING),
    )
    if conditional and state.url == source.url:
        fields += _encode(
            ("If-None-Match", state.etag or ""), ("If-Modified-Since", state.last_modified or "")
        )
    return Ask(url, fields, _make_authorization(source.url) + _encode(*source.headers), glance)


def _make_authorization(url: str) -> Fields:
    """The userinfo of a URL as Basic credentials (RFC 7617)."""
    userinfo, at, _ = urlsplit(url).netloc.rpartition("@")
    if not at:
        return ()
    name, _, password = userinfo.partition(":")
    pair = f"{unquote(name)}:{unquote(password)}".encode()
    return ((b"Authorization", b"Basic " + base64.b64encode(pair)),)


def _encode(*fields: tuple[str, str]) -> Fields:
    """Fields as bytes, without those that have no value."""
    return tuple((_to_bytes(name), _to_bytes(value)) for name, value in fields if value)


def _to_bytes(text: str) -> bytes:
    """What came as latin-1 goes back byte for byte; other text of the configuration as UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
