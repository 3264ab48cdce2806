"""Attempts to be locked wrongly, to get out cheaply, and to be stuck: each was tried by hand once, and is kept here."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from exitzero.core import facts
from exitzero.core.blocking import Cause, Window
from exitzero.core.contract import CALENDAR, Clause, Counting, CountingRule, RungRule
from exitzero.core.day import Hours
from exitzero.core.errors import BadInput
from exitzero.core.observation import Difficulty
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseKind
from exitzero.engine.actions import EMERGENCY_PRICE, EMERGENCY_SENTENCE
from exitzero.lockdown.reasons import Reason
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local, terms
from tests.engine.lock_kit import HOSTS, SITES, Machine, begun, blocking, is_locked, machine, silent
from tests.servers.misbehaving import Reply

TWO, THREE = DAY_ONE + DAY, DAY_ONE + 2 * DAY
Begin = Callable[..., Life]


@pytest.fixture
def begin(life: Begin, tmp_path: Path) -> Begin:
    """Begin a life with a helper and a contract that locks."""

    def begin(contract: Any = None, *, start: Any = None, zone: str = "Europe/Berlin", **changes: Any) -> Life:
        settings = {} if start is None else {"start": start}
        one = life(helper=partial(Machine, tmp_path / "machine"), zone=zone, **settings)
        return begun(one, contract, **changes)

    return begin


def jump(one: Life, *instants: Any) -> None:
    """Let time pass to each of these with one round of the engine there."""
    for instant in instants:
        one.to(instant)
        one.pulse()


def fail(one: Life) -> Life:
    """Live to the morning after a failed day."""
    jump(one, local(DAY_ONE, "23:00"), local(TWO, "00:01"), local(TWO, "00:30"), local(TWO, "08:00"))
    assert one.state(DAY_ONE) == Outcome.FAILED
    assert is_locked(one)
    return one


def spoken(one: Life) -> list[str]:
    """Why locks were taken back, as the journal says."""
    return [each.why for each in one.facts(facts.LockReleased)]


# When the day is cut otherwise


def test_a_deadline_moved_nearer_moves_the_armed_lock(begin: Begin) -> None:
    """The lock that stood armed for midnight does not leave the evening free."""
    one = begin()
    jump(one, local(DAY_ONE, "12:00"))
    one.adopt(replace(terms(1), hours=Hours(deadline=time(20)), blocking=blocking()))
    jump(one, local(DAY_ONE, "19:00"))
    one.off()
    one.to(local(DAY_ONE, "20:01") + MINUTE)
    assert is_locked(one)
    one.to(local(DAY_ONE, "21:01") + MINUTE)
    assert not is_locked(one)
    one.to(local(TWO, "00:30"))
    assert not is_locked(one), "the one for midnight was taken back"


@pytest.mark.parametrize("hours", [Hours(deadline=time(20)), Hours(time(4), time(23, 59)), Hours(time(4), time(2))])
def test_a_verdict_locks_until_the_next_days_work_wherever_the_day_ends(begin: Begin, hours: Hours) -> None:
    """Between a verdict and the end of its day nobody is free for having failed."""
    one = begin(replace(terms(1), hours=hours, blocking=blocking()))
    today = one.day(DAY_ONE)
    jump(one, today.closes - HOUR, today.closes, today.closes + 16 * MINUTE)
    assert one.state(DAY_ONE) == Outcome.FAILED
    assert is_locked(one)
    jump(one, today.ends - MINUTE, today.ends + MINUTE, today.ends + HOUR)
    assert is_locked(one)
    one.off()
    one.to(one.now + 23 * HOUR + 59 * MINUTE)
    assert not is_locked(one), "nobody has judged the next day"
    assert machine(one).hosts.read_bytes() == HOSTS


def test_the_long_day_of_daylight_saving_is_locked_to_its_end(begin: Begin) -> None:
    """On 25 October 2026 a day in Berlin has 25 hours, and no lock may have more than 24."""
    start = local(DAY_ONE.replace(month=10, day=24), "08:00")
    one = begin(start=start)
    sunday = DAY_ONE.replace(month=10, day=25)
    jump(one, local(sunday, "00:00") - HOUR, local(sunday, "00:00"), local(sunday, "00:20"))
    jump(one, *[one.now + hour * HOUR for hour in (6, 12, 18, 24)], local(sunday, "23:50"))
    assert is_locked(one)


def test_a_stretch_of_the_week_lasts_what_the_clock_on_the_wall_says(begin: Begin) -> None:
    """From 01:00 to 05:00 are five hours in the night that is longer, and none is refused for its length."""
    sunday = DAY_ONE.replace(month=10, day=25)
    windows = frozenset({Window(6, time(1), time(5)), Window(5, time(12), time(11, 59))})
    one = begin(start=local(sunday - DAY, "08:00"), failed=False, windows=windows)
    jump(one, local(sunday - DAY, "12:00"))
    assert is_locked(one)
    assert one.facts(facts.LockRefused) == []
    one.off()
    ends = {each.key.split(":")[1]: each for each in one_rows(one)}
    assert ends[str(sunday)].ends == local(sunday, "05:00")


def one_rows(one: Life) -> list[facts.LockOrdered]:
    """The orders of the schedule, read after the program has ended."""
    one.on()
    found = [each for each in one.facts(facts.LockOrdered) if each.cause is Cause.SCHEDULE]
    one.off()
    return found


def test_verified_work_frees_a_stretch_beyond_deadline_and_midnight(begin: Begin) -> None:
    """What today's work has freed is not taken back at the deadline, nor when the next day begins."""
    window = Window(DAY_ONE.weekday(), time(19), time(2))
    one = begin(
        replace(terms(1), hours=Hours(deadline=time(20)), blocking=blocking(failed=False, windows=frozenset({window})))
    )
    one.solve(one.now)
    one.engine.check_now()
    for instant in ("19:30", "20:30", "23:30"):
        jump(one, local(DAY_ONE, instant))
        assert not is_locked(one), instant
    jump(one, local(TWO, "00:30"))
    assert not is_locked(one)


