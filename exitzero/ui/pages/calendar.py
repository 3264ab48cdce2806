"""The page *Mocks*: interviews by month, week and agenda, their scores, and the calendars they come from and go to.

Long, because one page answers for all its views and for how the keyboard goes between them.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QLocale, QStandardPaths, Qt
from PySide6.QtGui import QImage, QImageWriter, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from exitzero.core.errors import ExitZeroError, OutsideTrouble
from exitzero.core.topics import Topic
from exitzero.ui import theme
from exitzero.ui.format import day_text, local
from exitzero.ui.link import Link
from exitzero.ui.pages.calendar_feeds import FeedsPage
from exitzero.ui.pages.calendar_sheets import SheetsPage
from exitzero.ui.pages.calendar_side import WIDTH, CalendarSide, seconds_until
from exitzero.ui.pages.mock_trend import TrendPage
from exitzero.ui.pages.wording import own_zone
from exitzero.ui.ports import Questions
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.agenda_list import AgendaList
from exitzero.ui.widgets.calendar_items import Laid, lay_out
from exitzero.ui.widgets.card import Banner, Button, EmptyState, Kind, Text
from exitzero.ui.widgets.month_grid import WEEKS, MonthGrid, month_first
from exitzero.ui.widgets.week_grid import WeekGrid, week_first
from exitzero.work.mocks.views import FeedView, MocksToday, Trend

_VIEWS = ("month", "week", "agenda", "scores", "calendars")
_AGENDA = timedelta(days=60)
_SIDE_FROM = 900


class _Stored(NamedTuple):
    """One look at everything the page shows."""

    laid: Laid
    today: MocksToday
    feeds: tuple[FeedView, ...]


class CalendarScreen(SheetsPage):
    """The page *Mocks*. Opens a date, a mock's uid, ``("new", target)``, or one of its views by name."""

    topics = frozenset({Topic.MOCKS, Topic.CONTRACT, Topic.PREFERENCES})

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("calendar-page")
        self.view = "month"
        self.cursor_day = local(link.now(), own_zone(link)).date()
        self._stored: _Stored | None = None

    def _parts(self) -> Iterator[None]:
        outer = QVBoxLayout(self.ground)
        outer.setContentsMargins(20, theme.GAP + 2, 20, theme.GAP)
        outer.setSpacing(12)
        outer.addLayout(self._make_head())
        self.banner = Banner()
        self.banner.activated.connect(self.refresh)
        outer.addWidget(self.banner)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        outer.addLayout(row, 1)
        self.stack = QStackedWidget()
        row.addWidget(self.stack, 1)
        yield
        self.month, self.week, self.agenda = MonthGrid(), WeekGrid(), AgendaList()
        for grid in (self.month, self.week):
            grid.opened.connect(self._open_item)
            grid.wished.connect(self.begin_new)
            grid.moved.connect(self._move)
            grid.turned.connect(self._cursor_moved)
        self.month.week_wished.connect(self._show_week)
        self.week.paged.connect(self._page)
        self.agenda.opened.connect(self._open_item)
        self.stack.addWidget(self.month)
        self.stack.addWidget(self.week)
        yield
        self.stack.addWidget(self._make_agenda())
        yield
        self.trend = TrendPage()
        self.stack.addWidget(self.trend)
        yield from self.trend.build()
        self.trend.opened.connect(self.open_outcome)
        self.trend.picture_wanted.connect(self._ask_picture)
        self.trend.table_wanted.connect(self._ask_table)
        yield
        self.feeds = FeedsPage(self.link, self)
        self.stack.addWidget(self.feeds)
        yield from self.feeds.build()
        self.feeds.told.connect(self._say)
        self.feeds.failed.connect(self._trouble)
        yield
        self.side = CalendarSide()
        row.addWidget(self.side)
        yield from self.side.build()
        self.side.wished.connect(self._wish)
        self.side.opened.connect(self.open_mock)
        self.side.answer_wanted.connect(self.open_outcome)
        self.side.join_wanted.connect(self.join)
        self.side.calendars_wanted.connect(partial(self.turn, "calendars"))
        yield
        yield from self._make_sheets()
        self.link.watch.minute.connect(self._minute)
        self.turn("month")

    def _make_head(self) -> QHBoxLayout:
        self.title = Text("", Role.TITLE)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.zone_note = Text("", Role.SMALL12, Tone.DIM)
        self.back = Button("‹", small=True)
        self.today_button = Button(self.tr("Today"), small=True)
        self.forward = Button("›", small=True)
        for button, words, keys in (
            (self.back, self.tr("Earlier"), "PgUp"),
            (self.today_button, self.tr("Today"), "T"),
            (self.forward, self.tr("Later"), "PgDown"),
        ):
            button.setAccessibleName(words)
            button.setToolTip(f"{words}  {keys}")
        self.back.clicked.connect(partial(self._page, -1))
        self.forward.clicked.connect(partial(self._page, 1))
        self.today_button.clicked.connect(self.go_today)
        self.switches: dict[str, Button] = {}
        self._switch = QButtonGroup(self)
        going = QHBoxLayout()
        going.setSpacing(8)
        for button in (self.back, self.today_button, self.forward):
            going.addWidget(button)
        going.addSpacing(6)
        going.addWidget(self.title, 1)
        going.addWidget(self.zone_note)
        views = QHBoxLayout()
        views.setSpacing(8)
        for key, words, letter in (
            ("month", self.tr("Month"), "M"), ("week", self.tr("Week"), "W"), ("agenda", self.tr("Agenda"), "A"),
            ("scores", self.tr("Scores"), "S"), ("calendars", self.tr("Calendars"), "C"),
        ):  # fmt: skip
            button = Button(words, small=True)
            button.setCheckable(True)
            button.setToolTip(f"{words}  {letter}")
            button.clicked.connect(partial(self.turn, key))
            self._switch.addButton(button)
            self.switches[key] = button
            views.addWidget(button)
        self.new = Button(self.tr("Book a mock"), Kind.PRIMARY, icon="plus")
        self.new.setToolTip(self.tr("Book a mock interview") + "  N")
        self.new.clicked.connect(self._wish)
        self._views = views
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(8)
        self._head.addLayout(going, 1)
        self._head.addLayout(views)
        self._head.setAlignment(views, Qt.AlignmentFlag.AlignLeft)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addLayout(self._head, 1)
        head.addWidget(self.new, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _make_agenda(self) -> QWidget:
        ground = QWidget()
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        self.nothing = EmptyState(
            self.tr("Nothing ahead"),
            self.tr("A day without a mock booked for the coming seven days is red, and arms the lockdown."),
            self.tr("Book a mock"),
            icon="mocks",
        )
        self.nothing.activated.connect(self._wish)
        column.addWidget(self.nothing)
        column.addWidget(self.agenda)
        self.nothing.hide()
        return ground

    # What is shown

    @property
    def span(self) -> tuple[date, date]:
        """The days of the view that is shown, both ends inside."""
        if self.view == "week":
            first = week_first(self.cursor_day)
            return first, first + timedelta(days=6)
        if self.view == "agenda":
            return self.cursor_day, self.cursor_day + _AGENDA
        first = month_first(self.cursor_day)
        return first, first + timedelta(days=WEEKS * 7 - 1)

    def refresh(self) -> None:
        """Ask for what is shown."""
        first, last = self.span
        hours = self.view == "week"
        self.link.ask(partial(_look, first, last, hours), self._show, self._failed)
        if self.view == "scores":
            self.link.ask(lambda questions: questions.mocks.trend(), self._show_trend, self._failed)
        if self.view == "calendars":
            self.feeds.refresh()

    def visit(self) -> None:
        self._minute()

    def _uncover(self) -> None:
        had = self.hasFocus()
        super()._uncover()
        if had:
            # The arrows belong to the calendar from the start.
            self._grid().setFocus(Qt.FocusReason.OtherFocusReason)

    def _grid(self) -> QWidget:
        return {"week": self.week, "agenda": self.agenda, "month": self.month}.get(self.view, self.stack)

    def open(self, target: object) -> None:
        """Show a date, a view, an interview by its uid, or the form of a new one."""
        if isinstance(target, tuple) and target and target[0] == "new":
            self._begin_for(target[1] if len(target) > 1 else None)
        elif isinstance(target, date):
            self._cursor_moved(target)
        elif target in _VIEWS:
            self.turn(str(target))
        elif target == "new":
            self._wish()
        elif isinstance(target, str) and target:
            self.open_mock(target)

    def turn(self, view: str, *_checked: object) -> None:
        """Show one of the views: month, week, agenda, scores, calendars."""
        self.view = view
        self.switches[view].setChecked(True)
        self.stack.setCurrentIndex(_VIEWS.index(view))
        timed = view in {"month", "week", "agenda"}
        for widget in (self.back, self.today_button, self.forward):
            widget.setVisible(timed)
        self._fit()
        self._name()
        self._place_cursor()
        if self.is_grown and self.isVisible():
            self.refresh()
            if timed:
                self._grid().setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, stored: _Stored) -> None:
        self.fill(self._filling(stored))

    def _filling(self, stored: _Stored) -> Iterator[None]:
        now = self.link.now()
        self._stored = stored
        first, last = self.span
        self.banner.clear()
        if (stored.laid.source.first, stored.laid.source.last) == (first, last):
            self._put(stored.laid, now)
        yield
        zone_name = stored.laid.zone
        self.side.show_today(stored.today, now, zone_name, seconds_until(self.link.now))
        yield
        self.side.show_feeds(stored.feeds, now)
        self.form.set_surroundings(zone_name, (), stored.feeds)
        self.zone_note.setText(zone_name.replace("_", " "))
        self.zone_note.setToolTip(self.tr("Days and hours are shown in this zone; each interview keeps its own."))

    def _put(self, laid: Laid, now: datetime) -> None:
        if self.view == "week":
            self.week.show_span(laid, now)
        elif self.view == "agenda":
            self.agenda.show_span(laid, now)
            some = bool(self.agenda.rows)
            self.nothing.setVisible(not some)
            self.agenda.setVisible(some)
        elif self.view == "month":
            self.month.show_span(laid, self.cursor_day, now)

    def _show_trend(self, trend: Trend) -> None:
        self.trend.show_trend(trend, self._zone())

    def _failed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.banner.show_message(
            Tone.BAD,
            self.tr("The calendar cannot be read"),
            str(error) if known else "",
            action=self.tr("Try again"),
            dismissable=False,
        )
        self.fill(())
        return known

    def _minute(self) -> None:
        if not self.is_grown or not self.isVisible():
            return
        now = self.link.now()
        for grid in (self.month, self.week, self.agenda):
            grid.pass_time(now)
        if self._stored is not None:
            self.side.show_today(self._stored.today, now, self._zone(), seconds_until(self.link.now))
            self.side.show_feeds(self._stored.feeds, now)
            nxt = self._stored.today.next
            if nxt is not None and (nxt.ends <= now or (not nxt.joinable and nxt.starts - now < timedelta(minutes=15))):
                self.refresh()

    def _name(self) -> None:
        locale = QLocale()
        first, last = self.span
        if self.view == "month":
            month = locale.standaloneMonthName(self.cursor_day.month)
            self.title.setText(f"{month} {self.cursor_day.year}")
        elif self.view == "week":
            number = (first + timedelta(days=3)).isocalendar().week
            self.title.setText(f"{_range(first, last)}  ·  {self.tr('week {0}').format(number)}")
        elif self.view == "agenda":
            self.title.setText(self.tr("From {0}").format(day_text(first)))
        else:
            self.title.setText(self.tr("Scores") if self.view == "scores" else self.tr("Calendars in and out"))

    def _zone(self) -> str:
        return self._stored.laid.zone if self._stored is not None else own_zone(self.link)

    # Going about

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deeds: dict[int, Callable[[], object]] = {
            Qt.Key.Key_M: partial(self.turn, "month"),
            Qt.Key.Key_W: partial(self.turn, "week"),
            Qt.Key.Key_A: partial(self.turn, "agenda"),
            Qt.Key.Key_S: partial(self.turn, "scores"),
            Qt.Key.Key_C: partial(self.turn, "calendars"),
            Qt.Key.Key_T: self.go_today,
            Qt.Key.Key_N: self._wish,
            Qt.Key.Key_PageUp: partial(self._page, -1),
            Qt.Key.Key_PageDown: partial(self._page, 1),
        }
        mods = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        deed = deeds.get(event.key())
        if deed is not None and mods == Qt.KeyboardModifier.NoModifier:
            deed()
        elif event.key() == Qt.Key.Key_Z and mods == Qt.KeyboardModifier.ControlModifier:
            self.undo()
        else:
            super().keyPressEvent(event)

    def go_today(self) -> None:
        """Go to today."""
        self._go(local(self.link.now(), self._zone()).date(), self.link.now())

    def _page(self, step: int) -> None:
        day = self.cursor_day
        if self.view == "month":
            month = day.year * 12 + day.month - 1 + step
            first = date(month // 12, month % 12 + 1, 1)
            last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            self._go(first.replace(day=min(day.day, last.day)))
        elif self.view == "week":
            self._go(day + timedelta(days=7 * step))
        elif self.view == "agenda":
            self._go(day + timedelta(days=28 * step))

    def _go(self, label: date, at: datetime | None = None) -> None:
        before = self.span
        self.cursor_day = label
        self._name()
        self._place_cursor(at)
        if self.span != before or self.view == "agenda":
            self.refresh()

    def _cursor_moved(self, label: date) -> None:
        before = self.span
        self.cursor_day = label
        if self.view == "agenda":
            self.cursor_day = before[0]
        elif self.span != before:
            self._name()
            self._place_cursor()
            self.refresh()

    def _booked(self, uid: object) -> None:
        label = local(self.form.starts(), self._zone()).date()
        super()._booked(uid)
        first, last = self.span
        if self.view in {"month", "week", "agenda"} and not first <= label <= last:
            self._go(label)

    def _place_cursor(self, at: datetime | None = None) -> None:
        if self.view == "month":
            if self.month.cursor_day != self.cursor_day:
                self.month.set_cursor(self.cursor_day)
            if self.month.shown.replace(day=1) != self.cursor_day.replace(day=1):
                self.month.show_span(None, self.cursor_day, self.link.now())
        elif self.view == "week" and self.week.hours.cursor_day != self.cursor_day:
            self.week.set_cursor(self.cursor_day, at)

    def _show_week(self, label: date) -> None:
        self.cursor_day = label
        self.turn("week")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_grown:
            self._fit()

    def _fit(self) -> None:
        room = self.width() >= _SIDE_FROM and self.view in {"month", "week", "agenda"}
        if hasattr(self, "side"):
            self.side.setVisible(room)
        narrow = self.width() < _SIDE_FROM
        self._head.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self.new.setText("" if narrow else self.tr("Book a mock"))
        self.new.updateGeometry()
        self.zone_note.setVisible(self.width() >= _SIDE_FROM + WIDTH)

    # Files

    def _ask_picture(self) -> None:
        self._ask_path(self.tr("PNG (*.png)"), "mock-scores.png", self._write_picture)

    def _ask_table(self) -> None:
        self._ask_path(self.tr("CSV (*.csv)"), "mock-interviews.csv", self._write_table)

    def _ask_path(self, words: str, name: str, write: Callable[[str], object]) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self, self.tr("Save"), folder, words)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name.rpartition(".")[2])
        dialog.selectFile(name)
        dialog.fileSelected.connect(write)
        dialog.finished.connect(dialog.deleteLater)
        self._file = dialog
        dialog.open()

    def _write_picture(self, path: str) -> None:
        image = self.trend.chart.picture().toImage()  # A pixmap must not leave this thread; an image may.
        self.link.run(lambda _errands: _save_image(image, path), self._written, self._trouble)

    def _write_table(self, path: str) -> None:
        self.link.ask(lambda questions: (path, questions.mocks.export_csv()), self._write_rows, self._trouble)

    def _write_rows(self, answer: tuple[str, str]) -> None:
        path, text = answer
        self.link.run(lambda _errands: _save_text(text, path), self._written, self._trouble)

    def _written(self, path: str) -> None:
        self._say(self.tr("Written to {0}").format(path))


def _look(first: date, last: date, hours: bool, questions: Questions) -> _Stored:
    return _Stored(
        laid=lay_out(questions.mocks.span(first, last), hours=hours),
        today=questions.mocks.today(),
        feeds=questions.mocks.feeds(),
    )


def _range(first: date, last: date) -> str:
    """``16 – 22 November 2026``; two months are said short, or the line would not take them."""
    locale = QLocale()
    if first.month == last.month:
        return f"{first.day} – {last.day} {locale.standaloneMonthName(last.month)} {last.year}"
    short = QLocale.FormatType.ShortFormat
    begun, end = (f"{day.day} {locale.standaloneMonthName(day.month, short)}" for day in (first, last))
    begun = f"{begun} {first.year}" if first.year != last.year else begun
    return f"{begun} – {end} {last.year}"


def _save_image(image: QImage, path: str) -> str:
    if not QImageWriter(path, b"png").write(image):
        raise OutsideTrouble(
            "The picture could not be written.", "Choose a folder that can be written to.", reason="file"
        )
    return path


def _save_text(text: str, path: str) -> str:
    try:
        Path(path).write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise OutsideTrouble(
            "The table could not be written.", "Choose a folder that can be written to.", reason="file"
        ) from error
    return path
