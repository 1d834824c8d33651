"""The daemon in figures, for Prometheus; no figure names a source."""

import threading
from collections.abc import Iterator, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    Metric,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

_PREFIX = "aggregator"
_POLL_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Up to the usual deadline of a poll."""
_PUBLISH_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_MOST_WORDS = 32
"""Distinct results or states; all further ones count as "other"."""
_OTHER = "other"


class Metrics:
    """What was counted since the start, and the state as last told; nothing is global."""

    def __init__(self, version: str) -> None:
        """Begin at zero, for a version of this program."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._results: set[str] = set()
        self._states: set[str] = set()
        self._open_counts()
        self._open_gauges()
        Info("build", "This program.", namespace=_PREFIX, registry=self._registry).info(
            {"version": version}
        )

    def count_new(self, reports: int) -> None:
        """Count reports that were new."""
        self._new.inc(reports)

    def count_poll(self, result: str, seconds: float, wire_bytes: int, saved_bytes: int) -> None:
        """Count one poll; `saved_bytes` is what a 304 spared."""
        self._polls.labels(_bound(self._results, result)).inc()
        self._poll_seconds.observe(seconds)
        self._fetched.inc(wire_bytes)
        self._saved.inc(saved_bytes)

    def count_publish(self, result: str, seconds: float, written: int) -> None:
        """Count one publishing and the files it wrote."""
        self._publishes.labels(_bound(self._results, result)).inc()
        self._publish_seconds.observe(seconds)
        self._written.inc(written)

    def count_delivery(self, result: str) -> None:
        """Count one delivery to a subscriber of the hub: ok, failed, or one that ended it."""
        self._deliveries.labels(_bound(self._results, result)).inc()

    def set_state(  # noqa: PLR0913 - one name for each figure
        self,
        *,
        sources: Mapping[str, int],
        entries: int,
        stories: int,
        held: int,
        editions_open: int,
        editions_waiting: int,
        template_problems: int,
        due_lag_seconds: float,
        last_tick: float | None,
        last_publish: float | None,
        config_ok: bool,
        subscriptions: int = 0,
    ) -> None:
        """Replace the state; times are seconds since 1970, None when there was none yet."""
        self._set_sources(sources)
        self._entries.set(entries)
        self._stories.set(stories)
        self._held.set(held)
        self._editions_open.set(editions_open)
        self._editions_waiting.set(editions_waiting)
        self._template_problems.set(template_problems)
        self._due_lag.set(due_lag_seconds)
        self._last_tick.set(last_tick or 0)
        self._last_publish.set(last_publish or 0)
        self._config_ok.set(config_ok)
        self._subscriptions.set(subscriptions)

    def render(self) -> tuple[str, bytes]:
        """The media type and the text that Prometheus reads; safe in any thread."""
        return CONTENT_TYPE_PLAIN_0_0_4, generate_latest(_Lean(self._registry))

    def _set_sources(self, sources: Mapping[str, int]) -> None:
        """Set each state's count; a state that no source is in any more stays, at zero."""
        counts = dict.fromkeys(self._states, 0)
        for state, count in sources.items():
            word = _bound(self._states, state)
            counts[word] = counts.get(word, 0) + count
        for word, count in counts.items():
            self._sources.labels(word).set(count)

    def _open_counts(self) -> None:
        self._polls = self._count("polls", "Polls by their result.", "result")
        self._poll_seconds = self._measure("poll_duration", "Time a poll took.", _POLL_SECONDS)
        self._fetched = self._count("fetched_bytes", "Bytes received from sources, compressed.")
        self._saved = self._count("saved_bytes", "Bytes not sent because nothing had changed.")
        self._new = self._count("new_reports", "Reports that polls brought.")
        self._publishes = self._count("publishes", "Publishings by their result.", "result")
        self._publish_seconds = self._measure(
            "publish_duration", "Time a publishing took.", _PUBLISH_SECONDS
        )
        self._deliveries = self._count(
            "deliveries", "Deliveries to subscribers of the hub by their result.", "result"
        )
        self._written = self._count("files_written", "Published files that were new or changed.")

    def _open_gauges(self) -> None:
        self._sources = self._gauge("sources", "Sources by their state.", "state")
        self._entries = self._gauge("entries", "Reports in the store.")
        self._stories = self._gauge("stories", "Stories in the live feed.")
        self._held = self._gauge("held_back", "Reports that the last publishing held back.")
        self._editions_open = self._gauge("editions_open", "Day editions that are not closed yet.")
        self._editions_waiting = self._gauge(
            "editions_waiting", "Day editions whose files wait to be made anew."
        )
        self._template_problems = self._gauge(
            "template_problems", "What is wrong with the site's templates; ours are used instead."
        )
        self._due_lag = self._gauge(
            "due_lag_seconds", "How long the longest waiting source has been due."
        )
        self._last_tick = self._gauge(
            "last_tick_timestamp_seconds", "When due sources were last looked for; 0 before that."
        )
        self._last_publish = self._gauge(
            "last_publish_timestamp_seconds", "When a publishing last succeeded; 0 before that."
        )
        self._config_ok = self._gauge(
            "config_ok", "1 when the configuration on the disk is the one in use, 0 when refused."
        )
        self._subscriptions = self._gauge("subscriptions", "Subscriptions of the hub.")
        threads = self._gauge("threads", "Threads of this process.")
        threads.set_function(threading.active_count)

    def _count(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, namespace=_PREFIX, registry=self._registry)

    def _measure(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(
            name, text, namespace=_PREFIX, unit="seconds", buckets=buckets, registry=self._registry
        )

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, namespace=_PREFIX, registry=self._registry)


class _Lean:
    """A registry without the start time that the library adds to each count.

    The text format has no place for them, so that they would be series of their own.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            metric.samples = [one for one in metric.samples if not one.name.endswith("_created")]
            yield metric


def _bound(known: set[str], word: str) -> str:
    """The word, or "other" when there are too many: each one is a time series for ever."""
    if word not in known and len(known) >= _MOST_WORDS:
        return _OTHER
    known.add(word)
    return word
