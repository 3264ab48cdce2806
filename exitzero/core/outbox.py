"""What to do next about an order in the outbox, worked out from how it stands.

Each deed happens once or is marked unknown; never twice, and never without a day that stands as failed. So nothing is
done while the day has no verdict, everything is called off once the day turns out not to have failed, and an attempt
whose end nobody saw is treated by what the deed allows: done again, looked up, or left to the person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from exitzero.core.consequence import Nature
from exitzero.core.verdict import Outcome

RETRIES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
"""The pauses after deeds that surely did not happen; after the last one only the person can start another try."""


class State(StrEnum):
    """How an order stands.

    ``ORDERED`` waits for its hour and the verdict, ``ATTEMPTED`` was begun, ``FAILED`` surely did not happen so far,
    ``UNKNOWN`` waits for the person; ``CONFIRMED``, ``CANCELLED``, ``GIVEN_UP`` and the two settled ones are ends.
    """

    ORDERED = "ordered"
    ATTEMPTED = "attempted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    GIVEN_UP = "given_up"
    SETTLED_DONE = "settled_done"
    SETTLED_UNDONE = "settled_undone"

    @property
    def is_open(self) -> bool:
        """True if something may still be done about it without the person."""
        return self in {State.ORDERED, State.ATTEMPTED, State.FAILED}


class Move(StrEnum):
    """The next thing to do about an order."""

    WAIT = "wait"
    ATTEMPT = "attempt"
    LOOK_UP = "look_up"
    LEAVE_TO_PERSON = "leave_to_person"
    CALL_OFF = "call_off"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Standing:
    """An order's place: its state, when it may be carried out at the earliest, and how often it was tried.

    ``doubted``: an attempt's answer was lost, so that it may have happened whatever later attempts said.
    """

    state: State
    nature: Nature
    due: datetime
    attempts: int = 0
    retry_at: datetime | None = None
    doubted: bool = False


def next_move(order: Standing, day: Outcome | None, now: datetime) -> Move:
    """What to do about an order of a day with this outcome (``None``: not judged, or judged again) at ``now``."""
    if not order.state.is_open:
        return Move.NOTHING
    if order.state is State.ATTEMPTED or order.doubted:
        # The program ended between attempt and answer, or the answer was lost: what was begun is brought to its end
        # first. Some receivers know a deed by its key for a while only, so the nature is looked at anew each time.
        again = Move.WAIT if order.retry_at is not None and now < order.retry_at else Move.ATTEMPT
        return {
            Nature.IDEMPOTENT: again if day is Outcome.FAILED else Move.LEAVE_TO_PERSON,
            Nature.CHECKABLE: Move.LOOK_UP,
            Nature.ONCE_ONLY: Move.LEAVE_TO_PERSON,
        }[order.nature]
    if day is not None and day is not Outcome.FAILED:
        return Move.CALL_OFF
    if day is None or now < order.due or (order.retry_at is not None and now < order.retry_at):
        return Move.WAIT
    return Move.ATTEMPT


def retry_after(attempts: int, told: timedelta | None) -> timedelta | None:
    """The pause after ``attempts`` failed tries, at least what the other side ``told``; ``None`` to give up."""
    if attempts > len(RETRIES):
        return None
    pause = RETRIES[attempts - 1]
    return max(pause, told) if told is not None else pause
