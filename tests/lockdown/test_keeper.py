"""What is locked, what is in the file and what is said of it are one thing."""

import hashlib
from pathlib import Path

import pytest

from exitzero.lockdown import block
from exitzero.lockdown.events import Kind, Record
from exitzero.lockdown.holds import MOST_HOLDS
from exitzero.lockdown.hosts import NOTHING, HostsFile
from exitzero.lockdown.keeper import Keeper
from exitzero.lockdown.policy import Policy
from exitzero.lockdown.protocol import Check, Emergency, Events, Extend, Lock, Release, Status
from exitzero.lockdown.reasons import Reason, Refused
from exitzero.lockdown.sweeper import Alive, strip, sweep
from tests.lockdown.fake_clock import FakeClock

BASE = b"127.0.0.1 localhost\n10.0.0.1 nas"
PROOF = "what only the app knows"
SHA = hashlib.sha256(PROOF.encode()).hexdigest()


class Desk:
    """A machine with a hosts file, a clock that the test moves and a keeper."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.file = folder / "hosts"
        self.file.write_bytes(BASE)
        self.policy = Policy(hostname="desk")
        self.keeper = self.fresh()

    def hosts(self) -> HostsFile:
        return HostsFile(str(self.file), str(self.folder), self.clock)

    def fresh(self) -> Keeper:
        """The helper starts (again)."""
        self.keeper = Keeper(hosts=self.hosts(), folder=str(self.folder), clock=self.clock, policy=self.policy)
        self.keeper.start()
        return self.keeper

    def lock(self, *names: str, lasts: int = 3600, starts_in: int = 0) -> str:
        found = self.keeper.do(Lock(names or ("youtube.com",), lasts, SHA, starts_in))["id"]
        assert isinstance(found, str)
        return found

    def go(self, seconds: float) -> None:
        self.clock.go(seconds)
        self.keeper.beat()

    def state(self) -> object:
        return self.keeper.do(Status())["state"]

    def kinds(self) -> list[Kind]:
        return [event.kind for event in self.keeper.record.since(0)]

    def names(self) -> set[bytes]:
        """What the file blocks."""
        lines = self.file.read_bytes().splitlines()
        return {line.split()[1] for line in lines if block.is_ours(line) and line.startswith(b"0.0.0.0 ")}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_armed_it_begins_and_ends_by_itself(desk: Desk) -> None:
    """What was armed in the evening locks at the deadline with nobody there, and ends on its own."""
    desk.lock(starts_in=600, lasts=120)
    assert desk.state() == "armed"
    assert desk.file.read_bytes() == BASE
    desk.go(599)
    assert desk.file.read_bytes() == BASE
    desk.go(1)
    assert desk.state() == "locked"
    assert desk.names() == {b"youtube.com"}
    desk.go(119)
    assert desk.state() == "locked"
    desk.go(1)
    assert desk.state() == "idle"
    assert desk.file.read_bytes() == BASE
    assert desk.kinds()[-3:] == [Kind.ARMED, Kind.BEGAN, Kind.EXPIRED]


def test_two_causes_stand_side_by_side(desk: Desk) -> None:
    """The end of a focus session releases its own sites only; the deadline's lock still comes."""
    focus = desk.lock("x.com", "reddit.com", lasts=600)
    desk.lock("youtube.com", "x.com", starts_in=300)
    desk.go(300)
    assert desk.names() == {b"x.com", b"reddit.com", b"youtube.com"}
    desk.keeper.do(Release(focus, PROOF))
    assert desk.names() == {b"x.com", b"youtube.com"}
    desk.go(3600)
    assert desk.file.read_bytes() == BASE


def test_names_are_added_and_never_taken_away_and_time_stays(desk: Desk) -> None:
    """While locked, tightening is possible and loosening is not."""
    hold = desk.lock("x.com", lasts=600)
    desk.go(100)
    answer = desk.keeper.do(Extend(hold, ("reddit.com",)))
    assert answer["remaining"] == 500
    assert desk.names() == {b"x.com", b"reddit.com"}
    desk.keeper.do(Extend(hold, ("x.com",)))
    assert desk.names() == {b"x.com", b"reddit.com"}
    desk.go(500)
    assert desk.file.read_bytes() == BASE


def test_refused_names_refuse_the_whole_request(desk: Desk) -> None:
    """Nothing is locked in part, and each refused name has its reason."""
    with pytest.raises(Refused) as refused:
        desk.lock("x.com", "leetcode.com", "localhost")
    assert refused.value.names == {"leetcode.com": "truth-source", "localhost": "reserved"}
    assert desk.state() == "idle"
    assert desk.file.read_bytes() == BASE
    assert desk.keeper.do(Check(("x.com", "github.com"))) == {"refused": {"github.com": "work"}}


