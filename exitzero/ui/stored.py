"""What the last run left for the first screen: today's snapshot and the window's place, read with sqlite3 alone.

The libraries that know the database take three times as long to import as the window takes to open.
"""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from exitzero.core.codec import from_plain
from exitzero.core.today import Today


class Stored(NamedTuple):
    """``exists`` is False if there is no database yet: a first run."""

    exists: bool
    today: Today | None
    preferences: dict[str, Any]


def read_stored(file: Path, names: Iterable[str]) -> Stored:
    """Read the snapshot and these preferences. What cannot be read is left out: the engine will say what is wrong."""
    if not file.exists():
        return Stored(False, None, {})
    today: Today | None = None
    preferences: dict[str, Any] = {}
    try:
        connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0.1)
        try:
            wanted = set(names)
            for name, value in connection.execute("SELECT name, value FROM preference"):
                if name in wanted:
                    preferences[name] = json.loads(value)
            row = connection.execute("SELECT body FROM snapshot WHERE id = 1").fetchone()
            if row is not None:
                today = from_plain(Today, json.loads(row[0]))
        finally:
            connection.close()
    except (sqlite3.Error, ValueError, TypeError, KeyError, StopIteration):
        # Damaged, older, newer, locked: the engine opens the file properly in a moment and reports it.
        today = None
    return Stored(True, today, preferences)
