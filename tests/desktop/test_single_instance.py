"""One process at a time runs the engine on a database: a real lock, real processes, a real kill."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exitzero.core.errors import OutsideTrouble
from exitzero.desktop.single_instance import EngineLock
from tests.desktop.conftest import CHILDREN, ROOT


@contextmanager
def another(path: Path, what: str = "holds") -> Iterator[tuple["subprocess.Popen[str]", str]]:
    with subprocess.Popen(
        [sys.executable, str(CHILDREN / "engine_lock.py"), str(path), what],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_the_second_process_is_refused_and_told_who_runs(tmp_path: Path) -> None:
    """It can say "already running since ... as process ..."."""
    path = tmp_path / "engine.lock"
    with another(path) as (process, word):
        assert word == "held"
        lock = EngineLock(path)
        assert lock.acquire() is False
        holder = lock.holder()
        assert holder is not None
        assert (holder.pid, holder.host) == (process.pid, socket.gethostname())
        assert holder.started is not None
        assert abs(datetime.now(UTC) - holder.started) < timedelta(minutes=5)


def test_a_killed_holder_leaves_nothing_to_clear_up(tmp_path: Path) -> None:
    """After kill -9 the lock is free at once, whatever its file still says."""
    path = tmp_path / "engine.lock"
    with another(path) as (process, _):
        process.kill()
        process.wait(10)
    assert str(process.pid) in path.read_text()
    lock = EngineLock(path)
    assert lock.holder() is None
    assert lock.acquire() is True
    lock.release()


def test_the_lock_is_refused_within_one_process_too(tmp_path: Path) -> None:
    """Two engines in one process would judge twice as well."""
    path = tmp_path / "engine.lock"
    first, second = EngineLock(path), EngineLock(path)
    assert first.acquire() is True
    assert first.acquire() is True
    assert second.acquire() is False
    holder = second.holder()
    assert holder is not None
    assert holder.pid == os.getpid()
    first.release()
    first.release()
    assert second.acquire() is True
    second.release()


def test_a_program_that_we_start_does_not_keep_the_lock(tmp_path: Path) -> None:
    """A sound or a hook that outlives us must not hold the engine's place."""
    path = tmp_path / "engine.lock"
    lock = EngineLock(path)
    assert lock.acquire()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False) as outliving:
        lock.release()
        next_one = EngineLock(path)
        assert next_one.acquire() is True
        next_one.release()
        assert outliving.poll() is None


def test_asking_who_holds_it_does_not_take_it_away(tmp_path: Path) -> None:
    """While another process keeps asking, a start still gets the lock."""
    path = tmp_path / "engine.lock"
    path.touch()
    with another(path, "asks") as (_, word):
        assert word == "asking"
        for _ in range(200):
            lock = EngineLock(path)
            assert lock.acquire() is True
            lock.release()


def test_an_unreadable_signature_does_not_free_the_lock(tmp_path: Path) -> None:
    """Held is held, even where the file does not say by whom."""
    path = tmp_path / "engine.lock"
    with another(path):
        path.write_text("{")
        holder = EngineLock(path).holder()
        assert holder is not None
        assert (holder.pid, holder.host, holder.started) == (0, "", None)


def test_a_lock_nobody_can_make_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A missing folder is trouble outside, with advice."""
    with pytest.raises(OutsideTrouble, match="cannot be locked"):
        EngineLock(tmp_path / "nowhere" / "engine.lock").acquire()


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    """It names a process and a machine."""
    lock = EngineLock(tmp_path / "engine.lock")
    assert lock.acquire()
    lock.release()
    assert (tmp_path / "engine.lock").stat().st_mode & 0o777 == 0o600
