"""The mailbox on the screen, before a real mail server: connected from the page, counted, found by subject, unknown."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from exitzero.truth.sent_mail_account import secret_name
from exitzero.ui import theme
from exitzero.ui.pages.outreach import OutreachScreen
from exitzero.ui.pages.outreach_mailbox import MailboxPane
from exitzero.ui.widgets.card import Button
from tests.engine.hunt_kit import address, connect, outreach, send, terms
from tests.engine.kit import MINUTE, Life
from tests.servers.dovecot import PASSWORD, Dovecot, needs_dovecot
from tests.ui.pages.outreach_life import Hunt, words_of


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """A mail server on a loopback socket."""
    needs_dovecot()
    with Dovecot(roles={"Sent": "\\Sent"}) as server:
        yield server


@pytest.fixture
def hunt(life: Callable[..., Life], qtbot: QtBot, qapp: QApplication) -> Iterator[Hunt]:
    """A hunt that has begun, by proofs only."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    begun = Hunt(life(), qtbot)
    yield begun
    begun.close()


def fill(pane: MailboxPane, server: Dovecot, user: str, password: str) -> None:
    """Fill the form for a server of one's own."""
    pane.preset.choose("own")
    pane.security.choose("none")
    pane.port.setValue(server.port)
    for name, value in (("address", address(user)), ("user", user), ("password", password), ("host", "127.0.0.1")):
        line(pane, name).setText(value)


def line(pane: MailboxPane, name: str) -> QLineEdit:
    """A field's line."""
    control = pane.fields[name].control
    assert isinstance(control, QLineEdit)
    return control


def test_a_wrong_password_is_told_at_its_field_and_the_right_one_connects(hunt: Hunt, dovecot: Dovecot) -> None:
    """One try, nothing typed is lost; once connected, what the contract still lacks is said with the way to it."""
    page = hunt.open(OutreachScreen, "mailbox")
    pane = page.mailbox
    hunt.until(lambda: pane.preset.count() > 5)
    fill(pane, dovecot, "ada", "not-the-password")
    pane.connect_button.click()
    hunt.until(lambda: pane.fields["password"].trouble)
    assert "127.0.0.1 refused the password." in pane.fields["password"].trouble
    assert "tried once only" in pane.fields["password"].trouble
    assert line(pane, "address").text() == address("ada")
    assert dovecot.log.count("Password mismatch") == 1
    line(pane, "password").setText(PASSWORD)
    pane.connect_button.click()
    hunt.until(lambda: address("ada") in words_of(pane.card))
    assert "no mail counts by itself" in words_of(pane.card)
    assert line(pane, "password").text() == ""
    went: list[str] = []
    page.navigate.connect(lambda key, _what: went.append(key))
    next(each for each in pane.card.findChildren(Button) if each.text() == "To the contract").click()
    assert went == ["contract"]


def test_a_known_address_chooses_its_service(hunt: Hunt) -> None:
    """Unless another was chosen by hand; an address of nobody's leaves the first."""
    pane = hunt.open(OutreachScreen, "mailbox").mailbox
    hunt.until(lambda: pane.preset.count() > 5)
    typed = line(pane, "address")
    for text, key in (
        ("ada@nowhere.example", "gmail"),
        ("ada@fastmail.com", "fastmail"),
        ("ada@gmail.com", "fastmail"),
    ):
        typed.setText(text)
        typed.editingFinished.emit()
        assert pane.preset.currentData() == key


def test_what_fails_below_a_long_form_comes_before_the_eyes(hunt: Hunt) -> None:
    """A server that is not there is told where the page is looked at."""
    page = hunt.open(OutreachScreen, "mailbox", height=560)
    pane = page.mailbox
    hunt.until(lambda: pane.preset.count() > 5)
    pane.preset.choose("own")
    pane.security.choose("none")
    pane.port.setValue(1)
    for name, value in (("address", "ada@example.org"), ("password", "secret"), ("host", "127.0.0.1")):
        line(pane, name).setText(value)
    pane.connect_button.click()
    hunt.until(pane.form_trouble.isVisible)
    hunt.until(lambda: not pane.form_trouble.visibleRegion().isEmpty())


