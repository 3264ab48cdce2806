"""The contract: what a day is owed, in dated versions that only ever get easier after a week.

A person who fools themselves loosens the rules at 23:50. So an edit is taken apart into changes, each of which is
tighter, looser or neither: tighter holds from today, neither from the next day, looser after a horizon of seven days.
The terms in force on a day judge that day; a later edit can never make a day within the horizon easier.

Long, because comparing terms, applying single changes and checking them are three views of the same fields, which have
to be changed together.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from exitzero.core.blocking import Blocking, Window
from exitzero.core.blocking import check as check_blocking
from exitzero.core.day import Hours, zone_named
from exitzero.core.errors import BadInput
from exitzero.core.observation import Difficulty
from exitzero.core.stakes import Stakes
from exitzero.core.stakes import check as check_stakes
from exitzero.core.words import ClauseKind, Quota

HORIZON = timedelta(days=7)
EVERY_WEEKDAY = frozenset(range(7))
PROOFS, SENT_MAIL, CALENDAR = "proofs", "sent_mail", "calendar"
"""The sources of the clauses that are not a service of their own: proofs logged here, a mailbox, the calendar here."""

OWN_SOURCES = frozenset({PROOFS, CALENDAR})
"""Sources that are in the database, so that nobody has to be asked about them."""

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class CountingRule(IntEnum):
    """Which accepted submissions count, in rising strictness."""

    ANY = 0
    PROBLEMS = 1
    REVIEW = 2
    NEW = 3

    @property
    def word(self) -> str:
        """The rule's word in scripts and the journal."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Counting:
    """What counts for a clause.

    ``ANY`` counts every accepted submission, ``PROBLEMS`` each problem once a day, ``REVIEW`` a problem that was new or
    last accepted at least ``review_after_days`` before, ``NEW`` only problems never accepted before. ``minimum``
    leaves out easier problems under each of them.
    """

    rule: CountingRule = CountingRule.ANY
    minimum: Difficulty | None = None
    review_after_days: int = 30


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing owed: ``target`` of a kind a day or week, on ``weekdays`` (0 is Monday), weighing ``weight``.

    ``subject`` is the person's name at the truth source ``source``. ``words`` are what the subject of a sent mail must
    hold one of to count.
    """

    kind: ClauseKind
    target: int
    subject: str = ""
    source: str = "leetcode"
    weight: int = 50
    quota: Quota = Quota.DAILY
    weekdays: frozenset[int] = EVERY_WEEKDAY
    counting: Counting = field(default_factory=Counting)
    words: frozenset[str] = frozenset()

    @property
    def account(self) -> tuple[str, str] | None:
        """The source and subject that have to be asked; ``None`` where the truth is in the database."""
        return None if self.source in OWN_SOURCES else (self.source, self.subject)


MOST_WORDS, LONGEST_WORD = 40, 80
USUAL_WORDS = frozenset({"application", "hiring"})
"""What the subject of a sent mail has to hold one of, unless the person chooses other words."""

_USUAL = {
    ClauseKind.LEETCODE: (1, "leetcode", 50),
    ClauseKind.OUTREACH: (5, PROOFS, 35),
    ClauseKind.MOCKS: (1, CALENDAR, 15),
}


def usual_clause(kind: ClauseKind, subject: str = "", *, target: int | None = None) -> Clause:
    """A clause as it is offered where there is none of its kind. Raises KeyError for a kind that nobody judges."""
    number, source, weight = _USUAL[kind]
    return Clause(kind, number if target is None else target, subject, source, weight)


@dataclass(frozen=True, slots=True)
class RungRule:
    """A step of the ladder: ``minutes_before`` the deadline, ``urgent`` if it may insist."""

    name: str
    minutes_before: int
    urgent: bool = False


DEFAULT_RUNGS = (
    RungRule("warning", 239),
    RungRule("alarm", 119, urgent=True),
    RungRule("last call", 59, urgent=True),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that a contract version fixes. ``zone`` empty means the zone of this machine, day by day.

    ``burn`` is the number of coins that a failed day costs. ``rest_days`` are dates on which nothing is owed.
    ``stakes`` is what else a failed day costs, ``blocking`` what is locked and why.
    """

    clauses: tuple[Clause, ...] = ()
    hours: Hours = field(default_factory=Hours)
    zone: str = ""
    week_starts: int = 0
    rest_days: frozenset[date] = frozenset()
    rungs: tuple[RungRule, ...] = DEFAULT_RUNGS
    burn: int = 50
    stakes: Stakes = field(default_factory=Stakes)
    blocking: Blocking = field(default_factory=Blocking)

    def clause(self, kind: ClauseKind) -> Clause | None:
        """The clause of that kind, if the contract has one."""
        return next((clause for clause in self.clauses if clause.kind is kind), None)

    def owed_on(self, label: date) -> tuple[Clause, ...]:
        """The clauses that a day has, empty on a rest day."""
        if label in self.rest_days:
            return ()
        return tuple(clause for clause in self.clauses if label.weekday() in clause.weekdays)

    def week_of(self, label: date) -> tuple[date, ...]:
        """The seven dates of the week that ``label`` lies in."""
        first = label - timedelta(days=(label.weekday() - self.week_starts) % 7)
        return tuple(first + timedelta(days=n) for n in range(7))

    def is_due_on(self, clause: Clause, label: date) -> bool:
        """True if that day judges the clause: a daily one always, a weekly one on the week's last working day."""
        if clause not in self.owed_on(label):
            return False
        if clause.quota is Quota.DAILY:
            return True
        working = [each for each in self.week_of(label) if clause in self.owed_on(each)]
        return bool(working) and working[-1] == label


