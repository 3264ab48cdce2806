"""The form that a contract is edited in: fields in, :class:`Terms` out, trouble shown at the field it belongs to.

It decides nothing: whether terms are a contract, and from when a change holds, is asked of the rules each time. The
clauses' own fields stand in :mod:`.contract_clauses`.

Long, because each term of a contract has its field here and reading them back has to be kept beside showing them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from PySide6.QtCore import QLocale, QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QHBoxLayout, QVBoxLayout, QWidget

from exitzero.core.contract import DEFAULT_RUNGS, HORIZON, Clause, RungRule, Terms
from exitzero.core.day import Hours
from exitzero.engine.views import BeeminderView, ChannelView
from exitzero.ui.format import day_text
from exitzero.ui.pages.contract_clauses import CLAUSE_FORMS, ClauseForm
from exitzero.ui.pages.contract_lockdown import LockdownForm
from exitzero.ui.pages.contract_stakes import StakesForm
from exitzero.ui.pages.fields import Choice, Field, TimeField
from exitzero.ui.pages.layout import Flow, columned
from exitzero.ui.pages.rest_calendar import RestCalendar
from exitzero.ui.pages.wording import minutes_text, rung_time
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Card, Text

_WHOLE_DAY = 24 * 60


class ZoneField(QComboBox):
    """A time zone by name, found by any part of it. The list is read when the field is first entered: it costs a walk
    over some six hundred files, which no other look at the page should pay for."""

    def __init__(self, first: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = first
        self.names: tuple[str, ...] = ()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFixedWidth(240)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def showPopup(self) -> None:
        self._read()
        super().showPopup()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._read()
        super().focusInEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # Nobody picks one of six hundred by turning a wheel.

    def _read(self) -> None:
        if self.names:
            return
        from zoneinfo import available_timezones

        zones = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
        self.names = (self._first, *zones)
        text = self.currentText()
        with QSignalBlocker(self):
            self.addItems(list(self.names))
            self.setEditText(text)
        completer = QCompleter(QStringListModel(list(self.names), self), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        self.setCompleter(completer)


class RungLine(QWidget):
    """One rung: on or off, and at what time it fires."""

    edited = Signal()

    def __init__(self, rung: RungRule, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rung = rung
        self._minutes = rung.minutes_before
        self._hours = Hours()
        self.on = QCheckBox(rung.name)
        self.on.setMinimumWidth(112)
        self.at = TimeField()
        self.at.setAccessibleName(self.tr("{0} fires at").format(rung.name))
        self.words = Text("", Role.SMALL12, Tone.DIM, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.on)
        row.addWidget(self.at)
        row.addWidget(self.words, 1)
        self.on.toggled.connect(self._changed)
        self.at.timeChanged.connect(self._moved)

    def load(self, rung: RungRule, *, on: bool) -> None:
        """Show a rung."""
        self._rung, self._minutes = rung, rung.minutes_before
        with QSignalBlocker(self.on):
            self.on.setChecked(on)
        self._show()

    def set_hours(self, hours: Hours) -> None:
        """Follow the day's hours: the distance to the deadline stays, the time on the clock moves."""
        self._hours = hours
        self._show()

    def rung(self) -> RungRule | None:
        """The rung as it stands, None while it is off."""
        return replace(self._rung, minutes_before=self._minutes) if self.on.isChecked() else None

    def _moved(self) -> None:
        due, at = self._hours.deadline, self.at.value
        self._minutes = (due.hour * 60 + due.minute - at.hour * 60 - at.minute) % _WHOLE_DAY or _WHOLE_DAY
        self._show()
        self.edited.emit()

    def _changed(self) -> None:
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        with QSignalBlocker(self.at):
            self.at.setDisplayFormat(self.at.displayFormat())
            self.at.set_value(rung_time(self._hours.deadline, self._minutes))
        self.at.setEnabled(self.on.isChecked())
        starts = self._hours.starts.hour * 60 + self._hours.starts.minute
        words = self.tr("{0} before").format(minutes_text(self._minutes))
        if self._rung.urgent:
            words = self.tr("{0}, insists").format(words)
        too_early = self._minutes > self._hours.deadline_minutes - starts
        if not self.on.isChecked():
            words = self.tr("off")
        elif too_early:
            words = self.tr("before the day starts, so it never fires")
        self.words.setText(words)
        self.words.set_tone(Tone.WARN if too_early and self.on.isChecked() else Tone.DIM)


