"""Requests to one host are few, requests to one domain are apart."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from aggregator.core.settings import PollingSettings
from aggregator.pipeline.hosts import HostGate
from aggregator.pipeline.slots import Slots

NOON = datetime(2023, 9, 21, 8, 0, tzinfo=UTC)


def is_apart(starts: Sequence[float], spacing: float, slack: float = 0.1) -> bool:
    """Whether each start is a spacing after the one before, or up to a quarter more."""
    gaps = [later - earlier for earlier, later in pairwise(sorted(starts))]
    return all(spacing - slack <= gap <= 1.25 * spacing + slack for gap in gaps)


class FakeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer: nothing sleeps for real."""

    jumped = 0.0

    def time(self) -> float:
        """The real time and all jumps."""
        return super().time() + self.jumped

    def _run_once(self) -> None:
        ready = self._ready  # type: ignore[attr-defined] # the base loop's own queue
        timers = self._scheduled  # type: ignore[attr-defined] # as above
        if not ready and timers:
            self.jumped += max(0.0, timers[0].when() - self.time())
        super()._run_once()  # type: ignore[misc] # asyncio ships no types for it


async def visit(gate: HostGate, host: str, starts: list[float], length: float) -> None:
    """Hold a slot of the host for a while, noting when that began."""
    async with AsyncExitStack() as work, gate.enter(host, work):
        starts.append(asyncio.get_running_loop().time())
        await asyncio.sleep(length)


def run_visits(hosts: list[str], polling: PollingSettings, length: float) -> list[float]:
    """When each of the visits began, from the first on."""
    starts: list[float] = []

    async def run() -> None:
        gate = HostGate(
            polling, lambda host: None if host == "localhost" else "paper.example", lambda: NOON
        )
        await asyncio.gather(*(visit(gate, host, starts, length) for host in hosts))

    with asyncio.Runner(loop_factory=FakeLoop) as runner:
        runner.run(run())
    return [start - starts[0] for start in starts]


def test_two_requests_to_one_domain_are_a_spacing_apart() -> None:
    """Hosts of one registrable domain share its spacing."""
    polling = PollingSettings(host_spacing=timedelta(seconds=10), per_host=5)
    starts = run_visits(["a.paper.example", "b.paper.example", "a.paper.example"], polling, 1)
    assert is_apart(starts, 10)
    steps = [later - earlier for earlier, later in pairwise(starts)]
    assert abs(steps[0] - steps[1]) > 0.01


def test_one_host_serves_as_many_as_per_host_says() -> None:
    """A host without a domain is not spaced, but its slots are kept."""
    polling = PollingSettings(host_spacing=timedelta(seconds=10), per_host=2)
    starts = run_visits(["localhost"] * 5, polling, 3)
    assert [round(start) for start in starts] == [0, 0, 3, 3, 6]


def test_a_slow_answer_keeps_the_next_request_waiting() -> None:
    """With one slot a host, an exchange longer than the spacing is waited for."""
    polling = PollingSettings(host_spacing=timedelta(seconds=2), per_host=1)
    starts = run_visits(["a.paper.example"] * 3, polling, 7)
    assert [round(start) for start in starts] == [0, 7, 14]


def test_no_more_than_256_sources_are_in_work_at_once() -> None:
    """Sockets and bodies in memory are bounded, whatever the number of sources."""
    polling = PollingSettings(per_host=1000)
    starts = run_visits(["localhost"] * 300, polling, 5)
    assert sum(round(start) == 0 for start in starts) == 256


@dataclass
class Trip:
    """A source on its way over several hosts, ten seconds at each."""

    hosts: tuple[str, ...]
    begins: list[int] = field(default_factory=list)

    async def go(self, gate: HostGate) -> None:
        """Be at one host after the other."""
        first, *others = self.hosts
        async with AsyncExitStack() as work, gate.enter(first, work) as move:
            for host in (first, *others):
                async with move(host):
                    self.begins.append(round(asyncio.get_running_loop().time()))
                    await asyncio.sleep(10)


def find_last_two(host: str) -> str | None:
    """The last two labels of a host's name, None for a host without a dot."""
    return ".".join(host.split(".")[-2:]) if "." in host else None


def run_trips(polling: PollingSettings, *trips: Trip) -> list[list[int]]:
    """When each trip began at each of its hosts, from the first beginning on."""

    async def run() -> None:
        gate = HostGate(polling, find_last_two, lambda: NOON)
        async with asyncio.timeout(1_000_000):
            await asyncio.gather(*(trip.go(gate) for trip in trips))

    with asyncio.Runner(loop_factory=FakeLoop) as runner:
        runner.run(run())
    first = min(trip.begins[0] for trip in trips)
    return [[begin - first for begin in trip.begins] for trip in trips]


