"""A week of hours: days of 23 and 25 hours as they pass, strokes of the mouse, and the same deeds by keys."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exitzero.ui import format as words_of_time
from exitzero.ui import theme
from exitzero.ui.widgets.calendar_items import Item, hours_text, lay_out
from exitzero.ui.widgets.day_axis import Axis, day_span
from exitzero.ui.widgets.week_grid import WeekGrid, pointed
from exitzero.work.mocks.views import CalendarSpan, EventView, MockView

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
QUARTER = timedelta(minutes=15)
MONDAY = date(2026, 6, 15)


def instant(label: date, hour: int, minute: int = 0, *, zone: str = BERLIN, fold: int = 0) -> datetime:
    """A wall-clock time of a zone, in UTC."""
    return datetime(
        label.year, label.month, label.day, hour, minute, tzinfo=ZoneInfo(zone), fold=fold
    ).astimezone(UTC)  # fmt: skip


def mock(uid: str, starts: datetime, *, minutes: int = 60, state: str = "booked", **more: object) -> MockView:
    """A mock interview."""
    return MockView(uid, starts, starts + timedelta(minutes=minutes), BERLIN, f"Mock {uid}", state, **more)  # type: ignore[arg-type]


def week_of(first: date, zone: str = BERLIN, *mocks: MockView, events: tuple[EventView, ...] = ()) -> CalendarSpan:
    """Seven days from ``first`` on."""
    return CalendarSpan(first, first + timedelta(days=6), zone, 0, mocks, events)


@pytest.mark.parametrize(
    ("zone", "label", "hours"),
    [
        (BERLIN, date(2026, 3, 29), 23.0),
        (BERLIN, date(2026, 10, 25), 25.0),
        (NEW_YORK, date(2026, 3, 8), 23.0),
        (NEW_YORK, date(2026, 11, 1), 25.0),
        (LORD_HOWE, date(2026, 10, 4), 23.5),
        (LORD_HOWE, date(2026, 4, 5), 24.5),
        ("Africa/Cairo", date(2026, 4, 24), 23.0),
        ("Africa/Cairo", date(2026, 10, 29), 25.0),
        ("Atlantic/Azores", date(2026, 10, 25), 25.0),
        ("Asia/Kolkata", date(2026, 10, 25), 24.0),
    ],
)
def test_every_quarter_of_a_day_has_a_place_of_its_own(zone: str, label: date, hours: float) -> None:
    """In every day of a week with a change of the clocks, positions rise with time and lead back to their instant."""
    days = [day_span(label + timedelta(days=shift), zone) for shift in range(-3, 4)]
    axis = Axis(days, zone)
    assert days[3].hours == hours
    for day in days:
        at, last = day.starts, -1.0
        while at < day.ends:
            position = axis.position(day, at)
            assert position > last, f"{at} stands above what comes before it"
            assert axis.instant(day, position) == at
            at, last = at + QUARTER, position
        assert last < axis.length


def test_an_hour_that_comes_twice_has_two_rows_on_its_day_and_a_gap_on_the_others() -> None:
    """Both 02:30 of the night in October stand apart, and no other day has the second row."""
    sunday = date(2026, 10, 25)
    days = [day_span(sunday - timedelta(days=shift), BERLIN) for shift in (1, 0)]
    axis = Axis(days, BERLIN)
    first = axis.position(days[1], instant(sunday, 2, 30, fold=0))
    second = axis.position(days[1], instant(sunday, 2, 30, fold=1))
    assert (first, second) == (150, 210)
    assert axis.gap(days[0]) == (180, 240)
    assert axis.gap(days[1]) is None
    assert (180, 120, True) in axis.labels()
    saturday = axis.position(days[0], instant(days[0].label, 16))
    assert saturday == axis.position(days[1], instant(sunday, 16)), "16:00 is at one height on both days"


def test_an_hour_that_is_left_out_is_a_gap_on_its_day_alone() -> None:
    """In March 02:00 to 03:00 does not exist on the Sunday, and what is drawn there begins at 03:00."""
    sunday = date(2026, 3, 29)
    days = [day_span(sunday - timedelta(days=shift), BERLIN) for shift in (1, 0)]
    axis = Axis(days, BERLIN)
    assert axis.gap(days[0]) is None
    assert axis.gap(days[1]) == (120, 180)
    assert axis.instant(days[1], 150) == instant(sunday, 3)


def test_a_block_over_the_change_is_as_tall_as_it_is_long() -> None:
    """From 01:30 to 02:30 the second time are two hours, named by their clocks."""
    sunday = date(2026, 10, 25)
    starts = instant(sunday, 1, 30)
    laid = lay_out(week_of(date(2026, 10, 19), BERLIN, mock("a", starts, minutes=120)), hours=True)
    (block,) = laid.by_date[sunday].blocks
    assert block.bottom - block.top == 120
    assert hours_text(block.item, BERLIN) == "01:30 CEST–02:30 CET"


def test_half_an_hour_on_lord_howe_is_half_a_row() -> None:
    """The clocks there go back by half an hour only."""
    axis = Axis([day_span(date(2026, 4, 5), LORD_HOWE)], LORD_HOWE)
    assert axis.length == 24 * 60 + 30
    assert axis.extra == (120, 30)


@pytest.fixture
def grid(qtbot: QtBot, qapp: QApplication) -> Callable[..., WeekGrid]:
    """Show a week."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    words_of_time.set_clock("24")

    def show(span: CalendarSpan, now: datetime | None = None) -> WeekGrid:
        made = WeekGrid()
        qtbot.addWidget(made)
        made.resize(900, 1500)
        made.show()
        made.show_span(lay_out(span, hours=True), now or instant(span.first, 8, zone=span.zone))
        made.set_cursor(span.first)
        qapp.processEvents()
        return made

    return show


