"""What was judged good, by digest: a memory of pure judgements, so that none is made twice."""

from hashlib import blake2b

_MOST = 50_000


class Judged:
    """Names of bytes that were judged good under a name; what is forgotten is judged again."""

    def __init__(self) -> None:
        """Begin with nothing judged."""
        self._good: set[bytes] = set()

    def knows(self, name: bytes) -> bool:
        """Whether this was judged good."""
        return name in self._good

    def note(self, name: bytes) -> None:
        """Remember that it was; when there are too many, begin anew."""
        if len(self._good) >= _MOST:
            self._good.clear()
        self._good.add(name)


def digest(form: str, body: bytes) -> bytes:
    """The name of bytes that are judged as this form: the same bytes are not good as any."""
    return blake2b(body, digest_size=16, person=form.encode()[:16]).digest()
