"""What is locked, when, and what lets it go: whole days with the real keeper and a real hosts file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest

from exitzero.core import facts
from exitzero.core.blocking import Cause, Window
from exitzero.core.contract import CALENDAR, Clause, Terms
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.stakes import Stakes
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseKind
from exitzero.engine.actions import EMERGENCY_PRICE, EMERGENCY_SENTENCE
from exitzero.lockdown.reasons import Reason
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local, terms
from tests.engine.lock_kit import HOSTS, SITES, Machine, at, begun, blocking, is_locked, machine, silent

TWO, THREE = DAY_ONE + DAY, DAY_ONE + 2 * DAY
Begin = Callable[..., Life]


@pytest.fixture
def begin(life: Begin, tmp_path: Any) -> Begin:
    """Begin a life with a helper and a contract that locks; ``contract`` is another one."""

    def begin(contract: Terms | None = None, **changes: Any) -> Life:
        return begun(life(helper=partial(Machine, tmp_path / "machine")), contract, **changes)

    return begin


def test_an_unmet_day_arms_it_and_the_deadline_locks_with_the_program_off(begin: Begin) -> None:
    """At 23:59 nobody is needed: not the program, not a password."""
    one = begin()
    at(one, DAY_ONE, "21:00")
    assert one.engine.lockdown.view.standing == "armed"
    assert not is_locked(one)
    one.off()
    one.to(local(TWO, "00:00") + MINUTE)
    assert is_locked(one)


def test_without_the_program_such_a_lock_ends_after_its_hour(begin: Begin) -> None:
    """Nobody has proved that the day failed, so nobody stays locked by it."""
    one = begin()
    at(one, DAY_ONE, "22:00")
    one.off()
    one.to(local(TWO, "00:00") + HOUR - MINUTE)
    assert is_locked(one)
    one.to(local(TWO, "01:00") + MINUTE)
    assert not is_locked(one)
    assert machine(one).hosts.read_bytes() == HOSTS


def test_work_done_in_time_takes_the_armed_lock_away(begin: Begin) -> None:
    """Verified is released, before it ever began."""
    one = begin()
    at(one, DAY_ONE, "21:00")
    one.solve(one.now)
    one.engine.check_now()
    assert one.engine.lockdown.view.standing == "idle"
    one.off()
    one.to(local(TWO, "00:30"))
    assert not is_locked(one)


def test_a_failed_day_locks_until_the_next_days_work_is_verified(begin: Begin) -> None:
    """From the deadline through the verdict without a gap, and back at once with a submission, without a prompt."""
    one = begin()
    at(one, DAY_ONE, "23:58")
    for minutes in range(0, 41, 2):
        one.to(max(one.now, local(TWO, "00:00") + minutes * MINUTE))
        one.pulse()
        assert is_locked(one), one.now
    assert one.state(DAY_ONE) == Outcome.FAILED
    at(one, TWO, "15:00")
    assert is_locked(one)
    view = one.engine.lockdown.view
    assert (view.standing, view.cause) == ("locked", "A day failed")
    one.solve(one.now)
    one.engine.check_now()
    assert not is_locked(one)
    assert machine(one).hosts.read_bytes() == HOSTS
    assert "the day's work is verified" in {each.why for each in one.facts(facts.LockReleased)}


def test_work_that_was_done_while_the_program_was_off_lets_go_at_the_first_look(begin: Begin) -> None:
    """The deadline locked by what was known; what was not known then is believed at once."""
    one = begin()
    at(one, DAY_ONE, "20:00")
    one.off()
    one.solve(local(DAY_ONE, "22:30"))
    one.to(local(TWO, "00:20"))
    assert is_locked(one)
    one.on()
    one.engine.check_now()
    assert not is_locked(one)
    assert one.state(DAY_ONE) == Outcome.SUCCESS


def test_a_source_that_is_down_never_locks(begin: Begin) -> None:
    """Armed by what was proved, disarmed when it is not known any more."""
    one = begin()
    at(one, DAY_ONE, "20:00")
    assert one.engine.lockdown.view.standing == "armed"
    one.service.fault = silent
    at(one, DAY_ONE, "22:30")
    assert one.engine.lockdown.view.standing == "idle"
    at(one, TWO, "06:00")
    assert one.facts(facts.LockPlaced) != []
    assert not is_locked(one)


def test_a_source_that_is_down_for_an_hour_keeps_nobody_locked(begin: Begin) -> None:
    """The work may be done and cannot be shown; when the source answers again, the lock comes back."""
    one = begin()
    at(one, TWO, "09:00")
    assert is_locked(one)
    one.service.fault = silent
    at(one, TWO, "09:40")
    assert is_locked(one)
    at(one, TWO, "11:30")
    assert not is_locked(one)
    one.service.fault = None
    at(one, TWO, "12:30")
    assert is_locked(one)


def test_a_rung_locks_and_each_proof_renews_it_for_no_longer_than_an_hour(begin: Begin) -> None:
    """From the alarm on; with the program off it is over an hour after the last proof."""
    one = begin(failed=False, rung="alarm")
    at(one, DAY_ONE, "21:50")
    assert not is_locked(one)
    at(one, DAY_ONE, "22:10")
    assert is_locked(one)
    at(one, DAY_ONE, "23:05")
    assert is_locked(one)
    one.off()
    one.to(local(TWO, "00:20"))
    assert not is_locked(one)


def test_no_mock_ahead_locks_until_one_is_booked(begin: Begin) -> None:
    """Released at once by the clause that caused it, whatever else is missing."""
    mocks = Clause(ClauseKind.MOCKS, 1, source=CALENDAR)
    contract = terms(1)
    one = begin(replace(contract, clauses=(*contract.clauses, mocks), blocking=blocking(failed=False, no_mocks=True)))
    assert is_locked(one)
    at(one, DAY_ONE, "12:00")
    assert is_locked(one)
    starts = one.now + 3 * DAY
    booked = facts.MockBooked("m1", starts, starts + HOUR, "Graphs with Grace", "by_hand")
    one.engine.database.write(lambda unit: unit.record(booked)).result()
    one.pulse()
    assert not is_locked(one)


def test_the_schedule_locks_with_the_program_off_and_verified_work_frees(begin: Begin) -> None:
    """Tomorrow's stretch is armed today; the work of the day ends it early."""
    window = Window(TWO.weekday(), time(9), time(12))
    one = begin(failed=False, windows=frozenset({window}))
    at(one, DAY_ONE, "21:00")
    one.off()
    one.to(local(TWO, "09:30"))
    assert is_locked(one)
    one.on()
    one.solve(one.now)
    one.engine.check_now()
    assert not is_locked(one)