@dataclass(frozen=True, slots=True)
class ContractVersion:
    """One dated state of the contract: ``terms`` hold from ``effective`` until the next version does."""

    number: int
    effective: date
    terms: Terms


class Direction(StrEnum):
    """Whether a change makes the contract harder, easier or neither."""

    TIGHTER = "tighter"
    NEUTRAL = "neutral"
    LOOSER = "looser"


@dataclass(frozen=True, slots=True)
class Change:
    """One separable difference between two terms; ``key`` says what, the texts are for the screen."""

    key: tuple[str, ...]
    what: str
    before: str
    after: str
    direction: Direction

    def effective(self, today: date) -> date:
        """The first day that this change judges, if it is asked for on ``today``."""
        if self.direction is Direction.TIGHTER:
            return today
        return today + (HORIZON if self.direction is Direction.LOOSER else timedelta(days=1))


def _direction(is_tighter: bool, is_looser: bool) -> Direction:
    if is_tighter == is_looser:
        return Direction.NEUTRAL
    return Direction.TIGHTER if is_tighter else Direction.LOOSER


def _ordered(before: int, after: int) -> Direction:
    """More is tighter."""
    return _direction(after > before, after < before)


def _clock(value: time) -> str:
    return value.strftime("%H:%M")


def _account(clause: Clause) -> str:
    match clause.source:
        case "proofs":
            return "proofs only"
        case "calendar":
            return "the calendar"
        case "sent_mail":
            return f"proofs and mail sent from {clause.subject}"
        case _:
            return f"{clause.subject} at {clause.source}"


def target_words(clause: Clause) -> str:
    """What a clause owes, as words: ``5 a day``."""
    if clause.kind is ClauseKind.MOCKS:
        return f"{clause.target} booked in the coming 7 days"
    return f"{clause.target} a {'day' if clause.quota is Quota.DAILY else 'week'}"


def counting_words(counting: Counting) -> str:
    """What counts, as words for the screen."""
    words = {
        CountingRule.ANY: "any accepted submission",
        CountingRule.PROBLEMS: "each problem once a day",
        CountingRule.REVIEW: f"new problems and reviews after {counting.review_after_days} days",
        CountingRule.NEW: "new problems only",
    }[counting.rule]
    return words if counting.minimum is None else f"{words}, {counting.minimum} or harder"


