"""One request after the other: made pages, published files, and a kind word for the rest."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from aggregator.edges.serve.answers import (
    Answer,
    make_fault,
    make_greeting,
    make_later,
    make_missing,
    make_page,
    make_redirect,
    make_refusal,
)
from aggregator.edges.serve.asked import Asked
from aggregator.edges.serve.choosing import answer_file
from aggregator.edges.serve.media import FEEDS
from aggregator.edges.serve.paths import Place, read_path, show_path
from aggregator.edges.serve.shelf import Gap, Kept, Names, Shelf

_METHODS = frozenset({"GET", "HEAD"})
_INDEX = "index.html"
_PIECE = 64 * 1024
"""Bytes handed over at once: a slow reader costs no copy of a whole file."""
_AT_ONCE = 512 * 1024
"""Bytes in memory, both forms together, up to which a file is handed over in one piece."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a made page answers."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Asking:
    """A maker that is told the query of a request, what stands behind its "?"."""

    make: Callable[[str], Page]


Pages = Mapping[str, Callable[[], Page] | Asking]
"""Path -> maker. A maker runs in a thread; one page is never made twice at the same time."""

Links = Callable[[str], str]
"""Path of a file -> the value of its `Link` field (RFC 8288), "" for none."""


def make_site(
    folder: Path, pages: Pages, log: Callable[..., None], links: Links = lambda _: ""
) -> "Site":
    """An application that serves the made pages and the files of a folder.

    What goes wrong inside is answered with a 500 or 503 and logged as
    `log("serve", path=..., detail=...)`; nothing a reader sends ends it.
    """
    return Site(folder, pages, log, links)


class Site:
    """The application; holds the files in memory and the threads that may wait for the disk."""

    def __init__(self, folder: Path, pages: Pages, log: Callable[..., None], links: Links) -> None:
        """As `make_site` says."""
        self._shelf = Shelf(folder)
        self._pages = pages
        self._log = log
        self._links = links
        # One thread for each page: a slow /status must not delay /healthz.
        self._makers = {path: ThreadPoolExecutor(1) for path in pages}
        self._disk = ThreadPoolExecutor(1)

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        query = scope.get("query_string", b"")
        target = scope["raw_path"].partition(b"?")[0] + (b"?" + query if query else b"")
        asked = Asked.gather(scope["method"], target, scope["headers"])
        answer = await self._answer_safely(asked)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.head})
        async for piece in self._cut(answer, asked):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})

    def answer_at_once(self, asked: Asked) -> Answer | None:
        """The answer for a file that is small and in memory; None for all that takes longer.

        It is the one that the application would give; a connection may send it
        without a task of its own, which takes a third of the time.
        """
        place = read_path(asked.path) if asked.method in _METHODS else None
        if place is None or place.path in self._pages:
            return None
        names = (*place.names, _INDEX) if place.is_folder else place.names
        kept = self._shelf.find(names)
        if kept is None or kept.cost > _AT_ONCE:
            return None
        with suppress(Exception):  # the application meets it again, names it and answers
            return self._answer_file(names, kept, asked)
        return None

    async def _answer_safely(self, asked: Asked) -> Answer:
        """The answer, whatever happens: one bad page never costs the others."""
        try:
            return await self._answer(asked)
        except OSError as error:
            self._complain(asked, error)
            return make_later()
        except Exception as error:  # noqa: BLE001 - a surprise costs one answer, not the server
            self._complain(asked, error)
            return make_fault()

    def _complain(self, asked: Asked, error: Exception) -> None:
        detail = f"{type(error).__name__}: {error}"
        self._log("serve", path=show_path(asked.path), detail=detail)

    async def _answer(self, asked: Asked) -> Answer:
        if asked.method not in _METHODS:
            return make_refusal()
        place = read_path(asked.path)
        if place is None:
            return make_missing(show_path(asked.path))
        if place.path in self._pages:
            return await self._make(place.path, asked.query)
        return await self._answer_place(place, asked)

    async def _make(self, path: str, query: bytes) -> Answer:
        """A made page; a maker's own OSError is a fault like any other."""
        loop, maker = asyncio.get_running_loop(), self._pages[path]
        make = partial(maker.make, query.decode("latin-1")) if isinstance(maker, Asking) else maker
        try:
            page = await loop.run_in_executor(self._makers[path], make)
        except OSError as error:
            raise RuntimeError(f"{type(error).__name__}: {error}") from error
        return make_page(page.status, page.media_type, page.body)

    async def _answer_place(self, place: Place, asked: Asked) -> Answer:
        names = (*place.names, _INDEX) if place.is_folder else place.names
        found = await self._find(names)
        if isinstance(found, Kept):
            return await self._fill(names, found, asked)
        if found is Gap.FOLDER and not place.is_folder:
            return make_redirect(f"./{quote(names[-1])}/")
        if not place.names:
            return await self._greet()
        return make_missing(show_path(asked.path))

    async def _find(self, names: Names) -> Kept | Gap:
        """What stands at a place: from memory, else read by the thread for it."""
        kept = self._shelf.find(names)
        if kept:
            return kept
        return await asyncio.get_running_loop().run_in_executor(self._disk, self._shelf.read, names)

    async def _fill(self, names: Names, kept: Kept, asked: Asked) -> Answer:
        """The answer for a file; of a large one, or its part, with the open file."""
        answer = self._answer_file(names, kept, asked)
        if answer.body or not answer.size or asked.method == "HEAD":
            return answer
        file = await asyncio.get_running_loop().run_in_executor(
            self._disk, self._shelf.open, names, kept.signature, answer.start
        )
        return replace(answer, body=file)

    def _answer_file(self, names: Names, kept: Kept, asked: Asked) -> Answer:
        return answer_file(names, kept, asked, self._links("/".join(names)), time.time())

    async def _greet(self) -> Answer:
        found = [name for name in FEEDS if isinstance(await self._find((name,)), Kept)]
        return make_greeting(found)

    async def _cut(self, answer: Answer, asked: Asked) -> AsyncIterator[bytes | memoryview]:
        """The body in pieces; a large file is read as fast as its reader takes it."""
        body = b"" if asked.method == "HEAD" else answer.body
        if isinstance(body, bytes):
            view = memoryview(body)
            for start in range(0, len(body), _PIECE):
                yield view[start : start + _PIECE]
            return
        loop, left = asyncio.get_running_loop(), answer.size
        with body:
            while left and (
                piece := await loop.run_in_executor(self._disk, body.read, min(left, _PIECE))
            ):
                left -= len(piece)
                yield piece
