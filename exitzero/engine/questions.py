"""What pages can ask: each method reads one consistent state and gives frozen records.

Long, because it is the list of all questions; whatever takes thought is worked out in the modules it calls.
"""

import json
import zlib
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import String, case, cast, func, literal, or_
from sqlmodel import Session, col, select

from exitzero.core import facts
from exitzero.core.contract import Terms, changes
from exitzero.core.observation import Evidence, SourceTrouble, TruthSource
from exitzero.core.today import LockView, Today
from exitzero.engine import views
from exitzero.engine.actions import can_override, outage_on, propose_now, why_no_pass
from exitzero.engine.day_evidence import own_observations
from exitzero.engine.lock_plan import names_of
from exitzero.engine.lockdown_page import lockdown_page
from exitzero.engine.log_lines import line_of
from exitzero.engine.observe import Ask, request_of
from exitzero.engine.outreach import frame_of
from exitzero.engine.present import clause_views, rung_views, source_view, streaks, today_of
from exitzero.engine.reading import contract_series, findings_of, row_at, stored_findings, version_on
from exitzero.engine.rewards import rewards_of
from exitzero.engine.sticks import channel_views, consequence_view, planned_if_failed
from exitzero.store import journal, tables
from exitzero.store.folding import journal_length
from exitzero.work.coins.questions import balance, moved_on
from exitzero.work.coins.rules import PASS_PRICE
from exitzero.work.mocks.questions import MockQuestions
from exitzero.work.outreach.questions import OutreachQuestions

POLL_FACTS = (facts.SourcePolled, facts.SourceFailed)
WEEKS = 53


