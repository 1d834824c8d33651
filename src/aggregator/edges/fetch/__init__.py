"""The fetching room: Source + FetchState -> FetchResult, over HTTP (httpx2).

It asks, follows redirects, reads with a deadline and two caps, and names what
went wrong. It decides nothing about when to ask, and reads no feed.

`Fetcher` holds the connections; `exchange` is one source being asked;
`guard` and `roads` lead to public addresses only, straight or by a proxy;
`sending` asks those who are no sources: hubs, callbacks;
`request` is what we send; `answers`, `hints` and `head` read what a server
says; `body` and `codings` read its bytes; `faults` puts failures into words.
Only `fetcher`, `exchange`, `sending`, `faults`, `guard` and `roads` know httpx2.
"""

from aggregator.edges.fetch.exchange import Gate
from aggregator.edges.fetch.fetcher import Fetcher
from aggregator.edges.fetch.request import user_agent
from aggregator.edges.fetch.sending import Letter

__all__ = ["Fetcher", "Gate", "Letter", "user_agent"]
