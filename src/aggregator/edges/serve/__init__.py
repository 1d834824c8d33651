"""The serving room: the published folder and a few made pages over HTTP (starlette, uvicorn).

It answers with what is published and with what the given makers say; it makes
no news, knows no page by name and decides nothing about what is shown.

`Server` holds the socket, `connection` is one reader's connection; `site`
turns a request into an answer; `shelf` keeps files in memory; `paths` and
`conditions` read what a reader sends; `answers` and `media` are what we send;
`probe` asks a server from outside. Only `server` and `connection` know
uvicorn, only `site` knows starlette.
"""

from aggregator.edges.serve.probe import Answered, Unreachable, probe
from aggregator.edges.serve.server import Server, local_url
from aggregator.edges.serve.site import Asking, Page, Pages, make_site

__all__ = [
    "Answered",
    "Asking",
    "Page",
    "Pages",
    "Server",
    "Unreachable",
    "local_url",
    "make_site",
    "probe",
]
