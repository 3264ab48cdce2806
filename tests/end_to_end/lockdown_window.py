"""The real cockpit on a clock that is set ahead: a process of its own for ``test_lockdown_window``.

``python -m tests.end_to_end.lockdown_window SECONDS SOCKET LEETCODE PICTURE``; the data folder is the environment's.
The newest look of its window is always in PICTURE.
"""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from exitzero import app
from exitzero.build import build_engine
from exitzero.desktop.clock import SystemClock
from exitzero.desktop.vault import MemoryVault
from exitzero.lockdown.client import Client


class ClockAhead(SystemClock):
    """This machine's clock, ahead by a fixed time."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__()
        self._ahead = ahead

    def now(self) -> datetime:
        """The time that it is in the story."""
        return super().now() + self._ahead

    def zone(self) -> str:
        """The story's zone."""
        return "UTC"


def _take_pictures(picture: Path, keep: list[QTimer]) -> None:
    timer = QTimer()
    timer.setInterval(300)
    beside = picture.with_suffix(".part.png")

    def take() -> None:
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible() and widget.width() > 900 and widget.grab().save(str(beside)):
                beside.replace(picture)

    timer.timeout.connect(take)
    timer.start()
    keep.append(timer)


def main(arguments: list[str]) -> int:
    """Run the cockpit until it is told to stop."""
    ahead, socket, url, picture = arguments
    keep: list[QTimer] = []
    parts: dict[str, Any] = {
        "clock": ClockAhead(timedelta(seconds=float(ahead))),
        "vault": MemoryVault(),
        "urls": {"leetcode": url, "leetcode_cn": url},
        "helper": Client(Path(socket)),
    }
    build: Callable[..., Any] = partial(build_engine, **parts)
    QTimer.singleShot(0, partial(_take_pictures, Path(picture), keep))
    return app.main([], build=build)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
