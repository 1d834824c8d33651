"""What the configuration says of which reports are taken, and which stories stand in a feed."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Condition:
    """What a report is compared with: it is met when every key that is given fits by one value.

    `title`, `text`, `link`, `author` and `category` are regular expressions;
    `words` are words and phrases in any of their forms.
    """

    title: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Which reports are taken: those that meet one of `include`, if any, and none of `exclude`.

    Of a feed, `age` is how old its stories may be, `items` how many it holds.
    """

    include: tuple[Condition, ...] = ()
    exclude: tuple[Condition, ...] = ()
    age: timedelta | None = None
    items: int | None = None
