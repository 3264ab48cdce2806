"""Sent mail over IMAP against a real Dovecot: what counts, for which day, and what is never taken for nothing."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.observation import Observation, PollRequest, PollResult, SourceTrouble
from exitzero.core.spans import Span
from exitzero.net.http import HttpClient
from exitzero.truth.sent_mail import FURTHEST, NAME, PARSER, SentMail
from exitzero.truth.sent_mail_account import MailAccount, Security, secret_name
from exitzero.truth.sent_mail_imap import ImapFolder
from tests.servers.dovecot import PASSWORD, Dovecot, Relay, free_port, mail, needs_dovecot

pytestmark = pytest.mark.system

ADA = "ada@example.com"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
WORDS = ("application", "hiring")
MINUTE = timedelta(minutes=1)


class Kept(dict[str, str]):
    """A keyring of the test's own."""


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """A German mailbox: the folder of sent mail can be told by its role only."""
    needs_dovecot()
    with Dovecot(
        roles={"Gesendet & versandt": "\\Sent", "Sent": "", "Archiv": "\\Archive"}, zone="America/Los_Angeles"
    ) as server:
        yield server


@pytest.fixture(scope="module")
def roleless() -> Iterator[Dovecot]:
    """A server that tells no roles."""
    needs_dovecot()
    with Dovecot(roles={}, certificate_name="somebody-else.example", zone="Pacific/Kiritimati") as server:
        yield server


@pytest.fixture
def http() -> Iterator[HttpClient]:
    """For a source that would ask Gmail."""
    client = HttpClient(monotonic=time.monotonic)
    yield client
    client.close()


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of the test's own."""
    return f"u{abs(hash(request.node.nodeid)):x}"


SENT = "Gesendet & versandt"


def account(port: int, user: str, **changes: object) -> MailAccount:
    """A mailbox at a server on this machine."""
    plain = MailAccount(
        ADA, host="127.0.0.1", port=port, security=Security.NONE, user=user, password=PASSWORD, own=("me@ada.example",)
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def source(http: HttpClient, *accounts: MailAccount, timeout: float = 15.0, trusted: Dovecot | None = None) -> SentMail:
    """A source whose keyring knows these mailboxes, and which believes the certificate of one server."""
    kept = {secret_name(each.address): each.to_text() for each in accounts}

    def tls() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(trusted.certificate.path) if trusted else None)

    return SentMail(Kept(kept), http, tls=tls, timeout=timeout)


def ask(asked_at: datetime = NOON, *, since: datetime | None = None, words: tuple[str, ...] = WORDS) -> PollRequest:
    """A question about the last days."""
    return PollRequest(ADA, asked_at, since or asked_at - timedelta(days=3), words=words)


def polled(http: HttpClient, server: Dovecot, user: str, request: PollRequest, **changes: object) -> PollResult:
    """One poll of a fresh source."""
    return source(http, account(server.port, user, **changes)).poll(request)


def titles(result: PollResult) -> list[str]:
    """What was seen, oldest first."""
    return [each.title for each in result.observations]


# ---------------------------------------------------------------------------------------------- what counts


