"""Bytes off the wire -> a whole body: one cap, for the wire and after each coding."""

from aggregator.edges.fetch.codings import Decoder, decode, make_decoders


class TooLargeError(Exception):
    """The body exceeds the cap, compressed or not."""


class Unpacker:
    """Takes a body as it comes and undoes its codings.

    Every stage is counted against the cap, so that neither the result nor a
    bomb inside a bomb costs more than the cap and one piece.
    """

    def __init__(self, content_encoding: str, limit: int) -> None:
        """Raise CodingError for a coding that we cannot undo."""
        self._decoders: list[Decoder] = make_decoders(content_encoding)
        self._counts = [0] * (len(self._decoders) + 1)
        self._limit = limit
        self._body = bytearray()

    @property
    def wire_bytes(self) -> int:
        """Bytes taken so far, as they crossed the network."""
        return self._counts[0]

    def take(self, data: bytes) -> None:
        """Undo further bytes; raises CodingError or TooLargeError."""
        self._pass_on(data, 0)

    def is_whole(self) -> bool:
        """Whether every coding has come to its end."""
        return all(decoder.is_whole() for decoder in self._decoders)

    def read(self) -> bytes:
        """What has been unpacked so far."""
        return bytes(self._body)

    def _pass_on(self, data: bytes, stage: int) -> None:
        self._counts[stage] += len(data)
        if self._counts[stage] > self._limit:
            raise TooLargeError
        if stage == len(self._decoders):
            self._body += data
            return
        for piece in decode(self._decoders[stage], data):
            self._pass_on(piece, stage + 1)
