"""A mail to a friend: before the message is handed over it surely was not sent; then only the server's word counts."""

from datetime import timedelta

import pytest

from exitzero.consequences.channel_forms import Service
from exitzero.consequences.channels import address_for
from exitzero.consequences.shame import ShamePost
from exitzero.core.consequence import DeliveryFailed, DeliveryUnknown
from tests.consequences.servers_channels import TEXT, TOKEN, order, post
from tests.consequences.servers_mail import At, MailServer, mail_server
from tests.servers.misbehaving import refusing_url

# The server in the test asks for a password without TLS, on this machine only.
PLAIN = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
ITS_OWN_LOG = pytest.mark.allow_logs("WARNING mail.log: ")


def _connected(port: int, *, password: str = "", answer: float = 5.0) -> ShamePost:
    answers = {
        "to": "friend@example.org",
        "sender": "me@example.org",
        "server": f"127.0.0.1:{port}",
        "security": "insecure",
        "user": "me@example.org" if password else "",
        "password": password,
    }
    return post(address_for(Service.EMAIL, answers), answer=answer)


def _body(server: MailServer) -> str:
    (message,) = server.taken
    return str(message.get_content()).strip()


def test_a_mail_arrives_word_for_word() -> None:
    """One mail, to the friend, from the person, as plain text, with the day in its subject."""
    with mail_server() as server:
        receipt = _connected(server.port).carry_out(order(Service.EMAIL))
        (message,) = server.taken
    assert receipt.words.startswith("mail handed to 127.0.0.1")
    assert _body(server) == TEXT
    assert message.get_content_type() == "text/plain"
    assert "friend@example.org" in str(message["To"])
    assert "me@example.org" in str(message["From"])
    assert message["Subject"] == "ExitZero: 2026-11-20"


@PLAIN
@ITS_OWN_LOG
def test_with_its_password_a_mail_is_taken() -> None:
    """The server asks for it and gets it."""
    with mail_server(password=f"{TOKEN}/@mail") as server:
        _connected(server.port, password=f"{TOKEN}/@mail").carry_out(order(Service.EMAIL))
    assert _body(server) == TEXT


@PLAIN
@ITS_OWN_LOG
def test_a_wrong_password_is_tried_once_and_told() -> None:
    """More tries could lock the account."""
    with mail_server(password="another") as server:
        with pytest.raises(DeliveryFailed, match="refuses the password") as failed:
            _connected(server.port, password=f"{TOKEN}mail").carry_out(order(Service.EMAIL))
        assert server.taken == []
    assert failed.value.retry_after is None
    assert failed.value.reason == "auth"


@pytest.mark.parametrize("at", [At.RECEIVER_REFUSED, At.DATA_REFUSED])
def test_a_mail_refused_for_good_waits_for_the_person(at: At) -> None:
    """A 5xx of the server's."""
    with mail_server(at) as server, pytest.raises(DeliveryFailed, match="refuses the mail") as failed:
        _connected(server.port).carry_out(order(Service.EMAIL))
    assert failed.value.retry_after is None


@pytest.mark.parametrize("at", [At.SENDER_LATER, At.RECEIVER_LATER, At.DATA_LATER])
def test_a_mail_refused_for_now_is_sent_later(at: At) -> None:
    """A 4xx of the server's, also after the whole message: by the rules of SMTP it then has not taken it."""
    with mail_server(at) as server, pytest.raises(DeliveryFailed) as failed:
        _connected(server.port).carry_out(order(Service.EMAIL))
    assert failed.value.retry_after == timedelta(minutes=15)


@pytest.mark.parametrize("at", [At.HANGS_UP_BEFORE, At.SILENT_BEFORE])
def test_trouble_before_the_message_means_not_sent(at: At) -> None:
    """Nothing of the message was written yet."""
    with mail_server(at) as server:
        with pytest.raises(DeliveryFailed) as failed:
            _connected(server.port, answer=0.5).carry_out(order(Service.EMAIL))
        assert server.taken == []
    assert failed.value.retry_after == timedelta(minutes=2)


@pytest.mark.parametrize("at", [At.HANGS_UP_AFTER, At.SILENT_AFTER])
def test_trouble_after_the_message_means_unknown(at: At) -> None:
    """Here the friend has the mail, and only the server's answer is missing."""
    with mail_server(at) as server:
        with pytest.raises(DeliveryUnknown) as unknown:
            _connected(server.port, answer=0.5).carry_out(order(Service.EMAIL))
        assert len(server.taken) == 1
    assert "ask your friend" in unknown.value.look_at


def test_a_lost_goodbye_changes_nothing() -> None:
    """The server has already said that it took the mail."""
    with mail_server(At.HANGS_UP_AT_GOODBYE) as server:
        receipt = _connected(server.port).carry_out(order(Service.EMAIL))
    assert receipt.words.startswith("mail handed to")


def test_where_no_mail_server_listens_nothing_was_sent() -> None:
    """It is tried again soon."""
    port = int(refusing_url().rpartition(":")[2])
    with pytest.raises(DeliveryFailed, match="does not answer at all") as failed:
        _connected(port).carry_out(order(Service.EMAIL))
    assert failed.value.retry_after == timedelta(minutes=2)
