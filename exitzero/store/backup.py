"""Backups: made by SQLite's own backup API, proved by opening them, kept in rotation; restoring one keeps the old file.

A copy of the file would miss what still stands in SQLite's write-ahead log; the backup API does not.
"""

import logging
import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from exitzero.core.errors import OutsideTrouble
from exitzero.store.opening import check_file, connect, keep_aside, parts_of, read_only_uri
from exitzero.store.trouble import StoreTrouble, translated

log = logging.getLogger(__name__)

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
    target = folder / f"exitzero-{now.astimezone(UTC).strftime(STAMP)}-{why}.db"
    unfinished = target.with_suffix(".part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        source = connect(path, read_only=True)
        try:
            _copy(source, unfinished)
        finally:
            source.close()
        proof = prove(unfinished)
        if not proof.good:
            raise StoreTrouble("The backup could not be read back.", proof.words, reason="backup")
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise _told("The backup could not be made.", error) from error
    finally:
        _cleared(unfinished)
    return Backup(target, now.astimezone(UTC).replace(microsecond=0), why)


def prove(path: Path) -> Proof:
    """Open a backup and have SQLite check every page. Never raises: a bad backup is an answer."""
    try:
        schema = check_file(path, whole=True)
        if schema is None:
            return Proof(good=False, words="It is empty.")
        connection = sqlite3.connect(f"{read_only_uri(path)}&immutable=1", uri=True)
        try:
            last = connection.execute("SELECT COALESCE(MAX(seq), 0) FROM journal").fetchone()[0]
        finally:
            connection.close()
    except OutsideTrouble as trouble:
        return Proof(good=False, words=trouble.title)
    except (sqlite3.Error, OSError) as error:
        return Proof(good=False, words=f"It cannot be read: {error}.")
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
    count = 0
    for backup in expendable(backups(folder)):
        try:
            backup.path.unlink(missing_ok=True)
        except OSError as error:
            # One too many is no reason to call the new backup a failure.
            log.info("an old backup stays: %s", error)
        else:
            count += 1
    return count


def restore(backup: Backup, path: Path, now: datetime) -> Path | None:
    """Put a backup in the database's place; gives where the old file was kept, ``None`` if there was none.

    Nobody may have the database open. Raises :class:`StoreTrouble` before anything is moved if the backup is not whole.
    """
    proof = prove(backup.path)
    if not proof.good:
        raise StoreTrouble("That backup cannot be restored.", proof.words, reason="backup")
    fresh = path.with_suffix(".restoring")
    try:
        source = sqlite3.connect(f"{read_only_uri(backup.path)}&immutable=1", uri=True)
        try:
            _copy(source, fresh)
        finally:
            source.close()
        # Also where only a write-ahead log is left: SQLite would play it into the restored file.
        aside = keep_aside(path, now) if any(part.exists() for part in parts_of(path)) else None
        fresh.replace(path)
    except (sqlite3.Error, OSError) as error:
        raise _told("The backup could not be restored.", error) from error
    finally:
        _cleared(fresh)
    return aside


def _copy(source: sqlite3.Connection, target: Path) -> None:
    """Copy everything into a file of its own, readable by this user only and without anything beside it."""
    os.close(os.open(target, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()


def _cleared(unfinished: Path) -> None:
    for part in (*parts_of(unfinished), unfinished.with_name(f"{unfinished.name}-journal")):
        with suppress(OSError):  # not there, or on a disk that lets go of nothing: the error that came first is told
            part.unlink()


def _told(title: str, error: sqlite3.Error | OSError) -> StoreTrouble:
    words = getattr(error, "strerror", None) or str(error)
    return translated(error) or StoreTrouble(title, f"{words}.", reason="backup")
