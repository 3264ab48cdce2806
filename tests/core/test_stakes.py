"""Which sticks are armed, from when an edit of them holds, and what cannot be armed at all."""

from dataclasses import replace

import pytest

from exitzero.core.contract import Clause, Direction, Terms, apply, changes, check
from exitzero.core.errors import BadInput
from exitzero.core.stakes import Stakes
from exitzero.core.words import ClauseKind

BARE = Terms((Clause(ClauseKind.LEETCODE, 1, "ada"),))
ARMED = replace(
    BARE,
    stakes=Stakes(
        channels=frozenset({"mastodon"}),
        goal="honesty",
        charge_cents=500,
        ceiling_cents=2000,
        alarm=2,
        hook=True,
        growing=True,
        appeal_minutes=10,
    ),
)


def test_arming_holds_today_and_disarming_waits() -> None:
    """Each stick is its own change: more of anything is tighter, less is looser."""
    arming = changes(BARE, ARMED)
    assert {change.direction for change in arming} == {Direction.TIGHTER}
    assert {change.key[1] for change in arming} == {
        "channels", "goal", "charge_cents", "ceiling_cents", "alarm", "hook", "growing", "appeal_minutes",
    }  # fmt: skip
    assert {change.direction for change in changes(ARMED, BARE)} == {Direction.LOOSER}
    assert apply(BARE, ARMED, arming) == ARMED


def test_the_words_of_a_stake_say_what_it_is() -> None:
    """What a person reads before they agree."""
    told = {change.what: (change.before, change.after) for change in changes(BARE, ARMED)}
    assert told["Shame post to mastodon"] == ("off", "armed")
    assert told["Charge"] == ("off", "$5.00")
    assert told["Alarm"] == ("off", "level 2")
    assert told["Program of your own"] == ("off", "on")
    assert told["Time for an appeal"] == ("15 min", "10 min")


@pytest.mark.parametrize(
    ("stakes", "field"),
    [
        (Stakes(goal="g", charge_cents=50, ceiling_cents=500), "stakes.charge"),
        (Stakes(goal="g", charge_cents=500, ceiling_cents=400), "stakes.ceiling"),
        (Stakes(charge_cents=500, ceiling_cents=500), "stakes.goal"),
        (Stakes(alarm=4), "stakes.alarm"),
        (Stakes(appeal_minutes=241), "stakes.appeal"),
    ],
)
def test_a_stake_that_cannot_be_is_refused_at_its_field(stakes: Stakes, field: str) -> None:
    """Money most of all: never without a ceiling, never without the goal that it goes through."""
    with pytest.raises(BadInput) as refused:
        check(replace(BARE, stakes=stakes))
    assert refused.value.field == field
