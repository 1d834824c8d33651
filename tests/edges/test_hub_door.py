"""The door of the hub as an application: what no client of ours can be made to send."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from aggregator.edges.hub import HubAnswer, make_door
from aggregator.edges.hub.door import MOST_BYTES, Receive, Scope, Send

Message = MutableMapping[str, Any]
FORM = [(b"Content-Type", b"application/x-www-form-urlencoded; charset=utf-8")]


def ask(
    *messages: Message,
    path: str = "/hub",
    method: str = "POST",
    heads: list[tuple[bytes, bytes]] = FORM,
    answer: HubAnswer = HubAnswer(202, "Yes."),  # noqa: B008 - a frozen value
) -> tuple[list[list[tuple[str, str]]], list[Message]]:
    """The forms that were taken, and all that was sent; after the messages nothing comes."""
    taken: list[list[tuple[str, str]]] = []
    sent: list[Message] = []
    waiting = list(messages)

    async def site(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "site"})

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    def take(fields: list[tuple[str, str]]) -> HubAnswer:
        taken.append(fields)
        return answer

    scope = {"type": "http", "path": path, "method": method, "headers": heads}

    async def run() -> None:
        await make_door("/hub", take, site, seconds=0.05)(scope, receive, send)

    asyncio.run(run())
    return taken, sent


def piece(body: bytes, *, more: bool = False) -> Message:
    """A piece of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_form_is_taken_whole() -> None:
    """In whatever pieces, its fields in their order, empty ones too."""
    taken, sent = ask(piece(b"a=%C3%A9&b", more=True), piece(b"=&a=2"))
    assert taken == [[("a", "é"), ("b", ""), ("a", "2")]]
    assert (sent[0]["status"], sent[1]["body"]) == (202, b"Yes.\n")


def test_all_else_is_the_site_s() -> None:
    """Below the hub's own path too."""
    assert ask(path="/hub/")[1] == ask(path="/atom.xml", method="GET")[1] == [{"type": "site"}]


def test_who_left_is_answered_nothing() -> None:
    """And what came of the form is not taken."""
    assert ask(piece(b"a=1", more=True), {"type": "http.disconnect"}) == ([], [])


@pytest.mark.parametrize(
    ("messages", "heads", "status"),
    [
        ([piece(b"a=1", more=True)], FORM, 408),
        ([piece(b"x" * MOST_BYTES, more=True), piece(b"x")], FORM, 413),
        ([], [*FORM, (b"content-length", b"99999")], 413),
        ([], [*FORM, (b"content-length", b"x")], 413),
        ([], [], 415),
        ([piece(b"\xff")], FORM, 400),
    ],
)
def test_what_is_no_form_is_refused(
    messages: list[Message], heads: list[tuple[bytes, bytes]], status: int
) -> None:
    """Within bounds of time and size, whatever the length says."""
    taken, sent = ask(*messages, heads=heads)
    assert (taken, sent[0]["status"]) == ([], status)


def test_a_refusal_may_say_when_to_ask_again() -> None:
    """As Retry-After; a HEAD has no body."""
    _, sent = ask(piece(b"a=1"), answer=HubAnswer(429, "Later.", 60))
    assert (b"retry-after", b"60") in sent[0]["headers"]
    _, sent = ask(method="HEAD")
    assert (b"allow", b"POST") in sent[0]["headers"]
    assert sent[1]["body"] == b""
