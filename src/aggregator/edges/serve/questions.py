"""Pages that are made of what a reader asks: one at a time, few in the queue, all others later.

It stands before the site: a path that is no question's is the site's.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from aggregator.edges.serve.answers import make_page
from aggregator.edges.serve.paths import show_path

MOST_WAITING = 16
"""Questions in the queue: at 50 ms each the last of them waits for less than a second."""
_RETRY = ("Retry-After", "5")
_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question is answered; `fields` beside those that all answers have."""

    status: int
    media_type: str
    body: bytes
    fields: tuple[tuple[str, str], ...] = ()


Application = ASGIApp
Maker = Callable[[str, str], Reply]
"""(the rest of the path, still encoded, and the query string) -> answer; runs in a thread."""
Refuse = Callable[[str, int, str], Reply]
"""(path, status, why) -> answer where there is no other."""


class Questions:
    """An application that answers questions, and leaves all else to another one.

    `makers` go by path; one that ends with a slash takes all that begins so.
    """

    def __init__(
        self, site: ASGIApp, makers: Mapping[str, Maker], refuse: Refuse, log: Callable[..., None]
    ) -> None:
        """Take what answers; `log("serve", path=..., detail=...)` hears what went wrong."""
        self._site = site
        self._makers = makers
        self._refuse = refuse
        self._log = log
        # One thread: a question may use a processor, and polling needs the other.
        self._thread = ThreadPoolExecutor(1)
        self._waiting = 0

    def close(self) -> None:
        """Return when no question is at work any more."""
        self._thread.shutdown(cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["raw_path"].decode("latin-1")
        found = self._find(path)
        if found is None:
            await self._site(scope, receive, send)
            return
        reply = await self._answer(scope, path, found)
        made = make_page(reply.status, reply.media_type, reply.body, *reply.fields)
        await send({"type": "http.response.start", "status": made.status, "headers": made.head})
        body = b"" if scope["method"] == "HEAD" else reply.body
        await send({"type": "http.response.body", "body": body})

    def _find(self, path: str) -> tuple[Maker, str] | None:
        """Who answers a path, with what of it is left."""
        if path in self._makers:
            return self._makers[path], ""
        names = (name for name in self._makers if name.endswith("/") and path.startswith(name))
        name = next(names, None)
        return None if name is None else (self._makers[name], path.removeprefix(name))

    async def _answer(self, scope: Scope, path: str, found: tuple[Maker, str]) -> Reply:
        if scope["method"] not in _METHODS:
            reply = self._refuse(path, HTTPStatus.METHOD_NOT_ALLOWED, "it can only be read")
            return _add(reply, ("Allow", "GET, HEAD"))
        if self._waiting >= MOST_WAITING:
            why = "too many questions wait for an answer; ask again in a few seconds"
            return _add(self._refuse(path, HTTPStatus.SERVICE_UNAVAILABLE, why), _RETRY)
        self._waiting += 1
        try:
            maker, rest = found
            query = scope["query_string"].decode("utf-8", "replace")
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, maker, rest, query)
        except Exception as error:  # noqa: BLE001 - a surprise costs one answer; it is named
            detail = f"{type(error).__name__}: {error}"
            self._log("serve", path=show_path(scope["raw_path"]), detail=detail)
            why = "the archive cannot be asked now; see the log"
            return _add(self._refuse(path, HTTPStatus.SERVICE_UNAVAILABLE, why), _RETRY)
        finally:
            self._waiting -= 1


def _add(reply: Reply, more: tuple[str, str]) -> Reply:
    return Reply(reply.status, reply.media_type, reply.body, (*reply.fields, more))