def _target_direction(before: Clause, after: Clause) -> Direction:
    if before.quota is after.quota:
        return _ordered(before.target, after.target)
    if before.quota is Quota.DAILY:
        return Direction.LOOSER  # a week lets a day slip, however large the number
    # The week that runs may be owed whole by tonight: fewer a day would let it off.
    return Direction.TIGHTER if after.target >= before.target else Direction.LOOSER


def _counting_direction(before: Counting, after: Counting) -> Direction:
    tighter = looser = False
    pairs = [
        (int(before.rule), int(after.rule)),
        (before.minimum.rank + 1 if before.minimum else 0, after.minimum.rank + 1 if after.minimum else 0),
    ]
    if CountingRule.REVIEW == before.rule == after.rule:
        pairs.append((before.review_after_days, after.review_after_days))
    for was, now in pairs:
        tighter |= now > was
        looser |= now < was
    # Tighter in one way and looser in another: the whole change waits.
    return Direction.LOOSER if looser else _direction(tighter, False)


def _clause_changes(before: Clause, after: Clause) -> Iterable[Change]:
    title, key = before.kind.heading, before.kind.value
    if (before.target, before.quota) != (after.target, after.quota):
        yield Change(
            (key, "target"),
            f"{title} target",
            target_words(before),
            target_words(after),
            _target_direction(before, after),
        )
    if before.counting != after.counting:
        yield Change(
            (key, "counting"),
            f"{title}: what counts",
            counting_words(before.counting),
            counting_words(after.counting),
            _counting_direction(before.counting, after.counting),
        )
    for weekday in sorted(before.weekdays ^ after.weekdays):
        owed = weekday in after.weekdays
        yield Change(
            (key, "weekday", str(weekday)),
            f"{title} on {WEEKDAY_NAMES[weekday]}",
            "off" if owed else "owed",
            "owed" if owed else "off",
            # One more working day may put off the day that judges a weekly target.
            Direction.TIGHTER if owed and not _stays_weekly(before, after) else Direction.LOOSER,
        )
    if before.weight != after.weight:
        yield Change((key, "weight"), f"{title} weight", str(before.weight), str(after.weight), Direction.NEUTRAL)
    if (before.source, before.subject) != (after.source, after.subject):
        # An account that nobody has can never be proved idle, and one of somebody else's is always busy.
        is_own = before.source in OWN_SOURCES or after.source in OWN_SOURCES
        direction = Direction.NEUTRAL if is_own else Direction.LOOSER
        yield Change((key, "subject"), f"{title} account", _account(before), _account(after), direction)
    elif before.source == SENT_MAIL and not before.words & after.words:
        # The old words go when the new ones come: between them no mail at all would count.
        old, new = (", ".join(sorted(clause.words)) for clause in (before, after))
        yield Change((key, "words"), "Mail that counts", old, new, Direction.LOOSER)
    elif before.source == SENT_MAIL:
        for word in sorted(before.words ^ after.words):
            counts = word in after.words
            was_word, now_word = ("does not count", "counts") if counts else ("counts", "does not count")
            direction = Direction.LOOSER if counts else Direction.TIGHTER
            yield Change((key, "word", word), f"Mail about “{word}”", was_word, now_word, direction)


