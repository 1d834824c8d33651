"""YAML or JSON text -> nodes: ruamel.yaml's reading of the syntax, its errors in our words."""

import json
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scanner import Scanner

from aggregator.edges.config.places import Place, Unreadable


def compose(text: str, *, as_json: bool = False) -> Node | None:
    """Return the root of the text's nodes, None for an empty text.

    Raises Unreadable where the syntax is broken.
    """
    text = text.removeprefix("\ufeff")
    if as_json or text.lstrip().startswith("{"):
        text = _soften_json(text, strictly=as_json)
    return _compose(text)


def _compose(text: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner, yaml.Parser, yaml.Composer = _Scanner, _Parser, _Composer
    yaml.composer.warn_double_anchors = False  # YAML 1.2 section 7.1 allows them
    try:
        node: Node | None = yaml.compose(text)
    except ReaderError as error:
        where = _place_of_character(text, error.position)
        what = f"the character U+{error.character:04X} must not stand in YAML; remove it"
        raise Unreadable(where, what) from error
    except MarkedYAMLError as error:
        raise Unreadable(*_explain_syntax(error)) from error
    except RecursionError as error:
        raise Unreadable(Place(), "the YAML is nested too deeply; flatten it") from error
    except (YAMLError, ValueError) as error:
        raise Unreadable(Place(), "the YAML cannot be read; check its directives") from error
    return node


def _explain_syntax(error: MarkedYAMLError) -> tuple[Place, str]:
    mark = error.problem_mark or error.context_mark
    where = Place(mark.line + 1, mark.column + 1) if mark is not None else Place()
    problem = error.problem or error.context or "the syntax is broken"
    if problem.startswith("but "):
        problem = f"{error.context}, {problem}"
    step = (
        "indent with spaces, not with tabs"
        if "\\t" in problem
        else "check the indentation, quotes and brackets here"
    )
    return where, f"the YAML cannot be read: {problem}; {step}"


def _place_of_character(text: str, position: int) -> Place:
    before = text[:position]
    return Place(before.count("\n") + 1, position - before.rfind("\n"))


def _soften_json(text: str, *, strictly: bool) -> str:
    """Return valid JSON with its tabs as spaces, one for one, so that YAML reads it.

    JSON allows tabs as white space and nowhere else; YAML forbids them as
    indentation. Places stay as they are.
    """
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if strictly and text.strip():
            where = Place(error.lineno, error.colno)
            raise Unreadable(where, f"the JSON cannot be read: {error.msg}; correct it") from error
        return text
    except RecursionError:
        return text  # the YAML reader says it
    return text.replace("\t", " ")


# The three below do what their parents do, and look up their neighbours once instead of
# at every token: a third of the time is saved.


class _Scanner(Scanner):
    @cached_property
    def reader(self) -> Any:  # noqa: ANN401  as the parent has it
        return self.loader.reader

    def need_more_tokens(self) -> bool:
        if self.tokens and not self.possible_simple_keys:
            return False
        return bool(super().need_more_tokens())

    def check_token(self, *choices: Any) -> bool:  # noqa: ANN401  as the parent has it
        while self.need_more_tokens():
            self.fetch_more_tokens()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))


class _Parser(Parser):
    @cached_property
    def scanner(self) -> Any:  # noqa: ANN401  as the parent has it
        return self.loader.scanner

    @cached_property
    def resolver(self) -> Any:  # noqa: ANN401  as the parent has it
        return self.loader.resolver


class _Composer(Composer):
    @cached_property
    def parser(self) -> Any:  # noqa: ANN401  as the parent has it
        return self.loader.parser

    @cached_property
    def resolver(self) -> Any:  # noqa: ANN401  as the parent has it
        return self.loader.resolver
