"""What the person can do in the outreach: each action one transaction, refused with a reason at the field.

Whatever changes targets can be taken back by :meth:`OutreachActions.undo`. What is proved goes into the journal and is
taken back by :meth:`OutreachActions.withdraw` instead.

Long, because it is the list of all actions; rules, rows and proofs are in the modules it calls.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from sqlalchemy import delete, update
from sqlmodel import col, select

from exitzero.core.codec import from_plain, to_plain
from exitzero.core.errors import BadInput
from exitzero.core.observation import Observation
from exitzero.core.topics import Topic
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.store.undo import Changes, redo, undo, undoable
from exitzero.work.outreach import changing, proving, quick, rows, views
from exitzero.work.outreach.draft import Draft, Stage, one_line
from exitzero.work.outreach.rules import LONGEST_CADENCE, WAITING, Frame

SCOPE = "outreach"
"""The scope of what can be taken back here."""

VIEWS = "outreach.views"
"""The preference in which saved views stand."""

MOST_VIEWS = 30
LONGEST_NOTE = 20_000
_LONGEST_VIEW = 60


class OutreachActions:
    """The actions of one piece of work. ``frame`` gives the running day and its outreach clause."""

    def __init__(self, unit: Unit, frame: Callable[[], Frame]) -> None:
        self._unit = unit
        self._session = unit.session
        self._frame = frame

    # Adding and changing

    def add(self, edit: views.TargetEdit) -> int:
        """Add a target from its form; gives its number. Raises :class:`BadInput` at the field."""
        draft = rows.draft_of_edit(edit)
        cadence = rows.cadence_text(edit.cadence)
        with self._step(f"Add {draft.name}"):
            number = changing.insert_one(self._unit, draft)
            self._target(number).cadence = cadence
        return number

    def add_draft(self, draft: Draft) -> int:
        """Add a target that was read from somewhere; gives its number. Raises :class:`BadInput` at the field."""
        checked = draft.checked()
        with self._step(f"Add {checked.name}"):
            return changing.insert_one(self._unit, checked)

    def quick(self, line: str) -> int:
        """Add a target from one line; gives its number. Raises :class:`BadInput` at the field."""
        return self.add_draft(quick.parse(line, today=self._frame().label))

    def import_(self, drafts: Sequence[Draft], words: str) -> int:
        """Add many targets at once, taken back by one *Undo* that ``words`` name; gives how many."""
        checked = [draft.checked() for draft in drafts]
        with self._step(words) as changes:
            changing.insert_many(self._unit, checked, changes)
        return len(checked)

    def change(self, edit: views.TargetEdit) -> None:
        """Change the target ``edit.id`` to what the form says. Raises :class:`BadInput` at the field."""
        row = self._target(edit.id or 0)
        draft = rows.draft_of_edit(edit)
        cadence = rows.cadence_text(edit.cadence)
        with self._step(f"Change {draft.name}"):
            changing.change(self._unit, row, draft)
            row.cadence = cadence
            if draft.stage != row.stage:
                changing.put(self._unit, row, draft.stage, rows.first_place(self._session, draft.stage))
            self._session.add(rows.event(row.id or 0, self._unit.now, "edited", "Changed"))

    def move(self, target: int, stage: str, before: int | None = None) -> None:
        """Put a target into a stage, in front of the target ``before`` of that column (``None``: at its end)."""
        row = self._target(target)
        to = rows.stage_checked(stage)
        with self._step(f"Move {row.name} to {views.STAGE_TITLES[to]}"):
            changing.put(self._unit, row, to, changing.place_before(self._session, to, before, target))

    def bulk(self, targets: Sequence[int], edit: views.BulkEdit) -> int:
        """Change many targets alike, as one step; gives how many there were."""
        stage = rows.stage_checked(edit.stage) if edit.stage is not None else None
        added = Draft(name="-", tags=edit.add_tags).checked().tags
        removed = frozenset(one_line(tag).lstrip("# ").casefold() for tag in edit.remove_tags)
        found = self._targets(targets)
        with self._step(_bulk_words(edit, len(found))):
            if edit.delete:
                changing.delete_all(self._session, found)
                return len(found)
            place = rows.last_place(self._session, stage) if stage is not None else 0.0
            for row in found:
                row.changed_at = self._unit.now
                if stage is not None and row.stage != stage:
                    place += rows.STEP
                    changing.put(self._unit, row, stage, place)
                if added or removed:
                    changing.tag(row, added, removed)
                    changing.refresh_search(self._session, row)
                if edit.follow_up is not None or edit.no_follow_up:
                    row.follow_up = edit.follow_up
                if edit.archive is not None:
                    row.archived = edit.archive
        return len(found)

    def archive(self, target: int, archived: bool = True) -> None:
        """Put a target out of sight, or back."""
        row = self._target(target)
        with self._step(f"{'Archive' if archived else 'Bring back'} {row.name}"):
            row.archived, row.changed_at = archived, self._unit.now

    def delete(self, target: int) -> None:
        """Delete a target with its history; what was proved stays proved."""
        row = self._target(target)
        with self._step(f"Delete {row.name}"):
            changing.delete_all(self._session, [row])

    # History and follow-ups

    def note(self, target: int, text: str) -> None:
        """Write a line into a target's history."""
        row = self._target(target)
        words = text.replace("\r\n", "\n").strip()
        if not words:
            raise BadInput("note", "Write something first.")
        if len(words) > LONGEST_NOTE:
            raise BadInput("note", f"A note has at most {LONGEST_NOTE} characters; this has {len(words)}.")
        with self._step(f"Note on {row.name}"):
            self._session.add(rows.event(target, self._unit.now, "note", words))
            row.changed_at = self._unit.now

    def set_notes(self, target: int, text: str) -> None:
        """Keep what is typed as a target's notes; it leaves no line in the history, since it is kept while typing."""
        row = self._target(target)
        words = text.replace("\r\n", "\n").strip()
        if len(words) > LONGEST_NOTE:
            raise BadInput("notes", f"Notes have at most {LONGEST_NOTE} characters; these have {len(words)}.")
        with self._step(f"Notes of {row.name}"):
            row.notes, row.changed_at = words, self._unit.now
            changing.refresh_search(self._session, row)

    def set_follow_up(self, target: int, day: date | None) -> None:
        """Set the day of the next contact, or none."""
        row = self._target(target)
        with self._step(f"Follow-up of {row.name}"):
            row.follow_up = day
            words = f"Next contact on {day:%d %b %Y}" if day else "No next contact"
            self._session.add(rows.event(target, self._unit.now, "follow_up", words))

    def snooze(self, target: int, days: int) -> None:
        """Put the next contact off, counted from today. Raises :class:`BadInput` on ``follow_up``."""
        if not 1 <= days <= LONGEST_CADENCE:
            raise BadInput("follow_up", f"It is put off by 1 to {LONGEST_CADENCE} days.")
        self.set_follow_up(target, self._frame().label + timedelta(days=days))

    def set_cadence(self, target: int, days: Sequence[int]) -> None:
        """Give a target days of its own between follow-ups; none for the usual ones."""
        row = self._target(target)
        text = rows.cadence_text(days)
        with self._step(f"Cadence of {row.name}"):
            row.cadence = text

    # Views and undo

    def save_view(self, view: views.SavedView) -> None:
        """Keep a filter under a name; one of the same name is replaced."""
        name = one_line(view.name)
        if not name or len(name) > _LONGEST_VIEW:
            raise BadInput("name", f"A view has a name of 1 to {_LONGEST_VIEW} characters.")
        kept = [each for each in saved_views(self._session.get(tables.PreferenceRow, VIEWS)) if each.name != name]
        if len(kept) >= MOST_VIEWS:
            raise BadInput("name", f"At most {MOST_VIEWS} views are kept; forget one first.")
        self._keep_views([*kept, views.SavedView(name, view.filter)])

    def delete_view(self, name: str) -> None:
        """Forget a kept filter."""
        kept = saved_views(self._session.get(tables.PreferenceRow, VIEWS))
        self._keep_views([each for each in kept if each.name != name])

    def undo(self) -> str:
        """Take the last step back; gives its words, empty if there was none."""
        return self._after_undo(undo(self._unit, SCOPE))

    def redo(self) -> str:
        """Do the step again that was taken back last; gives its words, empty if there was none."""
        return self._after_undo(redo(self._unit, SCOPE))

    # Proofs and mails

    def log_link(self, target: int, text: str) -> views.ProofView:
        """Prove an outreach by a link to the message. Raises :class:`BadInput` on ``proof``."""
        return proving.log_link(self._unit, self._frame(), self._target(target), text)

    def log_picture(self, target: int, checked: views.PictureCheck, platform: str = "") -> views.ProofView:
        """Prove an outreach by a picture that was looked at; pages call ``engine.proofs.log_picture`` instead."""
        return proving.log_picture(self._unit, self._frame(), self._target(target), checked, platform)

    def log_mail(self, target: int, mail: Observation) -> views.ProofView:
        """Prove an outreach by a mail that the mailbox showed; pages call ``engine.proofs.log_mail`` instead."""
        return proving.log_mail(self._unit, self._frame(), self._target(target), mail)

    def withdraw(self, key: str) -> None:
        """Take back a proof of today. Raises :class:`BadInput` on ``proof``."""
        proving.withdraw(self._unit, self._frame(), key)

    def link_mail(self, message_id: str, target: int | None) -> None:
        """Say to which target a sent mail belongs; ``None``: to none. Raises :class:`BadInput` on ``mail``."""
        row = self._target(target) if target is not None else None
        with self._step(f"Mail to {row.name}" if row is not None else "Mail to nobody here"):
            proving.link_mail(self._unit, self._frame(), message_id, row)

    def create_target_from_mail(self, message_id: str) -> int:
        """Make a target of a sent mail's recipient, with that mail in its history; gives its number."""
        draft = proving.draft_from_mail(self._session, message_id)
        with self._step(f"Add {draft.name}"):
            number = changing.insert_one(self._unit, draft)
            self._session.flush()
            proving.link_mail(self._unit, self._frame(), message_id, self._target(number))
        return number

    def reply(self, message_id: str, move: bool) -> None:
        """Answer whether a reply that was seen moves its target to *replied*; asked once."""
        row = self._session.get(tables.MailLinkRow, message_id)
        if row is None or row.sent or row.target is None:
            raise BadInput("mail", "There is no such reply.")
        target = self._target(row.target)
        with self._step(f"Reply of {target.name}"):
            row.decided = True
            if not move:
                proving.forget_reply(self._session, row, target)
                return
            mail = tables.MailLinkRow
            asking = (mail.target == target.id, col(mail.sent).is_(False), col(mail.decided).is_(False))
            for other in self._session.exec(select(mail).where(*asking)):
                other.decided = True  # it would ask the same
            target.reply_at = max(row.at, target.reply_at or row.at)
            target.follow_up = None
            if target.stage in WAITING:
                changing.put(self._unit, target, Stage.REPLIED, rows.first_place(self._session, Stage.REPLIED))

    # Inside

    @contextmanager
    def _step(self, words: str) -> Iterator[Changes]:
        with undoable(self._unit, SCOPE, words) as changes:
            yield changes
        self._unit.touch(Topic.OUTREACH)

    def _target(self, number: int) -> tables.TargetRow:
        row = self._session.get(tables.TargetRow, number)
        if row is None:
            raise BadInput("target", "That target is not there any more.")
        return row

    def _targets(self, numbers: Sequence[int]) -> list[tables.TargetRow]:
        row = tables.TargetRow
        found: list[tables.TargetRow] = []
        wanted = list(dict.fromkeys(numbers))
        for at in range(0, len(wanted), 500):
            found += self._session.exec(select(row).where(col(row.id).in_(wanted[at : at + 500])))
        return found

    def _after_undo(self, words: str | None) -> str:
        """Sweep away what hangs on a target that is gone by an undo of its making."""
        if words is None:
            return ""
        event, mail = tables.TargetEventRow, tables.MailLinkRow
        there = select(tables.TargetRow.id)
        self._session.execute(delete(event).where(col(event.target).not_in(there)))
        self._session.execute(
            update(mail).where(col(mail.target).is_not(None), col(mail.target).not_in(there)).values(target=None)
        )
        self._unit.touch(Topic.OUTREACH)
        return words

    def _keep_views(self, kept: Sequence[views.SavedView]) -> None:
        self._session.merge(tables.PreferenceRow(name=VIEWS, value=json.dumps(to_plain(kept))))
        self._unit.touch(Topic.OUTREACH, Topic.PREFERENCES)


def saved_views(row: tables.PreferenceRow | None) -> tuple[views.SavedView, ...]:
    """The filters that are kept; one that cannot be read any more is left out."""
    kept: list[views.SavedView] = []
    for plain in json.loads(row.value) if row is not None else ():
        try:
            kept.append(from_plain(views.SavedView, plain))
        except (TypeError, ValueError, KeyError):
            continue
    return tuple(kept)


def _bulk_words(edit: views.BulkEdit, count: int) -> str:
    what = f"{count} target{'' if count == 1 else 's'}"
    if edit.delete:
        return f"Delete {what}"
    if edit.archive is not None:
        return f"{'Archive' if edit.archive else 'Bring back'} {what}"
    if edit.stage is not None:
        return f"Move {what} to {views.STAGE_TITLES[edit.stage]}"
    return f"Change {what}"
