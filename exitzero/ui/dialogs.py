"""Sheets inside the window: what is asked before something that cannot be taken back.

Never a dialog window and never a nested loop: the countdown goes on, the answer comes by a signal, and a sheet that is
open when the page changes simply goes. The keyboard stays inside while it is open; Escape is always *no*.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Button, Kind, Text

_WIDTH = 520
_SIDE = 660


class Overlay(QWidget):
    """Covers the widget it is opened over, dims it, and keeps the keyboard until it is closed."""

    closed = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("overlay")
        self._over = over
        self._came_from: QWidget | None = None
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return not self.isHidden()

    def show_over(self, first: QWidget) -> None:
        """Come up, with the keyboard on ``first``."""
        if self.isHidden():
            self._came_from = self.window().focusWidget()
            # Only while open: a filter in Python is asked about every event of the page beneath.
            self._over.installEventFilter(self)
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_sheet(self) -> None:
        """Go away and give the keyboard back to where it was."""
        if self.isHidden():
            return
        self._over.removeEventFilter(self)
        self.hide()
        back = self._came_from
        self._came_from = None
        try:
            if back is not None and back.isVisible():
                back.setFocus(Qt.FocusReason.OtherFocusReason)
        except RuntimeError:  # It was deleted by a refresh meanwhile.
            pass
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # While Python lets go of the page, the filter is still asked, with nothing left of this object but its shell.
        if watched is getattr(self, "_over", None) and event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        stops = [
            child
            for child in self.findChildren(QWidget)
            if child.isVisible() and child.isEnabled() and child.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        if not stops:
            return True
        here = self.window().focusWidget()
        at = next((index for index, stop in enumerate(stops) if stop is here or stop.focusProxy() is here), -1)
        step = 1 if forward else -1
        stops[(at + step) % len(stops)].setFocus(
            Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
        # Everything else ends here: the page beneath must not act on it.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        veil = QColor(look.background)
        veil.setAlphaF(0.72)
        QPainter(self).fillRect(self.rect(), veil)


class Board(QWidget):
    """The raised board a sheet's words stand on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet-board")

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        paint.draw_box(painter, QRectF(self.rect()), theme.RADIUS_CARD, look.raised, look.strong_line)


class ConfirmSheet(Overlay):
    """Asks once: what will happen, what it costs, and a button that says the deed; optionally a reason to type.

    ``accepted`` carries the typed reason (empty where none was asked for). The sheet stays open and busy until
    :meth:`close_sheet` or :meth:`set_trouble` is called, so that a failure is told where the deed was asked for.
    """

    accepted = Signal(str)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("confirm-sheet")
        self._needs_reason = 0
        self._accept_word = ""
        board = Board()
        board.setMaximumWidth(_WIDTH)
        board.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._title = Text("", Role.HEADING, wrap=True)
        self._words = Text("", Role.BODY14, wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self._label = Text("", Role.BODY13, Tone.DIM)
        self.reason = QLineEdit()
        self._label.setBuddy(self.reason)
        self.reason.textChanged.connect(self._check)
        self.reason.returnPressed.connect(self._accept)
        self._trouble = Text("", Role.BODY13, Tone.BAD, wrap=True)
        self.cancel = Button(self.tr("Cancel"))
        self.accept = Button("", Kind.PRIMARY)
        self.cancel.clicked.connect(self.close_sheet)
        self.accept.clicked.connect(self._accept)
        inner = QWidget()
        inner.setObjectName("page")
        words = QVBoxLayout(inner)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(10)
        words.addWidget(self._title)
        words.addWidget(self._words)
        words.addLayout(self._list)
        words.addWidget(self._label)
        words.addWidget(self.reason)
        words.addWidget(self._trouble)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.accept)
        column = QVBoxLayout(board)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(16)
        self._scroll = _Fitting(inner)
        column.addWidget(self._scroll)
        column.addLayout(buttons)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(board, 1000)
        row.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.addStretch(2)
        outer.addLayout(row, 1000)
        outer.addStretch(3)

    def ask(
        self,
        *,
        title: str,
        words: str,
        accept: str,
        lines: Sequence[tuple[str, str, Tone]] = (),
        reason: str = "",
        reason_length: int = 0,
        danger: bool = False,
    ) -> None:
        """Open. ``lines`` are sign, text and tone of what would happen; ``reason`` names a field to be filled in.

        The deed can be pressed once the reason has ``reason_length`` characters.
        """
        self._title.setText(title)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        while (item := self._list.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.setParent(None)
                old.deleteLater()
        for sign, text, tone in lines:
            self._list.addWidget(_Line(sign, text, tone))
        self._needs_reason = reason_length if reason else 0
        self._label.setText(reason)
        self._label.setVisible(bool(reason))
        self.reason.setVisible(bool(reason))
        self.reason.setAccessibleName(reason)
        self.reason.clear()
        self._accept_word = accept
        self.accept.set_kind(Kind.DANGER if danger else Kind.PRIMARY)
        self.set_trouble("")
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        # Where something is lost, Enter alone must not do it: the keyboard starts on the way back.
        self.show_over(self.reason if reason else self.cancel if danger else self.accept)

    def set_trouble(self, message: str) -> None:
        """Say why the deed failed; the sheet can be pressed again."""
        self._trouble.setText(message)
        self._trouble.setVisible(bool(message))
        self._scroll.fit()
        self.accept.set_busy(False, self._accept_word)
        self.reason.setEnabled(True)
        self._check()

    @property
    def trouble(self) -> str:
        """What the sheet says went wrong."""
        return self._trouble.text()

    def _check(self) -> None:
        self.accept.setEnabled(len(self.reason.text().strip()) >= self._needs_reason)

    def _accept(self) -> None:
        if not self.accept.isEnabled():
            return
        self.accept.set_busy(True)
        self.reason.setEnabled(False)
        self.accepted.emit(self.reason.text().strip())


class SideSheet(Overlay):
    """A sheet at the right edge that leaves the page beside it in sight; a press beside it closes it."""

    def __init__(self, over: QWidget, content: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("side-sheet")
        self._board = Board(self)
        column = QVBoxLayout(self._board)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(content)
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 12, 12, 12)
        row.addStretch(1)
        self._board.setMaximumWidth(_SIDE)
        row.addWidget(self._board, 1000)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._board.geometry().contains(event.position().toPoint()):
            self.close_sheet()


class _Fitting(QScrollArea):
    """As high as its content while there is room, scrolling where there is none."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = inner
        self.setWidget(inner)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Take the height that the content needs at this width."""
        layout = self._inner.layout()
        if layout is not None:
            layout.activate()
            wanted = max(layout.totalHeightForWidth(self.viewport().width()), 24)
            self.setMaximumHeight(wanted)
            self.setMinimumHeight(min(wanted, 96))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.maximumHeight())


class _Line(QWidget):
    """One thing that would happen: its sign and its words."""

    def __init__(self, sign: str, text: str, tone: Tone) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        mark = Text(sign, Role.MONO_STRONG, tone)
        mark.setFixedWidth(16)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Text(text, Role.BODY13, wrap=True), 1)
        self.setAccessibleName(text)
