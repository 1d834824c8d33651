"""The serving room: the published folder and a few made pages over HTTP (starlette, uvicorn).

It answers with what is published and with what the given makers say; it makes
no news, knows no page by name and decides nothing about what is shown.

`Server` holds the socket, `connection` is one reader's connection; `site`
turns a request into an answer, `choosing` that for a file; `questions` asks makers that
answer what a reader asks; `shelf` keeps files in memory; `asked`, `paths`, `conditions` and
`ranges` read what a reader sends; `answers`, `caching` and `media` are what we send; `probe`
asks a server from outside. Only `server` and `connection` know uvicorn and its parser
httptools, only `site` knows starlette.
"""

from aggregator.edges.serve.media import find_media_type
from aggregator.edges.serve.probe import Answered, Unreachable, probe
from aggregator.edges.serve.questions import Application, Maker, Questions, Reply
from aggregator.edges.serve.server import Server, local_url
from aggregator.edges.serve.site import Asking, Links, Page, Pages, Site, make_site

__all__ = [
    "Answered",
    "Application",
    "Asking",
    "Links",
    "Maker",
    "Page",
    "Pages",
    "Questions",
    "Reply",
    "Server",
    "Site",
    "Unreachable",
    "find_media_type",
    "local_url",
    "make_site",
    "probe",
]
