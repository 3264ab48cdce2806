"""What the person can do: each a small function in one transaction, refused with a reason at the field.

A page calls them by ``do``; whatever could cost or excuse the person leaves a fact in the journal.

Long, because it is the list of them.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from platform import node

from sqlmodel import Session, col, select

from exitzero.consequences import lockdown_sites
from exitzero.core.blocking import Blocking, Cause
from exitzero.core.contract import SENT_MAIL, ContractVersion, Proposal, Terms, check_rest_days, in_force, propose
from exitzero.core.day import day_at, tightened
from exitzero.core.errors import BadInput
from exitzero.core.facts import (
    AlarmLeft,
    ConsequenceReleased,
    ConsequenceSettled,
    ContractAdopted,
    DayOverridden,
    DayTightened,
    EmergencyAsked,
    EmergencyCancelled,
    FreezeBought,
    LockAsked,
    LockShortened,
    PassUsed,
)
from exitzero.core.outbox import State
from exitzero.core.survival import survey
from exitzero.core.topics import Topic
from exitzero.core.words import Standing
from exitzero.engine.beat import call_off
from exitzero.engine.lock_plan import MOST_AGREED, OPEN, SHARE, names_of
from exitzero.engine.orders import charged_cents
from exitzero.engine.outreach import frame_of
from exitzero.engine.present import today_of
from exitzero.engine.reading import contract_series, day_of, findings_of, row_at, version_on, vouched_row
from exitzero.lockdown.holds import MOST_NAMES
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.store.folding import journal_length
from exitzero.store.journal import of_kinds
from exitzero.work.coins import actions as coins
from exitzero.work.coins.questions import balance
from exitzero.work.coins.rules import PASS_PRICE, check_bet, month_of
from exitzero.work.mocks.actions import MockActions
from exitzero.work.mocks.evidence import FEED
from exitzero.work.outreach.actions import OutreachActions
from exitzero.work.stakes.rules import FREEZE_PRICE, check_freeze, freeze_key

ALARM_SENTENCE = "I give up today and I know what it costs."
"""What has to be typed to leave the alarm."""

ALARM_PRICE = 15
"""What leaving the alarm costs, in coins."""

EMERGENCY_SENTENCE = "I leave my own lockdown, and I know that it goes into the journal."
"""What has to be typed to begin the lockdown's emergency exit."""

EMERGENCY_PRICE = 20
"""What the lockdown's emergency exit costs, in coins."""

EMERGENCIES_A_MONTH = 2
"""How often a month it can be taken."""

EMERGENCY_WAIT = timedelta(minutes=15)
"""How long it takes to open; the helper itself counts it."""

SHORTEST_LOCK, LONGEST_LOCK = timedelta(minutes=5), timedelta(hours=24)
"""What can be locked by hand."""

LEAST_NOTICE = timedelta(minutes=30)
"""A deadline is only moved nearer for the running day if that leaves so much time."""


