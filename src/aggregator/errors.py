"""Every exception the project raises on purpose.

Expected outcomes of a poll (a 404, a timeout, a page that is no feed) are
values, see `aggregator.core.model.fetch`; an exception is for a user's mistake
or for a machine that cannot go on.

    AggregatorError
    ├── ConfigError        the configuration is wrong; holds every mistake found
    ├── LockedError        another process writes to the data folder
    ├── StoreError         the store cannot be opened, read or written
    ├── PublishError       a published file cannot be written, or would be invalid
    └── ServeError         the address to serve at cannot be taken
"""

from collections.abc import Sequence


class AggregatorError(Exception):
    """Base of the tree: the message names the thing, the cause and the next step."""


class ConfigError(AggregatorError):
    """The configuration is wrong.

    `mistakes` holds one line for each mistake, `file:line:column: what, and
    what to do`, all found in one reading.
    """

    def __init__(self, mistakes: Sequence[str]) -> None:
        """Keep the mistakes and join them into the message."""
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class LockedError(AggregatorError):
    """Another process holds the lock of the data folder."""


class StoreError(AggregatorError):
    """The store cannot be opened, read or written."""


class PublishError(AggregatorError):
    """A published file cannot be written, or would be invalid; the old one is untouched."""


class ServeError(AggregatorError):
    """The address to serve at is in use, not this machine's, or not allowed."""
