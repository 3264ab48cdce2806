"""What can be asked about mock interviews and calendars; frozen records of one consistent state."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, or_, select

from exitzero.core.calendars import CalendarEvent
from exitzero.core.codec import from_plain
from exitzero.core.contract import ContractVersion, Terms, in_force
from exitzero.core.day import Day
from exitzero.core.words import ClauseKind
from exitzero.store import tables
from exitzero.work.mocks import evidence, reminders, trend, undo
from exitzero.work.mocks.actions import SCORE_ROWS_PREFERENCE
from exitzero.work.mocks.local import zone_of
from exitzero.work.mocks.merge import event_of
from exitzero.work.mocks.record import (
    checklist_of,
    newest_terms,
    open_standing,
    reminders_of,
    scores_of,
    zone_of_days,
)
from exitzero.work.mocks.rule import checked_rule, takes
from exitzero.work.mocks.rules import AHEAD, find_mocks, judged_at
from exitzero.work.mocks.views import (
    OUTCOMES,
    SCORE_ROWS,
    CalendarSpan,
    EventView,
    FeedView,
    MockEdit,
    MockPage,
    MocksToday,
    MockView,
    RulePreview,
    Trend,
)

JOINABLE = timedelta(minutes=15)
"""How long before its start the link can be joined."""

MOST_OTHERS = 200
"""How many events that are no mocks a preview shows."""


class MockQuestions:
    """The questions of one reading. ``now`` is the reckoned time, ``zone`` this machine's."""

    def __init__(self, session: Session, now: datetime, *, zone: str = "UTC") -> None:
        self._session = session
        self._now = now
        self._zone = zone

    @property
    def zone(self) -> str:
        """The zone that days are cut in: the contract's, else this machine's."""
        return zone_of_days(self._session, self._zone)

    def span(self, first: date, last: date) -> CalendarSpan:
        """The mocks and other events of some days, both ends inside."""
        zone, terms = self.zone, newest_terms(self._session)
        starts, ends = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
        mocks = self._mocks(starts, ends)
        events = self._events(starts, ends, but={row.uid for row in mocks})
        return CalendarSpan(
            first=first,
            last=last,
            zone=zone,
            week_starts=terms.week_starts if terms is not None else 0,
            mocks=tuple(self._view(row, events, mocks) for row in mocks),
            events=events,
            undo=undo.peek(self._session),
        )

    def agenda(self, days: int = 30) -> CalendarSpan:
        """What comes from today on."""
        today = self._now.astimezone(zone_of(self.zone)).date()
        return self.span(today, today + timedelta(days=max(days, 1) - 1))

    def page(self, uid: str) -> MockPage | None:
        """Everything about one mock."""
        row = self._session.get(tables.MockRow, uid)
        if row is None:
            return None
        target = self._session.get(tables.TargetRow, row.target) if row.target is not None else None
        return MockPage(
            view=self._view(row, self._around(row), self._mocks(row.starts, row.ends)),
            notes=row.notes,
            checklist=checklist_of(row),
            reminders=reminders_of(row),
            scores=scores_of(row),
            review=row.review,
            study=row.study,
            proof=row.proof,
            target=row.target,
            target_name=target.name if target is not None else "",
            history=self._history(uid),
            remote=_remote(row),
        )

    def conflicts(self, starts: datetime, ends: datetime, uid: str = "") -> tuple[str, ...]:
        """What overlaps a time; ``uid`` is the mock that is being changed itself."""
        mocks = self._mocks(starts, ends)
        events = self._events(starts, ends, but={row.uid for row in mocks} | {uid})
        return _overlaps(starts, ends, uid, events, mocks)

    def today(self) -> MocksToday:
        """The clause, the next mock and what waits for an answer."""
        now, mock = self._now, tables.MockRow
        coming = select(mock).where(mock.state == "booked", mock.ends > now).order_by(col(mock.starts))
        ahead = self._session.exec(coming.where(mock.starts < now + AHEAD)).all()
        ahead = ahead or self._session.exec(coming.limit(1)).all()
        asking = self._session.exec(
            select(mock)
            .where(mock.state == "booked", mock.ends <= now, mock.ends > now - reminders.OLDEST)
            .order_by(col(mock.starts))
        ).all()
        own = {row.uid for row in ahead}
        events = self._events(ahead[0].starts, max(row.ends for row in ahead), but=own) if ahead else ()
        views = [self._view(row, events, ahead) for row in ahead]
        count, target, state, words = self._clause()
        return MocksToday(
            count=count,
            target=target,
            state=state,
            words=words,
            next=views[0] if views else None,
            ahead=tuple(view for view in views if view.starts < now + AHEAD),
            asking=tuple(self._view(row, (), ()) for row in asking),
            reminders=tuple(reminders.shown(each) for each in reminders.due(self._session, now)),
        )

    def _clause(self) -> tuple[int, int, str, str]:
        day = tables.DayRow
        row = self._session.exec(select(day).where(day.starts <= self._now, day.ends > self._now).limit(1)).first()
        if row is None:
            return 0, 0, "", ""
        contracts = self._session.exec(select(tables.ContractRow).order_by(col(tables.ContractRow.number))).all()
        series = [ContractVersion(each.number, each.effective, _terms(each.terms)) for each in contracts]
        version = in_force(series, row.label) or series[0]
        clause = version.terms.clause(ClauseKind.MOCKS)
        if clause is None:
            return 0, 0, "", ""
        frame = Day(row.label, row.zone, row.starts, row.deadline, row.closes, row.ends)
        stood = evidence.standing_at(self._session, judged_at(frame, self._now))
        finding = find_mocks(clause, frame, stood, evidence.feeds(self._session), self._now)
        return finding.count, finding.target, finding.state.value, finding.words

    def feeds(self) -> tuple[FeedView, ...]:
        """The connected calendars."""
        rows = self._session.exec(select(tables.CalendarRow).order_by(col(tables.CalendarRow.name))).all()
        return tuple(self._feed(row) for row in rows)

    def _feed(self, row: tables.CalendarRow) -> FeedView:
        session, mock, event = self._session, tables.MockRow, tables.CalendarEventRow
        status = session.get(tables.SourceRow, (evidence.FEED, row.id))
        kept = session.get(tables.CalendarStateRow, row.id)
        state = json.loads(kept.body) if kept is not None else {}
        # Those that the calendar does not list any more stay here, but it does not hold them.
        listed = select(event.key).where(event.calendar == row.id)
        mine = session.exec(
            select(mock.uid).where(mock.calendar == row.id, mock.state != "cancelled", col(mock.uid).in_(listed))
        ).all()
        waiting = session.exec(select(mock.uid).where(mock.calendar == row.id, col(mock.unsynced).is_(True))).all()
        count = session.exec(select(func.count()).select_from(event).where(event.calendar == row.id)).one()
        clashes = session.exec(select(mock.uid).where(mock.calendar == row.id, mock.clash != "")).all()
        return FeedView(
            id=row.id,
            kind=row.kind,
            name=row.name,
            shown=row.shown,
            two_way=row.two_way,
            rule=json.loads(row.rule),
            as_of=status.last_good if status is not None else None,
            trouble=status.title if status is not None else "",
            advice=status.advice if status is not None else "",
            events=count,
            mocks=len(mine),
            skipped=tuple(state.get("skipped", ())),
            warnings=tuple(state.get("warnings", ())),
            unsynced=len(waiting),
            clashes=len(clashes),
        )

    def preview_rule(self, calendar: str, rule: Mapping[str, str]) -> RulePreview:
        """What a rule would take among the known events of a calendar. Raises :class:`BadInput` on ``rule``."""
        wanted, event = checked_rule(rule), tables.CalendarEventRow
        bodies = self._session.exec(select(event.body).where(event.calendar == calendar)).all()
        return preview_of(
            [event_of(body) for body in bodies], wanted, self._calendar_names().get(calendar, ""), self._now
        )

    def score_rows(self) -> tuple[str, ...]:
        """The rows of the score sheet, the person's own last."""
        row = self._session.get(tables.PreferenceRow, SCORE_ROWS_PREFERENCE)
        own = json.loads(row.value) if row is not None else []
        return tuple(dict.fromkeys((*SCORE_ROWS, *(str(each) for each in own))))

    def trend(self) -> Trend:
        """The scores over time."""
        return trend.trend_of(self._answered())

    def export_csv(self) -> str:
        """Every mock with outcome and scores as a table for spreadsheets."""
        mock = tables.MockRow
        rows = self._session.exec(select(mock).order_by(col(mock.starts))).all()
        names = dict.fromkeys((*self.score_rows(), *(name for row in rows for name in scores_of(row))))
        text = io.StringIO()
        writer = csv.writer(text)
        about = ["starts", "ends", "zone", "title", "platform", "partner", "topic", "state"]
        writer.writerow([*about, *map(_guarded, names), "review", "study", "proof", "notes"])
        for row in rows:
            scores = scores_of(row)
            plain = [row.starts.isoformat(), row.ends.isoformat(), row.zone]
            words = [row.title, row.platform, row.partner, row.topic, row.state]
            sheet = [str(scores.get(name, "")) for name in names]
            said = [row.review, row.study, row.proof, row.notes]
            writer.writerow([*plain, *map(_guarded, words), *sheet, *map(_guarded, said)])
        return text.getvalue()

    def _answered(self) -> Sequence[tables.MockRow]:
        mock = tables.MockRow
        return self._session.exec(select(mock).where(col(mock.state).in_(OUTCOMES)).order_by(col(mock.starts))).all()

    def _mocks(self, starts: datetime, ends: datetime) -> Sequence[tables.MockRow]:
        mock = tables.MockRow
        # A mock takes eight hours at most, so the index on its start finds it.
        near = (mock.starts < ends, mock.starts > starts - timedelta(days=2), mock.ends > starts)
        shown = or_(mock.state != "cancelled", mock.clash != "")
        return self._session.exec(select(mock).where(*near, shown).order_by(col(mock.starts))).all()

    def _events(self, starts: datetime, ends: datetime, *, but: set[str]) -> tuple[EventView, ...]:
        event, names = tables.CalendarEventRow, self._calendar_names()
        # Told by the text, since reading the body of thousands of events would take longer than showing them.
        is_day = func.instr(col(event.body), '"all_day":true') > 0
        columns = (event.calendar, event.key, event.starts, event.ends, event.title)
        rows = self._session.execute(
            sql_select(*(col(each) for each in columns), is_day)
            .where(col(event.starts) < ends, col(event.ends) > starts, col(event.cancelled).is_(False))
            .order_by(col(event.starts))
        ).all()
        return tuple(
            EventView(names.get(calendar, ""), key, start, end, title, bool(all_day))
            for calendar, key, start, end, title, all_day in rows
            if key not in but
        )

    def _around(self, row: tables.MockRow) -> tuple[EventView, ...]:
        return self._events(row.starts, row.ends, but={row.uid})

    def _calendar_names(self) -> dict[str, str]:
        return {row.id: row.name for row in self._session.exec(select(tables.CalendarRow)).all()}

    def _view(self, row: tables.MockRow, events: Sequence[EventView], mocks: Sequence[tables.MockRow]) -> MockView:
        scores, now = scores_of(row), self._now
        calendar = self._session.get(tables.CalendarRow, row.calendar) if row.calendar else None
        stands = open_standing(self._session, row.uid)
        return MockView(
            uid=row.uid,
            starts=row.starts,
            ends=row.ends,
            zone=row.zone,
            title=row.title,
            state=row.state,
            platform=row.platform,
            partner=row.partner,
            topic=row.topic,
            link=row.link,
            calendar=calendar.name if calendar is not None else "",
            counts=stands is not None and row.state != "missed",
            asks=row.state == "booked" and row.ends <= now,
            joinable=bool(row.link) and row.state == "booked" and row.starts - JOINABLE <= now < row.ends,
            conflicts=_overlaps(row.starts, row.ends, row.uid, events, mocks) if row.state == "booked" else (),
            clash=bool(row.clash),
            score=sum(scores.values()) / len(scores) if scores else None,
        )

    def _history(self, uid: str) -> tuple[tuple[datetime, str], ...]:
        """What the journal says of it, oldest first."""
        journal = tables.JournalRow
        kinds = ("MockBooked", "MockMoved", "MockCancelled", "MockAnswered", "MockUnanswered")
        rows = self._session.exec(
            select(journal.at, journal.kind, journal.payload)
            .where(col(journal.kind).in_(kinds), func.json_extract(col(journal.payload), "$.mock") == uid)
            .order_by(col(journal.seq))
        ).all()
        names = self._calendar_names()
        return tuple(
            (datetime.fromisoformat(at), _history_words(kind, json.loads(payload), names, self.zone))
            for at, kind, payload in rows
        )


