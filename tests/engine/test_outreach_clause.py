"""The outreach clause from the first proof to the verdict: each message once, on its own day, trouble never zero."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from exitzero.core.errors import BadInput
from exitzero.core.facts import ClockFoundWrong, OutreachProved
from tests.engine.hunt_kit import (
    add,
    address,
    connect,
    outreach,
    outreach_line,
    prove,
    send,
    terms,
    today,
)
from tests.engine.kit import DAY_ONE, HOUR, MINUTE, Life, local
from tests.servers.dovecot import Dovecot, needs_dovecot

MISSING_OUTREACH = 2
"""The bit of a day's exit code that says that outreach is missing."""


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """A mail server on a loopback socket."""
    needs_dovecot()
    with Dovecot(roles={"Sent": "\\Sent"}) as server:
        yield server


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of this test's own."""
    return "".join(sign for sign in request.node.name.lower() if sign.isalnum())[:60]


def past(life: Life, label: date) -> None:
    """Live on until the day's verdict has fallen, if it can."""
    life.live(life.day(label).ends + 2 * HOUR)


# Proofs alone


def test_a_day_is_met_by_its_proofs(life: Callable[..., Life]) -> None:
    """Two of two proved and a submission: exits 0."""
    one = life()
    one.adopt(terms(outreach(2)))
    one.solve()
    ada, bob = add(one, "Ada"), add(one, "Bob")
    prove(one, ada, 1)
    assert (outreach_line(one).state, outreach_line(one).count) == ("not_met", 1)
    prove(one, bob, 2)
    assert (outreach_line(one).state, outreach_line(one).count) == ("met", 2)
    past(one, DAY_ONE)
    assert (one.state(DAY_ONE), one.day(DAY_ONE).exit_code) == ("success", 0)
    one.check_file()


def test_a_day_without_its_outreach_exits_2(life: Callable[..., Life]) -> None:
    """One proof of two is not two; LeetCode was done."""
    one = life()
    one.adopt(terms(outreach(2)))
    one.solve()
    prove(one, add(one, "Ada"), 1)
    past(one, DAY_ONE)
    assert (one.state(DAY_ONE), one.day(DAY_ONE).exit_code) == ("failed", MISSING_OUTREACH)
    one.check_file()


def test_a_proof_that_is_taken_back_does_not_count(life: Callable[..., Life]) -> None:
    """Taken back before the deadline it is as if it had never been; the journal keeps both."""
    one = life()
    one.adopt(terms(outreach(1)))
    one.solve()
    key = prove(one, add(one, "Ada"), 1).key
    one.do(lambda actions: actions.outreach.withdraw(key))
    assert today(one).count == 0
    past(one, DAY_ONE)
    assert one.day(DAY_ONE).exit_code == MISSING_OUTREACH
    assert len(one.facts(OutreachProved)) == 1
    one.check_file()


def test_a_proof_counts_for_one_day(life: Callable[..., Life]) -> None:
    """Yesterday's proof is nothing today, and its link is refused with yesterday's date."""
    one = life()
    one.adopt(terms(outreach(1)))
    one.solve()
    ada = add(one, "Ada")
    prove(one, ada, 1)
    past(one, DAY_ONE)
    assert one.state(DAY_ONE) == "success"
    assert today(one).count == 0
    with pytest.raises(BadInput, match="10 Jun 2026"):
        prove(one, ada, 1)
    one.solve()
    past(one, date(2026, 6, 11))
    assert one.day(date(2026, 6, 11)).exit_code == MISSING_OUTREACH


def test_a_clock_turned_back_brings_no_day_back(life: Callable[..., Life]) -> None:
    """After the verdict the clock is set back into the day: nothing can be logged for it."""
    one = life()
    one.adopt(terms(outreach(1)))
    one.solve()
    ada = add(one, "Ada")
    past(one, DAY_ONE)
    assert one.day(DAY_ONE).exit_code == MISSING_OUTREACH
    one.off()
    one.on(error=-6 * HOUR)
    with pytest.raises(BadInput, match="clock is behind"):
        prove(one, ada, 1)
    assert one.day(DAY_ONE).exit_code == MISSING_OUTREACH