def test_a_lock_by_hand_ends_by_its_time_only(begin: Begin) -> None:
    """Verified work does not end it, nothing else does; the sites come from the contract unless named."""
    one = begin()
    one.solve(one.now)
    one.engine.check_now()
    one.engine.lockdown.lock_now(timedelta(minutes=30))
    assert is_locked(one)
    one.engine.check_now()
    assert is_locked(one)
    one.engine.lockdown.lock_now(timedelta(minutes=60), ["https://www.reddit.com/r/all"])
    assert {"reddit.com", "www.reddit.com"} <= machine(one).blocked
    one.to(one.now + timedelta(minutes=31))
    one.pulse()
    assert not is_locked(one)
    assert "reddit.com" in machine(one).blocked
    one.to(one.now + timedelta(minutes=31))
    one.pulse()
    assert machine(one).hosts.read_bytes() == HOSTS


def test_the_lock_of_a_focus_session_ends_with_it(begin: Begin) -> None:
    """Only that one can be taken back by its own key."""
    one = begin()
    one.engine.lockdown.lock_now(timedelta(minutes=25), cause=Cause.FOCUS)
    one.engine.lockdown.lock_now(timedelta(minutes=25), ["reddit.com"])
    by_cause = {each.cause: each.key for each in one.engine.lockdown.page().locks}
    assert is_locked(one)
    with pytest.raises(BadInput, match="focus session"):
        one.engine.lockdown.end_focus(by_cause["hand"])
    one.engine.lockdown.end_focus(by_cause["focus"])
    assert not is_locked(one)
    assert "reddit.com" in machine(one).blocked


