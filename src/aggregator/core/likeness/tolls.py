"""Numbers of people who came to harm: they grow while an event is told.

Titles of one template with other numbers are two days' forecasts; with other
tolls they are one accident, told in the morning and at noon.
"""

import re

from aggregator.core.words import find_figures, tokenize

_HARM = re.compile(
    r"dead|deaths?|dies?|died|kill\w*|fatalit\w*|casualt\w*|victims?|injur\w*|hurt|wound\w*"
    r"|missing|trapped|toll|погиб\w*|пострада\w*|жертв\w*|ранен\w*|умер\w*|скончал\w*|убит\w*"
    r"|пропавш\w*|զոհ\w*|մահաց\w*|մահվան|վիրավոր\w*|տուժ\w*|անհետ\w*|tote[nr]?|verletzte?\w*"
    r"|opfer|vermisste?|morts?|blessés?|victimes?|disparus|muert[oe]s?|heridos?|fallecid\w*"
    r"|víctimas?|morti|feriti|vittime|dispersi",
    re.IGNORECASE,
)
_NEAR = 3
"""Words between a number and what says that it is of people: "14 people were killed"."""
_WIDTH = 60
"""Characters in which these words stand."""


def read_tolls(text: str) -> frozenset[str]:
    """The numbers of a text next to which people are said to have come to harm."""
    return frozenset(
        re.sub(r"\D", "", found.group())
        for found in find_figures(text)
        if _speaks_of_harm(text[: found.start()], text[found.end() :])
    )


def _speaks_of_harm(before: str, after: str) -> bool:
    words = [found.group() for found in tokenize(before[-_WIDTH:])][-_NEAR:]
    words += [found.group() for found in tokenize(after[:_WIDTH])][:_NEAR]
    return any(_HARM.fullmatch(word) for word in words)
