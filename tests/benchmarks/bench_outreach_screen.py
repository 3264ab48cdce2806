"""The outreach page over ten thousand targets: what opening, searching, scrolling and moving a card cost the screen."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exitzero.ui import theme
from exitzero.ui.pages.outreach import OutreachScreen
from exitzero.work.outreach.draft import Draft, Platform, Stage
from exitzero.work.outreach.views import Filter
from tests.benchmarks import measure
from tests.engine.kit import DAY_ONE, Life, Service, local, make_template
from tests.ui.pages.outreach_life import Hunt

TARGETS = 10_000
AIM_MS = 50
FIRST = ("Mara", "Jonas", "Ines", "Tomasz", "Priya", "Wei", "Lena", "Oskar", "Aisha", "Niklas")
LAST = ("Lindqvist", "Okafor", "Brandt", "Nowak", "Raman", "Zhang", "Sommer", "Haddad", "Vogel", "Petrov")
FIRMS = ("Northwind Labs", "Halden Robotics", "Quillstack", "Tidepool Health", "Brightforge", "Meridian Grid")
WORDS = ("no", "nowak", "mara", "quill", "42", "zhang wei", "remote", "robotics")


@pytest.fixture
def hunt(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Hunt]:
    """A hunt with ten thousand targets."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    service = Service()
    life = Life(tmp_path / "life", make_template(tmp_path / "template"), service, start=local(DAY_ONE, "08:00"))
    begun = Hunt(life, qtbot)
    pick = random.Random(5)
    drafts = [
        Draft(
            name=f"{pick.choice(FIRST)} {pick.choice(LAST)} {number}",
            company=pick.choice(FIRMS),
            role="Platform lead",
            stage=pick.choice(list(Stage)),
            platform=pick.choice([Platform.LINKEDIN, Platform.EMAIL, Platform.X]),
            tags=(pick.choice(["warm", "remote", "berlin"]),),
        )
        for number in range(TARGETS)
    ]
    life.do(lambda actions: actions.outreach.import_(drafts, "many"))
    yield begun
    begun.close()
    life.off()
    service.close()


class Clock:
    """How long it took until a state of the screen was painted, and how much of it Qt's own thread worked."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.worked = time.thread_time()
        self.worst = 0.0

    def until(self, holds: Callable[[], object]) -> tuple[float, float, float]:
        """Turn Qt's loop until it holds: milliseconds in all, of work, and the longest single turn of work."""
        while not holds():
            before = time.thread_time()
            QCoreApplication.processEvents()
            self.worst = max(self.worst, time.thread_time() - before)
            assert time.perf_counter() - self.began < 20, "it never came to hold"
        return (
            1000 * (time.perf_counter() - self.began),
            1000 * (time.thread_time() - self.worked),
            1000 * self.worst,
        )


def test_ten_thousand_targets_on_the_screen(hunt: Hunt) -> None:
    """Aim: no turn of the screen's thread takes 50 ms, and an answer stands there within 50 ms of work."""
    page = hunt.open(OutreachScreen)
    hunt.until(lambda: page.board.board.loaded("to_contact"))
    found: dict[str, list[tuple[float, float, float]]] = {
        "board search": [],
        "table search": [],
        "sort": [],
        "move": [],
    }
    clock = Clock()
    page.tabs.turn_to("table")
    found["table opens"] = [clock.until(lambda: page.table.rows.total >= TARGETS)]
    for word in WORDS:
        clock = Clock()
        generation = page.table._generation
        page.table.search.setText(word)
        found["table search"].append(
            clock.until(lambda generation=generation: _stands(page, generation))  # type: ignore[misc]
        )
    page.table.search.clear()
    hunt.until(lambda: page.table.rows.total >= TARGETS)
    for sort in ("name", "company", "-follow_up", "tags"):
        clock = Clock()
        generation = page.table._generation
        page.table.show_filter(Filter(sort=sort))
        found["sort"].append(clock.until(lambda generation=generation: _stands(page, generation)))  # type: ignore[misc]
    page.tabs.turn_to("board")
    for word in WORDS:
        clock = Clock()
        page.board.search.setText(word)
        before = page.board.targets
        found["board search"].append(clock.until(lambda before=before: page.board.targets is not before))  # type: ignore[misc]
    shown = page.board.targets
    page.board.search.clear()
    hunt.until(lambda: page.board.targets is not shown)
    board = page.board.board
    for _ in range(5):
        first = board.columns["to_contact"].card_at(0)
        assert first is not None
        board.choose(first.key)
        clock = Clock()
        QTest.keyClick(board.columns["to_contact"], Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        key = first.key
        found["move"].append(clock.until(lambda key=key: board.columns["messaged"].row_of(key) == 0))  # type: ignore[misc]
    rows = []
    figures: dict[str, object] = {}
    for what, times in found.items():
        whole, work, turn = (median(each[at] for each in times) for at in range(3))
        worst = max(each[2] for each in times)
        rows.append((what, f"{whole:.0f} ms", f"{work:.1f} ms of it on the screen's thread, worst turn {worst:.1f} ms"))
        figures[what] = {"ms": round(whole, 1), "work_ms": round(work, 1), "turn_ms": round(turn, 1)}
    measure.report(
        "Outreach on the screen",
        f"{TARGETS} targets on disk, from the key to the answer (40 to 60 ms of it wait for the next key); medians",
        rows,
        figures,
    )
    for what, times in found.items():
        assert median(each[2] for each in times) < AIM_MS, what


def _stands(page: OutreachScreen, generation: int) -> bool:
    return bool(page.table._generation > generation and page.table.answered == page.table._generation)
