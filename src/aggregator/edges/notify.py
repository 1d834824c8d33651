"""What systemd is told: that the daemon is ready, reloads, lives, stops.

The protocol is one datagram of NAME=VALUE lines for each message, to the socket
that NOTIFY_SOCKET names; see sd_notify(3) and sd_watchdog_enabled(3). Outside
of systemd nothing is sent. A message that cannot be delivered is lost and
costs the daemon nothing.
"""

import os
import re
import socket
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

_STATUS_BYTES = 1024
"""systemd drops a whole message above 4096 bytes (NOTIFY_BUFFER_MAX in its sources)."""
_SEND_SECONDS = 1.0
"""How long a full queue of systemd's may hold the daemon up before the message is lost."""
_WATCHDOG_INFINITY = 2**64 - 1
"""USEC_INFINITY, which sd_watchdog_enabled(3) answers with an error."""
_DIGITS = re.compile("[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Notifier:
    """Tells systemd how the daemon is; made by `open_notifier`."""

    _address: str | None
    watchdog_interval: timedelta | None
    """How often to call `watchdog`; None when systemd does not watch."""

    def ready(self, status: str) -> None:
        """Say that starting, or reloading, is done."""
        self._send("READY=1", _name_status(status))

    def status(self, text: str) -> None:
        """Show a line in `systemctl status`."""
        self._send(_name_status(text))

    def reloading(self, now_monotonic_usec: int) -> None:
        """Say that reloading begins; `ready` must follow, whether it went well or not.

        The time is CLOCK_MONOTONIC in microseconds (`time.monotonic_ns() // 1000` on
        Linux): Type=notify-reload tells by it this reload from an earlier one, and
        wants both lines in one message. Type=notify ignores it.
        """
        self._send("RELOADING=1", f"MONOTONIC_USEC={now_monotonic_usec}")

    def stopping(self) -> None:
        """Say that the daemon ends."""
        self._send("STOPPING=1")

    def watchdog(self) -> None:
        """Say that the daemon is alive."""
        self._send("WATCHDOG=1")

    def _send(self, *lines: str) -> None:
        if self._address is None:
            return
        message = "\n".join(lines).encode("utf-8", "backslashreplace")
        # UnicodeEncodeError and an address with NUL are ValueErrors.
        with suppress(OSError, ValueError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.settimeout(_SEND_SECONDS)
            way.sendto(message, os.fsencode(self._address))


def open_notifier(environ: MutableMapping[str, str]) -> Notifier:
    """The notifier that the environment asks for, or one that does nothing.

    NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are taken out of `environ`:
    given `os.environ`, no child of this process inherits them, as sd_notify(3)
    does with `unset_environment`. Call it before the first child is started.
    """
    name = environ.pop("NOTIFY_SOCKET", "")
    wait, owner = environ.pop("WATCHDOG_USEC", ""), environ.pop("WATCHDOG_PID", "")
    address = _read_address(name)
    if address is None:
        return Notifier(None, None)
    is_mine = owner in ("", str(os.getpid()))
    return Notifier(address, _read_interval(wait) if is_mine else None)


def _read_address(name: str) -> str | None:
    """A path as it is, an abstract name with the NUL that "@" stands for, else None.

    sd_notify(3) knows a third form, vsock:CID:PORT, which only reaches a virtual
    machine's host.
    """
    if len(name) > 1 and name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else None


def _read_interval(usec: str) -> timedelta | None:
    """Half of what systemd gives, as sd_watchdog_enabled(3) recommends."""
    if not _DIGITS.fullmatch(usec) or not 1 < int(usec) < _WATCHDOG_INFINITY:
        return None
    return timedelta(microseconds=int(usec) // 2)


def _name_status(text: str) -> str:
    """The STATUS line: one line, for a second one would be a message of its own."""
    line = " ".join(text.replace("\0", " ").split())
    whole = line.encode("utf-8", "backslashreplace")
    return "STATUS=" + whole[:_STATUS_BYTES].decode("utf-8", "ignore")
