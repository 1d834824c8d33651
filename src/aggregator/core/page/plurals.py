"""Which form of a noun a number asks for (CLDR's plural rules for whole numbers)."""


def choose_form(count: int, language: str) -> str:
    """The name of the form: zero, one, few or many; "zero" is a choice of ours, for "no comments".

    Armenian has one form behind every number.
    """
    if count == 0:
        return "zero"
    if language == "ru":
        return _choose_russian(count)
    return "one" if count == 1 else "many"


def _choose_russian(count: int) -> str:
    """By the last digit, but for 11 to 14."""
    last = 0 if count // 10 % 10 == 1 else count % 10
    if last == 1:
        return "one"
    return "few" if last in (2, 3, 4) else "many"
