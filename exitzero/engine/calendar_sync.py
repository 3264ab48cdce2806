"""Keeping in step with calendars outside: when each is asked, what its answer does, and what is written to it.

A question that fails changes nothing but the status of its calendar. After the deadline of a day each calendar is
asked once more, because only an answer from then says that nothing was booked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol

from sqlmodel import Session, col, select

from exitzero.core.calendars import CalendarEvent, EditedElsewhere, TwoWayCalendar
from exitzero.core.codec import from_plain
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.facts import SourceFailed, SourcePolled
from exitzero.core.observation import SourceTrouble
from exitzero.core.spans import Span
from exitzero.engine.observe import CLOSE, NEAR, is_from_wrong_clock
from exitzero.engine.reading import row_at, unjudged_rows
from exitzero.net.politeness import FIRST_PAUSE
from exitzero.store import tables
from exitzero.store.database import Database, Unit
from exitzero.truth.calendars.subscription import FeedState, Subscription
from exitzero.work.mocks import sync
from exitzero.work.mocks.evidence import FEED
from exitzero.work.mocks.merge import to_event
from exitzero.work.mocks.record import zone_of_days

CALM = timedelta(minutes=30)
"""Between two questions to a calendar that is only read."""

TWO_WAY = timedelta(minutes=10)
"""Between two questions to one that is written to."""

SOON = timedelta(seconds=15)
"""How soon after the last question what was changed here is written there."""

AFTER_CLOSE = timedelta(seconds=5)
"""How long after a deadline the question is put that is to settle the day."""

HELPLESS = timedelta(hours=6)
"""How often a calendar is asked that only the person can mend."""

BACK, ON = timedelta(days=60), timedelta(days=370)
"""How much of a calendar is read, before and after today; enough of it for the next two months."""

ENOUGH = timedelta(days=300)


class Service(NamedTuple):
    """A calendar that can be written to, and its id there."""

    account: TwoWayCalendar
    remote: str


class Services(Protocol):
    """How the calendars are reached; secrets come from the keyring with each call. May block."""

    def subscription(self) -> Subscription:
        """The reader of addresses."""
        ...

    def secret_of(self, calendar: str) -> str:
        """The name in the keyring under which the address of a calendar is kept."""
        ...

    def service(self, calendar: str, kind: str, zone: str) -> Service:
        """A calendar of an account. Raises :class:`OutsideTrouble`."""
        ...

    def moved(self, calendar: str, address: str) -> None:
        """A calendar has another address from now on."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """One calendar that can be asked: what of it, and what is known."""

    id: str
    kind: str
    zone: str
    span: Span
    state: Mapping[str, Any]


def plan(session: Session, calendar: tables.CalendarRow, now: datetime, machine_zone: str) -> Plan:
    """What is to be asked of a calendar now."""
    state = sync.known_state(session, calendar.id)
    zone = zone_of_days(session, machine_zone)
    span = whole_span(now)
    if state.get("zone") == zone and "to" in state:
        kept = Span(*(from_plain(datetime, state[name]) for name in ("from", "to")))
        if kept.start <= now - timedelta(days=1) and kept.end >= now + ENOUGH:
            return Plan(calendar.id, calendar.kind, zone, kept, state)
    return Plan(calendar.id, calendar.kind, zone, span, {})


def whole_span(now: datetime) -> Span:
    """What is read of a calendar from scratch."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Span(midnight - BACK, midnight + ON)


def next_read(session: Session, calendar: tables.CalendarRow, now: datetime) -> datetime:
    """When a calendar should be asked next; in the past if it is due."""
    status = session.get(tables.SourceRow, (FEED, calendar.id))
    if status is None or is_from_wrong_clock(status, now):
        return now
    if status.failing_since is not None:
        return status.retry_at if status.retry_at is not None else status.asked_at + HELPLESS
    if sync.waiting(session, calendar.id):
        return status.asked_at + SOON
    due = status.asked_at + (TWO_WAY if calendar.two_way else CALM)
    closed = _last_close(session, now)
    if closed is not None and status.asked_at < closed:
        due = min(due, closed + AFTER_CLOSE)  # also where the verdict has fallen: what was taken out since is seen
    for row in unjudged_rows(session, now):
        if status.last_good is None or status.last_good < row.closes:
            due = min(due, max(row.closes + AFTER_CLOSE, status.asked_at + CLOSE))
    current = row_at(session, now)
    if current is not None:
        if current.deadline - NEAR <= now < current.closes:
            due = min(due, status.asked_at + CLOSE)
        if now < current.closes:
            due = min(due, current.closes + AFTER_CLOSE)
    return due


def _last_close(session: Session, now: datetime) -> datetime | None:
    day = tables.DayRow
    return session.exec(select(day.closes).where(day.closes <= now).order_by(col(day.closes).desc()).limit(1)).first()


