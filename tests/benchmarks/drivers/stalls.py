"""Opens a bare window or the cockpit and tells the longest stall of the Qt thread in each phase, by a 5 ms beat.

stalls.py bare | cockpit
"""

import json
import os
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit

BEAT = 5
PAGES = ("leetcode", "day", "contract", "ledger", "health", "settings", "cockpit")
STEP_MS = 1200


class Beat(QObject):
    """Ticks every 5 ms and keeps, for each phase, how late the worst tick came, and the most that Qt's own thread
    worked between two ticks: the rest of a stall is waiting, for the interpreter or for the machine."""

    def __init__(self) -> None:
        super().__init__()
        self.phase = "start"
        self.worst: dict[str, float] = {}
        self.work: dict[str, float] = {}
        self._last = time.perf_counter()
        self._worked = time.thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(BEAT)

    def _tick(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        late, work = 1000 * (now - self._last) - BEAT, 1000 * (worked - self._worked)
        self._last, self._worked = now, worked
        self.worst[self.phase] = max(self.worst.get(self.phase, 0.0), late)
        self.work[self.phase] = max(self.work.get(self.phase, 0.0), work)


def bare() -> None:
    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(QPlainTextEdit())
    window.show()
    beat = Beat()
    QTimer.singleShot(1000, lambda: setattr(beat, "phase", "idle"))
    QTimer.singleShot(12_000, lambda: finish(beat))
    app.exec()


def finish(beat: Beat) -> None:
    work = {f"{phase} (work)": value for phase, value in beat.work.items()}
    print(json.dumps({**beat.worst, **work}), flush=True)
    os._exit(0)


def cockpit() -> None:
    from functools import partial

    from exitzero.ui import program

    kept: list[Beat] = []
    start = program.Cockpit.start

    def watched(self: program.Cockpit) -> None:
        start(self)
        self.window.painted.connect(lambda: begin(self))

    def begin(self: program.Cockpit) -> None:
        beat = Beat()
        kept.append(beat)
        beat.phase = "loading"
        self.link.ready.connect(lambda: later(beat, self))

    def later(beat: Beat, self: program.Cockpit) -> None:
        # The engine opens and judges thirty days now, polls, and the cockpit fills.
        beat.phase = "judging 30 days"
        steps: list[tuple[int, str, Callable[[], object]]] = [(9000, "polling", self.window.cockpit.check_now)]
        at = 13_000
        for key in PAGES:
            steps.append((at, f"page {key}", partial(self.window.navigate, key)))
            at += STEP_MS
        for wait, phase, act in steps:
            QTimer.singleShot(wait, partial(go, beat, phase, act))
        QTimer.singleShot(at + 500, lambda: finish(beat))

    def go(beat: Beat, phase: str, act: Callable[[], object]) -> None:
        beat.phase = phase
        act()

    program.Cockpit.start = watched  # type: ignore[method-assign]
    from exitzero.app import main

    main([])


if __name__ == "__main__":
    {"bare": bare, "cockpit": cockpit}[sys.argv[1]]()
