"""Pages as HTML: what stands on them, in each language, and with a site's own templates."""

import gzip
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html as reader

from aggregator.core.model import SourceRef
from aggregator.core.page import (
    LANGUAGES,
    Around,
    Kind,
    Page,
    Place,
    Question,
    make_archive,
    make_listing,
    make_results,
)
from aggregator.core.settings import NewsfeedSettings
from aggregator.edges.page import (
    render_archive,
    render_assets,
    render_listing,
    render_page,
    render_results,
)
from aggregator.edges.page.opening import OURS
from aggregator.edges.page.words import load_table
from tests.core.make import make_words
from tests.core.test_page import AT, DAY, NEWSFEED, make, make_shown
from tests.xss import Case, Judge, find_faults, load_cases, make_safe

CASES = [case for case in load_cases() if case.where in {"content", "title"}]
BASE = "{% extends 'base.html' %}"
OUR_ATTRIBUTES = {"class", "rel"}
EVIL = '"><script>alert(1)</script>{{ 7 * 7 }}&'


def draw(page: Page, language: str = "en", templates: Path | None = None) -> Any:  # noqa: ANN401 - lxml ships no types
    """The page in one language as a tree."""
    rendered = render_page(page, templates)
    assert rendered.problem is None
    first = page.frame.languages[0]
    name = "index.html" if language == first else f"index.{language}.html"
    return read({output.path: output.body for output in rendered.outputs}[page.frame.folder + name])


def read(body: bytes) -> Any:  # noqa: ANN401 - lxml ships no types
    """A document as a tree."""
    return reader.fromstring(body, parser=reader.HTMLParser(encoding="utf-8"))


def words(tree: Any, path: str) -> list[str]:  # noqa: ANN401 - lxml ships no types
    """The words of each element at this place, blanks joined."""
    return [" ".join(one.text_content().split()) for one in tree.xpath(path)]


def test_a_story_says_all_that_its_terms_ask_for() -> None:
    """Headline with its link, credit, source, local time, comments, licence, language."""
    tree = draw(
        make(
            make_shown(
                html='<p><a href="https://hetq.example/news/1">Hetq</a>. Text.</p>',
                comments_count=3,
                comments_url="https://hetq.example/1#c",
                license="https://creativecommons.org/licenses/by/4.0/",
                rights="© Hetq",
                via=("Planet", "https://planet.example/"),
                ai=False,
            )
        )
    )
    story = tree.xpath("//article")[0]
    assert words(story, "h3/a[@href='https://hetq.example/news/1']") == ["Title 1"]
    assert words(story, ".//div[@lang='hy']/p") == ["Hetq. Text."]
    assert words(story, "p/span[1]") == ["Hetq via Planet"]
    times = [(one.get("datetime"), one.text_content()) for one in story.xpath(".//time")]
    assert times == [("2023-09-21T22:03:00+04:00", "September 21, 2023, 22:03")]
    assert words(story, ".//ul/li") == ["3 comments", "© Hetq", "Licence", "Not for use by AI"]
    assert story.xpath(".//a[@href='https://hetq.example/1#c']")
    assert words(story, "p/span[@lang='hy']") == ["Հայերեն"]
    assert story.get("data-ai") == "no"


@pytest.mark.parametrize(
    ("count", "language", "said"),
    [
        (0, "en", ["No comments"]),
        (1, "en", ["1 comment"]),
        (3, "ru", ["3 комментария"]),
        (5, "ru", ["5 комментариев"]),
        (3, "hy", ["3 մեկնաբանություն"]),
        (None, "en", []),
    ],
)
def test_comments_are_counted_where_their_number_is_known(
    count: int | None, language: str, said: list[str]
) -> None:
    """In the grammar of each language; nothing is said of what nobody knows."""
    tree = draw(make(make_shown(comments_count=count)), language)
    assert words(tree, "//article/ul/li") == said


