"""Connecting a calendar: by its secret address, by CalDAV, or by a sign-in with Google, each with where to find it."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from exitzero.core.calendars import RemoteCalendar
from exitzero.ui.pages.calendar_rule import RuleEditor
from exitzero.ui.pages.fields import Choice, Field
from exitzero.ui.pages.layout import Line
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Kind, Text


class Wanted(NamedTuple):
    """What was filled in; ``kind`` is ics, caldav or google. ``remote`` is empty until a calendar was chosen."""

    kind: str
    name: str
    rule: Mapping[str, str]
    two_way: bool
    address: str = ""
    url: str = ""
    user: str = ""
    password: str = ""
    client_id: str = ""
    client_secret: str = ""
    remote: str = ""


class ConnectCalendar(QWidget):
    """The form. ``look_wanted`` asks what is there: a preview, or the calendars to choose from.

    ``connect_wanted`` connects. What was typed as a secret is kept only until :meth:`forget`.
    """

    look_wanted = Signal(object)
    connect_wanted = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("connect-calendar")
        self.stop = threading.Event()
        self._remotes: tuple[RemoteCalendar, ...] = ()
        self._google_note = ""

    def build(self) -> Iterator[None]:
        """Make the parts in steps; nothing else may be called before the last one."""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 16, 0, 14)
        outer.setSpacing(10)
        head = QVBoxLayout()
        head.setContentsMargins(20, 0, 20, 0)
        head.addWidget(Text(self.tr("Connect a calendar"), Role.HEADING))
        outer.addLayout(head)
        outer.addWidget(Line())
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setObjectName("page")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(20, 6, 20, 12)
        self._column.setSpacing(10)
        area.setWidget(inner)
        self._area = area
        outer.addWidget(area, 1)
        yield
        self._make_kinds()
        self._make_ics()
        yield
        self._make_caldav()
        self._make_google()
        yield
        self.remote = Choice()
        self.remote.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.remote.currentIndexChanged.connect(self._remote_changed)
        self.f_remote = Field(self.tr("Calendar"), self.remote)
        self.two_way = QCheckBox(self.tr("Both ways: what is booked here is written there too"))
        self.name = QLineEdit()
        self.f_name = Field(self.tr("What to call it"), self.name)
        self.rule = RuleEditor()
        yield
        for part in (self.f_remote, self.two_way, Line(), self.f_name, self.rule):
            self._column.addWidget(part)
        self._column.addStretch(1)
        outer.addWidget(Line())
        outer.addLayout(self._make_foot())
        self.turn("ics")

    def _make_kinds(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._kinds = QButtonGroup(self)
        self.kinds: dict[str, Button] = {}
        for key, words in (
            ("ics", self.tr("Address (.ics)")),
            ("caldav", self.tr("CalDAV")),
            ("google", self.tr("Google")),
        ):
            button = Button(words)
            button.setCheckable(True)
            button.clicked.connect(lambda _on=False, key=key: self.turn(key))
            self._kinds.addButton(button)
            self.kinds[key] = button
            row.addWidget(button)
        row.addStretch(1)
        self._column.addLayout(row)
        self.note = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._column.addWidget(self.note)

    def _make_ics(self) -> None:
        self.ics = QWidget()
        column = _column(self.ics)
        self.address = _secret()
        self.address.setPlaceholderText("https://calendar.google.com/calendar/ical/…/basic.ics")
        self.f_address = Field(self.tr("Address"), self.address, self.tr("A password in itself: kept in the keyring."))
        column.addWidget(self.f_address)
        where = (
            ("Google", self.tr("Settings, the calendar, Integrate calendar, Secret address in iCal format")),
            ("Outlook", self.tr("Settings, Calendar, Shared calendars, Publish, the ICS link")),
            ("iCloud", self.tr("the person beside the calendar's name, Public Calendar, the link")),
            ("Nextcloud", self.tr("the calendar's menu, Share link, Copy subscription link")),
        )
        for service, words in where:
            line = QHBoxLayout()
            line.setSpacing(10)
            name = Text(service, Role.SMALL12, Tone.PLAIN)
            name.setFixedWidth(70)
            told = Text(words, Role.SMALL12, Tone.DIM, wrap=True)
            told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            line.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(told, 1)
            column.addLayout(line)
        self._column.addWidget(self.ics)

    def _make_caldav(self) -> None:
        self.caldav = QWidget()
        column = _column(self.caldav)
        self.preset = Choice()
        self.preset.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.preset.currentIndexChanged.connect(self._preset_changed)
        self.url, self.user, self.password = QLineEdit(), QLineEdit(), _secret()
        self.f_preset = Field(self.tr("Service"), self.preset)
        self.f_url = Field(self.tr("Server"), self.url)
        self.f_user = Field(self.tr("User"), self.user)
        self.f_password = Field(self.tr("Password"), self.password, self.tr("Kept in the keyring."))
        for field in (self.f_preset, self.f_url, self.f_user, self.f_password):
            column.addWidget(field)
        self._column.addWidget(self.caldav)
        self._preset_changed()

    def _make_google(self) -> None:
        self.google = QWidget()
        column = _column(self.google)
        self.client_id, self.client_secret = QLineEdit(), _secret()
        self.client_id.setPlaceholderText("…apps.googleusercontent.com")
        self.f_client_id = Field(self.tr("Client ID of your own project"), self.client_id)
        self.f_client_secret = Field(self.tr("Client secret"), self.client_secret)
        column.addWidget(self.f_client_id)
        column.addWidget(self.f_client_secret)
        self._column.addWidget(self.google)

    def _make_foot(self) -> QHBoxLayout:
        self.trouble = Text("", Role.BODY13, Tone.BAD, wrap=True)
        self.trouble.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.cancel = Button(self.tr("Cancel"))
        self.cancel.clicked.connect(self._cancel)
        self.look = Button(self.tr("Preview"))
        self.look.clicked.connect(self._look)
        self.connect_button = Button(self.tr("Connect"), Kind.PRIMARY)
        self.connect_button.clicked.connect(self._connect)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 0, 20, 0)
        foot.setSpacing(8)
        foot.addWidget(self.trouble, 1)
        for button in (self.cancel, self.look, self.connect_button):
            foot.addWidget(button)
        return foot

    @property
    def kind(self) -> str:
        """Which way is chosen: ics, caldav or google."""
        return next(key for key, button in self.kinds.items() if button.isChecked())

    def turn(self, kind: str) -> None:
        """Choose a way."""
        self.kinds[kind].setChecked(True)
        for key, part in (("ics", self.ics), ("caldav", self.caldav), ("google", self.google)):
            part.setVisible(key == kind)
        self.note.setText(
            {
                "ics": self.tr("Read only, and it works with every service. Some show a change only hours later."),
                "caldav": self.tr("Two ways: your own server, iCloud, Fastmail, Nextcloud and others."),
                "google": self._google_note,
            }[kind]
        )
        self._set_remotes(())
        self.look.setText(
            {"ics": self.tr("Preview"), "google": self.tr("Sign in")}.get(kind, self.tr("Find calendars"))
        )
        self.look.setAccessibleName(self.look.text())
        self.look.updateGeometry()
        self.rule.clear_preview()
        self.set_trouble("", "")

    def set_forms(self, presets: Sequence[Any], google: str) -> None:
        """The CalDAV services to choose from, each with name, address and hint, and what Google asks for."""
        self._google_note = google
        for preset in presets:
            self.preset.addItem(preset.name, preset)
        self.turn(self.kind)

    def begin(self) -> None:
        """Begin anew; what is not secret stays."""
        self.stop = threading.Event()
        self.set_trouble("", "")
        self._area.verticalScrollBar().setValue(0)

    def forget(self) -> None:
        """Empty what is secret."""
        for line in (self.address, self.password, self.client_secret, self.name):
            line.clear()
        self._set_remotes(())

    def show_remotes(self, remotes: Sequence[RemoteCalendar]) -> None:
        """Offer the calendars of the account."""
        self.set_trouble("", "")
        self._set_remotes(tuple(remotes))
        if not remotes:
            self.set_trouble("", self.tr("The account has no calendar."))

    def set_trouble(self, field: str, message: str) -> None:
        """Say what is wrong, at its field; what was typed stays."""
        self.look.set_busy(False)
        self.connect_button.set_busy(False, self.tr("Connect"))
        self._enable()
        places = {
            "address": self.f_address, "url": self.f_url, "user": self.f_user, "password": self.f_password,
            "client_id": self.f_client_id, "client_secret": self.f_client_secret, "name": self.f_name,
            "remote": self.f_remote,
        }  # fmt: skip
        for each in places.values():
            each.set_trouble("")
        place = places.get(field)
        self.rule.set_trouble(message if field == "rule" else "")
        self.trouble.setText("" if place is not None or field == "rule" else message)
        if place is not None and message:
            place.set_trouble(message)
            self._area.ensureWidgetVisible(place, 0, 40)
            place.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def wanted(self) -> Wanted:
        """What is filled in."""
        remote = str(self.remote.currentData() or "")
        chosen = next((each for each in self._remotes if each.id == remote), None)
        name = self.name.text().strip() or (chosen.name if chosen is not None else "")
        return Wanted(
            kind=self.kind,
            name=name,
            rule=self.rule.rule,
            two_way=self.two_way.isChecked() and self.two_way.isEnabled(),
            address=self.address.text().strip(),
            url=self.url.text().strip(),
            user=self.user.text().strip(),
            password=self.password.text(),
            client_id=self.client_id.text().strip(),
            client_secret=self.client_secret.text().strip(),
            remote=remote,
        )

    def _look(self) -> None:
        self.set_trouble("", "")
        self.look.set_busy(True)
        self.look_wanted.emit(self.wanted())

    def _connect(self) -> None:
        self.set_trouble("", "")
        self.connect_button.set_busy(True, self.tr("Connecting…"))
        self.connect_wanted.emit(self.wanted())

    def _cancel(self) -> None:
        self.stop.set()
        self.cancelled.emit()

    def _set_remotes(self, remotes: tuple[RemoteCalendar, ...]) -> None:
        self._remotes = remotes
        self.name.setPlaceholderText("")
        self.remote.clear()
        for each in remotes:
            self.remote.addItem(each.name, each.id)
        self.f_remote.setVisible(bool(remotes))
        self.two_way.setVisible(bool(remotes))
        self._enable()

    def _enable(self) -> None:
        self.connect_button.setEnabled(self.kind == "ics" or bool(self._remotes))

    def _remote_changed(self, at: int) -> None:
        writable = 0 <= at < len(self._remotes) and self._remotes[at].writable
        self.two_way.setEnabled(writable)
        self.two_way.setChecked(writable)
        if 0 <= at < len(self._remotes):
            self.name.setPlaceholderText(self._remotes[at].name)

    def _preset_changed(self) -> None:
        preset = self.preset.currentData()
        if preset is not None:
            self.url.setText(preset.address)
            self.f_user.set_hint(preset.hint)


def _column(ground: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(ground)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    return column


def _secret() -> QLineEdit:
    line = QLineEdit()
    line.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
    return line