class Questions:
    """The questions of one reading. ``now`` is the reckoned time."""

    def __init__(
        self,
        session: Session,
        now: datetime,
        *,
        sources: Sequence[TruthSource] = (),
        clock_doubt: str = "",
        demo: bool = False,
        lock: LockView | None = None,
        zone: str = "UTC",
    ) -> None:
        self._session = session
        self._zone = zone
        self._now = now
        self._sources = {source.name: source for source in sources}
        self._clock_doubt = clock_doubt
        self._demo = demo
        self._lock = lock

    @property
    def mocks(self) -> MockQuestions:
        """The questions about mock interviews and calendars."""
        return MockQuestions(self._session, self._now, zone=self._zone)

    @property
    def outreach(self) -> OutreachQuestions:
        """The questions about targets, proofs and mails."""
        return OutreachQuestions(self._session, self._now, lambda: frame_of(self._session, self._now, self._zone))

    def today(self) -> Today | None:
        """The day that is running; ``None`` before the first contract."""
        return today_of(self._session, self._now, clock_doubt=self._clock_doubt, demo=self._demo, lock=self._lock)

    def year(self) -> views.Year:
        """The last 53 weeks of days."""
        newest = row_at(self._session, self._now)
        today = newest.label if newest else self._now.date()
        rows = self._session.exec(
            select(tables.DayRow)
            .where(tables.DayRow.label > today - timedelta(weeks=WEEKS), tables.DayRow.label <= today)
            .order_by(col(tables.DayRow.label))
        ).all()
        days = tuple(self._year_day(row) for row in rows)
        judged = [day for day in days if day.state in {"success", "failed"}]
        good = sum(day.state == "success" for day in judged)
        return views.Year(days, round(100 * good / len(judged)) if judged else None)

    def _year_day(self, row: tables.DayRow) -> views.YearDay:
        state = self._state(row)
        return views.YearDay(
            label=row.label,
            state=state,
            exit_code=row.exit_code,
            overridden=bool(row.overridden),
            corrected=row.corrected,
            words=_day_words(row, state),
        )

    def _state(self, row: tables.DayRow) -> str:
        if row.outcome is not None:
            return row.outcome
        if row.excused:
            return "excused"
        return "held" if row.closes <= self._now else "open"

    def day(self, label: date) -> views.DayPage | None:
        """Everything about a day; ``None`` if it was never opened."""
        session = self._session
        row = session.get(tables.DayRow, label)
        if row is None:
            return None
        series = contract_series(session)
        version = version_on(series, label)
        findings = stored_findings(row) if row.outcome else findings_of(session, row, series, self._now)
        counted = {key for each in findings for key in each.keys}
        state = self._state(row)
        refusal = why_no_pass(session, row)
        neighbours = self._neighbours(label)
        return views.DayPage(
            label=label,
            zone=row.zone,
            starts=row.starts,
            deadline=row.deadline,
            closes=row.closes,
            ends=row.ends,
            contract=version,
            state=state,
            exit_code=row.exit_code,
            verdict_words=_day_words(row, state),
            clauses=clause_views(version, findings),
            rungs=rung_views(session, row, version),
            observations=(
                *own_observations(session, row, version.terms, counted, self._now),
                *self._observations(row, counted),
            ),
            polls=self._polls(row.starts, row.ends + timedelta(hours=1)),
            facts=tuple(line_of(each) for each in journal.of_day(session, label)),
            coins=moved_on(session, label),
            overridden=row.overridden,
            excused=row.excused,
            spared=row.spared,
            corrected=row.corrected,
            can_override=can_override(row, self._now) and bool(outage_on(session, row)),
            can_excuse=not refusal,
            excuse_price=PASS_PRICE,
            excuse_reason=refusal,
            previous=neighbours[0],
            next=neighbours[1],
        )

    def _neighbours(self, label: date) -> tuple[date | None, date | None]:
        day = tables.DayRow.label
        before = self._session.exec(select(func.max(day)).where(day < label)).one()
        after = self._session.exec(select(func.min(day)).where(day > label)).one()
        return before, after

    def _observations(self, row: tables.DayRow, counted: Collection[str]) -> tuple[views.ObservationView, ...]:
        seen = tables.ObservationRow
        rows = self._session.exec(
            select(seen).where(seen.at >= row.starts, seen.at < row.ends).order_by(col(seen.at).desc())
        )
        return tuple(_observation_view(each, counted=each.key in counted) for each in rows)

    def _polls(self, since: datetime, until: datetime, *, most: int = 400) -> tuple[views.PollView, ...]:
        row = tables.JournalRow
        rows = self._session.exec(
            select(row)
            .where(
                col(row.kind).in_([kind.__name__ for kind in POLL_FACTS]),
                row.at >= _stamp(since),
                row.at < _stamp(until),
            )
            .order_by(col(row.seq).desc())
            .limit(most)
        )
        return tuple(_poll_view(journal.recorded(each)) for each in rows)

    def contract(self) -> views.ContractPage | None:
        """The contract page; ``None`` before the first contract."""
        series = contract_series(self._session)
        if not series:
            return None
        row = row_at(self._session, self._now)
        today = row.label if row else self._now.date()
        current = version_on(series, today)
        later = sorted(
            (version for version in series if version.effective > today), key=lambda each: (each.effective, each.number)
        )
        pending, before = [], current.terms
        for version in later:
            words = tuple(f"{each.what}: {each.before} → {each.after}" for each in changes(before, version.terms))
            if words and version_on(series, version.effective) is version:
                pending.append(views.PendingChange(version.effective, words))
                before = version.terms
        adopted = self._session.exec(select(tables.ContractRow.number, tables.ContractRow.adopted_at))
        return views.ContractPage(
            today=today,
            current=current,
            latest=before,
            pending=tuple(pending),
            versions=tuple(reversed(series)),
            adopted=dict(adopted.all()),
        )

    def preview(self, terms: Terms) -> tuple[views.PreviewLine, ...]:
        """What adopting ``terms`` would change, from when. Raises :class:`BadInput` at its field."""
        proposal = propose_now(self._session, terms, self._now)
        return tuple(views.PreviewLine(change, when) for change, when in proposal.changes)

    def ledger(self, most: int = 2000) -> views.Ledger:
        """The coins and the outbox, newest first."""
        purse = balance(self._session)
        coin = tables.CoinRow
        rows = self._session.exec(select(coin).order_by(col(coin.seq).desc()).limit(most)).all()
        left = purse.coins - purse.debt
        moves = []
        for row in rows:
            moves.append(views.CoinMove(row.seq, row.at, row.amount, row.reason, row.label, left))
            left -= row.amount
        earned = self._session.exec(select(func.coalesce(func.sum(coin.amount), 0)).where(coin.amount > 0)).one()
        burned = self._session.exec(select(func.coalesce(func.sum(coin.amount), 0)).where(coin.amount < 0)).one()
        orders = self._session.exec(
            select(tables.ConsequenceRow).order_by(col(tables.ConsequenceRow.label).desc()).limit(most)
        )
        return views.Ledger(
            coins=purse.coins,
            debt=purse.debt,
            moves=tuple(moves),
            consequences=tuple(consequence_view(each) for each in orders),
            earned=int(earned),
            burned=-int(burned),
        )

    def source(self, source: str, subject: str) -> views.SourcePage:
        """A truth source's own page."""
        seen = tables.ObservationRow
        mine = (seen.source == source, seen.subject == subject)
        recent = self._session.exec(select(seen).where(*mine).order_by(col(seen.at).desc()).limit(200))
        total = self._session.exec(select(func.count()).select_from(seen).where(*mine)).one()
        cover = tables.CoverRow
        since = self._session.exec(
            select(cover.start)
            .where(cover.source == source, cover.subject == subject)
            .order_by(col(cover.end).desc())
            .limit(1)
        ).first()
        today = self.today()
        clauses = today.clauses if today else ()
        current, best = streaks(self._session)
        polls = [
            poll
            for poll in self._polls(self._now - timedelta(days=7), self._now + timedelta(days=2))
            if poll.source == source
        ]
        return views.SourcePage(
            view=source_view(self._session, source, subject, self._now),
            clause=next((each for each in clauses if (each.source, each.subject) == (source, subject)), None),
            streak=current,
            best_streak=best,
            recent=tuple(_observation_view(each) for each in recent),
            polls=tuple(polls[:100]),
            total_seen=total,
            covered_since=since,
        )

    def evidence(self, digest: str) -> views.EvidenceView | None:
        """A raw answer with what today's parser makes of it; ``None`` if it is not kept."""
        row = self._session.get(tables.EvidenceRow, digest)
        if row is None:
            return None
        body = zlib.decompress(row.body)
        return views.EvidenceView(
            digest=digest,
            asked_at=row.asked_at,
            server_at=row.server_at,
            origin=row.origin,
            official=row.official,
            status=row.status,
            content_type=row.content_type,
            parser=row.parser,
            size=row.size,
            text=_pretty(body),
            intact=sha256(body).hexdigest() == digest,
            reread=self._reread(row, body),
        )

    def _reread(self, row: tables.EvidenceRow, body: bytes) -> str:
        source = self._sources.get(row.parser.partition("/")[0])
        if source is None:
            return "No source of this program reads this answer."
        # Of whom the answer is stands in the facts that name it, not in the answer.
        subject = self._subject_of(row.digest)
        evidence = Evidence(
            digest=row.digest,
            body=body,
            content_type=row.content_type,
            status=row.status,
            origin=row.origin,
            official=row.official,
            parser=row.parser,
            asked_at=row.asked_at,
            server_at=row.server_at,
        )
        ask = Ask(source.name, subject, row.asked_at - timedelta(days=400), wants_difficulty=False, difficulties={})
        try:
            result = source.reread(evidence, request_of(ask, row.asked_at))
        except SourceTrouble as trouble:
            return f"{trouble.reason}: {trouble.title}"
        times = [each.at for each in result.observations]
        span = f", {min(times):%Y-%m-%d %H:%M} to {max(times):%Y-%m-%d %H:%M} UTC" if times else ""
        return f"{len(times)} accepted submissions of {result.subject}{span}."

    def _subject_of(self, digest: str) -> str:
        row = tables.JournalRow
        found = self._session.exec(
            select(row)
            .where(col(row.kind).in_([kind.__name__ for kind in POLL_FACTS]), col(row.payload).contains(digest))
            .limit(1)
        ).first()
        return str(json.loads(found.payload)["subject"]) if found else ""

    def preview_of_failure(self) -> tuple[views.PlannedView, ...]:
        """What would happen if today failed as it stands now: exact texts, amounts and hours, in their order."""
        return planned_if_failed(self._session, self._now)

    def channels(self) -> tuple[views.ChannelView, ...]:
        """The connected places for shame posts."""
        return channel_views(self._session, self._now)

    def rewards(self) -> views.Rewards:
        """Badges, themes and freezes, from verified facts only."""
        return rewards_of(self._session)

    def lockdown(
        self, helper: views.HelperView, view: LockView, names: Sequence[str], held: Collection[str]
    ) -> views.LockdownPage:
        """The lockdown page; what the helper said is handed in, because only the engine may ask it."""
        return lockdown_page(self._session, self._now, helper=helper, view=view, names=names, held=held)

    def lock_refusal(self, key: str) -> str:
        """Why a lock that was asked for does not stand; empty if it does."""
        row = self._session.get(tables.LockRow, key)
        return row.words if row is not None and row.state == "refused" else ""

    def sites_to_try(self) -> list[str]:
        """Some of the names that the contract would lock."""
        series = contract_series(self._session)
        row = row_at(self._session, self._now)
        label = row.label if row is not None else self._now.date()
        return list(names_of(self._session, version_on(series, label).terms.blocking)) if series else []

    def log_count(self) -> int:
        """How many lines the log has."""
        return journal_length(self._session)

    def log_page(self, first: int, count: int) -> list[views.LogLine]:
        """``count`` lines from index ``first`` (0 is the oldest)."""
        return [line_of(each) for each in journal.page(self._session, first + 1, count)]

    def log_lines(self, numbers: Sequence[int]) -> list[views.LogLine]:
        """The lines with these entry numbers, in order."""
        row = tables.JournalRow
        rows = self._session.exec(select(row).where(col(row.seq).in_(numbers)).order_by(col(row.seq)))
        return [line_of(journal.recorded(each)) for each in rows]

    def log_search(self, text: str, sources: Collection[str] = ()) -> list[int]:
        """The entry numbers whose line holds ``text`` and comes from one of ``sources`` (empty: from any)."""
        row = tables.JournalRow
        # Good polls are nine tenths of all entries: reading each as a fact would take a minute for a million.
        statement = select(row).where(row.kind != _POLLED).order_by(col(row.seq)).execution_options(yield_per=2000)
        kinds = _kinds_of(sources)
        if kinds is not None:
            statement = statement.where(col(row.kind).in_(kinds))
        wanted = text.casefold().strip()
        if wanted:
            # The payload holds most of what a line shows; kinds whose lines add words of their own are looked at too.
            plain = sorted(kind for kind in facts.KINDS if kind not in _PLAIN_KINDS)
            statement = statement.where(
                or_(col(row.payload).icontains(wanted, autoescape=True), col(row.kind).in_(plain))
            )
        found = []
        for each in self._session.exec(statement):
            line = line_of(journal.recorded(each))
            if sources and line.source not in sources:
                continue
            if not wanted or wanted in f"{line.source} {line.text} {line.detail}".casefold():
                found.append(line.seq)
        if kinds is None:
            found = sorted([*found, *self._polls_found(wanted, sources)])
        return found

    def _polls_found(self, wanted: str, sources: Collection[str]) -> list[int]:
        """The good polls among the lines that are searched, by their line's words put together in the database."""
        row = tables.JournalRow
        source = func.json_extract(row.payload, "$.source")
        new = func.json_extract(row.payload, "$.new_rows")
        origin = func.json_extract(row.payload, "$.origin")
        official = func.json_extract(row.payload, "$.official")
        statement = select(row.seq).where(row.kind == _POLLED).order_by(col(row.seq))
        if sources:
            statement = statement.where(source.in_(list(sources)))
        if wanted:
            news = case((new > 0, cast(new, String).concat(" new")), else_="nothing new")
            detail = case((official == 1, ""), else_=literal("stand-in ").concat(origin))
            line = source.concat(" answered, ").concat(news).concat(" ").concat(detail)
            statement = statement.where(func.instr(func.lower(line), wanted) > 0)
        return list(self._session.exec(statement))

    def preference(self, name: str, default: Any = None) -> Any:
        """A remembered setting of the screen."""
        row = self._session.get(tables.PreferenceRow, name)
        return default if row is None else json.loads(row.value)

    def preferences(self) -> dict[str, Any]:
        """All remembered settings."""
        return {row.name: json.loads(row.value) for row in self._session.exec(select(tables.PreferenceRow))}