@pytest.mark.parametrize(
    ("language", "lang", "turn"),
    [("en", None, None), ("hy", "hy", None), ("ar", "ar", "rtl"), (None, "", "auto")],
)
def test_foreign_passages_say_their_language_and_direction(
    language: str | None, lang: str | None, turn: str | None
) -> None:
    """Those of the page's own language say nothing; an empty one says that nobody knows."""
    tree = draw(make(make_shown(language=language)))
    for path in ("//article/h3", "//article/div"):
        marked = tree.xpath(path)[0]
        assert (marked.get("lang"), marked.get("dir")) == (lang, turn)


def test_nothing_of_a_feed_is_taken_for_markup() -> None:
    """Names, titles, rights and tags are words, whatever they hold; a text is clean before."""
    evil = make_shown(
        id=EVIL,
        title=EVIL,
        rights=EVIL,
        source=SourceRef(EVIL, link="https://e.example/?a=1&b=2"),
        via=(EVIL, "https://via.example/"),
        language='x" onload="alert(1)',
        comments_count=1,
        html="<p>clean</p>",
    )
    newsfeed = NewsfeedSettings(title=EVIL, base_url=NEWSFEED.base_url)
    page = make(evil, make_shown(), tags={EVIL: EVIL}, name=EVIL, kind=Kind.TAG, newsfeed=newsfeed)
    for output in render_page(page).outputs:
        tree = read(output.body)
        assert not tree.xpath("//script | //@onload")
        assert words(tree, "(//article)[1]/h3") == [EVIL]
        assert EVIL in words(tree, "//h1")[0]
        assert "49" not in output.body.decode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_attack_comes_back_by_what_the_page_does_to_texts(case: Case) -> None:
    """What was cleaned stays harmless and balanced when it is parted and its media are links."""
    safe = make_safe(case)
    fields = {"title": case.value} if case.where == "title" else {}
    text = f"<p>{make_words(60)}</p>"
    shown = make_shown(html=(text + safe) * 3 + text if case.where == "content" else text, **fields)
    page = make(shown)
    item = page.sections[0].items[0]
    for part in (item.lead, item.rest, item.tail):
        assert Judge(part).faults == []
    article = draw(page).xpath("//article")[0]
    for element in article.iterdescendants():
        assert find_faults(element.tag, list(own_attributes(element))) == []


