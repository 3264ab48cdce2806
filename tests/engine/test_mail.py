"""Mailboxes are connected by one try, kept in the keyring only, read for replies, and forgotten with their secret."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.facts import MailboxConnected, MailboxDisconnected
from exitzero.core.observation import SourceTrouble
from exitzero.net.oauth import OAuthClient
from exitzero.truth.gmail import SCOPE
from exitzero.truth.sent_mail_account import secret_name
from exitzero.truth.sent_mail_presets import PRESETS
from exitzero.work.outreach.views import MailboxView
from tests.engine.hunt_kit import add, address, connect, outreach, outreach_line, prove, terms, today
from tests.engine.kit import DAY, HOUR, MINUTE, Life
from tests.servers.dovecot import PASSWORD, Dovecot, Relay, mail, needs_dovecot
from tests.servers.gmail_api import GOOD_TOKEN, GmailApi, GmailMessage, Spoiled
from tests.servers.oauth_server import CLIENT_ID, CLIENT_SECRET, OAuthServer


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """A mail server on a loopback socket, with a folder of sent mail in German."""
    needs_dovecot()
    with Dovecot(roles={"Gesendete Objekte": "\\Sent", "Sent": "", "Archiv": ""}) as server:
        yield server


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of this test's own."""
    return "".join(sign for sign in request.node.name.lower() if sign.isalnum())[:60]


def boxes(life: Life) -> tuple[MailboxView, ...]:
    """The connected mailboxes."""
    return life.ask(lambda questions: questions.outreach.mailboxes())


def receive(server: Dovecot, user: str, life: Life, sender: str, subject: str, *, message_id: str = "") -> None:
    """A mail that came in."""
    body = mail(subject, sender=sender, to=address(user), message_id=message_id)
    server.put(user, "INBOX", (life.now - timedelta(seconds=1), body))


def test_a_mailbox_is_connected_by_its_role_and_shown_without_secrets(
    life: Callable[..., Life], dovecot: Dovecot, user: str
) -> None:
    """The folder is found whatever it is called; the password stands in the keyring and nowhere else."""
    one = life()
    connect(one, dovecot, user, own="ada@work.example; Ada@Home.example", address=address(user).upper())
    (box,) = boxes(one)
    assert (box.address, box.kind, box.in_contract) == (address(user), "imap", False)
    assert box.own == ("ada@work.example", "ada@home.example")
    assert "Gesendete Objekte" in box.shown
    (fact,) = one.facts(MailboxConnected)
    assert PASSWORD not in repr(fact)
    assert PASSWORD in (one.vault.get(secret_name(address(user))) or "")
    assert one.engine.mail.test(address(user)) == "0 mails in Gesendete Objekte."


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "ada"}, "mail.address"),
        ({"host": "https://mail.example.com"}, "mail.host"),
        ({"port": "imap"}, "mail.port"),
        ({"port": "99999"}, "mail.port"),
        ({"security": "ssl3"}, "mail.security"),
        ({"password": ""}, "mail.password"),
        ({"own": "ada@example.com, bob"}, "mail.own"),
        ({"host": "mail.example.com", "security": "none"}, "mail.security"),
    ],
)
def test_what_cannot_be_a_mailbox_is_refused_at_its_field(
    life: Callable[..., Life], dovecot: Dovecot, user: str, change: dict[str, str], field: str
) -> None:
    """Nothing travels and nothing is kept."""
    one = life()
    with pytest.raises(BadInput) as refused:
        connect(one, dovecot, user, **change)
    assert refused.value.field == field
    assert boxes(one) == ()


def test_a_wrong_password_is_tried_once_and_connects_nothing(
    life: Callable[..., Life], dovecot: Dovecot, user: str
) -> None:
    """One try; the mailbox that was connected before stays as it was."""
    one = life()
    with Relay(dovecot.port) as relay:
        with pytest.raises(SourceTrouble) as refused:
            connect(one, dovecot, user, password="wrong", port=str(relay.port))
        assert refused.value.reason == "refused"
        assert relay.count(b"LOGIN") + relay.count(b"AUTHENTICATE") == 1
    assert boxes(one) == ()
    assert one.vault.get(secret_name(address(user))) is None
    connect(one, dovecot, user)
    with pytest.raises(SourceTrouble):
        connect(one, dovecot, user, password="wrong")
    assert one.engine.mail.test(address(user))


