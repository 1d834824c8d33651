"""Sources are put into the YAML as text: every other byte stays."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model.source import Source
from aggregator.core.text import title_text
from aggregator.edges.config import add_sources, load, writing
from aggregator.edges.config.reading import Reading
from aggregator.edges.config.writing import write_sources
from aggregator.errors import ConfigError

NEW = Source("new", "https://n.example/f")
BLOCK = "- id: new\n{}  url: https://n.example/f\n"
JSON = '{"id": "new", "url": "https://n.example/f"}'
IN_TWO = "  " + BLOCK.format("  ")
LISTED = "include: [{opml: l.opml}]"
NOTED = "# a\nsources:\n  - https://a.example/f\n"
NOTES = "\n  # - https://b.example/f\n\nfilters: {}\n"
BLOCK_TEXT = """sources:
  - url: https://a.example/f
    reuse:
      notice: |
        a note
        # and more of it
"""
ALIASED = """sources:
  - {url: https://a.example/f, reuse: &r {mode: full}}
  - url: https://b.example/f
    reuse: *r
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sources:\n  - https://a.example/f\n", "sources:\n  - https://a.example/f\n" + IN_TWO),
        (
            "sources:\n- https://a.example/f # x",
            f"sources:\n- https://a.example/f # x\n{BLOCK.format('')}",
        ),
        (f"{NOTED}{NOTES}", f"{NOTED}{IN_TWO}{NOTES}"),
        (f"{BLOCK_TEXT}keep: {{}}\n", f"{BLOCK_TEXT}{IN_TWO}keep: {{}}\n"),
        (ALIASED, f"{ALIASED}{IN_TWO}"),
        ("sources: [https://a.example/f]\n", f"sources: [https://a.example/f, {JSON}]\n"),
        (
            "sources: [\n  https://a.example/f, # a\n  https://b.example/f, # b\n]\n",
            f"sources: [\n  https://a.example/f, # a\n  https://b.example/f,\n  {JSON}, # b\n]\n",
        ),
        (f"{LISTED}\nsources: []\n", f"{LISTED}\nsources: [{JSON}]\n"),
        (f"sources:  # none yet\n{LISTED}\n", f"sources:  # none yet\n{IN_TWO}{LISTED}\n"),
        (f"{LISTED}\nsources: ~ # none\n", f"{LISTED}\nsources: ~ # none\n"),
        (LISTED, f"{LISTED}\nsources:\n{IN_TWO}"),
    ],
)
def test_a_source_stands_behind_the_others(tmp_path: Path, before: str, after: str) -> None:
    """In the style of the list; comments, blank lines, quotes and anchors stay where they are."""
    path = tmp_path / "sources.yaml"
    path.write_text(before)
    if before == after:
        with pytest.raises(ConfigError, match="write it in by hand"):
            add_sources(path, [NEW], {})
    else:
        config = add_sources(path, [NEW], {})
        assert config.sources[-1].id == "new"
        assert load(path, {}) == config
    assert path.read_text() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"sources": ["https://a.example/f"]}', f'{{"sources": ["https://a.example/f", {JSON}]}}'),
        ('{"include": [{"opml": "l"}]}', f'{{"include": [{{"opml": "l"}}], "sources": [{JSON}]}}'),
    ],
)
def test_json_stays_json(tmp_path: Path, before: str, after: str) -> None:
    """A configuration in JSON is written in JSON."""
    path = tmp_path / "sources.json"
    path.write_text(before)
    add_sources(path, [NEW], {})
    assert path.read_text() == after


def test_line_ends_marks_modes_and_links_stay(tmp_path: Path) -> None:
    """CRLF, a byte order mark, the file's rights, and a link to a file elsewhere."""
    real, path = tmp_path / "real.yaml", tmp_path / "sources.yaml"
    real.write_bytes(b"\xef\xbb\xbfsources:\r\n  - https://a.example/f\r\n")
    real.chmod(0o640)
    path.symlink_to(real)
    add_sources(path, [NEW], {})
    assert path.is_symlink()
    assert real.read_bytes().startswith(b"\xef\xbb\xbfsources:\r\n")
    assert b"\r\n  - id: new\r\n" in real.read_bytes()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["real.yaml", "sources.yaml"]


@pytest.mark.parametrize(
    "text", ["sources: [", "sources:\n  - https://a.example/f\nnope: 1\n", "\xff", "[]"]
)
def test_a_wrong_file_is_not_made_worse(tmp_path: Path, text: str) -> None:
    """What has mistakes before or after is left as it is."""
    path = tmp_path / "sources.yaml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError):
        add_sources(path, [NEW], {})
    assert path.read_bytes() == text.encode("latin-1")
    with pytest.raises(ConfigError, match="cannot be read"):
        add_sources(tmp_path / "none.yaml", [NEW], {})


def test_a_file_that_changed_meanwhile_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's editor saved between our reading and our writing: theirs stays."""
    path = tmp_path / "sources.yaml"
    path.write_text("sources: [https://a.example/f]\n")
    reading = Reading

    def edit(*given: object) -> object:
        path.write_text("sources: [https://b.example/f]\n")
        return reading(*given)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(writing, "Reading", edit)
    with pytest.raises(ConfigError, match="changed meanwhile"):
        add_sources(path, [NEW], {})
    assert path.read_text() == "sources: [https://b.example/f]\n"
    assert [one.name for one in tmp_path.iterdir()] == ["sources.yaml"]


def test_variables_are_kept_as_they_are_written(tmp_path: Path) -> None:
    """What is filled in is not written down, and `${` of a feed's name begins no variable."""
    path = tmp_path / "sources.yaml"
    path.write_text("sources:\n  - {url: 'https://a.example/f', name: '${NAME}'}\n")
    config = add_sources(
        path, [Source("new", "https://n.example/f", "${HOME}")], {"NAME": "secret"}
    )
    assert [source.name for source in config.sources] == ["secret", "${HOME}"]
    assert "secret" not in path.read_text()


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1))
def test_any_name_survives(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """In a block, in flow style and in JSON, whatever its letters mean in YAML; tidied as ever."""
    folder = tmp_path_factory.mktemp("names")
    source = Source("new", "https://n.example/f", name)
    for number, text in enumerate(
        ("sources:\n  - https://a.example/f\n", "sources: [https://a.example/f]\n")
    ):
        path = folder / f"{number}.yaml"
        path.write_text(text)
        try:
            written = add_sources(path, [source], {}).sources[-1].name
        except ConfigError as error:  # names that the configuration does not take
            assert "name" in str(error)  # noqa: PT017 - both ends are right
            assert path.read_text() == text
        else:
            assert written == title_text(name, html=False)


def test_a_file_for_include_cannot_be_written_everywhere(tmp_path: Path) -> None:
    """The reason is named."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_sources(tmp_path / "file" / "x" / "more.yaml", [NEW])


def test_a_full_disk_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file is untouched, and nothing is left beside it."""
    path = tmp_path / "sources.yaml"
    path.write_text("sources: [https://a.example/f]\n")

    def fill(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(ConfigError, match=r"cannot be written \(No space left on device\)"):
        add_sources(path, [NEW], {})
    assert path.read_text() == "sources: [https://a.example/f]\n"
    assert [one.name for one in tmp_path.iterdir()] == ["sources.yaml"]
