"""Journal entries as lines of the terminal log: who, what, and in which tone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from exitzero.core import facts
from exitzero.core.contract import SENT_MAIL
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseState
from exitzero.engine.views import LogLine
from exitzero.store.journal import Recorded

SOURCES = (
    "leetcode",
    "outreach",
    "mocks",
    "lockdown",
    "day",
    "ladder",
    "judge",
    "coins",
    "contract",
    "clock",
    "engine",
)
"""The words at the start of a line, for the filter."""


NEWS = timedelta(days=1)
"""How old an observation may be to be news."""


def line_of(recorded: Recorded) -> LogLine:
    """One entry as a line."""
    source, text, detail, tone = _words(recorded)
    return LogLine(recorded.seq, recorded.at, source, text, detail, tone)


def _hour(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone) if zone else UTC).strftime("%H:%M")


def _origin(origin: str, *, official: bool) -> str:
    return "" if official else f"stand-in {origin}"


def _words(recorded: Recorded) -> tuple[str, str, str, str]:
    return _lockdown_words(recorded.fact) or _work_words(recorded.fact) or _day_words(recorded)


def _lockdown_words(fact: facts.Fact) -> tuple[str, str, str, str] | None:
    match fact:
        case facts.LockAsked():
            return "lockdown", f"asked for: {len(fact.names)} host names", f"until {fact.ends:%H:%M} UTC", "info"
        case facts.LockOrdered():
            span = f"{fact.starts:%H:%M} to {fact.ends:%H:%M} UTC"
            return "lockdown", f"{fact.cause.words.lower()}: {len(fact.names)} host names", span, "dim"
        case facts.LockPlaced():
            return "lockdown", "armed" if fact.armed else "locked", fact.key, "info" if fact.armed else "warn"
        case facts.LockWidened():
            return "lockdown", f"{len(fact.names)} host names more", fact.key, "warn"
        case facts.LockShortened():
            return "lockdown", "the focus session is over", fact.key, "dim"
        case facts.LockReleased():
            return "lockdown", f"released: {fact.why}", fact.key, "good"
        case facts.LockEnded():
            return "lockdown", fact.how, fact.key, "dim"
        case facts.LockRefused():
            return "lockdown", f"not locked: {fact.words}", fact.key, "unknown"
        case facts.LockdownNoticed():
            words = _NOTICED.get(fact.kind, fact.kind)
            detail = f"{fact.happened:%Y-%m-%d %H:%M:%S} UTC · {fact.detail}".rstrip(" ·")
            is_bypass = fact.kind in BYPASSES or fact.detail.startswith("away")
            return "lockdown", words, detail, "warn" if is_bypass else "dim"
        case facts.EmergencyAsked():
            return "lockdown", "emergency exit asked for", f"{fact.price} coins, opens {fact.opens:%H:%M} UTC", "warn"
        case facts.EmergencyOpened():
            return "lockdown", "left by the emergency exit", "nothing locks by itself until the day is over", "warn"
        case facts.EmergencyCancelled():
            return "lockdown", "emergency exit taken back", "", "good"
        case _:
            return None


_NOTICED = {
    "started": "the helper started",
    "repaired": "the hosts file was edited and put right again",
    "swept": "lines of ours that no lock stands for were taken out",
    "healed": "a torn write was put right",
    "clock-moved": "the clock was moved",
    "state-lost": "the helper's state was lost, so nothing is locked by it",
    "bad-proof": "a release was tried with a wrong proof",
    "not-allowed": "another user's program asked the helper",
    "emergency-opened": "the emergency exit opened",
    "trouble": "the hosts file could not be written",
    "policies-put": "browser policy files were put in place",
    "policies-taken": "browser policy files were taken away",
    "policies-foreign": "a browser policy file of somebody else's was left as it is",
}
BYPASSES = frozenset({"repaired", "clock-moved", "state-lost", "bad-proof", "not-allowed", "emergency-opened", "swept"})
"""The helper's words for what somebody did to get round a lock."""


