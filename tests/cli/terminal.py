"""The command line as a person or a script uses it: a process of its own, with what it prints and its exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NOBODY = "http://127.0.0.1:9"
"""An address at which nobody answers."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output, which has to be one JSON document in one line."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """What was said on standard error: one line, and nothing on standard output."""
        assert self.out == ""
        assert self.err.count("\n") == 1, self.err
        assert self.err.endswith(".\n") or ": exitzero " in self.err, self.err
        return self.err.strip()


def environment(data: Path, url: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Where the program finds its folder and its service."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "EXITZERO_DATA_DIR": str(data),
        "EXITZERO_LEETCODE_URL": url,
        "EXITZERO_LEETCODE_CN_URL": url,
        "PYTHONWARNINGS": "error",
        "COLUMNS": "200",
        **(more or {}),
    }


def run(
    arguments: Sequence[str], *, data: Path, url: str = NOBODY, more: Mapping[str, str] | None = None, program: str = ""
) -> Ran:
    """Run one command to its end; no traceback may ever reach a person."""
    start = ["-c", program] if program else ["-m", "exitzero"]
    done = subprocess.run(
        [sys.executable, *start, *arguments],
        env=environment(data, url, more),
        cwd=data.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    for text in (done.stdout, done.stderr):
        assert "Traceback" not in text, text
        assert "Exception" not in text, text
    return Ran(done.returncode, done.stdout, done.stderr)


_EACH = """
import contextlib, io, json, sys
from exitzero.__main__ import main
told = []
for arguments in json.loads(sys.argv[1]):
    sys.argv[1:] = arguments
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main()
    told.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(told))
"""


def run_each(*commands: Sequence[str], data: Path, url: str = NOBODY) -> tuple[Ran, ...]:
    """Run commands after one another in one process, which reads in the program once for all of them."""
    done = run([json.dumps(commands)], data=data, url=url, program=_EACH)
    assert done.code == 0, done.err
    return tuple(Ran(*each) for each in done.document)


def zone_at(hour: int) -> str:
    """A zone in which it is about that hour now, so that no test begins on one day and ends on the next."""
    offset = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-offset:+d}" if offset else "UTC"
