"""What a failed day orders: worked out in one place for the verdict, for the preview and for the rehearsal.

So what the person was shown beforehand is what then happens, to the letter and the cent.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from exitzero.consequences.hook import plan as hook_plan
from exitzero.consequences.hook import program
from exitzero.consequences.shame_text import Bluntness, ShameFacts, default_template, rendered
from exitzero.core.consequence import Order
from exitzero.core.contract import ContractVersion
from exitzero.core.day import Day, zone_named
from exitzero.core.errors import BadInput
from exitzero.core.finding import Finding
from exitzero.core.outbox import State
from exitzero.core.survival import exit_code
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseState
from exitzero.engine.reading import streak_before
from exitzero.store import tables
from exitzero.work.coins.rules import burn_key
from exitzero.work.stakes import rules

CAP = 4
"""Growing stakes end at so many times what was agreed."""

ANSWERED = timedelta(minutes=11)
"""So soon after a day closed its source can have proved that nothing came any more; preview and rehearsal go by it."""

RANK = ("coins", "beeminder_datapoint", "hook", "shame", "beeminder_charge")
"""The order in which things of one hour come; money last."""

TAKEN_BACK = frozenset({"coins", "beeminder_datapoint"})
"""What can be taken back, and therefore comes at once."""

TEMPLATE, BLUNTNESS, HOOK = "shame.template", "shame.bluntness", "hook.program"
"""The preferences with the person's own words for the post, the level of ours, and the program of one's own."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed day as its orders see it; ``at`` is when the verdict falls."""

    row: tables.DayRow
    version: ContractVersion
    findings: Sequence[Finding]
    at: datetime

    @property
    def due(self) -> tuple[Finding, ...]:
        """The findings that the verdict goes by."""
        return tuple(each for each in self.findings if each.due)

    @property
    def missing(self) -> tuple[Finding, ...]:
        """The clauses that were not met."""
        return tuple(each for each in self.due if each.state is not ClauseState.MET)


def orders_of(session: Session, failure: Failure) -> tuple[Order, ...]:
    """Everything that the contract lets this failure cost, in the order in which it comes.

    What can be taken back (coins, a datapoint) comes at once; what cannot waits for the time of appeal.
    """
    terms, label = failure.version.terms, failure.row.label
    stakes = terms.stakes
    later = failure.at + timedelta(minutes=stakes.appeal_minutes)
    orders: list[Order] = []
    burn = _grown(session, terms.burn, label, growing=stakes.growing)
    if burn:
        orders.append(Order(burn_key(label), "coins", label, failure.at, burn))
    if stakes.goal:
        orders.extend(_datapoints(failure, stakes.goal))
    if stakes.hook:
        orders.extend(_hook(session, failure, later))
    orders.extend(_posts(session, failure, later))
    cents = _charge(session, failure)
    if cents:
        note = f"ExitZero {label}: exit {exit_code(failure.due)}"
        orders.append(Order(f"charge:{label}", "beeminder_charge", label, later, cents, {"note": note}))
    return in_their_order(orders)


