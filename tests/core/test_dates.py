"""Dates: read for certain, or not at all."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.core.dates import ReadDate, judge_date, read_date

NOW = datetime(2023, 9, 22, 12, tzinfo=UTC)
LANGUAGES = ("hy-AM", "ru", "en")


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A time in September 2023."""
    return datetime(2023, 9, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu, 21 Sep 2023 06:05:00 +0000", at(21, 6, 5)),
        ("Thu, 21 Sep 2023 22:03:00 +0400", at(21, 18, 3)),
        ("21 Sep 23 22:03 GMT", at(21, 22, 3)),
        ("Thursday, 21-Sep-23 22:03:00 GMT", at(21, 22, 3)),
        ("Thu,21 Sep 2023 22:03:00 EDT", at(22, 2, 3)),
        ("21 Sep 2023 22:03:00 -0500 (EST)", at(22, 3, 3)),
        ("Thu Sep 21 2023 22:03:00 GMT+0400 (Armenia Standard Time)", at(21, 18, 3)),
        ("Thu Sep 21 22:03:00 +0400 2023", at(21, 18, 3)),
        ("2023-09-21T23:10:00.000+04:00", at(21, 19, 10)),
        ("2023-09-21T18:03:00Z", at(21, 18, 3)),
        ("2023-09-21t18:03:00z", at(21, 18, 3)),
        ("20230921T220300Z", at(21, 22, 3)),
        ("2023-09-21 22:03:00 +0400", at(21, 18, 3)),
        ("2023-09-21T22:03:00.1234567+04", at(21, 18, 3)),
        ("2023-09-21T22:03:60Z", at(21, 22, 3, 59)),
        ("Thu, 21 Sep 2023 22:03:00 MSK", at(21, 19, 3)),
        ("Thu, 21 Sep 2023 22:03:00 CEST", at(21, 20, 3)),
        ("Thu, 21 Sep 2023 22:03:00 UT", at(21, 22, 3)),
        ("Sept. 21, 2023 10:03 PM EDT", at(22, 2, 3)),
        ("Sep 21, 2023 12:03 a.m. UTC", at(21, 0, 3)),
        ("Чт, 21 сен 2023 22:03:00 +0400", at(21, 18, 3)),
    ],
)
def test_a_date_with_a_zone_is_read(text: str, expected: datetime) -> None:
    """A date that tells its zone needs no other and gives no note."""
    assert read_date(text, NOW, None, LANGUAGES) == ReadDate(expected)
    assert read_date(text, NOW, "America/New_York", LANGUAGES) == ReadDate(expected)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2023-09-21", (21, 0, 0)),
        ("20230921", (21, 0, 0)),
        ("2023/09/21 22:03", (21, 22, 3)),
        ("2023-09-21 22:03:00", (21, 22, 3)),
        ("Thu, 21 Sep 2023 22:03:00", (21, 22, 3)),
        ("September 21,2023 22:03", (21, 22, 3)),
        ("21 սեպտեմբերի 2023, 22:03", (21, 22, 3)),
        ("2023 թ. սեպտեմբերի 21", (21, 0, 0)),
        ("սեպտեմբերի 21, 2023", (21, 0, 0)),
        ("21 сентября 2023, 22:03", (21, 22, 3)),
        ("21 сентября 2023 г. в 22:03", (21, 22, 3)),
        ("21.09.2023 22:03", (21, 22, 3)),
        ("21.09.23", (21, 0, 0)),
        ("9/21/2023 10:30", (21, 10, 30)),
        ("٢١ sep ٢٠٢٣ ٢٢:٠٣", (21, 22, 3)),
    ],
)
def test_a_date_without_a_zone_is_of_the_source(text: str, local: tuple[int, int, int]) -> None:
    """The configured zone is used without a note; without one UTC is, and a note says so."""
    there = read_date(text, NOW, "Asia/Yerevan", LANGUAGES)
    assert there == ReadDate(at(*local) - timedelta(hours=4))
    nowhere = read_date(text, NOW, None, LANGUAGES)
    assert nowhere.at == at(*local)
    assert nowhere.zoneless
    assert "set `timezone:`" in nowhere.note


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("Asia/Yerevan", 18), ("America/Manaus", 2), ("Asia/Kolkata", 18)],
)
def test_amt_is_what_it_means_where_the_source_is(zone: str, hour: int) -> None:
    """AMT is Armenia's zone and the Amazon's: the source's own zone decides."""
    read = read_date("Thu, 21 Sep 2023 22:03:00 AMT", NOW, zone, LANGUAGES)
    assert read.at is not None
    assert (read.at.hour, read.note) == (hour, "")


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("21 Sep 2023 12:00 IST", "Asia/Kolkata", at(21, 6, 30)),
        ("21 Sep 2023 12:00 IST", "Asia/Jerusalem", at(21, 10)),
        ("21 Sep 2023 12:00 CST", None, at(21, 18)),
        ("21 Sep 2023 12:00 CST", "Asia/Shanghai", at(21, 4)),
        ("21 Sep 2023 12:00 PKT", None, at(21, 7)),
        ("21 Sep 2023 12:00 WIB", "Asia/Jakarta", at(21, 5)),
    ],
)
def test_a_shared_zone_name_is_read_by_the_source(
    text: str, zone: str | None, expected: datetime
) -> None:
    """A name that several countries use means that of the source's country."""
    assert read_date(text, NOW, zone, LANGUAGES) == ReadDate(expected)


