"""A text in the parts that a page shows: its start, what is folded, and our words behind it.

Works on clean HTML only, as `core.passage` does.
"""

import html
import re
from itertools import accumulate

from aggregator.core.model import Shown
from aggregator.core.passage import BLOCK_EDGE, TAG, VOID, read_words

LONG = 150
"""Words of a text that is shown whole; a longer one is folded."""
_LEAD = 60
"""Words that stand before the fold at least."""
_FOLDED = 40
"""Words worth folding."""

_BOX = re.compile(r"\s*(<(div|section|article)(?:\s[\w-]+=\"[^\"]*\")*>)(.*)(</\2>)\s*", re.DOTALL)
_HREF = re.compile(r'<a(?:\s[\w-]+="[^"]*")*?\shref="([^"]*)"')
_HEADING = re.compile(r"(</?h)[1-6](?=[\s>])")


def split_text(body: str, shown: Shown) -> tuple[str, str, str]:
    """The start of a text, the rest that is folded ("" when it is short), and our words behind."""
    blocks = split_blocks(_lower_headings(body))
    end = _find_tail(blocks, shown)
    text, tail = blocks[:end], "".join(blocks[end:])
    if sum(map(count_words, text)) <= LONG:
        return "".join(text), "", tail
    return *_fold(text), tail


def split_blocks(body: str) -> list[str]:
    """The outermost blocks of a text, bare words between them as blocks of their own."""
    edges, depth = [0], 0
    for tag in TAG.finditer(body):
        if tag[2] in VOID:
            continue
        is_block = BLOCK_EDGE.match(tag[0]) is not None
        if not tag[1]:
            if depth == 0 and is_block:
                edges.append(tag.start())
            depth += 1
        else:
            depth = max(0, depth - 1)
            if depth == 0 and is_block:
                edges.append(tag.end())
    pieces = [body[start:end] for start, end in zip(edges, [*edges[1:], len(body)], strict=True)]
    return [piece for piece in pieces if piece.strip()]


def count_words(markup: str) -> int:
    """How many words clean HTML shows."""
    return len(html.unescape(TAG.sub(" ", markup)).split())


def _fold(blocks: list[str]) -> tuple[str, str]:
    """The first blocks, and the others where they are worth folding.

    A text that its source put into one box is folded inside of it: the box is
    there twice then, with all that it says of language and direction.
    """
    said = list(accumulate(map(count_words, blocks)))
    number = next(at for at, words in enumerate(said, 1) if words >= min(_LEAD, said[-1]))
    box = _BOX.fullmatch(blocks[number - 1]) if said[number - 1] > LONG else None
    inner = split_blocks(box[3]) if box else []
    if box and inner:
        return _fold_box(blocks, number - 1, box, inner)
    if said[-1] - said[number - 1] < _FOLDED:
        return "".join(blocks), ""
    return "".join(blocks[:number]), "".join(blocks[number:])


def _fold_box(
    blocks: list[str], place: int, box: re.Match[str], inner: list[str]
) -> tuple[str, str]:
    lead, rest = _fold(inner)
    before, after = "".join(blocks[:place]), "".join(blocks[place + 1 :])
    if not rest:
        return before + box[0], after
    return f"{before}{box[1]}{lead}{box[4]}", f"{box[1]}{rest}{box[4]}{after}"


def _find_tail(blocks: list[str], shown: Shown) -> int:
    """Where the words begin that we put behind the text: they are never folded."""
    end = len(blocks)
    if shown.also and end > 1 and blocks[-1].startswith("<ul"):
        end -= 2
    while end > 1 and _is_ours(blocks[end - 1], shown):
        end -= 1
    return end


def _is_ours(block: str, shown: Shown) -> bool:
    """Whether a block is a notice, the link behind a text, or the list of those who carried it."""
    if block.startswith("<p><small>"):
        return True
    links = [html.unescape(found) for found in _HREF.findall(block)]
    carriers = {link for _, link in shown.carriers}
    is_list = bool(links) and carriers.issuperset(links)
    words = html.unescape(read_words(block)).strip()
    return block.startswith("<p>") and (is_list or words.endswith(shown.link))


def _lower_headings(body: str) -> str:
    """Headings inside of a text are below the story's own, whatever their source made them."""
    return _HEADING.sub(r"\g<1>4", body) if "<h" in body else body
