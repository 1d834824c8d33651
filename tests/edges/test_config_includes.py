"""`include`: further files of sources, as if they stood in the main one."""

from pathlib import Path

import pytest

from aggregator.core.settings import Config
from aggregator.edges.config import load
from aggregator.errors import ConfigError

MAIN = "include: [sources.d/*.yaml, more.yaml]\nsources: [https://main.example/feed]\n"


def write(folder: Path, **files: str) -> Path:
    """Write files by their names without ending; `d_` stands for `sources.d/`."""
    for name, text in files.items():
        path = folder / f"{name.replace('d_', 'sources.d/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "main.yaml"


def read(path: Path) -> Config:
    """Load with one variable."""
    return load(path, {"KEY": "value"})


def complain(path: Path) -> list[str]:
    """The mistakes, their files without the folder."""
    with pytest.raises(ConfigError) as caught:
        read(path)
    return [line.removeprefix(f"{path.parent}/") for line in caught.value.mistakes]


def test_included_sources_stand_behind_those_of_the_main_file(tmp_path: Path) -> None:
    """In the order of the patterns and names, each file once, with its own place and paths."""
    path = write(
        tmp_path,
        main=MAIN,
        d_b="sources:\n  - {url: https://b.example/feed, name: '${KEY}'}\n",
        d_a="sources:\n\n  - id: a\n    url: https://a.example/feed\n    name_file: a.txt\n",
        more="sources: [https://more.example/feed]\n",
    )
    (tmp_path / "sources.d" / "a.txt").write_text("From a file\n")
    (tmp_path / "sources.d" / "note.txt").write_text("no source")
    config = read(path)
    assert [source.url.split("/")[2].split(".")[0] for source in config.sources] == [
        *("main", "a", "b", "more"),
    ]
    assert [source.name for source in config.sources] == [None, "From a file", "value", None]
    assert config.sources[1].location == f"{tmp_path}/sources.d/a.yaml:3"
    names = ("main.yaml", "sources.d/a.yaml", "sources.d/b.yaml", "more.yaml")
    assert config.files == tuple(str(tmp_path / name) for name in names)
    assert config.patterns == (str(tmp_path / "sources.d/*.yaml"), str(tmp_path / "more.yaml"))
    assert config.pending == ()


def test_a_pattern_may_match_nothing_a_name_may_not(tmp_path: Path) -> None:
    """An empty folder is no mistake; a file that is missing is one, where it is named."""
    path = write(tmp_path, main="include: ['none/*.yaml']\nsources: [https://a.example/]\n")
    assert len(read(path).sources) == 1
    path = write(tmp_path, main="include:\n  - gone.yaml\nsources: [https://a.example/]\n")
    assert complain(path) == [
        'main.yaml:2:5: include: "gone.yaml": there is no such file; check the path'
    ]


def test_the_main_file_needs_no_sources_of_its_own(tmp_path: Path) -> None:
    """All of them may be included, also by an absolute pattern, never the main file itself."""
    path = write(
        tmp_path, main=f"include: ['{tmp_path}/*.yaml']\n", more="sources: [https://a.example/]\n"
    )
    assert [source.url for source in read(path).sources] == ["https://a.example/"]


