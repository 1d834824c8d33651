"""The few words of the interface, in each of its languages: strings.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from aggregator.core.page import dates
from aggregator.core.page.plurals import choose_form


@dataclass(frozen=True, slots=True)
class Words:
    """The words and dates of one language, as templates ask for them."""

    language: str
    table: Mapping[str, Any]

    def say(self, name: str, /, **parts: object) -> str:
        """The phrase of this name, with its parts filled in."""
        phrase: str = self.table[self.language][name]
        return phrase.format(**parts) if parts else phrase

    def count(self, name: str, number: int, /, **parts: object) -> str:
        """A number of things, in the form that the number asks for."""
        phrase: str = self.table[self.language][name][choose_form(number, self.language)]
        return phrase.format(count=number, **parts)

    def name_language(self, code: str) -> str:
        """What a language calls itself, the code where we do not know."""
        names: Mapping[str, str] = self.table["names"]
        return names.get(code.lower().partition("-")[0], code)

    def write_time(self, at: datetime) -> str:
        """A local time, as "September 21, 2023, 22:03"."""
        return dates.write_time(at, self.language)

    def write_day(self, day: date) -> str:
        """A day, as "September 21, 2023"."""
        return dates.write_day(day, self.language)

    def write_near_day(self, day: date) -> str:
        """A day whose year is clear, as "September 21"."""
        return dates.write_near_day(day, self.language)

    def write_full_day(self, day: date) -> str:
        """A day with its weekday."""
        return dates.write_full_day(day, self.language)

    def write_month(self, month: date) -> str:
        """A month, as "September 2023"."""
        return dates.write_month(month, self.language)


@lru_cache(maxsize=1)
def load_table() -> Mapping[str, Any]:
    """All words of all languages, read once."""
    text = files(__package__).joinpath("strings.json").read_text(encoding="utf-8")
    table: Mapping[str, Any] = json.loads(text)
    return table


def load_words(language: str) -> Words:
    """The words of one language of the interface."""
    return Words(language, load_table())
