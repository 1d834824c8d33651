"""One request after the other: made pages, published files, and a kind word for the rest."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from aggregator.edges.serve.answers import (
    Answer,
    make_fault,
    make_file,
    make_greeting,
    make_later,
    make_missing,
    make_page,
    make_redirect,
    make_refusal,
)
from aggregator.edges.serve.conditions import is_known, takes_gzip
from aggregator.edges.serve.media import FEEDS
from aggregator.edges.serve.paths import Place, read_path, show_path
from aggregator.edges.serve.shelf import Gap, Kept, Names, Shelf

_METHODS = frozenset({"GET", "HEAD"})
_INDEX = "index.html"
_PIECE = 64 * 1024
"""Bytes handed over at once: a slow reader costs no copy of a whole file."""
_SETTLED_SECONDS = 2
"""A file younger than this may change once more within the second that Last-Modified names."""


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


def make_site(folder: Path, pages: Pages, log: Callable[..., None]) -> ASGIApp:
    """An application that serves the made pages and the files of a folder.

    What goes wrong inside is answered with a 500 or 503 and logged as
    `log("serve", path=..., detail=...)`; nothing a reader sends ends it.
    """
    return _Site(folder, pages, log)


class _Site:
    """The application; holds the files in memory and the threads that may wait for the disk."""

    def __init__(self, folder: Path, pages: Pages, log: Callable[..., None]) -> None:
        self._shelf = Shelf(folder)
        self._pages = pages
        self._log = log
        # One thread for each page: a slow /status must not delay /healthz.
        self._makers = {path: ThreadPoolExecutor(1) for path in pages}
        self._disk = ThreadPoolExecutor(1)

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        answer = await self._answer_safely(scope)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.head})
        async for piece in self._cut(b"" if scope["method"] == "HEAD" else answer.body):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})

    async def _answer_safely(self, scope: Scope) -> Answer:
        """The answer, whatever happens: one bad page never costs the others."""
        try:
            return await self._answer(scope)
        except OSError as error:
            self._complain(scope, error)
            return make_later()
        except Exception as error:  # noqa: BLE001 - a surprise costs one answer, not the server
            self._complain(scope, error)
            return make_fault()

    def _complain(self, scope: Scope, error: Exception) -> None:
        detail = f"{type(error).__name__}: {error}"
        self._log("serve", path=show_path(scope["raw_path"]), detail=detail)

    async def _answer(self, scope: Scope) -> Answer:
        if scope["method"] not in _METHODS:
            return make_refusal()
        place = read_path(scope["raw_path"])
        if place is None:
            return make_missing(show_path(scope["raw_path"]))
        if place.path in self._pages:
            return await self._make(place.path, scope.get("query_string", b""))
        return await self._answer_place(place, scope)

    async def _make(self, path: str, query: bytes) -> Answer:
        """A made page; a maker's own OSError is a fault like any other."""
        loop, maker = asyncio.get_running_loop(), self._pages[path]
        make = partial(maker.make, query.decode("latin-1")) if isinstance(maker, Asking) else maker
        try:
            page = await loop.run_in_executor(self._makers[path], make)
        except OSError as error:
            raise RuntimeError(f"{type(error).__name__}: {error}") from error
        return make_page(page.status, page.media_type, page.body)

    async def _answer_place(self, place: Place, scope: Scope) -> Answer:
        names = (*place.names, _INDEX) if place.is_folder else place.names
        found = await self._find(names)
        if isinstance(found, Kept):
            return await self._answer_file(names, found, scope)
        if found is Gap.FOLDER and not place.is_folder:
            return make_redirect(f"./{quote(names[-1])}/")
        if not place.names:
            return await self._greet()
        return make_missing(show_path(scope["raw_path"]))

    async def _find(self, names: Names) -> Kept | Gap:
        """What stands at a place: from memory, else read by the thread for it."""
        kept = self._shelf.find(names)
        if kept:
            return kept
        return await asyncio.get_running_loop().run_in_executor(self._disk, self._shelf.read, names)

    async def _answer_file(self, names: Names, kept: Kept, scope: Scope) -> Answer:
        headers = Headers(scope=scope)
        zipped = kept.gzipped if takes_gzip(headers.getlist("accept-encoding")) else None
        form = zipped or kept.plain
        dated = time.time() - kept.modified >= _SETTLED_SECONDS
        known = is_known(
            form.etag,
            kept.modified if dated else None,
            headers.getlist("if-none-match"),
            headers.getlist("if-modified-since"),
        )
        answer = make_file(names[-1], kept, form, dated=dated, known=known)
        if known or form.body is not None or scope["method"] == "HEAD":
            return answer
        file = await asyncio.get_running_loop().run_in_executor(
            self._disk, self._shelf.open, names, kept.signature
        )
        return replace(answer, body=file)

    async def _greet(self) -> Answer:
        found = [name for name in FEEDS if isinstance(await self._find((name,)), Kept)]
        return make_greeting(found)

    async def _cut(self, body: bytes | BinaryIO) -> AsyncIterator[bytes | memoryview]:
        """The body in pieces; a large file is read as fast as its reader takes it."""
        if isinstance(body, bytes):
            view = memoryview(body)
            for start in range(0, len(body), _PIECE):
                yield view[start : start + _PIECE]
            return
        loop = asyncio.get_running_loop()
        with body:
            while piece := await loop.run_in_executor(self._disk, body.read, _PIECE):
                yield piece
