"""What the pages of the outreach are shown: frozen records, made by :mod:`exitzero.work.outreach.questions`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

STAGES = ("to_contact", "messaged", "replied", "interview", "rejected")
"""The columns of the board, in their order."""

STAGE_TITLES: Mapping[str, str] = {
    "to_contact": "To contact",
    "messaged": "Messaged",
    "replied": "Replied",
    "interview": "Interview scheduled",
    "rejected": "Rejected",
}


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target as a card or row. ``company`` is the name of the company that a person belongs to.

    ``follow_up`` is when the next contact is due, ``due`` says that it is by today. ``proved_at`` is the last proved
    contact, ``reply_at`` the last reply seen; ``proofs`` counts the proved contacts.
    """

    id: int
    kind: str
    name: str
    company: str
    company_id: int | None
    role: str
    stage: str
    platform: str
    link: str
    email: str
    tags: tuple[str, ...]
    fields: Mapping[str, str]
    follow_up: date | None
    due: bool
    proved_at: datetime | None
    reply_at: datetime | None
    stage_at: datetime
    created_at: datetime
    proofs: int = 0
    source: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board: its first cards and how many there are in all."""

    stage: str
    title: str
    total: int
    cards: tuple[TargetView, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The board. ``quota`` is what is proved of today's target; ``undo`` is what *Undo* would take back, or empty."""

    columns: tuple[Column, ...]
    total: int
    due: int
    quota_count: int
    quota_target: int
    quota_state: str
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a table shows: ``text`` in any field, and one of each of the others where given; sorted by ``sort``.

    ``sort`` is name, company, role, stage, platform, tags, follow_up, proved_at, reply_at, created_at, stage_at or
    ``field:<name>``, with a ``-`` in front for falling order.
    """

    text: str = ""
    stages: frozenset[str] = frozenset()
    platforms: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    due_only: bool = False
    archived: bool = False
    sort: str = "-created_at"


@dataclass(frozen=True, slots=True)
class TablePage:
    """Rows ``first`` and following of a filtered table, and how many match in all."""

    rows: tuple[TargetView, ...]
    first: int
    total: int


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter under a name."""

    name: str
    filter: Filter


@dataclass(frozen=True, slots=True)
class EventView:
    """A line of a target's history; ``kind`` as in the table, ``proof`` the key of the proof it rests on.

    ``picture`` is not empty if the proof is one, which ``engine.proofs.thumbnail(proof)`` shows.
    """

    at: datetime
    kind: str
    words: str
    detail: str = ""
    proof: str = ""
    weak: bool = False
    picture: str = ""


@dataclass(frozen=True, slots=True)
class TargetPage:
    """Everything about a target, its history newest first; for a company also its people."""

    target: TargetView
    notes: str
    links: tuple[str, ...]
    history: tuple[EventView, ...]
    people: tuple[TargetView, ...]
    cadence: tuple[int, ...]
    waiting_days: int | None
    replies: tuple["ReplyView", ...] = ()
    mocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofView:
    """A proof that was logged. ``mail`` ones come from the sent mail itself and need no logging.

    ``picture`` is not empty if there is one, which ``engine.proofs.thumbnail(key)`` shows.
    """

    key: str
    at: datetime
    label: date
    kind: str
    platform: str
    shown: str
    target: int | None
    target_name: str
    weak: bool
    picture: str = ""
    withdrawable: bool = False


@dataclass(frozen=True, slots=True)
class OutreachToday:
    """Today's outreach: the quota, what proved it, mails without a target, what is due, replies to ask about.

    ``mailbox`` is the address that is read, empty for none; ``mailbox_trouble`` why it could not be.
    """

    label: date
    count: int
    target: int
    state: str
    words: str
    proofs: tuple[ProofView, ...]
    mails: tuple["MailView", ...]
    due: tuple[TargetView, ...]
    replies: tuple["ReplyView", ...]
    mailbox: str = ""
    mailbox_trouble: str = ""


