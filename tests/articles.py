"""A paper for tests: a feed of summaries, the articles' pages, a robots.txt; over loopback."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from aggregator.core.model import (
    Article,
    ArticlePage,
    Entry,
    Mode,
    ParseFailed,
    Permission,
    Reuse,
    Source,
)
from aggregator.edges.parse import PageTask, RobotsTask
from aggregator.pages import read_task
from tests.edges.loopback import Raw, Request, Response, serve
from tests.newsroom import NOON, POLLING, Newsroom, open_newsroom, write_item, write_rss

FULL = Reuse(mode=Mode.FULL, max_words=None, stated=True)
HTML = {"Content-Type": "text/html; charset=utf-8"}
Answer = Response | Raw

SUMMARIES = {
    "hy": "Երևանում այսօր բացվել է նոր գրադարան, որտեղ կարող են աշխատել բոլոր ընթերցողները։",
    "ru": "Сегодня в Ереване открылась новая библиотека, где могут работать все читатели.",
    "en": "A new library opened in Yerevan today, where all readers may come and work.",
}
BODIES = {
    "hy": "Գրադարանի տնօրենն ասաց, որ համար {n} սրահում հավաքված են հազարավոր գրքեր և քարտեզներ,"
    " որոնք մինչև այժմ պահվում էին նկուղում և հասանելի չէին հետազոտողներին։",
    "ru": "Директор библиотеки сказал, что в зале номер {n} собраны тысячи книг и карт, которые до"
    " сих пор хранились в подвале и были недоступны исследователям.",
    "en": "The director of the library said that hall number {n} holds thousands of books and maps"
    " which had been kept in the cellar so far and were out of reach for researchers.",
}


def write_text(language: str = "en") -> tuple[str, ...]:
    """The paragraphs of an article: its summary and more."""
    return (SUMMARIES[language], *(BODIES[language].format(n=n) for n in range(1, 6)))


def write_page(
    *paragraphs: str, head: str = "", before: str = "", after: str = "", title: str = "Report"
) -> Response:
    """An article's page, with what stands round articles."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title} - Paper</title>{head}"
        "</head>"
        '<body><nav><a href="/">Home</a> <a href="/world">World</a></nav>'
        f"<article><h1>{title}</h1>{before}{text}{after}</article>"
        "<aside><p>Most read: something else that happened elsewhere.</p></aside>"
        "<footer><p>Copyright of the paper, all rights reserved.</p></footer></body></html>"
    )
    return Response(200, HTML, page.encode())


@dataclass
class Paper:
    """A site: `items` are (number, summary), `pages` answers by path, `robots` its robots.txt."""

    items: Sequence[tuple[int, str]] = ((1, SUMMARIES["en"]),)
    pages: dict[str, Answer | Callable[[str], Answer]] = field(default_factory=dict)
    robots: Answer = field(default_factory=lambda: Response(404))
    asked: list[str] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    base: str = ""

    def __call__(self, request: Request) -> Answer:
        """The feed, the robots.txt, or a page."""
        if request.path == "/feed":
            links = [(n, text, f"{self.base}/{n}.html") for n, text in self.items]
            items = (write_item(n, text=text, link=link) for n, text, link in links)
            return Response(200, {}, write_rss(*items))
        self.asked.append(request.path)
        self.seen.append(request)
        if request.path == "/robots.txt":
            return self.robots
        answer = self.pages.get(request.path, Response(404))
        return answer(self.base) if callable(answer) else answer


class Inline:
    """Reads pages in this very process: starting another takes half a second."""

    async def read_page(self, task: PageTask) -> ArticlePage | ParseFailed:
        """What the page holds."""
        page = read_task(task)
        assert isinstance(page, ArticlePage)
        return page

    async def read_robots(self, task: RobotsTask) -> Permission | ParseFailed:
        """What the robots.txt permits."""
        said = read_task(task)
        assert isinstance(said, Permission)
        return said


@contextmanager
def open_paper(
    paper: Paper, data: Path, reuse: Reuse = FULL, others: Sequence[Source] = (), **facts: object
) -> Iterator[Newsroom]:
    """A newsroom whose first source is the paper, with full texts."""
    with serve(paper) as base:
        paper.base = base
        source = Source("paper", f"{base}/feed", "Paper", reuse=reuse, full_text=True)
        own = replace(source, **facts)  # type: ignore[arg-type] # facts of many types
        polling = replace(POLLING, deadline=timedelta(seconds=5))
        with open_newsroom(data, [own, *others], polling) as room:
            room.now, room.page_reader = NOON, Inline()
            yield room


def load_entry(room: Newsroom, number: int = 1) -> Entry:
    """The stored report of this number."""
    entries, _ = room.store.load_newest(100)
    return next(one for one in entries if one.title == f"Report {number}")


def load_article(room: Newsroom, number: int = 1) -> Article:
    """What is stored of its page."""
    article = load_entry(room, number).article
    assert article is not None
    return article
