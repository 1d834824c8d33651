"""`healthcheck` and `backup`: what an operator asks of a running daemon."""

from collections.abc import Callable
from pathlib import Path

from aggregator.cli.words import say_words
from aggregator.core.settings import Config
from aggregator.edges.serve import Answered, local_url, probe
from aggregator.edges.store import open_store, read_note

_TIMEOUT = 5.0
_OK = 200


def check_health(load: Callable[[], Config], data: Path) -> int:
    """Print how the daemon is; 0 when it is ready, 1 when not.

    The configuration is loaded only where no daemon has left its address: it
    may be wrong by now, while the daemon goes on with the last good one.
    """
    url = read_note(data)
    if not url:
        serve = load().serve
        if not serve.enabled:
            print("serving is switched off (serve: false): no daemon can be asked")
            return 1
        url = local_url(serve.host, serve.port)
    found = probe(url, "/readyz", _TIMEOUT)
    if not isinstance(found, Answered):
        print(f"{found.detail}; is `aggregator run` at work?")
        return 1
    for line in found.body.strip().splitlines():
        print(say_words(line))
    return 0 if found.status == _OK else 1


def back_up(data: Path, target: Path) -> int:
    """Copy the store to a file, also while a daemon runs."""
    with open_store(data, write=False) as store:
        store.backup(target)
    print(f"{target}: written")
    return 0
