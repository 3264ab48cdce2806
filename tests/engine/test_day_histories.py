"""Random weeks: submissions, outages, restarts, sleep, turned clocks, travels, edits and bets in any order.

Whatever happened, nobody was punished for a day whose work was done, no day that can be proved is left without its
verdict, nothing happened twice, and the journal folds to the same tables again.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from exitzero.core import facts
from exitzero.core.errors import BadInput
from exitzero.core.verdict import Outcome
from tests.engine.kit import DAY, DAY_ONE, FAULT_TABLE, HOUR, MINUTE, Fault, Life, local, page, terms
from tests.servers.misbehaving import How, Reply

ZONES = ("Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland")
FAULTS: tuple[Fault | None, ...] = (
    None,
    None,
    lambda _good: Reply(how=How.HANG_UP),
    lambda _good: Reply(body=b"{}"),
    page(503, "down"),
    page(403, "Just a moment..."),
    page(429, "", Retry_After="7200"),
    page(400, "{}"),
)
ERRORS = (timedelta(0), timedelta(0), DAY, -DAY, 5 * HOUR, -50 * MINUTE, 40 * DAY)


class Story:
    """A life in which something happens every few hours, told by a seed. ``most`` is how often work is done at most."""

    def __init__(self, life: Life, seed: int, most: int) -> None:
        self.life, self.chance, self.left = life, Random(seed), most
        self.is_on = True
        self.told: list[str] = []

    def live(self, days: int) -> None:
        """So many days of it."""
        end = self.life.now + days * DAY
        events = [self.work, self.work, self.work, self.bend, self.turn, self.restart]
        events += [self.sleep, self.fly, self.edit, self.bet, self.ask, self.excuse]
        while self.life.now < end:
            self.life.to(self.life.now + timedelta(minutes=self.chance.randint(5, 14 * 60)))
            event = self.chance.choice(events)
            self.told.append(f"{self.life.now:%d %H:%M} {event.__name__}")
            event()
            if self.is_on:
                self.life.pulse()

    def work(self) -> None:
        """Something is handed in, right or wrong, perhaps a few times."""
        for _ in range(self.chance.randint(1, 3)):
            if self.left:
                self.left -= 1
                self.life.solve(verdict=self.chance.choice(["Accepted", "Accepted", "Wrong Answer"]))

    def bend(self) -> None:
        """LeetCode begins or ceases to misbehave."""
        self.life.service.fault = self.chance.choice(FAULTS)

    def turn(self) -> None:
        """Somebody sets the clock."""
        if self.is_on:
            self.life.turn(self.chance.choice(ERRORS))

    def restart(self) -> None:
        """The program ends and begins, perhaps with another clock."""
        self.life.off()
        self.life.on(error=self.chance.choice([self.life.clock.error, *ERRORS]))
        self.is_on = True

    def sleep(self) -> None:
        """The machine is off until somebody switches it on."""
        self.life.off()
        self.is_on = False
        if self.chance.random() < 0.5:
            self.life.to(self.life.now + self.chance.randint(1, 60) * HOUR)
        self.restart()

    def fly(self) -> None:
        """Another zone."""
        self.life.clock.zone_name = self.chance.choice(ZONES)

    def edit(self) -> None:
        """The contract is made tighter or looser."""
        self.life.adopt(terms(self.chance.randint(1, 3), zone=""))

    def bet(self) -> None:
        """A bet, if it is taken."""
        try:
            self.life.do(lambda actions: actions.place_bet(self.chance.randint(1, 12)))
        except BadInput as refused:
            self.told.append(refused.message)

    def excuse(self) -> None:
        """The emergency pass, if there is one."""
        if self.chance.random() < 0.3:
            try:
                self.life.do(lambda actions: actions.use_pass("tired"))
            except BadInput as refused:
                self.told.append(refused.message)

    def ask(self) -> None:
        """The person looks."""
        self.chance.choice([self.life.engine.check_now, self.life.engine.judge])()

    def end(self) -> None:
        """All is well again, for long enough to find out."""
        self.life.service.fault = None
        self.life.off()
        self.life.on(error=timedelta(0))
        for _ in range(4):
            self.life.to(self.life.now + 7 * HOUR)
            self.life.pulse()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_in_two_weeks_every_day_gets_what_it_earned_once(life: Callable[..., Life], seed: int) -> None:
    """With little work, which the list always shows whole, and with much, which leaves gaps that nobody may judge."""
    is_little = seed % 2 == 0
    one = life(start=local(DAY_ONE, "07:00"), zone=ZONES[seed % 4])
    one.adopt(terms(zone=""))
    story = Story(one, seed, most=16 if is_little else 200)
    story.live(12)
    story.end()

    targets = {fact.number: fact.terms.clauses[0].target for fact in one.facts(facts.ContractAdopted)}
    verdicts = one.facts(facts.DayJudged)
    for fact in verdicts:
        done = one.was_done(fact.label, targets[fact.contract])
        right = {Outcome.SUCCESS} if done else {Outcome.FAILED}
        assert fact.outcome in right | {Outcome.EXCUSED}, (fact.label, fact.outcome, story.told)
    assert one.facts(facts.VerdictCorrected) == []
    days = [fact.day for fact in one.facts(facts.DayOpened) if fact.day.closes < one.now - HOUR]
    assert len(days) >= 11
    judged = {fact.label for fact in verdicts}
    if is_little:
        assert {day.label for day in days} <= judged, story.told
    tally = one.tally([])
    FAULT_TABLE.append(("random weeks of all of these", tally))
    assert tally.is_clean, (tally.words, story.told)
    one.check_file()
