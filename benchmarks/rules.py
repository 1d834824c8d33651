"""What filters cost: `rules.py [--sources 10000] [--rules 200] [--reports 400]`.

Reports of 300 words in Armenian, Russian and English, each compared with all
rules of one kind, none of which takes any of them out: the longest way. CPU time.
"""

import argparse
import random
from collections.abc import Callable
from datetime import UTC, datetime
from time import process_time

from aggregator.core.model import Condition, Entry, Report, Rule, Source
from aggregator.core.rules import filter_reports, list_barred
from aggregator.core.settings import Config
from aggregator.pipeline.sieve import Sieve

_NOW = datetime(2023, 9, 21, tzinfo=UTC)
_SYLLABLES = {
    "hy": ("կա", "ռա", "վա", "րու", "թյուն", "Եվ", "լախ", "ում", "Ղա", "րա", "բաղ", "տր"),
    "ru": ("ка", "ра", "бах", "ми", "ни", "стр", "ы", "пе", "ре", "го", "лах", "е"),
    "en": ("mi", "nis", "ter", "s", "talk", "ing", "Ye", "vlakh", "ka", "ra", "gov", "ern"),
}


def make_word(language: str, rng: random.Random) -> str:
    """A word that looks like one of the language."""
    return "".join(rng.choices(_SYLLABLES[language], k=rng.randint(2, 5)))


def make_reports(count: int, sources: list[Source], rng: random.Random) -> list[Report]:
    """Reports of 300 words, each with a vocabulary of its own."""
    reports = []
    for number in range(count):
        language = ("hy", "ru", "en")[number % 3]
        words = [make_word(language, rng) for _ in range(300)]
        entry = Entry(
            "s", str(number), " ".join(words[:10]), _NOW, _NOW, link=f"https://s.example/{number}",
            text=" ".join(words), language=language,
        )  # fmt: skip
        reports.append(Report(entry, sources[number % len(sources)]))
    return reports


def make_rules(count: int, rng: random.Random) -> dict[str, Rule]:
    """So many conditions of each kind."""
    makers: dict[str, Callable[[int], Condition]] = {
        "tags": lambda n: Condition(tags=(f"tag-{n}",)),
        "title": lambda n: Condition(title=(f"(?i){make_word('ru', rng)}{n}",)),
        "text": lambda n: Condition(text=(rf"(?i)\b{make_word('hy', rng)}{n}\b",)),
        "words": lambda n: Condition(words=(f"{make_word('en', rng)}{n}",)),
        "phrases": lambda n: Condition(
            words=(f"{make_word('ru', rng)} {make_word('ru', rng)}{n}",)
        ),
    }
    return {
        name: Rule(exclude=tuple(make(number) for number in range(count)))
        for name, make in makers.items()
    }


def measure(work: Callable[[], object]) -> float:
    """Milliseconds of CPU."""
    begun = process_time()
    work()
    return (process_time() - begun) * 1000


def compare(name: str, rule: Rule, reports: list[Report], sources: list[Source]) -> None:
    """Print what a rule costs: at first, again, asked again by a publishing, of the sources."""
    config = Config("", filters=rule, sources=tuple(sources))
    sieve = Sieve(config)

    def ask() -> None:
        for report in reports:
            sieve.find_left_out(report)

    first, again = (measure(lambda: filter_reports(reports, config)) for _ in "12")
    ask()
    known, barred = measure(ask), measure(lambda: list_barred(rule, sources))
    print(
        f"{name}: {first:.0f} ms, again {again:.0f} ms, remembered {known:.1f} ms; "
        f"sources of which nothing is taken: {barred:.1f} ms"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--reports", type=int, default=400)
    given = parser.parse_args()
    rng = random.Random(1)  # noqa: S311 - the same texts each time
    count = given.sources
    sources = [Source(f"s{n}", f"https://s{n}.example/", tags=("a", "b")) for n in range(count)]
    reports = make_reports(given.reports, sources, rng)
    print(f"{given.reports} reports, {count} sources, {given.rules} rules of")
    compare("none", Rule(), reports, sources)
    for name, rule in make_rules(given.rules, rng).items():
        compare(name, rule, reports, sources)


if __name__ == "__main__":
    main()
