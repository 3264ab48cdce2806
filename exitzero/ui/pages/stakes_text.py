"""The words of the shame post, written by the person or by us, shown as they would read for today while typing."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QWidget

from exitzero.consequences.channel_forms import Service
from exitzero.consequences.channels import price_words, text_length
from exitzero.consequences.shame_text import FIELDS, Bluntness, ShameFacts, check_template, default_template, rendered
from exitzero.core.day import zone_named
from exitzero.core.errors import BadInput
from exitzero.core.today import Today
from exitzero.core.words import ClauseState
from exitzero.engine.views import ChannelView, Year
from exitzero.ui import theme
from exitzero.ui.pages.fields import Choice, Field, Selectable
from exitzero.ui.pages.layout import Flow, Line, empty_layout
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Card, Text

_MEMORY = 30


class Words(NamedTuple):
    """What is stored: the template (empty: ours) and how blunt ours are."""

    template: str
    bluntness: str


def facts_of(today: Today, year: Year) -> ShameFacts:
    """The facts of today's post, as the engine would fill them in if the day failed as it stands."""
    due = [clause for clause in today.clauses if clause.due]
    missing = [clause for clause in due if clause.state is not ClauseState.MET]
    failed = [day for day in year.days if day.state == "failed" and 0 < (today.label - day.label).days <= _MEMORY]
    return ShameFacts(
        label=today.label,
        missing=tuple(f"{clause.heading} {clause.count}/{clause.target}" for clause in missing),
        due=len(due),
        exit_code=today.exit_code,
        deadline=today.deadline.astimezone(zone_named(today.zone)).strftime("%H:%M"),
        streak_lost=today.streak,
        failures=len(failed) + 1,
    )


class ShameTextCard(Card):
    """Edits the template; nothing is stored before it is saved."""

    save_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Shame post", parent)
        self.set_title(self.tr("Words of the shame post"))
        self._stored = Words("", Bluntness.PLAIN.value)
        self._facts: ShameFacts | None = None
        self._channels: tuple[ChannelView, ...] = ()
        self._limits: Mapping[str, int] = {}
        self.bluntness = Choice(
            (
                (self.tr("mild"), Bluntness.MILD.value),
                (self.tr("plain"), Bluntness.PLAIN.value),
                (self.tr("harsh"), Bluntness.HARSH.value),
            ),
            120,
        )
        self.bluntness.choose(Bluntness.PLAIN.value)
        self.template = QPlainTextEdit()
        self.template.setTabChangesFocus(True)
        self.template.setFont(theme.current().font(Role.MONO13))
        height = QFontMetrics(theme.current().font(Role.MONO13)).lineSpacing()
        self.template.setFixedHeight(height * 4 + 20)
        self.field = Field(self.tr("Your own words"), self.template)
        self.fields_line = Flow(spacing=4)
        for name, meaning in FIELDS.items():
            button = Button("{" + name + "}", small=True)
            button.setToolTip(meaning)
            button.setAccessibleDescription(meaning)
            button.clicked.connect(partial(self._insert, name))
            self.fields_line.addWidget(button)
        self.preview = Selectable("", Role.MONO13, Tone.PLAIN)
        self._lengths = Flow(spacing=16)
        self.lengths: list[str] = []
        self.save = Button(self.tr("Save"), small=True)
        self.save.clicked.connect(self._save)
        self.ours = Button(self.tr("Use ours"), small=True)
        self.ours.clicked.connect(self.template.clear)
        self.template.textChanged.connect(self._changed)
        self.bluntness.currentIndexChanged.connect(self._changed)
        self._lay_out()
        self._changed()

    def show_words(self, stored: Words) -> None:
        """Show what is stored, unless something else is being typed."""
        if self.words() == self._stored:
            with QSignalBlocker(self.template), QSignalBlocker(self.bluntness):
                self.template.setPlainText(stored.template)
                self.bluntness.choose(stored.bluntness)
        self._stored = stored
        self._changed()

    def show_facts(self, facts: ShameFacts | None, channels: Sequence[ChannelView]) -> None:
        """Preview with these facts, measured for these channels."""
        self._facts, self._channels = facts, tuple(channels)
        self._changed()

    def set_limits(self, limits: Mapping[str, int]) -> None:
        """How much fits into one post of each channel."""
        self._limits = limits
        self._changed()

    def words(self) -> Words:
        """What stands there."""
        return Words(self.template.toPlainText().strip(), str(self.bluntness.currentData()))

    def set_trouble(self, message: str) -> None:
        """Say why it was not stored; empty when it was."""
        self.save.set_busy(False, self.tr("Save"))
        self._changed()
        if message:
            self.field.set_trouble(message)

    def _changed(self) -> None:
        typed = self.words()
        facts = self._facts
        ours = (
            default_template(Bluntness(typed.bluntness), facts.label, streak_lost=facts.streak_lost)
            if facts is not None
            else ""
        )
        self.template.setPlaceholderText(ours)
        self.ours.setEnabled(bool(typed.template))
        trouble = ""
        if typed.template:
            try:
                check_template(typed.template)
            except BadInput as error:
                trouble = error.message
        self.field.set_trouble(trouble)
        self.save.setEnabled(typed != self._stored and not trouble)
        if facts is None:
            self.preview.setText(self.tr("The preview needs a day that is running."))
        elif not trouble:
            self.preview.setText(rendered(typed.template or ours, facts))
            self._measure(self.preview.text())

    def _measure(self, text: str) -> None:
        empty_layout(self._lengths)
        self.lengths = []
        for channel in self._channels:
            service = Service(channel.service) if channel.service in set(Service) else Service.OTHER
            length, limit = text_length(service, text), self._limits.get(channel.id, 0)
            too_long = bool(limit) and length > limit
            shown = f"{length}/{limit}" if limit else str(length)
            words = f"{channel.id} {shown}, {price_words(service, text)}"
            if too_long:
                words = self.tr("■ {0}: too long").format(words)
            self.lengths.append(words)
            self._lengths.addWidget(Text(words, Role.MONO12, Tone.BAD if too_long else Tone.DIM))
        if not self._channels:
            self._lengths.addWidget(Text(self.tr("{0} letters").format(len(text)), Role.MONO12, Tone.DIM))

    def _insert(self, name: str) -> None:
        self.template.insertPlainText("{" + name + "}")
        self.template.setFocus()

    def _save(self) -> None:
        self.save.set_busy(True)
        self.save_wanted.emit(self.words())

    def _lay_out(self) -> None:
        box = Card(sunken=True)
        box.body.addWidget(self.preview)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        label = Text(self.tr("Ours are"), Role.BODY13, Tone.DIM)
        label.setBuddy(self.bluntness)
        row.addWidget(label)
        row.addWidget(self.bluntness)
        row.addWidget(Text(self.tr("and differ from day to day."), Role.BODY13, Tone.DIM))
        row.addStretch(1)
        self.bluntness.setAccessibleName(self.tr("How blunt our own words are"))
        deeds = QHBoxLayout()
        deeds.setSpacing(8)
        deeds.addWidget(self.save)
        deeds.addWidget(self.ours)
        deeds.addStretch(1)
        self.body.addWidget(Text(self.tr("Today's post would read"), Role.SMALL12, Tone.DIM))
        self.body.addWidget(box)
        self.body.addLayout(self._lengths)
        self.body.addWidget(Line())
        self.body.addWidget(holder)
        self.body.addWidget(self.field)
        self.body.addLayout(self.fields_line)
        self.body.addLayout(deeds)
        self.field.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