def test_a_mail_becomes_an_observation_with_evidence(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """Its Message-ID, the server's own instant, who got it, and the subject; and the answer can be judged again."""
    at = datetime(2026, 3, 10, 9, 30, 15, tzinfo=UTC)
    text = mail("Application: C++ engineer", to="HR <Jobs@Acme.example>", cc="Bo <bo@acme.example>", message_id="<1@x>")
    dovecot.put(user, SENT, (at, text))
    request = ask()
    result = polled(http, dovecot, user, request)
    assert result.observations == (
        Observation(NAME, ADA, "1@x", at, "jobs@acme.example, bo@acme.example", "Application: C++ engineer"),
    )
    assert result.covers == (Span(request.since, NOON - timedelta(minutes=10)),)
    assert result.server_at == NOON
    (evidence,) = result.evidence
    assert (evidence.parser, evidence.origin) == (PARSER, f"imap://127.0.0.1:{dovecot.port}")
    assert evidence.server_at is None
    assert not evidence.official
    assert PASSWORD.encode() not in evidence.body
    again = source(http)
    assert again.reread(evidence, request) == result
    assert again.official


def test_the_same_mailbox_is_the_same_evidence(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """Or the journal would grow with every look."""
    dovecot.put(user, SENT, (NOON - MINUTE, mail("hiring")))
    since = NOON - timedelta(days=1)
    looks = [polled(http, dovecot, user, ask(NOON + n * MINUTE, since=since)).evidence[0] for n in range(2)]
    assert looks[0].digest == looks[1].digest


def test_other_mails_are_not_kept(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """What the person writes about otherwise is nobody's business; that they were looked at is."""
    dovecot.put(user, SENT, (NOON, mail("Your biopsy")), (NOON, mail("Hiring?")))
    body = polled(http, dovecot, user, ask(NOON + MINUTE)).evidence[0].body
    assert b"biopsy" not in body
    assert b'"looked_at":2' in body


def test_words_that_were_not_asked_for_are_not_vouched_for(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """A stored answer holds the mails of its words only, so with others it proves nothing."""
    dovecot.put(user, SENT, (NOON - MINUTE, mail("Hiring?")), (NOON - MINUTE, mail("Offer")))
    (evidence,) = polled(http, dovecot, user, ask()).evidence
    fewer, more = ask(words=("hiring",)), ask(words=("hiring", "offer"))
    assert source(http).reread(evidence, fewer).covers
    assert source(http).reread(evidence, more).covers == ()
    assert polled(http, dovecot, user, ask(words=())).covers == ()


@pytest.mark.parametrize(
    ("subject", "counts"),
    [
        ("Job application for Ada", True),
        ("APPLICATION", True),
        ("Re: application/portfolio", True),
        ("Applications are open", False),
        ("reapplication", False),
        ("we are hir\u00ading", True),
        ("ＨＩＲＩＮＧ manager", True),
    ],
)
def test_a_word_counts_as_a_whole(http: HttpClient, dovecot: Dovecot, user: str, subject: str, counts: bool) -> None:
    """In any case and width, and not as a part of another word."""
    dovecot.put(user, SENT, (NOON - MINUTE, mail(subject)))
    assert bool(polled(http, dovecot, user, ask()).observations) == counts


def raw(subject: bytes, message_id: str) -> bytes:
    """A mail with these very bytes as its subject."""
    return b"Subject: " + subject + f"\r\nTo: x@y.example\r\nMessage-ID: <{message_id}>\r\n\r\nHello".encode()


def test_subjects_are_read_however_they_were_encoded(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """Encoded words, split and folded ones, bare UTF-8, bare Latin-1, and one that is broken."""
    subjects = [
        b"=?utf-8?q?Bewerbung_als_K=C3=B6chin?=",
        b"=?utf-8?B?QmV3ZXJidW5nIGFscyBLw7Y=?=\r\n =?utf-8?B?Y2hpbg==?=",
        "Bewerbung als Köchin".encode(),
        "Bewerbung als Köchin".encode("latin-1"),
        b"Bewerbung\r\n als =?iso-8859-1?q?K=F6chin?=",
        b"=?x-nobody-knows?q?Bewerbung_als_K=C3=B6chin?=",
    ]
    dovecot.put(user, SENT, *((NOON - MINUTE, raw(each, f"{n}@x")) for n, each in enumerate(subjects)))
    dovecot.put(user, SENT, (NOON - MINUTE, raw(b"=?utf-8?b?!!!?= Bewerbung", "broken@x")))
    found = polled(http, dovecot, user, ask(words=("bewerbung",)))
    assert {each.title for each in found.observations if each.key != "broken@x"} == {"Bewerbung als Köchin"}
    assert len(found.observations) == 7
    assert len(polled(http, dovecot, user, ask(words=("KÖCHIN",))).observations) == 6


def test_mails_among_ones_own_addresses_do_not_count(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """In no spelling; one outside recipient is enough, a blind one too."""
    mails = [
        mail("hiring 1", to=ADA),
        mail("hiring 2", to="Ada <ADA+jobs@Example.com>", cc="me@ada.example"),
        mail("hiring 3", to="a.da.x+y@googlemail.com", bcc="adax@gmail.com"),
        mail("hiring 4", to="alias@elsewhere.example", sender="alias@elsewhere.example"),
        mail("hiring 5", to=ADA, bcc="Boss@acme.example"),
        b"Subject: hiring 6\r\nMessage-ID: <6@x>\r\n\r\nTo nobody",
    ]
    dovecot.put(user, SENT, *((NOON - MINUTE, each) for each in mails))
    found = polled(http, dovecot, user, ask(), own=("adax@gmail.com", "me@ada.example"))
    assert [(each.title, each.item) for each in found.observations] == [("hiring 5", "boss@acme.example")]


def test_each_message_id_counts_once(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """Two copies are one mail, at its earliest instant; without an id the headers tell mails apart."""
    twice = mail("hiring", message_id="<twice@x>")
    nameless = mail("hiring too", message_id=None)
    dovecot.put(user, SENT, (NOON - MINUTE, twice), (NOON - 5 * MINUTE, twice), (NOON - MINUTE, nameless))
    found = polled(http, dovecot, user, ask())
    assert [(each.key[:7], each.at) for each in found.observations] == [
        ("twice@x", NOON - 5 * MINUTE),
        ("sha256:", NOON - MINUTE),
    ]
    assert found.observations == polled(http, dovecot, user, ask()).observations


# ---------------------------------------------------------------------------------------------- whose day


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Los_Angeles", date(2026, 3, 3)),
        ("America/Los_Angeles", date(2026, 3, 8)),
        ("America/Los_Angeles", date(2026, 11, 1)),
        ("Asia/Kolkata", date(2026, 3, 3)),
        ("Pacific/Kiritimati", date(2026, 1, 1)),
        ("Pacific/Pago_Pago", date(2026, 1, 1)),
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("UTC", date(2024, 2, 29)),
    ],
)
@pytest.mark.parametrize("server_in", ["dovecot", "roleless"])
def test_a_mail_belongs_to_the_day_of_its_instant(
    http: HttpClient, zone: str, day: date, request: pytest.FixtureRequest, server_in: str
) -> None:
    """Around midnight in any zone, on days of 23, 24 and 25 hours, whatever zone the server has."""
    server: Dovecot = request.getfixturevalue(server_in)
    user: str = request.getfixturevalue("user")
    folder = SENT if server_in == "dovecot" else "Sent"
    if folder == "Sent":
        with server.mailbox(user) as client:
            client.create_folder(folder)
    here = ZoneInfo(zone)
    start = datetime(day.year, day.month, day.day, tzinfo=here).astimezone(UTC)
    after = day + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=here).astimezone(UTC)
    second = timedelta(seconds=1)
    moments = {
        "before": start - second, "first": start, "noon": start + (end - start) / 2, "last": end - second, "next": end,
    }  # fmt: skip
    odd = ZoneInfo("Asia/Kathmandu")
    server.put(user, folder, *((at.astimezone(odd), mail(f"hiring {name}")) for name, at in moments.items()))
    asked_at = end + timedelta(hours=1)
    found = polled(http, server, user, ask(asked_at, since=start))
    assert titles(found) == ["hiring first", "hiring noon", "hiring last", "hiring next"]
    assert {each.title: each.at for each in found.observations}["hiring last"] == end - second
    assert [each.title for each in found.observations if each.at in Span(start, end)] == titles(found)[:3]
    assert found.covers == (Span(start, asked_at - timedelta(minutes=10)),)


def test_of_very_many_mails_the_newest_are_read(dovecot: Dovecot, user: str) -> None:
    """And no more is claimed than was read."""
    dovecot.put(user, SENT, *((NOON - n * MINUTE, mail(f"hiring {n}")) for n in (3, 1, 5, 2, 4)))
    folder = ImapFolder(account(dovecot.port, user), most=3)
    look = folder.read(NOON - timedelta(days=1), NOON, WORDS)
    assert [row.subject for row in look.rows] == ["hiring 3", "hiring 2", "hiring 1"]
    assert look.complete_since == NOON - 3 * MINUTE + timedelta(seconds=1)


def test_no_further_back_than_a_month(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """A first look at an old mailbox does not read all of it, and does not claim to have."""
    dovecot.put(user, SENT, (NOON - timedelta(days=40), mail("hiring long ago")))
    found = polled(http, dovecot, user, ask(since=datetime(2020, 1, 1, tzinfo=UTC)))
    assert found.observations == ()
    assert found.covers[0].start == NOON - FURTHEST


# ---------------------------------------------------------------------------------------------- folders


def test_the_folder_is_found_by_its_role(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """And not by its name, though another is called Sent."""
    dovecot.put(user, "Sent", (NOON - MINUTE, mail("hiring in the wrong folder")))
    dovecot.put(user, SENT, (NOON - MINUTE, mail("hiring")))
    assert titles(polled(http, dovecot, user, ask())) == ["hiring"]
    assert titles(polled(http, dovecot, user, ask(), folder="Sent")) == ["hiring in the wrong folder"]


@pytest.mark.parametrize("name", ["送信済み", "Éléments envoyés", "INBOX/Gesendete Objekte", "SENT"])
def test_without_roles_it_is_known_by_its_name(http: HttpClient, roleless: Dovecot, user: str, name: str) -> None:
    """In the language of whoever made it, also below the inbox."""
    with roleless.mailbox(user) as client:
        client.create_folder(name)
    roleless.put(user, name, (NOON - MINUTE, mail("hiring")))
    assert titles(polled(http, roleless, user, ask())) == ["hiring"]


def test_two_folders_that_may_be_meant_are_both_read(http: HttpClient, roleless: Dovecot, user: str) -> None:
    """Web mail and mail program do not always agree; to read one only could miss the work of a day."""
    both = mail("hiring in both")
    for name in ("Sent", "Gesendet"):
        with roleless.mailbox(user) as client:
            client.create_folder(name)
        roleless.put(user, name, (NOON - MINUTE, mail(f"hiring in {name}")), (NOON - MINUTE, both))
    assert sorted(titles(polled(http, roleless, user, ask()))) == [
        "hiring in Gesendet", "hiring in Sent", "hiring in both",
    ]  # fmt: skip


def test_no_folder_of_sent_mail_is_trouble(http: HttpClient, roleless: Dovecot, user: str) -> None:
    """And says which there are, so that one can be chosen."""
    with roleless.mailbox(user) as client:
        client.create_folder("Ablage")
    with pytest.raises(SourceTrouble, match="Ablage") as told:
        polled(http, roleless, user, ask())
    assert (told.value.reason, told.value.retry_after) == ("refused", None)
    with pytest.raises(SourceTrouble, match="Sentt could not be opened"):
        polled(http, roleless, user, ask(), folder="Sentt")


def test_a_moved_and_a_deleted_mail(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """Are not there any more, and what was kept of them still says what they were."""
    dovecot.put(user, SENT, *((NOON - MINUTE, mail(f"hiring {n}")) for n in range(3)))
    asking = source(http, account(dovecot.port, user))
    before = asking.poll(ask())
    assert titles(before) == ["hiring 0", "hiring 1", "hiring 2"]
    with dovecot.mailbox(user) as client:
        client.select_folder(SENT)
        first, second, _ = client.search()
        client.move([first], "Archiv")
        client.delete_messages([second])
        client.expunge([second])
    after = asking.poll(ask())
    assert titles(after) == ["hiring 2"]
    assert after.covers == before.covers
    assert asking.reread(before.evidence[0], ask()).observations == before.observations


def test_only_headers_are_fetched_and_nothing_is_marked(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """EXAMINE and PEEK, seen on the line."""
    dovecot.put(user, SENT, (NOON - MINUTE, mail("hiring")))
    with Relay(dovecot.port) as relay:
        source(http, account(relay.port, user)).poll(ask())
    fetches = [line for line in relay.asked if b"FETCH" in line]
    assert fetches
    assert all(b"BODY.PEEK[HEADER.FIELDS (" in line or b"(INTERNALDATE)" in line for line in fetches)
    assert relay.count(b"EXAMINE") == 1
    assert relay.count(b" SELECT ") == 0
    assert relay.count(b"LOGOUT") == 1


# ---------------------------------------------------------------------------------------------- trouble


def trouble_of(asking: SentMail) -> SourceTrouble:
    """What a poll raises."""
    with pytest.raises(SourceTrouble) as told:
        asking.poll(ask())
    assert PASSWORD not in f"{told.value}{told.value.__cause__}"
    return told.value


def test_a_wrong_password_is_tried_once(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """Also by several threads at once; a good one is taken, and the person may try again by hand."""
    with Relay(dovecot.port) as relay:
        wrong = account(relay.port, user, password="not-" + PASSWORD)
        asking = source(http, wrong)
        told: list[str] = []
        threads = [
            threading.Thread(target=lambda: told.append(trouble_of(asking).reason), name="exitzero-test")
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        first = trouble_of(asking)
        assert told == ["refused"] * 4
        assert (first.reason, first.retry_after) == ("refused", None)
        assert relay.count(b"LOGIN") == 1
        with pytest.raises(SourceTrouble, match="Authentication failed"):
            asking.try_out(wrong)
        assert relay.count(b"LOGIN") == 2
        assert asking.try_out(account(relay.port, user)).folder == SENT
    failed = [line for line in dovecot.log.splitlines() if user in line and "auth failed" in line]
    assert len(failed) == 2


def test_a_new_password_is_tried(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """Once the mailbox is connected again."""
    kept = Kept({secret_name(ADA): account(dovecot.port, user, password="wrong").to_text()})
    asking = SentMail(kept, http)
    assert trouble_of(asking).reason == "refused"
    kept[secret_name(ADA)] = account(dovecot.port, user).to_text()
    assert asking.poll(ask()).observations == ()


@pytest.mark.parametrize("password", ["pässwörd", 'quo"ted \\ one'])
def test_passwords_of_any_letters_are_sent(http: HttpClient, dovecot: Dovecot, user: str, password: str) -> None:
    """They are refused as wrong, and not for their form."""
    asking = source(http, account(dovecot.port, user, password=password))
    assert "refused the password" in trouble_of(asking).title


def test_a_user_name_of_any_signs_is_one_word(http: HttpClient, dovecot: Dovecot) -> None:
    """It is quoted, so that nothing in it becomes a command."""
    with Relay(dovecot.port) as relay:
        trouble_of(source(http, account(relay.port, 'ada "x" \\love')))
        assert [line.split(b" ", 1)[1] for line in relay.asked if b"LOGIN" in line] == [
            b'LOGIN "ada \\"x\\" \\\\love" "' + PASSWORD.encode() + b'"\r\n'
        ]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({b"LOGIN": b"{tag} NO [UNAVAILABLE] Temporary authentication failure\r\n"}, "server_error"),
        ({b"LOGIN": b"{tag} NO [LIMIT] Too many connections\r\n"}, "rate_limited"),
        ({b"LOGIN": b"* BYE [ALERT] Invalid credentials, good-bye\r\n{tag} NO refused\r\n"}, "refused"),
        ({b"LIST": b"{tag} NO [SERVERBUG] Internal error occurred\r\n"}, "server_error"),
        ({b"EXAMINE": b"{tag} NO [NOPERM] Not allowed\r\n"}, "refused"),
        ({b"EXAMINE": b"{tag} NO [UNAVAILABLE] Mailbox is locked\r\n"}, "server_error"),
        ({b"SEARCH": b"{tag} NO [NOPERM] Permission denied\r\n"}, "refused"),
        ({b"SEARCH": b"{tag} BAD Unknown command\r\n"}, "refused"),
        ({b"SEARCH": b"* BYE Bandwidth limit exceeded\r\n"}, "rate_limited"),
        ({b"SEARCH": b"* SEARCH one two\r\n{tag} OK done\r\n"}, "schema_changed"),
        ({b"(INTERNALDATE)": b"{tag} OK Fetched nothing\r\n"}, "inconsistent"),
        ({b"(INTERNALDATE)": b"{tag} NO [SERVERBUG] Some messages failed\r\n"}, "server_error"),
        ({b"(INTERNALDATE)": b'* 1 FETCH (UID 1 INTERNALDATE "yesterday")\r\n{tag} OK done\r\n'}, "inconsistent"),
        ({b"BODY.PEEK": b"* 1 FETCH (UID 1)\r\n{tag} OK done\r\n"}, "inconsistent"),
        ({b"BODY.PEEK": b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] NIL)\r\n{tag} OK done\r\n"}, "inconsistent"),
        ({b"BODY.PEEK": b"{tag} OK done\r\n"}, "inconsistent"),
        ({b"BODY.PEEK": b"HTTP/1.1 200 OK\r\n"}, "schema_changed"),
    ],
)
def test_what_a_server_says_no_to_is_trouble_and_never_zero(
    http: HttpClient, dovecot: Dovecot, user: str, answers: Mapping[bytes, bytes], reason: str
) -> None:
    """Each refusal by what has to be done about it."""
    dovecot.put(user, SENT, (NOON - MINUTE, mail("hiring")))
    with Relay(dovecot.port, answers=answers) as relay:
        told = trouble_of(source(http, account(relay.port, user)))
    assert told.reason == reason
    assert (told.retry_after is None) == (reason == "refused")


@pytest.mark.parametrize(
    "cut_in", [b"* OK [", b"Logged in", b"* LIST", b"EXISTS", b"* SEARCH", b"INTERNALDATE", b"Subject:"]
)
def test_a_line_that_is_cut_is_trouble_wherever_it_is_cut(
    http: HttpClient, dovecot: Dovecot, user: str, cut_in: bytes
) -> None:
    """A half list of mails is no list, and a cut log-in is no wrong password."""
    dovecot.put(user, SENT, *((NOON - MINUTE, mail(f"hiring {n}")) for n in range(30)))
    with Relay(dovecot.port, cut_in=cut_in) as relay:
        asking = source(http, account(relay.port, user))
        told = trouble_of(asking)
        assert (told.reason, told.retry_after) == ("network", MINUTE)
        assert trouble_of(asking).reason == "network"
        assert relay.count(b"CAPABILITY") + relay.count(b"LOGIN") >= (0 if cut_in == b"* OK [" else 2)
    assert len(polled(http, dovecot, user, ask()).observations) == 30


def test_a_mail_that_goes_while_it_is_looked_at_is_gone(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """It is left out because the server does not list it any more, and not for want of an answer."""
    dovecot.put(user, SENT, (NOON - MINUTE, mail("hiring 1")), (NOON - MINUTE, mail("hiring 2")))

    class Deleting(Relay):
        def before(self, line: bytes) -> None:
            if b"BODY.PEEK" in line:
                with dovecot.mailbox(user) as client:
                    client.select_folder(SENT)
                    client.delete_messages([1])
                    client.expunge([1])

    with Deleting(dovecot.port) as relay:
        assert titles(source(http, account(relay.port, user)).poll(ask())) == ["hiring 2"]


@pytest.mark.parametrize("word", [b"LOGIN", b"SEARCH"])
def test_silence_is_a_time_out(http: HttpClient, dovecot: Dovecot, user: str, word: bytes) -> None:
    """At any step."""
    with Relay(dovecot.port, answers={word: b""}) as relay:
        assert trouble_of(source(http, account(relay.port, user), timeout=0.3)).reason == "timeout"


def test_silence_from_the_first_moment_is_a_time_out(http: HttpClient, user: str) -> None:
    """Somebody takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        asking = source(http, account(mute.getsockname()[1], user), timeout=0.3)
        assert trouble_of(asking).reason == "timeout"


def test_nobody_is_held_up_for_long(dovecot: Dovecot, user: str) -> None:
    """A server may keep the line busy without ever coming to an end; the whole takes no longer than it may."""
    with Relay(dovecot.port, answers={b"SEARCH": b""}) as relay:
        folder = ImapFolder(account(relay.port, user), timeout=60, longest=0.3)
        with pytest.raises(SourceTrouble) as told:
            folder.read(NOON - MINUTE, NOON, WORDS)
    assert told.value.reason == "timeout"


def test_nobody_there_is_a_network_trouble(http: HttpClient, user: str) -> None:
    """No name and no listener."""
    assert trouble_of(source(http, account(free_port(), user))).reason == "network"
    far = account(993, user, host="imap.nowhere.invalid", security=Security.TLS)
    asking = source(http, far)
    assert trouble_of(asking).reason == "network"
    assert asking.official


# ---------------------------------------------------------------------------------------------- TLS


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_over_tls_with_a_certificate_that_is_believed(
    http: HttpClient, dovecot: Dovecot, user: str, security: Security
) -> None:
    """Both ways."""
    dovecot.put(user, SENT, (NOON - MINUTE, mail("hiring")))
    port = dovecot.tls_port if security is Security.TLS else dovecot.port
    asking = source(http, account(port, user, security=security), trusted=dovecot)
    result = asking.poll(ask())
    assert titles(result) == ["hiring"]
    assert result.evidence[0].origin.startswith("imaps://" if security is Security.TLS else "imap://")


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_that_is_wrong_gets_no_password(
    http: HttpClient, dovecot: Dovecot, roleless: Dovecot, user: str, security: Security
) -> None:
    """Signed by nobody, or made for another name; and it is said in clear words."""
    for server, trusted in ((dovecot, None), (roleless, roleless)):
        with Relay(server.tls_port if security is Security.TLS else server.port) as relay:
            asking = source(http, account(relay.port, user, security=security), trusted=trusted)
            told = trouble_of(asking)
        assert "certificate is wrong" in told.title
        assert "not sent" in told.advice
        assert told.reason == "network"
        assert relay.count(b"LOGIN") == 0
        assert user not in server.log


def test_without_starttls_no_password_is_sent(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """Whether it is not offered, or refused."""
    for how in ({"hide": b"STARTTLS"}, {"answers": {b"STARTTLS": b"{tag} NO not now\r\n"}}):
        with Relay(dovecot.port, **how) as relay:
            told = trouble_of(source(http, account(relay.port, user, security=Security.STARTTLS), trusted=dovecot))
        assert (told.reason, relay.count(b"LOGIN")) == ("refused", 0)
        assert "no STARTTLS" in told.title


def test_tls_at_a_port_that_does_not_speak_it(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """The advice names the two ports."""
    told = trouble_of(source(http, account(dovecot.port, user, security=Security.TLS), trusted=dovecot))
    assert told.reason == "network"
    assert "993" in told.advice


# ---------------------------------------------------------------------------------------------- the keyring


def test_a_mailbox_that_the_keyring_does_not_know(http: HttpClient) -> None:
    """Empty, unreadable, or locked: connect it again; nothing is asked."""

    class Locked:
        def get(self, name: str) -> str | None:
            raise OutsideTrouble("The keyring is locked.", "Unlock it.")

    for kept in (Kept(), Kept({secret_name(ADA): "{}"}), Kept({secret_name(ADA): "not json"})):
        told = trouble_of(SentMail(kept, http))
        assert (told.reason, told.retry_after) == ("refused", None)
        assert "Connect it again" in told.advice
    assert trouble_of(SentMail(Locked(), http)).title == "The keyring is locked."


# ---------------------------------------------------------------------------------------------- beside the poll


def test_a_first_try_tells_what_it_saw(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """The folder, how much is in it, and the server's greeting."""
    dovecot.put(user, SENT, (NOON, mail("hiring")), (NOON, mail("else")))
    seen = source(http).try_out(account(dovecot.port, user))
    assert (seen.folder, seen.messages) == (SENT, 2)
    assert "Dovecot" in seen.words


def test_replies_are_mails_from_those_who_were_written_to(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """By the whole address, since an instant, headers only."""
    answer = mail("Re: hiring", sender="HR <Jobs@acme.example>", to=ADA, message_id="<r1@acme>", in_reply_to="<1@x>")
    others = [
        mail("Re: early", sender="jobs@acme.example", to=ADA),
        mail("newsletter", sender="jobs@acme.example.evil.example", to=ADA),
        mail("hello", sender="xjobs@acme.example", to=ADA),
    ]
    dovecot.put(user, "INBOX", (NOON, answer), (NOON - timedelta(hours=2), others[0]))
    dovecot.put(user, "INBOX", (NOON, others[1]), (NOON, others[2]))
    asking = source(http, account(dovecot.port, user))
    many = {"jobs@ACME.example", *(f"p{n}@else.example" for n in range(50))}
    for senders in ({"jobs@acme.example"}, many, many | {"jörg@else.example"}):
        (reply,) = asking.replies(ADA, since=NOON - MINUTE, senders=senders)
        assert (reply.message_id, reply.sender, reply.subject) == ("r1@acme", "jobs@acme.example", "Re: hiring")
        assert (reply.at, reply.in_reply_to) == (NOON, ("1@x",))
    assert asking.replies(ADA, since=NOON, senders=()) == ()


def test_a_subject_is_found_in_what_was_really_sent(http: HttpClient, dovecot: Dovecot, user: str) -> None:
    """On its day only, to somebody else only."""
    dovecot.put(
        user,
        SENT,
        (NOON, mail("Quick question about the Rust role", message_id="<q@x>")),
        (NOON - timedelta(days=1), mail("Quick question about the Rust role")),
        (NOON, mail("Quick question about the Rust role", to=ADA)),
    )
    asking = source(http, account(dovecot.port, user))
    day = Span(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
    for subject in ("Quick question about the Rust role", "  the RUST role "):
        assert [each.key for each in asking.find(ADA, subject=subject, span=day)] == ["q@x"]
    assert asking.find(ADA, subject="Quick question about the Go role", span=day) == ()
    with pytest.raises(BadInput):
        asking.find(ADA, subject=" ", span=day)
