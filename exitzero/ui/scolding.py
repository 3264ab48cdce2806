"""What the alarm says, from facts alone: what is missing, since when that was known, what ends, what it will cost.

Every sentence can be looked up in the record of today. The levels differ in how it is said, never in what is claimed.
"""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from exitzero.core.today import ClauseView, RungView, Today
from exitzero.ui import format as words


def headline(today: Today, level: int) -> str:
    """The one sentence that stands largest."""
    missing = ", ".join(f"{clause.heading} {words.count_text(clause)}" for clause in today.missing)
    if level >= 3:
        if all(not clause.count for clause in today.missing):
            return _tr("You have proved nothing today.")
        return _tr("You stopped halfway: {0}.").format(missing)
    if level == 2:
        return _tr("{0}. Do it now.").format(missing)
    return _tr("{0} is not proved yet.").format(missing)


def sentences(today: Today, now: datetime, level: int) -> tuple[str, ...]:
    """The rest, a sentence a line."""
    found = [_short(clause, level) for clause in today.missing]
    found += _known_since(today, now, level)
    if today.streak:
        days = words.plural(today.streak, _tr("1 day"), _tr("{0} days"))
        found.append(
            _tr("A streak of {0} dies with this day.").format(days)
            if level >= 3
            else _tr("A streak of {0} ends if the day fails.").format(days)
        )
    price = cost(today)
    if price:
        found.append((_tr("You agreed to pay: {0}.") if level >= 3 else _tr("It will cost {0}.")).format(price))
    if level >= 3:
        found.append(_tr("You signed this contract. Nobody else will do it."))
    return tuple(found)


def cost(today: Today) -> str:
    """What a failed day would cost, as a list of words."""
    parts = []
    for stake in today.stakes:
        if not stake.armed:
            continue
        if stake.kind in {"coins", "bet"}:
            parts.append(_tr("{0} (bet)").format(stake.amount) if stake.kind == "bet" else stake.amount)
        elif stake.kind == "beeminder_charge":
            parts.append(stake.amount)
        elif stake.kind != "beeminder_datapoint":
            parts.append(stake.text[:1].lower() + stake.text[1:])
    return ", ".join(parts)


def _short(clause: ClauseView, level: int) -> str:
    gap = clause.target - clause.count
    if level >= 3:
        return _tr("{0}: {1} of {2}. That is {3} short of what you promised.").format(
            clause.heading, clause.count, clause.target, gap
        )
    return _tr("{0}: {1} of {2}, {3} missing.").format(clause.heading, clause.count, clause.target, gap)


def _known_since(today: Today, now: datetime, level: int) -> list[str]:
    """Since when the person was told, and whether anything was proved since; only if a rung really fired."""
    fired = sorted((rung for rung in today.rungs if rung.state == "fired"), key=lambda rung: rung.due)
    if not fired:
        return []
    first: RungView = fired[0]
    at = words.clock(first.due, today.zone)
    ago = words.span(now - first.due)
    told = _tr("You have known since {0}, {1} ago.").format(at, ago)
    unchanged = first.missing == ", ".join(f"{each.heading} {each.count}/{each.target}" for each in today.missing)
    if unchanged and now > first.due and level >= 2:
        told += " " + (_tr("Nothing since then.") if level >= 3 else _tr("Nothing was proved since."))
    return [told]


def _tr(text: str) -> str:
    return QCoreApplication.translate("scolding", text)