class Keeper:
    """Asks one calendar, takes its answer in and writes what waits. For the network pool."""

    def __init__(
        self, database: Database, services: Services, *, now: Callable[[], datetime], zone: Callable[[], str]
    ) -> None:
        self._database = database
        self._services = services
        self._now = now
        self._zone = zone

    def keep(self, calendar: str) -> None:
        """One round with one calendar. Raises the :class:`OutsideTrouble` that it also writes down."""
        now = self._now()
        found = self._database.read(partial(self._plan, calendar=calendar, now=now)).result()
        if found is None:
            return
        try:
            if found.kind == "ics":
                self._subscribed(found, now)
            else:
                self._account(found, now)
        except (OutsideTrouble, BadInput) as trouble:
            if isinstance(trouble, OutsideTrouble) and trouble.reason == "closing":
                raise
            failed = trouble if isinstance(trouble, OutsideTrouble) else _impossible(trouble)
            self._database.write(partial(_failed, calendar=calendar, trouble=failed, asked_at=now)).result()
            raise failed from None

    def _plan(self, session: Session, *, calendar: str, now: datetime) -> Plan | None:
        row = session.get(tables.CalendarRow, calendar)
        return plan(session, row, now, self._zone()) if row is not None else None

    def _subscribed(self, found: Plan, now: datetime) -> None:
        known = FeedState(*(str(found.state.get(name, "")) for name in ("etag", "last_modified", "digest")))
        secret = self._services.secret_of(found.id)
        answer = self._services.subscription().read(secret, known, asked_at=now, span=found.span, zone=found.zone)
        if answer.moved_to:
            self._services.moved(found.id, answer.moved_to)
        content, state = answer.content, answer.state
        told = None
        if content is not None:
            told = sync.Told(
                events=content.events,
                span=found.span,
                # What is missing from a file that broke off is not known to be gone.
                whole=content.whole,
                skipped=content.skipped,
                warnings=content.warnings,
                state={
                    "etag": state.etag if content.whole else "",
                    "last_modified": state.last_modified if content.whole else "",
                    "digest": state.digest if content.whole else "",
                    "zone": found.zone,
                    "names": list(content.names),
                },
            )
            if not content.whole:
                self._record(found, told, now, answer.server_at, is_good=False)
                raise SourceTrouble(
                    "The calendar broke off in the middle.",
                    "What arrived is shown; nothing counts against you meanwhile, and it is asked again by itself.",
                    reason="schema_changed",
                    retry_after=FIRST_PAUSE * 5,
                )
        self._record(found, told, now, answer.server_at)

    def _account(self, found: Plan, now: datetime) -> None:
        service = self._services.service(found.id, found.kind, found.zone)
        self._pull(found, service, now, str(found.state.get("token", "")))
        try:
            self._push(found.id, service)
        except EditedElsewhere:
            # Somebody was faster: read what they made of it, merge, and write what is left to write.
            again = self._database.read(partial(self._plan, calendar=found.id, now=now)).result()
            if again is not None:
                self._pull(again, service, now, "")
                self._push(found.id, service, lenient=True)

    def _pull(self, found: Plan, service: Service, now: datetime, token: str) -> None:
        changes = service.account.changes(service.remote, found.span, token)
        told = sync.Told(
            events=changes.events,
            span=found.span,
            whole=changes.whole,
            gone=changes.gone,
            skipped=changes.skipped,
            state={"token": changes.token, "zone": found.zone},
        )
        self._record(found, told, now, changes.server_at)

    def _record(
        self, found: Plan, told: sync.Told | None, now: datetime, server_at: datetime | None, *, is_good: bool = True
    ) -> None:
        def work(unit: Unit) -> None:
            calendar = unit.session.get(tables.CalendarRow, found.id)
            if calendar is None:
                return  # disconnected meanwhile
            if told is not None:
                sync.take_in(unit, calendar, told)
            if is_good:
                # A server whose clock runs ahead must not vouch for a time that has not come.
                good_at = min(server_at, now) if server_at is not None else now
                unit.record(
                    SourcePolled(
                        source=FEED,
                        subject=found.id,
                        asked_at=now,
                        server_at=good_at,
                        covers=(),
                        solved=None,
                        accepted=None,
                        new_rows=0,
                        evidence=(),  # a whole calendar is nobody's evidence; its events are kept as they are now
                        parser="",
                        origin=calendar.shown,
                        official=True,
                    )
                )

        self._database.write(work).result()

    def _push(self, calendar: str, service: Service, *, lenient: bool = False) -> None:
        rows = self._database.read(partial(sync.waiting, calendar=calendar)).result()
        edited: EditedElsewhere | None = None
        refused: OutsideTrouble | None = None
        for row in rows:
            base = sync.base_of(row)
            try:
                if row.state == "cancelled":
                    event: CalendarEvent | None = None
                    if base is not None:
                        service.account.remove(service.remote, to_event(row, base))
                else:
                    event = service.account.put(service.remote, to_event(row, base))
            except EditedElsewhere as trouble:
                edited = trouble
                if lenient:
                    self._database.write(partial(sync.refused, row=row)).result()
                continue
            except OutsideTrouble as trouble:
                if trouble.retry_after is not None:
                    raise
                refused = trouble  # it is about this event; the others are written all the same
                continue
            self._database.write(partial(sync.written, row=row, event=event)).result()
        if edited is not None and not lenient:
            raise edited
        if refused is not None:
            raise refused


def _failed(unit: Unit, *, calendar: str, trouble: OutsideTrouble, asked_at: datetime) -> None:
    if unit.session.get(tables.CalendarRow, calendar) is None:
        return
    unit.record(
        SourceFailed(
            source=FEED,
            subject=calendar,
            asked_at=asked_at,
            reason=trouble.reason,
            title=trouble.title,
            advice=trouble.advice,
            retry_at=None if trouble.retry_after is None else unit.now + trouble.retry_after,
        )
    )


def _impossible(refused: BadInput) -> OutsideTrouble:
    return OutsideTrouble(refused.message, "Connect the calendar again.", reason="refused")


def due(session: Session, now: datetime) -> list[str]:
    """The calendars that are to be asked now."""
    rows = session.exec(select(tables.CalendarRow).order_by(col(tables.CalendarRow.id))).all()
    return [row.id for row in rows if next_read(session, row, now) <= now]


def coming(session: Session, now: datetime) -> datetime | None:
    """When the next calendar is to be asked."""
    rows = session.exec(select(tables.CalendarRow)).all()
    return min((next_read(session, row, now) for row in rows), default=None)
