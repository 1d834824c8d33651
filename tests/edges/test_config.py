"""What `load` makes of a configuration that is right."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.ids import derive_id
from aggregator.core.model import Condition, Rule
from aggregator.core.model.source import LinkPlace, Mode, Reuse, Source
from aggregator.core.reuse import PRESETS
from aggregator.core.settings import Config, FeedSettings, NewsfeedSettings, PollingSettings
from aggregator.edges.config import load, write_starter
from aggregator.edges.config.values import (
    read_duration,
    read_percent,
    read_size,
    write_duration,
)
from aggregator.errors import ConfigError

PROJECT = Path(__file__).parents[2] / "config" / "sources.yaml"
ONE = "sources: [https://a.example/feed]\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test writes its configuration."""
    return tmp_path / "sources.yaml"


def read(path: Path, text: str, **env: str) -> Config:
    """Write the configuration and load it."""
    path.write_text(text, encoding="utf-8")
    return load(path, env)


def read_source(path: Path, keys: str, **env: str) -> Source:
    """Load a configuration of one source with these keys beside its URL."""
    return read(path, f'sources: [{{url: "https://a.example/feed", {keys}}}]', **env).sources[0]


def test_the_least_configuration_is_one_url(path: Path) -> None:
    """A bare URL is a source, and everything else has a default."""
    config = read(path, ONE)
    assert config.sources == (
        Source(id="a-example-feed", url="https://a.example/feed", location=f"{path}:1"),
    )
    assert (config.newsfeed, config.polling) == (NewsfeedSettings(), PollingSettings())
    assert (config.path, config.store, config.pending) == (str(path), "sqlite", ())


def test_every_key_of_a_source_arrives(path: Path) -> None:
    """What the YAML says of a source stands in the value."""
    keys = """id: x, name: N, homepage: "https://a.example/", language: hy, tags: [t, тег],
      interval: 2h, aliases: [b.example], enabled: false, timezone: Asia/Yerevan, weight: 2,
      max_items: 5, headers: {X-Key: v}, user_agent: me, proxy: "http://p:1", kind: feed,
      reuse: {mode: full, link: after-text, credit: "{source}, {author}", notice: "(c) {year}",
      license: "https://a.example/terms", images: true}"""
    assert read_source(path, keys) == Source(
        id="x",
        url="https://a.example/feed",
        name="N",
        homepage="https://a.example/",
        language="hy",
        tags=("t", "тег"),
        interval=timedelta(hours=2),
        aliases=("b.example",),
        reuse=Reuse(
            mode=Mode.FULL,
            max_words=None,
            link=LinkPlace.AFTER_TEXT,
            credit="{source}, {author}",
            notice="(c) {year}",
            license="https://a.example/terms",
            images=True,
            stated=True,
        ),
        enabled=False,
        timezone="Asia/Yerevan",
        weight=2,
        max_items=5,
        headers=(("X-Key", "v"),),
        user_agent="me",
        proxy="http://p:1",
        location=f"{path}:1",
    )


def test_every_setting_arrives(path: Path) -> None:
    """What the YAML says of the newsfeed, of polling and the rest stands in the values."""
    config = read(
        path,
        ONE
        + """
newsfeed: {title: T, id: "tag:a.example,2026:day", base_url: "https://a.example/news",
  timezone: Asia/Yerevan, language: hy, items: 5, max_share: 12.5%, close_after: 0s, contact: a@b.c}
polling: {interval: 45m, min_interval: 40m, max_interval: 1d, deadline: 1m30s, max_body: 2MiB,
  per_host: 2, host_spacing: 0s, allow_private_networks: true}
publish: {directory: out, also: [tags], templates: pages, hub: builtin}
serve: {host: "::", port: 0}
store: postgresql://user@db/news
keep: {entries: forever, log: 1w}
""",
    )
    assert config.newsfeed.base_url == "https://a.example/news/"
    assert (config.newsfeed.max_share, config.newsfeed.contact) == (0.125, "a@b.c")
    assert config.polling.deadline == timedelta(seconds=90)
    assert (config.polling.max_body, config.polling.allow_private_networks) == (2 * 2**20, True)
    assert (config.publish.directory, config.publish.also) == ("out", ("tags",))
    assert config.publish.templates == str(path.parent / "pages")
    assert (config.serve.host, config.serve.port, config.serve.enabled) == ("::", 0, True)
    assert config.store == "postgresql://user@db/news"
    assert (config.keep.entries, config.keep.log) == (None, timedelta(weeks=1))
    assert config.keep.versions == timedelta(days=365)