def test_while_locked_sites_are_added_and_none_taken_away(begin: Begin) -> None:
    """More holds at once; fewer waits for the horizon."""
    one = begin()
    at(one, TWO, "09:00")
    one.adopt(replace(terms(1), blocking=blocking(sites=SITES | {"example-games.com"})))
    one.pulse()
    # Today's failed day is held by the contract that judged it; what is added locks from today's own causes.
    one.adopt(replace(terms(1), blocking=blocking(sites=frozenset({"example-games.com"}))))
    one.pulse()
    assert is_locked(one)


def test_the_emergency_exit_costs_waits_is_rationed_and_holds_for_the_day(begin: Begin) -> None:
    """Fifteen minutes by the helper's own clock, a typed sentence, coins, twice a month, and all of it written down."""
    one = begin()
    at(one, TWO, "09:00")
    with pytest.raises(BadInput, match="to the letter"):
        one.engine.lockdown.ask_emergency("let me out")
    before = one.coins
    one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)
    assert one.coins == before - EMERGENCY_PRICE
    with pytest.raises(BadInput, match="under way"):
        one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)
    one.to(one.now + 14 * MINUTE)
    one.pulse()
    assert is_locked(one)
    one.to(one.now + 2 * MINUTE)
    one.pulse()
    assert not is_locked(one)
    at(one, TWO, "20:00")
    assert not is_locked(one)
    assert len(one.facts(facts.EmergencyAsked)) == len(one.facts(facts.EmergencyOpened)) == 1
    at(one, THREE, "09:00")
    assert is_locked(one)
    one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)
    one.engine.lockdown.cancel_emergency()
    one.to(one.now + 30 * MINUTE)
    one.pulse()
    assert is_locked(one)
    one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)
    one.to(one.now + 16 * MINUTE)
    one.pulse()
    at(one, THREE + DAY, "09:00")
    with pytest.raises(BadInput, match="2 times this month"):
        one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)


def test_without_a_lock_the_emergency_exit_gives_the_coins_back(begin: Begin) -> None:
    """It is asked of the helper after it was paid for; what the helper refuses costs nothing."""
    one = begin()
    before = one.coins
    with pytest.raises(OutsideTrouble):
        one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)
    assert one.coins == before


def test_without_a_helper_nothing_is_locked_and_nothing_says_so(begin: Begin) -> None:
    """Reminder mode: the day goes on as ever, and the page says what is missing."""
    one = begin()
    machine(one).trouble = Reason.NO_HELPER
    at(one, TWO, "09:00")
    assert one.engine.lockdown.view.standing == "missing"
    assert one.state(DAY_ONE) == Outcome.FAILED
    page = one.engine.lockdown.page()
    assert page.helper.words
    assert [each.state for each in page.planned] == ["planned"] * len(page.planned)
    assert page.planned
    with pytest.raises(OutsideTrouble):
        one.engine.lockdown.lock_now(timedelta(minutes=30))
    assert one.facts(facts.LockAsked) == []


def test_a_hosts_file_that_cannot_be_written_is_no_lock(begin: Begin) -> None:
    """Refused with its reason, tried again now and then, never called locked."""
    one = begin()
    machine(one).hosts.write_bytes(b"\xff\xfe1\x002\x007\x00")
    at(one, TWO, "09:00")
    assert one.engine.lockdown.view.standing != "locked"
    refused = one.facts(facts.LockRefused)
    assert refused
    machine(one).hosts.write_bytes(HOSTS)
    at(one, TWO, "10:00")
    assert is_locked(one)
    assert one.engine.lockdown.view.standing == "locked"


def test_a_hosts_file_edited_by_hand_is_put_right_and_written_down(begin: Begin) -> None:
    """An entry, not a war."""
    one = begin()
    at(one, TWO, "09:00")
    machine(one).hosts.write_bytes(HOSTS)
    assert is_locked(one)
    one.pulse()
    assert "repaired" in [each.kind for each in one.facts(facts.LockdownNoticed)]


def test_a_helper_that_lost_its_state_is_told_again(begin: Begin) -> None:
    """Fail open, say so, and lock anew because it still ought to stand."""
    one = begin()
    at(one, TWO, "09:00")
    (machine(one).folder / "state.json").unlink()
    machine(one).start()
    assert not is_locked(one)
    one.pulse()
    one.pulse()
    assert is_locked(one)
    ended = [each.how for each in one.facts(facts.LockEnded)]
    assert any("gone before its time" in how for how in ended)