def _work_words(fact: facts.Fact) -> tuple[str, str, str, str] | None:
    match fact:
        case facts.OutreachProved():
            weak = " · weak proof" if fact.weak else ""
            return "outreach", f"proved: {fact.target_name}", f"{fact.kind} · {fact.shown}{weak}", "good"
        case facts.OutreachWithdrawn():
            return "outreach", "a proof was taken back", fact.key, "warn"
        case facts.MailboxConnected():
            return "outreach", f"mailbox {fact.address} connected", fact.shown, "info"
        case facts.MailboxDisconnected():
            return "outreach", f"mailbox {fact.address} disconnected", "", "info"
        case facts.MockBooked():
            return "mocks", f"booked: {fact.title}", f"{fact.starts:%Y-%m-%d %H:%M} UTC · {fact.origin}", "good"
        case facts.MockMoved():
            span = f"{fact.before:%Y-%m-%d %H:%M} to {fact.starts:%Y-%m-%d %H:%M} UTC"
            return "mocks", "moved", span, "warn"
        case facts.MockCancelled():
            return "mocks", f"taken out: {fact.starts:%Y-%m-%d %H:%M} UTC", fact.how, "warn"
        case facts.MockAnswered():
            tone = "bad" if fact.outcome == "missed" else "good"
            return "mocks", f"{fact.outcome}: {fact.starts:%Y-%m-%d %H:%M} UTC", fact.proof, tone
        case facts.MockUnanswered():
            return "mocks", f"how was it? {fact.starts:%Y-%m-%d %H:%M} UTC", "no answer for a day", "warn"
        case facts.CalendarConnected():
            return "mocks", f"calendar {fact.name} connected", fact.shown, "info"
        case facts.CalendarRuled():
            return "mocks", "which events are mocks was changed", fact.calendar, "warn"
        case facts.CalendarDisconnected():
            return "mocks", "a calendar was disconnected", fact.calendar, "info"
        case _:
            return None