def own_attributes(element: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - lxml ships no types
    """The attributes but for those of our own templates."""
    return ((name, value) for name, value in element.attrib.items() if name not in OUR_ATTRIBUTES)


def test_a_lone_surrogate_costs_itself() -> None:
    """No encoding has one; the other words of the page stay."""
    assert b"Title ?" in render_page(make(make_shown(title="Title \ud800"))).outputs[0].body


def test_a_long_text_is_folded_and_our_words_stay_before_the_eye() -> None:
    """The way to the rest is in the page's language, also where the text runs the other way."""
    long = "".join(f"<p>{'كلمة ' * 70}</p>" for _ in range(4))
    notice = "<p><small>© Hetq</small></p>"
    tree = draw(make(make_shown(html=long + notice, language="ar")), "ru")
    assert words(tree, "//details/summary[@lang='ru'][@dir='ltr']") == ["Читать полностью"]
    assert len(tree.xpath("//details/p")) == 3
    assert words(tree, "//div[@class='tail']") == ["© Hetq"]
    assert not tree.xpath("//details//small")


def test_the_page_in_each_language() -> None:
    """The newsfeed's is index.html; the ways keep to the reader's language."""
    page = make(make_shown(), day=DAY, previous=date(2023, 9, 20), languages=("hy", "en", "ru"))
    paths = [output.path for output in render_page(page).outputs]
    assert paths == ["index.html", "index.en.html", "index.ru.html"]
    for language, heading in [
        ("hy", "21 սեպտեմբերի, 2023 թ., հինգշաբթի"),
        ("en", "Thursday, September 21, 2023"),
        ("ru", "Четверг, 21 сентября 2023 г."),
    ]:
        tree = draw(page, language)
        assert tree.get("lang") == language
        assert words(tree, "//h1") == [heading]
        before = "index.html" if language == "hy" else f"index.{language}.html"
        assert tree.xpath("//a[@rel='prev']/@href") == [f"2023/09/20/{before}"]
        assert tree.xpath("//nav//a[@aria-current='true']/@lang") == [language]
        assert tree.xpath("//link[@rel='alternate'][@hreflang]/@href") == paths


def test_the_head_of_a_page() -> None:
    """Canonical, autodiscovery, Open Graph, and what machines are told."""
    page = make(make_shown(ai=False), day=DAY, folder="2023/09/21/", days=frozenset({DAY}))
    head = draw(page, "ru").xpath("/html/head")[0]
    assert head.xpath("link[@rel='canonical']/@href") == [
        "https://news.example.org/2023/09/21/index.ru.html"
    ]
    assert head.xpath("link[@rel='alternate'][@type]/@href") == [
        "../../../atom.xml", "../../../rss.xml", "../../../feed.json",
    ]  # fmt: skip
    assert head.xpath("meta[@name='robots']/@content") == ["noai, noimageai"]
    assert head.xpath("meta[@name='tdm-reservation']/@content") == ["1"]
    graph = {one.get("property"): one.get("content") for one in head.xpath("meta[@property]")}
    assert graph == {
        "og:url": "https://news.example.org/2023/09/21/index.ru.html",
        "og:type": "website",
        "og:site_name": "Day newsfeed",
        "og:title": "Четверг, 21 сентября 2023 г. – Day newsfeed",
        "og:description": "1 новость, 1 источник. Каждая новость один раз, каждый источник назван.",
        "og:locale": "ru_RU",
    }
    assert head.xpath("link[@rel='stylesheet']/@href") == ["../../../assets/page.css"]


def test_a_page_that_reserves_nothing_says_nothing_to_machines() -> None:
    """Nor has one of this machine an address."""
    page = make(make_shown(), newsfeed=NewsfeedSettings())
    head = draw(page).xpath("/html/head")[0]
    assert not head.xpath("meta[@name='robots'] | meta[@name='tdm-reservation']")
    assert not head.xpath("link[@rel='canonical'] | meta[@property='og:url']")


def test_no_page_holds_a_script_a_style_or_asks_others() -> None:
    """What is fetched is of the page's own server; nothing is inline, so that the policy holds."""
    shown = make_shown(html='<p><img src="https://cdn.example/a.jpg" alt="A">x</p>')
    for output in render_page(make(shown, day=DAY, days=frozenset({DAY}), has_search=True)).outputs:
        tree = read(output.body)
        assert not tree.xpath(
            "//script | //style | //@style | //img | //iframe | //video | //audio"
        )
        fetched = tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //@src | //@srcset")
        assert fetched == ["assets/icon.svg", "assets/page.css"]
        policy = tree.xpath("//meta[@http-equiv]/@content")[0]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_a_day_without_stories_is_kind() -> None:
    """It says why, and leads on."""
    tree = draw(make(day=DAY, previous=date(2023, 9, 20), days=frozenset({DAY})))
    assert "as soon as a source reports one" in words(tree, "//main")[0]
    assert tree.xpath("//a[@rel='prev']")
    assert words(draw(make(kind=Kind.TAG, name="war")), "//main/p")[0].startswith("No stories yet")


def test_the_newest_stories_stand_under_their_days() -> None:
    """Each heading in the reader's language, with the way to the day where it has an edition."""
    shown = [make_shown("a"), make_shown("b", published=AT - timedelta(days=1))]
    tree = draw(make(*shown, days=frozenset({DAY})), "ru")
    headings = ["Четверг, 21 сентября 2023 г.", "Среда, 20 сентября 2023 г."]
    assert words(tree, "//main/section/h2") == headings
    assert tree.xpath("//main/section/h2/a/@href") == ["2023/09/21/index.ru.html"]
    assert words(tree, "//nav[@class='sections']//a") == headings


def test_sections_of_a_day_stand_under_their_tags() -> None:
    """Those without one under words of the interface."""
    shown = [make_shown("a"), make_shown("b")]
    tree = draw(make(*shown, tags={shown[0].id: "war"}, day=DAY), "hy")
    assert words(tree, "//main/section/h2") == ["war", "Այլ լուրեր"]
    assert words(draw(make(*shown, day=DAY)), "//main/section/h2") == ["2 stories"]


@pytest.mark.parametrize("tags", [{}, {"https://hetq.example/a": "war"}])
@pytest.mark.parametrize("day", [None, DAY])
def test_every_name_in_a_page_is_given_once_and_found(
    day: date | None, tags: dict[str, str]
) -> None:
    """What labels and ways refer to is there, whatever the page is parted by."""
    places = (Place(Kind.TAG, "war", "tags/war/"), Place(Kind.SOURCE, "Hetq", "sources/hetq/"))
    shown = [make_shown("a"), make_shown("b", published=AT - timedelta(days=1))]
    days = frozenset({DAY})
    tree = draw(make(*shown, tags=tags, day=day, days=days, places=places, has_search=True))
    names = tree.xpath("//@id")
    assert len(names) == len(set(names))
    meant = tree.xpath("//@aria-labelledby | //@for")
    meant += [way.removeprefix("#") for way in tree.xpath("//a[starts-with(@href, '#')]/@href")]
    assert set(meant) <= set(names)


@pytest.mark.parametrize(
    ("kind", "name", "heading"),
    [
        (Kind.LIVE, "", "Latest news"),
        (Kind.SOURCE, "Hetq", "Source: Hetq"),
        (Kind.TAG, "war", "Topic: war"),
        (Kind.LANGUAGE, "hy", "Language: Հայերեն"),
        (Kind.LANGUAGE, "xx", "Language: xx"),
        (Kind.FEED, "Karabakh {0}", "Karabakh {0}"),
    ],
)
def test_each_kind_of_page_says_what_it_is(kind: Kind, name: str, heading: str) -> None:
    """Languages by what they call themselves; a name with braces is a name."""
    tree = draw(make(make_shown(), kind=kind, name=name))
    assert words(tree, "//h1") == [heading]
    title = "Day newsfeed" if kind is Kind.LIVE else f"{heading} – Day newsfeed"
    assert words(tree, "//title") == [title]


def test_search_is_offered_only_where_there_is_one() -> None:
    """Its answer comes in the language of the page."""
    without = draw(make(make_shown()))
    assert not without.xpath("//form")
    form = draw(make(make_shown(), folder="tags/war/", kind=Kind.TAG, has_search=True), "ru").forms[
        0
    ]
    assert (form.method, form.action, dict(form.fields)) == (
        "GET", "../../search", {"q": "", "lang": "ru"},
    )  # fmt: skip


def test_what_a_search_found() -> None:
    """The words that were asked for stay words, also in the addresses of other pages."""
    asked = 'a&b="<i>'
    question = Question(asked, 45, 2)
    found = make_results(question, [], NEWSFEED, Around(has_search=True, days=frozenset({DAY})))
    tree = read(render_results(found, "hy").outputs[0].body)
    assert tree.forms[0].fields["q"] == asked
    assert tree.xpath("//a[@rel='prev']/@href") == ["search?q=a%26b%3D%22%3Ci%3E&lang=hy"]
    assert tree.xpath("//a[@rel='next']/@href") == ["search?q=a%26b%3D%22%3Ci%3E&lang=hy&page=3"]
    assert tree.xpath("//nav//a[@lang='en']/@href") == ["search?q=a%26b%3D%22%3Ci%3E&page=2"]
    assert words(tree, "//h1") == [f"«{asked}». գտնվել է 45 լուր"]


@pytest.mark.parametrize(
    ("query", "said"), [("x", "Try fewer words"), ("", "What are you looking for")]
)
def test_a_search_that_found_nothing_helps_on(query: str, said: str) -> None:
    """In a language that nobody has words of, in the first one."""
    found = make_results(Question(query), [], NEWSFEED, Around(has_search=True))
    assert said in words(read(render_results(found, "xx").outputs[0].body), "//main")[0]


def test_the_archive_leads_to_every_day() -> None:
    """In the reader's language."""
    archive = make_archive(NEWSFEED, Around(folder="days/", days=frozenset({DAY})))
    outputs = render_archive(archive).outputs
    assert [output.path for output in outputs] == [
        "days/index.html", "days/index.hy.html", "days/index.ru.html",
    ]  # fmt: skip
    assert "../2023/09/21/index.hy.html" in read(outputs[1].body).xpath("//main//a/@href")
    assert (
        "No stories yet"
        in render_archive(make_archive(NEWSFEED, Around())).outputs[0].body.decode()
    )


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        (Kind.SOURCE, "Բոլոր աղբյուրները"),
        (Kind.TAG, "Բոլոր թեմաները"),
        (Kind.LANGUAGE, "Բոլոր լեզուները"),
        (Kind.FEED, "Ամբողջ ընտրանին"),
    ],
)
def test_a_list_leads_to_every_folder_of_its_kind(kind: Kind, heading: str) -> None:
    """Those of one kind have one more page where they are many."""
    places = tuple(Place(kind, f"x{number}", f"there/{number}/") for number in range(41))
    around = Around(folder="there/", places=places)
    tree = read(render_listing(make_listing(kind, NEWSFEED, around)).outputs[1].body)
    assert words(tree, "//h1") == [heading]
    assert len(tree.xpath("//main//a[starts-with(@href, '../there/')]")) == 41
    assert words(tree, "//footer//li")[-1] == heading


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language: str) -> None:
    """With the same parts to be filled in, and all the forms that its numbers ask for."""
    table = load_table()

    def list_parts(phrase: Any) -> Any:  # noqa: ANN401 - a phrase or its forms
        if isinstance(phrase, dict):
            return {form: list_parts(one) for form, one in phrase.items() if form != "few"}
        return sorted(re.findall(r"\{\w+\}", phrase))

    assert {name: list_parts(one) for name, one in table[language].items()} == {
        name: list_parts(one) for name, one in table["en"].items()
    }
    forms = {form for one in table[language].values() if isinstance(one, dict) for form in one}
    assert ("few" in forms) == (language == "ru")


