"""What a failure costs, through the whole engine: fixed when it is ordered, shown beforehand, armed only when tried."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from exitzero.consequences import lockdown_sites
from exitzero.core import facts
from exitzero.core.blocking import Blocking
from exitzero.core.errors import BadInput
from exitzero.core.outbox import State
from exitzero.core.today import Today
from exitzero.engine.actions import ALARM_PRICE, ALARM_SENTENCE
from exitzero.engine.questions import Questions
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local, terms
from tests.engine.sticks_kit import World, armed, ask, deliver, fail_day, orders
from tests.servers.misbehaving import How, Reply

Begin = Callable[[], Life]
Lives = Callable[..., Life]
NEXT_DAY = DAY_ONE + DAY

pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
    pytest.mark.allow_logs("WARNING mail.log: "),
]


def today(one: Life) -> Today:
    """The cockpit's record."""
    found = one.ask(Questions.today)
    assert found is not None
    return found


# Amounts


def test_growing_stakes_are_fixed_in_the_order_and_end_at_the_cap(life: Lives) -> None:
    """100, 150, 200, 300, 400 per cent of what was agreed, then no more; the month's ceiling holds all the same."""
    one = life()
    one.adopt(armed(channels=frozenset(), hook=False, growing=True, charge_cents=200, ceiling_cents=1500))
    ordered = []
    for number in range(7):
        label = DAY_ONE + number * DAY
        fail_day(one, label)
        found = orders(one, label)
        ordered.append((found["coins"].amount, found["charge"].amount if "charge" in found else 0))
    assert [coins for coins, _ in ordered] == [50, 75, 100, 150, 200, 200, 200]
    assert [cents for _, cents in ordered] == [200, 300, 400, 600, 0, 0, 0]
    assert sum(cents for _, cents in ordered) <= 1500
    assert one.coins == 10 - 975
    one.check_file()


def test_a_failed_day_that_is_proved_afterwards_makes_nothing_dearer(life: Lives) -> None:
    """Only days that stand as failed count."""
    one = life()
    one.adopt(armed(channels=frozenset(), hook=False, goal="", charge_cents=0, growing=True))
    fail_day(one)
    one.solve(local(DAY_ONE, "23:58"))
    one.to(local(NEXT_DAY, "00:20"))
    ask(one)
    assert one.state(DAY_ONE) == "success"
    fail_day(one, NEXT_DAY)
    assert orders(one, NEXT_DAY)["coins"].amount == 50


def test_without_growing_stakes_every_failure_costs_the_same(life: Lives) -> None:
    """They are off until they are switched on."""
    one = life()
    one.adopt()
    for number in range(3):
        fail_day(one, DAY_ONE + number * DAY)
    assert one.coins == 10 - 150


def test_the_months_ceiling_starts_anew_with_the_month(life: Lives) -> None:
    """$5 and $4 in June, $5 again in July."""
    last = DAY_ONE.replace(day=28)
    one = life(start=local(last, "08:00"))
    one.adopt(armed(channels=frozenset(), hook=False, ceiling_cents=900))
    cents = []
    for number in range(4):
        fail_day(one, last + number * DAY)
        found = orders(one, last + number * DAY)
        cents.append(found["charge"].amount if "charge" in found else 0)
    assert cents == [500, 400, 0, 500]


def test_a_streak_earns_more_and_a_freeze_keeps_it_over_a_failed_day(life: Lives) -> None:
    """From the seventh day in a row on a coin more; the freeze is bought before, used by itself, and saves no coins."""
    one = life()
    one.adopt()
    for number in range(8):
        one.solve(local(DAY_ONE + number * DAY, "12:00"))
    one.live(local(DAY_ONE + 7 * DAY, "09:00"), every=8 * HOUR)
    assert one.coins == 10 + 6 * 10 + 11
    one.do(lambda actions: actions.buy_freeze())
    failed = DAY_ONE + 8 * DAY
    one.solve(local(failed + DAY, "12:00"))
    one.live(local(failed + 2 * DAY, "09:00"), every=8 * HOUR)
    assert one.state(failed) == "failed"
    assert [fact.label for fact in one.facts(facts.FreezeUsed)] == [failed]
    assert today(one).streak == 9
    badges = {badge.name: badge.progress for badge in one.ask(lambda questions: questions.rewards()).badges}
    assert badges["streak_30"] == 9
    assert one.coins == 81 - 40 + 11 - 50 + 11
    one.check_file()


