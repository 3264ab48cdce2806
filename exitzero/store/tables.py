"""The tables of the database, and which of them are folded from the journal.

The journal is the truth; every table below marked *folded* can be made again from it (:mod:`exitzero.store.folding`).
Table classes do not validate what they are given: actions do.
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
)
"""The tables that the journal can make again."""

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
