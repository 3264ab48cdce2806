"""The table's rows: as many as match, read page by page as they come into sight, and how a cell is painted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint
from exitzero.work.outreach.views import TargetView

PAGE = 100
"""So many rows are asked for at once."""

ROW = 32
_PAD = 10
_MARK = 8
_KEPT = 4000
Index = QModelIndex | QPersistentModelIndex


class Head(NamedTuple):
    """A column: its title, what the table is sorted by for it, its width."""

    title: str
    sort: str
    width: int


HEADS = (
    Head("Name", "name", 168),
    Head("Company", "company", 138),
    Head("Role", "role", 150),
    Head("Stage", "stage", 138),
    Head("Platform", "platform", 92),
    Head("Proved", "proved_at", 92),
    Head("Reply", "reply_at", 88),
    Head("Follow-up", "follow_up", 132),
    Head("Tags", "tags", 140),
    Head("Added", "created_at", 96),
)


class _Cell(NamedTuple):
    text: str
    tone: Tone = Tone.PLAIN
    state: State | None = None


class TargetRows(QAbstractTableModel):
    """All rows of a filter. Those not here yet are asked for by ``wanted`` and stand as dots until they come."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.heads: tuple[Head, ...] = HEADS
        self.total = 0
        self.sorted_by = "-created_at"
        self.now: datetime | None = None
        self.zone = ""
        self._rows: dict[int, TargetView] = {}
        self._asked: set[int] = set()
        self._missing: set[int] = set()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._ask_missing)

    def set_fields(self, fields: Sequence[str]) -> None:
        """Show these own fields after the columns that every target has."""
        heads = (*HEADS, *(Head(name, f"field:{name}", 120) for name in fields))
        if heads != self.heads:
            self.beginResetModel()
            self.heads = heads
            self.endResetModel()

    def begin(self, rows: Sequence[TargetView], total: int, now: datetime, zone: str) -> None:
        """Show a new answer from its first row on."""
        same = (
            zone == self.zone and total == self.total and all(self._rows.get(at) == row for at, row in enumerate(rows))
        )
        fresh_clock = self.now is None or (now - self.now).total_seconds() > 30
        self.now, self.zone = now, zone
        if same and not fresh_clock and set(self._rows) <= set(range(len(rows))):
            return
        self.beginResetModel()
        self.total = total
        self._rows = dict(enumerate(rows))
        self._asked = {0}
        self._missing = set()
        self.endResetModel()

    def extend(self, rows: Sequence[TargetView], first: int) -> None:
        """Put in the rows that were asked for."""
        if len(self._rows) > _KEPT:
            kept = range(max(0, first - _KEPT // 2), first + _KEPT // 2)
            self._rows = {at: row for at, row in self._rows.items() if at in kept}
            self._asked = {page for page in self._asked if page * PAGE in kept}
        for at, row in enumerate(rows, first):
            self._rows[at] = row
        if rows:
            last = self.index(first + len(rows) - 1, len(self.heads) - 1)
            self.dataChanged.emit(self.index(first, 0), last)

    def target(self, row: int) -> TargetView | None:
        """The target in a row, if it is here."""
        return self._rows.get(row)

    def row_of(self, target: int) -> int:
        """The row of a target, -1 where it is not loaded."""
        return next((at for at, row in self._rows.items() if row.id == target), -1)

    def loaded(self) -> int:
        """How many rows are here."""
        return len(self._rows)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.total

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.heads)

    def cell(self, row: int, column: int) -> _Cell:
        """What stands in a cell."""
        target = self._rows.get(row)
        if target is None:
            self._missing.add(row // PAGE)
            if not self._later.isActive():
                self._later.start()
            return _Cell("…", Tone.DIM)
        return self._cell(target, self.heads[column].sort)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self.cell(index.row(), index.column()).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            cell = self.cell(index.row(), index.column())
            shape = f"{cell.state.word.lower()}, " if cell.state else ""
            return f"{self.heads[index.column()].title}: {shape}{cell.text}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.heads):
            return None
        head = self.heads[section]
        if role == Qt.ItemDataRole.DisplayRole:
            mark = {head.sort: " ↑", f"-{head.sort}": " ↓"}.get(self.sorted_by, "")
            return told.tr(head.title) + mark
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return theme.current().font(Role.SMALL12)
        return None

    def _cell(self, target: TargetView, what: str) -> _Cell:
        now = self.now or target.created_at
        today = words.local(now, self.zone).date()
        if what.startswith("field:"):
            return _Cell(target.fields.get(what[6:], ""))
        match what:
            case "name":
                return _Cell(target.name)
            case "company":
                return _Cell(target.company if target.kind == "person" else told.tr("(company)"), Tone.DIM)
            case "role":
                return _Cell(target.role, Tone.DIM)
            case "stage":
                return _Cell(told.stage_title(target.stage))
            case "platform":
                return _Cell(told.platform_title(target.platform) if target.platform else "", Tone.DIM)
            case "tags":
                return _Cell(", ".join(target.tags), Tone.DIM)
            case "follow_up":
                due = told.due_words(target, today, short=True)
                return _Cell(due, Tone.WARN, State.AT_RISK) if target.due else _Cell(due, Tone.DIM)
        at: datetime | None = getattr(target, what)
        if at is None:
            return _Cell("")
        day = words.local(at, self.zone).date()
        fresh = what == "proved_at" and day == today
        text = words.clock(at, self.zone) if day == today else told.short_day(day, today)
        return _Cell(text, Tone.GOOD, State.SAFE) if fresh else _Cell(text, Tone.DIM)

    def _ask_missing(self) -> None:
        missing, self._missing = sorted(self._missing - self._asked), set()
        # The last that came into sight are the ones that are looked at.
        for page in missing[-3:]:
            self._asked.add(page)
            self.wanted.emit(page * PAGE)


class RowPainter(QStyledItemDelegate):
    """Paints a cell of the table."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, model = theme.current(), index.model()
        if not isinstance(model, TargetRows):
            return
        cell = model.cell(index.row(), index.column())
        shape: Any = option
        rect = QRectF(shape.rect)
        painter.save()
        if shape.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.selection)
        elif shape.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, look.raised)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), theme.mix(look.line, look.panel, 0.6))
        area = rect.adjusted(_PAD, 0, -_PAD, 0)
        if cell.state is not None:
            mark = QRectF(area.left(), area.center().y() - _MARK / 2, _MARK, _MARK)
            paint.draw_state_mark(painter, cell.state, mark, look.state(cell.state))
            area.setLeft(area.left() + _MARK + 7)
        font = look.font(Role.STRONG13 if index.column() == 0 else Role.BODY13)
        text = paint.elided(font, cell.text, area.width() + 1)
        paint.draw_text(painter, area, text, font=font, color=look.tone(cell.tone))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, ROW)