class Actions:
    """The actions of one piece of work. ``zone`` is this machine's."""

    def __init__(self, unit: Unit, zone: str) -> None:
        self._unit = unit
        self._session = unit.session
        self._zone = zone

    @property
    def mocks(self) -> MockActions:
        """What can be done with mock interviews."""
        return MockActions(self._unit, self._zone)

    @property
    def outreach(self) -> OutreachActions:
        """What can be done with targets, proofs and mails."""
        unit = self._unit
        return OutreachActions(unit, lambda: frame_of(unit.session, unit.now, self._zone))

    def adopt(self, wanted: Terms) -> Proposal:
        """Agree on ``wanted`` as the contract; gives what changes when. Raises :class:`BadInput` at its field."""
        unit, session = self._unit, self._session
        series = contract_series(session)
        if not series:
            today = day_at(unit.now, wanted.hours, wanted.zone or self._zone).label
            proposal = propose((), wanted, today)
            _check_connected(session, (), wanted, today)
            coins.give_start(unit)
        else:
            proposal = propose_now(session, wanted, unit.now)
        told = tuple(f"{change.what} {change.before} → {change.after} ({when})" for change, when in proposal.changes)
        for version in proposal.versions:
            unit.record(ContractAdopted(version.number, version.effective, version.terms, told))
        row = row_at(session, unit.now)
        if row is not None and row.outcome is None:
            moved = tightened(day_of(row), version_on(contract_series(session), row.label).terms.hours)
            if moved.deadline < row.deadline and moved.deadline >= unit.now + LEAST_NOTICE:
                unit.record(DayTightened(row.label, moved))
        return proposal

    def place_bet(self, amount: int) -> None:
        """Bet coins on today. Raises :class:`BadInput` on ``bet``."""
        row = self._open_row()
        findings = findings_of(self._session, row, contract_series(self._session), self._unit.now)
        check_bet(
            amount,
            day_of(row),
            self._unit.now,
            coins=balance(self._session).coins,
            placed=row.bet,
            is_safe=survey(findings, closed=False).standing in {Standing.SAFE, Standing.REST},
        )
        coins.place_bet(self._unit, row.label, amount)

    def use_pass(self, reason: str, label: date | None = None) -> None:
        """Excuse a day without a verdict by the month's emergency pass. Raises :class:`BadInput` on ``pass``."""
        row = self._open_row() if label is None else self._row(label, "pass")
        refusal = why_no_pass(self._session, row)
        if refusal:
            raise BadInput("pass", refusal)
        if not reason.strip():
            raise BadInput("pass", "Write down why; it stays with the day.")
        self._unit.record(PassUsed(row.label, PASS_PRICE, reason.strip()))
        coins.pay_pass(self._unit, row.label)

    def override(self, label: date, reason: str) -> None:
        """Declare a day a success on which a source was down. Raises :class:`BadInput` on ``override``."""
        row = self._row(label, "override")
        outage = outage_on(self._session, row)
        if not can_override(row, self._unit.now) or not outage:
            raise BadInput("override", "Only a failed or unproved day on which a source was down can be overridden.")
        if not reason.strip():
            raise BadInput("override", "Write down why; it stays with the day.")
        self._unit.record(DayOverridden(label, reason.strip(), outage))
        call_off(self._unit, label, "the day was overridden")
        coins.return_bet(self._unit, label, row.bet)

    def settle(self, key: str, happened: bool) -> None:
        """Say whether a consequence of unknown end had happened. Raises :class:`BadInput` on ``consequence``."""
        row = self._order(key, State.UNKNOWN, "Only what ended in doubt can be settled.")
        self._unit.record(ConsequenceSettled(key, row.label, happened))

    def try_again(self, key: str) -> None:
        """Have a consequence that was given up tried once more. Raises :class:`BadInput` on ``consequence``."""
        row = self._order(key, State.GIVEN_UP, "Only what was given up can be tried again.")
        if row.kind == "beeminder_charge":
            # Other days may have been charged since it was given up.
            series = contract_series(self._session)
            ceiling = version_on(series, row.label).terms.stakes.ceiling_cents
            if charged_cents(self._session, row.label) + row.amount > ceiling:
                raise BadInput("consequence", f"The month's ceiling of ${ceiling / 100:.2f} leaves no room for it.")
        self._unit.record(ConsequenceReleased(key, row.label))

    def buy_freeze(self) -> None:
        """Buy a streak freeze for a later failed day. Raises :class:`BadInput` on ``freeze``."""
        row = self._open_row()
        held = self._session.exec(select(tables.FreezeRow).where(col(tables.FreezeRow.used).is_(None))).all()
        check_freeze(coins=balance(self._session).coins, held=len(held))
        number = len(self._session.exec(select(tables.FreezeRow)).all()) + 1
        self._unit.record(FreezeBought(row.label, number, FREEZE_PRICE))
        coins.move(self._unit, freeze_key(number), -FREEZE_PRICE, "streak freeze")

    def leave_alarm(self, sentence: str) -> None:
        """Leave today's alarm by its emergency exit; the window has made the person wait before. Costs coins.

        Raises :class:`BadInput` on ``alarm`` unless the sentence is typed to the letter.
        """
        row = self._open_row()
        if sentence.strip() != ALARM_SENTENCE:
            raise BadInput("alarm", f"Type it to the letter: {ALARM_SENTENCE}")
        if row.alarm_left:
            raise BadInput("alarm", "Today's alarm was left already.")
        today = today_of(self._session, self._unit.now)
        if today is None or not today.alarm:
            raise BadInput("alarm", "No alarm sounds now.")
        self._unit.record(AlarmLeft(row.label, ALARM_PRICE, sentence.strip()))
        coins.move(self._unit, f"alarm:{row.label}", -ALARM_PRICE, f"alarm of {row.label} left", row.label)

    def ask_lock(self, lasts: timedelta, names: Sequence[str], cause: Cause) -> str:
        """Ask for a lock from now on; without ``names`` of the contract's sites. Gives its key.

        Raises :class:`BadInput` on ``lock`` or ``lockdown.sites``.
        """
        unit = self._unit
        if not SHORTEST_LOCK <= lasts <= LONGEST_LOCK:
            raise BadInput("lock", "A lock by hand lasts between 5 minutes and 24 hours.")
        row = row_at(self._session, unit.now)
        label = row.label if row is not None else unit.now.date()
        self._check_room(cause)
        if names:
            chosen = lockdown_sites.expanded([lockdown_sites.normal(name) for name in names])
            for name, why in lockdown_sites.refused(chosen, hostname=node()).items():
                raise BadInput("lockdown.sites", f"{name}: {why}")
        else:
            series = contract_series(self._session)
            chosen = names_of(self._session, version_on(series, label).terms.blocking) if series else ()
        if not chosen:
            raise BadInput("lock", "Choose the sites first: there is nothing to lock.")
        self._check_names(chosen, label)
        key = f"{cause}:{journal_length(self._session) + 1}"
        unit.record(LockAsked(key, cause, tuple(chosen), unit.now, unit.now + lasts))
        return key

    def _running(self, *causes: Cause) -> Sequence[tables.LockRow]:
        row = tables.LockRow
        states = col(row.state).in_(("asked", *OPEN))
        return self._session.exec(
            select(row).where(states, col(row.cause).in_(causes), row.ends > self._unit.now)
        ).all()

    def _check_room(self, cause: Cause) -> None:
        """The helper holds so many locks and no more: those by hand must not push the day's own out."""
        most = SHARE.get(cause, 1)
        if len(self._running(cause)) >= most:
            raise BadInput("lock", f"No more than {most} of these at a time; wait until one of them ends.")

    def _check_names(self, chosen: Sequence[str], label: date) -> None:
        """Names that no contract holds are few, for the same reason."""
        series = contract_series(self._session)
        agreed = names_of(self._session, version_on(series, label).terms.blocking) if series else ()
        held = {str(name) for row in self._running(Cause.HAND, Cause.FOCUS) for name in json.loads(row.names)}
        most = MOST_NAMES - MOST_AGREED
        if len({*held, *chosen} - {*agreed}) > most:
            raise BadInput("lock", f"At most {most} host names besides those of the contract, in all locks by hand.")

    def end_focus_lock(self, key: str) -> None:
        """Let the lock of a focus session end now. Raises :class:`BadInput` on ``lock`` for any other."""
        row = self._session.get(tables.LockRow, key)
        if row is None or row.cause != Cause.FOCUS or row.state not in {"asked", "ordered", "placed"}:
            raise BadInput("lock", "Only the lock of a focus session that runs can be ended.")
        self._unit.record(LockShortened(key, self._unit.now))

    def ask_emergency(self, sentence: str) -> None:
        """Pay for the lockdown's emergency exit and write it down. Raises :class:`BadInput` on ``emergency``."""
        if sentence.strip() != EMERGENCY_SENTENCE:
            raise BadInput("emergency", f"Type it to the letter: {EMERGENCY_SENTENCE}")
        refusal = why_no_emergency(self._session, self._unit.now)
        if refusal:
            raise BadInput("emergency", refusal)
        unit = self._unit
        row = row_at(self._session, unit.now)
        label = row.label if row is not None else unit.now.date()
        seq = unit.record(EmergencyAsked(label, EMERGENCY_PRICE, sentence.strip(), unit.now + EMERGENCY_WAIT))
        coins.move(unit, f"emergency:{seq}", -EMERGENCY_PRICE, "emergency exit of the lockdown", label)

    def cancel_emergency(self) -> None:
        """Take the emergency exit back before it opens; its price comes back."""
        row = tables.EmergencyRow
        asked = self._session.exec(
            select(row).where(col(row.cancelled).is_(False), col(row.opened_at).is_(None)).order_by(col(row.seq).desc())
        ).first()
        if asked is None:
            raise BadInput("emergency", "No emergency exit is under way.")
        self._unit.record(EmergencyCancelled(asked.label))
        coins.move(self._unit, f"emergency:{asked.seq}:back", asked.price, "emergency exit taken back", asked.label)

    def _order(self, key: str, state: State, otherwise: str) -> tables.ConsequenceRow:
        row = self._session.get(tables.ConsequenceRow, key)
        if row is None or row.state != state:
            raise BadInput("consequence", otherwise)
        return row

    def set_preference(self, name: str, value: object) -> None:
        """Remember a setting of the screen; ``value`` must be plain data."""
        self._session.merge(tables.PreferenceRow(name=name, value=json.dumps(value)))
        self._unit.touch(Topic.PREFERENCES)

    def _open_row(self) -> tables.DayRow:
        row = row_at(self._session, self._unit.now)
        if row is None or row.outcome is not None or self._unit.now >= row.closes:
            raise BadInput("day", "No day is open now.")
        return row

    def _row(self, label: date, field: str) -> tables.DayRow:
        row = self._session.get(tables.DayRow, label)
        if row is None:
            raise BadInput(field, f"{label} was never opened.")
        return row


