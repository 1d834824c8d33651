"""The guide to validating and the rules stay in step."""

from pathlib import Path

from aggregator.core.lint import MEANINGS, OWN, SEVERITIES

GUIDE = Path(__file__).parent.parent / "docs" / "validating.md"


def test_the_guide_lists_every_class() -> None:
    """Each class stands in the guide with its severity and meaning, and no other does."""
    table = GUIDE.read_text("utf-8").partition("## Classes")[2]
    listed = [line for line in table.splitlines() if line.startswith("| ")][1:]
    wanted = [
        f"| {kind} | {SEVERITIES[kind]}{', ours' if kind in OWN else ''} | {MEANINGS[kind]} |"
        for kind in sorted(MEANINGS, key=str.lower)
    ]
    assert listed == wanted
