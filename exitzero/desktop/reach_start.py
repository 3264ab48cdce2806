"""A browser of the self-test's own: started afresh with an empty profile, and gone without a trace afterwards. What it
was seen to do comes back as :class:`Evidence`, the same for every family of browsers."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from exitzero.desktop.browser_kinds import Browser, Packaging
from exitzero.desktop.clock import SystemClock

_REMOVALS = 20
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a browser was seen to do with a name.

    ``answered``: a server sent something; ``error`` is the browser's own word for what went wrong ("" for nothing);
    ``addresses`` are those that the browser looked up; ``direct``: it is known that no proxy stood between.
    ``reason`` says why nothing was seen, where that is so.
    """

    answered: bool = False
    error: str = ""
    addresses: tuple[str, ...] = ()
    direct: bool = False
    reason: str = ""


class FreshStart:
    """One start of a browser in a folder of its own; leaving it kills the whole process group and removes the folder.

    ``seconds`` counts from entering. For use in one thread.
    """

    def __init__(self, browser: Browser, *, seconds: float, home: Path, environment: Mapping[str, str]) -> None:
        self._browser = browser
        self._clock = SystemClock()
        self._ends = self._clock.monotonic() + seconds
        self._environment = dict(environment) | {"MOZ_CRASHREPORTER_DISABLE": "1", "MOZ_HEADLESS": "1"}
        self._home = home
        self._never = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path()

    def __enter__(self) -> "FreshStart":
        self.folder = Path(tempfile.mkdtemp(prefix="exitzero-reach-", dir=self._within()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        for _ in range(_REMOVALS):  # A process that was just killed may still be closing a file.
            shutil.rmtree(self.folder, ignore_errors=True)
            if not self.folder.exists():
                return
            self._clock.wait(self._never, _PAUSE_SECONDS)

    @property
    def left(self) -> float:
        """Seconds that are left, 0 when the time is over."""
        return max(0.0, self._ends - self._clock.monotonic())

    def start(self, arguments: Iterable[str]) -> None:
        """Start the program in a process group of its own; what it says goes to files in the folder. Raises OSError."""
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            self._process = subprocess.Popen(
                [*self._browser.program, *arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def pause(self) -> bool:
        """Wait a moment for something that the browser is to do; False when it has ended or the time is over."""
        self._clock.wait(self._never, min(_PAUSE_SECONDS, self.left))
        return self.left > 0 and self._process is not None and self._process.poll() is None

    def ended(self) -> int | None:
        """Wait until the program ends by itself; its exit code, or None when the time was over first."""
        if self._process is None:
            return None
        try:
            return self._process.wait(self.left)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End everything that was started. On Windows only the first process; that was never tried."""
        if self._process is None:
            return
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _within(self) -> str | None:
        """A sandboxed browser has a /tmp of its own; it and we both see a folder that belongs to it."""
        kind = self._browser.kind
        folders: list[Path] = []
        if self._browser.packaging is Packaging.FLATPAK:
            folders = [self._home / ".var" / "app" / app / "cache" for app in kind.flatpaks]
        elif self._browser.packaging is Packaging.SNAP:
            folders = [self._home / "snap" / snap / "common" for snap in kind.snaps]
        return next((str(folder) for folder in folders if folder.is_dir()), None)
