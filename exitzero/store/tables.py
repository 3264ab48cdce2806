"""The tables of the database, and which of them are folded from the journal.

The journal is the truth; every table below marked *folded* can be made again from it (:mod:`exitzero.store.folding`).
Table classes do not validate what they are given: actions do.

Long, because it is the list of all tables.
"""

from datetime import date, datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel


class JournalRow(SQLModel, table=True):
    """A fact, sealed to all before it. Triggers refuse every change; ``at`` and ``payload`` are exact texts."""

    __tablename__ = "journal"
    __table_args__ = (Index("journal_kind", "kind", "seq"), Index("journal_label", "label", "seq"))

    seq: int = Field(primary_key=True)
    at: str
    kind: str
    version: int
    label: date | None = None
    payload: str
    previous: str
    hash: str


class EvidenceRow(SQLModel, table=True):
    """A raw answer, kept once however often it was given; the body is compressed."""

    __tablename__ = "evidence"

    digest: str = Field(primary_key=True)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    size: int
    content_type: str
    status: int
    origin: str
    official: bool
    parser: str
    asked_at: datetime
    server_at: datetime | None = None


class ContractRow(SQLModel, table=True):
    """Folded: the contract's versions."""

    __tablename__ = "contract"

    number: int = Field(primary_key=True)
    effective: date
    adopted_at: datetime
    terms: str


class DayRow(SQLModel, table=True):
    """Folded: every opened day and how it ended; also the roll-up that the year and the trends read."""

    __tablename__ = "day"
    __table_args__ = (Index("day_open", "outcome", "ends"),)

    label: date = Field(primary_key=True)
    zone: str
    starts: datetime
    deadline: datetime
    closes: datetime
    ends: datetime
    contract: int
    outcome: str | None = None
    exit_code: int | None = None
    findings: str = "[]"
    spared: str = ""
    held: str = ""
    excused: str = ""
    overridden: str = ""
    corrected: bool = False
    bet: int = 0
    alarm_left: str = ""
    judged_at: datetime | None = None


class ObservationRow(SQLModel, table=True):
    """Folded: everything a source ever showed, once."""

    __tablename__ = "observation"
    __table_args__ = (Index("observation_at", "source", "subject", "at"),)

    source: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime
    item: str
    title: str
    difficulty: str | None = None
    evidence: str = ""
    official: bool = True
    seen_at: datetime


class CoverRow(SQLModel, table=True):
    """Folded: the spans that a source vouches for, merged."""

    __tablename__ = "cover"

    source: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    start: datetime = Field(primary_key=True)
    end: datetime


class TallyRow(SQLModel, table=True):
    """Folded: a source's running totals, from the first to the last time that it told these numbers in a row."""

    __tablename__ = "tally"

    source: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    first_at: datetime = Field(primary_key=True)
    last_at: datetime
    solved: int | None = None
    accepted: int | None = None


class SourceRow(SQLModel, table=True):
    """Folded: how each source answered last."""

    __tablename__ = "source"

    source: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    asked_at: datetime
    last_good: datetime | None = None
    last_good_evidence: str = ""
    failing_since: datetime | None = None
    failures: int = 0
    reason: str = ""
    title: str = ""
    advice: str = ""
    retry_at: datetime | None = None
    origin: str = ""
    official: bool = True


class ProfileRow(SQLModel, table=True):
    """What a source tells about the person for the screen only; ordinary, and forgotten without loss."""

    __tablename__ = "profile"

    source: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    body: str


class RungRow(SQLModel, table=True):
    """Folded: the rungs that fired or were missed."""

    __tablename__ = "rung"

    label: date = Field(primary_key=True)
    name: str = Field(primary_key=True)
    due: datetime
    at: datetime
    missed: bool = False
    missing: str = ""


class CoinRow(SQLModel, table=True):
    """Folded: the ledger. The balance is the sum; nothing is ever taken out."""

    __tablename__ = "coin"
    __table_args__ = (Index("coin_label", "label"),)

    key: str = Field(primary_key=True)
    seq: int = Field(unique=True)
    at: datetime
    amount: int
    reason: str
    label: date | None = None


class ConsequenceRow(SQLModel, table=True):
    """Folded: the outbox. ``state`` is one of :class:`exitzero.core.outbox.State`; ``plan`` is JSON."""

    __tablename__ = "consequence"

    key: str = Field(primary_key=True)
    kind: str
    label: date
    amount: int
    state: str
    attempts: int = 0
    receipt: str = ""
    changed_at: datetime
    due: datetime | None = None
    plan: str = "{}"
    retry_at: datetime | None = None
    words: str = ""
    look_at: str = ""


class ChannelRow(SQLModel, table=True):
    """Folded: the connected places for shame posts. The address itself stands in the keyring."""

    __tablename__ = "channel"

    id: str = Field(primary_key=True)
    service: str
    shown: str
    connected_at: datetime
    proved_at: datetime | None = None
    proved_how: str = ""


