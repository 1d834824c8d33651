"""Laws that span several keys: bounds, ids used twice, no sources; and the warnings.

They read the values as written, so that they speak in the same reading as
the mistakes of single keys do.
"""

from collections.abc import Iterator
from datetime import timedelta

from aggregator.core.settings import PollingSettings
from aggregator.core.websub import BUILTIN
from aggregator.edges.config.mistakes import is_broken, show
from aggregator.edges.config.places import Mistake, Place, Steps
from aggregator.edges.config.tree import Tree
from aggregator.edges.config.values import read_span, write_duration

_POLITE = PollingSettings().min_interval
_MIN: Steps = ("polling", "min_interval")
_MAX: Steps = ("polling", "max_interval")
_FIRST: Steps = ("polling", "interval")
_HUB: Steps = ("publish", "hub")


def find_mistakes(tree: Tree) -> Iterator[Mistake]:
    """Yield what is wrong between keys."""
    yield from _missing_sources(tree)
    yield from _path_and_list(tree)
    yield from _crossed_bounds(tree)
    for steps in (_FIRST, *(("sources", at, "interval") for at in range(_count(tree, "sources")))):
        yield from _low_interval(tree, steps)
    yield from _repeated(tree, "sources", "id")
    yield from _repeated(tree, "feeds", "slug")


def find_warnings(tree: Tree) -> Iterator[Mistake]:
    """Yield what is allowed and should be known."""
    yield from _no_contact(tree)
    yield from _impolite_bound(tree)
    yield from _same_urls(tree)
    yield from _idle_hub(tree)
    for at in range(_count(tree, "sources")):
        yield from _high_interval(tree, ("sources", at, "interval"))


def bounds(tree: Tree) -> tuple[timedelta, timedelta]:
    """Return the least and the greatest interval in effect."""
    default = PollingSettings()
    low = _span(tree, _MIN) or default.min_interval
    return low, _span(tree, _MAX) or default.max_interval


def url_at(tree: Tree, at: int) -> str | None:
    """Return the URL of the source at the position, None where it has none."""
    item = tree.value_at(("sources", at))
    url = item.get("url") if isinstance(item, dict) else item
    return str(url) if isinstance(url, str) else None


def _missing_sources(tree: Tree) -> Iterator[Mistake]:
    if _has_list(tree):
        return
    if tree.value_at(("sources",)) in (None, []) and not is_broken(tree, ("sources",)):
        place = tree.keys.get(("sources",), Place())
        text = 'no sources; name at least one: under "sources:" write "- https://example.org/feed"'
        yield Mistake(place, text)


def _has_list(tree: Tree) -> bool:
    listed = tree.value_at(("include",))
    lists = listed if isinstance(listed, list) else []
    return any(isinstance(one, dict) and "opml" in one for one in lists)


def _path_and_list(tree: Tree) -> Iterator[Mistake]:
    for at in range(_count(tree, "include")):
        one = tree.value_at(("include", at))
        if isinstance(one, dict) and ("path" in one) == ("opml" in one):
            text = "include: write path for a YAML file or opml for a list, one of the two"
            yield Mistake(tree.place_of(("include", at)), text)


def _crossed_bounds(tree: Tree) -> Iterator[Mistake]:
    low, high = bounds(tree)
    if low > high:
        steps = _MIN if _MIN in tree.keys else _MAX
        yield Mistake(
            tree.place_of(steps),
            f"polling.min_interval ({write_duration(low)}) is above polling.max_interval "
            f"({write_duration(high)}); lower the one or raise the other",
        )


def _low_interval(tree: Tree, steps: Steps) -> Iterator[Mistake]:
    span, (low, _) = _span(tree, steps), bounds(tree)
    if span is not None and span < low:
        yield Mistake(
            tree.place_of(steps),
            f'"interval: {write_duration(span)}" is below polling.min_interval '
            f"({write_duration(low)}); raise the interval, or lower polling.min_interval",
        )


def _high_interval(tree: Tree, steps: Steps) -> Iterator[Mistake]:
    span, (_, high) = _span(tree, steps), bounds(tree)
    if span is not None and span > high:
        yield Mistake(
            tree.place_of(steps),
            f'"interval: {write_duration(span)}" is above polling.max_interval '
            f"({write_duration(high)}), which holds; raise polling.max_interval to poll less often",
        )


def _repeated(tree: Tree, section: str, key: str) -> Iterator[Mistake]:
    first: dict[str, Place] = {}
    for at in range(_count(tree, section)):
        value, place = tree.value_at((section, at, key)), tree.place_of((section, at, key))
        if not isinstance(value, str) or is_broken(tree, (section, at, key)):
            continue
        if value in first:
            shown = show(tree, (section, at, key))
            text = f"the {key} {shown} is already used in {_say(first[value])}; give another"
            yield Mistake(place, text)
        first.setdefault(value, place)


def _no_contact(tree: Tree) -> Iterator[Mistake]:
    if tree.value_at(("newsfeed", "contact")) is None:
        yield Mistake(
            tree.keys.get(("newsfeed",), Place()),
            "newsfeed.contact is not set: publishers cannot reach you when something goes wrong, "
            "and some block programs that do not say whose they are; "
            "set it to a URL or a mail address",
        )


def _impolite_bound(tree: Tree) -> Iterator[Mistake]:
    low, _ = bounds(tree)
    if low < _POLITE:
        yield Mistake(
            tree.place_of(_MIN),
            f"polling.min_interval is lowered to {write_duration(low)}: publishers throttle or "
            f"block those who ask oftener than every {write_duration(_POLITE)}; "
            "raise it unless the sources are your own",
        )


def _same_urls(tree: Tree) -> Iterator[Mistake]:
    first: dict[str, Place] = {}
    for at in range(_count(tree, "sources")):
        url, place = url_at(tree, at), tree.place_of(("sources", at, "url"))
        if url in first:
            text = f"this url is already that of the source in {_say(first[url])}"
            yield Mistake(place, f"{text}: it would be asked twice; remove one")
        if url is not None:
            first.setdefault(url, place)


def _idle_hub(tree: Tree) -> Iterator[Mistake]:
    switches = tree.value_at(("serve",)), tree.value_at(("serve", "enabled"))
    if any(switch is False for switch in switches) and tree.value_at(_HUB) == BUILTIN:
        yield Mistake(
            tree.place_of(_HUB),
            "the built-in hub is part of the daemon's own serving, which serve: false switches off:"
            " no feed names it; serve, or name the URL of a public hub",
        )


def _say(place: Place) -> str:
    return f"line {place.line} of {place.file}" if place.file else f"line {place.line}"


def _count(tree: Tree, section: str) -> int:
    value = tree.value_at((section,))
    return len(value) if isinstance(value, list) else 0


def _span(tree: Tree, steps: Steps) -> timedelta | None:
    try:
        return None if is_broken(tree, steps) else read_span(tree.value_at(steps))
    except ValueError:
        return None