# Getting out cheaply


def test_no_clock_set_wrong_takes_a_lock_back(begin: Begin) -> None:
    """Neither a day ahead nor a day back, with the program started anew and no source to tell the time."""
    one = fail(begin())
    one.engine.lockdown.lock_now(2 * HOUR, ["reddit.com"])
    one.service.fault = silent
    for error in (DAY, -DAY, 40 * DAY, timedelta(0)):
        one.off()
        one.on(error=error)
        one.pulse()
        assert is_locked(one), error
        assert "reddit.com" in machine(one).blocked, error
    one.service.fault = None
    one.solve(one.now)
    one.engine.check_now()
    assert not is_locked(one)
    assert "reddit.com" in machine(one).blocked


def test_locks_by_hand_push_no_other_lock_out(begin: Begin) -> None:
    """Neither by their number nor by their names."""
    one = fail(begin())
    for number in range(3):
        one.engine.lockdown.lock_now(6 * MINUTE, [f"site{number}.fun"])
    with pytest.raises(BadInput, match="at a time"):
        one.engine.lockdown.lock_now(5 * MINUTE, ["another.fun"])
    assert is_locked(one)
    jump(one, one.now + 10 * MINUTE)
    assert is_locked(one)
    with pytest.raises(BadInput, match="host names besides"):
        one.engine.lockdown.lock_now(5 * MINUTE, [f"much{number}.fun" for number in range(30)])


def test_a_contract_that_does_not_fit_into_the_helper_is_refused_where_it_is_made(begin: Begin) -> None:
    """Adding sites is tighter and holds at once; so many that none could be locked would be the cheapest way out."""
    one = begin(sites=frozenset(f"a{number}.fun" for number in range(100)))
    swapped = blocking(sites=frozenset(f"b{number}.fun" for number in range(100)))
    with pytest.raises(BadInput, match="600 host names"):
        one.adopt(replace(terms(1), blocking=swapped))
    one.adopt(replace(terms(1), blocking=blocking(sites=frozenset(f"a{number}.fun" for number in range(50)))))


def test_a_rung_moved_before_the_day_still_locks(begin: Begin) -> None:
    """Earlier is tighter and holds at once; it must not leave the ladder without its lock."""
    one = begin(failed=False, rung="alarm")
    rungs = (RungRule("alarm", 24 * 60, urgent=True),)
    one.adopt(
        replace(terms(1), rungs=rungs, hours=Hours(deadline=time(22)), blocking=blocking(failed=False, rung="alarm"))
    )
    jump(one, local(DAY_ONE, "09:00"))
    assert is_locked(one)


