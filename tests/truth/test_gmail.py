"""Sent mail over Gmail's own API: the same rules as over IMAP, its own time, and what each refusal means."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.observation import Observation, PollRequest, SourceTrouble
from exitzero.core.spans import Span
from exitzero.net.http import HttpClient
from exitzero.truth.gmail import HOME
from exitzero.truth.sent_mail import NAME, SentMail
from exitzero.truth.sent_mail_account import Kind, MailAccount, secret_name
from tests.servers.gmail_api import GOOD_TOKEN, GmailApi, GmailMessage, Spoiled, refusal

ADA = "ada.lovelace@gmail.com"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ACCOUNT = MailAccount(ADA, kind=Kind.GMAIL, tokens="opaque")


@pytest.fixture
def api() -> Iterator[GmailApi]:
    """Ada's mailbox."""
    with GmailApi("adalovelace@gmail.com", now=NOON) as server:
        yield server


@pytest.fixture
def http() -> Iterator[HttpClient]:
    """A client with short patience."""
    client = HttpClient(monotonic=time.monotonic, timeout=1.0, longest=5.0)
    yield client
    client.close()


@pytest.fixture
def asking(http: HttpClient, api: GmailApi) -> SentMail:
    """A source that is signed in."""
    return SentMail({secret_name(ADA): ACCOUNT.to_text()}, http, gmail_token=lambda _: GOOD_TOKEN, gmail_url=api.url)


def sent(n: int, at: datetime, subject: str = "", *, to: str = "jobs@acme.example") -> GmailMessage:
    """A mail that Ada sent."""
    headers = {"Subject": subject or f"hiring {n}", "From": ADA, "To": to, "Message-Id": f"<{n}@mail.gmail.com>"}
    return GmailMessage(f"id{n}", at, headers)


def ask(since: timedelta = timedelta(days=2), *, asked_at: datetime = NOON) -> PollRequest:
    """A question about the last days."""
    return PollRequest(ADA, asked_at, asked_at - since, words=("hiring", "bewerbung"))


def trouble_of(asking: SentMail) -> SourceTrouble:
    """What a poll raises."""
    with pytest.raises(SourceTrouble) as told:
        asking.poll(ask())
    assert GOOD_TOKEN not in str(told.value)
    return told.value


def test_mails_become_observations(asking: SentMail, api: GmailApi) -> None:
    """By the same rules, over all pages, with Gmail's own instant and time."""
    api.messages = [sent(n, NOON - n * MINUTE) for n in range(1, 9)]
    api.messages += [
        sent(20, NOON - MINUTE, "Bewerbung als Köchin"),
        sent(21, NOON - MINUTE, "lunch"),
        sent(22, NOON - MINUTE, to="a.d.a.lovelace+me@googlemail.com"),
        GmailMessage("in", NOON - MINUTE, {"Subject": "hiring", "From": "x@y.example", "To": ADA}, ("INBOX",)),
    ]
    request = ask(asked_at=NOON + 2 * MINUTE)
    result = asking.poll(request)
    assert [each.title for each in result.observations] == [
        *(f"hiring {n}" for n in range(8, 1, -1)), "hiring 1", "Bewerbung als Köchin",
    ]  # fmt: skip
    assert result.observations[0] == Observation(
        NAME, ADA, "8@mail.gmail.com", NOON - 8 * MINUTE, "jobs@acme.example", "hiring 8"
    )
    assert result.server_at == NOON
    assert result.covers == (Span(request.since, NOON - 10 * MINUTE),)
    (evidence,) = result.evidence
    assert (evidence.origin, evidence.official, evidence.server_at) == (api.url, False, NOON)
    assert b"lunch" not in evidence.body
    assert asking.reread(evidence, request) == result
    assert api.count("pageToken") == 3


def test_only_headers_are_asked_for_and_each_mail_once(asking: SentMail, api: GmailApi) -> None:
    """The snippet would be the beginning of the letter; the second look asks for nothing known."""
    api.messages = [sent(1, NOON - MINUTE)]
    assert asking.poll(ask()) == asking.poll(ask())
    gets = [path for path in api.asked if "/messages/" in path]
    assert len(gets) == 1
    assert "format=metadata" in gets[0]
    assert "fields=id%2CinternalDate%2Cpayload%2Fheaders" in gets[0]


def test_the_search_is_by_the_second_and_judged_exactly(asking: SentMail, api: GmailApi) -> None:
    """Dates would be midnights in California."""
    start = NOON - timedelta(days=2)
    second = timedelta(seconds=1)
    api.messages = [sent(1, start - second), sent(2, start), sent(3, NOON + 4 * MINUTE), sent(4, NOON + 6 * MINUTE)]
    assert [each.title for each in asking.poll(ask()).observations] == ["hiring 2", "hiring 3"]
    assert f"after%3A{int(start.timestamp()) - 60}" in api.asked[0]


