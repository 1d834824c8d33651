"""The last good copies of lists on the web, in the data folder, and what is remembered of each.

A copy and its state are one file, replaced whole: validators never vouch for
a copy that is not there.
"""

import json
import os
import tempfile
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from aggregator.core.listing import ListState
from aggregator.errors import StoreError

_FOLDER = "lists"


def load_list(data: Path, place: str) -> tuple[ListState, bytes]:
    """What is remembered of a list and its last good copy; nothing where none is readable."""
    try:
        kept = json.loads(find_copy(data, place).read_bytes())
        return _read_state(kept["state"], place), b64decode(kept["body"], validate=True)
    except (OSError, ValueError, KeyError, TypeError):
        return ListState(place), b""


def find_copy(data: Path, place: str) -> Path:
    """The file of a list; its name tells nothing of the address, which may hold a key."""
    return data / _FOLDER / f"{sha256(place.encode()).hexdigest()[:32]}.json"


def save_list(data: Path, state: ListState, body: bytes) -> None:
    """Keep a list's state and copy; StoreError when the folder cannot be written."""
    target = find_copy(data, state.place)
    # The file is found by its address's digest: the address itself may hold a key.
    known = {name: value for name, value in asdict(state).items() if name != "place"}
    kept = {"state": known, "body": b64encode(body).decode("ascii")}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, json.dumps(kept, default=datetime.isoformat).encode())
    except OSError as error:
        raise StoreError(
            f"{target}: cannot be written ({error.strerror}); check the disk's space and rights"
        ) from error


def _read_state(kept: dict[str, Any], place: str) -> ListState:
    times = {
        name: datetime.fromisoformat(kept[name]) if kept[name] else None
        for name in ("asked", "taken")
    }
    return ListState(**(kept | times | {"place": place}))


def _replace(target: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".list-", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