@dataclass(frozen=True, slots=True)
class MailView:
    """A sent mail that counts. ``suggested`` is the target it seems to belong to, ``target`` once it is decided.

    ``decided`` without a ``target``: the person said that it belongs to nobody here.
    """

    message_id: str
    at: datetime
    to: str
    subject: str
    target: int | None
    target_name: str
    suggested: int | None
    suggested_name: str
    reason: str = ""
    decided: bool = False


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A mail that came from a target; ``moves_to`` is the stage it would move to if the person says yes."""

    message_id: str
    at: datetime
    sender: str
    subject: str
    target: int
    target_name: str
    moves_to: str = "replied"


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many targets ever reached each stage, in their order."""

    steps: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """Of ``contacted`` targets ``replied`` answered, by a platform, tag or week; ``median_days`` until they did."""

    name: str
    contacted: int
    replied: int
    median_days: float | None

    @property
    def percent(self) -> int:
        """The reply rate, rounded."""
        return round(100 * self.replied / self.contacted) if self.contacted else 0


@dataclass(frozen=True, slots=True)
class Insights:
    """The hunt in figures. ``waiting`` are those who wait longest for a next contact, with the days."""

    funnel: Funnel
    by_platform: tuple[Rate, ...]
    by_tag: tuple[Rate, ...]
    by_week: tuple[Rate, ...]
    overall: Rate
    days_to_reply: tuple[int, ...]
    waiting: tuple[tuple[TargetView, int], ...]
    proofs_by_week: tuple[tuple[str, int], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Facets:
    """What can be chosen in filters and forms: everything that occurs, most used first."""

    tags: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    companies: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TargetEdit:
    """The form of a target, for adding (``id`` ``None``) or changing. ``company`` names one, made if it is new."""

    name: str
    kind: str = "person"
    id: int | None = None
    company: str = ""
    role: str = ""
    stage: str = "to_contact"
    platform: str = ""
    link: str = ""
    links: tuple[str, ...] = ()
    email: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    source: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    follow_up: date | None = None
    cadence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """What is done to many targets at once; ``None`` and empty leave things as they are.

    ``no_follow_up`` takes the next follow-up away, ``archive`` puts them out of sight (or back).
    """

    stage: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    follow_up: date | None = None
    no_follow_up: bool = False
    archive: bool | None = None
    delete: bool = False


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """What a pasted link would prove; ``used`` is the proof that it was before, which makes it worth nothing now."""

    words: str
    platform: str
    shown: str
    weak: bool
    used: ProofView | None = None
    used_words: str = ""


@dataclass(frozen=True, slots=True)
class PictureCheck:
    """A screenshot that was looked at, before it is logged. ``same`` is the older proof that shows the same screen.

    ``same_words`` is the sentence beside the two pictures; ``engine.proofs.thumbnail(same.key)`` shows the older one. A
    picture with a ``same`` is refused when it is logged.
    """

    sha256: str
    dhash: str
    width: int
    height: int
    taken_at: datetime | None
    same: ProofView | None = None
    same_words: str = ""
    same_exact: bool = False


@dataclass(frozen=True, slots=True)
class FoundMail:
    """A sent mail that a subject found. ``refused`` says why it cannot prove anything; empty: it can."""

    message_id: str
    at: datetime
    to: str
    subject: str
    mailbox: str
    refused: str = ""
    suggested: int | None = None
    suggested_name: str = ""


@dataclass(frozen=True, slots=True)
class MailboxView:
    """A connected mailbox. ``in_contract``: the contract names it, now or later, so that it cannot be taken away.

    ``trouble`` and ``advice`` say why it could not be read last, ``last_good`` when it could.
    """

    address: str
    kind: str
    shown: str
    own: tuple[str, ...]
    connected_at: datetime
    in_contract: bool = False
    last_good: datetime | None = None
    trouble: str = ""
    advice: str = ""