def test_an_empty_mailbox_is_a_proof_of_nothing_sent(asking: SentMail) -> None:
    """Google leaves the list out then, and that is an answer."""
    result = asking.poll(ask())
    assert result.observations == ()
    assert result.covers


def test_gmails_time_is_gone_by_and_not_ours(asking: SentMail, api: GmailApi) -> None:
    """With a clock here that is wrong, no more is vouched for than was asked and than has been."""
    fast = asking.poll(ask(asked_at=NOON + timedelta(days=1), since=timedelta(days=3)))
    assert fast.covers[0].end == NOON - 10 * MINUTE
    slow = asking.poll(ask(asked_at=NOON - timedelta(days=1), since=timedelta(days=3)))
    assert slow.covers[0].end == NOON - timedelta(days=1) - 5 * MINUTE
    assert fast.server_at == slow.server_at == NOON
    api.now = None
    assert asking.poll(ask()).server_at == NOON


def test_a_mailbox_of_many_is_read_from_its_end(asking: SentMail, api: GmailApi) -> None:
    """No look takes long; it vouches for what it saw, and the next one goes further back."""
    api.page = 500
    api.messages = [sent(n, NOON - n * 10 * MINUTE) for n in range(1, 251)]
    looks = [asking.poll(ask()) for _ in range(5)]
    starts = [look.covers[0].start for look in looks]
    assert starts == sorted(starts, reverse=True)
    assert starts[0] > starts[-1] == ask().since
    assert len([path for path in api.asked if "/messages/" in path]) == 250
    for look, start in zip(looks, starts, strict=True):
        assert len(look.observations) == sum(message.at >= start for message in api.messages)
    assert max(api.count(f"/messages/id{n}?") for n in range(1, 251)) == 1


def test_a_mail_that_goes_while_it_is_looked_at_is_gone(asking: SentMail, api: GmailApi) -> None:
    """And no trouble."""
    api.messages = [sent(1, NOON - MINUTE), sent(2, NOON - MINUTE)]
    api.gone = {"id1"}
    assert [each.title for each in asking.poll(ask()).observations] == ["hiring 2"]


@pytest.mark.parametrize(
    ("where", "spoiled", "told"),
    [
        ("messages?", refusal(401, "authError", "Invalid Credentials"), ("refused", None)),
        ("messages?", refusal(403, "insufficientPermissions", "Insufficient Permission"), ("refused", None)),
        ("messages?", refusal(403, "accessNotConfigured", "Gmail API has not been used"), ("refused", None)),
        ("messages?", refusal(403, "rateLimitExceeded"), ("rate_limited", 5 * MINUTE)),
        ("messages?", refusal(403, "userRateLimitExceeded"), ("rate_limited", 5 * MINUTE)),
        ("messages?", refusal(429, "rateLimitExceeded"), ("rate_limited", 5 * MINUTE)),
        ("messages?", Spoiled(429, {}, {"Retry-After": "900"}), ("rate_limited", 15 * MINUTE)),
        ("messages?", Spoiled(429, body=b"<html>slow down</html>"), ("rate_limited", 5 * MINUTE)),
        ("messages?", refusal(500, "backendError"), ("server_error", 5 * MINUTE)),
        ("messages?", refusal(400, "invalidArgument"), ("schema_changed", 10 * MINUTE)),
        ("messages?", Spoiled(302, {}, {"Location": "https://login.example"}), ("schema_changed", 10 * MINUTE)),
        ("messages?", Spoiled(200, body=b"<html>Sign in to the hotel</html>"), ("not_json", MINUTE)),
        ("messages?", Spoiled(200, {"messages": {}}), ("schema_changed", 10 * MINUTE)),
        ("messages?", Spoiled(200, {"messages": [{}]}), ("schema_changed", 10 * MINUTE)),
        ("messages?", Spoiled(200, {"nextPageToken": "again"}), ("inconsistent", MINUTE)),
        ("messages?", Spoiled(200, {"messages": []}, cut=True), ("network", MINUTE)),
        ("messages/", Spoiled(200, {"id": "id1"}), ("schema_changed", 10 * MINUTE)),
        ("messages/", Spoiled(200, {"internalDate": "9" * 40}), ("schema_changed", 10 * MINUTE)),
        ("messages/", refusal(503, "backendError"), ("server_error", 5 * MINUTE)),
        ("messages/", refusal(429, "rateLimitExceeded"), ("rate_limited", 5 * MINUTE)),
        ("pageToken", refusal(500, "backendError"), ("server_error", 5 * MINUTE)),
    ],
)
def test_trouble_is_told_apart_and_is_never_zero(
    asking: SentMail, api: GmailApi, where: str, spoiled: Spoiled, told: tuple[str, timedelta | None]
) -> None:
    """At the list, at one of its pages, at a mail."""
    api.messages = [sent(n, NOON - MINUTE) for n in range(5)]
    api.spoiled = {where: spoiled}
    trouble = trouble_of(asking)
    assert (trouble.reason, trouble.retry_after) == told
    api.spoiled = {}
    assert len(asking.poll(ask()).observations) == 5


