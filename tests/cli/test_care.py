"""`healthcheck` and `backup`."""

from pathlib import Path

import pytest

from aggregator.core.model import Decision
from aggregator.edges.store import hold_lock, open_store
from tests.cli.desk import Desk, name_source
from tests.edges.loopback import Request, Response, find_closed_port, serve
from tests.edges.make import load_entries, make_entry, make_state


def write_config(desk: Desk, port: int) -> None:
    """Configure a source, and a server at a port."""
    head = f"serve: {{host: 127.0.0.1, port: {port}}}\n"
    desk.write(name_source("https://paper.example/feed"), head=head)


def test_without_a_daemon_it_is_not_ready(desk: Desk) -> None:
    """One line says where nobody answers, and what to look for."""
    port = find_closed_port()
    write_config(desk, port)
    said = desk.run("healthcheck")
    assert (said.code, said.err, said.out.count("\n")) == (1, "", 1)
    assert f"http://127.0.0.1:{port}/ does not answer" in said.out
    assert said.out.endswith("; is `aggregator run` at work?\n")


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [(200, "ready", 0), (503, "nothing is published yet\nthe calendar stands still", 1)],
)
def test_the_daemons_answer_decides(desk: Desk, status: int, body: str, code: int) -> None:
    """What /readyz says is printed; ready is exit code 0."""
    asked = []

    def site(request: Request) -> Response:
        asked.append(request.path)
        return Response(status, {}, f"{body}\n".encode())

    with serve(site) as url:
        write_config(desk, int(url.rpartition(":")[2]))
        said = desk.run("healthcheck")
    assert (said.code, said.out, said.err) == (code, f"{body}\n", "")
    assert asked == ["/readyz"]


def test_the_address_in_the_lock_comes_first(desk: Desk) -> None:
    """A daemon on a free port is found by the line it left."""
    write_config(desk, find_closed_port())
    with serve(lambda _: Response(200, {}, b"ready")) as url, hold_lock(Path("data")) as note:
        note(f"{url}/")
        assert desk.run("healthcheck").code == 0


def test_an_answer_cannot_command_the_terminal(desk: Desk) -> None:
    """Whoever answers at the port: its controls are written out."""
    with serve(lambda _: Response(200, {}, b"\x1b[31mready")) as url:
        write_config(desk, int(url.rpartition(":")[2]))
        assert desk.run("healthcheck").out == "\\u001b[31mready\n"


def test_a_backup_is_a_store(desk: Desk) -> None:
    """Moved into a data folder it is read as the first one was; not twice to one file."""
    desk.write(name_source("https://paper.example/feed"))
    Path("data").mkdir()
    with open_store(Path("data")) as store:
        store.save([Decision(make_state("paper"), (make_entry("paper"),))])
    Path("copy").mkdir()
    said = desk.run("backup", "copy/aggregator.db")
    assert (said.code, said.out, said.err) == (0, "copy/aggregator.db: written\n", "")
    with open_store(Path("copy"), write=False) as copy:
        assert [entry.source_id for entry in load_entries(copy)] == ["paper"]
    assert desk.run("status", "--data", "copy").code == 0
    again = desk.run("backup", "copy/aggregator.db")
    assert again.code == 1
    assert "copy/aggregator.db: exists already; name another file" in again.err


def test_without_a_store_there_is_no_backup(desk: Desk) -> None:
    """The message names the place; nothing is written."""
    desk.write(name_source("https://paper.example/feed"))
    said = desk.run("backup", "copy.db")
    assert said.code == 1
    assert "nothing is stored yet" in said.err
    assert not Path("copy.db").exists()
