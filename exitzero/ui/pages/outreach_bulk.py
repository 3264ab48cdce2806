"""The bar that comes up when several targets are chosen: one press changes all of them, one *Undo* takes it back."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QInputDialog, QMenu, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.layout import Flow
from exitzero.ui.theme import Role
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Button, Kind, Text
from exitzero.work.outreach.views import STAGES, BulkEdit


class BulkBar(QWidget):
    """What can be done with all that is chosen. ``wanted`` carries the edit and words for it."""

    wanted = Signal(object, str)
    cleared = Signal()
    exported = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tags: Sequence[str] = ()
        self.today: date | None = None
        self.count = Text("", Role.STRONG13)
        self.stage = Button(self.tr("Move to"), small=True)
        self.tag = Button(self.tr("Tag"), small=True)
        self.untag = Button(self.tr("Remove tag"), small=True)
        self.later = Button(self.tr("Follow up"), small=True)
        self.archive = Button(self.tr("Archive"), small=True)
        self.delete = Button(self.tr("Delete"), Kind.DANGER, small=True)
        none = Button(self.tr("Choose none"), Kind.QUIET, small=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 6, 8, 6)
        holder = QWidget()
        outer.addWidget(holder)
        flow = Flow(holder, spacing=6)
        self.count.setMinimumHeight(28)
        self.count.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        for widget in (self.count, self.stage, self.tag, self.untag, self.later, self.archive, self.delete, none):
            flow.addWidget(widget)
        self.stage.clicked.connect(self._stages)
        self.tag.clicked.connect(partial(self._tags, add=True))
        self.untag.clicked.connect(partial(self._tags, add=False))
        self.later.clicked.connect(self._days)
        self.archive.clicked.connect(self._archive)
        self.delete.clicked.connect(self._delete)
        none.clicked.connect(self.cleared)
        self.hide()

    def show_count(self, count: int) -> None:
        """Say how many are chosen; with none it goes."""
        self.count.setText(self.tr("{0} chosen").format(count))
        self.setVisible(count > 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        paint.draw_box(painter, QRectF(self.rect()), 8, theme.mix(look.info, look.panel, 0.1), look.line)

    def _stages(self) -> None:
        menu = self._menu()
        for stage in STAGES:
            title = told.stage_title(stage)
            words = self.tr("moved to {0}").format(title)
            menu.addAction(title, partial(self.wanted.emit, BulkEdit(stage=stage), words))
        self._popup(menu, self.stage)

    def _tags(self, _checked: bool = False, *, add: bool) -> None:
        menu = self._menu()
        for tag in self.tags[:24]:
            edit = BulkEdit(add_tags=(tag,)) if add else BulkEdit(remove_tags=(tag,))
            words = (self.tr("tagged {0}") if add else self.tr("no longer tagged {0}")).format(tag)
            menu.addAction(tag, partial(self.wanted.emit, edit, words))
        if add:
            menu.addSeparator()
            menu.addAction(self.tr("A new tag…"), self._new_tag)
        elif not self.tags:
            menu.addAction(self.tr("There are no tags")).setEnabled(False)
        self._popup(menu, self.tag if add else self.untag)

    def _new_tag(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Tag"))
        dialog.setLabelText(self.tr("Tag for all that are chosen"))
        dialog.textValueSelected.connect(self._tag_named)
        dialog.open()

    def _tag_named(self, text: str) -> None:
        tag = text.strip().lstrip("#")
        if tag:
            self.wanted.emit(BulkEdit(add_tags=(tag,)), self.tr("tagged {0}").format(tag))

    def _days(self) -> None:
        menu = self._menu()
        today = self.today
        for title, days in ((self.tr("Today"), 0), (self.tr("In 3 days"), 3), (self.tr("In a week"), 7)):
            if today is not None:
                edit = BulkEdit(follow_up=today + timedelta(days=days))
                menu.addAction(title, partial(self.wanted.emit, edit, self.tr("follow up set")))
        menu.addAction(
            self.tr("None"), partial(self.wanted.emit, BulkEdit(no_follow_up=True), self.tr("no follow-up any more"))
        )
        self._popup(menu, self.later)

    def _archive(self) -> None:
        self.wanted.emit(BulkEdit(archive=True), self.tr("archived"))

    def _delete(self) -> None:
        self.wanted.emit(BulkEdit(delete=True), self.tr("deleted"))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _popup(self, menu: QMenu, button: Button) -> None:
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))