def test_only_the_token_opens_and_guessing_is_slow(desk: Desk) -> None:
    """A wrong token is written down; the next try has to wait, and ten a minute are the end of it."""
    hold = desk.lock()
    for _ in range(10):
        with pytest.raises(Refused, match="bad-proof"):
            desk.keeper.do(Release(hold, "guess"))
        with pytest.raises(Refused, match="too-fast"):
            desk.keeper.do(Release(hold, PROOF))
        desk.go(1.5)
    with pytest.raises(Refused, match="too-fast"):
        desk.keeper.do(Release(hold, PROOF))
    desk.go(60)
    desk.keeper.do(Release(hold, PROOF))
    assert desk.file.read_bytes() == BASE
    assert desk.kinds().count(Kind.BAD_PROOF) == 10


def test_disarming_is_for_what_has_not_begun(desk: Desk) -> None:
    """An armed lock goes without a trace in the file; one that has begun needs a release."""
    armed = desk.lock(starts_in=600)
    desk.keeper.do(Release(armed, PROOF, armed_only=True))
    desk.go(700)
    assert desk.file.read_bytes() == BASE
    begun = desk.lock()
    with pytest.raises(Refused, match="already-begun"):
        desk.keeper.do(Release(begun, PROOF, armed_only=True))
    with pytest.raises(Refused, match="unknown-hold"):
        desk.keeper.do(Release("f" * 16, PROOF))


def test_the_emergency_exit_opens_after_its_wait(desk: Desk) -> None:
    """Fifteen minutes of running machine, then everything that is locked opens; what is armed stays."""
    desk.lock("x.com")
    desk.lock("y.com", starts_in=7200)
    assert desk.keeper.do(Emergency()) == {"wait": 900}
    desk.go(600)
    assert desk.keeper.do(Emergency()) == {"wait": 300}, "asking again does not start it anew"
    desk.clock.now_wall += 86_400
    desk.keeper.beat()
    assert desk.state() == "locked", "setting the clock is no way round"
    desk.clock.now_boot += 0
    desk.go(300)
    assert desk.state() == "armed"
    assert desk.file.read_bytes() == BASE
    assert Kind.EMERGENCY_OPENED in desk.kinds()


def test_the_emergency_exit_can_be_taken_back_and_needs_a_lock(desk: Desk) -> None:
    """Second thoughts are allowed; with nothing locked there is nothing to leave."""
    with pytest.raises(Refused, match="not-locked"):
        desk.keeper.do(Emergency())
    desk.lock(lasts=3600)
    desk.keeper.do(Emergency())
    desk.go(500)
    desk.keeper.do(Emergency(cancel=True))
    desk.go(1000)
    assert desk.state() == "locked"
    assert desk.keeper.do(Emergency()) == {"wait": 900}


def test_the_emergency_wait_survives_a_restart(desk: Desk) -> None:
    """The wait goes on after a restart of the machine, without the time it was off."""
    desk.lock(lasts=36_000)
    desk.keeper.do(Emergency())
    desk.go(60)
    desk.clock.restart(off=600)
    desk.fresh()
    assert desk.keeper.do(Status())["emergency_left"] == 840


def test_an_edit_by_hand_is_put_right_and_written_down(desk: Desk) -> None:
    """The person's other changes stay; our lines come back at the end."""
    desk.lock()
    desk.file.write_bytes(b"10.0.0.9 new\n" + BASE)
    desk.go(2)
    assert desk.names() == {b"youtube.com"}
    assert block.strip(desk.file.read_bytes()) == b"10.0.0.9 new\n" + BASE
    assert desk.kinds()[-1] is Kind.REPAIRED


def test_a_restored_backup_with_our_lines_is_swept(desk: Desk) -> None:
    """No lock, no line of ours, whoever brought it back."""
    hold = desk.lock()
    backup = desk.file.read_bytes()
    desk.keeper.do(Release(hold, PROOF))
    desk.file.write_bytes(backup)
    desk.go(31)
    assert desk.file.read_bytes() == BASE
    assert desk.kinds()[-1] is Kind.SWEPT


def test_endless_fighting_is_given_up_for_a_while(desk: Desk) -> None:
    """Another program that undoes each repair is told of, and the helper does not spin."""
    desk.lock()
    for _ in range(40):
        desk.file.write_bytes(BASE)
        desk.go(0.5)
    assert 20 < desk.kinds().count(Kind.REPAIRED) < 30
    assert "contended" in str(desk.keeper.do(Status())["flags"])
    desk.go(10)
    assert desk.state() == "locked"


def test_never_locked_when_the_file_says_otherwise(desk: Desk) -> None:
    """A lock whose block cannot be written is told as degraded, with the reason; it heals by itself."""
    desk.lock()
    desk.file.write_bytes(b"\0\0" + BASE)
    desk.go(2)
    status = desk.keeper.do(Status())
    assert (status["state"], status["flags"]) == ("degraded", ["not-text"])
    desk.file.write_bytes(BASE)
    desk.go(10)
    assert desk.state() == "locked"
    assert Kind.TROUBLE in desk.kinds()


def test_a_lock_that_cannot_be_written_is_none(desk: Desk) -> None:
    """The request fails with the reason, and nothing of it stays behind."""
    desk.file.write_bytes(b"\0\0")
    with pytest.raises(Refused, match="not-text"):
        desk.lock()
    assert desk.state() == "idle"
    desk.file.write_bytes(BASE)
    desk.go(31)
    desk.fresh()
    assert desk.file.read_bytes() == BASE


