"""The hash chain over the journal: each entry seals all before it, so that an edit, a gap or a rollback shows.

The chain shows accidents and careless editing. It cannot stop the owner of the machine from rewriting everything,
which is why the newest hash is also kept outside the file.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

GENESIS = "0" * 64
"""What the first entry has instead of a predecessor's hash."""


class Entry(NamedTuple):
    """One row of the journal as it is stored; ``at`` and ``payload`` are the stored texts."""

    seq: int
    at: str
    kind: str
    version: int
    payload: str
    previous: str
    hash: str


def seal(seq: int, at: str, *, kind: str, version: int, payload: str, previous: str) -> str:
    """The SHA-256 that an entry must have, in hex."""
    text = "\n".join((str(seq), at, kind, str(version), previous, payload))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Whether the chain holds. ``broken_at`` is the first entry that does not fit, with ``what`` is wrong there."""

    checked: int
    last_seq: int
    last_hash: str
    broken_at: int | None = None
    what: str = ""

    @property
    def is_whole(self) -> bool:
        """True if nothing is wrong."""
        return self.broken_at is None


def verify(entries: Iterable[Entry], *, after_seq: int = 0, after_hash: str = GENESIS) -> ChainReport:
    """Follow the chain through ``entries`` in order, from just after a place that is known to be good."""
    seq, previous, checked = after_seq, after_hash, 0
    for entry in entries:
        if entry.seq != seq + 1:
            return ChainReport(checked, seq, previous, seq + 1, "an entry is missing")
        if entry.previous != previous:
            return ChainReport(checked, seq, previous, entry.seq, "an entry does not follow from the one before")
        sealed = seal(
            entry.seq, entry.at, kind=entry.kind, version=entry.version, payload=entry.payload, previous=previous
        )
        if entry.hash != sealed:
            return ChainReport(checked, seq, previous, entry.seq, "an entry was changed")
        seq, previous = entry.seq, entry.hash
        checked += 1
    return ChainReport(checked, seq, previous)


def check_anchor(report: ChainReport, seq: int, hash_at_seq: str | None, anchored: str) -> ChainReport:
    """Hold the chain against a hash that was kept elsewhere when entry ``seq`` was the newest.

    ``hash_at_seq`` is what the file has there now, ``None`` if it has no such entry any more.
    """
    if not report.is_whole or hash_at_seq == anchored:
        return report
    what = "newer entries are missing" if hash_at_seq is None else "the past was rewritten"
    return ChainReport(report.checked, report.last_seq, report.last_hash, seq, what)
