"""The line that tells readers of a text that its source has corrected it, and when."""

from datetime import datetime, timedelta

from aggregator.core.model import Entry

_SLIP = timedelta(minutes=5)
"""Within so long a report is still being published: nobody need be told of a mended letter."""

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "hy": "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի"
    " նոյեմբերի դեկտեմբերի",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
LINES = {
    "en": "Updated {month} {day}, {year} {clock}",
    "hy": "Թարմացվել է {year} թ. {month} {day}-ին, {clock}",
    "ru": "Обновлено {day} {month} {year}, {clock}",
}
"""What is told, by language."""


def say_update(entry: Entry, local: datetime) -> str:
    """When the report's words last changed after it was published, in its language; "" if never.

    Only what was seen here under other words is a correction; `local` is a time in
    the zone that readers see. Languages that are not known here are told in English.
    """
    if entry.changed <= max(entry.first_seen, entry.sort_at + _SLIP):
        return ""
    at = entry.changed.astimezone(local.tzinfo)
    given = (entry.language or "").partition("-")[0].lower()
    language = given if given in LINES else "en"
    month = _MONTHS[language].split()[at.month - 1]
    return LINES[language].format(month=month, day=at.day, year=at.year, clock=f"{at:%H:%M}")
