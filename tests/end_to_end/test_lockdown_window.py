"""The whole path of a lock, in the window: an unmet day arms it, the deadline locks it with the program closed, and a
verified submission releases it.

The real cockpit on a real display, the real helper process on a private hosts file, the system's own resolver.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from exitzero.build import build_engine
from exitzero.core.blocking import Blocking
from exitzero.core.contract import Clause, Terms
from exitzero.core.words import ClauseKind
from exitzero.desktop.vault import MemoryVault
from exitzero.lockdown.client import Client, Standing
from exitzero.truth.leetcode_stand_in import StandIn, Submission
from tests.benchmarks.measure import screen
from tests.end_to_end.lockdown_window import ClockAhead
from tests.lockdown.rig import HOSTS, Rig, rig, until, why_not

SITE = "news.ycombinator.com"
NOWHERE = {"0.0.0.0", "::"}  # noqa: S104 - where a locked name leads
MISSING = [program for program in ("Xvfb", "xdotool") if shutil.which(program) is None]

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(240),
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
    pytest.mark.skipif(bool(MISSING), reason=f"needs the packages {', '.join(MISSING).lower()}"),
]


class Story:
    """One machine with its clock ahead, so that the deadline comes soon."""

    def __init__(self, folder: Path, helper: Rig, environment: dict[str, str], *, before_deadline: timedelta) -> None:
        self.folder = folder
        self.helper = helper
        self.environment = {**environment, "EXITZERO_DATA_DIR": str(folder / "data")}
        now = datetime.now(UTC)
        midnight = datetime.combine(now.date() + timedelta(days=1), time(0), UTC)
        self.ahead = midnight - before_deadline - now
        self.clock = ClockAhead(self.ahead)
        self.day = now.date()
        self.leetcode = StandIn("ada", now=self.clock.now)
        self.picture = folder / "window.png"
        self.cockpit: subprocess.Popen[bytes] | None = None
        self._asked_at, self._standing, self._pressed_at = 0.0, Standing.IDLE, 0.0

    def agree(self) -> None:
        """The contract, twelve hours ago: one submission a day, or one site is out of reach."""
        engine = build_engine(
            self.folder / "data",
            mode="command",
            clock=ClockAhead(self.ahead - timedelta(hours=12)),
            vault=MemoryVault(),
            urls={"leetcode": self.leetcode.url, "leetcode_cn": self.leetcode.url},
            helper=Client(self.helper.places.socket),
        )
        terms = Terms(
            clauses=(Clause(ClauseKind.LEETCODE, 1, subject="ada"),),
            zone="UTC",
            blocking=Blocking(sites=frozenset({SITE}), failed=True),
        )
        engine.do(lambda actions: actions.adopt(terms)).result()
        engine.close()

    def open(self) -> None:
        """Open the window."""
        command = ["-m", "tests.end_to_end.lockdown_window", str(self.ahead.total_seconds())]
        self.cockpit = subprocess.Popen(
            [sys.executable, *command, str(self.helper.places.socket), self.leetcode.url, str(self.picture)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self.picture.exists, seconds=60)

    def close(self) -> None:
        """Quit the window, as the session's end would."""
        if self.cockpit is not None:
            self.cockpit.send_signal(signal.SIGTERM)
            assert self.cockpit.wait(30) == 0
            self.cockpit = None
            self.picture.unlink(missing_ok=True)

    def checked(self) -> bool:
        """Press *Check now*, now and then, until the lock is gone."""
        now = self.clock.monotonic()
        if now - self._pressed_at > 3:
            self._pressed_at = now
            self.press("F5")
        return self.stands(Standing.IDLE, Standing.ARMED)

    def shown(self) -> str:
        """How the window's own record of today says that the lockdown stands."""
        with closing(sqlite3.connect(self.folder / "data" / "exitzero.db")) as database:
            row = database.execute("SELECT body FROM snapshot").fetchone()
        return str(json.loads(row[0])["lock"]["standing"]) if row else ""

    def press(self, keys: str) -> None:
        """Press a shortcut in the window."""
        found = subprocess.run(
            ["xdotool", "search", "--sync", "--onlyvisible", "--name", "ExitZero"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout.split()
        subprocess.run(["xdotool", "windowfocus", found[0], "key", keys], env=self.environment, timeout=30, check=True)

    def stands(self, *wanted: Standing) -> bool:
        """Whether the helper says so; asked twice a second at most, since it answers nobody who asks too often."""
        now = self.clock.monotonic()
        if now - self._asked_at > 0.5:
            self._asked_at, self._standing = now, self.helper.client.status().standing
        return self._standing in wanted

    def keep(self, name: str) -> None:
        """Keep the newest look of the window where the environment says, for whoever wants to see it."""
        folder = os.environ.get("EXITZERO_SHOTS")
        if folder:
            before = self.picture.stat().st_mtime + 1.5
            until(lambda: self.picture.stat().st_mtime > before)
            shutil.copy(self.picture, Path(folder) / f"{name}.png")


@contextmanager
def story(folder: Path, *, before_deadline: timedelta) -> Iterator[Story]:
    """A story with a helper and a screen, over afterwards."""
    with rig() as helper, screen() as environment:
        helper.start()
        one = Story(folder, helper, environment, before_deadline=before_deadline)
        try:
            yield one
        finally:
            if one.cockpit is not None:
                one.cockpit.kill()
                one.cockpit.wait()
            one.leetcode.close()


def test_armed_by_an_unmet_day_locked_by_the_deadline_released_by_a_submission(tmp_path: Path) -> None:
    """23:59 needs neither the program nor a password, and verified is released at once, in the window."""
    with story(tmp_path, before_deadline=timedelta(seconds=45)) as one:
        one.agree()
        one.open()
        until(lambda: one.stands(Standing.ARMED), seconds=40)
        one.keep("1-armed")
        assert one.helper.getent(SITE) == set()
        one.close()
        assert one.stands(Standing.ARMED)

        until(lambda: one.stands(Standing.LOCKED), seconds=75)
        assert one.helper.getent(SITE) <= NOWHERE
        assert one.helper.getent(SITE)
        assert f"0.0.0.0 {SITE} # exitzero".encode() in one.helper.hosts.read_bytes()

        one.open()
        until(lambda: one.clock.now().date() > one.day)
        until(lambda: one.shown() == "locked", seconds=60)
        one.keep("2-locked")
        handed_in = datetime.combine(one.day, time(23, 59, 50), UTC)
        one.leetcode.add(Submission(1, handed_in, "two-sum", "Two Sum"))
        until(one.checked, seconds=60)
        until(lambda: one.helper.hosts.read_bytes() == HOSTS)
        until(lambda: one.shown() in {"idle", "armed"}, seconds=30)
        one.keep("3-released")
        one.close()
