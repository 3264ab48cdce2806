"""Recorded states of the lockdown, as the engine gives them, and the errands that answer with them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from exitzero.consequences import lockdown_sites
from exitzero.core.blocking import Blocking, Cause
from exitzero.core.errors import ExitZeroError
from exitzero.core.today import LockView
from exitzero.desktop.browser_kinds import Browser, Engine, Packaging
from exitzero.desktop.reach import BrowserReport, Finding, Report, State
from exitzero.engine.views import HelperView, LockdownPage, LockLine, LogLine
from tests.ui.pages.samples import TODAY, at

T = TypeVar("T")

YESTERDAY = date(2026, 11, 18)
TOMORROW = date(2026, 11, 20)
NAMES = tuple(sorted({*lockdown_sites.groups()["video"].hosts, *lockdown_sites.groups()["social"].hosts, "lobste.rs"}))
BLOCKING = Blocking(groups=frozenset({"video", "social"}), sites=frozenset({"lobste.rs"}), failed=True)
WELL = HelperView(installed=True, current=True, answers=True, serves_me=True)
ABSENT = HelperView(
    installed=False,
    current=False,
    answers=False,
    serves_me=True,
    words="The lockdown helper is not installed or not running.",
    advice="Reminders only, until you run: exitzero lockdown install",
)
SENTENCE = "I leave my own lockdown, and I know that it goes into the journal."
COMMANDS = {
    "install": "sudo /usr/bin/python3 -I /usr/share/exitzero/lockdown/admin.py install --uid 1000",
    "uninstall": "sudo /usr/lib/exitzero/lockdown/resources/lockdown/admin.py uninstall",
    "repair": "sudo /usr/lib/exitzero/lockdown/resources/lockdown/admin.py repair",
}


def line(cause: Cause, state: str, starts: datetime, ends: datetime, words: str = "") -> LockLine:
    """One lock."""
    key = f"{cause}:{starts:%d%H%M}:{state}"
    return LockLine(key, cause, cause.words, cause.release_words, state, starts, ends, len(NAMES), words)


PAST = (
    line(Cause.HAND, "ended", at(14), at(15, 30), "its time was over"),
    line(Cause.FAILED, "released", at(23, 59, on=YESTERDAY), at(19, 12), "the day's work is verified"),
    line(
        Cause.DEADLINE,
        "refused",
        at(23, 59, on=date(2026, 11, 16)),
        at(0, 59, on=date(2026, 11, 17)),
        "The hosts file is marked immutable. Run: sudo chattr -i /etc/hosts",
    ),
)
NOTICED = tuple(
    LogLine(seq, when, "lockdown", text, detail, "warn")
    for seq, when, text, detail in (
        (812, at(15, 2), "the hosts file was edited and put right again", "2026-11-19 09:32:11 UTC · 40 lines"),
        (801, at(14, 40), "the helper started", "2026-11-19 09:10:02 UTC · away 12 s while locked"),
        (640, at(21, 5, on=YESTERDAY), "emergency exit asked for", "20 coins, opens 15:50 UTC"),
        (602, at(9, on=YESTERDAY), "the clock was moved", "2026-11-18 03:30:00 UTC · by 3600 s"),
    )
)
EMPTY = LockdownPage(
    helper=WELL,
    view=LockView(),
    names=(),
    locks=(),
    planned=(),
    past=(),
    noticed=(),
    blocking=Blocking(),
    sites=(),
    emergency_price=20,
    emergency_sentence=SENTENCE,
    emergency_left=2,
    emergency_refusal="",
    emergency_used=0,
    emergency_minutes=15,
)
_FILLED = replace(EMPTY, past=PAST, noticed=NOTICED, blocking=BLOCKING, sites=NAMES)
_DEADLINE = at(23, 59)
_LOCK = LockView("locked", None, at(23, 48), Cause.HAND.words, Cause.HAND.release_words, len(NAMES))
IDLE = replace(
    _FILLED,
    view=LockView("idle"),
    planned=(line(Cause.SCHEDULE, "planned", at(9, on=TOMORROW), at(12, on=TOMORROW)),),
)
ARMED = replace(
    _FILLED,
    view=LockView(
        "armed", _DEADLINE, at(0, 59, on=TOMORROW), Cause.DEADLINE.words, Cause.DEADLINE.release_words, len(NAMES)
    ),
    locks=(line(Cause.DEADLINE, "armed", _DEADLINE, at(0, 59, on=TOMORROW)),),
)
LOCKED = replace(
    _FILLED,
    view=_LOCK,
    names=NAMES,
    locks=(
        line(Cause.HAND, "locked", at(19, 48), at(23, 48)),
        line(Cause.DEADLINE, "armed", _DEADLINE, at(0, 59, on=TOMORROW)),
    ),
)
FAILED_DAY = replace(
    LOCKED,
    view=LockView("locked", None, at(23, 59, on=TODAY), Cause.FAILED.words, Cause.FAILED.release_words, len(NAMES)),
    locks=(line(Cause.FAILED, "locked", _DEADLINE - timedelta(days=1), _DEADLINE),),
)
LEAVING = replace(
    LOCKED,
    view=replace(_LOCK, opens=at(20, 31)),
    emergency_left=1,
    emergency_used=1,
    emergency_refusal="It is under way already.",
)
DEGRADED = replace(
    LOCKED,
    names=(),
    view=replace(_LOCK, standing="degraded", sites=len(NAMES), words="immutable"),
    helper=replace(WELL, flags=("immutable",)),
)
MISSING = replace(
    _FILLED,
    helper=ABSENT,
    view=LockView("missing", words=f"{ABSENT.words} {ABSENT.advice}"),
    planned=(line(Cause.DEADLINE, "planned", _DEADLINE, at(0, 59, on=TOMORROW)),),
)
OFF_NO_HELPER = replace(EMPTY, helper=ABSENT)
CONFLICT = replace(
    LOCKED,
    helper=replace(
        WELL, flags=("conflict", "contended"), conflicts=("www.reddit.com", "reddit.com"), policies="blocked-by-foreign"
    ),
)
OTHER_ACCOUNT = replace(
    MISSING,
    helper=HelperView(
        installed=True,
        current=True,
        answers=False,
        serves_me=False,
        words="The helper was installed for another user.",
        advice="Install it from that user's account.",
    ),
)

CHROMIUM = Browser("chromium", "Chromium", ("/usr/bin/chromium",), Engine.CHROMIUM, Packaging.NATIVE)
FIREFOX = Browser("firefox-esr", "Firefox ESR", ("/usr/bin/firefox-esr",), Engine.GECKO, Packaging.NATIVE)
_NOWHERE = tuple(
    Finding(name, State.BLOCKED, f"{name} leads nowhere.", addresses=("0.0.0.0",))  # noqa: S104 - what a lock writes
    for name in ("reddit.com", "x.com", "youtube.com")
)
REPORT = Report(
    resolver=_NOWHERE,
    browsers=(
        BrowserReport(
            CHROMIUM,
            State.BLOCKED,
            "A freshly started Chromium reaches none of 3.",
            tuple(
                Finding(each.name, State.BLOCKED, f"{each.name} leads nowhere (ERR_NAME_NOT_RESOLVED).")
                for each in _NOWHERE
            ),
        ),
        BrowserReport(
            FIREFOX,
            State.REACHABLE,
            "A freshly started Firefox ESR reaches 1 of 2.",
            (
                Finding("reddit.com", State.BLOCKED, "reddit.com is not found (dnsNotFound)."),
                Finding(
                    "youtube.com",
                    State.REACHABLE,
                    "youtube.com answers.",
                    "Restart the browser and test again; if it still answers, see What this cannot stop.",
                ),
            ),
            is_running=True,
            notice="Firefox ESR was running before the lock and looks names up over HTTPS.",
            advice="Restart Firefox ESR.",
        ),
    ),
)


class LockdownErrands:
    """The lockdown of the stage: answers with ``record``, which a test may replace; an exception there is raised."""

    def __init__(self, run: Callable[[str, Any], None]) -> None:
        self._run = run
        self.record: LockdownPage | ExitZeroError = EMPTY
        self.report: Report | ExitZeroError = REPORT
        self.said = "The helper is installed and answers."

    def page(self) -> LockdownPage:
        return _given(self.record)

    def commands(self) -> dict[str, str]:
        return COMMANDS

    def lock_now(self, lasts: timedelta, names: Sequence[str] = ()) -> LockView:
        self._run("lock_now", (lasts, tuple(names)))
        return self.page().view

    def ask_emergency(self, sentence: str) -> LockView:
        self._run("ask_emergency", sentence)
        return self.page().view

    def cancel_emergency(self) -> LockView:
        self._run("cancel_emergency", None)
        return self.page().view

    def test(self, *, browsers: bool) -> Report:
        self._run("test", browsers)
        report = _given(self.report)
        return report if browsers else replace(report, browsers=tuple(_not_started(each) for each in report.browsers))

    def install(self) -> str:
        self._run("install", None)
        return self.said

    def uninstall(self) -> str:
        self._run("uninstall", None)
        return "Everything is removed."

    def repair(self) -> str:
        self._run("repair", None)
        return "Nothing was to be put right."

    def switch_policies(self, *, on: bool) -> str:
        self._run("switch_policies", on)
        return ""


def _not_started(report: BrowserReport) -> BrowserReport:
    return replace(report, state=State.UNKNOWN, sentence=f"{report.browser.title} was not started.", findings=())


def _given(record: T | ExitZeroError) -> T:
    if isinstance(record, ExitZeroError):
        raise record
    return record
