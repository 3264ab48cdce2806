"""Survival bar, ladder, countdown and year: they show the state, touch nothing, and say what they show."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from exitzero.ui import theme
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets.countdown import Countdown, format_left
from exitzero.ui.widgets.heat_map import WEEKS, DayCell, HeatMap
from exitzero.ui.widgets.ladder_axis import LadderAxis, Rung
from exitzero.ui.widgets.survival_bar import Segment, SurvivalBar

Painted = Callable[[QWidget, int, int], QImage]
START = datetime(2026, 11, 19, tzinfo=UTC)
END = START + timedelta(hours=23, minutes=59)
TODAY = date(2026, 11, 19)


def _colors(image: QImage) -> set[int]:
    return {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}


# Survival bar


def test_each_state_of_a_segment_looks_its_own_way(look: theme.Theme, painted: Painted) -> None:
    """Five states give five pictures, none of them empty."""
    images = []
    for state in State:
        bar = SurvivalBar()
        bar.set_segments([Segment("LeetCode", "1/2", 1.0, 0.5, state)])
        images.append(painted(bar, 400, 40))
    assert all(len(_colors(image)) > 3 for image in images)
    assert all(one != other for one, other in combinations(images, 2))


def test_segments_are_as_wide_as_their_weights(dark: theme.Theme, painted: Painted) -> None:
    """A clause of twice the weight takes twice the room, and all of them fill the bar without touching."""
    bar = SurvivalBar()
    bar.set_segments([Segment("A", "", 50, 0, State.FAILED), Segment("B", "", 25, 1, State.SAFE)])
    painted(bar, 500, 40)
    first, second = bar.segment_rects()
    assert first.width() == pytest.approx(2 * second.width())
    assert first.right() < second.left()
    assert second.right() == pytest.approx(bar.width() - first.left())


@pytest.mark.parametrize("width", [200, 300, 480, 900, 1600])
def test_labels_stay_in_their_segments(dark: theme.Theme, painted: Painted, width: int) -> None:
    """A label that does not fit is cut or left out, never written over its neighbour."""
    bar = SurvivalBar()
    names = ("LeetCode", "Outreach", "Mock interviews", "Focus", "Tasks", "Shutdown")
    bar.set_segments([Segment(name, "12/25", 1, 0.4, State.AT_RISK) for name in names])
    painted(bar, width, 40)
    for segment, label in zip(bar.segment_rects(), bar.label_rects(), strict=True):
        assert label.isEmpty() or segment.adjusted(0, 0, 1, 0).contains(label)


def test_the_bar_says_what_it_shows(dark: theme.Theme, qtbot: QtBot) -> None:
    """A screen reader hears every clause with its count and its state."""
    bar = SurvivalBar()
    qtbot.addWidget(bar)
    bar.set_segments([Segment("LeetCode", "0/1", 1, 0, State.UNKNOWN)])
    assert bar.accessibleName() == "Survival"
    assert bar.accessibleDescription() == "LeetCode 0/1, unknown"
    bar.set_segments([])
    assert "No clause" in bar.accessibleDescription()


# Ladder


def _rungs() -> list[Rung]:
    return [
        Rung(START + timedelta(hours=9), "09:00", "bet 10", True),
        Rung(START + timedelta(hours=20), "20:00", "warning", True),
        Rung(START + timedelta(hours=22), "22:00", "alarm", False),
        Rung(START + timedelta(hours=23), "23:00", "shame queued", False),
        Rung(END, "23:59", "judgement", False),
    ]


@pytest.mark.parametrize("width", [240, 420, 640, 800, 1090, 1600])
def test_no_label_touches_another(dark: theme.Theme, painted: Painted, width: int) -> None:
    """Rungs an hour apart at the end of the day stay readable at every width, and the judgement is never dropped."""
    axis = LadderAxis()
    axis.set_axis(START, END, START + timedelta(hours=20, minutes=17), _rungs(), now_text="now 20:17")
    painted(axis, width, axis.sizeHint().height())
    shown = [rect for rect in axis.label_rects() if not rect.isEmpty()]
    assert not axis.label_rects()[-1].isEmpty()
    assert not any(one.intersects(other) for one, other in combinations(shown, 2))
    assert all(rect.left() >= 0 and rect.right() <= width for rect in shown)
    assert all(rect.bottom() <= axis.sizeHint().height() for rect in shown)


def test_time_is_linear(dark: theme.Theme, painted: Painted) -> None:
    """Two hours are twice as long as one, wherever they lie."""
    axis = LadderAxis()
    axis.set_axis(START, END, None, _rungs())
    painted(axis, 1000, 100)
    _nine, twenty, twenty_two, twenty_three, _end = axis.node_positions()
    assert twenty_two - twenty == pytest.approx(2 * (twenty_three - twenty_two), abs=0.01)


def test_a_fired_rung_looks_fired(dark: theme.Theme, painted: Painted) -> None:
    """Filled and hollow are different pictures, and so is the colour of the day."""
    images = []
    axis = LadderAxis()
    for fired, state in ((True, State.SAFE), (False, State.AT_RISK), (True, State.AT_RISK)):
        axis.set_axis(START, END, None, [_rungs()[0]._replace(fired=fired)], state=state)
        images.append(painted(axis, 400, 70))
    assert all(one != other for one, other in combinations(images, 2))
    assert "fired" in axis.accessibleDescription()


# Countdown


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "--:--:--"),
        (0.0, "00:00:00"),
        (-7.0, "00:00:00"),
        (0.2, "00:00:01"),
        (59.0, "00:00:59"),
        (13287.0, "03:41:27"),
        (360000.0, "100:00:00"),
    ],
)
def test_the_time_left_as_figures(seconds: float | None, text: str) -> None:
    """Rounded up, so that zero is shown exactly at the deadline; never negative; unknown is not zero."""
    assert format_left(seconds) == text


def test_the_countdown_sleeps_where_nobody_looks(dark: theme.Theme, painted: Painted) -> None:
    """Hidden, passed or without a deadline it does not wake up."""
    countdown = Countdown()
    left: list[float | None] = [90.0]

    def awake() -> bool:
        return countdown.running

    countdown.set_target(lambda: left[0])
    assert not awake()
    painted(countdown, 400, 80)
    assert awake()
    countdown.hide()
    assert not awake()
    countdown.show()
    left[0] = -1.0
    countdown.refresh()
    assert not awake()
    assert countdown.accessibleDescription() == "deadline passed"
    left[0] = None
    countdown.refresh()
    assert not awake()
    assert countdown.text == "--:--:--"


def test_the_countdown_moves_by_itself(dark: theme.Theme, painted: Painted, qtbot: QtBot) -> None:
    """It asks again at the next full second without being told."""
    answers = iter([10.05, 10.05, 9.99])
    countdown = Countdown()
    countdown.set_target(lambda: next(answers, 9.99))
    painted(countdown, 400, 80)
    qtbot.waitUntil(lambda: countdown.text == "00:00:10")


def test_a_narrow_countdown_keeps_all_its_figures(dark: theme.Theme, painted: Painted) -> None:
    """Where 64 px do not fit, it steps down instead of being cut."""
    countdown = Countdown(role=Role.FIGURE64)
    countdown.set_target(lambda: 13287.0)
    assert countdown.minimumSizeHint().width() < countdown.sizeHint().width()
    wide, narrow = painted(countdown, 400, 80), painted(countdown, 210, 80)
    assert len(_colors(narrow)) > 1
    assert all(narrow.pixel(0, y) == narrow.pixel(0, 0) for y in range(80))
    assert wide.size() != narrow.size()


# Year


def _year() -> dict[date, DayCell]:
    states = [State.SAFE, State.FAILED, State.UNKNOWN, State.REST]
    return {
        TODAY - timedelta(days=back): DayCell(states[back % 4], 0 if back % 4 == 0 else 1, f"day {back}")
        for back in range(1, 371)
    }


def test_each_kind_of_day_looks_its_own_way(look: theme.Theme, painted: Painted) -> None:
    """Success, failure, unknown, rest, nothing and an overridden day are six pictures."""
    cells = [DayCell(state, 0, "") for state in (State.SAFE, State.FAILED, State.UNKNOWN, State.REST, None)]
    cells.append(DayCell(State.SAFE, 0, "", overridden=True))
    images = []
    for cell in cells:
        heat = HeatMap()
        heat.set_days({TODAY - timedelta(days=8): cell}, TODAY)
        painted(heat, 700, 140)
        images.append(heat.grab(heat.day_rect(TODAY - timedelta(days=8)).toAlignedRect()).toImage())
    assert all(one != other for one, other in combinations(images, 2))


@pytest.mark.parametrize("first_weekday", [0, 6])
@pytest.mark.parametrize("width", [200, 560, 626, 700, 1200])
def test_cells_do_not_overlap_and_hold_the_weekday(
    dark: theme.Theme, painted: Painted, width: int, first_weekday: int
) -> None:
    """Every cell is inside, beside its neighbours, and in the row of its weekday; a narrow map shows fewer weeks."""
    heat = HeatMap()
    heat.set_days(_year(), TODAY, first_weekday)
    painted(heat, width, 160)
    shown = [day for day in (TODAY - timedelta(days=n) for n in range(371)) if not heat.day_rect(day).isEmpty()]
    rects = [heat.day_rect(day) for day in shown]
    assert heat.weeks_shown == (WEEKS if width >= 562 else (width - 32) // 10)
    assert all(rect.right() <= width for rect in rects)
    assert not any(one.intersects(other) for one, other in combinations(rects[:40], 2))
    rows = {(day.weekday() - first_weekday) % 7: heat.day_rect(day).top() for day in shown}
    assert sorted(rows.values()) == [rows[row] for row in range(7)]
    assert all(heat.day_at(rect.center().toPoint()) == day for day, rect in zip(shown, rects, strict=True))


def test_a_day_is_opened_by_mouse_and_by_keyboard(dark: theme.Theme, painted: Painted, qtbot: QtBot) -> None:
    """A click opens that day; arrows walk by day and week, Enter opens; it never walks into tomorrow."""
    heat = HeatMap()
    heat.set_days(_year(), TODAY)
    painted(heat, 700, 140)
    day = TODAY - timedelta(days=30)
    with qtbot.waitSignal(heat.day_activated) as clicked:
        QTest.mouseClick(heat, Qt.MouseButton.LeftButton, pos=heat.day_rect(day).center().toPoint())
    assert clicked.args == [day]
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(heat, key)
    assert heat.cursor_day == day - timedelta(days=8)
    assert heat.accessibleDescription() == "day 38"
    with qtbot.waitSignal(heat.day_activated) as entered:
        QTest.keyClick(heat, Qt.Key.Key_Return)
    assert entered.args == [day - timedelta(days=8)]
    QTest.keyClick(heat, Qt.Key.Key_End)
    QTest.keyClick(heat, Qt.Key.Key_Down)
    assert heat.cursor_day == TODAY
    assert heat.day_at(QPoint(1, 1)) is None


def test_an_empty_year_says_what_fills_it(dark: theme.Theme, painted: Painted) -> None:
    """No day yet is a designed state, not a blank."""
    heat = HeatMap()
    assert len(_colors(painted(heat, 600, 140))) > 2
    assert "adds a cell" in heat.accessibleDescription()