def emergencies_this_month(session: Session, label: date) -> int:
    """How often the lockdown's emergency exit was taken, or is being taken, in that day's month."""
    row = tables.EmergencyRow
    used = session.exec(select(col(row.label)).where(col(row.cancelled).is_(False))).all()
    return sum(month_of(each) == month_of(label) for each in used)


def why_no_emergency(session: Session, now: datetime) -> str:
    """Why the lockdown's emergency exit cannot be begun; empty if it can."""
    row = tables.EmergencyRow
    pending = session.exec(select(row.opens).where(col(row.cancelled).is_(False), col(row.opened_at).is_(None))).first()
    if pending is not None:
        return "It is under way already."
    day = row_at(session, now)
    if emergencies_this_month(session, day.label if day is not None else now.date()) >= EMERGENCIES_A_MONTH:
        return f"It was taken {EMERGENCIES_A_MONTH} times this month; the lock ends by its own time."
    return ""


def propose_now(session: Session, wanted: Terms, now: datetime) -> Proposal:
    """What adopting ``wanted`` now would do. Raises :class:`BadInput` at its field."""
    row = vouched_row(session, now)
    today = row.label if row is not None else now.date()
    series = contract_series(session)
    _check_connected(session, series, wanted, today)
    check_rest_days(series, wanted, today)
    proposal = propose(series, wanted, today, unproved_subject=_is_unproved(session, wanted))
    if row is None or row.outcome is None:
        return proposal
    # Today is judged already: what would hold from today cannot touch it any more.
    tomorrow = today + timedelta(days=1)
    return Proposal(
        tuple((change, max(when, tomorrow)) for change, when in proposal.changes),
        tuple(replace(version, effective=max(version.effective, tomorrow)) for version in proposal.versions),
    )


