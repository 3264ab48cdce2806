"""The form of a target: every field with its own trouble below it, own fields as many as one likes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from exitzero.core.errors import BadInput
from exitzero.ui.format import day_text
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.fields import Choice, Field
from exitzero.ui.pages.layout import empty_layout
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Kind, Text
from exitzero.work.outreach.days import day_from
from exitzero.work.outreach.draft import Draft
from exitzero.work.outreach.views import STAGES, Facets, TargetEdit

_USUAL_FIELDS = ("priority", "salary")


class TargetForm(QWidget):
    """What can be said about a target. ``submitted`` on Ctrl+Enter or Enter in a line."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.today = date(2000, 1, 1)
        self._id: int | None = None
        self._cadence: tuple[int, ...] = ()
        self._links: tuple[str, ...] = ()
        self._filling = False
        self._names: tuple[str, ...] = _USUAL_FIELDS
        self.kind = Choice([(told.kind_title("person"), "person"), (told.kind_title("company"), "company")])
        self.name, self.company, self.role = QLineEdit(), QLineEdit(), QLineEdit()
        self.platform = Choice([(told.platform_title(key), key) for key in told.PLATFORM_TITLES])
        self.stage = Choice([(told.stage_title(key), key) for key in STAGES])
        self.link, self.email, self.tags = QLineEdit(), QLineEdit(), QLineEdit()
        self.source, self.follow_up = QLineEdit(), QLineEdit()
        self.notes = QPlainTextEdit()
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(84)
        self.link.setPlaceholderText("https://")
        self.follow_up.setPlaceholderText(self.tr("+3d, fri, 2026-12-01"))
        self.tags.setPlaceholderText(self.tr("warm, remote"))
        self.fields = {
            "kind": Field(self.tr("Kind"), self.kind),
            "name": Field(self.tr("Name"), self.name),
            "company": Field(self.tr("Company"), self.company),
            "role": Field(self.tr("Role"), self.role),
            "platform": Field(self.tr("Platform"), self.platform),
            "stage": Field(self.tr("Stage"), self.stage),
            "link": Field(self.tr("Link"), self.link, self.tr("Profile or job page; several with spaces between")),
            "email": Field(self.tr("E-mail"), self.email),
            "tags": Field(self.tr("Tags"), self.tags, self.tr("With commas between")),
            "source": Field(self.tr("Where from"), self.source),
            "follow_up": Field(self.tr("Next follow-up"), self.follow_up),
            "notes": Field(self.tr("Notes"), self.notes),
        }
        self.own_rows: list[tuple[QComboBox, QLineEdit]] = []
        self._own = QVBoxLayout()
        self._own.setSpacing(6)
        self.own_trouble = Text("", Role.SMALL12, Tone.BAD, wrap=True)
        self.own_trouble.hide()
        self.add_own = Button(self.tr("Add a field"), Kind.QUIET, icon="plus", small=True)
        self.add_own.clicked.connect(self._add_own)
        self._lay_out()
        for line in self._lines():
            line.textChanged.connect(self._touched)
            line.returnPressed.connect(self.submitted)
        self.notes.textChanged.connect(self._touched)
        self.notes.installEventFilter(self)
        for choice in (self.kind, self.platform, self.stage):
            choice.currentIndexChanged.connect(self._touched)
        self.follow_up.textChanged.connect(self._read_day)

    def set_facets(self, facets: Facets) -> None:
        """Offer what occurs already while typing."""
        for line, found in (
            (self.company, [name for _number, name in facets.companies]),
            (self.source, list(facets.sources)),
        ):
            completer = QCompleter(found, line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            line.setCompleter(completer)
        self._names = tuple(dict.fromkeys((*facets.fields, *_USUAL_FIELDS)))
        if facets.tags:
            most = ", ".join(facets.tags[:5])
            self.fields["tags"].set_hint(self.tr("With commas between. In use: {0}").format(most))

    def show_edit(self, edit: TargetEdit) -> None:
        """Fill the form; ``edit.id`` is kept for :meth:`edit`."""
        self._filling = True
        self._id, self._cadence, self._links = edit.id, edit.cadence, ()
        self.kind.choose(edit.kind)
        self.name.setText(edit.name)
        self.company.setText(edit.company)
        self.role.setText(edit.role)
        self.platform.choose(edit.platform)
        self.stage.choose(edit.stage)
        self.link.setText(" ".join(link for link in (edit.link, *edit.links) if link))
        self.email.setText(edit.email)
        self.tags.setText(", ".join(edit.tags))
        self.source.setText(edit.source)
        self.follow_up.setText(edit.follow_up.isoformat() if edit.follow_up else "")
        self.notes.setPlainText(edit.notes)
        self._show_own(edit.fields)
        self.clear_trouble()
        self._filling = False

    def show_draft(self, draft: Draft) -> None:
        """Fill the form with what was read from a line or a paste."""
        self.show_edit(
            TargetEdit(
                name=draft.name,
                kind=draft.kind.value,
                company=draft.company,
                role=draft.role,
                stage=draft.stage.value,
                platform=draft.platform.value,
                link=draft.link,
                links=draft.links,
                email=draft.email,
                tags=draft.tags,
                notes=draft.notes,
                source=draft.source,
                fields=draft.fields,
                follow_up=draft.follow_up,
            )
        )

    def clear(self) -> None:
        """An empty form."""
        self.show_edit(TargetEdit(name=""))

    def edit(self) -> TargetEdit:
        """What the form says. Raises :class:`BadInput` at a field that cannot be read."""
        links = self.link.text().replace(",", " ").split()
        day = self.follow_up.text().strip()
        follow_up = day_from(day, today=self.today) if day else None
        if day and follow_up is None:
            raise BadInput("follow_up", self.tr("Write a day as +3d, fri, tomorrow or 2026-12-01."))
        return TargetEdit(
            name=self.name.text().strip(),
            kind=str(self.kind.currentData()),
            id=self._id,
            company=self.company.text().strip(),
            role=self.role.text().strip(),
            stage=str(self.stage.currentData()),
            platform=str(self.platform.currentData()),
            link=links[0] if links else "",
            links=tuple(links[1:]),
            email=self.email.text().strip(),
            tags=tuple(tag.strip().lstrip("#") for tag in self.tags.text().split(",") if tag.strip()),
            notes=self.notes.toPlainText().strip(),
            source=self.source.text().strip(),
            fields={
                name.currentText().strip(): value.text().strip()
                for name, value in self.own_rows
                if name.currentText().strip() and value.text().strip()
            },
            follow_up=follow_up,
            cadence=self._cadence,
        )

    def as_json(self) -> dict[str, Any] | None:
        """What is typed, for keeping a half-written form; ``None`` for an empty one."""
        day = self.follow_up.text().strip()
        try:
            values = asdict(self.edit())
        except BadInput:
            kept = self.follow_up.text()
            self._filling = True
            self.follow_up.clear()
            values = asdict(self.edit())
            self.follow_up.setText(kept)
            self._filling = False
        values["follow_up"] = day
        values["fields"] = dict(values["fields"])
        said = ("name", "company", "role", "link", "email", "tags", "notes", "source", "follow_up", "fields")
        return values if any(values[each] for each in said) else None

    def show_json(self, values: Mapping[str, Any]) -> None:
        """Fill the form with what :meth:`as_json` gave."""
        known = {name: values[name] for name in TargetEdit.__slots__ if name in values}
        day = str(known.pop("follow_up", "") or "")
        for name in ("links", "tags", "cadence"):
            known[name] = tuple(known.get(name) or ())
        self.show_edit(TargetEdit(**known))
        self.follow_up.setText(day)

    def set_trouble(self, field: str, message: str) -> bool:
        """Say what is wrong at its field; False where the form has no such field."""
        self.clear_trouble()
        key = {"links": "link", "tag": "tags", "": "name"}.get(field, field)
        if key.startswith("field"):
            self.own_trouble.setText(message)
            self.own_trouble.show()
            return True
        found = self.fields.get(key)
        if found is None:
            return False
        found.set_trouble(message)
        found.control.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def clear_trouble(self) -> None:
        """Nothing is wrong."""
        self.own_trouble.hide()
        for field in self.fields.values():
            field.set_trouble("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.notes and event.type() == QEvent.Type.KeyPress:
            pressed: Any = event
            enter = pressed.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            if enter and pressed.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.submitted.emit()
                return True
        return False

    def _lines(self) -> Sequence[QLineEdit]:
        return (
            self.name,
            self.company,
            self.role,
            self.link,
            self.email,
            self.tags,
            self.source,
            self.follow_up,
        )

    def _touched(self) -> None:
        company = self.kind.currentData() == "company"
        self.fields["company"].setVisible(not company)
        if not self._filling:
            self.clear_trouble()
            self.changed.emit()

    def _read_day(self, text: str) -> None:
        field = self.fields["follow_up"]
        try:
            day = day_from(text.strip(), today=self.today) if text.strip() else None
        except BadInput as error:
            field.set_hint(error.message)
            return
        usual = self.tr("Empty: set by itself after a proved contact")
        unread = self.tr("Not a day yet") if text.strip() else usual
        field.set_hint(day_text(day, year=True) if day is not None else unread)

    def _show_own(self, fields: Mapping[str, str]) -> None:
        self.own_rows = []
        empty_layout(self._own)
        for name, value in fields.items():
            self._row(name, value)

    def _add_own(self) -> None:
        used = {name.currentText() for name, _value in self.own_rows}
        free = next((name for name in self._names if name not in used), "")
        name, value = self._row(free, "")
        (value if free else name).setFocus(Qt.FocusReason.TabFocusReason)

    def _row(self, name: str, value: str) -> tuple[QComboBox, QLineEdit]:
        names = QComboBox()
        names.setEditable(True)
        names.addItems(list(self._names))
        names.setCurrentText(name)
        names.setFixedWidth(168)
        names.setAccessibleName(self.tr("Name of the field"))
        line = QLineEdit(value)
        line.setAccessibleName(self.tr("What stands in it"))
        line.textChanged.connect(self._touched)
        line.returnPressed.connect(self.submitted)
        names.currentTextChanged.connect(self._touched)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(names)
        row.addWidget(line, 1)
        self._own.addWidget(holder)
        self.own_rows.append((names, line))
        return names, line

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        pairs = (
            ("name", "kind"),
            ("company", "role"),
            ("platform", "stage"),
            ("link", "email"),
            ("follow_up", "source"),
            ("tags", ""),
        )
        for at, (left, right) in enumerate(pairs):
            grid.addWidget(self.fields[left], at, 0, 1, 1 if right else 2, Qt.AlignmentFlag.AlignTop)
            if right:
                grid.addWidget(self.fields[right], at, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(grid)
        column.addWidget(self.fields["notes"])
        column.addWidget(Text(self.tr("Your own fields"), Role.BODY13, Tone.DIM))
        column.addLayout(self._own)
        column.addWidget(self.own_trouble)
        line = QHBoxLayout()
        line.addWidget(self.add_own)
        line.addStretch(1)
        column.addLayout(line)
        self._read_day("")
