"""A connected calendar: how it is read, as of when, what was left out of it, and what can be done."""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.format import ago
from exitzero.ui.pages.calendar_side import feed_sign
from exitzero.ui.pages.layout import Flow, Pairs
from exitzero.ui.pages.wording import stamp
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.calendar_items import tr
from exitzero.ui.widgets.card import Button, Chip, Kind, Text
from exitzero.work.mocks.views import FeedView

_KINDS = {"ics": "Address, read only", "caldav": "CalDAV", "google": "Google Calendar"}
_MOST = 4


def rule_words(rule: Mapping[str, str]) -> str:
    """A rule as a line."""
    if rule.get("all") == "yes":
        taken = tr("every event")
    else:
        names = (("words", tr("words")), ("hosts", tr("links")), ("people", tr("guests")))
        taken = "; ".join(f"{name}: {rule[key]}" for key, name in names if rule.get(key))
    return f"{taken}; {tr('not')}: {rule['without']}" if rule.get("without") else taken


class FeedCard(QWidget):
    """One calendar. Every signal carries its id."""

    sync_wanted = Signal(str)
    rule_wanted = Signal(str)
    disconnect_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("feed-card")
        self._id = ""
        self.name = Text("", Role.STRONG14)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.chip = Chip()
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.name, 1)
        head.addWidget(self.chip)
        self.trouble = Text("", Role.BODY13, Tone.UNKNOWN, wrap=True)
        self.trouble.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.facts = Pairs(name_width=92)
        self.sync = Button(self.tr("Read now"), small=True)
        self.rule = Button(self.tr("Which are mocks"), small=True)
        self.away = Button(self.tr("Disconnect"), Kind.QUIET, small=True)
        self.sync.clicked.connect(lambda: self.sync_wanted.emit(self._id))
        self.rule.clicked.connect(lambda: self.rule_wanted.emit(self._id))
        self.away.clicked.connect(lambda: self.disconnect_wanted.emit(self._id))
        deeds = Flow(spacing=8)
        for button in (self.sync, self.rule, self.away):
            deeds.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.trouble)
        column.addWidget(self.facts)
        column.addLayout(deeds)

    def show_feed(self, feed: FeedView, now: datetime, zone: str) -> None:
        """Show how it stands."""
        self._id = feed.id
        self.name.setText(feed.name)
        state, word = feed_sign(feed)
        self.chip.set_state(state, word)
        self.trouble.setText(f"{feed.trouble} {feed.advice}".strip())
        self.trouble.setVisible(bool(feed.trouble))
        self.sync.setText(self.tr("Try again") if feed.trouble else self.tr("Read now"))
        self.sync.updateGeometry()
        kind = _KINDS.get(feed.kind, feed.kind)
        if feed.kind in {"caldav", "google"}:
            kind = f"{kind}, {tr('both ways') if feed.two_way else tr('read only')}"
        rows: list[tuple[str, str] | tuple[str, str, Tone]] = [(self.tr("From"), f"{kind}, {feed.shown}")]
        if feed.as_of is None:
            rows.append((self.tr("As of"), self.tr("never read yet"), Tone.UNKNOWN))
        else:
            words = f"{ago(feed.as_of, now)}, {stamp(feed.as_of, zone)}"
            rows.append((self.tr("As of"), words, Tone.UNKNOWN if feed.trouble else Tone.PLAIN))
        held = self.tr("1 event, {1} of them mocks") if feed.events == 1 else self.tr("{0} events, {1} of them mocks")
        rows.append((self.tr("Holds"), held.format(feed.events, feed.mocks)))
        rows.append((self.tr("Mocks by"), rule_words(feed.rule)))
        if feed.unsynced:
            words = (
                self.tr("1 change waits to be written there")
                if feed.unsynced == 1
                else self.tr("{0} changes wait to be written there").format(feed.unsynced)
            )
            rows.append((self.tr("To send"), words, Tone.WARN))
        for name, lines in ((self.tr("Left out"), feed.skipped), (self.tr("Guessed"), feed.warnings)):
            if lines:
                more = [self.tr("and {0} more").format(len(lines) - _MOST)] if len(lines) > _MOST else []
                rows.append((name, "\n".join([*lines[:_MOST], *more]), Tone.WARN))
        self.facts.set_rows(rows)
        self.setAccessibleName(f"{feed.name}, {word}")

    def set_busy(self, *, busy: bool) -> None:
        """Show that it is being read."""
        self.sync.set_busy(busy, self.tr("Reading…") if busy else self.tr("Read now"))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        paint.draw_box(QPainter(self), QRectF(self.rect()), 8, look.raised, look.line)
