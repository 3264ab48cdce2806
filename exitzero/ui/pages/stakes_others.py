"""The sticks beside the post: the Beeminder account, a program of one's own, and the hours in which no alarm rings."""

from datetime import time

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.today import Today
from exitzero.engine.views import BeeminderView
from exitzero.ui.alarm import Hours, is_quiet
from exitzero.ui.format import hour_text, local
from exitzero.ui.pages.fields import Field, TimeField
from exitzero.ui.pages.layout import Flow
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Card, Kind, Text


class BeeminderCard(Card):
    """The account: its token is typed once, its goals are listed, its trouble is told."""

    connect_wanted = Signal(str)
    disconnect_wanted = Signal()
    ask_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Beeminder", parent)
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setMaximumWidth(280)
        self.token.returnPressed.connect(self._connect)
        self.field = Field(
            self.tr("Personal auth token"),
            self.token,
            self.tr("From beeminder.com/api/v1/auth_token.json; it goes into the keyring"),
        )
        self.words = Text(self.tr("Reading the keyring…"), Role.BODY13, Tone.DIM, wrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.goals = Text("", Role.MONO12, wrap=True)
        self.goals.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.connect_button = Button(self.tr("Connect"))
        self.connect_button.clicked.connect(self._connect)
        self.again = Button(self.tr("Ask again"), small=True)
        self.again.clicked.connect(self.ask_wanted)
        self.disconnect_button = Button(self.tr("Disconnect"), Kind.QUIET, small=True)
        self.disconnect_button.clicked.connect(self.disconnect_wanted)
        deeds = Flow()
        for button in (self.connect_button, self.again, self.disconnect_button):
            deeds.addWidget(button)
        self.body.addWidget(self.words)
        self.body.addWidget(self.goals)
        self.body.addWidget(self.field)
        self.body.addLayout(deeds)
        self._show(typing=False, connected=False)
        self.goals.hide()

    def show_view(self, view: BeeminderView, armed: str) -> None:
        """Show the account; ``armed`` is the goal of the contract."""
        self.connect_button.set_busy(False, self.tr("Connect"))
        self.token.clear()
        self.field.set_trouble("")
        self._show(typing=not view.connected, connected=view.connected)
        self.words.set_tone(Tone.DIM)
        if not view.connected:
            self.set_state(None)
            self.words.setText(self.tr("A datapoint for each clause, and a charge in real money if you arm one."))
        elif view.trouble:
            self.set_state(State.UNKNOWN, self.tr("Cannot be used"))
            self.words.setText(view.trouble)
            self.words.set_tone(Tone.UNKNOWN)
        else:
            self.set_state(State.SAFE, self.tr("Connected"))
            goal = (
                self.tr("The contract uses {0}.").format(armed) if armed else self.tr("Choose a goal in the contract.")
            )
            self.words.setText(self.tr("Account {0}. {1}").format(view.username, goal))
        self.goals.setVisible(bool(view.goals))
        self.goals.setText("  ".join(f"[{goal}]" if goal == armed else goal for goal in view.goals))

    def show_trouble(self, message: str, *, at_field: bool) -> None:
        """Say why the token was not taken, or why nothing could be asked."""
        self.connect_button.set_busy(False, self.tr("Connect"))
        if at_field:
            self.field.set_trouble(message)
        else:
            self.words.setText(message)
            self.words.set_tone(Tone.WARN)
            self.again.show()

    def _show(self, *, typing: bool, connected: bool) -> None:
        self.field.setVisible(typing)
        self.connect_button.setVisible(typing)
        self.again.setVisible(connected)
        self.disconnect_button.setVisible(connected)

    def _connect(self) -> None:
        self.connect_button.set_busy(True, self.tr("Asking Beeminder"))
        self.connect_wanted.emit(self.token.text())


class HookCard(Card):
    """A program of one's own: one command line."""

    save_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Own program", parent)
        self.set_title(self.tr("Program of your own"))
        self._stored = ""
        self.line = QLineEdit()
        self.line.setPlaceholderText("/usr/local/bin/on-failure --quiet")
        self.line.textChanged.connect(self._check)
        self.line.returnPressed.connect(self._save)
        self._hint = self.tr(
            "Runs with the verdict as JSON on standard input, for 30 seconds at most, without a shell."
        )
        self.field = Field(self.tr("Command line"), self.line, self._hint)
        self.save = Button(self.tr("Save"), small=True)
        self.save.clicked.connect(self._save)
        row = QHBoxLayout()
        row.addWidget(self.save)
        row.addStretch(1)
        self.body.addWidget(self.field)
        self.body.addLayout(row)
        self._check()

    def show_line(self, line: str, *, armed: bool) -> None:
        """Show what is stored, unless something else is being typed."""
        if self.line.text() == self._stored:
            with QSignalBlocker(self.line):
                self.line.setText(line)
        self._stored = line
        self.set_note(self.tr("Armed") if armed else "", Tone.WARN)
        self._check()

    def set_trouble(self, message: str) -> None:
        """Say what is wrong with the line; empty when it was saved."""
        self.save.set_busy(False, self.tr("Save"))
        self.field.set_trouble(message)
        self._check()

    def _save(self) -> None:
        if self.save.isEnabled():
            self.save.set_busy(True)
            self.save_wanted.emit(self.line.text().strip())

    def _check(self) -> None:
        self.save.setEnabled(self.line.text().strip() != self._stored)


class QuietCard(Card):
    """The hours in which no alarm rings."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Alarm", parent)
        self.set_title(self.tr("Quiet hours of the alarm"))
        self.on = QCheckBox(self.tr("No alarm from"))
        self.begin, self.end = TimeField(), TimeField()
        self.begin.setAccessibleName(self.tr("Quiet from"))
        self.end.setAccessibleName(self.tr("Quiet until"))
        self.begin.set_value(time(23, 30))
        self.end.set_value(time(7))
        self.words = Text("", Role.SMALL12, Tone.DIM, wrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        flow = Flow()
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.on, self.begin, Text(self.tr("to"), Role.BODY13, Tone.DIM), self.end):
            row.addWidget(widget)
        flow.addWidget(line)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addLayout(flow)
        column.addWidget(self.words)
        self.body.addLayout(column)
        self._today: Today | None = None
        self._level = 0
        self.on.toggled.connect(self._changed)
        self.begin.editingFinished.connect(self._changed)
        self.end.editingFinished.connect(self._changed)
        self._told: Hours | None = None
        self._say()

    @property
    def hours(self) -> Hours | None:
        """The hours as they stand there, None while switched off."""
        return (self.begin.value, self.end.value) if self.on.isChecked() else None

    def show_hours(self, hours: Hours | None, today: Today | None, level: int) -> None:
        """Show what is stored."""
        self._today, self._level, self._told = today, level, hours
        with QSignalBlocker(self.on):
            self.on.setChecked(hours is not None)
        if hours is not None and not self.begin.hasFocus() and not self.end.hasFocus():
            self.begin.set_value(hours[0])
            self.end.set_value(hours[1])
        self._say()

    def _changed(self) -> None:
        self._say()
        if self.hours != self._told:
            self._told = self.hours
            self.changed.emit(None if self.hours is None else [f"{each:%H:%M}" for each in self.hours])

    def _say(self) -> None:
        for field in (self.begin, self.end):
            field.setEnabled(self.on.isChecked())
        tone = Tone.DIM
        told = self.tr("It also stays silent at a locked screen, on rest days and while the truth is unknown.")
        today, hours = self._today, self.hours
        if not self._level:
            told = self.tr("The alarm is off in the contract.")
        elif today is not None and hours is not None:
            hidden = [
                rung.name for rung in today.rungs if rung.urgent and is_quiet(hours, local(rung.due, today.zone).time())
            ]
            if hidden:
                told = self.tr("◆ {0} falls into these hours, so it will not ring before {1}.").format(
                    ", ".join(hidden), hour_text(hours[1])
                )
                tone = Tone.WARN
        self.words.setText(told)
        self.words.set_tone(tone)
