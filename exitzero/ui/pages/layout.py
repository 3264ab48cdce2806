"""How pages are laid out: columns that become one where there is no room, lines that break, tabs, pairs of words.

Shared by all pages, so that a form looks and answers the keyboard the same everywhere and nothing is cut on a small
or doubled screen.
"""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from exitzero.ui import theme
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Text

MARGIN = 20


def scrolled(parent: QWidget) -> tuple[QScrollArea, QVBoxLayout]:
    """Fill ``parent`` with a scroll area; gives it and the column to put the page's parts into."""
    area = _PageArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content = QWidget()
    content.setObjectName("page")
    column = QVBoxLayout(content)
    column.setContentsMargins(MARGIN, theme.GAP + 4, MARGIN, theme.GAP + 4)
    column.setSpacing(theme.GAP)
    area.setWidget(content)
    outer = QVBoxLayout(parent)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.setSpacing(0)
    outer.addWidget(area)
    return area, column


class _PageArea(QScrollArea):
    """Scrolls up and down only, and leaves the other arrow keys to the page."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            event.ignore()
        else:
            super().keyPressEvent(event)


def columned(breakpoint_width: int, *stretches: int) -> tuple["Columns", list[QVBoxLayout]]:
    """Columns to be put in their place while they are empty, and the layouts to fill them by.

    Qt dresses a whole subtree anew with each new parent, so a page is laid out from the ground up to its leaves.
    """
    sides = [QWidget() for _stretch in stretches]
    stacks = []
    for side in sides:
        stack = QVBoxLayout(side)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(theme.GAP)
        stacks.append(stack)
    return Columns(*sides, stretches=stretches, breakpoint_width=breakpoint_width), stacks


def keyed(button: QAbstractButton, keys: str, tip: str = "") -> QAbstractButton:
    """Give a button a key of its own, told in its tooltip and to screen readers."""
    button.setShortcut(keys)
    button.setToolTip(f"{tip or button.text()}  {keys}")
    button.setAccessibleDescription(keys)
    return button


class Columns(QWidget):
    """Widgets side by side, one above the other as soon as the width falls under ``breakpoint``."""

    def __init__(
        self,
        *widgets: QWidget,
        stretches: Sequence[int] = (),
        breakpoint_width: int = 880,
        gap: int = theme.GAP,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._breakpoint = breakpoint_width
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(gap)
        self._stretches = tuple(stretches) or (1,) * len(widgets)
        for widget, stretch in zip(widgets, self._stretches, strict=True):
            self._box.addWidget(widget, stretch)

    @property
    def stacked(self) -> bool:
        """Whether the columns stand one above the other."""
        return self._box.direction() is QBoxLayout.Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:
        # Side by side the widths add up; the layout must not be held to that, or it could never be narrowed.
        widths = [item.minimumSize().width() for item in self._items()]
        return QSize(max(widths, default=0), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wanted = (
            QBoxLayout.Direction.TopToBottom
            if event.size().width() < self._breakpoint
            else QBoxLayout.Direction.LeftToRight
        )
        if wanted is not self._box.direction():
            self._box.setDirection(wanted)
            stacked = wanted is QBoxLayout.Direction.TopToBottom
            for index, stretch in enumerate(self._stretches):
                self._box.setStretch(index, 0 if stacked else stretch)
            self.updateGeometry()

    def _items(self) -> Iterable[QLayoutItem]:
        for index in range(self._box.count()):
            item = self._box.itemAt(index)
            if item is not None:
                yield item


class Flow(QLayout):
    """Widgets in a line that breaks where the width ends, as words do."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 8) -> None:
        super().__init__(parent)
        self._flowing: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._flowing.append(item)

    def count(self) -> int:
        return len(self._flowing)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._flowing[index] if 0 <= index < len(self._flowing) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._flowing.pop(index) if 0 <= index < len(self._flowing) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        hints = [item.sizeHint() for item in self._flowing if not item.isEmpty()]
        width = sum(hint.width() for hint in hints) + self.spacing() * max(len(hints) - 1, 0)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._flowing if not item.isEmpty()]
        return QSize(
            max((size.width() for size in sizes), default=0), max((size.height() for size in sizes), default=0)
        )

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, tallest = rect.x(), rect.y(), 0
        for item in self._flowing:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if item.hasHeightForWidth():
                size.setHeight(item.heightForWidth(min(size.width(), max(rect.width(), 1))))
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, tallest = rect.x(), y + tallest + self.spacing(), 0
            size.setWidth(min(size.width(), max(rect.width(), 1)))
            if move:
                item.setGeometry(QRect(x, y, size.width(), size.height()))
            x += size.width() + self.spacing()
            tallest = max(tallest, size.height())
        return y + tallest - rect.y()