def _check_connected(session: Session, series: Sequence[ContractVersion], wanted: Terms, today: date) -> None:
    _check_armed(session, series, wanted)
    _check_mailbox(session, series, wanted)
    _check_sites(series, wanted)
    _check_fits(session, series, wanted, today)


def _check_armed(session: Session, series: Sequence[ContractVersion], wanted: Terms) -> None:
    """A stick is armed only after it was tested or rehearsed, so that a dead token is not found at midnight."""
    armed = series[-1].terms.stakes.channels if series else frozenset()
    for channel in sorted(wanted.stakes.channels - armed):
        row = session.get(tables.ChannelRow, channel)
        if row is None:
            raise BadInput("stakes.channels", f"{channel} is not connected.")
        if row.proved_at is None:
            raise BadInput("stakes.channels", f"Test or rehearse {channel} before you arm it.")


def _check_mailbox(session: Session, series: Sequence[ContractVersion], wanted: Terms) -> None:
    """A mailbox that never answered would keep every day unknown, so only a connected one can be named."""
    agreed = {clause.account for version in series[-1:] for clause in version.terms.clauses}
    for clause in wanted.clauses:
        is_new = clause.source == SENT_MAIL and clause.account not in agreed
        if is_new and session.get(tables.MailboxRow, clause.subject) is None:
            raise BadInput(f"{clause.kind}.subject", f"Connect the mailbox {clause.subject} first.")


