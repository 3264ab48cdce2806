"""The two deeds on Beeminder, against a server that keeps state and loses answers: once, or unknown; never twice."""

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from exitzero.consequences.beeminder import BeeminderCharge, BeeminderDatapoint, payment_note, requestid
from exitzero.consequences.beeminder_client import TOKEN, BeeminderClient
from exitzero.core.consequence import DeliveryFailed, DeliveryUnknown, Nature, Order, Receipt
from exitzero.net.http import HttpClient
from tests.servers.beeminder import GOOD_TOKEN, Beeminder, Fault
from tests.servers.misbehaving import How, refusing_url

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).parent / "children" / "beeminder.py"

LOST = {
    "silent": Fault(acts=True, how=How.SILENT),
    "hangs up": Fault(acts=True, how=How.HANG_UP),
    "cut": Fault(acts=True, how=How.CUT),
    "500": Fault(acts=True, status=500),
    "503": Fault(acts=True, status=503, body=b"<html>busy</html>"),
    "empty": Fault(acts=True, body=b""),
    "a page": Fault(acts=True, body=b"<html>hello</html>"),
    "a list": Fault(acts=True, body=b"[]"),
    "null": Fault(acts=True, body=b"null"),
    "both": Fault(acts=True, body=b'{"errors": "hm", "id": "1"}'),
    "redirect": Fault(acts=True, status=302, headers={"Location": "/elsewhere"}),
}
NOT_DONE_BUT_WHO_KNOWS = {
    "silent": Fault(acts=False, how=How.SILENT),
    "hangs up": Fault(acts=False, how=How.HANG_UP),
    "500": Fault(acts=False, status=500, body=b'{"errors": {"message": "Oops"}}'),
}
REFUSED = {
    "400": Fault(acts=False, status=400, body=b"{}"),
    "401": Fault(acts=False, status=401, body=b'{"errors": {"auth_token": "bad_token", "message": "Who?"}}'),
    "404": Fault(acts=False, status=404, body=b"<html>nothing</html>"),
    "406": Fault(acts=False, status=406, body=b""),
    "422 object": Fault(acts=False, status=422, body=b'{"errors": {"message": "Error parsing params"}}'),
    "422 text": Fault(acts=False, status=422, body=b'{"errors": "That cannot be done."}'),
    "200 with errors": Fault(acts=False, status=200, body=b'{"errors": {"value": "is missing"}}'),
}


@pytest.fixture
def server() -> Iterator[Beeminder]:
    """A Beeminder with an account that has two goals."""
    with Beeminder() as beeminder:
        yield beeminder


@pytest.fixture
def http() -> Iterator[HttpClient]:
    """A client with short patience."""
    client = HttpClient(monotonic=time.monotonic, timeout=0.4, longest=5.0)
    yield client
    client.close()


@pytest.fixture
def client(http: HttpClient, server: Beeminder) -> BeeminderClient:
    """That account's client."""
    return BeeminderClient(http, secret={TOKEN: GOOD_TOKEN}.get, base_url=server.url)


def order(kind: str = "beeminder_charge", *, amount: int = 500, day: int = 15, **plan: str) -> Order:
    """What a failed day ordered."""
    return Order(
        key=f"{kind}:2025-06-{day}",
        kind=kind,
        label=date(2025, 6, day),
        due=datetime(2025, 6, day, 23, 59, tzinfo=UTC),
        amount=amount,
        plan={"goal": "leetcode", "value": "0", "comment": "exit 1", **plan},
    )


POINT = order("beeminder_datapoint")


# ---------------------------------------------------------------------------------------------- charge


def test_a_charge_is_made_once_with_the_order_in_its_note(client: BeeminderClient, server: Beeminder) -> None:
    """The receipt names the payment, and the payment names the order."""
    receipt = BeeminderCharge(client).carry_out(order(note="2025-06-15 exited 1"))
    assert receipt == Receipt("$5.00 charged to ada", f"{1:024x}")
    (charge,) = server.charges
    assert (charge["amount"], charge["note"]) == (5.0, "2025-06-15 exited 1 [beeminder_charge:2025-06-15]")


@pytest.mark.parametrize("cents", [100, 101, 509, 1999, 100_000])
def test_cents_arrive_as_the_same_cents(client: BeeminderClient, server: Beeminder, cents: int) -> None:
    """No rounding on the way there or back."""
    BeeminderCharge(client).carry_out(order(amount=cents))
    assert [charge["amount"] for charge in server.charges] == [cents / 100]


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_charge_whose_answer_is_lost_is_unknown(client: BeeminderClient, server: Beeminder, fault: Fault) -> None:
    """It happened, nobody was told, and the error says where to look and asks for no second try."""
    server.spoil("charges", fault)
    with pytest.raises(DeliveryUnknown) as caught:
        BeeminderCharge(client).carry_out(order())
    assert caught.value.look_at == f"{server.url.removesuffix('/api/v1')}/payments"
    assert caught.value.retry_after is None
    assert payment_note(order()) in caught.value.advice
    assert len(server.charges) == 1