_PLAIN_KINDS = {"ObservationRecorded", "SourceFailed", "CoinsMoved"}
"""Kinds whose line shows nothing that is not in the payload."""

_POLLED = facts.SourcePolled.__name__

_SOURCE_KINDS = {
    "day": ("DayOpened", "DayTightened", "PassUsed"),
    "ladder": ("RungFired", "RungMissed", "AlarmLeft"),
    "outreach": ("OutreachProved", "OutreachWithdrawn", "MailboxConnected", "MailboxDisconnected"),
    "mocks": (
        "MockBooked",
        "MockMoved",
        "MockCancelled",
        "MockAnswered",
        "MockUnanswered",
        "CalendarConnected",
        "CalendarRuled",
        "CalendarDisconnected",
    ),
    "lockdown": (
        "LockAsked",
        "LockOrdered",
        "LockPlaced",
        "LockWidened",
        "LockReleased",
        "LockShortened",
        "LockEnded",
        "LockRefused",
        "LockdownNoticed",
        "EmergencyAsked",
        "EmergencyOpened",
        "EmergencyCancelled",
    ),
    "contract": ("ContractAdopted", "ChannelConnected", "ChannelProved", "ChannelDisconnected"),
    "clock": ("ClockJumped", "ClockFoundWrong"),
}


