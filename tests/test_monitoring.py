"""The Grafana board, the rules for Prometheus and the guide name figures that there are."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from tests.edges.test_metrics import make_metrics

ROOT = Path(__file__).parent.parent
PROMETHEUS = ROOT / "contrib/prometheus"
PROMTOOL = shutil.which("promtool")
_NAME = re.compile(r"\b(?:aggregator|process)_\w+")
_REACH = 24
"""Columns of a board."""


def list_figures() -> set[str]:
    """The name of every series of `/metrics`."""
    families = text_string_to_metric_families(make_metrics().render()[1].decode())
    return {sample.name for family in families for sample in family.samples}


def load_board() -> dict[str, Any]:
    """The Grafana board."""
    board: dict[str, Any] = json.loads((ROOT / "contrib/grafana/day-newsfeed.json").read_text())
    return board


def list_queries(board: dict[str, Any]) -> Iterator[str]:
    """Every expression of a board, those of its variables included."""
    for panel in board["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (one["definition"] for one in board["templating"]["list"] if one["type"] == "query")


def read_rules() -> list[dict[str, Any]]:
    """The rules for Prometheus."""
    text = (PROMETHEUS / "day-newsfeed.rules.yml").read_text()
    (group,) = YAML(typ="safe").load(text)["groups"]
    return list(group["rules"])


def test_every_query_of_the_board_names_figures_that_there_are() -> None:
    """A figure that is renamed takes its panel with it."""
    queries = list(list_queries(load_board()))
    assert len(queries) > 20
    assert all(_NAME.search(query) for query in queries)
    assert {name for query in queries for name in _NAME.findall(query)} <= list_figures()


def test_the_board_has_what_grafana_asks_for() -> None:
    """A title, a schema, panels with an id, a kind, a place on the grid and a source of data."""
    board = load_board()
    assert board["schemaVersion"] >= 36
    assert board["id"] is None
    assert (board["uid"], board["title"]) == ("day-newsfeed", "Day newsfeed")
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert panel["type"] in {"stat", "timeseries"}
        assert place["x"] + place["w"] <= _REACH
        assert panel["description"]
        assert panel["fieldConfig"].keys() == {"defaults", "overrides"}
        sources = [panel["datasource"], *(one["datasource"] for one in panel["targets"])]
        assert {tuple(one.values()) for one in sources} == {("prometheus", "${source}")}
        letters = [one["refId"] for one in panel["targets"]]
        assert len(letters) == len(set(letters))


def test_no_two_panels_overlap() -> None:
    """Each cell of the grid has one."""
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in load_board()["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))


def test_every_rule_names_figures_that_there_are_and_a_next_step() -> None:
    """`up` is Prometheus' own."""
    rules = read_rules()
    assert len(rules) > 5
    for rule in rules:
        names = set(_NAME.findall(rule["expr"]))
        assert names <= list_figures(), rule["alert"]
        assert names or rule["expr"].startswith("up{")
        assert rule["for"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"].keys() == {"summary", "description"}


@pytest.mark.skipif(PROMTOOL is None, reason="no promtool here: apt install prometheus")
def test_prometheus_takes_the_rules_and_they_fire() -> None:
    """Its own tool plays four hours of a daemon that is ill beside one that is well."""
    for call in (
        ["check", "config", "prometheus.yml"],
        ["test", "rules", "day-newsfeed.rules.test.yml"],
    ):
        subprocess.run([PROMTOOL or "", *call], cwd=PROMETHEUS, check=True, timeout=60)


def test_every_figure_is_described() -> None:
    """docs/monitoring.md names all of them, and none that there is not."""
    guide = (ROOT / "docs/monitoring.md").read_text()
    described = set(re.findall(r"`(aggregator_\w+)", guide))
    parts = ("_bucket", "_sum", "_count")
    real = {
        next((name.removesuffix(part) for part in parts if name.endswith(part)), name)
        for name in list_figures()
        if name.startswith("aggregator_")
    }
    assert described == real
