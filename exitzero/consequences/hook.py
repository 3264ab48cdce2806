"""A program of the person's own as a consequence: it gets the verdict as JSON on its standard input.

What it does is its own business, so nothing can be known of it but its exit code and what it printed. It gets the
order's key as ``EXITZERO_KEY``, so that it can tell a second call from a first, and no secret of ours.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from exitzero.core.consequence import DeliveryFailed, DeliveryUnknown, Nature, Order, Receipt
from exitzero.core.errors import BadInput

FIELD = "hook.program"
TIME_LIMIT_SECONDS = 30.0
KEPT_OUTPUT = 4096
_READ_OUTPUT = KEPT_OUTPUT + 1024
_GRACE_SECONDS = 2.0

# What a program needs to find its way and to reach the person's screen; nothing else of ours is passed on.
_PASSED_ON = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"),
    *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),
    *("SYSTEMROOT", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
)


def program(line: str) -> tuple[str, ...]:
    """The program and its arguments out of one typed line, quotes as in a shell but with no shell behind them.

    Raises :class:`BadInput` on ``hook.program``.
    """
    try:
        words = tuple(shlex.split(line, posix=sys.platform != "win32"))
    except ValueError as error:
        raise BadInput(FIELD, "A quote is left open.") from error
    if not words:
        raise BadInput(FIELD, "Give the program to run.")
    if "\0" in line or "\n" in line:
        raise BadInput(FIELD, "The program must be one line.")
    return words


def plan(words: Sequence[str], verdict: Mapping[str, object]) -> dict[str, str]:
    """The plan of an order that runs this program with this verdict."""
    return {"program": json.dumps(list(words)), "verdict": json.dumps(verdict, sort_keys=True)}


class Hook:
    """Runs the program of ``plan["program"]`` (a JSON list) with ``plan["verdict"]`` on its standard input.

    It and whatever it started in its own process group end with it, at the latest after ``limit_seconds``. ``redact``
    strikes secrets out of what it printed. Blocks for as long as the program runs.
    """

    kind = "hook"
    title = "Program of my own"
    nature = Nature.ONCE_ONLY

    def __init__(self, *, limit_seconds: float = TIME_LIMIT_SECONDS, redact: Callable[[str], str] = str) -> None:
        self._limit = limit_seconds
        self._redact = redact

    def carry_out(self, order: Order) -> Receipt:
        """Run it once. Raises :class:`DeliveryFailed` or :class:`DeliveryUnknown`, nothing else."""
        words = self._found(order)
        name = Path(words[0]).name
        try:
            running = _Running(words, order)
        except OSError as error:
            raise self._cannot(name, error) from None
        ended = running.wait(self._limit)
        code = running.end()
        said = self._said(running.output())
        if not ended:
            raise DeliveryUnknown(
                f"{name} was still running after {self._limit:g} seconds and was ended{said}.",
                "Look at what it had done by then.",
                look_at=f"whatever {name} does",
            )
        if code < 0:
            raise DeliveryUnknown(
                f"{name} was killed by signal {-code}{said}.",
                "Look at what it had done by then.",
                look_at=f"whatever {name} does",
            )
        if code:
            raise DeliveryFailed(f"{name} ended with exit code {code}{said}.", "Mend the program.", reason="refused")
        return Receipt(f"{name} ended with exit code 0{said}", "exit 0")

    def look_up(self, order: Order) -> Receipt | None:  # noqa: ARG002 - the port's own signature
        """Never possible: raises :class:`DeliveryUnknown`."""
        raise DeliveryUnknown(
            "What a program has done cannot be looked up.", "Look and say which.", look_at="whatever the program does"
        )

    def rehearse(self, order: Order) -> Receipt:
        """See that the program is there and may be run, without running it. Raises :class:`DeliveryFailed`."""
        words = self._found(order)
        return Receipt(f"would run {self._redact(shlex.join(words))} with the verdict", "rehearsed")

    def _found(self, order: Order) -> tuple[str, ...]:
        try:
            words = json.loads(order.plan.get("program", ""))
        except ValueError:
            words = None
        if not (
            isinstance(words, list) and words and all(isinstance(word, str) and "\0" not in word for word in words)
        ):
            raise DeliveryFailed("No program is set.", "Choose one in the settings.", reason="address")
        found = shutil.which(os.path.expanduser(words[0]))
        if found is None or not Path(found).is_file():
            there = Path(os.path.expanduser(words[0])).exists()
            title = f"{Path(words[0]).name} {'may not be run' if there else 'is not there'}."
            raise DeliveryFailed(title, "Check its path and that it may be run.", reason="address")
        return (os.path.abspath(found), *words[1:])

    def _cannot(self, name: str, error: OSError) -> DeliveryFailed:
        reason = error.strerror or type(error).__name__
        return DeliveryFailed(
            f"{name} cannot be started ({reason}).", "A script needs a first line such as #!/bin/sh.", reason="address"
        )

    def _said(self, output: bytes) -> str:
        text = self._redact(output.decode("utf-8", "replace"))
        cut = len(output) == _READ_OUTPUT
        if cut:  # Its end may be half a secret, which nothing recognises.
            text = text[: -(_READ_OUTPUT - KEPT_OUTPUT)]
        text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", text).strip()
        if len(text) > KEPT_OUTPUT or cut:
            text = text[:KEPT_OUTPUT] + "…"
        return f": {text}" if text else ""


class _Running:
    """One started program: its output is read (and thrown away beyond what is kept) while it runs."""

    def __init__(self, words: Sequence[str], order: Order) -> None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {"EXITZERO_KEY": order.key, "EXITZERO_DAY": order.label.isoformat()}
        # A file and not a pipe: a program that never reads its input cannot hold us up.
        with tempfile.TemporaryFile() as verdict:
            verdict.write(order.plan.get("verdict", "{}").encode())
            verdict.seek(0)
            self._process = subprocess.Popen(
                list(words),
                stdin=verdict,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=Path.home() if Path.home().is_dir() else None,
                env=environment,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        assert self._process.stdout is not None  # noqa: S101 - as asked for above
        self._kept = bytearray()
        self._reader = threading.Thread(
            target=self._read, args=(self._process.stdout,), name="exitzero-hook-output", daemon=True
        )
        self._reader.start()
        self._over = threading.Event()
        self._waiter = threading.Thread(target=self._await, name="exitzero-hook-wait", daemon=True)
        self._waiter.start()

    def wait(self, seconds: float) -> bool:
        """Whether it ended by itself in that time."""
        return self._over.wait(seconds)

    def end(self) -> int:
        """End what is left of its process group; its exit code, negative for a signal."""
        if sys.platform == "win32":  # Not tried on Windows.
            if not self._over.is_set():
                subprocess.run(
                    ["taskkill", "/T", "/F", "/PID", str(self._process.pid)], check=False, capture_output=True
                )
        else:
            # The program itself is not reaped yet, so its number cannot belong to anybody else.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._waiter.join()  # It must see the end before the program is reaped.
        code = self._process.wait()
        # A child in a session of its own may hold the pipe for ever.
        self._reader.join(_GRACE_SECONDS)
        return code

    def output(self) -> bytes:
        """What it printed, up to a little more than is kept."""
        return bytes(self._kept)

    def _await(self) -> None:
        if hasattr(os, "waitid"):
            with suppress(ChildProcessError):  # Reaped behind our back, where somebody ignores SIGCHLD.
                os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        self._over.set()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while piece := os.read(pipe.fileno(), 65536):
                room = _READ_OUTPUT - len(self._kept)
                self._kept += piece[: max(0, room)]