class ContractForm(QWidget):
    """Every term of a contract as fields. ``edited`` comes with each change a person makes, never with a load.

    :meth:`parts` makes the fields, in short steps, and has to be run first.
    """

    edited = Signal()
    name_asked = Signal(str, str)
    connect_wanted = Signal()
    mailbox_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = Terms()
        self._today = date(2000, 1, 1)
        self._loading = False
        self.clauses: list[ClauseForm] = []
        self._mailboxes: tuple[str, ...] = ()
        self.rungs: list[RungLine] = []
        self._fields: dict[str, Field] = {}

    def parts(self) -> Iterator[None]:
        """Make the fields; each yield ends a short step."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self._clause_box = QVBoxLayout()
        self._clause_box.setSpacing(14)
        column.addLayout(self._clause_box)
        hours = Card(self.tr("Hours of the day"))
        column.addWidget(hours)
        yield from self._fill_hours(hours)
        column.addWidget(self._make_ladder())
        yield
        self.stakes = StakesForm()
        column.addWidget(self.stakes)
        yield from self.stakes.parts()
        self._fields |= self.stakes.fields
        self.burn = self.stakes.burn
        self.stakes.edited.connect(self._changed)
        self.stakes.connect_wanted.connect(self.connect_wanted)
        yield
        self.lockdown = LockdownForm()
        column.addWidget(self.lockdown)
        yield from self.lockdown.parts()
        self._fields |= self.lockdown.fields
        self.lockdown.edited.connect(self._changed)
        self.lockdown.remade.connect(self._order_again)
        yield
        rest = Card(self.tr("Rest"))
        column.addWidget(rest)
        column.addStretch(1)
        self._fill_rest(rest)

    def load(self, terms: Terms, today: date) -> None:
        """Show these terms; what stood in the fields is gone."""
        for _step in self.loading(terms, today):
            pass

    def loading(self, terms: Terms, today: date) -> Iterator[None]:
        """The same in short steps."""
        self._loading = True
        self._base, self._today = terms, today
        if not self.clauses:
            yield from self._make_clauses()
        for form in self.clauses:
            form.load(terms.clause(form.kind))
        self._weigh()
        self.starts.set_value(terms.hours.starts)
        self.deadline.set_value(terms.hours.deadline)
        self.week.choose(terms.week_starts)
        self.zone.setEditText(terms.zone or self._machine_words())
        self.stakes.load(terms.burn, terms.stakes)
        self.lockdown.load(terms.blocking, [rung.name for rung in terms.rungs])
        yield
        self.rest.set_today(today, terms.week_starts)
        self.rest.choose(terms.rest_days)
        yield
        yield from self._make_rungs(terms)
        self._show_length(terms.hours)
        self._show_rest()
        self._order()
        self._loading = False
        self.clear_trouble()

    def terms(self) -> Terms:
        """The contract as it stands in the fields, whether or not it can be adopted."""
        rungs = [rung for line in self.rungs if (rung := line.rung()) is not None]
        same = sorted(rungs, key=lambda rung: rung.name) == sorted(self._base.rungs, key=lambda rung: rung.name)
        zone = self.zone.currentText().strip()
        return Terms(
            clauses=self._clauses_in_order(),
            hours=Hours(self.starts.value, self.deadline.value),
            zone="" if zone == self._machine_words() else zone,
            week_starts=int(self.week.currentData()),
            rest_days=self.rest.days(),
            rungs=self._base.rungs if same else tuple(sorted(rungs, key=lambda rung: -rung.minutes_before)),
            burn=self.burn.value(),
            stakes=self.stakes.stakes(),
            blocking=self.lockdown.blocking(),
        )

    def set_mailboxes(self, addresses: Sequence[str]) -> None:
        """Offer these mailboxes as proof of outreach."""
        self._mailboxes = tuple(addresses)
        for form in self.clauses:
            form.set_mailboxes(self._mailboxes)

    def set_channels(self, views: Sequence[ChannelView]) -> None:
        """Offer these channels for the shame post."""
        self.stakes.set_channels(views)

    def set_beeminder(self, view: BeeminderView) -> None:
        """Offer the goals of this account."""
        self.stakes.set_beeminder(view)

    def set_trouble(self, field: str, message: str) -> bool:
        """Show what is wrong at its field; False if the form has no such field."""
        found = self._all_fields().get(field)
        if found is None:
            return False
        found.set_trouble(message)
        return True

    def clear_trouble(self) -> None:
        """Nothing is wrong any more."""
        for field in self._all_fields().values():
            field.set_trouble("")

    def field(self, name: str) -> Field:
        """The field of that name. Raises KeyError for one that is not there."""
        return self._all_fields()[name]

    def _all_fields(self) -> dict[str, Field]:
        found = dict(self._fields)
        for form in self.clauses:
            found.update(form.fields)
        return found

    def _machine_words(self) -> str:
        return self.tr("This machine's time zone")

    def _fill_hours(self, hours: Card) -> Iterator[None]:
        self.starts, self.deadline = TimeField(), TimeField()
        self.week = Choice(width=128)
        locale = QLocale()
        for weekday in range(7):
            self.week.addItem(locale.dayName(weekday + 1), weekday)
        yield
        self.zone = ZoneField(self._machine_words())
        yield
        self._fields |= {
            "hours": Field(self.tr("Deadline"), self.deadline),
            "zone": Field(self.tr("Time zone"), self.zone, self.tr("Type a part of its name")),
            "week": Field(self.tr("Week starts on"), self.week),
        }
        for time_field in (self.starts, self.deadline):
            time_field.timeChanged.connect(self._hours_changed)
        self.week.currentIndexChanged.connect(self._changed)
        self.zone.editTextChanged.connect(self._changed)
        yield
        flow = Flow(spacing=14)
        hours.body.addLayout(flow)
        flow.addWidget(Field(self.tr("Day starts"), self.starts))
        flow.addWidget(self._fields["hours"])
        flow.addWidget(self._fields["week"])
        flow.addWidget(self._fields["zone"])
        hours.body.addStretch(1)
        yield

    def _make_ladder(self) -> Card:
        holder = QWidget()
        self._rung_box = QVBoxLayout(holder)
        self._rung_box.setContentsMargins(0, 4, 0, 0)
        self._rung_box.setSpacing(6)
        self._fields["rungs"] = Field(self.tr("Each fires once, and only for what is missing"), holder)
        ladder = Card(self.tr("Ladder"))
        ladder.body.addWidget(self._fields["rungs"])
        ladder.body.addStretch(1)
        return ladder

    def _fill_rest(self, card: Card) -> None:
        columns, (near, told) = columned(480, 0, 1)
        card.body.addWidget(columns)
        self.rest = RestCalendar()
        self._fields["rest"] = Field(self.tr("Rest days"), self.rest)
        near.addWidget(self._fields["rest"])
        self._rest_words = Text("", Role.BODY13, wrap=True)
        self._rest_rule = Text("", Role.BODY13, Tone.DIM, wrap=True)
        told.setSpacing(10)
        told.addWidget(self._rest_rule)
        told.addWidget(self._rest_words)
        told.addStretch(1)
        self.rest.changed.connect(self._rest_changed)
        self.rest.refused.connect(self._fields["rest"].set_trouble)

    def _clauses_in_order(self) -> tuple[Clause, ...]:
        """The clauses as they stand in the fields; those of a kind that has no fields stay as they are."""
        here = {form.kind: form.clause() for form in self.clauses}
        kept = [here.pop(clause.kind, clause) for clause in self._base.clauses]
        return tuple(clause for clause in (*kept, *here.values()) if clause is not None)

    def _make_clauses(self) -> Iterator[None]:
        for kind in CLAUSE_FORMS:
            form = CLAUSE_FORMS[kind]()
            self._clause_box.addWidget(form)
            yield from form.parts()
            form.set_mailboxes(self._mailboxes)
            form.edited.connect(self._clause_edited)
            form.came_or_went.connect(self._order_again)
            form.name_asked.connect(self.name_asked)
            form.mailbox_wanted.connect(self.mailbox_wanted)
            self.clauses.append(form)
            yield

    def _clause_edited(self) -> None:
        self._weigh()
        self._changed()

    def _weigh(self) -> None:
        """Show each weight as its share of the day, and keep the last clause from being taken out."""
        there = [clause for form in self.clauses if (clause := form.clause()) is not None]
        whole = sum(clause.weight for clause in there)
        for form in self.clauses:
            form.show_share(whole, alone=len(there) == 1)

    def _make_rungs(self, terms: Terms) -> Iterator[None]:
        on = {rung.name: rung for rung in terms.rungs}
        known = {rung.name: rung for rung in DEFAULT_RUNGS} | on
        names = sorted(known, key=lambda name: -known[name].minutes_before)
        if [line.on.text() for line in self.rungs] != names:
            for old in self.rungs:
                self._rung_box.removeWidget(old)
                old.hide()
                old.deleteLater()
            self.rungs = []
            for name in names:
                line = RungLine(known[name])
                line.edited.connect(self._changed)
                self.rungs.append(line)
                self._rung_box.addWidget(line)
                if len(self.rungs) % 2 == 0:
                    yield
        for line, name in zip(self.rungs, names, strict=True):
            line.load(known[name], on=name in on)
            line.set_hours(terms.hours)

    def _order(self) -> None:
        stops: list[QWidget] = [stop for form in self.clauses for stop in form.stops()]
        stops += [self.starts, self.deadline, self.week, self.zone]
        for line in self.rungs:
            stops += [line.on, line.at]
        stops += [*self.stakes.stops(), *self.lockdown.stops(), self.rest.grid]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _order_again(self) -> None:
        if not self._loading:
            self._order()

    def _hours_changed(self) -> None:
        hours = Hours(self.starts.value, self.deadline.value)
        for line in self.rungs:
            line.set_hours(hours)
        self._show_length(hours)
        self._changed()

    def _show_length(self, hours: Hours) -> None:
        """How long a day leaves: an hour after midnight is only meant if the day starts after it."""
        minutes = hours.deadline_minutes - hours.starts.hour * 60 - hours.starts.minute
        words = self.tr("{0} a day").format(minutes_text(minutes))
        if hours.deadline_minutes >= _WHOLE_DAY:
            words = self.tr("the next date, {0}").format(words)
        self._fields["hours"].set_hint(words)

    def _rest_changed(self) -> None:
        self._show_rest()
        self._changed()

    def _show_rest(self) -> None:
        self._rest_rule.setText(
            self.tr(
                "A day on which nothing is owed. It is planned at least {0} days ahead, so from {1} on; "
                "the striped days are too near. Taking a planned day back holds at once."
            ).format(HORIZON.days, day_text(self._today + HORIZON))
        )
        coming = sorted(day for day in self.rest.days() if day >= self._today)
        words = ", ".join(day_text(day, year=day.year != self._today.year) for day in coming)
        self._rest_words.setText(self.tr("Planned: {0}").format(words) if words else self.tr("None is planned."))

    def _changed(self) -> None:
        if not self._loading:
            self.edited.emit()