def test_a_mailbox_of_the_contract_is_not_taken_away(life: Callable[..., Life], dovecot: Dovecot, user: str) -> None:
    """Disconnecting is refused while the contract names it, now or later; else its secret goes too."""
    one = life()
    connect(one, dovecot, user)
    one.adopt(terms(outreach(1, mailbox=address(user))))
    assert boxes(one)[0].in_contract
    with pytest.raises(BadInput) as refused:
        one.engine.mail.disconnect(address(user))
    assert refused.value.field == "mail.address"
    one.pulse()  # once it has answered, proofs alone are looser and hold from a later day
    one.adopt(terms(outreach(1)))
    with pytest.raises(BadInput):
        one.engine.mail.disconnect(address(user))
    one.live(one.now + 9 * DAY, every=DAY, ladder=False)
    one.engine.mail.disconnect(address(user))
    assert (boxes(one), one.vault.get(secret_name(address(user)))) == ((), None)
    assert len(one.facts(MailboxDisconnected)) == 1
    with pytest.raises(BadInput):
        one.engine.mail.disconnect(address(user))


def test_the_presets_are_there() -> None:
    """The form offers what the truth source knows."""
    assert {"gmail", "fastmail", "icloud", "own"} <= {preset.key for preset in PRESETS}


def test_a_subject_is_found_with_the_reason_that_refuses_it(
    life: Callable[..., Life], dovecot: Dovecot, user: str
) -> None:
    """Yesterday's mail is shown with why it proves nothing; today's is suggested to the target of its address."""
    one = life()
    connect(one, dovecot, user)
    one.adopt(terms(outreach(1)))
    ada = add(one, "Ada", email="jobs@acme.example")
    for at in (one.now - 12 * HOUR, one.now - MINUTE):
        dovecot.put(user, "Gesendete Objekte", (at, mail("Bewerbung: Entwicklerin", sender=address(user))))
    new, old = one.engine.mail.find("bewerbung")
    assert (new.refused, new.suggested, new.suggested_name, new.mailbox) == ("", ada, "Ada", address(user))
    assert "before today began" in old.refused
    one.engine.proofs.log_mail(ada, new.message_id)
    with pytest.raises(BadInput):
        one.engine.proofs.log_mail(ada, old.message_id)
    with pytest.raises(BadInput):
        one.engine.proofs.log_mail(ada, "never-seen@example.com")
    with pytest.raises(BadInput) as refused:
        one.engine.mail.find("  ")
    assert refused.value.field == "subject"


def test_without_a_mailbox_there_is_no_subject(life: Callable[..., Life]) -> None:
    """The form says what to do instead."""
    one = life()
    one.adopt(terms(outreach(1)))
    with pytest.raises(BadInput, match="No mailbox is connected"):
        one.engine.mail.find("Application")