@pytest.mark.parametrize("fault", NOT_DONE_BUT_WHO_KNOWS.values(), ids=NOT_DONE_BUT_WHO_KNOWS)
def test_a_charge_that_looks_the_same_from_here_is_unknown_too(
    client: BeeminderClient, server: Beeminder, fault: Fault
) -> None:
    """From this side, nothing tells it from one that happened."""
    server.spoil("charges", fault)
    with pytest.raises(DeliveryUnknown):
        BeeminderCharge(client).carry_out(order())
    assert server.charges == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "1"}',
        b'{"id": "1", "amount": 50}',
        b'{"amount": 5}',
        b'{"id": {}, "amount": 5}',
        b'{"id": "1", "amount": "1e999999999"}',
        b'{"id": "1", "amount": [5]}',
    ],
)
def test_only_a_charge_with_an_id_and_the_amount_is_confirmed(
    client: BeeminderClient, server: Beeminder, body: bytes
) -> None:
    """Anything else that looks like success is unknown."""
    server.spoil("charges", Fault(acts=True, body=body))
    with pytest.raises(DeliveryUnknown):
        BeeminderCharge(client).carry_out(order())


@pytest.mark.parametrize(
    "body", [b'{"id": "1", "amount": 5}', b'{"id": {"$oid": "1"}, "amount": "5.0", "status": null}']
)
def test_both_shapes_of_a_charge_are_read(client: BeeminderClient, server: Beeminder, body: bytes) -> None:
    """As the documents have it, and as it was seen."""
    server.spoil("charges", Fault(acts=True, body=body))
    assert BeeminderCharge(client).carry_out(order()).reference == "1"


@pytest.mark.parametrize("fault", REFUSED.values(), ids=REFUSED)
def test_a_refused_charge_surely_did_not_happen(client: BeeminderClient, server: Beeminder, fault: Fault) -> None:
    """Nothing is tried again until the person has done something."""
    server.spoil("charges", fault)
    with pytest.raises(DeliveryFailed) as caught:
        BeeminderCharge(client).carry_out(order())
    assert caught.value.retry_after is None
    assert server.charges == []


def test_a_charge_asked_for_too_often_is_tried_again_when_told(client: BeeminderClient, server: Beeminder) -> None:
    """A rate limit is the one refusal that passes by itself."""
    server.spoil("charges", Fault(acts=False, status=429, body=b"{}", headers={"Retry-After": "300"}))
    with pytest.raises(DeliveryFailed) as caught:
        BeeminderCharge(client).carry_out(order())
    assert caught.value.retry_after == timedelta(seconds=300)


@pytest.mark.parametrize("fault", [*LOST.values(), *REFUSED.values()], ids=[*LOST, *REFUSED])
def test_nothing_is_charged_while_the_account_cannot_be_read(
    client: BeeminderClient, server: Beeminder, fault: Fault
) -> None:
    """Trouble before the charge is a failure, never an unknown."""
    server.spoil("users/me", fault, fault)
    with pytest.raises(DeliveryFailed):
        BeeminderCharge(client).carry_out(order())
    assert not any("charges" in asked.path for asked in server.asked)


def test_nobody_reached_is_tried_again(http: HttpClient) -> None:
    """Nothing left this machine."""
    client = BeeminderClient(http, secret={TOKEN: GOOD_TOKEN}.get, base_url=f"{refusing_url()}/api/v1")
    for deed in (BeeminderCharge(client), BeeminderDatapoint(client)):
        with pytest.raises(DeliveryFailed) as caught:
            deed.carry_out(order(deed.kind))
        assert caught.value.retry_after is not None


@pytest.mark.parametrize(
    ("change", "ordered", "reason"),
    [
        ({"deadbeat": True}, order(), "deadbeat"),
        ({}, order(amount=99), "too_little"),
        ({}, order(amount=0), "too_little"),
        ({}, order(amount=-500), "too_little"),
        ({}, order(user="grace"), "wrong_user"),
        ({"token": "another-token-1"}, order(), "bad_token"),
    ],
)
def test_what_can_be_known_before_stops_the_charge_and_its_rehearsal(
    client: BeeminderClient, server: Beeminder, change: dict[str, object], ordered: Order, reason: str
) -> None:
    """Payments that fail, too small an amount, the wrong account, a dead token: only the person can help."""
    for name, value in change.items():
        setattr(server, name, value)
    for act in (BeeminderCharge(client).carry_out, BeeminderCharge(client).rehearse):
        with pytest.raises(DeliveryFailed) as caught:
            act(ordered)
        assert (caught.value.reason, caught.value.retry_after) == (reason, None)
    assert not any("charges" in asked.path for asked in server.asked)


