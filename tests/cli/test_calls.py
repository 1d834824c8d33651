"""Calls: where the configuration is found, what a wrong call gets, what help says."""

import subprocess
import sys

import pytest

from aggregator.version import VERSION
from tests.cli.desk import COMMAND, Desk, name_source

COMMANDS = ("once", "build", "check", "init", "list", "status")
WANTED = name_source("https://wanted.example/feed", "wanted")
OTHER = name_source("https://other.example/feed", "other")


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (("list",), None),
        (("-c", "mine.yaml", "list"), None),
        (("--config", "mine.yaml", "list"), None),
        (("list", "-c", "mine.yaml"), None),
        (("list", "--config", "mine.yaml"), None),
        (("-c", "other.yaml", "list", "-c", "mine.yaml"), None),
        (("list",), "mine.yaml"),
        (("-c", "mine.yaml", "list"), "other.yaml"),
        (("list", "-c", "mine.yaml"), "other.yaml"),
        (("list",), ""),
    ],
)
def test_the_configuration_is_found_by_flag_then_environment_then_default(
    desk: Desk, words: tuple[str, ...], environment: str | None
) -> None:
    """A flag after the command wins over one before it, that over the environment."""
    mine = "mine.yaml" in (*words, environment)
    desk.write(OTHER if mine else WANTED)
    desk.write(WANTED, path="mine.yaml")
    desk.write(OTHER, path="other.yaml")
    if environment is not None:
        desk.patch.setenv("AGGREGATOR_CONFIG", environment)
    said = desk.run(*words)
    assert (said.code, said.err) == (0, "")
    assert list(said.rows) == ["source", "wanted"]


@pytest.mark.parametrize(
    ("words", "environment", "folder"),
    [
        (("build",), None, "data"),
        (("--data", "mine", "build"), None, "mine"),
        (("build", "--data", "mine"), None, "mine"),
        (("--data", "other", "build", "--data", "mine"), None, "mine"),
        (("build",), "mine", "mine"),
        (("--data", "mine", "build"), "other", "mine"),
    ],
)
def test_the_data_folder_is_found_the_same_way(
    desk: Desk, words: tuple[str, ...], environment: str | None, folder: str
) -> None:
    """The published files stand where the flag, the environment or the default says."""
    desk.write(WANTED)
    if environment is not None:
        desk.patch.setenv("AGGREGATOR_DATA", environment)
    said = desk.run(*words)
    assert said.code == 0
    assert f"{folder}/public/atom.xml: written\n" in said.out
    assert [path.name for path in desk.folder.iterdir() if path.is_dir()] in (
        ["config", folder],
        [folder, "config"],
    )


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "init"])
def test_without_a_configuration_every_command_says_how_to_get_one(
    desk: Desk, command: str
) -> None:
    """No YAML is exit 2, the next step, and not one file made."""
    said = desk.run(command)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("write one with: aggregator init\n")
    assert said.err.startswith("config/sources.yaml")
    assert desk.list_files() == []


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "init"])
def test_every_mistake_is_named_with_its_line(desk: Desk, command: str) -> None:
    """A wrong YAML is exit 2, with all its mistakes at once on standard error."""
    desk.write("{id: a, url: 'https://a.example/', langauge: en}", "{id: a, url: ftp}")
    said = desk.run(command)
    assert (said.code, said.out) == (2, "")
    places = [line.split(": ")[0] for line in said.err.splitlines()]
    assert places == [f"config/sources.yaml:{place}" for place in ("3:40", "4:10", "4:18")]
    assert not (desk.folder / "data").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("once", "--nonsense"),
        ("--nonsense", "once"),
        ("once", "extra"),
        ("once", "--log-format", "xml"),
        ("build", "--log-format", "xml"),
        ("once", "--log-format"),
        ("-c",),
    ],
)
def test_a_wrong_call_is_exit_2(desk: Desk, words: tuple[str, ...]) -> None:
    """Unknown commands, options and values are refused before anything happens."""
    desk.write(WANTED)
    said = desk.run(*words)
    assert (said.code, said.out) == (2, "")
    assert "Error: " in said.err
    assert not (desk.folder / "data").exists()


def test_no_command_shows_the_help(desk: Desk) -> None:
    """A call without a command is a wrong one, and shows the commands."""
    said = desk.run()
    assert said.code == 2
    assert all(f"\n  {name} " in said.out + said.err for name in COMMANDS)


def test_the_version_is_that_of_the_distribution(desk: Desk) -> None:
    """`--version` needs no configuration."""
    said = desk.run("--version")
    assert (said.code, said.out) == (0, f"day-newsfeed {VERSION}\n")


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_is_made_of_whole_sentences(desk: Desk, words: tuple[str, ...], flag: str) -> None:
    """Every option is explained, and no text is cut with an ellipsis."""
    desk.patch.setenv("COLUMNS", "80")
    said = desk.run(*words, flag)
    assert (said.code, said.err) == (0, "")
    assert "..." not in said.out.replace("[ARGS]...", "")
    assert "…" not in said.out
    lines = said.out.split("Options:")[1].splitlines()
    options = [line for line in lines if line.strip().startswith("-")]
    assert options
    assert all(len(line.split("  ")) > 2 for line in options), options


def test_help_brings_no_heavy_package() -> None:
    """`--help` answers at once: it imports nothing that only a command needs."""
    script = (
        "import sys; sys.argv = ['aggregator', '--help']\n"
        "from aggregator.cli import main\n"
        "try: main()\n"
        "except SystemExit: print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in run.stdout.splitlines()[-1].split()}
    heavy = {"alembic", "asyncio", "feedparser", "httpx2", "lxml", "pydantic", "rich", "ruamel"}
    assert loaded & (heavy | {"sqlalchemy", "structlog", "dateparser"}) == set()
    assert "typer" in loaded


def test_the_module_is_the_command() -> None:
    """`python -m aggregator` is `aggregator`."""
    run = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True)
    assert run.stdout == f"day-newsfeed {VERSION}\n"
