"""What a failed day can do in the world, and what can be known of it afterwards.

An order names one deed for ever by its key. A deed outside is tried by a :class:`Consequence`; it gives a receipt, or
says that it surely did not happen (:class:`DeliveryFailed`, to be tried again), or that nobody knows
(:class:`DeliveryUnknown`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from exitzero.core.errors import OutsideTrouble


class Nature(StrEnum):
    """What may be done after an attempt whose answer was lost.

    ``IDEMPOTENT`` deeds are simply done again; the receiver sees the same key. ``CHECKABLE`` ones are looked up first.
    After a ``ONCE_ONLY`` one nobody knows, and only the person can settle it.
    """

    IDEMPOTENT = "idempotent"
    CHECKABLE = "checkable"
    ONCE_ONLY = "once_only"


@dataclass(frozen=True, slots=True)
class Order:
    """One deed that a failed day has ordered.

    ``key`` names it for ever. ``amount`` is in coins or cents, by kind. ``plan`` is everything that decides what
    happens (text, channel, goal), fixed when it was ordered. It is not carried out before ``due``.
    """

    key: str
    kind: str
    label: date
    due: datetime
    amount: int = 0
    plan: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the deed left behind: ``words`` for the person, ``reference`` to find it again. Holds no secret."""

    words: str
    reference: str = ""


class DeliveryFailed(OutsideTrouble):
    """The deed surely did not happen; trying again is safe. ``retry_after`` ``None``: only the person can help."""


class DeliveryUnknown(OutsideTrouble):
    """The deed may or may not have happened; ``look_at`` says where the person can see which."""

    def __init__(self, title: str, advice: str, *, look_at: str, retry_after: timedelta | None = None) -> None:
        super().__init__(title, advice, reason="unknown", retry_after=retry_after)
        self.look_at = look_at


class Consequence(Protocol):
    """A stick that reaches outside. One object may be used from several threads; every call may block."""

    @property
    def kind(self) -> str:
        """Its word in the outbox."""
        ...

    @property
    def title(self) -> str:
        """Its name on the screen."""
        ...

    @property
    def nature(self) -> Nature:
        """What may be done after a lost answer."""
        ...

    def carry_out(self, order: Order) -> Receipt:
        """Do it. Raises :class:`DeliveryFailed` or :class:`DeliveryUnknown`, nothing else."""
        ...

    def look_up(self, order: Order) -> Receipt | None:
        """Whether it happened, for a checkable one: the receipt, or ``None`` if it surely did not.

        Raises :class:`DeliveryUnknown` where that cannot be told.
        """
        ...

    def rehearse(self, order: Order) -> Receipt:
        """Go through everything short of the effect: the token is checked, the text measured, nothing is sent.

        Raises :class:`DeliveryFailed` with what would have failed.
        """
        ...
