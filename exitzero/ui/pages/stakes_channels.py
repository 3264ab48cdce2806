"""The channels of the shame post: connected, tried and let go of. What is typed as a secret is never shown again."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exitzero.consequences.channel_forms import Ask, ServiceForm
from exitzero.engine.views import ChannelView
from exitzero.ui.pages.fields import Choice, Field
from exitzero.ui.pages.layout import Flow, Line, empty_layout
from exitzero.ui.pages.wording import stamp
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Card, Chip, Kind, Text


class ChannelRow(QWidget):
    """One channel: how it stands, where it posts, and what can be done about it."""

    test_wanted = Signal(str)
    rehearse_wanted = Signal(str)
    disconnect_wanted = Signal(str)

    def __init__(self, view: ChannelView, zone: str) -> None:
        super().__init__()
        self.view = view
        proved = view.proved_at is not None
        how = self.tr("tested") if view.proved_how == "tested" else self.tr("rehearsed")
        chip = Chip(State.SAFE, how) if proved else Chip(State.UNKNOWN, self.tr("never tried"))
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Text(view.id, Role.STRONG14))
        head.addWidget(Text(view.title, Role.BODY13, Tone.DIM), 1)
        if view.armed:
            head.addWidget(Text(self.tr("armed"), Role.LABEL12, Tone.WARN))
        head.addWidget(chip)
        where = Text(view.shown, Role.MONO12, Tone.DIM, wrap=True)
        since = self.tr("{0} {1}").format(how, stamp(view.proved_at, zone)) if view.proved_at is not None else ""
        self.told = Text(since, Role.SMALL12, Tone.DIM, wrap=True)
        self.told.setVisible(bool(since))
        for label in (where, self.told):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.test = Button(self.tr("Test"), small=True)
        self.test.setToolTip(self.tr("Really sends a message that says it is a test"))
        self.rehearse = Button(self.tr("Rehearse"), small=True)
        self.rehearse.setToolTip(self.tr("Checks everything short of sending"))
        self.disconnect_button = Button(self.tr("Disconnect"), Kind.QUIET, small=True)
        self.test.clicked.connect(partial(self.test_wanted.emit, view.id))
        self.rehearse.clicked.connect(partial(self.rehearse_wanted.emit, view.id))
        self.disconnect_button.clicked.connect(partial(self.disconnect_wanted.emit, view.id))
        deeds = Flow()
        for button in (self.test, self.rehearse, self.disconnect_button):
            deeds.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 10)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(where)
        column.addWidget(self.told)
        column.addSpacing(2)
        column.addLayout(deeds)
        self.setAccessibleName(f"{view.id}, {view.title}, {chip.accessibleName()}")

    def set_busy(self, what: str) -> None:
        """Show that it is being tried: ``test``, ``rehearse`` or ``disconnect``."""
        for button in (self.test, self.rehearse, self.disconnect_button):
            button.setEnabled(False)
        busy = {"test": self.test, "rehearse": self.rehearse}.get(what, self.disconnect_button)
        busy.set_busy(True)

    def set_result(self, words: str, tone: Tone) -> None:
        """Say what trying it brought."""
        for button in (self.test, self.rehearse, self.disconnect_button):
            button.set_busy(False)
        self.told.setText(words)
        self.told.set_tone(tone)
        self.told.setVisible(True)


class ChannelsCard(Card):
    """The connected channels, and the button that connects one more."""

    connect_wanted = Signal()
    test_wanted = Signal(str)
    rehearse_wanted = Signal(str)
    disconnect_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Channels", parent)
        self.set_title(self.tr("Channels of the shame post"))
        self.rows: dict[str, ChannelRow] = {}
        self._views: tuple[ChannelView, ...] | None = None
        self._results: dict[str, tuple[str, Tone]] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.body.addLayout(self._list)
        self.add = Button(self.tr("Connect a channel"), icon="plus")
        self.add.clicked.connect(self.connect_wanted)
        line = QHBoxLayout()
        line.addWidget(self.add)
        line.addStretch(1)
        self.body.addLayout(line)
        self._list.addWidget(Text(self.tr("Reading…"), Role.BODY13, Tone.DIM))

    def show_channels(self, views: Sequence[ChannelView], zone: str) -> None:
        """Show these; what was said about each stays until it changes."""
        if self._views == tuple(views):
            return
        self._views = tuple(views)
        empty_layout(self._list)
        self.rows = {}
        for at, view in enumerate(views):
            if at:
                self._list.addWidget(Line())
            row = ChannelRow(view, zone)
            for mine, theirs in (
                (row.test_wanted, self.test_wanted),
                (row.rehearse_wanted, self.rehearse_wanted),
                (row.disconnect_wanted, self.disconnect_wanted),
            ):
                mine.connect(theirs)
            if view.id in self._results:
                row.set_result(*self._results[view.id])
            self.rows[view.id] = row
            self._list.addWidget(row)
        if not views:
            words = Text(
                self.tr(
                    "Nobody hears of a failed day yet. Connect a place where people you care about read, and test it; "
                    "only what was tried can be armed."
                ),
                Role.BODY13,
                Tone.DIM,
                wrap=True,
            )
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._list.addWidget(words)

    def set_busy(self, name: str, what: str) -> None:
        """Show that a channel is being tried."""
        if name in self.rows:
            self.rows[name].set_busy(what)

    def set_result(self, name: str, words: str, tone: Tone) -> None:
        """Say what trying a channel brought."""
        self._results[name] = (words, tone)
        if name in self.rows:
            self.rows[name].set_result(words, tone)

    def forget(self, name: str) -> None:
        """A channel is gone, and what was said about it."""
        self._results.pop(name, None)


class ConnectForm(QWidget):
    """Connects one channel: a service, a name of one's own, and what the service asks for."""

    connect_wanted = Signal(str, str, object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._forms: dict[str, ServiceForm] = {}
        self.fields: dict[str, Field] = {}
        self.service = Choice(width=220)
        self.service.currentIndexChanged.connect(self._chosen)
        self.name = QLineEdit()
        self.name.setMaximumWidth(220)
        self.name_field = Field(
            self.tr("Name"), self.name, self.tr("Your own word for it: small letters, digits and -")
        )
        self.hint = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.trouble = Text("", Role.BODY13, Tone.BAD, wrap=True)
        self.keyring = Text(
            self.tr("Secrets go into the system's keyring and are never shown again."),
            Role.SMALL12,
            Tone.DIM,
            wrap=True,
        )
        self._asks = QVBoxLayout()
        self._asks.setSpacing(12)
        self.cancel = Button(self.tr("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        self.connect_button = Button(self.tr("Connect"), Kind.PRIMARY)
        self.connect_button.clicked.connect(self._connect)
        self._lay_out()

    def set_forms(self, forms: Sequence[ServiceForm]) -> None:
        """Offer these services."""
        self._forms = {form.service.value: form for form in forms}
        self.service.clear()
        for form in forms:
            self.service.addItem(form.title, form.service.value)
        self._chosen()

    def set_vault(self, reason: str) -> None:
        """Say that secrets do not outlive the program, if so."""
        if reason:
            self.keyring.setText(f"◆ {reason}")
            self.keyring.set_tone(Tone.WARN)

    def begin(self) -> None:
        """Start with empty fields."""
        self._chosen()
        self.set_trouble("", "")

    def answers(self) -> Mapping[str, str]:
        """What is filled in, by the names of the lines."""
        found = {}
        for name, field in self.fields.items():
            control = field.control
            found[name] = control.currentText() if isinstance(control, Choice) else _text_of(control)
        return found

    def set_trouble(self, field: str, message: str) -> None:
        """Say what is wrong at its field; the button can be pressed again."""
        self.connect_button.set_busy(False, self.tr("Connect"))
        for each in (self.name_field, *self.fields.values()):
            each.set_trouble("")
        found = self.name_field if field == "name" else self.fields.get(field)
        if found is not None and message:
            found.set_trouble(message)
            found.control.setFocus(Qt.FocusReason.OtherFocusReason)
        self.trouble.setText("" if found is not None else message)
        self.trouble.setVisible(bool(self.trouble.text()))

    def forget(self) -> None:
        """Empty every field: what was typed is in the keyring now."""
        for field in self.fields.values():
            if isinstance(field.control, QLineEdit):
                field.control.clear()
        self.connect_button.set_busy(False, self.tr("Connect"))

    def _chosen(self) -> None:
        form = self._forms.get(str(self.service.currentData()))
        empty_layout(self._asks)
        self.fields = {}
        if form is None:
            return
        self.hint.setText(form.hint)
        self.name.setText("" if form.service.value == "other" else form.service.value)
        for ask in form.asks:
            field = Field(_label(ask), _control(ask), ask.hint)
            self.fields[ask.name] = field
            self._asks.addWidget(field)
        self.set_trouble("", "")

    def _connect(self) -> None:
        self.connect_button.set_busy(True, self.tr("Connecting"))
        self.connect_wanted.emit(str(self.service.currentData()), self.name.text().strip(), self.answers())

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        outer.addWidget(area, 1)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(22, 20, 22, 12)
        column.setSpacing(12)
        area.setWidget(inner)
        column.addWidget(Text(self.tr("Connect a channel"), Role.HEADING))
        column.addWidget(Field(self.tr("Service"), self.service))
        column.addWidget(self.hint)
        column.addWidget(self.name_field)
        column.addWidget(Line())
        column.addLayout(self._asks)
        column.addWidget(self.keyring)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(22, 0, 22, 18)
        buttons.setSpacing(8)
        buttons.addWidget(self.trouble, 1000)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.connect_button)
        outer.addLayout(buttons)
        self.trouble.hide()


def _label(ask: Ask) -> str:
    return ask.label if ask.required else f"{ask.label} (optional)"


def _control(ask: Ask) -> QWidget:
    if ask.choices:
        return Choice([(choice, choice) for choice in ask.choices], 220)
    line = QLineEdit()
    if ask.secret:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def _text_of(control: QWidget) -> str:
    return control.text() if isinstance(control, QLineEdit) else ""
