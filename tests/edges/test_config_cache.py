"""A large configuration is taken as it was validated, for as long as nothing of it changed."""

import json
from pathlib import Path

import pytest

from aggregator.core.settings import Config
from aggregator.edges.config import cache as cache_room
from aggregator.edges.config import load

RICH = """newsfeed: {title: T, max_share: 10%, timezone: Asia/Yerevan}
polling: {interval: 45m, max_body: 1MB}
keep: {entries: forever, versions: 2d}
publish: {also: [tags], templates: t}
serve: false
include: [more/*.yaml, {opml: 'https://l.example/o', refresh: 2h, tags: [x]}]
filters: {exclude: [{title: a, words: [b c]}, {tags: [x]}]}
feeds: [{slug: f, include: {languages: [hy]}, age: 3d, items: 5}, {slug: g}]
sources:
  - {id: rich, url: 'https://r.example/f', tags: [a, b], interval: 2h, weight: 2.5, max_items: 3,
     headers: {A: b, C: d}, aliases: [x.example], enabled: false,
     filters: {include: {link: /news/}},
     reuse: {mode: full, link: after-text, images: true, notice: n,
       embargo: 2026-12-01, delay: 2h, until: 2027-01-31, ai: no, derivatives: no}}
"""


def write(folder: Path, count: int = 500, head: str = RICH) -> Path:
    """A configuration that is worth keeping."""
    lines = "".join(f"  - https://p{n}.example/f\n" for n in range(count))
    path = folder / "sources.yaml"
    path.write_text(head + lines)
    (folder / "data").mkdir(exist_ok=True)
    return path


def read(path: Path, **env: str) -> Config:
    """Load with the data folder beside it."""
    return load(path, env, path.parent / "data")


def is_kept(path: Path) -> bool:
    """Whether the data folder holds anything."""
    return any((path.parent / "data").iterdir())


def test_what_is_taken_is_what_was_read(tmp_path: Path) -> None:
    """Every key, with its type; the file is the owner's alone."""
    path = write(tmp_path)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.yaml").write_text("sources: [https://more.example/f]\n")
    first = read(path)
    assert is_kept(path)
    assert read(path) == first == load(path, {})
    kept = tmp_path / "data" / "config-cache.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    # The proof that it is taken from there: what only stands there is believed.
    kept.write_text(kept.read_text().replace('"title":"T"', '"title":"Kept"'))
    assert read(path).newsfeed.title == "Kept"


@pytest.mark.parametrize("change", ["main", "included", "added", "removed", "damaged", "program"])
def test_any_change_has_everything_read_again(
    tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte of any file, another file that matches, a damaged copy, another version."""
    path, more = write(tmp_path), tmp_path / "more"
    more.mkdir()
    (more / "a.yaml").write_text("sources: [https://more.example/f]\n")
    read(path)
    kept = tmp_path / "data" / "config-cache.json"
    content = kept.read_text().replace('"title":"T"', '"title":"Kept"')
    kept.write_text(content)
    if change == "main":
        path.write_text(path.read_text() + "# more\n")
    elif change == "included":
        (more / "a.yaml").write_text("sources: [https://other.example/f]\n")
    elif change == "added":
        (more / "b.yaml").write_text("sources: [https://b.example/f]\n")
    elif change == "removed":
        (more / "a.yaml").unlink()
    elif change == "damaged":
        kept.write_text(content[:-100])
    else:
        monkeypatch.setattr(cache_room, "VERSION", "another")
    assert read(path).newsfeed.title == "T"
    assert read(path) == load(path, {})
    assert "Kept" not in kept.read_text()


@pytest.mark.parametrize("kept", ["[]", "{}", "null", '{"made_by": 1}', "\xff"])
def test_nonsense_is_ignored_and_written_anew(tmp_path: Path, kept: str) -> None:
    """Whatever stands there."""
    path = write(tmp_path)
    file = tmp_path / "data" / "config-cache.json"
    file.write_text(kept, encoding="latin-1")
    assert read(path).newsfeed.title == "T"
    assert json.loads(file.read_text())["path"] == str(path)


def test_a_kept_value_of_another_shape_is_ignored(tmp_path: Path) -> None:
    """A key that no value has."""
    path = write(tmp_path)
    read(path)
    file = tmp_path / "data" / "config-cache.json"
    kept = json.loads(file.read_text())
    kept["config"]["unknown"] = 1
    file.write_text(json.dumps(kept))
    assert read(path).newsfeed.title == "T"


@pytest.mark.parametrize("secret", ["name: '${NAME}'", "name_file: name.txt"])
def test_what_takes_secrets_is_never_kept(tmp_path: Path, secret: str) -> None:
    """Neither the secret is written, nor is an old one believed; in included files too."""
    (tmp_path / "name.txt").write_text("hunter2")
    path = write(tmp_path, head=f"sources:\n  - {{url: 'https://s.example/f', {secret}}}\n")
    assert read(path, NAME="hunter2").sources[0].name == "hunter2"
    assert not is_kept(path)
    (tmp_path / "more.yaml").write_text(f"sources: [{{url: 'https://s.example/f', {secret}}}]\n")
    path = write(tmp_path, head="include: [more.yaml]\nsources:\n")
    assert read(path, NAME="hunter2").sources[-1].name == "hunter2"
    assert not is_kept(path)


def test_little_is_not_kept_and_no_folder_is_made(tmp_path: Path) -> None:
    """Reading a short file is as fast; a command that reads makes no folder."""
    path = write(tmp_path, count=10)
    read(path)
    assert not is_kept(path)
    path = write(tmp_path)
    load(path, {}, tmp_path / "none")
    assert not (tmp_path / "none").exists()
