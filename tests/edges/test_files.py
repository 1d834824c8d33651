"""Published files appear whole or not at all."""

import stat
import threading
from pathlib import Path

import pytest

from aggregator.core.model import Output
from aggregator.edges.files import sweep, write_output
from aggregator.errors import PublishError
from tests.edges.make import run_python, start_python

SIZE = 50_000


def make_output(body: bytes = b"<feed/>", path: str = "atom.xml") -> Output:
    """A file to publish."""
    return Output(path, "application/atom+xml", body)


def list_files(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_and_its_folders_are_made(tmp_path: Path) -> None:
    """What was never published is new, and every web server may read it."""
    folder = tmp_path / "data" / "public"
    assert write_output(folder, make_output(path="2023/09/21/atom.xml"))
    file = folder / "2023/09/21/atom.xml"
    assert file.read_bytes() == b"<feed/>"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert list_files(folder) == ["2023/09/21/atom.xml"]


def test_a_relative_folder_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data folder may be named relative to the working directory."""
    monkeypatch.chdir(tmp_path)
    assert write_output(Path("data/public"), make_output())
    assert list_files(tmp_path) == ["data/public/atom.xml"]


def test_unchanged_bytes_are_not_rewritten(tmp_path: Path) -> None:
    """The same bytes leave the file alone, inode and time included."""
    write_output(tmp_path, make_output())
    before = (tmp_path / "atom.xml").stat()
    assert not write_output(tmp_path, make_output())
    after = (tmp_path / "atom.xml").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert write_output(tmp_path, make_output(b"<feed></feed>"))
    assert (tmp_path / "atom.xml").stat().st_ino != before.st_ino


def test_a_reader_never_sees_a_torn_file(tmp_path: Path) -> None:
    """While 300 replacements happen, every reading is one whole version."""
    done = threading.Event()
    torn: list[bytes] = []
    readings = 0

    def read() -> None:
        nonlocal readings
        while not done.is_set():
            body = (tmp_path / "atom.xml").read_bytes()
            readings += 1
            if len(body) != SIZE or len(set(body)) != 1:
                torn.append(body[:40])

    write_output(tmp_path, make_output(b"-" * SIZE))
    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(300):
            write_output(tmp_path, make_output(bytes([number % 256]) * SIZE))
    finally:
        done.set()
        reader.join()
    assert torn == []
    assert readings > 0


FULL_DISK = """
import resource, sys
from pathlib import Path
from aggregator.core.model import Output
from aggregator.edges.files import write_output
from aggregator.errors import PublishError

resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))  # Python ignores SIGXFSZ
try:
    write_output(Path(sys.argv[1]), Output("atom.xml", "", b"x" * 100_000))
except PublishError as error:
    print(error)
"""


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path) -> None:
    """A write that the disk refuses names the file, keeps the old one, leaves nothing."""
    write_output(tmp_path, make_output(b"old"))
    said = run_python(FULL_DISK, tmp_path)
    assert said.startswith(f"{tmp_path}/atom.xml: cannot be written (File too large)")
    assert "check the disk's space" in said
    assert (tmp_path / "atom.xml").read_bytes() == b"old"
    assert list_files(tmp_path) == ["atom.xml"]


def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    """A place that cannot be a folder is a PublishError, not a crash."""
    (tmp_path / "public").write_bytes(b"mine")
    with pytest.raises(PublishError, match=r"public/atom\.xml: cannot be written \(.+\)"):
        write_output(tmp_path / "public", make_output())
    assert (tmp_path / "public").read_bytes() == b"mine"


def test_a_folder_in_the_files_place_is_an_error(tmp_path: Path) -> None:
    """A rename that fails takes its temporary file along."""
    (tmp_path / "atom.xml").mkdir()
    with pytest.raises(PublishError, match="Is a directory"):
        write_output(tmp_path, make_output())
    assert list_files(tmp_path) == []


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "a/../x", "/etc/x", "//x", "..", ".", "", "a\0b"]
)
def test_no_output_leaves_the_folder(tmp_path: Path, path: str) -> None:
    """A path that leads out of the published folder, or names none below it, is refused."""
    folder = tmp_path / "public"
    with pytest.raises(PublishError, match="is no place below it"):
        write_output(folder, make_output(path=path))
    assert list(tmp_path.iterdir()) == []


def test_sweep_removes_leftovers_only(tmp_path: Path) -> None:
    """What a killed publishing left goes; files and folders of others stay."""
    write_output(tmp_path, make_output(path="sources/hetq/atom.xml"))
    (tmp_path / ".publishing-abcd_123.tmp").write_bytes(b"half")
    (tmp_path / "sources/hetq/.publishing-abcdefgh.tmp").write_bytes(b"half")
    kept = [".publishing-notes", ".publishing-notes.tmp", "robots.txt", "sources/hetq/atom.xml"]
    for name in kept[:3]:
        (tmp_path / name).write_bytes(b"mine")
    (tmp_path / ".publishing-folder01.tmp").mkdir()
    (tmp_path / ".publishing-folder_1.tmp").mkdir()
    assert sweep(tmp_path) == 2
    assert list_files(tmp_path) == kept
    assert (tmp_path / ".publishing-folder_1.tmp").is_dir()
    assert sweep(tmp_path) == 0


REPLACE_FOR_EVER = """
import sys
from itertools import cycle
from pathlib import Path
from aggregator.core.model import Output
from aggregator.edges.files import write_output

for number in cycle(range(256)):
    write_output(Path(sys.argv[1]), Output("atom.xml", "", bytes([number]) * 50_000))
    if number == 9:
        print("busy", flush=True)
"""


def test_a_killed_publishing_leaves_a_whole_file(tmp_path: Path) -> None:
    """After kill -9 in the middle of writing there is one whole version, and sweep cleans up."""
    with start_python(REPLACE_FOR_EVER, tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    body = (tmp_path / "atom.xml").read_bytes()
    assert (len(body), len(set(body))) == (SIZE, 1)
    sweep(tmp_path)
    assert list_files(tmp_path) == ["atom.xml"]


def test_nothing_to_sweep_before_the_first_publishing(tmp_path: Path) -> None:
    """A folder that is not there holds no leftovers."""
    assert sweep(tmp_path / "public") == 0