def test_a_rung_moved_nearer_takes_the_stretches_with_it(begin: Begin) -> None:
    """The stretch that was armed for the old beginning does not stand in for the new one."""
    one = begin(failed=False, rung="last call")
    jump(one, local(DAY_ONE, "22:20"))
    assert not is_locked(one)
    rungs = (RungRule("last call", 119, urgent=True),)
    one.adopt(replace(terms(1), rungs=rungs, blocking=blocking(failed=False, rung="last call")))
    one.pulse()
    assert is_locked(one)


def test_an_emergency_exit_that_has_opened_is_not_taken_back_for_its_price(begin: Begin) -> None:
    """Whoever was let out has paid."""
    one = fail(begin())
    before = one.coins
    one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)
    one.to(one.now + 16 * MINUTE)
    assert not is_locked(one)
    with pytest.raises(BadInput, match="No emergency exit"):
        one.engine.lockdown.cancel_emergency()
    assert one.coins == before - EMERGENCY_PRICE
    assert one.facts(facts.EmergencyCancelled) == []


# Being stuck


def test_the_emergency_exit_leaves_a_lock_by_hand_too(begin: Begin) -> None:
    """It was paid for: nothing that stood comes back; a new wish locks again."""
    one = begin()
    one.engine.lockdown.lock_now(10 * HOUR)
    one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)
    jump(one, one.now + 16 * MINUTE, one.now + 20 * MINUTE, one.now + HOUR)
    assert not is_locked(one)
    one.engine.lockdown.lock_now(10 * MINUTE)
    assert is_locked(one)


def test_an_emergency_exit_asked_for_before_midnight_holds_for_the_day_it_opens_in(begin: Begin) -> None:
    """Also with the program off meanwhile, and for no day after that."""
    one = fail(begin())
    jump(one, local(TWO, "23:50"))
    one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)
    one.off()
    one.to(local(THREE, "00:10"))
    one.on()
    one.engine.check_now()
    jump(one, local(THREE, "00:30"), local(THREE, "09:00"))
    assert one.state(TWO) == Outcome.FAILED
    assert not is_locked(one)
    jump(one, local(THREE, "23:00"), local(THREE + DAY, "00:00"), local(THREE + DAY, "00:20"))
    assert is_locked(one)


def test_an_exit_that_has_nothing_left_to_leave_costs_nothing_and_bars_nothing(begin: Begin) -> None:
    """Work verified within its fifteen minutes; it can be asked for again."""
    one = fail(begin())
    before = one.coins
    one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)
    one.to(one.now + 5 * MINUTE)
    one.solve(one.now)
    one.engine.check_now()
    assert not is_locked(one)
    jump(one, one.now + 12 * MINUTE)
    success = 10
    assert one.coins in {before, before + success}
    page = one.engine.lockdown.page()
    assert (page.emergency_used, page.emergency_refusal) == (0, "")
    one.engine.lockdown.lock_now(HOUR)
    one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)


def test_the_exit_is_open_to_whoever_has_no_coins(begin: Begin) -> None:
    """The price becomes a debt; the purse never shows less than nothing."""
    one = fail(begin())
    assert one.coins < EMERGENCY_PRICE
    one.engine.lockdown.ask_emergency(EMERGENCY_SENTENCE)
    ledger = one.ask(lambda questions: questions.ledger())
    assert ledger.coins == 0
    assert ledger.debt > 0


def test_a_command_that_fails_keeps_no_other_lock_from_being_released(begin: Begin) -> None:
    """A site that cannot be added leaves the way out as it was."""
    one = fail(begin())
    one.adopt(replace(terms(1), blocking=blocking(sites=SITES | {"example-games.com"})))
    for reason in (Reason.INTERNAL, Reason.BAD_NAMES, Reason.UNKNOWN_HOLD, Reason.NO_ANSWER):
        machine(one).fails = {"extend": reason}
        one.pulse()
        assert one.engine.lockdown.view.standing == "locked", reason
    one.solve(one.now)
    one.engine.check_now()
    assert not is_locked(one)


