"""A request to a hub as a wish, or why it is not taken (WebSub section 5.1)."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from aggregator.core import urls
from aggregator.core.addresses import why_private
from aggregator.core.text import find_bad_char
from aggregator.core.websub.naming import is_topic_path
from aggregator.core.websub.values import Mode, Refusal, Wish

LEAST_LEASE, USUAL_LEASE, MOST_LEASE = timedelta(hours=1), timedelta(days=10), timedelta(days=30)
MOST_SECRET = 200
"""Bytes that a secret stays below (WebSub section 5.1)."""
_LONGEST = 2_000
"""Characters of an address; longer ones many servers refuse themselves."""
_MOST_DIGITS = 12
_BAD, _MISSING = 400, 404

Fields = Sequence[tuple[str, str]]


def read_wish(fields: Fields, base_url: str, *, allow_private: bool = False) -> Wish | Refusal:
    """What the fields of a form ask for; of a name that stands twice the first counts.

    `hub.callback` may be private only where the operator allows that.
    """
    form = dict(reversed(fields))
    try:
        mode = Mode(form.get("hub.mode", ""))
    except ValueError:
        return Refusal(_BAD, "hub.mode must be subscribe or unsubscribe")
    topic, callback = form.get("hub.topic", ""), form.get("hub.callback", "")
    path = find_topic_path(topic, base_url)
    if path is None:
        return Refusal(_MISSING, "hub.topic is no feed of this newsfeed; write its rel=self")
    lease, secret = form.get("hub.lease_seconds", ""), form.get("hub.secret", "")
    if wrong := (
        _refuse_callback(callback, allow_private=allow_private)
        or _refuse_lease(lease)
        or _refuse_secret(secret)
    ):
        return Refusal(_BAD, wrong)
    return Wish(mode, topic, callback, path, choose_lease(lease), secret)


def find_topic_path(topic: str, base_url: str) -> str | None:
    """Where a topic lies below the published folder; None when it is none of ours."""
    if len(topic) > _LONGEST or not topic.startswith(base_url):
        return None
    names = [unquote(name) for name in topic.removeprefix(base_url).split("/")]
    if any(not _is_plain(name) for name in names) or not is_topic_path("/".join(names)):
        return None
    return "/".join(names)


def choose_lease(asked: str) -> timedelta:
    """How long a subscription lasts: as long as asked, within our bounds."""
    if not asked:
        return USUAL_LEASE
    seconds = min(int(asked), int(MOST_LEASE.total_seconds()))
    return max(timedelta(seconds=seconds), LEAST_LEASE)


def _is_plain(name: str) -> bool:
    """Whether it names something in its folder that is not hidden."""
    return bool(name) and not name.startswith(".") and not set(name) & set("/\\\0?#")


def _refuse_callback(callback: str, *, allow_private: bool) -> str:
    """Why an address is not asked, "" when it is. Where its name leads is seen when it is asked."""
    if not callback or urls.resolve("", callback) is None or not _is_visible(callback):
        return "hub.callback must be an http or https address"
    if len(callback) > _LONGEST:
        return f"hub.callback is longer than {_LONGEST:,} characters"
    parts = urlsplit(callback)
    if "@" in parts.netloc or parts.fragment:
        return "hub.callback must hold no user, no password and no fragment"
    if not allow_private and _is_private(parts.hostname or ""):
        return "hub.callback must be an address on the public internet"
    return ""


def _is_visible(callback: str) -> bool:
    return callback.isascii() and find_bad_char(callback) is None and not set(callback) & set(" \t")


def _is_private(host: str) -> bool:
    is_number = ":" in host or host.replace(".", "").isdigit()
    return host == "localhost" or (is_number and why_private(host) is not None)


def _refuse_lease(asked: str) -> str:
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS):
        return "hub.lease_seconds must be a number of seconds"
    return ""


def _refuse_secret(secret: str) -> str:
    if len(secret.encode("utf-8", "replace")) >= MOST_SECRET:
        return f"hub.secret must be less than {MOST_SECRET} bytes long"
    return ""
