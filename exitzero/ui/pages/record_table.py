"""One table for every list of records: dense, read by keyboard, copied as text, filtered while typing.

Cells are made when they are first painted, so that ten years of moves cost as much as a screenful.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from exitzero.ui import theme
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint

ROW = 30
_PAD = 10
_MARK = 9

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex


class Cell(NamedTuple):
    """One cell: its words, what they mean, and a state's shape before them if it has one."""

    text: str
    tone: Tone = Tone.PLAIN
    state: State | None = None
    tip: str = ""


class Column(NamedTuple):
    """A column: ``width`` in pixels, 0 for the one that takes what is left, but at least ``least`` (the table scrolls
    sideways then); ``mono`` for figures and times."""

    title: str
    width: int = 0
    mono: bool = False
    right: bool = False
    least: int = 200


class _Model(QAbstractTableModel, Generic[R]):
    def __init__(self, columns: Sequence[Column], cells: Callable[[R], Sequence[Cell]], parent: QWidget) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._cells = cells
        self.records: tuple[R, ...] = ()
        self._made: dict[int, Sequence[Cell]] = {}

    def show(self, records: Sequence[R]) -> None:
        self.beginResetModel()
        self.records = tuple(records)
        self._made.clear()
        self.endResetModel()

    def forget_cells(self) -> None:
        self._made.clear()

    def cell(self, row: int, column: int) -> Cell:
        made = self._made.get(row)
        if made is None:
            made = self._made[row] = tuple(self._cells(self.records[row]))
        return made[column]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.records)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            shape = f"{cell.state.word.lower()}, " if cell.state else ""
            return f"{self.columns[index.column()].title}: {shape}{cell.text}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return theme.current().font(Role.SMALL12)
        return None


class _Painter(QStyledItemDelegate):
    """Paints a cell: shape, words, the row's selection and the keyboard's place."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme.current()
        model = index.model()
        if not isinstance(model, _Model):
            return
        cell = model.cell(index.row(), index.column())
        column = model.columns[index.column()]
        shape: Any = option  # The stubs leave out the fields of the base class.
        rect = QRectF(shape.rect)
        painter.save()
        if shape.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.selection)
        elif shape.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, look.raised)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), theme.mix(look.line, look.panel, 0.6))
        area = rect.adjusted(_PAD, 0, -_PAD, 0)
        color = look.tone(cell.tone)
        if cell.state is not None:
            mark = QRectF(area.left(), area.center().y() - _MARK / 2, _MARK, _MARK)
            paint.draw_state_mark(painter, cell.state, mark, look.state(cell.state))
            area.setLeft(area.left() + _MARK + 8)
        font = look.font(Role.MONO13 if column.mono else Role.BODY13)
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        text = paint.elided(font, cell.text, area.width() + 1)
        paint.draw_text(painter, area, text, font=font, color=color, align=side)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, ROW)


class RecordTable(QTableView, Generic[R]):
    """Shows records as rows. Arrow keys walk, Enter or a double click opens, Ctrl+C copies the chosen rows.

    ``cells`` gives a record's cells in the order of ``columns``; ``needle`` the text that a filter is looked for in.
    """

    opened = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[R], Sequence[Cell]],
        *,
        name: str,
        empty: str,
        needle: Callable[[R], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._empty = empty
        self._needle = needle
        self._all: tuple[R, ...] = ()
        self._filter = ""
        self._model: _Model[R] = _Model(columns, cells, self)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # It always stands on a card, which has the frame; where the keyboard is, is painted below.
        self.setStyleSheet("QTableView, QTableView:focus { border: none; padding: 0; background: transparent; }")
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(32)
        for at, column in enumerate(columns):
            head.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            self.setColumnWidth(at, column.width or column.least)
        self.setMinimumHeight(ROW * 4)
        self.doubleClicked.connect(self._open)

    @property
    def records(self) -> tuple[R, ...]:
        """The records that are shown, in order."""
        return self._model.records

    def texts(self, row: int) -> tuple[str, ...]:
        """What stands in a row."""
        return tuple(self._model.cell(row, column).text for column in range(len(self._model.columns)))

    def set_records(self, records: Sequence[R]) -> None:
        """Show these; the place of the keyboard and of the page stays where the same records are still there."""
        fresh = tuple(records)
        if fresh == self._all and self._all:
            return
        self._all = fresh
        self._fill()

    def set_filter(self, text: str) -> None:
        """Show only the records whose text holds every word of this."""
        if text != self._filter:
            self._filter = text
            self._fill()

    def make_anew(self) -> None:
        """Make the cells anew from the same records: time has passed, and they tell it."""
        self._model.forget_cells()
        self.viewport().update()

    def chosen(self) -> R | None:
        """The record that the keyboard is on."""
        at = self.currentIndex()
        return self._model.records[at.row()] if at.isValid() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_chosen()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._open(self.currentIndex())
        elif event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            event.ignore()  # Rows are walked, not cells; the page may turn its days with these.
        else:
            super().keyPressEvent(event)

    def copy_chosen(self) -> None:
        """Put the chosen rows onto the clipboard, a line a row, a tab between cells."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        QGuiApplication.clipboard().setText("\n".join("\t".join(self.texts(row)) for row in rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = self._model.columns
        fixed = sum(column.width for column in columns)
        for at, column in enumerate(columns):
            if not column.width:
                self.setColumnWidth(at, max(column.least, self.viewport().width() - fixed))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = theme.current()
        painter = QPainter(self.viewport())
        if self.hasFocus():
            paint.draw_focus_ring(painter, QRectF(self.viewport().rect()), 4)
        if self._model.rowCount():
            return
        painter.setFont(look.font(Role.BODY13))
        painter.setPen(look.dim)
        area = QRectF(self.viewport().rect()).adjusted(24, 12, -24, -12)
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(area, flags, self.tr("Nothing matches the filter.") if self._all else self._empty)

    def _fill(self) -> None:
        chosen, place = self.chosen(), self.verticalScrollBar().value()
        words = self._filter.casefold().split()
        needle = self._needle
        shown: Sequence[R] = self._all
        if words and needle is not None:
            shown = [record for record in self._all if all(word in needle(record).casefold() for word in words)]
        self._model.show(shown)
        if chosen is not None and chosen in shown:
            self.selectRow(shown.index(chosen))
        self.verticalScrollBar().setValue(place)
        self.viewport().update()

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self._model.records[index.row()])
