"""Bringing a list from elsewhere: a file, what its columns mean, what each row would become, and only then the import.

Long, because a file, a mapping and a preview are one conversation: each answer changes what the next question is.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from exitzero.core.errors import BadInput, ExitZeroError, OutsideTrouble
from exitzero.ui.dialogs import Board, Overlay
from exitzero.ui.format import plural
from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.fields import Choice, Field
from exitzero.ui.pages.layout import empty_layout
from exitzero.ui.pages.outreach_sheet import SheetForm, plain
from exitzero.ui.pages.record_table import Cell, Column, RecordTable
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, EmptyState, Text
from exitzero.work.outreach import csv_read, csv_table, vcard
from exitzero.work.outreach.csv_columns import Column as Meaning
from exitzero.work.outreach.csv_columns import guess_mapping, with_own_fields
from exitzero.work.outreach.csv_read import ImportPreview, ImportRow
from exitzero.work.outreach.csv_table import Table
from exitzero.work.outreach.days import DateOrder
from exitzero.work.outreach.draft import Draft, Stage
from exitzero.work.outreach.duplicates import Index
from exitzero.work.outreach.views import STAGES

_WIDE = 1080
_MOST_SHOWN = 2000
MEANINGS: tuple[tuple[str, Meaning | None], ...] = (
    ("leave out", None),
    ("Name", Meaning.NAME),
    ("First name", Meaning.FIRST_NAME),
    ("Last name", Meaning.LAST_NAME),
    ("Company", Meaning.COMPANY),
    ("Role", Meaning.ROLE),
    ("Link", Meaning.LINK),
    ("Further links", Meaning.LINKS),
    ("E-mail", Meaning.EMAIL),
    ("Platform", Meaning.PLATFORM),
    ("Stage", Meaning.STAGE),
    ("Tags", Meaning.TAGS),
    ("Notes", Meaning.NOTES),
    ("Where from", Meaning.SOURCE),
    ("Next follow-up", Meaning.FOLLOW_UP),
    ("Kind", Meaning.KIND),
    ("own field", Meaning.OWN),
)


class _Read(NamedTuple):
    name: str
    table: Table | None
    cards: tuple[Draft, ...]
    problems: tuple[str, ...]


class _Asked(NamedTuple):
    number: int
    read: _Read
    mapping: Mapping[int, Meaning]
    stages: Mapping[str, Stage]
    order: DateOrder | None
    known: Index[str] | None


class _Tried(NamedTuple):
    number: int
    preview: ImportPreview | None
    known: Index[str]
    trouble: str


class ImportSheet(Overlay):
    """The sheet, wide enough for a preview."""

    def __init__(self, over: QWidget, form: "ImportForm") -> None:
        super().__init__(over)
        self.setObjectName("import-sheet")
        board = Board(self)
        board.setMaximumWidth(_WIDE)
        column = QVBoxLayout(board)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(form)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 12, 24, 12)
        row.addStretch(1)
        row.addWidget(board, 1000)
        row.addStretch(1)
        form.cancelled.connect(self.close_sheet)


class ImportForm(SheetForm):
    """File, columns, rows. ``imported`` says how many came."""

    imported = Signal(int)

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__("Import", "Import", parent)
        self.title.setText(self.tr("Import targets"))
        self.link = link
        self.setAcceptDrops(True)
        self._read: _Read | None = None
        self._index: Index[str] | None = None
        self._preview: ImportPreview | None = None
        self._number = 0
        self.meanings: list[Choice] = []
        self.stage_choices: dict[str, Choice] = {}
        self.start = EmptyState(
            self.tr("Drop a file here"),
            self.tr(
                "CSV of any tracker or spreadsheet (Huntr, Teal, LinkedIn connections, Notion, Airtable, HubSpot) or "
                "contacts as vCard. You see every row before anything is kept."
            ),
            self.tr("Choose a file"),
            icon="import",
        )
        self.start.activated.connect(self.choose_file)
        self.file_trouble = plain("", Tone.BAD)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.start)
        self.stack.addWidget(self._mapping_page())
        self.body.addWidget(self.file_trouble)
        self.body.addWidget(self.stack, 1)
        self.accepted.connect(self._import)
        self.begin()

    def begin(self) -> QWidget:
        """Start over; gives what the keyboard goes to."""
        self._read = self._preview = self._index = None
        self.note.setText("")
        self.set_trouble("")
        self.file_trouble.hide()
        self.stack.setCurrentIndex(0)
        self.set_accept(self.tr("Import"))
        self.accept.setEnabled(False)
        return self.start.button

    def choose_file(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, self.tr("Import targets"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Lists (*.csv *.tsv *.txt *.vcf);;All files (*)"))
        dialog.fileSelected.connect(self.take_file)
        dialog.open()

    def take_file(self, path: str) -> None:
        """Read a file; nothing is kept yet."""
        self.file_trouble.hide()
        self.start.set_words(self.tr("Reading {0}").format(Path(path).name), "")
        self.link.run(lambda _errands: _read_file(Path(path)), self._file_read, self._file_refused)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
        if urls:
            event.acceptProposedAction()
            self.take_file(urls[0].toLocalFile())

    # The file

    def _file_read(self, read: _Read) -> None:
        self._read = read
        self.note.setText(read.name)
        self.stack.setCurrentIndex(1)
        is_table = read.table is not None
        self.columns_box.setVisible(is_table)
        warnings = read.table.warnings if read.table is not None else read.problems
        self.warnings.setText("\n".join(f"▲ {warning}" for warning in warnings[:4]))
        self.warnings.setVisible(bool(warnings))
        if read.table is not None:
            self._show_columns(read.table)
        self._try()

    def _file_refused(self, error: Exception) -> bool:
        title, advice = told.said(error, self.tr("The file cannot be read."))
        self.begin()
        self.start.set_words(self.tr("Drop a file here"), self.tr("CSV or vCard."))
        self.file_trouble.setText(f"■ {title} {advice}".strip())
        self.file_trouble.show()
        return isinstance(error, ExitZeroError)

    # Columns

    def _mapping_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.warnings = plain("", Tone.WARN, Role.SMALL12)
        self.columns_box = QWidget()
        self._columns = QGridLayout(self.columns_box)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setHorizontalSpacing(12)
        self._columns.setVerticalSpacing(8)
        self.dates = Choice(
            [
                (self.tr("choose"), None),
                (self.tr("3/4/2026 is 3 April (day first)"), DateOrder.DAY_FIRST),
                (self.tr("3/4/2026 is 4 March (month first)"), DateOrder.MONTH_FIRST),
            ],
            300,
        )
        self.dates.currentIndexChanged.connect(self._try)
        self.dates_field = Field(self.tr("How are the dates written?"), self.dates)
        self.dates_field.hide()
        self._stages = QVBoxLayout()
        self._stages.setSpacing(6)
        self.summary = Text("", Role.STRONG14, wrap=True)
        self.all_too = QCheckBox(self.tr("Also import what looks the same as a target that is there"))
        self.all_too.toggled.connect(self._tell)
        self.rows: RecordTable[ImportRow] = RecordTable(
            (
                Column(self.tr("Row"), 56, mono=True, right=True),
                Column(self.tr("Name"), 170),
                Column(self.tr("Company"), 140),
                Column(self.tr("Role"), 150),
                Column(self.tr("Stage"), 110),
                Column(self.tr("What happens"), 0, least=260),
            ),
            self._cells,
            name=self.tr("Rows of the file"),
            empty=self.tr("No row yet."),
        )
        self.rows.setMinimumHeight(190)
        other = Button(self.tr("Another file"), small=True)
        other.clicked.connect(self.choose_file)
        line = QHBoxLayout()
        line.addWidget(self.summary, 1)
        line.addWidget(other)
        for widget in (self.warnings, self.columns_box, self.dates_field):
            column.addWidget(widget)
        column.addLayout(self._stages)
        column.addLayout(line)
        column.addWidget(self.rows, 1)
        column.addWidget(self.all_too)
        return page

    def _show_columns(self, table: Table) -> None:
        empty_layout(self._columns)
        self.meanings = []
        self.stage_choices = {}
        empty_layout(self._stages)
        guessed = with_own_fields(table.header, guess_mapping(table.header))
        across = 3
        for at, name in enumerate(table.header):
            choice = Choice([(told.tr(title), meaning) for title, meaning in MEANINGS])
            choice.choose(guessed.get(at))
            choice.currentIndexChanged.connect(self._try)
            self.meanings.append(choice)
            sample = next((row[at] for row in table.rows if at < len(row) and row[at].strip()), "")
            field = Field(name or self.tr("Column {0}").format(at + 1), choice)
            field.set_hint(_short(sample))
            self._columns.addWidget(field, at // across, at % across, Qt.AlignmentFlag.AlignTop)
        for at in range(across):
            self._columns.setColumnStretch(at, 1)

    def mapping(self) -> Mapping[int, Meaning]:
        """What each column means, by its number."""
        found = {at: choice.currentData() for at, choice in enumerate(self.meanings)}
        return {at: Meaning(meaning) for at, meaning in found.items() if meaning is not None}

    # What would happen

    def _try(self, *_what: object) -> None:
        read = self._read
        if read is None:
            return
        self._number += 1
        number, index, mapping = self._number, self._index, dict(self.mapping())
        stages = {
            word: Stage(choice.currentData()) for word, choice in self.stage_choices.items() if choice.currentData()
        }
        order = self.dates.currentData()
        order = DateOrder(order) if order is not None else None
        self.summary.setText(self.tr("Looking at the rows…"))
        self.accept.setEnabled(False)
        asked = _Asked(number, read, mapping, stages, order, index)
        self.link.ask(lambda questions: _tried(questions, asked), self._was_tried, self._not_tried)

    def _was_tried(self, tried: _Tried) -> None:
        self._index = tried.known
        if tried.number != self._number:
            return
        self.set_trouble(tried.trouble)
        self._preview = tried.preview
        if tried.preview is None:
            self.rows.set_records(())
            self.summary.setText(self.tr("Say which column is the name or the company."))
            self.accept.setEnabled(False)
            return
        self.dates_field.setVisible(tried.preview.dates_open or self.dates.currentIndex() > 0)
        self._ask_stages(tried.preview.unknown_stages)
        self.rows.set_records(tried.preview.rows[:_MOST_SHOWN])
        self._tell()

    def _not_tried(self, error: Exception) -> bool:
        self.set_trouble(told.said(error)[0])
        return isinstance(error, ExitZeroError)

    def _ask_stages(self, unknown: Sequence[str]) -> None:
        for word in unknown:
            if word in self.stage_choices or len(self.stage_choices) > 12:
                continue
            choice = Choice(
                [(self.tr("To contact (as it is)"), ""), *((told.stage_title(stage), stage) for stage in STAGES[1:])],
                200,
            )
            choice.currentIndexChanged.connect(self._try)
            self.stage_choices[word] = choice
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(plain(self.tr("The stage “{0}” means").format(word), Tone.PLAIN), 1)
            line.addWidget(choice)
            choice.setAccessibleName(self.tr("What {0} means").format(word))
            self._stages.addWidget(row)

    def drafts(self) -> tuple[Draft, ...]:
        """What would be imported now."""
        if self._preview is None:
            return ()
        rows = [*self._preview.new]
        if self.all_too.isChecked():
            rows += [row for row in self._preview.known if row.draft is not None]
        return tuple(row.draft for row in sorted(rows, key=lambda row: row.number) if row.draft is not None)

    def _tell(self, *_what: object) -> None:
        preview = self._preview
        if preview is None:
            return
        new, known, bad = len(preview.new), len(preview.known), len(preview.bad)
        parts = [plural(new, self.tr("● {0} new target"), self.tr("● {0} new targets"))]
        if known:
            parts.append(self.tr("◆ {0} there already").format(known))
        if bad:
            parts.append(self.tr("■ {0} cannot be read").format(bad))
        self.summary.setText("   ".join(parts))
        self.all_too.setVisible(known > 0)
        count = len(self.drafts())
        open_dates = preview.dates_open and self.dates.currentData() is None
        self.dates_field.set_trouble(self.tr("Choose one, or a day would be guessed.") if open_dates else "")
        self.set_accept(plural(count, self.tr("Import {0} target"), self.tr("Import {0} targets")))
        self.accept.setEnabled(count > 0 and not open_dates)

    def _cells(self, row: ImportRow) -> Sequence[Cell]:
        draft = row.draft
        number = Cell(str(row.number), Tone.DIM)
        if draft is None:
            return (
                number,
                Cell(""),
                Cell(""),
                Cell(""),
                Cell(""),
                Cell(row.problem, Tone.BAD, State.FAILED, row.problem),
            )
        if row.duplicate_of is not None:
            match = row.duplicate_of
            words = self.tr("There already: {0} ({1})") if match.sure else self.tr("New; perhaps {0} ({1})")
            words = words.format(match.name, match.reason)
            what = Cell(words, Tone.UNKNOWN if match.sure else Tone.WARN, State.UNKNOWN, words)
        elif row.repeats is not None:
            again = row.repeats
            words = self.tr("Left out, repeats row {0}") if again.sure else self.tr("New; perhaps as row {0}")
            words = words.format(again.reference)
            what = Cell(words, Tone.UNKNOWN if again.sure else Tone.WARN, State.UNKNOWN, words)
        else:
            remarks = "; ".join(row.remarks)
            what = Cell(remarks or self.tr("new"), Tone.WARN if remarks else Tone.GOOD, State.SAFE, remarks)
        return (
            number,
            Cell(draft.name),
            Cell(draft.company, Tone.DIM),
            Cell(draft.role, Tone.DIM),
            Cell(told.stage_title(draft.stage.value), Tone.DIM),
            what,
        )

    # The import

    def _import(self) -> None:
        drafts = self.drafts()
        if not drafts or not self.accept.isEnabled():
            return
        words = self.tr("import of {0}").format(self._read.name if self._read is not None else "")
        self.set_busy(self.tr("Importing"))
        self.link.do(lambda actions: actions.outreach.import_(drafts, words), self._was_imported, self._not_imported)

    def _was_imported(self, count: int) -> None:
        self.begin()
        self.imported.emit(count)

    def _not_imported(self, error: Exception) -> bool:
        self.set_trouble(told.said(error, self.tr("It could not be imported."))[0])
        return isinstance(error, ExitZeroError)


def _read_file(path: Path) -> _Read:
    try:
        if path.stat().st_size > csv_table.LARGEST_BYTES:
            raise BadInput("file", "The file is larger than 20 MB.")
        data = path.read_bytes()
    except OSError as error:
        raise OutsideTrouble("The file cannot be read.", str(error.strerror or error)) from error
    if path.suffix.lower() in {".vcf", ".vcard"} or data[:32].lstrip(b"\xef\xbb\xbf").upper().startswith(
        b"BEGIN:VCARD"
    ):
        cards = vcard.read(data)
        problems = tuple(
            told.tr("Card {0}, line {1}: {2}").format(each.number, each.line, each.message) for each in cards.problems
        )
        return _Read(path.name, None, cards.drafts, problems)
    return _Read(path.name, csv_table.sniff(data), (), ())


def _tried(questions: Any, asked: _Asked) -> _Tried:
    """What an import would do; in a reader's thread, for a file may have a hundred thousand rows."""
    number, read, index = asked.number, asked.read, asked.known
    if index is None:
        index = Index()
        for draft in questions.outreach.drafts():
            index.add(draft.name, draft)
    if read.table is None:
        rows = tuple(
            ImportRow(at, draft, duplicate_of=index.find(draft)) for at, draft in enumerate(read.cards, start=1)
        )
        return _Tried(number, ImportPreview(rows), index, "")
    try:
        preview = csv_read.drafts(
            read.table,
            asked.mapping,
            known=index,
            stages=asked.stages,
            date_order=asked.order,
            source=Path(read.name).stem,
        )
    except ExitZeroError as error:
        return _Tried(number, None, index, str(error))
    return _Tried(number, preview, index, "")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 42 else f"{flat[:41]}…"