def test_a_reply_moves_its_target_after_asking_once(life: Callable[..., Life], dovecot: Dovecot, user: str) -> None:
    """Mails from targets that were written to are shown; yes moves the card, no leaves it; neither is asked again."""
    one = life()
    connect(one, dovecot, user)
    one.adopt(terms(outreach(1)))
    ada, bob = add(one, "Ada", email="Ada@acme.example"), add(one, "Bob", email="bob@zenith.example")
    add(one, "Not written to", email="carol@acme.example")
    receive(dovecot, user, one, "ada@acme.example", "Before")
    prove(one, ada, 1)
    prove(one, bob, 2)
    one.to(one.now + HOUR)
    receive(dovecot, user, one, "ada@acme.example", "Re: Bewerbung – gerne!", message_id="<r1@acme.example>")
    receive(dovecot, user, one, "bob@zenith.example", "Out of office")
    receive(dovecot, user, one, "carol@acme.example", "Newsletter")
    assert one.engine.mail.check_replies() == 2
    assert one.engine.mail.check_replies() == 0
    replies = {reply.target_name: reply for reply in today(one).replies}
    assert set(replies) == {"Ada", "Bob"}
    assert replies["Ada"].subject == "Re: Bewerbung – gerne!"
    one.do(lambda actions: actions.outreach.reply(replies["Ada"].message_id, move=True))
    one.do(lambda actions: actions.outreach.reply(replies["Bob"].message_id, move=False))
    pages = [one.ask(lambda questions, number=number: questions.outreach.target(number)) for number in (ada, bob)]  # type: ignore[misc]
    found = [(page.target.stage, page.target.reply_at, page.target.follow_up is None) for page in pages if page]
    assert found == [("replied", replies["Ada"].at, True), ("messaged", None, False)]
    assert today(one).replies == ()
    assert one.engine.mail.check_replies() == 0
    with pytest.raises(BadInput):
        one.do(lambda actions: actions.outreach.reply("nothing@example.com", move=True))


def test_yes_answers_for_all_replies_of_a_target(life: Callable[..., Life], dovecot: Dovecot, user: str) -> None:
    """Two mails of one target ask one question; an undo asks again."""
    one = life()
    connect(one, dovecot, user)
    one.adopt(terms(outreach(1)))
    ada = add(one, "Ada", email="ada@acme.example")
    prove(one, ada, 1)
    one.to(one.now + HOUR)
    for number in (1, 2):
        receive(dovecot, user, one, "ada@acme.example", f"Re: {number}", message_id=f"<r{number}@acme.example>")
    assert one.engine.mail.check_replies() == 2
    newest = today(one).replies[0].message_id
    one.do(lambda actions: actions.outreach.reply(newest, move=True))
    assert today(one).replies == ()
    one.do(lambda actions: actions.outreach.undo())
    assert len(today(one).replies) == 2


def test_replies_are_looked_for_every_quarter_of_an_hour(
    life: Callable[..., Life], dovecot: Dovecot, user: str
) -> None:
    """The loop asks no more often, and a server that is gone stops nothing."""
    one = life()
    with Relay(dovecot.port) as relay:
        connect(one, dovecot, user, port=str(relay.port))
        one.adopt(terms(outreach(1)))
        prove(one, add(one, "Ada", email="ada@acme.example"), 1)
        before = relay.count(b"LOGIN") + relay.count(b"AUTHENTICATE")
        for _ in range(5):
            one.engine.mail.keep()
            one.to(one.now + MINUTE)
        assert relay.count(b"LOGIN") + relay.count(b"AUTHENTICATE") == before + 1
        one.to(one.now + 11 * MINUTE)
        one.engine.mail.keep()
        assert relay.count(b"LOGIN") + relay.count(b"AUTHENTICATE") == before + 2
    one.to(one.now + HOUR)
    one.engine.mail.keep()
    assert not one.faults


def test_follow_ups_are_told_once_in_the_morning(life: Callable[..., Life]) -> None:
    """One notice a day between seven and noon, also after a restart, and none while nothing is due."""
    one = life()
    one.adopt(terms(outreach(1)))
    ada = add(one, "Ada")
    prove(one, ada, 1)

    def told() -> list[str]:
        return [notice.title for notice in one.notices if notice.kind == "outreach"]

    one.engine.mail.keep()
    assert told() == []
    for name in ("Bob", "Carol"):
        add(one, name, follow_up=(one.now + DAY).date())
    for _ in range(24 * 4):
        one.to(one.now + 15 * MINUTE)
        one.engine.beat()
        one.engine.mail.keep()
    assert told() == ["2 follow-ups due"]
    one.restart()
    one.engine.mail.keep()
    assert told() == ["2 follow-ups due"]
    one.to(one.now + 2 * DAY)
    one.engine.beat()
    one.engine.mail.keep()
    assert told() == ["2 follow-ups due", "3 follow-ups due"]
    assert [notice.body for notice in one.notices if notice.kind == "outreach"][1].startswith("Bob, Carol, Ada")