def test_mistakes_are_told_where_they_stand(tmp_path: Path) -> None:
    """Broken files, foreign keys, wrong values and repeated ids, all at once, each in its file."""
    path = write(
        tmp_path,
        main="include: [sources.d/*.yaml]\nsources:\n  - {id: x, url: https://a.example/feed}\n",
        d_a="sources: [",
        d_b="polling: {}\nsources:\n  - {id: x, url: https://b.example/, langage: hy}\n",
        d_c="- https://c.example/\n",
        d_d="sources: https://d.example/\n",
        d_e="sources:\n  - {url: https://e.example/, url: https://f.example/}\n",
        d_f="sources:\n  - {url: https://f.example/, name_file: gone.txt}\n",
    )
    lines = complain(path)
    assert [line.split(": ")[0] for line in lines] == [
        *("sources.d/a.yaml:1:11", "sources.d/b.yaml:1:1", "sources.d/b.yaml:3:10"),
        *("sources.d/b.yaml:3:38", "sources.d/c.yaml:1:1", "sources.d/d.yaml:1:10"),
        *("sources.d/e.yaml:2:31", "sources.d/f.yaml:2:42"),
    ]
    text = "\n".join(lines)
    assert 'only sources stand in an included file; move "polling" to the main file' in text
    assert 'the id "x" is already used in line 3; give another' in text
    assert 'unknown key "langage"; did you mean "language"?' in text


def test_an_id_of_an_included_file_is_named_with_it(tmp_path: Path) -> None:
    """Where the first of two stands in an included file, that file is named."""
    path = write(
        tmp_path,
        main="include: [sources.d/*.yaml]\n",
        d_a="sources: [{id: x, url: https://a.example/}]\n",
        d_b="sources: [{id: x, url: https://b.example/}]\n",
    )
    assert f"already used in line 1 of {tmp_path}/sources.d/a.yaml" in complain(path)[0]


@pytest.mark.parametrize("sources", ["5", "{a: b}", "https://a.example/"])
def test_sources_that_are_no_list_are_told_once(tmp_path: Path, sources: str) -> None:
    """Nothing is put behind what is no list; the mistake is that of the main file."""
    path = write(
        tmp_path,
        main=f"include: [more.yaml]\nsources: {sources}\n",
        more="sources: [https://b.example/]\n",
    )
    (line,) = complain(path)
    assert line.startswith("main.yaml:2:10: ")


@pytest.mark.parametrize("include", ["5", "[5]", "[[a]]", "['']", "[{path: 5}]"])
def test_an_include_that_is_no_path_is_told(tmp_path: Path, include: str) -> None:
    """A wrong include is a mistake like any other, and reads nothing."""
    path = write(tmp_path, main=f"include: {include}\nsources: [https://a.example/]\n")
    assert complain(path)[0].startswith("main.yaml:1:")


@pytest.mark.parametrize("keys", ["path: a.yaml, opml: l.opml", "refresh: 1h"])
def test_an_include_is_a_file_or_a_list(tmp_path: Path, keys: str) -> None:
    """One of the two, and exactly one."""
    (tmp_path / "a.yaml").write_text("sources: []\n")
    path = write(tmp_path, main=f"include: [{{{keys}}}]\nsources: [https://a.example/]\n")
    assert complain(path) == [
        "main.yaml:1:11: include: write path for a YAML file or opml for a list, one of the two"
    ]


def test_tags_of_an_include_stand_behind_those_of_its_sources(tmp_path: Path) -> None:
    """Also of a bare URL; each tag once."""
    path = write(
        tmp_path,
        main="include: [{path: more.yaml, tags: [x, y]}]\n",
        more="sources:\n  - https://a.example/f\n  - {url: https://b.example/f, tags: [b, y]}\n",
    )
    assert [source.tags for source in read(path).sources] == [("x", "y"), ("b", "y", "x")]


def test_a_list_is_a_url_or_a_path_and_needs_no_other_source(tmp_path: Path) -> None:
    """Paths are relative to the file; another scheme is a mistake."""
    path = write(
        tmp_path, main="include: [{opml: l.opml}, {opml: 'https://a.example/l', refresh: 2h}]\n"
    )
    here, there = read(path).lists
    assert (here.place, here.is_remote) == (str(tmp_path / "l.opml"), False)
    assert (there.place, there.is_remote, there.refresh.total_seconds()) == (
        *("https://a.example/l", True, 7200),
    )
    path = write(tmp_path, main="include: [{opml: 'ftp://a.example/l'}]\n")
    assert "must begin with http:// or https://" in complain(path)[0]
