"""A proof counts once for ever, on its own day, and moves what hangs on it; taken back, all is as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from exitzero.core.errors import BadInput
from exitzero.core.facts import OutreachProved, OutreachWithdrawn
from exitzero.store.journal import of_kinds
from exitzero.work.outreach import links
from exitzero.work.outreach.links_time import told_at
from tests.work.outreach.hunt import FRAME, LABEL, Hunt, picture, thread


def refusal(hunt: Hunt, target: int, text: str) -> str:
    """Why a link is refused; it is told at ``proof``."""
    with pytest.raises(BadInput) as refused:
        hunt.do(lambda actions: actions.log_link(target, text))
    assert refused.value.field == "proof"
    return refused.value.message


def test_a_proof_moves_its_target_and_starts_its_clock(hunt: Hunt) -> None:
    """The card goes to messaged, the next contact is due in three days, and the history shows the proof."""
    ada = hunt.add("Ada")
    proof = hunt.do(lambda actions: actions.log_link(ada, thread(1)))
    page = hunt.page(ada)
    assert (page.target.stage, page.target.proved_at, page.target.proofs) == ("messaged", hunt.now, 1)
    assert page.target.follow_up == date(2026, 6, 13)
    assert page.target.platform == "linkedin"
    assert {line.kind: line.proof for line in page.history}["proof"] == proof.key
    assert (proof.label, proof.kind, proof.target_name, proof.withdrawable) == (LABEL, "link", "Ada", True)
    facts = hunt.database.read(lambda session: [each.fact for each in of_kinds(session, [OutreachProved])]).result()
    assert [fact.key for fact in facts if isinstance(fact, OutreachProved)] == [proof.key]
    assert hunt.ask(lambda questions: questions.today()).proofs == (proof,)


def test_the_same_link_counts_once_for_ever_across_targets(hunt: Hunt) -> None:
    """In any spelling, for anybody, on any later day; the refusal names the date and the target of then."""
    ada, bob = hunt.add("Ada"), hunt.add("Bob")
    hunt.prove(ada, 1)
    spelled = thread(1).replace("https://www.", "").rstrip("/") + "?utm_source=share"
    for days in (0, 400):
        hunt.days_later(days)
        for text in (thread(1), spelled):
            told = refusal(hunt, bob, text)
            assert "10 Jun 2026" in told
            assert "Ada" in told
    check = hunt.ask(lambda questions: questions.check_link(thread(1)))
    assert check.used is not None
    assert (check.used.target_name, "A proof counts once" in check.used_words) == ("Ada", True)


def test_a_profile_is_no_message(hunt: Hunt) -> None:
    """What the link checks refuse is refused here, and nothing is written."""
    ada = hunt.add("Ada")
    assert "profile" in refusal(hunt, ada, "https://www.linkedin.com/in/ada-lovelace/")
    assert hunt.page(ada).target.stage == "to_contact"


def test_nothing_is_proved_while_no_day_is_open(hunt: Hunt) -> None:
    """Before the first contract and between the deadline and the next day, the reason says when again."""
    ada = hunt.add("Ada")
    hunt.now = datetime(2026, 6, 10, 20, 0, tzinfo=UTC)
    assert "Today closed at 22:00. What you log from 00:00 on" in refusal(hunt, ada, thread(1))
    hunt.now -= timedelta(seconds=1)
    hunt.prove(ada, 1)  # the deadline's own minute still counts
    hunt.frame = replace(FRAME, starts=None, closes=None, ends=None)
    assert "contract" in refusal(hunt, ada, thread(2))


def test_nothing_is_proved_by_a_clock_that_is_behind(hunt: Hunt) -> None:
    """A clock that was turned back brings no day back."""
    ada = hunt.add("Ada")
    hunt.frame = replace(FRAME, told=hunt.now + timedelta(hours=3))
    assert "clock is behind" in refusal(hunt, ada, thread(1))
    hunt.frame = replace(FRAME, told=hunt.now + timedelta(minutes=1))  # drift
    hunt.prove(ada, 1)


def snowflake(at: datetime, began: int) -> int:
    """A number as X and Discord give out at that instant."""
    return (int(at.timestamp() * 1000) - began) << 22


def stamped(place: str, at: datetime) -> str:
    """A link to a message that was written at that instant."""
    return {
        "x": f"https://x.com/ada/status/{snowflake(at, 1_288_834_974_657)}",
        "discord": f"https://discord.com/channels/@me/112233445566778899/{snowflake(at, 1_420_070_400_000)}",
        "slack": f"https://acme.slack.com/archives/D024BE91L/p{int(at.timestamp())}000100",
    }[place]


@pytest.mark.parametrize("place", ["x", "discord", "slack"])
def test_a_message_whose_address_tells_its_time_counts_on_its_day_only(hunt: Hunt, place: str) -> None:
    """X, Discord and Slack number messages by time: one of before the day, or from the future, is refused."""
    ada = hunt.add("Ada")
    assert FRAME.starts is not None
    for at, words in (
        (FRAME.starts - timedelta(seconds=1), "before today began at 00:00"),
        (hunt.now + timedelta(hours=3), "still to come"),
    ):
        told = told_at(links.check(stamped(place, at)))
        assert told is not None
        assert abs(told - at) < timedelta(seconds=1)
        assert words in refusal(hunt, ada, stamped(place, at))
    for at in (FRAME.starts + timedelta(seconds=1), hunt.now):
        hunt.do(lambda actions, at=at: actions.log_link(ada, stamped(place, at)))  # type: ignore[misc]
    assert hunt.page(ada).target.proofs == 2


def test_follow_ups_grow_and_a_reply_ends_them(hunt: Hunt) -> None:
    """3, 7, 14, 14 days by the proved contacts without a reply, counted from the last one; after a reply none."""
    ada = hunt.add("Ada")
    due = []
    for number in range(4):
        hunt.prove(ada, number)
        follow_up = hunt.page(ada).target.follow_up
        assert follow_up is not None
        due.append((follow_up - hunt.frame.label).days)
        hunt.days_later(2)
    assert due == [3, 7, 14, 14]
    hunt.do(lambda actions: actions.move(ada, "replied"))
    hunt.prove(ada, 9)
    assert hunt.page(ada).target.follow_up is None
    hunt.do(lambda actions: actions.move(ada, "messaged"))
    hunt.prove(ada, 10)
    assert hunt.page(ada).target.follow_up is not None


def test_a_cadence_of_ones_own(hunt: Hunt) -> None:
    """A target's own days hold for it alone; the last of them repeats."""
    ada, bob = hunt.add("Ada", cadence=(1, 30)), hunt.add("Bob")
    hunt.prove(ada, 1)
    hunt.prove(bob, 2)
    assert hunt.page(ada).target.follow_up == date(2026, 6, 11)
    assert hunt.page(bob).target.follow_up == date(2026, 6, 13)
    hunt.prove(ada, 3)
    hunt.prove(ada, 4)
    assert hunt.page(ada).target.follow_up == date(2026, 7, 10)
    assert hunt.page(ada).cadence == (1, 30)


