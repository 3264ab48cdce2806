"""What a good record earned, gathered from judged days and proved observations for the pure rules."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from exitzero.core.errors import BadInput
from exitzero.core.verdict import Outcome
from exitzero.engine.reading import day_of, stored_findings
from exitzero.engine.views import BadgeView, Rewards
from exitzero.store import tables
from exitzero.work.coins.questions import balance
from exitzero.work.stakes import rules


def rewards_of(session: Session) -> Rewards:
    """Badges, themes and freezes as they stand."""
    record = rules.record(_judged_days(session), submissions=_submissions(session))
    coins = balance(session).coins
    held = len(session.exec(select(tables.FreezeRow).where(col(tables.FreezeRow.used).is_(None))).all())
    open_themes = {theme.name for theme in rules.themes(coins)}
    try:
        rules.check_freeze(coins=coins, held=held)
        refusal = ""
    except BadInput as error:
        refusal = str(error)
    return Rewards(
        badges=tuple(
            BadgeView(badge.name, badge.title, badge.words, badge.progress(record), badge.needs)
            for badge in rules.BADGES
        ),
        themes=tuple((theme.name, theme.title, theme.coins, theme.name in open_themes) for theme in rules.THEMES),
        freezes=held,
        freeze_price=rules.FREEZE_PRICE,
        freeze_refusal=refusal,
    )


def _submissions(session: Session) -> int:
    seen = tables.ObservationRow
    return session.exec(select(func.count()).select_from(seen).where(col(seen.official).is_(True))).one()


def _judged_days(session: Session) -> list[rules.JudgedDay]:
    row = tables.DayRow
    rows = session.exec(select(row).where(col(row.outcome).is_not(None)).order_by(col(row.label))).all()
    won = {
        move.label for move in session.exec(select(tables.CoinRow).where(col(tables.CoinRow.reason).endswith(" won")))
    }
    used = col(tables.FreezeRow.used)
    frozen = set(session.exec(select(used).where(used.is_not(None))))
    seen = tables.ObservationRow
    # All at once: one question a day makes ten years wait for seconds.
    times = {found[0]: found[1] for found in session.execute(sql_select(col(seen.key), col(seen.at)))}
    return [
        rules.JudgedDay(
            label=each.label,
            outcome=Outcome(each.outcome or ""),
            by_hand=bool(each.overridden),
            was_unknown=bool(each.held) or each.outcome == Outcome.UNPROVED,
            margin=_margin(each, times),
            bet_won=each.label in won,
            freeze=each.label in frozen,
        )
        for each in rows
    ]


def _margin(row: tables.DayRow, times: Mapping[str, datetime]) -> timedelta | None:
    """How long before the deadline the work was finished, by the source's own time."""
    if row.outcome != Outcome.SUCCESS or row.overridden:
        return None
    last = None
    for finding in stored_findings(row):
        if not finding.keys:
            return None
        key = finding.keys[min(finding.target, len(finding.keys)) - 1]
        seen = times.get(key)
        if seen is None:
            return None
        last = seen if last is None or seen > last else last
    return None if last is None else day_of(row).deadline - last
