"""What the views behind the outreach page's tabs share: they ask when they are seen, and what they do can be undone."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QLayout, QMenu, QWidget

from exitzero.core.errors import ExitZeroError
from exitzero.ui import format as words
from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.layout import empty_layout
from exitzero.ui.pages.wording import own_zone
from exitzero.ui.theme import Tone
from exitzero.work.outreach.views import STAGES, TargetView

SNOOZES = (("1 day", 1), ("3 days", 3), ("1 week", 7), ("2 weeks", 14))
"""By how much a follow-up is put off with one press."""


def today_of(link: Link) -> date:
    """The person's own day: the running one's label, else the date on this machine."""
    today = link.watch.today
    return today.label if today is not None else words.local(link.now(), link.machine_zone()).date()


def emptied(layout: QLayout) -> None:
    """Take every row away; a keyboard that is on one stays on the view, not on whatever comes next in the window."""
    here, view = QApplication.focusWidget(), layout.parentWidget()
    while view is not None and view.focusPolicy() == Qt.FocusPolicy.NoFocus:
        view = view.parentWidget()
    if here is not None and view is not None and here is not view:
        rows = [item.widget() for at in range(layout.count()) if (item := layout.itemAt(at)) is not None]
        if any(row is not None and (row is here or row.isAncestorOf(here)) for row in rows):
            view.setFocus(Qt.FocusReason.OtherFocusReason)
    empty_layout(layout)


class Pane(QWidget):
    """One view. ``said`` is for the line at the page's foot: words, tone and whether *Undo* belongs to it."""

    said = Signal(str, object, bool)
    opened = Signal(int)
    log_wanted = Signal(object)
    add_wanted = Signal()

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.link = link
        self.stale = True

    def refresh(self) -> None:
        """Ask for what is shown."""
        raise NotImplementedError

    def take_keyboard(self) -> None:
        """Let the keyboard be where keys are keys and not typed."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def forget(self) -> None:
        """Show the next answer anew, also if it is the same: it is told in other words now."""

    def refresh_when_seen(self) -> None:
        """Ask now if it is before the eyes, else as soon as it is."""
        self.stale = True
        if self.isVisible():
            self.stale = False
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.stale:
            self.stale = False
            self.refresh()

    def do(self, action: Callable[[Any], Any], done: str = "") -> None:
        """Do something that can be undone; ``done`` are the words for it."""
        self.link.do(lambda actions: (action(actions), done)[1], self._did, self._not_done)

    @property
    def zone(self) -> str:
        """Whose hours are shown."""
        return own_zone(self.link)

    @property
    def today(self) -> date:
        """The person's own day."""
        return today_of(self.link)

    def menu_for(self, target: TargetView, where: QPoint) -> QMenu:
        """Everything that can be done with one target, as a menu at this place of the screen."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Open"), lambda: self.opened.emit(target.id))
        menu.addAction(self.tr("Log an outreach"), lambda: self.log_wanted.emit(target))
        menu.addSeparator()
        stages = menu.addMenu(self.tr("Move to"))
        for stage in STAGES:
            entry = stages.addAction(told.stage_title(stage), partial(self.move_target, target, stage, None))
            entry.setEnabled(stage != target.stage)
        later = menu.addMenu(self.tr("Follow up in"))
        for title, days in SNOOZES:
            later.addAction(self.tr(title), partial(self.snooze, target, days, title))
        menu.addSeparator()
        menu.addAction(self.tr("Bring back") if target.archived else self.tr("Archive"), lambda: self.archive(target))
        menu.addAction(self.tr("Delete"), lambda: self.delete(target))
        menu.popup(where)
        return menu

    def move_target(self, target: TargetView, stage: str, before: int | None) -> None:
        """Put a target into a stage."""
        name, title = target.name, told.stage_title(stage)
        done = self.tr("{0} is in {1} now").format(name, title) if stage != target.stage else ""
        self.do(lambda actions: actions.outreach.move(target.id, stage, before), done)

    def snooze(self, target: TargetView, days: int, title: str) -> None:
        """Put the next contact off."""
        done = self.tr("{0}: follow up in {1}").format(target.name, self.tr(title))
        self.do(lambda actions: actions.outreach.snooze(target.id, days), done)

    def archive(self, target: TargetView) -> None:
        """Put a target out of sight, or back."""
        words_ = self.tr("{0} is back") if target.archived else self.tr("{0} is archived")
        self.do(lambda actions: actions.outreach.archive(target.id, not target.archived), words_.format(target.name))

    def delete(self, target: TargetView) -> None:
        """Delete a target; *Undo* brings it back."""
        self.do(lambda actions: actions.outreach.delete(target.id), self.tr("{0} is deleted").format(target.name))

    def _did(self, done: str) -> None:
        if done:
            self.said.emit(done, Tone.GOOD, True)

    def _not_done(self, error: Exception) -> bool:
        title, advice = told.said(error)
        self.said.emit(f"{title} {advice}".strip(), Tone.BAD, False)
        return isinstance(error, ExitZeroError)
