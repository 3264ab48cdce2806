"""Five thousand events of a connected calendar: the first reading, a change, and what the pages ask."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from exitzero import catalogue
from exitzero.build import build_engine
from exitzero.desktop.vault import MemoryVault
from exitzero.engine.engine import Engine
from exitzero.work.mocks.rule import DEFAULT_RULE
from tests.benchmarks import measure
from tests.servers.feeds import Feeds, Page

EVENTS = 5000
ROUNDS = 15


def _event(number: int, starts: datetime) -> str:
    title = "Mock interview" if number % 100 == 0 else f"Meeting {number}"
    return (
        f"BEGIN:VEVENT\r\nUID:e{number}@bench\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{starts:%Y%m%dT%H%M%SZ}\r\n"
        f"DTEND:{starts + timedelta(minutes=45):%Y%m%dT%H%M%SZ}\r\nSUMMARY:{title}\r\nDESCRIPTION:Notes of {number}\r\n"
        "END:VEVENT\r\n"
    )


def _file(first: datetime, *, moved: int = 0) -> bytes:
    events = [
        _event(number, first + timedelta(hours=number, minutes=30 if number < moved else 0)) for number in range(EVENTS)
    ]
    text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n" + "".join(events) + "END:VCALENDAR\r\n"
    return text.encode()


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _asked(engine: Engine, question: Callable[[Any], object]) -> float:
    return median(
        _took(lambda: engine.ask(lambda questions: question(questions.mocks)).result()) for _ in range(ROUNDS)
    )


def test_five_thousand_events(tmp_path: Path) -> None:
    """Reading is for the network pool; what pages ask is for the reader threads, so neither is the Qt thread's."""
    nobody = dict.fromkeys(catalogue.SOURCES, "http://127.0.0.1:9")
    engine = build_engine(tmp_path, mode="command", vault=MemoryVault(), urls=nobody)
    now = engine.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first = now - timedelta(days=30)
    try:
        with Feeds(big=Page(_file(first), tagged=True)) as feeds:
            feeds.now = engine.now
            calendars = engine.calendars
            connected = _took(lambda: calendars.connect_ics(f"{feeds.url}/big", "Work", DEFAULT_RULE))
            (view,) = engine.ask(lambda questions: questions.mocks.feeds()).result()
            assert view.events == EVENTS
            unchanged = median(_took(calendars.sync_now) for _ in range(5))
            feeds.pages["/big"].body = _file(first, moved=EVENTS)
            moved = _took(calendars.sync_now)
            today: date = now.date()
            begins, ends = today - timedelta(days=21), today + timedelta(days=20)
            figures = {
                "month": _asked(engine, lambda mocks: mocks.span(begins, ends)),
                "week": _asked(engine, lambda mocks: mocks.span(today, today + timedelta(days=6))),
                "today": _asked(engine, lambda mocks: mocks.today()),
                "preview of a rule": _asked(engine, lambda mocks: mocks.preview_rule(view.id, {"all": "yes"})),
            }
            beat = median(_took(engine.beat) for _ in range(5))
            reminders = median(_took(engine.remind) for _ in range(5))
    finally:
        engine.close()
    measure.report(
        "A calendar of five thousand events",
        f"{EVENTS:,} events, {len(_file(first)) / 1e3:.0f} kB, over loopback; pages as medians of {ROUNDS}, waited for "
        "from outside; connecting reads the file twice (to look at it, then to keep it)",
        [
            ("connected: read, kept, mocks booked", f"{connected:.0f} ms", ""),
            ("read again, unchanged", f"{unchanged:.0f} ms", ""),
            ("read again, every event moved", f"{moved:.0f} ms", ""),
            *((f"asked: {name}", f"{value:.1f} ms", "") for name, value in figures.items()),
            ("a beat beside it", f"{beat:.1f} ms", ""),
            ("a look for reminders", f"{reminders:.1f} ms", ""),
        ],
        {"connect_ms": connected, "unchanged_ms": unchanged, "moved_ms": moved, "asked_ms": figures, "beat_ms": beat},
    )
