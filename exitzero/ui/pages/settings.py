"""Settings: how the program looks, tells and keeps. Each holds at once and is remembered.

Nothing here can make a day easier: what is owed stands in the contract alone. Long, as a list of settings is.
"""

import sys
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple, cast

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from exitzero import __version__
from exitzero.core.contract import Clause
from exitzero.core.errors import ExitZeroError
from exitzero.core.today import SourceView
from exitzero.core.topics import Topic
from exitzero.core.words import ClauseKind
from exitzero.desktop import autostart
from exitzero.engine.views import ContractPage
from exitzero.ui.format import Clock, set_clock, source_name
from exitzero.ui.link import Link
from exitzero.ui.page import UnseenPage
from exitzero.ui.pages.fields import Choice, Selectable
from exitzero.ui.pages.health import ExportButtons
from exitzero.ui.pages.layout import Flow, Line, columned, scrolled
from exitzero.ui.ports import Errands, Questions
from exitzero.ui.theme import Mode, Role, State, Tone
from exitzero.ui.widgets.card import Banner, Button, Card, Text

THEME = "appearance.theme"
MOTION = "appearance.reduced_motion"
CLOCK = "appearance.clock"
FIRST_WEEKDAY = "first_weekday"
ON_TOP = "window.on_top"
KINDS = ("ladder", "verdict", "trouble")
"""The kinds of notification; each has the preference ``notify.<kind>``."""
BY_LOCALE = -1
_BOX_WIDTH = 26
"""A box without words, so that it ends where the other controls end."""


class _Values(NamedTuple):
    """What is stored."""

    theme: str
    motion: bool
    clock: str
    weekday: int
    on_top: bool
    notify: dict[str, bool]
    clause: Clause | None
    source: SourceView | None


