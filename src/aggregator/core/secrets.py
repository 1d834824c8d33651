"""Secrets that stand in addresses: taken out of everything that is printed or logged."""

import re
from urllib.parse import unquote_plus

HIDDEN = "***"

# Quotes are letters of a secret like all others: only white space ends an address.
_USERINFO = re.compile(r"(?<=//)[^\s/?#]*@")
_PARAMETER = re.compile(r"(?P<before>[?&;#])(?P<name>[^=&;#?/\s]{1,100})=(?P<value>[^&;#\s]+)")
_SECRET_NAME = re.compile(
    r"token|secret|passw|pwd|signature|credential|session|api.?key|jwt|bearer"
    r"|auth(?!or)|(?:^|[^a-z])(?:key|pass|sig|sid|hash|code|hmac)(?![a-z])|key$"
)
"""`author`, `keywords`, `design` and `passage` are no secrets; `X-Amz-Signature` is one."""


def hide_secrets(text: str) -> str:
    """The text with `***` for what its addresses carry to be let in.

    That is `user:password@`, and the values of parameters whose names say so
    (`key`, `access_token`, `sig`). A secret in a path cannot be told from a
    name and stays.
    """
    return _PARAMETER.sub(_hide_value, _USERINFO.sub(f"{HIDDEN}@", text))


def drop_secrets(url: str) -> str:
    """The address without what it carries to be let in, fit to be published."""
    bare = _PARAMETER.sub(_drop_value, _USERINFO.sub("", url))
    path, mark, query = bare.partition("?")
    kept = "&".join(part for part in re.split("[&;]", query) if part) if mark else ""
    return f"{path}?{kept}" if kept else path


def _drop_value(found: re.Match[str]) -> str:
    return found["before"] if _is_secret(found["name"]) else found[0]


def _is_secret(name: str) -> bool:
    return bool(_SECRET_NAME.search(unquote_plus(name).lower()))


def _hide_value(found: re.Match[str]) -> str:
    if not _is_secret(found["name"]):
        return found[0]
    return f"{found['before']}{found['name']}={HIDDEN}"
