"""The pages there are, by the keys that navigation uses; each is imported when it is first opened.

A page is a :class:`exitzero.ui.page.Page`, made with the link alone, and speaks to the window through its signal
``navigate(key, target)``. The first screen must be there before anything else is read, so this list names the pages
without importing them.
"""

from collections.abc import Callable
from typing import NamedTuple

from exitzero.ui.page import Page

__all__ = ["PAGES", "PageEntry", "entry"]


class PageEntry(NamedTuple):
    """A page: its key, its word, its icon (empty: not on the rail), and how to get its class.

    ``at_bottom`` puts it at the rail's lower end; ``at_once`` says that the first look cannot wait for a thread.
    """

    key: str
    label: str
    icon: str
    load: Callable[[], type[Page]]
    at_bottom: bool = False
    at_once: bool = False


def _cockpit() -> type[Page]:
    from exitzero.ui.pages.cockpit import CockpitScreen

    return CockpitScreen


def _first_run() -> type[Page]:
    from exitzero.ui.pages.first_run import FirstRunScreen

    return FirstRunScreen


def _leetcode() -> type[Page]:
    from exitzero.ui.pages.leetcode import LeetCodeScreen

    return LeetCodeScreen


def _calendar() -> type[Page]:
    from exitzero.ui.pages.calendar import CalendarScreen

    return CalendarScreen


def _outreach() -> type[Page]:
    from exitzero.ui.pages.outreach import OutreachScreen

    return OutreachScreen


def _target() -> type[Page]:
    from exitzero.ui.pages.target import TargetScreen

    return TargetScreen


def _day() -> type[Page]:
    from exitzero.ui.pages.day import DayScreen

    return DayScreen


def _contract() -> type[Page]:
    from exitzero.ui.pages.contract import ContractScreen

    return ContractScreen


def _stakes() -> type[Page]:
    from exitzero.ui.pages.stakes import StakesScreen

    return StakesScreen


def _lockdown() -> type[Page]:
    from exitzero.ui.pages.lockdown import LockdownScreen

    return LockdownScreen


def _ledger() -> type[Page]:
    from exitzero.ui.pages.ledger import LedgerScreen

    return LedgerScreen


def _health() -> type[Page]:
    from exitzero.ui.pages.health import HealthScreen

    return HealthScreen


def _settings() -> type[Page]:
    from exitzero.ui.pages.settings import SettingsScreen

    return SettingsScreen


def _evidence() -> type[Page]:
    from exitzero.ui.pages.evidence import EvidenceScreen

    return EvidenceScreen


PAGES: tuple[PageEntry, ...] = (
    PageEntry("cockpit", "Cockpit", "cockpit", _cockpit, at_once=True),
    PageEntry("leetcode", "LeetCode", "leetcode", _leetcode),
    PageEntry("outreach", "Outreach", "outreach", _outreach),
    PageEntry("calendar", "Mocks", "mocks", _calendar),
    PageEntry("day", "Days", "days", _day),
    PageEntry("contract", "Contract", "contract", _contract),
    PageEntry("stakes", "Stakes", "bell", _stakes),
    PageEntry("lockdown", "Lockdown", "lock", _lockdown),
    PageEntry("ledger", "Ledger", "ledger", _ledger),
    PageEntry("health", "Health", "health", _health, at_bottom=True),
    PageEntry("settings", "Settings", "settings", _settings, at_bottom=True),
    PageEntry("evidence", "Evidence", "", _evidence),
    PageEntry("target", "Target", "", _target),
    PageEntry("first_run", "Welcome", "", _first_run, at_once=True),
)
"""``day`` opens a date (None: today), ``evidence`` a digest, ``target`` its number; the others need no target."""


def entry(key: str) -> PageEntry:
    """The page of that key. Raises KeyError for one that is not there."""
    for page in PAGES:
        if page.key == key:
            return page
    raise KeyError(key)
