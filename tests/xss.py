"""The corpus of attacks, and what this project makes of each as a reader gets it."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

from aggregator.core.model import FeedHead, Markup, ParsedFeed, Person, RawItem, Source
from aggregator.core.normalise import normalise_feed
from aggregator.edges.clean import clean_feed

CASES = Path(__file__).parent / "corpus" / "xss" / "cases.jsonl"
URL = "https://news.example/feed.xml"
NOW = datetime(2023, 9, 21, tzinfo=UTC)
LATE = [("loading", "lazy"), ("referrerpolicy", "no-referrer")]
VOID = frozenset({"br", "col", "hr", "img", "wbr"})
TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup dd del"
        " details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins"
        " kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup table"
        " tbody td tfoot th thead time tr u ul var wbr",
    )
)
"""What may be published, written down a second time: the list of the room is what is judged."""
ATTRIBUTES = frozenset(
    re.findall(
        r"\w+",
        "lang dir title href hreflang cite datetime src alt width height start reversed type value"
        " colspan rowspan headers scope span open loading referrerpolicy",
    )
)
ADDRESSES = {"href": ("http://", "https://", "mailto:"), "src": ("http://", "https://")}
ADDRESSES["cite"] = ADDRESSES["src"]


@dataclass(frozen=True, slots=True)
class Case:
    """One attack: where in an item it stands, and what stands there."""

    name: str
    where: str
    value: str


def load_cases() -> list[Case]:
    """The whole corpus."""
    return [Case(**json.loads(line)) for line in CASES.read_text("utf-8").splitlines()]


def make_safe(case: Case) -> str:
    """What is published in the place of the attack, after all steps that a feed takes."""
    fields: dict[str, object] = {"title": Markup("Report")}
    match case.where:
        case "title":
            fields["title"] = Markup(case.value)
        case "author":
            fields["authors"] = (Person(case.value),)
        case "category":
            fields["categories"] = (case.value,)
        case _:
            fields["content"] = Markup(case.value, html=True, base=URL)
    item = RawItem(raw_id="1", link="https://news.example/1", **fields)  # type: ignore[arg-type] # many types
    feed = clean_feed(ParsedFeed("rss20", FeedHead(), (item,)))
    (entry,) = normalise_feed(feed, Source("paper", URL), URL, NOW).entries
    match case.where:
        case "title":
            return entry.title
        case "author":
            return "".join(person.name for person in entry.authors)
        case "category":
            return "".join(entry.categories)
        case _:
            return entry.html


def find_faults(tag: str, attrs: list[tuple[str, str]]) -> list[str]:
    """What may not be published of an element, by a list of its own."""
    faults = [] if tag in TAGS else [f"element {tag}"]
    faults += [f"attribute {name} of {tag}" for name, _ in attrs if name not in ATTRIBUTES]
    faults += [
        f"address {value!r} in {name} of {tag}"
        for name, value in attrs
        if not value.startswith(ADDRESSES.get(name, ""))
    ]
    if tag == "img" and attrs[-2:] != LATE:
        faults.append("an image that is not loaded late and without a referrer")
    return faults


class Judge(HTMLParser):
    """Reads published HTML with the standard library's parser and collects its faults."""

    def __init__(self, html: str) -> None:
        """Read the whole text."""
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"{tag} is left open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing that could do something, nor reach out."""
        self.faults += find_faults(tag, [(name, value or "") for name, value in attrs])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Every end tag closes the last one opened."""
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} is closed where it is not open")

    def handle_comment(self, data: str) -> None:
        """No comment: programs have read more into them than words."""
        self.faults.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        """No declaration."""
        self.faults.append(f"declaration {decl!r}")

    def handle_pi(self, data: str) -> None:
        """No processing instruction."""
        self.faults.append(f"instruction {data!r}")