@pytest.mark.parametrize("burner", ["f.burner.example", "localhost"])
def test_redirects_to_one_host_wait_for_each_other(burner: str) -> None:
    """A hop to another domain waits for that host's slot, as a first request does."""
    trips = [Trip((f"paper-{n}.example", burner)) for n in range(4)]
    begins = run_trips(PollingSettings(host_spacing=timedelta(seconds=1)), *trips)
    assert {first for first, _ in begins} == {0}
    assert is_apart([second for _, second in begins], 10, slack=1)


def test_redirects_to_one_domain_are_a_spacing_apart() -> None:
    """A hop to another domain waits for that domain's turn, whichever its host."""
    trips = [Trip((f"paper-{n}.example", f"f{n}.burner.example")) for n in range(4)]
    trips.append(Trip(("f9.burner.example",)))
    begins = run_trips(PollingSettings(host_spacing=timedelta(seconds=15)), *trips)
    assert is_apart([times[-1] for times in begins], 15, slack=1)


@pytest.mark.parametrize("second", ["feeds.paper.example", "paper.example"])
def test_a_hop_within_a_domain_is_a_spacing_apart_too(second: str) -> None:
    """A redirect makes one more request to the domain; on the same host it keeps its slot."""
    polling = PollingSettings(host_spacing=timedelta(seconds=100))
    (begins,) = run_trips(polling, Trip(("paper.example", second, "paper.example")))
    assert is_apart(begins, 100, slack=1)


def test_a_hop_on_the_same_host_does_not_let_others_in_between() -> None:
    """Or the redirects of a host with many sources would each wait for all of them."""
    polling = PollingSettings(host_spacing=timedelta(0))
    twice, once = Trip(("paper.example", "paper.example")), Trip(("paper.example",))
    assert run_trips(polling, twice, once) == [[0, 10], [20]]


@pytest.mark.parametrize(("before", "after", "begins"), [(2, 1, 6), (1, 2, 3)])
def test_a_reload_counts_who_is_at_work_already(before: int, after: int, begins: int) -> None:
    """Other limits are in effect at once, and nobody is asked beside those that are at work."""
    starts: list[float] = []

    async def run() -> None:
        polling = PollingSettings(host_spacing=timedelta(seconds=3), per_host=before)
        gate = HostGate(polling, lambda _: None, lambda: NOON)
        visits = [asyncio.create_task(visit(gate, "localhost", starts, 6)) for _ in range(before)]
        await asyncio.sleep(3)
        gate.use(PollingSettings(per_host=after))
        await asyncio.gather(*visits, visit(gate, "localhost", starts, 6))

    with asyncio.Runner(loop_factory=FakeLoop) as runner:
        runner.run(run())
    assert round(starts[-1] - starts[0]) == begins


def test_a_reload_changes_the_spacing_from_the_next_request_on() -> None:
    """What a domain is owed for the last request stays."""
    starts: list[float] = []

    async def run() -> None:
        gate = HostGate(
            PollingSettings(host_spacing=timedelta(seconds=20)), find_last_two, lambda: NOON
        )
        await visit(gate, "paper.example", starts, 0)
        gate.use(PollingSettings(host_spacing=timedelta(seconds=4)))
        await visit(gate, "paper.example", starts, 0)
        await visit(gate, "paper.example", starts, 0)

    with asyncio.Runner(loop_factory=FakeLoop) as runner:
        runner.run(run())
    assert is_apart(starts[:2], 20)
    assert is_apart(starts[1:], 4)


def test_a_place_that_nobody_wants_any_more_is_given_on() -> None:
    """Whoever is cancelled while waiting, or in the very moment of being called, takes none."""

    async def run() -> list[str]:
        slots, order = Slots(1), list[str]()

        async def take(name: str) -> None:
            async with slots:
                order.append(name)

        async with slots:
            waiting = {name: asyncio.create_task(take(name)) for name in "abc"}
            await asyncio.sleep(0)
            waiting["a"].cancel()
            await asyncio.sleep(0)
        waiting["b"].cancel()  # its place was just given to it
        await asyncio.gather(*waiting.values(), return_exceptions=True)
        return order

    assert asyncio.run(run()) == ["c"]


def test_who_waits_for_another_host_holds_none() -> None:
    """While one redirected away from a host waits, the host serves the next."""
    polling = PollingSettings(host_spacing=timedelta(0))
    busy = Trip(("b.example",) * 10)
    waiting, next_one = Trip(("a.example", "b.example")), Trip(("a.example",))
    assert run_trips(polling, busy, waiting, next_one)[1:] == [[0, 100], [10]]


def test_sources_that_redirect_to_each_others_hosts_do_not_block_each_other() -> None:
    """However many there are, and also when every place is taken, all come to their end."""
    polling = PollingSettings(host_spacing=timedelta(0))
    away = [Trip((f"h{n}.example", f"h{(n + 1) % 300}.example")) for n in range(300)]
    crowd = [Trip(("h0.example", "h1.example")) for _ in range(10)]
    begins = run_trips(polling, *away, *crowd)
    assert all(len(times) == 2 for times in begins)