class Pairs(QWidget):
    """Names at the left, words at the right: the plain facts about something, to be read and copied."""

    def __init__(self, parent: QWidget | None = None, *, name_width: int = 116, mono: bool = False) -> None:
        super().__init__(parent)
        self._role = Role.MONO13 if mono else Role.BODY13
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, name_width)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[Text, Text]] = []

    def set_rows(self, rows: Sequence[tuple[str, str] | tuple[str, str, Tone]]) -> None:
        """Show these pairs; rows that are already there keep their widgets, so that a selection survives a refresh."""
        while len(self._rows) < len(rows):
            at = len(self._rows)
            name, words = Text("", Role.BODY13, Tone.DIM), Text("", self._role, wrap=True)
            words.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            words.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, at, 1, Qt.AlignmentFlag.AlignTop)
            self._rows.append((name, words))
        for index, (name, words) in enumerate(self._rows):
            shown = index < len(rows)
            name.setVisible(shown)
            words.setVisible(shown)
            if shown:
                row = rows[index]
                name.setText(row[0])
                if words.text() != row[1]:
                    words.setText(row[1])
                words.set_tone(row[2] if len(row) == 3 else Tone.PLAIN)
                words.setAccessibleName(f"{row[0]}: {row[1]}")

    def words(self, name: str) -> str:
        """What stands at a name, empty if it is not there."""
        for label, words in self._rows:
            if label.text() == name and not label.isHidden():
                return words.text()
        return ""


class Tabs(QWidget):
    """A few views of the same thing behind one line of names, each with how much is in it."""

    turned = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QTabBar()
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        self._bar.setUsesScrollButtons(True)
        self._bar.setElideMode(Qt.TextElideMode.ElideNone)
        self._stack = QStackedWidget()
        self._keys: list[str] = []
        self._names: list[str] = []
        self._corner = QWidget()
        self._corner_row = QHBoxLayout(self._corner)
        self._corner_row.setContentsMargins(0, 0, 0, 4)
        self._corner_row.setSpacing(8)
        self._corner_row.addStretch(1)
        self._corner.hide()
        head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setContentsMargins(6, 4, 8, 0)
        head.setSpacing(6)
        head.addWidget(self._bar, 1)
        head.addWidget(self._corner)
        self._head = head
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        self._line = Line()
        column.addWidget(self._line)
        column.addWidget(self._stack, 1)
        self._bar.currentChanged.connect(self._turn)

    def add(self, key: str, name: str, widget: QWidget) -> None:
        """Add a view."""
        self._keys.append(key)
        self._names.append(name)
        self._stack.addWidget(widget)
        self._bar.addTab(name)

    def add_corner(self, widget: QWidget) -> None:
        """Put a control at the right end of the line of names."""
        self._corner_row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._corner.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = self._bar.sizeHint().width() + self._corner.sizeHint().width() + 20
        narrow = event.size().width() < needed
        self._head.setDirection(QBoxLayout.Direction.BottomToTop if narrow else QBoxLayout.Direction.LeftToRight)

    def set_count(self, key: str, count: int, whole: int = 0) -> None:
        """Say how much is in a view, and of how much if it is only the newest part."""
        at = self._keys.index(key)
        words = str(count) if whole <= count else self.tr("{0} of {1}").format(count, whole)
        self._bar.setTabText(at, f"{self._names[at]}  {words}" if count else self._names[at])

    def set_names_visible(self, visible: bool) -> None:
        """Show the names, or only the view that is turned to."""
        self._bar.setVisible(visible)
        self._line.setVisible(visible)

    def turn_to(self, key: str) -> None:
        """Show a view."""
        self._bar.setCurrentIndex(self._keys.index(key))

    @property
    def current(self) -> str:
        """The key of the view that is shown."""
        return self._keys[self._bar.currentIndex()]

    def _turn(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        if 0 <= index < len(self._keys):
            self.turned.emit(self._keys[index])


class Line(QWidget):
    """A hairline between two parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().line)


def empty_layout(layout: QLayout) -> None:
    """Take everything out of a layout and let it be deleted."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        inner = item.layout()
        if inner is not None:
            empty_layout(inner)
