"""Texts and addresses of the configuration that stand in what is published.

What no publication may hold is a mistake here, not a fault at every publishing;
what is only untidy is mended. Every function returns the text to be published
or raises ValueError with a message that does not repeat it: it may be a secret.
"""

import re
from urllib.parse import urlsplit

from aggregator.core import urls
from aggregator.core.lint.addresses import check_web
from aggregator.core.secrets import drop_secrets, hide_secrets
from aggregator.core.text import find_bad_char, line_text, title_text
from aggregator.core.websub import BUILTIN
from aggregator.edges.config.checks import check_line, check_url, check_words

_ID_SCHEMES = frozenset({"tag", "urn", "http", "https"})
_LIKE_A_TAG = "write it as tag:news.example.org,2026:day"
_LONGEST_ADDRESS = 1_000
"""Characters of an address or id to which names of files and stories are joined."""
_LONGEST_TEMPLATE = 5_000
_PERCENT = "write [ ] and the like percent-encoded, % as %25"
_BRACED = re.compile(r"\{([^{}]*)\}")
_NO_WORDS = "is nothing but markup that a reader would run; write it in words"

PLACEHOLDERS = ("source", "author", "title", "date", "year", "link")


def check_base_url(text: str) -> str:
    """Return the text when the addresses of all that is published can begin with it."""
    check_url(text)
    if "@" in urlsplit(text).netloc:
        raise ValueError("must not hold a user or password, everybody would read it; remove it")
    if set("?#") & set(text):
        raise ValueError("must not hold ? or #: names of files are joined to it; end it before")
    if len(text) > _LONGEST_ADDRESS:
        raise ValueError("is longer than 1,000 characters; shorten it")
    if any(check_web(text)):
        raise ValueError(f"is no web address (RFC 3986); {_PERCENT}")
    return text


def check_hub(text: str) -> str:
    """Return the text when it is `builtin`, or an address of a hub that all feeds may name."""
    if text == BUILTIN:
        return text
    _refuse_secret(check_url(text))
    if any(check_web(text)):
        raise ValueError(f"is no web address (RFC 3986); {_PERCENT}")
    return text


def check_id(text: str) -> str:
    """Return the text when it can be the id of what is published (RFC 4287 section 4.2.6)."""
    if text.partition(":")[0].lower() not in _ID_SCHEMES or ":" not in text:
        raise ValueError(f"must begin with tag:, urn:, http:// or https://; {_LIKE_A_TAG}")
    _refuse_secret(text)
    if len(text) > _LONGEST_ADDRESS:
        raise ValueError("is longer than 1,000 characters; shorten it")
    if not urls.is_iri(text):
        raise ValueError(f"is no IRI with the shape of its scheme; {_LIKE_A_TAG}")
    return text


def check_public_url(text: str) -> str:
    """Return the address, percent-encoded where it must be, without what lets somebody in."""
    public = urls.publishable("", check_url(text))
    if public is None:
        raise ValueError(f"is no web address (RFC 3986); {_PERCENT}")
    return drop_secrets(public)


def check_name(text: str) -> str:
    """Return a name or title, cleaned as those that come from sources are."""
    _refuse_bad_char(check_line(text))
    return _need_words(title_text(text, html=False))


def check_template(text: str) -> str:
    """Return the text, cleaned like a name, when its braces hold known placeholders only."""
    _refuse_bad_char(check_words(text))
    if len(text) > _LONGEST_TEMPLATE:
        raise ValueError("is longer than 5,000 characters; shorten it")
    text = _need_words(line_text(text))
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    for name in _BRACED.findall(text):
        if name not in PLACEHOLDERS:
            raise ValueError(f"must not hold {{{name}}}; the placeholders are {known}")
    if set("{}") & set(_BRACED.sub("", text)):
        raise ValueError(f"has a brace without its partner; the placeholders are {known}")
    return text


def _refuse_secret(text: str) -> None:
    if hide_secrets(text) != text:
        raise ValueError(
            "must not hold a user, password or key, everybody would read it; remove it"
        )


def _refuse_bad_char(text: str) -> None:
    at = find_bad_char(text)
    if at is not None:
        code = f"U+{ord(text[at]):04X}"
        raise ValueError(
            f"holds {code} as its character {at + 1}, which stands for no letter; "
            "write the letter that is meant, or none"
        )


def _need_words(text: str) -> str:
    if not text:
        raise ValueError(_NO_WORDS)
    _refuse_secret(text)
    return text
