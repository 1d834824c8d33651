"""From bytes to a clean feed, in a process that can be killed: parse, mend, clean.

Both can be made to run for minutes or to take gigabytes by a few kilobytes of
input, and neither can be interrupted from within its process. The process
imports this module alone, not the pipeline: it starts in a third of the time.
"""

from datetime import timedelta

from aggregator.core.model import ParsedFeed, ParseResult
from aggregator.core.mojibake import repair_feed
from aggregator.edges.clean import clean_feed, keep_words
from aggregator.edges.parse import ParsePool, Task, read_feed, run_worker
from aggregator.edges.parse_json import is_json_feed, read_json_feed

_WORKERS = 2
_DEADLINE = timedelta(seconds=30)
"""A 2.7 MB feed takes feedparser 0.4 s; a known ReDoS never ends (kurtmckee/feedparser#562)."""


def open_readers(workers: int = _WORKERS, deadline: timedelta = _DEADLINE) -> ParsePool:
    """The pool of processes that read bodies, to be entered."""
    return ParsePool(workers, deadline, __name__)


def read_body(task: Task) -> ParseResult:
    """The feed that a body holds, its HTML made safe, or why it holds none."""
    if is_json_feed(task.body, task.content_type):
        parsed = read_json_feed(task.body, task.url)
    else:
        parsed = read_feed(task.body, task.content_type, task.url, task.content_language)
    if not isinstance(parsed, ParsedFeed):
        return parsed
    # Before cleaning, which drops the controls that are bytes of letters here.
    meant = repair_feed(parsed)
    return keep_words(meant) if task.words_only else clean_feed(meant)


if __name__ == "__main__":  # pragma: no cover  # runs in a process of its own
    run_worker(read_body)
