"""What a reader asked for: one request as it came, its body left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Asked:
    """A method, the raw target, and the values of each field, by its name in lower case."""

    method: str
    target: bytes
    fields: Mapping[bytes, list[bytes]]

    @classmethod
    def gather(cls, method: str, target: bytes, fields: Iterable[tuple[bytes, bytes]]) -> Self:
        """The request with these fields, of which one may have been sent several times."""
        found: dict[bytes, list[bytes]] = {}
        for name, value in fields:
            found.setdefault(name, []).append(value)
        return cls(method, target, found)

    @property
    def path(self) -> bytes:
        """The target without its query."""
        return self.target.partition(b"?")[0]

    @property
    def query(self) -> bytes:
        """What stands behind the "?" of the target."""
        return self.target.partition(b"?")[2]

    def read(self, name: bytes) -> tuple[str, ...]:
        """The values of a field, one for each time that it was sent."""
        values = self.fields.get(name)
        return tuple([value.decode("latin-1") for value in values]) if values else ()