def test_before_the_first_contract_there_is_no_day_to_prove(life: Callable[..., Life]) -> None:
    """Targets can be kept all the same."""
    one = life()
    ada = add(one, "Ada")
    with pytest.raises(BadInput, match="contract"):
        prove(one, ada, 1)


# With a mailbox


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"])
def test_mails_count_on_the_persons_own_day(life: Callable[..., Life], dovecot: Dovecot, user: str, zone: str) -> None:
    """Of mails around local midnight those of the day count, wherever the person is; the rest is not today's."""
    one = life(start=local(DAY_ONE, "00:30", zone), zone=zone)
    connect(one, dovecot, user)
    one.adopt(terms(outreach(3, mailbox=address(user)), zone=zone))
    one.solve()
    midnight, end = local(DAY_ONE, "00:00", zone), local(date(2026, 6, 11), "00:00", zone)
    for at in (midnight - MINUTE, midnight + MINUTE, midnight + 12 * HOUR):
        send(dovecot, user, at, "Bewerbung als Entwicklerin – Zoë")
    send(dovecot, user, midnight + 2 * MINUTE, "Lunch?")
    send(dovecot, user, midnight + 3 * MINUTE, "Application to myself", to=address(user))
    one.live(midnight + 14 * HOUR)
    assert (outreach_line(one).count, outreach_line(one).state) == (2, "not_met")
    send(dovecot, user, end - MINUTE - timedelta(seconds=30))
    send(dovecot, user, end + timedelta(seconds=1))
    past(one, DAY_ONE)
    assert one.day(DAY_ONE).exit_code == 0
    found = next(clause for clause in one.day(DAY_ONE).clauses if clause.kind == "outreach")
    assert found.count == 3
    one.check_file()


def test_a_message_counts_once_however_it_is_proved(life: Callable[..., Life], dovecot: Dovecot, user: str) -> None:
    """A mail logged from one mailbox, that the mailbox of the contract shows as well, is one outreach and not two."""
    one = life()
    other = f"{user}x"
    connect(one, dovecot, user)
    connect(one, dovecot, other)
    one.adopt(terms(outreach(2, mailbox=address(user))))
    ada = add(one, "Ada")
    send(dovecot, other, one.now - MINUTE, "Application: first", message_id="<m1@example.com>")
    (found,) = one.engine.mail.find("application: FIRST")
    assert (found.message_id, found.mailbox, found.refused) == ("m1@example.com", address(other), "")
    assert one.engine.proofs.log_mail(ada, found.message_id).kind == "mail"
    assert outreach_line(one).count == 1
    send(dovecot, user, one.now - MINUTE, "Application: first", message_id="<m1@example.com>")
    assert outreach_line(one).count == 1
    # The other way round: shown by the contract's mailbox first, and then looked for in the other one.
    for box in (user, other):
        send(dovecot, box, one.now - MINUTE, "Application: second", message_id="<m2@example.com>")
    assert outreach_line(one).count == 2
    refused = {mail.refused for mail in one.engine.mail.find("Application: second")}
    assert all("counts by itself" in words for words in refused), refused
    with pytest.raises(BadInput, match="counts by itself"):
        one.engine.proofs.log_mail(ada, "m2@example.com")
    assert outreach_line(one).count == 2
    prove(one, ada, 7)
    assert (outreach_line(one).count, outreach_line(one).state) == (3, "met")


def test_a_mail_that_is_deleted_later_stays_counted(life: Callable[..., Life], dovecot: Dovecot, user: str) -> None:
    """What the mailbox showed once is in the journal."""
    one = life()
    connect(one, dovecot, user)
    one.adopt(terms(outreach(1, mailbox=address(user))))
    one.solve()
    send(dovecot, user, one.now - MINUTE)
    assert outreach_line(one).count == 1
    with dovecot.mailbox(user) as client:
        client.select_folder("Sent")
        client.delete_messages(client.search())
        client.expunge()
    one.to(one.now + HOUR)
    assert outreach_line(one).count == 1
    past(one, DAY_ONE)
    assert one.day(DAY_ONE).exit_code == 0