@pytest.mark.parametrize("command", ["lock", "arm", "release", "extend"])
def test_an_answer_that_never_came_leaves_no_lock_behind(begin: Begin, command: str) -> None:
    """The helper did it, and nobody was told: it is found again, and ends with the others."""
    one = begin()
    machine(one).lost = {command}
    jump(one, local(DAY_ONE, "23:00"), local(TWO, "00:01"), local(TWO, "00:20"))
    one.adopt(replace(terms(1), blocking=blocking(sites=SITES | {"example-games.com"})))
    jump(one, local(TWO, "00:21"), local(TWO, "00:22"))
    assert is_locked(one)
    machine(one).lost = set()
    one.solve(one.now)
    one.engine.check_now()
    assert not is_locked(one)
    one.pulse()
    assert machine(one).hosts.read_bytes() == HOSTS
    assert machine(one).status().holds == ()


def test_names_that_only_the_helper_refuses_do_not_keep_the_rest_from_being_locked(begin: Begin) -> None:
    """Another list there, or a machine that bears a site's name; said once, not at every look."""
    one = begin(sites=SITES | {"reddit.com"})
    machine(one).hostname = "reddit.com"
    machine(one).start()
    jump(one, local(DAY_ONE, "23:00"), local(TWO, "00:01"), local(TWO, "00:20"), local(TWO, "08:00"))
    assert is_locked(one)
    assert not {each for each in machine(one).blocked if each.endswith("reddit.com")}
    noticed = len(one.facts(facts.LockdownNoticed))
    for minutes in range(1, 20):
        jump(one, local(TWO, "08:00") + minutes * MINUTE)
    assert len(one.facts(facts.LockdownNoticed)) - noticed <= 1


def test_work_that_cannot_be_told_apart_locks_for_no_longer_than_an_hour(begin: Begin) -> None:
    """The source answers and what it says decides nothing: unknown, as if it were silent."""
    counting = Counting(CountingRule.ANY, minimum=Difficulty.MEDIUM)
    one = fail(begin(replace(terms(1, counting=counting), blocking=blocking())))
    one.solve(slug="of-unknown-difficulty")
    one.service.fault = lambda good: Reply(503) if b'"q0"' in good.body else good
    one.engine.check_now()
    clause = one.day(TWO).clauses[0]
    assert (clause.state, clause.reason) == ("unknown", "undecided")
    jump(one, *[one.now + minutes * MINUTE for minutes in (20, 40, 55)])
    assert is_locked(one)
    jump(one, one.now + 10 * MINUTE)
    assert not is_locked(one)
    assert "for an hour nobody could tell whether the work is done" in spoken(one)


# Kills


