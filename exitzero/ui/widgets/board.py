"""The board: columns of cards that are moved by mouse or keyboard; only the cards in sight are drawn.

Each column is a list view over a model that holds as many cards as were asked for, so ten thousand cards cost as much
as a screenful, and screen readers find every card as a row with its words. Dragging is done here and not by Qt's drag
and drop, which runs a loop of its own: the countdown goes on, and Escape lets the card go. Long, because keyboard and
mouse move the same cards and have to agree on what a move is.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QListView,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from exitzero.ui import theme
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.board_card import GAP, LOW, TALL, CardView, draw_card
from exitzero.ui.widgets.card import Text

LEAST_COLUMN = 200
_SCROLL_EDGE, _SCROLL_STEP, _SCROLL_MS = 36, 12, 16
Index = QModelIndex | QPersistentModelIndex


class _Cards(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards: tuple[CardView, ...] = ()

    def show(self, cards: Sequence[CardView]) -> None:
        fresh = tuple(cards)
        if fresh == self.cards:
            return
        self.beginResetModel()
        self.cards = fresh
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        card = self.cards[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return card.title
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return card.spoken
        return None


class _CardPainter(QStyledItemDelegate):
    """Paints one card."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        tall = isinstance(model, _Cards) and bool(model.cards[index.row()].pills)
        return QSize(LEAST_COLUMN - 20, (TALL if tall else LOW) + GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, shape = index.model(), _any(option)
        if not isinstance(model, _Cards):
            return
        view = shape.widget
        lifted = isinstance(view, BoardColumn) and view.lifted == index.row()
        rect = QRectF(shape.rect).adjusted(0, 0, 0, -GAP)
        draw_card(
            painter,
            rect,
            model.cards[index.row()],
            chosen=bool(shape.state & QStyle.StateFlag.State_Selected),
            focused=isinstance(view, BoardColumn) and view.hasFocus() and view.currentIndex() == index,
            over=bool(shape.state & QStyle.StateFlag.State_MouseOver),
            lifted=lifted,
        )


class BoardColumn(QListView):
    """One column of cards, scrolling on its own."""

    pressed_key = Signal(QKeyEvent)
    came = Signal(str)
    """The keyboard came into the column."""

    def __init__(self, stage: str, title: str) -> None:
        super().__init__()
        self.stage = stage
        self.lifted = -1
        self.drop_at = -1
        self.model_of = _Cards(self)
        self.setModel(self.model_of)
        self.setItemDelegate(_CardPainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QListView, QListView:focus { border: none; padding: 0; background: transparent; }")
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(title)
        self.setMinimumHeight(140)

    def card_at(self, row: int) -> CardView | None:
        """The card in a row, if there is one."""
        cards = self.model_of.cards
        return cards[row] if 0 <= row < len(cards) else None

    def row_of(self, key: int) -> int:
        """The row of a card, -1 where it is not loaded here."""
        return next((row for row, card in enumerate(self.model_of.cards) if card.key == key), -1)

    def gap_at(self, y: int) -> int:
        """Before which row a card would come that is let go at this height of the viewport."""
        for row in range(len(self.model_of.cards)):
            rect = self.visualRect(self.model_of.index(row))
            if y < rect.center().y():
                return row
            if rect.top() > self.viewport().height():
                break
        return len(self.model_of.cards)

    def mark_drop(self, row: int) -> None:
        """Show where the card would come; -1 takes the mark away."""
        if row != self.drop_at:
            self.drop_at = row
            self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model_of.cards:
            self.setCurrentIndex(self.model_of.index(0))
        self.came.emit(self.stage)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.pressed_key.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are the board's keys, not a search in the list."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        look = theme.current()
        if not self.model_of.cards and self.hasFocus():
            paint.draw_focus_ring(painter, QRectF(0, 0, self.viewport().width(), 64), 8)
        if not self.model_of.cards and self.drop_at < 0:
            area = QRectF(8, 0, self.viewport().width() - 16, 64)
            painter.setFont(look.font(Role.SMALL12))
            painter.setPen(look.dim)
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(area, flags, self.tr("Nobody here"))
        if self.drop_at >= 0:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.info)
            painter.drawRoundedRect(QRectF(2, self._drop_y() - 1.5, self.viewport().width() - 4, 3), 1.5, 1.5)

    def _drop_y(self) -> float:
        cards = self.model_of.cards
        if self.drop_at < len(cards):
            return max(2.0, self.visualRect(self.model_of.index(self.drop_at)).top() - GAP / 2)
        if cards:
            return float(self.visualRect(self.model_of.index(len(cards) - 1)).bottom() - GAP / 2 + 2)
        return 4.0


class _ColumnFrame(QWidget):
    """The panel a column stands on, with its name and count."""

    def __init__(self, title: str, column: BoardColumn) -> None:
        super().__init__()
        self.column = column
        self.aimed = False
        self.setMinimumWidth(LEAST_COLUMN)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        name = Text(title, Role.LABEL12, Tone.DIM)
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        name.setToolTip(title)
        self.count = Text("", Role.MONO13, Tone.DIM)
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 4, 0)
        head.addWidget(name, 1)
        head.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 12, 6, 6)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(column, 1)

    def set_aimed(self, aimed: bool) -> None:
        if aimed != self.aimed:
            self.aimed = aimed
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        line = look.info if self.aimed else look.line
        paint.draw_box(painter, QRectF(self.rect()), theme.RADIUS_CARD, look.panel, line)


