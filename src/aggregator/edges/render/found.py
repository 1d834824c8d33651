"""Published stories as the query API gives them: a JSON Feed of items that are published so."""

import json
from collections.abc import Sequence

MEDIA_TYPE = "application/feed+json"
_VERSION = "https://jsonfeed.org/version/1.1"


def render_found(title: str, home: str, items: Sequence[str], next_url: str | None) -> bytes:
    """The document; `items` go into it as they are, `next_url` leads to older ones."""
    head = {"version": _VERSION, "title": title, "home_page_url": home}
    if next_url:
        head["next_url"] = next_url
    begun = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    lines = ",\n".join(items)
    return f'{begun[:-1]},"items":[\n{lines}\n]}}\n'.encode(errors="replace")


def render_problem(status: int, title: str, detail: str) -> bytes:
    """What is wrong with a question (RFC 9457)."""
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return f"{json.dumps(problem, ensure_ascii=False)}\n".encode(errors="replace")