def test_a_kill_between_order_and_answer_leaves_one_lock(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The helper's lock is found again by its names and its end; it is not placed twice."""
    one = begin()
    at(one, DAY_ONE, "23:50")
    placed = facts.LockPlaced

    class Killed(Exception):
        pass

    locks = one.engine.lockdown.locks
    record = locks._record

    def dies(fact: Any) -> None:
        if isinstance(fact, placed):
            raise Killed
        record(fact)

    monkeypatch.setattr(locks, "_record", dies)
    with pytest.raises(Killed):
        one.engine.lockdown.lock_now(timedelta(minutes=30))
    before = len(machine(one).status().holds)
    one.restart()
    one.pulse()
    assert len(machine(one).status().holds) == before
    at(one, TWO, "00:15")
    states = {each.key: each.state for each in one.engine.lockdown.page().locks}
    assert "locked" in {state for key, state in states.items() if key.startswith("hand:")}


def test_an_excused_or_overridden_day_locks_nobody(begin: Begin) -> None:
    """The pass frees the day from its lock as from everything else."""
    one = begin()
    at(one, DAY_ONE, "21:00")
    one.do(lambda actions: actions.use_pass("a funeral"))
    one.pulse()
    assert one.engine.lockdown.view.standing == "idle"
    at(one, TWO, "09:00")
    assert not is_locked(one)


def test_a_day_of_rest_after_a_failed_one_is_free(begin: Begin) -> None:
    """Nothing is owed, so nothing has to be verified."""
    rest = replace(terms(1), rest_days=frozenset({TWO}), blocking=blocking())
    one = begin(rest)
    at(one, TWO, "09:00")
    assert one.state(DAY_ONE) == Outcome.FAILED
    assert not is_locked(one)


def test_the_shame_posts_own_site_stays_within_reach(begin: Begin) -> None:
    """A failed day must be able to tell it there."""
    one = begin(groups=frozenset({"chat"}))
    connected = facts.ChannelConnected("crew", "discord", "discord://****/****/")
    proved = facts.ChannelProved("crew", "tested")
    one.engine.database.write(lambda unit: [unit.record(each) for each in (connected, proved)]).result()
    at(one, DAY_ONE, "09:00")
    assert "discord.com" in one.engine.lockdown.page().sites, "only to connect a channel frees no site"
    one.adopt(replace(terms(1), stakes=Stakes(channels=frozenset({"crew"})), blocking=blocking(groups={"chat"})))
    at(one, TWO, "09:00")
    names = machine(one).blocked
    assert "discord.com" not in names
    assert names


def test_names_that_may_not_be_blocked_are_refused_where_they_are_given(begin: Begin) -> None:
    """With the reason, in the contract and by hand."""
    one = begin()
    with pytest.raises(BadInput, match=r"leetcode\.com"):
        one.adopt(replace(terms(1), blocking=blocking(sites=frozenset({"leetcode.com"}))))
    with pytest.raises(BadInput, match=r"github\.com"):
        one.engine.lockdown.lock_now(timedelta(minutes=30), ["github.com"])


def test_a_clock_in_doubt_locks_nothing_new(begin: Begin) -> None:
    """Until a source has told the time; whatever is verified is released all the same."""
    one = begin()
    one.off()
    one.clock.error = timedelta(hours=15)
    one.on()
    one.engine.beat()
    one.engine.lockdown.keep()
    assert not is_locked(one)
    assert one.engine.lockdown.view.standing in {"idle", "armed", "off"}


def test_a_contract_of_the_same_evening_locks_nothing_yet(begin: Begin, life: Begin, tmp_path: Any) -> None:
    """What is too young to cost anything is too young to lock."""
    one = life(helper=partial(Machine, tmp_path / "evening"), start=local(DAY_ONE, "21:30"))
    one.adopt(replace(terms(1), blocking=blocking(rung="alarm")))
    one.pulse()
    at(one, TWO, "00:20")
    assert one.state(DAY_ONE) == Outcome.FAILED
    assert not is_locked(one)
    assert DAY_ONE not in {each.label for each in one.facts(facts.LockOrdered)}
