"""What type a published file is of, by its name, and what follows from the type."""

from pathlib import PurePosixPath

_UNKNOWN = "application/octet-stream"
_BY_NAME = {
    "atom.xml": "application/atom+xml; charset=utf-8",
    "rss.xml": "application/rss+xml; charset=utf-8",
    "feed.json": "application/feed+json",
    "opml.xml": "text/x-opml; charset=utf-8",
}
_BY_SUFFIX = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".xml": "application/xml; charset=utf-8",
    ".xsl": "application/xslt+xml; charset=utf-8",
}
_WORDY = ("text/", "xml", "json")
"""What the types of text have in their names; gzip makes only these smaller."""

FEEDS = {
    "atom.xml": "Atom",
    "rss.xml": "RSS",
    "feed.json": "JSON Feed",
    "opml.xml": "OPML, the list of sources",
}
"""File names that readers ask for, with their names for people."""


def find_media_type(name: str) -> str:
    """The media type of a file."""
    suffix = PurePosixPath(name).suffix.lower()
    return _BY_NAME.get(name) or _BY_SUFFIX.get(suffix, _UNKNOWN)


def is_wordy(media_type: str) -> bool:
    """Whether gzip is worth trying."""
    return any(word in media_type for word in _WORDY)
