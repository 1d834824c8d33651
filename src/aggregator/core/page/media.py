"""Links in the place of media: a page of ours makes no reader's browser ask anybody else.

Works on clean HTML only, as `core.passage` does.
"""

import html
import re
from collections.abc import Iterator

from aggregator.core.model import Shown
from aggregator.core.page.values import Medium
from aggregator.core.passage import TAG
from aggregator.core.urls import host

_MEDIA = {"img": "picture", "audio": "audio", "video": "video", "iframe": "page", "embed": "page"}
_KINDS = {"image": "picture", "audio": "audio", "video": "video"}
_SILENT = frozenset({"picture", "source", "track", "object"})
_ATTRIBUTE = re.compile(r'\s(src|alt)="([^"]*)"')
_WORDS = {
    "en": {
        "picture": "Picture at {}",
        "audio": "Audio at {}",
        "video": "Video at {}",
        "page": "Page at {}",
    },
    "hy": {
        "picture": "Լուսանկար՝ {}",
        "audio": "Ձայնագրություն՝ {}",
        "video": "Տեսանյութ՝ {}",
        "page": "Էջ՝ {}",
    },
    "ru": {
        "picture": "Изображение: {}",
        "audio": "Аудио: {}",
        "video": "Видео: {}",
        "page": "Страница: {}",
    },
}


def link_media(body: str, language: str | None) -> str:
    """The text with a link in the place of each medium, in the words of its language.

    Inside another link only the words: links do not nest.
    """
    if not any(f"<{name}" in body for name in (*_MEDIA, *_SILENT)):
        return body
    kept: list[str] = []
    place, links = 0, 0
    for tag in TAG.finditer(body):
        name = tag[2]
        links += {"<a": 1, "</a": -1}.get(f"<{tag[1]}{name}", 0)
        if name in _MEDIA or name in _SILENT:
            kept.append(body[place : tag.start()])
            place = tag.end()
            kept.append(_replace(tag, language, in_link=links > 0))
    return "".join([*kept, body[place:]])


def list_media(shown: Shown) -> Iterator[Medium]:
    """Each attached medium, the thumbnail first; each address once."""
    seen: set[str] = set()
    attached = [(one.url, (one.type or "").partition("/")[0]) for one in shown.enclosures]
    first = [(shown.thumbnail, "image")] if shown.thumbnail else []
    for url, kind in [*first, *attached]:
        if url not in seen:
            seen.add(url)
            yield Medium(_KINDS.get(kind, "file"), url, host(url))


def _replace(tag: re.Match[str], language: str | None, *, in_link: bool) -> str:
    found = dict(_ATTRIBUTE.findall(tag[0]))
    if tag[1] or tag[2] in _SILENT or not (url := html.unescape(found.get("src", ""))):
        return ""
    words = html.unescape(found.get("alt", "")).strip()
    said = _say(_MEDIA[tag[2]], url, language) + (f": {words}" if words else "")
    text = html.escape(f"[{said}]", quote=False)
    return text if in_link else f'<a href="{html.escape(url)}">{text}</a>'


def _say(what: str, url: str, language: str | None) -> str:
    words = _WORDS.get((language or "").lower().partition("-")[0], _WORDS["en"])
    return words[what].format(host(url))
