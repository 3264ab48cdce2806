"""How long to leave a service alone after it failed.

Why it exists: hammering a service that limits or blocks can lock out the person's own browser, and never makes the
truth come sooner. The rules here are pure; who keeps the state and who waits is decided elsewhere.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST_PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(minutes=30)
BLOCKED_PAUSE = timedelta(minutes=30)
CHANGED_PAUSE = timedelta(hours=6)
LONGEST_TOLD = timedelta(hours=24)

#: Trying again does not help until the person has acted.
HOPELESS = frozenset({"unknown_user"})
#: Only a new version of this program helps; a look now and then is enough to notice that it came back.
CHANGED = frozenset({"schema_changed", "refused"})


def parse_date(value: str | None) -> datetime | None:
    """The instant an HTTP date names, in UTC; ``None`` if there is none or it cannot be meant seriously."""
    if not value:
        return None
    try:
        parsed = parsedate_to_datetime(value)
        instant = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return instant if 2000 <= instant.year < 2200 else None


def parse_retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """What ``Retry-After`` asks for: whole seconds or an HTTP date, which is read against ``now`` (the server's own).

    Never negative, never longer than a day; ``None`` if it says nothing that can be read.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        told = timedelta(seconds=min(int(text[:9]), int(LONGEST_TOLD.total_seconds())))
    else:
        until = parse_date(text)
        if until is None:
            return None
        told = until - now
    return min(max(told, timedelta(0)), LONGEST_TOLD)


def pause(reason: str, *, failures: int, told: timedelta | None, jitter: float) -> timedelta | None:
    """How long to wait after the ``failures``-th failure in a row (1 is the first); ``None``: do not try by ourselves.

    ``told`` is the service's own wish and is never undercut. ``jitter`` is a number from 0 to 1 that spreads many
    machines apart.
    """
    if reason in HOPELESS:
        return None
    if reason in CHANGED:
        return max(CHANGED_PAUSE, told or CHANGED_PAUSE)
    if reason == "blocked":
        spread = BLOCKED_PAUSE + BLOCKED_PAUSE * jitter
        return max(spread, told or spread)
    if told is not None:
        return told
    doubled = FIRST_PAUSE * (1 << min(max(failures, 1) - 1, 16))
    return max(FIRST_PAUSE, min(doubled, LONGEST_PAUSE) * (1 - 0.2 * jitter))


@dataclass(frozen=True, slots=True)
class Breaker:
    """What one host's recent failures allow. Times are seconds of a monotonic clock, so no changed clock opens it."""

    failures: int = 0
    reason: str = ""
    failed_at: float = 0.0
    pause: timedelta | None = timedelta(0)

    def failed(self, reason: str, *, at: float, told: timedelta | None, jitter: float) -> "Breaker":
        """The state after one more failure."""
        failures = self.failures + 1
        length = pause(reason, failures=failures, told=told, jitter=jitter)
        return replace(self, failures=failures, reason=reason, failed_at=at, pause=length)

    def succeeded(self) -> "Breaker":
        """The state after a good answer: nothing is held against the host any more."""
        return Breaker()

    def next_allowed(self) -> float | None:
        """When the next try by ourselves is due; ``None`` if only the person can mend it."""
        return None if self.pause is None else self.failed_at + self.pause.total_seconds()

    def held_for(self, now: float) -> timedelta | None:
        """How much longer nobody may ask, not even by hand; ``None`` if asking is allowed.

        Only a rate limit holds a person back too, for its whole pause: asking on would lengthen it and can lock them
        out of the service's own pages. After anything else one question by hand does no harm.
        """
        if self.reason != "rate_limited" or self.pause is None:
            return None
        left = self.failed_at + self.pause.total_seconds() - now
        return timedelta(seconds=left) if left > 0 else None
