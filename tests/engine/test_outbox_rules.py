"""The outbox's rules one by one: the appeal, doubt and who settles it, the lock, the clock, the month's ceiling."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from exitzero.consequences.beeminder_client import TOKEN
from exitzero.core import facts
from exitzero.core.errors import BadInput
from exitzero.core.outbox import State
from exitzero.desktop import paths
from exitzero.desktop.single_instance import EngineLock
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local
from tests.engine.sticks_kit import (
    CHANNELS,
    NEXT,
    NOBODY,
    STICKS,
    Spoil,
    World,
    armed,
    ask,
    deliver,
    fail_day,
    is_final,
    move,
    orders,
)
from tests.servers.beeminder import GOOD_TOKEN, Fault
from tests.servers.misbehaving import How, Reply

Begin = Callable[[], Life]
NEXT_DAY = DAY_ONE + DAY
LOST_ANSWER = Spoil(acts=True, reply=Reply(how=How.HANG_UP))

pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
    pytest.mark.allow_logs("WARNING mail.log: "),
]


def test_what_cannot_be_taken_back_waits_for_the_end_of_the_appeal(failed: Begin, receivers: World) -> None:
    """Coins and datapoint come at once; the last minute of the appeal sends nothing, the first after it everything."""
    one = failed()
    assert one.coins == 10 - 50
    deliver(one)
    assert set(receivers.done) == {"datapoint"}
    due = orders(one)["charge"].waits_for
    assert due == local(NEXT_DAY, "00:26")
    one.to(due - timedelta(seconds=1))
    deliver(one)
    assert set(receivers.done) == {"datapoint"}
    one.to(due)
    deliver(one)
    assert set(receivers.done) == set(STICKS)


def test_a_day_that_is_proved_after_everything_happened_shows_it_and_repeats_nothing(
    failed: Begin, receivers: World
) -> None:
    """What is out is out; the page says so, and the coins come back."""
    one = failed()
    one.to(local(NEXT_DAY, "00:30"))
    deliver(one)
    assert receivers.done == dict.fromkeys(STICKS, 1)
    one.solve(local(DAY_ONE, "23:58"))
    ask(one)
    for pause in NEXT:
        one.to(one.now + pause)
        deliver(one)
    assert receivers.done == dict.fromkeys(STICKS, 1)
    assert {order.state for order in orders(one).values()} == {State.CONFIRMED}
    assert one.day(DAY_ONE).corrected
    assert one.coins == 10 + 10


def test_things_of_one_hour_happen_in_the_order_in_which_they_were_shown(morning: Begin, receivers: World) -> None:
    """Money comes last."""
    one = morning()
    shown = one.ask(lambda questions: questions.preview_of_failure())
    fail_day(one)
    one.to(local(NEXT_DAY, "00:30"))
    deliver(one)
    attempted = [fact.key for fact in one.facts(facts.ConsequenceAttempted)]
    titles = {order.key: order.title for order in orders(one).values()}
    assert [titles[key] for key in attempted] == [line.title for line in shown]
    assert attempted[-1] == f"charge:{DAY_ONE}"


def test_a_mastodon_post_whose_answer_was_lost_is_not_sent_again_once_the_server_has_forgotten_it(
    failed: Begin, receivers: World
) -> None:
    """The machine slept for two hours after the lost answer; a second try would be a second post."""
    one = failed()
    receivers.board.spoilt["toots"] = [LOST_ANSWER]
    one.to(local(NEXT_DAY, "00:27"))
    deliver(one)
    doubted = orders(one)["toots"]
    assert (doubted.state, bool(doubted.look_at)) == (State.FAILED, True)
    one.to(local(NEXT_DAY, "02:30"))
    deliver(one)
    assert receivers.done["toots"] == 1
    order = orders(one)["toots"]
    assert order.state == State.UNKNOWN
    assert "Mastodon" in order.look_at


def test_within_the_hour_the_same_mastodon_post_is_sent_again_and_is_the_same_one(
    failed: Begin, receivers: World
) -> None:
    """The server knows it by its key."""
    one = failed()
    receivers.board.spoilt["toots"] = [LOST_ANSWER]
    one.to(local(NEXT_DAY, "00:27"))
    deliver(one)
    one.to(local(NEXT_DAY, "00:31"))
    deliver(one)
    assert (receivers.done["toots"], orders(one)["toots"].state) == (1, State.CONFIRMED)


@pytest.mark.parametrize("second", [401, 429], ids=str)
def test_a_later_refusal_does_not_prove_that_the_first_try_had_not_happened(
    second: int, failed: Begin, receivers: World
) -> None:
    """The answer was lost, then the token died or the server was busy: still nobody knows, and it is not called off."""
    one = failed()
    refusal = Reply.of({"error": "no"}, status=second)
    receivers.board.spoilt["toots"] = [LOST_ANSWER, Spoil(acts=False, reply=refusal)]
    one.to(local(NEXT_DAY, "00:27"))
    deliver(one)
    one.to(local(NEXT_DAY, "00:31"))
    deliver(one)
    one.solve(local(DAY_ONE, "23:58"))
    ask(one)
    one.to(local(NEXT_DAY, "01:10"))
    deliver(one)
    assert (receivers.done["toots"], orders(one)["toots"].state) == (1, State.UNKNOWN)


def test_a_datapoint_whose_answers_are_all_lost_ends_in_doubt_and_not_as_a_failure(
    failed: Begin, receivers: World
) -> None:
    """Beeminder took it each time and never said so."""
    one = failed()
    receivers.goals.spoil("datapoints.json", *[Fault(acts=True, how=How.HANG_UP)] * 20)
    for _ in range(9):
        deliver(one)
        one.to((orders(one)["datapoint"].retry_at or one.now) + MINUTE)
    order = orders(one)["datapoint"]
    assert (receivers.done["datapoint"], order.state) == (1, State.UNKNOWN)
    assert "/me/leetcode" in order.look_at


def test_who_is_never_reached_is_given_up_with_a_reason_until_the_person_asks_for_another_try(
    failed: Begin, receivers: World
) -> None:
    """The pauses grow to half a day; then only the person starts it again, and it happens once."""
    one = failed()
    one.solve(local(NEXT_DAY, "09:00"))
    move(one, receivers, NOBODY)
    for _ in range(12):
        deliver(one)
        waiting = [each.retry_at for each in orders(one).values() if each.state == State.FAILED and each.retry_at]
        one.to(min([*waiting, one.now + 6 * HOUR]) if waiting else one.now + HOUR)
    found = orders(one)
    for stick in ("charge", "datapoint", *CHANNELS):
        assert found[stick].state in {State.GIVEN_UP, State.FAILED}, found[stick]
        assert found[stick].words, stick
    while any(not is_final(order) for order in orders(one).values()):
        deliver(one)
        one.to(one.now + 6 * HOUR)
    move(one, receivers)
    for order in orders(one).values():
        if order.state == State.GIVEN_UP:
            one.do(lambda actions, key=order.key: actions.try_again(key))  # type: ignore[misc]
    deliver(one)
    assert all(order.state == State.CONFIRMED for order in orders(one).values()), orders(one)
    assert all(receivers.done[stick] == 1 for stick in STICKS)


@pytest.mark.parametrize("happened", [True, False], ids=["happened", "did not happen"])
def test_the_person_settles_what_nobody_knows(happened: bool, failed: Begin, receivers: World) -> None:
    """By hand, in the journal, once; and nothing is sent because of it."""
    one = failed()
    receivers.goals.spoil("charges.json", Fault(acts=happened, how=How.HANG_UP))
    one.to(local(NEXT_DAY, "00:27"))
    deliver(one)
    key = orders(one)["charge"].key
    assert orders(one)["charge"].state == State.UNKNOWN
    one.do(lambda actions: actions.settle(key, happened))
    with pytest.raises(BadInput):
        one.do(lambda actions: actions.settle(key, not happened))
    one.to(local(NEXT_DAY, "03:00"))
    deliver(one)
    assert receivers.done["charge"] == int(happened)
    assert [fact.happened for fact in one.facts(facts.ConsequenceSettled)] == [happened]
    assert orders(one)["charge"].state == (State.SETTLED_DONE if happened else State.SETTLED_UNDONE)


def test_a_channel_without_its_secret_fails_with_the_reason(failed: Begin, receivers: World) -> None:
    """The keyring entry was removed meanwhile: the others are posted, this one says what to do."""
    one = failed()
    one.vault.delete("channel.toots")
    one.to(local(NEXT_DAY, "00:27"))
    deliver(one)
    order = orders(one)["toots"]
    assert (order.state, order.words) == (
        State.GIVEN_UP,
        "Mastodon is not connected. Connect it in the settings.",
    )
    assert receivers.done == dict.fromkeys(set(STICKS) - {"toots"}, 1)


def test_beside_a_running_engine_a_command_delivers_nothing_and_alone_it_borrows_the_lock(
    failed: Begin, receivers: World
) -> None:
    """Only who holds the engine's lock can know that an attempt is nobody's any more."""
    one = failed()
    one.to(local(NEXT_DAY, "00:27"))
    running = EngineLock(paths.lock_file(one.folder))
    assert running.acquire()
    assert one.engine.deliver() == 0
    one.engine.judge()
    assert not receivers.done
    assert {order.state for stick, order in orders(one).items() if stick != "coins"} == {State.ORDERED}
    running.release()
    one.engine.judge()
    assert receivers.done == dict.fromkeys(STICKS, 1)
    assert running.acquire(), "the command gave the lock back"
    running.release()


def test_a_clock_that_runs_ahead_after_a_restart_does_not_cut_the_appeal_short(failed: Begin, receivers: World) -> None:
    """Without a source that tells the time nothing goes outside; with one, the appeal is as long as it was."""
    one = failed()
    one.off()
    one.clock.error = DAY
    one.service.fault = lambda _good: Reply(how=How.HANG_UP)
    one.on()
    deliver(one)
    assert not receivers.done
    one.service.fault = None
    one.engine.judge()
    assert set(receivers.done) <= {"datapoint"}
    one.to(local(NEXT_DAY, "00:40"))
    one.engine.judge()
    assert receivers.done == dict.fromkeys(STICKS, 1)


def test_a_charge_released_by_hand_keeps_to_the_months_ceiling(life: Callable[..., Life], receivers: World) -> None:
    """The first one was given up, later days took what the month allows; it cannot come on top."""
    one = life()
    receivers.forget()
    one.adopt(armed(channels=frozenset(), hook=False, charge_cents=500, ceiling_cents=900))
    one.pulse()
    fail_day(one)
    one.to(local(NEXT_DAY, "00:30"))
    deliver(one)
    assert orders(one)["charge"].state == State.GIVEN_UP  # no token yet
    one.vault.set(TOKEN, GOOD_TOKEN)
    fail_day(one, NEXT_DAY)
    one.to(local(NEXT_DAY + DAY, "00:30"))
    deliver(one)
    assert [charge["amount"] for charge in receivers.goals.charges] == [5.0]
    with pytest.raises(BadInput, match="ceiling"):
        one.do(lambda actions: actions.try_again(f"charge:{DAY_ONE}"))
    fail_day(one, NEXT_DAY + DAY)
    one.to(local(NEXT_DAY + 2 * DAY, "00:30"))
    deliver(one)
    assert [charge["amount"] for charge in receivers.goals.charges] == [5.0, 4.0]
