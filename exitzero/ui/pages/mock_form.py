"""The form of a mock interview: when and where it is agreed, seen on both clocks, with what overlaps said at once.

Past 400 lines: every field of an interview, its draft and its troubles stand here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from exitzero.core.errors import BadInput
from exitzero.ui.format import clock, day_text, local, zone
from exitzero.ui.link import Link
from exitzero.ui.pages.fields import Choice, Field, Spin, TimeField
from exitzero.ui.pages.layout import Columns, Line
from exitzero.ui.pages.mock_fields import Checklist, DateField, ReminderChips, ZoneField
from exitzero.ui.pages.outreach_picker import TargetPicker
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.calendar_items import place_name, standing
from exitzero.ui.widgets.card import Button, Chip, Kind, Text
from exitzero.work.mocks.local import to_instant
from exitzero.work.mocks.views import PLATFORMS, FeedView, MockEdit, MockPage

_ASK_MS = 180
_LENGTHS = (30, 45, 60, 90, 120)


class MockForm(QWidget):
    """Adds an interview or changes one.

    ``save_wanted`` carries the :class:`MockEdit` and whether it is only written down; ``touched`` says that something
    was typed. ``answer_wanted``, ``cancel_wanted`` and ``join_wanted`` are deeds on one that is there already.
    """

    save_wanted = Signal(object, bool)
    touched = Signal()
    cancelled = Signal()
    discard_wanted = Signal()
    answer_wanted = Signal(str)
    cancel_wanted = Signal(str)
    join_wanted = Signal(str)
    target_wanted = Signal(int)

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mock-form")
        self._link = link
        self._own_zone = "UTC"
        self._uid = ""
        self._page: MockPage | None = None
        self._filling = False
        self._only_record = False
        self._now = datetime(2000, 1, 1, tzinfo=UTC)
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(_ASK_MS)
        self._ask.timeout.connect(self._ask_conflicts)

    def build(self) -> Iterator[None]:
        """Make the parts in steps; nothing else may be called before the last one."""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 16, 0, 14)
        outer.setSpacing(10)
        outer.addLayout(self._make_head())
        outer.addWidget(Line())
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner = QWidget()
        self._inner.setObjectName("page")
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(20, 4, 20, 12)
        column.setSpacing(12)
        # The tree grows from the root, or Qt would dress every part anew with each parent.
        area.setWidget(self._inner)
        self._area = area
        outer.addWidget(area, 1)
        yield
        self._make_when(column)
        column.addWidget(Line())
        yield
        self._make_what(column)
        column.addWidget(Line())
        yield
        yield from self._make_rest(column)
        column.addStretch(1)
        outer.addWidget(Line())
        outer.addLayout(self._make_foot())
        self._fields = {
            "starts": self.f_time, "ends": self.f_length, "zone": self.f_zone, "title": self.f_title,
            "platform": self.f_platform, "partner": self.f_partner, "topic": self.f_topic, "link": self.f_link,
            "notes": self.f_notes, "checklist": self.f_checklist, "reminders": self.f_reminders,
            "calendar": self.f_calendar, "target": self.f_target,
        }  # fmt: skip
        self._listen()

    def _make_head(self) -> QVBoxLayout:
        self.heading = Text("", Role.HEADING)
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.chip = Chip()
        self.answer = Button(self.tr("Say how it went"), small=True)
        self.join = Button(self.tr("Join"), Kind.PRIMARY, small=True)
        self.call_off = Button(self.tr("Call it off"), Kind.DANGER, small=True)
        self.answer.clicked.connect(self._answer)
        self.join.clicked.connect(self._join)
        self.call_off.clicked.connect(self._call_off)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.heading, 1)
        line.addWidget(self.chip)
        self.deeds = QWidget()
        deeds = QHBoxLayout(self.deeds)
        deeds.setContentsMargins(0, 0, 0, 0)
        deeds.setSpacing(8)
        for button in (self.join, self.answer, self.call_off):
            deeds.addWidget(button)
        deeds.addStretch(1)
        self.draft = QWidget()
        draft = QHBoxLayout(self.draft)
        draft.setContentsMargins(0, 0, 0, 0)
        draft.setSpacing(8)
        words = Text(self.tr("Half-written before; it was kept."), Role.BODY13, Tone.INFO)
        self.discard = Button(self.tr("Begin anew"), Kind.QUIET, small=True)
        self.discard.clicked.connect(self.discard_wanted)
        draft.addWidget(words, 1)
        draft.addWidget(self.discard)
        self.draft.hide()
        head = QVBoxLayout()
        head.setContentsMargins(20, 0, 20, 0)
        head.setSpacing(8)
        head.addLayout(line)
        head.addWidget(self.deeds)
        head.addWidget(self.draft)
        return head

    def _make_when(self, column: QVBoxLayout) -> None:
        self.date = DateField()
        self.time = TimeField(width=116)
        self.length = Spin(5, 480, 116)
        self.length.setSingleStep(15)
        self.length.setSuffix(self.tr(" min"))
        self.zone = ZoneField()
        self.f_date = Field(self.tr("Date"), self.date)
        self.f_time = Field(self.tr("Time"), self.time)
        self.f_length = Field(self.tr("Length"), self.length)
        self.f_zone = Field(self.tr("Agreed in the zone"), self.zone)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.f_date, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.f_time, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.f_length, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(self.f_zone)
        self.both = Text("", Role.STRONG13, Tone.INFO, wrap=True)
        self.both.setObjectName("both-zones")
        self.conflicts = Text("", Role.STRONG13, Tone.WARN, wrap=True)
        self.conflicts.setObjectName("conflicts")
        for label in (self.both, self.conflicts):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            column.addWidget(label)
        self.record = QCheckBox(self.tr("It is over: write it down for the record only. It does not count."))
        self.record.hide()
        column.addWidget(self.record)

    def _make_what(self, column: QVBoxLayout) -> None:
        self.platform = QComboBox()
        self.platform.setEditable(True)
        self.platform.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.platform.addItems(list(PLATFORMS))
        self.platform.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.platform.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.partner, self.topic, self.title, self.link_line = (QLineEdit() for _ in range(4))
        self.title.setPlaceholderText(self.tr("Made from partner and platform if empty"))
        self.link_line.setPlaceholderText("https://")
        self.topic.setPlaceholderText(self.tr("system design, graphs, behavioural"))
        self.f_platform = Field(self.tr("Platform"), self.platform)
        self.f_partner = Field(self.tr("With whom"), self.partner)
        self.f_topic = Field(self.tr("Topic"), self.topic)
        self.f_title = Field(self.tr("Title"), self.title)
        self.f_link = Field(self.tr("Link to join"), self.link_line, self.tr("Opened by “Join now” when it is time."))
        column.addWidget(Columns(self.f_platform, self.f_partner, breakpoint_width=380, gap=10))
        column.addWidget(Columns(self.f_topic, self.f_title, breakpoint_width=380, gap=10))
        column.addWidget(self.f_link)

    def _make_rest(self, column: QVBoxLayout) -> Iterator[None]:
        self.reminders = ReminderChips()
        self.f_reminders = Field(self.tr("Remind me before"), self.reminders)
        column.addWidget(self.f_reminders)
        yield
        self.checklist = Checklist()
        self.f_checklist = Field(self.tr("To prepare"), self.checklist)
        self.notes = QPlainTextEdit()
        self.notes.setMinimumHeight(84)
        self.notes.setMaximumHeight(140)
        self.notes.setTabChangesFocus(True)
        self.f_notes = Field(self.tr("Notes"), self.notes)
        column.addWidget(self.f_checklist)
        column.addWidget(self.f_notes)
        yield
        self.calendar = Choice(((self.tr("Here only"), ""),))
        self.f_calendar = Field(self.tr("Kept in the calendar"), self.calendar)
        self.target = TargetPicker(self._link, can_make=False)
        self.f_target = Field(self.tr("For"), self.target, self.tr("A person or company of the outreach board."))
        column.addWidget(self.f_calendar)
        column.addWidget(self.f_target)

    def _make_foot(self) -> QHBoxLayout:
        self.trouble = Text("", Role.BODY13, Tone.BAD, wrap=True)
        self.trouble.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.back = Button(self.tr("Close"))
        self.save = Button("", Kind.PRIMARY)
        self.save.setToolTip("Ctrl+Return")
        self.back.clicked.connect(self.cancelled)
        self.save.clicked.connect(self.submit)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 0, 20, 0)
        foot.setSpacing(8)
        foot.addWidget(self.trouble, 1)
        foot.addWidget(self.back)
        foot.addWidget(self.save)
        return foot

    def _listen(self) -> None:
        for signal in (self.date.dateChanged, self.time.timeChanged, self.length.valueChanged, self.zone.chosen):
            signal.connect(self._time_changed)
        for typed in (self.partner.textChanged, self.topic.textChanged, self.title.textChanged):
            typed.connect(self._touch)
        for typed in (self.link_line.textChanged, self.notes.textChanged, self.platform.currentTextChanged):
            typed.connect(self._touch)
        for field, typed in (
            (self.f_partner, self.partner.textChanged), (self.f_topic, self.topic.textChanged),
            (self.f_title, self.title.textChanged), (self.f_link, self.link_line.textChanged),
            (self.f_notes, self.notes.textChanged), (self.f_platform, self.platform.currentTextChanged),
        ):  # fmt: skip
            typed.connect(partial(self._put_right, field))
        self.reminders.changed.connect(self._touch)
        self.checklist.changed.connect(self._touch)
        self.calendar.currentIndexChanged.connect(self._touch)
        self.target.chosen.connect(self._touch)

    # What it is about

    def set_surroundings(self, own_zone: str, zones: Sequence[str], feeds: Sequence[FeedView]) -> None:
        """One's own zone, all zones there are, and the calendars, of which those are offered that can be written to."""
        self._own_zone = own_zone
        if zones:
            self.zone.set_zones([own_zone, *(name for name in zones if name != own_zone)])
        chosen = self.calendar.currentData()
        self._filling = True
        self.calendar.clear()
        self.calendar.addItem(self.tr("Here only"), "")
        for feed in feeds:
            if feed.two_way:
                self.calendar.addItem(feed.name, feed.id)
        self.calendar.choose(chosen)
        self._filling = False
        self.f_calendar.setVisible(self.calendar.count() > 1)

    def begin(self, edit: MockEdit, now: datetime, page: MockPage | None = None, *, target_name: str = "") -> None:
        """Show an interview, or the beginnings of one."""
        self._filling, self._now, self._page, self._uid = True, now, page, edit.uid
        self.set_trouble("", "")
        self.draft.hide()
        new = not edit.uid
        self.heading.setText(self.tr("Book a mock interview") if new else edit.title or self.tr("Mock interview"))
        self.save.set_busy(False, self.tr("Book it") if new else self.tr("Save"))
        self.chip.setVisible(page is not None)
        self.deeds.setVisible(page is not None)
        if page is not None:
            view = page.view
            self.chip.set_state(*standing(view))
            self.join.setVisible(bool(view.link))
            self.join.set_kind(Kind.PRIMARY if view.joinable else Kind.PLAIN)
            over = view.ends <= now
            self.answer.setVisible(over or view.state != "booked")
            self.answer.setText(self.tr("Say how it went") if view.state == "booked" else self.tr("Score sheet"))
            self.answer.updateGeometry()
            self.call_off.setVisible(view.state == "booked" and not over)
        place = edit.zone or self._own_zone
        wall = local(edit.starts, place)
        self.zone.set_zone(place)
        self.date.setDate(QDate(wall.year, wall.month, wall.day))
        self.time.set_value(wall.time())
        self.length.setValue(round((edit.ends - edit.starts) / timedelta(minutes=1)))
        self.platform.setCurrentText(edit.platform)
        for line, words in (
            (self.partner, edit.partner), (self.topic, edit.topic), (self.title, edit.title),
            (self.link_line, edit.link),
        ):  # fmt: skip
            line.setText(words)
        self.notes.setPlainText(edit.notes)
        self.checklist.set_items(edit.checklist)
        self.reminders.set_minutes(edit.reminders)
        if edit.calendar and self.calendar.findData(edit.calendar) < 0:
            # One that can only be read: it stays where it is.
            self.calendar.addItem(page.view.calendar if page is not None else edit.calendar, edit.calendar)
        self.calendar.choose(edit.calendar)
        self.f_calendar.setVisible(self.calendar.count() > 1)
        if edit.target is None:
            self.target.clear()
        else:
            self.target.show_chosen(edit.target, target_name or (page.target_name if page is not None else ""))
        self.record.setChecked(False)
        self._filling = False
        self._area.verticalScrollBar().setValue(0)
        self._show_both()
        self._ask.start()

    def offer_draft(self, words: Mapping[str, Any]) -> None:
        """Put back what was half-written."""
        self._filling = True
        for name, line in self._lines().items():
            line.setText(str(words.get(name, "")))
        self.platform.setCurrentText(str(words.get("platform", "")))
        self.notes.setPlainText(str(words.get("notes", "")))
        self.checklist.set_items([(str(step), False) for step in words.get("checklist", ())])
        try:
            label, at = date.fromisoformat(str(words.get("date"))), time.fromisoformat(str(words.get("time")))
            if datetime.combine(label, at, tzinfo=zone(str(words.get("zone", "")))) > self._now:
                self.date.setDate(QDate(label.year, label.month, label.day))
                self.time.set_value(at)
                self.zone.set_zone(str(words.get("zone", self._own_zone)))
                self.length.setValue(int(words.get("length", 60)))
        except ValueError:
            pass  # Written by another version: the words alone are worth keeping.
        self._filling = False
        self.draft.show()
        self._show_both()
        self._ask.start()

    def draft_words(self) -> dict[str, Any]:
        """What was typed, plain enough to be stored; empty if there is nothing worth keeping."""
        if self._uid:
            return {}
        words: dict[str, Any] = {name: line.text() for name, line in self._lines().items() if line.text()}
        words |= {"notes": self.notes.toPlainText()} if self.notes.toPlainText() else {}
        steps = [step for step, _done in self.checklist.items]
        words |= {"checklist": steps} if steps else {}
        if not words:
            return {}
        here = self.date.date()
        return words | {
            "platform": self.platform.currentText(),
            "date": date(here.year(), here.month(), here.day()).isoformat(),
            "time": self.time.value.isoformat("minutes"),
            "length": self.length.value(),
            "zone": self.zone.zone,
        }

    def forget(self) -> None:
        """Empty what would be kept as a draft: it is saved."""
        self._filling = True
        for line in self._lines().values():
            line.clear()
        self.notes.clear()
        self.checklist.set_items(())
        self._filling = False

    def offer_record(self) -> None:
        """The time is over: offer to write it down for the record only."""
        self.record.setVisible(not self._uid)

    def _lines(self) -> dict[str, QLineEdit]:
        return {"partner": self.partner, "topic": self.topic, "title": self.title, "link": self.link_line}

    # Times

    def starts(self) -> datetime:
        """The instant that stands there. Raises :class:`BadInput` for one that the zone's clocks leave out."""
        here = self.date.date()
        wall = datetime.combine(date(here.year(), here.month(), here.day()), self.time.value)
        return to_instant(wall, self.zone.zone).instant

    def _time_changed(self) -> None:
        if self._filling:
            return
        self._show_both()
        self._ask.start()
        self._touch()

    def _show_both(self) -> None:
        for field in (self.f_time, self.f_zone, self.f_length):
            field.set_trouble("")
        here = self.date.date()
        wall = datetime.combine(date(here.year(), here.month(), here.day()), self.time.value)
        try:
            found = to_instant(wall, self.zone.zone)
        except BadInput as error:
            self._fields.get(error.field, self.f_time).set_trouble(error.message)
            self.both.setText("")
            self.both.hide()
            return
        self.f_time.set_hint("")
        starts = found.instant
        words = found.words
        if local(starts, self.zone.zone).utcoffset() != local(starts, self._own_zone).utcoffset():
            there = place_name(self.zone.zone)
            mine = local(starts, self._own_zone)
            on = f" {day_text(mine.date())}" if mine.date() != wall.date() else ""
            both = self.tr("{0} in {1} = {2}{3} for you").format(
                clock(starts, self.zone.zone), there, clock(starts, self._own_zone), on
            )
            words = f"{both}. {words}" if words else both
        self.both.setText(words)
        self.both.setVisible(bool(words))
        over = starts + timedelta(minutes=self.length.value()) <= self._now
        self.record.setVisible(over and not self._uid)

    def _ask_conflicts(self) -> None:
        try:
            starts = self.starts()
        except BadInput:
            self._show_conflicts(())
            return
        ends, uid = starts + timedelta(minutes=self.length.value()), self._uid
        self._link.ask(lambda questions: questions.mocks.conflicts(starts, ends, uid), self._show_conflicts)

    def _show_conflicts(self, names: tuple[str, ...]) -> None:
        self.conflicts.setText("▲ " + self.tr("Overlaps {0}").format(", ".join(names)) if names else "")
        self.conflicts.setVisible(bool(names))

    # Saving

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submit()
        else:
            super().keyPressEvent(event)

    def submit(self) -> None:
        """Ask for it to be saved, if the times make sense."""
        if not self.save.isEnabled():
            return
        self.set_trouble("", "")
        try:
            starts = self.starts()
        except BadInput as error:
            self.set_trouble(error.field, error.message)
            return
        self.save.set_busy(True)
        self.save_wanted.emit(
            MockEdit(
                starts=starts,
                ends=starts + timedelta(minutes=self.length.value()),
                zone=self.zone.zone,
                title=self.title.text().strip(),
                uid=self._uid,
                platform=self.platform.currentText().strip(),
                partner=self.partner.text().strip(),
                topic=self.topic.text().strip(),
                link=self.link_line.text().strip(),
                notes=self.notes.toPlainText().strip(),
                checklist=self.checklist.items,
                reminders=self.reminders.minutes,
                calendar=str(self.calendar.currentData() or ""),
                target=self.target.target or None,
            ),
            self.record.isVisible() and self.record.isChecked(),
        )

    def set_trouble(self, field: str, message: str) -> None:
        """Say what is wrong, at the field if it is here; what was typed stays."""
        self.save.set_busy(False)
        for each in self._fields.values():
            each.set_trouble("")
        place = self._fields.get(field)
        self.trouble.setText("" if place is not None else message)
        if place is not None and message:
            place.set_trouble(message)
            self._area.ensureWidgetVisible(place, 0, 40)
            place.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _touch(self) -> None:
        if not self._filling:
            self.touched.emit()

    @staticmethod
    def _put_right(field: Field, *_words: object) -> None:
        """What was wrong with a field is not said of the words that replace it."""
        field.set_trouble("")

    def _answer(self) -> None:
        self.answer_wanted.emit(self._uid)

    def _call_off(self) -> None:
        self.cancel_wanted.emit(self._uid)

    def _join(self) -> None:
        self.join_wanted.emit(self.link_line.text().strip())
