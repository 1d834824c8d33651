"""Reports by what they have: under each name the numbers of those that have it.

Most names are of one report alone. Such a one has no list of its own, which
would take five times the room: with 20,000 reports, 40 MB.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

Name = TypeVar("Name")


class Shelves(Generic[Name]):
    """Numbers of reports under names, in the order they were put there."""

    def __init__(self) -> None:  # noqa: D107 - the class says it
        self._alone: dict[Name, int] = {}
        self._lists: dict[Name, list[int]] = {}

    def put(self, name: Name, number: int) -> Sequence[int]:
        """Put a number under a name; where others are there, all of them now, else none."""
        numbers = self._lists.get(name)
        if numbers is not None:
            numbers.append(number)
            return numbers
        first = self._alone.pop(name, None)
        if first is None:
            self._alone[name] = number
            return ()
        self._lists[name] = numbers = [first, number]
        return numbers

    def take(self, name: Name, number: int) -> None:
        """Take a number that was put under a name away from there."""
        if name in self._alone:
            del self._alone[name]
            return
        left = self._lists[name]
        left.remove(number)
        if len(left) == 1:
            self._alone[name] = left[0]
            del self._lists[name]

    def find(self, name: Name) -> Sequence[int]:
        """The numbers under a name."""
        if name in self._alone:
            return (self._alone[name],)
        return self._lists.get(name, ())

    def find_several(self, name: Name) -> Sequence[int]:
        """The numbers under a name that has more than one; none for others."""
        return self._lists.get(name, ())

    def count(self, name: Name) -> int:
        """How many are under a name."""
        return 1 if name in self._alone else len(self._lists.get(name, ()))
