"""``exitzero status``: how today stands, fast enough for a shell prompt.

Reads the record of today that the engine keeps in the file. Only where that record cannot speak for the present (a new
day, an answer gone stale) the engine is built to work it out again. Imports as little as possible until then.
"""

import json
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from exitzero.desktop.clock import SystemClock
from exitzero.desktop.paths import data_dir, database_file

EX_USAGE = 64


def stored(path: Path, now: datetime) -> dict[str, Any] | None:
    """The record of today if it still holds at ``now``; plain data as stored."""
    if not path.exists():
        return None
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            row = connection.execute("SELECT body FROM snapshot WHERE id = 1").fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return None  # the slow way says what is wrong
    if row is None:
        return None
    try:
        today: dict[str, Any] = json.loads(row[0])
        holds = _instant(today["starts"]) <= now < _instant(today["valid_until"])
        report(today)
    except (ValueError, TypeError, LookupError):
        return None  # of another version, or edited
    return today if holds else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def worked_out(folder: Path) -> dict[str, Any] | None:
    """Today worked out by the engine; ``None`` before the first contract. Raises :class:`CannotStart`."""
    from exitzero.build import build_engine
    from exitzero.core.codec import to_plain

    if not database_file(folder).exists():
        return None
    engine = build_engine(folder, mode="command")
    try:
        engine.beat()
        today = engine.ask(lambda questions: questions.today()).result()
    finally:
        engine.close()
    plain: dict[str, Any] | None = to_plain(today)
    return plain


def report(today: dict[str, Any]) -> dict[str, Any]:
    """Today in the form that scripts build on."""
    deadline = _instant(today["deadline"]).astimezone(ZoneInfo(today["zone"]))
    official = all(source["official"] for source in today["sources"])
    return {
        "date": today["label"],
        "state": today["standing"],
        "exit_code": today["exit_code"],
        "survival": today["percent"],
        "deadline": deadline.isoformat(),
        "outcome": today["outcome"],
        "overridden": bool(today["overridden"]),
        "official": official,
        "streak": today["streak"],
        "coins": today["coins"],
        "clauses": [
            {
                "clause": clause["kind"],
                "state": clause["state"],
                "count": clause["count"],
                "target": clause["target"],
                "reason": clause["reason"],
            }
            for clause in today["clauses"]
        ],
    }


def words(today: dict[str, Any], now: datetime) -> str:
    """Today in two lines for a person."""
    plain = report(today)
    left = int((_instant(today["deadline"]) - now).total_seconds())
    clock = f"{left // 3600:02}:{left // 60 % 60:02}:{left % 60:02} left"
    if today["outcome"]:
        clock = "judged"
    elif left <= 0:
        clock = "the deadline is over"
    clauses = ", ".join(
        f"{clause['heading']} {clause['count']}/{clause['target']}"
        + (f" ({clause['words'].rstrip('.').lower()})" if clause["state"] == "unknown" else "")
        for clause in today["clauses"]
    )
    marks = "" if plain["official"] else " · by a stand-in, not the service itself"
    marks += " · overridden" if plain["overridden"] else ""
    return (
        f"{plain['state']} {plain['survival']} % · {clauses or 'nothing owed'} · {clock}{marks}\n"
        f"{plain['date']} exits {plain['exit_code']}"
    )


def main(arguments: list[str]) -> int:
    """Print how today stands; gives the day's exit code, 64 for wrong usage or where there is no contract."""
    unknown = [argument for argument in arguments if argument != "--json"]
    if unknown:
        sys.stderr.write(f"exitzero status takes --json and --data-dir DIR, not {unknown[0]!r}.\n")
        return EX_USAGE
    folder = data_dir()
    now = SystemClock().now()
    today = stored(database_file(folder), now) or worked_out(folder)
    if today is None:
        sys.stderr.write("There is no contract yet; make one with: exitzero init --leetcode NAME\n")
        return EX_USAGE
    sys.stdout.write(json.dumps(report(today)) if "--json" in arguments else words(today, now))
    sys.stdout.write("\n")
    return int(today["exit_code"])
