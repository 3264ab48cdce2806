"""leetcode.cn as a truth source: a product of its own with other accounts, another schema and another clock.

Why it exists: people with an account there owe the same day. Two services have to be asked: ``/graphql/`` for who the
person is, ``/graphql/noj-go/`` for submissions and calendar. No recorded answer of the second was ever found, so what
it sends is *unproven*: times and ids are read as numbers or as text, a list of 15 rows or more is taken as possibly
cut, and anything unexpected makes the clause unknown. Time and failures are read as in ``leetcode``.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from exitzero.core.observation import Evidence, PollRequest, PollResult, Profile, Tally
from exitzero.net.http import HttpClient
from exitzero.truth import leetcode_parse as parse
from exitzero.truth.graphql import Reply, Service, UnreadableError, read_reply
from exitzero.truth.leetcode import active_days_of, check_name, observations_of
from exitzero.truth.leetcode_cover import Picture, check, cover

HOME = "https://leetcode.cn"
NAME = "leetcode_cn"
PERSON_PARSER = "leetcode_cn-person/1"
RECENT_PARSER = "leetcode_cn-recent/1"

#: Nobody has proved where the list is cut; this many rows may already be a cut one.
ROW_CAP = 15
_WINDOW = 365

PERSON = """\
query exitzeroPerson($userSlug: String!) {
  userProfilePublicProfile(userSlug: $userSlug) { username profile { userSlug } }
  userProfileUserQuestionProgress(userSlug: $userSlug) { numAcceptedQuestions { difficulty count } }
  todayRecord { date question { title titleSlug difficulty } }
}
"""

RECENT = """\
query exitzeroRecent($userSlug: String!) {
  recentACSubmissions(userSlug: $userSlug) {
    submissionId submitTime question { title translatedTitle titleSlug questionFrontendId }
  }
  userCalendar(userSlug: $userSlug) { totalActiveDays submissionCalendar }
}
"""


class LeetCodeCn:
    """The person's accepted submissions on leetcode.cn. Safe from several threads.

    Difficulties are not looked up; :class:`exitzero.core.errors.BadInput` (field ``leetcode_cn_url``) if ``base_url``
    is no address.
    """

    def __init__(self, http: HttpClient, *, base_url: str = HOME) -> None:
        self._service = Service(http, base=base_url, home=HOME, service="leetcode.cn", field="leetcode_cn_url")

    @property
    def name(self) -> str:
        """``leetcode_cn``."""
        return NAME

    @property
    def origin(self) -> str:
        """Scheme, host and port that are asked."""
        return self._service.origin

    @property
    def official(self) -> bool:
        """True if leetcode.cn itself is asked, over TLS."""
        return self._service.official

    def poll(self, request: PollRequest) -> PollResult:
        """Ask both services; the evidence has both answers, the one with the submissions first."""
        name = check_name(request.subject, field="leetcode_cn")
        person_answer, told = self._ask("/graphql/", "exitzeroPerson", PERSON, parser=PERSON_PARSER, request=request)
        try:
            person = _person(_reply(person_answer), person_answer, name=name)
        except UnreadableError as unreadable:
            self._service.reject(unreadable, name=name, evidence=person_answer, told=told)
        answer, told = self._ask("/graphql/noj-go/", "exitzeroRecent", RECENT, parser=RECENT_PARSER, request=request)
        try:
            recent = _recent(_reply(answer), answer, name=name, request=request, solved=person.tally, cap=ROW_CAP)
        except UnreadableError as unreadable:
            self._service.reject(unreadable, name=name, evidence=answer, told=told)
        self._service.succeeded()
        return replace(
            recent,
            subject=person.subject,
            observations=tuple(replace(seen, subject=person.subject) for seen in recent.observations),
            tally=person.tally,
            profile=replace(person.profile, active_days=recent.profile.active_days),
            evidence=recent.evidence + person.evidence,
        )

    def reread(self, evidence: Evidence, request: PollRequest) -> PollResult:
        """Read one stored answer; the one about the person has no observations and vouches for nothing.

        The submissions read alone vouch for no more than in the poll: without the totals that stood in the other
        answer the list is taken as cut.
        """
        name = check_name(request.subject, field="leetcode_cn")
        try:
            reply = _reply(evidence)
            if evidence.parser.startswith("leetcode_cn-person/"):
                return _person(reply, evidence, name=name)
            return _recent(reply, evidence, name=name, request=request, solved=None, cap=0)
        except UnreadableError as unreadable:
            self._service.reject_stored(unreadable, name=name, evidence=evidence)

    def _ask(
        self, path: str, operation: str, document: str, *, parser: str, request: PollRequest
    ) -> tuple[Evidence, timedelta | None]:
        return self._service.ask(
            path,
            operation=operation,
            document=document,
            variables={"userSlug": check_name(request.subject, field="leetcode_cn")},
            parser=parser,
            asked_at=request.asked_at,
        )


def _reply(evidence: Evidence) -> Reply:
    reply = read_reply(evidence)
    if any("must not be null" in error.message.lower() for error in reply.errors):
        raise UnreadableError("unknown_user", "must not be null")
    return reply


def _person(reply: Reply, evidence: Evidence, *, name: str) -> PollResult:
    user = parse.part(reply.data, "userProfilePublicProfile")
    if user is None and reply.errors_at("userProfilePublicProfile"):
        raise UnreadableError("server_error", reply.errors_at("userProfilePublicProfile")[0].message[:200])
    if user is None and "userProfilePublicProfile" in reply.data:
        raise UnreadableError("unknown_user", "no such user")
    subject = _subject(user, name)
    progress = parse.part(reply.data, "userProfileUserQuestionProgress") or {}
    totals = parse.totals(progress.get("numAcceptedQuestions"))
    records = reply.data.get("todayRecord")
    daily = parse.daily(records[0] if isinstance(records, list) and records else None, home=HOME)
    return PollResult(
        source=NAME,
        subject=subject,
        observations=(),
        covers=(),
        # There is no row "all" here: different problems are the sum over the difficulties.
        tally=Tally(at=evidence.server_at or evidence.asked_at, solved=sum(totals.solved.values()), accepted=None)
        if totals
        else None,
        profile=Profile(
            name=subject,
            solved=totals.solved if totals else {},
            daily_title=daily.title,
            daily_item=daily.slug,
            daily_difficulty=daily.difficulty,
            daily_link=daily.link,
        ),
        evidence=(evidence,),
        server_at=evidence.server_at,
    )


def _subject(user: Mapping[str, object] | None, name: str) -> str:
    """The service's own spelling; the slug is asked for, and the shown name beside it may be another."""
    told = (parse.part(user, "profile") or {}).get("userSlug")
    if told is None:
        return name
    spelling = parse.text(told, "a userSlug")
    if spelling.casefold() != name.casefold():
        raise parse.inconsistent(f"the answer is about {spelling!r}, not about {name!r}")
    return spelling


