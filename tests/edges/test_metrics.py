"""The daemon in figures."""

import re

from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from aggregator.edges.metrics import Metrics


def make_metrics() -> Metrics:
    """Figures after two polls, a publishing and one state."""
    metrics = Metrics("1.2.3")
    metrics.count_poll("fetched", 0.4, 1_000, 0)
    metrics.count_poll("not-modified", 0.1, 0, 5_000)
    metrics.count_publish("ok", 0.2, 3)
    metrics.count_delivery("ok")
    metrics.count_new(6)
    set_sources(metrics, {"healthy": 4, "failing": 1})
    return metrics


def set_sources(metrics: Metrics, sources: dict[str, int], last_tick: float | None = 100.5) -> None:
    """Tell the state, with everything but the sources and the tick fixed."""
    metrics.set_state(
        sources=sources,
        entries=10,
        stories=7,
        held=2,
        editions_open=1,
        editions_waiting=3,
        template_problems=0,
        due_lag_seconds=2.5,
        last_tick=last_tick,
        last_publish=None,
        config_ok=True,
    )


def read(metrics: Metrics) -> dict[str, list[Sample]]:
    """All samples by family."""
    families = text_string_to_metric_families(metrics.render()[1].decode())
    return {family.name: list(family.samples) for family in families}


def read_values(metrics: Metrics) -> dict[str, float]:
    """The value of each series, as name or name{label}."""
    samples = [sample for family in read(metrics).values() for sample in family]
    return {
        one.name + "".join(f"{{{v}}}" for v in one.labels.values()): one.value for one in samples
    }


def test_what_was_told_is_rendered() -> None:
    """Every figure has the name that the documentation promises."""
    values = read_values(make_metrics())
    expected = {
        "aggregator_polls_total{fetched}": 1,
        "aggregator_polls_total{not-modified}": 1,
        "aggregator_poll_duration_seconds_count": 2,
        "aggregator_poll_duration_seconds_sum": 0.5,
        "aggregator_poll_duration_seconds_bucket{0.1}": 1,
        "aggregator_fetched_bytes_total": 1_000,
        "aggregator_saved_bytes_total": 5_000,
        "aggregator_new_reports_total": 6,
        "aggregator_held_back": 2,
        "aggregator_editions_open": 1,
        "aggregator_editions_waiting": 3,
        "aggregator_template_problems": 0,
        "aggregator_publishes_total{ok}": 1,
        "aggregator_publish_duration_seconds_count": 1,
        "aggregator_files_written_total": 3,
        "aggregator_sources{healthy}": 4,
        "aggregator_sources{failing}": 1,
        "aggregator_entries": 10,
        "aggregator_stories": 7,
        "aggregator_due_lag_seconds": 2.5,
        "aggregator_last_tick_timestamp_seconds": 100.5,
        "aggregator_last_publish_timestamp_seconds": 0,
        "aggregator_config_ok": 1,
        "aggregator_build_info{1.2.3}": 1,
    }
    assert {name: values[name] for name in expected} == expected
    assert values["process_resident_memory_bytes"] > 1_000_000
    assert values["process_open_fds"] >= 3
    assert values["aggregator_threads"] >= 1


def test_names_and_helps_follow_the_conventions() -> None:
    """Base units, _total only on counters, a sentence of help, no label but the four known."""
    media_type, text = make_metrics().render()
    assert media_type.startswith("text/plain; version=0.0.4")
    for family in text_string_to_metric_families(text.decode()):
        assert re.fullmatch(r"(aggregator|process)_[a-z_]+", family.name)
        assert family.documentation
        assert family.documentation.startswith("1 ") or family.documentation[0].isupper()
        assert family.documentation.endswith(".")
        assert family.type in {"counter", "gauge", "histogram"}
        assert not re.search(r"milli|micro|_ms|kilo|_kb|_mb|_created", family.name)
        assert (family.type != "counter") or all(s.name.endswith("_total") for s in family.samples)
        if "duration" in family.name or "lag" in family.name or "timestamp" in family.name:
            assert family.name.endswith("_seconds")
        labels = {label for sample in family.samples for label in sample.labels}
        assert labels <= {"result", "state", "le", "version"}


def test_a_state_that_nobody_is_in_falls_to_zero() -> None:
    """A count of an earlier state is never left standing."""
    metrics = make_metrics()
    set_sources(metrics, {"healthy": 5}, last_tick=None)
    values = read_values(metrics)
    assert values["aggregator_sources{healthy}"] == 5
    assert values["aggregator_sources{failing}"] == 0
    assert values["aggregator_last_tick_timestamp_seconds"] == 0


def test_the_number_of_series_is_bounded() -> None:
    """A hundred unknown words become 32 series and one for the others."""
    metrics = Metrics("1")
    for number in range(100):
        metrics.count_poll(f"result-{number}", 0, 0, 0)
    set_sources(metrics, {f"state-{number}": 1 for number in range(100)})
    found = read(metrics)
    assert len(found["aggregator_polls"]) == 33
    assert len(found["aggregator_sources"]) == 33
    assert sum(one.value for one in found["aggregator_polls"]) == 100
    assert sum(one.value for one in found["aggregator_sources"]) == 100


def test_two_of_them_share_nothing() -> None:
    """Counting in one leaves another, and the library's global registry, alone."""
    make_metrics()
    assert read_values(Metrics("1"))["aggregator_files_written_total"] == 0
    assert not [one for one in REGISTRY.collect() if one.name.startswith("aggregator")]
