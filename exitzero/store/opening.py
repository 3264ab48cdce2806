"""Opening the file safely: private to the user, recognised as ours, whole, and of a version that this program can read.

Standard library only, because the first screen and ``exitzero status`` read the file before anything heavy is imported.
"""

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from exitzero.store.trouble import DamagedDatabase, NewerDatabase, StoreTrouble, translated

APPLICATION_ID = 0x45583030
"""Marks a file as ours in SQLite's header: "EX00"."""

SCHEMA = "0003"
"""The migration that this program's tables stand at."""

BUSY_MILLISECONDS = 10_000


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with the settings that every part relies on; transactions are begun by hand.

    Raises :class:`StoreTrouble` if the file cannot be opened, :class:`DamagedDatabase` if it is not a database.
    """
    if not read_only:
        make_private(path)
    try:
        connection = sqlite3.connect(
            path, timeout=BUSY_MILLISECONDS / 1000, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise _told(error) from error
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error as error:
        connection.close()
        raise _told(error) from error
    return connection


def _told(error: sqlite3.Error) -> StoreTrouble:
    return translated(error) or StoreTrouble("The database cannot be opened.", str(error), reason="cannot_open")


def make_private(path: Path) -> None:
    """Create the file for this user only, or take the rights of others away from it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise StoreTrouble(
            "The data folder cannot be written to.", f"{error.strerror}: {error.filename}", reason="cannot_open"
        ) from error


def read_only_uri(path: Path) -> str:
    """A file as SQLite's address of it, for looking without writing; a ``?`` or ``#`` in its path stays part of it."""
    return f"{path.absolute().as_uri()}?mode=ro"


def schema_of(connection: sqlite3.Connection) -> str | None:
    """The migration that a file stands at; ``None`` for an empty file.

    Raises :class:`DamagedDatabase` for another program's database.
    """
    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        return None
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise DamagedDatabase(
            "The file belongs to another program.",
            "It is left as it is; move it away or choose another data folder.",
            reason="foreign",
        )
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def check_file(path: Path, *, whole: bool) -> str | None:
    """Look at the file before it is used; gives its schema, ``None`` if it is new or empty.

    ``whole`` also has SQLite check every page (0.3 s for 100 MB). Raises :class:`DamagedDatabase` or
    :class:`NewerDatabase`. Blocks on the disk.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    connection = connect(path, read_only=True)
    try:
        schema = schema_of(connection)
        if schema is not None and schema > SCHEMA:
            raise NewerDatabase(
                "The database was written by a newer ExitZero.",
                "Start that version, or update this one; nothing was changed.",
                reason="newer",
            )
        if whole:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise DamagedDatabase(
                    "The database is damaged.",
                    "It is kept as it is; restore the newest good backup.",
                    reason="damaged",
                )
    except sqlite3.Error as error:
        raise _told(error) from error
    finally:
        connection.close()
    return schema


def keep_aside(path: Path, now: datetime) -> Path:
    """Move a damaged or foreign file, with what SQLite keeps beside it, out of the way; gives its new place.

    Nothing that was kept before is written over. Raises :class:`StoreTrouble` if the folder cannot be written to.
    """
    stamp = now.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}-kept-{stamp}{path.suffix}")
    number = 1
    while any(part.exists() for part in parts_of(aside)):
        number += 1
        aside = path.with_name(f"{path.stem}-kept-{stamp}-{number}{path.suffix}")
    try:
        for part, place in zip(parts_of(path), parts_of(aside), strict=True):
            if part.exists():
                part.rename(place)
    except OSError as error:
        raise StoreTrouble(
            "The file cannot be kept aside.", f"{error.strerror}: {path}.", reason="cannot_open"
        ) from error
    return aside


def parts_of(path: Path) -> tuple[Path, ...]:
    """A database file and what SQLite keeps beside it, whether or not they exist."""
    return tuple(path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm"))
