"""A planted token is looked for in everything that a shame post leaves behind, however it ends."""

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from exitzero.consequences.channel_forms import Service
from exitzero.consequences.channels import address_for, opened
from exitzero.consequences.shame import ShamePost
from exitzero.core.consequence import DeliveryFailed, DeliveryUnknown, Receipt
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.desktop import logs
from tests.consequences.servers_channels import TOKEN, WIRES, Kept, Wire, connected, order, point_at
from tests.consequences.servers_mail import At, mail_server
from tests.servers.misbehaving import How, Misbehaving, Reply, misbehaving

EVERY = pytest.mark.parametrize("wire", WIRES.values(), ids=[service.value for service in WIRES])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Misbehaving]:
    """A server that every plug-in takes for the real one."""
    with misbehaving() as one:
        point_at(one.url, monkeypatch)
        yield one


@pytest.fixture
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every library's last word, which the program itself would not even ask for."""
    names = ("apprise", "urllib3", "requests_oauthlib", "oauthlib", "smtplib")
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(1)
    with caplog.at_level(1):
        yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def _left_behind(outcome: object) -> str:
    """What an outcome says, in every way it can be made to."""
    if isinstance(outcome, Receipt):
        return f"{outcome.words} {outcome.reference} {outcome!r}"
    assert isinstance(outcome, Exception)
    texts = [repr(outcome), str(outcome), str(vars(outcome)), *traceback.format_exception(outcome)]
    inner = outcome.__context__ or outcome.__cause__
    return " ".join(texts) + (_left_behind(inner) if isinstance(inner, Exception) else "")


def _outcome(shame: ShamePost, service: Service) -> Receipt | OutsideTrouble:
    try:
        return shame.carry_out(order(service))
    except (DeliveryFailed, DeliveryUnknown) as error:
        return error


def _files(home: Path) -> str:
    return "".join(
        path.read_text(encoding="utf-8", errors="replace") + str(path) for path in home.rglob("*") if path.is_file()
    )


@EVERY
@pytest.mark.usefixtures("_everything_is_logged")
def test_no_token_is_left_anywhere(
    wire: Wire,
    server: Misbehaving,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    private_home: Path,
) -> None:
    """Not in receipts, errors and their causes, logs at every level, standard output, or files: also where the
    server throws the token back in its answer."""
    echo = {"error": f"bad {' and '.join(wire.secrets)}", "id": " ".join(wire.secrets), "url": wire.secrets[0]}
    replies = [
        wire.good,
        Reply.of(echo),
        *(Reply.of(echo, status=status) for status in (400, 401, 403, 404, 429, 500)),
        Reply(how=How.HANG_UP),
        Reply.of({**echo, "pad": "x" * 300}, status=400),
        Reply(body=b'{"id": 1, "pad": "xxxxxxxxxx"}', how=How.CUT),
    ]
    outcomes = [_outcome(connected(wire, server, reply), wire.service) for reply in replies]
    try:
        outcomes.append(connected(wire, server, wire.good).rehearse(order(wire.service)))
    finally:
        printed = capfd.readouterr()
    everything = " ".join(map(_left_behind, outcomes))
    everything += " ".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    everything += printed.out + printed.err + _files(private_home)
    assert len(server.seen) >= len(replies)
    for secret in wire.secrets:
        assert secret not in everything


@pytest.mark.usefixtures("_everything_is_logged")
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.allow_logs("WARNING mail.log: ")
@pytest.mark.parametrize("at", [At.NOTHING, At.DATA_REFUSED, At.HANGS_UP_AFTER])
@pytest.mark.parametrize("right", [True, False], ids=["right password", "wrong password"])
def test_no_mail_password_is_left_anywhere(
    at: At, right: bool, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The friend's server may refuse it, and must not make us quote it."""
    secret = f"{TOKEN}/@mail"
    with mail_server(at, password=secret if right else "another") as server:
        answers = {
            "to": "friend@example.org",
            "sender": "me@example.org",
            "server": f"127.0.0.1:{server.port}",
            "security": "insecure",
            "user": "me@example.org",
            "password": secret,
        }
        caplog.clear()
        shame = ShamePost(Kept({"channel.one": address_for(Service.EMAIL, answers)}), answer_seconds=2)
        outcome = _outcome(shame, Service.EMAIL)
    # aiosmtpd, which is the friend's server here, logs what it was sent; that is not ours to keep quiet.
    ours = [record for record in caplog.records if not record.name.startswith("mail.")]
    printed = capfd.readouterr()
    everything = _left_behind(outcome) + " ".join(record.getMessage() for record in ours) + printed.out + printed.err
    assert TOKEN not in everything


@pytest.mark.usefixtures("_everything_is_logged")
@pytest.mark.parametrize(
    "address", [f"x://{TOKEN}", f"nosuch://{TOKEN}@host", f"discord://{TOKEN}", f"ntfy://{TOKEN}@host/{TOKEN}/b/c"]
)
def test_an_address_that_is_refused_is_not_quoted(address: str, caplog: pytest.LogCaptureFixture) -> None:
    """Apprise's own complaint quotes it."""
    with pytest.raises(BadInput) as bad:
        opened(Service.OTHER, address)
    assert TOKEN not in _left_behind(bad.value) + caplog.text


def test_the_log_is_told_what_to_strike_out(tmp_path: Path, server: Misbehaving) -> None:
    """Every part of the address, so that also another part of the program cannot log it by accident."""
    wire = WIRES[Service.DISCORD]
    server.say(wire.good)
    address = address_for(wire.service, wire.answers(server.url))
    file = logs.set_up(tmp_path)
    try:
        ShamePost(Kept({"channel.one": address}), hide=logs.hide, redact=logs.redacted).carry_out(order(wire.service))
        logging.getLogger("exitzero.elsewhere").info("a line with %s in it", wire.secrets[0])
    finally:
        logs.shut_down()
    text = file.read_text(encoding="utf-8")
    assert "a line with ••• in it" in text
    assert TOKEN not in text
