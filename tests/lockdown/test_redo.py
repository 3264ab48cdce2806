"""A write that is cut anywhere ends as exactly the old or exactly the new file."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitzero.lockdown import block, redo
from exitzero.lockdown.clock import MachineClock
from exitzero.lockdown.hosts import NOTHING, Block, HostsFile
from tests.lockdown.shapes import MARK, UNTIL

WANTED = Block(tuple(f"s{n}.example.org" for n in range(120)), MARK, UNTIL)
OTHER = Block(("s1.example.org", "s2.example.org"), "00000001", UNTIL)
LATER = b"10.7.7.7 appended-later.lan\n"
BASES = {
    "lf": b"127.0.0.1 localhost\n10.0.0.1 a.lan\n",
    "no-newline": b"127.0.0.1 localhost\n10.0.0.1 a.lan",
    "crlf": b"127.0.0.1 localhost\r\n10.0.0.1 a.lan",
    "empty": b"",
    "big": b"".join(b"10.0.0.1 h%d.lan\n" % n for n in range(3000)),
}
CALLS = ("pwrite", "ftruncate", "fsync", "replace", "unlink")
# EXITZERO_WIDE tries more parts of each write.
PARTS = (None, 0.001, 0.37, 0.999, *((0.0, 0.1, 0.9, 1.0) if os.environ.get("EXITZERO_WIDE") else ()))


class PowerCut(BaseException):
    """Nothing in the program may catch it."""


@contextmanager
def cut_at(number: int, part: float | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From the ``number``-th of the calls that matter on, nothing happens any more; a write may happen in part."""
    counted = itertools.count(1)

    def ending(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            at = next(counted)
            if at == number and name == "pwrite" and part is not None:
                descriptor, data, offset = arguments
                assert isinstance(data, memoryview)
                real(descriptor, data[: int(len(data) * part)], offset)
            if at >= number:
                raise PowerCut
            # Syncing costs most of the time here and decides nothing: the process does not really end.
            return None if name == "fsync" else real(*arguments)

        return call

    with monkeypatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, ending(name, getattr(os, name)))
        yield


@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
def test_every_crash_point_ends_as_old_or_new(base: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call that changes anything is the last one once, with each part of a write done; then recovery runs."""
    full = WANTED.into(base)
    starts = {"clean": base, "blocked": full, "tail": full + LATER, "other": OTHER.into(base)}
    points = torn = 0
    for start, aim, part in itertools.product(starts.values(), (WANTED, NOTHING), PARTS):
        for number in itertools.count(1):
            path, state = tmp_path / "hosts", tmp_path / "state"
            state.mkdir(exist_ok=True)
            path.write_bytes(start)
            hosts = HostsFile(str(path), str(state), MachineClock())
            hosts._settled = (hosts.signature(), OTHER)  # type: ignore[assignment]  # It was quiet for long.
            done = False
            try:
                with cut_at(number, part, monkeypatch):
                    hosts.set(aim)
                    done = True
            except PowerCut:
                points += 1
            after = HostsFile(str(path), str(state), MachineClock())
            torn += after.recover()
            found = path.read_bytes()
            assert found in (start, aim.into(start)), (number, part)
            assert block.strip(found) == block.strip(start)
            assert not (state / "redo").exists()
            if done:
                break
    assert points > 100
    assert torn > 0, "no write was ever cut in the middle"


TAILS = st.binary(max_size=1800)


@settings(max_examples=200)
@given(TAILS, TAILS, TAILS, st.data())
def test_any_mix_of_sectors_after_a_power_cut_is_made_whole(
    head: bytes, old: bytes, new: bytes, draw: st.DataObject
) -> None:
    """Old, new or zeros for each sector beyond the bytes that stay, in any mix, becomes the new file."""
    before, after = head + old, head + new
    change = redo.change(before, after)
    length = draw.draw(st.sampled_from(sorted({len(before), len(after)})))
    torn = before[: change.keep]
    while len(torn) < length:
        end = min((len(torn) // redo.SECTOR + 1) * redo.SECTOR, length)
        source = draw.draw(st.sampled_from([before, after, b""]))
        torn += source[len(torn) : end].ljust(end - len(torn), b"\0")
    assert redo.repaired(torn, change) == (None if torn in (before, after) else after)


@settings(max_examples=200)
@given(st.binary(min_size=1, max_size=400), TAILS, TAILS)
def test_another_programs_file_is_left_alone(other: bytes, old: bytes, new: bytes) -> None:
    """If the bytes before our change are not what they were, somebody else has written since."""
    change = redo.change(b"head" + old, b"head" + new)
    assert redo.repaired(b"HEAD" + other, change) is None


@given(st.binary(max_size=60), TAILS, TAILS, st.integers(0, 4000))
def test_a_cut_journal_is_no_journal(head: bytes, old: bytes, new: bytes, length: int) -> None:
    """A whole journal says the same again; a shorter one says nothing."""
    change = redo.change(head + old, head + new)
    raw = change.encoded()
    assert redo.decoded(raw) == change
    assert redo.decoded(raw[: min(length, len(raw) - 1)]) in (None, change if not (change.old or change.new) else None)


@pytest.mark.parametrize(
    "junk", [b"", b"{", b"[]\n", b'{"v":1}\n', b'{"keep":-1,"old":0,"new":0,"head":"","sha":""}\n', b"\xff"]
)
def test_a_damaged_journal_stops_nothing(junk: bytes, tmp_path: Path) -> None:
    """Whatever lies where the journal should be, the next edit works and the file is whole."""
    path = tmp_path / "hosts"
    path.write_bytes(BASES["lf"])
    (tmp_path / "redo").write_bytes(junk)
    hosts = HostsFile(str(path), str(tmp_path), MachineClock())
    assert hosts.set(WANTED)
    assert path.read_bytes() == WANTED.into(BASES["lf"])
    assert hosts.set(NOTHING)
    assert path.read_bytes() == BASES["lf"]