def preview_of(events: Sequence[CalendarEvent], rule: Mapping[str, str], calendar: str, now: datetime) -> RulePreview:
    """What a rule takes and leaves among events, those ahead first."""
    ahead = sorted(events, key=lambda event: (event.ends <= now, event.starts))
    views = [
        (takes(rule, each), EventView(calendar, each.key, each.starts, each.ends, each.title, each.all_day))
        for each in ahead
        if not each.cancelled
    ]
    others = tuple(view for taken, view in views if not taken)
    return RulePreview(tuple(view for taken, view in views if taken), others[:MOST_OTHERS])


def _remote(row: tables.MockRow) -> MockEdit | None:
    """The other side of a clash; ``None`` without one. One that was deleted there has no title."""
    if not row.clash:
        return None
    event: CalendarEvent | None = from_plain(CalendarEvent | None, json.loads(row.clash).get("event"))
    if event is None:
        return MockEdit(row.starts, row.ends, row.zone, uid=row.uid)
    return MockEdit(
        starts=event.starts,
        ends=event.ends,
        zone=event.zone or row.zone,
        title=event.title,
        uid=row.uid,
        link=event.link,
        notes=event.notes,
        reminders=event.reminders or reminders_of(row),
        calendar=row.calendar,
    )


def _overlaps(
    starts: datetime, ends: datetime, uid: str, events: Sequence[EventView], mocks: Sequence[tables.MockRow]
) -> tuple[str, ...]:
    """Whole days are no conflict: a birthday takes nobody's hour."""
    found = [row.title for row in mocks if row.uid != uid and row.state == "booked" and _meet(row, starts, ends)]
    found += [event.title or "An event" for event in events if not event.all_day and _meet(event, starts, ends)]
    return tuple(found)


def _meet(one: tables.MockRow | EventView, starts: datetime, ends: datetime) -> bool:
    return one.starts < ends and starts < one.ends


def _midnight(label: date, zone: str) -> datetime:
    return datetime.combine(label, time(), tzinfo=zone_of(zone)).astimezone(UTC)


def _terms(text: str) -> Terms:
    found: Terms = from_plain(Terms, json.loads(text))
    return found


def _guarded(text: str) -> str:
    """Spreadsheets run what begins like a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _history_words(kind: str, fact: Mapping[str, str], names: Mapping[str, str], zone: str) -> str:
    when = datetime.fromisoformat(fact["starts"]).astimezone(zone_of(zone))
    at = f"{when:%a %d %b, %H:%M}"
    match kind:
        case "MockBooked":
            where = names.get(fact["origin"], fact["origin"])
            return f"Booked for {at}" + ("" if where == "by_hand" else f", by the calendar {where}")
        case "MockMoved":
            return f"Moved to {at}"
        case "MockCancelled":
            return f"Taken out: {fact['how']}"
        case "MockAnswered":
            return f"Answered: {fact['outcome']}"
        case _:
            return "A day went by without an answer"
