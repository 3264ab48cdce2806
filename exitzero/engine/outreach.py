"""The running day as the outreach needs it: its frame, its clause as it stands, the mailbox that the clause reads."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from exitzero.core.contract import SENT_MAIL, Clause
from exitzero.core.words import ClauseKind
from exitzero.engine.reading import (
    contract_series,
    find_clause,
    is_due,
    row_at,
    stored_findings,
    told_time,
    unjudged_rows,
    version_on,
)
from exitzero.store import tables
from exitzero.truth.sent_mail_headers import holds
from exitzero.work.outreach.rules import Frame


def frame_of(session: Session, now: datetime, zone: str = "UTC") -> Frame:
    """The frame at ``now``; ``zone`` is this machine's, for the time before the first contract."""
    series = contract_series(session)
    row = row_at(session, now) if series else None
    if row is None:
        bare = Frame(label=now.date(), zone=zone, told=told_time(session), named=named_mailboxes(session, now))
        return Frame(label=bare.date_of(now), zone=zone, told=bare.told, named=bare.named)
    terms = version_on(series, row.label).terms
    clause = next((each for each in terms.owed_on(row.label) if each.kind is ClauseKind.OUTREACH), None)
    count, target, state, words = 0, 0, "", ""
    if clause is not None:
        if row.outcome is not None:
            found = next((each for each in stored_findings(row) if each.kind is ClauseKind.OUTREACH), None)
        else:
            due = is_due(series, terms, clause, row.label)
            found = find_clause(session, row, terms, clause, due=due, now=now)
        if found is not None:
            count, target, state, words = found.count, found.target, found.state.value, found.words
    reader = clause or terms.clause(ClauseKind.OUTREACH)
    mailbox = _mailbox(reader)
    status = session.get(tables.SourceRow, (SENT_MAIL, mailbox)) if mailbox else None
    return Frame(
        label=row.label,
        zone=row.zone,
        starts=row.starts,
        closes=row.closes,
        ends=row.ends,
        told=told_time(session),
        count=count,
        target=target,
        state=state,
        words=words,
        mailbox=mailbox,
        mailbox_trouble=status.title if status is not None and status.failing_since is not None else "",
        named=named_mailboxes(session, now),
        counts=partial(holds, words=reader.words) if reader is not None and mailbox else bool,
    )


def named_mailboxes(session: Session, now: datetime) -> frozenset[str]:
    """The mailboxes that the contract names today or later, or on a day that still waits for its verdict."""
    series = contract_series(session)
    if not series:
        return frozenset()
    row = row_at(session, now)
    today = row.label if row is not None else now.date()
    labels = {today, *(each.label for each in unjudged_rows(session, now))}
    holding = [version_on(series, label) for label in labels]
    holding += [version for version in series if version.effective > today]
    return frozenset(_mailbox(clause) for version in holding for clause in version.terms.clauses) - {""}


def _mailbox(clause: Clause | None) -> str:
    return clause.subject if clause is not None and clause.source == SENT_MAIL else ""
