"""kill -9 between every two steps of a judgement: the verdict falls once, coins move once, the journal stays whole."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from exitzero.core import facts
from tests.engine.kit import BERLIN, DAY, DAY_ONE, FAULT_TABLE, Life, local

ROOT = Path(__file__).parents[2]
CHILD = "tests.end_to_end.killed_while_judging"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    ("done", "coins"), [(True, 10 - 4 + 10 + 4 + 2), (False, 10 - 4 - 50)], ids=["done", "not done"]
)
def test_killed_at_any_step_of_a_judgement_it_ends_as_if_nothing_had_been(
    life: Callable[..., Life], *, done: bool, coins: int
) -> None:
    """Rule 6: the attempt is written before the deed, and each deed has one key."""
    one = life(start=local(DAY_ONE, "09:00"))
    one.adopt()
    one.pulse()
    one.do(lambda actions: actions.place_bet(4))
    if done:
        one.solve(local(DAY_ONE, "23:30"))
    one.live(local(DAY_ONE, "23:58"), every=timedelta(hours=8))
    one.to(local(DAY_ONE + DAY, "00:20"))
    one.off()

    ran = subprocess.run(
        [sys.executable, "-m", CHILD, str(one.folder), one.service.url, one.now.isoformat(), BERLIN],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    killed = json.loads(ran.stdout)
    assert len(killed) >= 8, killed

    seen = set()
    for folder, step in killed:
        one.folder = Path(folder)
        one.on()
        seen.add((len(one.facts(facts.DayJudged)), len(one.facts(facts.ConsequenceAttempted)), one.coins))
        one.engine.judge()
        one.pulse()
        one.restart()
        one.pulse()
        tally = one.tally([DAY_ONE])
        FAULT_TABLE.append(("kill -9 between two steps of a judgement", tally))
        assert tally.is_clean, (step, tally.words)
        assert one.coins == coins, step
        one.check_file()
        one.off()
        one.notices.clear()
    # The steps were different ones indeed: before the verdict, and after everything.
    assert {judged for judged, _, _ in seen} == {0, 1}
    if not done:
        assert {attempted for _, attempted, _ in seen} == {0, 1}
        assert {coins, coins + 50} == {found for _, _, found in seen}
