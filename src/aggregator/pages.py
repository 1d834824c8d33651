"""What a child process does with an article's page and a robots.txt; killed at a deadline.

A process of its own, beside those of `reading`: it starts when the first page
is to be read, so that who asks for no full texts pays nothing for them.
"""

from dataclasses import replace
from datetime import timedelta

from aggregator.core.model import ArticlePage, Markup, Permission
from aggregator.edges.article import is_installed
from aggregator.edges.clean import clean_markup
from aggregator.edges.parse import PageTask, ParsePool, RobotsTask, run_worker

_WORKERS = 1
_DEADLINE = timedelta(seconds=20)
"""A page of 200 kB takes trafilatura 0.1 s."""


def open_page_readers(deadline: timedelta = _DEADLINE) -> ParsePool | None:
    """The pool of processes that read pages, to be entered; None without the extra for it."""
    return ParsePool(_WORKERS, deadline, __name__) if is_installed() else None


def read_task(task: PageTask | RobotsTask) -> ArticlePage | Permission:
    """What the page holds, its HTML made safe; or what the robots.txt permits."""
    # Of an extra, and not to be loaded where only a pool is opened.
    from aggregator.edges.article.page import read_page  # noqa: PLC0415 - see above
    from aggregator.edges.robots import read_robots  # noqa: PLC0415 - see above

    if isinstance(task, RobotsTask):
        return read_robots(task.body, task.agents, task.urls)
    page = read_page(task.body, task.content_type, task.url)
    safe = clean_markup(Markup(page.html, html=True, base=task.url))
    return replace(page, html=safe.value)


if __name__ == "__main__":  # pragma: no cover  # runs in a process of its own
    run_worker(read_task)
