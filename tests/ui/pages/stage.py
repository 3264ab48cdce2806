"""A stage for one page: a real Link before an engine that answers with sample records and remembers what was asked.

The engine here is the other side of the port that :class:`exitzero.ui.link.Engine` names; queueing, threads and
transactions have tests of their own.
"""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

from exitzero.core.contract import Terms
from exitzero.core.errors import BadInput, ExitZeroError
from exitzero.core.today import SourceView, Today
from exitzero.core.topics import Topics
from exitzero.engine.views import (
    BeeminderView,
    ChannelView,
    ContractPage,
    DayPage,
    EvidenceView,
    HealthItem,
    Ledger,
    PreviewLine,
    Rewards,
    SourcePage,
    Year,
)
from exitzero.work.outreach.views import MailboxView
from tests.ui.pages import samples
from tests.ui.pages.lockdown_samples import LockdownErrands

T = TypeVar("T")


class Records:
    """What is asked, done and run: answers from fields that a test may replace; an exception there is raised."""

    def __init__(self) -> None:
        self.days: dict[date, DayPage] = {samples.TODAY: samples.day_page()}
        self.today_record: Today | None = samples.today()
        self.year_record = samples.year()
        self.contract_record: ContractPage | ExitZeroError = samples.contract_page()
        self.ledger_record = samples.ledger()
        self.source_record: SourcePage | ExitZeroError = samples.source_page()
        self.evidence_record: EvidenceView | ExitZeroError = samples.evidence()
        self.health_record: tuple[HealthItem, ...] | ExitZeroError = samples.HEALTH
        self.backup_records: tuple[tuple[str, datetime, bool, str], ...] = (
            ("exitzero-2026-11-19.db", samples.at(6), True, "opened, 4081 facts, chain whole"),
            ("exitzero-2026-11-18.db", samples.at(6, on=date(2026, 11, 18)), True, "opened, 4002 facts, chain whole"),
            ("exitzero-2026-11-17.db", samples.at(6, on=date(2026, 11, 17)), False, "cannot be opened: not a database"),
        )
        self.preferences: dict[str, Any] = {}
        self.refusal: ExitZeroError | None = None
        self.name_record: SourceView | ExitZeroError = samples.source_view()
        self.database = SimpleNamespace(path=Path("/home/ada/.local/share/exitzero/exitzero.db"))
        self.channel_records: tuple[ChannelView, ...] = ()
        self.connections = SimpleNamespace(beeminder=lambda: BeeminderView(connected=False))
        self.mailboxes: tuple[MailboxView, ...] = ()
        self.outreach = SimpleNamespace(mailboxes=lambda: self.mailboxes)
        self.rewards_record = Rewards((), (), 0, 40, "")
        self.lockdown = LockdownErrands(self._run)
        self.asked: list[tuple[str, Any]] = []
        self.done: list[tuple[str, Any]] = []
        self.running: list[tuple[str, Any]] = []

    # Questions

    def today(self) -> Today | None:
        return self.today_record

    def year(self) -> Year:
        return self.year_record

    def day(self, label: date) -> DayPage:
        self.asked.append(("day", label))
        if label not in self.days:
            raise BadInput("day", "The contract began on Sat 1 Nov 2025.")
        return self.days[label]

    def contract(self) -> ContractPage:
        return _given(self.contract_record)

    def preview(self, terms: Terms) -> tuple[PreviewLine, ...]:
        self.asked.append(("preview", terms))
        from exitzero.core.contract import check

        check(terms)
        page = self.contract_record
        return samples.preview(terms, page.latest if isinstance(page, ContractPage) else samples.TERMS)

    def channels(self) -> tuple[ChannelView, ...]:
        return self.channel_records

    def rewards(self) -> Rewards:
        return self.rewards_record

    def ledger(self) -> Ledger:
        return self.ledger_record

    def source(self, source: str, subject: str) -> SourcePage:
        self.asked.append(("source", (source, subject)))
        return _given(self.source_record)

    def evidence(self, digest: str) -> EvidenceView:
        self.asked.append(("evidence", digest))
        return _given(self.evidence_record)

    def preference(self, name: str, default: Any) -> Any:
        return self.preferences.get(name, default)

    # Actions

    def adopt(self, terms: Terms) -> None:
        self._do("adopt", terms)

    def place_bet(self, amount: int) -> None:
        self._do("place_bet", amount)

    def use_pass(self, reason: str) -> None:
        self._do("use_pass", reason)

    def override(self, label: date, reason: str) -> None:
        self._do("override", (label, reason))

    def settle(self, key: str, happened: bool) -> None:
        self._do("settle", (key, happened))

    def try_again(self, key: str) -> None:
        self._do("try_again", key)

    def buy_freeze(self) -> None:
        self._do("buy_freeze", None)

    def set_preference(self, name: str, value: Any) -> None:
        self._do("set_preference", (name, value))
        self.preferences[name] = value

    # Errands

    def check_now(self) -> tuple[()]:
        self._run("check_now", None)
        return ()

    def check_name(self, source: str, name: str) -> SourceView:
        self._run("check_name", (source, name))
        return _given(self.name_record)

    def back_up(self) -> str:
        self._run("back_up", None)
        return "exitzero-2026-11-19-2017.db"

    def export(self, path: str, kind: str) -> str:
        self._run("export", (path, kind))
        return path

    def health(self) -> tuple[HealthItem, ...]:
        self._run("health", None)
        return _given(self.health_record)

    def backups(self) -> tuple[tuple[str, datetime, bool, str], ...]:
        return self.backup_records

    def test_notification(self) -> str:
        self._run("test_notification", None)
        return "Shown by the desktop."

    def _do(self, name: str, value: Any) -> None:
        self.done.append((name, value))
        if self.refusal is not None:
            raise self.refusal

    def _run(self, name: str, value: Any) -> None:
        self.running.append((name, value))
        if self.refusal is not None:
            raise self.refusal


def _given(record: T | ExitZeroError) -> T:
    if isinstance(record, ExitZeroError):
        raise record
    return record


class StageStatus:
    """How the engine does: well."""

    mode = "window"
    holder = 0
    next_check: datetime | None = samples.at(20, 32)
    last_backup: datetime | None = samples.at(6)
    chain = "verified"


class StageEngine:
    """The engine's port over :class:`Records`. ``held`` keeps answers back until :meth:`release`."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.status = StageStatus()
        self.held = False
        self._waiting: list[tuple[Future[Any], Callable[[Any], Any]]] = []

    def ask(self, question: Callable[[Any], Any]) -> "Future[Any]":
        return self._answer(question)

    def do(self, action: Callable[[Any], Any]) -> "Future[Any]":
        return self._answer(action)

    def run(self, errand: Callable[[Any], Any]) -> "Future[Any]":
        return self._answer(errand)

    def release(self) -> None:
        """Give every answer that was kept back."""
        self.held = False
        waiting, self._waiting = self._waiting, []
        for future, work in waiting:
            self._finish(future, work)

    def now(self) -> datetime:
        return samples.at(20, 18)

    def listen(self, listener: Callable[[Topics], None]) -> None:
        self.tell = listener

    def close(self) -> None: ...

    def _answer(self, work: Callable[[Any], Any]) -> "Future[Any]":
        future: Future[Any] = Future()
        if self.held:
            self._waiting.append((future, work))
        else:
            self._finish(future, work)
        return future

    def _finish(self, future: "Future[Any]", work: Callable[[Any], Any]) -> None:
        try:
            future.set_result(work(self.records))
        except Exception as error:  # noqa: BLE001 - what a future carries
            future.set_exception(error)
