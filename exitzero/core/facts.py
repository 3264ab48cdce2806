"""The facts that the journal is made of: what happened, in the past tense, with the numbers that decided it.

A fact is never edited; a correction is a new fact. Each kind has a version; a payload of an older version is lifted to
today's shape on reading (:data:`LIFTERS`), while the stored bytes stay as they were.

Long, because it is the list of all facts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from exitzero.core.blocking import Cause
from exitzero.core.codec import canonical, from_plain, to_plain
from exitzero.core.contract import Terms
from exitzero.core.day import Day
from exitzero.core.finding import Finding
from exitzero.core.observation import Observation
from exitzero.core.spans import Span
from exitzero.core.verdict import Outcome

KINDS: dict[str, type["Fact"]] = {}


class Fact:
    """Something that happened. Subclasses are frozen dataclasses; the class name is the kind in the journal.

    A fact about one day has a field ``label`` with its date.
    """

    __slots__ = ()
    VERSION: ClassVar[int] = 1

    def __init_subclass__(cls) -> None:
        # A slotted dataclass is made twice; the second class is the one that lives.
        KINDS[cls.__name__] = cls


@dataclass(frozen=True, slots=True)
class ContractAdopted(Fact):
    """A contract version was agreed; it judges days from ``effective`` on."""

    number: int
    effective: date
    terms: Terms
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayOpened(Fact):
    """A day began, with its zone and instants fixed."""

    label: date
    day: Day
    contract: int


@dataclass(frozen=True, slots=True)
class DayTightened(Fact):
    """The contract's deadline was moved earlier while the day was running."""

    label: date
    day: Day


@dataclass(frozen=True, slots=True)
class ObservationRecorded(Fact):
    """A truth source showed something for the first time. ``official`` is False for a stand-in's word."""

    observation: Observation
    evidence: str
    official: bool


@dataclass(frozen=True, slots=True)
class SourcePolled(Fact):
    """A source gave a good answer. ``covers`` are the spans that it newly vouches for."""

    source: str
    subject: str
    asked_at: datetime
    server_at: datetime | None
    covers: tuple[Span, ...]
    solved: int | None
    accepted: int | None
    new_rows: int
    evidence: tuple[str, ...]
    parser: str
    origin: str
    official: bool


@dataclass(frozen=True, slots=True)
class SourceFailed(Fact):
    """A source gave no answer that can be believed."""

    source: str
    subject: str
    asked_at: datetime
    reason: str
    title: str
    advice: str
    retry_at: datetime | None
    evidence: str = ""
    origin: str = ""
    official: bool = True


@dataclass(frozen=True, slots=True)
class RungFired(Fact):
    """A rung of the ladder fired, because of the clauses in ``missing``."""

    label: date
    name: str
    due: datetime
    urgent: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RungMissed(Fact):
    """A rung came due while nobody could see it, and a later one was due as well."""

    label: date
    name: str
    due: datetime


@dataclass(frozen=True, slots=True)
class PostQueued(Fact):
    """The shame post stands ready; it goes out at ``goes_out`` unless the work is verified before."""

    label: date
    channels: tuple[str, ...]
    goes_out: datetime


@dataclass(frozen=True, slots=True)
class DayHeld(Fact):
    """A day closed without proof either way; it waits, and so does everything that hangs on it."""

    label: date
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayJudged(Fact):
    """The verdict over a day. ``spared`` says why a failure costs nothing, if it does not."""

    label: date
    outcome: Outcome
    exit_code: int
    contract: int
    findings: tuple[Finding, ...]
    spared: str = ""


@dataclass(frozen=True, slots=True)
class VerdictCorrected(Fact):
    """Evidence that arrived late shows a failed day to have been a success after all."""

    label: date
    outcome: Outcome
    exit_code: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class DayOverridden(Fact):
    """The person declared a day a success, because a source was down on it; visible for ever."""

    label: date
    reason: str
    outage: str


@dataclass(frozen=True, slots=True)
class PassUsed(Fact):
    """The month's emergency pass excused a day, for a price; visible for ever."""

    label: date
    price: int
    reason: str


@dataclass(frozen=True, slots=True)
class BetPlaced(Fact):
    """The person bet coins on the day."""

    label: date
    amount: int


@dataclass(frozen=True, slots=True)
class CoinsMoved(Fact):
    """Coins came or went. ``key`` names the deed once and for ever, so that it cannot be done twice."""

    key: str
    amount: int
    reason: str
    label: date | None = None