class SettingRow(QWidget):
    """A setting: its name and what it means at the left, its control at the right."""

    def __init__(self, name: str, words: str, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        label = Text(name, Role.BODY14)
        label.setBuddy(control)
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(label)
        self.words = Text(words, Role.SMALL12, Tone.DIM, wrap=True)
        self.words.setVisible(bool(words))
        text.addWidget(self.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(16)
        row.addLayout(text, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        control.setAccessibleName(name)
        control.setAccessibleDescription(words)


class SettingsScreen(UnseenPage):
    """The page *Settings*."""

    topics = frozenset({Topic.PREFERENCES, Topic.CONTRACT, Topic.SOURCES})

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("settings-page")
        self._clause: Clause | None = None

    def _parts(self) -> Iterator[None]:
        self.banner = Banner()
        self.theme = Choice(
            ((self.tr("As the system"), Mode.SYSTEM), (self.tr("Dark"), Mode.DARK), (self.tr("Light"), Mode.LIGHT)), 168
        )
        self.motion = QCheckBox()
        self.clock = Choice(
            (
                (self.tr("As the system"), Clock.LOCALE),
                (self.tr("24 hours"), Clock.TWENTY_FOUR),
                (self.tr("12 hours"), Clock.TWELVE),
            ),
            168,
        )
        locale = QLocale()
        days = [(self.tr("As the system"), BY_LOCALE)] + [(locale.dayName(day + 1), day) for day in range(7)]
        self.weekday = Choice(days, 168)
        yield
        self.on_top = QCheckBox()
        self.autostart = QCheckBox()
        self.notify = {kind: QCheckBox() for kind in KINDS}
        for box in (self.motion, self.on_top, self.autostart, *self.notify.values()):
            box.setFixedWidth(_BOX_WIDTH)
        yield
        self.folder = Selectable("", Role.MONO12, Tone.PLAIN)
        self.open_folder = Button(self.tr("Open folder"))
        self.open_folder.setEnabled(False)
        self.open_folder.clicked.connect(self._open_folder)
        self.back_up = Button(self.tr("Back up now"), icon="backup")
        self.back_up.clicked.connect(self._back_up)
        self.export = ExportButtons(self.link)
        self.export.done.connect(self._said_good)
        self.export.failed.connect(self._said_bad)
        yield
        self.account = Text("", Role.STRONG14)
        self.address = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.test = Button(self.tr("Test"))
        self.test.clicked.connect(self._test_source)
        self.change = Button(self.tr("Change in the contract"))
        self.change.clicked.connect(self._open_contract)
        yield
        yield from self._lay_out()
        yield
        self.theme.currentIndexChanged.connect(self._theme_chosen)
        self.motion.toggled.connect(self._motion_chosen)
        self.clock.currentIndexChanged.connect(self._clock_chosen)
        self.weekday.currentIndexChanged.connect(self._weekday_chosen)
        self.on_top.toggled.connect(self._on_top_chosen)
        self.autostart.toggled.connect(self._autostart_chosen)
        for kind, box in self.notify.items():
            box.toggled.connect(partial(self._notify_chosen, kind))

    def refresh(self) -> None:
        """Ask for what is stored, and this machine for what it keeps itself."""
        self.link.ask(_stored, self._show, self._failed)
        self.link.run(_machine, self._show_machine, self._machine_failed)

    def _show(self, values: _Values) -> None:
        self.fill(self._filling(values))

    def _filling(self, values: _Values) -> Iterator[None]:
        for choice, value in ((self.theme, values.theme), (self.clock, values.clock), (self.weekday, values.weekday)):
            with QSignalBlocker(choice):
                choice.choose(value)
        boxes = [(self.motion, values.motion), (self.on_top, values.on_top)]
        boxes += [(self.notify[kind], on) for kind, on in values.notify.items()]
        for box, on in boxes:
            with QSignalBlocker(box):
                box.setChecked(on)
        set_clock(values.clock)
        yield
        self._clause = values.clause
        self._show_source(values.clause, values.source)

    def _show_source(self, clause: Clause | None, view: SourceView | None) -> None:
        self.test.setEnabled(clause is not None)
        if clause is None:
            self.source_card.set_state(None)
            self.account.setText(self.tr("Not part of the contract"))
            self.address.setText(self.tr("An account is named in the contract's LeetCode clause."))
            return
        self.account.setText(self.tr("{0} at {1}").format(clause.subject, source_name(clause.source)))
        words = self.tr("Another account, or none, is a change of the contract and holds by its rules.")
        self.address.set_tone(Tone.DIM)
        if view is not None and view.origin:
            words = f"{self.tr('Asked at {0}.').format(view.origin)} {words}"
            if not view.official:
                words = f"{self.tr('A stand-in for the service.')} {words}"
                self.address.set_tone(Tone.UNKNOWN)
        self.address.setText(words)
        if view is None or view.asked_at is None:
            self.source_card.set_state(State.UNKNOWN, self.tr("Not asked yet"))
        elif view.reason:
            self.source_card.set_state(State.UNKNOWN, self.tr("Unknown"))
        else:
            self.source_card.set_state(State.SAFE, self.tr("Answering"))

    def _failed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self._said_bad(str(error) if known else self.tr("The settings cannot be read."))
        self.fill(())
        return known

    def _show_machine(self, found: tuple[bool, str]) -> None:
        on, folder = found
        with QSignalBlocker(self.autostart):
            self.autostart.setChecked(on)
        self.folder.setText(folder)
        self.open_folder.setEnabled(bool(folder))

    def _machine_failed(self, error: Exception) -> bool:
        self.folder.setText(self.tr("not known"))
        return isinstance(error, ExitZeroError)

    # Choices

    def _remember(self, name: str, value: Any) -> None:
        self.link.do(lambda a: a.set_preference(name, value), None, self._not_remembered)

    def _not_remembered(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self._said_bad(str(error) if known else self.tr("This could not be remembered."))
        self.refresh()
        return known

    def _theme_chosen(self) -> None:
        self._remember(THEME, str(self.theme.currentData()))

    def _motion_chosen(self, on: bool) -> None:
        self._remember(MOTION, on)

    def _clock_chosen(self) -> None:
        set_clock(str(self.clock.currentData()))
        self._remember(CLOCK, str(self.clock.currentData()))

    def _weekday_chosen(self) -> None:
        self._remember(FIRST_WEEKDAY, int(self.weekday.currentData()))

    def _on_top_chosen(self, on: bool) -> None:
        self._remember(ON_TOP, on)

    def _notify_chosen(self, kind: str, on: bool) -> None:
        self._remember(f"notify.{kind}", on)

    def _autostart_chosen(self, on: bool) -> None:
        # Writing where the system looks for it is disk work, so it goes to a thread like any errand.
        self.link.run(partial(_set_autostart, on), self._autostart_set, self._autostart_failed)

    def _autostart_set(self, on: bool) -> None:
        with QSignalBlocker(self.autostart):
            self.autostart.setChecked(on)

    def _autostart_failed(self, error: Exception) -> bool:
        with QSignalBlocker(self.autostart):
            self.autostart.setChecked(not self.autostart.isChecked())
        known = isinstance(error, ExitZeroError)
        self._said_bad(str(error) if known else self.tr("The system did not take it."))
        return known

    # Deeds

    def _open_lockdown(self) -> None:
        self.navigate.emit("lockdown", None)

    def _open_folder(self) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(self.folder.text())):
            self._said_bad(self.tr("This machine has no file manager to show it with."))

    def _back_up(self) -> None:
        self.back_up.set_busy(True)
        self.link.run(lambda e: e.back_up(), self._backed_up, self._not_backed_up)

    def _backed_up(self, name: str) -> None:
        self.back_up.set_busy(False)
        self._said_good(self.tr("Backed up and proved by opening it: {0}").format(name))

    def _not_backed_up(self, error: Exception) -> bool:
        self.back_up.set_busy(False)
        known = isinstance(error, ExitZeroError)
        self._said_bad(str(error) if known else self.tr("No backup was made."))
        return known

    def _test_source(self) -> None:
        if self._clause is None:
            return
        source, name = self._clause.source, self._clause.subject
        self.test.set_busy(True, self.tr("Asking"))
        self.link.run(lambda e: e.check_name(source, name), self._tested, self._not_tested)

    def _tested(self, view: SourceView) -> None:
        self.test.set_busy(False, self.tr("Test"))
        if view.reason:
            self.banner.show_message(Tone.UNKNOWN, view.title, view.advice)
        else:
            self._said_good(self.tr("LeetCode answers to {0}.").format(view.name or view.subject))

    def _not_tested(self, error: Exception) -> bool:
        self.test.set_busy(False, self.tr("Test"))
        known = isinstance(error, ExitZeroError)
        self._said_bad(str(error) if known else self.tr("It could not be asked."))
        return known

    def _open_contract(self) -> None:
        self.navigate.emit("contract", None)

    def _toggle_hud(self) -> None:
        wanted = getattr(self.window(), "hud_wanted", None)
        if wanted is not None:
            wanted.emit()

    def _open_health(self) -> None:
        self.navigate.emit("health", None)

    def _said_good(self, words: str) -> None:
        self.banner.show_message(Tone.GOOD, words)

    def _said_bad(self, words: str) -> None:
        self.banner.show_message(Tone.BAD, words)

    # How it is made

    def _lay_out(self) -> Iterator[None]:
        _area, column = scrolled(self.ground)
        column.addWidget(self.banner)
        columns, (left, right) = columned(860, 1, 1)
        column.addWidget(columns)
        column.addStretch(1)
        yield from _rows(
            left,
            self.tr("Appearance"),
            (self.tr("Colours"), "", self.theme),
            (self.tr("Reduced motion"), self.tr("Only the countdown moves."), self.motion),
            (self.tr("Hours"), "", self.clock),
            (
                self.tr("First day shown"),
                self.tr("The top row of the year. The week that is owed is set in the contract."),
                self.weekday,
            ),
        )
        told = {
            "ladder": (self.tr("Ladder"), self.tr("Each rung that fires before the deadline.")),
            "verdict": (self.tr("Verdict"), self.tr("How a day was judged, and what waits for proof.")),
            "trouble": (self.tr("Trouble"), self.tr("What keeps the cockpit from doing its part.")),
        }
        yield from _rows(left, self.tr("Notifications"), *((*told[kind], box) for kind, box in self.notify.items()))
        yield from _rows(left, self.tr("Window"), *self._window_rows())
        left.addStretch(1)
        right.addWidget(self._source_card())
        yield
        helper = Button(self.tr("Open"), small=True)
        helper.clicked.connect(self._open_lockdown)
        told_of_helper = self.tr("Install, repair or uninstall the helper; the self-test; what it cannot stop.")
        yield from _rows(right, self.tr("Lockdown"), (self.tr("Helper and self-test"), told_of_helper, helper))
        right.addWidget(self._data_card())
        yield
        right.addWidget(self._about_card())
        right.addStretch(1)

    def _window_rows(self) -> list[tuple[str, str, QWidget]]:
        rows: list[tuple[str, str, QWidget]] = []
        # What the platform cannot do is not offered: Wayland does not let a window ask to stay on top.
        if QGuiApplication.platformName() in {"xcb", "windows", "cocoa"}:
            rows.append((self.tr("Always on top"), "", self.on_top))
        rows.append((self.tr("Start with the system"), "", self.autostart))
        hud = Button(self.tr("Show or hide"), small=True)
        hud.clicked.connect(self._toggle_hud)
        rows.append((self.tr("Small window"), self.tr("Time left and exit code, on top.  Ctrl+H"), hud))
        return rows

    def _source_card(self) -> Card:
        self.source_card = Card(self.tr("LeetCode"))
        self.source_card.body.addWidget(self.account)
        self.source_card.body.addWidget(self.address)
        deeds = Flow()
        deeds.addWidget(self.test)
        deeds.addWidget(self.change)
        self.source_card.body.addLayout(deeds)
        return self.source_card

    def _data_card(self) -> Card:
        card = Card(self.tr("Data"))
        card.body.addWidget(Text(self.tr("Everything lies in this folder, secrets in the keyring only."), Role.BODY13))
        self.folder.setAccessibleName(self.tr("Data folder"))
        card.body.addWidget(self.folder)
        deeds = Flow()
        deeds.addWidget(self.open_folder)
        deeds.addWidget(self.back_up)
        deeds.addWidget(self.export)
        card.body.addLayout(deeds)
        return card

    def _about_card(self) -> Card:
        card = Card(self.tr("About"))
        card.body.addWidget(
            Text(self.tr("ExitZero {0}. End every day without errors.").format(__version__), Role.BODY14, wrap=True)
        )
        card.body.addWidget(
            Text(
                self.tr("MIT licence. Works whole without account and network; nothing is sent anywhere by itself."),
                Role.BODY13,
                Tone.DIM,
                wrap=True,
            )
        )
        health = Button(self.tr("Health"), small=True)
        health.clicked.connect(self._open_health)
        deeds = Flow()
        deeds.addWidget(health)
        card.body.addLayout(deeds)
        return card


def _rows(column: QVBoxLayout, title: str, *rows: tuple[str, str, QWidget]) -> Iterator[None]:
    """A card at the end of the column with these settings: name, what it means, control."""
    card = Card(title)
    card.body.setSpacing(0)
    column.addWidget(card)
    for at, (name, words, control) in enumerate(rows):
        if at:
            card.body.addWidget(Line())
        card.body.addWidget(SettingRow(name, words, control))
        yield


def _stored(questions: Questions) -> _Values:
    contract = cast("ContractPage | None", questions.contract())
    clause = contract.current.terms.clause(ClauseKind.LEETCODE) if contract is not None else None
    source = questions.source(clause.source, clause.subject).view if clause is not None else None
    look = questions.preference(THEME, Mode.SYSTEM.value)
    hours = questions.preference(CLOCK, Clock.LOCALE.value)
    weekday = questions.preference(FIRST_WEEKDAY, BY_LOCALE)
    return _Values(
        theme=str(look),
        motion=bool(questions.preference(MOTION, False)),
        clock=str(hours),
        weekday=weekday if isinstance(weekday, int) else BY_LOCALE,
        on_top=bool(questions.preference(ON_TOP, False)),
        notify={kind: bool(questions.preference(f"notify.{kind}", True)) for kind in KINDS},
        clause=clause,
        source=source,
    )


def _machine(errands: Errands) -> tuple[bool, str]:
    """Whether we start with the system, and the folder of the data; both are looked up on disk."""
    path = cast(Any, errands).database.path
    return autostart.is_enabled(), str(path.parent)


def _set_autostart(on: bool, _errands: Errands) -> bool:
    if on:
        frozen = bool(getattr(sys, "frozen", False))
        autostart.enable([sys.executable] if frozen else [sys.executable, "-m", "exitzero"])
    else:
        autostart.disable()
    return on
