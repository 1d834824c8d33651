"""Folders of tags and languages: safe, the same for ever, one for each."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.rules import folder_name, language_folder


@pytest.mark.parametrize(
    ("tag", "folder"),
    [
        ("armenia", "armenia"),
        ("Armenia", "armenia"),
        ("south-caucasus", "south-caucasus"),
        ("Հայաստան", "հայաստան"),
        ("Карабах", "карабах"),
        ("и\u0306од", "йод"),
        ("2023", "2023"),
        ("a_b", "a_b"),
        ("C++", "c-"),
        ("a b", "a-b-"),
        ("../../etc/passwd", "etc-passwd-"),
        ("50%", "50-"),
        ("-a", "a-"),
        (".", ""),
        ("", ""),
        ("...\x00", ""),
        ("\ud800", ""),
        ("ա" * 64, "ա" * 45 + "-"),
    ],
)
def test_folders(tag: str, folder: str) -> None:
    """A plain tag is its own folder; anything else bears a digest of eight digits."""
    name = folder_name(tag)
    if folder.endswith("-") or not folder:
        assert re.fullmatch(rf"{re.escape(folder)}[0-9a-f]{{8}}", name)
    else:
        assert name == folder


@given(st.text(max_size=80), st.text(max_size=80))
def test_folders_are_safe_and_one_for_each(tag: str, other: str) -> None:
    """No separator, no dot, no percent sign, no capital letter; as long as a name may be."""
    name = folder_name(tag)
    assert re.fullmatch(r"[\w-]+", name)
    assert not name.startswith("-")
    assert len(name.encode()) <= 100
    assert name == folder_name(tag) == folder_name(unicodedata.normalize("NFD", tag))
    if (name == folder_name(other)) != (tag == other):
        same = [unicodedata.normalize("NFC", one.casefold()) for one in (tag, other)]
        assert unicodedata.normalize("NFKC", same[0]) == unicodedata.normalize("NFKC", same[1])


@pytest.mark.parametrize(
    ("tag", "folder"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh_Hant_TW", "zh"),
        ("EN", "en"),
        ("rus", "ru"),
        ("hyw", "hyw"),
        ("und", None),
        ("", None),
        (None, None),
        ("../x", None),
    ],
)
def test_languages(tag: str | None, folder: str | None) -> None:
    """The code without script and region."""
    assert language_folder(tag) == folder