def test_a_mailbox_in_trouble_is_unknown_and_never_zero(life: Callable[..., Life], dovecot: Dovecot, user: str) -> None:
    """While the password is refused the day waits; once it is read again, the day is judged by what was sent."""
    one = life()
    connect(one, dovecot, user)
    one.adopt(terms(outreach(1, mailbox=address(user))))
    one.solve()
    send(dovecot, user, one.now - MINUTE)
    kept = one.vault.get(f"mail:{address(user)}")
    assert kept is not None
    one.vault.set(f"mail:{address(user)}", kept.replace("app-pass-word", "wrong"))
    assert outreach_line(one).state == "unknown"
    assert "refused the password" in today(one).mailbox_trouble
    tries = dovecot.log.count("password mismatch") + dovecot.log.count("Password mismatch")
    past(one, DAY_ONE)
    assert one.state(DAY_ONE) == "held"
    assert dovecot.log.count("password mismatch") + dovecot.log.count("Password mismatch") == tries
    connect(one, dovecot, user)
    one.live(one.now + 8 * HOUR)
    assert (one.state(DAY_ONE), one.day(DAY_ONE).exit_code) == ("success", 0)


def test_with_proofs_enough_a_silent_mailbox_is_no_matter(
    life: Callable[..., Life], dovecot: Dovecot, user: str
) -> None:
    """What is proved is proved, whatever else is unknown."""
    one = life()
    connect(one, dovecot, user)
    one.adopt(terms(outreach(1, mailbox=address(user))))
    one.solve()
    one.vault.delete(f"mail:{address(user)}")
    prove(one, add(one, "Ada"), 1)
    past(one, DAY_ONE)
    assert one.day(DAY_ONE).exit_code == 0


# The clock


def test_a_mailbox_cannot_confirm_the_clock(life: Callable[..., Life], dovecot: Dovecot, user: str) -> None:
    """While the clock runs ahead and only the mailbox answers, it vouches for nothing and no verdict falls.

    A mail that is sent in the hours that had only seemed to be over still counts.
    """
    one = life()
    connect(one, dovecot, user)
    one.adopt(terms(outreach(1, mailbox=address(user))))
    one.solve()
    one.pulse()
    one.off()
    one.service.fault = lambda reply: type(reply)(503, b"", "text/html")
    one.on(error=20 * HOUR)
    one.pulse()
    one.engine.check_now()
    assert not one.engine.time_confirmed
    assert one.state(DAY_ONE) in {"open", "held"}
    one.service.fault = None
    one.off()
    one.on(error=timedelta(0))
    one.to(one.now + 4 * HOUR)
    send(dovecot, user, one.now - MINUTE)
    past(one, DAY_ONE)
    assert (one.state(DAY_ONE), one.day(DAY_ONE).exit_code) == ("success", 0)
    assert not [fact for fact in one.facts(ClockFoundWrong) if fact.source == "sent_mail"]


def test_where_only_a_mailbox_is_asked_the_own_clock_is_gone_by(
    life: Callable[..., Life], dovecot: Dovecot, user: str
) -> None:
    """A contract without anybody who tells the time is judged all the same."""
    one = life()
    connect(one, dovecot, user)
    one.adopt(terms(outreach(1, mailbox=address(user)), leetcode=False))
    send(dovecot, user, one.now - MINUTE)
    past(one, DAY_ONE)
    assert one.day(DAY_ONE).exit_code == 0
    past(one, date(2026, 6, 11))
    assert one.day(date(2026, 6, 11)).exit_code == MISSING_OUTREACH


def test_a_contract_names_connected_mailboxes_only(life: Callable[..., Life]) -> None:
    """A mailbox that never answered would keep every day unknown."""
    one = life()
    with pytest.raises(BadInput) as refused:
        one.adopt(terms(outreach(1, mailbox="ada@example.com")))
    assert refused.value.field == "outreach.subject"
