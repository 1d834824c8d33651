"""Every key there is, by the mapping it stands in: read off the models, for messages and docs."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from aggregator.edges.config.places import Steps
from aggregator.edges.config.shape import Root

Words = tuple[str, ...]

_FILED = (("newsfeed",), ("sources",), ("sources", "reuse"))


def words_of(steps: Steps) -> Words:
    """Return the path's keys without the positions in lists."""
    return tuple(step for step in steps if isinstance(step, str))


@cache
def known_keys() -> dict[Words, Words]:
    """Return the keys of every mapping, by the keys that lead to it."""
    return {where: tuple(model.model_fields) for where, model in _models(Root, ())}


@cache
def text_keys() -> dict[Words, frozenset[str]]:
    """Return the keys that may be written as `KEY_file`, by mapping; "*" stands for any."""
    models = dict(_models(Root, ()))
    found = {where: frozenset(_texts_of(models[where])) for where in _FILED}
    return found | {(): frozenset({"store"}), ("sources", "headers"): frozenset({"*"})}


def _models(model: type[BaseModel], where: Words) -> Iterator[tuple[Words, type[BaseModel]]]:
    yield where, model
    for name, field in model.model_fields.items():
        for inner in _models_in(field.annotation):
            yield from _models(inner, (*where, name))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  any type form
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _texts_of(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if str in _bare(field.annotation):
            yield name


def _bare(annotation: Any) -> set[Any]:  # noqa: ANN401  any type form
    """Return the types of a union, without what pydantic was told about them."""
    parts = [annotation, *get_args(annotation)]
    return {getattr(part, "__origin__", part) for part in parts}
