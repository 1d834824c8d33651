"""The shaped configuration -> the frozen values that the rest of the product sees."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from aggregator.core.ids import derive_id
from aggregator.core.model.source import LinkPlace, Mode, Reuse, Source
from aggregator.core.settings import (
    Config,
    KeepSettings,
    ListSettings,
    NewsfeedSettings,
    PollingSettings,
    PublishSettings,
    ServeSettings,
)
from aggregator.edges.config import shape
from aggregator.edges.config.laws import bounds
from aggregator.edges.config.tree import Tree
from aggregator.edges.config.values import FOREVER

_PASSED_ON = (  # keys of a source that go through as they are
    "name",
    "homepage",
    "language",
    "interval",
    "enabled",
    "timezone",
    "weight",
    "max_items",
    "user_agent",
    "proxy",
)


def translate(root: shape.Root, tree: Tree, path: Path) -> Config:
    """Return the configuration as values; `pending` and `warnings` are left to the caller."""
    return Config(
        path=str(path),
        newsfeed=_newsfeed(root.newsfeed),
        polling=_polling(root.polling, tree),
        publish=_publish(root.publish, path.parent),
        serve=ServeSettings(**_written(root.serve)),
        store=root.store or Config(path="").store,
        keep=_keep(root.keep),
        sources=tuple(_sources(root.sources or [], tree, path)),
        lists=tuple(_lists(root.include or [], tree, path)),
    )


def _lists(models: list[shape.Include], tree: Tree, path: Path) -> Iterator[ListSettings]:
    for at, model in enumerate(models):
        if model.opml is not None:
            is_remote = "://" in model.opml
            yield ListSettings(
                model.opml if is_remote else str(path.parent / model.opml),
                model.refresh or ListSettings("").refresh,
                tuple(model.tags or ()),
                tree.place_of(("include", at)).line,
            )


def _written(model: BaseModel) -> dict[str, Any]:
    """Return the keys the user gave, as arguments of our own dataclass."""
    return {name: getattr(model, name) for name in model.model_fields_set}


def _newsfeed(model: shape.Newsfeed) -> NewsfeedSettings:
    given = _written(model)
    if model.base_url is not None:  # readers join names to it
        given["base_url"] = model.base_url.rstrip("/") + "/"
    return NewsfeedSettings(**given)


def _polling(model: shape.Polling, tree: Tree) -> PollingSettings:
    """Return the settings; the default interval gives way to the bounds that are given."""
    given = _written(model)
    low, high = bounds(tree)
    given["interval"] = model.interval or min(max(PollingSettings().interval, low), high)
    return PollingSettings(**given)


def _publish(model: shape.Publish, folder: Path) -> PublishSettings:
    given = _written(model)
    if model.templates is not None:
        given["templates"] = str(folder / model.templates)
    if model.also is not None:
        given["also"] = tuple(model.also)
    return PublishSettings(**given)


def _keep(model: shape.Keep) -> KeepSettings:
    given = _written(model)
    return KeepSettings(**{k: None if v == FOREVER else v for k, v in given.items()})


def _sources(models: list[shape.Source], tree: Tree, path: Path) -> Iterator[Source]:
    taken = {model.id for model in models if model.id is not None}
    for at, model in enumerate(models):
        source_id = model.id or derive_id(model.url, taken)
        taken.add(source_id)
        place = tree.place_of(("sources", at))
        yield _source(model, source_id, f"{place.file or path}:{place.line}")


def _source(model: shape.Source, source_id: str, location: str) -> Source:
    given = _written(model)
    return Source(
        id=source_id,
        url=model.url,
        tags=tuple(model.tags or ()),
        aliases=tuple(model.aliases or ()),
        headers=tuple((model.headers or {}).items()),
        reuse=read_reuse(model.reuse),
        location=location,
        **{name: given[name] for name in _PASSED_ON if name in given},
    )


def read_reuse(model: shape.Reuse | None) -> Reuse:
    """Return what the terms let us show; without terms, the defaults of a source that states none.

    A licence by name is not in effect yet: until it is, it counts as the
    strictest terms that are still of use, never as the whole text.
    """
    if model is None:
        return Reuse()
    mode = _mode(model)
    return Reuse(
        mode=mode,
        max_words=model.max_words or (Reuse().max_words if mode is Mode.EXCERPT else None),
        link=_link(model),
        credit=model.credit or Reuse().credit,
        notice=model.notice,
        license=model.license,
        images=bool(model.images),
        stated=True,
    )


def _mode(model: shape.Reuse) -> Mode:
    if model.mode is not None:
        return Mode(model.mode)
    return Mode(model.preset) if model.preset in shape.MODE_WORDS else Mode.EXCERPT


def _link(model: shape.Reuse) -> LinkPlace | None:
    if model.link is not None:
        return LinkPlace(model.link)
    return None if model.preset in {None, *shape.MODE_WORDS} else Reuse().link