@pytest.mark.parametrize(("word", "enabled"), [("false", False), ("true", True), ("{}", True)])
def test_serve_may_be_a_switch(path: Path, word: str, *, enabled: bool) -> None:
    """`serve: false` switches serving off."""
    assert read(path, f"{ONE}serve: {word}\n").serve.enabled is enabled


def test_an_empty_value_means_the_default(path: Path) -> None:
    """A section whose keys are all commented out is as good as none."""
    config = read(path, ONE + "newsfeed:\n  # title: x\nfeeds:\npublish: {hub: null}\n")
    assert config.newsfeed == NewsfeedSettings()


@pytest.mark.parametrize(
    ("given", "mode", "max_words", "link"),
    [
        ("{mode: full}", Mode.FULL, None, None),
        ("{mode: headline}", Mode.HEADLINE, None, None),
        ("{mode: excerpt, max_words: 60}", Mode.EXCERPT, 60, None),
        ("{link: before-text}", Mode.EXCERPT, 40, LinkPlace.BEFORE_TEXT),
        ("{}", Mode.EXCERPT, 40, None),
        ("full", Mode.FULL, None, None),
        ("excerpt", Mode.EXCERPT, 40, None),
        ("{preset: headline}", Mode.HEADLINE, None, None),
        ("{preset: full, mode: excerpt}", Mode.EXCERPT, 40, None),
        ("{preset: headline, mode: excerpt}", Mode.EXCERPT, 40, None),
        ("{preset: excerpt, mode: full}", Mode.FULL, None, None),
    ],
)
def test_stated_terms(
    path: Path, given: str, mode: Mode, max_words: int | None, link: LinkPlace | None
) -> None:
    """Terms say as much as they say: no mode is an excerpt, no link asks for none."""
    expected = Reuse(mode=mode, max_words=max_words, link=link, stated=True)
    assert read_source(path, f"reuse: {given}").reuse == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("cc-by", PRESETS["cc-by"]),
        ("{preset: cc-by-nd}", PRESETS["cc-by-nd"]),
        (
            "{preset: cc-by, link: after-text, images: true}",
            replace(PRESETS["cc-by"], link=LinkPlace.AFTER_TEXT, images=True),
        ),
        (
            "{preset: cc-by, mode: excerpt, notice: N}",
            replace(PRESETS["cc-by"], mode=Mode.EXCERPT, max_words=40, notice="N"),
        ),
        ("{preset: cc-by, mode: full}", PRESETS["cc-by"]),
    ],
)
def test_a_licence_gives_every_key_that_is_not_written(
    path: Path, given: str, expected: Reuse
) -> None:
    """Terms by name are terms whose single keys can be overridden."""
    assert read_source(path, f"reuse: {given}").reuse == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("ai: no", {"ai": False}),
        ("ai: false, derivatives: no", {"ai": False, "derivatives": False}),
        (
            "delay: 30m, embargo: 2h",
            {"delay": timedelta(minutes=30), "embargo": timedelta(hours=2)},
        ),
        ("embargo: 2026-12-01", {"embargo_until": datetime(2026, 11, 30, 20, tzinfo=UTC)}),
        ("embargo: 2026-12-01T18:00Z", {"embargo_until": datetime(2026, 12, 1, 18, tzinfo=UTC)}),
        ("embargo: 2026-12-01 18:00", {"embargo_until": datetime(2026, 12, 1, 14, tzinfo=UTC)}),
        ("until: 2026-12-31", {"until": datetime(2026, 12, 31, 20, tzinfo=UTC)}),
        ("until: 2026-12-31T12:00+04:00", {"until": datetime(2026, 12, 31, 8, tzinfo=UTC)}),
    ],
)
def test_terms_of_time_and_of_use_arrive(path: Path, given: str, expected: dict[str, Any]) -> None:
    """A day without a zone is the newsfeed's: embargoes end with its start, terms with its end."""
    config = read(
        path,
        "newsfeed: {timezone: Asia/Yerevan}\n"
        f'sources: [{{url: "https://a.example/f", reuse: {{{given}}}}}]\n',
    )
    assert config.sources[0].reuse == Reuse(link=None, stated=True, **expected)
    assert config.pending == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("embargo: soon", "is neither a time nor a duration"),
        ("embargo: 2026-13-01", "is not a date"),
        ("until: 1h", "is not a date"),
        ("until: 9999-12-31", "is not a year of our time"),
        ("delay: 2026-12-31", "is not a duration"),
        ("preset: cc-by-5", "preset"),
    ],
)
def test_terms_that_mean_nothing_are_mistakes(path: Path, given: str, said: str) -> None:
    """With the next step in the message."""
    with pytest.raises(ConfigError, match=said):
        read_source(path, f"reuse: {{{given}}}")


