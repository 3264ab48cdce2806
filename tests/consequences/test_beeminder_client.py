"""What Beeminder's answers mean, and where its token may travel."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitzero.consequences.beeminder_client import (
    HOME,
    TOKEN,
    Account,
    BeeminderClient,
    BeeminderTrouble,
    Charge,
    Goal,
    dollars,
)
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.net.http import Answer, HttpClient
from tests.servers.beeminder import GOOD_TOKEN, Beeminder, Fault, Reads

SECRETS = {TOKEN: GOOD_TOKEN}


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


@pytest.mark.parametrize("reads", Reads)
def test_account_and_goals_are_read_wherever_the_server_looks_for_the_token(
    http: HttpClient, server: Beeminder, reads: Reads
) -> None:
    """In the body or in the header; never in the address."""
    server.reads = reads
    client = BeeminderClient(http, secret=SECRETS.get, base_url=f"{server.url}/")
    assert client.user() == Account("ada", "UTC", deadbeat=False, goals=("leetcode", "gym"))
    assert client.goals() == (
        Goal("leetcode", "Leetcode", datetime(2025, 6, 15, 15, 6, 40, tzinfo=UTC), 0),
        Goal("gym", "Gym", datetime(2025, 6, 16, 15, 6, 40, tzinfo=UTC), 1),
    )
    assert [asked.form.get("emaciated") for asked in server.asked if "goals" in asked.path][-1] == "true"
    assert not any(GOOD_TOKEN in asked.path for asked in server.asked)


def test_a_payment_that_fails_is_seen(http: HttpClient, server: Beeminder) -> None:
    """So that no stake is armed that cannot be paid."""
    server.deadbeat = True
    assert BeeminderClient(http, secret=SECRETS.get, base_url=server.url).user().deadbeat


def test_goals_in_full_are_goals_too(http: HttpClient, server: Beeminder) -> None:
    """Beeminder sends names, or whole goals, by how it was asked."""
    body = {"username": "ada", "goals": [{"slug": "whole"}, "name", {}, 7], "deadbeat": {}}
    server.spoil("users/me", Fault(acts=True, body=json.dumps(body).encode()))
    account = BeeminderClient(http, secret=SECRETS.get, base_url=server.url).user()
    assert account.goals == ("whole", "name")
    assert account.deadbeat


@pytest.mark.parametrize(
    ("kept", "reason"),
    [(None, "no_token"), ("", "no_token"), ("  ", "no_token"), ("short", "bad_token"), ("with a space", "bad_token"),
     ("line\nbreak-in-it", "bad_token"), ("schlüssel-schlüssel", "bad_token"), ("wrong-token-123", "bad_token")],
)  # fmt: skip
def test_a_token_that_is_none_is_told_apart(http: HttpClient, server: Beeminder, kept: str | None, reason: str) -> None:
    """And what cannot be one is not sent at all."""
    client = BeeminderClient(http, secret={TOKEN: kept}.get, base_url=server.url)
    with pytest.raises(BeeminderTrouble) as caught:
        client.user()
    assert (caught.value.reason, caught.value.retry_after, caught.value.maybe_done) == (reason, None, False)
    assert bool(server.asked) == (kept == "wrong-token-123")


def test_a_keyring_that_cannot_be_opened_is_waited_for(http: HttpClient, server: Beeminder) -> None:
    """It may be unlocked later; nothing was sent."""

    def locked(name: str) -> str | None:
        raise OutsideTrouble("The keyring is locked.", "Unlock it.", reason="keyring")

    with pytest.raises(BeeminderTrouble) as caught:
        BeeminderClient(http, secret=locked, base_url=server.url).charge(500, username="ada", note="n", dryrun=False)
    assert (caught.value.reason, caught.value.maybe_done) == ("keyring", False)
    assert caught.value.retry_after is not None
    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    ["", "beeminder.com", "http://www.beeminder.com/api/v1", "ftp://127.0.0.1/", "https://", "https://[::1/",
     "https://me:pw@host/api", "https://host/api?token=1", "https://host:port/"],
)  # fmt: skip
def test_an_address_on_which_the_token_could_be_read_is_refused(http: HttpClient, url: str) -> None:
    """Only https, or this machine."""
    with pytest.raises(BadInput) as caught:
        BeeminderClient(http, secret=SECRETS.get, base_url=url)
    assert caught.value.field == "beeminder.url"


def test_people_look_at_the_page_for_people(http: HttpClient) -> None:
    """The official payments page, unless the address was changed."""
    assert BeeminderClient(http, secret=SECRETS.get).payments_page == "https://www.beeminder.com/payments"
    assert HOME.startswith("https://www.")


@pytest.mark.parametrize(("cents", "text"), [(100, "1.00"), (500, "5.00"), (509, "5.09"), (123_456, "1234.56")])
def test_amounts_are_written_in_dollars(cents: int, text: str) -> None:
    """With two digits, never as a float."""
    assert dollars(cents) == text


class Said(HttpClient):
    """A client that was answered with given bytes, so that thousands of answers can be tried."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(monotonic=time.monotonic)
        self.said = Answer(status=status, headers={}, body=body, content_type="", server_at=None)

    def request(self, *_: object, **__: object) -> Answer:
        """Always the same."""
        return self.said


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "$oid", "amount", "errors", "username", "goals", "slug"]), inner)
    ),
    max_leaves=8,
)


def trouble_of(ask: Callable[[], object]) -> BeeminderTrouble | None:
    """What a call raised, if anything; any other error ends the test."""
    try:
        ask()
    except BeeminderTrouble as trouble:
        return trouble
    return None


@settings(max_examples=150)
@given(status=st.integers(200, 599), body=st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_answer_escapes_as_anything_else(status: int, body: bytes) -> None:
    """Whatever comes: an answer of the right shape, or trouble; a charge is denied on proof only."""
    client = BeeminderClient(Said(status, body), secret=SECRETS.get)
    for read in (client.user, client.goals):
        trouble = trouble_of(read)
        assert trouble is None or not trouble.maybe_done
    charges: list[Charge] = []
    trouble = trouble_of(lambda: charges.append(client.charge(500, username="ada", note="n", dryrun=False)))
    if trouble is None:
        assert (status < 300, charges[0].amount_cents, bool(charges[0].reference)) == (True, 500, True)
    elif status < 300:
        assert trouble.maybe_done or b"errors" in body
    else:
        assert trouble.maybe_done is not (400 <= status < 500)