@pytest.mark.parametrize("name", ["AMT", "XYZT", "+99:00", "+15:00"])
def test_an_unknown_zone_is_none_and_noted(name: str) -> None:
    """A zone that is not known for certain is treated as missing, and said."""
    text = f"Thu, 21 Sep 2023 22:03:00 {name}"
    nowhere = read_date(text, NOW, None, LANGUAGES)
    assert (nowhere.at, nowhere.zoneless) == (at(21, 22, 3), True)
    assert name in nowhere.note
    there = read_date(text, NOW, "Europe/Paris", LANGUAGES)
    assert (there.at, there.zoneless) == (at(21, 20, 3), False)
    assert "read in Europe/Paris" in there.note


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../../etc/passwd", "Asia", ""])
def test_a_zone_that_does_not_exist_is_as_none(zone: str) -> None:
    """A bad zone name costs nothing but the note."""
    assert read_date("2023-09-21", NOW, zone, ()).zoneless


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "вчера",
        "today",
        "2 hours ago",
        "2023",
        "2023-09",
        "Sep 2023",
        "21 September",
        "12:30",
        "31 Feb 2023",
        "2023-13-01",
        "Thu, 21 Sep 2023 25:00:00 GMT",
        "21 Sep 2023 13:00 PM",
        "0000-00-00 00:00:00",
        "169533333",
        "9999999999999999",
        "2023-09-21T24:00:01Z",
        "9999-12-31T24:00:00Z",
        "09/10/2023",
        "not a date",
        "MMXXIII",
        "21 Foo 2023",
    ],
)
def test_what_is_no_whole_date_is_not_guessed(text: str) -> None:
    """No part of a date is filled in from the clock, and the note names the string."""
    read = read_date(text, NOW, None, LANGUAGES)
    assert read.at is None
    assert f'"{text}"' in read.note


@pytest.mark.parametrize(
    "text", ["1 Jan 1970 00:00 GMT", "1989-12-31", "2203-09-21", "9999-12-31T23:59:59-14:00"]
)
def test_an_absurd_year_is_refused(text: str) -> None:
    """A report is neither older than the web nor of the next century."""
    read = read_date(text, NOW, None, LANGUAGES)
    assert read.at is None
    assert "no report can be of the year" in read.note


def test_other_languages_are_read_when_they_are_named() -> None:
    """The languages of the source are read by dateparser, and junk among them harms nothing."""
    spanish = "21 de septiembre de 2023 22:03 +0200"
    assert read_date(spanish, NOW, None, ("es-ES", "xx")) == ReadDate(at(21, 20, 3))
    assert read_date("21 de septiembre de 2023", NOW, None, ("hy",)).at is None
    assert read_date("2023年9月21日 22:03", NOW, "UTC", ("zh",)) == ReadDate(at(21, 22, 3))
    assert read_date("9/21/2023 10:30 AM", NOW, "UTC", ()) == ReadDate(at(21, 10, 30))


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("1695290400", 10),
        ("1695290400123", 10),
        ("1695290400.25", 10),
        ("2023-09-20T24:00:00Z", 0),
        ("Wed, 20 Sep 2023 24:00:00 GMT", 0),
        ("2023-9-21T1:02:03Z", 1),
        ("2023-09-21 1:02 GMT", 1),
        ("2023-09-21T09:30:00\u221204:00", 13),
    ],
)
def test_an_odd_spelling_of_one_moment_is_read(text: str, hour: int) -> None:
    """Unix time, the end of a day, an hour of one digit and a typographic minus say one moment."""
    read = read_date(text, NOW, None, ())
    assert read.at is not None
    assert (read.at.date(), read.at.hour, read.note) == (date(2023, 9, 21), hour, "")


def test_a_date_far_ahead_is_refused() -> None:
    """More than 24 h ahead is no date of publication; up to that clocks may differ."""
    tomorrow = ReadDate(NOW + timedelta(hours=24))
    assert judge_date(tomorrow, NOW) == tomorrow
    late = judge_date(ReadDate(NOW + timedelta(hours=24, seconds=1)), NOW)
    assert late.at is None
    assert "more than 24 h ahead" in late.note
    unread = ReadDate(None, "cannot read")
    assert judge_date(unread, NOW) == unread


@settings(deadline=None, max_examples=150)
@given(
    st.one_of(
        st.text(max_size=120),
        st.text(alphabet="0123456789 :-/.,TZ+SepсенAPMGթ", max_size=40),
        st.datetimes().map(str),
    ),
    st.sampled_from([None, "Asia/Yerevan", "bad"]),
)
@example("1 1 1", None)
@example("9" * 200, None)
def test_reading_never_raises(text: str, zone: str | None) -> None:
    """Any string is answered with a time in UTC, or with None and a note."""
    read = read_date(text, NOW, zone, LANGUAGES)
    if read.at is None:
        assert read.note
    else:
        assert read.at.tzinfo is UTC
        assert 1990 <= read.at.year <= 2034