def _kinds_of(sources: Collection[str]) -> list[str] | None:
    """The kinds that can give lines of these sources; ``None`` if that does not narrow anything."""
    if not sources or not set(sources) <= set(_SOURCE_KINDS):
        return None
    return [kind for source in sources for kind in _SOURCE_KINDS[source]]


def _stamp(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _observation_view(row: tables.ObservationRow, *, counted: bool = False) -> views.ObservationView:
    return views.ObservationView(
        source=row.source,
        subject=row.subject,
        key=row.key,
        at=row.at,
        item=row.item,
        title=row.title,
        difficulty=row.difficulty or "",
        official=row.official,
        evidence=row.evidence,
        seen_at=row.seen_at,
        counted=counted,
    )


def _poll_view(recorded: journal.Recorded) -> views.PollView:
    match recorded.fact:
        case facts.SourcePolled() as fact:
            words = f"{fact.new_rows} new" if fact.new_rows else "nothing new"
            return views.PollView(
                seq=recorded.seq,
                at=recorded.at,
                source=fact.source,
                good=True,
                words=words,
                server_at=fact.server_at,
                origin=fact.origin,
                official=fact.official,
                evidence=fact.evidence,
            )
        case facts.SourceFailed() as fact:
            return views.PollView(
                seq=recorded.seq,
                at=recorded.at,
                source=fact.source,
                good=False,
                words=f"{fact.reason.replace('_', ' ')}: {fact.title}",
                server_at=None,
                origin=fact.origin,
                official=fact.official,
                evidence=(fact.evidence,) if fact.evidence else (),
            )
    raise TypeError(recorded)


def _day_words(row: tables.DayRow, state: str) -> str:
    marks = [
        word
        for word, is_set in (("overridden", row.overridden), ("corrected", row.corrected), ("spared", row.spared))
        if is_set
    ]
    mark = f" ({', '.join(marks)})" if marks else ""
    match state:
        case "success":
            return f"Succeeded{mark}, exit 0"
        case "failed":
            return f"Failed{mark}, exit {row.exit_code}"
        case "rest":
            return "Rest, exit 0"
        case "excused":
            return "Excused by emergency pass, exit 0"
        case "unproved":
            return f"Never proved, exit {row.exit_code}"
        case "held":
            return "Waits for proof"
        case _:
            return "Running"


def _pretty(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text
