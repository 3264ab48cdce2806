"""A clash: an interview that was changed here and in its calendar. Both stand side by side, and one is taken."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui.format import clock, day_text, local
from exitzero.ui.pages.layout import Line, empty_layout
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.calendar_items import as_item, place_name, tr
from exitzero.ui.widgets.card import Button, Card, Text
from exitzero.work.mocks.views import MockEdit, MockPage


def clash_rows(page: MockPage, remote: MockEdit, zone: str) -> list[tuple[str, str, str]]:
    """What both say, by name; rows that say the same twice stand there too, so that nothing is hidden."""
    view = page.view

    def when(edit: MockEdit | None) -> str:
        starts, ends, agreed = (
            (view.starts, view.ends, view.zone) if edit is None else (edit.starts, edit.ends, edit.zone)
        )
        words = f"{day_text(local(starts, zone).date())} {clock(starts, zone)}–{clock(ends, zone)}"
        same = local(starts, zone).utcoffset() == local(starts, agreed or zone).utcoffset()
        return words if same else f"{words} ({clock(starts, agreed)} {place_name(agreed)})"

    if not remote.title:
        return [
            (tr("Title"), as_item(view).title, tr("was deleted there")),
            (tr("Time"), when(None), ""),
        ]
    return [
        (tr("Title"), as_item(view).title, remote.title),
        (tr("Time"), when(None), when(remote)),
        (tr("Link"), view.link, remote.link),
        (tr("Notes"), page.notes, remote.notes),
    ]


class ClashCard(Card):
    """All clashes. ``settled`` carries the uid and what is kept: mine or theirs."""

    settled = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Clashes", parent)
        self.setObjectName("clash-card")
        self.set_title(self.tr("Changed on both sides"))
        self.set_accent(State.UNKNOWN)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self.body.addLayout(self._list)
        self.buttons: dict[tuple[str, str], Button] = {}
        self._shown: tuple[MockPage, ...] | None = None
        self.hide()

    def show_clashes(self, pages: Sequence[MockPage], zone: str) -> None:
        """Show these; none hides the card."""
        self.setVisible(bool(pages))
        if self._shown == tuple(pages):
            return
        self._shown = tuple(pages)
        empty_layout(self._list)
        self.buttons = {}
        self.set_note(str(len(pages)) if len(pages) > 1 else "")
        for at, page in enumerate(pages):
            if at:
                self._list.addWidget(Line())
            if page.remote is not None:
                self._list.addWidget(self._clash(page, page.remote, zone))

    def _clash(self, page: MockPage, remote: MockEdit, zone: str) -> QWidget:
        ground = QWidget()
        grid = QGridLayout(ground)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.addWidget(Text(self.tr("Here"), Role.LABEL12, Tone.DIM), 0, 1)
        grid.addWidget(Text(page.view.calendar or self.tr("There"), Role.LABEL12, Tone.DIM), 0, 2)
        row = 1
        for name, mine, theirs in clash_rows(page, remote, zone):
            if not mine and not theirs:
                continue
            grid.addWidget(Text(name, Role.BODY13, Tone.DIM), row, 0, Qt.AlignmentFlag.AlignTop)
            differs = mine != theirs
            for column, words in ((1, mine), (2, theirs)):
                label = Text(words or "–", Role.STRONG13 if differs else Role.BODY13, wrap=True)
                label.set_tone(Tone.UNKNOWN if differs else Tone.DIM)
                label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                label.setAccessibleName(f"{name}: {words}")
                grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
            row += 1
        for column, keep, words in ((1, "mine", self.tr("Keep mine")), (2, "theirs", self.tr("Take theirs"))):
            button = Button(words, small=True)
            button.setAccessibleName(f"{words}: {as_item(page.view).title}")
            button.clicked.connect(partial(self._settle, page.view.uid, keep))
            self.buttons[page.view.uid, keep] = button
            line = QHBoxLayout()
            line.addWidget(button)
            line.addStretch(1)
            grid.addLayout(line, row, column)
        return ground

    def _settle(self, uid: str, keep: str) -> None:
        for (each, _keep), button in self.buttons.items():
            if each == uid:
                button.set_busy(True)
        self.settled.emit(uid, keep)

    def rest(self) -> None:
        """It did not work; the buttons can be pressed again."""
        for button in self.buttons.values():
            button.set_busy(False)