def _check_sites(series: Sequence[ContractVersion], wanted: Terms) -> None:
    """Names that the machine, the truth sources or a person's safety need are refused where they are given."""
    agreed = series[-1].terms.blocking.sites if series else frozenset()
    refused = lockdown_sites.refused(sorted(wanted.blocking.sites - agreed), hostname=node())
    for name, why in refused.items():
        raise BadInput("lockdown.sites", f"{name}: {why}")
    unknown = wanted.blocking.groups - lockdown_sites.groups().keys()
    if unknown:
        raise BadInput("lockdown.groups", f"There is no group {min(unknown)}.")


def _check_fits(session: Session, series: Sequence[ContractVersion], wanted: Terms, today: date) -> None:
    """Sites that are taken out stay for the horizon; more than the helper holds would leave none of them locked."""
    current = in_force(series, today)
    held = [each.terms.blocking for each in series if each is current or each.effective > today]
    groups = frozenset().union(*(each.groups for each in held))
    sites = frozenset().union(*(each.sites for each in held))
    if wanted.blocking.groups <= groups and wanted.blocking.sites <= sites:
        return
    both = Blocking(groups=wanted.blocking.groups | groups, sites=wanted.blocking.sites | sites)
    count = len(names_of(session, both))
    if count > MOST_AGREED:
        raise BadInput(
            "lockdown.sites",
            f"They come to {count} host names, with those that stay until the horizon is over; "
            f"at most {MOST_AGREED} can be locked. Choose fewer.",
        )


def _is_unproved(session: Session, wanted: Terms) -> bool:
    """True if some account of the contract never gave a good answer, so that its name may be put right at once."""
    current = contract_series(session)
    if not current:
        return False
    accounts = {clause.account for clause in current[-1].terms.clauses if clause.account is not None}
    changed = accounts - {clause.account for clause in wanted.clauses}
    good = session.exec(
        select(tables.SourceRow.source, tables.SourceRow.subject).where(tables.SourceRow.last_good != None)  # noqa: E711
    ).all()
    return bool(changed) and not changed & {(source, subject) for source, subject in good}


def can_override(row: tables.DayRow, now: datetime) -> bool:
    """True if the day's state would allow an override, whatever the sources did."""
    waits = row.outcome is None and now >= row.closes
    return not row.overridden and (row.outcome in {"failed", "unproved"} or waits)


def outage_on(session: Session, row: tables.DayRow) -> str:
    """What a source's failure on that day was, in words; empty if none failed."""
    status = select(tables.JournalRow).where(
        tables.JournalRow.kind == "SourceFailed",
        tables.JournalRow.at >= row.starts.isoformat().replace("+00:00", "Z"),
        tables.JournalRow.at < (row.ends + timedelta(hours=1)).isoformat().replace("+00:00", "Z"),
    )
    for each in session.exec(status):
        fact = json.loads(each.payload)
        # A calendar that is down never fails a day, so it is no reason to override one either.
        if fact["reason"] not in {"unknown_user", "refused"} and fact["source"] != FEED:
            return f"{fact['source']}: {fact['title']}"
    return ""


def why_no_pass(session: Session, row: tables.DayRow) -> str:
    """Why the emergency pass cannot excuse this day; empty if it can."""
    if row.outcome is not None:
        return "The day has its verdict; a pass excuses a day before it is judged."
    if row.excused:
        return "The day is excused already."
    for used in of_kinds(session, [PassUsed]):
        label = getattr(used.fact, "label", None)
        if label is not None and month_of(label) == month_of(row.label):
            return f"This month's pass was used for {label}."
    return ""
