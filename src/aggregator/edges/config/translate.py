"""The shaped configuration -> the frozen values that the rest of the product sees."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from aggregator.core.ids import derive_id
from aggregator.core.model.rule import Condition, Rule
from aggregator.core.model.source import LinkPlace, Mode, Reuse, Source
from aggregator.core.reuse.presets import PRESETS
from aggregator.core.settings import (
    Config,
    FeedSettings,
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
    "check_links",
    "full_text",
)

_AS_WRITTEN = ("max_words", "credit", "notice", "license", "images", "derivatives", "ai")


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
        sources=tuple(_sources(root, tree, path)),
        lists=tuple(_lists(root.include or [], tree, path)),
        filters=_filters(root.filters),
        feeds=tuple(_feed(model) for model in root.feeds or ()),
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


def _sources(root: shape.Root, tree: Tree, path: Path) -> Iterator[Source]:
    models = root.sources or []
    zone = root.newsfeed.timezone or NewsfeedSettings().timezone
    taken = {model.id for model in models if model.id is not None}
    for at, model in enumerate(models):
        source_id = model.id or derive_id(model.url, taken)
        taken.add(source_id)
        place = tree.place_of(("sources", at))
        yield _source(model, source_id, f"{place.file or path}:{place.line}", zone)


def _source(model: shape.Source, source_id: str, location: str, zone: str) -> Source:
    given = _written(model)
    return Source(
        id=source_id,
        url=model.url,
        tags=tuple(model.tags or ()),
        aliases=tuple(model.aliases or ()),
        headers=tuple((model.headers or {}).items()),
        reuse=read_reuse(model.reuse, zone),
        filters=_filters(model.filters),
        location=location,
        **{name: given[name] for name in _PASSED_ON if name in given},
    )


def _filters(model: shape.Filters | None) -> Rule:
    if model is None:
        return Rule()
    return Rule(_conditions(model.include), _conditions(model.exclude))


def _feed(model: shape.Feed) -> FeedSettings:
    rule = Rule(_conditions(model.include), _conditions(model.exclude), model.age, model.items)
    return FeedSettings(model.slug, model.title or model.slug, rule)


def _conditions(models: list[shape.Match] | None) -> tuple[Condition, ...]:
    """Return those that compare something: an empty one would take or leave out everything."""
    made = (
        Condition(**{name: tuple(values) for name, values in _written(model).items() if values})
        for model in models or ()
    )
    return tuple(condition for condition in made if condition != Condition())


def read_reuse(model: shape.Reuse | None, zone: str = "UTC") -> Reuse:
    """Return what the terms let us show; without terms, the defaults of a source that states none.

    Terms by name give every key that is not written beside the name. `zone` is
    that of times without one.
    """
    if model is None:
        return Reuse()
    base = PRESETS[model.preset] if model.preset else Reuse(link=None, stated=True)
    given = {name: value for name, value in _written(model).items() if value is not None}
    mode = Mode(given.pop("mode", base.mode))
    places = {"link": LinkPlace(given.pop("link"))} if "link" in given else {}
    plain = {name: given[name] for name in _AS_WRITTEN if name in given}
    return replace(
        base, mode=mode, **(_lengthen(mode, base) | places | plain | _times(given, zone))
    )


def _lengthen(mode: Mode, base: Reuse) -> dict[str, int | None]:
    """Return how long a text may be where the terms do not say: an excerpt is never endless."""
    if mode is base.mode:
        return {}
    return {"max_words": Reuse().max_words if mode is Mode.EXCERPT else None}


def _times(given: dict[str, Any], zone: str) -> dict[str, timedelta | datetime]:
    """Return what holds a report back, and when the terms end: behind the day that is named."""
    times: dict[str, Any] = {name: given[name] for name in ("embargo", "delay") if name in given}
    if isinstance(times.get("embargo"), str):
        times["embargo_until"] = _read_time(times.pop("embargo"), zone)
    if "until" in given:
        is_day = len(given["until"]) <= len("2026-12-31")
        times["until"] = _read_time(given["until"], zone, days=1 if is_day else 0)
    return times


def _read_time(text: str, zone: str, days: int = 0) -> datetime:
    time = datetime.fromisoformat(text) + timedelta(days=days)
    local = time if time.tzinfo else time.replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)
