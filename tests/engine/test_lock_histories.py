"""Random days of a lockdown: work or none, a silent source, the program on, off and killed, clocks set wrong, the
helper restarted, the hosts file edited.

Looked at again and again, from outside: nobody is locked for a day whose work could be seen, nobody stays locked
without proof or beyond a lock's end, a failed day locks until the next one's work, and the hosts file is as it was.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest

from exitzero.core import facts
from exitzero.core.day import Hours
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseState
from exitzero.lockdown.client import Standing
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local, terms
from tests.engine.lock_kit import HOSTS, LOCK_TABLE, LockTally, Machine, begun, blocking, is_locked, machine, silent

DAYS = 4
# EXITZERO_WIDE lives through many more.
SEEDS = range(40 if os.environ.get("EXITZERO_WIDE") else 3)
STEP = 40 * MINUTE
ERRORS = (timedelta(0), timedelta(0), DAY, -DAY, 5 * HOUR, 3 * DAY)


class Watcher:
    """Lives a life and looks at its hosts file after each step, with what really happened in mind."""

    def __init__(self, one: Life, seed: int) -> None:
        self.one, self.chance, self.tally = one, Random(seed), LockTally()
        self.is_on, self.told = True, list[str]()
        self.seen_well: datetime | None = None
        self.unknown_since: datetime | None = None
        self.works = True

    def live(self, until: datetime) -> None:
        """Something happens every hour or so; in between the program looks, and so do we."""
        events = [self.work, self.work, self.bend, self.bend, self.switch, self.turn, self.kill, self.helper, self.edit]
        coming = self.one.now
        while self.one.now < until:
            today = self.one.ask(lambda questions: questions.today()) if self.is_on else None
            marks = [today.closes, today.closes + 16 * MINUTE] if today is not None else []
            self.one.to(min([until, self.one.now + STEP, *(each for each in marks if each > self.one.now)]))
            if self.one.now >= coming:
                coming = self.one.now + self.chance.randint(30, 300) * MINUTE
                event = self.chance.choice(events)
                if self.chance.random() < 0.6:  # trouble does not last, or nothing would ever be judged
                    event = self.bend if not self.works else self.switch if not self.is_on else event
                self.told.append(f"{self.one.now:%d %H:%M} {event.__name__}")
                event()
            if self.is_on:
                self.one.engine.check_now()
            self.look()

    def work(self) -> None:
        """Something is handed in, on some days."""
        if self.chance.random() < 0.3:
            self.one.solve()

    def bend(self) -> None:
        """The source falls silent, or answers again."""
        self.works = not self.works
        self.one.service.fault = None if self.works else silent

    def switch(self) -> None:
        """The program is ended, or begun."""
        if self.is_on:
            self.one.off()
        else:
            self.one.on(error=timedelta(0))
        self.is_on = not self.is_on
        self.unknown_since = None

    def turn(self) -> None:
        """The program begins anew with another clock."""
        self.one.off()
        self.one.on(error=self.chance.choice(ERRORS))
        self.is_on, self.unknown_since = True, None

    def kill(self) -> None:
        """The program ends between two lines of its journal."""
        if self.is_on:
            self.one.restart()

    def helper(self) -> None:
        """The helper starts anew."""
        machine(self.one).start()

    def edit(self) -> None:
        """Somebody puts the hosts file back as it was."""
        machine(self.one).hosts.write_bytes(HOSTS)

    def look(self) -> None:
        """Hold the file against what is true."""
        one, now = self.one, self.one.now
        locked = is_locked(one)
        self.tally.looks += 1
        self.tally.locked += locked
        status = machine(one).status()
        at = f"{now:%d %H:%M}"
        if locked and not status.holds:
            self.tally.stuck.append(f"{at}: locked by nothing")
        if any(hold.remaining > 24 * 3600 + 36 * 3600 for hold in status.holds):
            self.tally.stuck.append(f"{at}: a lock without an end")
        if not self.is_on or self.one.clock.error:
            return
        view = one.engine.lockdown.view
        if (view.standing == "locked") != locked or (status.standing is Standing.LOCKED) != locked:
            self.tally.wrong.append(f"{at}: shown {view.standing}, locked {locked}")
        today = one.ask(lambda questions: questions.today())
        if today is None or not self.works:
            unknown = today is not None and all(each.state == ClauseState.UNKNOWN for each in today.clauses)
            self.unknown_since = (self.unknown_since or now) if unknown else None
            if self.unknown_since is not None and now - self.unknown_since > HOUR + STEP and locked:
                self.tally.stuck.append(f"{at}: unknown since {self.unknown_since:%H:%M}")
            return
        self.unknown_since = None
        done = one.was_done(today.label)
        before = [f for f in one.facts(facts.DayJudged) if f.label == today.label - DAY and not f.spared]
        has_failed = bool(before) and before[0].outcome is Outcome.FAILED
        if locked and done and now < today.closes:
            self.tally.wrong.append(f"{at}: the work of {today.label} is done")
        if has_failed and not done and now < today.closes and not locked:
            self.tally.missed.append(f"{at}: {today.label - DAY} failed")

    def end(self) -> None:
        """All is well, the work is done, and everything ends."""
        self.one.service.fault = None
        self.one.off()
        self.one.on(error=timedelta(0))
        self.one.solve()
        self.one.engine.check_now()
        self.one.pulse()
        if machine(self.one).hosts.read_bytes() != HOSTS:
            self.tally.stuck.append("at the end")
        self.one.off()
        self.one.to(self.one.now + 3 * DAY)
        machine(self.one).beat()
        if machine(self.one).status().holds or machine(self.one).hosts.read_bytes() != HOSTS:
            self.tally.stuck.append("after the end")


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_locks_are_right_and_end(life: Callable[..., Life], tmp_path: Path, seed: int) -> None:
    """Deadlines at midnight, in the evening and after midnight; by a failed day alone and with the ladder."""
    hours = (Hours(), Hours(deadline=Hours().deadline.replace(hour=20, minute=0)), Hours())[seed % 3]
    one = life(start=local(DAY_ONE, "07:00"), helper=partial(Machine, tmp_path / "machine"))
    begun(one, replace(terms(1), hours=hours, blocking=blocking(rung="alarm" if seed % 2 else "")))
    watcher = Watcher(one, seed)
    watcher.live(local(DAY_ONE + DAYS * DAY, "09:00"))
    watcher.end()
    LOCK_TABLE.append(watcher.tally)
    assert watcher.tally.locked, "a life without a lock shows nothing"
    assert watcher.tally.is_clean, (watcher.tally, watcher.told)
    one.on()
    one.check_file()