def test_a_rehearsed_charge_is_a_dry_run(client: BeeminderClient, server: Beeminder) -> None:
    """Beeminder sees the amount and the note, and takes nothing."""
    assert BeeminderCharge(client).rehearse(order()) == Receipt("Would charge $5.00 to ada")
    asked = server.asked[-1]
    assert (asked.form["dryrun"], asked.form["amount"], asked.form["note"]) == ("true", "5.00", payment_note(order()))
    assert server.charges == []


@pytest.mark.parametrize("fault", [*LOST.values(), *REFUSED.values()], ids=[*LOST, *REFUSED])
def test_a_rehearsal_that_goes_wrong_is_a_failure(client: BeeminderClient, server: Beeminder, fault: Fault) -> None:
    """A dry run that is lost cost nothing, so that it is never unknown."""
    server.spoil("charges", fault)
    with pytest.raises(DeliveryFailed):
        BeeminderCharge(client).rehearse(order())
    assert server.charges == []


def test_a_charge_cannot_be_looked_up(client: BeeminderClient) -> None:
    """Only the person can see, and is told where."""
    with pytest.raises(DeliveryUnknown) as caught:
        BeeminderCharge(client).look_up(order())
    assert caught.value.look_at.endswith("/payments")
    assert BeeminderCharge.nature is Nature.ONCE_ONLY


# ---------------------------------------------------------------------------------------------- datapoint


def test_a_datapoint_says_how_the_day_went(client: BeeminderClient, server: Beeminder) -> None:
    """On the day's own date, whenever it is sent."""
    receipt = BeeminderDatapoint(client).carry_out(order("beeminder_datapoint", value="1.5"))
    assert receipt == Receipt("1.5 on leetcode for 2025-06-15", f"{1:024x}")
    (point,) = server.datapoints.values()
    assert (point["value"], point["daystamp"], point["comment"]) == (1.5, "20250615", "exit 1")


@pytest.mark.parametrize(
    "fault",
    [*LOST.values(), *NOT_DONE_BUT_WHO_KNOWS.values()],
    ids=[*LOST, *(f"{name}, not done" for name in NOT_DONE_BUT_WHO_KNOWS)],
)
def test_a_datapoint_whose_answer_is_lost_is_sent_again_and_counts_once(
    client: BeeminderClient, server: Beeminder, fault: Fault
) -> None:
    """The same order has the same key for ever."""
    server.spoil("datapoints", fault)
    with pytest.raises(DeliveryUnknown) as caught:
        BeeminderDatapoint(client).carry_out(POINT)
    assert caught.value.look_at.endswith("/me/leetcode")
    BeeminderDatapoint(client).carry_out(POINT)
    BeeminderDatapoint(client).carry_out(POINT)
    assert list(server.datapoints) == [("leetcode", requestid(POINT.key))]
    assert BeeminderDatapoint.nature is Nature.IDEMPOTENT


@pytest.mark.parametrize("fault", REFUSED.values(), ids=REFUSED)
def test_a_refused_datapoint_surely_did_not_happen(client: BeeminderClient, server: Beeminder, fault: Fault) -> None:
    """It fails until the person has done something."""
    server.spoil("datapoints", fault)
    with pytest.raises(DeliveryFailed) as caught:
        BeeminderDatapoint(client).carry_out(POINT)
    assert caught.value.retry_after is None
    assert server.datapoints == {}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'"duplicate datapoint"'),
        (422, b"duplicate datapoint"),
        (422, b'{"errors": "Duplicate datapoint"}'),
        (422, b'{"errors": ["duplicate datapoint"]}'),
        (409, b'{"errors": {"message": "duplicate datapoint"}}'),
    ],
)
def test_a_duplicate_is_a_success(client: BeeminderClient, server: Beeminder, status: int, body: bytes) -> None:
    """In whatever shape Beeminder says so: it is there."""
    server.spoil("datapoints", Fault(acts=False, status=status, body=body))
    assert "already" in BeeminderDatapoint(client).carry_out(POINT).words


