"""The sticks as pages see them: what would happen, what was ordered, and which channels there are."""

import json
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from exitzero.consequences import lockdown_sites
from exitzero.consequences.channel_forms import FORMS, Service
from exitzero.consequences.channels import price_words
from exitzero.core.blocking import Blocking
from exitzero.core.consequence import Order
from exitzero.core.outbox import State
from exitzero.core.words import ClauseState
from exitzero.engine.lock_plan import names_of
from exitzero.engine.orders import ANSWERED, Failure, order_of, orders_of
from exitzero.engine.reading import contract_series, day_of, findings_of, row_at, version_on
from exitzero.engine.views import ChannelView, ConsequenceView, PlannedView
from exitzero.store import tables

TITLES = {
    "coins": "Coins burned",
    "beeminder_datapoint": "Beeminder datapoint",
    "beeminder_charge": "Beeminder charge",
    "shame": "Shame post",
    "hook": "Program of your own",
}


def title_of(order: Order) -> str:
    """What an order is, for the screen."""
    title = TITLES.get(order.kind, order.kind)
    return f"{title} to {order.plan['channel']}" if order.kind == "shame" else title


def amount_words(order: Order) -> str:
    """How much an order costs or moves, in words."""
    match order.kind:
        case "coins":
            return f"{order.amount} coins"
        case "beeminder_charge":
            return f"${order.amount / 100:.2f}"
        case "beeminder_datapoint":
            return f"{order.plan['value']} on {order.plan['goal']}"
        case "shame" if order.plan["service"] in set(Service):
            return price_words(Service(order.plan["service"]), order.plan["text"])
        case _:
            return ""


def text_of(order: Order) -> str:
    """The words that an order sends out, or the program that it runs."""
    match order.kind:
        case "shame":
            return order.plan["text"]
        case "hook":
            return " ".join(json.loads(order.plan["program"]))
        case "beeminder_charge":
            return order.plan.get("note", "")
        case _:
            return order.plan.get("comment", "")


def where_of(session: Session, order: Order) -> str:
    """Where an order goes, without secrets."""
    if order.kind != "shame":
        return ""
    row = session.get(tables.ChannelRow, order.plan["channel"])
    return row.shown if row is not None else "not connected"


def planned(session: Session, order: Order) -> PlannedView:
    """An order as something that would happen."""
    return PlannedView(
        kind=order.kind,
        title=title_of(order),
        at=order.due,
        amount_words=amount_words(order),
        text=text_of(order),
        where=where_of(session, order),
    )


def planned_if_failed(session: Session, now: datetime) -> tuple[PlannedView, ...]:
    """What would be ordered if the running day failed as it stands, and the bet that would be lost."""
    series = contract_series(session)
    row = row_at(session, now) if series else None
    if row is None or row.outcome is not None or row.excused:
        return ()
    version = version_on(series, row.label)
    if not version.terms.owed_on(row.label):
        return ()
    # A verdict of failure has no unknowns; what is not known now would by then be known to be missing.
    findings = tuple(
        replace(each, state=ClauseState.NOT_MET) if each.state is ClauseState.UNKNOWN else each
        for each in findings_of(session, row, series, now)
    )
    # The verdict falls when the source has answered after the deadline and its own delay.
    failure = Failure(row, version, findings, max(now, day_of(row).closes + ANSWERED))
    views = [planned(session, order) for order in orders_of(session, failure)]
    if row.bet:
        views.append(PlannedView("bet", "Bet lost", day_of(row).closes, f"{row.bet} coins"))
    blocking = version.terms.blocking
    if blocking.failed and names_of(session, blocking):
        views.append(
            PlannedView("lockdown", "Lockdown until the next day's work is verified", row.closes, _sites(blocking))
        )
    return tuple(sorted(views, key=lambda view: view.at))


def _sites(blocking: Blocking) -> str:
    shipped = lockdown_sites.groups()
    count = len(blocking.sites) + sum(len(shipped[name].sites) for name in blocking.groups if name in shipped)
    return "1 site" if count == 1 else f"{count} sites"


def consequence_view(row: tables.ConsequenceRow) -> ConsequenceView:
    """A row of the outbox for the screen."""
    order = order_of(row)
    return ConsequenceView(
        key=row.key,
        kind=row.kind,
        label=row.label,
        amount=row.amount,
        state=row.state,
        attempts=row.attempts,
        receipt=row.receipt,
        changed_at=row.changed_at,
        title=title_of(order),
        amount_words=amount_words(order),
        text=text_of(order),
        words=row.words,
        look_at=row.look_at,
        waits_for=row.due if row.state == State.ORDERED else None,
        retry_at=row.retry_at,
    )


def channel_views(session: Session, now: datetime) -> tuple[ChannelView, ...]:
    """The connected channels; armed as the contract of today says."""
    series = contract_series(session)
    row = row_at(session, now)
    armed = version_on(series, row.label if row else now.date()).terms.stakes.channels if series else frozenset()
    channel = tables.ChannelRow
    return tuple(
        ChannelView(
            id=each.id,
            service=each.service,
            title=FORMS[Service(each.service)].title if each.service in set(Service) else each.service,
            shown=each.shown,
            connected_at=each.connected_at,
            proved_at=each.proved_at,
            proved_how=each.proved_how,
            armed=each.id in armed,
        )
        for each in session.exec(select(channel).order_by(col(channel.id)))
    )