def changes(before: Terms, after: Terms) -> tuple[Change, ...]:
    """Every separable difference, each with its direction; empty if the terms are the same."""
    found: list[Change] = []
    # On these weekdays work may move the day that judges a weekly target.
    weekly = {n for was in before.clauses if _stays_weekly(was, after.clause(was.kind)) for n in was.weekdays}
    for kind in ClauseKind:
        was, now = before.clause(kind), after.clause(kind)
        if was and now:
            found.extend(_clause_changes(was, now))
        elif was:
            found.append(
                Change((kind.value,), f"{kind.heading} clause", target_words(was), "removed", Direction.LOOSER)
            )
        elif now:
            found.append(Change((kind.value,), f"{kind.heading} clause", "none", target_words(now), Direction.TIGHTER))
    if before.hours != after.hours:
        found.append(
            Change(
                ("hours",),
                "Deadline" if before.hours.starts == after.hours.starts else "Hours of the day",
                _hours_words(before.hours, after.hours),
                _hours_words(after.hours, before.hours),
                _hours_direction(before.hours, after.hours),
            )
        )
    if before.zone != after.zone:
        words = [zone or "this machine's" for zone in (before.zone, after.zone)]
        found.append(Change(("zone",), "Time zone", words[0], words[1], Direction.NEUTRAL))
    if before.week_starts != after.week_starts:
        found.append(
            Change(
                ("week",),
                "First day of the week",
                WEEKDAY_NAMES[before.week_starts],
                WEEKDAY_NAMES[after.week_starts],
                # Moving the week's end moves the day that judges a weekly target.
                Direction.LOOSER if weekly else Direction.NEUTRAL,
            )
        )
    for rest in sorted(before.rest_days ^ after.rest_days):
        added = rest in after.rest_days
        found.append(
            Change(
                ("rest", rest.isoformat()),
                f"Rest on {rest:%a} {rest.day} {rest:%b %Y}",
                "owed" if added else "rest",
                "rest" if added else "owed",
                Direction.LOOSER if added or rest.weekday() in weekly else Direction.TIGHTER,
            )
        )
    found.extend(_rung_changes(before, after))
    if before.burn != after.burn:
        found.append(
            Change(("burn",), "Coins burned", str(before.burn), str(after.burn), _ordered(before.burn, after.burn))
        )
    found.extend(_stake_changes(before.stakes, after.stakes))
    found.extend(_blocking_changes(before, after))
    return tuple(found)


def _blocking_changes(before: Terms, after: Terms) -> Iterable[Change]:
    was, now = before.blocking, after.blocking
    for name, what in (("groups", "Lockdown of the group"), ("sites", "Lockdown of")):
        for each in sorted(getattr(was, name) ^ getattr(now, name)):
            yield _added_or_taken(("lockdown", name, each), f"{what} {each}", added=each in getattr(now, name))
    for window in sorted(was.windows ^ now.windows):
        key = ("lockdown", "windows", _window_key(window))
        yield _added_or_taken(key, f"Lockdown on {window.words}", added=window in now.windows)
    for name, what in (("failed", "Lockdown by a failed day"), ("no_mocks", "Lockdown while no mock is ahead")):
        if getattr(was, name) != getattr(now, name):
            yield _added_or_taken(("lockdown", name), what, added=getattr(now, name))
    if was.rung != now.rung:
        direction = _ordered(
            _minutes_of(was.rung, before.rungs),
            # A rung that moves nearer to the deadline in the same edit does so only later: what is weaker counts.
            min(_minutes_of(now.rung, before.rungs, after.rungs), _minutes_of(now.rung, after.rungs, before.rungs)),
        )
        yield Change(("lockdown", "rung"), "Lockdown by the ladder", was.rung or "off", now.rung or "off", direction)


def _minutes_of(name: str, *ladders: Sequence[RungRule]) -> int:
    """How long before the deadline the rung comes, by the first ladder that has it; -1 for none."""
    found = (rung.minutes_before for ladder in ladders for rung in ladder if rung.name == name)
    return next(found, 0) if name else -1


def _added_or_taken(key: tuple[str, ...], what: str, *, added: bool) -> Change:
    was, now = ("off", "on") if added else ("on", "off")
    return Change(key, what, was, now, _direction(added, not added))


def _window_key(window: Window) -> str:
    return f"{window.weekday} {window.starts:%H:%M} {window.ends:%H:%M}"


def _stake_changes(before: Stakes, after: Stakes) -> Iterable[Change]:
    for channel in sorted(before.channels ^ after.channels):
        armed = channel in after.channels
        was_word, now_word = ("off", "armed") if armed else ("armed", "off")
        yield Change(
            ("stake", "channels", channel), f"Shame post to {channel}", was_word, now_word, _direction(armed, not armed)
        )
    if before.goal != after.goal:
        yield Change(
            ("stake", "goal"),
            "Beeminder goal",
            before.goal or "off",
            after.goal or "off",
            _direction(not before.goal, not after.goal),
        )
    for name, what, words in _STAKE_NUMBERS:
        was, now = int(getattr(before, name)), int(getattr(after, name))
        if was != now:
            # More time to appeal is easier; of everything else more is harder.
            direction = _ordered(now, was) if name == "appeal_minutes" else _ordered(was, now)
            yield Change(("stake", name), what, words(was), words(now), direction)