# Arming


def test_a_channel_that_was_never_tried_cannot_be_armed_not_even_by_the_first_contract(
    life: Lives, receivers: World
) -> None:
    """A dead token is not found at midnight."""
    one = life()
    connections = one.engine.connections
    connections.connect_channel("other", "board", {"address": receivers.addresses()["board"]})
    wanted = replace(terms(), stakes=replace(armed().stakes, channels=frozenset({"board"}), goal="", charge_cents=0))
    with pytest.raises(BadInput, match="Test or rehearse board"):
        one.adopt(wanted)
    with pytest.raises(BadInput, match="not connected"):
        one.adopt(replace(wanted, stakes=replace(wanted.stakes, channels=frozenset({"nowhere"}))))
    one.adopt()
    with pytest.raises(BadInput, match="Test or rehearse board"):
        one.adopt(wanted)
    connections.rehearse_channel("board")
    one.adopt(wanted)
    assert [channel.armed for channel in one.ask(lambda questions: questions.channels())] == [True]


def test_a_channel_connected_anew_has_to_be_tried_anew(life: Lives, receivers: World) -> None:
    """Another address under the same name was never tried."""
    one = life()
    one.adopt()
    connections = one.engine.connections
    connections.connect_channel("other", "board", {"address": receivers.addresses()["board"]})
    connections.rehearse_channel("board")
    connections.connect_channel("other", "board", {"address": "json://127.0.0.1:9/board/"})
    with pytest.raises(BadInput, match="Test or rehearse board"):
        one.adopt(replace(terms(), stakes=replace(armed().stakes, channels=frozenset({"board"}))))


def test_disarming_waits_seven_days_and_until_then_the_channel_stays(morning: Begin, receivers: World) -> None:
    """Armed holds from today, disarmed after the horizon; the channel can be taken away only then."""
    one = morning()
    one.adopt(armed(channels=frozenset(), hook=False, charge_cents=0, goal=""))
    version = one.facts(facts.ContractAdopted)[-1]
    assert version.effective == DAY_ONE + 7 * DAY
    for hours in (0, 24 * 6):
        one.to(local(DAY_ONE, "09:00") + timedelta(hours=hours))
        with pytest.raises(BadInput, match="disarm"):
            one.engine.connections.disconnect_channel("board")
    receivers.forget()
    fail_day(one, DAY_ONE + 6 * DAY)
    assert orders(one, DAY_ONE + 6 * DAY)["board"].state == State.ORDERED
    one.to(local(DAY_ONE + 7 * DAY, "00:12"))
    one.engine.connections.disconnect_channel("board")
    one.to(local(DAY_ONE + 7 * DAY, "00:30"))
    deliver(one)
    order = orders(one, DAY_ONE + 6 * DAY)["board"]
    assert (order.state, "is not connected" in order.words) == (State.GIVEN_UP, True)
    assert receivers.done["board"] == 0
    fail_day(one, DAY_ONE + 7 * DAY)
    assert set(orders(one, DAY_ONE + 7 * DAY)) == {"coins"}


def test_a_channel_armed_by_a_waiting_edit_cannot_be_taken_away(morning: Begin) -> None:
    """Several edits wait at once: the contract of today counts however many came after it."""
    one = morning()
    for minutes in (30, 60, 90, 120):
        wanted = replace(armed(appeal_minutes=15 + minutes), burn=40)
        one.adopt(wanted)
    with pytest.raises(BadInput, match="disarm"):
        one.engine.connections.disconnect_channel("board")


