"""The rules of the outreach that need no database: when a proof counts, and when the next contact is due.

Why it exists: each refusal has a reason that stands on the screen, the same one in the window and the command line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from exitzero.core.day import zone_named
from exitzero.core.errors import BadInput
from exitzero.core.timekeeping import TOLERANCE

CADENCE = (3, 7, 14)
"""Days until the next contact after the first, second and any further proved one that had no reply."""

LONGEST_CADENCE = 365
MOST_STEPS = 12
FIELD = "proof"

WAITING = frozenset({"to_contact", "messaged"})
"""The stages in which the next contact is the person's turn; after a reply or a rejection nothing falls due by itself."""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Frame:
    """The running day as the outreach needs it, made by the engine.

    ``starts`` is ``None`` before the first contract. ``told`` is the latest time that any truth source has told.
    ``mailbox`` is the address that the clause reads, empty if it reads none; ``counts`` says whether a mail with that
    subject counts for it. ``count`` and ``target`` are 0 without an outreach clause. ``named`` are the mailboxes that
    the contract names, now or later.
    """

    label: date
    zone: str
    starts: datetime | None = None
    closes: datetime | None = None
    ends: datetime | None = None
    told: datetime | None = None
    count: int = 0
    target: int = 0
    state: str = ""
    words: str = ""
    mailbox: str = ""
    mailbox_trouble: str = ""
    named: frozenset[str] = frozenset()
    counts: Callable[[str], bool] = bool

    def clock(self, at: datetime) -> str:
        """An instant as the person's own wall clock shows it."""
        return at.astimezone(zone_named(self.zone)).strftime("%H:%M")

    def day_and_clock(self, at: datetime) -> str:
        """An instant with its date, by the person's own wall clock."""
        return f"{at.astimezone(zone_named(self.zone)):%d %b %Y at %H:%M}"

    def hour(self, at: datetime) -> int:
        """The hour of the person's own wall clock."""
        return at.astimezone(zone_named(self.zone)).hour

    def date_of(self, at: datetime) -> date:
        """The calendar date of an instant in the person's own zone."""
        return at.astimezone(zone_named(self.zone)).date()


def check_moment(frame: Frame, now: datetime) -> None:
    """Whether anything can be proved now; :class:`BadInput` on ``proof`` says why not and when again."""
    if frame.starts is None or frame.closes is None or frame.ends is None:
        raise BadInput(FIELD, "A proof belongs to a day, and no day is open: agree on a contract first.")
    if frame.told is not None and now < frame.told - TOLERANCE:
        raise BadInput(
            FIELD,
            f"This machine's clock is behind: a truth source told {frame.day_and_clock(frame.told)} already. "
            "Put the clock right, then log this again.",
        )
    if now >= frame.closes:
        raise BadInput(
            FIELD,
            f"Today closed at {frame.clock(frame.closes)}. What you log from {frame.clock(frame.ends)} on counts for "
            "the next day; keep it until then.",
        )


def check_age(frame: Frame, at: datetime, what: str) -> None:
    """Whether something that says when it happened lies in the running day; ``what`` it is begins the sentence."""
    if frame.starts is not None and at < frame.starts:
        raise BadInput(
            FIELD,
            f"{what} is from {frame.day_and_clock(at)}, before today began at {frame.clock(frame.starts)}. "
            "A proof counts on its own day only.",
        )


def check_ahead(frame: Frame, at: datetime, now: datetime, what: str) -> None:
    """Whether something claims to come from the future."""
    if at > now + TOLERANCE:
        raise BadInput(FIELD, f"{what} is from {frame.day_and_clock(at)}, which is still to come. Check your clock.")


def used_words(when: date, name: str, *, withdrawn: bool = False) -> str:
    """The sentence with which a proof is refused that was used before."""
    if withdrawn:
        return f"This proof was logged for {name} on {when:%d %b %Y} and taken back; it belongs to that day."
    return f"This proof was used on {when:%d %b %Y} for {name}. A proof counts once: paste the one of the new message."


def follow_up_after(contacts: int, day: date, cadence: Sequence[int] = ()) -> date:
    """When the next contact is due after ``contacts`` proved ones without a reply, the last of them on ``day``."""
    steps = tuple(cadence) or CADENCE
    return day + timedelta(days=steps[min(max(contacts, 1), len(steps)) - 1])


def cadence_checked(days: Sequence[int]) -> tuple[int, ...]:
    """Days between follow-ups of a target's own. Raises :class:`BadInput` on ``cadence``."""
    if len(days) > MOST_STEPS:
        raise BadInput("cadence", f"At most {MOST_STEPS} steps; these are {len(days)}.")
    for each in days:
        if not 1 <= each <= LONGEST_CADENCE:
            raise BadInput("cadence", f"Days between follow-ups are from 1 to {LONGEST_CADENCE}, such as 3, 7, 14.")
    return tuple(days)
