"""`init`, `check` and `list`: the commands that only read or write the configuration."""

import subprocess

import pytest

from tests.cli.desk import COMMAND, POLITE_ENOUGH, Desk, name_source

CONTACT = "newsfeed: {contact: 'mailto:desk@news.example'}\n"


@pytest.mark.parametrize(
    ("words", "path", "then"),
    [
        ((), "config/sources.yaml", "aggregator once"),
        (("-c", "my feeds.yaml"), "my feeds.yaml", "aggregator -c 'my feeds.yaml' once"),
    ],
)
def test_init_writes_a_configuration_that_check_accepts(
    desk: Desk, words: tuple[str, ...], path: str, then: str
) -> None:
    """The starter says what to do next, and has no mistakes."""
    made = desk.run("init", *words)
    assert (made.code, made.err) == (0, "")
    assert made.out == f"{path} written; name your sources in it, then run: {then}\n"
    checked = desk.run("check", *words)
    assert (checked.code, checked.err) == (0, "")
    assert checked.out.endswith(" no mistakes\n")


def test_init_never_overwrites(desk: Desk) -> None:
    """A file that is there stays as it is: exit 2, and the reason."""
    path = desk.write(name_source("https://paper.example/feed"))
    before = path.read_bytes()
    said = desk.run("init")
    assert (said.code, said.out) == (2, "")
    assert "config/sources.yaml" in said.err
    assert "a file is there already" in said.err
    assert path.read_bytes() == before


def test_check_names_what_is_not_in_effect_then_warns_then_sums_up(desk: Desk) -> None:
    """Keys accepted early and doubtful settings are told, and are no mistakes."""
    desk.write(
        name_source("https://paper.example/feed"),
        name_source("https://old.example/feed", "old", ["enabled: false"]),
        head="keep: {versions: 1d, entries: 1d}\npolling: {min_interval: 5m}\n",
    )
    said = desk.run("check")
    assert (said.code, said.err) == (0, "")
    pending, *warnings, summary = said.out.splitlines()
    assert pending == "config/sources.yaml:1:22: not in effect yet: keep.entries"
    assert len(warnings) == 2
    assert all(line.startswith("warning: config/sources.yaml:") for line in warnings)
    assert summary == "config/sources.yaml: 1 source, 1 switched off, no mistakes"


def test_check_says_what_full_texts_lack(desk: Desk) -> None:
    """Terms that do not give them, and the extra that is not installed."""
    full = ["full_text: true", "reuse: full"]
    desk.write(
        name_source("https://paper.example/feed", "paper", full),
        name_source("https://old.example/feed", "old", ["full_text: true"]),
        head=CONTACT + POLITE_ENOUGH,
    )
    installed = desk.run("check").out.splitlines()
    assert len(installed) == 2
    assert "full_text is not in effect for old: its re-use terms say excerpt" in installed[0]
    desk.patch.setattr("aggregator.cli.show.is_installed", lambda: False)
    *_, missing, summary = desk.run("check").out.splitlines()
    assert missing.endswith(
        "paper: full_text is not in effect: the extra for full texts is not installed:"
        " pip install 'day-newsfeed[full-text]'"
    )
    assert summary.endswith("no mistakes")
    assert len(desk.run("check", "--json").json["warnings"]) == 2


def test_check_of_a_perfect_file_is_one_line(desk: Desk) -> None:
    """Where nothing is left to be wished, only the summary is said."""
    sources = [name_source(f"https://paper{n}.example/feed", f"paper-{n}") for n in range(2)]
    desk.write(*sources, head=CONTACT)
    assert desk.run("check").out == "config/sources.yaml: 2 sources, no mistakes\n"


