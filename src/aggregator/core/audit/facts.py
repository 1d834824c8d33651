"""What a source is called and where it is at home, read without `core.reuse`."""

from aggregator.core import urls
from aggregator.core.model import Report, Reuse, SourceRef


def name_source(report: Report) -> str:
    """The name under which the source of a report is credited."""
    return report.source.name or report.head.title or urls.host(report.source.url)


def name_origin(ref: SourceRef | None) -> str:
    """What an entry calls the feed it is from, "" where it names none."""
    return "" if ref is None else ref.title or urls.host(ref.link or ref.self_link or ref.id or "")


def find_link(report: Report, terms: Reuse) -> str:
    """The address to be credited, "" where none will do."""
    return report.entry.link or (None if terms.link else _find_homepage(report)) or ""


def _find_homepage(report: Report) -> str | None:
    place = report.source.homepage or report.head.link
    return urls.publishable("", place) if place else None
