"""What pages are shown: frozen records, made by :mod:`exitzero.engine.questions`. Rows never leave the store.

Long, because it is the list of what pages are shown.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from exitzero.core.blocking import Blocking
from exitzero.core.contract import Change, ContractVersion, Terms
from exitzero.core.today import ClauseView, LockView, RungView, SourceView


@dataclass(frozen=True, slots=True)
class LogLine:
    """One journal entry as a line. ``tone`` is one of plain, dim, info, good, warn, bad, unknown.

    ``detail`` is the rest of the line in a weaker colour. ``at`` is when it was written, in UTC.
    """

    seq: int
    at: datetime
    source: str
    text: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day on the heat map. ``state`` is success, failed, rest, excused, unproved, held or open."""

    label: date
    state: str
    exit_code: int | None
    overridden: bool
    corrected: bool
    words: str


@dataclass(frozen=True, slots=True)
class Year:
    """The last 53 weeks. ``success_percent`` is over judged days that owed something, ``None`` if there are none."""

    days: tuple[YearDay, ...]
    success_percent: int | None


@dataclass(frozen=True, slots=True)
class ObservationView:
    """One thing that counted or was seen. ``evidence`` is the digest of the raw answer it came in.

    What was logged or stands here has none: ``kind`` says what it is (link, screenshot, mail, mock), ``shown`` where it
    can be seen, ``picture`` the digest of a screenshot, and ``at`` of a mock when it begins.
    """

    source: str
    subject: str
    key: str
    at: datetime
    item: str
    title: str
    difficulty: str
    official: bool
    evidence: str
    seen_at: datetime
    counted: bool = False
    kind: str = ""
    shown: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class PollView:
    """One asking of a source: ``good`` or why not; ``evidence`` are digests."""

    seq: int
    at: datetime
    source: str
    good: bool
    words: str
    server_at: datetime | None
    origin: str
    official: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A raw answer. ``text`` is pretty-printed where it is JSON; ``intact`` says that it still has its digest.

    ``reread`` is what today's parser makes of it, offline.
    """

    digest: str
    asked_at: datetime
    server_at: datetime | None
    origin: str
    official: bool
    status: int
    content_type: str
    parser: str
    size: int
    text: str
    intact: bool
    reread: str


@dataclass(frozen=True, slots=True)
class DayPage:
    """Everything about one day. ``verdict_words`` is one sentence; ``facts`` are its journal lines."""

    label: date
    zone: str
    starts: datetime
    deadline: datetime
    closes: datetime
    ends: datetime
    contract: ContractVersion
    state: str
    exit_code: int | None
    verdict_words: str
    clauses: tuple[ClauseView, ...]
    rungs: tuple[RungView, ...]
    observations: tuple[ObservationView, ...]
    polls: tuple[PollView, ...]
    facts: tuple[LogLine, ...]
    coins: int
    overridden: str = ""
    excused: str = ""
    spared: str = ""
    corrected: bool = False
    can_override: bool = False
    can_excuse: bool = False
    excuse_price: int = 0
    excuse_reason: str = ""
    previous: date | None = None
    next: date | None = None


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A change that was agreed and waits for its day."""

    effective: date
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContractPage:
    """The contract in force, what waits, and every version so far, newest first. ``today`` is today's date."""

    today: date
    current: ContractVersion
    latest: Terms
    pending: tuple[PendingChange, ...]
    versions: tuple[ContractVersion, ...]
    adopted: dict[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One change of an edit with the day from which it would hold."""

    change: Change
    effective: date


@dataclass(frozen=True, slots=True)
class CoinMove:
    """One line of the ledger with the sum after it."""

    seq: int
    at: datetime
    amount: int
    reason: str
    label: date | None
    balance: int


@dataclass(frozen=True, slots=True)
class ConsequenceView:
    """One order of the outbox. ``state`` is a word of :class:`exitzero.core.outbox.State`.

    ``amount_words`` and ``text`` are what happens, ``words`` what went wrong, ``look_at`` where an unknown end can be
    seen. ``waits_for`` is the hour before which it does not happen, ``None`` if it is not waiting.
    """

    key: str
    kind: str
    label: date
    amount: int
    state: str
    attempts: int
    receipt: str
    changed_at: datetime
    title: str = ""
    amount_words: str = ""
    text: str = ""
    words: str = ""
    look_at: str = ""
    waits_for: datetime | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlannedView:
    """One thing that would happen if the day failed: what, when, how much, to whom, in which words.

    ``outcome`` is filled by a rehearsal: what the dry run said, or what would have failed (``fails``).
    """

    kind: str
    title: str
    at: datetime
    amount_words: str
    text: str = ""
    where: str = ""
    outcome: str = ""
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A whole failed day, played on a copy: its rungs and its orders in time order. Nothing went outside."""

    label: date
    exit_code: int
    lines: tuple[PlannedView, ...]

    @property
    def would_fail(self) -> tuple[PlannedView, ...]:
        """What would not have worked."""
        return tuple(line for line in self.lines if line.fails)


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A connected place for shame posts. ``shown`` is its address without secrets; unproved ones cannot be armed."""

    id: str
    service: str
    title: str
    shown: str
    connected_at: datetime
    proved_at: datetime | None
    proved_how: str
    armed: bool


@dataclass(frozen=True, slots=True)
class BeeminderView:
    """The connected Beeminder account; ``goals`` are its slugs to choose from, ``trouble`` why it cannot be used."""

    connected: bool
    username: str = ""
    goals: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class BadgeView:
    """A badge: ``progress`` of ``needs``; earned when both are the same."""

    name: str
    title: str
    words: str
    progress: int
    needs: int


@dataclass(frozen=True, slots=True)
class Rewards:
    """What a good record earned: badges, themes by balance, freezes held and their price."""

    badges: tuple[BadgeView, ...]
    themes: tuple[tuple[str, str, int, bool], ...]
    freezes: int
    freeze_price: int
    freeze_refusal: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The coins: balance, debt, every move newest first, and the outbox."""

    coins: int
    debt: int
    moves: tuple[CoinMove, ...]
    consequences: tuple[ConsequenceView, ...]
    earned: int
    burned: int


@dataclass(frozen=True, slots=True)
class HealthItem:
    """One thing that was looked at. ``state`` is good, warn, bad or unknown; ``advice`` says what to do about it."""

    key: str
    title: str
    state: str
    words: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A truth source's own page: how it answers, the newest observations, the last polls, streak in own days."""

    view: SourceView
    clause: ClauseView | None
    streak: int
    best_streak: int
    recent: tuple[ObservationView, ...]
    polls: tuple[PollView, ...]
    total_seen: int
    covered_since: datetime | None


@dataclass(frozen=True, slots=True)
class HelperView:
    """The lockdown helper: whether it is there, is of this program's version, answers, and what it says of itself.

    ``policies`` is a word of :class:`exitzero.lockdown.browsers.Policies`; ``conflicts`` are names that the person's
    own lines in the hosts file keep within reach.
    """

    installed: bool
    current: bool
    answers: bool
    serves_me: bool
    words: str = ""
    advice: str = ""
    policies: str = "off"
    flags: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LockLine:
    """One lock. ``state`` is planned, armed, locked, asked, released, ended or refused; ``words`` say why it ended."""

    key: str
    cause: str
    cause_words: str
    release_words: str
    state: str
    starts: datetime
    ends: datetime
    sites: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class LockdownPage:
    """The lockdown: helper, locks that stand and that are planned, past ones, what was noticed, the emergency exit.

    ``names`` are out of reach now. ``emergency_refusal`` says why the exit cannot be begun, empty if it can.
    """

    helper: HelperView
    view: LockView
    names: tuple[str, ...]
    locks: tuple[LockLine, ...]
    planned: tuple[LockLine, ...]
    past: tuple[LockLine, ...]
    noticed: tuple[LogLine, ...]
    blocking: Blocking
    sites: tuple[str, ...]
    emergency_price: int
    emergency_sentence: str
    emergency_left: int
    emergency_refusal: str
    emergency_used: int
    emergency_minutes: int


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What one clause looks like after asking the source just now."""

    clause: str
    state: str
    count: int
    target: int
    reason: str
    words: str
    official: bool
