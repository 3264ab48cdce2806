"""What the person can do with mock interviews: booked, moved, taken out, answered for; refused at the field.

Whatever could make a day look better or worse leaves a fact (:func:`exitzero.work.mocks.record.stand`); notes, ticks
and links are ordinary records.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from exitzero.core.errors import BadInput
from exitzero.core.facts import MockAnswered
from exitzero.core.topics import Topic
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.store.undo import undoable
from exitzero.work.mocks import undo
from exitzero.work.mocks.draft import check_calendar, check_edit, check_outcome, check_scores, check_times, title_of
from exitzero.work.mocks.record import OWN_UID, checklist_of, stand, to_text
from exitzero.work.mocks.reminders import last_fired, skip_past
from exitzero.work.mocks.views import MockEdit, Outcome

SCORE_ROWS_PREFERENCE = "mocks.score_rows"
LONGEST_SNOOZE = 24 * 60
STAGE = "interview"
"""The stage of the outreach board in which a target stands once an interview with it is booked."""


class MockActions:
    """The actions of one piece of work. Every method raises :class:`BadInput` at the field of the form."""

    def __init__(self, unit: Unit, zone: str) -> None:
        self._unit = unit
        self._session = unit.session
        self._zone = zone

    def book(self, edit: MockEdit, *, only_record: bool = False) -> str:
        """Book a mock; gives its uid. ``only_record`` writes down one that is over already, which never counts."""
        unit = self._unit
        check_edit(self._session, edit, unit.now)
        check_calendar(self._session, edit.calendar)
        if edit.starts <= unit.now and not only_record:
            raise BadInput("starts", "This time is over. It can be written down for the record, but does not count.")
        if only_record and edit.ends > unit.now:
            raise BadInput("starts", "Only what is over can be written down for the record; book this one.")
        uid = f"{uuid4()}{OWN_UID}"
        row = tables.MockRow(
            uid=uid,
            starts=edit.starts,
            ends=edit.ends,
            zone=edit.zone,
            title=title_of(edit),
            calendar=edit.calendar,
            unsynced=bool(edit.calendar),
            created_at=unit.now,
            changed_at=unit.now,
        )
        _fill(row, edit)
        with undoable(unit, undo.SCOPE, f"booked “{row.title}”"):
            stand(unit, row)
            skip_past(unit, row)
            self._tell_target(row)
        return uid

    def change(self, edit: MockEdit) -> None:
        """Change a mock, also its time. One that a read-only calendar brought keeps the time that stands there."""
        unit, row = self._unit, self._row(edit.uid)
        check_edit(self._session, edit, unit.now)
        if edit.calendar != row.calendar:
            if row.href or row.base:
                raise BadInput("calendar", "It stands in its calendar already; take it out there first.")
            check_calendar(self._session, edit.calendar)
        with undoable(unit, undo.SCOPE, f"changed “{row.title}”"):
            self._put_time(row, edit.starts, edit.ends)
            new_target = edit.target if edit.target != row.target else None
            row.zone, row.title, row.calendar = edit.zone, title_of(edit), edit.calendar
            _fill(row, edit)
            self._changed(row)
            stand(unit, row)
            skip_past(unit, row)
            if new_target is not None:
                self._tell_target(row)

    def move(self, uid: str, starts: datetime, ends: datetime) -> None:
        """Move a mock to another time, also one that is over and was not sat: it is booked again then."""
        unit, row = self._unit, self._row(uid)
        check_times(starts, ends, unit.now)
        with undoable(unit, undo.SCOPE, f"moved “{row.title}”"):
            self._put_time(row, starts, ends)
            self._changed(row)
            stand(unit, row)
            skip_past(unit, row)

    def cancel(self, uid: str) -> None:
        """Take a mock out of the calendar; the record stays, and the journal says so."""
        row = self._row(uid)
        if row.state == "cancelled":
            raise BadInput("uid", "It is taken out already.")
        self._check_writable(row, "uid")
        with undoable(self._unit, undo.SCOPE, f"took out “{row.title}”"):
            row.state = "cancelled"
            self._changed(row)
            stand(self._unit, row)

    def answer(self, outcome: Outcome) -> None:
        """Say how it was. An answer can be put right later; every answer stands in the journal."""
        unit, row = self._unit, self._row(outcome.uid)
        check_outcome(outcome)
        if row.state == "cancelled":
            raise BadInput("outcome", "It was taken out of the calendar.")
        if row.starts > unit.now:
            raise BadInput("outcome", "It has not begun yet. Move it, or take it out.")
        with undoable(unit, undo.SCOPE, f"“{row.title}” {outcome.outcome}"):
            row.state = row.outcome = outcome.outcome
            row.scores = to_text(dict(outcome.scores))
            row.review, row.study, row.proof = outcome.review, outcome.study, outcome.proof
            row.answered_at = row.changed_at = unit.now
            stand(unit, row)
            scores = {name: str(score) for name, score in outcome.scores.items()}
            unit.record(MockAnswered(row.uid, row.starts, outcome.outcome, outcome.proof, scores))

    def check(self, uid: str, item: int, done: bool) -> None:
        """Tick an item of the preparation, counted from 0, or take the tick away."""
        row = self._row(uid)
        items = list(checklist_of(row))
        if not 0 <= item < len(items):
            raise BadInput("checklist", "This item is not on the list any more.")
        items[item] = (items[item][0], done)
        row.checklist = to_text(items)
        self._session.add(row)
        self._unit.touch(Topic.MOCKS)

    def snooze(self, uid: str, minutes: int | None = None, *, again_in: int = 10) -> None:
        """Put the reminder ``minutes`` before the start off by ``again_in`` minutes, at most until the start.

        Without ``minutes`` it is the one that came last, as a press on its notice means it.
        """
        unit, row = self._unit, self._row(uid)
        if minutes is None:
            minutes = last_fired(self._session, row)
        if not 1 <= again_in <= LONGEST_SNOOZE:
            raise BadInput("again_in", "A reminder can be put off by a day at most.")
        again_at: datetime | None = unit.now + timedelta(minutes=again_in)
        if minutes > 0 and again_at is not None and again_at >= row.starts:
            again_at = None  # at its start it is told anyway
        self._session.merge(
            tables.ReminderRow(subject=uid, minutes=minutes, for_start=row.starts, fired_at=unit.now, again_at=again_at)
        )
        unit.touch(Topic.MOCKS)

    def set_score_rows(self, rows: Sequence[str]) -> None:
        """The person's own rows of the score sheet, after the usual ones."""
        wanted = list(dict.fromkeys(row.strip() for row in rows if row.strip()))
        check_scores(dict.fromkeys(wanted, 1))
        if len(wanted) > 12:
            raise BadInput("scores", "Twelve rows of your own are the most.")
        self._session.merge(tables.PreferenceRow(name=SCORE_ROWS_PREFERENCE, value=json.dumps(wanted)))
        self._unit.touch(Topic.MOCKS, Topic.PREFERENCES)

    def undo(self) -> str:
        """Take the last of these back; gives what it was. A booking that is taken back still leaves its facts."""
        return undo.undo(self._unit)

    def _row(self, uid: str) -> tables.MockRow:
        row = self._session.get(tables.MockRow, uid)
        if row is None:
            raise BadInput("uid", "There is no such mock interview any more.")
        return row

    def _put_time(self, row: tables.MockRow, starts: datetime, ends: datetime) -> None:
        if (starts, ends) == (row.starts, row.ends):
            return
        self._check_writable(row, "starts")
        if row.state == "cancelled":
            raise BadInput("starts", "It was taken out; book a new one.")
        if starts <= self._unit.now:
            raise BadInput("starts", "This time is over.")
        row.starts, row.ends, row.state, row.outcome = starts, ends, "booked", ""

    def _check_writable(self, row: tables.MockRow, field: str) -> None:
        calendar = self._session.get(tables.CalendarRow, row.calendar) if row.calendar else None
        if calendar is not None and not calendar.two_way:
            raise BadInput(field, f"It comes from the calendar {calendar.name}; change it there.")

    def _changed(self, row: tables.MockRow) -> None:
        row.changed_at = self._unit.now
        calendar = self._session.get(tables.CalendarRow, row.calendar) if row.calendar else None
        row.unsynced = calendar is not None and calendar.two_way

    def _tell_target(self, row: tables.MockRow) -> None:
        """The board knows that an interview is booked."""
        target = self._session.get(tables.TargetRow, row.target) if row.target is not None else None
        if target is None or target.id is None:
            return
        words = f"Mock interview booked: {row.title}"
        event = tables.TargetEventRow(target=target.id, at=self._unit.now, kind="stage", words=words, detail=STAGE)
        if target.stage != STAGE:
            event.words = f"{words}; moved to {STAGE}"
            target.stage, target.stage_at = STAGE, self._unit.now
            target.changed_at = self._unit.now
        self._session.add_all([target, event])
        self._unit.touch(Topic.OUTREACH)


def _fill(row: tables.MockRow, edit: MockEdit) -> None:
    row.platform, row.partner, row.topic = edit.platform.strip(), edit.partner.strip(), edit.topic.strip()
    row.link, row.notes, row.target = edit.link, edit.notes, edit.target
    row.checklist = to_text([(words.strip(), done) for words, done in edit.checklist if words.strip()])
    row.reminders = to_text(sorted(set(edit.reminders), reverse=True))
