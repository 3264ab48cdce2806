"""The log asks for what can be seen and nothing else, follows the newest line, and gives lines to the clipboard."""

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from exitzero.ui import theme
from exitzero.ui.theme import Mode
from exitzero.ui.widgets.terminal_log import LINE_HEIGHT, LogLine, TerminalLog

Painted = Callable[[QWidget, int, int], QImage]
HEIGHT = 400


class Journal:
    """A source that remembers what it was asked for; lines from ``missing`` on are still being read."""

    def __init__(self, total: int, missing: int | None = None) -> None:
        self.total = total
        self.missing = missing
        self.asked: list[tuple[int, int]] = []

    def count(self) -> int:
        return self.total

    def lines(self, first: int, n: int) -> Sequence[LogLine | None]:
        self.asked.append((first, n))
        return [
            None
            if self.missing is not None and row >= self.missing
            else LogLine("20:00:00", "leetcode", f"line {row}", "plain", "", row * 10)
            for row in range(first, min(first + n, self.total))
        ]


def _shown(painted: Painted, journal: Journal) -> TerminalLog:
    log = TerminalLog()
    log.set_source(journal)
    painted(log, 600, HEIGHT)
    return log


def test_a_million_lines_cost_as_much_as_what_is_seen(dark: theme.Theme, painted: Painted) -> None:
    """At the end, in the middle and at the beginning, only lines in sight are asked for."""
    journal = Journal(1_000_000)
    log = _shown(painted, journal)
    most = HEIGHT // LINE_HEIGHT + 2
    bar = log.verticalScrollBar()
    for place in (bar.maximum(), bar.maximum() // 2, 0):
        bar.setValue(place)
        journal.asked.clear()
        log.viewport().repaint()
        top, shown = log.visible_rows()
        assert journal.asked
        assert all(n <= most and top <= first and first + n <= top + shown for first, n in journal.asked)
    assert log.visible_rows()[0] == 0


def test_it_follows_the_newest_line_only_from_the_end(dark: theme.Theme, painted: Painted) -> None:
    """Who reads further up is left there and told how many lines came; the end follows again."""
    journal = Journal(1000)
    log = _shown(painted, journal)
    journal.total += 3
    log.appended(3)
    assert (log.following, log.verticalScrollBar().value()) == (True, log.verticalScrollBar().maximum())
    log.verticalScrollBar().setValue(500)
    journal.total += 2
    log.appended(2)
    assert (log.following, log.verticalScrollBar().value(), log.fresh) == (False, 500, 2)
    log.scroll_to_end()
    assert (log.following, log.fresh) == (True, 0)


def test_lines_that_are_still_read_are_painted_when_they_come(dark: theme.Theme, painted: Painted) -> None:
    """A placeholder stands there first; word of the loaded rows brings the line."""
    journal = Journal(5, missing=2)
    log = _shown(painted, journal)
    before = log.grab().toImage()
    journal.missing = None
    journal.asked.clear()
    log.rows_loaded(2, 3)
    after = log.grab().toImage()
    assert journal.asked
    assert before != after


def test_keys_walk_and_choose(dark: theme.Theme, painted: Painted, qtbot: QtBot) -> None:
    """Arrows, pages, Home and End move the line; with Shift they choose a stretch; Enter opens one."""
    log = _shown(painted, Journal(1000))
    QTest.keyClick(log, Qt.Key.Key_Home)
    assert log.selected_rows() == (0, 0)
    assert log.verticalScrollBar().value() == 0
    QTest.keyClick(log, Qt.Key.Key_Down)
    QTest.keyClick(log, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert log.selected_rows() == (1, 2)
    assert "line 2" in log.accessibleDescription()
    with qtbot.waitSignal(log.line_activated) as opened:
        QTest.keyClick(log, Qt.Key.Key_Return)
    assert opened.args == [20]
    QTest.keyClick(log, Qt.Key.Key_PageDown)
    assert (log.selected_rows() or (0, 0)) > (10, 10)
    QTest.keyClick(log, Qt.Key.Key_End)
    assert log.selected_rows() == (999, 999)
    assert log.following


def test_chosen_lines_are_copied(dark: theme.Theme, painted: Painted, qtbot: QtBot) -> None:
    """A drag over three lines and Ctrl+C put those three into the clipboard."""
    log = _shown(painted, Journal(5))
    port = log.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(60, 16 + 5))
    QTest.mouseMove(port, QPoint(60, 16 + 2 * LINE_HEIGHT + 5))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(60, 16 + 2 * LINE_HEIGHT + 5))
    QTest.mouseClick(
        port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, QPoint(60, 16 + 2 * LINE_HEIGHT + 5)
    )
    assert log.selected_rows() == (0, 2)
    QTest.keyClick(log, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines() == [f"20:00:00  leetcode  line {row}" for row in range(3)]


def test_copying_waits_for_lines_that_are_still_read(dark: theme.Theme, painted: Painted) -> None:
    """Nothing is left out silently: the clipboard is filled once all chosen lines are there."""
    journal = Journal(5, missing=3)
    log = _shown(painted, journal)
    QGuiApplication.clipboard().setText("before")
    assert log.copy(0, 4) == 0
    assert QGuiApplication.clipboard().text() == "before"
    journal.missing = None
    log.rows_loaded(3, 2)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 5


def test_a_double_click_opens_a_line(dark: theme.Theme, painted: Painted, qtbot: QtBot) -> None:
    """The line under the pointer is told by its own number."""
    log = _shown(painted, Journal(5))
    with qtbot.waitSignal(log.line_activated) as opened:
        QTest.mouseDClick(log.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 16 + LINE_HEIGHT + 5))
    assert opened.args == [10]


def test_an_empty_log_says_so(dark: theme.Theme, painted: Painted) -> None:
    """Empty, loading and wrong are words in the log, and for the ear as well."""
    log = TerminalLog()
    log.set_source(None, "Opening the journal…")
    first = painted(log, 600, HEIGHT)
    assert log.accessibleDescription() == "Opening the journal…"
    log.set_message("The journal cannot be read: the disk is full.")
    assert log.grab().toImage() != first
    assert "disk is full" in log.accessibleDescription()


def test_each_tone_looks_its_own_way(look: theme.Theme, painted: Painted) -> None:
    """Good, warning, bad and unknown lines differ from one another and from a plain one."""
    images = []
    for tone in ("plain", "info", "good", "warn", "bad", "unknown"):
        journal = Journal(1)
        log = TerminalLog()
        log.set_source(journal)
        line = LogLine("20:00:00", "leetcode", "the same words", tone, "", 1)
        journal.lines = lambda _first, _n, line=line: [line]  # type: ignore[method-assign,misc]
        images.append(painted(log, 600, 100))
    assert len({bytes(image.constBits()) for image in images}) == len(images)


@pytest.mark.parametrize("reduced", [True, False])
def test_the_cursor_does_not_blink_where_motion_is_unwanted(
    qapp: QApplication, painted: Painted, qtbot: QtBot, reduced: bool
) -> None:
    """It blinks in the active window only, and not at all when the person asked for less motion."""
    theme.apply(qapp, Mode.DARK, reduced_motion=reduced)
    log = _shown(painted, Journal(3))
    log.set_prompt("exitzero status; echo $?", "3", "bad")
    log.activateWindow()
    qtbot.waitUntil(log.isActiveWindow)
    assert log.blinking is not reduced
    log.hide()
    assert not log.blinking