@dataclass(frozen=True, slots=True)
class ConsequenceOrdered(Fact):
    """A failed day ordered a consequence, with everything that decides what happens.

    It is not carried out before ``due`` (``None``: at once), so that an appeal can still stop it.
    """

    key: str
    kind: str
    label: date
    amount: int
    due: datetime | None = None
    plan: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConsequenceAttempted(Fact):
    """A consequence is about to be carried out; written before the deed."""

    key: str
    label: date
    attempt: int


@dataclass(frozen=True, slots=True)
class ConsequenceConfirmed(Fact):
    """A consequence was carried out."""

    key: str
    label: date
    receipt: str


@dataclass(frozen=True, slots=True)
class ConsequenceFailed(Fact):
    """A consequence surely did not happen this time. ``retry_at`` ``None``: it is not tried again by itself.

    With ``look_at`` its answer was lost, and it is sent again under the same key; there the person can see it.
    """

    key: str
    label: date
    reason: str
    words: str
    retry_at: datetime | None
    look_at: str = ""


@dataclass(frozen=True, slots=True)
class ConsequenceUnknown(Fact):
    """Nobody knows whether a consequence happened; the person can see it at ``look_at`` and settle it."""

    key: str
    label: date
    words: str
    look_at: str


@dataclass(frozen=True, slots=True)
class ConsequenceSettled(Fact):
    """The person looked, and said whether a consequence of unknown end had happened."""

    key: str
    label: date
    happened: bool


@dataclass(frozen=True, slots=True)
class ConsequenceReleased(Fact):
    """The person asked that a consequence which was given up be tried again."""

    key: str
    label: date


@dataclass(frozen=True, slots=True)
class ChannelConnected(Fact):
    """A place for shame posts was connected; ``shown`` is its address without secrets."""

    channel: str
    service: str
    shown: str


@dataclass(frozen=True, slots=True)
class ChannelProved(Fact):
    """A channel was tested or rehearsed, so that it may be armed."""

    channel: str
    how: str


@dataclass(frozen=True, slots=True)
class ChannelDisconnected(Fact):
    """A place for shame posts was taken away, with its secret."""

    channel: str


@dataclass(frozen=True, slots=True)
class FreezeBought(Fact):
    """The person bought a streak freeze."""

    label: date
    number: int
    price: int


@dataclass(frozen=True, slots=True)
class FreezeUsed(Fact):
    """A freeze kept the streak over a failed day; everything else of the failure happened."""

    label: date
    number: int


@dataclass(frozen=True, slots=True)
class AlarmLeft(Fact):
    """The person left the day's alarm by the emergency exit, for a wait, a typed sentence and a price."""

    label: date
    price: int
    sentence: str


@dataclass(frozen=True, slots=True)
class ConsequenceCancelled(Fact):
    """An ordered consequence was called off, because its day turned out not to have failed."""

    key: str
    label: date
    reason: str


@dataclass(frozen=True, slots=True)
class ClockJumped(Fact):
    """The wall clock moved against the time that really passed, by ``seconds`` (negative: back)."""

    seconds: int
    wall: datetime
    reckoned: datetime


@dataclass(frozen=True, slots=True)
class ClockFoundWrong(Fact):
    """A source's own time showed the wall clock to be wrong by ``seconds`` (positive: it is ahead)."""

    source: str
    seconds: int
    wall: datetime
    server_at: datetime


@dataclass(frozen=True, slots=True)
class EngineStarted(Fact):
    """The cockpit's engine began to watch. ``mode`` is window, headless or command."""

    version: str
    mode: str


@dataclass(frozen=True, slots=True)
class EngineStopped(Fact):
    """The cockpit's engine stopped in good order."""

    mode: str


@dataclass(frozen=True, slots=True)
class BackupRestored(Fact):
    """The database was replaced by a backup; the journal goes on from there."""

    name: str
    taken_at: datetime
    kept_aside: str


@dataclass(frozen=True, slots=True)
class OutreachProved(Fact):
    """The person proved an outreach. ``key`` names the proof once and for ever, across all targets.

    ``kind`` is link, mail or picture; ``weak`` marks a link of a kind that nobody can check. ``dhash`` is what a
    picture looks like, to know it again.
    """

    label: date
    key: str
    kind: str
    platform: str
    shown: str
    target: int
    target_name: str
    weak: bool = False
    dhash: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class OutreachWithdrawn(Fact):
    """The person took a proof back; it does not count any more, and may be logged again."""

    label: date
    key: str


@dataclass(frozen=True, slots=True)
class MailboxConnected(Fact):
    """A mailbox answered and may prove outreach; ``own`` are addresses that are the person's too."""

    address: str
    kind: str
    shown: str
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailboxDisconnected(Fact):
    """A mailbox was taken away, with its secret."""

    address: str


