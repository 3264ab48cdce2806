"""The rail at the left: where one can go, where one is, and the day's state in the zero above."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import icons, paint

WIDTH = 76
_LOGO = 52
_TALL = 56
_SHORT = 38


class NavItem(NamedTuple):
    """One place to go: its key, its word, and the name of its icon."""

    key: str
    label: str
    icon: str


class NavRail(QWidget):
    """Pages as icon and word. Ctrl+1 to Ctrl+9 go to them in order; a low window leaves the words out."""

    activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nav-rail")
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Pages"))
        self._state = State.UNKNOWN
        self._buttons: dict[str, _NavButton] = {}
        self._shortcuts: list[QShortcut] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, _LOGO + 4, 8, 8)
        self._column.setSpacing(0)
        # How low the rail can get is said by minimumSizeHint, not by the buttons while they are tall.
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)

    def set_items(self, items: Sequence[NavItem], bottom: Sequence[NavItem] = ()) -> None:
        """Show these pages, ``bottom`` at the lower end."""
        while self._column.takeAt(0) is not None:
            pass
        for old in self._buttons.values():
            old.setParent(None)
            old.deleteLater()
        for shortcut in self._shortcuts:
            shortcut.setParent(None)
            shortcut.deleteLater()
        self._buttons, self._shortcuts = {}, []
        for number, item in enumerate((*items, *bottom), start=1):
            button = _NavButton(item, self)
            button.clicked.connect(lambda _=False, key=item.key: self._go(key))
            self._buttons[item.key] = button
            keys = ""
            if number <= 9:
                keys = f"Ctrl+{number}"
                shortcut = QShortcut(QKeySequence(keys), self)
                shortcut.activated.connect(lambda key=item.key: self._go(key))
                self._shortcuts.append(shortcut)
            button.setToolTip(f"{item.label}  {keys}".strip())
            button.setAccessibleDescription(keys)
            if number == len(items) + 1:
                self._column.addStretch(1)
            self._column.addWidget(button)
        if not bottom:
            self._column.addStretch(1)
        for button in list(self._buttons.values())[:1]:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._fit()

    def set_active(self, key: str) -> None:
        """Mark the page that is open, without saying that it was chosen."""
        for name, button in self._buttons.items():
            button.setChecked(name == key)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if name == key else Qt.FocusPolicy.ClickFocus)

    @property
    def active(self) -> str:
        """The key of the open page, or an empty text."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_state(self, state: State) -> None:
        """Colour the zero and the mark by the day's state."""
        self._state = state
        self.setAccessibleDescription(state.word)
        for button in self._buttons.values():
            button.state = state
            button.update()
        self.update(0, 0, self.width(), _LOGO)

    def set_badge(self, key: str, text: str) -> None:
        """A short text at a page's icon (how many are due); empty takes it away."""
        self._buttons[key].set_badge(text)

    def button(self, key: str) -> QAbstractButton:
        """The button of a page. Raises KeyError for a page that is not there."""
        return self._buttons[key]

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDTH, _LOGO + 12 + _SHORT * max(len(self._buttons), 1))

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, _LOGO + 12 + _TALL * max(len(self._buttons), 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        buttons = list(self._buttons.values())
        at = next((i for i, button in enumerate(buttons) if button.hasFocus()), None)
        move = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if at is None or not move:
            super().keyPressEvent(event)
            return
        buttons[(at + move) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.mix(look.panel, look.background, 0.5))
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), look.line)
        color = look.state(self._state)
        paint.draw_text(
            painter,
            QRectF(0, 4, self.width() - 1, _LOGO),
            "0",
            font=look.font(Role.FIGURE28),
            color=color,
            align=Qt.AlignmentFlag.AlignHCenter,
        )

    def _go(self, key: str) -> None:
        self.set_active(key)
        self.activated.emit(key)

    def _fit(self) -> None:
        short = self.height() < self.sizeHint().height()
        for button in self._buttons.values():
            button.set_short(short)


class _NavButton(QAbstractButton):
    def __init__(self, item: NavItem, parent: QWidget) -> None:
        super().__init__(parent)
        self._item = item
        self._badge = ""
        self._short = False
        self.state = State.UNKNOWN
        self.setObjectName(f"nav-{item.key}")
        self.setText(item.label)
        self.setAccessibleName(item.label)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_TALL)

    def set_short(self, short: bool) -> None:
        self._short = short
        self.setFixedHeight(_SHORT if short else _TALL)

    def set_badge(self, text: str) -> None:
        self._badge = text
        self.setAccessibleName(f"{self._item.label} {text}".strip())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            # Qt's button would look for a neighbour by itself; the rail knows the order.
            event.ignore()
            return
        super().keyPressEvent(event)

    def nextCheckState(self) -> None:
        """A page that is open stays open when it is chosen again."""
        self.setChecked(True)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        rect = QRectF(self.rect()).adjusted(0, 2, 0, -2)
        active = self.isChecked()
        if active or self.underMouse():
            fill = look.track if active else look.raised
            paint.draw_box(painter, rect, 8, fill, None)
        if active:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.fill(self.state))
            painter.drawRoundedRect(QRectF(rect.left(), rect.top() + 10, 3, rect.height() - 20), 1.5, 1.5)
        ink = look.text if active or self.underMouse() else look.dim
        top = rect.center().y() - 10 if self._short else rect.top() + 7
        icons.draw(painter, self._item.icon, QRectF(round(rect.center().x()) - 10, round(top), 20, 20), ink)
        if not self._short:
            font = look.font(Role.SMALL11)
            words = paint.elided(font, self._item.label, rect.width() - 2)
            area = QRectF(rect.left(), top + 22, rect.width(), 18)
            if active and paint.text_width(font, words) > rect.width() - 8:
                area.adjust(4, 0, 0, 0)  # A long word would touch the mark.
            paint.draw_text(painter, area, words, font=font, color=ink, align=Qt.AlignmentFlag.AlignHCenter)
        if self._badge:
            font = look.font(Role.SMALL11)
            width = max(16.0, paint.text_width(font, self._badge) + 8)
            box = QRectF(rect.center().x() + 5, top - 4, width, 16)
            paint.draw_box(painter, box, 8, look.fill(State.AT_RISK), None)
            paint.draw_text(
                painter, box, self._badge, font=font, color=look.ink(State.AT_RISK), align=Qt.AlignmentFlag.AlignHCenter
            )
        if self.hasFocus():
            paint.draw_focus_ring(painter, rect, 8)
