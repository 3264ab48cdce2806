"""A lock ends by itself, whatever happens to the clocks."""

import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.lockdown import holds, keeper, protocol
from exitzero.lockdown.events import Kind
from exitzero.lockdown.holds import Hold, Instant, State
from exitzero.lockdown.hosts import HostsFile
from exitzero.lockdown.keeper import Keeper
from exitzero.lockdown.policy import Policy
from tests.lockdown.fake_clock import FakeClock

BASE = b"127.0.0.1 localhost\n10.0.0.1 nas"
SHA = "0" * 64
TEN_HOURS = 36_000


def keeper_at(folder: Path, clock: FakeClock) -> Keeper:
    hosts = HostsFile(str(folder / "hosts"), str(folder), clock)
    made = Keeper(hosts=hosts, folder=str(folder), clock=clock, policy=Policy(hostname="desk"))
    made.start()
    return made


@pytest.fixture(autouse=True)
def no_syncing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of restarts are played here; waiting for the disk at each decides nothing."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.mark.parametrize("seed", range(8))
def test_random_clocks_and_restarts_end_every_lock(seed: int, tmp_path: Path) -> None:
    """Fifty histories a seed, 400 in all: the clock is set, the machine restarts, the helper is killed unsaved."""
    chance = random.Random(seed)
    longest = 0.0
    for number in range(50):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "hosts").write_bytes(BASE)
        clock = FakeClock()
        kept = keeper_at(folder, clock)
        starts_in = chance.choice([0, 0, 1800, TEN_HOURS])
        kept.do(protocol.Lock(("youtube.com",), TEN_HOURS, SHA, starts_in))
        ran, last = 0.0, float(TEN_HOURS + starts_in)
        while last:
            # No step is longer than the loop's own half minute, but for a sleeping machine.
            step = chance.choice([1, 30, 600, 3600])
            clock.go(step)
            ran += step
            if chance.random() < 0.1:
                clock.now_wall += chance.choice([-10 * 86_400, -3600, 3600, 400 * 86_400])
            restarted = chance.random() < 0.1
            if restarted:
                if chance.random() < 0.7:
                    kept.beat()
                clock.restart(off=chance.choice([5, 3600, 86_400]))
                if chance.random() < 0.2:
                    clock.now_wall = 0.0
                kept = keeper_at(folder, clock)
            kept.beat()
            left = _left(kept)
            # A cut of power may cost what was not saved yet, which is half a minute at most.
            assert left <= last + (keeper.SAVE_SECONDS if restarted else 0)
            last = left
            assert ran < TEN_HOURS + starts_in + 40 * 3600, "stuck"
        longest = max(longest, ran)
        assert (folder / "hosts").read_bytes() == BASE
    assert longest > 0


def _left(kept: Keeper) -> float:
    found = kept.do(protocol.Status())["holds"]
    assert isinstance(found, list)
    return max((float(hold["remaining"]) for hold in found), default=0.0)


@given(st.floats(0, 1e6), st.floats(-1e9, 1e9), st.booleans())
def test_time_left_never_grows(passed: float, set_by: float, restarted: bool) -> None:
    """However the clocks stand later, there is not more time left than before."""
    then = Instant(1000.0, "a", 1.79e9)
    hold = Hold("0" * 16, ("x.com",), 3600, 3000.0, 1.79e9 + 3000, SHA)
    now = Instant(5.0 if restarted else 1000.0 + passed, "b" if restarted else "a", 1.79e9 + passed + set_by)
    assert 0 <= hold.fallen(then, now).left <= 3000
    if not restarted:
        assert hold.fallen(then, now).left == pytest.approx(max(0.0, 3000 - passed), abs=1e-6)


def test_setting_the_clock_neither_ends_nor_lengthens(tmp_path: Path) -> None:
    """Within one start of the machine the wall clock means nothing; that it was moved is written down."""
    (tmp_path / "hosts").write_bytes(BASE)
    clock = FakeClock()
    kept = keeper_at(tmp_path, clock)
    kept.do(protocol.Lock(("youtube.com",), 3600, SHA))
    clock.now_wall += 40 * 86_400
    kept.beat()
    assert _left(kept) == 3600
    clock.now_wall -= 80 * 86_400
    clock.go(3599)
    kept.beat()
    assert _left(kept) == 1
    clock.go(1)
    kept.beat()
    assert (tmp_path / "hosts").read_bytes() == BASE
    kinds = [event.kind for event in kept.record.since(0)]
    assert kinds.count(Kind.CLOCK_MOVED) == 2
    assert kinds[-1] is Kind.EXPIRED


def test_a_machine_that_was_off_past_the_end_is_free(tmp_path: Path) -> None:
    """The wall clock may shorten a lock across a restart."""
    (tmp_path / "hosts").write_bytes(BASE)
    clock = FakeClock()
    keeper_at(tmp_path, clock).do(protocol.Lock(("youtube.com",), 3600, SHA))
    assert b"youtube" in (tmp_path / "hosts").read_bytes()
    clock.restart(off=4000)
    keeper_at(tmp_path, clock)
    assert (tmp_path / "hosts").read_bytes() == BASE


def saved(**changes: object) -> dict[str, object]:
    hold = Hold("0" * 16, ("x.com",), 3600, 3000.0, 1.79e9, SHA)
    plain = holds.as_plain(State(Instant(1.0, "a", 1.79e9), (hold,), 100.0))
    kept = plain["holds"]
    assert isinstance(kept, list)
    for name, value in changes.items():
        (kept[0] if name in kept[0] else plain)[name] = value
    return plain


def test_what_is_saved_is_read_again() -> None:
    """Through JSON and back."""
    plain = json.loads(json.dumps(saved()))
    assert holds.as_plain(holds.from_plain(plain)) == saved()


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"left": 1e9},
        {"left": -1},
        {"left": float("nan")},
        {"left": True},
        {"lasts": 86_401},
        {"lasts": 59},
        {"lasts": 60.5},
        {"emergency_left": 901},
        {"names": []},
        {"names": [5]},
        {"names": "x.com"},
        {"id": "../../x"},
        {"release_sha": ""},
        {"boot_id": 7},
        {"holds": [saved()["holds"]] * 9},
        {"holds": None},
    ],
)
def test_a_state_that_cannot_be_ours_is_none(changes: dict[str, object]) -> None:
    """A damaged file can never make a lock that is longer than any may be."""
    with pytest.raises(ValueError, match=r"^[a-z ]+$"):
        holds.from_plain(saved(**changes))


@pytest.mark.parametrize("junk", [b"", b"{", b"[" * 100_000, b"null", b"\xff\xfe", b'{"v":1}', b'{"v":1,"holds":[1]}'])
def test_a_damaged_state_means_no_lock(junk: bytes, tmp_path: Path) -> None:
    """Whatever fails, fails open: the block goes, and that the state was lost is written down."""
    (tmp_path / "hosts").write_bytes(BASE)
    clock = FakeClock()
    keeper_at(tmp_path, clock).do(protocol.Lock(("youtube.com",), 3600, SHA))
    (tmp_path / "state.json").write_bytes(junk)
    kept = keeper_at(tmp_path, clock)
    assert (tmp_path / "hosts").read_bytes() == BASE
    assert Kind.STATE_LOST in [event.kind for event in kept.record.since(0)]
    assert keeper.load(str(tmp_path / "nothing.json"), clock)[1] is False