@pytest.mark.parametrize("step", ["LockOrdered", "LockPlaced", "LockWidened", "LockReleased", "LockEnded"])
def test_a_kill_before_any_line_is_written_leaves_what_ought_to_be(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The program dies at that step, comes back, and neither a lock too many nor one too few stands."""
    one = begin(rung="last call")

    class Killed(BaseException):
        pass

    def killing(engine: Any) -> None:
        record = engine.lockdown.locks._record

        def dies(fact: Any) -> None:
            if type(fact).__name__ == step:
                raise Killed
            record(fact)

        monkeypatch.setattr(engine.lockdown.locks, "_record", dies)

    def at_risk(instant: Any) -> None:
        one.to(instant)
        killing(one.engine)
        with suppress(Killed):
            one.pulse()
        one.restart()
        one.engine.check_now()

    at_risk(local(DAY_ONE, "23:10"))
    assert is_locked(one)
    one.adopt(replace(terms(1), blocking=blocking(sites=SITES | {"example-games.com"}, rung="last call")))
    at_risk(local(DAY_ONE, "23:20"))
    at_risk(local(TWO, "00:01"))
    assert is_locked(one)
    at_risk(local(TWO, "00:20"))
    assert is_locked(one)
    assert "example-games.com" in machine(one).blocked
    one.solve(one.now)
    at_risk(local(TWO, "00:40"))
    one.pulse()
    assert not is_locked(one)
    assert machine(one).status().holds == ()
    assert len(spoken(one)) + len(one.facts(facts.LockEnded)) >= 1


# The journal


def test_a_broken_hosts_file_and_a_source_that_comes_and_goes_do_not_fill_the_journal(begin: Begin) -> None:
    """A day of each writes a bounded number of lines."""
    one = begin()
    fail(one)
    machine(one).hosts.write_bytes(b"\xff\xfe1\x002\x007\x00")
    (machine(one).folder / "state.json").unlink()
    machine(one).start()
    for minutes in range(0, 12 * 60, 5):
        one.to(max(one.now, local(TWO, "08:00") + minutes * MINUTE))
        one.engine.lockdown.keep()
        assert one.engine.lockdown.view.standing != "locked"
    refused = one.facts(facts.LockRefused)
    assert 0 < len(refused) < 60
    assert len(one.facts(facts.LockdownNoticed)) < 12 * 14


def test_a_source_that_comes_and_goes_is_not_answered_each_time(begin: Begin) -> None:
    """Armed, disarmed, armed: the pauses grow, and the last half hour needs none of them."""
    one = begin()
    for number in range(48):
        one.service.fault = silent if number % 2 else None
        one.to(one.now + 15 * MINUTE)
        one.engine.check_now()
    assert len(one.facts(facts.LockOrdered)) < 20
    one.service.fault = None
    jump(one, local(DAY_ONE, "22:00"), local(DAY_ONE, "23:58"))
    assert one.engine.lockdown.view.standing == "armed"


def test_a_helper_installed_anew_tells_from_the_beginning(begin: Begin) -> None:
    """Its numbers begin again, and nothing that it meets is passed over."""
    one = fail(begin())
    machine(one).hosts.write_bytes(HOSTS)
    assert is_locked(one)
    one.pulse()
    seen = len(one.facts(facts.LockdownNoticed))
    for name in ("state.json", "events.jsonl"):
        (machine(one).folder / name).unlink()
    machine(one).start()
    one.pulse()
    machine(one).hosts.write_bytes(HOSTS)
    assert is_locked(one)
    one.pulse()
    kinds = [each.kind for each in one.facts(facts.LockdownNoticed)][seen:]
    assert {"started", "repaired"} <= set(kinds)


def test_two_programs_at_once_write_each_thing_once(begin: Begin, life: Begin) -> None:
    """A command beside the running window releases as well, and neither doubles what the helper tells."""
    one = fail(begin())
    window, _ = one.engine, one.on()
    machine(one).hosts.write_bytes(HOSTS)
    assert is_locked(one)
    window.beat()
    window.lockdown.keep()
    one.engine.lockdown.keep()
    one.solve(one.now)
    one.engine.check_now()
    window.lockdown.keep()
    assert not is_locked(one)
    told = [(each.number, each.kind) for each in one.facts(facts.LockdownNoticed)]
    assert len(told) == len(set(told))
    released = [each.key for each in one.facts(facts.LockReleased)]
    assert len(released) == len(set(released))
    window.close()


# What is added while a lock stands


def test_sites_added_while_a_failed_day_locks_are_locked_at_once_and_legal_shrinking_waits(begin: Begin) -> None:
    """None is taken away from a lock that stands, also by a contract whose week of waiting is over."""
    one = begin(sites=SITES | {"example-games.com"})
    one.adopt(replace(terms(1), blocking=blocking(sites=frozenset({"example-games.com"}))))
    for day in range(7):
        label = DAY_ONE + day * DAY
        jump(one, local(label, "23:30"), local(label + DAY, "00:01"), local(label + DAY, "00:20"))
    assert is_locked(one), "the day that failed was under the older contract"
    one.adopt(replace(terms(1), blocking=blocking(sites=frozenset({"example-games.com", "reddit.com"}))))
    one.pulse()
    assert is_locked(one)
    assert {"reddit.com", "example-games.com"} <= machine(one).blocked


def test_a_mock_lock_holds_no_day_that_is_excused_or_at_rest(begin: Begin) -> None:
    """The clause that caused it is not owed."""
    mocks = Clause(ClauseKind.MOCKS, 1, source=CALENDAR)
    plain = terms(1)
    one = begin(replace(plain, clauses=(*plain.clauses, mocks), blocking=blocking(failed=False, no_mocks=True)))
    assert is_locked(one)
    one.do(lambda actions: actions.use_pass("a funeral"))
    one.pulse()
    assert not is_locked(one)
    assert "the day is excused" in spoken(one)
