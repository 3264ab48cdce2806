"""Run by the tests as a program of its own: judge a day again and again and be killed at another step each time.

Everything is imported once, then each attempt is a fork of its own over a copy of the data folder, which ends itself
with SIGKILL in the writer thread: before a commit, after it, or before a statement in the middle of a transaction.
Prints as JSON which step each folder was killed at. Arguments: data folder, address to ask, true time, zone.
"""

import json
import os
import shutil
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2  # noqa: F401 - here, so that not every fork has to load it
from sqlalchemy import event

from exitzero.build import build_engine
from exitzero.desktop.vault import MemoryVault
from exitzero.engine.engine import Engine
from tests.engine.kit import FakeClock

EVERY = 40
"""Of the statements within transactions every so many-th is tried; SQLite treats them all alike."""


class Steps:
    """Counts the steps of one kind and kills the process at one of them."""

    def __init__(self, kind: str, fatal: int) -> None:
        self.kind, self.fatal = kind, fatal
        self.seen = {"before commit": 0, "after commit": 0, "statement": 0}

    def at(self, kind: str) -> None:
        """One step is reached."""
        self.seen[kind] += 1
        if kind == self.kind and self.seen[kind] == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: Engine) -> None:
        """Look at every step that the writer of ``engine`` takes."""
        database = engine.database
        write_one = database._write_one

        @event.listens_for(database._writing, "commit")
        def _before(_connection: Any) -> None:
            self.at("before commit")

        @event.listens_for(database._writing, "before_cursor_execute")
        def _statement(*_: Any) -> None:
            self.at("statement")

        def _after(work: Any) -> Any:
            result = write_one(work)
            self.at("after commit")
            return result

        database._write_one = _after  # type: ignore[method-assign]


def attempt(folder: Path, url: str, now: datetime, zone: str, steps: Steps) -> dict[str, int]:
    """Judge in a process of its own; gives how many steps it took, empty if it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        engine = build_engine(
            folder,
            mode="command",
            clock=FakeClock(now, zone),
            vault=MemoryVault(),
            urls={"leetcode": url, "leetcode_cn": url},
        )
        steps.watch(engine)
        engine.judge()
        engine.close()
        os.write(writer, json.dumps(steps.seen).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        seen: dict[str, int] = json.loads(told.read() or "{}")
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) == (not seen), (status, seen)
    return seen


def main(folder: Path, url: str, now: datetime, zone: str) -> list[tuple[str, str]]:
    """Be killed at every step; gives each folder with its step."""

    def copied(name: str) -> Path:
        return Path(shutil.copytree(folder, folder.with_name(f"{folder.name}-{name.replace(' ', '-')}")))

    whole = attempt(copied("whole"), url, now, zone, Steps("", 0))
    killed = []
    for kind, count in whole.items():
        for number in range(1, count + 1, EVERY if kind == "statement" else 1):
            where = copied(f"{kind} {number}")
            if not attempt(where, url, now, zone, Steps(kind, number)):
                killed.append((str(where), f"{kind} {number} of {count}"))
    return killed


if __name__ == "__main__":
    told = main(Path(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3]), sys.argv[4])
    sys.stdout.write(json.dumps(told))
