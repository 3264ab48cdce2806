"""Opens a bare window or the cockpit and tells when it was first painted and what it weighs five seconds later.

    first_paint.py bare | cockpit

``EXITZERO_BENCH_BEGAN`` holds the monotonic instant at which the process was asked for.
"""

import json
import os
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

BEGAN = float(os.environ["EXITZERO_BENCH_BEGAN"])
TOLD: dict[str, float] = {}


class FirstPaint(QObject):
    """Takes the time of the first paint of a top-level widget, then gets out of the way."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget) and watched.isWindow():
            TOLD["paint"] = 1000 * (time.monotonic() - BEGAN)
            app = QApplication.instance()
            assert app is not None
            app.removeEventFilter(self)
            QTimer.singleShot(0, self.painted)
            QTimer.singleShot(max(0, round(5000 - TOLD["paint"])), self.weigh)
        return False

    def painted(self) -> None:
        TOLD["painted"] = 1000 * (time.monotonic() - BEGAN)

    def weigh(self) -> None:
        with open("/proc/self/smaps_rollup", encoding="ascii") as rollup:
            sizes = {line.split(":")[0]: int(line.split()[1]) for line in list(rollup)[1:]}
        TOLD["rss"], TOLD["pss"] = sizes["Rss"] / 1024, sizes["Pss"] / 1024
        TOLD["uss"] = (sizes["Private_Clean"] + sizes["Private_Dirty"]) / 1024
        print(json.dumps(TOLD), flush=True)
        os._exit(0)  # Taking everything apart again is not what is measured.


def bare() -> None:
    from PySide6.QtWidgets import QMainWindow, QPlainTextEdit

    app = QApplication([])
    watch = FirstPaint()
    app.installEventFilter(watch)
    window = QMainWindow()
    window.setCentralWidget(QPlainTextEdit())
    window.resize(1360, 820)
    window.show()
    app.exec()


def cockpit() -> None:
    import PySide6.QtWidgets

    class Watched(QApplication):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)
            self.watch = FirstPaint()
            self.installEventFilter(self.watch)

    PySide6.QtWidgets.QApplication = Watched  # type: ignore[misc, assignment]
    from exitzero.app import main

    main([])


if __name__ == "__main__":
    {"bare": bare, "cockpit": cockpit}[sys.argv[1]]()
