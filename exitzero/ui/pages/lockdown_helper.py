"""The lockdown's helper on its page: whether it is well, and installing, repairing and removing it with consent.

Nothing here acts by itself: each deed is shown with its exact command first, and the system's own prompt asks.
"""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from exitzero.engine.views import HelperView
from exitzero.lockdown.places import Places
from exitzero.ui.pages.fields import Selectable
from exitzero.ui.pages.layout import Flow, Line, Pairs
from exitzero.ui.pages.lockdown_words import POLICY_WORDS, flag_words, tr
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Card, Kind, Text

_SHOWN_CONFLICTS = 6


def what_is_installed() -> tuple[tuple[str, str, Tone], ...]:
    """What installing puts where, for the sheet that asks: sign, words, tone."""
    places = Places()
    return (
        ("+", tr("{0}: the program, owned by root, that edits the hosts file").format(places.code), Tone.INFO),
        ("+", tr("{0}: a system service, and a sweeper that runs every five minutes").format(places.units), Tone.INFO),
        ("+", tr("{0}: which account it serves (yours)").format(places.config), Tone.INFO),
        ("+", tr("{0}: its state, for root only").format(places.state), Tone.INFO),
        (
            "●",
            tr("It only ever adds marked lines that lead to 0.0.0.0 or ::, for 24 hours at most."),
            Tone.GOOD,
        ),
        ("●", tr("Uninstall takes every part of it away, also while something is locked."), Tone.GOOD),
    )


