"""Run by the tests as a program of its own: deliver what a failed day ordered, and be killed on the way.

Everything is imported once. Each line on standard input names a data folder and a step; a fork delivers there and ends
itself with SIGKILL at that step, or is ended by the receiver that it is just talking to, which finds its number in the
file ``pid``. A line with what became of it is printed.
"""

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2  # noqa: F401 - here, so that not every fork has to load it

from exitzero.build import build_engine
from exitzero.consequences.shame_witness import install
from exitzero.desktop.vault import MemoryVault
from tests.end_to_end.killed_while_judging import Steps
from tests.engine.kit import FakeClock
from tests.engine.sticks_kit import impatient


def deliver(told: dict[str, Any]) -> dict[str, int]:
    """Deliver in a process of its own; gives the steps that it took, none if it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        folder = Path(told["folder"])
        (folder / "pid").write_text(str(os.getpid()))
        vault = MemoryVault()
        for name, secret in told["secrets"].items():
            vault.set(name, secret)
        engine = build_engine(
            folder,
            mode="command",
            clock=FakeClock(datetime.fromisoformat(told["now"]), told["zone"]),
            vault=vault,
            urls={"leetcode": told["url"], "leetcode_cn": told["url"]},
        )
        engine.check_now()
        steps = Steps(told["kind"], told["fatal"])
        steps.watch(engine)
        engine.deliver()
        engine.close()
        os.write(writer, json.dumps(steps.seen).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        seen: dict[str, int] = json.loads(answer.read() or "{}")
    _, status = os.waitpid(child, 0)
    if not seen and not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
        raise RuntimeError(f"ended with {status}")
    return seen


def main() -> None:
    """Answer line by line until the input ends."""
    install()
    with impatient():
        for line in sys.stdin:
            sys.stdout.write(json.dumps(deliver(json.loads(line))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