def test_two_orders_have_two_keys_and_one_has_one() -> None:
    """Short and plain enough for any store."""
    keys = {requestid(f"beeminder_datapoint:2025-06-{day}") for day in range(1, 31)}
    assert len(keys) == 30
    assert all(key.isalnum() and len(key) == 32 for key in keys)
    assert requestid("a") == requestid("a")


@pytest.mark.parametrize(
    ("ordered", "reason"),
    [
        (order("beeminder_datapoint", goal=""), "not_found"),
        (order("beeminder_datapoint", goal="nope"), "not_found"),
        (order("beeminder_datapoint", goal="../x"), "not_found"),
        (order("beeminder_datapoint", value="much"), "value"),
        (order("beeminder_datapoint", value="NaN"), "value"),
        (order("beeminder_datapoint", value=""), "value"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_fails_and_so_does_its_rehearsal(
    client: BeeminderClient, server: Beeminder, ordered: Order, reason: str
) -> None:
    """Said before, not at midnight."""
    for act in (BeeminderDatapoint(client).carry_out, BeeminderDatapoint(client).rehearse):
        with pytest.raises(DeliveryFailed) as caught:
            act(ordered)
        assert caught.value.reason == reason
    assert server.datapoints == {}


def test_a_rehearsed_datapoint_adds_nothing(client: BeeminderClient, server: Beeminder) -> None:
    """Token, goal and value are checked by reading alone."""
    assert BeeminderDatapoint(client).rehearse(POINT) == Receipt("Would put 0 on ada/leetcode for 2025-06-15")
    assert {asked.method for asked in server.asked} == {"GET"}
    assert server.datapoints == {}


# ---------------------------------------------------------------------------------------------- kill -9


@pytest.mark.parametrize("kind", ["beeminder_charge", "beeminder_datapoint"])
@pytest.mark.parametrize("acts", [False, True], ids=["before it is carried out", "before its answer"])
def test_killed_between_sending_and_answer(client: BeeminderClient, server: Beeminder, kind: str, acts: bool) -> None:
    """A charge was made at most once and is left to the person; a datapoint is sent again and counts once."""
    server.spoil("charges" if kind == "beeminder_charge" else "datapoints", Fault(acts=acts, how=How.SILENT))
    deed = order(kind)
    child = subprocess.Popen(
        [sys.executable, str(CHILD), kind, server.url, deed.key],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(f"{GOOD_TOKEN}\n")
    child.stdin.flush()
    assert server.reached.wait(20)
    child.kill()
    assert child.stdout.read() == ""
    assert child.wait(10) < 0
    child.stdin.close()
    child.stdout.close()
    assert (len(server.charges) + len(server.datapoints)) == acts
    if kind == "beeminder_datapoint":
        BeeminderDatapoint(client).carry_out(deed)
        assert list(server.datapoints) == [("leetcode", requestid(deed.key))]
    else:
        with pytest.raises(DeliveryUnknown):
            BeeminderCharge(client).look_up(deed)
        assert len(server.charges) == acts


# ---------------------------------------------------------------------------------------------- the token


def test_the_token_stands_nowhere(
    client: BeeminderClient, server: Beeminder, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in an address, a log line, an error and its causes, a receipt or a repr, also if the server echoes it."""
    caplog.set_level(logging.DEBUG, logger="exitzero")
    echo = f'{{"errors": {{"message": "The token {GOOD_TOKEN} may not."}}}}'.encode()
    charge, point = BeeminderCharge(client), BeeminderDatapoint(client)
    seen: list[str] = [repr(client), repr(charge), repr(point)]
    for deed, word in ((charge, "charges"), (point, "datapoints")):
        faults = (*LOST.values(), Fault(acts=False, status=422, body=echo), Fault(acts=False, body=echo))
        for day, fault in enumerate(faults, start=10):
            server.spoil(word, fault)
            with pytest.raises((DeliveryFailed, DeliveryUnknown)) as caught:
                deed.carry_out(order(deed.kind, day=day))
            error = caught.value
            seen += [str(error), repr(error), error.title, error.advice, repr(error.__cause__)]
        server.spoil(word, Fault(acts=True, body=f'{{"id": "{GOOD_TOKEN}", "amount": 5}}'.encode()))
        seen.append(repr(deed.carry_out(order(deed.kind, day=30))))
    server.token = "another-token-1"  # Its refusal repeats the token that was sent.
    with pytest.raises(DeliveryFailed) as refused:
        BeeminderCharge(client).carry_out(order())
    seen += [str(refused.value), *(asked.path for asked in server.asked), caplog.text]
    assert len(server.asked) > 20
    assert "/api/v1/charges.json" in caplog.text
    assert not [text for text in seen if GOOD_TOKEN in text]
