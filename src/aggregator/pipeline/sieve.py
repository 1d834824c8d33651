"""Asks the filters about a report once, and remembers what they said for the next publishing.

200 rules cost half a second for the reports of one publishing, and nothing when they are known.
"""

from aggregator.core.model import Report, Rule
from aggregator.core.rules import find_left_out
from aggregator.core.settings import Config

_MOST = 50_000
_KNOWN: dict[int, str] = {}


class Sieve:
    """The filters of a configuration."""

    def __init__(self, config: Config) -> None:
        """Take the filters of all sources; those of a source come with its reports."""
        self._filters = config.filters
        self._name = hash(config.filters)

    def find_left_out(self, report: Report) -> str:
        """Why the filters leave the report out, "" where they take it."""
        if self._filters == Rule() == report.source.filters:
            return ""
        name = self._name_question(report)
        if name not in _KNOWN:
            if len(_KNOWN) >= _MOST:
                _KNOWN.clear()
            _KNOWN[name] = find_left_out(report, self._filters)
        return _KNOWN[name]

    def _name_question(self, report: Report) -> int:
        """A number for all that filters look at, other for another report or rule."""
        entry, source = report.entry, report.source
        of_entry = (entry.title, entry.text, entry.link, entry.language)
        several = (entry.authors, entry.categories)
        return hash((self._name, source.id, source.tags, source.filters, *of_entry, *several))