def test_a_proof_is_taken_back_on_its_own_day_only(hunt: Hunt) -> None:
    """Stage, follow-up and last contact are as before; the key may be used again that day, and not later."""
    ada, bob = hunt.add("Ada", follow_up=date(2026, 6, 30)), hunt.add("Bob")
    key = hunt.prove(ada, 1)
    hunt.do(lambda actions: actions.withdraw(key))
    target = hunt.page(ada).target
    assert (target.stage, target.proved_at, target.proofs) == ("to_contact", None, 0)
    assert target.follow_up == date(2026, 6, 30)
    assert hunt.page(ada).history[0].words == "Proof taken back"
    hunt.prove(bob, 1)
    hunt.do(lambda actions: actions.withdraw(key))
    hunt.days_later(1)
    assert "belongs to that day" in refusal(hunt, ada, thread(1))
    key = hunt.prove(ada, 2)
    hunt.days_later(1)
    with pytest.raises(BadInput) as refused:
        hunt.do(lambda actions: actions.withdraw(key))
    assert refused.value.field == "proof"
    assert hunt.page(ada).target.proofs == 1
    facts = hunt.database.read(lambda session: [*of_kinds(session, [OutreachWithdrawn])]).result()
    assert len(facts) == 2


def test_of_two_proofs_the_first_is_taken_back(hunt: Hunt) -> None:
    """The second still holds the card, the clock and the last contact."""
    ada = hunt.add("Ada")
    first = hunt.prove(ada, 1)
    hunt.now += timedelta(hours=1)
    second = hunt.prove(ada, 2)
    hunt.do(lambda actions: actions.withdraw(first))
    target = hunt.page(ada).target
    assert (target.proved_at, target.proofs) == (hunt.now, 1)
    hunt.do(lambda actions: actions.withdraw(second))
    assert hunt.page(ada).target.proved_at is None