@dataclass(frozen=True, slots=True)
class MockBooked(Fact):
    """A mock interview stands in the calendar; ``origin`` is by_hand, or the calendar that it came from.

    ``stands_since`` is what the calendar says of when it was booked, ``None`` if it does not.
    """

    mock: str
    starts: datetime
    ends: datetime
    title: str
    origin: str
    stands_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class MockMoved(Fact):
    """A mock interview was moved to another time."""

    mock: str
    starts: datetime
    ends: datetime
    before: datetime


@dataclass(frozen=True, slots=True)
class MockCancelled(Fact):
    """A mock interview stands in the calendar no more. ``how`` says who took it out."""

    mock: str
    starts: datetime
    how: str


@dataclass(frozen=True, slots=True)
class MockAnswered(Fact):
    """The person said how a mock interview went: complete, incomplete or missed; ``proof`` says where to see it."""

    mock: str
    starts: datetime
    outcome: str
    proof: str = ""
    scores: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MockUnanswered(Fact):
    """A mock interview ended a day ago, and the person has not said how it went."""

    mock: str
    starts: datetime


@dataclass(frozen=True, slots=True)
class CalendarConnected(Fact):
    """A calendar outside answered and is read from now on. ``rule`` says which of its events are mock interviews."""

    calendar: str
    kind: str
    name: str
    shown: str
    rule: Mapping[str, str]
    two_way: bool = False


@dataclass(frozen=True, slots=True)
class CalendarRuled(Fact):
    """The person changed which events of a calendar are mock interviews."""

    calendar: str
    rule: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CalendarDisconnected(Fact):
    """A calendar outside was taken away, with its address."""

    calendar: str


@dataclass(frozen=True, slots=True)
class LockAsked(Fact):
    """The person asked for a lock by hand or for a focus session."""

    key: str
    cause: Cause
    names: tuple[str, ...]
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class LockOrdered(Fact):
    """A lock is about to be handed to the helper; written before the deed."""

    key: str
    cause: Cause
    label: date
    names: tuple[str, ...]
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class LockPlaced(Fact):
    """The helper holds the lock under its own name ``hold``: from now on, or armed for its start."""

    key: str
    hold: str
    armed: bool


@dataclass(frozen=True, slots=True)
class LockWidened(Fact):
    """Sites were added to a lock that stands."""

    key: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LockShortened(Fact):
    """A lock that was asked for ends earlier: its focus session is over."""

    key: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class LockReleased(Fact):
    """A lock was taken away before its end; ``why`` says what released it."""

    key: str
    why: str


@dataclass(frozen=True, slots=True)
class LockEnded(Fact):
    """A lock ended by itself, by the emergency exit, or is not known to the helper any more; ``how`` says which."""

    key: str
    how: str


@dataclass(frozen=True, slots=True)
class LockRefused(Fact):
    """The helper could not or would not lock; nothing is locked by this."""

    key: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class LockdownNoticed(Fact):
    """Something that the helper did or met, as it tells it: a hosts file put right, its own restart, a moved clock."""

    number: int
    happened: datetime
    kind: str
    hold: str
    detail: str


@dataclass(frozen=True, slots=True)
class EmergencyAsked(Fact):
    """The person asked for the lockdown's emergency exit, for a wait, a typed sentence and a price."""

    label: date
    price: int
    sentence: str
    opens: datetime


@dataclass(frozen=True, slots=True)
class EmergencyOpened(Fact):
    """The wait of the emergency exit was over and the helper let everything go, for the rest of that day."""

    label: date


@dataclass(frozen=True, slots=True)
class EmergencyCancelled(Fact):
    """The person stayed locked after all; what the exit cost came back."""

    label: date


Plain = dict[str, Any]
LIFTERS: Mapping[tuple[str, int], Callable[[Plain], Plain]] = {}
"""By kind and version, how to turn a payload into the next version's shape."""


@dataclass(frozen=True, slots=True)
class UnreadableFact(Fact):
    """A fact of a kind that this program does not know, written by a newer one; kept and shown as it is."""

    kind: str
    payload: str


def encode(fact: Fact) -> Plain:
    """The payload of a fact."""
    plain: Plain = to_plain(fact)
    return plain


def decode(kind: str, version: int, payload: Plain) -> Fact:
    """The fact that a journal row holds, lifted to today's shape."""
    found = KINDS.get(kind)
    if found is None or version > found.VERSION:
        return UnreadableFact(kind, canonical(payload))
    for older in range(version, found.VERSION):
        payload = LIFTERS[kind, older](payload)
    fact: Fact = from_plain(found, payload)
    return fact


def label_of(fact: Fact) -> date | None:
    """The day that a fact is about, if it is about one."""
    label: date | None = getattr(fact, "label", None)
    return label
