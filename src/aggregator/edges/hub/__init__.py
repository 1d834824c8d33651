"""The door of the built-in hub: forms that subscribers post, over HTTP (plain ASGI).

It reads a form within limits and answers what it is told to; it knows no
subscription and decides nothing about one.
"""

from aggregator.edges.hub.door import HubAnswer, make_door

__all__ = ["HubAnswer", "make_door"]
