"""What can be wrong with the file itself, in words for the person."""

import errno
import sqlite3
from datetime import timedelta

from exitzero.core.errors import OutsideTrouble


class StoreTrouble(OutsideTrouble):
    """The database cannot be read or written just now; nothing that was said to be saved is lost."""


class DamagedDatabase(StoreTrouble):
    """The file is no database, is damaged, or belongs to another program; it must be kept aside, not written to."""


class NewerDatabase(StoreTrouble):
    """The file was written by a newer version of this program."""


_TROUBLES = {
    sqlite3.SQLITE_FULL: StoreTrouble(
        "The disk is full, so nothing can be saved.",
        "Free some space; what was saved before is safe, and ExitZero tries again by itself.",
        reason="disk_full",
        retry_after=timedelta(seconds=30),
    ),
    sqlite3.SQLITE_BUSY: StoreTrouble(
        "Another program keeps the database locked.",
        "Close other programs that have the file open.",
        reason="locked",
        retry_after=timedelta(seconds=30),
    ),
    sqlite3.SQLITE_READONLY: StoreTrouble(
        "The database may not be written to.",
        "Give your user write permission on the data folder.",
        reason="read_only",
    ),
    sqlite3.SQLITE_CANTOPEN: StoreTrouble(
        "The database cannot be opened.",
        "Check that the data folder exists and that your user may write to it.",
        reason="cannot_open",
    ),
    sqlite3.SQLITE_IOERR: StoreTrouble(
        "The disk does not answer as it should.",
        "Check the disk; what was saved before is as safe as the disk is.",
        reason="disk_error",
        retry_after=timedelta(seconds=30),
    ),
    sqlite3.SQLITE_CORRUPT: DamagedDatabase(
        "The database is damaged.",
        "It is kept as it is; restore the newest good backup.",
        reason="damaged",
    ),
    sqlite3.SQLITE_NOTADB: DamagedDatabase(
        "The file is no database of ExitZero.",
        "It is kept as it is; restore the newest good backup or start afresh.",
        reason="not_a_database",
    ),
}


def translated(error: BaseException) -> StoreTrouble | None:
    """The trouble behind an error of the database driver or a full disk; ``None`` if it is neither."""
    original = getattr(error, "orig", None) or error
    code = getattr(original, "sqlite_errorcode", None)
    if isinstance(original, OSError) and original.errno in {errno.ENOSPC, errno.EDQUOT}:
        code = sqlite3.SQLITE_FULL
    if code is None:
        return None
    known = _TROUBLES.get(code & 0xFF)
    if known is None:
        return None
    return type(known)(known.title, known.advice, reason=known.reason, retry_after=known.retry_after)
