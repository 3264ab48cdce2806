"""What every change of targets is made of: rows put in one by one or by the thousand, moved, tagged, deleted.

Why it exists: a form, an import, a proof and an answered reply end in the same few writes, each with its line in the
target's history.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from exitzero.core.errors import BadInput
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.store.undo import Changes
from exitzero.work.outreach import rows
from exitzero.work.outreach.draft import MOST_TAGS, Draft, Kind, Stage


def insert_one(unit: Unit, draft: Draft) -> int:
    """Put a checked draft in, its company made where it is new; gives its number."""
    company_id, company = _company(unit, draft)
    return _insert(unit, draft, company_id, company)


def insert_many(unit: Unit, drafts: Sequence[Draft], changes: Changes) -> None:
    """Put many checked drafts in by one statement for all."""
    companies = rows.Companies(unit.session)
    number = first = rows.next_number(unit.session)
    place = {stage: rows.last_place(unit.session, stage) for stage in Stage}
    made: list[dict[str, Any]] = []

    def put(draft: Draft, company_id: int | None, company: str) -> int:
        nonlocal number
        place[draft.stage] += rows.STEP
        made.append({**_columns(unit, draft, company_id, company), "id": number, "place": place[draft.stage]})
        number += 1
        return number - 1

    for draft in drafts:
        if draft.kind is Kind.COMPANY:
            companies.learn(put(draft, None, ""), draft.name)
    for draft in drafts:
        if draft.kind is Kind.PERSON:
            known = companies.find(draft.company) if draft.company else None
            if draft.company and known is None:
                known = put(Draft(name=draft.company, kind=Kind.COMPANY), None, ""), draft.company
                companies.learn(*known)
            put(draft, *(known or (None, "")))
    if not made:
        return
    unit.session.execute(insert(tables.TargetRow), made)
    changes.inserted(tables.TargetRow, range(first, number))
    event = rows.next_event(unit.session)
    lines = [
        {"id": event + at, "target": first + at, "at": unit.now, "kind": "added", "words": "Imported"}
        for at in range(len(made))
    ]
    unit.session.execute(insert(tables.TargetEventRow), lines)
    changes.inserted(tables.TargetEventRow, range(event, event + len(made)))


def change(unit: Unit, row: tables.TargetRow, draft: Draft) -> None:
    """Make a row say what a checked draft says; its stage stays."""
    session, number = unit.session, row.id or 0
    people = session.exec(select(tables.TargetRow).where(tables.TargetRow.company_id == number)).all()
    if people and draft.kind is Kind.PERSON:
        raise BadInput("kind", f"{row.name} has people; move them to another company first.")
    row.company_id, company = _company(unit, draft)
    for name, value in rows.columns_of(draft).items():
        setattr(row, name, value)
    row.search = rows.search_text(replace(draft, company=company))
    row.changed_at = unit.now
    for person in people:
        person.search = rows.search_text(rows.draft_of(person, draft.name))


def put(unit: Unit, row: tables.TargetRow, stage: str, place: float, *, proof: str = "") -> None:
    """Put a card into a column, with a line in its history if the column is another one."""
    row.place = place
    if row.stage == stage:
        return
    answered = {Stage.REPLIED, Stage.INTERVIEW}
    if row.stage in answered and stage in {Stage.TO_CONTACT, Stage.MESSAGED} and row.reply_at == row.stage_at:
        row.reply_at = None  # it had been set by moving the card, which is taken back now
    elif stage in answered and (row.reply_at is None or (row.proved_at is not None and row.reply_at < row.proved_at)):
        row.reply_at = unit.now
    if stage in {Stage.REPLIED, Stage.INTERVIEW, Stage.REJECTED}:
        row.follow_up = None
    row.stage, row.stage_at, row.changed_at = stage, unit.now, unit.now
    unit.session.add(rows.event(row.id or 0, unit.now, "stage", rows.moved_words(stage), detail=stage, proof=proof))


def place_before(session: Session, stage: str, before: int | None, moving: int) -> float:
    """A place in front of a card of that column, or at its end."""
    row = tables.TargetRow
    next_row = session.get(row, before) if before is not None else None
    if next_row is None or next_row.stage != stage or next_row.id == moving:
        return rows.last_place(session, stage) + rows.STEP
    ahead = session.exec(
        select(row.place)
        .where(row.stage == stage, row.place < next_row.place, row.id != moving)
        .order_by(col(row.place).desc())
        .limit(1)
    ).first()
    if ahead is None:
        return next_row.place - rows.STEP
    between = (ahead + next_row.place) / 2
    if ahead < between < next_row.place:
        return between
    _spread(session, stage)
    session.refresh(next_row)
    return next_row.place - rows.STEP / 2


def tag(row: tables.TargetRow, added: Sequence[str], removed: frozenset[str]) -> None:
    """Add and remove tags. Raises :class:`BadInput` on ``tags`` if they become too many."""
    kept = {each.casefold(): each for each in json.loads(row.tags) if each.casefold() not in removed}
    for each in added:
        kept.setdefault(each.casefold(), each)
    if len(kept) > MOST_TAGS:
        raise BadInput("tags", f"{row.name} would have {len(kept)} tags; at most {MOST_TAGS} fit.")
    row.tags = rows.as_json(list(kept.values()))


def refresh_search(session: Session, row: tables.TargetRow) -> None:
    """Make the search text say what the columns say."""
    company = session.get(tables.TargetRow, row.company_id) if row.company_id is not None else None
    row.search = rows.search_text(rows.draft_of(row, company.name if company is not None else ""))


def delete_all(session: Session, doomed: Sequence[tables.TargetRow]) -> None:
    """Delete targets with their histories; people of a company that goes stay, without it."""
    numbers = [row.id or 0 for row in doomed]
    gone = set(numbers)
    for at in range(0, len(numbers), 500):
        some = numbers[at : at + 500]
        for line in session.exec(select(tables.TargetEventRow).where(col(tables.TargetEventRow.target).in_(some))):
            session.delete(line)
        for mail in session.exec(select(tables.MailLinkRow).where(col(tables.MailLinkRow.target).in_(some))):
            mail.target = None
        for mock in session.exec(select(tables.MockRow).where(col(tables.MockRow.target).in_(some))):
            mock.target = None
        for person in session.exec(select(tables.TargetRow).where(col(tables.TargetRow.company_id).in_(some))):
            if person.id not in gone:
                person.company_id = None
                person.search = rows.search_text(rows.draft_of(person, ""))
    for row in doomed:
        session.delete(row)


def _company(unit: Unit, draft: Draft) -> tuple[int | None, str]:
    """The number and kept name of a draft's company, which is made if it is new."""
    if draft.kind is Kind.COMPANY or not draft.company:
        return None, ""
    known = rows.Companies(unit.session).find(draft.company)
    if known is not None:
        return known
    return _insert(unit, Draft(name=draft.company, kind=Kind.COMPANY), None, ""), draft.company


def _insert(unit: Unit, draft: Draft, company_id: int | None, company: str) -> int:
    number = rows.next_number(unit.session)
    place = rows.first_place(unit.session, draft.stage)
    unit.session.add(tables.TargetRow(**{**_columns(unit, draft, company_id, company), "id": number, "place": place}))
    unit.session.add(rows.event(number, unit.now, "added", "Added"))
    unit.session.flush()
    return number


def _columns(unit: Unit, draft: Draft, company_id: int | None, company: str) -> dict[str, Any]:
    return {
        **rows.columns_of(draft),
        "company_id": company_id,
        "stage": draft.stage.value,
        "created_at": unit.now,
        "changed_at": unit.now,
        "stage_at": unit.now,
        "search": rows.search_text(replace(draft, company=company)),
    }


def _spread(session: Session, stage: str) -> None:
    """Give the cards of a column room between one another again."""
    row = tables.TargetRow
    numbers = session.exec(select(row.id).where(row.stage == stage).order_by(col(row.place), col(row.id))).all()
    session.flush()
    session.execute(
        update(row), [{"id": number, "place": at * rows.STEP} for at, number in enumerate(numbers, start=1)]
    )
