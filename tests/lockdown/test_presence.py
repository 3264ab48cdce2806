"""What a person does about a lock is an entry each, and one can be told from the other."""

from pathlib import Path

import pytest

from exitzero.lockdown.events import Kind
from exitzero.lockdown.hosts import Block
from exitzero.lockdown.protocol import Release
from exitzero.lockdown.sweeper import sweep
from tests.lockdown.shapes import MARK, UNTIL
from tests.lockdown.test_keeper import BASE, PROOF, Desk

STOPPED = "away 42 s while locked"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def last(desk: Desk) -> tuple[Kind, str]:
    event = desk.keeper.record.since(0)[-1]
    return event.kind, event.detail


def test_a_helper_that_was_stopped_while_locked_says_for_how_long(desk: Desk) -> None:
    """Killed, and started again later: by the boot clock, whatever the wall clock was set to meanwhile."""
    desk.lock()
    desk.go(10)
    desk.clock.go(42)
    desk.clock.now_wall -= 3600
    desk.fresh()
    assert (Kind.STARTED, STOPPED) in [(event.kind, event.detail) for event in desk.keeper.record.since(0)]


def test_only_the_time_within_the_lock_counts(desk: Desk) -> None:
    """Armed for later and over meanwhile: a minute of lock is a minute, though the helper was away for an hour."""
    desk.lock(starts_in=600, lasts=60)
    desk.keeper.beat()
    desk.clock.go(3600)
    desk.fresh()
    assert "away 60 s while locked" in [event.detail for event in desk.keeper.record.since(0)]


def test_stopped_with_nothing_locked_is_no_entry(desk: Desk) -> None:
    """After a release, and while something is armed only, stopping the helper gets round nothing."""
    hold = desk.lock()
    desk.go(5)
    desk.keeper.do(Release(hold, PROOF))
    desk.go(5)
    desk.lock(starts_in=7200)
    desk.keeper.beat()
    desk.clock.go(600)
    desk.fresh()
    assert last(desk) == (Kind.STARTED, "1 locks")


def test_a_restart_of_the_machine_is_no_way_round(desk: Desk) -> None:
    """Power cuts and evenings are not held against anyone."""
    desk.lock(lasts=36_000)
    desk.go(5)
    desk.clock.restart(off=3600)
    desk.fresh()
    assert last(desk) == (Kind.STARTED, "1 locks")


def test_the_sweeper_is_no_helper(desk: Desk) -> None:
    """Its beats in the helper's place do not hide that the helper was away."""
    desk.lock()
    desk.go(2)
    for _ in range(2):
        desk.clock.go(21)
        sweep(hosts=desk.hosts(), folder=str(desk.folder), clock=desk.clock, policy=desk.policy)
    desk.fresh()
    assert last(desk) == (Kind.STARTED, STOPPED)


@pytest.mark.parametrize(
    "junk", [b"", b"{", b"[]", b'{"boot_id": "first"}', b'{"boot_id":"first","boot":1,"spans":[[2]]}']
)
def test_a_damaged_note_tells_nothing_and_stops_nothing(desk: Desk, junk: bytes) -> None:
    """The lock goes on all the same."""
    desk.lock()
    (desk.folder / "seen.json").write_bytes(junk)
    desk.clock.go(42)
    desk.fresh()
    assert last(desk) == (Kind.STARTED, "1 locks")
    assert desk.state() == "locked"


def test_each_way_round_is_an_entry_of_its_own(desk: Desk) -> None:
    """By hand while locked, a backup brought back while not, the helper stopped, the clock moved: four words."""
    hold = desk.lock()
    known = desk.keeper.record.last
    desk.file.write_bytes(BASE)
    desk.go(2)
    desk.clock.now_wall += 86_400
    desk.go(2)
    desk.clock.go(42)
    desk.fresh()
    desk.keeper.do(Release(hold, PROOF))
    desk.file.write_bytes(Block(("youtube.com",), MARK, UNTIL).into(BASE))
    desk.go(31)
    assert [(event.kind, event.detail) for event in desk.keeper.record.since(known)] == [
        (Kind.REPAIRED, ""),
        (Kind.CLOCK_MOVED, "+86400 s"),
        (Kind.STARTED, STOPPED),
        (Kind.RELEASED, ""),
        (Kind.SWEPT, ""),
    ]
    assert desk.file.read_bytes() == BASE