def _recent(
    reply: Reply, evidence: Evidence, *, name: str, request: PollRequest, solved: Tally | None, cap: int
) -> PollResult:
    errors = reply.errors_at("recentACSubmissions")
    if errors:
        raise UnreadableError("server_error", errors[0].message[:200])
    value = reply.data.get("recentACSubmissions")
    if value is None:
        raise parse.changed("there is no recentACSubmissions")
    inner = parse.part(reply.data, "userCalendar") or {}
    calendar = parse.calendar(inner.get("submissionCalendar"), active_days=inner.get("totalActiveDays"), window=_WINDOW)
    rows = _rows(value)
    totals = parse.Totals(solved={}, all_solved=solved.solved, all_accepted=None) if solved else None
    picture = Picture(rows=rows, attempts=None, calendar=calendar, totals=totals, cap=cap)
    check(picture, server_at=evidence.server_at, asked_at=evidence.asked_at)
    return PollResult(
        source=NAME,
        subject=name,
        observations=observations_of(rows, source=NAME, subject=name, known=request.difficulties),
        covers=cover(picture, since=request.since, server_at=evidence.server_at, asked_at=evidence.asked_at),
        tally=None,
        profile=Profile(name=name, active_days=active_days_of(calendar)),
        evidence=(evidence,),
        server_at=evidence.server_at,
    )


def _rows(value: object) -> tuple[parse.Row, ...]:
    found = []
    for entry in parse.items(value, "recentACSubmissions"):
        question = parse.table(entry.get("question"), "a question")
        at = parse.timestamp(entry.get("submitTime"), "a submitTime")
        slug = parse.text(question.get("titleSlug"), "a titleSlug")
        if not slug:
            raise parse.changed("a titleSlug is empty")
        title = question.get("title") or question.get("translatedTitle") or slug
        found.append(
            parse.Row(
                key=parse.key(entry.get("submissionId"), at=at, slug=slug),
                at=at,
                slug=slug,
                title=parse.text(title, "a title"),
            )
        )
    # No order was ever seen recorded, so none is taken for granted.
    return tuple(sorted(found, key=lambda row: row.at, reverse=True))