def test_unstated_terms_are_the_strict_ones(path: Path) -> None:
    """Without terms: an excerpt of 40 words, linked in the first passage, no images."""
    terms = read_source(path, "id: x").reuse
    assert terms == Reuse(Mode.EXCERPT, 40, LinkPlace.FIRST_PASSAGE, images=False, stated=False)


@pytest.mark.parametrize(
    ("keys", "pending"),
    [
        ("kind: auto", []),
        ("kind: page, select: h2 a", ["kind", "select"]),
        ("select: {item: h2, link: a}", ["select"]),
        ("filters: {exclude: {title: [a, b]}}", []),
        ("check_links: true, full_text: false", []),
        ("reuse: full", []),
        ("reuse: cc-by", []),
        ("reuse: {embargo: 1h, delay: 1h, until: 2026-12-31, ai: false, derivatives: false}", []),
    ],
)
def test_keys_of_a_source_not_in_effect_yet_are_named(
    path: Path, keys: str, pending: list[str]
) -> None:
    """Where the user wrote such a key, and only there."""
    config = read(path, f'sources:\n- {{id: x, url: "https://a.example/feed", {keys}}}\n')
    prefixes = [line.split(": ", 2)[1:] for line in config.pending]
    assert prefixes == [["not in effect yet", f"sources.x.{key}"] for key in pending]
    assert all(line.startswith(f"{path}:2:") for line in config.pending)


def test_settings_not_in_effect_yet_are_named(path: Path) -> None:
    """Each with the place of its key."""
    config = read(
        path,
        ONE
        + "newsfeed: {max_share: 5%, close_after: 1h}\n"
        + "publish:\n  also: []\n  templates: null\n  hub: null\n"
        + "serve: false\nkeep: {versions: 1y, entries: 9y, log: 90d}\n"
        + "include: ['a/*.yaml', {opml: 'https://a.example/o', tags: [x]}]\n"
        + "filters: {}\nfeeds: [{slug: a, include: {tags: [x]}}]\nstore: postgresql://h/d\n",
    )
    assert [line.removeprefix(f"{path}:") for line in config.pending] == [
        "8:22: not in effect yet: keep.entries",
        "12:1: not in effect yet: store",
    ]


RULES = """
filters:
  include: {tags: [Armenia], languages: [hy-AM]}
  exclude:
    - {title: "(?i)press review", words: обзор печати}
    - {link: [/ads/, "^http:"], author: Bot, category: x, text: y, sources: [a]}
    - {}
sources:
- {id: a, url: "https://a.example/feed", tags: [armenia], filters: {exclude: {words: [a b, c]}}}
- {id: b, url: "https://b.example/feed", filters: {include: {}}}
feeds:
- {slug: all}
- {slug: young, title: Young, include: [{tags: [ARMENIA]}, {tags: [armenia]}], age: 3d, items: 7}
"""


def test_filters_and_feeds_arrive(path: Path) -> None:
    """One match or several, one value or several; what asks for nothing is left out."""
    config = read(path, RULES)
    assert config.filters == Rule(
        (Condition(tags=("Armenia",), languages=("hy-AM",)),),
        (
            Condition(title=("(?i)press review",), words=("обзор печати",)),
            Condition(
                link=("/ads/", "^http:"), author=("Bot",), category=("x",), text=("y",),
                sources=("a",),
            ),
        ),
    )  # fmt: skip
    own = Rule(exclude=(Condition(words=("a b", "c")),))
    assert [source.filters for source in config.sources] == [own, Rule()]
    either = (Condition(tags=("ARMENIA",)), Condition(tags=("armenia",)))
    assert config.feeds == (
        FeedSettings("all", "all"),
        FeedSettings("young", "Young", Rule(either, age=timedelta(days=3), items=7)),
    )
    assert not any("no source" in line for line in config.warnings)


