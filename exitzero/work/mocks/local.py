"""Times as they are agreed, on the wall of some zone, and the instants that they are.

A clock that is put forward skips an hour, and one that is put back shows an hour twice; both have to be said to the
person while the form is open, or the interview is missed by an hour.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from exitzero.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class WallTime:
    """An instant (UTC) that was given as a time on the wall; ``words`` say what had to be decided, or are empty."""

    instant: datetime
    words: str = ""


def zone_of(name: str, field: str = "zone") -> ZoneInfo:
    """The zone of an IANA name. Raises :class:`BadInput`."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise BadInput(field, f"There is no time zone {name!r}; write it like Europe/Berlin.") from error


def to_instant(wall: datetime, zone: str, *, field: str = "starts") -> WallTime:
    """The instant of a time without offset on the wall of a zone; of a time that is shown twice the first.

    Raises :class:`BadInput` with the next time that there is, if the clock skips this one.
    """
    place = zone_of(zone)
    first, second = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return WallTime(first)
    if first < second:
        return WallTime(first, f"The clock shows {wall:%H:%M} twice on that day in {zone}; this is the first one.")
    # In a gap fold=0 reads the wall by the offset before it, which lands exactly as far behind it as wanted.
    later = first.astimezone(place)
    raise BadInput(
        field, f"There is no {wall:%H:%M} on {wall:%d %b %Y} in {zone}: the clock skips it. Take {later:%H:%M}."
    )


def to_wall(instant: datetime, zone: str) -> datetime:
    """What the wall of a zone shows at an instant, without offset."""
    return instant.astimezone(zone_of(zone)).replace(tzinfo=None)


LONGEST = timedelta(hours=8)
"""How long a mock interview can be."""
