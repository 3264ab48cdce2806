"""A hold: some names, locked from a moment on for a time. It is a counter that only falls.

The counter runs from the moment it was asked for to its end. It falls with the boot clock, so that setting the clock
neither ends nor lengthens it; across a restart the wall clock may shorten it, never lengthen it. Several holds may
stand at once, because a focus session may be running while the deadline's lock is armed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from exitzero.lockdown.clock import Clock

SHORTEST_SECONDS = 60
LONGEST_SECONDS = 24 * 3600
FURTHEST_SECONDS = 36 * 3600
MOST_HOLDS = 12
MOST_NAMES = 600
EMERGENCY_SECONDS = 15 * 60

HEX_64 = re.compile(r"[0-9a-f]{64}")
_HEX_16 = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Instant:
    """What all clocks said at one moment."""

    boot: float
    boot_id: str
    wall: float

    @classmethod
    def read(cls, clock: Clock) -> "Instant":
        """Now."""
        return cls(clock.boot(), clock.boot_id(), clock.wall())

    def since(self, earlier: "Instant") -> float:
        """Seconds the machine has run since, as far as that can be known; never negative."""
        return max(0.0, self.boot - earlier.boot) if self.boot_id == earlier.boot_id else 0.0


@dataclass(frozen=True, slots=True)
class Hold:
    """Names that are locked while ``0 < left <= lasts``; before that it is armed. Seconds; ``until`` is wall time."""

    id: str
    names: tuple[str, ...]
    lasts: int
    left: float
    until: float
    release_sha: str
    begun: bool = False

    @property
    def active(self) -> bool:
        """Whether its names are to be out of reach now."""
        return 0 < self.left <= self.lasts

    def fallen(self, then: Instant, now: Instant) -> "Hold":
        """The hold as it stands at ``now``, having stood like this at ``then``."""
        left = self.left - now.since(then)
        if now.boot_id != then.boot_id:
            left = min(left, self.until - now.wall)
        return replace(self, left=max(0.0, left))


@dataclass(frozen=True, slots=True)
class State:
    """Everything that lasts: the holds and the running emergency exit, as they stood at one instant."""

    at: Instant
    holds: tuple[Hold, ...] = ()
    emergency_left: float | None = None

    def fallen(self, now: Instant) -> "State":
        """The same at ``now``; what has run out is still in it, with nothing left."""
        emergency = self.emergency_left
        return State(
            now,
            tuple(hold.fallen(self.at, now) for hold in self.holds),
            None if emergency is None else max(0.0, emergency - now.since(self.at)),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that is to be out of reach, sorted."""
        if self.emergency_left == 0:
            return ()
        return tuple(sorted({name for hold in self.holds if hold.active for name in hold.names}))

    @property
    def until(self) -> float:
        """When the last of the running holds ends, by the wall clock of when it was made."""
        return max((hold.until for hold in self.holds if hold.active), default=0.0)


def as_plain(state: State) -> dict[str, object]:
    """What is saved as JSON."""
    return {
        "v": 1,
        "boot": state.at.boot,
        "boot_id": state.at.boot_id,
        "wall": state.at.wall,
        "emergency_left": state.emergency_left,
        "holds": [
            {
                "id": hold.id,
                "names": list(hold.names),
                "lasts": hold.lasts,
                "left": hold.left,
                "until": hold.until,
                "release_sha": hold.release_sha,
                "begun": hold.begun,
            }
            for hold in state.holds
        ],
    }


def from_plain(plain: object) -> State:
    """What was saved; raises ``ValueError`` for anything that this file cannot have written.

    Bounds are checked again, so that a damaged file cannot make a lock longer than any lock may be.
    """
    saved = _mapping(plain)
    if saved.get("v") != 1:
        raise ValueError("another version")
    holds = saved.get("holds")
    if not isinstance(holds, list) or len(holds) > MOST_HOLDS:
        raise ValueError("holds")
    emergency = saved.get("emergency_left")
    return State(
        Instant(
            _number(saved.get("boot"), most=1e12), _text(saved.get("boot_id")), _number(saved.get("wall"), most=1e12)
        ),
        tuple(_hold(_mapping(hold)) for hold in holds),
        None if emergency is None else _number(emergency, most=EMERGENCY_SECONDS),
    )


def _hold(saved: Mapping[str, object]) -> Hold:
    names = saved.get("names")
    if not isinstance(names, list) or not 1 <= len(names) <= MOST_NAMES or not all(isinstance(n, str) for n in names):
        raise ValueError("names")
    lasts = saved.get("lasts")
    if type(lasts) is not int or not SHORTEST_SECONDS <= lasts <= LONGEST_SECONDS:
        raise ValueError("lasts")
    known, sha = _text(saved.get("id")), _text(saved.get("release_sha"))
    if not _HEX_16.fullmatch(known) or not HEX_64.fullmatch(sha):
        raise ValueError("id")
    return Hold(
        id=known,
        names=tuple(cast("list[str]", names)),
        lasts=lasts,
        left=_number(saved.get("left"), most=lasts + FURTHEST_SECONDS),
        until=_number(saved.get("until"), most=1e12),
        release_sha=sha,
        begun=saved.get("begun") is True,
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one kind of error for a damaged file
    return value


def _number(value: object, *, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError("number")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 100:
        raise ValueError("text")
    return value
