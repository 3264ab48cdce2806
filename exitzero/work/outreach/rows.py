"""Targets as rows: made from what was typed, found by what is searched, with numbers that are never used twice.

Why it exists: every way of adding or changing a target ends in the same row, whose search text and company are kept
right in one place.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from exitzero.core.errors import BadInput
from exitzero.store import tables
from exitzero.work.outreach.draft import Draft, Kind, Platform, Stage
from exitzero.work.outreach.duplicates import company_key, fold
from exitzero.work.outreach.profile_links import platform_of, with_scheme
from exitzero.work.outreach.rules import cadence_checked
from exitzero.work.outreach.views import STAGE_TITLES, TargetEdit

SEARCHED_NOTES = 2000
"""So many letters of the notes are searched; the rest is read on the target's page."""

STEP = 1024.0
"""Between the places of two neighbours on the board, so that something fits between them many times."""


def draft_of_edit(edit: TargetEdit) -> Draft:
    """The form as a checked draft. Raises :class:`BadInput` at the field."""
    try:
        kind = Kind(edit.kind)
    except ValueError:
        raise BadInput("kind", "A target is a person or a company.") from None
    return Draft(
        name=edit.name,
        kind=kind,
        company=edit.company,
        role=edit.role,
        platform=platform_checked(edit.platform) or _platform_of(edit.link, edit.email),
        link=edit.link,
        email=edit.email,
        stage=stage_checked(edit.stage),
        tags=edit.tags,
        notes=edit.notes,
        source=edit.source,
        fields=edit.fields,
        follow_up=edit.follow_up,
        links=edit.links,
    ).checked()


def _platform_of(link: str, email: str) -> Platform:
    """What link or address say where the form says nothing; a page of no platform leaves it unsaid."""
    if not link.strip():
        return Platform.EMAIL if email.strip() else Platform.UNSAID
    known = platform_of(with_scheme(link.strip()))
    return Platform.UNSAID if known is Platform.OTHER else known


def stage_checked(stage: str) -> Stage:
    """The stage of that word. Raises :class:`BadInput` on ``stage``."""
    try:
        return Stage(stage)
    except ValueError:
        raise BadInput("stage", f"“{stage}” is no stage: {', '.join(Stage)}.") from None


def platform_checked(platform: str) -> Platform:
    """The platform of that word. Raises :class:`BadInput` on ``platform``."""
    try:
        return Platform(platform)
    except ValueError:
        known = ", ".join(each for each in Platform if each)
        raise BadInput("platform", f"“{platform}” is no platform: {known}.") from None


def columns_of(draft: Draft) -> dict[str, Any]:
    """What a draft says, as columns; without company, stage and search text."""
    return {
        "kind": draft.kind.value,
        "name": draft.name,
        "role": draft.role,
        "platform": draft.platform.value,
        "link": draft.link,
        "links": as_json(draft.links),
        "email": draft.email,
        "tags": as_json(draft.tags),
        "notes": draft.notes,
        "source": draft.source,
        "fields": as_json(dict(draft.fields)),
        "follow_up": draft.follow_up,
    }


def search_text(draft: Draft) -> str:
    """What is looked through for a search: everything that stands on the card, folded."""
    parts = (
        draft.name, draft.company, draft.role, draft.email, draft.link, *draft.links, *draft.tags, draft.source,
        *(f"{name} {text}" for name, text in draft.fields.items()), draft.notes[:SEARCHED_NOTES],
    )  # fmt: skip
    return fold(" \n ".join(part for part in parts if part))


def draft_of(row: tables.TargetRow, company: str) -> Draft:
    """A kept target as a draft."""
    return Draft(
        name=row.name,
        kind=Kind(row.kind),
        company=company,
        role=row.role,
        platform=Platform(row.platform),
        link=row.link,
        email=row.email,
        stage=Stage(row.stage),
        tags=tuple(json.loads(row.tags)),
        notes=row.notes,
        source=row.source,
        fields=json.loads(row.fields),
        follow_up=row.follow_up,
        links=tuple(json.loads(row.links)),
    )


def cadence_text(days: Sequence[int]) -> str:
    """A cadence of one's own as it is kept; empty for the usual one."""
    checked = cadence_checked(days)
    return as_json(checked) if checked else ""


def next_number(session: Session) -> int:
    """A number that no target has or had: what was proved for a deleted one must never fall to another."""
    taken = (
        select(func.max(tables.TargetRow.id)),
        select(func.max(tables.ProofRow.target)),
        select(func.max(tables.TargetEventRow.target)),
        select(func.max(tables.MailLinkRow.target)),
        select(func.max(tables.MockRow.target)),
    )
    return max(session.exec(each).one() or 0 for each in taken) + 1


def next_event(session: Session) -> int:
    """The number of the next line of any history."""
    return (session.exec(select(func.max(tables.TargetEventRow.id))).one() or 0) + 1


def last_place(session: Session, stage: str) -> float:
    """The place of the last card of a column."""
    row = tables.TargetRow
    return session.exec(select(func.max(row.place)).where(row.stage == stage)).one() or 0.0


def first_place(session: Session, stage: str) -> float:
    """A place in front of the first card of a column: what is new is seen."""
    row = tables.TargetRow
    least: float | None = session.execute(sql_select(func.min(col(row.place))).where(col(row.stage) == stage)).scalar()
    return (STEP if least is None else least) - STEP


class Companies:
    """Companies by name, in any spelling; looked up once for a whole import."""

    def __init__(self, session: Session) -> None:
        row = tables.TargetRow
        found = session.exec(select(row.id, row.name).where(row.kind == Kind.COMPANY.value).order_by(col(row.id)))
        self._known: dict[str, tuple[int, str]] = {}
        for number, name in found:
            self.learn(number or 0, name)

    def find(self, name: str) -> tuple[int, str] | None:
        """The number and name of the company; ``None`` if it is new."""
        return self._known.get(company_key(name))

    def learn(self, number: int, name: str) -> None:
        """A company is there from now on."""
        self._known.setdefault(company_key(name), (number, name))


def event(
    target: int, at: datetime, kind: str, words: str, *, detail: str = "", proof: str = ""
) -> tables.TargetEventRow:
    """A line of a target's history."""
    return tables.TargetEventRow(target=target, at=at, kind=kind, words=words, detail=detail, proof=proof)


def moved_words(stage: str) -> str:
    """The line about a new stage."""
    return f"Moved to {STAGE_TITLES[stage]}"


def folded(text: str) -> str:
    """A search in the form of the search text."""
    return fold(text)


def like(text: str) -> Iterable[str]:
    """A search as patterns, each of which the search text has to hold."""
    return [f"%{word}%" for word in folded(text).split()]


def as_json(value: object) -> str:
    """Plain data as the columns keep it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def cadence_of(row: tables.TargetRow) -> tuple[int, ...]:
    """A target's own days between follow-ups; empty for the usual ones."""
    return tuple(json.loads(row.cadence)) if row.cadence else ()
