"""Mock interviews as files: the feed that others subscribe to, what is given out and read in."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exitzero.core import facts
from exitzero.core.errors import OutsideTrouble
from exitzero.core.spans import Span
from exitzero.truth.calendars import ics
from tests.engine.kit import BERLIN, DAY, DAY_ONE, HOUR, MINUTE, Life, local
from tests.engine.mock_kit import book, calendar_file, event, page, round_of, today

Start = Callable[..., Life]
NOON = local(DAY_ONE, "12:00")
SOON = NOON + DAY
SPAN = Span(NOON - DAY, NOON + 400 * DAY)


def titles(data: bytes) -> list[str]:
    """The events of a file."""
    return [each.title for each in ics.read(data, SPAN, zone=BERLIN).events]


def test_the_feed_follows_each_change_under_stable_names(life: Start) -> None:
    mine = life(start=NOON)
    path = mine.engine.calendars.feed_path()
    uid = book(mine, SOON, zone="America/New_York")
    round_of(mine)
    (shown,) = ics.read(path.read_bytes(), SPAN, zone=BERLIN).events
    assert (shown.uid, shown.starts, shown.zone) == (uid, SOON, "America/New_York")
    written = path.stat().st_mtime_ns
    mine.to(NOON + HOUR)
    round_of(mine)
    assert path.stat().st_mtime_ns == written
    mine.do(lambda actions: actions.mocks.move(uid, SOON + HOUR, SOON + 2 * HOUR))
    round_of(mine)
    (moved,) = ics.read(path.read_bytes(), SPAN, zone=BERLIN).events
    assert (moved.uid, moved.starts) == (uid, SOON + HOUR)
    mine.do(lambda actions: actions.mocks.cancel(uid))
    round_of(mine)
    assert titles(path.read_bytes()) == []


def test_a_feed_that_cannot_be_written_blocks_no_record_and_comes_when_it_can(life: Start) -> None:
    mine = life(start=NOON)
    path = mine.engine.calendars.feed_path()
    path.mkdir()
    book(mine, SOON)
    round_of(mine)
    trouble = mine.engine.calendars.feed_trouble
    assert trouble is not None
    assert trouble.reason == "disk"
    items = {item.key: item for item in mine.engine.health()}
    assert items["calendar.feed"].state == "warn"
    assert len(today(mine).ahead) == 1
    path.rmdir()
    round_of(mine)
    assert "calendar.feed" not in {item.key for item in mine.engine.health()}
    assert titles(path.read_bytes()) == ["Graphs"]


def test_what_is_given_out_is_read_in_elsewhere_at_its_right_instants(life: Start, tmp_path: Path) -> None:
    """Also in the hour that Berlin's clock runs through twice."""
    start = datetime(2026, 10, 20, 12, tzinfo=UTC)
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    mine = life(start=start)
    for number, starts in enumerate((twice, twice + HOUR)):
        book(mine, starts, title=f"Night {number}", ends=starts + 20 * MINUTE)
    data = mine.engine.calendars.export_ics(tmp_path / "out.ics")
    assert (tmp_path / "out.ics").read_bytes() == data
    got = ics.read(data, Span(start, start + 30 * DAY), zone="Asia/Tokyo").events
    assert [each.starts for each in got] == [twice, twice + HOUR]


def test_a_file_is_previewed_then_imported_once_and_can_be_taken_back(life: Start) -> None:
    mine = life(start=NOON)
    held = page(mine, book(mine, SOON + 5 * HOUR)).view.uid
    data = calendar_file(
        event("a@x", SOON, title="One"),
        event(held, SOON + 5 * HOUR),
        event("old@x", NOON - 3 * DAY),
        event("bad@x", SOON).replace("DTSTART:", "DTSTART:x"),
    )
    calendars = mine.engine.calendars
    preview = calendars.preview_import(data)
    assert [each.title for each in preview.new] == ["One"]
    assert [each.uid for each in preview.known] == [held]
    assert len(preview.skipped) == 2
    assert mine.ask(lambda questions: questions.mocks.page("a@x")) is None
    assert calendars.import_ics(data) == 1
    assert calendars.import_ics(data) == 0
    assert page(mine, "a@x").view.counts
    assert [fact.origin for fact in mine.facts(facts.MockBooked)] == ["by_hand", "by_hand"]
    assert mine.do(lambda actions: actions.mocks.undo()) == "imported 1 from a file"
    assert mine.ask(lambda questions: questions.mocks.page("a@x")) is None
    mine.check_file()


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xfe\x00", b"<html></html>", b"x" * 5_000_001])
def test_what_is_no_calendar_is_told_and_adds_nothing(life: Start, data: bytes) -> None:
    mine = life(start=NOON)
    with pytest.raises(OutsideTrouble):
        mine.engine.calendars.import_ics(data)
    assert today(mine).ahead == ()


def test_calendars_never_hold_up_the_beat(life: Start) -> None:
    """While one thread waits for a calendar, another round leaves it alone and the day goes on."""
    mine = life(start=NOON)
    mine.adopt()
    calendars = mine.engine.calendars
    with calendars._keeping:
        kept = threading.Thread(target=calendars.keep, name="exitzero-second")
        kept.start()
        kept.join(5)
        assert not kept.is_alive()
        mine.engine.beat()
    assert timedelta(0) < mine.day(DAY_ONE).closes - NOON
