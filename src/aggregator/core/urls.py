"""URLs: safe absolute ones to publish, canonical ones to compare, IRIs fit for atom:id.

The publisher's spelling of a URL is kept as far as it is safe; only
`canonical` normalises, and what it returns is never published.
"""

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_plus, urljoin, urlsplit

from yarl import URL

from aggregator.core import limits
from aggregator.core.secrets import drop_keys

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_PARTS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.IGNORECASE | re.DOTALL)
_HOST_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?")
_REG_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?")
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LAST_PORT = 65_535

_SUB_DELIMS = "!$&'()*+,;="
_PATH_SAFE = _SUB_DELIMS + ":@/%~"
_QUERY_SAFE = _PATH_SAFE + "?"
# Most URLs: nothing to change, and four times as fast to know as by rebuilding them.
_LEGAL = re.compile(
    r"https?://[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*/(?:[\w.!$&'()*+,;=:@/~-]|%[0-9A-Fa-f]{2})*"
    r"(?:\?(?:[\w.!$&'()*+,;=:@/~?-]|%[0-9A-Fa-f]{2})*)?"
    r"(?:#(?:[\w.!$&'()*+,;=:@/~?-]|%[0-9A-Fa-f]{2})*)?",
    re.ASCII,
)
_AROUND = "\ufeff\u200b\u200e\u200f\u2060"
"""Invisible characters that editors leave round a pasted URL."""


def resolve(base: str, url: str) -> str | None:
    """Return the absolute http or https URL, None when there is none that is safe.

    A URL that is absolute and legal is returned byte for byte; spaces and
    characters outside ASCII are encoded; `user:password@` is removed. One that
    is longer than `limits.URL` is no safe one.
    """
    url = _trim(url)
    if not url or len(url) > limits.URL:
        return None
    if _LEGAL.fullmatch(url):
        return url
    if _is_unsafe(url):
        return None
    whole = _rebuild(url if _SCHEME.match(url) else _join(base, url))
    return whole if whole and len(whole) <= limits.URL else None


# What is clean is cleaned once more to see that it stays: the second look is free.
@lru_cache(maxsize=1024)
def publishable(base: str, url: str) -> str | None:
    """Resolve as `resolve` does, and without what lets somebody in: fit to be published."""
    whole = resolve(base, url)
    return drop_keys(whole) if whole else None


def resolve_any(base: str, url: str) -> str | None:
    """As `publishable`, and mailto links too: what an href in a text may be."""
    trimmed = _trim(url)
    found = _SCHEME.match(trimmed)
    if found is None or found.group(1).lower() != "mailto":
        return publishable(base, trimmed)
    rest = trimmed[found.end() : limits.URL + 1]
    if len(rest) > limits.URL - len("mailto:"):
        return None
    return f"mailto:{_encode(rest, _QUERY_SAFE)}" if rest and not _is_unsafe(rest) else None


@lru_cache(maxsize=4096)
def host(url: str) -> str:
    """Return the lower-case host of a URL without `www.`, "" where there is none."""
    whole = resolve("", url)
    found = _PARTS.fullmatch(whole) if whole else None
    name = _split_host(found.group(2))[0] if found else ""
    return name.lower().rstrip(".").removeprefix("www.")


def is_same_server(old: str, new: str) -> bool:
    """Whether credentials for one URL may go to the other: same host and port, or https now."""
    here, there = urlsplit(old), urlsplit(new)
    upgraded = (_find_port(here), _find_port(there)) == (80, 443)
    return here.hostname == there.hostname and (upgraded or _find_port(here) == _find_port(there))


def _find_port(parts: SplitResult) -> int | None:
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _trim(url: str) -> str:
    return url.strip().strip(_AROUND).strip()


def _is_unsafe(url: str) -> bool:
    """Tell whether it holds control characters (CR and LF would split a header) or surrogates."""
    return _UNSAFE.search(url) is not None


def _join(base: str, url: str) -> str:
    try:
        return urljoin(_trim(base), url)
    except ValueError:  # "//[": brackets that hold no IPv6 address
        return ""


def _rebuild(url: str) -> str | None:
    found = _PARTS.fullmatch(url)
    if found is None or _is_unsafe(url):
        return None
    scheme, authority, path, query, fragment = found.groups(default="")
    netloc = _encode_authority(authority.rpartition("@")[2])
    # Browsers read a backslash as a slash: "good.example\\@evil.example" leads to the first.
    if netloc is None or "\\" in authority:
        return None
    rest = _encode(path, _PATH_SAFE) + _encode_after(query) + _encode_after(fragment)
    return f"{scheme}://{netloc}{rest}"