def _money(cents: int) -> str:
    return f"${cents / 100:.2f}" if cents else "off"


def _switch(value: int) -> str:
    return "on" if value else "off"


_STAKE_NUMBERS: tuple[tuple[str, str, Callable[[int], str]], ...] = (
    ("charge_cents", "Charge", _money),
    ("ceiling_cents", "Monthly ceiling of charges", _money),
    ("alarm", "Alarm", lambda level: f"level {level}" if level else "off"),
    ("hook", "Program of your own", _switch),
    ("growing", "Growing stakes", _switch),
    ("appeal_minutes", "Time for an appeal", lambda minutes: f"{minutes} min"),
)


def _hours_direction(before: Hours, after: Hours) -> Direction:
    if before.starts != after.starts:
        return Direction.LOOSER  # days cut elsewhere: one between is long, and moving to and fro would save whole days
    return _ordered(after.deadline_minutes, before.deadline_minutes)


def _stays_weekly(before: Clause, after: Clause | None) -> bool:
    """True if the clause owes a weekly target for as long as a looser change has to wait."""
    if before.quota is Quota.DAILY:
        return False
    return after is None or after.quota is Quota.WEEKLY or _target_direction(before, after) is Direction.LOOSER


def _hours_words(hours: Hours, other: Hours) -> str:
    if hours.starts == other.starts:
        return _clock(hours.deadline)
    return f"{_clock(hours.starts)} to {_clock(hours.deadline)}"


def _rung_changes(before: Terms, after: Terms) -> Iterable[Change]:
    was = {rung.name: rung for rung in before.rungs}
    now = {rung.name: rung for rung in after.rungs}
    for name in [*was, *(name for name in now if name not in was)]:
        old, new = was.get(name), now.get(name)
        if old == new:
            continue
        yield Change(
            ("rung", name),
            f"Rung {name}",
            _rung_words(old),
            _rung_words(new),
            _rung_direction(old, new),
        )


def _rung_direction(old: RungRule | None, new: RungRule | None) -> Direction:
    if old is None or new is None:
        return Direction.TIGHTER if old is None else Direction.LOOSER
    is_weaker = new.minutes_before < old.minutes_before or (old.urgent and not new.urgent)
    return Direction.LOOSER if is_weaker else Direction.TIGHTER


def _rung_words(rung: RungRule | None) -> str:
    if rung is None:
        return "off"
    return f"{rung.minutes_before} min before the deadline{', urgent' if rung.urgent else ''}"


def apply(before: Terms, after: Terms, wanted: Iterable[Change]) -> Terms:
    """``before`` with just the ``wanted`` of its changes towards ``after``."""
    terms = before
    for change in wanted:
        terms = _apply_one(terms, after, change.key)
    return terms


def _apply_one(terms: Terms, after: Terms, key: tuple[str, ...]) -> Terms:
    match key:
        case ("hours",):
            return replace(terms, hours=after.hours)
        case ("zone",):
            return replace(terms, zone=after.zone)
        case ("week",):
            return replace(terms, week_starts=after.week_starts)
        case ("rest", label):
            return replace(terms, rest_days=terms.rest_days ^ {date.fromisoformat(label)})
        case ("rung", name):
            kept = [rung for rung in terms.rungs if rung.name != name]
            kept += [rung for rung in after.rungs if rung.name == name]
            return replace(terms, rungs=tuple(sorted(kept, key=lambda rung: (-rung.minutes_before, rung.name))))
        case ("burn",):
            return replace(terms, burn=after.burn)
        case ("stake", "channels", channel):
            return replace(terms, stakes=replace(terms.stakes, channels=terms.stakes.channels ^ {channel}))
        case ("stake", name):
            return replace(terms, stakes=replace(terms.stakes, **{name: getattr(after.stakes, name)}))
        case ("lockdown", *part):
            return replace(terms, blocking=_apply_to_blocking(terms.blocking, after.blocking, part))
        case (kind,):
            kept_clauses = [clause for clause in terms.clauses if clause.kind != kind]
            kept_clauses += [clause for clause in after.clauses if clause.kind == kind]
            order = list(ClauseKind)
            return replace(terms, clauses=tuple(sorted(kept_clauses, key=lambda clause: order.index(clause.kind))))
        case (kind, *part):
            return _apply_to_clause(terms, after, ClauseKind(kind), part)
        case _:
            raise ValueError(key)