def test_the_same_stories_give_the_same_bytes() -> None:
    """There is no clock and no chance in a page."""
    pages = [make(make_shown("a"), make_shown("b"), day=DAY, days=frozenset({DAY})) for _ in "12"]
    assert render_page(pages[0]) == render_page(pages[1])


# A site's own templates ---------------------------------------------------------


def test_a_site_replaces_one_template(tmp_path: Path) -> None:
    """The others stay ours, and it can build on ours of the same name."""
    (tmp_path / "subscribe.html").write_text("<p id='own'>{{ frame.title }}</p>", encoding="utf-8")
    tree = draw(make(make_shown()), templates=tmp_path)
    assert words(tree, "//p[@id='own']") == ["Day newsfeed"]
    assert words(tree, "//h3") == ["Title 1"]


def test_a_changed_template_is_read_again(tmp_path: Path) -> None:
    """The daemon runs on while somebody works on the look of the page."""
    template = tmp_path / "subscribe.html"
    template.write_text("<p id='own'>one</p>", encoding="utf-8")
    assert words(draw(make(), templates=tmp_path), "//p[@id='own']") == ["one"]
    template.write_text("<p id='own'>two, and longer</p>", encoding="utf-8")
    assert words(draw(make(), templates=tmp_path), "//p[@id='own']") == ["two, and longer"]