def test_a_match_that_names_nobody_is_a_warning(path: Path) -> None:
    """An id or a tag that no source has, with the nearest one; nothing where lists bring more."""
    text = (
        "sources: [{id: hetq, url: 'https://a.example/feed', tags: [armenia]}]\n"
        "filters: {exclude: [{sources: [hetq, hetk]}, {title: tags}]}\n"
        "feeds: [{slug: a, include: {tags: [armenai, Armenia, x]}}]\n"
    )
    told = [line.removeprefix(f"{path}:") for line in read(path, text).warnings[1:]]
    assert told == [
        '2:38: filters.exclude.sources: no source has the id "hetk"; did you mean "hetq"?',
        '3:36: include.tags: no source bears the tag "armenai"; did you mean "armenia"?',
        '3:54: include.tags: no source bears the tag "x"',
    ]
    listed = text + "include: [{opml: l.opml, tags: [y]}]\n"
    assert len(read(path, listed).warnings) == 1


def test_store_sqlite_is_in_effect(path: Path) -> None:
    """The default, written out, is nothing to tell."""
    assert read(path, ONE + "store: sqlite\n").pending == ()


@pytest.mark.parametrize("serve", ["false", "{enabled: false}"])
def test_a_hub_without_serving_is_warned_of(path: Path, serve: str) -> None:
    """The built-in one alone: nobody answers for it."""
    known = f"{ONE}newsfeed: {{contact: a@b.example}}\nserve: {serve}\npublish: {{hub: "
    (line,) = read(path, f"{known}builtin}}\n").warnings
    assert line.startswith(f"{path}:4:")
    assert "no feed names it" in line
    assert read(path, f"{known}'https://hub.example/'}}\n").warnings == ()


@pytest.mark.parametrize(
    "hub", ["https://user:word@hub.example/", "https://hub.example/?token=abcdefghi", "hub"]
)
def test_a_hub_that_everybody_may_know(path: Path, hub: str) -> None:
    """Its address stands in every feed."""
    with pytest.raises(ConfigError) as caught:
        read(path, f"{ONE}publish: {{hub: '{hub}'}}\n")
    assert (
        "word" not in str(caught.value)
        or "user or" in str(caught.value)
        or "user," in str(caught.value)
    )


def test_warnings(path: Path) -> None:
    """What is allowed and should be known is told with its place."""
    config = read(
        path,
        "polling: {min_interval: 5m}\nsources:\n- https://a.example/feed\n"
        "- {id: x, url: 'https://a.example/feed', interval: 2d}\n",
    )
    starts = ["1:1: newsfeed.contact is not set: publishers cannot reach you",
              "1:25: polling.min_interval is lowered to 5m: publishers throttle or block",
              "4:16: this url is already that of the source in line 3",
              '4:52: "interval: 2d" is above polling.max_interval (1d)']  # fmt: skip
    told = [line.removeprefix(f"{path}:") for line in config.warnings]
    assert [line[: len(start)] for line, start in zip(told, starts, strict=True)] == starts


def test_a_polite_configuration_has_no_warnings(path: Path) -> None:
    """With a contact and the usual bounds there is nothing to tell."""
    assert read(path, ONE + "newsfeed: {contact: 'https://a.example/about'}\n").warnings == ()


@pytest.mark.parametrize(
    ("bounds", "minutes"),
    [("max_interval: 45m", 45), ("min_interval: 2h", 120), ("min_interval: 1m", 60)],
)
def test_the_default_interval_gives_way_to_the_bounds(
    path: Path, bounds: str, minutes: int
) -> None:
    """Only an interval that is written can be a mistake."""
    config = read(path, f"{ONE}polling: {{{bounds}}}\n")
    assert config.polling.interval == timedelta(minutes=minutes)


def test_a_lowered_bound_allows_a_short_interval(path: Path) -> None:
    """A source may be polled as often as min_interval allows."""
    text = "polling: {min_interval: 1m}\nsources: [{url: 'https://a.example/', interval: 1m}]"
    assert read(path, text).sources[0].interval == timedelta(minutes=1)


def test_yaml_1_2_has_two_truths(path: Path) -> None:
    """`no` is Norwegian, not false."""
    source = read_source(path, "language: no, name: yes")
    assert (source.language, source.name) == ("no", "yes")


@pytest.mark.parametrize("number", ["7", "0x7", "0o7", "0b111", "+7", "1_0"])
def test_whole_numbers(path: Path, number: str) -> None:
    """Numbers may be written as YAML 1.2 writes them."""
    assert read_source(path, f"max_items: {number}").max_items in {7, 10}


