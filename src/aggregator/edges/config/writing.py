"""New sources -> the YAML or JSON file, every other byte of it as it was.

They are put in as text behind the last source, in the style the list is
written in; whether that was right is not believed but read: the new text must
hold all the old values and the new ones behind them, and load without a
mistake, before it takes the old file's place.
"""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from aggregator.core.model.source import Source
from aggregator.core.settings import Config
from aggregator.edges.config.nodes import compose
from aggregator.edges.config.places import Unreadable
from aggregator.edges.config.reading import Reading
from aggregator.edges.config.tree import read_tree
from aggregator.errors import ConfigError

_KEYS = ("id", "name", "url", "homepage", "language", "tags")
_PLAIN = re.compile(r"[^\W\d_][\w /.()'+-]*", re.ASCII)
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})


def add_sources(path: Path, sources: Sequence[Source], env: Mapping[str, str]) -> Config:
    """Write the sources behind those of the file; the configuration as it is then.

    Raises ConfigError, the file untouched, when it is wrong before or after,
    when it was changed meanwhile, or when it cannot be written.
    """
    before = read_bytes(path)
    text = decode(path, before)
    old = read_values(path, text)
    for changed in _list_candidates(path, text, sources):
        if _holds(path, old, changed, sources):
            config = Reading(path, env, changed).load()
            replace_file(path, before, encode(before, changed))
            return config
    raise ConfigError(
        [f"{path}:1:1: no place for a source can be found in it; write it in by hand"]
    )


def write_sources(path: Path, sources: Sequence[Source]) -> None:
    """Write a file of these sources alone, for `include`; ConfigError when one is there."""
    if path.suffix == ".json":
        body = json.dumps({"sources": [_keys_of(one) for one in sources]}, indent=2) + "\n"
    else:
        body = "sources:\n" + "".join(_write_block(one, "  ") for one in sources)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(body)
    except FileExistsError as error:
        raise ConfigError(
            [f"{path}:1:1: a file is there already; name another with --to"]
        ) from error
    except OSError as error:
        raise ConfigError([_cannot(path, "written", error)]) from error


