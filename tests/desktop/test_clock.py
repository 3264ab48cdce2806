"""The one clock: aware instants, a count that goes through sleep, and the zone this machine is in."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exitzero.desktop.clock import SystemClock


def test_now_is_aware_and_in_utc() -> None:
    """Rules take aware instants; a naive one would be read in the wrong zone."""
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="only Linux has CLOCK_BOOTTIME")
def test_the_count_goes_through_sleep() -> None:
    """It is the clock since boot with sleep, and it does not run backwards."""
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    first, second = SystemClock().monotonic(), SystemClock().monotonic()
    assert before <= first <= second <= time.clock_gettime(time.CLOCK_BOOTTIME)


def machine(root: Path, *, link: str | None = None, text: str | None = None) -> SystemClock:
    (root / "etc").mkdir()
    if link is not None:
        (root / "etc" / "localtime").symlink_to(link)
    if text is not None:
        (root / "etc" / "timezone").write_text(text)
    return SystemClock(root)


@pytest.mark.parametrize(
    ("tz", "zone"),
    [
        ("Asia/Kolkata", "Asia/Kolkata"),
        (":America/Los_Angeles", "America/Los_Angeles"),
        ("/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "Pacific/Auckland"),
        ("Mars/Olympus", "Pacific/Auckland"),
        ("../../etc/passwd", "Pacific/Auckland"),
        ("Europe", "Pacific/Auckland"),
        ("", "Pacific/Auckland"),
    ],
)
def test_the_variable_counts_when_it_names_a_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tz: str, zone: str
) -> None:
    """A value that is no zone's name falls through to what the machine says."""
    monkeypatch.setenv("TZ", tz)
    assert machine(tmp_path, link="../usr/share/zoneinfo/Pacific/Auckland").zone() == zone


@pytest.mark.parametrize(
    ("link", "text", "zone"),
    [
        ("../usr/share/zoneinfo/Europe/Berlin", "Asia/Tokyo\n", "Europe/Berlin"),
        ("/var/db/timezone/zoneinfo/America/Argentina/Ushuaia", None, "America/Argentina/Ushuaia"),
        ("/usr/share/zoneinfo/posix/Asia/Tokyo", None, "Asia/Tokyo"),
        ("/nowhere/at/all", "Asia/Tokyo\n", "Asia/Tokyo"),
        (None, "Asia/Tokyo\n", "Asia/Tokyo"),
    ],
)
def test_the_machine_says_its_zone_by_link_or_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str | None, text: str | None, zone: str
) -> None:
    """The link is what the C library follows, so it goes before the text."""
    monkeypatch.delenv("TZ", raising=False)
    assert machine(tmp_path, link=link, text=text).zone() == zone


def test_a_moved_machine_is_noticed_without_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traveller's next day begins in the new zone."""
    monkeypatch.delenv("TZ", raising=False)
    clock = machine(tmp_path, text="Europe/Berlin")
    assert clock.zone() == "Europe/Berlin"
    (tmp_path / "etc" / "timezone").write_text("Asia/Tokyo")
    assert clock.zone() == "Asia/Tokyo"


def test_a_wait_ends_with_its_event_or_its_time() -> None:
    """Whoever waits can be woken."""
    event = threading.Event()
    assert SystemClock().wait(event, -5) is False
    event.set()
    assert SystemClock().wait(event, 60) is True
