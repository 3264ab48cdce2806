"""What a failure costs, how that grows and falls again, and what a good record earns, as pure functions.

Why it exists: money and coins are decided by these numbers alone, so that the preview, the rehearsal and the judgement
agree, and so that a verdict judged again costs the same. Nothing here reads a clock or a store. Days are named by their
labels; only the outcomes of judged days count, so that an unknown day neither costs nor earns anything.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from exitzero.core.errors import BadInput
from exitzero.core.verdict import Outcome

# ---------------------------------------------------------------------------------------------- charges of money

LEAST_CHARGE = 100
"""Cents; a smaller charge cannot be made."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Money ordered because of a day. ``happened`` is ``None`` while nobody knows, or while it is still to come."""

    label: date
    cents: int
    happened: bool | None


def charged(charges: Iterable[Charge], month: date) -> int:
    """Cents taken for days of ``month`` (any day of it); what may have been taken, or will be, counts as taken."""
    return sum(
        charge.cents
        for charge in charges
        if charge.happened is not False and (charge.label.year, charge.label.month) == (month.year, month.month)
    )


def chargeable(cents: int, *, already: int, ceiling: int) -> int:
    """The part of a charge that the month's ceiling leaves room for; 0 where less is left than can be charged."""
    room = min(cents, ceiling - already)
    return room if room >= LEAST_CHARGE else 0


# ---------------------------------------------------------------------------------------------- growing stakes

GROWTH = (100, 150, 200, 300, 400)
"""Per cent of the agreed stake: the first failure costs what was agreed, each repeated one a step more."""

MEMORY = timedelta(days=30)
"""For how long a failure makes the next one dearer."""

CLEAN_WEEK = 7
"""Successful days in a row, not counting days that were not played, after which the stake falls by a step."""

STEPS = len(GROWTH) - 1


def step(history: Mapping[date, Outcome], label: date) -> int:
    """How many steps a failure on ``label`` is above the agreed stake, from the judged days before it.

    Each failure within :data:`MEMORY` raises it by one, up to :data:`STEPS`; each clean week lowers it by one.
    """
    level = clean = 0
    for day in sorted(day for day in history if label - MEMORY <= day < label):
        if history[day] is Outcome.FAILED:
            level, clean = min(level + 1, STEPS), 0
        elif history[day] is Outcome.SUCCESS and level:
            clean += 1
            if clean == CLEAN_WEEK:
                level, clean = level - 1, 0
    return level