def test_list_shows_the_terms_of_every_source(desk: Desk) -> None:
    """A row a source: its state, language, terms, tags and address."""
    desk.write(
        name_source("https://bare.example/feed", "bare"),
        name_source(
            "https://full.example/feed",
            "full",
            ["language: hy", "tags: [armenia, press]", "reuse: {mode: full, link: before-text}"],
        ),
        name_source(
            "https://short.example/feed",
            "short",
            ["enabled: false", "reuse: {mode: excerpt, max_words: 60}"],
        ),
    )
    said = desk.run("list")
    assert (said.code, said.err) == (0, "")
    rows = {name: " ".join(line.split()) for name, line in said.rows.items()}
    assert rows["source"] == "source state lang terms tags address"
    assert rows["bare"] == "bare on - none stated: excerpt 40 words - https://bare.example/feed"
    full = "full on hy full, before-text armenia press https://full.example/feed"
    assert rows["full"] == full
    assert rows["short"] == "short off - excerpt 60 words - https://short.example/feed"


def test_list_says_every_condition_of_the_terms(desk: Desk) -> None:
    """Where one is set: what holds a report back, when the permission ends, what it forbids."""
    terms = [
        "{mode: full, derivatives: false, ai: no, delay: 90m, embargo: 2h, until: 2026-12-31}",
        "{mode: headline, embargo: 2026-12-01T18:00, until: 2026-12-31T12:00}",
    ]
    sources = [
        name_source(f"https://{name}.example/feed", name, [f"reuse: {reuse}"])
        for name, reuse in zip("ab", terms, strict=True)
    ]
    desk.write(*sources, head="newsfeed: {timezone: Asia/Yerevan}\n")
    rows = {name: " ".join(line.split()) for name, line in desk.run("list").rows.items()}
    assert (
        "full, without changes, embargo 2 h, delay 1.5 h, until 2026-12-31 23:59,"
        " no use by language models" in rows["a"]
    )
    assert "headline, embargo until 2026-12-01 18:00, until 2026-12-31 11:59" in rows["b"]
    first, second = desk.run("list", "--json").json
    assert (first["embargo"], first["delay"], first["ai"]) == ("2h", "1h30m", False)
    assert (first["derivatives"], first["until"]) == (False, "2026-12-31T20:00:00+00:00")
    assert second["embargo_until"] == "2026-12-01T14:00:00+00:00"
    assert (second["embargo"], second["delay"], second["ai"]) == (None, None, True)


def test_list_as_json_has_the_same_keys_for_every_source(desk: Desk) -> None:
    """JSON is for programs: nothing is left out because it has no value."""
    desk.write("https://bare.example/feed", name_source("https://a.example/", "a", ["name: Ա"]))
    said = desk.run("list", "--json")
    keys = ["id", "name", "url", "language", "tags", "enabled", "mode", "max_words", "link"]
    keys += ["terms_stated", "derivatives", "embargo", "embargo_until", "delay", "until", "ai"]
    keys += ["full_text"]
    assert [list(row) for row in said.json] == [keys] * 2
    assert said.json[0]["name"] is None
    assert '"name": "Ա"' in said.out


@pytest.mark.parametrize(
    "words", [("list",), ("list", "--json"), ("status",), ("status", "--json")]
)
def test_credentials_are_never_shown(desk: Desk, words: tuple[str, ...]) -> None:
    """User, password and secret parameters of an address stay in the configuration."""
    desk.write(name_source("https://desk:hunter2@paper.example/feed?lang=hy&api_key=hunter3"))
    said = desk.run(*words)
    assert said.code == 0
    assert "hunter" not in said.out + said.err
    if words[0] == "list":
        assert "https://***@paper.example/feed?lang=hy&api_key=***" in said.out


def test_reading_commands_make_no_file(desk: Desk) -> None:
    """Before the first poll `check`, `list` and `status` leave the folder as it is."""
    desk.write(name_source("https://paper.example/feed"), head=CONTACT + POLITE_ENOUGH)
    before = desk.list_files()
    for command in ("check", "list", "status"):
        assert desk.run(command).code == 0
    assert desk.list_files() == before


def test_a_terminal_without_unicode_gets_escapes(desk: Desk) -> None:
    """An output that cannot take a letter gets its number, and no traceback."""
    desk.write(name_source("https://paper.example/feed", "paper", ["tags: [հայ]"]))
    run = subprocess.run(
        [*COMMAND, "list"],
        cwd=desk.folder,
        env={"PYTHONIOENCODING": "ascii:strict"},
        capture_output=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, b"")
    assert rb"\u0570\u0561\u0575" in run.stdout