def _encode_after(part: str) -> str:
    """Encode a query or fragment with its `?` or `#` kept."""
    return part[:1] + _encode(part[1:], _QUERY_SAFE)


def _encode(part: str, safe: str) -> str:
    return _STRAY_PERCENT.sub("%25", quote(part, safe=safe))


def _encode_authority(authority: str) -> str | None:
    """Return `host:port` with the host in ASCII, None when it is not one."""
    found = _HOST_PORT.fullmatch(authority)
    if found is None or int(found.group(2) or 0) > _LAST_PORT:
        return None
    name = _encode_host(found.group(1))
    return None if name is None else name + authority[found.end(1) :]


def _encode_host(name: str) -> str | None:
    if name.startswith("["):
        return name if _is_ipv6(name[1:-1]) else None
    ascii_name = name if name.isascii() else _to_idna(name)
    return ascii_name if ascii_name and _REG_NAME.fullmatch(ascii_name) else None


def _is_ipv6(text: str) -> bool:
    try:
        # A zone such as %eth0 means something on one machine only.
        return "%" not in text and ipaddress.IPv6Address(text) is not None
    except ValueError:
        return False


def _to_idna(name: str) -> str | None:
    try:
        return URL.build(scheme="http", host=name).raw_host
    except ValueError:  # UnicodeError, which IDNA raises, is one too
        return None


def _split_host(netloc: str) -> tuple[str, str]:
    """Return the host and the port of a netloc that `_rebuild` made."""
    found = _HOST_PORT.fullmatch(netloc)
    return (found.group(1), found.group(2) or "") if found else ("", "")


# ------------------------------------------------------------------ comparing

_MOBILE = ("www.", "m.", "amp.", "mobile.")
_DEFAULT_PORTS = frozenset({"", "80", "443"})
_PAGE_TAILS = ("/index.html", "/index.htm", "/index.php", "/amp")
_SLUGGED = re.compile(r"/a/[^/]+/([0-9]+\.html)")
"""RFE/RL's sites answer /a/slug/123.html and /a/123.html with the same article."""

# Names that mark the way a reader came, never the page; `p`, `id`, `v`, `cid` and the like stay.
_TRACKING = frozenset(
    re.findall(
        r"\S+",
        "_ga _gl _hsenc _hsmi _openstat __twitter_impression amp at_bbc_team at_campaign"
        " at_campaign_type at_custom1 at_custom2 at_custom3 at_custom4 at_format at_link_id"
        " at_link_origin at_link_type at_medium at_ptr_name at_type cmp cmpid dclid ecid emc"
        " fb_action_ids fb_action_types fb_ref fb_source fbclid feedname feedtype gbraid gclid"
        " gclsrc guccounter guce_referrer guce_referrer_sig hss_channel icid igsh igshid int_cmp"
        " intcmp ito li_fat_id maca mbid mc_cid mc_eid mkt_tok msclkid ocid oly_anon_id oly_enc_id"
        " rss_source s_cid smid smtyp soc_src soc_trk spm srnd ttclid twclid vero_conv vero_id"
        " wbraid wprov wt.mc_id wt_mc xtor yclid ysclid",
    )
)
_TRACKING_PREFIXES = ("utm_", "ns_", "pk_", "mtm_", "piwik_", "hsa_")
_FEED_MARKS = frozenset({"from", "ref", "referrer", "source", "src", "via", "partner", "mode"})
"""Names that mark the way only when their value says that it was a feed."""
_FEED_VALUE = re.compile(
    r"(?:rss|atom|feed)(?:[-_.]?(?:[0-9.]+|feed|reader|main|all))?", re.IGNORECASE
)


def canonical(url: str) -> str:
    """Return the URL for comparing: host, path, what is left of the query, no scheme.

    Tracking parameters, fragments (not `#!` routes), default ports, `www.`,
    mobile and AMP variants are dropped. What is no http URL comes back trimmed.
    """
    whole = _read_loose(url)
    found = _PARTS.fullmatch(whole) if whole else None
    if found is None:
        return _trim(url)
    _, netloc, path, query, fragment = found.groups(default="")
    route = fragment if fragment.startswith("#!") and fragment != "#!" else ""
    return _plain_netloc(netloc) + _plain_path(path) + _plain_query(query[1:]) + route