def _apply_to_blocking(before: Blocking, after: Blocking, part: Sequence[str]) -> Blocking:
    match part:
        case ["groups", name]:
            return replace(before, groups=before.groups ^ {name})
        case ["sites", name]:
            return replace(before, sites=before.sites ^ {name})
        case ["windows", key]:
            every = {_window_key(window): window for window in before.windows | after.windows}
            return replace(before, windows=before.windows ^ {every[key]})
        case [name]:
            changed: dict[str, Any] = {name: getattr(after, name)}
            return replace(before, **changed)
        case _:
            raise ValueError(part)


def _apply_to_clause(terms: Terms, after: Terms, kind: ClauseKind, part: Sequence[str]) -> Terms:
    was, now = terms.clause(kind), after.clause(kind)
    if was is None or now is None:
        raise ValueError(kind)
    match part:
        case ["target"]:
            changed = replace(was, target=now.target, quota=now.quota)
        case ["counting"]:
            changed = replace(was, counting=now.counting)
        case ["weekday", number]:
            changed = replace(was, weekdays=was.weekdays ^ {int(number)})
        case ["weight"]:
            changed = replace(was, weight=now.weight)
        case ["subject"]:
            changed = replace(was, source=now.source, subject=now.subject, words=now.words)
        case ["words"]:
            changed = replace(was, words=now.words)
        case ["word", word]:
            changed = replace(was, words=was.words ^ {word})
        case _:
            raise ValueError(part)
    return replace(terms, clauses=tuple(changed if clause is was else clause for clause in terms.clauses))