def test_no_gmail_at_all_is_a_network_trouble(http: HttpClient) -> None:
    """Nobody listens."""
    kept = {secret_name(ADA): ACCOUNT.to_text()}
    asking = SentMail(kept, http, gmail_token=lambda _: GOOD_TOKEN, gmail_url="http://127.0.0.1:9")
    assert trouble_of(asking).reason == "network"


@pytest.mark.parametrize("token", ["", "with a space", "line\nbreak", "ya29.wrong"])
def test_a_token_that_is_none_is_refused(http: HttpClient, api: GmailApi, token: str) -> None:
    """Connect it again."""
    kept = {secret_name(ADA): ACCOUNT.to_text()}
    told = trouble_of(SentMail(kept, http, gmail_token=lambda _: token, gmail_url=api.url))
    assert (told.reason, told.retry_after) == ("refused", None)
    assert "onnect it again" in told.advice


def test_trouble_with_the_sign_in_is_told_as_it_is(http: HttpClient, api: GmailApi) -> None:
    """A sign-in that ran out is refused; one that could not be renewed for want of a network is tried again."""
    kept = {secret_name(ADA): ACCOUNT.to_text()}

    def give(trouble: OutsideTrouble) -> SourceTrouble:
        def token(_: MailAccount) -> str:
            raise trouble

        return trouble_of(SentMail(kept, http, gmail_token=token, gmail_url=api.url))

    assert give(OutsideTrouble("Run out.", "Sign in.", reason="expired")).reason == "refused"
    gone = give(OutsideTrouble("No network.", "", reason="network", retry_after=MINUTE))
    assert (gone.reason, gone.retry_after) == ("network", MINUTE)
    assert trouble_of(SentMail(kept, http)).reason == "refused"
    assert api.asked == []


def test_a_first_try_says_whose_mailbox_it_is(asking: SentMail, api: GmailApi) -> None:
    """Another account than the one that was meant is refused."""
    api.messages = [sent(1, NOON), sent(2, NOON)]
    seen = asking.try_out(ACCOUNT)
    assert (seen.folder, seen.messages, seen.words) == ("SENT", 2, "adalovelace@gmail.com")
    api.address = "bob@gmail.com"
    with pytest.raises(SourceTrouble, match=r"signed in bob@gmail\.com"):
        asking.try_out(ACCOUNT)


def test_replies_come_from_those_who_were_written_to(asking: SentMail, api: GmailApi) -> None:
    """Wherever the filters have put them."""
    answer = {
        "Subject": "Re: hiring", "From": "HR <jobs@acme.example>", "To": ADA,
        "Message-ID": "<r@acme>", "In-Reply-To": "<1@mail.gmail.com>",
    }  # fmt: skip
    other = {**answer, "From": "xjobs@acme.example", "Message-ID": "<s@acme>"}
    api.messages = [
        GmailMessage("r", NOON, answer, ("INBOX",)),
        GmailMessage("s", NOON, other, ()),
        GmailMessage("old", NOON - timedelta(days=1), {**answer, "Message-ID": "<o@acme>"}, ()),
    ]
    (reply,) = asking.replies(ADA, since=NOON - MINUTE, senders={"Jobs@acme.example", "nobody@acme.example"})
    assert (reply.message_id, reply.sender, reply.in_reply_to) == ("r@acme", "jobs@acme.example", ("1@mail.gmail.com",))
    assert asking.replies(ADA, since=NOON, senders=()) == ()


def test_a_subject_is_found_in_what_was_sent(asking: SentMail, api: GmailApi) -> None:
    """On its day."""
    api.messages = [sent(1, NOON, "About the Rust role"), sent(2, NOON - timedelta(days=1), "About the Rust role")]
    day = Span(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
    assert [each.key for each in asking.find(ADA, subject="about the rust ROLE", span=day)] == ["1@mail.gmail.com"]


def test_only_google_itself_is_official(http: HttpClient, api: GmailApi) -> None:
    """A stand-in is marked from the first question on, and what is no address is refused."""
    assert SentMail({}, http, gmail_url=HOME).official
    asking = SentMail({secret_name(ADA): ACCOUNT.to_text()}, http, gmail_token=lambda _: GOOD_TOKEN, gmail_url=api.url)
    asking.poll(ask())
    assert not asking.official
    with pytest.raises(BadInput):
        SentMail({}, http, gmail_url="gmail")