# Gmail


class SignedInGmail(GmailApi):
    """A Gmail that knows the tokens that the authorization server gave out."""

    oauth: OAuthServer
    life: Life

    def answer(self, path: str, token: str) -> Spoiled:
        """What is said to one question, at the true time."""
        self.now = self.life.now
        return super().answer(path, GOOD_TOKEN if token in self.oauth.access else token)


@pytest.fixture
def google(life: Callable[..., Life], monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Life, OAuthServer, GmailApi]]:
    """A life beside a Google of its own."""
    with OAuthServer() as server:
        one = life()
        api = SignedInGmail("ada@gmail.com", now=one.now)
        api.oauth, api.life = server, one
        with api:
            monkeypatch.setenv("EXITZERO_GMAIL_URL", api.url)
            one.restart()
            assert one.engine.mail.tokens is not None
            one.engine.mail.tokens.client = lambda client_id, secret: OAuthClient(
                "Google", client_id, secret, f"{server.url}/authorize", f"{server.url}/token", f"{server.url}/revoke",
                (SCOPE,),
            )  # fmt: skip
            one.engine.mail.open_browser = server.browser
            yield one, server, api


def test_gmail_is_signed_in_counted_and_signed_out(google: tuple[Life, OAuthServer, GmailApi]) -> None:
    """The browser's yes connects; an hour later the token is renewed by itself; disconnecting takes it back."""
    one, server, api = google
    box = one.engine.mail.connect_gmail("Ada@gmail.com", CLIENT_ID, CLIENT_SECRET)
    assert (box.address, box.kind) == ("ada@gmail.com", "gmail")
    one.adopt(terms(outreach(1, mailbox="ada@gmail.com")))
    headers = {"Subject": "Application", "From": "ada@gmail.com", "To": "jobs@acme.example", "Message-ID": "<g1@x.com>"}
    api.messages.append(GmailMessage("1", one.now - MINUTE, headers))
    assert outreach_line(one).count == 1
    first = set(server.access)
    one.to(one.now + 2 * HOUR)
    api.messages.append(
        GmailMessage("2", one.now - MINUTE, {**headers, "Message-ID": "<g2@x.com>", "Subject": "Application 2"})
    )
    assert outreach_line(one).count == 2
    assert server.access != first
    one.adopt(terms())
    one.live(one.now + 9 * DAY, every=DAY, ladder=False)
    refresh = set(server.refresh)
    assert refresh
    one.engine.mail.disconnect("ada@gmail.com")
    assert server.refresh == set()
    assert boxes(one) == ()


def test_a_no_in_the_browser_connects_nothing(google: tuple[Life, OAuthServer, GmailApi]) -> None:
    """Whoever refuses at Google, or signs in as somebody else, has changed nothing."""
    one, server, _api = google
    server.deny = True
    with pytest.raises(OutsideTrouble) as refused:
        one.engine.mail.connect_gmail("ada@gmail.com", CLIENT_ID, CLIENT_SECRET)
    assert refused.value.reason == "denied"
    server.deny = False
    with pytest.raises(OutsideTrouble, match=r"not bob@gmail\.com"):
        one.engine.mail.connect_gmail("bob@gmail.com", CLIENT_ID, CLIENT_SECRET)
    assert boxes(one) == ()
    assert not [name for name in one.vault._secrets if name.startswith("mail")]


def test_only_a_client_of_google_is_taken(life: Callable[..., Life]) -> None:
    """What is no client ID is refused at its field, before any browser opens."""
    one = life()
    one.engine.mail.open_browser = lambda _url: pytest.fail("a browser was opened")
    for client_id, secret, field in (("abc", "x", "client_id"), ("1.apps.googleusercontent.com", "", "client_secret")):
        with pytest.raises(BadInput) as refused:
            one.engine.mail.connect_gmail("ada@gmail.com", client_id, secret)
        assert refused.value.field == field
