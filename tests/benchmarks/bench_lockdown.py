"""What a lock costs: 200,000 foreign lines applied and released, and the real helper while nothing happens."""

import os
import time
from pathlib import Path
from statistics import median

from exitzero.lockdown import install
from exitzero.lockdown.client import Token
from exitzero.lockdown.clock import MachineClock
from exitzero.lockdown.hosts import NOTHING, Block, HostsFile
from tests.benchmarks import measure
from tests.lockdown.rig import HOSTS, Rig, rig, until, why_not

LINES, NAMES, ROUNDS, IDLE_SECONDS = 200_000, 600, 9, 60.0
WANTED = Block(tuple(f"s{number}.example.org" for number in range(NAMES)), "a1b2c3d4", "2026-10-09T04:00:00Z")


def _spans(path: Path, state: Path, data: bytes) -> tuple[float, float]:
    """Milliseconds to apply and to release, medians; each round as a helper that has just started."""
    applied, released = [], []
    path.write_bytes(data)
    clock = MachineClock()
    for _ in range(ROUNDS):
        clock.pause(0.2)  # Longer than the quiet spell, which is no part of the work.
        hosts = HostsFile(str(path), str(state), clock)
        began = time.perf_counter()
        hosts.set(WANTED)
        between = time.perf_counter()
        hosts.set(NOTHING)
        released.append(time.perf_counter() - between)
        applied.append(between - began)
        assert path.read_bytes() == data
    return median(applied) * 1000, median(released) * 1000


def _idle(made: Rig) -> tuple[float, float]:
    """CPU in percent of one core over the span, and resident memory in MB."""
    before = _cpu(made.pid)
    MachineClock().pause(IDLE_SECONDS)
    used = _cpu(made.pid) - before
    pages = int(Path(f"/proc/{made.pid}/statm").read_text().split()[1])
    return used / IDLE_SECONDS * 100, pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _cpu(pid: int) -> float:
    """Seconds on a processor, to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def test_lockdown(tmp_path: Path) -> None:
    """Aims: both together under 150 ms; idle at most 0.3 % of one core and 25 MB."""
    state = tmp_path / "state"
    state.mkdir()
    large = b"127.0.0.1 localhost\n" + b"".join(b"0.0.0.0 ads%06d.example.net\n" % n for n in range(LINES))
    apply_large, release_large = _spans(tmp_path / "large", state, large)
    apply_small, release_small = _spans(tmp_path / "small", state, HOSTS)
    rows = [
        (f"apply, {LINES:,} lines", f"{apply_large:.1f} ms", ""),
        (f"release, {LINES:,} lines", f"{release_large:.1f} ms", "aim 150 ms together"),
        ("apply, 3 lines", f"{apply_small:.1f} ms", ""),
        ("release, 3 lines", f"{release_small:.1f} ms", ""),
    ]
    figures = {"apply": apply_large, "release": release_large}
    if why_not() is None:
        with rig() as made:
            made.start()
            free = _idle(made)
            made.client.lock([f"site-{number}.com" for number in range(100)], lasts=3600, token=Token.fresh())
            until(made.is_locked)
            locked = _idle(made)
            install.switch_policies(on=True, places=made.places)
            until(lambda: made.client.status().policies == "on")
            stronger = _idle(made)
        found = (("nothing locked", free), ("locked", locked), ("locked, browser policies on", stronger))
        for word, (cpu, memory) in found:
            rows.append((f"helper idle, {word}", f"{cpu:.3f} %, {memory:.1f} MB", "aim 0.3 %, 25 MB"))
        figures |= {"cpu": free[0], "cpu_locked": locked[0], "memory": max(memory for _, (_, memory) in found)}
    measure.report(
        "Lockdown",
        f"{NAMES} names, medians of {ROUNDS}, journal and fsync included; the real helper over {IDLE_SECONDS:.0f} s",
        rows,
        {"lockdown": figures},
    )
