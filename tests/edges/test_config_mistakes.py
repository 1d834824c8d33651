"""What `load` says about a configuration that is wrong: a corpus of files with their mistakes.

A new pair NAME.yaml (or NAME.json) and NAME.txt in the folder `config` is a new test.
"""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.settings import Config
from aggregator.edges.config import load
from aggregator.errors import ConfigError

CORPUS = Path(__file__).parent / "config"
SECRET = "hunter2/hunter2"  # noqa: S105  a secret of nobody
ENV = {"SECRET": SECRET}


def read_mistakes(path: Path) -> str:
    """Load a file that is wrong and return its mistakes, without the file's name."""
    with pytest.raises(ConfigError) as caught:
        load(path, ENV)
    lines = caught.value.mistakes
    assert all(line.startswith(f"{path}:") for line in lines)
    return "".join(f"{line.removeprefix(f'{path}:')}\n" for line in lines)


def load_or_complain(path: Path) -> Config | tuple[str, ...]:
    """Load a file that may be wrong and return what it says, or its mistakes."""
    try:
        return load(path, {})
    except ConfigError as error:
        return error.mistakes


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_all_mistakes_of_a_file_are_told_at_once(path: Path) -> None:
    """Every mistake has its line, column, cause and next step, in the order of the file."""
    named = next(found for found in CORPUS.glob(f"{path.stem}.*") if found != path)
    assert read_mistakes(named) == path.read_text(encoding="utf-8")


def test_every_file_of_the_corpus_has_its_mistakes() -> None:
    """No input of the corpus is without an expectation."""
    inputs = {path.stem for path in CORPUS.iterdir() if path.suffix in {".yaml", ".json"}}
    assert inputs == {path.stem for path in CORPUS.glob("*.txt")}


@pytest.mark.parametrize("name", ["variables", "sources", "publish-and-more"])
def test_secrets_stand_in_no_message(name: str) -> None:
    """Neither what the environment holds nor a password in a URL is repeated."""
    said = read_mistakes(CORPUS / f"{name}.yaml")
    assert SECRET not in said
    assert "secret" not in said.replace("!secret", "")


def test_a_secret_of_a_file_stands_in_no_message(tmp_path: Path) -> None:
    """What a `_file` key holds is not repeated when it is wrong."""
    (tmp_path / "token").write_text("two\nlines of hunter2", encoding="utf-8")
    (tmp_path / "s.yaml").write_text(
        "sources:\n"
        "  - {url_file: token, id_file: token, timezone_file: token,\n"
        "     headers: {X_file: token}}\n",
        encoding="utf-8",
    )
    said = read_mistakes(tmp_path / "s.yaml")
    assert said.count("\n") == 4
    assert "hunter2" not in said


def test_a_missing_file_names_the_next_step(tmp_path: Path) -> None:
    """No file at all: the message says how to write one."""
    said = read_mistakes(tmp_path / "none.yaml")
    assert said == "1:1: there is no such file; write one with: aggregator init\n"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """What cannot be read is told with the system's reason."""
    assert read_mistakes(tmp_path).startswith("1:1: the file cannot be read (Is a directory)")


def test_an_impossible_name_is_told(tmp_path: Path) -> None:
    """A NUL in the path is a message, not a crash."""
    assert "its name is impossible" in read_mistakes(tmp_path / "a\0b.yaml")


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    """More than 20 MB are not parsed."""
    path = tmp_path / "huge.yaml"
    path.write_bytes(b"#" * 20_000_001)
    assert read_mistakes(path) == "1:1: the file is larger than 20 MB; split it\n"


@pytest.mark.parametrize("name", ["deep.yaml", "deep.json"])
def test_deep_nesting_is_refused(tmp_path: Path, name: str) -> None:
    """Ten thousand brackets are a mistake, not a crash."""
    path = tmp_path / name
    path.write_text('{"sources": ' + "[" * 10_000 + "]" * 10_000 + "}", encoding="utf-8")
    assert read_mistakes(path) == "1:1: the YAML is nested too deeply; flatten it\n"


def test_aliases_that_grow_without_bound_end_soon() -> None:
    """A million laughs take seconds, a billion would be refused as soon."""
    began = time.process_time()
    read_mistakes(CORPUS / "laughs.yaml")
    assert time.process_time() - began < 20


def test_a_secret_file_may_not_be_large(tmp_path: Path) -> None:
    """A `_file` key names a short text."""
    (tmp_path / "big").write_bytes(b"x" * 70_000)
    (tmp_path / "s.yaml").write_text("sources: [{url_file: big}]", encoding="utf-8")
    assert "it is not a short UTF-8 text" in read_mistakes(tmp_path / "s.yaml")


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_file_is_a_configuration_or_a_mistake(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes
) -> None:
    """Whatever the bytes, `load` returns or raises ConfigError, nothing else."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    assert load_or_complain(path)


KEYS = st.sampled_from(
    ["newsfeed", "sources", "url", "id", "reuse", "mode", "headers", "filters", "serve", "keep"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_shape_is_a_configuration_or_a_mistake(
    tmp_path_factory: pytest.TempPathFactory, shape: dict[str, object]
) -> None:
    """Whatever stands under known keys, `load` returns or raises ConfigError, nothing else."""
    path = tmp_path_factory.getbasetemp() / "shape.yaml"
    path.write_text(_as_yaml(shape), encoding="utf-8", errors="replace")
    assert load_or_complain(path)


def _as_yaml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_as_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_as_yaml(item) for item in value) + "]"
    if isinstance(value, str):
        return '"' + repr(value).replace("\\", "/").replace('"', "") + '"'
    return "null" if value is None else str(value).lower()


def test_a_mistake_stays_in_its_line(tmp_path: Path) -> None:
    """A name with a line break, or with what moves a cursor, is told in one line."""
    path = tmp_path / "sources.yaml"
    path.write_text(
        'sources:\n  - {url: "https://a.example/", headers: {"X\\nY\\e[2J": v}}\n', encoding="utf-8"
    )
    (line,) = read_mistakes(path).splitlines()
    assert r"headers.X\nY\x1b[2J: is not a header name" in line
