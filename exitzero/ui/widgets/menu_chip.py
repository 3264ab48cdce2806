"""A chip that opens a menu of choices, and says on itself what is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from exitzero.ui import theme
from exitzero.ui.widgets.button import Button


class _LastingMenu(QMenu):
    """Stays open while several choices are made."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action: QAction | None = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action: QAction | None = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and action.isCheckable():
            action.trigger()
        else:
            super().keyPressEvent(event)


class MenuChip(Button):
    """Chooses any number of words. ``changed`` when another set of them is chosen."""

    changed = Signal()

    def __init__(self, title: str, choices: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent, small=True)
        self._title = title
        self._actions: dict[str, QAction] = {}
        self._menu = _LastingMenu(self)
        self._menu.aboutToHide.connect(self.update)
        self.clicked.connect(self.open_menu)
        self.set_choices(choices)

    @property
    def chosen(self) -> frozenset[str]:
        """The keys that are chosen; none for all."""
        return frozenset(key for key, action in self._actions.items() if action.isChecked())

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these, as title and key; what was chosen stays chosen where it is still there."""
        before = self.chosen
        if [(action.text(), key) for key, action in self._actions.items()] == list(choices):
            return
        self._menu.clear()
        self._actions = {}
        for title, key in choices:
            action = QAction(title, self._menu)
            action.setCheckable(True)
            action.setChecked(key in before)
            action.toggled.connect(self._toggled)
            self._menu.addAction(action)
            self._actions[key] = action
        if not choices:
            self._menu.addAction(self.tr("Nothing to choose from")).setEnabled(False)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("All"), self.clear)
        self._tell()

    def choose(self, keys: frozenset[str]) -> None:
        """Choose exactly these."""
        for key, action in self._actions.items():
            action.blockSignals(True)
            action.setChecked(key in keys)
            action.blockSignals(False)
        self._tell()

    def clear(self) -> None:
        """Choose none, which is all."""
        if self.chosen:
            self.choose(frozenset())
            self.changed.emit()

    def open_menu(self) -> None:
        """Show the choices below the chip."""
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = theme.current()
        painter = QPainter(self)
        if self.chosen and self.isEnabled():
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(look.info)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, theme.RADIUS_CONTROL, theme.RADIUS_CONTROL)

    def _toggled(self, _on: bool) -> None:
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        chosen = [action.text() for action in self._actions.values() if action.isChecked()]
        words = self._title
        if chosen:
            words = f"{self._title}: {chosen[0]}" + (f" +{len(chosen) - 1}" if len(chosen) > 1 else "")
        self.setText(f"{words} ▾")
        self.setAccessibleName(words)
        self.setAccessibleDescription(", ".join(chosen) or self.tr("all"))
        self.updateGeometry()
        self.update()