def test_a_mail_is_found_by_its_subject_and_proves(hunt: Hunt, dovecot: Dovecot) -> None:
    """Mails of today can be chosen; one of yesterday stands there with its day and the reason that refuses it."""
    connect(hunt.life, dovecot, "bea")
    now = hunt.life.now
    send(dovecot, "bea", now - 2 * MINUTE, "Bewerbung – Grüße", to="jobs@acme.example")
    send(dovecot, "bea", now - timedelta(hours=20), "Bewerbung of yesterday")
    target = hunt.add("Acme", kind="company")
    page = hunt.open(OutreachScreen)
    page.open_log(hunt.target(target))
    page.log.tabs.turn_to("mail")
    assert page.log.subject.hasFocus()
    page.log.subject.setText("Bewerbung")
    page.log.find_button.click()
    hunt.until(page.log.mail_choice.buttons)
    first, second = page.log.mail_choice.buttons()
    assert first.isChecked()
    assert "Grüße" in first.text()
    assert not second.isEnabled()
    assert second.text().startswith("yesterday")
    hunt.until(lambda: "before today began" in words_of(page.log))
    page.log.accept.click()
    hunt.until(lambda: not page.log_sheet.is_open)
    assert hunt.target(target).proofs == 1


def test_mails_of_the_contracts_mailbox_count_and_are_sorted(hunt: Hunt, dovecot: Dovecot) -> None:
    """They count by themselves, are said to be mails, not proofs that are missing, and get a target with one press."""
    connect(hunt.life, dovecot, "cleo")
    hunt.life.adopt(terms(outreach(5, mailbox=address("cleo"))))
    ada = hunt.add("Ada Byron", email="ada@acme.example")
    hunt.life.to(hunt.life.now + timedelta(days=1))
    hunt.life.pulse()
    send(dovecot, "cleo", hunt.life.now - MINUTE, "Application", to="ada@acme.example")
    hunt.life.engine.check_now()
    page = hunt.open(OutreachScreen, "today")
    hunt.until(lambda: "It is Ada Byron" in [each.text() for each in page.today.mails.findChildren(Button)])
    hunt.until(lambda: "No proof was logged today" in words_of(page.today.proofs))
    taking = next(each for each in page.today.mails.findChildren(Button) if each.text() == "It is Ada Byron")
    taking.setFocus()
    taking.click()
    hunt.until(lambda: hunt.target(ada).stage == "messaged")
    hunt.until(lambda: "Ada Byron" in words_of(page.today.mails))
    focus = QApplication.focusWidget()
    assert focus is not None
    assert page is focus or page.isAncestorOf(focus), "the keyboard stays on the page when its row goes"


def test_a_mailbox_that_cannot_be_read_is_unknown_on_the_page(hunt: Hunt, dovecot: Dovecot) -> None:
    """Hatched and with a plus, never zero; the reason stands below and on the mailbox."""
    connect(hunt.life, dovecot, "dora")
    hunt.life.adopt(terms(outreach(5, mailbox=address("dora"))))
    hunt.life.to(hunt.life.now + timedelta(days=1))
    hunt.life.vault.delete(secret_name(address("dora")))
    hunt.life.pulse()
    page = hunt.open(OutreachScreen, "mailbox")
    hunt.until(lambda: page.head.chip.accessibleName() == "unknown")
    assert page.head.figure.accessibleName() == "0+ / 5 proven"
    assert page.head.mail.isVisible()
    hunt.until(lambda: "The contract names it" in words_of(page.mailbox.card))
    away = next(each for each in page.mailbox.card.findChildren(Button) if each.text() == "Disconnect")
    assert not away.isEnabled()