class FreezeRow(SQLModel, table=True):
    """Folded: the streak freezes, each bought on a day and used on at most one."""

    __tablename__ = "freeze"

    number: int = Field(primary_key=True)
    bought: date
    used: date | None = None


class ProofRow(SQLModel, table=True):
    """Folded: every proof of an outreach. ``withdrawn`` ones do not count; their key may be used again."""

    __tablename__ = "proof"
    __table_args__ = (Index("proof_at", "at"), Index("proof_target", "target"))

    key: str = Field(primary_key=True)
    at: datetime
    label: date
    kind: str
    platform: str
    shown: str
    target: int
    target_name: str
    weak: bool = False
    dhash: str = ""
    sha256: str = ""
    withdrawn: bool = False


class MailboxRow(SQLModel, table=True):
    """Folded: the connected mailboxes. Their passwords stand in the keyring."""

    __tablename__ = "mailbox"

    address: str = Field(primary_key=True)
    kind: str
    shown: str
    own: str = "[]"
    connected_at: datetime


class CalendarRow(SQLModel, table=True):
    """Folded: the connected calendars. Their addresses and passwords stand in the keyring; ``rule`` is JSON."""

    __tablename__ = "calendar"

    id: str = Field(primary_key=True)
    kind: str
    name: str
    shown: str
    rule: str = "{}"
    two_way: bool = False
    connected_at: datetime


class MockStandingRow(SQLModel, table=True):
    """Folded: from when to when a mock interview stood in which way, so that a day is judged by what stood then.

    ``state`` is booked, complete, incomplete or missed; a cancelled one has no open row. ``recorded_at`` is when it
    was written down, which may be later than ``since``.
    """

    __tablename__ = "mock_standing"
    __table_args__ = (Index("mock_standing_mock", "mock", "until"), Index("mock_standing_starts", "starts"))

    seq: int = Field(primary_key=True)
    mock: str
    since: datetime
    until: datetime | None = None
    starts: datetime
    ends: datetime
    title: str
    origin: str
    state: str
    recorded_at: datetime


class LockRow(SQLModel, table=True):
    """Folded: the locks. ``state`` is asked, ordered, placed, released, ended or refused; ``names`` is JSON."""

    __tablename__ = "lock"
    __table_args__ = (Index("lock_state", "state"),)

    key: str = Field(primary_key=True)
    cause: str
    label: date | None = None
    names: str
    starts: datetime
    ends: datetime
    state: str
    hold: str = ""
    changed_at: datetime
    words: str = ""


class LockEventRow(SQLModel, table=True):
    """Folded: what the lockdown helper told of what it did and met."""

    __tablename__ = "lock_event"

    seq: int = Field(primary_key=True)
    number: int
    at: datetime
    kind: str
    hold: str
    detail: str


class EmergencyRow(SQLModel, table=True):
    """Folded: each use of the lockdown's emergency exit."""

    __tablename__ = "emergency"

    seq: int = Field(primary_key=True)
    label: date
    at: datetime
    opens: datetime
    price: int
    opened_at: datetime | None = None
    cancelled: bool = False