def test_undo_takes_no_proof_back(hunt: Hunt) -> None:
    """Undo goes back over targets; what was proved stands in the journal."""
    ada = hunt.add("Ada")
    hunt.prove(ada, 1)
    hunt.do(lambda actions: actions.note(ada, "wrote her"))
    assert hunt.do(lambda actions: actions.undo()) == "Note on Ada"
    assert hunt.page(ada).target.proofs == 1
    assert hunt.do(lambda actions: actions.undo()) == "Add Ada"
    today = hunt.ask(lambda questions: questions.today())
    assert [proof.target_name for proof in today.proofs] == ["Ada"]


def test_a_picture_counts_once_and_not_after_its_day(hunt: Hunt) -> None:
    """The digest is the key; a picture that says it is older than the day is refused."""
    ada = hunt.add("Ada", platform="discord")
    proof = hunt.do(lambda actions: actions.log_picture(ada, picture(1)))
    assert (proof.kind, proof.platform, bool(proof.picture)) == ("picture", "discord", True)
    for checked in (picture(1), picture(2, taken_at=FRAME.starts and FRAME.starts - timedelta(minutes=1))):
        with pytest.raises(BadInput) as refused:
            hunt.do(lambda actions, checked=checked: actions.log_picture(ada, checked))  # type: ignore[misc]
        assert refused.value.field == "proof"
    same = replace(picture(3), same=proof, same_words="This picture shows the same screen.")
    with pytest.raises(BadInput, match="same screen"):
        hunt.do(lambda actions: actions.log_picture(ada, same))
    hunt.do(
        lambda actions: actions.log_picture(ada, picture(4, taken_at=hunt.now + timedelta(days=9)))
    )  # worth nothing


def test_a_mail_that_counts_by_itself_is_not_logged(hunt: Hunt) -> None:
    """Where the contract reads the mailbox, its mails and links to web mail are refused with the reason."""
    ada = hunt.add("Ada")
    sent = hunt.mail("m1", "ada@acme.example", "Application as engineer")
    hunt.frame = replace(FRAME, mailbox="ada@example.com", counts=lambda subject: "Application" in subject)
    for mail, words in ((sent, "counts by itself"), (replace(sent, key="m2", title="Hello"), "does not hold")):
        with pytest.raises(BadInput, match=words):
            hunt.do(lambda actions, mail=mail: actions.log_mail(ada, mail))  # type: ignore[misc]
    assert "counted by themselves" in refusal(
        hunt, ada, "https://mail.google.com/mail/u/0/#sent/FMfcgzQXKhLlJvKpQmNzXrBtWcDfGhJk"
    )
    elsewhere = replace(sent, key="m3", subject="other@example.org")
    assert hunt.do(lambda actions: actions.log_mail(ada, elsewhere)).key == "mail:m3"


