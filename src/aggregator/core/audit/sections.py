"""An entry's text parted into whose words are whose: the credit, the report's own, ours behind."""

from dataclasses import dataclass, replace

from aggregator.core.audit.markup import Block, Page, read_page, squeeze
from aggregator.core.audit.values import Due, Printed
from aggregator.core.audit.wording import (
    is_carriers,
    is_link,
    is_more,
    is_reported,
    is_update,
    list_credits,
)
from aggregator.core.model import LinkPlace


@dataclass(frozen=True, slots=True)
class Sections:
    """The parts of a text.

    `opening` is the first passage, None where no words are shown; `credit` its
    words that are not the report's, "" where it does not begin with the credit;
    `body` the report's own words, `tail` what was added behind them, `also` the
    heading and what follows it. There, what is no line that names another report
    may be anybody's words, and stands in `body` too.
    """

    page: Page
    opening: Block | None
    credit: str
    body: tuple[Block, ...]
    tail: tuple[Block, ...]
    also: tuple[Block, ...] = ()


def part(printed: Printed, due: Due) -> Sections:
    """The parts of an entry's text."""
    page = read_page(printed.html)
    told = _find_also(page.blocks, due)
    blocks, also = page.blocks[:told], page.blocks[told:]
    strays = tuple(block for block in also[1:] if not is_line(block))
    if not blocks:
        return Sections(page, None, "", strays, (), also)
    end = _find_tail(blocks, printed, due)
    opening, body, tail = blocks[0], blocks[:end], blocks[end:]
    ways = list_credits(list_names(due, printed), squeeze(due.origin))
    credit = next((way for way in ways if opening.words.startswith(way)), "")
    rest = replace(opening, words=opening.words.removeprefix(credit))
    own = (rest, *body[1:]) if rest.words else body[1:]
    return Sections(page, opening, credit, (*own, *strays), tail, also)


def is_line(block: Block) -> bool:
    """Whether a block is made as our lines are: its one link ends it, or it counts the others."""
    ends = [words for _, words in block.links]
    return is_more(block.words) or (len(ends) == 1 and block.words.endswith(ends[0]))


def list_names(due: Due, printed: Printed) -> tuple[str, ...]:
    """The credits as they are to be read, those of several without their last stop."""
    names = tuple(say(credit, printed) for credit in due.credits)
    return names if len(names) == 1 else tuple(name.rstrip(" .:։\u2024。") for name in names)


def say(filled: str, printed: Printed) -> str:
    """A filled template in one line; the title that is shown stands for one that is missing."""
    return squeeze(filled.replace("{title}", printed.title))


def _find_also(blocks: tuple[Block, ...], due: Due) -> int:
    """Where the last heading of ours stands; one that the report itself has is its own."""
    found = [at for at, block in enumerate(blocks) if is_reported(block.words)]
    is_own = not due.also and found and blocks[found[-1]].words in squeeze(due.stored.text)
    return len(blocks) if is_own or not found else found[-1]


def _find_tail(blocks: tuple[Block, ...], printed: Printed, due: Due) -> int:
    """Where the tail begins: link, carriers, correction and notices, as far as they are due."""
    end = len(blocks)
    for notice in reversed(due.notices):
        end -= end > 1 and blocks[end - 1].words == say(notice, printed)
    if due.stored.changed > due.stored.first_seen:
        end -= end > 1 and is_update(blocks[end - 1].words)
    if due.carriers:
        end -= end > 1 and is_carriers(blocks[end - 1].words)
    if due.terms.link is LinkPlace.AFTER_TEXT:
        end -= end > 1 and is_link(blocks[end - 1].words, squeeze(due.link or ""))
    return end