def grown(base: int, steps: int, *, cap: int) -> int:
    """What a stake of ``base`` (coins or cents) is after so many steps: never below it, never above ``cap``."""
    check_cap(base, cap)
    return min(base * GROWTH[min(steps, STEPS)] // 100, cap)


def stake(base: int, history: Mapping[date, Outcome], label: date, *, cap: int | None) -> int:
    """What a failure on ``label`` costs; ``cap`` is ``None`` while growing stakes are switched off."""
    return base if cap is None else grown(base, step(history, label), cap=cap)


def check_cap(base: int, cap: int) -> None:
    """Raise :class:`BadInput` on ``cap`` if it is less than what a first failure costs."""
    if base < 0:
        raise BadInput("stake", "A stake cannot be negative.")
    if cap < base:
        raise BadInput("cap", f"The cap cannot be less than the stake itself ({base}).")


# ---------------------------------------------------------------------------------------------- streak and freeze

BONUS_EVERY = 7
"""Days of streak for one more coin a day."""

BONUS_MOST = 10
"""The most that a streak adds to a successful day; reached after 70 days."""

FREEZE_PRICE = 40
"""Coins; four successful days, and less than a failed one burns."""

FREEZES_HELD = 2
"""How many freezes can be held at once."""


@dataclass(frozen=True, slots=True)
class Streak:
    """Successful days in a row, the best such row ever, and whether the last failed day was bridged by a freeze."""

    days: int = 0
    best: int = 0
    frozen: bool = False

    def after(self, outcome: Outcome, *, freeze: bool = False) -> "Streak":
        """The streak after one more judged day. Days that were not played leave it; a frozen failure adds nothing."""
        if outcome is Outcome.SUCCESS:
            return Streak(self.days + 1, max(self.best, self.days + 1))
        if outcome is not Outcome.FAILED:
            return self
        return Streak(self.days, self.best, frozen=True) if freeze and self.days else Streak(0, self.best)


def streak_bonus(days: int) -> int:
    """What a successful day earns beside its reward; ``days`` is the streak with that day in it."""
    return min(max(days, 0) // BONUS_EVERY, BONUS_MOST)


def check_freeze(*, coins: int, held: int) -> None:
    """Raise :class:`BadInput` on ``freeze`` if none can be bought; a freeze is never bought on debt."""
    if held >= FREEZES_HELD:
        raise BadInput("freeze", f"You hold {held} freezes already; more cannot be held.")
    if coins < FREEZE_PRICE:
        raise BadInput("freeze", f"A freeze costs {FREEZE_PRICE} coins; you have {coins}.")


def freeze_for(label: date, bought: Iterable[date], *, streak: int) -> date | None:
    """The held freeze that a failed day uses up by itself, named by the day on which it was bought; ``None`` if none.

    The oldest one goes first. One bought on the failed day itself comes too late, and without a streak none is used.
    The day stays failed: only the streak is kept, and every other consequence happens.
    """
    return min((day for day in bought if day < label), default=None) if streak > 0 else None


def freeze_key(number: int) -> str:
    """The ledger key of the price of the ``number``-th freeze ever bought (1 is the first)."""
    return f"freeze:{number}"


# ---------------------------------------------------------------------------------------------- badges

LAST_MINUTES = timedelta(minutes=10)
"""Before the deadline; proof whose own time lies in it saved the day at the last moment."""


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """One day that has been judged, by its facts.

    ``by_hand`` is True for an overridden day: it earns no badge. ``was_unknown``: the verdict had to wait for a source,
    or none could ever be given. ``margin`` is how long before the deadline the last clause was met, by the source's own
    time; ``None`` if not told.
    """

    label: date
    outcome: Outcome
    by_hand: bool = False
    was_unknown: bool = False
    margin: timedelta | None = None
    bet_won: bool = False
    freeze: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """What badges are given for. Every number only ever grows while verdicts stand."""

    successes: int = 0
    best_streak: int = 0
    submissions: int = 0
    comebacks: int = 0
    known_months: int = 0
    late_saves: int = 0
    bets_won: int = 0


def record(days: Iterable[JudgedDay], *, submissions: int) -> Record:
    """The record that judged days amount to; ``submissions`` is how many proved ones there are in the journal."""
    ordered = sorted(days, key=lambda day: day.label)
    earned = [day for day in ordered if day.outcome is Outcome.SUCCESS and not day.by_hand]
    streak = Streak()
    for day in ordered:
        if not day.by_hand:
            streak = streak.after(day.outcome, freeze=day.freeze)
    return Record(
        successes=len(earned),
        best_streak=streak.best,
        submissions=submissions,
        comebacks=_comebacks(ordered),
        known_months=_known_months(ordered),
        late_saves=sum(day.margin is not None and timedelta(0) <= day.margin <= LAST_MINUTES for day in earned),
        bets_won=sum(day.bet_won for day in earned),
    )


def _comebacks(days: Sequence[JudgedDay]) -> int:
    """Failed days whose next played day was a success."""
    played = [day for day in days if day.outcome in {Outcome.FAILED, Outcome.SUCCESS}]
    return sum(
        before.outcome is Outcome.FAILED and after.outcome is Outcome.SUCCESS and not after.by_hand
        for before, after in pairwise(played)
    )


def _known_months(days: Sequence[JudgedDay]) -> int:
    """Calendar months of which every day was judged without waiting for a source."""
    known = Counter((day.label.year, day.label.month) for day in days if not day.was_unknown and not day.by_hand)
    return sum(count == monthrange(*month)[1] for month, count in known.items())


@dataclass(frozen=True, slots=True)
class Badge:
    """Something earned once ``number`` of the record reaches ``needs``. ``name`` is its word for ever."""

    name: str
    title: str
    words: str
    number: Callable[[Record], int]
    needs: int

    def progress(self, of: Record) -> int:
        """How far it is, up to ``needs``."""
        return min(max(self.number(of), 0), self.needs)

    def earned(self, of: Record) -> bool:
        """True if the record is enough for it."""
        return self.number(of) >= self.needs


BADGES = (
    Badge("first_success", "First exit 0", "A day without errors.", lambda of: of.successes, 1),
    Badge("streak_7", "7 days", "A streak of 7 successful days.", lambda of: of.best_streak, 7),
    Badge("streak_30", "30 days", "A streak of 30 successful days.", lambda of: of.best_streak, 30),
    Badge("streak_100", "100 days", "A streak of 100 successful days.", lambda of: of.best_streak, 100),
    Badge("streak_365", "365 days", "A streak of 365 successful days.", lambda of: of.best_streak, 365),
    Badge("submissions_100", "100 proved", "100 proved submissions.", lambda of: of.submissions, 100),
    Badge("submissions_1000", "1000 proved", "1000 proved submissions.", lambda of: of.submissions, 1000),
    Badge("comeback", "Came back", "A success on the day after a failure.", lambda of: of.comebacks, 1),
    Badge("comeback_10", "Came back 10 times", "10 successes, each after a failure.", lambda of: of.comebacks, 10),
    Badge("known_month", "A known month", "A month in which no day was unknown.", lambda of: of.known_months, 1),
    Badge("late_save", "Last 10 minutes", "Saved within 10 minutes of the deadline.", lambda of: of.late_saves, 1),
    Badge("bet_won", "Bet won", "A bet won.", lambda of: of.bets_won, 1),
    Badge("bets_won_25", "25 bets won", "25 bets won.", lambda of: of.bets_won, 25),
)
"""In the order in which they are shown."""


def badges(of: Record) -> tuple[Badge, ...]:
    """What a record has earned."""
    return tuple(badge for badge in BADGES if badge.earned(of))


# ---------------------------------------------------------------------------------------------- themes


@dataclass(frozen=True, slots=True)
class ThemeUnlock:
    """A theme that can be chosen from a balance of ``coins`` on."""

    name: str
    title: str
    coins: int


THEMES = (
    ThemeUnlock("state", "State", 0),
    ThemeUnlock("amber", "Amber", 100),
    ThemeUnlock("slate", "Slate", 250),
    ThemeUnlock("paper", "Paper", 500),
    ThemeUnlock("ink", "Ink", 1000),
)
"""The first one, green and red by the day's state, is everybody's."""


def themes(coins: int) -> tuple[ThemeUnlock, ...]:
    """What a balance unlocks; a balance that falls below a threshold locks the theme again."""
    return tuple(theme for theme in THEMES if theme.coins <= max(coins, 0))