def read_bytes(path: Path) -> bytes:
    """The file as it is; ConfigError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError([_cannot(path, "read", error)]) from error


def decode(path: Path, content: bytes) -> str:
    """The text of a file, with plain line ends; ConfigError when it is not UTF-8."""
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}:1:1: the file is not UTF-8; save it as UTF-8"]) from error


def encode(before: bytes, text: str) -> bytes:
    """The text with the line ends and the mark of the file that it was made of."""
    lines = text.replace("\n", "\r\n") if b"\r\n" in before else text
    return (b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b"") + lines.encode()


def _cannot(path: Path, done: str, error: OSError) -> str:
    return (
        f"{path}:1:1: the file cannot be {done} ({error.strerror}); "
        "check the path and its permissions"
    )


# Where --------------------------------------------------------------------------


def _list_candidates(path: Path, text: str, sources: Sequence[Source]) -> Iterator[str]:
    """The texts that may be meant, the likeliest first."""
    try:
        root = compose(text, as_json=path.suffix == ".json")
    except Unreadable as error:
        place = error.mistake.place
        line = f"{path}:{place.line}:{place.column}: {error.mistake.text}"
        raise ConfigError([line]) from error
    found = find_list(root)
    if isinstance(found, SequenceNode) and found.flow_style:
        yield _put_into_flow(text, found, sources)
    elif isinstance(found, SequenceNode):
        indent = " " * found.start_mark.column
        for at in _list_ends(text, found):
            yield _put(text, at, "".join(_write_block(one, indent) for one in sources))
    elif isinstance(root, MappingNode) and root.flow_style:
        items = ", ".join(_write_flow(one) for one in sources)
        yield _put_into_mapping(text, root, f'"sources": [{items}]')
    else:
        blocks = "".join(_write_block(one, "  ") for one in sources)
        if found is not None:  # `sources:` with nothing behind it
            yield _put(text, _end_of_line(text, found.start_mark.index - 1), blocks)
        yield _put(text, len(text), f"sources:\n{blocks}")


def find_list(root: Node | None) -> Node | None:
    """The node behind `sources:`."""
    pairs = root.value if isinstance(root, MappingNode) else []
    return next((value for key, value in pairs if key.value == "sources"), None)


def _list_ends(text: str, found: SequenceNode) -> Iterator[int]:
    """Where the list may end: before the notes that stand behind it, else behind them.

    What looks like a note may be the end of a block of text.
    """
    far = min(found.end_mark.index, len(text))
    far = far if text[:far].endswith("\n") or far == len(text) else text.rfind("\n", 0, far) + 1
    near = far
    while (start := text.rfind("\n", 0, max(near - 1, 0)) + 1) < near:
        line = text[start:near].strip()
        if line and not line.startswith("#") and line != "...":
            break
        near = start
    yield near
    yield far


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _put(text: str, at: int, lines: str) -> str:
    head = text[:at]
    return f"{head}{'' if not head or head.endswith(chr(10)) else chr(10)}{lines}{text[at:]}"


def _put_into_flow(text: str, found: SequenceNode, sources: Sequence[Source]) -> str:
    """The text with the sources before the closing bracket, each on a line where the others are."""
    items = [_write_flow(one) for one in sources]
    if not found.value:
        at = found.end_mark.index - 1
        return f"{text[:at].rstrip()}{', '.join(items)}{text[at:]}"
    first, last = found.value[0], found.value[-1]
    at = last.end_mark.index
    has_lines = first.start_mark.line > found.start_mark.line
    gap = "\n" + " " * first.start_mark.column if has_lines else " "
    return text[:at] + "".join(f",{gap}{item}" for item in items) + text[at:]


def _put_into_mapping(text: str, root: MappingNode, pair: str) -> str:
    at = root.value[-1][1].end_mark.index if root.value else root.start_mark.index + 1
    return f"{text[:at]}{', ' if root.value else ''}{pair}{text[at:]}"


# How ------------------------------------------------------------------------------


def _keys_of(source: Source) -> dict[str, Any]:
    """The keys to write: those that say something."""
    given = {key: getattr(source, key) for key in _KEYS}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in given.items() if v}


def _write_block(source: Source, indent: str) -> str:
    lines = [f"{key}: {write_value(value)}" for key, value in _keys_of(source).items()]
    return "".join(f"{indent}{'  ' if at else '- '}{line}\n" for at, line in enumerate(lines))


def _write_flow(source: Source) -> str:
    """JSON, which is YAML too: right in both."""
    return json.dumps(_escape(_keys_of(source)), ensure_ascii=False)


def write_value(value: object, *, quoted: bool = False) -> str:
    """A value in YAML's flow style, in quotation marks where they are needed or wanted."""
    if quoted:
        return json.dumps(_escape(str(value)), ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(write_value(one) for one in value)}]"
    text = str(value)
    if _PLAIN.fullmatch(text) and text.strip() == text and text.lower() not in _WORDS:
        return text
    if re.fullmatch(r"https?://[\w.:/%@=&+~-]+[\w/]", text, re.ASCII):
        return text
    return json.dumps(_escape(text), ensure_ascii=False)


def _escape(value: Any) -> Any:  # noqa: ANN401  JSON
    """The value with `${`, which would begin a variable, written as itself."""
    if isinstance(value, dict):
        return {key: _escape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_escape(one) for one in value]
    return str(value).replace("${", "$${")


# Whether -----------------------------------------------------------------------------


def _holds(path: Path, before: dict[str, Any] | None, new: str, sources: Sequence[Source]) -> bool:
    """Whether the new text says all that the old one said, and the sources behind it."""
    after = read_values(path, new)
    if before is None or after is None:
        return False
    added = [_keys_of(one) for one in sources]
    wanted = {**before, "sources": [*(before.get("sources") or []), *added]}
    return after == wanted


def read_values(path: Path, text: str) -> dict[str, Any] | None:
    """What a text says, variables unfilled; None where it is no mapping."""
    try:
        value = read_tree(text, _AnyName(), as_json=path.suffix == ".json").value
    except Unreadable:
        return None
    return {} if value is None else value if isinstance(value, dict) else None


class _AnyName(dict[str, str]):
    """An environment in which every variable is set: only whether texts are the same counts."""

    def __missing__(self, name: str) -> str:
        return name

    def __contains__(self, name: object) -> bool:
        return True

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401, ARG002  as dict has it
        return name


def replace_file(path: Path, before: bytes, content: bytes) -> None:
    """Put the new content in the old one's place, unless somebody else changed it meanwhile."""
    target = path.resolve()  # a link stays a link
    try:
        descriptor, name = tempfile.mkstemp(prefix=".sources-", suffix=".tmp", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fchmod(file.fileno(), target.stat().st_mode & 0o7777)
                os.fsync(file.fileno())
            _refuse_change(path, target, before)
            Path(name).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise ConfigError([_cannot(path, "written", error)]) from error


def _refuse_change(path: Path, target: Path, before: bytes) -> None:
    if target.read_bytes() != before:
        text = "the file was changed meanwhile; nothing was written; try again"
        raise ConfigError([f"{path}:1:1: {text}"])
