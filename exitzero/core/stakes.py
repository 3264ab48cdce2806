"""What a failed day costs beside coins: which sticks are armed, and how hard they hit.

Everything here is off until it is switched on. Arming more holds from today; disarming waits for the horizon like every
other loosening.
"""

from dataclasses import dataclass

from exitzero.core.errors import BadInput

LEAST_CHARGE = 100
MOST_CHARGE = 100_000
MOST_APPEAL = 240


@dataclass(frozen=True, slots=True)
class Stakes:
    """The armed sticks of a contract version.

    ``channels`` are the names of the channels that get the shame post. ``goal`` is the Beeminder goal that gets a
    datapoint, empty for none. ``charge_cents`` is what a failed day costs in money, 0 for nothing, and never more in a
    calendar month than ``ceiling_cents``. ``alarm`` is the level of bluntness of the alarm, 0 for none, 3 the
    bluntest. ``hook`` switches the program of one's own. ``growing`` makes repeated failures dearer.
    ``appeal_minutes`` is how long everything that cannot be taken back waits after the verdict.
    """

    channels: frozenset[str] = frozenset()
    goal: str = ""
    charge_cents: int = 0
    ceiling_cents: int = 0
    alarm: int = 0
    hook: bool = False
    growing: bool = False
    appeal_minutes: int = 15


def check(stakes: Stakes) -> None:
    """Raise :class:`BadInput` at the field that cannot be."""
    if stakes.charge_cents and not LEAST_CHARGE <= stakes.charge_cents <= MOST_CHARGE:
        raise BadInput("stakes.charge", "A charge is between $1 and $1000.")
    if stakes.charge_cents and stakes.ceiling_cents < stakes.charge_cents:
        raise BadInput("stakes.ceiling", "The monthly ceiling must allow at least one charge.")
    if stakes.charge_cents and not stakes.goal:
        raise BadInput("stakes.goal", "A charge goes through Beeminder: choose a goal first.")
    if not 0 <= stakes.alarm <= 3:
        raise BadInput("stakes.alarm", "The alarm has the levels 0 (off) to 3.")
    if not 0 <= stakes.appeal_minutes <= MOST_APPEAL:
        raise BadInput("stakes.appeal", "The time for an appeal is between 0 and 240 minutes.")
