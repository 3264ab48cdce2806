"""The left side of a target's page: what is known of it, when it is due, what one notes about it."""

from datetime import date
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from exitzero.core.errors import BadInput
from exitzero.ui.format import day_text, plural
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.fields import Field
from exitzero.ui.pages.layout import Flow, Pairs, empty_layout
from exitzero.ui.pages.outreach_pane import SNOOZES
from exitzero.ui.pages.outreach_sheet import plain
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Card, Kind
from exitzero.work.outreach.days import day_from
from exitzero.work.outreach.rules import CADENCE
from exitzero.work.outreach.views import TargetPage

_KEEP_MS = 700


class FactsCard(Card):
    """What is known: fields, links that open in the browser, tags."""

    link_wanted = Signal(str)
    company_wanted = Signal(int)
    change_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Facts", parent)
        self.set_title(self.tr("Facts"))
        self.change = Button(self.tr("Change"), small=True)
        self.change.setToolTip(self.tr("Change  E"))
        self.change.clicked.connect(self.change_wanted)
        self.add_head_widget(self.change)
        self.pairs = Pairs(name_width=96)
        self.links: list[Button] = []
        self._links = QVBoxLayout()
        self._links.setSpacing(6)
        self.body.addWidget(self.pairs)
        self.body.addLayout(self._links)

    def show_page(self, page: TargetPage, created: str) -> None:
        """Show a target's facts."""
        target = page.target
        rows = [
            (self.tr("Kind"), told.kind_title(target.kind)),
            (self.tr("Company"), target.company if target.kind == "person" else ""),
            (self.tr("Role"), target.role),
            (self.tr("Platform"), told.platform_title(target.platform) if target.platform else ""),
            (self.tr("E-mail"), target.email),
            (self.tr("Tags"), "  ".join(f"#{tag}" for tag in target.tags)),
            *((name, value) for name, value in target.fields.items()),
            (self.tr("Where from"), target.source),
            (self.tr("Added"), created),
            (self.tr("Mocks"), ", ".join(page.mocks)),
        ]
        self.pairs.set_rows([(name, words) for name, words in rows if words])
        empty_layout(self._links)
        self.links = []
        if target.company_id and target.kind == "person":
            opens = Button(self.tr("Open {0}").format(target.company), small=True)
            opens.clicked.connect(partial(self.company_wanted.emit, target.company_id))
            self._add(opens)
        for link in dict.fromkeys(link for link in (target.link, *page.links) if link):
            button = Button(_short(link), icon="outreach", small=True)
            button.setToolTip(link)
            button.setAccessibleName(self.tr("Open {0} in the browser").format(link))
            button.clicked.connect(partial(self.link_wanted.emit, link))
            self.links.append(button)
            self._add(button)

    def _add(self, button: Button) -> None:
        holder = QWidget()
        flow = Flow(holder)
        flow.addWidget(button)
        self._links.addWidget(holder)


