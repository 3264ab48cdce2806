"""Adding a target: by one line, by its form, or by pasting what was copied; and changing one by the same form."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from exitzero.core.errors import BadInput, ExitZeroError
from exitzero.ui.format import day_text
from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.fields import Field
from exitzero.ui.pages.layout import Line, Pairs, Tabs
from exitzero.ui.pages.outreach_drafts import DraftKeeper
from exitzero.ui.pages.outreach_sheet import SheetForm, TabPage, fit, plain
from exitzero.ui.pages.target_form import TargetForm
from exitzero.ui.theme import Tone
from exitzero.ui.widgets.card import Button, Kind
from exitzero.work.outreach import paste, quick
from exitzero.work.outreach.draft import Draft
from exitzero.work.outreach.views import Facets, TargetEdit

LINE, FORM, PASTE = "line", "form", "paste"


class AddForm(SheetForm):
    """One sheet for a new target and for a change. ``added`` carries the number and the name."""

    added = Signal(int, str)
    changed_target = Signal(str)

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__("Add a target", "Add target", parent)
        self.title.setText(self.tr("Add a target"))
        self.link = link
        self.today = date(2000, 1, 1)
        self._edits: int | None = None
        self._name = ""
        self._pasted: Draft | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText(self.tr("Ada Lovelace @ Analytical Engines, CTO #warm +3d"))
        self.line.textChanged.connect(self._line_typed)
        self.line.returnPressed.connect(self._submit)
        self.line_field = Field(self.tr("One line"), self.line)
        self.read = Pairs(name_width=104)
        self.read.hide()
        self.paste_box = QPlainTextEdit()
        self.paste_box.setTabChangesFocus(True)
        self.paste_box.setMinimumHeight(150)
        self.paste_box.setPlaceholderText(
            self.tr("A profile link, a job link, a sender's line, the lines of a profile page, a contact card")
        )
        self.paste_box.textChanged.connect(self._paste_typed)
        self.paste_field = Field(self.tr("What you copied"), self.paste_box)
        self.pasted = Pairs(name_width=104)
        self.pasted.hide()
        self.to_form = Button(self.tr("Continue in the form"), small=True)
        self.to_form.clicked.connect(self._paste_to_form)
        self.to_form.setEnabled(False)
        self.form = TargetForm()
        self.form.changed.connect(self._form_typed)
        self.form.submitted.connect(self._submit)
        self.restored = plain("", Tone.INFO)
        self.restored.hide()
        self.drop = Button(self.tr("Start empty"), Kind.QUIET, small=True)
        self.drop.clicked.connect(self.start_empty)
        self.drop.hide()
        self.tabs = Tabs()
        self._pages = {LINE: self._line_page(), FORM: TabPage(self.form), PASTE: self._paste_page()}
        self.tabs.add(LINE, self.tr("One line"), self._pages[LINE])
        self.tabs.add(FORM, self.tr("Form"), self._pages[FORM])
        self.tabs.add(PASTE, self.tr("Paste"), self._pages[PASTE])
        fit(self._pages, LINE)
        self.tabs.turned.connect(self._turned)
        self.body.addWidget(self.restored)
        self.body.addWidget(self.drop, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.tabs, 1)
        self.accepted.connect(self._submit)
        self.keeper = DraftKeeper(link, "add", self._as_json, self)
        self.keeper.found.connect(self._restore)
        self.keeper.look()

    def begin(self, today: date, line: str = "") -> QWidget:
        """Get ready for a new target; gives what the keyboard goes to."""
        self._set_day(today)
        if self._edits is not None:
            self.form.clear()
        self._edits = None
        self.title.setText(self.tr("Add a target"))
        self.set_accept(self.tr("Add target"))
        self.tabs.set_names_visible(True)
        if line:
            self.line.setText(line)
            self.tabs.turn_to(LINE)
        return self._first()

    def begin_change(self, edit: TargetEdit, today: date) -> QWidget:
        """Show a target's form; gives what the keyboard goes to."""
        self._set_day(today)
        self._edits = edit.id
        self.title.setText(self.tr("Change {0}").format(edit.name))
        self.set_accept(self.tr("Keep changes"))
        self.restored.hide()
        self.drop.hide()
        self.form.show_edit(edit)
        self.tabs.turn_to(FORM)
        self.tabs.set_names_visible(False)
        return self.form.name

    def set_facets(self, facets: Facets) -> None:
        """Offer what occurs already."""
        self.form.set_facets(facets)

    def start_empty(self) -> None:
        """Throw away what was half written."""
        self.line.clear()
        self.paste_box.clear()
        self.form.clear()
        self.restored.hide()
        self.drop.hide()
        self.keeper.forget()
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    # Reading what is typed

    def _line_typed(self, text: str) -> None:
        self.keeper.touch()
        self.line_field.set_trouble("")
        self.set_trouble("")
        if not text.strip():
            self.read.hide()
            return
        try:
            draft = quick.parse(text, today=self.today)
        except BadInput as error:
            self.line_field.set_trouble(error.message)
            self.read.hide()
            return
        self.read.set_rows(rows_of(draft))
        self.read.show()

    def _paste_typed(self) -> None:
        self.keeper.touch()
        self.paste_field.set_trouble("")
        text = self.paste_box.toPlainText()
        self._pasted = None
        if text.strip():
            try:
                self._pasted = paste.read_paste(text)
            except BadInput as error:
                self.paste_field.set_trouble(error.message)
        self.to_form.setEnabled(self._pasted is not None)
        self.pasted.setVisible(self._pasted is not None)
        if self._pasted is not None:
            self.pasted.set_rows(rows_of(self._pasted))

    def _paste_to_form(self) -> None:
        if self._pasted is not None:
            self.form.show_draft(self._pasted)
            self.tabs.turn_to(FORM)
            self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _form_typed(self) -> None:
        if self._edits is None:
            self.keeper.touch()
        self.set_trouble("")

    # Adding

    def _submit(self) -> None:
        if not self.accept.isEnabled():
            return
        way = self.tabs.current
        try:
            if way == LINE:
                draft = quick.parse(self.line.text(), today=self.today)
                self._name, line = draft.name, self.line.text()
                self._send(lambda actions: actions.outreach.quick(line))
            elif way == PASTE:
                self._submit_paste()
            else:
                edit = self.form.edit()
                self._name = edit.name
                if edit.id is None:
                    self._send(lambda actions: actions.outreach.add(edit))
                else:
                    self.set_busy(self.tr("Keeping"))
                    self.link.do(lambda actions: actions.outreach.change(edit), self._was_changed, self._failed)
        except BadInput as error:
            self._failed(error)

    def _submit_paste(self) -> None:
        if self._pasted is None:
            self.paste_field.set_trouble(self.tr("Paste something first."))
            return
        pasted = self._pasted.checked()
        self._name = pasted.name
        self._send(lambda actions: actions.outreach.add_draft(pasted))

    def _send(self, action: Any) -> None:
        self.set_busy(self.tr("Adding"))
        self.link.do(action, self._was_added, self._failed)

    def _was_added(self, number: int) -> None:
        self.set_trouble("")
        self.start_empty()
        self.added.emit(number, self._name)

    def _was_changed(self, _nothing: object) -> None:
        self.set_trouble("")
        self.changed_target.emit(self._name)

    def _failed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        title, advice = told.said(error, self.tr("It could not be kept."))
        field = error.field if isinstance(error, BadInput) else ""
        way = self.tabs.current
        self.set_trouble("")
        if way == LINE and isinstance(error, BadInput):
            self.line_field.set_trouble(title)
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        elif way == PASTE and field in {"paste", ""}:
            self.paste_field.set_trouble(title)
        elif way == PASTE and isinstance(error, BadInput):
            self._paste_to_form()
            self.form.set_trouble(field, title)
        elif not (isinstance(error, BadInput) and self.form.set_trouble(field, title)):
            self.set_trouble(f"{title} {advice}".strip())
        return known

    # The half-written form

    def _as_json(self) -> dict[str, Any] | None:
        if self._edits is not None:
            return None
        kept = {
            "line": self.line.text().strip(),
            "paste": self.paste_box.toPlainText().strip(),
            "form": self.form.as_json(),
        }
        return {"way": self.tabs.current, **kept} if any(kept.values()) else None

    def _restore(self, kept: Mapping[str, Any]) -> None:
        if self._as_json() is not None or self._edits is not None:
            return
        self.line.setText(str(kept.get("line") or ""))
        self.paste_box.setPlainText(str(kept.get("paste") or ""))
        form = kept.get("form")
        if isinstance(form, Mapping):
            self.form.show_json(form)
        way = str(kept.get("way") or LINE)
        self.tabs.turn_to(way if way in {LINE, FORM, PASTE} else LINE)
        self.restored.setText(self.tr("Half written earlier; nothing of it was lost."))
        self.restored.show()
        self.drop.show()

    # Inside

    def _set_day(self, today: date) -> None:
        self.today = today
        self.form.today = today
        self.set_trouble("")

    def _first(self) -> QWidget:
        return {LINE: self.line, FORM: self.form.name}.get(self.tabs.current, self.paste_box)

    def _turned(self, _key: str) -> None:
        fit(self._pages, self.tabs.current)
        self.set_trouble("")
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _line_page(self) -> TabPage:
        grammar = Pairs(name_width=190)
        example, _empty, *lines = quick.HELP.splitlines()
        parts = [re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in lines if line.strip()]
        grammar.set_rows([(part[0], part[1], Tone.DIM) for part in parts if len(part) == 2])
        self.line_field.set_hint(self.tr("For example: {0}").format(example))
        return TabPage(self.line_field, self.read, Line(), grammar)

    def _paste_page(self) -> TabPage:
        page = TabPage(self.paste_field, self.pasted)
        page.column.insertWidget(2, self.to_form, 0, Qt.AlignmentFlag.AlignLeft)
        return page


def rows_of(draft: Draft) -> list[tuple[str, str]]:
    """What was understood, as names and words."""
    said = [
        (told.tr("Name"), draft.name),
        (told.tr("Kind"), told.kind_title(draft.kind.value)),
        (told.tr("Company"), draft.company),
        (told.tr("Role"), draft.role),
        (told.tr("Platform"), told.platform_title(draft.platform.value) if draft.platform.value else ""),
        (told.tr("Link"), " ".join(link for link in (draft.link, *draft.links) if link)),
        (told.tr("E-mail"), draft.email),
        (told.tr("Stage"), told.stage_title(draft.stage.value)),
        (told.tr("Tags"), ", ".join(draft.tags)),
        (told.tr("Follow-up"), day_text(draft.follow_up, year=True) if draft.follow_up else ""),
        (told.tr("Where from"), draft.source),
        *((name, value) for name, value in draft.fields.items()),
        (told.tr("Notes"), draft.notes),
    ]
    return [(name, words) for name, words in said if words]