def test_anchors_and_merge_keys(path: Path) -> None:
    """Terms may be written once; what a mapping says itself comes first."""
    config = read(
        path,
        """
sources:
  - &first {id: a, url: "https://a.example/1", reuse: &terms {mode: full, images: true}}
  - {<<: *first, id: b, url: "https://a.example/2"}
  - {id: c, url: "https://a.example/3", reuse: {<<: [*terms, {credit: C}], mode: excerpt}}
  - &first {id: d, url: "https://a.example/4", reuse: *terms}
""",
    )
    modes = [(source.id, source.reuse.mode, source.reuse.images) for source in config.sources]
    assert modes == [
        ("a", Mode.FULL, True),
        ("b", Mode.FULL, True),
        ("c", Mode.EXCERPT, True),
        ("d", Mode.FULL, True),
    ]
    assert config.sources[2].reuse.credit == "C"


def test_variables_are_filled_in(path: Path) -> None:
    """`${NAME}` and `${NAME:-default}` in texts, numbers and truths; `$${` is the signs."""
    keys = """name: "${N} ${M:-m} $${N}", max_items: "${COUNT}", weight: "${W}",
      enabled: "${ON}", headers: {X: "Bearer ${N}"}, interval: "${I}", user_agent: "${E:-u}" """
    source = read_source(path, keys, N="n", COUNT="7", W="1.5", ON="false", I="2h", E="")
    assert (source.name, source.max_items, source.weight) == ("n m ${N}", 7, 1.5)
    assert (source.enabled, source.headers) == (False, (("X", "Bearer n"),))
    assert (source.interval, source.user_agent) == (timedelta(hours=2), "u")
    assert type(source.name) is str


def test_an_escaped_variable_is_a_text(path: Path) -> None:
    """`$${N}` alone is no variable at all."""
    assert read_source(path, 'name: "$${N}"').name == "${N}"


def test_secrets_of_files(path: Path) -> None:
    """`KEY_file` is read from a file beside the YAML, without the white space around it."""
    (path.parent / "token").write_text(" Bearer t\n", encoding="utf-8")
    (path.parent / "url").write_text("postgresql://u:p@h/d\n", encoding="utf-8")
    config = read(
        path,
        "store_file: url\nnewsfeed: {title_file: token}\nsources:\n"
        "- {url: 'https://a.example/', name_file: token, headers: {Authorization_file: token},\n"
        "   reuse: {credit_file: token}}\n",
    )
    source = config.sources[0]
    assert (config.store, config.newsfeed.title) == ("postgresql://u:p@h/d", "Bearer t")
    assert source.headers == (("Authorization", "Bearer t"),)
    assert (source.name, source.reuse.credit) == ("Bearer t", "Bearer t")


def test_an_empty_file_key_is_none(path: Path) -> None:
    """`name_file:` without a path is as good as not written."""
    assert read_source(path, "name_file: ").name is None


def test_json_is_read_with_tabs_and_pairs(path: Path) -> None:
    """JSON is YAML: tabs, escaped slashes and surrogate pairs included."""
    text = '{\n\t"$schema": "x",\n\t"sources": [{'
    text += '"url":"https:\\/\\/a.example/",\t"name":"\\ud83d\\ude00é"}]}'
    json.loads(text)
    for name in ("c.json", "c.yaml"):
        config = read(path.with_name(name), text)
        assert (config.sources[0].url, config.sources[0].name) == ("https://a.example/", "😀é")


def test_flow_yaml_is_no_broken_json(path: Path) -> None:
    """A YAML file may begin with a brace."""
    assert read(path, "{sources: [https://a.example/feed]} # all\n").sources[0].url


def test_a_byte_order_mark_is_no_part_of_the_file(path: Path) -> None:
    """Some editors write one."""
    assert read(path, "\ufeff" + ONE).sources[0].location == f"{path}:1"


@pytest.mark.parametrize(
    ("url", "source_id"),
    [
        ("https://hetq.am/en/rss", "hetq-am-en-rss"),
        ("https://www.a.example/", "a-example"),
        ("https://a.example/feed?x=1", "a-example-feed-x-1"),
        ("https://նոր.հայ/", "xn-"),
        ("https://a.example/" + "x" * 80, "a-example-xxxx"),
        ("https://a..example/", "a-example"),
    ],
)
def test_ids_are_made_of_urls(url: str, source_id: str) -> None:
    """Host and path as a slug; what is too long is cut and marked by a digest."""
    assert derive_id(url, ()).startswith(source_id)


