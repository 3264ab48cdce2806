"""Every consequence times every fault: sent once, or unknown and shown; never twice, never without a proved failure."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from exitzero.core.outbox import State
from tests.engine.kit import DAY, DAY_ONE, Life, local
from tests.engine.sticks_kit import (
    NEXT,
    OUTBOX_TABLE,
    STICKS,
    TROUBLES,
    Row,
    Trouble,
    World,
    ask,
    deliver,
    fail_day,
    is_final,
    orders,
    world,
)

Begin = Callable[..., Life]
NEXT_DAY = DAY_ONE + DAY

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")


@pytest.fixture(scope="module")
def receivers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all tests of this file."""
    with world(tmp_path_factory.mktemp("program"), lambda: datetime(2026, 1, 1, tzinfo=UTC)) as made:
        yield made


@pytest.fixture
def begin(life: Begin, receivers: World) -> Callable[[], Life]:
    """A life before a world in which nothing has happened yet."""

    def start() -> Life:
        receivers.forget()
        one = life()
        receivers.board.now = lambda: one.now
        return one

    return start


def held(trouble: str, one: Life, receivers: World, *, proved: bool) -> None:
    """Hold the outbox against what the receivers really did, and write it into the table."""
    found, done = orders(one), receivers.done
    for stick in STICKS:
        order, hits = found.get(stick), done[stick]
        state = State(order.state) if order is not None else None
        is_known = state in {State.CONFIRMED, State.SETTLED_DONE}
        row = Row(
            stick,
            twice=hits > 1,
            unproved=bool(hits) and not proved,
            lost=proved and not (is_known and hits == 1) and state is not State.UNKNOWN,
            state=state or "",
        )
        OUTBOX_TABLE.append((trouble, row))
        assert not (row.twice or row.unproved or row.lost), (row, order)
        if state is State.UNKNOWN and order is not None:
            assert order.look_at, f"{stick}: unknown, and nobody says where to look"
            assert order.words, f"{stick}: unknown, and nobody says why"
        if state in {State.CANCELLED, State.GIVEN_UP}:
            assert not hits, f"{stick} is {state}, and happened"


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_a_fault_at_the_first_try_ends_in_one_deed_or_in_an_unknown(
    trouble: Trouble, begin: Callable[[], Life], receivers: World
) -> None:
    """Then all is well again; what surely did not happen is done, by itself or by the person, and nothing twice."""
    one = begin()
    fail_day(one, receivers)
    trouble.begin(one, receivers)
    deliver(one)
    one.to(local(NEXT_DAY, "00:27"))
    deliver(one)

    found, done = orders(one), receivers.done
    for stick in STICKS:
        state = State(found[stick].state)
        if state in {State.GIVEN_UP, State.CANCELLED}:
            assert not done[stick], f"{stick} was called a failure, and happened"
        if stick not in trouble.unknown and state is not State.CONFIRMED:
            assert state in {State.FAILED, State.GIVEN_UP}, f"{stick}: {found[stick]}"
            assert not found[stick].look_at, f"{stick}: in doubt, though it surely did not happen"
    trouble.end(one, receivers)
    for pause in NEXT:
        one.to(one.now + pause)
        deliver(one)
        for stick, order in orders(one).items():
            if order.state == State.GIVEN_UP:
                one.do(lambda actions, key=order.key: actions.try_again(key))
        one.restart()
        ask(one)
        one.engine.deliver()
    held(trouble.name, one, receivers, proved=True)
    for stick, order in orders(one).items():
        assert is_final(order), f"{stick} is still {order.state}"
        if stick not in trouble.unknown:
            assert order.state == State.CONFIRMED, f"{stick}: {order}"
    one.check_file()
