"""A server asked from outside, as a health check does."""

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urljoin, urlsplit

_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """What the server said; the body is cut after 64 KiB."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Why there is no answer."""

    detail: str


def probe(url: str, path: str, timeout_seconds: float) -> Answered | Unreachable:
    """What the server at a URL answers for a path, without proxies and redirects.

    The timeout is for connecting, and again for each wait for bytes.
    """
    try:
        parts = urlsplit(urljoin(url, path))
        if parts.scheme != "http" or not parts.hostname:
            return Unreachable(f"{url} is no http address")
        return _ask(HTTPConnection(parts.hostname, parts.port, timeout=timeout_seconds), parts.path)
    except (OSError, HTTPException, ValueError) as error:
        return Unreachable(f"{url} does not answer ({str(error) or type(error).__name__})")


def _ask(connection: HTTPConnection, target: str) -> Answered:
    try:
        connection.request("GET", target, headers={"Connection": "close"})
        response = connection.getresponse()
        return Answered(response.status, response.read(_MOST_BYTES).decode("utf-8", "replace"))
    finally:
        connection.close()
