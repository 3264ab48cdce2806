"""The journal on the cockpit: lines read in pages from a million, live at the end, filtered by words and by source."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from exitzero.core.topics import Topic, Topics
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Card, Kind, Text
from exitzero.ui.widgets.terminal_log import LogLine, TerminalLog

if TYPE_CHECKING:
    from exitzero.engine import views
    from exitzero.ui.ports import Questions

_PAGE = 200
_PAGES_KEPT = 60
_SEARCH_MS = 180


class _Tail(NamedTuple):
    total: int
    lines: Sequence[views.LogLine]


class JournalLines(QObject):
    """The lines of the journal as the log asks for them: at once what is in memory, the rest a little later.

    A row of the unfiltered journal is its entry's number less one; an entry that is not there is said to be missing.
    """

    loaded = Signal(int, int)
    grown = Signal(int)
    reset = Signal()

    def __init__(self, link: Link, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._count = 0
        self._zone = "UTC"
        self._pages: OrderedDict[int, dict[int, views.LogLine]] = OrderedDict()
        self._asked: set[int] = set()
        self._chosen: list[int] | None = None
        self._filter: tuple[str, tuple[str, ...]] = ("", ())
        self.seen_sources: dict[str, None] = {}
        self.stale = True
        link.changed.connect(self._topics_changed)

    def set_zone(self, zone: str) -> None:
        """The zone in which times are written."""
        if zone != self._zone:
            self._zone = zone
            self.reset.emit()

    def count(self) -> int:
        """How many lines there are, or pass the filter."""
        return self._count if self._chosen is None else len(self._chosen)

    def lines(self, first: int, n: int) -> Sequence[LogLine | None]:
        """What is in memory of these rows; the pages of the others are asked for."""
        if self._chosen is None:
            wanted: Sequence[int] = range(first + 1, min(first + n, self._count) + 1)
        else:
            wanted = self._chosen[first : first + n]
        return [self._line(seq) for seq in wanted]

    def set_filter(self, text: str, sources: tuple[str, ...]) -> None:
        """Show only lines with these words and from these sources (empty: all)."""
        self._filter = (text.strip(), sources)
        self._search()

    def ask(self) -> None:
        """Read how many there are and the newest of them."""
        self.stale = False
        known = self._count

        def tail(questions: Questions) -> _Tail:
            count = questions.log_count()
            first = max(known, count - _PAGE)
            return _Tail(count, questions.log_page(first, count - first) if count > known else ())

        self._link.ask(tail, self._take_tail)

    def _line(self, seq: int) -> LogLine | None:
        page = (seq - 1) // _PAGE
        held = self._pages.get(page)
        if held is not None and seq in held:
            self._pages.move_to_end(page)
            return self._written(held[seq])
        if held is not None and page not in self._asked and len(held) >= _PAGE - 1:
            text = self.tr("entry {0} is not in the journal").format(seq)
            return LogLine("", "journal", text, Tone.BAD, "", seq)
        if page not in self._asked:
            self._asked.add(page)
            first = page * _PAGE
            self._link.ask(
                lambda questions: (page, questions.log_page(first, _PAGE)), self._take_page, newest_only=False
            )
        return None

    def _written(self, line: views.LogLine) -> LogLine:
        return LogLine(self._time(line), line.source, line.text, line.tone, line.detail, line.seq)

    def _time(self, line: views.LogLine) -> str:
        zone = words.zone(self._zone)
        local = line.at.astimezone(zone)
        width = 15 if words.twelve_hours() else 12
        if local.date() == self._link.now().astimezone(zone).date():
            return words.clock(line.at, self._zone, seconds=True).ljust(width)
        month = words.day_text(local.date()).partition(" ")[2]
        return f"{month} {words.clock(line.at, self._zone)}".ljust(width)

    def _keep(self, lines: Sequence[views.LogLine]) -> None:
        for line in lines:
            page = (line.seq - 1) // _PAGE
            self._pages.setdefault(page, {})[line.seq] = line
            self.seen_sources.setdefault(line.source)
        while len(self._pages) > _PAGES_KEPT:
            old, _ = self._pages.popitem(last=False)
            self._asked.discard(old)

    def _take_tail(self, tail: _Tail) -> None:
        self._keep(tail.lines)
        more, self._count = tail.total - self._count, tail.total
        if more < 0:
            # A backup was put in place: another journal.
            self._pages.clear()
            self._asked.clear()
            self._search()
        elif self._chosen is not None or any(self._filter):
            self._search()
        elif more:
            self.grown.emit(more)

    def _take_page(self, answer: tuple[int, Sequence[views.LogLine]]) -> None:
        page, lines = answer
        self._asked.discard(page)
        self._pages.setdefault(page, {})
        self._keep(lines)
        if self._chosen is None:
            self.loaded.emit(page * _PAGE, _PAGE)
        else:
            self.loaded.emit(0, len(self._chosen))

    def _search(self) -> None:
        text, sources = self._filter
        if not text and not sources:
            self._chosen = None
            self.reset.emit()
            return
        self._link.ask(lambda questions: list(questions.log_search(text, sources)), self._take_found)

    def _take_found(self, found: list[int]) -> None:
        if not any(self._filter):
            return
        before, self._chosen = self._chosen, found
        if before is not None and found[: len(before)] == before:
            if len(found) > len(before):
                self.grown.emit(len(found) - len(before))
            elif not found:
                self.reset.emit()
        else:
            self.reset.emit()

    def _topics_changed(self, topics: Topics) -> None:
        if Topic.JOURNAL in topics:
            self.stale = True
            parent = self.parent()
            if isinstance(parent, QWidget) and parent.isVisible():
                self.ask()


class _Hairline(QWidget):
    """The line between the log and its tools."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().line)


