"""How the day stands: the weighted share of the clauses met, one word, and the exit code if it were judged now."""

from collections.abc import Sequence
from dataclasses import dataclass

from exitzero.core.finding import Finding
from exitzero.core.words import ClauseState, Standing

UNKNOWN_EXIT_CODE = 69
"""What a day exits with while a source is down (EX_UNAVAILABLE)."""


@dataclass(frozen=True, slots=True)
class Survival:
    """Today at a glance. ``percent`` is rounded down, so that 100 means all."""

    standing: Standing
    percent: int
    exit_code: int


def exit_code(findings: Sequence[Finding]) -> int:
    """0 if every clause that is due is met, 69 if one is unknown, else a bit for each that failed."""
    due = [finding for finding in findings if finding.due]
    if any(finding.state is ClauseState.UNKNOWN for finding in due):
        return UNKNOWN_EXIT_CODE
    code = 0
    for finding in due:
        if finding.state is ClauseState.NOT_MET:
            code |= finding.kind.bit
    return code


def survey(findings: Sequence[Finding], *, closed: bool) -> Survival:
    """Where a day with these findings stands; an empty list is a day of rest."""
    due = [finding for finding in findings if finding.due]
    if not findings:
        return Survival(Standing.REST, 100, 0)
    whole = sum(finding.weight for finding in findings)
    share = sum(finding.weight * finding.fraction for finding in findings)
    code = exit_code(findings)
    if any(finding.state is ClauseState.NOT_MET for finding in due) and not (closed and code == UNKNOWN_EXIT_CODE):
        standing = Standing.FAILED if closed else Standing.AT_RISK
    elif code == UNKNOWN_EXIT_CODE:
        standing = Standing.UNKNOWN
    else:
        standing = Standing.SAFE
    return Survival(standing, int(100 * share / whole + 1e-9), code)
