"""The ladder: what fires before the deadline, once a day, and only for what is really missing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exitzero.core.contract import RungRule
from exitzero.core.day import Day
from exitzero.core.finding import Finding
from exitzero.core.words import ClauseState


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of one day's ladder at its instant."""

    name: str
    due: datetime
    urgent: bool


QUEUE_MINUTES = 60
"""From the first rung on that comes so close to the deadline, the shame post stands in the queue."""


def queues_post(rules: Sequence[RungRule], name: str) -> bool:
    """True if the rung of that name is one at which the shame post is queued."""
    return any(rule.name == name and rule.minutes_before <= QUEUE_MINUTES for rule in rules)


def rungs_of(day: Day, rules: Sequence[RungRule]) -> tuple[Rung, ...]:
    """The ladder of a day, first rung first; rungs that would come before the day are left out."""
    rungs = (Rung(rule.name, day.deadline - timedelta(minutes=rule.minutes_before), rule.urgent) for rule in rules)
    return tuple(sorted((rung for rung in rungs if rung.due >= day.starts), key=lambda rung: rung.due))


def due_rungs(
    day: Day, rules: Sequence[RungRule], findings: Sequence[Finding], fired: Collection[str], now: datetime
) -> tuple[Rung, ...]:
    """The rungs that are due and not yet fired, oldest first; the last is the one to act on, those before were missed.

    Empty unless something is proved to be missing: an unknown never scolds, and the rung stays due meanwhile.
    """
    missing = any(finding.due and finding.state is ClauseState.NOT_MET for finding in findings)
    if not missing or not day.starts <= now < day.closes:
        return ()
    return tuple(rung for rung in rungs_of(day, rules) if rung.due <= now and rung.name not in fired)
