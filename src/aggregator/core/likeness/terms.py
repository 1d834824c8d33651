"""How words, names and numbers are written as terms; words alone bear their language."""

from functools import lru_cache


@lru_cache(maxsize=65_536)
def word_term(stem: str, language: str) -> str:
    """A word behind its language; one string for the thousands of reports that have it."""
    return f"{language} {stem}"


def name_term(name: str) -> str:
    """A name as a term, the same in all languages."""
    return f"={name}"


def number_term(number: str) -> str:
    """A number as a term, the same in all languages."""
    return f"#{number}"
