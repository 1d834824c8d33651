"""Secrets that stand in addresses: taken out of all that is printed, logged or published."""

import re
from collections.abc import Callable, Iterable
from html import escape
from urllib.parse import quote, unquote_plus

HIDDEN = "***"

# Quotes are letters of a secret like all others: only white space ends an address.
_USERINFO = re.compile(r"(?<=//)[^\s/?#]*@")
_PARAMETER = re.compile(r"(?P<before>[?&;#])(?P<name>[^=&;#?/\s]{1,100})=(?P<value>[^&;#\s]+)")
_SECRET_NAME = re.compile(
    r"token|secret|passw|pwd|signature|credential|session|api.?key|jwt|bearer"
    r"|auth(?!or)|(?:^|[^a-z])(?:key|pass|sig|sid|hash|code|hmac)(?![a-z])|key$"
)
"""`author`, `keywords`, `design` and `passage` are no secrets; `X-Amz-Signature` is one."""

_KEY_NAME = re.compile(
    r"api[-_]?key|(?:[a-z]+[-_])?(?:access|auth|id|refresh|bearer|session|user|csrf)?[-_]?token"
    r"|passw(?:or)?d|passwd|pwd|(?:[a-z]+[-_])?secret|jwt|bearer|auth(?:orization)?"
    r"|(?:php|asp|j)?sess(?:ion)?[-_]?id"
)
_HINTS = ("token", "key", "pass", "pwd", "secret", "jwt", "bearer", "auth", "sess")
_SHORTEST = 8
"""Characters of a secret that is looked for in texts: shorter ones may be words of theirs."""
_DRAWN = 12
_WORDS = re.compile(r"[^\W\d_]+(?:[\s_.-]+[^\W\d_]+)*|\d+")
_MIXED = re.compile(r"[A-Za-z]\d|\d[A-Za-z]")


def hide_secrets(text: str) -> str:
    """The text with `***` for what its addresses carry to be let in.

    That is `user:password@`, and the values of parameters whose names say so
    (`key`, `access_token`, `sig`). A secret in a path cannot be told from a
    name and stays.
    """
    return _PARAMETER.sub(_hide_value, _USERINFO.sub(f"{HIDDEN}@", text))


def drop_secrets(url: str) -> str:
    """The address without what it carries to be let in, fit to be published."""
    return _drop(url, _is_secret)


def drop_keys(url: str) -> str:
    """The address without `user:password@` and without parameters that are keys beyond doubt.

    For the addresses that a feed gives: there `key`, `code`, `hash` and `sig` name
    articles and pictures more often than anybody, and stay; `token` and `apikey` go.
    """
    return _drop(url, _is_key) if _may_hold_key(url) else url


def _may_hold_key(url: str) -> bool:
    """Whether a look is worth it: addresses are many, those with a key are few.

    One of the hints stands in the name of each key, if it is not written in percents.
    """
    if "=" not in url:
        return "@" in url
    lower = url.lower()
    return "@" in url or "%" in url or any(hint in lower for hint in _HINTS)


def find_secrets(url: str, headers: Iterable[tuple[str, str]] = ()) -> tuple[str, ...]:
    """What lets one in at an address, in every spelling in which a text may hold it.

    Only what can be nothing else: a text may speak of whatever is a word, and
    a parameter called `key` or `code` may hold the name of a section.
    """
    user, _, password = (found[0][:-1] if (found := _USERINFO.search(url)) else "").partition(":")
    values = [value for value in (password or user,) if _is_no_word(value)]
    for found in _PARAMETER.finditer(url):
        is_key = _KEY_NAME.fullmatch(unquote_plus(found["name"]).lower())
        is_sure = _is_no_word(found["value"]) if is_key else _is_drawn(found["value"])
        values += [found["value"]] * (is_sure and _is_secret(found["name"]))
    words = [word for _, value in headers for word in value.split()]
    values += [word for word in words if _is_drawn(word)]
    spelled = {
        spelling
        for value in values
        for plain in (value, unquote_plus(value))
        for spelling in (plain, escape(plain), quote(plain, safe=""))
    }
    return tuple(sorted(spelled, key=lambda one: (-len(one), one)))


def hide_known(text: str, secrets: Iterable[str]) -> str:
    """The text with `***` for each of the secrets, wherever it stands as a word of its own."""
    for secret in secrets:
        if secret in text:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", HIDDEN, text)
    return text


def _is_no_word(value: str) -> bool:
    """Whether a value is long enough and has more than the letters, or the digits, of a word."""
    return len(value) >= _SHORTEST and not _WORDS.fullmatch(unquote_plus(value))


def _is_drawn(value: str) -> bool:
    """Whether a value looks drawn by lot: long, in one piece, letters and digits mixed."""
    return len(value) >= _DRAWN and _MIXED.search(value) is not None and _is_no_word(value)


def _drop(url: str, is_key: Callable[[str], bool]) -> str:
    """The address without user and password and without some parameters; the rest as written."""
    address, mark, fragment = _USERINFO.sub("", url).partition("#")
    path, query_mark, query = address.partition("?")
    before = _drop_parameters(path, is_key) + _drop_query(query_mark, query, is_key)
    route, query_mark, query = fragment.partition("?")  # "#/page?token=..." of one-page sites
    behind = _drop_query("", route, is_key) + _drop_query(query_mark, query, is_key)
    return before + (mark + behind if behind or not fragment else "")


def _drop_query(mark: str, query: str, is_key: Callable[[str], bool]) -> str:
    """A query with its mark, nothing where only the keys stood behind it."""
    bare = _drop_parameters(f"&{query}", is_key)
    if bare == f"&{query}":
        return mark + query
    kept = bare.strip("&;")
    return mark + kept if kept else ""


def _drop_parameters(text: str, is_key: Callable[[str], bool]) -> str:
    """The text without the parameters, and without what parted them from those before.

    A value that is an address of its own ("?to=/in?token=...") is looked into.
    """

    def keep(found: re.Match[str]) -> str:
        if is_key(found["name"]):
            return ""
        value = _drop_parameters(found["value"], is_key)
        return f"{found['before']}{found['name']}={value}"

    return _PARAMETER.sub(keep, text)


def _is_key(name: str) -> bool:
    return bool(_KEY_NAME.fullmatch(unquote_plus(name).lower()))


def _is_secret(name: str) -> bool:
    return bool(_SECRET_NAME.search(unquote_plus(name).lower()))


def _hide_value(found: re.Match[str]) -> str:
    """A value that is an address of its own ("?to=/in?token=...") is looked into."""
    value = HIDDEN if _is_secret(found["name"]) else _PARAMETER.sub(_hide_value, found["value"])
    return f"{found['before']}{found['name']}={value}"
