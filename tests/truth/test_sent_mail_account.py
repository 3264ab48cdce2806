"""What can be a mailbox, how it is kept, and what the services of the connect form want."""

import subprocess
import sys
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.errors import BadInput
from exitzero.truth.sent_mail_account import Kind, MailAccount, Security, secret_name
from exitzero.truth.sent_mail_presets import PRESETS, Preset, preset_for

GOOD = MailAccount(
    "ada@example.com", host="imap.example.com", user="ada", password="geheim-püß", own=("b@x.example",), folder="Ünde/x"
)


@pytest.mark.parametrize(
    "account",
    [
        GOOD,
        MailAccount("ada@gmail.com", kind=Kind.GMAIL, tokens='{"refresh":"x"}'),
        replace(GOOD, host="localhost", port=1143, security=Security.NONE),
        replace(GOOD, host="127.0.0.1", port=143, security=Security.STARTTLS),
    ],
)
def test_a_mailbox_is_kept_as_one_text(account: MailAccount) -> None:
    """And read back as it was; what a later version adds is left out."""
    text = account.to_text()
    assert MailAccount.from_text(text) == account
    assert MailAccount.from_text(text[:-1] + ',"later":1}') == account


def test_no_secret_is_shown() -> None:
    """Not in a trace either."""
    signed_in = MailAccount("a@gmail.com", kind=Kind.GMAIL, tokens="t0ken")
    assert GOOD.password not in repr(GOOD)
    assert "t0ken" not in repr(signed_in)
    assert GOOD.password not in GOOD.mark


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "ada"}, "mail.address"),
        ({"address": "@x"}, "mail.address"),
        ({"address": "a b@x"}, "mail.address"),
        ({"address": "a@x\r\n"}, "mail.address"),
        ({"own": ("nobody",)}, "mail.own"),
        ({"host": ""}, "mail.host"),
        ({"host": "https://imap.example.com"}, "mail.host"),
        ({"host": "ada@example.com"}, "mail.host"),
        ({"host": "imap example"}, "mail.host"),
        ({"port": 0}, "mail.port"),
        ({"port": 65536}, "mail.port"),
        ({"password": ""}, "mail.password"),
        ({"password": "a\r\nA1 DELETE INBOX"}, "mail.password"),
        ({"user": "ada\nx"}, "mail.user"),
        ({"folder": "Sent\r\n"}, "mail.folder"),
        ({"security": Security.NONE}, "mail.security"),
        ({"security": Security.NONE, "host": "192.168.1.2"}, "mail.security"),
    ],
)
def test_what_can_be_no_mailbox_is_refused_at_its_field(changes: dict[str, object], field: str) -> None:
    """Before anything of it travels."""
    with pytest.raises(BadInput) as told:
        replace(GOOD, **changes)  # type: ignore[arg-type]
    assert told.value.field == field
    assert GOOD.password not in str(told.value)


@given(st.text(max_size=80) | st.binary(max_size=40).map(repr))
def test_what_is_kept_is_read_or_refused(text: str) -> None:
    """Never anything else, and it is not quoted."""
    with pytest.raises(BadInput) as told:
        MailAccount.from_text(text)
    assert told.value.message == "What is kept of this mailbox cannot be read."
    assert told.value.__cause__ is None


def test_a_password_of_before_is_told_by_its_mark() -> None:
    """Another password, server or user is another try."""
    others = [{"password": "x"}, {"host": "other.example"}, {"user": "bob"}, {"port": 143}]
    assert len({GOOD.mark, *(replace(GOOD, **each).mark for each in others)}) == 5  # type: ignore[arg-type]
    assert replace(GOOD, folder="", own=()).mark == GOOD.mark


def test_one_name_for_every_spelling() -> None:
    """Of a mailbox's address."""
    assert secret_name(" Ada@Example.com ") == "mail:ada@example.com"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_can_be_connected_or_says_why_not(preset: Preset) -> None:
    """With a link to where the password is made."""
    assert preset.advice
    if preset.link:
        assert urlsplit(preset.link).scheme == "https"
    else:
        assert preset.key == "own"
    assert preset.security is not Security.NONE
    if preset.kind is Kind.IMAP and preset.key != "own":
        MailAccount("a@b.example", host=preset.host, port=preset.port, security=preset.security, password="x")


def test_presets_are_known_by_the_address() -> None:
    """Each domain to one of them; Microsoft's says why a password is refused there."""
    domains = [domain for preset in PRESETS for domain in preset.domains]
    assert len(domains) == len(set(domains))
    assert preset_for("Ada@GoogleMail.com").key == "gmail"
    assert preset_for("ada@own.example").key == "own"
    assert "OAuth" in preset_for("ada@hotmail.com").refused
    assert [preset.key for preset in PRESETS if preset.refused] == ["outlook"]


def test_the_imap_library_waits_until_it_is_needed() -> None:
    """A start does not pay for it."""
    script = "import sys, exitzero.truth.sent_mail; print('imapclient' in sys.modules, 'httpx2' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.split() == ["False", "False"]
