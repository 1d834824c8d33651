"""Types of columns: exact times and spans as numbers, text that may hold anything."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

_SURROGATE = re.compile("[\ud800-\udfff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """An aware time as whole microseconds since 1970 UTC: exact, sortable, small."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        """A time as its number."""
        del dialect
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """A number as its time."""
        del dialect
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Span(TypeDecorator[timedelta]):
    """A length of time as whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        """A span as its number."""
        del dialect
        return None if value is None else value // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """A number as its span."""
        del dialect
        return None if value is None else timedelta(microseconds=value)


class Words(TypeDecorator[str]):
    """Text byte for byte, lone surrogates included.

    JSON and error messages may hold them and SQLite's text may not: such a
    value is stored as its bytes, so that it never costs the Decision it is in.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        """A text as itself, or as bytes where it cannot be text."""
        del dialect
        has_surrogate = value is not None and _SURROGATE.search(value)
        return value.encode("utf-8", "surrogatepass") if value and has_surrogate else value

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401 - text or bytes
        """The text again."""
        del dialect
        return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value
