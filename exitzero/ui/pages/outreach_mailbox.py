"""The mailboxes whose sent mail counts: connected by preset, tried, let go of. Passwords are never shown again.

Long, because a server of one's own, the services and Gmail's own API share one form.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from exitzero.core.errors import BadInput, ExitZeroError
from exitzero.truth.sent_mail_trouble import PasswordRefused
from exitzero.ui import format as words
from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.fields import Choice, Field, Spin
from exitzero.ui.pages.layout import Flow, Line, columned, scrolled
from exitzero.ui.pages.outreach_pane import Pane, emptied
from exitzero.ui.pages.outreach_sheet import plain
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Banner, Button, Card, Chip, Kind, Text
from exitzero.work.outreach.views import MailboxView

_SECURITY = (("TLS (993)", "tls"), ("STARTTLS (143)", "starttls"), ("None, this machine only", "none"))


class MailboxPane(Pane):
    """What is connected at the left, the form at the right."""

    contract_wanted = Signal()

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self._presets: tuple[Any, ...] = ()
        self._trying = ""
        self._shown: tuple[MailboxView, ...] | None = None
        self.results: dict[str, tuple[str, Tone]] = {}
        ground = QWidget(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        self._area, column = scrolled(ground)
        column.setContentsMargins(0, 10, 0, 10)
        self.keyring = Banner()
        column.addWidget(self.keyring)
        columns, (left, right) = columned(860, 1, 1)
        column.addWidget(columns)
        column.addStretch(1)
        self.card = Card(self.tr("Mailboxes that are read"))
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.card.body.addLayout(self._list)
        self._list.addWidget(plain(self.tr("Reading…")))
        self.card.body.addWidget(
            plain(
                self.tr(
                    "Only the headers of sent mail are read, never a text. The folder is opened read-only. What cannot "
                    "be read is unknown, never zero."
                ),
                role=Role.SMALL12,
            )
        )
        left.addWidget(self.card)
        left.addStretch(1)
        self.form = Card(self.tr("Connect a mailbox"))
        right.addWidget(self.form)
        right.addStretch(1)
        self._make_form()

    def refresh(self) -> None:
        self.link.ask(lambda questions: questions.outreach.mailboxes(), self._show, self._not_shown)
        if not self._presets:
            self.link.run(lambda errands: errands.mail.presets(), self._take_presets, self._not_shown)
            self.link.run(_no_keyring, self._show_keyring, self._no_health)

    def forget(self) -> None:
        self._shown = None

    # What is connected

    def _show(self, mailboxes: Sequence[MailboxView]) -> None:
        if self._shown == tuple(mailboxes):
            return
        self._shown = tuple(mailboxes)
        emptied(self._list)
        for at, mailbox in enumerate(mailboxes):
            if at:
                self._list.addWidget(Line())
            self._list.addWidget(self._row(mailbox))
        if not mailboxes:
            text = self.tr(
                "None yet. Connect the one you write your outreach from, then choose it in the contract: its sent mail "
                "counts by itself from the day after."
            )
            self._list.addWidget(plain(text))

    def _row(self, mailbox: MailboxView) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 8, 0, 10)
        column.setSpacing(4)
        name = Text(mailbox.address, Role.STRONG14)
        name.setSizePolicy(name.sizePolicy().Policy.Ignored, name.sizePolicy().Policy.Preferred)
        column.addWidget(name)
        column.addWidget(plain(mailbox.shown, role=Role.MONO12))
        if not mailbox.in_contract:
            chip = Chip(State.REST, self.tr("not in the contract"))
            say = plain(
                self.tr(
                    "Mails are found by their subject and replies are seen, but no mail counts by itself: choose this "
                    "mailbox in the outreach clause of the contract, and it does from the day after."
                )
            )
        elif mailbox.trouble:
            chip = Chip(State.UNKNOWN, self.tr("unknown"))
            say = plain(f"{mailbox.trouble} {mailbox.advice}".strip(), Tone.UNKNOWN)
        elif mailbox.last_good is not None:
            chip = Chip(State.SAFE, self.tr("read"))
            say = plain(self.tr("Read {0}").format(words.ago(mailbox.last_good, self.link.now())))
        else:
            chip = Chip(State.UNKNOWN, self.tr("not asked yet"))
            say = plain(self.tr("Asked with the first check of a day that counts it."))
        column.addWidget(chip)
        column.addWidget(say)
        if mailbox.own:
            column.addWidget(plain(self.tr("Also yours: {0}").format(", ".join(mailbox.own)), role=Role.SMALL12))
        result, tone = self.results.get(mailbox.address, ("", Tone.DIM))
        told_ = plain(result, tone)
        told_.setVisible(bool(result))
        column.addWidget(told_)
        test = Button(self.tr("Try now"), small=True)
        test.setAccessibleName(self.tr("Try {0} now").format(mailbox.address))
        test.clicked.connect(partial(self._test, mailbox.address, test))
        away = Button(self.tr("Disconnect"), Kind.QUIET, small=True)
        away.setAccessibleName(self.tr("Disconnect {0}").format(mailbox.address))
        away.setEnabled(not mailbox.in_contract)
        away.clicked.connect(partial(self._disconnect, mailbox.address))
        holder_of_deeds = QWidget()
        flow = Flow(holder_of_deeds, spacing=6)
        flow.addWidget(test)
        flow.addWidget(away)
        if mailbox.in_contract:
            named = Text(self.tr("The contract names it"), Role.SMALL12, Tone.DIM)
            named.setMinimumHeight(32)
            flow.addWidget(named)
        else:
            contract = Button(self.tr("To the contract"), small=True)
            contract.clicked.connect(self.contract_wanted)
            flow.addWidget(contract)
        column.addWidget(holder_of_deeds)
        return holder

    def _test(self, address: str, button: Button) -> None:
        self._trying = address
        button.set_busy(True, self.tr("Trying"))
        self.link.run(lambda errands: errands.mail.test(address), self._tested, self._not_tested)

    def _tested(self, found: str) -> None:
        self._tell(self._trying, f"● {found}", Tone.GOOD)

    def _not_tested(self, error: Exception) -> bool:
        title, advice = told.said(error, self.tr("It could not be tried."))
        self._tell(self._trying, f"■ {title} {advice}".strip(), Tone.BAD)
        return isinstance(error, ExitZeroError)

    def _tell(self, address: str, result: str, tone: Tone) -> None:
        self.results[address] = (result, tone)
        shown, self._shown = self._shown, None
        self._show(shown or ())
        self.refresh()

    def _disconnect(self, address: str) -> None:
        self._trying = address
        self.link.run(lambda errands: errands.mail.disconnect(address), self._disconnected, self._not_tested)

    def _disconnected(self, _nothing: object) -> None:
        self.results.pop(self._trying, None)
        self.said.emit(self.tr("{0} is disconnected, its secret removed").format(self._trying), Tone.GOOD, False)
        self.refresh()

    def _not_shown(self, error: Exception) -> bool:
        title, advice = told.said(error, self.tr("The mailboxes cannot be read"))
        self.said.emit(f"{title} {advice}".strip(), Tone.BAD, False)
        return isinstance(error, ExitZeroError)

    def _show_keyring(self, reason: str) -> None:
        if reason:
            self.keyring.show_message(
                Tone.UNKNOWN,
                self.tr("Passwords do not outlive the program here"),
                self.tr("{0} A mailbox has to be connected again after each start.").format(reason),
                dismissable=False,
            )

    def _no_health(self, error: Exception) -> bool:
        return isinstance(error, ExitZeroError)

    # The form

    def _make_form(self) -> None:
        self.preset = Choice((), 260)
        self.preset.currentIndexChanged.connect(self._chosen)
        self.advice = plain("")
        self.help = Button(self.tr("Get an app password"), icon="export", small=True)
        self.help.clicked.connect(self._open_help)
        lines = {
            "address": (self.tr("Your address"), ""),
            "password": (self.tr("App password"), self.tr("Goes into the system's keyring, is never shown again")),
            "client_id": (self.tr("Client id"), ""),
            "client_secret": (self.tr("Client secret"), ""),
            "host": (self.tr("Server"), "imap.example.org"),
            "user": (self.tr("User name (optional)"), self.tr("If it is another than the address")),
            "folder": (
                self.tr("Folder of sent mail (optional)"),
                self.tr("Found by its role where the server says it"),
            ),
            "own": (
                self.tr("Further addresses of yours (optional)"),
                self.tr("With commas between; mails to them count for nothing"),
            ),
        }
        self.fields: dict[str, Field] = {}
        for name, (label, hint) in lines.items():
            line = QLineEdit()
            if name in {"password", "client_secret"}:
                line.setEchoMode(QLineEdit.EchoMode.Password)
            line.returnPressed.connect(self._connect)
            self.fields[name] = Field(label, line, hint)
        _line(self.fields["address"]).editingFinished.connect(self._address_typed)
        self.port = Spin(1, 65535)
        self.port.setValue(993)
        self.fields["port"] = Field(self.tr("Port"), self.port)
        self.security = Choice(_SECURITY, 220)
        self.security.currentIndexChanged.connect(self._security_chosen)
        self.fields["security"] = Field(self.tr("Connection"), self.security)
        self.form_trouble = plain("", Tone.BAD)
        self.form_trouble.hide()
        self.connect_button = Button(self.tr("Connect"), Kind.PRIMARY)
        self.connect_button.clicked.connect(self._connect)
        self.stop = Button(self.tr("Stop waiting"))
        self.stop.clicked.connect(self._stop)
        self.stop.hide()
        body = self.form.body
        body.addWidget(Field(self.tr("Service"), self.preset))
        body.addWidget(self.advice)
        body.addWidget(self.help, 0, Qt.AlignmentFlag.AlignLeft)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        places = (("address", "password"), ("host", "port"), ("user", "security"), ("client_id", "client_secret"))
        for at, (left, right) in enumerate(places):
            grid.addWidget(self.fields[left], at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.fields[right], at, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        body.addLayout(grid)
        body.addWidget(self.fields["own"])
        body.addWidget(self.fields["folder"])
        body.addWidget(self.form_trouble)
        holder = QWidget()
        flow = Flow(holder)
        flow.addWidget(self.connect_button)
        flow.addWidget(self.stop)
        body.addWidget(holder)
        self._chosen()

    def _take_presets(self, presets: Sequence[Any]) -> None:
        self._presets = tuple(presets)
        self.preset.clear()
        for preset in presets:
            self.preset.addItem(preset.title, preset.key)
        self._chosen()

    def _current(self) -> Any:
        key = self.preset.currentData()
        return next((preset for preset in self._presets if preset.key == key), None)

    def _address_typed(self) -> None:
        """An address whose service is known chooses it, unless the person has chosen another than the first."""
        from exitzero.truth.sent_mail_presets import preset_for

        found = preset_for(_line(self.fields["address"]).text())
        if found.domains and self.preset.currentIndex() == 0:
            self.preset.choose(found.key)

    def _chosen(self) -> None:
        preset = self._current()
        gmail = preset is not None and preset.kind == "gmail"
        refused = preset.refused if preset is not None else ""
        own = preset is not None and preset.key == "own"
        shown = {
            "address": not refused,
            "password": not gmail and not refused,
            "client_id": gmail,
            "client_secret": gmail,
            "host": own,
            "port": own,
            "user": own,
            "security": own,
            "folder": own,
            "own": not refused,
        }
        for name, field in self.fields.items():
            field.setVisible(preset is not None and shown[name])
            field.set_trouble("")
        self.connect_button.setVisible(preset is not None and not refused)
        self.form_trouble.hide()
        if preset is None:
            self.advice.setText(self.tr("Reading…"))
            self.help.hide()
            return
        self.advice.setText(f"◆ {refused} {preset.advice}" if refused else preset.advice)
        self.advice.set_tone(Tone.WARN if refused else Tone.DIM)
        self.help.setVisible(bool(preset.link))
        self.help.setText(self.tr("Open its help") if refused or gmail else self.tr("Get an app password"))
        self.help.setAccessibleName(self.help.text())
        self.help.updateGeometry()
        if not own:
            _line(self.fields["host"]).setText(preset.host)
            self.port.setValue(preset.port)
            self.security.choose(str(preset.security))
        else:
            _line(self.fields["host"]).clear()

    def _security_chosen(self) -> None:
        usual = {"tls": 993, "starttls": 143}.get(str(self.security.currentData()))
        if usual is not None and self.port.value() in {993, 143}:
            self.port.setValue(usual)

    def answers(self) -> Mapping[str, str]:
        """What is filled in, by the names that the engine takes."""
        found = {name: _line(field).text().strip() for name, field in self.fields.items() if _is_line(field)}
        found["password"] = _line(self.fields["password"]).text()
        found["port"] = str(self.port.value())
        found["security"] = str(self.security.currentData())
        return found

    def _connect(self) -> None:
        preset = self._current()
        if preset is None or not self.connect_button.isEnabled():
            return
        answers = self.answers()
        for field in self.fields.values():
            field.set_trouble("")
        self.form_trouble.hide()
        if preset.kind == "gmail":
            self.connect_button.set_busy(True, self.tr("Waiting for your browser"))
            self.stop.show()
            self.link.run(
                lambda errands: errands.mail.connect_gmail(
                    answers["address"], answers["client_id"], answers["client_secret"], answers["own"]
                ),
                self._connected,
                self._refused,
            )
            return
        self.connect_button.set_busy(True, self.tr("Connecting"))
        asked = {name: answers[name] for name in answers if name not in {"client_id", "client_secret"}}
        self.link.run(lambda errands: errands.mail.connect_imap(asked), self._connected, self._refused)

    def _stop(self) -> None:
        self.link.run(lambda errands: errands.mail.cancel_sign_in())

    def _connected(self, mailbox: MailboxView) -> None:
        for name in ("address", "password", "client_secret", "own", "folder", "user"):
            _line(self.fields[name]).clear()
        self._free()
        self.said.emit(self.tr("{0} is connected").format(mailbox.address), Tone.GOOD, False)
        self.refresh()

    def _refused(self, error: Exception) -> bool:
        self._free()
        title, advice = told.said(error, self.tr("It could not be connected."))
        message = f"{title} {advice}".strip()
        name = error.field.removeprefix("mail.") if isinstance(error, BadInput) else ""
        if isinstance(error, PasswordRefused):
            name, message = "password", self.tr("{0} It was tried once only. Nothing is connected.").format(title)
        field = self.fields.get(name)
        if field is not None and not field.isHidden():
            field.set_trouble(message)
            field.control.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.form_trouble.setText(f"■ {message}")
            self.form_trouble.show()
            # Below a long form it would stand where nobody looks.
            QTimer.singleShot(0, self.form_trouble, partial(self._area.ensureWidgetVisible, self.form_trouble))
        return isinstance(error, ExitZeroError)

    def _free(self) -> None:
        self.connect_button.set_busy(False, self.tr("Connect"))
        self.stop.hide()

    def _open_help(self) -> None:
        preset = self._current()
        if preset is not None and preset.link:
            link = preset.link
            self.link.run(lambda _errands: _open(link), self._opened, self._not_shown)

    def _opened(self, link: str) -> None:
        if link:
            self.said.emit(self.tr("No browser could be opened: {0}").format(link), Tone.WARN, False)


def _is_line(field: Field) -> bool:
    return isinstance(field.control, QLineEdit)


def _line(field: Field) -> QLineEdit:
    control = field.control
    if not isinstance(control, QLineEdit):
        raise TypeError(control)
    return control


def _open(link: str) -> str:
    """The link, if no browser took it."""
    from exitzero.desktop.browser import open_url

    return "" if open_url(link) else link


def _no_keyring(errands: Any) -> str:
    item = next((each for each in errands.health() if each.key == "keyring"), None)
    return item.words if item is not None and item.state != "good" else ""
