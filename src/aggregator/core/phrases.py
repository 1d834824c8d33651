"""The few words of our own that stand beside a source's text, in the text's language.

A table and nothing else: a language that is not in it is answered in the
newsfeed's, else in English. The forms are chosen so that names stand in them
undeclined.
"""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words of one language; `{source}`, `{writer}`, `{carrier}`, `{names}`, `{link}` are HTML.

    `{count}` is a number.
    """

    excerpt: str
    taken_from: str
    via: str
    also: str
    reported: str
    more: str
    read_on: str
    updated: str
    months: str


_EN = Phrases(
    excerpt="(excerpt)",
    taken_from="{carrier} (from {writer})",
    via="{writer}, via {carrier}",
    also="Also carried by: {names}",
    reported="Also reported by:",
    more="and {count} more",
    read_on="Read on: {link}",
    updated="Updated {month} {day}, {year} {clock}",
    months="January February March April May June July August September October November December",
)
_HY = Phrases(
    excerpt="(հատված)",
    taken_from="{carrier} (աղբյուր՝ {writer})",
    via="{writer} (արտատպում՝ {carrier})",
    also="Նաև հրապարակել են՝ {names}",
    reported="Այս մասին հաղորդում են նաև՝",
    more="և ևս {count}",
    read_on="Կարդալ ավելին՝ {link}",
    updated="Թարմացվել է {year} թ. {month} {day}-ին, {clock}",
    months="հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի"
    " նոյեմբերի դեկտեմբերի",
)
_RU = Phrases(
    excerpt="(отрывок)",
    taken_from="{carrier} (источник: {writer})",
    via="{writer} (перепечатка: {carrier})",
    also="Также опубликовали: {names}",
    reported="Об этом также сообщают:",
    more="и ещё {count}",
    read_on="Читать далее: {link}",
    updated="Обновлено {day} {month} {year}, {clock}",
    months="января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
)
_BY_LANGUAGE = {"en": _EN, "hy": _HY, "ru": _RU}

ALL = tuple(_BY_LANGUAGE.values())
"""The phrases of every language that we have: no words of any source."""


def choose_phrases(*languages: str | None) -> Phrases:
    """The phrases of the first of these languages that we have, else the English ones."""
    primary = ((tag or "").lower().partition("-")[0] for tag in languages)
    return next((_BY_LANGUAGE[tag] for tag in primary if tag in _BY_LANGUAGE), _EN)


def say(phrase: str, **parts: str) -> str:
    """A phrase as HTML, its parts put in once: what fills a part is no phrase itself."""
    pieces = escape(phrase, quote=False).replace("}", "{").split("{")
    return "".join(parts[piece] if odd % 2 else piece for odd, piece in enumerate(pieces))
