"""How the hub is, for people: who subscribed, what a public hub was not told."""

from collections.abc import Iterator

from aggregator.core import urls, websub
from aggregator.core.settings import Config
from aggregator.edges.store import Store


def tell_hub(config: Config, store: Store) -> Iterator[str]:
    """Lines about the hub that the feeds name; none where there is none."""
    hub = websub.find_hub(config)
    if hub is None:
        return
    if config.publish.hub == websub.BUILTIN:
        count, failing = store.subscribers.count()
        words = f"; the last delivery to {failing} of them failed" if failing else ""
        yield f"The hub has {count} subscription{'' if count == 1 else 's'}{words}."
        return
    base = config.newsfeed.base_url
    known = [one for one in store.subscribers.load_pings().values() if one.hub == hub]
    owed = [one for one in known if one.why and one.topic.startswith(base)]
    if owed:
        yield (
            f"The hub {urls.host(hub)} was not told of {len(owed)} feeds: {owed[0].why};"
            " they are told at the next publishing."
        )