class HelperCard(Card):
    """How the helper does, and what can be done about it. ``deed_wanted`` carries install, repair or uninstall."""

    deed_wanted = Signal(str)
    policies_wanted = Signal(bool)
    copied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Helper", parent)
        self.set_title(self.tr("Helper"))
        self._view: HelperView | None = None
        self._commands: Mapping[str, str] = {}
        self.words = _wrapped()
        self.facts = Pairs(name_width=84)
        self.result = _wrapped(Role.BODY13)
        self.result.hide()
        self.install = Button(self.tr("Install…"), Kind.PRIMARY)
        self.repair = Button(self.tr("Repair…"))
        self.uninstall = Button(self.tr("Uninstall…"), Kind.QUIET)
        self.copy = Button(self.tr("Copy command"), icon="copy")
        self.command = Selectable("", Role.MONO12, Tone.DIM)
        self.command.setAccessibleName(self.tr("The command"))
        self.command.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for action, button in (("install", self.install), ("repair", self.repair), ("uninstall", self.uninstall)):
            button.clicked.connect(lambda _=False, action=action: self.deed_wanted.emit(action))
        self.copy.clicked.connect(self._copy)
        self.policies = QCheckBox(self.tr("Browser policy files while locked"))
        self.policies.toggled.connect(self.policies_wanted)
        explained = self.tr(
            "The stronger measure: for the time of a lock Firefox and Chromium get a policy file that names the sites "
            "and switches DNS over HTTPS off. They then say that they are managed by an organisation. It works from "
            "each browser's next start and is taken away with the lock."
        )
        self.policies.setAccessibleDescription(explained)
        self._explained = _wrapped(Role.SMALL12)
        self._explained.setText(explained)
        self._policy_words = _wrapped(Role.SMALL12)
        deeds = Flow()
        for button in (self.install, self.repair, self.uninstall, self.copy):
            deeds.addWidget(button)
        self._line = Line()
        above: tuple[QWidget, ...] = (self.words, self.facts, self.command)
        below: tuple[QWidget, ...] = (self.result, self._line, self.policies, self._policy_words, self._explained)
        for part in above:
            self.body.addWidget(part)
        self.body.addLayout(deeds)
        for part in below:
            self.body.addWidget(part)

    def show_view(self, view: HelperView, commands: Mapping[str, str]) -> None:
        """Show how it does."""
        self._view, self._commands = view, commands
        well = view.installed and view.answers and view.current and view.serves_me and not view.flags
        if not view.installed and not view.answers:
            self.set_state(State.REST, self.tr("Not installed"))
        elif not view.answers or not view.serves_me:
            self.set_state(State.FAILED, self.tr("No answer") if view.serves_me else self.tr("Serves another account"))
        else:
            self.set_state(*((State.SAFE, self.tr("Well")) if well else (State.AT_RISK, self.tr("Needs a look"))))
        self.words.setText(self._sentence(view))
        self.words.setVisible(bool(self.words.text()))
        self.facts.set_rows(self._facts(view))
        self.facts.setVisible(view.installed or view.answers)
        there = view.installed
        self.install.setVisible(not there or not view.current or not view.serves_me)
        self.install.setText(self.tr("Install…") if not there else self.tr("Install again…"))
        self.install.setAccessibleName(self.install.text())
        self.repair.setVisible(there)
        self.uninstall.setVisible(there)
        action = "install" if self.install.isVisibleTo(self) else "repair"
        command = "" if well else commands.get(action, "")  # Well, it needs no hand; the sheet shows it all the same.
        self.command.setText(command)
        self.command.setVisible(bool(command))
        self.copy.setVisible(bool(command))
        self._show_policies(view)

    def set_busy(self, action: str) -> None:
        """Say that the system's prompt is up; nothing else can be begun meanwhile."""
        for button in (self.install, self.repair, self.uninstall):
            button.setEnabled(False)
        self.policies.setEnabled(False)
        self.set_result(
            self.tr("Waiting for the system's password prompt. It may stand behind this window; five minutes at most.")
            if action
            else "",
            Tone.INFO,
            rest=False,
        )

    def set_result(self, words: str, tone: Tone, *, rest: bool = True) -> None:
        """Say what came of it, here where it was asked for."""
        if rest:
            for button in (self.install, self.repair, self.uninstall):
                button.setEnabled(True)
            self.policies.setEnabled(True)
        self.result.setText(words)
        self.result.set_tone(tone)
        self.result.setVisible(bool(words))

    def _sentence(self, view: HelperView) -> str:
        if not view.installed and not view.answers:
            return self.tr(
                "Without it nothing can be locked, and ExitZero only reminds. It is a small program of root's own that "
                "edits the hosts file for you, so that no password is asked at the deadline. Installing asks once."
            )
        if not view.serves_me:
            return self.tr("It was installed for another account of this computer and takes no orders from this one.")
        if not view.answers:
            return f"{view.words} {view.advice}".strip()
        if not view.current:
            return self.tr("It is of another version than this program. Install it again to bring them together.")
        return ""

    def _facts(self, view: HelperView) -> list[tuple[str, str] | tuple[str, str, Tone]]:
        rows: list[tuple[str, str] | tuple[str, str, Tone]] = [
            _fact(
                self.tr("Version"),
                self.tr("the same as this program's") if view.current else "▲ " + self.tr("another one"),
                Tone.PLAIN if view.current else Tone.WARN,
            ),
            _fact(
                self.tr("Answers"),
                self.tr("yes") if view.answers else "■ " + self.tr("no"),
                Tone.PLAIN if view.answers else Tone.BAD,
            ),
            _fact(
                self.tr("Account"),
                self.tr("yours") if view.serves_me else "■ " + self.tr("another one"),
                Tone.PLAIN if view.serves_me else Tone.BAD,
            ),
        ]
        for flag in view.flags:
            told, advice = flag_words(flag)
            rows.append((self.tr("Hosts file"), f"▲ {told} {advice}".strip(), Tone.WARN))
        if view.conflicts:
            shown = ", ".join(view.conflicts[:_SHOWN_CONFLICTS])
            more = len(view.conflicts) - _SHOWN_CONFLICTS
            rows.append((self.tr("Your lines"), shown + (self.tr(" and {0} more").format(more) if more > 0 else "")))
        if view.answers and not view.flags:
            rows.append((self.tr("Hosts file"), self.tr("can be edited; your own lines stay as they are")))
        return rows

    def _show_policies(self, view: HelperView) -> None:
        shown = view.installed and view.answers and view.serves_me
        words, advice, tone = POLICY_WORDS.get(view.policies, (view.policies, "", Tone.UNKNOWN))
        with QSignalBlocker(self.policies):
            self.policies.setChecked(view.policies != "off")
        self._policy_words.setText(f"{tr(words)}. {tr(advice) if advice else ''}".strip())
        self._policy_words.set_tone(tone)
        for part in (self._line, self.policies, self._explained):
            part.setVisible(shown)
        self._policy_words.setVisible(shown and view.policies != "off")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())
        self.set_result(self.tr("● Copied. Paste it into a terminal."), Tone.GOOD)


def _fact(name: str, words: str, tone: Tone) -> tuple[str, str, Tone]:
    return name, words, tone


def _wrapped(role: Role = Role.BODY13) -> Text:
    text = Text("", role, Tone.DIM, wrap=True)
    text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return text
