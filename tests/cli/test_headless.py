"""Without a window: the same engine in the foreground with its log, ended by a signal in good order."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exitzero.desktop.clock import SystemClock
from exitzero.store.database import Database
from exitzero.truth.leetcode_stand_in import StandIn
from tests.cli.conftest import now
from tests.cli.terminal import NOBODY, environment, run
from tests.servers.misbehaving import How, Misbehaving, Reply
from tests.store.ground import coins

SOON = 8.0
"""Seconds within which a signal must end the program, on a machine that does other things as well."""


@contextmanager
def headless(data: Path, url: str) -> Iterator["subprocess.Popen[str]"]:
    """The engine in a process of its own, once it has said that it started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "exitzero", "run", "--headless"],
        env=environment(data, url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(process, "engine started, headless")
        yield process
    finally:
        process.kill()
        process.communicate()


def until(process: "subprocess.Popen[str]", words: str) -> str:
    """Read the log up to the line with these words."""
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if words in line:
            return line
    assert process.stderr is not None
    raise AssertionError(f"ended without {words!r}: {seen} {process.stderr.read()}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_watches_prints_and_stops(morning: Path, service: StandIn, number: signal.Signals) -> None:
    """The log as it is written; commands work beside it, a second one is told who watches; a signal ends it with 0."""
    with headless(morning, service.url) as process:
        assert "leetcode" in until(process, "stand-in")
        beside = run(["log", "--last", "3"], data=morning, url=service.url)
        assert beside.code == 0
        assert run(["bet", "2"], data=morning, url=service.url).code == 0
        assert "-2" in until(process, "coins -2")
        if number is signal.SIGTERM:
            second = run(["run", "--headless"], data=morning, url=service.url)
            assert second.code == 64
            assert second.sentence == f"Process {process.pid} watches these data already; quit it first."
        clock = SystemClock()
        began = clock.monotonic()
        process.send_signal(number)
        _out, err = process.communicate(timeout=60)
        assert clock.monotonic() - began < SOON
        assert (process.returncode, err) == (0, "")
    assert "engine stopped" in run(["log", "--last", "2"], data=morning).out


def test_a_source_that_never_answers_does_not_hold_it(morning: Path) -> None:
    """What is on the network is cut, and nothing that it might have said is written down as trouble."""
    with Misbehaving(Reply(how=How.SILENT)) as service, headless(morning, service.url) as process:
        assert service.asked.wait(30)
        clock = SystemClock()
        began = clock.monotonic()
        process.terminate()
        _out, err = process.communicate(timeout=60)
        assert clock.monotonic() - began < SOON
        assert (process.returncode, err) == (0, "")
    assert "could not be reached" not in run(["log"], data=morning).out


@pytest.mark.parametrize("many", [False, True])
def test_a_reader_that_has_seen_enough_is_no_error(morning: Path, many: bool) -> None:
    """``exitzero log | head -1``: nothing on standard error and exit code 0, whether or not it all fits the pipe."""
    if many:
        database = Database(morning / "exitzero.db", now)
        database.write(lambda unit: [unit.record(coins(number)) for number in range(2500)]).result()
        database.close()
    for arguments in [["log", "-n", "5000"]] if many else [["log"], ["status"], ["--help"]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "exitzero", *arguments],
            env=environment(morning, NOBODY),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        process.stderr.close()
        assert process.wait(60) == 0, arguments
