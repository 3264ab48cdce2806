"""The lockdown in words, the same ones on its page, in the cockpit, the tray and the small window.

The rule that all of them keep: *locked* is said only of a lock that the hosts file holds now.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from exitzero.core.today import LockView
from exitzero.ui import format as words
from exitzero.ui.theme import State, Tone


class Standing(NamedTuple):
    """How the lockdown stands, at a glance: icon, the one big word, and the state whose shape and colour it wears."""

    icon: str
    word: str
    state: State
    tone: Tone


def tr(text: str) -> str:
    """The words in the person's language."""
    return QCoreApplication.translate("Lockdown", text)


def standing_of(view: LockView, *, answers: bool = True) -> Standing:
    """The glance; ``answers`` is whether the helper did, which only matters while nothing is to be locked."""
    match view.standing:
        case "locked":
            return Standing("lock", tr("LOCKED"), State.AT_RISK, Tone.WARN)
        case "degraded":
            return Standing("warning", tr("NOT HELD"), State.FAILED, Tone.BAD)
        case "armed":
            return Standing("armed", tr("ARMED"), State.AT_RISK, Tone.WARN)
        case "missing":
            return Standing("bell", tr("REMINDERS ONLY"), State.UNKNOWN, Tone.UNKNOWN)
        case "idle":
            return Standing("unlock", tr("OPEN"), State.SAFE, Tone.GOOD)
    return Standing("unlock", tr("OFF") if answers else tr("OFF, NO HELPER"), State.REST, Tone.DIM)


def short_text(view: LockView, now: datetime, zone: str) -> str:
    """A few words for tray, small window and strip; empty while there is nothing to say."""
    match view.standing:
        case "locked" if view.opens is not None:
            return tr("locked, emergency exit opens {0}").format(words.when(view.opens, now, zone))
        case "locked" if view.until is not None:
            return tr("locked until {0}").format(words.when(view.until, now, zone))
        case "locked":
            return tr("locked")
        case "degraded":
            return tr("a lock runs, the hosts file does not hold it")
        case "armed" if view.starts is not None:
            return tr("lockdown armed for {0}").format(words.when(view.starts, now, zone))
        case "armed":
            return tr("lockdown armed")
    return ""


def short_state(view: LockView) -> State:
    """The state that goes with :func:`short_text`."""
    return State.FAILED if view.standing == "degraded" else State.AT_RISK


def names_text(count: int) -> str:
    """How many host names: a site is made of several."""
    return words.plural(count, tr("{0} host name"), tr("{0} host names"))


def sites_text(count: int) -> str:
    """How many sites."""
    return words.plural(count, tr("{0} site"), tr("{0} sites"))


def flag_words(flag: str) -> tuple[str, str]:
    """What a flag of the helper means, and what to do about it."""
    from exitzero.lockdown.reasons import SENTENCES, Reason

    if flag == "contended":
        return (
            tr("Another program keeps rewriting the hosts file; the helper now repairs it every five seconds."),
            tr("Find it: VPN clients, Docker Desktop and ad blockers do this."),
        )
    if flag == "conflict":
        return (
            tr("Lines of your own in the hosts file keep some of these names within reach."),
            tr("Take them out if you want the names locked; ExitZero never deletes a line that it did not write."),
        )
    if flag in set(Reason):
        return SENTENCES[Reason(flag)]
    return flag, ""


POLICY_WORDS = {
    "off": ("Off", "", Tone.DIM),
    "on": ("On: policy files are put for the time of a lock", "", Tone.GOOD),
    "blocked-by-foreign": (
        "On, but another program's policies are in the place",
        "ExitZero leaves files alone that it did not write; the hosts file works all the same.",
        Tone.WARN,
    ),
    "failed": ("On, but the files could not be written", "Look into: journalctl -u exitzero-lockdown", Tone.BAD),
}
"""The stronger measure, by the helper's word: how it stands, what to do, and in which tone."""


class SiteLine(NamedTuple):
    """A site as people call it, its group (empty for one of one's own) and those of its names that are meant."""

    title: str
    group: str
    names: tuple[str, ...]


def sites_of(names: Iterable[str]) -> tuple[SiteLine, ...]:
    """Host names gathered into sites: shipped ones by their titles, others by the name without www. and m."""
    from exitzero.consequences import lockdown_sites

    left = set(names)
    found = []
    for group in lockdown_sites.groups().values():
        for site in group.sites:
            if left.isdisjoint(site.hosts):
                continue
            # A site of one's own is locked with both forms, also where the shipped one does without them.
            forms = (form + host for host in site.hosts for form in ("", *lockdown_sites.VARIANTS))
            mine = [name for name in dict.fromkeys(forms) if name in left]
            if mine:
                found.append(SiteLine(site.name, group.title, tuple(mine)))
                left.difference_update(mine)
    others: dict[str, list[str]] = {}
    for name in sorted(left):
        base = name
        for form in lockdown_sites.VARIANTS:
            if name.startswith(form) and name.removeprefix(form) in left:
                base = name.removeprefix(form)
        others.setdefault(base, []).append(name)
    found += [SiteLine(readable(base), "", tuple(each)) for base, each in others.items()]
    return tuple(sorted(found, key=lambda line: (line.group, line.title.casefold())))


def readable(name: str) -> str:
    """A host name as it was meant: ``xn--mnchen-3ya.de`` with the letters that it stands for."""
    if "xn--" not in name:
        return name
    try:
        return f"{name.encode('ascii').decode('idna')} ({name})"
    except UnicodeError:
        return name
