"""Which events of a calendar are mock interviews: the rule in plain fields, and beside it what it would take."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui.format import clock, day_text, local
from exitzero.ui.pages.fields import Field
from exitzero.ui.pages.layout import Columns, empty_layout
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Text
from exitzero.work.mocks.rule import DEFAULT_RULE
from exitzero.work.mocks.views import EventView, RulePreview

_ASK_MS = 250
_MOST = 6


class RuleEditor(QWidget):
    """The rule with its preview. ``preview_wanted`` carries the rule a moment after it was changed."""

    preview_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rule-editor")
        self._filling = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_MS)
        self._timer.timeout.connect(lambda: self.preview_wanted.emit(self.rule))
        self.all = QCheckBox(self.tr("Every event with a time is a mock (a calendar of its own)"))
        self.words, self.hosts, self.people, self.without, self.calendars = (QLineEdit() for _ in range(5))
        self.f_words = Field(self.tr("Words in title or notes"), self.words)
        self.f_hosts = Field(self.tr("Links to"), self.hosts)
        self.f_people = Field(self.tr("Guests"), self.people)
        self.f_without = Field(self.tr("But never with"), self.without)
        self.f_calendars = Field(self.tr("Only in these calendars of the file"), self.calendars)
        for line, example in (
            (self.words, "mock, pramp"), (self.hosts, "pramp.com"), (self.people, "ada@example.org, example.com"),
            (self.without, "cancelled, canceled"), (self.calendars, "Interviews"),
        ):  # fmt: skip
            line.setPlaceholderText(example)
            line.textChanged.connect(self._touch)
        self.all.toggled.connect(self._touch)
        self.trouble = Text("", Role.BODY13, Tone.BAD, wrap=True)
        self.trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Text(self.tr("Which events are mocks"), Role.LABEL12, Tone.DIM))
        column.addWidget(self.all)
        column.addWidget(self.f_words)
        column.addWidget(Columns(self.f_hosts, self.f_people, breakpoint_width=380, gap=10))
        column.addWidget(Columns(self.f_without, self.f_calendars, breakpoint_width=380, gap=10))
        column.addWidget(self.trouble)
        self.found = Text("", Role.STRONG13)
        column.addWidget(self.found)
        self._list = QVBoxLayout()
        self._list.setSpacing(3)
        column.addLayout(self._list)
        self.set_rule(DEFAULT_RULE)

    @property
    def rule(self) -> dict[str, str]:
        """The rule as it stands there, values divided by commas."""
        rule = {
            "words": self.words.text(), "hosts": self.hosts.text(), "people": self.people.text(),
            "without": self.without.text(), "calendars": self.calendars.text(),
        }  # fmt: skip
        rule = {key: value.strip() for key, value in rule.items() if value.strip()}
        return rule | ({"all": "yes"} if self.all.isChecked() else {})

    def set_rule(self, rule: Mapping[str, str]) -> None:
        """Show a rule."""
        self._filling = True
        self.all.setChecked(rule.get("all") == "yes")
        for key, line in (
            ("words", self.words), ("hosts", self.hosts), ("people", self.people), ("without", self.without),
            ("calendars", self.calendars),
        ):  # fmt: skip
            line.setText(rule.get(key, ""))
            line.setCursorPosition(0)  # of a long list the beginning is seen
        self._filling = False
        self.set_trouble("")
        self.clear_preview()

    def set_trouble(self, message: str) -> None:
        """Say why the rule cannot be."""
        self.trouble.setText(message)
        self.trouble.setVisible(bool(message))

    def clear_preview(self, words: str = "") -> None:
        """Nothing is known yet, or being read."""
        empty_layout(self._list)
        self.found.setText(words)
        self.found.set_tone(Tone.DIM)
        self.found.setVisible(bool(words))

    def show_preview(self, preview: RulePreview, zone: str) -> None:
        """Show what the rule takes, and what it leaves."""
        self.set_trouble("")
        empty_layout(self._list)
        taken, left = len(preview.matching), len(preview.others)
        self.found.setText(self.tr("● {0} of {1} events are mocks").format(taken, taken + left))
        self.found.set_tone(Tone.GOOD if taken else Tone.WARN)
        self.found.show()
        if not taken:
            self.found.setText(self.tr("▲ None of {0} events is a mock by this rule").format(left))
        for event in preview.matching[:_MOST]:
            self._list.addWidget(_line("●", event, zone, Tone.GOOD))
        if taken > _MOST:
            self._list.addWidget(Text(self.tr("and {0} more").format(taken - _MOST), Role.SMALL12, Tone.DIM))
        for event in preview.others[: max(2, _MOST - taken)]:
            self._list.addWidget(_line("–", event, zone, Tone.DIM))

    def _touch(self) -> None:
        if not self._filling:
            self._timer.start()


def _line(sign: str, event: EventView, zone: str, tone: Tone) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    mark = Text(sign, Role.SMALL12, tone)
    mark.setFixedWidth(12)
    here = local(event.starts, zone)
    hours = "" if event.all_day else f" {clock(event.starts, zone)}"
    when = Text(f"{day_text(here.date())}{hours}", Role.MONO12, Tone.DIM)
    when.setFixedWidth(150)
    title = Text(event.title, Role.BODY13, Tone.PLAIN if tone is Tone.GOOD else Tone.DIM)
    title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    for part in (mark, when):
        line.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
    line.addWidget(title, 1)
    return row