def is_front_page(url: str) -> bool:
    """Tell whether a canonical URL is a site's front page: such links identify nothing."""
    return not any(mark in url for mark in "/?#")


def _read_loose(url: str) -> str | None:
    """Resolve also without a scheme: what `canonical` returns must be readable again."""
    trimmed = _trim(url)
    if re.match(r"https?://", trimmed, re.IGNORECASE):
        return resolve("", trimmed)
    # "example.org:8080/x" has a port, "tag:..." has a scheme.
    has_scheme = re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:(?![0-9])", trimmed)
    return None if has_scheme or trimmed.startswith("/") else resolve("", "http://" + trimmed)


def _plain_netloc(netloc: str) -> str:
    name, port = _split_host(netloc)
    name = _drop_variants(name.lower().rstrip("."))
    # Leading zeros are read away, so that "080" is the default port too.
    port = str(int(port)) if port else ""
    return name if port in _DEFAULT_PORTS else f"{name}:{port}"


def _drop_variants(name: str) -> str:
    for variant in _MOBILE:
        rest = name.removeprefix(variant)
        if rest != name and "." in rest:
            return _drop_variants(rest)
    return name


def _plain_path(path: str) -> str:
    path = _normalise(path or "/")
    while (shorter := _drop_tail(path)) != path:
        path = shorter
    return _SLUGGED.sub(r"/a/\1", path) if _SLUGGED.fullmatch(path) else path


def _drop_tail(path: str) -> str:
    path = path.rstrip("/")
    for tail in _PAGE_TAILS:
        path = path.removesuffix(tail)
    return path


def _normalise(path: str) -> str:
    """Return the path with one spelling for each character and without dot segments."""
    return URL.build(scheme="http", host="h").join(URL(f"http://h{path}")).raw_path


def _plain_query(query: str) -> str:
    parts = [_normalise_parameter(part) for part in query.split("&") if part]
    kept = sorted(part for part in parts if not _is_tracking(part))
    return "?" + "&".join(kept) if kept else ""


def _normalise_parameter(part: str) -> str:
    return URL(f"http://h/?{part}").raw_query_string


def _is_tracking(part: str) -> bool:
    name, _, value = part.partition("=")
    name, value = unquote_plus(name).lower(), unquote_plus(value)
    if name in _FEED_MARKS:
        return _FEED_VALUE.fullmatch(value) is not None
    return not part or name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


# ----------------------------------------------------------------------- IRIs

_IRI = re.compile(r'([A-Za-z][A-Za-z0-9+.\-]*):([^\s<>"{}|\\^`]+)')
_TAG_IRI = re.compile(r"[^,:/]+,[0-9]{4}(?:-[0-9]{2}){0,2}:.*", re.DOTALL)
_URN_IRI = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}:.+", re.DOTALL)
_CODE_SCHEMES = frozenset({"javascript", "vbscript", "data", "file", "blob"})
_NOT_IN_IRIS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


def is_iri(value: str) -> bool:
    """Tell whether a value is an absolute IRI (RFC 3987) that may stand in atom:id byte for byte.

    An http IRI needs a host and no userinfo; tag: (RFC 4151) and urn: (RFC 8141)
    need their own shape; schemes that run or hold code are refused.
    """
    found = _IRI.fullmatch(value) if len(value) <= limits.URL else None
    if found is None or not _has_iri_chars(value):
        return False
    scheme, rest = found.group(1).lower(), found.group(2)
    if scheme in {"http", "https"}:
        return _is_http_iri(value)
    if scheme == "tag":
        return _TAG_IRI.fullmatch(rest) is not None
    if scheme == "urn":
        return _URN_IRI.fullmatch(rest) is not None
    return scheme not in _CODE_SCHEMES and not _has_password(rest) and not set(rest) & set("[]")


def _has_iri_chars(value: str) -> bool:
    return (
        not any(unicodedata.category(char) in _NOT_IN_IRIS or char == "\ufffd" for char in value)
        and _STRAY_PERCENT.search(value) is None
        and value.count("#") <= 1
    )


def _is_http_iri(value: str) -> bool:
    found = _PARTS.fullmatch(value)
    if found is None:
        return False
    _, authority, *rest = found.groups(default="")
    return (
        "@" not in authority
        and _encode_authority(authority) is not None
        and not set("".join(rest)) & set("[]")
    )


def _has_password(rest: str) -> bool:
    authority = re.split(r"[/?#]", rest[2:], maxsplit=1)[0] if rest.startswith("//") else ""
    return ":" in authority.rpartition("@")[0]
