"""Who wrote a report, where it can be told."""

from dataclasses import replace
from typing import Any

import pytest

from aggregator.core.model import FeedHead, Report, Source, SourceRef
from aggregator.core.origin import (
    find_writer,
    is_taken_from,
    list_known,
    name_origin,
    read_hosts,
)
from tests.core.make import make_entry, make_report, make_source

AZATUTYUN = make_source(
    "azatutyun",
    name="Ազատություն",
    url="https://www.azatutyun.am/api/",
    homepage="https://azatutyun.am/",
    aliases=("rus.azatutyun.am", "www.Azat.TV", "RFE/RL"),
)

AZATUTYUN_REPORT = make_report(make_entry(), AZATUTYUN)


def carry(
    text: str = "Words.", html: str = "", link: str | None = "https://hetq.example/1"
) -> Report:
    """A report of another source."""
    return make_report(make_entry(text=text, html=html, link=link))


@pytest.mark.parametrize(
    "text",
    [
        "Ազատություն. Երևան",
        "ԱԶԱՏՈՒԹՅՈՒՆ — Երևան",
        "RFE/RL – Yerevan",
        "rus.azatutyun.am: words",
        "«Ազատություն» գրում է",
        "RFE/RL: Yerevan",
        "RFE/RL, Yerevan",
        "RFE/RL | Yerevan",
        "RFE/RL\nYerevan",
        "RFE/RL",
        "(RFE/RL) Yerevan",
        "Ազատություն։ Երևան",
        "rus.azatutyun.am. Words",
    ],
)
def test_a_dateline_names_the_origin(text: str) -> None:
    """A text that begins with a source's name, in any case and quotes, is taken from it."""
    assert is_taken_from(carry(text), AZATUTYUN_REPORT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ազատությունը կարևոր է",
        "Words. Ազատություն",
        "RFE",
        "RFE/RL writes that",
        "RFE/RL-Georgia talks",
        "RFE/RL.example says",
    ],
)
def test_other_words_name_nobody(text: str) -> None:
    """A longer word, a later mention and no text are no dateline."""
    assert not is_taken_from(carry(text), AZATUTYUN_REPORT)


@pytest.mark.parametrize(
    ("title", "is_theirs"),
    [
        ("Talks go on | azatutyun.am", True),
        ("Talks | go on | Ազատություն", True),
        ("Talks go on | hetq.example", False),
        ("Talks go on - RFE/RL", False),
        ("Talks go on | RFE/RL writes", False),
        ("azatutyun.am", False),
        ("Talks go on |", False),
    ],
)
def test_a_bar_and_a_name_end_the_title_of_another_page(title: str, *, is_theirs: bool) -> None:
    """A page's title ends with its site; behind a dash stands who was quoted as often."""
    report = make_report(make_entry(title=title, text="Words.", link="https://hetq.example/1"))
    assert is_taken_from(report, AZATUTYUN_REPORT) == is_theirs
    writer = find_writer(report, list_known([AZATUTYUN], {}))
    assert (writer is not None) == is_theirs
    own = make_report(make_entry(title=title, link="https://azatutyun.am/1"), AZATUTYUN)
    assert find_writer(own, list_known([AZATUTYUN], {})) is None


def test_an_empty_atom_source_names_nobody() -> None:
    """An atom:source without title and places is no mark, nor is a template as credit."""
    report = make_report(make_entry(source=SourceRef()))
    assert not is_taken_from(report, AZATUTYUN_REPORT)
    assert not is_taken_from(
        report, make_report(make_entry(), Source("bare", "https://bare.example/rss"))
    )


def test_a_link_to_the_source_early_in_the_text_is_a_dateline() -> None:
    """A first link that leads to the source names it, unless it leads home as well."""
    html = '<p><a href="https://rus.azatutyun.am/1">here</a> words</p>'
    report = carry(html=html)
    assert is_taken_from(report, AZATUTYUN_REPORT)
    sister = make_source("sister", aliases=("rus.azatutyun.am",))
    assert not is_taken_from(Report(report.entry, sister), AZATUTYUN_REPORT)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Paper. Words"},
        {"source": SourceRef("Paper")},
        {"source": SourceRef(link="https://paper.example/")},
        {"link": "https://paper.example/1"},
    ],
)
def test_what_two_sources_share_marks_neither(fields: dict[str, Any]) -> None:
    """Two languages of one paper share name and place: neither is taken from the other."""
    shared = {"name": "Paper", "homepage": "https://paper.example/"}
    left, right = make_source("left", **shared), make_source("right", **shared)
    report = make_report(make_entry(**fields), left)
    theirs = make_report(make_entry(), right)
    assert not is_taken_from(report, theirs)
    assert is_taken_from(Report(report.entry, make_source("other")), theirs)


def test_the_origin_is_another_of_the_sources() -> None:
    """The first of the other sources that a report is taken from is named."""
    report = carry("RFE/RL – Yerevan")
    stranger = make_report(make_entry(), make_source("x"))
    assert name_origin(report, [report, stranger, AZATUTYUN_REPORT]) == "azatutyun"
    assert name_origin(report, [report]) is None


def test_hosts_come_from_addresses_and_aliases() -> None:
    """Hosts are compared in lower case and without www."""
    assert read_hosts(AZATUTYUN) == {"azatutyun.am", "rus.azatutyun.am", "azat.tv"}


def test_a_feed_says_which_host_is_its_own() -> None:
    """A feed on a host of somebody else's is at home where its channel link leads."""
    original = make_report(
        make_entry(), make_source("origin", url="https://feeds.example/o", homepage=None)
    )
    original = replace(original, head=FeedHead("Origin", link="https://origin.example/"))
    copy = carry(link="https://origin.example/1")
    assert is_taken_from(copy, original)
    claims_it_too = replace(copy, head=FeedHead("Copy", link="https://origin.example/"))
    assert not is_taken_from(claims_it_too, original)
    told = replace(original, source=replace(original.source, homepage="https://origin.example/"))
    assert is_taken_from(claims_it_too, told), "the configuration outweighs what a feed says"


def test_an_id_that_is_an_address_names_the_origin() -> None:
    """Who uses an address of another source as id took the report from there."""
    copy = make_report(make_entry(raw_id="https://www.azatutyun.am/a/1.html"))
    assert is_taken_from(copy, AZATUTYUN_REPORT)
    assert not is_taken_from(make_report(make_entry(raw_id="urn:x:1")), AZATUTYUN_REPORT)