def _day_words(recorded: Recorded) -> tuple[str, str, str, str]:  # noqa: PLR0912 - one case a kind of fact
    fact = recorded.fact
    match fact:
        case facts.ContractAdopted():
            what = "; ".join(fact.changes) or "adopted"
            return "contract", f"version {fact.number}: {what}", f"from {fact.effective}", "info"
        case facts.DayOpened():
            day = fact.day
            return "day", f"{fact.label} opened", f"due {_hour(day.deadline, day.zone)} {day.zone}", "dim"
        case facts.DayTightened():
            return "day", f"{fact.label} due earlier", _hour(fact.day.deadline, fact.day.zone), "warn"
        case facts.ObservationRecorded():
            seen = fact.observation
            hard = f" · {seen.difficulty}" if seen.difficulty else ""
            mark = "" if fact.official else " · stand-in"
            # What a first look at an account brings up from earlier days is history, not news.
            tone = "good" if recorded.at - seen.at < NEWS else "dim"
            verb = "sent" if seen.source == SENT_MAIL else "accepted"
            return seen.source, f"{verb} {seen.title}", f"{seen.at:%Y-%m-%d %H:%M} UTC{hard}{mark}", tone
        case facts.SourcePolled():
            news = f"{fact.new_rows} new" if fact.new_rows else "nothing new"
            return fact.source, f"answered, {news}", _origin(fact.origin, official=fact.official), "dim"
        case facts.SourceFailed():
            retry = f"retry {fact.retry_at:%H:%M} UTC" if fact.retry_at else "waits for you"
            return fact.source, f"{fact.reason.replace('_', ' ')}: {fact.title}", retry, "unknown"
        case facts.RungFired():
            return "ladder", f"{fact.name}: {', '.join(fact.missing)} missing", "", "warn"
        case facts.RungMissed():
            return "ladder", f"{fact.name} missed", "asleep or off when it was due", "dim"
        case facts.PostQueued():
            goes_out = f"goes out {fact.goes_out:%H:%M} UTC unless the work is verified"
            return "ladder", f"shame post queued for {', '.join(fact.channels)}", goes_out, "warn"
        case facts.DayHeld():
            return "judge", f"{fact.label} waits for proof", "; ".join(fact.reasons), "unknown"
        case facts.DayJudged():
            return _verdict_words(fact)
        case facts.VerdictCorrected():
            return "judge", f"{fact.label} corrected: exits {fact.exit_code}", "evidence came late", "good"
        case facts.DayOverridden():
            return "judge", f"{fact.label} overridden to success", f"{fact.reason} · {fact.outage}", "warn"
        case facts.PassUsed():
            return "day", f"emergency pass for {fact.label}", f"{fact.price} coins · {fact.reason}", "warn"
        case facts.BetPlaced():
            return "coins", f"bet {fact.amount} on {fact.label}", "", "info"
        case facts.CoinsMoved():
            return "coins", f"{fact.amount:+d}", fact.reason, "good" if fact.amount > 0 else "bad"
        case facts.ConsequenceOrdered():
            return "judge", f"ordered: {fact.kind} {fact.amount}", str(fact.label), "bad"
        case facts.ConsequenceAttempted():
            return "judge", f"attempt {fact.attempt}", fact.key, "dim"
        case facts.ConsequenceConfirmed():
            return "judge", f"done: {fact.receipt}", fact.key, "bad"
        case facts.ConsequenceCancelled():
            return "judge", f"called off: {fact.key}", fact.reason, "good"
        case facts.ConsequenceFailed():
            retry = f"retry {fact.retry_at:%H:%M} UTC" if fact.retry_at else "given up; try again in the ledger"
            return "judge", f"did not happen: {fact.words}", f"{fact.key} · {retry}", "warn"
        case facts.ConsequenceUnknown():
            return "judge", f"unknown whether it happened: {fact.words}", f"{fact.key} · {fact.look_at}", "unknown"
        case facts.ConsequenceSettled():
            said = "happened" if fact.happened else "did not happen"
            return "judge", f"settled by hand: {said}", fact.key, "warn"
        case facts.ConsequenceReleased():
            return "judge", "tried again by hand", fact.key, "info"
        case facts.ChannelConnected():
            return "contract", f"channel {fact.channel} connected", fact.shown, "info"
        case facts.ChannelProved():
            return "contract", f"channel {fact.channel} {fact.how}", "may be armed", "good"
        case facts.ChannelDisconnected():
            return "contract", f"channel {fact.channel} disconnected", "", "info"
        case facts.FreezeBought():
            return "coins", f"streak freeze {fact.number} bought", f"{fact.price} coins", "info"
        case facts.FreezeUsed():
            return "coins", f"streak freeze {fact.number} kept the streak", f"over {fact.label}", "warn"
        case facts.AlarmLeft():
            return "ladder", "alarm left by its emergency exit", f"{fact.price} coins", "warn"
        case facts.ClockJumped():
            return "clock", f"jumped by {fact.seconds:+d} s", "judgement waits for a source's time", "warn"
        case facts.ClockFoundWrong():
            return "clock", f"wrong by {fact.seconds:+d} s", f"by {fact.source}'s own time", "warn"
        case facts.EngineStarted():
            return "engine", f"started, {fact.mode}", fact.version, "dim"
        case facts.EngineStopped():
            return "engine", f"stopped, {fact.mode}", "", "dim"
        case facts.BackupRestored():
            kept = f"the file before is kept as {fact.kept_aside}" if fact.kept_aside else "there was no file before"
            return "engine", f"restored {fact.name}", kept, "warn"
        case facts.UnreadableFact():
            return "engine", f"{fact.kind}, which this version cannot read", fact.payload, "unknown"
        case _:
            return "engine", type(fact).__name__, "", "dim"


def _verdict_words(fact: facts.DayJudged) -> tuple[str, str, str, str]:
    missed = ", ".join(
        f"{each.kind.heading} {each.count}/{each.target}" for each in fact.findings if each.state is not ClauseState.MET
    )
    match fact.outcome:
        case Outcome.SUCCESS:
            return "judge", f"{fact.label} exits 0", "success", "good"
        case Outcome.FAILED:
            detail = f"{missed}; spared, {fact.spared}" if fact.spared else missed
            return "judge", f"{fact.label} exits {fact.exit_code}", detail, "bad"
        case Outcome.REST:
            return "judge", f"{fact.label} exits 0", "rest", "dim"
        case Outcome.EXCUSED:
            return "judge", f"{fact.label} exits 0", "excused", "warn"
        case Outcome.UNPROVED:
            return "judge", f"{fact.label} exits {fact.exit_code}", "could never be proved", "unknown"