def test_derived_ids_do_not_collide(path: Path) -> None:
    """A second URL with the same slug gets a digest, the same URL again a number."""
    urls = ["https://a.example/x", "https://a.example/x/", "https://a.example/x"] * 2
    ids = [
        source.id for source in read(path, "sources:\n" + "".join(f"- {u}\n" for u in urls)).sources
    ]
    assert ids[0] == "a-example-x"
    assert len(set(ids)) == len(urls)
    assert derive_id(urls[1], ["a-example-x"]) == ids[1]


@given(st.text(max_size=90), st.lists(st.text(max_size=9)))
def test_a_derived_id_is_always_a_valid_id(tail: str, taken: list[str]) -> None:
    """Whatever the URL, the id has the form that ids written by hand must have."""
    made = derive_id(f"https://a.example/{tail}", taken)
    assert made not in taken
    assert 0 < len(made) <= 64
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert made[0] != "-"


@given(st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds)))
def test_durations_survive_being_written(duration: timedelta) -> None:
    """Reading what was written gives the same duration."""
    assert read_duration(write_duration(duration)) == duration


@pytest.mark.parametrize(
    ("word", "seconds"),
    [("45s", 45), ("30m", 1800), ("1h30m", 5400), ("90d", 7776000), ("5y", 157680000)],
)
def test_durations(word: str, seconds: int) -> None:
    """A duration is counts with units; a year has 365 days."""
    assert read_duration(word).total_seconds() == seconds


@pytest.mark.parametrize(
    "word", ["", "5", "m", "-5m", "1.5h", "5 m", "30min", None, True, "9999999999y"]
)
def test_what_is_no_duration(word: object) -> None:
    """Anything else is told as such."""
    with pytest.raises(ValueError, match=r"is not a duration|is too long"):
        read_duration(word)


@pytest.mark.parametrize(
    ("word", "size"), [("10MB", 10**7), ("500kB", 500_000), ("10MiB", 10 * 2**20), ("1 b", 1)]
)
def test_sizes(word: str, size: int) -> None:
    """MB is decimal, MiB binary."""
    assert read_size(word) == size


@pytest.mark.parametrize("word", ["0MB", "10", "10M", "-1kB", 5])
def test_what_is_no_size(word: object) -> None:
    """A size needs a unit and is above nothing."""
    with pytest.raises(ValueError, match="is not a size"):
        read_size(word)


@pytest.mark.parametrize("word", ["0%", "101%", "25", 0.25])
def test_what_is_no_percentage(word: object) -> None:
    """A share is above 0 % and at most 100 %."""
    with pytest.raises(ValueError, match="is not a percentage"):
        read_percent(word)


def test_five_hundred_sources_load_fast(path: Path) -> None:
    """Measured 0.1 s for bare URLs; the reading of a reload must not be felt."""
    lines = "".join(f"- {{id: s{n}, url: 'https://s{n}.example/'}}\n" for n in range(500))
    began = time.process_time()
    assert len(read(path, f"sources:\n{lines}").sources) == 500
    assert time.process_time() - began < 2  # generous: machines differ


def test_the_projects_own_sources_are_in_order() -> None:
    """config/sources.yaml: many sources in three languages, nothing wrong, nothing pending."""
    config = load(PROJECT, {})
    assert config.pending == ()
    assert len(config.sources) >= 14
    assert {source.language for source in config.sources} == {"hy", "en", "ru"}
    first = config.sources[0]
    assert (first.id, first.url) == ("azatutyun", "https://www.azatutyun.am/api/")
    assert (first.reuse.mode, first.reuse.link) == (Mode.FULL, LinkPlace.BEFORE_TEXT)
    assert not any(source.reuse.images for source in config.sources)
    assert [line for line in config.warnings if "contact" not in line] == []


def test_the_starter_loads_and_is_never_overwritten(tmp_path: Path) -> None:
    """`init` writes a configuration that is right, with its schema, and only where none is."""
    path = tmp_path / "config" / "sources.yaml"
    write_starter(path)
    config = load(path, {})
    assert (len(config.sources), config.pending) == (2, ())
    assert path.with_name("sources.schema.json").is_file()
    assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=./sources.schema")
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"1:1: a file is there already"):
        write_starter(path)
    assert path.read_text("utf-8") == "mine"


def test_a_starter_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where a folder should be is a message, not a crash."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_starter(tmp_path / "file" / "below" / "sources.yaml")
