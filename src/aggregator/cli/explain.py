"""`explain`: how a report came, which rules it met, why it stands where it does."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from aggregator.cli.edits import describe_edits, list_rows
from aggregator.cli.once import tell_time
from aggregator.cli.picking import TITLE, find_meant, print_choice
from aggregator.cli.tables import open_console, print_note, print_table
from aggregator.cli.words import cut_words, print_json, say_time, say_words, write_time
from aggregator.core.explaining import Apart, Explanation
from aggregator.core.likeness import DAYS, ENOUGH
from aggregator.core.model import FetchState
from aggregator.core.origin import read_hosts
from aggregator.core.picking import Choice, choose_told
from aggregator.core.settings import Config
from aggregator.edges.store import has_store, open_store
from aggregator.pipeline.explaining import explain_report

if TYPE_CHECKING:
    from aggregator.cli.app import Place

_WRONG_CALL = 2


def explain_entry(place: "Place", words: str, *, as_json: bool) -> int:
    """Print what is known of the report that the words mean; 2 where none or several are meant."""
    config = place.load()
    if not has_store(place.data):
        print(f"{place.data}: nothing is stored yet; run: aggregator once")
        return _WRONG_CALL
    explanation = _explain(config, place.data, words)
    if explanation is None:
        return _WRONG_CALL
    if as_json:
        print_json(_describe(explanation))
    else:
        _print(explanation, config.newsfeed.timezone)
    return 0


def _explain(config: Config, data: Path, words: str) -> Explanation | None:
    """The explanation of the one report that is meant; where that is not clear, it is said."""
    with open_store(data, write=False) as store:
        found = find_meant(store, words)
        hosts = {source.id: read_hosts(source) for source in config.sources}
        if meant := choose_told(found, hosts):
            return explain_report(config, store, meant, tell_time())
    print_choice(Choice((), tuple(found)), words, config)
    return None


def _print(explanation: Explanation, zone: str) -> None:
    console = open_console()
    rows = [
        [Text(name), say_words(words)] for name, words in _list_lines(explanation, zone) if words
    ]
    print_table(console, [explanation.entry.source_id, _name(explanation.entry.title)], rows)
    if explanation.edits:
        print_note(console, Text("Changed since it came:"))
        edited = list_rows(explanation.edits, zone, is_out=bool(explanation.orders))
        print_table(console, ["edited", "what", "how"], edited)
    if explanation.apart:
        print_note(console, Text(f"compared with, and apart (one story from {ENOUGH:.2f} on):"))
        columns = ["source", "score", "words", "names", "hours", "title", "why"]
        cells = [_list_cells(one) for one in explanation.apart]
        print_table(console, columns, cells, numbers=(1, 2, 3, 4))


def _list_lines(explanation: Explanation, zone: str) -> Iterator[tuple[str, str]]:
    """Every line as (what it is about, words)."""
    entry = explanation.entry
    yield "link", entry.link or "none"
    yield "own id", entry.raw_id or "none"
    yield "came", say_time(entry.first_seen, zone)
    yield "dated", say_time(entry.published, zone)
    has_changed = entry.changed > max(entry.first_seen, entry.sort_at)
    yield "changed", say_time(entry.changed, zone) if has_changed else ""
    yield from _list_asking(explanation.state, zone)
    yield from (("terms", words) for words in explanation.terms)
    yield "embargo", _say_release(explanation, zone)
    yield from _list_story(explanation, zone)
    yield explanation.place, explanation.why
    for day in explanation.days:
        yield "edition", day.isoformat()
    for slug, why in explanation.feeds:
        yield "feed", f"{slug}: {why}" if why else slug


def _say_release(explanation: Explanation, zone: str) -> str:
    release = explanation.release
    return f"nothing is shown before {say_time(release, zone)}" if release else ""


def _list_asking(state: FetchState | None, zone: str) -> Iterator[tuple[str, str]]:
    """Where and how its source was last asked."""
    if state is None:
        yield "from", "its source was never asked"
        return
    yield "from", state.url
    status = f" (status {state.last_status})" if state.last_status else ""
    detail = f": {state.last_detail}" if state.last_detail else ""
    yield "asked", f"{say_time(state.last_poll, zone)}: {state.last_kind}{status}{detail}"
    yield "answered", say_time(state.last_ok, zone)
    known = (("ETag", state.etag), ("Last-Modified", state.last_modified))
    yield "validators", ", ".join(f"{name} {value}" for name, value in known if value) or "none"
    yield "next", f"{say_time(state.next_poll, zone)}: {state.reason}"


def _list_story(explanation: Explanation, zone: str) -> Iterator[tuple[str, str]]:
    story = explanation.story
    if story is None:
        yield (
            "story",
            (explanation.published_as and f"none now; once {explanation.published_as}") or "",
        )
        return
    yield "story", story.id
    yield "role", f"{story.role}: {story.why}" if story.why else story.role
    if time := explanation.time:
        yield "time", f"{say_time(time.at, zone)}: {time.effect}"
    for other in story.others:
        reason = f": {other.why}" if other.why else ""
        yield "with", f"{other.role}, {other.source_id}: {_name(other.title)}{reason}"
    if not explanation.is_compared:
        yield "compared", f"no longer: reports are compared for {DAYS.days} days"


def _name(title: str) -> str:
    return cut_words(title, TITLE) or "without a title"


def _list_cells(one: Apart) -> list[Text]:
    likeness = one.likeness
    figures = (likeness.score, likeness.words, likeness.names)
    return [
        say_words(one.source_id),
        *(Text(f"{figure:.2f}") for figure in figures),
        Text(f"{likeness.hours:.0f}"),
        say_words(_name(one.title)),
        say_words(one.why),
    ]


def _describe(explanation: Explanation) -> dict[str, Any]:
    entry, story = explanation.entry, explanation.story
    return {
        "source": entry.source_id,
        "key": entry.key,
        "title": entry.title,
        "link": entry.link,
        "own_id": entry.raw_id,
        "first_seen": write_time(entry.first_seen),
        "published": write_time(entry.published),
        "changed": write_time(entry.changed),
        "fetched": _describe_asking(explanation.state),
        "terms": list(explanation.terms),
        "embargo_until": write_time(explanation.release),
        "taken_down": [
            {"by": one.by, "at": write_time(one.at), "reason": one.reason, "public": one.public}
            for one in explanation.orders
        ],
        "published_as": explanation.published_as,
        "story": story
        and {
            "id": story.id,
            "role": story.role,
            "why": story.why or None,
            "others": [
                {"source": one.source_id, "title": one.title, "role": one.role, "why": one.why}
                for one in story.others
            ],
        },
        "apart": [_describe_apart(one) for one in explanation.apart],
        "compared": explanation.is_compared,
        "enough": ENOUGH,
        "edits": describe_edits(explanation.edits),
        "story_time": explanation.time
        and {"at": write_time(explanation.time.at), "effect": explanation.time.effect},
        "place": explanation.place,
        "why": explanation.why,
        "editions": [day.isoformat() for day in explanation.days],
        "feeds": [{"slug": slug, "why": why or None} for slug, why in explanation.feeds],
    }


def _describe_asking(state: FetchState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {
        "url": state.url,
        "last_poll": write_time(state.last_poll),
        "last_ok": write_time(state.last_ok),
        "result": state.last_kind,
        "status": state.last_status,
        "detail": state.last_detail,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "next_poll": write_time(state.next_poll),
        "reason": state.reason,
    }


def _describe_apart(one: Apart) -> dict[str, Any]:
    likeness = one.likeness
    return {
        "source": one.source_id,
        "title": one.title,
        "score": round(likeness.score, 3),
        "text": round(likeness.text, 3),
        "words": round(likeness.words, 3),
        "names": round(likeness.names, 3),
        "linked": likeness.linked,
        "hours": round(likeness.hours, 1),
        "why": one.why,
    }
