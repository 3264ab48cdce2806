"""LeetCode as a truth source: accepted submissions by their own timestamps, from the public GraphQL without login.

Why it exists: it turns one request into dated observations, the spans of time they are complete for, and a reason
whenever the answer cannot be believed. The form of the question is in ``leetcode_query``, the reading of the parts in
``leetcode_parse``, what follows from them for time in ``leetcode_cover``, and the failures in ``graphql``. The
service's own *streak* is never used: it is the longest run in a window, not the current one.
"""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from exitzero.core.errors import BadInput
from exitzero.core.observation import (
    Difficulty,
    Evidence,
    Observation,
    PollRequest,
    PollResult,
    Profile,
    SourceTrouble,
    Tally,
)
from exitzero.net.http import HttpClient
from exitzero.truth import leetcode_parse as parse
from exitzero.truth.graphql import Reply, Service, UnreadableError, read_reply
from exitzero.truth.leetcode_cover import Picture, check, cover
from exitzero.truth.leetcode_query import COMBINED, ROW_CAP, difficulties

HOME = "https://leetcode.com"
NAME = "leetcode"
PARSER = "leetcode/1"
DIFFICULTY_PARSER = "leetcode-difficulty/1"

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: Days with today that ``userCalendar`` without a year, and the older field beside it, look back.
_WINDOW, _OLD_WINDOW = 366, 365
#: So many difficulties are asked for at once; a list of 20 rows never needs more.
_BATCH = ROW_CAP


def check_name(name: str, *, field: str = "leetcode") -> str:
    """The name as it is asked for, without spaces around it; :class:`BadInput` if no account can be called that."""
    stripped = name.strip()
    if not stripped:
        raise BadInput(field, "A LeetCode name is needed.")
    if not _NAME.fullmatch(stripped):
        raise BadInput(field, "A LeetCode name has only letters, digits, _ and - (it is not the e-mail or the link).")
    return stripped


def observations_of(
    rows: Sequence[parse.Row],
    *,
    source: str,
    subject: str,
    known: Mapping[str, Difficulty],
) -> tuple[Observation, ...]:
    """Rows as observations, in the order of the list."""
    return tuple(
        Observation(
            source=source,
            subject=subject,
            key=row.key,
            at=parse.instant(row.at),
            item=row.slug,
            title=row.title,
            difficulty=known.get(row.slug),
        )
        for row in rows
    )


def active_days_of(calendar: parse.Calendar | None) -> dict[str, int]:
    """A calendar by UTC date in ISO form."""
    days = calendar.days if calendar else {}
    return {parse.instant(day).date().isoformat(): number for day, number in sorted(days.items())}


class LeetCode:
    """The person's accepted submissions on leetcode.com, or on whatever stands in for it at ``base_url``.

    Safe from several threads. Raises :class:`BadInput` (field ``leetcode_url``) if ``base_url`` is no address.
    """

    def __init__(self, http: HttpClient, *, base_url: str = HOME) -> None:
        self._service = Service(http, base=base_url, home=HOME, service="LeetCode", field="leetcode_url")
        self._lock = threading.Lock()
        self._difficulties: dict[str, Difficulty | None] = {}

    @property
    def name(self) -> str:
        """``leetcode``."""
        return NAME

    @property
    def origin(self) -> str:
        """Scheme, host and port that are asked."""
        return self._service.origin

    @property
    def official(self) -> bool:
        """True if leetcode.com itself is asked, over TLS."""
        return self._service.official

    def poll(self, request: PollRequest) -> PollResult:
        """Ask now; see :class:`exitzero.core.observation.TruthSource`. :class:`BadInput` for an impossible name."""
        name = check_name(request.subject)
        evidence, told = self._service.ask(
            "/graphql/",
            operation="exitzero",
            document=COMBINED,
            variables={"username": name, "limit": ROW_CAP},
            parser=PARSER,
            asked_at=request.asked_at,
        )
        try:
            result = _read(evidence, name=name, request=request)
        except UnreadableError as unreadable:
            self._service.reject(unreadable, name=name, evidence=evidence, told=told)
        self._service.succeeded()
        return self._with_difficulties(result, request) if request.wants_difficulty else result

    def reread(self, evidence: Evidence, request: PollRequest) -> PollResult:
        """Read a stored answer as :meth:`poll` would; times are taken from the evidence, not from ``request``.

        Difficulties come from ``request`` alone, since they stood in an answer of their own; such an answer reads as a
        result without observations that vouches for nothing.
        """
        name = check_name(request.subject)
        if evidence.parser.startswith("leetcode-difficulty/"):
            return _nothing(evidence, subject=name)
        try:
            return _read(evidence, name=name, request=request)
        except UnreadableError as unreadable:
            self._service.reject_stored(unreadable, name=name, evidence=evidence)

    # ------------------------------------------------------------------------------------------ difficulty

    def _with_difficulties(self, result: PollResult, request: PollRequest) -> PollResult:
        """Look up the difficulties that are still missing; a failure leaves them missing and spoils nothing."""
        wanted = {
            seen.item: None
            for seen in result.observations
            if seen.at >= request.since and seen.item not in request.difficulties
        }
        with self._lock:
            missing = [item for item in wanted if item not in self._difficulties][:_BATCH]
        evidence: tuple[Evidence, ...] = ()
        if missing:
            evidence = self._look_up(missing, request.asked_at)
        with self._lock:
            found = {item: self._difficulties.get(item) for item in wanted}
        return replace(
            result,
            observations=tuple(
                replace(seen, difficulty=seen.difficulty or found.get(seen.item)) for seen in result.observations
            ),
            evidence=result.evidence + evidence,
        )

    def _look_up(self, slugs: Sequence[str], asked_at: datetime) -> tuple[Evidence, ...]:
        document, variables = difficulties(slugs)
        try:
            evidence, told = self._service.ask(
                "/graphql/",
                operation="exitzeroDifficulty",
                document=document,
                variables=variables,
                parser=DIFFICULTY_PARSER,
                asked_at=asked_at,
            )
        except SourceTrouble:
            return ()
        try:
            found = _read_difficulties(read_reply(evidence), slugs)
        except UnreadableError as unreadable:
            # Only a wish to be left alone says something about the next poll as well.
            if unreadable.reason in {"rate_limited", "blocked"}:
                self._service.failed(unreadable.reason, told)
            return ()
        with self._lock:
            self._difficulties.update(found)
        return (evidence,)