class FollowUpCard(Card):
    """When the next contact is due, and by how much it can be put off."""

    day_wanted = Signal(object)
    snooze_wanted = Signal(int, str)
    cadence_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Follow-up", parent)
        self.set_title(self.tr("Follow-up"))
        self.today = date(2000, 1, 1)
        self.words = plain("", Tone.PLAIN, Role.STRONG14)
        self.why = plain("", role=Role.SMALL12)
        self.day = QLineEdit()
        self.day.setPlaceholderText(self.tr("+3d, fri, 2026-12-01"))
        self.day.returnPressed.connect(self._set_day)
        self.day_field = Field(self.tr("Next contact on"), self.day)
        self.cadence = QLineEdit()
        self.cadence.setPlaceholderText(", ".join(str(days) for days in CADENCE))
        self.cadence.editingFinished.connect(self._set_cadence)
        self.cadence_field = Field(self.tr("Days between (own)"), self.cadence)
        self._shown_cadence: tuple[int, ...] = ()
        holder = QWidget()
        flow = Flow(holder, spacing=6)
        self.buttons: list[Button] = []
        for title, days in SNOOZES:
            button = Button(f"+{self.tr(title)}", small=True)
            button.setAccessibleName(self.tr("Snooze by {0}").format(title))
            button.clicked.connect(partial(self.snooze_wanted.emit, days, title))
            self.buttons.append(button)
            flow.addWidget(button)
        self.none = Button(self.tr("None"), Kind.QUIET, small=True)
        self.none.clicked.connect(partial(self.day_wanted.emit, None))
        flow.addWidget(self.none)
        for widget in (self.words, self.why, holder):
            self.body.addWidget(widget)
        fields = QHBoxLayout()
        fields.setSpacing(12)
        fields.addWidget(self.day_field, 1, Qt.AlignmentFlag.AlignTop)
        fields.addWidget(self.cadence_field, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(fields)

    def show_page(self, page: TargetPage, today: date) -> None:
        """Show when a target is due."""
        self.today = today
        target = page.target
        due = told.due_words(target, today)
        self.set_state(State.AT_RISK if target.due else None, self.tr("due"))
        day = day_text(target.follow_up, year=True) if target.follow_up else ""
        self.words.setText(f"{day} · {due}" if day else self.tr("No next contact is set"))
        wait = page.waiting_days
        one = self.tr("{0} day since the last proved contact")
        said = plural(wait or 0, one, self.tr("{0} days since the last proved contact"))
        usual = self.tr("The clock starts at the last proved contact: {0} days.").format(
            ", ".join(str(days) for days in (page.cadence or CADENCE))
        )
        since = self.tr("Proved today") if wait == 0 else said
        self.why.setText(f"{since}. {usual}" if wait is not None else usual)
        if not self.cadence.hasFocus():
            shown = tuple(page.cadence)
            self._shown_cadence = () if shown == CADENCE else shown
            self.cadence.setText(", ".join(str(days) for days in self._shown_cadence))

    def _set_day(self) -> None:
        try:
            day = day_from(self.day.text().strip(), today=self.today)
        except BadInput as error:
            self.day_field.set_trouble(error.message)
            return
        if day is None:
            self.day_field.set_trouble(self.tr("Write a day as +3d, fri, tomorrow or 2026-12-01."))
            return
        self.day_field.set_trouble("")
        self.day.clear()
        self.day_wanted.emit(day)

    def _set_cadence(self) -> None:
        words = self.cadence.text().replace(",", " ").split()
        if not all(word.isdecimal() and 0 < int(word) <= 365 for word in words):
            self.cadence_field.set_trouble(self.tr("Whole days with commas between, such as 3, 7, 14."))
            return
        self.cadence_field.set_trouble("")
        days = tuple(int(word) for word in words)
        if days != self._shown_cadence:
            self._shown_cadence = days
            self.cadence_wanted.emit(days)


class NotesCard(Card):
    """Notes that are kept as they are typed."""

    kept = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Notes", parent)
        self.set_title(self.tr("Notes"))
        self.box = QPlainTextEdit()
        self.box.setAccessibleName(self.tr("Notes"))
        self.box.setTabChangesFocus(True)
        self.box.setFixedHeight(132)
        self.box.setPlaceholderText(self.tr("Kept while you type"))
        self.box.textChanged.connect(self._typed)
        self.body.addWidget(self.box)
        self._shown = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_KEEP_MS)
        self._timer.timeout.connect(self.keep)

    def show_notes(self, text: str, *, anew: bool) -> None:
        """Show a target's notes; what is being typed is not overwritten by an older answer."""
        busy = self._timer.isActive() or self.box.toPlainText() != self._shown
        if not anew and (busy or self.box.hasFocus()):
            return
        self._timer.stop()
        self._shown = text
        if self.box.toPlainText() != text:
            self.box.blockSignals(True)
            self.box.setPlainText(text)
            self.box.blockSignals(False)
        self.set_note("")

    def keep(self) -> None:
        """Keep what is typed now."""
        self._timer.stop()
        text = self.box.toPlainText()
        if text != self._shown:
            self._shown = text
            self.kept.emit(text)

    def say_kept(self) -> None:
        """It is in the database."""
        self.set_note(self.tr("kept"), Tone.GOOD)

    def _typed(self) -> None:
        self.set_note(self.tr("typing…"))
        self._timer.start()


def _short(link: str) -> str:
    bare = link.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return bare if len(bare) <= 44 else f"{bare[:43]}…"