def _spot(grid: WeekGrid, label: date, position: float) -> QPoint:
    return pointed(grid, label, position).toPoint()


def test_a_stroke_over_free_hours_asks_for_a_new_interview(grid: Callable[..., WeekGrid], qtbot: QtBot) -> None:
    """From 10:02 to 11:25 in Wednesday is 10:00 to 11:30."""
    week = grid(week_of(MONDAY))
    wednesday = MONDAY + timedelta(days=2)
    with qtbot.waitSignal(week.wished) as told:
        QTest.mousePress(week.hours, Qt.MouseButton.LeftButton, pos=_spot(week, wednesday, 602))
        QTest.mouseMove(week.hours, _spot(week, wednesday, 640))
        _drag(week, wednesday, 685)
        QTest.mouseRelease(week.hours, Qt.MouseButton.LeftButton, pos=_spot(week, wednesday, 685))
    assert told.args == [instant(wednesday, 10), instant(wednesday, 11, 30)]


def _drag(week: WeekGrid, label: date, position: float) -> None:
    """A move of the mouse with its button down; offscreen the button is not told otherwise."""
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    place = pointed(week, label, position)
    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), week.hours.mapToGlobal(place), left, left,
                        Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(week.hours, event)


@pytest.mark.parametrize(
    ("grip", "to_day", "to", "starts", "ends"),
    [
        (16.5 * 60, 2, 10.5 * 60, (2, 10), (2, 11)),
        (16 * 60 + 2, 0, 15.5 * 60, (0, 15.5), (0, 17)),
        (17 * 60 - 2, 0, 18 * 60, (0, 16), (0, 18)),
    ],
    ids=["moved to another day", "its beginning pulled up", "its end pulled down"],
)
def test_an_interview_is_moved_and_stretched_by_the_mouse(
    grid: Callable[..., WeekGrid],
    qtbot: QtBot,
    *,
    grip: float,
    to_day: int,
    to: float,
    starts: tuple[int, float],
    ends: tuple[int, float],
) -> None:
    """The middle of a block moves it, its edges change its length, and what is let go is told once."""
    week = grid(week_of(MONDAY, BERLIN, mock("a", instant(MONDAY, 16))))
    with qtbot.waitSignal(week.moved) as told:
        QTest.mousePress(week.hours, Qt.MouseButton.LeftButton, pos=_spot(week, MONDAY, grip))
        _drag(week, MONDAY, grip + 8)
        _drag(week, MONDAY + timedelta(days=to_day), to)
        QTest.mouseRelease(week.hours, Qt.MouseButton.LeftButton, pos=_spot(week, MONDAY + timedelta(days=to_day), to))
    days = [MONDAY + timedelta(days=shift) for shift, _hour in (starts, ends)]
    wanted = [
        instant(day, int(hour), round(hour % 1 * 60)) for day, (_shift, hour) in zip(days, (starts, ends), strict=True)
    ]
    assert told.args == ["a", *wanted]