def test_a_mail_proves_on_its_day(hunt: Hunt) -> None:
    """Yesterday's mail and one from the future are refused; today's counts once."""
    ada = hunt.add("Ada")
    for at, words in ((FRAME.starts, ""), (None, "counts once")):
        mail = hunt.mail("m1", "ada@acme.example", at=at)
        if words:
            with pytest.raises(BadInput, match=words):
                hunt.do(lambda actions, mail=mail: actions.log_mail(ada, mail))  # type: ignore[misc]
        else:
            assert hunt.do(lambda actions, mail=mail: actions.log_mail(ada, mail)).shown == "Application"  # type: ignore[misc]
    assert FRAME.starts is not None
    for at, words in ((FRAME.starts - timedelta(seconds=1), "before today"), (hunt.now + timedelta(hours=1), "come")):
        mail = hunt.mail(f"m{at}", "ada@acme.example", at=at)
        with pytest.raises(BadInput, match=words):
            hunt.do(lambda actions, mail=mail: actions.log_mail(ada, mail))  # type: ignore[misc]


def reading(hunt: Hunt) -> None:
    """The contract reads a mailbox from now on."""
    hunt.frame = replace(hunt.frame, mailbox="ada@example.com", counts=lambda subject: "Application" in subject)


def test_mails_are_suggested_by_address_then_domain_then_name(hunt: Hunt) -> None:
    """Each mail of today that counts is shown with whom it seems to belong to, and by what."""
    reading(hunt)
    ada = hunt.add("Ada", email="ada@acme.example")
    acme = hunt.add("Acme", kind="company", link="https://acme.example")
    grace = hunt.add("Grace Hopper")
    hunt.mail("m1", "Ada@acme.example")
    hunt.mail("m2", "jobs@acme.example")
    hunt.mail("m3", "grace.hopper@navy.example")
    hunt.mail("m4", "nobody@elsewhere.example")
    hunt.mail("m5", "ada@acme.example", "Lunch")
    hunt.mail("m6", "ada@acme.example", at=FRAME.starts and FRAME.starts - timedelta(minutes=1))
    mails = {mail.message_id: mail for mail in hunt.ask(lambda questions: questions.today()).mails}
    assert {key: mail.suggested for key, mail in mails.items()} == {"m1": ada, "m2": acme, "m3": grace, "m4": None}
    assert mails["m1"].reason == "same address"
    assert mails["m2"].reason == "same domain, acme.example"


def test_a_mail_is_given_to_a_target_and_taken_from_it(hunt: Hunt) -> None:
    """Linking is a proved contact at the mail's own time; another target or nobody takes it over."""
    reading(hunt)
    ada, bob = hunt.add("Ada"), hunt.add("Bob")
    mail = hunt.mail("m1", "ada@acme.example")
    hunt.do(lambda actions: actions.link_mail("m1", ada))
    target = hunt.page(ada).target
    assert (target.stage, target.proved_at, target.follow_up, target.proofs) == (
        "messaged", mail.at, date(2026, 6, 13), 1,
    )  # fmt: skip
    hunt.do(lambda actions: actions.link_mail("m1", bob))
    assert hunt.page(ada).target.proved_at is None
    assert hunt.page(bob).target.proofs == 1
    hunt.do(lambda actions: actions.link_mail("m1", None))
    (view,) = hunt.ask(lambda questions: questions.today()).mails
    assert (view.decided, view.target, view.suggested) == (True, None, None)
    hunt.do(lambda actions: actions.undo())
    assert hunt.page(bob).target.proofs == 1
    with pytest.raises(BadInput) as refused:
        hunt.do(lambda actions: actions.link_mail("m9", ada))
    assert refused.value.field == "mail"


def test_a_target_is_made_of_a_mail(hunt: Hunt) -> None:
    """Name and company come from the address, the mail is in the history, one undo takes both."""
    reading(hunt)
    hunt.mail("m1", "grace.hopper@navy.example, second@navy.example", "Application: engineer")
    number = hunt.do(lambda actions: actions.create_target_from_mail("m1"))
    page = hunt.page(number)
    assert (page.target.name, page.target.company, page.target.email) == (
        "Grace Hopper", "Navy", "grace.hopper@navy.example",
    )  # fmt: skip
    assert page.target.stage == "messaged"
    assert "mail" in {line.kind for line in page.history}
    hunt.do(lambda actions: actions.undo())
    (view,) = hunt.ask(lambda questions: questions.today()).mails
    assert not view.decided
