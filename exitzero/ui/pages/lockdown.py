"""The page *Lockdown*: whether sites are out of reach now, until when, why, what ends it, and how sure that is.

Everything it shows is asked of the helper anew, because a lock that was put a minute ago may not hold any more.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from exitzero.core.errors import BadInput, ExitZeroError, OutsideTrouble
from exitzero.core.topics import Topic
from exitzero.engine.views import LockdownPage
from exitzero.ui.dialogs import ConfirmSheet, SideSheet
from exitzero.ui.link import Link
from exitzero.ui.page import UnseenPage
from exitzero.ui.pages.layout import columned, scrolled
from exitzero.ui.pages.lockdown_beyond import BeyondCard, BeyondSheet
from exitzero.ui.pages.lockdown_check import CheckCard, Checked, check
from exitzero.ui.pages.lockdown_deeds import LockForm
from exitzero.ui.pages.lockdown_helper import HelperCard, what_is_installed
from exitzero.ui.pages.lockdown_lists import ListsCard
from exitzero.ui.pages.lockdown_state import StateCard
from exitzero.ui.pages.lockdown_words import names_text
from exitzero.ui.pages.wording import own_zone
from exitzero.ui.ports import Errands
from exitzero.ui.theme import Tone
from exitzero.ui.widgets.card import Banner, EmptyState


class Seen(NamedTuple):
    """One look at the helper, and what could be typed in a terminal instead of pressing."""

    page: LockdownPage
    commands: Mapping[str, str]


class LockdownScreen(UnseenPage):
    """The page *Lockdown*."""

    topics = frozenset({Topic.LOCKDOWN, Topic.CONTRACT})

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("lockdown-page")
        self.seen: Seen | None = None
        self._freed = False
        self._asking = False
        self._asked_again = False
        self._deed = ""

    def _parts(self) -> Iterator[None]:
        _area, column = scrolled(self.ground)
        self.banner = Banner()
        self.banner.activated.connect(self.refresh)
        column.addWidget(self.banner)
        self.state = StateCard(self.link)
        column.addWidget(self.state)
        self.nothing = EmptyState("", "", self.tr("Try again"), icon="lock")
        self.nothing.activated.connect(self.refresh)
        self.nothing.hide()
        column.addWidget(self.nothing, 1)
        self.state.lock_wanted.connect(self._open_lock)
        self.state.exit_wanted.connect(self._ask_exit)
        self.state.stay_wanted.connect(self._stay)
        self.state.look_wanted.connect(self.refresh)
        self.state.contract_wanted.connect(self._open_contract)
        yield
        self.columns, (left, right) = columned(940, 7, 5)
        column.addWidget(self.columns, 1)
        self.lists = ListsCard()
        left.addWidget(self.lists, 1)
        yield
        self.helper = HelperCard()
        right.addWidget(self.helper)
        self.helper.deed_wanted.connect(self._ask_deed)
        self.helper.policies_wanted.connect(self._switch_policies)
        yield
        self.check = CheckCard()
        right.addWidget(self.check)
        self.check.check_wanted.connect(self._check)
        yield
        self.beyond = BeyondCard()
        right.addWidget(self.beyond)
        right.addStretch(1)
        self.beyond.read_wanted.connect(self.read_beyond)
        yield
        self.form = LockForm()
        self.form.lock_wanted.connect(self._ask_lock)
        self.side = SideSheet(self, self.form)
        self.form.cancelled.connect(self.side.close_sheet)
        yield
        self.beyond_sheet = BeyondSheet()
        self.reading = SideSheet(self, self.beyond_sheet)
        self.beyond_sheet.close_wanted.connect(self.reading.close_sheet)
        yield
        self.sheet = ConfirmSheet(self)
        self.sheet.accepted.connect(self._accepted)
        self.link.watch.minute.connect(self._minute)

    def open(self, target: object) -> None:
        """Turn to a list by its key, or to ``limits``."""
        if target == "limits":
            self.read_beyond()
        elif target in {"sites", "locks", "past", "noticed"}:
            self.lists.tabs.turn_to(str(target))

    def refresh(self) -> None:
        """Ask the helper, and for what is stored."""
        if self._asking:
            self._asked_again = True  # Each look takes the helper's socket; two at once say no more than one.
            return
        self._asking = True
        self.state.again.setEnabled(False)
        self.link.run(_look, self._show, self._failed)

    def read_beyond(self) -> None:
        """Show all that a lockdown cannot stop, and the ways out."""
        self.reading.show_over(self.beyond_sheet.area)

    # What is seen

    def _show(self, seen: Seen) -> None:
        self.fill(self._filling(seen))

    def _filling(self, seen: Seen) -> Iterator[None]:
        before, self.seen = self.seen, seen
        standing = seen.page.view.standing
        if before is not None and before.page.view.standing in {"locked", "degraded"}:
            self._freed = standing not in {"locked", "degraded"}
        elif standing in {"locked", "degraded"}:
            self._freed = False
        self._show_parts(shown=True)
        self.state.show_page(seen.page, freed=self._freed)
        yield
        self.helper.show_view(seen.page.helper, seen.commands)
        self.check.set_locked(locked=standing in {"locked", "degraded"})
        yield
        self.lists.show_page(seen.page, self.link.now(), own_zone(self.link))

    def _filled(self) -> None:
        super()._filled()
        self._rest()

    def _rest(self) -> None:
        self._asking = False
        self.state.again.setEnabled(True)
        if self._asked_again:
            self._asked_again = False
            self.refresh_when_seen()

    def _failed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        title = self.tr("The lockdown cannot be read")
        words = str(error) if known else self.tr("The details are in the log.")
        self.nothing.set_words(title, words)
        # What was seen before may be long past: it must not go on to say that something is locked.
        self._show_parts(shown=False)
        self.fill(())
        return known

    def _show_parts(self, *, shown: bool) -> None:
        for part in (self.state, self.columns):
            part.setVisible(shown)
        self.nothing.setHidden(shown)

    def _minute(self) -> None:
        if self.seen is None or not self.isVisible():
            return
        now = self.link.now()
        self.form.pass_minute(now)
        view = self.seen.page.view
        ahead = view.opens or (view.starts if view.standing == "armed" else view.until)
        if ahead is not None and ahead <= now:
            self.refresh()
        else:
            self.state.show_page(self.seen.page, freed=self._freed)

    # Locking by hand

    def _open_lock(self) -> None:
        if self.seen is not None:
            self.form.begin(self.seen.page.sites, self.link.now(), own_zone(self.link))
            self.side.show_over(self.form.spans[25])

    def _ask_lock(self) -> None:
        self._deed = "lock"
        self.form.pass_minute(self.link.now())
        self.sheet.ask(
            title=self.tr("Lock {0} until {1}?").format(names_text(self.form.count), self.form.until),
            words=self.tr("It cannot be taken back. Work that is verified does not end it; its time does."),
            accept=self.tr("Lock now"),
            lines=[("!", self.tr("Close open tabs of these sites: open connections go on."), Tone.WARN)],
            danger=True,
        )

    def _locked(self, _view: object) -> None:
        self.sheet.close_sheet()
        self.side.close_sheet()
        self.refresh()

    # The emergency exit

    def _ask_exit(self) -> None:
        if self.seen is None:
            return
        self._deed = "exit"
        page = self.seen.page
        left = page.emergency_left - 1
        self.sheet.ask(
            title=self.tr("Leave the lockdown by the emergency exit?"),
            words=self.tr("The exit opens {0} minutes from now; the sites stay locked until then.").format(
                page.emergency_minutes
            ),
            accept=self.tr("Begin the {0} minutes").format(page.emergency_minutes),
            lines=[
                ("−", self.tr("{0} coins, back if you stay after all.").format(page.emergency_price), Tone.BAD),
                ("!", self.tr("It is written in the journal, with your sentence and the time."), Tone.WARN),
                ("▲", self.tr("{0} more this month after this one.").format(left), Tone.WARN if left else Tone.BAD),
                ("○", self.tr("Once open, nothing locks by itself until the day is over."), Tone.DIM),
            ],
            reason=self.tr("Type: {0}").format(page.emergency_sentence),
            reason_length=len(page.emergency_sentence),
            danger=True,
        )

    def _stay(self) -> None:
        self.state.stay.set_busy(True)
        self.link.run(lambda errands: errands.lockdown.cancel_emergency(), self._stays, self._not_stayed)

    def _stays(self, _view: object) -> None:
        self.state.stay.set_busy(False)
        self.refresh()

    def _not_stayed(self, error: Exception) -> bool:
        self.state.stay.set_busy(False)
        self.refresh()
        return self._say(error, self.tr("The exit could not be taken back."))

    # The helper

    def _ask_deed(self, action: str) -> None:
        command = self.seen.commands.get(action, "") if self.seen is not None else ""
        typed = (">", command, Tone.DIM) if command else None
        locked = self.seen is not None and self.seen.page.view.standing in {"locked", "degraded"}
        title, words, accept = {
            "install": (
                self.tr("Install the lockdown helper?"),
                self.tr("The system asks for an administrator's password, this once. Then:"),
                self.tr("Install"),
            ),
            "repair": (
                self.tr("Repair the lockdown?"),
                self.tr("Takes every line of ours out that no lock stands for, and sets the helper going again."),
                self.tr("Repair"),
            ),
            "uninstall": (
                self.tr("Uninstall the lockdown helper?"),
                self.tr("The sites that are locked now come back at once, and it is written in the journal.")
                if locked
                else self.tr("Nothing of it stays behind; afterwards ExitZero only reminds."),
                self.tr("Uninstall"),
            ),
        }[action]
        self._deed = action
        lines = list(what_is_installed()) if action == "install" else []
        if typed is not None:
            lines.append(typed)
        self.sheet.ask(title=title, words=words, accept=accept, lines=lines, danger=action == "uninstall")

    def _switch_policies(self, on: bool) -> None:
        self.helper.set_busy("policies")
        self.link.run(lambda errands: errands.lockdown.switch_policies(on=on), self._deed_done, self._deed_failed)

    def _deed_done(self, said: str) -> None:
        words = said.splitlines()[-1] if said else self.tr("Done.")
        self.helper.set_result(f"● {words}", Tone.GOOD)
        self.refresh()

    def _deed_failed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.helper.set_result(f"■ {error}" if known else self.tr("■ It could not be done."), Tone.BAD)
        self.refresh()
        return known

    # Confirmed

    def _accepted(self, reason: str) -> None:
        match self._deed:
            case "lock":
                lasts, names = self.form.lasts, self.form.names
                self.link.run(partial(_lock, lasts, names), self._locked, self._refused)
            case "exit":
                self.link.run(lambda errands: errands.lockdown.ask_emergency(reason), self._locked, self._refused)
            case action:
                self.sheet.close_sheet()
                self.helper.set_busy(action)
                self.link.run(partial(_do, action), self._deed_done, self._deed_failed)

    def _refused(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        words = error.message if isinstance(error, BadInput) else str(error)
        self.sheet.set_trouble(words if known else self.tr("It could not be done; nothing has changed."))
        self.sheet.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        return known

    # The self-test

    def _check(self, browsers: bool) -> None:
        self.link.run(partial(check, browsers=browsers), self._checked, self._not_checked)

    def _checked(self, checked: Checked) -> None:
        self.check.show_checked(checked)

    def _not_checked(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        title = error.title if isinstance(error, OutsideTrouble) else str(error)
        advice = error.advice if isinstance(error, OutsideTrouble) else ""
        self.check.show_trouble(title if known else self.tr("The test could not be run."), advice)
        return known

    def _open_contract(self) -> None:
        self.navigate.emit("contract", "lockdown")

    def _say(self, error: Exception, otherwise: str) -> bool:
        known = isinstance(error, ExitZeroError)
        title = error.title if isinstance(error, OutsideTrouble) else str(error) if known else otherwise
        advice = error.advice if isinstance(error, OutsideTrouble) else ""
        self.banner.show_message(Tone.WARN, title, advice)
        return known


def _look(errands: Errands) -> Seen:
    return Seen(errands.lockdown.page(), errands.lockdown.commands())


def _lock(lasts: timedelta, names: tuple[str, ...], errands: Errands) -> object:
    return errands.lockdown.lock_now(lasts, names)


def _do(action: str, errands: Errands) -> str:
    lockdown = errands.lockdown
    return {"install": lockdown.install, "uninstall": lockdown.uninstall, "repair": lockdown.repair}[action]()
