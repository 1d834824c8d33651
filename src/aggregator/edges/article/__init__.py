"""An article's page -> its text and whom it credits (trafilatura, of the extra `full-text`; lxml).

The reading itself is in `page`, and is imported in the process that reads pages
alone: trafilatura takes a quarter of a second and some 15 MiB.
"""

from importlib.util import find_spec

_PACKAGES = ("trafilatura", "protego", "lxml_html_clean")


def is_installed() -> bool:
    """Whether the extra `full-text` is installed; nothing of it is imported."""
    return all(find_spec(name) is not None for name in _PACKAGES)
