"""The part of the contract's form that says which sites are locked, and what locks them.

What may be adopted is decided by the engine; the form only shows beforehand what would be refused, and why.
"""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from exitzero.consequences import lockdown_sites
from exitzero.core.blocking import Blocking
from exitzero.desktop.reach import Finding
from exitzero.ui.pages.fields import Choice, Field
from exitzero.ui.pages.layout import Line
from exitzero.ui.pages.lockdown_schedule import Schedule
from exitzero.ui.pages.lockdown_site_fields import GroupLine, OwnSites, dim_words
from exitzero.ui.pages.lockdown_words import sites_text
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Card, Kind, Text


class LockdownForm(Card):
    """Which sites are locked and when, as fields. ``edited`` comes with each change a person makes, never with a load.

    ``resolve_wanted`` asks where names lead now, to be answered by :meth:`show_found`; ``read_wanted`` for a file,
    ``import_wanted`` for what a list comes to.
    """

    edited = Signal()
    resolve_wanted = Signal(object)
    read_wanted = Signal(str)
    import_wanted = Signal(str)
    page_wanted = Signal()
    remade = Signal()
    """Fields came or went, so that what the Tab key visits has to be put in order anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Lockdown", parent)
        self.set_title(self.tr("Lockdown"))
        self.groups: dict[str, GroupLine] = {}
        self._unknown: frozenset[str] = frozenset()

    def parts(self) -> Iterator[None]:
        """Make the fields; each yield ends a short step. It has to be run first."""
        self.open_page = Button(self.tr("Lockdown page"), Kind.QUIET, small=True)
        self.open_page.clicked.connect(self.page_wanted)
        self.add_head_widget(self.open_page)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(6)
        for name, group in lockdown_sites.groups().items():
            line = GroupLine(group)
            line.changed.connect(self._changed)
            line.remade.connect(self.remade)
            line.resolve_wanted.connect(self.resolve_wanted)
            self.groups[name] = line
            column.addWidget(line)
        yield
        self.own = OwnSites()
        self.own.changed.connect(self._changed)
        self.own.resolve_wanted.connect(self.resolve_wanted)
        self.own.read_wanted.connect(self.read_wanted)
        self.own.import_wanted.connect(self.import_wanted)
        yield
        self.failed = QCheckBox(self.tr("A failed day"))
        self.no_mocks = QCheckBox(self.tr("No mock interview ahead"))
        self.rung = Choice(width=208)
        self._offer_rungs(())
        self.schedule = Schedule()
        yield
        self.fields = {
            "lockdown.groups": Field(self.tr("Groups"), holder),
            "lockdown.sites": Field(self.tr("Sites of your own"), self.own),
            "lockdown.rung": Field(
                self.tr("Missing work, from the rung"), self.rung, self.tr("Today's work, verified, ends it at once.")
            ),
            "lockdown.windows": Field(
                self.tr("Schedule"), self.schedule, self.tr("Today's work, verified, ends a stretch early.")
            ),
        }
        self.own.refused.connect(self.fields["lockdown.sites"].set_trouble)
        self._lay_out()
        for box in (self.failed, self.no_mocks):
            box.toggled.connect(self._changed)
        self.rung.currentIndexChanged.connect(self._changed)
        self.schedule.changed.connect(self._changed)
        self.own.remade.connect(self.remade)
        self.schedule.remade.connect(self.remade)

    def load(self, blocking: Blocking, rungs: Sequence[str]) -> None:
        """Show what is agreed; ``rungs`` are the names of the ladder's rungs."""
        for name, line in self.groups.items():
            line.on.setChecked(name in blocking.groups)
        self._unknown = blocking.groups - self.groups.keys()
        self.own.load(blocking.sites)
        self.failed.setChecked(blocking.failed)
        self.no_mocks.setChecked(blocking.no_mocks)
        self._offer_rungs(tuple(dict.fromkeys((*rungs, *([blocking.rung] if blocking.rung else [])))))
        with QSignalBlocker(self.rung):
            self.rung.choose(blocking.rung)
        self.schedule.load(blocking.windows)
        self._follow()

    def blocking(self) -> Blocking:
        """The lockdown as it stands in the fields."""
        groups = {name for name, line in self.groups.items() if line.on.isChecked()}
        return Blocking(
            groups=frozenset(groups) | self._unknown,
            sites=self.own.sites(),
            failed=self.failed.isChecked(),
            no_mocks=self.no_mocks.isChecked(),
            rung=str(self.rung.currentData() or ""),
            windows=self.schedule.windows(),
        )

    def show_found(self, findings: Sequence[Finding]) -> None:
        """Say where names lead now, as the system's resolver answered."""
        found = {each.name: _leads(each) for each in findings}
        for line in self.groups.values():
            line.show_found(found)
        self.own.show_found(found)

    def stops(self) -> list[QWidget]:
        """What the Tab key visits, in the order of reading."""
        return [
            *(stop for line in self.groups.values() for stop in line.stops()),
            *self.own.stops(),
            self.failed,
            self.no_mocks,
            self.rung,
            *self.schedule.stops(),
        ]

    def _offer_rungs(self, rungs: Sequence[str]) -> None:
        with QSignalBlocker(self.rung):
            self.rung.clear()
            self.rung.addItem(self.tr("never"), "")
            for name in rungs:
                self.rung.addItem(name, name)

    def _changed(self) -> None:
        self._follow()
        self.edited.emit()

    def _follow(self) -> None:
        blocking = self.blocking()
        chosen = [line.group for line in self.groups.values() if line.on.isChecked()]
        count = sum(len(group.sites) for group in chosen) + len(blocking.sites)
        self.set_note(sites_text(count) if count else self.tr("no site chosen"))
        causes = blocking.failed or blocking.no_mocks or blocking.rung or blocking.windows
        if count and not causes:
            self.words.setText(self.tr("Nothing locks these by itself; you can lock them by hand."))
        else:
            self.words.setText(
                self.tr("More sites and more causes hold from today, fewer in seven days. Unknown never locks.")
            )

    def _lay_out(self) -> None:
        self.body.setSpacing(14)
        self.body.addWidget(self.fields["lockdown.groups"])
        self.body.addWidget(Line())
        self.body.addWidget(self.fields["lockdown.sites"])
        self.body.addWidget(Line())
        what = QVBoxLayout()
        what.setSpacing(10)
        what.addWidget(Text(self.tr("What locks them"), Role.BODY13, Tone.DIM))
        failed_words = self.tr("From the deadline until the next day's work is verified.")
        mocks_words = self.tr("While no mock interview is booked for the coming seven days.")
        for box, words in ((self.failed, failed_words), (self.no_mocks, mocks_words)):
            box.setAccessibleDescription(words)
            below = QVBoxLayout()
            below.setSpacing(2)
            below.addWidget(box)
            below.addWidget(dim_words(words))
            what.addLayout(below)
        self.body.addLayout(what)
        self.body.addWidget(self.fields["lockdown.rung"])
        self.body.addWidget(self.fields["lockdown.windows"])
        self.words = dim_words()
        self.body.addWidget(self.words)


def _leads(finding: Finding) -> str:
    if finding.nowhere:
        return "→ 0.0.0.0, nowhere"
    return f"→ {', '.join(finding.addresses)}" if finding.addresses else f"→ {finding.sentence}"