class _Ghost(QWidget):
    """The card under the pointer while it is dragged."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.card: CardView | None = None
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.card is not None:
            painter = QPainter(self)
            painter.setOpacity(0.92)
            draw_card(painter, QRectF(self.rect()), self.card, focused=True)


class _Drag(NamedTuple):
    column: BoardColumn
    card: CardView
    grip: QPoint
    began: QPoint


class BoardView(QWidget):
    """The columns side by side. Arrows walk, Shift with an arrow moves the card, Enter opens it.

    ``moved`` says which card comes into which column before which other card (0: at its end). The board itself does
    not change until it is shown anew, so what stands there is always what is kept.
    """

    moved = Signal(int, str, int)
    opened = Signal(int)
    menu_wanted = Signal(int, QPoint)
    more_wanted = Signal(str)

    def __init__(self, stages: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("board")
        self.columns: dict[str, BoardColumn] = {}
        self.frames: dict[str, _ColumnFrame] = {}
        self._totals: dict[str, int] = {}
        self._drag: _Drag | None = None
        self._moving = False
        self._wanted: int | None = None
        self._last: BoardColumn | None = None
        inner = QWidget()
        inner.setObjectName("page")
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for stage, title in stages:
            column = BoardColumn(stage, title)
            frame = _ColumnFrame(title, column)
            self.columns[stage], self.frames[stage] = column, frame
            column.viewport().installEventFilter(self)
            column.pressed_key.connect(self._key)
            column.came.connect(self._came)
            column.doubleClicked.connect(self._open_index)
            column.verticalScrollBar().valueChanged.connect(self._scrolled)
            row.addWidget(frame, 1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        self._ghost = _Ghost(self)
        self._auto = QTimer(self)
        self._auto.setInterval(_SCROLL_MS)
        self._auto.timeout.connect(self._scroll_on)
        self._pointer = QPoint()
        self.setAccessibleName(self.tr("Board of targets"))
        self.setAccessibleDescription(self.tr("Arrows walk, Shift and an arrow move the card, Enter opens it"))

    def show_column(self, stage: str, cards: Sequence[CardView], total: int) -> None:
        """Show a column's first cards and how many there are in all; the keyboard stays on its card."""
        column = self.columns[stage]
        here = column.card_at(column.currentIndex().row())
        place = column.verticalScrollBar().value()
        row_before = column.currentIndex().row()
        self._totals[stage] = total
        self.frames[stage].count.setText(str(total))
        column.setAccessibleDescription(self.tr("{0} cards").format(total))
        if tuple(cards) == column.model_of.cards:
            return
        column.model_of.show(cards)
        if self._wanted is not None and column.row_of(self._wanted) >= 0:
            self.choose(self._wanted)
            self._wanted = None
        elif here is not None:
            row = column.row_of(here.key)
            row = row if row >= 0 else min(row_before, len(cards) - 1)
            if row >= 0:
                column.setCurrentIndex(column.model_of.index(row))
        column.verticalScrollBar().setValue(place)

    def loaded(self, stage: str) -> int:
        """How many cards of a column are here."""
        return len(self.columns[stage].model_of.cards)

    @property
    def chosen(self) -> int:
        """The card that the keyboard is on, 0 for none."""
        column = self.current_column or self._last
        card = column.card_at(column.currentIndex().row()) if column is not None else None
        return card.key if card is not None else 0

    @property
    def current_column(self) -> BoardColumn | None:
        """The column that the keyboard is in."""
        return next((column for column in self.columns.values() if column.hasFocus()), None)

    def choose(self, key: int) -> bool:
        """Put the keyboard on a card; False where it is not loaded."""
        for column in self.columns.values():
            row = column.row_of(key)
            if row >= 0:
                column.setCurrentIndex(column.model_of.index(row))
                column.scrollTo(column.model_of.index(row))
                column.setFocus(Qt.FocusReason.OtherFocusReason)
                self._came(column.stage)
                self._area.ensureWidgetVisible(self.frames[column.stage], 0, 0)
                return True
        return False

    def focus_first(self) -> None:
        """Put the keyboard on the first card there is."""
        full = [column for column in self.columns.values() if column.model_of.cards]
        (full or list(self.columns.values()))[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def move_chosen(self, stage: str) -> None:
        """Move the chosen card to the top of a column, the keyboard going with it."""
        key = self.chosen
        if key:
            first = self.columns[stage].card_at(0)
            self._tell(key, stage, first.key if first is not None and first.key != key else 0)

    def _came(self, stage: str) -> None:
        self._last = self.columns[stage]
        for column in self.columns.values():
            # One card is chosen on the whole board, so that L and M mean that one.
            if column is not self._last:
                column.clearSelection()

    # Keyboard

    def _key(self, event: QKeyEvent) -> None:
        column = self.current_column
        if column is None:
            event.ignore()
            return
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        row = column.currentIndex().row()
        card = column.card_at(row)
        sides = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        event.accept()
        if control:
            event.ignore()
        elif key == Qt.Key.Key_Escape and self._drag is not None:
            self._let_go()
        elif key in sides and shift and card is not None:
            self._shift_aside(column, card, sides[Qt.Key(key)])
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down} and shift and card is not None:
            self._shift_along(column, row, -1 if key == Qt.Key.Key_Up else 1)
        elif key in sides:
            self._walk(column, sides[Qt.Key(key)])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and card is not None:
            self.opened.emit(card.key)
        elif key in {Qt.Key.Key_Menu, Qt.Key.Key_M} and card is not None:
            where = column.visualRect(column.currentIndex()).center()
            self.menu_wanted.emit(card.key, column.viewport().mapToGlobal(where))
        else:
            event.ignore()

    def _walk(self, column: BoardColumn, step: int) -> None:
        order = list(self.columns.values())
        at = order.index(column) + step
        if 0 <= at < len(order):
            goal = order[at]
            y = column.visualRect(column.currentIndex()).center().y() if column.currentIndex().isValid() else 0
            if goal.model_of.cards:
                row = goal.indexAt(QPoint(20, y)).row()
                goal.setCurrentIndex(goal.model_of.index(row if row >= 0 else len(goal.model_of.cards) - 1))
            goal.setFocus(Qt.FocusReason.OtherFocusReason)
            self._area.ensureWidgetVisible(self.frames[goal.stage], 0, 0)

    def _shift_aside(self, column: BoardColumn, card: CardView, step: int) -> None:
        order = list(self.columns.values())
        at = order.index(column) + step
        if 0 <= at < len(order):
            first = order[at].card_at(0)
            self._tell(card.key, order[at].stage, first.key if first is not None else 0)

    def _shift_along(self, column: BoardColumn, row: int, step: int) -> None:
        goal = row + step
        card = column.card_at(row)
        if card is None or not 0 <= goal < len(column.model_of.cards):
            return
        before = column.card_at(goal if step < 0 else goal + 1)
        self._tell(card.key, column.stage, before.key if before is not None else 0)

    def _tell(self, key: int, stage: str, before: int) -> None:
        self._wanted = key
        self.moved.emit(key, stage, before)

    # Mouse

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        kinds = {
            QEvent.Type.MouseButtonPress,
            QEvent.Type.MouseMove,
            QEvent.Type.MouseButtonRelease,
            QEvent.Type.ContextMenu,
        }
        if event.type() not in kinds:
            return False
        column = watched.parent()
        if not isinstance(column, BoardColumn):
            return False
        if event.type() == QEvent.Type.ContextMenu:
            place = _any(event)
            card = column.card_at(column.indexAt(place.pos()).row())
            if card is not None:
                self.menu_wanted.emit(card.key, place.globalPos())
            return card is not None
        if not isinstance(event, QMouseEvent):
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            self._press(column, event)
            return False
        if event.type() == QEvent.Type.MouseMove and self._drag is not None:
            return self._drag_on(column, event)
        if event.type() == QEvent.Type.MouseButtonRelease and self._drag is not None:
            return self._drop()
        return False

    def _press(self, column: BoardColumn, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = column.indexAt(at)
        card = column.card_at(index.row())
        self._moving = False
        self._drag = None
        if card is not None and event.button() is Qt.MouseButton.LeftButton:
            grip = at - column.visualRect(index).topLeft()
            self._drag = _Drag(column, card, grip, at)

    def _drag_on(self, column: BoardColumn, event: QMouseEvent) -> bool:
        drag = self._drag
        if drag is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._let_go()
            return False
        at = event.position().toPoint()
        if not self._moving:
            if (at - drag.began).manhattanLength() < QApplication.startDragDistance():
                return True
            self._lift(drag)
        self._pointer = column.viewport().mapTo(self, at)
        self._ghost.move(self._pointer - drag.grip)
        self._aim()
        return True

    def _lift(self, drag: _Drag) -> None:
        self._moving = True
        row = drag.column.row_of(drag.card.key)
        drag.column.lifted = row
        drag.column.viewport().update()
        rect = drag.column.visualRect(drag.column.model_of.index(row))
        self._ghost.card = drag.card
        self._ghost.resize(rect.width(), rect.height() - GAP)
        self._ghost.show()
        self._ghost.raise_()
        self._auto.start()

    def _column_under(self, at: QPoint) -> BoardColumn | None:
        for stage, frame in self.frames.items():
            area = QRect(frame.mapTo(self, QPoint(0, 0)), frame.size())
            if area.left() <= at.x() <= area.right() and area.top() - 40 <= at.y() <= area.bottom() + 40:
                return self.columns[stage]
        return None

    def _aim(self) -> tuple[BoardColumn, int] | None:
        goal = self._column_under(self._pointer)
        found: tuple[BoardColumn, int] | None = None
        for stage, column in self.columns.items():
            aimed = column is goal
            self.frames[stage].set_aimed(aimed)
            row = column.gap_at(column.viewport().mapFrom(self, self._pointer).y()) if aimed else -1
            column.mark_drop(row)
            if aimed:
                found = column, row
        return found

    def _drop(self) -> bool:
        drag, moving = self._drag, self._moving
        aim = self._aim() if moving else None
        self._let_go()
        if drag is None or aim is None:
            return False
        goal, row = aim
        from_row = goal.row_of(drag.card.key)
        if from_row >= 0 and row in {from_row, from_row + 1}:
            return True
        before = goal.card_at(row)
        self._tell(drag.card.key, goal.stage, before.key if before is not None else 0)
        return True

    def _let_go(self) -> None:
        drag, self._drag = self._drag, None
        self._moving = False
        self._auto.stop()
        self._ghost.hide()
        for stage, column in self.columns.items():
            self.frames[stage].set_aimed(False)
            column.mark_drop(-1)
        if drag is not None:
            drag.column.lifted = -1
            drag.column.viewport().update()

    def _scroll_on(self) -> None:
        column = self._column_under(self._pointer)
        if column is None:
            return
        y = column.viewport().mapFrom(self, self._pointer).y()
        bar = column.verticalScrollBar()
        if y < _SCROLL_EDGE:
            bar.setValue(bar.value() - _SCROLL_STEP)
        elif y > column.viewport().height() - _SCROLL_EDGE:
            bar.setValue(bar.value() + _SCROLL_STEP)
        side = self._area.horizontalScrollBar()
        if self._pointer.x() < _SCROLL_EDGE:
            side.setValue(side.value() - _SCROLL_STEP)
        elif self._pointer.x() > self.width() - _SCROLL_EDGE:
            side.setValue(side.value() + _SCROLL_STEP)
        self._aim()

    # More cards

    def _scrolled(self, _value: int) -> None:
        for stage, column in self.columns.items():
            bar = column.verticalScrollBar()
            near_end = bar.value() >= bar.maximum() - 4 * TALL
            if bar.maximum() and near_end and self.loaded(stage) < self._totals.get(stage, 0):
                self.more_wanted.emit(stage)

    def _open_index(self, index: QModelIndex) -> None:
        model = index.model()
        if isinstance(model, _Cards):
            self.opened.emit(model.cards[index.row()].key)

    def card_center(self, key: int) -> tuple[BoardColumn, QPointF]:
        """Where a card lies in its column's viewport. Raises KeyError for one that is not loaded."""
        for column in self.columns.values():
            row = column.row_of(key)
            if row >= 0:
                return column, QPointF(column.visualRect(column.model_of.index(row)).center())
        raise KeyError(key)


def _any(thing: object) -> Any:
    # The stubs leave out the fields of the base classes.
    return thing
