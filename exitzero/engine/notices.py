"""What the person is told when something falls due: what is missing, until when, and what happens then."""

from datetime import datetime
from zoneinfo import ZoneInfo

from exitzero.core.facts import DayJudged, RungFired, VerdictCorrected
from exitzero.core.verdict import Outcome
from exitzero.desktop.notifications import Notice


def of_rung(fact: RungFired, deadline: datetime, zone: str, *, burn: int, now: datetime) -> Notice:
    """A rung of the ladder that fires ``now``, which after sleep is later than it was due."""
    due = deadline.astimezone(ZoneInfo(zone)).strftime("%H:%M")
    stake = f" Missing it burns {burn} coins." if burn else ""
    return Notice(
        kind="ladder",
        title=f"{', '.join(fact.missing)} missing, due {due}",
        body=f"{_left(deadline, now)} left.{stake}",
        urgent=fact.urgent,
        replaces=f"ladder:{fact.label}",
    )


def _left(deadline: datetime, now: datetime) -> str:
    minutes = max(round((deadline - now).total_seconds() / 60), 0)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def of_verdict(fact: DayJudged) -> Notice:
    """A verdict."""
    words = {
        Outcome.SUCCESS: ("Day succeeded", f"{fact.label} exits 0."),
        Outcome.FAILED: ("Day failed", f"{fact.label} exits {fact.exit_code}."),
        Outcome.REST: ("Day of rest", f"{fact.label} exits 0."),
        Outcome.EXCUSED: ("Day excused", f"{fact.label} exits 0 by emergency pass."),
        Outcome.UNPROVED: ("Day never proved", f"{fact.label} exits {fact.exit_code} and costs nothing."),
    }[fact.outcome]
    spared = f" It costs nothing: {fact.spared}." if fact.spared else ""
    return Notice(
        kind="verdict",
        title=words[0],
        body=words[1] + spared,
        urgent=fact.outcome is Outcome.FAILED,
        replaces=f"verdict:{fact.label}",
    )


def of_correction(fact: VerdictCorrected) -> Notice:
    """A verdict that late evidence put right."""
    return Notice(
        kind="verdict",
        title="Verdict corrected",
        body=f"Evidence came late: {fact.label} exits {fact.exit_code} after all.",
        replaces=f"verdict:{fact.label}",
    )