class JournalCard(Card):
    """The log with its filter, its sources and a button that copies what is shown."""

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, sunken=True, flush=True)
        self.setObjectName("journal-card")
        self.setAccessibleName(self.tr("Journal"))
        self.lines = JournalLines(link, self)
        self.log = TerminalLog()
        self.filter = QLineEdit()
        self.filter.setObjectName("log-filter")
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.filter.setAccessibleName(self.tr("Filter the journal"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setToolTip(self.tr("Filter the journal  Ctrl+L"))
        self.filter.setMaximumWidth(220)
        self.filter.setMinimumWidth(110)
        self._title = Text(self.tr("Journal"), Role.LABEL12, Tone.DIM)
        self.sources = Button(self.tr("All sources"), Kind.QUIET, icon="filter", small=True)
        self.sources.setObjectName("log-sources")
        self.sources.clicked.connect(self._choose_sources)
        self.copy_button = Button("", Kind.QUIET, icon="copy", small=True)
        self.copy_button.setObjectName("log-copy")
        self.copy_button.setAccessibleName(self.tr("Copy"))
        self.copy_button.setToolTip(self.tr("Copy the chosen lines, or all that are shown"))
        self.copy_button.clicked.connect(self._copy)
        self._said = Text("", Role.SMALL12, Tone.DIM)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.INSET - 1, 8, 10, 0)
        bar.setSpacing(6)
        bar.addWidget(self._title)
        bar.addWidget(self._said, 1)
        bar.addWidget(self.sources)
        bar.addWidget(self.filter)
        bar.addWidget(self.copy_button)
        self.body.setSpacing(0)
        self.body.addLayout(bar)
        self.body.addSpacing(8)
        self.body.addWidget(_Hairline())
        self.body.addWidget(self.log, 1)
        self._chosen: tuple[str, ...] = ()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_SEARCH_MS)
        self._typing.timeout.connect(self._apply)
        self.filter.textChanged.connect(self._typed)
        self.lines.grown.connect(self.log.appended)
        self.lines.loaded.connect(self.log.rows_loaded)
        self.lines.reset.connect(self._again)
        self.log.copied.connect(self._copied)
        self.log.set_source(self.lines, self.tr("Reading the journal…"))

    def begin(self, zone: str) -> None:
        """Read the newest lines if they are not the newest any more; ``zone`` is the day's."""
        self.lines.set_zone(zone)
        if self.lines.stale:
            self.lines.ask()

    def set_code(self, code: int | None) -> None:
        """Show in the last line what a shell would say now."""
        text = "exitzero status; echo $?"
        self.log.set_prompt(text, "" if code is None else str(code), words.exit_tone(code))

    def focus_filter(self) -> None:
        """Put the keyboard into the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._title.setVisible(self.width() > 420)

    def _typed(self) -> None:
        self._typing.start()

    def _apply(self) -> None:
        self.lines.set_filter(self.filter.text(), self._chosen)

    def _again(self) -> None:
        filtered = bool(self.filter.text().strip() or self._chosen)
        self.log.set_source(self.lines, self.tr("No line matches the filter.") if filtered else None)
        self._said.setText(
            words.plural(self.lines.count(), self.tr("{0} line"), self.tr("{0} lines")) if filtered else ""
        )

    def _choose_sources(self) -> None:
        menu = QMenu(self)
        every = menu.addAction(self.tr("All sources"))
        every.setCheckable(True)
        every.setChecked(not self._chosen)
        menu.addSeparator()
        for source in sorted(self.lines.seen_sources):
            action = menu.addAction(source)
            action.setCheckable(True)
            action.setChecked(source in self._chosen)
            action.triggered.connect(lambda _=False, source=source: self.toggle_source(source))
        every.triggered.connect(lambda: self.set_sources(()))
        menu.exec(self.sources.mapToGlobal(QPoint(0, self.sources.height() + 2)))
        menu.deleteLater()

    def set_sources(self, sources: tuple[str, ...]) -> None:
        """Show only lines from these sources; none means all."""
        self._chosen = sources
        if not sources:
            text = self.tr("All sources")
        else:
            text = sources[0] if len(sources) == 1 else self.tr("{0} sources").format(len(sources))
        self.sources.setText(text)
        self.sources.setAccessibleName(self.tr("Sources shown: {0}").format(text))
        self.sources.updateGeometry()
        self._apply()

    def toggle_source(self, source: str) -> None:
        """Add a source to those shown, or take it away."""
        self.set_sources(tuple(sorted({*self._chosen} ^ {source})))

    def _copy(self) -> None:
        rows = self.log.selected_rows()
        first, last = rows if rows is not None else (0, self.lines.count() - 1)
        if last >= first:
            self.log.copy(first, last)

    def _copied(self, number: int) -> None:
        if QGuiApplication.clipboard().text():
            self._said.setText(words.plural(number, self.tr("{0} line copied"), self.tr("{0} lines copied")))
