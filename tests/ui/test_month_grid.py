"""A month of days: walked by arrows, moved in by the mouse, and mocks that never give way to other events."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exitzero.ui import format as words_of_time
from exitzero.ui import theme
from exitzero.ui.widgets.calendar_items import as_item, lay_out, moved_to, other_zone, spoken
from exitzero.ui.widgets.month_grid import WEEKS, MonthGrid, month_first
from exitzero.work.mocks.views import CalendarSpan, EventView, MockView

BERLIN = "Europe/Berlin"
JUNE = date(2026, 6, 1)


def instant(label: date, hour: int, zone: str = BERLIN) -> datetime:
    """A wall-clock hour of a zone, in UTC."""
    return datetime.combine(label, time(hour), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def mock(uid: str, label: date, hour: int = 16, **more: object) -> MockView:
    """A mock interview of an hour."""
    starts = instant(label, hour)
    given: dict[str, object] = {"zone": BERLIN, "state": "booked"} | more
    return MockView(uid, starts, starts + timedelta(hours=1), title=f"Mock {uid}", **given)  # type: ignore[arg-type]


@pytest.fixture
def month(qtbot: QtBot, qapp: QApplication) -> Callable[..., MonthGrid]:
    """Show a month."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    words_of_time.set_clock("24")
    words_of_time.set_first_weekday(0)

    def show(*mocks: MockView, events: tuple[EventView, ...] = (), shown: date = JUNE) -> MonthGrid:
        made = MonthGrid()
        qtbot.addWidget(made)
        made.resize(860, 620)
        made.show()
        first = month_first(shown)
        span = CalendarSpan(first, first + timedelta(days=WEEKS * 7 - 1), BERLIN, 0, mocks, events)
        made.show_span(lay_out(span, hours=False), shown, instant(shown, 8))
        made.set_cursor(shown)
        qapp.processEvents()
        return made

    return show


def _drag(grid: MonthGrid, place: QPointF) -> None:
    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, grid.mapToGlobal(place), left, left,
                        Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(grid, event)


@pytest.mark.parametrize(("first_weekday", "first"), [(0, date(2026, 6, 1)), (6, date(2026, 5, 31))])
def test_weeks_begin_as_the_person_wishes(month: Callable[..., MonthGrid], first_weekday: int, first: date) -> None:
    """The first cell is a Monday or a Sunday."""
    grid = month()
    words_of_time.set_first_weekday(first_weekday)
    assert grid.first == first
    assert grid.day_at(QPointF(4, 40)) == first
    words_of_time.set_first_weekday(None)


def test_the_arrows_walk_by_days_and_weeks(month: Callable[..., MonthGrid], qtbot: QtBot) -> None:
    """Each step says where it stands, also to a screen reader."""
    grid = month(mock("a", date(2026, 6, 9)))
    told: list[date] = []
    grid.turned.connect(told.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Right):
        QTest.keyClick(grid, key)
    assert told == [date(2026, 6, 8), date(2026, 6, 9), date(2026, 6, 8), date(2026, 6, 9)]
    assert "Mock a" in grid.accessibleDescription()


def test_enter_opens_the_mock_of_the_day_and_makes_one_where_there_is_none(
    month: Callable[..., MonthGrid], qtbot: QtBot
) -> None:
    """What Enter does follows from what stands there."""
    grid = month(mock("a", JUNE))
    with qtbot.waitSignal(grid.opened) as opened:
        QTest.keyClick(grid, Qt.Key.Key_Return)
    assert opened.args[0].uid == "a"
    QTest.keyClick(grid, Qt.Key.Key_Right)
    with qtbot.waitSignal(grid.wished) as wished:
        QTest.keyClick(grid, Qt.Key.Key_Return)
    assert wished.args == [instant(date(2026, 6, 2), 18), instant(date(2026, 6, 2), 19)]


def test_a_mock_is_dragged_to_another_day(month: Callable[..., MonthGrid], qtbot: QtBot) -> None:
    """It keeps the hours of its clock."""
    grid = month(mock("a", JUNE))
    ((rect, _item),) = grid.rows(JUNE)
    target = date(2026, 6, 11)
    with qtbot.waitSignal(grid.moved) as told:
        QTest.mousePress(grid, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
        _drag(grid, rect.center() + QPointF(20, 20))
        _drag(grid, grid.cell(target).center())
        assert grid.ghost == target
        QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=grid.cell(target).center().toPoint())
    assert told.args == ["a", instant(target, 16), instant(target, 17)]


def test_a_mock_is_moved_by_keys(month: Callable[..., MonthGrid], qtbot: QtBot) -> None:
    """Shift and the arrows carry it, Enter puts it down."""
    grid = month(mock("a", JUNE))
    QTest.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(grid.moved) as told:
        QTest.keyClick(grid, Qt.Key.Key_Return)
    assert told.args[1] == instant(date(2026, 6, 9), 16)


def test_a_stroke_over_a_free_day_asks_for_a_new_interview(month: Callable[..., MonthGrid], qtbot: QtBot) -> None:
    """It begins on the day that the stroke began on."""
    grid = month()
    first, last = grid.cell(date(2026, 6, 17)).center(), grid.cell(date(2026, 6, 18)).center()
    with qtbot.waitSignal(grid.wished) as told:
        QTest.mousePress(grid, Qt.MouseButton.LeftButton, pos=first.toPoint())
        _drag(grid, last)
        QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=last.toPoint())
    assert told.args[0] == instant(date(2026, 6, 17), 18)


def test_mocks_never_give_way_to_other_events(month: Callable[..., MonthGrid]) -> None:
    """In a day of forty events the mock in the evening is one of those that are shown."""
    events = tuple(
        EventView("Work", f"e{at}", instant(JUNE, 8), instant(JUNE, 9), f"Event {at}", all_day=False)
        for at in range(40)
    )
    grid = month(mock("a", JUNE, 20), events=events)
    assert "a" in [item.uid for _rect, item in grid.rows(JUNE)]


def test_an_interview_says_its_own_clock_beside_mine() -> None:
    """10:00 in New York is 16:00 in Berlin, and half a day apart is said with the day."""
    starts = instant(date(2026, 11, 21), 10, "America/New_York")
    there = as_item(MockView("a", starts, starts + timedelta(hours=1), "America/New_York", "Call", "booked"))
    words_of_time.set_clock("24")
    assert other_zone(there, BERLIN) == "10:00 New York"
    assert "10:00 New York" in spoken(there, BERLIN)
    late = instant(date(2026, 11, 21), 23)
    far = as_item(MockView("b", late, late + timedelta(hours=1), "Asia/Tokyo", "Call", "booked"))
    assert other_zone(far, BERLIN) == "07:00 +1 d Tokyo"


def test_moving_over_a_change_of_the_clocks_keeps_hour_and_length() -> None:
    """16:00 stays 16:00 and an hour an hour, from summer time to winter time."""
    item = as_item(mock("a", date(2026, 10, 24)))
    starts, ends = moved_to(item, date(2026, 10, 26), BERLIN)
    assert (starts, ends) == (instant(date(2026, 10, 26), 16), instant(date(2026, 10, 26), 17))
