"""Backups: made by SQLite's own backup API, proved by opening them, kept in rotation; restoring one keeps the old file.

A copy of the file would miss what still stands in SQLite's write-ahead log; the backup API does not.
"""

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from exitzero.core.errors import OutsideTrouble
from exitzero.store.opening import check_file, connect, keep_aside
from exitzero.store.trouble import StoreTrouble, translated

STAMP = "%Y%m%dT%H%M%SZ"
KEEP_DAYS, KEEP_WEEKS, KEEP_MONTHS, KEEP_OTHERS = 7, 5, 12, 5


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file. ``why`` is daily, migration, import or asked."""

    path: Path
    taken_at: datetime
    why: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Proof:
    """What opening a backup showed: it is whole, and the last journal entry that it holds."""

    good: bool
    words: str
    last_seq: int = 0


def back_up(path: Path, folder: Path, now: datetime, why: str) -> Backup:
    """Copy the database as it is now, also while it is written to; gives a backup that was opened and found whole.

    Raises :class:`StoreTrouble`; an unfinished copy is never left under a backup's name.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"exitzero-{now.astimezone(UTC).strftime(STAMP)}-{why}.db"
    unfinished = target.with_suffix(".part")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
        source = connect(path, read_only=True)
        try:
            copy = sqlite3.connect(unfinished, isolation_level=None)
            try:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()
        finally:
            source.close()
        proof = prove(unfinished)
        if not proof.good:
            raise StoreTrouble("The backup could not be read back.", proof.words, reason="backup")
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        trouble = translated(error) or StoreTrouble("The backup could not be made.", str(error), reason="backup")
        raise trouble from error
    finally:
        unfinished.unlink(missing_ok=True)
    return Backup(target, now.astimezone(UTC).replace(microsecond=0), why)


def prove(path: Path) -> Proof:
    """Open a backup and have SQLite check every page. Never raises: a bad backup is an answer."""
    try:
        schema = check_file(path, whole=True)
        if schema is None:
            return Proof(good=False, words="It is empty.")
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            last = connection.execute("SELECT COALESCE(MAX(seq), 0) FROM journal").fetchone()[0]
        finally:
            connection.close()
    except (OutsideTrouble, sqlite3.Error) as error:
        return Proof(good=False, words=str(error))
    return Proof(good=True, words=f"Opened and whole, up to entry {last}.", last_seq=last)


def backups(folder: Path) -> tuple[Backup, ...]:
    """The backups in a folder, newest first."""
    found = []
    for path in folder.glob("exitzero-*Z-*.db"):
        _, stamp, why = path.stem.split("-", 2)
        try:
            taken = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
        except ValueError:
            continue
        found.append(Backup(path, taken, why))
    return tuple(sorted(found, key=lambda backup: backup.taken_at, reverse=True))


def newest_good(folder: Path) -> tuple[Backup, Proof] | None:
    """The newest backup that opens and is whole."""
    for backup in backups(folder):
        proof = prove(backup.path)
        if proof.good:
            return backup, proof
    return None


def expendable(kept: Sequence[Backup]) -> tuple[Backup, ...]:
    """What rotation lets go of: a daily one stays for a week, the newest of a week for five, of a month for a year."""
    daily = [backup for backup in kept if backup.why == "daily"]
    others = [backup for backup in kept if backup.why != "daily"]
    stay = set(daily[:KEEP_DAYS]) | set(others[:KEEP_OTHERS])
    by_week = {backup.taken_at.isocalendar()[:2]: backup for backup in reversed(daily)}
    by_month = {(backup.taken_at.year, backup.taken_at.month): backup for backup in reversed(daily)}
    stay |= set(sorted(by_week.values(), key=lambda each: each.taken_at, reverse=True)[:KEEP_WEEKS])
    stay |= set(sorted(by_month.values(), key=lambda each: each.taken_at, reverse=True)[:KEEP_MONTHS])
    return tuple(backup for backup in kept if backup not in stay)


def rotate(folder: Path) -> int:
    """Delete what rotation lets go of; gives how many."""
    gone = expendable(backups(folder))
    for backup in gone:
        backup.path.unlink(missing_ok=True)
    return len(gone)


def restore(backup: Backup, path: Path, now: datetime) -> Path | None:
    """Put a backup in the database's place; gives where the old file was kept, ``None`` if there was none.

    Nobody may have the database open. Raises :class:`StoreTrouble` before anything is moved if the backup is not whole.
    """
    proof = prove(backup.path)
    if not proof.good:
        raise StoreTrouble("That backup cannot be restored.", proof.words, reason="backup")
    fresh = path.with_suffix(".restoring")
    try:
        os.close(os.open(fresh, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
        source = sqlite3.connect(f"file:{backup.path}?mode=ro&immutable=1", uri=True)
        try:
            copy = sqlite3.connect(fresh, isolation_level=None)
            try:
                source.backup(copy)
            finally:
                copy.close()
        finally:
            source.close()
        aside = keep_aside(path, now) if path.exists() else None
        fresh.replace(path)
    except (sqlite3.Error, OSError) as error:
        trouble = translated(error) or StoreTrouble("The backup could not be restored.", str(error), reason="backup")
        raise trouble from error
    finally:
        fresh.unlink(missing_ok=True)
    return aside
