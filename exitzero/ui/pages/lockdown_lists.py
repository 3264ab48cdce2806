"""The lists of the page *Lockdown*: sites, locks that stand and come, locks that were, and what the helper noticed."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtWidgets import QLineEdit, QWidget

from exitzero.engine.views import LockdownPage, LockLine, LogLine
from exitzero.ui import format as words
from exitzero.ui.pages.layout import Tabs
from exitzero.ui.pages.lockdown_words import SiteLine, names_text, sites_of, sites_text, tr
from exitzero.ui.pages.record_table import ROW, Cell, Column, RecordTable
from exitzero.ui.theme import State, Tone
from exitzero.ui.widgets.card import Card

_ROWS = 9

_STATES = {
    "locked": (State.AT_RISK, "Locked"),
    "armed": (State.AT_RISK, "Armed"),
    "planned": (State.REST, "Planned"),
    "asked": (State.UNKNOWN, "Asked for"),
    "released": (State.SAFE, "Released"),
    "ended": (State.REST, "Ended"),
    "refused": (State.FAILED, "Refused"),
}
_MARKS = {"warn": State.AT_RISK, "bad": State.FAILED, "good": State.SAFE, "unknown": State.UNKNOWN}


class ListsCard(Card):
    """Four lists behind one line of names, with one field to find in them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, flush=True)
        self.setAccessibleName(self.tr("Sites, locks and what was noticed"))
        self._now, self._zone, self._held = datetime(2000, 1, 1, tzinfo=UTC), "", True
        self.tabs = Tabs()
        self.sites: RecordTable[SiteLine] = RecordTable(
            (
                Column(self.tr("Site"), 190),
                Column(self.tr("Group"), 96),
                Column(self.tr("Host names"), mono=True, least=180),
            ),
            self._site_cells,
            name=self.tr("Sites"),
            empty=self.tr("No site is chosen. The contract says which ones are locked, and when."),
            needle=lambda line: f"{line.title} {line.group} {' '.join(line.names)}",
        )
        self.locks: RecordTable[LockLine] = RecordTable(
            (
                Column(self.tr("State"), 104),
                Column(self.tr("Why"), least=190),
                Column(self.tr("From"), 136, mono=True),
                Column(self.tr("Until"), 136, mono=True),
                Column(self.tr("Names"), 72, mono=True, right=True),
            ),
            self._lock_cells,
            name=self.tr("Locks that stand or come"),
            empty=self.tr("No lock stands, and none is planned."),
            needle=_lock_needle,
        )
        self.past: RecordTable[LockLine] = RecordTable(
            (
                Column(self.tr("How"), 108),
                Column(self.tr("Because"), least=220),
                Column(self.tr("From"), 136, mono=True),
                Column(self.tr("Lock"), 190),
            ),
            self._past_cells,
            name=self.tr("Past locks"),
            empty=self.tr("No lock has ended in the last 30 days."),
            needle=_lock_needle,
        )
        self.noticed: RecordTable[LogLine] = RecordTable(
            (
                Column(self.tr("When"), 148, mono=True),
                Column(self.tr("What"), 280),
                Column(self.tr("Detail"), least=210),
            ),
            self._noticed_cells,
            name=self.tr("Noticed"),
            empty=self.tr("Nothing was noticed: no edit of the hosts file, no stopped helper, no moved clock."),
            needle=lambda line: f"{line.text} {line.detail}",
        )
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Find"))
        self.filter.setAccessibleName(self.tr("Find in this list"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(150)
        self.filter.textChanged.connect(self._filter)
        for key, name, table in (
            ("sites", self.tr("Sites"), self.sites),
            ("locks", self.tr("Locks"), self.locks),
            ("past", self.tr("Past"), self.past),
            ("noticed", self.tr("Noticed"), self.noticed),
        ):
            table.setMinimumHeight(ROW * _ROWS)
            self.tabs.add(key, name, table)
        self.tabs.add_corner(self.filter)
        self.body.addWidget(self.tabs)

    def show_page(self, page: LockdownPage, now: datetime, zone: str) -> None:
        """Show these lists. Sites are those out of reach now, or while nothing is locked those of the contract."""
        self._now, self._zone, self._held = now, zone, page.view.standing == "locked"
        lines = sites_of(page.names or page.sites if page.view.standing in {"locked", "degraded"} else page.sites)
        self.sites.set_records(lines)
        self.locks.set_records([*page.locks, *page.planned])
        self.past.set_records(page.past)
        self.noticed.set_records(page.noticed)
        for table in (self.sites, self.locks, self.past, self.noticed):
            table.make_anew()
        self.tabs.set_count("sites", len(lines))
        self.tabs.set_count("locks", len(page.locks) + len(page.planned))
        self.tabs.set_count("past", len(page.past))
        self.tabs.set_count("noticed", len(page.noticed))
        self.setAccessibleDescription(f"{sites_text(len(lines))}, {names_text(sum(len(line.names) for line in lines))}")

    def _filter(self, text: str) -> None:
        for table in (self.sites, self.locks, self.past, self.noticed):
            table.set_filter(text)

    def _site_cells(self, line: SiteLine) -> Sequence[Cell]:
        names = "  ".join(line.names)
        return (Cell(line.title), Cell(line.group or self.tr("own"), Tone.DIM), Cell(names, Tone.DIM, tip=names))

    def _lock_cells(self, line: LockLine) -> Sequence[Cell]:
        state, word = _STATES.get(line.state, (State.UNKNOWN, line.state))
        if line.state == "locked" and not self._held:
            state, word = State.FAILED, self.tr("Not held")
        return (
            Cell(tr(word), Tone.PLAIN, state),
            Cell(line.cause_words, tip=self.tr("Ends by: {0}").format(line.release_words)),
            Cell(words.when(line.starts, self._now, self._zone)),
            Cell(words.when(line.ends, self._now, self._zone)),
            Cell(str(line.sites)),
        )

    def _past_cells(self, line: LockLine) -> Sequence[Cell]:
        state, word = _STATES.get(line.state, (State.UNKNOWN, line.state))
        told = line.words[:1].upper() + line.words[1:]
        return (
            Cell(tr(word), Tone.PLAIN, state),
            Cell(told or "–", Tone.BAD if line.state == "refused" else Tone.PLAIN, tip=told),
            Cell(words.when(line.starts, self._now, self._zone), Tone.DIM),
            Cell(line.cause_words, Tone.DIM, tip=line.cause_words),
        )

    def _noticed_cells(self, line: LogLine) -> Sequence[Cell]:
        told = line.text[:1].upper() + line.text[1:]
        return (
            Cell(words.when(line.at, self._now, self._zone), Tone.DIM),
            Cell(told, Tone.PLAIN, _MARKS.get(line.tone, State.REST), tip=told),
            Cell(line.detail, Tone.DIM, tip=line.detail),
        )


def _lock_needle(line: LockLine) -> str:
    return f"{line.state} {line.cause_words} {line.words}"
