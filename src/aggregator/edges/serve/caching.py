"""How long what is published may be shown without asking again."""

import re
from functools import lru_cache

_DAY = re.compile(r"\d{4}/\d{2}/\d{2}/")

_LIVE = "max-age=60"
"""A report that is taken down, or a corrected credit, must not stand in caches
for long; one minute still spares a busy proxy nearly all requests. Readers come
less often than that, so each of their requests asks again, and costs a 304."""
_CLOSED = "max-age=3600"
"""Never `immutable`, and no longer than an hour: a takedown reaches closed days too."""
_ASSET = "max-age=600"
"""Styles and pictures keep their names when they change: a page must not wear old ones long."""
_SETTLED_SECONDS = 24 * 3600
"""A day that did not change for so long is closed, or as good as that.

Bytes that are the same are never written again, so the time of a file tells. It
holds also where the folder is served with no store beside it, and for a day that
a new source's backlog opens late.
"""


def find_cache(names: tuple[str, ...], age_seconds: float) -> str:
    """The Cache-Control of a published file that last changed so long ago."""
    kind = _find_kind(names)
    return _LIVE if kind == _CLOSED and age_seconds < _SETTLED_SECONDS else kind


@lru_cache(maxsize=1024)
def _find_kind(names: tuple[str, ...]) -> str:
    if names[0] == "assets":
        return _ASSET
    return _CLOSED if _DAY.match("/".join(names)) else _LIVE
