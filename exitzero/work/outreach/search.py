"""Targets as the database gives them: filtered, sorted, counted, ten thousand of them within a moment.

Why it exists: board, table, pickers and lists show the same card. Each question is one statement with a limit, plus one
for the proofs of the cards that are shown; rows become records without going through the object mapper, which would
take longer than the database.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Float, Row, Select, case, cast, exists, func, literal
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from exitzero.core.errors import BadInput
from exitzero.store import tables
from exitzero.work.outreach import rows
from exitzero.work.outreach.views import STAGES, Filter, TargetView

TARGET = tables.TargetRow
COMPANY = aliased(tables.TargetRow)

_COLUMNS: tuple[Any, ...] = (
    TARGET.id, TARGET.kind, TARGET.name, COMPANY.name.label("company"), TARGET.company_id, TARGET.role,  # type: ignore[attr-defined]
    TARGET.stage, TARGET.platform, TARGET.link, TARGET.email, TARGET.tags, TARGET.fields, TARGET.follow_up,
    TARGET.proved_at, TARGET.reply_at, TARGET.stage_at, TARGET.created_at, TARGET.source, TARGET.archived,
)  # fmt: skip
_FIELD = "field:"

Condition = ColumnElement[bool]
Cards = Select[Any]


def cards() -> Select[Any]:
    """The statement for cards; add conditions, an order and a limit."""
    statement: Select[Any] = sql_select(*_COLUMNS)
    return statement.outerjoin(COMPANY, col(TARGET.company_id) == COMPANY.id)


def conditions(wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    """What a filter asks of a target."""
    found: list[ColumnElement[bool]] = [col(TARGET.archived).is_(wanted.archived)]
    found += text_conditions(wanted.text)
    if wanted.stages:
        found.append(col(TARGET.stage).in_(sorted(wanted.stages)))
    if wanted.platforms:
        found.append(col(TARGET.platform).in_(sorted(wanted.platforms)))
    if wanted.kinds:
        found.append(col(TARGET.kind).in_(sorted(wanted.kinds)))
    if wanted.tags:
        each = func.json_each(TARGET.tags).table_valued("value")
        found.append(exists(sql_select(literal(1)).select_from(each).where(each.c.value.in_(sorted(wanted.tags)))))
    if wanted.due_only:
        found.append(due_condition(today))
    return found


def on_board() -> ColumnElement[bool]:
    """All but the companies that are there only because somebody works at them: nobody means to contact those."""
    company, person = aliased(tables.TargetRow), aliased(tables.TargetRow)
    employers = sql_select(col(person.company_id)).where(col(person.company_id).is_not(None))
    mere = sql_select(col(company.id)).where(
        col(company.id).in_(employers),
        col(company.kind) == "company",
        col(company.stage) == STAGES[0],
        col(company.proved_at).is_(None),
    )
    return col(TARGET.id).not_in(mere)


def text_conditions(text: str) -> list[ColumnElement[bool]]:
    """That the search text holds every word; the table's own columns need not be looked at."""
    return [col(TARGET.search).like(pattern) for pattern in rows.like(text)]


def due_condition(today: date) -> ColumnElement[bool]:
    """That the next contact is due by today."""
    return col(TARGET.follow_up).is_not(None) & (col(TARGET.follow_up) <= today)


def sorted_page(where: Sequence[Condition], sort: str, first: int, count: int) -> Cards:
    """The statement for some rows of a sorted table, empty values last. Raises :class:`BadInput` on ``sort``.

    Which rows they are is found by the numbers alone; the wide rows are read for those that are shown.
    """
    falling, name = sort.startswith("-"), sort.removeprefix("-")
    by = _order(name)
    order = [*_empty_last(name, by[-1]), *(each.desc() if falling else each.asc() for each in by)]
    order.append(col(TARGET.id).desc() if falling else col(TARGET.id).asc())
    numbers = sql_select(col(TARGET.id).label("number"), *(each.label(f"by{at}") for at, each in enumerate(by)))
    if name == "company":
        numbers = numbers.outerjoin(COMPANY, col(TARGET.company_id) == col(COMPANY.id))
    page = numbers.where(*where).order_by(*order).offset(first).limit(count).subquery()
    return cards().join(page, page.c.number == col(TARGET.id)).order_by(*order)


def _order(name: str) -> list[ColumnElement[Any]]:
    if name.startswith(_FIELD):
        path = f"$.{json.dumps(name.removeprefix(_FIELD), ensure_ascii=False)}"
        value = func.json_extract(TARGET.fields, path)
        return [cast(value, Float), func.lower(value)]  # 90k is a number, *high* is none and goes by its letters
    if name == "stage":
        return [case({stage: at for at, stage in enumerate(STAGES)}, value=col(TARGET.stage))]
    words: dict[str, Any] = {
        "name": col(TARGET.name),
        "company": COMPANY.name,
        "role": col(TARGET.role),
        "tags": col(TARGET.tags),
    }
    if name in words:
        return [func.lower(words[name])]
    plain: dict[str, Any] = {
        "platform": col(TARGET.platform), "follow_up": col(TARGET.follow_up), "proved_at": col(TARGET.proved_at),
        "reply_at": col(TARGET.reply_at), "created_at": col(TARGET.created_at), "stage_at": col(TARGET.stage_at),
    }  # fmt: skip
    if name not in plain:
        raise BadInput("sort", f"Targets cannot be sorted by {name!r}.")
    return [plain[name]]


def _empty_last(name: str, by: ColumnElement[Any]) -> Iterator[ColumnElement[Any]]:
    if name in {"stage", "created_at", "stage_at", "name"}:
        return
    yield by.is_(None) | (by.in_(["", "[]"]) if name in {"company", "role", "tags", "platform"} else literal(False))


def views_of(session: Session, found: Sequence[Row[Any]], today: date) -> tuple[TargetView, ...]:
    """Rows of :func:`cards` as records."""
    counts = contacts(session, [row[0] for row in found])
    return tuple(_view(row, counts.get(row[0], 0), today) for row in found)


def contacts(session: Session, targets: Collection[int]) -> dict[int, int]:
    """How many proved contacts each of these targets has had."""
    found: dict[int, int] = {}
    proof, mail = tables.ProofRow, tables.MailLinkRow
    wanted = list(targets)
    for at in range(0, len(wanted), 500):
        some = wanted[at : at + 500]
        proofs = sql_select(col(proof.target), func.count()).where(
            col(proof.target).in_(some), col(proof.withdrawn).is_(False)
        )
        mails = sql_select(col(mail.target), func.count()).where(col(mail.target).in_(some), col(mail.sent).is_(True))
        for statement, by in ((proofs, proof.target), (mails, mail.target)):
            for target, count in session.execute(statement.group_by(col(by))):
                found[target] = found.get(target, 0) + count
    return found


def _view(row: Any, proofs: int, today: date) -> TargetView:
    (number, kind, name, company, company_id, role, stage, platform, link, email, tags, fields, follow_up,
     proved_at, reply_at, stage_at, created_at, source, archived) = row  # fmt: skip
    return TargetView(
        id=number,
        kind=kind,
        name=name,
        company=company or "",
        company_id=company_id,
        role=role,
        stage=stage,
        platform=platform,
        link=link,
        email=email,
        tags=tuple(json.loads(tags)) if tags != "[]" else (),
        fields=json.loads(fields) if fields != "{}" else {},
        follow_up=follow_up,
        due=follow_up is not None and follow_up <= today,
        proved_at=proved_at,
        reply_at=reply_at,
        stage_at=stage_at,
        created_at=created_at,
        proofs=proofs,
        source=source,
        archived=archived,
    )
