"""Beeminder as a consequence: a datapoint that says how the day went, and a charge of real money.

Why two: a datapoint carries a key, so that sending it again does no harm; a charge carries none, so that it is sent
once and a lost answer is left to the person. What decides the deed stands in the order's plan (``goal``, ``value``,
``comment``; ``note``, ``user``), because the settings may have changed by the time it is carried out.
"""

import hashlib
from decimal import Decimal, InvalidOperation

from exitzero.consequences.beeminder_client import Account, BeeminderClient, BeeminderTrouble, dollars
from exitzero.core.consequence import DeliveryFailed, DeliveryUnknown, Nature, Order, Receipt

LEAST_CHARGE = 100
"""Cents; Beeminder takes no smaller charge."""


class BeeminderDatapoint:
    """Adds a datapoint to a goal. Plan: ``goal`` (its slug), ``value`` (a decimal number), ``comment``."""

    kind = "beeminder_datapoint"
    title = "Beeminder datapoint"
    nature = Nature.IDEMPOTENT

    def __init__(self, client: BeeminderClient) -> None:
        self.client = client

    def carry_out(self, order: Order) -> Receipt:
        """Send it; the same order twice is one datapoint. A lost answer is unknown and may simply be sent again."""
        goal, value = _goal(order), _value(order)
        try:
            sent = self.client.datapoint(
                goal,
                value=value,
                daystamp=order.label,
                comment=order.plan.get("comment", ""),
                requestid=requestid(order.key),
            )
        except BeeminderTrouble as trouble:
            if trouble.maybe_done:
                raise DeliveryUnknown(
                    f"Nobody knows whether Beeminder has the datapoint for {order.label}.",
                    "It may be sent again: the same datapoint counts once.",
                    look_at=f"{self.client.site}/me/{goal}",
                    retry_after=trouble.retry_after,
                ) from None
            raise _failed(trouble) from None
        known = " (was there already)" if sent.known else ""
        return Receipt(f"{value:f} on {goal} for {order.label}{known}", sent.reference)

    def look_up(self, order: Order) -> Receipt | None:
        """Never needed: it is sent again instead."""
        raise DeliveryUnknown(
            "A datapoint is not looked up.",
            "It may be sent again: the same datapoint counts once.",
            look_at=f"{self.client.site}/me/{order.plan.get('goal', '')}",
        )

    def rehearse(self, order: Order) -> Receipt:
        """Check the token, the goal and the value; nothing is added."""
        goal, value = _goal(order), _value(order)
        account = _account(self.client)
        try:
            slugs = {*account.goals, *(entry.slug for entry in self.client.goals())}
        except BeeminderTrouble as trouble:
            raise _failed(trouble) from None
        if goal not in slugs:
            raise DeliveryFailed(
                f"{account.username} has no goal called {goal} on Beeminder.",
                "Choose one of the goals in the settings.",
                reason="not_found",
            )
        return Receipt(f"Would put {value:f} on {account.username}/{goal} for {order.label}")


class BeeminderCharge:
    """Charges money. ``order.amount`` is in cents. Plan: ``note``, and ``user`` if only that account may pay."""

    kind = "beeminder_charge"
    title = "Beeminder charge"
    nature = Nature.ONCE_ONLY

    def __init__(self, client: BeeminderClient) -> None:
        self._client = client

    def carry_out(self, order: Order) -> Receipt:
        """Charge once. :class:`DeliveryFailed` only where surely nothing was charged; anything else is unknown."""
        account = self._payer(order)
        try:
            charge = self._client.charge(
                order.amount, username=account.username, note=payment_note(order), dryrun=False
            )
        except BeeminderTrouble as trouble:
            if trouble.maybe_done:
                raise self._unknown(order, seen=trouble.title) from None
            raise _failed(trouble) from None
        return Receipt(f"${dollars(order.amount)} charged to {charge.username}", charge.reference)

    def look_up(self, order: Order) -> Receipt | None:
        """Beeminder lists no charges to programs, so only the person can see."""
        raise self._unknown(order, seen="Beeminder lists no charges to programs.")

    def rehearse(self, order: Order) -> Receipt:
        """Check the token, the payment data and the amount with Beeminder's own dry run; nothing is charged."""
        account = self._payer(order)
        try:
            charge = self._client.charge(order.amount, username=account.username, note=payment_note(order), dryrun=True)
        except BeeminderTrouble as trouble:
            raise _failed(trouble) from None
        return Receipt(f"Would charge ${dollars(order.amount)} to {charge.username}")

    def _payer(self, order: Order) -> Account:
        """Who would pay; raises :class:`DeliveryFailed` for whatever can be known before."""
        if order.amount < LEAST_CHARGE:
            raise DeliveryFailed(
                f"${dollars(max(order.amount, 0))} is less than Beeminder charges.",
                f"Set at least ${dollars(LEAST_CHARGE)}.",
                reason="too_little",
            )
        account = _account(self._client)
        wanted = order.plan.get("user", "")
        if wanted and wanted != account.username:
            raise DeliveryFailed(
                f"The Beeminder token belongs to {account.username}, but {wanted} was to be charged.",
                "Connect the right account in the settings.",
                reason="wrong_user",
            )
        if account.deadbeat:
            raise DeliveryFailed(
                "Beeminder cannot take payments from this account.",
                f"Mend the payment data on {self._client.payments_page}.",
                reason="deadbeat",
            )
        return account

    def _unknown(self, order: Order, *, seen: str) -> DeliveryUnknown:
        return DeliveryUnknown(
            f"Nobody knows whether Beeminder charged ${dollars(order.amount)} for {order.label}.",
            f"Look for a payment with the note “{payment_note(order)}” and settle it in the outbox; it is not sent "
            f"again by itself. (Seen: {seen.rstrip('.')}.)",
            look_at=self._client.payments_page,
        )


def requestid(key: str) -> str:
    """The key of an order as Beeminder gets it: always the same, short, and of letters and digits only."""
    return f"exitzero{hashlib.sha256(key.encode()).hexdigest()[:24]}"


def payment_note(order: Order) -> str:
    """What stands beside the payment; ends in the order's key, by which the person finds it."""
    return f"{order.plan.get('note') or f'{order.label} failed'} [{order.key}]"


def _account(client: BeeminderClient) -> Account:
    try:
        return client.user()
    except BeeminderTrouble as trouble:
        raise _failed(trouble) from None


def _failed(trouble: BeeminderTrouble) -> DeliveryFailed:
    return DeliveryFailed(trouble.title, trouble.advice, reason=trouble.reason, retry_after=trouble.retry_after)


def _goal(order: Order) -> str:
    goal = order.plan.get("goal", "").strip()
    if not goal:
        raise DeliveryFailed("No Beeminder goal is chosen.", "Choose one in the settings.", reason="not_found")
    return goal


def _value(order: Order) -> Decimal:
    try:
        value = Decimal(order.plan.get("value", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise DeliveryFailed("The value for Beeminder is not a number.", "Set one in the settings.", reason="value")
    return value