@pytest.mark.parametrize(
    ("name", "text", "line", "cause"),
    [
        ("story.html", "<p>\n{% if %}</p>", 2, "TemplateSyntaxError: Expected an expression"),
        ("story.html", "\n\n{{ item.headline }}", 3, "UndefinedError"),
        ("page.html", f"{BASE}\n{{% include 'none.html' %}}", 2, "TemplateNotFound"),
        (
            "page.html",
            f"{BASE}{{% block main %}}\n{{{{ 1 / 0 }}}}{{% endblock %}}",
            2,
            "ZeroDivision",
        ),
        ("base.html", "{{ [1] | random }}", 1, "TemplateAssertionError"),
    ],
)
def test_a_broken_template_is_named_and_the_page_made_with_ours(
    tmp_path: Path, name: str, text: str, line: int, cause: str
) -> None:
    """File, line and cause; what readers see is whole."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    page = make(make_shown())
    rendered = render_page(page, tmp_path)
    assert rendered.problem is not None
    assert rendered.problem.startswith(f"{tmp_path / name}:{line}: ")
    assert cause in rendered.problem
    assert "mend it" in rendered.problem
    assert rendered.outputs == render_page(page).outputs


def test_a_missing_folder_of_templates_is_told_as_none_replaced(tmp_path: Path) -> None:
    """That it is missing is for the configuration to say; the page is made."""
    page = make(make_shown())
    assert render_page(page, tmp_path / "none").outputs == render_page(page).outputs


def test_assets_are_fixed_files_that_a_site_may_replace(tmp_path: Path) -> None:
    """No scripts: the policy of the page forbids them."""
    assert [output.path for output in render_assets().outputs] == [
        "assets/icon.svg",
        "assets/page.css",
    ]
    folder = tmp_path / "assets" / "fonts"
    folder.mkdir(parents=True)
    (folder / "own.woff2").write_bytes(b"font")
    (tmp_path / "assets" / "page.css").write_text("body{}", encoding="utf-8")
    (tmp_path / "assets" / "own.js").write_text("alert(1)", encoding="utf-8")
    found = {output.path: output for output in render_assets(tmp_path).outputs}
    assert sorted(found) == ["assets/fonts/own.woff2", "assets/icon.svg", "assets/page.css"]
    assert found["assets/page.css"].body == b"body{}"
    assert found["assets/fonts/own.woff2"].media_type == "font/woff2"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file that nobody can read")
def test_an_asset_that_cannot_be_read_is_told_and_ours_stays(tmp_path: Path) -> None:
    """Nor does a folder that is missing cost the page its styles."""
    missing = render_assets(tmp_path / "none")
    assert missing.problem is not None
    assert missing.problem.startswith(f"{tmp_path / 'none'}: there is no such folder")
    assert missing.outputs == render_assets().outputs
    (tmp_path / "assets").mkdir()
    # A link to itself is no file; a name in /proc that nobody can read is one.
    (tmp_path / "assets" / "loop.css").symlink_to("loop.css")
    (tmp_path / "assets" / "page.css").symlink_to("/proc/self/mem")
    broken = render_assets(tmp_path)
    assert broken.problem is not None
    assert broken.problem.startswith(f"{tmp_path / 'assets/page.css'}: cannot be read")
    assert broken.outputs == render_assets().outputs


def test_our_styles_fetch_nothing() -> None:
    """No font, no picture, no other sheet."""
    assert not re.findall(
        r"url\(|@import|@font-face", (OURS / "assets/page.css").read_text("utf-8")
    )


def test_a_page_of_many_stories_is_light() -> None:
    """200 excerpts of 40 words: below 150 kB as they are transferred."""
    shown = [
        make_shown(str(number), html=f"<p>Hetq. {_write(number)}</p>") for number in range(200)
    ]
    for output in render_page(make(*shown, day=DAY, days=frozenset({DAY}))).outputs:
        assert len(gzip.compress(output.body)) < 150_000


def _write(number: int) -> str:
    """Forty words that compress no better than an article's do."""
    dice = random.Random(number)  # noqa: S311 - no secret
    letters = "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ"
    return " ".join("".join(dice.choices(letters, k=dice.randint(2, 11))) for _ in range(40))