def in_force(series: Sequence[ContractVersion], label: date) -> ContractVersion | None:
    """The version that judges the day: of those effective by then the one adopted last; ``None`` before the first."""
    candidates = [version for version in series if version.effective <= label]
    return max(candidates, key=lambda version: (version.effective, version.number)) if candidates else None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an edit would do: every change with the day from which it holds, and the versions it would add."""

    changes: tuple[tuple[Change, date], ...]
    versions: tuple[ContractVersion, ...]


def propose(
    series: Sequence[ContractVersion], wanted: Terms, today: date, *, unproved_subject: bool = False
) -> Proposal:
    """Take ``wanted`` as the contract from ``today`` on, each change at its own time.

    ``unproved_subject`` says that the account named so far never answered to its name, so that a mistyped name is put
    right at once. Raises :class:`BadInput` if ``wanted`` is no contract. With an empty ``series`` this is
    the first contract, in force today.
    """
    check(wanted)
    next_number = max((version.number for version in series), default=0) + 1
    if not series:
        return Proposal((), (ContractVersion(next_number, today, wanted),))
    starts = sorted(
        {today, today + timedelta(days=1), today + HORIZON}
        | {version.effective for version in series if version.effective > today}
    )
    told: dict[tuple[str, ...], tuple[Change, date]] = {}
    versions: list[ContractVersion] = []
    # Each stretch between dates gets the terms it had plus what may change by then, so that an earlier edit that is
    # still waiting keeps its own date.
    for start in starts:
        version = in_force(series, start)
        if version is None:
            continue
        allowed = []
        for change in changes(version.terms, wanted):
            at_once = unproved_subject and change.key[-1] == "subject"
            if at_once or change.effective(today) <= start:
                allowed.append(change)
                told.setdefault(change.key, (change, start))
        terms = apply(version.terms, wanted, allowed)
        before = in_force([*series, *versions], start)
        if before is not None and before.terms == terms:
            continue
        versions.append(ContractVersion(next_number + len(versions), start, terms))
    return Proposal(tuple(told.values()), tuple(versions))


def check_rest_days(series: Sequence[ContractVersion], wanted: Terms, today: date) -> None:
    """Raise :class:`BadInput` on ``rest`` for a new rest day inside the horizon, which would never come."""
    planned = {rest for version in series for rest in version.terms.rest_days}
    too_soon = sorted(rest for rest in wanted.rest_days - planned if today <= rest < today + HORIZON)
    if series and too_soon:
        first = today + HORIZON
        raise BadInput(
            "rest",
            f"A day of rest is planned at least {HORIZON.days} days ahead, so from {first} on; "
            f"{too_soon[0]} can only be excused by the emergency pass.",
        )


def check(terms: Terms) -> None:
    """Raise :class:`BadInput` at the field that makes ``terms`` no contract."""
    if not terms.clauses:
        raise BadInput("clauses", "A contract needs at least one clause.")
    kinds = [clause.kind for clause in terms.clauses]
    if len(set(kinds)) != len(kinds):
        raise BadInput("clauses", "A contract has each kind of clause once.")
    if terms.zone:
        zone_named(terms.zone)
    for clause in terms.clauses:
        _check_clause(clause)
    if not 0 <= terms.week_starts <= 6:
        raise BadInput("week", "A week starts on one of seven days.")
    if not 0 <= terms.burn <= 10_000:
        raise BadInput("burn", "A failed day costs between 0 and 10000 coins.")
    check_stakes(terms.stakes)
    check_blocking(terms.blocking)
    if terms.blocking.rung and terms.blocking.rung not in {rung.name for rung in terms.rungs}:
        raise BadInput("lockdown.rung", f"The ladder has no rung {terms.blocking.rung}.")
    names = [rung.name for rung in terms.rungs]
    if len(set(names)) != len(names):
        raise BadInput("rungs", "Two rungs have the same name.")
    for rung in terms.rungs:
        if not 1 <= rung.minutes_before <= 24 * 60:
            raise BadInput("rungs", f"The rung {rung.name} must lie 1 minute to 24 hours before the deadline.")


def _check_clause(clause: Clause) -> None:
    title = clause.kind.heading
    if not 1 <= clause.target <= 100:
        raise BadInput(f"{clause.kind}.target", f"{title}: the target must be between 1 and 100.")
    if clause.kind is ClauseKind.LEETCODE and not clause.subject.strip():
        raise BadInput(f"{clause.kind}.subject", f"{title}: a name is needed, or nothing can ever be proved.")
    if clause.kind is ClauseKind.MOCKS and (clause.quota is not Quota.DAILY or clause.source != CALENDAR):
        raise BadInput(f"{clause.kind}.target", f"{title}: every day, so many are booked for the coming seven days.")
    if clause.kind is ClauseKind.OUTREACH and clause.source not in {PROOFS, SENT_MAIL}:
        raise BadInput(f"{clause.kind}.subject", f"{title}: proved by proofs, or by proofs and sent mail.")
    if clause.source == SENT_MAIL and not (clause.subject.strip() and clause.words):
        raise BadInput(f"{clause.kind}.words", f"{title}: sent mail needs a mailbox and at least one word that counts.")
    if len(clause.words) > MOST_WORDS or any(not word.strip() or len(word) > LONGEST_WORD for word in clause.words):
        most = f"{title}: at most {MOST_WORDS} words or phrases count, none longer than {LONGEST_WORD} letters."
        raise BadInput(f"{clause.kind}.words", most)
    if not 1 <= clause.weight <= 1000:
        raise BadInput(f"{clause.kind}.weight", f"{title}: the weight must be between 1 and 1000.")
    if not clause.weekdays or not clause.weekdays <= EVERY_WEEKDAY:
        raise BadInput(f"{clause.kind}.weekdays", f"{title}: choose at least one weekday.")
    if not 1 <= clause.counting.review_after_days <= 3650:
        raise BadInput(f"{clause.kind}.counting", f"{title}: a review counts after 1 to 3650 days.")
