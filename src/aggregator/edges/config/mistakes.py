"""pydantic's errors -> sentences that name the key, the cause and the next step."""

import difflib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from aggregator.core.secrets import hide_secrets
from aggregator.edges.config.keys import known_keys, words_of
from aggregator.edges.config.places import Mistake, Steps
from aggregator.edges.config.shape import Root
from aggregator.edges.config.tree import Tree
from aggregator.edges.config.values import Filled

# What these hold may be or carry a secret: it never stands in a message.
_SECRET = frozenset(
    {"url", "base_url", "homepage", "contact", "proxy", "headers", "user_agent", "store", "hub"}
    | {"license", "opml", "credit", "notice"}
)
_LONGEST_SHOWN = 60
_NAMES = {str: "text", bool: "true or false", int: "a number", float: "a number"}
_WANTED = {
    "string_type": "must be text, not {got}; put it in quotes",
    "bool_type": "must be true or false, not {got}",
    "int_type": "must be a whole number, not {got}",
    "float_type": "must be a number, not {got}",
    "finite_number": "must be a finite number",
    "list_type": "must be a list, not {got}; write it in brackets: [...]",
    "dict_type": "must be keys with values, not {got}",
    "model_type": "must be keys with values, not {got}",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le:g}",
}
_EXAMPLES = {"url": "https://example.org/feed", "slug": "my-feed"}


def validate(tree: Tree) -> Root | None:
    """Return the shaped configuration, or None when mistakes were added to the tree."""
    try:
        return Root.model_validate({} if tree.value is None else tree.value)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_input=True):
            _add(tree, found["loc"], found)
    return None


def is_broken(tree: Tree, steps: Steps) -> bool:
    """Return whether a mistake of this value, or of one around it, is already reported."""
    return any(steps[:end] in tree.broken for end in range(1, len(steps) + 1))


def show(tree: Tree, steps: Steps) -> str:
    """Return the value in quotes, or nothing where it may be a secret."""
    value = _written_value(tree, steps)
    if _SECRET & set(steps) or isinstance(value, Filled | dict | list) or value is None:
        return ""
    text = hide_secrets(value) if isinstance(value, str) else json.dumps(value)
    cut = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
    return json.dumps(cut, ensure_ascii=False)


def _written_value(tree: Tree, steps: Steps) -> object:
    """Return the value; for a key that a bare word stands for, such as reuse.preset, that word."""
    value, around = tree.value_at(steps), tree.value_at(steps[:-1])
    return around if value is None and isinstance(around, str) else value


def name_of(steps: Steps) -> str:
    """Return the path as it is said aloud: `polling.interval`, `reuse.mode`, `tags`."""
    words = tuple(word for word in words_of(steps) if word != "[key]")
    inner = words[1:] if words[:1] in {("sources",), ("feeds",), ("include",)} else words
    return ".".join(inner or words)


def suggest(word: str, known: tuple[str, ...]) -> str:
    """Return a question that names the known word nearest to this one, or all of them."""
    near = difflib.get_close_matches(word.lower().replace("-", "_"), known, n=1)
    near = near or difflib.get_close_matches(word.lower(), known, n=1)
    return f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(known)}"


def _add(tree: Tree, found: Steps, error: Mapping[str, Any]) -> None:
    loc = _as_written(tree, found)
    if is_broken(tree, loc):
        return
    unknown = error["type"] == "extra_forbidden" or loc[-1:] == ("[key]",)
    place = tree.keys.get(loc) if unknown else None
    tree.mistakes.append(Mistake(place or tree.place_of(loc), _sentence(tree, loc, error)))


def _as_written(tree: Tree, loc: Steps) -> Steps:
    """The steps without places in a list where one value stands in its stead."""
    steps: Steps = ()
    for step in loc:
        if isinstance(step, str) or isinstance(tree.value_at(steps), list):
            steps = (*steps, step)
    return steps


def _sentence(tree: Tree, loc: Steps, error: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return _sentence_of_unknown(loc)
    if kind == "missing":
        return f"{loc[-1]} is missing; write {loc[-1]}: {_EXAMPLES.get(str(loc[-1]), '...')}"
    shown = show(tree, loc)
    return f"{name_of(loc)}: {shown}{' ' if shown else ''}{_cause(kind, error, shown)}"


def _cause(kind: str, error: Mapping[str, Any], shown: str) -> str:
    context = error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        words = tuple(str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", "))
        near = difflib.get_close_matches(shown.strip('"').lower(), words, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        return f"is none of {', '.join(words)}{hint or '; write one of them'}"
    wanted = _WANTED.get(kind)
    if wanted is None:
        return str(error["msg"])
    return wanted.format(got=_name_type(error["input"]), **context)


def _sentence_of_unknown(loc: Steps) -> str:
    word, where = str(loc[-1]), words_of(loc)[:-1]
    known = known_keys().get(where, ())
    text = f'unknown key "{word}"; {suggest(word, known)}'
    homes = [".".join(home) for home, keys in known_keys().items() if word in keys]
    if homes and "did you mean" not in text:
        return f'unknown key "{word}" here; it belongs under {homes[0] or "no other key"}'
    return text


def _name_type(value: object) -> str:
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, list):
        return "a list"
    return _NAMES.get(type(value), "text" if isinstance(value, str) else "empty")
