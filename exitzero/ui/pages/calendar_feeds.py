"""Calendars in and out: which are connected and how well they are read, clashes, files in, files out.

A calendar that cannot be read is never shown as empty: it says as of when it is known, and what to do. Long, because
every errand to a calendar outside begins here and comes back here with its result or its trouble.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.errors import BadInput, ExitZeroError, OutsideTrouble
from exitzero.ui.dialogs import ConfirmSheet, SideSheet
from exitzero.ui.format import clock, day_text, local
from exitzero.ui.link import Link
from exitzero.ui.pages.calendar_clash import ClashCard
from exitzero.ui.pages.calendar_connect import ConnectCalendar, Wanted
from exitzero.ui.pages.calendar_feed_card import FeedCard
from exitzero.ui.pages.calendar_rule import RuleEditor
from exitzero.ui.pages.fields import Selectable
from exitzero.ui.pages.layout import columned, empty_layout, scrolled
from exitzero.ui.pages.wording import own_zone
from exitzero.ui.ports import Errands, Questions
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Card, EmptyState, Kind, Text
from exitzero.work.mocks.views import FeedView, MockPage, RulePreview

_BEHIND, _AHEAD = timedelta(days=31), timedelta(days=366)
_MOST = 6


class _Stored(NamedTuple):
    """What the page shows: the calendars, and the interviews that were changed on both sides."""

    feeds: tuple[FeedView, ...]
    clashes: tuple[MockPage, ...]
    zone: str


class FeedsPage(QWidget):
    """The part of the calendar's page for calendars outside; ``over`` is what its sheets cover."""

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, link: Link, over: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("feeds-page")
        self.link = link
        self._zone = own_zone(link)
        self._stored: _Stored | None = None
        self._asked = ""
        self._busy = ""
        self._ruled = ""
        self._data = b""
        self._dialog: QFileDialog | None = None
        self._over = over

    def build(self) -> Iterator[None]:
        """Make the parts in steps; nothing else may be called before the last one."""
        _area, column = scrolled(self)
        column.setContentsMargins(0, 0, 4, 0)
        self.clash = ClashCard()
        self.clash.settled.connect(self._settle)
        column.addWidget(self.clash)
        columns, (left, right) = columned(860, 7, 5)
        column.addWidget(columns)
        column.addStretch(1)
        head = Card(self.tr("Calendars in"))
        self.add = Button(self.tr("Connect a calendar"), Kind.PRIMARY, icon="plus", small=True)
        self.add.clicked.connect(self.open_form)
        self.sync_all = Button(self.tr("Read all now"), small=True)
        self.sync_all.clicked.connect(partial(self._sync, ""))
        head.add_head_widget(self.sync_all)
        head.add_head_widget(self.add)
        self.nothing = EmptyState(
            self.tr("No calendar is connected"),
            self.tr(
                "Connect the one that your interviews are in: they are found by a rule of yours, count by themselves, "
                "and everything else in it shows dim, so that no mock is put over it."
            ),
            icon="mocks",
        )
        head.body.addWidget(self.nothing)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(14)
        head.body.addLayout(self._cards)
        self.cards: dict[str, FeedCard] = {}
        left.addWidget(head)
        left.addStretch(1)
        yield
        right.addWidget(self._make_out())
        right.addWidget(self._make_import())
        right.addStretch(1)
        yield
        self.form = ConnectCalendar()
        self.form_sheet = SideSheet(self._over, self.form)
        yield from self.form.build()
        self.form.cancelled.connect(self.form_sheet.close_sheet)
        self.form.look_wanted.connect(self._look_there)
        self.form.connect_wanted.connect(self._connect)
        self.form.rule.preview_wanted.connect(self._form_rule_changed)
        yield
        self.rule = RuleEditor()
        self.rule.preview_wanted.connect(self._preview_rule)
        self.rule_sheet = SideSheet(self._over, self._make_rule_sheet())
        self.rule_cancel.clicked.connect(self.rule_sheet.close_sheet)
        yield
        self.sheet = ConfirmSheet(self._over)
        self.sheet.accepted.connect(self._disconnect)

    def _make_out(self) -> Card:
        card = Card(self.tr("Calendars out"))
        words = Text(
            self.tr("Every interview stands in this file too, written anew after each change. Subscribe to it:"),
            Role.BODY13, Tone.DIM, wrap=True,
        )  # fmt: skip
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.path = Selectable("…", Role.MONO12, Tone.PLAIN)
        self.path.setObjectName("feed-path")
        self.path.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.copy = Button(self.tr("Copy path"), icon="copy", small=True)
        self.copy.clicked.connect(self._copy_path)
        self.export = Button(self.tr("Export .ics"), icon="export", small=True)
        self.export.clicked.connect(self._ask_export)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy)
        row.addWidget(self.export)
        row.addStretch(1)
        card.body.addWidget(words)
        card.body.addWidget(self.path)
        card.body.addLayout(row)
        return card

    def _make_import(self) -> Card:
        card = Card(self.tr("Import a file"))
        self.choose = Button(self.tr("Choose an .ics file"), icon="import", small=True)
        self.choose.clicked.connect(self._ask_import)
        self.import_words = Text(
            self.tr("Its events become interviews. What stands here already is left alone."),
            Role.BODY13, Tone.DIM, wrap=True,
        )  # fmt: skip
        self.import_words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._import_list = QVBoxLayout()
        self._import_list.setSpacing(3)
        self.do_import = Button(self.tr("Import"), Kind.PRIMARY, small=True)
        self.do_import.clicked.connect(self._import)
        self.do_import.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.do_import)
        row.addStretch(1)
        card.body.addWidget(self.import_words)
        card.body.addLayout(self._import_list)
        card.body.addLayout(row)
        return card

    def _make_rule_sheet(self) -> QWidget:
        ground = QWidget()
        column = QVBoxLayout(ground)
        column.setContentsMargins(20, 18, 20, 14)
        column.setSpacing(12)
        self.rule_title = Text("", Role.HEADING)
        column.addWidget(self.rule_title)
        column.addWidget(self.rule)
        column.addStretch(1)
        self.rule_cancel = Button(self.tr("Cancel"))
        self.save_rule = Button(self.tr("Save the rule"), Kind.PRIMARY)
        self.save_rule.clicked.connect(self._save_rule)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.rule_cancel)
        foot.addWidget(self.save_rule)
        column.addLayout(foot)
        return ground

    # What is stored

    def refresh(self) -> None:
        """Ask for what is stored here; nothing goes out."""
        now = self.link.now()
        self.link.ask(partial(_look, now), self._show, self._not_read)
        self.link.run(lambda errands: str(errands.calendars.feed_path()), self._show_path, self._no_path)

    def _show(self, stored: _Stored) -> None:
        self._stored, self._zone = stored, stored.zone
        now = self.link.now()
        self.clash.show_clashes(stored.clashes, stored.zone)
        self.nothing.setVisible(not stored.feeds)
        self.sync_all.setVisible(bool(stored.feeds))
        if {feed.id for feed in stored.feeds} != set(self.cards):
            empty_layout(self._cards)
            self.cards = {}
            for feed in stored.feeds:
                card = FeedCard()
                card.sync_wanted.connect(self._sync)
                card.rule_wanted.connect(self._open_rule)
                card.disconnect_wanted.connect(self._ask_disconnect)
                self.cards[feed.id] = card
                self._cards.addWidget(card)
        for feed in stored.feeds:
            self.cards[feed.id].show_feed(feed, now, stored.zone)

    def _not_read(self, error: Exception) -> bool:
        return self._tell(error)

    def _show_path(self, path: str) -> None:
        self.path.setText(path)

    def _no_path(self, error: Exception) -> bool:
        self.path.setText(str(error) if isinstance(error, ExitZeroError) else self.tr("not known"))
        return isinstance(error, ExitZeroError)

    # Connecting

    def open_form(self) -> None:
        """Open the form that connects one."""
        if not self.form.preset.count():
            self.link.run(lambda errands: errands.calendars.forms(), self._take_forms, self._tell)
        self.form.begin()
        self.form_sheet.show_over(self.form.kinds[self.form.kind])

    def _take_forms(self, forms: Any) -> None:
        if not self.form.preset.count():
            self.form.set_forms(forms.presets, forms.google)

    def _form_rule_changed(self, _rule: object) -> None:
        if self.form.kind == "ics":
            self.form.rule.clear_preview(self.tr("Press Preview to see what the rule takes."))

    def _look_there(self, wanted: Wanted) -> None:
        if wanted.kind == "ics":
            self.form.rule.clear_preview(self.tr("Reading the calendar…"))
            self.link.run(
                lambda errands: errands.calendars.preview_ics(wanted.address, wanted.rule),
                self._show_preview, self._not_connected,
            )  # fmt: skip
        elif wanted.kind == "caldav":
            self.link.run(
                lambda errands: errands.calendars.list_remote(
                    url=wanted.url, user=wanted.user, password=wanted.password
                ),
                self._show_remotes, self._not_connected,
            )  # fmt: skip
        else:
            stop = self.form.stop
            self.link.run(
                lambda errands: errands.calendars.connect_google(wanted.client_id, wanted.client_secret, stop),
                self._show_remotes, self._not_connected,
            )  # fmt: skip

    def _show_preview(self, preview: RulePreview) -> None:
        self.form.set_trouble("", "")
        self.form.rule.show_preview(preview, self._zone)

    def _show_remotes(self, remotes: tuple[object, ...]) -> None:
        self.form.show_remotes(remotes)  # type: ignore[arg-type]

    def _connect(self, wanted: Wanted) -> None:
        self.link.run(partial(_connect, wanted), self._connected, self._not_connected)

    def _connected(self, calendar: str) -> None:
        self.form.set_trouble("", "")
        self.form.forget()
        self.form_sheet.close_sheet()
        self.told.emit(self.tr("Connected. It is being read."))
        self._sync(calendar)

    def _not_connected(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        field = error.field if isinstance(error, BadInput) else ""
        words = f"{error.title} {error.advice}".strip() if isinstance(error, OutsideTrouble) else str(error)
        message = error.message if isinstance(error, BadInput) else words
        self.form.set_trouble(field, message if known else self.tr("It could not be connected."))
        if self.form.kind == "ics":
            self.form.rule.clear_preview()
        return known

    # One that is connected

    def _sync(self, calendar: str) -> None:
        self._busy = calendar
        for key, card in self.cards.items():
            if calendar in {"", key}:
                card.set_busy(busy=True)
        self.link.run(lambda errands: errands.calendars.sync_now(calendar or None), self._synced, self._not_synced)

    def _synced(self, _nothing: object) -> None:
        for card in self.cards.values():
            card.set_busy(busy=False)
        self.refresh()

    def _not_synced(self, error: Exception) -> bool:
        for card in self.cards.values():
            card.set_busy(busy=False)
        self.refresh()
        # Its own card says what is wrong; a toast says that pressing brought no answer.
        return self._tell(error)

    def _open_rule(self, calendar: str) -> None:
        feed = self._feed(calendar)
        if feed is None:
            return
        self._ruled = calendar
        self.rule_title.setText(self.tr("Mocks in {0}").format(feed.name))
        self.rule.set_rule(feed.rule)
        self.rule_sheet.show_over(self.rule.words)
        self._preview_rule(self.rule.rule)

    def _preview_rule(self, rule: Mapping[str, str]) -> None:
        calendar = self._ruled
        self.link.ask(
            lambda questions: questions.mocks.preview_rule(calendar, rule), self._show_rule_preview, self._bad_rule
        )

    def _show_rule_preview(self, preview: RulePreview) -> None:
        self.rule.show_preview(preview, self._zone)

    def _bad_rule(self, error: Exception) -> bool:
        self.save_rule.set_busy(False)
        known = isinstance(error, ExitZeroError)
        self.rule.clear_preview()
        self.rule.set_trouble(error.message if isinstance(error, BadInput) else str(error) if known else "")
        return known

    def _save_rule(self) -> None:
        calendar, rule = self._ruled, self.rule.rule
        self.save_rule.set_busy(True)
        self.link.run(lambda errands: errands.calendars.rule(calendar, rule), self._rule_saved, self._bad_rule)

    def _rule_saved(self, _nothing: object) -> None:
        self.save_rule.set_busy(False)
        self.rule_sheet.close_sheet()
        self.told.emit(self.tr("The rule is kept."))
        self.refresh()

    def _ask_disconnect(self, calendar: str) -> None:
        feed = self._feed(calendar)
        if feed is None:
            return
        self._asked = calendar
        self.sheet.ask(
            title=self.tr("Disconnect {0}?").format(feed.name),
            words=self.tr("Its address is forgotten. The interviews that it brought stay here as your own."),
            accept=self.tr("Disconnect"),
            danger=True,
        )

    def _disconnect(self, _reason: str) -> None:
        calendar = self._asked
        self.link.run(lambda errands: errands.calendars.disconnect(calendar), self._disconnected, self._not_let_go)

    def _disconnected(self, _nothing: object) -> None:
        self.sheet.close_sheet()
        self.told.emit(self.tr("Disconnected."))
        self.refresh()

    def _not_let_go(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.sheet.set_trouble(str(error) if known else self.tr("It could not be disconnected."))
        return known

    def _settle(self, uid: str, keep: str) -> None:
        self.link.run(lambda errands: errands.calendars.resolve(uid, keep=keep), self._settled, self._not_settled)

    def _settled(self, _nothing: object) -> None:
        self.told.emit(self.tr("Settled."))
        self.refresh()

    def _not_settled(self, error: Exception) -> bool:
        self.clash.rest()
        return self._tell(error)

    # Files

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(self.path.text())
        self.told.emit(self.tr("The path is in the clipboard."))

    def _ask_export(self) -> None:
        dialog = self._file_dialog(self.tr("Export"), QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("ics")
        dialog.selectFile("mock-interviews.ics")
        dialog.fileSelected.connect(self.write)
        dialog.open()

    def write(self, path: str) -> None:
        """Write all interviews to a file."""
        self.link.run(lambda errands: (errands.calendars.export_ics(path), path)[1], self._written, self._tell)

    def _written(self, path: str) -> None:
        self.told.emit(self.tr("Written to {0}").format(path))

    def _ask_import(self) -> None:
        dialog = self._file_dialog(self.tr("A calendar file"), QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.read)
        dialog.open()

    def read(self, path: str) -> None:
        """Look what importing a file would do."""
        self.choose.set_busy(True)
        self.link.run(partial(_preview_file, path), self._show_import, self._not_imported)

    def _show_import(self, answer: tuple[bytes, object]) -> None:
        self.choose.set_busy(False)
        self._data, preview = answer
        new, known = preview.new, preview.known  # type: ignore[attr-defined]
        self.import_words.setText(
            self.tr("{0} new, {1} here already.").format(len(new), len(known))
            if new or known
            else self.tr("There is no event in it.")
        )
        self.import_words.set_tone(Tone.PLAIN)
        empty_layout(self._import_list)
        for event in new[:_MOST]:
            here = local(event.starts, self._zone)
            words = f"{day_text(here.date())} {clock(event.starts, self._zone)}  {event.title}"
            self._import_list.addWidget(_quiet(f"+ {words}", Tone.GOOD))
        if len(new) > _MOST:
            self._import_list.addWidget(_quiet(self.tr("and {0} more").format(len(new) - _MOST), Tone.DIM))
        for words in (*preview.skipped, *preview.warnings)[:_MOST]:  # type: ignore[attr-defined]
            self._import_list.addWidget(_quiet(f"▲ {words}", Tone.WARN))
        self.do_import.setText(self.tr("Import {0}").format(len(new)))
        self.do_import.updateGeometry()
        self.do_import.setVisible(bool(new))

    def _import(self) -> None:
        data = self._data
        self.do_import.set_busy(True)
        self.link.run(lambda errands: errands.calendars.import_ics(data), self._imported, self._not_imported)

    def _imported(self, count: int) -> None:
        self.do_import.set_busy(False)
        self.do_import.hide()
        empty_layout(self._import_list)
        self.import_words.setText(self.tr("{0} imported.").format(count))
        self.told.emit(self.tr("{0} interviews imported.").format(count))

    def _not_imported(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.choose.set_busy(False)
        self.do_import.set_busy(False)
        self.import_words.setText(str(error) if known else self.tr("The file could not be read."))
        self.import_words.set_tone(Tone.BAD)
        return known

    def _file_dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self, title, folder, self.tr("Calendars (*.ics *.ical *.ifb *.icalendar)"))
        dialog.setAcceptMode(mode)
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        return dialog

    def _feed(self, calendar: str) -> FeedView | None:
        feeds = self._stored.feeds if self._stored is not None else ()
        return next((feed for feed in feeds if feed.id == calendar), None)

    def _tell(self, error: Exception) -> bool:
        self.failed.emit(error)
        return isinstance(error, ExitZeroError)


def _quiet(words: str, tone: Tone) -> Text:
    label = Text(words, Role.SMALL12, tone, wrap=True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return label


def _look(now: datetime, questions: Questions) -> _Stored:
    mocks = questions.mocks
    feeds: tuple[FeedView, ...] = mocks.feeds()
    clashes: tuple[MockPage, ...] = ()
    if any(feed.clashes for feed in feeds):
        span = mocks.span((now - _BEHIND).date(), (now + _AHEAD).date())
        pages = (mocks.page(mock.uid) for mock in span.mocks if mock.clash)
        clashes = tuple(page for page in pages if page is not None)
    return _Stored(feeds, clashes, str(mocks.zone))


def _connect(wanted: Wanted, errands: Errands) -> str:
    calendars = errands.calendars
    if wanted.kind == "ics":
        return str(calendars.connect_ics(wanted.address, wanted.name, wanted.rule))
    if wanted.kind == "caldav":
        return str(
            calendars.connect_caldav(
                url=wanted.url, user=wanted.user, password=wanted.password, remote=wanted.remote, name=wanted.name,
                rule=wanted.rule, two_way=wanted.two_way,
            )
        )  # fmt: skip
    return str(calendars.choose_google(wanted.remote, wanted.name, wanted.rule, two_way=wanted.two_way))


def _preview_file(path: str, errands: Errands) -> tuple[bytes, object]:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise OutsideTrouble("The file cannot be read.", "Choose another one.", reason="file") from error
    return data, errands.calendars.preview_import(data)
