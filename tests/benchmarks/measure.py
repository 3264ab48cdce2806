"""What all benchmarks share: a display of their own, the program in a process of its own, medians, one table.

Ratios are always taken within one run, the two sides in turn (A B A B …), because the machine's speed drifts.
"""

import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from statistics import median

from exitzero.core.observation import Difficulty
from exitzero.desktop.clock import SystemClock
from exitzero.truth.leetcode_stand_in import StandIn, Submission
from tests.benchmarks.ten_years import USER

DRIVERS = Path(__file__).with_name("drivers")
ROOT = Path(__file__).parents[2]


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """The environment of a program with a screen: an Xvfb of our own if there is one, else Qt's offscreen platform."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("EXITZERO_", "QT_", "DISPLAY", "WAYLAND_", "DBUS_", "COV_", "PYTEST", "PYTHON"))
    }
    environment["PYTHONPATH"] = str(ROOT)
    # An installed program has its bytecode beside it; a checkout may be told not to write any, and would then compile
    # every library at every start. The warm-up fills this folder.
    environment["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "exitzero-bench-bytecode")
    if shutil.which("Xvfb") is None:
        yield {**environment, "QT_QPA_PLATFORM": "offscreen"}
        return
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x900x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        yield {**environment, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait()


@contextmanager
def leetcode(solved: int = 6, *, delay: float = 0.0) -> Iterator[StandIn]:
    """A LeetCode on the loopback address; today has one submission, the days before the rest."""
    clock = SystemClock()
    now = clock.now()
    submissions = [
        Submission(
            100 + number, _noon(now - timedelta(days=number)), f"problem-{number}", f"Problem {number}", Difficulty.EASY
        )
        for number in range(solved)
    ]

    class Slow(StandIn):
        def answer(self, payload: Mapping[str, object]) -> dict[str, object]:
            threading.Event().wait(delay)
            return super().answer(payload)

    with Slow(USER, submissions, now=clock.now) as found:
        yield found


def _noon(at: datetime) -> datetime:
    return at.replace(hour=0, minute=1, second=0, microsecond=0)


def run(driver: str, *arguments: str, env: Mapping[str, str]) -> dict[str, float]:
    """Run a driver in a process of its own; gives what it printed, with the instant before it was started."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(DRIVERS / driver), *arguments],
        env={**env, "EXITZERO_BENCH_BEGAN": repr(began)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise AssertionError(f"{driver} {arguments} told nothing:\n{done.stderr[-3000:]}")
    told: dict[str, float] = json.loads(lines[-1])
    return told


def alternating(sides: Mapping[str, Sequence[str]], env: Mapping[str, Mapping[str, str]], *, rounds: int) -> "Samples":
    """Run each side's driver in turn, ``rounds`` times after one warm-up."""
    samples: Samples = {side: [] for side in sides}
    for number in range(rounds + 1):
        for side, command in sides.items():
            told = run(*command, env=env[side])
            if number:
                samples[side].append(told)
    return samples


Samples = dict[str, list[dict[str, float]]]


def mid(samples: Sequence[Mapping[str, float]], name: str) -> float:
    """The median of one figure."""
    return median(each[name] for each in samples)


def ratio(ours: Sequence[Mapping[str, float]], theirs: Sequence[Mapping[str, float]], name: str) -> float:
    """The median of the ratios of each round."""
    return median(a[name] / b[name] for a, b in zip(ours, theirs, strict=True))


def machine() -> dict[str, str]:
    """On what this was measured."""
    return {
        "python": platform.python_version(),
        "PySide6": version("PySide6-Essentials"),
        "sqlmodel": version("sqlmodel"),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "cores": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "",
    }


def report(title: str, how: str, rows: Sequence[tuple[str, str, str]], figures: Mapping[str, object]) -> None:
    """Print one table (what, measured, aim) and the same as one line of JSON."""
    wide = max(len(row[0]) for row in rows)
    measured = max(len(row[1]) for row in rows)
    print(f"\n{title}\n{how}")
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    for what, value, aim in rows:
        print(f"  {what:<{wide}}  {value:>{measured}}  {aim}")
    print(json.dumps({"benchmark": title, "machine": machine(), **figures}))
