"""The judge: a pure function of contract, day and evidence. Asked again at any time, it gives the same answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from exitzero.core.day import Day
from exitzero.core.finding import Finding
from exitzero.core.survival import UNKNOWN_EXIT_CODE, exit_code

FAIR_NOTICE = timedelta(hours=4)
"""A day whose contract began later than this before its deadline is judged, but costs nothing."""


class Outcome(StrEnum):
    """How a day ended. ``UNPROVED`` is a day that no source could ever vouch for: exit code 69, and no consequence."""

    SUCCESS = "success"
    FAILED = "failed"
    REST = "rest"
    EXCUSED = "excused"
    UNPROVED = "unproved"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A day's outcome with the findings that decided it."""

    outcome: Outcome
    exit_code: int
    findings: tuple[Finding, ...]


PATIENCE = timedelta(days=30)
"""How long an unknown day waits for its source before it is closed as unproved."""


def judge(day: Day, findings: Sequence[Finding], now: datetime, *, excused: bool) -> Verdict | None:
    """The verdict over a day that has closed, or ``None`` while it must wait: not closed yet, or a source unknown.

    ``findings`` must be those at ``now`` or later; an emergency pass makes the day excused whatever they say.
    """
    if now < day.closes:
        return None
    due = tuple(finding for finding in findings if finding.due)
    if excused:
        return Verdict(Outcome.EXCUSED, 0, due)
    if not due:
        return Verdict(Outcome.REST, 0, ())
    code = exit_code(due)
    if code == UNKNOWN_EXIT_CODE:
        return Verdict(Outcome.UNPROVED, code, due) if now >= day.closes + PATIENCE else None
    return Verdict(Outcome.FAILED if code else Outcome.SUCCESS, code, due)


def is_spared(day: Day, contract_began: datetime) -> bool:
    """True if the first contract began too close to the deadline for a failure to cost anything."""
    return contract_began > day.deadline - FAIR_NOTICE