class TargetRow(SQLModel, table=True):
    """A person or company of the outreach. ``links``, ``tags`` and ``fields`` are JSON; ``search`` is folded text.

    ``proved_at`` is the last proved contact, ``reply_at`` the last reply that was seen. ``cadence`` are the days
    between follow-ups as JSON, empty for the usual ones.
    """

    __tablename__ = "target"
    __table_args__ = (
        Index("target_board", "archived", "stage", "place"),
        Index("target_created", "archived", "created_at"),
        Index("target_company", "company_id"),
        Index("target_follow_up", "follow_up"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = "person"
    name: str
    company_id: int | None = None
    role: str = ""
    stage: str = "to_contact"
    place: float = 0.0
    platform: str = ""
    link: str = ""
    links: str = "[]"
    email: str = ""
    tags: str = "[]"
    notes: str = ""
    source: str = ""
    fields: str = "{}"
    follow_up: date | None = None
    cadence: str = ""
    created_at: datetime
    changed_at: datetime
    stage_at: datetime
    proved_at: datetime | None = None
    reply_at: datetime | None = None
    archived: bool = False
    search: str = ""


class TargetEventRow(SQLModel, table=True):
    """Something in a target's history; ``kind`` is added, stage, note, proof, mail, reply, follow_up or edited."""

    __tablename__ = "target_event"
    __table_args__ = (Index("target_event_target", "target", "at"), Index("target_event_at", "at"))

    id: int | None = Field(default=None, primary_key=True)
    target: int
    at: datetime
    kind: str
    words: str
    detail: str = ""
    proof: str = ""


class MailLinkRow(SQLModel, table=True):
    """To which target a mail belongs that was sent (``sent``) or received; ``decided`` once the person said so."""

    __tablename__ = "mail_link"
    __table_args__ = (Index("mail_link_target", "target"),)

    message_id: str = Field(primary_key=True)
    target: int | None = None
    at: datetime
    sent: bool
    address: str
    subject: str
    decided: bool = False


class MockRow(SQLModel, table=True):
    """A mock interview with everything that is the person's own about it; JSON in ``checklist``, ``scores``, ``base``.

    ``uid`` is the same in every calendar. ``base`` is the state at the last synchronisation, ``unsynced`` says that it
    was changed here since, ``clash`` holds the other side's state where both were changed.
    """

    __tablename__ = "mock"
    __table_args__ = (Index("mock_starts", "starts"), Index("mock_calendar", "calendar"))

    uid: str = Field(primary_key=True)
    starts: datetime
    ends: datetime
    zone: str
    title: str
    platform: str = ""
    partner: str = ""
    topic: str = ""
    link: str = ""
    notes: str = ""
    checklist: str = "[]"
    reminders: str = "[1440, 60, 10]"
    state: str = "booked"
    outcome: str = ""
    answered_at: datetime | None = None
    scores: str = "{}"
    review: str = ""
    study: str = ""
    proof: str = ""
    target: int | None = None
    calendar: str = ""
    href: str = ""
    etag: str = ""
    base: str = ""
    unsynced: bool = False
    clash: str = ""
    created_at: datetime
    changed_at: datetime


class CalendarEventRow(SQLModel, table=True):
    """An event of a connected calendar as it was read last; forgotten without loss."""

    __tablename__ = "calendar_event"
    __table_args__ = (Index("calendar_event_starts", "starts"),)

    calendar: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    starts: datetime
    ends: datetime
    title: str
    is_mock: bool = False
    cancelled: bool = False
    body: str


class CalendarStateRow(SQLModel, table=True):
    """How far a connected calendar was read; forgotten without loss. ``body`` is JSON, by kind of calendar."""

    __tablename__ = "calendar_state"

    calendar: str = Field(primary_key=True)
    body: str
    read_at: datetime
    words: str = ""


class ReminderRow(SQLModel, table=True):
    """A reminder that came, or that was put off until ``again_at``."""

    __tablename__ = "reminder"

    subject: str = Field(primary_key=True)
    minutes: int = Field(primary_key=True)
    for_start: datetime = Field(primary_key=True)
    fired_at: datetime | None = None
    again_at: datetime | None = None


class UndoRow(SQLModel, table=True):
    """How to take back one piece of work on ordinary tables: the rows as they were before, as JSON."""

    __tablename__ = "undo"

    id: int | None = Field(default=None, primary_key=True)
    scope: str
    at: datetime
    words: str
    body: str


class PreferenceRow(SQLModel, table=True):
    """A setting that is nobody's business but the screen's; JSON text."""

    __tablename__ = "preference"

    name: str = Field(primary_key=True)
    value: str


class SnapshotRow(SQLModel, table=True):
    """Today as it stood after the last change, so that the first screen and ``status`` need not wait."""

    __tablename__ = "snapshot"

    id: int = Field(primary_key=True, default=1)
    written_at: datetime
    body: str


FOLDED: tuple[type[SQLModel], ...] = (
    ContractRow,
    DayRow,
    ObservationRow,
    CoverRow,
    TallyRow,
    SourceRow,
    RungRow,
    CoinRow,
    ConsequenceRow,
    ChannelRow,
    FreezeRow,
    ProofRow,
    MailboxRow,
    CalendarRow,
    MockStandingRow,
    LockRow,
    LockEventRow,
    EmergencyRow,
)
"""The tables that the journal can make again."""

FORGOTTEN: tuple[type[SQLModel], ...] = (CalendarEventRow, CalendarStateRow, ReminderRow, UndoRow, SnapshotRow)
"""What is read again, worked out again or only of use for a while; in no export."""

KEPT: tuple[type[SQLModel], ...] = (TargetRow, TargetEventRow, MailLinkRow, MockRow)
"""The person's ordinary records: in no journal, so exported and undone row by row."""

TRIGGERS = (
    """
    CREATE TRIGGER journal_is_never_edited BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_is_never_cut BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_has_no_gaps BEFORE INSERT ON journal
    WHEN NEW.seq != (SELECT COALESCE(MAX(seq), 0) + 1 FROM journal)
      OR NEW.previous != COALESCE((SELECT hash FROM journal ORDER BY seq DESC LIMIT 1), printf('%064d', 0))
    BEGIN SELECT RAISE(ABORT, 'the journal entry does not follow'); END
    """,
)
"""Guards against mistakes; whoever owns the file can drop them, which is what the chain is for."""
