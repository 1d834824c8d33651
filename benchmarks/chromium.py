"""A headless Chromium, driven over its debugging pipe: nothing but the browser is needed.

Messages are JSON with a zero byte behind each (Chrome DevTools Protocol,
`--remote-debugging-pipe`): commands go to its descriptor 3, answers and events
come from its descriptor 4.
"""

import fcntl
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Message = dict[str, Any]
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Every frame in one process, so that one canary is heard from all of them.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process,Translate",
    # Whatever slips past the interception reaches nobody.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_LAUNCH = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_PATIENCE_SECONDS = 30
_PIECE = 1 << 16


class BrowserError(Exception):
    """The browser did not do what it was told to; the message says what that was."""


class Browser:
    """One tab of a browser; `hear` gets every event of it."""

    def __init__(self, commands: int, answers: int) -> None:
        """Open a tab over the two ends of the pipe."""
        self._commands, self._answers = commands, answers
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.hear: Callable[[Message], None] = lambda _: None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = session["sessionId"]

    def send(self, method: str, **params: object) -> int:
        """Give a command without waiting for its answer; its number."""
        self._number += 1
        message: Message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        try:
            while data:
                data = data[os.write(self._commands, data) :]
        except BrokenPipeError:
            raise BrowserError("the browser has ended") from None
        return self._number

    def call(self, method: str, **params: object) -> Message:
        """Give a command; what it answers."""
        number = self.send(method, **params)
        for message in self._read(_PATIENCE_SECONDS):
            if message.get("id") != number:
                self._tell(message)
            elif "error" in message:
                raise BrowserError(f"{method}: {message['error'].get('message')}")
            else:
                result: Message = message["result"]
                return result
        raise BrowserError(f"{method}: no answer within {_PATIENCE_SECONDS} s")

    def listen(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Take what comes, for so long or until enough has come."""
        for message in self._read(seconds):
            self._tell(message)
            if until():
                return

    def evaluate(self, script: str) -> Any:  # noqa: ANN401 - whatever the page says
        """What a script says that runs in the page; a promise is waited for."""
        said = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in said:
            raise BrowserError(f"the page cannot be asked: {said['exceptionDetails']}")
        return said["result"].get("value")

    def _tell(self, message: Message) -> None:
        if "method" in message:
            self.hear(message)

    def _read(self, seconds: float) -> Iterator[Message]:
        end = time.monotonic() + seconds
        while True:
            whole, mark, rest = self._buffer.partition(b"\0")
            if mark:
                self._buffer = rest
                yield json.loads(whole)
                continue
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                return
            piece = os.read(self._answers, _PIECE)
            if not piece:
                raise BrowserError("the browser has ended")
            self._buffer += piece


@contextmanager
def open_browser(binary: Path) -> Iterator[Browser]:
    """A browser of its own with an empty profile, ended in the end."""
    commands, into = _open_pipe()
    out_of, answers = _open_pipe()
    with TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        ends = (str(commands), str(answers))
        call = [sys.executable, "-c", _LAUNCH, *ends, str(binary), *_FLAGS]
        call.append(f"--user-data-dir={profile}")
        process = subprocess.Popen(  # noqa: S603  # our own flags
            call,
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        try:
            yield Browser(into, out_of)
        finally:
            os.close(into)  # it ends when nobody commands it
            try:
                process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.close(out_of)


def _open_pipe() -> tuple[int, int]:
    """The two ends of a pipe, above the numbers that the browser is given them under."""
    ends = os.pipe()
    above = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return above[0], above[1]
