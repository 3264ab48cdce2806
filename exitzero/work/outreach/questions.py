"""What the pages of the outreach can ask: board, table, a target, today, insights; each gives frozen records."""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlalchemy import text as sql_text
from sqlmodel import Session, col, select

from exitzero.core.contract import SENT_MAIL
from exitzero.core.errors import BadInput
from exitzero.store import tables
from exitzero.store.undo import peek
from exitzero.work.outreach import links, rows, search, views
from exitzero.work.outreach.actions import SCOPE, VIEWS, saved_views
from exitzero.work.outreach.draft import Draft
from exitzero.work.outreach.insights import insights_of
from exitzero.work.outreach.mails import mail_views, reply_views
from exitzero.work.outreach.proving import proof_view, refuse_used
from exitzero.work.outreach.rules import CADENCE, WAITING, Frame
from exitzero.work.outreach.search import TARGET

MOST_EVENTS = 2000
"""So many lines of a target's history are shown."""


class OutreachQuestions:
    """The questions of one reading. ``frame`` gives the running day and its clause, and is asked when needed."""

    def __init__(self, session: Session, now: datetime, frame: Callable[[], Frame]) -> None:
        self._session = session
        self._now = now
        self._ask_frame = frame

    @cached_property
    def _frame(self) -> Frame:
        return self._ask_frame()

    # Board and table

    def board(self, text: str = "", *, most: int = 50, archived: bool = False) -> views.Board:
        """The columns with their first ``most`` cards, those whose text holds every word of ``text``."""
        where = [*search.conditions(views.Filter(text=text, archived=archived), self._frame.label), search.on_board()]
        numbers: dict[str, list[int]] = {stage: [] for stage in views.STAGES}
        # One pass over the narrow index, or over the search texts; the wide rows only for the cards that are shown.
        ordered = sql_select(TARGET.id, TARGET.stage).where(*where)  # type: ignore[call-overload]
        for number, stage in self._session.execute(
            ordered.order_by(col(TARGET.stage), col(TARGET.place), col(TARGET.id))
        ):
            numbers[stage].append(number)
        shown = [number for each in numbers.values() for number in each[:most]]
        cards = {card.id: card for card in self._views(search.cards().where(col(TARGET.id).in_(shown)))}
        return views.Board(
            columns=tuple(
                views.Column(
                    stage,
                    views.STAGE_TITLES[stage],
                    len(found),
                    tuple(cards[number] for number in found[:most]),
                )
                for stage, found in numbers.items()
            ),
            total=sum(map(len, numbers.values())),
            due=self.due_count(),
            quota_count=self._frame.count,
            quota_target=self._frame.target,
            quota_state=self._frame.state,
            undo=self.undo_words(),
        )

    def column(self, stage: str, text: str = "", *, first: int = 0, most: int = 50) -> views.Column:
        """More cards of one column, from ``first`` on."""
        wanted = views.Filter(text=text, stages=frozenset({stage}))
        where = [*search.conditions(wanted, self._frame.label), search.on_board()]
        statement = search.cards().where(*where).order_by(col(TARGET.place), col(TARGET.id)).offset(first).limit(most)
        return views.Column(stage, views.STAGE_TITLES[stage], self._count(where), self._views(statement))

    def table(self, wanted: views.Filter, first: int = 0, count: int = 100) -> views.TablePage:
        """Rows of the table. Raises :class:`BadInput` on ``sort``."""
        where = search.conditions(wanted, self._frame.label)
        total = self._count(where)
        return views.TablePage(self._views(search.sorted_page(where, wanted.sort, first, count)), first, total)

    def ids(self, wanted: views.Filter) -> tuple[int, ...]:
        """Every target that a filter shows, for *select all*."""
        where = search.conditions(wanted, self._frame.label)
        return tuple(self._session.execute(sql_select(col(TARGET.id)).where(*where).order_by(col(TARGET.id))).scalars())

    def find(self, text: str, most: int = 20) -> tuple[views.TargetView, ...]:
        """The targets that a few letters mean, best first; without letters, those that were touched last."""
        words = rows.folded(text)
        statement = search.cards().where(col(TARGET.archived).is_(False), *search.text_conditions(text))
        if words:
            begins = col(TARGET.search).startswith(words, autoescape=True)
            statement = statement.order_by(begins.desc(), func.length(TARGET.name), col(TARGET.id))
        else:
            statement = statement.order_by(col(TARGET.changed_at).desc())
        return self._views(statement.limit(most))

    def facets(self) -> views.Facets:
        """What can be chosen in filters and forms."""
        return views.Facets(
            tags=self._used("SELECT value FROM target, json_each(target.tags)"),
            platforms=self._used("SELECT platform AS value FROM target WHERE platform != ''"),
            sources=self._used("SELECT source AS value FROM target WHERE source != ''"),
            fields=self._used("SELECT key AS value FROM target, json_each(target.fields)"),
            companies=tuple(
                (number, name)
                for number, name in self._session.execute(
                    sql_select(col(TARGET.id), col(TARGET.name))
                    .where(col(TARGET.kind) == "company")
                    .order_by(func.lower(TARGET.name))
                )
            ),
        )

    def _used(self, values: str) -> tuple[str, ...]:
        found = self._session.execute(
            sql_text(f"SELECT value FROM ({values}) GROUP BY value ORDER BY COUNT(*) DESC, value")  # noqa: S608 - our own words
        )
        return tuple(str(value) for value in found.scalars())

    # A target

    def target(self, target: int) -> views.TargetPage | None:
        """Everything about a target; ``None`` if there is none of that number."""
        session = self._session
        row = session.get(TARGET, target)
        if row is None:
            return None
        view = self._views(search.cards().where(col(TARGET.id) == target))[0]
        people = search.cards().where(col(TARGET.company_id) == target).order_by(func.lower(TARGET.name)).limit(500)
        waiting = None
        if row.stage in WAITING and row.proved_at is not None:
            waiting = (self._frame.label - self._frame.date_of(row.proved_at)).days
        return views.TargetPage(
            target=view,
            notes=row.notes,
            links=tuple(json.loads(row.links)),
            history=self._history(target),
            people=self._views(people) if row.kind == "company" else (),
            cadence=rows.cadence_of(row),
            waiting_days=waiting,
            replies=reply_views(session, target),
            mocks=self._mocks(target),
        )

    def _history(self, target: int) -> tuple[views.EventView, ...]:
        line, proof = tables.TargetEventRow, tables.ProofRow
        found: Any = self._session.exec(
            select(line, proof)
            .join(proof, col(line.proof) == col(proof.key), isouter=True)
            .where(line.target == target)
            .order_by(col(line.at).desc(), col(line.id).desc())
            .limit(MOST_EVENTS)
        )
        return tuple(
            views.EventView(
                at=event.at,
                kind=event.kind,
                words=event.words,
                detail="" if event.kind == "stage" else event.detail,
                proof=event.proof,
                weak=proved is not None and proved.weak,
                picture=proved.sha256 if proved is not None else "",
            )
            for event, proved in found
        )

    def _mocks(self, target: int) -> tuple[str, ...]:
        row = tables.MockRow
        found = self._session.exec(select(row).where(row.target == target).order_by(col(row.starts).desc()).limit(50))
        return tuple(f"{self._frame.day_and_clock(each.starts)}: {each.title}" for each in found)

    # Today

    def today(self) -> views.OutreachToday:
        """Today's quota, proofs, mails, what is due and the replies to ask about."""
        frame = self._frame
        return views.OutreachToday(
            label=frame.label,
            count=frame.count,
            target=frame.target,
            state=frame.state,
            words=frame.words,
            proofs=self.proofs(frame.label),
            mails=mail_views(self._session, frame),
            due=self.due(),
            replies=reply_views(self._session),
            mailbox=frame.mailbox,
            mailbox_trouble=frame.mailbox_trouble,
        )

    def proofs(self, label: date) -> tuple[views.ProofView, ...]:
        """The proofs logged on a day that count, newest first."""
        row = tables.ProofRow
        found = self._session.exec(
            select(row)
            .where(row.label == label, col(row.withdrawn).is_(False))
            .order_by(col(row.at).desc(), col(row.key))
        )
        return tuple(proof_view(each, self._frame, self._now) for each in found)

    def due(self, most: int = 200) -> tuple[views.TargetView, ...]:
        """The targets whose follow-up is due by today, longest overdue first."""
        statement = search.cards().where(col(TARGET.archived).is_(False), search.due_condition(self._frame.label))
        return self._views(statement.order_by(col(TARGET.follow_up), col(TARGET.id)).limit(most))

    def due_count(self) -> int:
        """How many targets are due."""
        return self._count([col(TARGET.archived).is_(False), search.due_condition(self._frame.label)])

    def _count(self, where: Sequence[search.Condition]) -> int:
        return int(self._session.execute(sql_select(func.count()).select_from(TARGET).where(*where)).scalar_one())

    def check_link(self, text: str) -> views.LinkCheck:
        """What a pasted link would prove. Raises :class:`BadInput` on ``proof`` with what to paste instead."""
        proof = links.check(text)
        used, used_words = None, ""
        try:
            refuse_used(self._session, self._frame, proof.key)
        except BadInput as refused:
            used = proof_view(self._session.get_one(tables.ProofRow, proof.key), self._frame, self._now)
            used_words = refused.message
        return views.LinkCheck(proof.words, proof.platform.value, proof.shown, proof.weak, used, used_words)

    # The rest

    def insights(self) -> views.Insights:
        """The hunt in figures."""
        return insights_of(self._session, self._frame)

    def saved_views(self) -> tuple[views.SavedView, ...]:
        """The filters that were kept under a name."""
        return saved_views(self._session.get(tables.PreferenceRow, VIEWS))

    def drafts(self, wanted: views.Filter | None = None) -> tuple[Draft, ...]:
        """The targets of a filter (``None``: all, the archived ones too) as drafts, for export."""
        return tuple(draft for _, draft in self.known(wanted))

    def known(self, wanted: views.Filter | None = None) -> tuple[tuple[int, Draft], ...]:
        """The targets of a filter (``None``: all) with their numbers, for finding duplicates before an import."""
        statement = select(TARGET).order_by(col(TARGET.id))
        if wanted is not None:
            statement = statement.where(*search.conditions(wanted, self._frame.label))
        companies = select(TARGET.id, TARGET.name).where(TARGET.kind == "company")
        names: dict[int | None, str] = {row[0]: row[1] for row in self._session.exec(companies)}
        found = self._session.exec(statement.execution_options(yield_per=1000))
        return tuple((row.id or 0, rows.draft_of(row, names.get(row.company_id, ""))) for row in found)

    def mailboxes(self) -> tuple[views.MailboxView, ...]:
        """The connected mailboxes."""
        box, status = tables.MailboxRow, tables.SourceRow
        found: Any = self._session.exec(
            select(box, status)
            .join(status, (col(status.source) == SENT_MAIL) & (col(status.subject) == col(box.address)), isouter=True)
            .order_by(col(box.connected_at))
        )
        return tuple(
            views.MailboxView(
                address=row.address,
                kind=row.kind,
                shown=row.shown,
                own=tuple(json.loads(row.own)),
                connected_at=row.connected_at,
                in_contract=row.address in self._frame.named,
                last_good=asked.last_good if asked is not None else None,
                trouble=asked.title if asked is not None else "",
                advice=asked.advice if asked is not None else "",
            )
            for row, asked in found
        )

    def cadence(self) -> tuple[int, ...]:
        """The usual days between follow-ups."""
        return CADENCE

    def undo_words(self) -> str:
        """What *Undo* would take back; empty for nothing."""
        return peek(self._session, SCOPE)

    def _views(self, statement: search.Cards) -> tuple[views.TargetView, ...]:
        found = self._session.execute(statement).all()
        return search.views_of(self._session, found, self._frame.label)