def test_what_is_over_cannot_be_dragged(grid: Callable[..., WeekGrid], qtbot: QtBot) -> None:
    """A scored interview stays where it was; a stroke on it does nothing."""
    week = grid(week_of(MONDAY, BERLIN, mock("a", instant(MONDAY, 16), state="complete")))
    with qtbot.assertNotEmitted(week.moved), qtbot.assertNotEmitted(week.wished):
        QTest.mousePress(week.hours, Qt.MouseButton.LeftButton, pos=_spot(week, MONDAY, 990))
        _drag(week, MONDAY, 700)
        assert week.hours.stroke is None
        QTest.mouseRelease(week.hours, Qt.MouseButton.LeftButton, pos=_spot(week, MONDAY, 700))


def test_a_press_opens_an_interview(grid: Callable[..., WeekGrid], qtbot: QtBot) -> None:
    """A click without a stroke opens what is under it."""
    week = grid(week_of(MONDAY, BERLIN, mock("a", instant(MONDAY, 16))))
    with qtbot.waitSignal(week.opened) as told:
        QTest.mouseClick(week.hours, Qt.MouseButton.LeftButton, pos=_spot(week, MONDAY, 990))
    assert isinstance(told.args[0], Item)
    assert told.args[0].uid == "a"


def test_the_keys_move_an_interview_and_escape_leaves_it(grid: Callable[..., WeekGrid], qtbot: QtBot) -> None:
    """Shift and the arrows carry it, Enter puts it down; Escape puts it back."""
    week = grid(week_of(MONDAY, BERLIN, mock("a", instant(MONDAY, 16))))
    hours = week.hours
    QTest.keyClick(hours, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert hours.chosen is not None
    QTest.keyClick(hours, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.assertNotEmitted(week.moved):
        QTest.keyClick(hours, Qt.Key.Key_Escape)
    QTest.keyClick(hours, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(hours, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert "15:45" in hours.accessibleDescription()
    with qtbot.waitSignal(week.moved) as told:
        QTest.keyClick(hours, Qt.Key.Key_Return)
    tuesday = MONDAY + timedelta(days=1)
    assert told.args == ["a", instant(tuesday, 15, 45), instant(tuesday, 16, 45)]


def test_the_keys_change_its_end(grid: Callable[..., WeekGrid], qtbot: QtBot) -> None:
    """With Ctrl as well, the arrows move the end alone."""
    week = grid(week_of(MONDAY, BERLIN, mock("a", instant(MONDAY, 16))))
    both = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(week.hours, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(week.hours, Qt.Key.Key_Down, both)
    with qtbot.waitSignal(week.moved) as told:
        QTest.keyClick(week.hours, Qt.Key.Key_Return)
    assert told.args == ["a", instant(MONDAY, 16), instant(MONDAY, 17, 15)]


def test_a_day_on_keeps_the_hour_of_the_clock_over_the_change(grid: Callable[..., WeekGrid], qtbot: QtBot) -> None:
    """From Saturday 16:00 a day on is Sunday 16:00, although 25 hours lie between."""
    saturday = date(2026, 10, 24)
    week = grid(week_of(date(2026, 10, 19), BERLIN, mock("a", instant(saturday, 16))))
    QTest.keyClick(week.hours, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(week.hours, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(week.moved) as told:
        QTest.keyClick(week.hours, Qt.Key.Key_Return)
    assert told.args[1] == instant(saturday + timedelta(days=1), 16)


def test_enter_on_free_time_asks_for_a_new_interview(grid: Callable[..., WeekGrid], qtbot: QtBot) -> None:
    """The cursor stands on 09:00 of Monday; two steps down are an hour."""
    week = grid(week_of(MONDAY))
    week.set_cursor(MONDAY, instant(MONDAY, 9))
    QTest.keyClick(week.hours, Qt.Key.Key_Down)
    QTest.keyClick(week.hours, Qt.Key.Key_Down)
    with qtbot.waitSignal(week.wished) as told:
        QTest.keyClick(week.hours, Qt.Key.Key_Return)
    assert told.args == [instant(MONDAY, 10), instant(MONDAY, 11)]


def test_mocks_keep_their_room_among_a_hundred_events() -> None:
    """However many events overlap it, a mock has a lane, and what found none is counted."""
    starts = instant(MONDAY, 10)
    events = tuple(
        EventView("Work", f"e{at}", starts, starts + timedelta(hours=1), f"Event {at}", all_day=False)
        for at in range(100)
    )
    laid = lay_out(week_of(MONDAY, BERLIN, mock("a", starts), events=events), hours=True)
    day = laid.by_date[MONDAY]
    assert [block.item.uid for block in day.blocks].count("a") == 1
    assert sum(count for _top, count in day.hidden) == 101 - len(day.blocks)
    for block in day.blocks:
        assert 0 <= block.left < block.left + block.width <= 1.0001