def test_a_token_is_checked_when_it_is_given_and_the_goals_are_listed(life: Lives, receivers: World) -> None:
    """A wrong one is refused and nothing is kept of it."""
    receivers.forget()
    one = life()
    connections = one.engine.connections
    with pytest.raises(BadInput, match="does not know the token"):
        connections.connect_beeminder("planted0wrong0token")
    assert not connections.beeminder().connected
    view = connections.connect_beeminder(receivers.goals.token)
    assert (view.username, set(view.goals)) == ("ada", {"leetcode", "gym"})
    receivers.goals.deadbeat = True
    assert "payments" in connections.beeminder().trouble
    assert connections.connect_beeminder(receivers.goals.token).connected, "a datapoint costs nothing"


# Preview


@pytest.mark.parametrize("hour", ["08:30", "16:00", "23:40"])
def test_the_preview_at_any_hour_is_what_the_verdict_then_orders(hour: str, morning: Begin, receivers: World) -> None:
    """Texts, amounts, receivers and their order to the letter; the hours by the minutes that the proof takes."""
    one = morning()
    one.to(local(DAY_ONE, hour))
    one.pulse()
    shown = one.ask(lambda questions: questions.preview_of_failure())
    assert {line.kind for line in shown} == {"coins", "beeminder_datapoint", "hook", "shame", "beeminder_charge"}
    fail_day(one)
    ordered = one.facts(facts.ConsequenceOrdered)
    views = orders(one)
    by_key = {view.key: view for view in views.values()}
    came = [by_key[fact.key] for fact in ordered]
    assert [(line.title, line.amount_words, line.text) for line in shown] == [
        (view.title, view.amount_words, view.text) for view in came
    ]
    for line, fact in zip(shown, ordered, strict=True):
        assert fact.due is not None
        assert abs(line.at - fact.due) <= 2 * MINUTE
    one.to(local(NEXT_DAY, "00:30"))
    deliver(one)
    texts = {line.title.removeprefix("Shame post to "): line.text for line in shown if line.kind == "shame"}
    assert receivers.texts == texts


def test_the_preview_shows_a_proved_failure_also_while_the_source_is_down(morning: Begin) -> None:
    """What is not known now would be known to be missing by the verdict: no 69 stands in the post."""
    one = morning()
    before = one.ask(lambda questions: questions.preview_of_failure())
    one.service.fault = lambda _good: Reply(how=How.HANG_UP)
    one.to(local(DAY_ONE, "14:00"))
    one.pulse()
    assert today(one).standing == "UNKNOWN"
    assert one.ask(lambda questions: questions.preview_of_failure()) == before


def test_the_preview_counts_what_was_done_so_far(life: Lives) -> None:
    """One of two: the post would say so."""
    one = life()
    one.adopt(replace(terms(2), stakes=armed(channels=frozenset(), hook=False).stakes))
    one.solve(local(DAY_ONE, "09:00"))
    one.to(local(DAY_ONE, "09:20"))
    one.pulse()
    shown = one.ask(lambda questions: questions.preview_of_failure())
    assert [line.text for line in shown if line.kind == "beeminder_datapoint"] == ["ExitZero: LeetCode 1 of 2"]


def test_the_preview_names_the_lockdown_of_a_failed_day(life: Lives) -> None:
    """How many sites, from the deadline on; not where a failed day locks nothing."""
    one = life()
    blocking = Blocking(groups=frozenset({"chat"}), sites=frozenset({"lobste.rs"}), failed=True)
    one.adopt(replace(terms(1), blocking=blocking))
    one.pulse()
    (line,) = (each for each in one.ask(lambda questions: questions.preview_of_failure()) if each.kind == "lockdown")
    sites = len(lockdown_sites.groups()["chat"].sites) + 1
    assert (line.title, line.amount_words) == ("Lockdown until the next day's work is verified", f"{sites} sites")
    assert line.at == today(one).closes
    assert ("lockdown", line.title, f"{sites} sites") in [(s.kind, s.text, s.amount) for s in today(one).stakes]
    other = life()
    other.adopt(replace(terms(1), blocking=replace(blocking, failed=False)))
    other.pulse()
    assert "lockdown" not in {each.kind for each in other.ask(lambda questions: questions.preview_of_failure())}


