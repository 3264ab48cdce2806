"""The page *Stakes*: what a failed day would do, to the letter and the cent, and everything it needs to be able to.

What is armed stands in the contract; here is what can be armed, tried before it is needed. Past 400 lines, because the
page answers for every card on it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from PySide6.QtWidgets import QWidget

from exitzero.consequences.channel_forms import ServiceForm
from exitzero.core.errors import BadInput, ExitZeroError, OutsideTrouble
from exitzero.core.stakes import Stakes
from exitzero.core.today import Today
from exitzero.core.topics import Topic
from exitzero.engine.views import BeeminderView, ChannelView, ContractPage, PlannedView, Rehearsal, Year
from exitzero.ui.alarm import QUIET, quiet_hours
from exitzero.ui.dialogs import ConfirmSheet, SideSheet
from exitzero.ui.link import Link
from exitzero.ui.page import UnseenPage
from exitzero.ui.pages.layout import columned, scrolled
from exitzero.ui.pages.stakes_channels import ChannelsCard, ConnectForm
from exitzero.ui.pages.stakes_others import BeeminderCard, HookCard, QuietCard
from exitzero.ui.pages.stakes_plan import OffCard, PlanCard
from exitzero.ui.pages.stakes_text import ShameTextCard, Words, facts_of
from exitzero.ui.pages.wording import own_zone
from exitzero.ui.ports import Errands, Questions
from exitzero.ui.theme import Tone
from exitzero.ui.widgets.card import Banner

TEMPLATE, BLUNTNESS, HOOK = "shame.template", "shame.bluntness", "hook.program"


class _Stored(NamedTuple):
    """One consistent look at everything the page shows."""

    today: Today | None
    planned: tuple[PlannedView, ...]
    channels: tuple[ChannelView, ...]
    contract: ContractPage | None
    year: Year
    words: Words
    hook: str
    quiet: Any


class StakesScreen(UnseenPage):
    """The page *Stakes*: preview and rehearsal at the left, connections at the right."""

    topics = frozenset({Topic.DAY, Topic.CONTRACT, Topic.CONSEQUENCES, Topic.COINS, Topic.PREFERENCES})

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("stakes-page")
        self._stakes = Stakes()
        self._level = 0
        self._stored: _Stored | None = None
        self._beeminder: BeeminderView | None = None
        self._trying = ""
        self._asked = ""
        self._channel_names: frozenset[str] = frozenset()

    def _parts(self) -> Iterator[None]:
        _area, column = scrolled(self.ground)
        self.banner = Banner()
        self.banner.activated.connect(self.refresh)
        column.addWidget(self.banner)
        columns, (left, right) = columned(940, 7, 5)
        column.addWidget(columns)
        column.addStretch(1)
        self.plan = PlanCard()
        left.addWidget(self.plan)
        self.plan.show_loading()
        self.plan.rehearse_wanted.connect(self.rehearse)
        self.plan.back_wanted.connect(self._show_plan)
        yield
        self.off = OffCard()
        left.addWidget(self.off)
        self.off.contract_wanted.connect(self._open_contract)
        self.off.hide()
        yield
        self.text = ShameTextCard()
        left.addWidget(self.text)
        left.addStretch(1)
        self.text.save_wanted.connect(self._save_words)
        yield
        self.channels = ChannelsCard()
        right.addWidget(self.channels)
        self.channels.connect_wanted.connect(self._open_form)
        self.channels.test_wanted.connect(self._ask_test)
        self.channels.rehearse_wanted.connect(self._rehearse_channel)
        self.channels.disconnect_wanted.connect(self._ask_disconnect)
        yield
        self.beeminder = BeeminderCard()
        right.addWidget(self.beeminder)
        self.beeminder.connect_wanted.connect(self._connect_beeminder)
        self.beeminder.disconnect_wanted.connect(self._ask_disconnect_beeminder)
        self.beeminder.ask_wanted.connect(self._ask_beeminder)
        yield
        self.hook = HookCard()
        right.addWidget(self.hook)
        self.hook.save_wanted.connect(self._save_hook)
        yield
        self.quiet = QuietCard()
        right.addWidget(self.quiet)
        right.addStretch(1)
        self.quiet.changed.connect(self._save_quiet)
        yield
        self.form = ConnectForm()
        self.form.connect_wanted.connect(self._connect_channel)
        yield
        self.side = SideSheet(self, self.form)
        self.form.cancelled.connect(self.side.close_sheet)
        yield
        self.sheet = ConfirmSheet(self)
        self.sheet.accepted.connect(self._accepted)

    def refresh(self) -> None:
        """Ask for everything that is stored; what is typed stays."""
        self.link.ask(_look, self._show, self._failed)

    def visit(self) -> None:
        if self._beeminder is None:
            self._ask_beeminder()  # Once: it goes over the network.

    def rehearse(self) -> None:
        """Play a whole failed day on a copy."""
        self.plan.show_rehearsing()
        self.link.run(lambda errands: errands.rehearse(), self._rehearsed, self._not_rehearsed)

    # What is stored

    def _show(self, stored: _Stored) -> None:
        self.fill(self._filling(stored))

    def _filling(self, stored: _Stored) -> Iterator[None]:
        self._stored = stored
        self.banner.clear()
        terms = None if stored.contract is None else stored.contract.current.terms
        self._stakes = terms.stakes if terms is not None else Stakes()
        if not self.plan.rehearsed:
            self._show_plan()
            yield
        self.off.show_stakes(
            self._stakes, terms.burn if terms is not None else 0, stored.channels, has_hook=bool(stored.hook)
        )
        self.off.setVisible(terms is not None and not self.off.isHidden())
        yield
        self.channels.show_channels(stored.channels, own_zone(self.link))
        yield
        self.text.show_words(stored.words)
        today = stored.today
        facts = facts_of(today, stored.year) if today is not None and today.clauses and not today.outcome else None
        self.text.show_facts(facts, stored.channels)
        yield
        self.hook.show_line(stored.hook, armed=self._stakes.hook)
        self.quiet.show_hours(quiet_hours(stored.quiet), today, self._stakes.alarm)
        if self._beeminder is not None:
            self.beeminder.show_view(self._beeminder, self._stakes.goal)
        names = frozenset(each.id for each in stored.channels)
        if names != self._channel_names:
            self._channel_names = names
            self.link.run(lambda errands: _limits(errands, names), self._show_limits, self._no_limits)

    def _show_plan(self) -> None:
        if self._stored is not None:
            self.plan.show_plan(self._stored.today, self._stored.planned, self._stakes.alarm)

    def _failed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.banner.show_message(
            Tone.BAD,
            self.tr("The stakes cannot be read"),
            str(error) if known else "",
            action=self.tr("Try again"),
            dismissable=False,
        )
        self.fill(())
        return known

    def _show_limits(self, limits: Mapping[str, int]) -> None:
        self.text.set_limits(limits)

    def _no_limits(self, error: Exception) -> bool:
        return isinstance(error, ExitZeroError)

    # The rehearsal

    def _rehearsed(self, told: Rehearsal) -> None:
        self.plan.show_rehearsal(told, own_zone(self.link))

    def _not_rehearsed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.plan.show_trouble(str(error) if known else self.tr("The details are in the log."))
        return known

    # Channels

    def _open_form(self) -> None:
        if not self.form.service.count():
            self.link.run(lambda errands: errands.connections.forms(), self._take_forms, self._no_forms)
            self.link.run(_no_keyring, self.form.set_vault)
            return
        self.form.begin()
        self.side.show_over(self.form.service)

    def _take_forms(self, forms: tuple[ServiceForm, ...]) -> None:
        self.form.set_forms(forms)
        self._open_form()

    def _no_forms(self, error: Exception) -> bool:
        return self._say(error, self.tr("The services cannot be listed."))

    def _connect_channel(self, service: str, name: str, answers: Mapping[str, str]) -> None:
        self.link.run(
            lambda errands: errands.connections.connect_channel(service, name, answers),
            self._channel_connected,
            self._channel_refused,
        )

    def _channel_connected(self, _shown: str) -> None:
        self.form.forget()
        self.side.close_sheet()
        self.banner.show_message(
            Tone.GOOD, self.tr("Connected"), self.tr("Test or rehearse it now; only then can it be armed.")
        )
        self.link.ask(_look, self._show, self._failed)

    def _channel_refused(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        field = error.field if isinstance(error, BadInput) else ""
        message = error.message if isinstance(error, BadInput) else str(error)
        self.form.set_trouble(field, message if known else self.tr("It could not be connected."))
        return known

    def _ask_test(self, name: str) -> None:
        self._asked = f"test {name}"
        self.sheet.ask(
            title=self.tr("Really send a test to {0}?").format(name),
            words=self.tr("A message goes out now and can be read by everybody there. It says that it is a test."),
            accept=self.tr("Send the test"),
        )

    def _ask_disconnect(self, name: str) -> None:
        self._asked = f"disconnect {name}"
        self.sheet.ask(
            title=self.tr("Disconnect {0}?").format(name),
            words=self.tr("Its secret is removed from the keyring. What was posted stays where it is."),
            accept=self.tr("Disconnect"),
            danger=True,
        )

    def _ask_disconnect_beeminder(self) -> None:
        self._asked = "beeminder"
        armed = self._stakes.goal
        self.sheet.ask(
            title=self.tr("Disconnect Beeminder?"),
            words=self.tr("The token is removed from the keyring.")
            + (" " + self.tr("The contract still sends to {0}, which would fail.").format(armed) if armed else ""),
            accept=self.tr("Disconnect"),
            danger=True,
        )

    def _accepted(self, _reason: str) -> None:
        what, _, name = self._asked.partition(" ")
        self.sheet.close_sheet()
        self._trying = name
        if what == "test":
            self.channels.set_busy(name, "test")
            self.link.run(lambda errands: errands.connections.test_channel(name), self._tried, self._not_tried)
        elif what == "disconnect":
            self.channels.set_busy(name, "disconnect")
            self.link.run(
                lambda errands: errands.connections.disconnect_channel(name), self._disconnected, self._not_tried
            )
        else:
            self.link.run(_disconnect_beeminder, self._show_beeminder, self._no_beeminder)

    def _rehearse_channel(self, name: str) -> None:
        self._trying = name
        self.channels.set_busy(name, "rehearse")
        self.link.run(lambda errands: errands.connections.rehearse_channel(name), self._tried, self._not_tried)

    def _tried(self, told: str) -> None:
        self.channels.set_result(self._trying, f"● {told}", Tone.GOOD)

    def _not_tried(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.channels.set_result(self._trying, f"■ {error}" if known else self.tr("■ It could not be tried."), Tone.BAD)
        return known

    def _disconnected(self, _nothing: object) -> None:
        self.channels.forget(self._trying)

    # Beeminder

    def _ask_beeminder(self) -> None:
        self.link.run(lambda errands: errands.connections.beeminder(), self._show_beeminder, self._no_beeminder)

    def _connect_beeminder(self, token: str) -> None:
        self.link.run(
            lambda errands: errands.connections.connect_beeminder(token), self._show_beeminder, self._no_beeminder
        )

    def _show_beeminder(self, view: BeeminderView) -> None:
        self._beeminder = view
        self.beeminder.show_view(view, self._stakes.goal)

    def _no_beeminder(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        message = error.message if isinstance(error, BadInput) else str(error)
        at_field = isinstance(error, BadInput) and error.field == "token"
        self.beeminder.show_trouble(message if known else self.tr("It could not be asked."), at_field=at_field)
        return known

    # Words, program, quiet hours

    def _save_words(self, typed: Words) -> None:
        self.link.do(
            lambda actions: (
                actions.set_preference(TEMPLATE, typed.template),
                actions.set_preference(BLUNTNESS, typed.bluntness),
            ),
            self._words_saved,
            self._words_not_saved,
        )

    def _words_saved(self, _nothing: object) -> None:
        self.text.set_trouble("")

    def _words_not_saved(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.text.set_trouble(str(error) if known else self.tr("It could not be stored."))
        return known

    def _save_hook(self, line: str) -> None:
        self.link.run(lambda _errands: _checked_program(line), self._hook_checked, self._hook_refused)

    def _hook_checked(self, line: str) -> None:
        self.link.do(lambda actions: actions.set_preference(HOOK, line), self._hook_saved, self._hook_refused)

    def _hook_saved(self, _nothing: object) -> None:
        self.hook.set_trouble("")

    def _hook_refused(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        message = error.message if isinstance(error, BadInput) else str(error)
        self.hook.set_trouble(message if known else self.tr("It could not be stored."))
        return known

    def _save_quiet(self, value: list[str] | None) -> None:
        self.link.do(lambda actions: actions.set_preference(QUIET, value), None, self._quiet_not_saved)

    def _quiet_not_saved(self, error: Exception) -> bool:
        return self._say(error, self.tr("The quiet hours could not be stored."))

    def _open_contract(self) -> None:
        self.navigate.emit("contract", None)

    def _say(self, error: Exception, otherwise: str) -> bool:
        known = isinstance(error, ExitZeroError)
        title = error.title if isinstance(error, OutsideTrouble) else str(error) if known else otherwise
        advice = error.advice if isinstance(error, OutsideTrouble) else ""
        self.banner.show_message(Tone.WARN, title, advice)
        return known


def _look(questions: Questions) -> _Stored:
    return _Stored(
        today=questions.today(),
        planned=questions.preview_of_failure(),
        channels=questions.channels(),
        contract=questions.contract(),
        year=questions.year(),
        words=Words(str(questions.preference(TEMPLATE, "")), str(questions.preference(BLUNTNESS, "plain"))),
        hook=str(questions.preference(HOOK, "")),
        quiet=questions.preference(QUIET, None),
    )


def _no_keyring(errands: Errands) -> str:
    """Why secrets do not outlive the program; empty where there is a keyring."""
    item = next((each for each in errands.health() if each.key == "keyring"), None)
    return item.words if item is not None and item.state != "good" else ""


def _limits(errands: Errands, names: frozenset[str]) -> dict[str, int]:
    """How much fits into a post; a channel that cannot be opened is left out."""
    found = {}
    for name in names:
        try:
            found[name] = errands.connections.post_limit(name)
        except ExitZeroError:
            continue
    return found


def _disconnect_beeminder(errands: Errands) -> BeeminderView:
    errands.connections.disconnect_beeminder()
    return errands.connections.beeminder()


def _checked_program(line: str) -> str:
    from exitzero.consequences.hook import program

    if line:
        program(line)
    return line
