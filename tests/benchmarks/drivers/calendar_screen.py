"""Opens the calendar over five thousand events and tells the longest stall of the Qt thread in each view.

calendar_screen.py FOLDER
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from exitzero.build import build_engine
from exitzero.desktop.vault import MemoryVault
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.pages.calendar import CalendarScreen
from tests.benchmarks.drivers.stalls import Beat, finish

STEP_MS = 1500


def main(folder: Path) -> None:
    app = QApplication([])
    theme.apply(app, theme.Mode.DARK, reduced_motion=True)
    engine = build_engine(folder, mode="command", vault=MemoryVault(), urls={"leetcode": "http://127.0.0.1:9"})
    link = Link()
    link.attach(engine)
    page = CalendarScreen(link)
    page.resize(1204, 660)
    beat = Beat()

    def phase(name: str, deed: Callable[[], object]) -> None:
        beat.phase = name
        deed()

    steps: list[tuple[str, Callable[[], object]]] = [
        ("open", page.show),
        ("month, next", partial(page._page, 1)),
        ("month, back", partial(page._page, -1)),
        ("week", partial(page.turn, "week")),
        ("week, next", partial(page._page, 1)),
        ("agenda", partial(page.turn, "agenda")),
        ("agenda, next", partial(page._page, 1)),
        ("scores", partial(page.turn, "scores")),
        ("calendars", partial(page.turn, "calendars")),
    ]
    for number, (name, deed) in enumerate(steps, start=1):
        QTimer.singleShot(number * STEP_MS, partial(phase, name, deed))
    QTimer.singleShot((len(steps) + 1) * STEP_MS, partial(finish, beat))
    app.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
