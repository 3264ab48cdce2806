"""What the outreach page and a target's page share: the log sheet, the form, the line with *Undo*, and their keys."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from exitzero.core.errors import ExitZeroError
from exitzero.core.topics import Topic
from exitzero.ui.dialogs import Overlay, SideSheet
from exitzero.ui.link import Link
from exitzero.ui.page import UnseenPage
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.outreach_add import AddForm
from exitzero.ui.pages.outreach_log import LogForm
from exitzero.ui.pages.outreach_pane import today_of
from exitzero.ui.pages.wording import own_zone
from exitzero.ui.theme import Tone
from exitzero.ui.widgets.toast import Toast
from exitzero.work.outreach.views import Facets, OutreachToday, ProofView, TargetEdit, TargetView


class OutreachPage(UnseenPage):
    """A page that logs, adds and takes back."""

    topics = frozenset({Topic.OUTREACH, Topic.DAY, Topic.SOURCES})

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.outreach_today: OutreachToday | None = None
        self._undo_proof = ""
        self._zone = own_zone(link)
        self.sheets: list[Overlay] = []
        # The page's keys work while the keyboard is anywhere on it, so it has to come here with the eyes.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        link.watch.changed.connect(self._watched)

    def make_sheets(self) -> None:
        """Build what comes up over the page; after its own parts."""
        self.toast = Toast(self)
        self.toast.activated.connect(self._take_back)
        self.log = LogForm(self.link)
        self.log.logged.connect(self._logged)
        self.log_sheet = SideSheet(self, self.log)
        self.log.cancelled.connect(self.log_sheet.close_sheet)
        self.add = AddForm(self.link)
        self.add.added.connect(self._added)
        self.add.changed_target.connect(self._changed_target)
        self.add_sheet = SideSheet(self, self.add)
        self.add.cancelled.connect(self.add_sheet.close_sheet)
        self.sheets = [self.log_sheet, self.add_sheet]
        for keys, deed in (
            (QKeySequence("Ctrl+Z"), self.undo),
            (QKeySequence("Ctrl+Shift+Z"), self.redo),
            (QKeySequence("Ctrl+Y"), self.redo),
            (QKeySequence("Z"), self.undo),
        ):
            self.bind_key(keys, deed)

    def bind_key(self, keys: QKeySequence, deed: Callable[[], object]) -> None:
        """Do this on a key while the page is shown, but not while a sheet is open or where one types."""
        shortcut = QShortcut(keys, self)
        # The keyboard may be on the rail, or nowhere once the row that had it is gone; hidden pages hear nothing.
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(lambda: None if self.has_sheet else deed())

    def visit(self) -> None:
        here: QWidget | None = self.window().focusWidget()
        if here is None or not self.isAncestorOf(here):
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if hasattr(self, "toast"):
            self.toast.hide()  # when one comes back, its *Undo* would take back something else

    def forget(self) -> None:
        """What is shown was told in the hours of another zone: tell it anew."""
        self.refresh_when_seen()

    @property
    def has_sheet(self) -> bool:
        """Whether a sheet is open."""
        return any(sheet.is_open for sheet in self.sheets)

    def ask_today(self) -> None:
        """Ask how far the day is, and what forms may offer."""
        self.link.ask(lambda questions: questions.outreach.today(), self._today_came, self._today_failed)
        self.link.ask(lambda questions: questions.outreach.facets(), self._facets_came)

    def show_today(self, today: OutreachToday) -> None:
        """Show how far the day is."""

    def open_log(self, target: TargetView | None = None) -> None:
        """Log an outreach, to this target if one is given."""
        self.toast.hide()
        self.log_sheet.show_over(self.log.begin(target))

    def open_add(self, line: str = "") -> None:
        """Add a target."""
        self.toast.hide()
        self.add_sheet.show_over(self.add.begin(today_of(self.link), line))

    def open_change(self, edit: TargetEdit) -> None:
        """Change a target by its form."""
        self.toast.hide()
        self.add_sheet.show_over(self.add.begin_change(edit, today_of(self.link)))

    def say(self, words: str, tone: Tone = Tone.GOOD, can_undo: bool = False) -> None:
        """Say what was done; *Undo* stands beside it if it can be taken back."""
        self._undo_proof = ""
        self.toast.say(words, tone=tone, action=self.tr("Undo") if can_undo else "")

    def undo(self) -> None:
        """Take the last step back; while a proof that was just logged is told, that one."""
        if self._undo_proof and self.toast.isVisible():
            self._take_back()
            return
        self._undo_proof = ""
        self.toast.hide()
        self.link.do(lambda actions: actions.outreach.undo(), self._undone, self._not_undone)

    def redo(self) -> None:
        """Do the step again that was taken back."""
        self.toast.hide()
        self.link.do(lambda actions: actions.outreach.redo(), self._redone, self._not_undone)

    def done(self, action: Callable[[Any], Any], words: str) -> None:
        """Do something that can be undone and say so."""
        self.link.do(lambda actions: (action(actions), words)[1], self._did, self._not_undone)

    def _watched(self, _today: object) -> None:
        zone = own_zone(self.link)
        if zone != self._zone:
            self._zone = zone
            self.forget()

    def _did(self, words: str) -> None:
        if words:
            self.say(words, can_undo=True)

    def _take_back(self) -> None:
        key = self._undo_proof
        if not key:
            self.undo()
            return
        self._undo_proof = ""
        self.toast.hide()
        self.link.do(lambda actions: actions.outreach.withdraw(key), self._withdrawn, self._not_undone)

    def _withdrawn(self, _nothing: object) -> None:
        self.say(self.tr("The proof is taken back; it may be logged again."))

    def _undone(self, words: str) -> None:
        if words:
            self.toast.say(self.tr("Undone: {0}").format(words), action="")
        else:
            self.toast.say(self.tr("There is nothing to undo."), tone=Tone.INFO)

    def _redone(self, words: str) -> None:
        if words:
            self.say(self.tr("Done again: {0}").format(words), can_undo=True)
        else:
            self.toast.say(self.tr("There is nothing to do again."), tone=Tone.INFO)

    def _not_undone(self, error: Exception) -> bool:
        title, advice = told.said(error)
        self.say(f"{title} {advice}".strip(), Tone.BAD)
        return isinstance(error, ExitZeroError)

    def _logged(self, proof: ProofView) -> None:
        self.log_sheet.close_sheet()
        today = self.outreach_today
        count = f" {today.count + 1} of {today.target} today." if today is not None and today.target else ""
        weak = self.tr(" It is weak, and marked so.") if proof.weak else ""
        self.say(self.tr("Proved: {0}.").format(proof.target_name) + count + weak)
        if proof.withdrawable:
            self._undo_proof = proof.key
            self.toast.say(self.toast.text.text(), action=self.tr("Take back"))

    def _added(self, _number: int, name: str) -> None:
        self.add_sheet.close_sheet()
        self.say(self.tr("{0} is added").format(name), can_undo=True)

    def _changed_target(self, name: str) -> None:
        self.add_sheet.close_sheet()
        self.say(self.tr("{0} is changed").format(name), can_undo=True)

    def _today_came(self, today: OutreachToday) -> None:
        self.outreach_today = today
        self.log.show_quota(today.count, today.target)
        self.show_today(today)

    def _today_failed(self, error: Exception) -> bool:
        return isinstance(error, ExitZeroError)

    def _facets_came(self, facets: Facets) -> None:
        self.add.set_facets(facets)
