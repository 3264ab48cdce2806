"""How an interview went: sat or not, the score sheet, what to study, and what proves it.

Everything but the outcome may stay empty: an honest *missed* must take one key, or nobody would say it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from exitzero.ui.format import clock, day_text, local
from exitzero.ui.pages.fields import Field
from exitzero.ui.pages.layout import Flow, Line, empty_layout
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.calendar_items import as_item
from exitzero.ui.widgets.card import Button, Kind, Text
from exitzero.ui.widgets.score_row import ScoreRow
from exitzero.work.mocks.views import SCORE_ROWS, MockPage, Outcome

_KEYS = {"complete": "C", "incomplete": "I", "missed": "X"}


class OutcomeForm(QWidget):
    """The score sheet of one interview. ``save_wanted`` carries an :class:`Outcome`; ``move_wanted`` its uid.

    ``rows_wanted`` carries the person's own rows after one was added or removed.
    """

    save_wanted = Signal(object)
    move_wanted = Signal(str)
    rows_wanted = Signal(object)
    details_wanted = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outcome-form")
        self._uid = ""
        self.rows: list[ScoreRow] = []
        self._begun: Outcome | None = None
        self._half: dict[str, Outcome] = {}

    def build(self) -> Iterator[None]:
        """Make the parts in steps; nothing else may be called before the last one."""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 16, 0, 14)
        outer.setSpacing(10)
        self.heading = Text("", Role.HEADING)
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.when = Text("", Role.BODY13, Tone.DIM)
        self.details = Button(self.tr("Its details"), Kind.QUIET, small=True)
        self.details.clicked.connect(lambda: self.details_wanted.emit(self._uid))
        head = QVBoxLayout()
        head.setContentsMargins(20, 0, 20, 0)
        head.setSpacing(2)
        line = QHBoxLayout()
        line.addWidget(self.heading, 1)
        line.addWidget(self.details)
        head.addLayout(line)
        head.addWidget(self.when)
        outer.addLayout(head)
        outer.addWidget(Line())
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 6, 20, 12)
        column.setSpacing(12)
        area.setWidget(inner)
        self._area = area
        outer.addWidget(area, 1)
        yield
        self._make_outcome(column)
        yield
        self._make_sheet(column)
        yield
        self._make_words(column)
        column.addStretch(1)
        outer.addWidget(Line())
        outer.addLayout(self._make_foot())

    def _make_outcome(self, column: QVBoxLayout) -> None:
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.outcomes: dict[str, Button] = {}
        row = Flow(spacing=8)
        for key, words in (
            ("complete", self.tr("● Complete")),
            ("incomplete", self.tr("▲ Incomplete")),
            ("missed", self.tr("■ Missed")),
        ):
            button = Button(words)
            button.setCheckable(True)
            button.setAccessibleName(words[2:])
            button.setToolTip(f"{words[2:]}  Alt+{_KEYS[key]}")
            button.setShortcut(f"Alt+{_KEYS[key]}")
            button.toggled.connect(self._outcome_changed)
            self._group.addButton(button)
            self.outcomes[key] = button
            row.addWidget(button)
        self.moved = Button(self.tr("It was moved…"), Kind.QUIET)
        self.moved.clicked.connect(lambda: self.move_wanted.emit(self._uid))
        row.addWidget(self.moved)
        column.addLayout(row)
        self.meaning = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.meaning.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column.addWidget(self.meaning)

    def _make_sheet(self, column: QVBoxLayout) -> None:
        self.sheet = QWidget()
        inner = QVBoxLayout(self.sheet)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(Text(self.tr("Score sheet"), Role.LABEL12, Tone.DIM), 1)
        self.average = Text("", Role.MONO14)
        head.addWidget(self.average)
        inner.addLayout(head)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        inner.addLayout(self._rows)
        own = QHBoxLayout()
        own.setSpacing(8)
        self.own = QLineEdit()
        self.own.setPlaceholderText(self.tr("A row of your own"))
        self.own.setAccessibleName(self.tr("A row of your own"))
        self.own.setMaximumWidth(260)
        self.own.returnPressed.connect(self._add_row)
        self.add = Button(self.tr("Add row"))
        self.add.clicked.connect(self._add_row)
        own.addWidget(self.own)
        own.addWidget(self.add)
        own.addStretch(1)
        inner.addSpacing(6)
        inner.addLayout(own)
        column.addWidget(self.sheet)

    def _make_words(self, column: QVBoxLayout) -> None:
        self.review, self.study = QPlainTextEdit(), QPlainTextEdit()
        for box in (self.review, self.study):
            box.setFixedHeight(76)
            box.setTabChangesFocus(True)
        self.proof = QLineEdit()
        self.proof.setPlaceholderText("https://")
        self.f_review = Field(self.tr("How it went"), self.review)
        self.f_study = Field(self.tr("What to study"), self.study)
        self.f_proof = Field(self.tr("Recording or feedback"), self.proof, self.tr("A link that shows it was sat."))
        for field in (self.f_study, self.f_review, self.f_proof):
            column.addWidget(field)

    def _make_foot(self) -> QHBoxLayout:
        self.trouble = Text("", Role.BODY13, Tone.BAD, wrap=True)
        self.trouble.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.back = Button(self.tr("Close"))
        self.back.clicked.connect(self.cancelled)
        self.save = Button(self.tr("Save"), Kind.PRIMARY)
        self.save.setToolTip("Ctrl+Return")
        self.save.clicked.connect(self.submit)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 0, 20, 0)
        foot.setSpacing(8)
        foot.addWidget(self.trouble, 1)
        foot.addWidget(self.back)
        foot.addWidget(self.save)
        return foot

    def begin(self, page: MockPage, rows: Sequence[str], zone: str) -> None:
        """Ask about this interview; ``rows`` are the rows of the sheet, one's own last."""
        view = page.view
        self._uid = view.uid
        self.heading.setText(as_item(view).title)
        here = local(view.starts, zone)
        about = [f"{day_text(here.date())} {clock(view.starts, zone)}–{clock(view.ends, zone)}"]
        self.when.setText(" · ".join([*about, *(part for part in (view.platform, view.partner, view.topic) if part)]))
        self._set_rows([*rows, *(name for name in page.scores if name not in rows)], page.scores)
        self.review.setPlainText(page.review)
        self.study.setPlainText(page.study)
        self.proof.setText(page.proof)
        self._group.setExclusive(False)
        for key, button in self.outcomes.items():
            button.setChecked(key == view.state)
        self._group.setExclusive(True)
        self.set_trouble("", "")
        self._outcome_changed()
        self._begun = self._said()
        if self._uid in self._half:
            self._put_back(self._half[self._uid])
        self._area.verticalScrollBar().setValue(0)

    def keep(self) -> None:
        """Keep what was filled in and not saved, until this interview is asked about again."""
        if not self._uid:
            return
        said = self._said()
        if said == self._begun:
            self._half.pop(self._uid, None)
        else:
            self._half[self._uid] = said

    def forget(self) -> None:
        """What stands here is saved."""
        self._begun = self._said()
        self._half.pop(self._uid, None)

    def _said(self) -> Outcome:
        return Outcome(
            uid=self._uid,
            outcome=self.outcome,
            scores={row.name: row.score for row in self.rows if row.score},
            review=self.review.toPlainText().strip(),
            study=self.study.toPlainText().strip(),
            proof=self.proof.text().strip(),
        )

    def _put_back(self, half: Outcome) -> None:
        for row in self.rows:
            row.set_score(half.scores.get(row.name, 0))
        self._scored()
        self.review.setPlainText(half.review)
        self.study.setPlainText(half.study)
        self.proof.setText(half.proof)
        if half.outcome:
            self.outcomes[half.outcome].setChecked(True)

    @property
    def outcome(self) -> str:
        """What is chosen, empty if nothing is."""
        return next((key for key, button in self.outcomes.items() if button.isChecked()), "")

    def submit(self) -> None:
        """Ask for it to be saved."""
        if not self.save.isEnabled():
            return
        if not self.outcome:
            self.set_trouble("outcome", self.tr("Say first whether it was sat."))
            return
        self.set_trouble("", "")
        self.save.set_busy(True)
        said = self._said()
        self.save_wanted.emit(replace(said, scores={}) if said.outcome == "missed" else said)

    def set_trouble(self, field: str, message: str) -> None:
        """Say what is wrong, at the field if it is here; what was typed stays."""
        self.save.set_busy(False)
        places = {"review": self.f_review, "study": self.f_study, "proof": self.f_proof}
        for each in places.values():
            each.set_trouble("")
        place = places.get(field)
        self.trouble.setText("" if place is not None else message)
        if place is not None and message:
            place.set_trouble(message)
            self._area.ensureWidgetVisible(place, 0, 40)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submit()
        else:
            super().keyPressEvent(event)

    def _set_rows(self, names: Sequence[str], scores: Mapping[str, int]) -> None:
        empty_layout(self._rows)
        self.rows = []
        for name in names:
            row = ScoreRow(name)
            row.set_score(scores.get(name, 0))
            row.changed.connect(self._scored)
            row.walked.connect(partial(self._walk, row))
            self.rows.append(row)
            line = QHBoxLayout()
            line.setSpacing(6)
            line.addWidget(row, 1)
            if name not in SCORE_ROWS:
                away = Button("", Kind.QUIET, icon="close", small=True)
                away.setAccessibleName(self.tr("Remove the row {0}").format(name))
                away.setToolTip(self.tr("Remove the row"))
                away.clicked.connect(partial(self._remove_row, name))
                line.addWidget(away)
            self._rows.addLayout(line)
        self._scored()

    def _walk(self, row: ScoreRow, step: int) -> None:
        at = self.rows.index(row) + step
        if 0 <= at < len(self.rows):
            self.rows[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _scored(self) -> None:
        given = [row.score for row in self.rows if row.score]
        self.average.setText(f"⌀ {sum(given) / len(given):.1f}" if given else "")

    def _add_row(self) -> None:
        name = self.own.text().strip()
        names = [row.name for row in self.rows]
        if not name or name.casefold() in {each.casefold() for each in names}:
            return
        self.own.clear()
        self._set_rows([*names, name], {row.name: row.score for row in self.rows})
        self.rows[-1].setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell_rows()

    def _remove_row(self, name: str) -> None:
        kept = [row.name for row in self.rows if row.name != name]
        self._set_rows(kept, {row.name: row.score for row in self.rows})
        self._tell_rows()

    def _tell_rows(self) -> None:
        self.rows_wanted.emit(tuple(row.name for row in self.rows if row.name not in SCORE_ROWS))

    def _outcome_changed(self) -> None:
        outcome = self.outcome
        self.sheet.setVisible(outcome != "missed")
        self.meaning.setText(
            {
                "complete": self.tr("Sat to its end. It counts."),
                "incomplete": self.tr("Sat, but broken off. It counts, and the journal says how it was."),
                "missed": self.tr("It does not count, and the journal says so. Nothing else to fill in."),
            }.get(outcome, self.tr("Was it sat? Say so first; all else may stay empty."))
        )
        if outcome:
            self.trouble.setText("")
