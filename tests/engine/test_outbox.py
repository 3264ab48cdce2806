"""Every consequence times every fault: sent once, or unknown and shown; never twice, never without a proved failure."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from exitzero.core.outbox import State
from tests.engine.kit import DAY, DAY_ONE, HOUR, Life, local
from tests.engine.sticks_kit import (
    NEXT,
    STICKS,
    World,
    armed,
    ask,
    deliver,
    fail_day,
    held,
    is_final,
    is_told_truly,
    orders,
)
from tests.engine.troubles import TROUBLES, Trouble
from tests.servers.misbehaving import How, Reply

Begin = Callable[[], Life]
NEXT_DAY = DAY_ONE + DAY

pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
    pytest.mark.allow_logs("WARNING mail.log: "),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_a_fault_at_the_first_try_ends_in_one_deed_or_in_an_unknown(
    trouble: Trouble, failed: Begin, receivers: World
) -> None:
    """Then all is well again; what surely did not happen is done, by itself or by the person, and nothing twice."""
    one = failed()
    trouble.begin(one, receivers)
    deliver(one)
    one.to(local(NEXT_DAY, "00:27"))
    deliver(one)

    found, done = orders(one), receivers.done
    for stick in STICKS:
        is_told_truly(found[stick], done[stick])
        if stick not in trouble.unknown and found[stick].state != State.CONFIRMED:
            assert found[stick].state in {State.FAILED, State.GIVEN_UP}, found[stick]
            assert not found[stick].look_at, f"in doubt, though it surely did not happen: {found[stick]}"
    trouble.end(one, receivers)
    for pause in NEXT:
        one.to(one.now + pause)
        deliver(one)
        for order in orders(one).values():
            if order.state == State.GIVEN_UP:
                one.do(lambda actions, key=order.key: actions.try_again(key))  # type: ignore[misc]
    one.restart()
    ask(one)
    deliver(one)
    held(trouble.name, one, receivers, proved=True)
    for stick, order in orders(one).items():
        assert is_final(order), order
        if stick not in trouble.unknown:
            assert order.state == State.CONFIRMED, order
    one.check_file()


CORRECTED = [each for each in TROUBLES if each.name in {"refused", "401", "429 with Retry-After", "500"} or each.acts]


@pytest.mark.parametrize("trouble", CORRECTED, ids=lambda trouble: trouble.name)
def test_what_did_not_get_through_is_not_sent_any_more_once_the_day_is_proved(
    trouble: Trouble, failed: Begin, receivers: World
) -> None:
    """Late evidence calls off what did not happen, and leaves in doubt what may have."""
    one = failed()
    trouble.begin(one, receivers)
    deliver(one)
    one.to(local(NEXT_DAY, "00:27"))
    deliver(one)
    trouble.end(one, receivers)
    one.solve(local(DAY_ONE, "23:58"))
    before = receivers.done
    ask(one)
    assert one.state(DAY_ONE) == "success"
    for pause in NEXT:
        one.to(one.now + pause)
        deliver(one)
        for order in orders(one).values():
            if order.state == State.GIVEN_UP:
                one.do(lambda actions, key=order.key: actions.try_again(key))  # type: ignore[misc]
    held(f"{trouble.name}, then corrected", one, receivers, proved=False, before=before)
    assert all(is_final(order) for order in orders(one).values())
    assert one.coins == 10 + 10, "the burned coins came back with the reward"
    one.check_file()


def _succeed(one: Life) -> None:
    one.solve(local(DAY_ONE, "21:00"))
    one.to(local(NEXT_DAY, "00:11"))


def _fall_silent(one: Life) -> None:
    one.to(local(DAY_ONE, "20:00"))
    one.service.fault = lambda _good: Reply(how=How.HANG_UP)


def _use_the_pass(one: Life) -> None:
    one.to(local(DAY_ONE, "20:00"))
    one.do(lambda actions: actions.use_pass("fever"))


def _override(one: Life) -> None:
    one.to(local(DAY_ONE, "20:00"))
    one.service.fault = lambda _good: Reply(how=How.HANG_UP)
    one.engine.check_now()
    one.service.fault = None
    one.to(local(NEXT_DAY, "00:11"))
    one.engine.check_now()
    one.pulse()
    assert one.state(DAY_ONE) == "failed"
    deliver(one)
    one.to(local(NEXT_DAY, "00:25"))
    one.do(lambda actions: actions.override(DAY_ONE, "the source was down"))


def _prove_late(one: Life) -> None:
    fail_day(one)
    deliver(one)
    one.to(local(NEXT_DAY, "00:25"))
    one.solve(local(DAY_ONE, "23:58"))
    ask(one)


UNPROVED = [
    ("succeeded", _succeed, "success"),
    ("unknown", _fall_silent, "held"),
    ("excused", _use_the_pass, "excused"),
    ("overridden within the appeal", _override, "success"),
    ("corrected within the appeal", _prove_late, "success"),
]


@pytest.mark.parametrize(("case", "live", "state"), UNPROVED, ids=[case for case, _, _ in UNPROVED])
def test_nothing_is_sent_for_a_day_that_does_not_stand_as_failed(
    case: str, live: Callable[[Life], None], state: str, morning: Begin, receivers: World
) -> None:
    """Only what can be taken back (coins, a datapoint) happens within the appeal; the coins come back."""
    one = morning()
    coins = one.coins
    live(one)
    before = receivers.done
    assert set(before) <= {"datapoint"}
    while one.now < local(NEXT_DAY, "12:00"):
        deliver(one)
        one.to(one.now + 3 * HOUR)
    assert one.state(DAY_ONE) == state
    held(case, one, receivers, proved=False, before=before)
    assert all(is_final(order) for order in orders(one).values())
    assert one.coins == coins + {"success": 10, "excused": -25}.get(state, 0) - (10 if "overridden" in case else 0)
    one.check_file()


def test_a_day_of_rest_orders_nothing(life: Callable[..., Life], receivers: World) -> None:
    """Nothing was owed, so nothing can have failed."""
    one = life()
    one.adopt(replace(armed(channels=frozenset()), rest_days=frozenset({DAY_ONE})))
    receivers.forget()
    one.live(local(NEXT_DAY, "02:00"))
    one.engine.deliver()
    assert one.state(DAY_ONE) == "rest"
    held("rest", one, receivers, proved=False)
