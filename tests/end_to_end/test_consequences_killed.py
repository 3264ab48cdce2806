"""kill -9 at every step of a delivery, and while the request is on the wire: once or unknown, never twice."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exitzero.core.outbox import State
from tests.engine.kit import BERLIN, DAY, DAY_ONE, HOUR, Life, local
from tests.engine.sticks_kit import STICKS, Kill, World, ask, deliver, held, is_final, orders

ROOT = Path(__file__).parents[2]
CHILD = "tests.end_to_end.killed_while_delivering"
IDEMPOTENT = {"datapoint", "toots"}
"""What the receiver knows by its key; it is sent again after a kill and is the same deed."""

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
    pytest.mark.allow_logs("WARNING mail.log: "),
]


class Deliverer:
    """The program that is killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", CHILD],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def deliver(self, one: Life, folder: Path, kind: str = "", fatal: int = 0) -> dict[str, int]:
        """Deliver in that folder and be killed at the ``fatal``-th step of a kind; gives the steps if it was not."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = {
            "folder": str(folder),
            "kind": kind,
            "fatal": fatal,
            "secrets": dict(one.vault._secrets),
            "now": one.now.isoformat(),
            "zone": BERLIN,
            "url": one.service.url,
        }
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            assert self._process.stderr is not None
            pytest.fail(self._process.stderr.read())
        seen: dict[str, int] = json.loads(line)
        return seen

    def close(self) -> None:
        """Let it end."""
        self._process.communicate(timeout=20)
        assert self._process.returncode == 0


@pytest.fixture
def deliverer() -> Iterator[Deliverer]:
    """The program, its libraries loaded."""
    made = Deliverer()
    yield made
    made.close()


def go_on(one: Life, folder: Path, case: str, receivers: World) -> dict[str, State]:
    """Start the program again after the kill, live on for hours, and hold the outbox against what happened."""
    one.folder = folder
    one.clock.true = local(DAY_ONE + DAY, "00:29")
    one.on()
    ask(one)
    deliver(one)
    one.to(one.now + HOUR)
    deliver(one)
    held(case, one, receivers, proved=True)
    found = orders(one)
    assert all(is_final(order) for order in found.values()), found
    one.check_file()
    one.off()
    return {stick: State(order.state) for stick, order in found.items()}


def test_killed_between_any_two_steps_of_a_delivery_nothing_happens_twice(
    failed: Callable[[], Life], receivers: World, deliverer: Deliverer
) -> None:
    """Before and after each commit: what was under way is done again under its key, or left to the person."""
    one = failed()
    one.to(local(DAY_ONE + DAY, "00:27"))
    one.off()
    base = one.folder

    def copied(name: str) -> Path:
        return Path(shutil.copytree(base, base.with_name(f"{base.name}-{name.replace(' ', '-')}")))

    whole = deliverer.deliver(one, copied("whole"))
    assert receivers.done == dict.fromkeys(STICKS, 1)
    doubts = []
    # Each order has two commits, attempt and end; after an end is the same as before the next attempt.
    for kind, every in (("before commit", 1), ("after commit", 2)):
        for number in range(1, whole[kind] + 1, every):
            receivers.forget()
            one.clock.true = local(DAY_ONE + DAY, "00:27")
            where = copied(f"{kind} {number}")
            assert not deliverer.deliver(one, where, kind, number), "it was not killed"
            states = go_on(one, where, f"kill -9 {kind}", receivers)
            doubts.append({stick for stick, state in states.items() if state is State.UNKNOWN})
    # Each deed that can happen once only was caught in the middle at some step, and never another with it.
    assert all(len(each) <= 1 for each in doubts)
    assert set().union(*doubts) == set(STICKS) - IDEMPOTENT


@pytest.mark.parametrize("when", Kill, ids=str)
def test_killed_while_the_request_is_on_the_wire_nothing_happens_twice(
    when: Kill, failed: Callable[[], Life], receivers: World, deliverer: Deliverer
) -> None:
    """The receiver has the question in its hand and has acted, or has not: once or unknown, with a place to look at."""
    one = failed()
    one.to(local(DAY_ONE + DAY, "00:27"))
    one.off()
    base = one.folder
    for stick in STICKS:
        receivers.forget()
        one.clock.true = local(DAY_ONE + DAY, "00:27")
        where = Path(shutil.copytree(base, base.with_name(f"{base.name}-{stick}")))
        killed = _kill_at(stick, when, where, receivers)
        assert not deliverer.deliver(one, where), "it was not killed"
        receivers.tell(lambda _stick, _when: None)
        receivers.program.mode("well")
        states = go_on(one, where, f"kill -9 on the wire, {when}", receivers)
        assert killed == ([] if stick == "hook" else [stick])
        assert states[stick] is (State.CONFIRMED if stick in IDEMPOTENT else State.UNKNOWN)
        acted = when is Kill.AFTER or stick in IDEMPOTENT
        assert receivers.done[stick] == int(acted)
        others = set(states) - {stick, "coins"}
        assert all(states[other] is State.CONFIRMED for other in others)


def _kill_at(stick: str, when: Kill, folder: Path, receivers: World) -> list[str]:
    """End the process that asks that receiver, once."""
    killed: list[str] = []

    def end(asked: str, moment: Kill) -> None:
        if (asked, moment) == (stick, when) and not killed:
            killed.append(asked)
            os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
            if when is Kill.BEFORE:
                raise ConnectionAbortedError  # so that it does not act any more

    if stick == "hook":
        receivers.program.mode(f"killed {when}")  # it ends who started it by itself
    else:
        receivers.tell(end)
    return killed
