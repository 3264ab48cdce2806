"""The line at the bottom: what runs, what comes next, what was proved, in a few words each."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import paint

HEIGHT = 28
_DOT = 8


class StatusItem(NamedTuple):
    """One item. A ``state`` puts its sign in front and its colour on the words; ``clickable`` makes it a button."""

    key: str
    text: str
    state: State | None = None
    tip: str = ""
    clickable: bool = False


class StatusStrip(QWidget):
    """The strip; items stay the same widgets as long as their keys stay the same."""

    item_activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status-strip")
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(self.tr("Status"))
        self._items: dict[str, _Item] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 1, 20, 0)
        row.setSpacing(2)
        self._left = QHBoxLayout()
        self._right = QHBoxLayout()
        for group in (self._left, self._right):
            group.setSpacing(6)
        row.addLayout(self._left)
        row.addStretch(1)
        row.addLayout(self._right)

    def set_items(self, left: Sequence[StatusItem], right: Sequence[StatusItem] = ()) -> None:
        """Show these items, the left ones from the left, the right ones up to the right edge."""
        wanted = [item.key for item in (*left, *right)]
        if list(self._items) != wanted:
            for old in self._items.values():
                old.setParent(None)
                old.deleteLater()
            self._items = {}
            for group, items in ((self._left, left), (self._right, right)):
                for item in items:
                    widget = _Item(item, self)
                    widget.clicked.connect(lambda _=False, key=item.key: self.item_activated.emit(key))
                    group.addWidget(widget)
                    self._items[item.key] = widget
        else:
            for item in (*left, *right):
                self._items[item.key].set_item(item)
        self.setAccessibleDescription("; ".join(item.text for item in (*left, *right)))

    def item(self, key: str) -> QAbstractButton:
        """The widget of an item, for a menu or a test. Raises KeyError for a key that is not shown."""
        return self._items[key]

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.background)
        painter.fillRect(QRectF(0, 0, self.width(), 1), look.line)


class _Item(QAbstractButton):
    """One item; it gives way by an ellipsis when the strip is narrow."""

    def __init__(self, item: StatusItem, parent: QWidget) -> None:
        super().__init__(parent)
        self._item = item
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_item(item)

    def set_item(self, item: StatusItem) -> None:
        resized = len(item.text) != len(self._item.text) or (item.state is None) != (self._item.state is None)
        self._item = item
        self.setObjectName(f"status-{item.key}")
        self.setText(item.text)
        self.setToolTip(item.tip)
        self.setAccessibleName(item.text)
        self.setAccessibleDescription(item.state.word if item.state else item.tip)
        self.setEnabled(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if item.clickable else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not (item.clickable or item.tip))
        self.setCursor(Qt.CursorShape.PointingHandCursor if item.clickable else Qt.CursorShape.ArrowCursor)
        if resized:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = paint.text_width(theme.current().font(Role.MONO12), self._item.text)
        return QSize(round(width + (_DOT + 6 if self._item.state else 0) + 13), 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(48, self.sizeHint().width()), 24)

    def hitButton(self, _position: object) -> bool:
        return self._item.clickable

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        state = self._item.state
        color = look.state(state) if state else look.dim
        if self._item.clickable and self.underMouse():
            paint.draw_box(painter, rect.adjusted(0, 1, 0, -1), 4, look.raised, None)
            color = color if state else look.text
        left = 6.0
        if state is not None:
            paint.draw_state_mark(painter, state, QRectF(left, (rect.height() - _DOT) / 2, _DOT, _DOT), color)
            left += _DOT + 6
        font = look.font(Role.MONO12)
        area = QRectF(left, 0, rect.width() - left - 4, rect.height())
        paint.draw_text(painter, area, paint.elided(font, self._item.text, area.width() + 1), font=font, color=color)
        if self.hasFocus():
            paint.draw_focus_ring(painter, rect, 4)
