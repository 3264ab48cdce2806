"""Health: whether everything that the cockpit stands on does its part, and what to do where it does not.

Looked at when the page is opened and on request; a backup counts as good only after it was opened.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple, cast

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from exitzero.core.errors import ExitZeroError
from exitzero.core.topics import Topic
from exitzero.engine.views import HealthItem
from exitzero.ui.link import Link
from exitzero.ui.page import UnseenPage
from exitzero.ui.pages.layout import Columns, Flow, Line, empty_layout, keyed, scrolled
from exitzero.ui.pages.record_table import ROW, Cell, Column, RecordTable
from exitzero.ui.pages.wording import own_zone, stamp
from exitzero.ui.ports import Errands
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Banner, Button, Card, Chip, EmptyState, Kind, Text

_STATES = {"good": State.SAFE, "warn": State.AT_RISK, "bad": State.FAILED, "unknown": State.UNKNOWN}


class BackupRecord(NamedTuple):
    """A backup and what opening it showed."""

    name: str
    taken_at: datetime
    good: bool
    words: str


class _Findings(NamedTuple):
    items: tuple[HealthItem, ...]
    backups: tuple[BackupRecord, ...]
    can_notify: bool


class ExportButtons(QWidget):
    """Asks where to, without holding up the program, and writes everything there as JSON or CSV."""

    done = Signal(str)
    failed = Signal(str)

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._kind = ""
        self._dialog: QFileDialog | None = None
        self.json = Button(self.tr("Export JSON…"), icon="export")
        self.csv = Button(self.tr("Export CSV…"), icon="export")
        self.json.clicked.connect(self._ask_json)
        self.csv.clicked.connect(self._ask_csv)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.json)
        row.addWidget(self.csv)

    def write(self, path: str) -> None:
        """Write to a file that was chosen."""
        kind = self._kind
        for button in (self.json, self.csv):
            button.set_busy(True)
        self._link.run(lambda e: e.export(path, kind), self._written, self._refused)

    def _ask_json(self) -> None:
        self._ask("json", self.tr("JSON (*.json)"), "exitzero.json")

    def _ask_csv(self) -> None:
        # One sheet a table, so CSV comes as an archive.
        self._ask("csv", self.tr("CSV sheets in an archive (*.zip)"), "exitzero-csv.zip")

    def _ask(self, kind: str, words: str, name: str) -> None:
        self._kind = kind
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self, self.tr("Export everything"), folder, words)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json" if kind == "json" else "zip")
        dialog.selectFile(name)
        dialog.fileSelected.connect(self.write)
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        dialog.open()

    def _written(self, path: str) -> None:
        self._rest()
        self.done.emit(self.tr("Written to {0}").format(path))

    def _refused(self, error: Exception) -> bool:
        self._rest()
        known = isinstance(error, ExitZeroError)
        self.failed.emit(str(error) if known else self.tr("Nothing was written."))
        return known

    def _rest(self) -> None:
        for button in (self.json, self.csv):
            button.set_busy(False)


class HealthScreen(UnseenPage):
    """The page *Health*."""

    topics = frozenset({Topic.HEALTH})

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("health-page")
        self.items: tuple[HealthItem, ...] = ()

    def _parts(self) -> Iterator[None]:
        _area, column = scrolled(self.ground)
        self.banner = Banner()
        column.addWidget(self.banner)
        self.card = Card(self.tr("Health"))
        column.addWidget(self.card)
        self._fill_card()
        yield
        kept = Card(self.tr("Backups"))
        column.addWidget(kept, 1)
        self._fill_kept(kept)
        yield
        self.backups: RecordTable[BackupRecord] = RecordTable(
            (
                Column(self.tr("Taken"), 156, mono=True),
                Column(self.tr("Proof"), 96),
                Column(self.tr("What opening it showed")),
                Column(self.tr("File"), 320, mono=True),
            ),
            self._backup_cells,
            name=self.tr("Backups"),
            empty=self.tr("No backup yet. One is made every day and before each change of the database's form."),
        )
        self.backups.setMinimumHeight(ROW * 6)
        kept.body.addWidget(self.backups, 1)

    def _fill_card(self) -> None:
        self.again = Button(self.tr("Run again"), Kind.PRIMARY, icon="check")
        keyed(self.again, "Alt+R")
        self.again.clicked.connect(self.refresh)
        self.notify = Button(self.tr("Test notification"), icon="bell")
        self.notify.clicked.connect(self._test_notification)
        self.summary = Text("", Role.BODY14, Tone.DIM, wrap=True)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.card.body.addLayout(head)
        head.addWidget(self.summary, 1)
        head.addWidget(self.notify)
        head.addWidget(self.again)
        self.card.body.addLayout(self.rows)
        self.card.body.addStretch(1)

    def _fill_kept(self, card: Card) -> None:
        self.back_up = Button(self.tr("Back up now"), icon="backup")
        keyed(self.back_up, "Alt+B")
        self.back_up.clicked.connect(self._back_up)
        self.export = ExportButtons(self.link)
        self.export.done.connect(self._said_good)
        self.export.failed.connect(self._said_bad)
        deeds = Flow()
        card.body.addLayout(deeds)
        deeds.addWidget(self.back_up)
        deeds.addWidget(self.export)
        words = self.tr("Exports hold everything but secrets. Backups are kept in rotation, each proved by opening it.")
        card.body.addWidget(Text(words, Role.BODY13, Tone.DIM, wrap=True))

    def refresh(self) -> None:
        """Look at everything anew."""
        self.again.set_busy(True, self.tr("Looking"))
        if not self.items:
            self._say_waiting(
                self.tr("Looking at everything"), self.tr("Sources, clock, chain, keyring, backups, disk.")
            )
            self.fill(())

        def look(errands: Errands) -> _Findings:
            taken = cast(Any, errands).backups()
            return _Findings(
                errands.health(), tuple(BackupRecord(*each) for each in taken), hasattr(errands, "test_notification")
            )

        self.link.run(look, self._show, self._failed)

    def _show(self, found: _Findings) -> None:
        self.fill(self._filling(found))

    def _filling(self, found: _Findings) -> Iterator[None]:
        self.again.set_busy(False, self.tr("Run again"))
        keyed(self.again, "Alt+R")
        self.items = found.items
        self.notify.setVisible(found.can_notify)
        order = ["bad", "unknown", "warn", "good"]
        # What needs a hand comes first; within that the engine's own order.
        shown = sorted(found.items, key=lambda item: order.index(item.state) if item.state in order else 0)
        half = (len(shown) + 1) // 2
        # Down the left column first: what needs a hand stands together at the top left.
        lists = []
        for part in (shown[:half], shown[half:]):
            holder = QWidget()
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            for at, item in enumerate(part):
                if at:
                    column.addWidget(Line())
                column.addWidget(HealthRow(item))
                if at % 2:
                    yield
            column.addStretch(1)
            lists.append(holder)
        yield
        empty_layout(self.rows)
        self.rows.addWidget(Columns(*lists, breakpoint_width=760, gap=36))
        wrong = [item for item in found.items if item.state != "good"]
        if not wrong:
            self.summary.setText(self.tr("Everything does its part."))
        elif len(wrong) == 1:
            self.summary.setText(self.tr("1 of {0} needs a look.").format(len(found.items)))
        else:
            self.summary.setText(self.tr("{0} of {1} need a look.").format(len(wrong), len(found.items)))
        worst = min((order.index(item.state) for item in found.items if item.state in order), default=3)
        self.card.set_state(
            _STATES[order[worst]], (self.tr("Broken"), self.tr("Unclear"), self.tr("Weak"), self.tr("Good"))[worst]
        )
        self.backups.set_records(found.backups)

    def _failed(self, error: Exception) -> bool:
        self.again.set_busy(False, self.tr("Run again"))
        keyed(self.again, "Alt+R")
        known = isinstance(error, ExitZeroError)
        if not self.items:
            self._say_waiting(self.tr("It could not be looked at"), str(error) if known else "")
        else:
            self._said_bad(str(error) if known else self.tr("It could not be looked at."))
        return known

    def _say_waiting(self, title: str, words: str) -> None:
        empty_layout(self.rows)
        self.card.set_state(None)
        self.summary.setText("")
        self.rows.addWidget(EmptyState(title, words, icon="health"))

    def _back_up(self) -> None:
        self.back_up.set_busy(True, self.tr("Backing up"))
        self.link.run(lambda e: e.back_up(), self._backed_up, self._not_backed_up)

    def _backed_up(self, name: str) -> None:
        self.back_up.set_busy(False, self.tr("Back up now"))
        keyed(self.back_up, "Alt+B")
        self._said_good(self.tr("Backed up and proved by opening it: {0}").format(name))
        self.refresh()

    def _not_backed_up(self, error: Exception) -> bool:
        self.back_up.set_busy(False, self.tr("Back up now"))
        keyed(self.back_up, "Alt+B")
        known = isinstance(error, ExitZeroError)
        self._said_bad(str(error) if known else self.tr("No backup was made."))
        return known

    def _test_notification(self) -> None:
        self.notify.set_busy(True)
        self.link.run(lambda e: str(cast(Any, e).test_notification()), self._notified, self._not_notified)

    def _notified(self, words: str) -> None:
        self.notify.set_busy(False)
        self._said_good(words)

    def _not_notified(self, error: Exception) -> bool:
        self.notify.set_busy(False)
        known = isinstance(error, ExitZeroError)
        self._said_bad(str(error) if known else self.tr("Nothing was shown."))
        return known

    def _said_good(self, words: str) -> None:
        self.banner.show_message(Tone.GOOD, words)

    def _said_bad(self, words: str) -> None:
        self.banner.show_message(Tone.BAD, words)

    def _backup_cells(self, each: BackupRecord) -> tuple[Cell, ...]:
        proof = (
            Cell(self.tr("proved"), Tone.PLAIN, State.SAFE)
            if each.good
            else Cell(self.tr("broken"), Tone.BAD, State.FAILED)
        )
        return (
            Cell(stamp(each.taken_at, own_zone(self.link))),
            proof,
            Cell(each.words, Tone.PLAIN if each.good else Tone.BAD, tip=each.words),
            Cell(each.name, Tone.DIM, tip=each.name),
        )


class HealthRow(QWidget):
    """One thing that was looked at: its state, what was found, what to do."""

    def __init__(self, item: HealthItem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item = item
        state = _STATES.get(item.state, State.UNKNOWN)
        words = {
            State.SAFE: self.tr("Good"),
            State.AT_RISK: self.tr("Weak"),
            State.FAILED: self.tr("Broken"),
            State.UNKNOWN: self.tr("Unclear"),
        }
        chip = Chip(state, words[state])
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Text(item.title, Role.STRONG13), 1)
        head.addWidget(chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 9, 0, 9)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(Text(item.words, Role.BODY13, Tone.DIM, wrap=True))
        if item.advice:
            column.addWidget(Text(item.advice, Role.BODY13, Tone.PLAIN, wrap=True))
        self.setAccessibleName(f"{item.title}: {words[state]}. {item.words} {item.advice}".strip())
