"""The forms that values take, as pydantic types: a duration, a slug, a URL.

Each joins what reads or checks the text to the pattern that an editor is told.
It must not know any key.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from aggregator.edges.config import checks, public, values

_VARIABLE = r"\$\{"  # what is filled in later is checked later
_URL = r"^https?://\S+$"
_DURATION = r"^\s*([0-9]{1,12}[smhdwy])+\s*$"
_DATE = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}"

Schema = dict[str, Any]


def _as_word(pattern: str) -> Callable[[Schema], None]:
    """Return what writes a form into the schema: text of this pattern, or with a `${NAME}`."""

    def write(schema: Schema) -> None:
        described = {key: schema[key] for key in ("description",) if key in schema}
        schema.clear()
        schema.update({"type": "string", "pattern": f"{pattern}|{_VARIABLE}"} | described)

    return write


def _or_variable(schema: Schema) -> None:
    """Let a number or a truth be a `${NAME}` in the schema too."""
    own = {key: schema.pop(key) for key in list(schema)}
    schema["anyOf"] = [own, {"type": "string", "pattern": _VARIABLE}]


def _or_word(schema: Schema) -> None:
    """Let a truth be the words yes and no, or a `${NAME}`, in the schema too."""
    own = {key: schema.pop(key) for key in list(schema)}
    schema["anyOf"] = [own, {"type": "string", "pattern": rf"^(yes|no)$|{_VARIABLE}"}]


def _word(read: Callable[[Any], object], pattern: str) -> tuple[BeforeValidator, Any]:
    return BeforeValidator(read), Field(json_schema_extra=_as_word(pattern))


def _text(check: Callable[[str], str], pattern: str) -> tuple[AfterValidator, Any]:
    return AfterValidator(check), Field(json_schema_extra=_as_word(pattern))


_FILLABLE: Any = Field(json_schema_extra=_or_variable)

Line = Annotated[str, AfterValidator(checks.check_line)]
Name = Annotated[str, AfterValidator(public.check_name)]
Template = Annotated[str, AfterValidator(public.check_template)]
HeaderName = Annotated[str, AfterValidator(checks.check_header_name)]
HeaderValue = Annotated[str, AfterValidator(checks.check_header_value)]
Iri = Annotated[str, AfterValidator(public.check_id)]
Contact = Annotated[str, AfterValidator(checks.check_contact)]
Zone = Annotated[str, AfterValidator(checks.check_timezone)]
Regex = Annotated[str, AfterValidator(checks.check_pattern)]
Date = Annotated[str, AfterValidator(checks.check_date)]
Phrase = Annotated[str, AfterValidator(checks.check_phrase)]
Tag = Annotated[str, AfterValidator(checks.check_tag)]
Store = Annotated[str, *_text(checks.check_store, r"^sqlite$|^postgresql(\+psycopg)?://")]
Hub = Annotated[str, *_text(public.check_hub, r"^builtin$|^https?://\S+$")]
Url = Annotated[str, *_text(checks.check_url, _URL)]
BaseUrl = Annotated[str, *_text(public.check_base_url, _URL)]
PublicUrl = Annotated[str, *_text(public.check_public_url, _URL)]
ListPlace = Annotated[str, AfterValidator(checks.check_list)]
Proxy = Annotated[str, *_text(checks.check_proxy, _URL)]
Slug = Annotated[str, *_text(checks.check_slug, r"^[a-z0-9][a-z0-9-]{0,63}$")]
Language = Annotated[str, *_text(checks.check_language, r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]

Duration = Annotated[timedelta, *_word(values.read_duration, _DURATION)]
Span = Annotated[timedelta, *_word(values.read_span, _DURATION)]
Embargo = Annotated[timedelta | str, *_word(values.read_embargo, rf"{_DURATION}|{_DATE}")]
Keeping = Annotated[timedelta | str, *_word(values.read_keeping, rf"^forever$|{_DURATION}")]
Size = Annotated[int, *_word(values.read_size, r"^\s*[0-9]{1,12}\s*[kKmMgG]?[iI]?[bB]\s*$")]
Percent = Annotated[float, *_word(values.read_percent, r"^\s*[0-9]{1,3}(\.[0-9]{1,6})?\s*%\s*$")]

Flag = Annotated[bool, BeforeValidator(values.read_flag), _FILLABLE]
Consent = Annotated[bool, BeforeValidator(values.read_consent), Field(json_schema_extra=_or_word)]
Count = Annotated[int, BeforeValidator(values.read_whole), Field(ge=1, le=10**9), _FILLABLE]
Port = Annotated[int, BeforeValidator(values.read_whole), Field(ge=0, le=65535), _FILLABLE]
Weight = Annotated[
    float,
    BeforeValidator(values.read_number),
    Field(gt=0, le=1000, allow_inf_nan=False),
    _FILLABLE,
]
