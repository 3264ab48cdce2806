"""What a truth source says, in types that every source shares.

A source is asked for everything it knows since an instant (:class:`PollRequest`) and gives back dated observations,
the spans of time it can vouch for, and the raw answer as evidence (:class:`PollResult`) — or it raises
:class:`SourceTrouble`, which can only ever make a clause *unknown*.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from exitzero.core.errors import OutsideTrouble
from exitzero.core.spans import Span


class Difficulty(StrEnum):
    """How hard a problem is, in rising order of :attr:`rank`."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"

    @property
    def rank(self) -> int:
        """0 for easy, 1 for medium, 2 for hard."""
        return list(Difficulty).index(self)


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing a source saw the person do, stamped with the source's own time.

    ``key`` is unique within (source, subject) for ever: the same thing seen in two polls has the same key.
    ``item`` names what it was done to (a problem's slug), so that "new" and "again" can be told apart.
    """

    source: str
    subject: str
    key: str
    at: datetime
    item: str
    title: str
    difficulty: Difficulty | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """A source's own running totals at an instant, which no list limit can cut short.

    ``solved`` counts different problems ever accepted, ``accepted`` every accepted submission; ``None`` if not told.
    """

    at: datetime
    solved: int | None
    accepted: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The raw answer that an observation rests on, so that it can be shown and judged again offline.

    ``digest`` is the SHA-256 of ``body`` in hex. ``origin`` is scheme, host and port that answered; ``official`` says
    whether that is the service's own address. ``server_at`` is the answer's own ``Date``, if it had one.
    """

    digest: str
    body: bytes
    content_type: str
    status: int
    origin: str
    official: bool
    parser: str
    asked_at: datetime
    server_at: datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a source tells about the person beside the dated observations; for the screen, never for the judge.

    ``solved`` maps difficulty words to different problems solved. ``active_days`` maps UTC dates (ISO) to the number of
    submissions of any verdict. ``daily_*`` is the source's challenge of the day.
    """

    name: str
    solved: Mapping[str, int] = field(default_factory=dict)
    active_days: Mapping[str, int] = field(default_factory=dict)
    daily_title: str = ""
    daily_item: str = ""
    daily_difficulty: str = ""
    daily_link: str = ""


@dataclass(frozen=True, slots=True)
class PollRequest:
    """What the engine wants to know.

    ``since`` is the earliest instant whose truth still matters (spans may be clipped to it). ``asked_at`` is now by the
    engine's clock. ``difficulties`` are those already known by item; ``wants_difficulty`` asks the source to look up
    the missing ones for items since ``since``. ``words`` are what a mail's subject must hold one of to be told at all.
    """

    subject: str
    asked_at: datetime
    since: datetime
    difficulties: Mapping[str, Difficulty] = field(default_factory=dict)
    wants_difficulty: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PollResult:
    """A good answer.

    ``covers`` are the spans for which ``observations`` (with those of earlier polls) are complete; each already ends
    early enough to allow for the source's own delay. ``subject`` is the source's own spelling of the person's name.
    ``tells_time`` is False where ``server_at`` is only when we asked, by our own clock.
    """

    source: str
    subject: str
    observations: tuple[Observation, ...]
    covers: tuple[Span, ...]
    tally: Tally | None
    profile: Profile
    evidence: tuple[Evidence, ...]
    server_at: datetime | None
    tells_time: bool = True


class SourceTrouble(OutsideTrouble):
    """A source could not be believed this time: the clause becomes unknown, never "not met".

    ``reason`` is one of: network, timeout, blocked, rate_limited, server_error, empty, not_json, schema_changed,
    unknown_user, inconsistent, refused. ``evidence`` is the answer that was rejected, if there was one.
    """

    def __init__(
        self,
        title: str,
        advice: str,
        *,
        reason: str,
        retry_after: timedelta | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        super().__init__(title, advice, reason=reason, retry_after=retry_after)
        self.evidence = evidence


class TruthSource(Protocol):
    """An outside truth. One object may be used from several threads."""

    @property
    def name(self) -> str:
        """The source's word in the journal, e.g. ``leetcode``."""
        ...

    @property
    def origin(self) -> str:
        """The base address that is asked."""
        ...

    @property
    def official(self) -> bool:
        """False if anything but the service's own address is asked; then every observation is marked."""
        ...

    def poll(self, request: PollRequest) -> PollResult:
        """Ask now. Blocks on the network; raises :class:`SourceTrouble`."""
        ...

    def reread(self, evidence: Evidence, request: PollRequest) -> PollResult:
        """Read a stored answer again, offline, with today's parser; raises :class:`SourceTrouble` as a poll would."""
        ...