# Alarm


def test_the_alarm_is_on_only_while_an_urgent_rung_has_fired_and_work_is_missing(morning: Begin) -> None:
    """Off in the afternoon and at the gentle rung, on from 22:00, off once the work is proved."""
    one = morning()
    levels = []
    for hour in ("15:00", "20:01", "21:59:30", "22:01", "23:30"):
        one.to(local(DAY_ONE, hour))
        one.pulse()
        levels.append(today(one).alarm)
    assert levels == [0, 0, 0, 2, 2]
    one.solve()
    one.to(one.now + MINUTE)
    ask(one)
    assert today(one).alarm == 0


@pytest.mark.parametrize("case", ["unknown", "excused", "closed"])
def test_the_alarm_is_silent_where_nothing_is_proved_to_be_missing(case: str, morning: Begin) -> None:
    """An unknown, an excused day and the time after the deadline do not ring."""
    one = morning()
    one.to(local(DAY_ONE, "22:01"))
    one.pulse()
    assert today(one).alarm == 2
    match case:
        case "unknown":
            one.service.fault = lambda _good: Reply(how=How.HANG_UP)
            one.to(local(DAY_ONE, "23:40"))
        case "excused":
            one.do(lambda actions: actions.use_pass("fever"))
        case _:
            one.to(local(NEXT_DAY, "00:05"))
    one.pulse()
    assert today(one).alarm == 0


def test_the_alarm_is_off_unless_the_contract_has_one(life: Lives) -> None:
    """Off until it is switched on."""
    one = life()
    one.adopt()
    one.to(local(DAY_ONE, "22:01"))
    one.pulse()
    assert today(one).alarm == 0


def test_the_emergency_exit_costs_its_price_once_and_only_by_the_typed_sentence(morning: Begin) -> None:
    """Left is left for this day; the price is not paid twice, and not for a wrong sentence."""
    one = morning()
    one.to(local(DAY_ONE, "22:01"))
    one.pulse()
    with pytest.raises(BadInput, match="letter"):
        one.do(lambda actions: actions.leave_alarm("let me out"))
    one.do(lambda actions: actions.leave_alarm(ALARM_SENTENCE))
    assert (today(one).alarm, one.coins) == (0, 10 - ALARM_PRICE)
    with pytest.raises(BadInput, match="already"):
        one.do(lambda actions: actions.leave_alarm(ALARM_SENTENCE))
    one.restart()
    one.to(local(DAY_ONE, "23:10"))
    ask(one)
    assert (today(one).alarm, one.coins) == (0, 10 - ALARM_PRICE)


def test_nothing_is_paid_where_no_alarm_sounds(morning: Begin) -> None:
    """The emergency exit is no way to lose coins in the morning."""
    one = morning()
    with pytest.raises(BadInput, match="No alarm"):
        one.do(lambda actions: actions.leave_alarm(ALARM_SENTENCE))
    assert one.coins == 10


# The queue


def test_the_post_is_queued_an_hour_before_the_deadline_and_let_go_by_proved_work(morning: Begin) -> None:
    """Its hour is shown from the last call on; work that is proved in time takes it out again, and nothing is sent."""
    one = morning()
    one.to(local(DAY_ONE, "22:30"))
    one.pulse()
    assert today(one).post_at is None, "the alarm is not yet the queue"
    one.to(local(DAY_ONE, "23:00"))
    one.pulse()
    goes_out = local(NEXT_DAY, "00:26")
    assert today(one).post_at == goes_out
    queued = one.facts(facts.PostQueued)
    assert [(fact.label, fact.goes_out) for fact in queued] == [(DAY_ONE, goes_out)]
    one.solve(local(DAY_ONE, "23:50"))
    one.to(local(DAY_ONE, "23:51"))
    one.pulse()
    assert today(one).post_at is None
    one.to(goes_out + HOUR)
    one.pulse()
    deliver(one)
    assert not orders(one, DAY_ONE)
    assert len(one.facts(facts.PostQueued)) == 1