def in_their_order(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Orders as they are shown and carried out: by day, hour, kind and key."""
    rank = {kind: place for place, kind in enumerate(RANK)}
    return tuple(sorted(orders, key=lambda each: (each.label, each.due, rank.get(each.kind, len(RANK)), each.key)))


def post_goes_out(day: Day, version: ContractVersion) -> datetime:
    """When a failed day's post is sent at the earliest: after the answer that proves the failure, and the appeal."""
    return day.closes + ANSWERED + timedelta(minutes=version.terms.stakes.appeal_minutes)


def _history(session: Session, label: date) -> dict[date, Outcome]:
    rows = session.exec(
        select(tables.DayRow).where(
            tables.DayRow.label >= label - timedelta(days=400),
            tables.DayRow.label < label,
            col(tables.DayRow.outcome).is_not(None),
        )
    )
    return {row.label: Outcome(row.outcome) for row in rows if row.outcome}


def _grown(session: Session, base: int, label: date, *, growing: bool) -> int:
    return rules.stake(base, _history(session, label), label, cap=base * CAP if growing else None)


def _charge(session: Session, failure: Failure) -> int:
    stakes, label = failure.version.terms.stakes, failure.row.label
    if not stakes.charge_cents:
        return 0
    wanted = _grown(session, stakes.charge_cents, label, growing=stakes.growing)
    return rules.chargeable(wanted, already=charged_cents(session, label), ceiling=stakes.ceiling_cents)


def charged_cents(session: Session, label: date) -> int:
    """What the other days of that day's month have cost in money, or may have, or still will."""
    rows = session.exec(
        select(tables.ConsequenceRow).where(
            tables.ConsequenceRow.kind == "beeminder_charge", tables.ConsequenceRow.label != label
        )
    )
    undone = {State.CANCELLED, State.GIVEN_UP, State.SETTLED_UNDONE}
    charges = [rules.Charge(row.label, row.amount, None if State(row.state) not in undone else False) for row in rows]
    return rules.charged(charges, label)


def _datapoints(failure: Failure, goal: str) -> list[Order]:
    label = failure.row.label
    return [
        Order(
            f"datapoint:{label}:{each.kind}",
            "beeminder_datapoint",
            label,
            failure.at,
            plan={
                "goal": goal,
                "value": str(Decimal(each.count)),
                "comment": f"ExitZero: {each.kind.heading} {each.count} of {each.target}",
            },
        )
        for each in failure.due
    ]


def _hook(session: Session, failure: Failure, later: datetime) -> list[Order]:
    line = preference(session, HOOK, "")
    if not line:
        return []
    label = failure.row.label
    verdict: Mapping[str, object] = {
        "date": label.isoformat(),
        "outcome": Outcome.FAILED.value,
        "exit_code": exit_code(failure.due),
        "contract": failure.version.number,
        "clauses": [
            {"clause": each.kind.value, "state": each.state.value, "count": each.count, "target": each.target}
            for each in failure.due
        ],
    }
    try:
        words = program(line)
    except BadInput:
        words = (line,)  # what cannot be read as a program fails with a reason when it is tried
    return [Order(f"hook:{label}", "hook", label, later, plan=hook_plan(words, verdict))]


def _posts(session: Session, failure: Failure, later: datetime) -> list[Order]:
    label = failure.row.label
    posts = []
    for channel in sorted(failure.version.terms.stakes.channels):
        row = session.get(tables.ChannelRow, channel)
        posts.append(
            Order(
                f"shame:{label}:{channel}",
                "shame",
                label,
                later,
                plan={
                    "channel": channel,
                    "service": row.service if row is not None else "",
                    "text": shame_text(session, failure),
                },
            )
        )
    return posts


def shame_text(session: Session, failure: Failure) -> str:
    """The post's text for this failure, in the person's own words or ours."""
    row, label = failure.row, failure.row.label
    history = _history(session, label)
    recent = [day for day, outcome in history.items() if outcome is Outcome.FAILED and label - day <= rules.MEMORY]
    facts = ShameFacts(
        label=label,
        missing=tuple(f"{each.kind.heading} {each.count}/{each.target}" for each in failure.missing),
        due=len(failure.due),
        exit_code=exit_code(failure.due),
        deadline=row.deadline.astimezone(zone_named(row.zone)).strftime("%H:%M"),
        streak_lost=streak_before(session, label).days,
        failures=len(recent) + 1,
    )
    level = Bluntness(preference(session, BLUNTNESS, Bluntness.PLAIN.value))
    ours = default_template(level, label, streak_lost=facts.streak_lost)
    try:
        return rendered(preference(session, TEMPLATE, "") or ours, facts)
    except BadInput:
        return rendered(ours, facts)


def preference(session: Session, name: str, default: str) -> str:
    """A remembered text."""
    row = session.get(tables.PreferenceRow, name)
    value = default if row is None else json.loads(row.value)
    return value if isinstance(value, str) else default


def order_of(row: tables.ConsequenceRow) -> Order:
    """A row of the outbox as the order that it is."""
    due = row.due or row.changed_at
    return Order(row.key, row.kind, row.label, due, row.amount, json.loads(row.plan))
