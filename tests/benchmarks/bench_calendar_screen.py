"""Five thousand events behind the calendar's page: how long the Qt thread works while its views open and turn."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from exitzero.build import build_engine
from exitzero.core.calendars import CalendarEvent
from exitzero.core.codec import canonical, to_plain
from exitzero.core.contract import CALENDAR, Clause, Terms
from exitzero.core.words import ClauseKind
from exitzero.desktop.clock import SystemClock
from exitzero.desktop.vault import MemoryVault
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.work.mocks.views import MockEdit
from tests.benchmarks import measure

ROUNDS, EVENTS, DENSE, MOCKS = 3, 5_000, 3_000, 40


def _fill(folder: Path) -> None:
    """A year of events, most of them in the months around today, and mocks among them."""
    engine = build_engine(folder, mode="command", vault=MemoryVault(), urls={"leetcode": "http://127.0.0.1:9"})
    now = SystemClock().now().replace(minute=0, second=0, microsecond=0)
    dice = random.Random(7)

    def write(unit: Unit) -> None:
        unit.session.add(tables.CalendarRow(id="c", kind="ics", name="Work", shown="example.org", connected_at=now))
        for number in range(EVENTS):
            spread = 20 if number < DENSE else 180
            starts = now + timedelta(days=dice.randint(-spread, spread), hours=dice.randint(-8, 8))
            event = CalendarEvent(f"e{number}", starts, starts + timedelta(minutes=45), f"Event {number}", zone="UTC")
            unit.session.add(
                tables.CalendarEventRow(
                    calendar="c", key=event.key, starts=event.starts, ends=event.ends, title=event.title,
                    body=canonical(to_plain(event)),
                )
            )  # fmt: skip

    try:
        engine.do(lambda a: a.adopt(Terms((Clause(ClauseKind.MOCKS, 1, source=CALENDAR),), zone="UTC"))).result()
        engine.database.write(write).result()
        for number in range(MOCKS):
            starts = (now + timedelta(days=1 + number // 2, hours=number % 5)).astimezone(UTC)
            engine.do(lambda a, at=starts: a.mocks.book(_edit(at))).result()  # type: ignore[misc]
    finally:
        engine.close()


def _edit(starts: datetime) -> MockEdit:
    return MockEdit(starts, starts + timedelta(hours=1), "UTC", title="Mock")


def test_calendar_screen(tmp_path: Path) -> None:
    """Aim: under 16 ms, one frame, of its own work."""
    _fill(tmp_path)
    with measure.screen() as env:
        rounds = [measure.run("calendar_screen.py", str(tmp_path), env=env) for _round in range(ROUNDS)]
    phases = [name for name in rounds[0] if not name.endswith("(work)") and name != "start"]
    work = {name: median(each[f"{name} (work)"] for each in rounds) for name in phases}
    late = {name: median(each[name] for each in rounds) for name in phases}
    measure.report(
        "The calendar's page",
        f"{EVENTS:,} events, {DENSE:,} of them within 20 days of today, and {MOCKS} mocks; how late the worst tick of "
        f"a 5 ms timer came, medians of {ROUNDS}; 'work' is the most CPU that the Qt thread took between two ticks",
        [(name, f"{late[name]:.1f} ms", f"aim 16 ms; {work[name]:.1f} ms is work") for name in phases],
        {"work_ms": {name: round(value, 1) for name, value in work.items()}},
    )