def test_a_conflict_is_told_and_the_persons_line_stays(desk: Desk) -> None:
    """Their own line for a blocked name wins in the resolver; it is shown, not deleted."""
    mine = b"10.0.0.7 youtube.com\n"
    desk.file.write_bytes(mine)
    desk.lock()
    status = desk.keeper.do(Status())
    assert status["conflicts"] == ["youtube.com"]
    assert status["flags"] == ["conflict"]
    assert desk.file.read_bytes().startswith(mine)


def test_there_are_bounds(desk: Desk) -> None:
    """So many holds, so many names in all of them."""
    with pytest.raises(Refused) as refused:
        desk.lock(*(f"s{number}.com" for number in range(601)))
    assert refused.value.reason is Reason.BAD_NAMES
    for number in range(MOST_HOLDS):
        desk.lock(*(f"s{number}-{each}.com" for each in range(600 // MOST_HOLDS)), starts_in=60)
    with pytest.raises(Refused, match="too-many-holds"):
        desk.lock()


def test_a_restarted_helper_goes_on_where_it_was(desk: Desk) -> None:
    """Kill and start: the lock stands, its time has gone on."""
    desk.lock(lasts=600)
    desk.clock.go(200)
    desk.fresh()
    assert desk.state() == "locked"
    assert desk.keeper.do(Status())["holds"][0]["remaining"] == 400  # type: ignore[index]


def test_a_crash_between_state_and_file_finishes_what_was_meant(desk: Desk) -> None:
    """The state is written first; the next start brings the file in step, in both directions."""
    hold = desk.lock()
    desk.file.write_bytes(BASE)
    desk.fresh()
    assert desk.names() == {b"youtube.com"}
    inside = desk.file.read_bytes()
    desk.keeper.do(Release(hold, PROOF))
    desk.file.write_bytes(inside)
    desk.fresh()
    assert desk.file.read_bytes() == BASE


def test_the_sweeper_ends_a_lock_whose_helper_is_gone(desk: Desk) -> None:
    """With no helper alive the time still falls, even with the clock set back between the sweeps."""
    desk.lock(lasts=600)
    alive = Alive(str(desk.folder))
    for _ in range(2):
        desk.clock.go(250)
        desk.clock.now_wall -= 86_400
        sweep(hosts=desk.hosts(), folder=str(desk.folder), clock=desk.clock, policy=desk.policy)
        assert desk.names() == {b"youtube.com"}
    desk.clock.go(100)
    sweep(hosts=desk.hosts(), folder=str(desk.folder), clock=desk.clock, policy=desk.policy)
    assert desk.file.read_bytes() == BASE
    assert alive.take()
    alive.leave()


def test_the_sweeper_does_not_trust_a_helper_that_hangs(desk: Desk) -> None:
    """A helper that is alive and does nothing keeps nobody locked; a healthy lock is left alone."""
    desk.lock(lasts=600)
    alive = Alive(str(desk.folder))
    assert alive.take()
    try:
        assert not sweep(hosts=desk.hosts(), folder=str(desk.folder), clock=desk.clock, policy=desk.policy)
        assert desk.names() == {b"youtube.com"}
        desk.clock.go(601)
        assert sweep(hosts=desk.hosts(), folder=str(desk.folder), clock=desk.clock, policy=desk.policy)
    finally:
        alive.leave()
    assert desk.file.read_bytes() == BASE


def test_the_way_out_by_hand_ends_everything(desk: Desk) -> None:
    """Uninstalling while locked gives the file back and forgets the locks."""
    desk.lock(lasts=86_400)
    assert strip(hosts=desk.hosts(), folder=str(desk.folder), clock=desk.clock)
    assert desk.file.read_bytes() == BASE
    desk.fresh()
    assert desk.state() == "idle"
    assert desk.hosts().holds(NOTHING)


def test_events_are_kept_numbered_and_cut_lines_passed_over(tmp_path: Path) -> None:
    """The last two hundred stay, their numbers go on over restarts, and a torn line costs only itself."""
    path = tmp_path / "events.jsonl"
    record = Record(str(path), lambda: 5.0)
    for _ in range(450):
        record.add(Kind.REPAIRED)
    with path.open("ab") as file:
        file.write(b'{"number":451,"at"')
    again = Record(str(path), lambda: 6.0)
    event = again.add(Kind.SWEPT, detail="x" * 1000)
    assert (event.number, len(event.detail)) == (451, 200)
    assert len(path.read_bytes().splitlines()) <= 402
    assert [each.number for each in Record(str(path), lambda: 7.0).since(448)] == [449, 450, 451]


def test_events_are_asked_for_by_number(desk: Desk) -> None:
    """The app takes what is newer than it knows into its journal."""
    known = desk.keeper.record.last
    hold = desk.lock()
    desk.keeper.do(Release(hold, PROOF))
    found = desk.keeper.do(Events(known))["events"]
    assert isinstance(found, list)
    assert [(event["kind"], event["hold"]) for event in found] == [("began", hold), ("released", hold)]