def _read_difficulties(reply: Reply, slugs: Sequence[str]) -> dict[str, Difficulty | None]:
    """Difficulties by problem; a problem the service does not know is remembered as such."""
    found: dict[str, Difficulty | None] = {}
    for n, slug in enumerate(slugs):
        question = reply.data.get(f"q{n}")
        if isinstance(question, dict) and question.get("titleSlug", slug) == slug:
            found[slug] = parse.difficulty(question.get("difficulty"))
        elif question is None and f"q{n}" in reply.data and not reply.errors_at(f"q{n}"):
            found[slug] = None
    return found


# ---------------------------------------------------------------------------------------------- reading


def _read(evidence: Evidence, *, name: str, request: PollRequest) -> PollResult:
    """One combined answer as a result; a pure function of the stored answer and what was asked."""
    reply = read_reply(evidence)
    user = _user(reply)
    rows = parse.accepted_rows(_list(reply))
    subject = _subject(user, name)
    calendar = _calendar(user)
    stats = parse.part(user, "submitStatsGlobal") or parse.part(user, "submitStats") or {}
    picture = Picture(
        rows=rows,
        attempts=parse.attempts(reply.data.get("recentSubmissionList")),
        calendar=calendar,
        totals=parse.totals(stats.get("acSubmissionNum")),
        cap=ROW_CAP,
    )
    check(picture, server_at=evidence.server_at, asked_at=evidence.asked_at)
    daily = parse.daily(reply.data.get("activeDailyCodingChallengeQuestion"), home=HOME)
    totals = picture.totals
    return PollResult(
        source=NAME,
        subject=subject,
        observations=observations_of(rows, source=NAME, subject=subject, known=request.difficulties),
        covers=cover(picture, since=request.since, server_at=evidence.server_at, asked_at=evidence.asked_at),
        tally=Tally(at=evidence.server_at or evidence.asked_at, solved=totals.all_solved, accepted=totals.all_accepted)
        if totals
        else None,
        profile=Profile(
            name=subject,
            solved=totals.solved if totals else {},
            active_days=active_days_of(calendar),
            daily_title=daily.title,
            daily_item=daily.slug,
            daily_difficulty=daily.difficulty,
            daily_link=daily.link,
        ),
        evidence=(evidence,),
        server_at=evidence.server_at,
    )


def _user(reply: Reply) -> Mapping[str, object] | None:
    """``matchedUser``; ``None`` if whoever answered left it out. Its being null is never taken for that."""
    spoiled = reply.errors_at("matchedUser") or reply.errors_at("recentAcSubmissionList")
    value = reply.data.get("matchedUser")
    if value is not None:
        return parse.table(value, "matchedUser")
    if any("does not exist" in error.message.lower() for error in spoiled):
        raise UnreadableError("unknown_user", "that user does not exist")
    if "matchedUser" not in reply.data:
        return None
    if reply.errors_at("matchedUser"):
        raise UnreadableError("server_error", reply.errors_at("matchedUser")[0].message[:200])
    if reply.data.get("recentAcSubmissionList"):
        raise parse.inconsistent("there are submissions of nobody")
    raise UnreadableError("unknown_user", "no such user")


def _list(reply: Reply) -> object:
    """``recentAcSubmissionList``, without which nothing is known."""
    errors = reply.errors_at("recentAcSubmissionList")
    if errors:
        raise UnreadableError("server_error", errors[0].message[:200])
    value = reply.data.get("recentAcSubmissionList")
    if value is None:
        raise parse.changed("there is no recentAcSubmissionList")
    return value


def _subject(user: Mapping[str, object] | None, name: str) -> str:
    """The service's own spelling of the name."""
    told = user.get("username") if user else None
    if told is None:
        return name
    spelling = parse.text(told, "a username")
    if spelling.casefold() != name.casefold():
        raise parse.inconsistent(f"the answer is about {spelling!r}, not about {name!r}")
    return spelling


def _calendar(user: Mapping[str, object] | None) -> parse.Calendar | None:
    """The rolling calendar, from either of the two places it can stand in."""
    inner = parse.part(user, "userCalendar") or {}
    calendar = parse.calendar(inner.get("submissionCalendar"), active_days=inner.get("totalActiveDays"), window=_WINDOW)
    if calendar is None and user is not None:
        calendar = parse.calendar(user.get("submissionCalendar"), active_days=None, window=_OLD_WINDOW)
    return calendar


def _nothing(evidence: Evidence, *, subject: str) -> PollResult:
    return PollResult(
        source=NAME,
        subject=subject,
        observations=(),
        covers=(),
        tally=None,
        profile=Profile(name=subject),
        evidence=(evidence,),
        server_at=evidence.server_at,
    )
