"""A feed that a list in OPML names, as our own value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list: `tags` are its folders and categories, `line` is where it stands."""

    url: str
    name: str | None = None
    homepage: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class OutlineList:
    """What a list holds, and what had to be mended or was lost, a line each.

    `whole` is False where the document was broken: more may have stood in it.
    """

    outlines: tuple[Outline, ...] = ()
    problems: tuple[str, ...] = ()
    whole: bool = True
    title: str = ""
