"""Searches a text for a regular expression, in time that grows with the text and no faster.

The engine is the one that pydantic checks texts with (Rust's regex: automata,
no backtracking), which is installed anyway; no other module may use it so.
"""

from collections.abc import Callable

Search = Callable[[str], bool]


def build(written: str) -> Search | None:
    """What finds the expression in a text; None where the engine cannot take it."""
    from pydantic_core import SchemaError, SchemaValidator  # noqa: PLC0415 - seldom needed
    from pydantic_core.core_schema import str_schema  # noqa: PLC0415 - as above

    try:
        schema = str_schema(pattern=written, regex_engine="rust-regex")
        return SchemaValidator(schema).isinstance_python
    except SchemaError:
        return None
