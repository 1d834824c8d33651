"""A request to the hub, or to what lies beside it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 16_384
"""Of a form: four addresses and a secret, percent-encoded, are a third of it."""
_MOST_FIELDS = 32
_SECONDS = 10
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """A status and a sentence; `wait` are seconds after which to ask again."""

    status: int
    text: str
    wait: int | None = None


Take = Callable[[list[tuple[str, str]]], HubAnswer]
"""What is answered to the fields of a form, in their order."""


class _RefusedError(Exception):
    """A request that is no form of ours, and what is answered."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.answer = HubAnswer(status, text)


class _LeftError(Exception):
    """Whoever asked has hung up."""


def make_door(path: str, take: Take, site: App, *, seconds: float = _SECONDS) -> App:
    """An application that takes forms at a path, and leaves all else to the site.

    A form that has not come whole after `seconds` is not waited for.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != path:
            await site(scope, receive, send)
            return
        try:
            async with asyncio.timeout(seconds):
                fields = await _read_form(scope, receive)
            await _send(send, scope, take(fields))
        except _RefusedError as refused:
            await _send(send, scope, refused.answer)
        except TimeoutError:
            await _send(send, scope, HubAnswer(408, "The form did not come in time."))
        except _LeftError:
            return

    return answer


async def _read_form(scope: Scope, receive: Receive) -> list[tuple[str, str]]:
    if scope["method"] != "POST":
        words = "This is a WebSub hub: post hub.mode, hub.topic and hub.callback to it."
        raise _RefusedError(405, words)
    heads = {name.lower(): value for name, value in scope["headers"]}
    _check_heads(heads)
    body = await _read_body(receive)
    try:
        text = body.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise _RefusedError(400, "The form cannot be read; write it in UTF-8.") from error


def _check_heads(heads: Mapping[bytes, bytes]) -> None:
    kind = heads.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise _RefusedError(415, f"Send {_FORM}.")
    length = heads.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise _RefusedError(413, f"A form has at most {MOST_BYTES:,} bytes.")


async def _read_body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _LeftError
        piece: bytes = message.get("body", b"")
        body += piece
        if len(body) > MOST_BYTES:
            raise _RefusedError(413, f"A form has at most {MOST_BYTES:,} bytes.")
        if not message.get("more_body"):
            return body


async def _send(send: Send, scope: Scope, answer: HubAnswer) -> None:
    body = b"" if scope["method"] == "HEAD" else f"{answer.text}\n".encode()
    fields = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if answer.status == 405:  # noqa: PLR2004 - HTTP's number
        fields.append((b"allow", b"POST"))
    if answer.wait is not None:
        fields.append((b"retry-after", str(answer.wait).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": fields})
    await send({"type": "http.response.body", "body": body})
