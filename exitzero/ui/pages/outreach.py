"""The page *Outreach*: the quota above, and board, table, today, insights and mailbox behind their tabs."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from exitzero.core.errors import OutsideTrouble
from exitzero.ui import theme
from exitzero.ui.format import plural
from exitzero.ui.link import Link
from exitzero.ui.pages.layout import MARGIN, Tabs, keyed
from exitzero.ui.pages.outreach_base import OutreachPage
from exitzero.ui.pages.outreach_board import BoardPane
from exitzero.ui.pages.outreach_head import QuotaHead
from exitzero.ui.pages.outreach_import import ImportForm, ImportSheet
from exitzero.ui.pages.outreach_insights import InsightsPane
from exitzero.ui.pages.outreach_mailbox import MailboxPane
from exitzero.ui.pages.outreach_pane import Pane
from exitzero.ui.pages.outreach_table import TablePane
from exitzero.ui.pages.outreach_today import TodayPane
from exitzero.ui.widgets.card import Button, Kind
from exitzero.work.outreach import csv_write, vcard
from exitzero.work.outreach.views import Filter, OutreachToday, TargetView

TABS = ("board", "table", "today", "insights", "mailbox")


class OutreachScreen(OutreachPage):
    """Opens a tab by its name, or ``("log", None)`` and ``("add", line)``."""

    keys = (
        ("L", "Log an outreach"),
        ("N", "Add a target"),
        ("I", "Import"),
        ("/", "Search"),
        ("1 to 5", "Board to Mailbox"),
        ("Shift + arrows", "Move the card"),
        ("Return", "Open the target"),
        ("M", "Menu of the target"),
        ("Z", "Undo"),
        ("Ctrl+Y", "Do it again"),
    )

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("outreach-page")

    def _parts(self) -> Iterator[None]:
        column = QVBoxLayout(self.ground)
        column.setContentsMargins(MARGIN, theme.GAP + 4, MARGIN, theme.GAP)
        column.setSpacing(8)
        self.head = QuotaHead(self.link)
        self.head.log_wanted.connect(self._log_chosen)
        self.head.add_wanted.connect(self.open_add)
        self.head.import_wanted.connect(self.open_import)
        self.head.contract_wanted.connect(partial(self.navigate.emit, "contract", None))
        column.addWidget(self.head)
        yield
        self.tabs = Tabs()
        column.addWidget(self.tabs, 1)
        self.panes: dict[str, Pane] = {}
        self.board = self._pane("board", self.tr("Board"), BoardPane(self.link))
        yield
        self.table = self._pane("table", self.tr("Table"), TablePane(self.link))
        self.table.export_wanted.connect(self._export_filter)
        yield
        self.today = self._pane("today", self.tr("Today"), TodayPane(self.link))
        yield
        self.insights = self._pane("insights", self.tr("Insights"), InsightsPane(self.link))
        yield
        self.mailbox = self._pane("mailbox", self.tr("Mailbox"), MailboxPane(self.link))
        self.mailbox.contract_wanted.connect(partial(self.navigate.emit, "contract", None))
        yield
        for name, kind in (("CSV", "csv"), ("vCard", "vcf")):
            button = Button(self.tr("Export {0}").format(name), Kind.QUIET, small=True)
            button.clicked.connect(partial(self._export_filter, (kind, None)))
            self.tabs.add_corner(button)
        self.undo_button = Button(self.tr("Undo"), small=True)
        keyed(self.undo_button, "Ctrl+Z")
        self.undo_button.setShortcut("")
        self.undo_button.clicked.connect(self.undo)
        self.undo_button.setEnabled(False)
        self.tabs.add_corner(self.undo_button)
        yield
        self.make_sheets()
        yield
        self.bring = ImportForm(self.link)
        self.bring.imported.connect(self._imported)
        self.import_sheet = ImportSheet(self, self.bring)
        self.sheets.append(self.import_sheet)
        deeds: list[tuple[str, Callable[[], object]]] = [
            ("L", self._log_chosen),
            ("N", self.open_add),
            ("/", self.focus_search),
            ("I", self.open_import),
            *((str(at), partial(self._turn_by_key, key)) for at, key in enumerate(TABS, start=1)),
        ]
        for keys, deed in deeds:
            self.bind_key(QKeySequence(keys), deed)

    def open(self, target: object) -> None:
        what, detail = target if isinstance(target, tuple) and len(target) == 2 else (target, None)
        if what in TABS:
            self.tabs.turn_to(str(what))
        elif what == "add":
            self.open_add(str(detail or ""))
        elif what == "log":
            self.open_log()
        elif what == "import":
            self.open_import()

    def forget(self) -> None:
        if self.is_grown:
            for pane in self.panes.values():
                pane.forget()
        super().forget()

    def refresh(self) -> None:
        self.ask_today()
        self.link.ask(lambda questions: questions.outreach.undo_words(), self._undo_came, self._today_failed)
        for pane in self.panes.values():
            pane.refresh_when_seen()
        if not self.is_revealed:
            self.fill(())

    def show_today(self, today: OutreachToday) -> None:
        self.head.show_today(today)
        asks = len(today.due) + len(today.replies) + sum(1 for mail in today.mails if mail.target is None)
        self.tabs.set_count("today", asks)

    def _turn_by_key(self, key: str) -> None:
        # Else the keyboard comes into the search line, and the next key would be typed there.
        self.tabs.turn_to(key)
        self.panes[key].take_keyboard()

    def open_import(self) -> None:
        """Bring a list from elsewhere."""
        self.toast.hide()
        self.import_sheet.show_over(self.bring.begin())

    def focus_search(self) -> None:
        """Put the keyboard into the search line of the view that has one."""
        if self.tabs.current == "table":
            self.table.focus_search()
        else:
            self.tabs.turn_to("board")
            self.board.focus_search()

    @property
    def chosen(self) -> TargetView | None:
        """The target that the keyboard is on."""
        pane = self.panes[self.tabs.current]
        return pane.chosen if isinstance(pane, (BoardPane, TablePane)) else None

    def _pane(self, key: str, name: str, pane: Any) -> Any:
        self.panes[key] = pane
        self.tabs.add(key, name, pane)
        pane.said.connect(self.say)
        pane.opened.connect(self._open_target)
        pane.log_wanted.connect(self.open_log)
        pane.add_wanted.connect(self.open_add)
        return pane

    def _open_target(self, number: int) -> None:
        self.navigate.emit("target", number)

    def _log_chosen(self) -> None:
        self.open_log(self.chosen)

    def _undo_came(self, words: str) -> None:
        self.undo_button.setEnabled(bool(words))
        tip = self.tr("Undo: {0}  Ctrl+Z").format(words) if words else self.tr("There is nothing to undo.")
        self.undo_button.setToolTip(tip)
        self.undo_button.setAccessibleDescription(tip)

    def _imported(self, count: int) -> None:
        self.import_sheet.close_sheet()
        words = plural(count, self.tr("{0} target is imported"), self.tr("{0} targets are imported"))
        self.say(words, can_undo=True)

    # Export

    def _export_filter(self, what: tuple[str, Filter | None]) -> None:
        kind, wanted = what
        csv = kind == "csv"
        kinds = "CSV (*.csv)" if csv else "vCard (*.vcf)"
        dialog = QFileDialog(self, self.tr("Export targets"), f"targets.{kind}", kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.fileSelected.connect(partial(self.export, kind, wanted))
        dialog.open()

    def export(self, kind: str, wanted: Filter | None, path: str) -> None:
        """Write the targets of a filter (None: all) to a file."""
        goal = Path(path)
        self.link.ask(lambda questions: (kind, goal, questions.outreach.drafts(wanted)), self._write, self._not_undone)

    def _write(self, asked: tuple[str, Path, Any]) -> None:
        kind, goal, drafts = asked
        self.link.run(lambda _errands: _written(kind, goal, drafts), self._was_written, self._not_undone)

    def _was_written(self, told: tuple[int, str]) -> None:
        count, name = told
        words = plural(count, self.tr("{0} target is in"), self.tr("{0} targets are in"))
        self.say(f"{words} {name}")


def _written(kind: str, goal: Path, drafts: Any) -> tuple[int, str]:
    data = csv_write.write(drafts, bom=True) if kind == "csv" else vcard.write(drafts)
    try:
        goal.write_bytes(data)
    except OSError as error:
        raise OutsideTrouble("The file could not be written.", str(error.strerror or error)) from error
    return len(drafts), goal.name
