"""The fault table: whatever goes wrong around a deadline, nobody is punished wrongly, no verdict is lost, none doubled.

Each case is a life of three days or more. On the first nothing is wrong. The second has the trouble; work is done in
the very last minute, or the person is late by seconds, so that every second of reckoning counts. Then the trouble ends.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from exitzero.core import facts
from tests.engine.kit import (
    BERLIN,
    DAY,
    DAY_ONE,
    FAULT_TABLE,
    HOUR,
    MINUTE,
    Fault,
    Life,
    Tally,
    local,
    page,
    terms,
)
from tests.servers.misbehaving import How, Reply, refusing_url

CHALLENGE = "<!DOCTYPE html><title>Just a moment...</title><p>Checking your browser"


def nothing(_life: Life) -> None:
    """Leave all as it is."""


def bent(fault: Fault) -> Callable[[Life], None]:
    """The service answers otherwise from now on."""

    def begin(life: Life) -> None:
        life.service.fault = fault

    return begin


def unplug(life: Life) -> None:
    """Nobody listens where LeetCode was."""
    life.restart(url=refusing_url())


def plug_in(life: Life) -> None:
    """The network is back."""
    life.restart()


def fall_silent(life: Life) -> None:
    """Nobody answers; the program gives up sooner than it would, or the test would take minutes."""
    life.service.fault = lambda _good: Reply(how=How.SILENT)
    life.patience = 0.2
    life.restart()


def speak_again(life: Life) -> None:
    """Answers come again."""
    life.service.fault = None
    life.patience = 10.0
    life.restart()


def turned(by: timedelta, *, offline: bool = False) -> Callable[[Life], None]:
    """The wall clock is set wrong from now on."""

    def begin(life: Life) -> None:
        life.turn(by)
        if offline:
            life.service.fault = lambda _good: Reply(how=How.HANG_UP)

    return begin


def flown_to(zone: str) -> Callable[[Life], None]:
    """The machine is in another zone from now on."""

    def begin(life: Life) -> None:
        life.clock.zone_name = zone

    return begin


def mend(life: Life) -> None:
    """The service is itself again, and the clock right."""
    life.service.fault = None
    life.turn(timedelta(0))


def without_calendar(good: Reply) -> Reply:
    """The answer with ``userCalendar`` null."""
    answer = json.loads(good.body)
    if answer.get("data", {}).get("matchedUser"):
        answer["data"]["matchedUser"]["userCalendar"] = None
    return Reply.of(answer)


UNKNOWN_USER = {
    "errors": [{"message": "That user does not exist.", "path": ["matchedUser"]}],
    "data": {"matchedUser": None, "recentAcSubmissionList": None},
}
SCHEMA = {"errors": [{"message": "Cannot query field 'recentAcSubmissionList' on type 'Query'."}]}


@dataclass(frozen=True)
class Case:
    """A trouble: how it begins and ends, which word the journal has for it, and where and when it is lived through."""

    name: str
    begin: Callable[[Life], None]
    end: Callable[[Life], None] = mend
    reason: str = ""
    machine: str = "on"
    both: bool = False
    zone: str = BERLIN
    day: date = DAY_ONE + DAY
    many_after: bool = False
    late: bool = True
    unprovable: bool = False


CASES = [
    Case("no network", unplug, plug_in, "network", both=True),
    Case("connection lost", bent(lambda _good: Reply(how=How.HANG_UP)), reason="network"),
    Case("time-out", fall_silent, speak_again, "timeout"),
    Case("403 page", bent(page(403, CHALLENGE)), reason="blocked"),
    Case("429 with Retry-After", bent(page(429, "", Retry_After="5400")), reason="rate_limited", both=True),
    Case("5xx", bent(page(503, "<h1>Service Unavailable</h1>")), reason="server_error"),
    Case("empty body", bent(lambda _good: Reply(body=b"")), reason="empty"),
    Case("{}", bent(lambda _good: Reply(body=b"{}")), reason="empty"),
    Case("HTML with 200", bent(page(200, "<!DOCTYPE html><h1>We are down for maintenance</h1>")), reason="not_json"),
    Case("schema error", bent(lambda _good: Reply.of(SCHEMA, status=400)), reason="schema_changed"),
    Case("unknown user", bent(lambda _good: Reply.of(UNKNOWN_USER)), reason="unknown_user"),
    Case("null calendar", bent(without_calendar)),
    Case(
        "20-row gap",
        bent(lambda _good: Reply(how=How.HANG_UP)),
        reason="network",
        many_after=True,
        unprovable=True,
        both=True,
    ),
    Case(
        "20-row gap closed by the calendar",
        bent(lambda _good: Reply(how=How.HANG_UP)),
        reason="network",
        many_after=True,
        late=False,
    ),
    Case("wrong clock, a day ahead", turned(DAY)),
    Case("wrong clock, a day behind", turned(-DAY), both=True),
    Case("wrong clock, a day ahead, offline", turned(DAY, offline=True), reason="network", both=True),
    Case("wrong clock, a day behind, offline", turned(-DAY, offline=True), reason="network"),
    Case("DST, 23 hours", nothing, day=date(2026, 3, 29)),
    Case("DST, 25 hours", nothing, day=date(2026, 10, 25)),
    Case("DST, 23 hours, west", nothing, day=date(2026, 3, 8), zone="America/New_York"),
    Case("DST, 25 hours, west", nothing, day=date(2026, 11, 1), zone="America/New_York"),
    Case("DST at midnight", nothing, day=date(2026, 9, 6), zone="America/Santiago"),
    Case("zone change east", flown_to("Asia/Tokyo")),
    Case("zone change west", flown_to("America/Los_Angeles")),
    Case("zone change east over the date line", flown_to("Pacific/Kiritimati")),
    Case("machine off at the deadline", nothing, machine="off"),
    Case("machine asleep at the deadline", nothing, machine="asleep"),
]


LIVES = [(case, "evening") for case in CASES] + [(case, "whole day, restarted") for case in CASES if case.both]
"""Where memory across a restart, or a clock, could matter, the trouble is lived through a second time and longer."""


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize(("case", "span"), LIVES, ids=[f"{case.name}, {span}" for case, span in LIVES])
def test_a_trouble_around_the_deadline_costs_nobody_wrongly_and_loses_no_verdict(
    *,
    case: Case,
    done: bool,
    span: str,
    life: Callable[..., Life],
) -> None:
    """Wrong punishments 0, missed judgements 0, doubled effects 0."""
    is_restarted = span != "evening"
    # The calendar closes a gap only where nothing at all was submitted from one UTC midnight to another.
    case = replace(case, unprovable=True) if case.many_after and (done or is_restarted) else case
    before, day, after = case.day - DAY, case.day, case.day + DAY
    here = partial(local, zone=case.zone)
    one = life(start=here(before, "19:00"), zone=case.zone)
    one.adopt(terms(zone=""))
    one.solve(here(before, "20:30"))
    if done:
        one.solve(here(day, "23:59:20"))
    elif case.late:
        one.solve(here(after, "00:00:20"))
    one.solve(here(after, "08:00"))
    one.solve(here(after, "09:00"))
    if case.many_after:
        for number in range(25):
            one.solve(here(after, "08:30") + number * MINUTE)

    one.to(here(before, "20:31"))
    one.pulse()
    one.to(here(day, "00:20") if is_restarted else here(day, "19:30"))
    one.pulse()
    _live_through(
        one, case, here(after, "10:00"), restarts=[here(day, "22:30"), here(after, "00:05")] if is_restarted else []
    )
    one.live(here(after, "17:00"), every=4 * HOUR, ladder=False)
    closes = one.day(after).closes
    one.to(closes + 32 * DAY if case.unprovable else max(one.now, closes + 11 * MINUTE))
    one.pulse()
    one.pulse()
    # Nothing of it comes again.
    one.restart()
    one.engine.judge()

    tally = one.tally([before, day, after], unprovable=[day] if case.unprovable else [])
    _also(tally, one, case, here(after, "00:00"))
    FAULT_TABLE.append((case.name, tally))
    assert tally.is_clean, tally.words
    if case.reason:
        assert case.reason in {fact.reason for fact in one.facts(facts.SourceFailed)}, "the trouble never showed"
    one.check_file()


def _live_through(one: Life, case: Case, end: datetime, *, restarts: Sequence[datetime]) -> None:
    """The trouble itself until ``end``, with the program started anew meanwhile or not."""
    case.begin(one)
    if case.machine == "off":
        one.off()
        one.to(end)
        one.on()
    elif case.machine == "asleep":
        one.to(end)
    else:
        for moment in restarts:
            one.live(moment, ladder=False)
            unplug(one) if case.begin is unplug else one.restart()
        one.live(end, every=5 * HOUR, ladder=False)
    held = one.state(case.day)
    if case.reason and not case.unprovable:
        assert held in {"held", "open"}, f"{held} while nobody could know"
    case.end(one)


def _also(tally: Tally, one: Life, case: Case, closes: datetime) -> None:
    """What the journal alone cannot show: that the day was the one that the person meant, and that they were told."""
    page = one.day(case.day)
    if page.closes != closes:
        tally.missed.append(f"{case.day} closes {page.closes}")
    if not any(notice.replaces == f"verdict:{case.day}" for notice in one.notices):
        tally.missed.append(f"{case.day} was told to nobody")
