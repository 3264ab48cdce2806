"""What may never be blocked, whoever asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.lockdown import block
from exitzero.lockdown.policy import PROTECTED, Policy, Why

POLICY = Policy(hostname="desk.office-net.com", extra=["my-clinic.org", "not a name", ""])
NAMES = st.text(st.characters(min_codepoint=0, max_codepoint=0x2FF), max_size=40)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("localhost", Why.RESERVED),
        ("a.localhost", Why.RESERVED),
        ("com", Why.SINGLE_LABEL),
        ("org", Why.SINGLE_LABEL),
        ("printer.lan", Why.RESERVED),
        ("x.test", Why.RESERVED),
        ("1.2.3.4", Why.ADDRESS),
        ("::1", Why.SINGLE_LABEL),
        ("a b.com", Why.BAD_LABEL),
        ("x.com\n1.2.3.4 bank.com", Why.BAD_LABEL),
        ("x.com # hi", Why.BAD_LABEL),
        ("-a.com", Why.BAD_LABEL),
        ("a_b.com", Why.BAD_LABEL),
        ("a..com", Why.BAD_LABEL),
        ("EVIL.com", Why.NOT_NORMAL),
        ("x.com.", Why.NOT_NORMAL),
        ("x.com\n", Why.NOT_NORMAL),
        ("b\u00fccher.de", Why.NOT_NORMAL),
        ("a" * 64 + ".com", Why.BAD_LABEL),
        (".".join(["a" * 60] * 5), Why.TOO_LONG),
        (5, Why.NOT_A_NAME),
        (None, Why.NOT_A_NAME),
        (["x.com"], Why.NOT_A_NAME),
        ("leetcode.com", Why.TRUTH_SOURCE),
        ("api.leetcode.com", Why.TRUTH_SOURCE),
        ("github.com", Why.WORK),
        ("accounts.google.com", Why.ACCOUNT),
        ("google.com", Why.ACCOUNT),
        ("security.debian.org", Why.UPDATES),
        ("windowsupdate.com", Why.UPDATES),
        ("addons.mozilla.org", Why.BROWSER),
        ("mail.google.com", Why.MAIL),
        ("www.paypal.com", Why.MONEY),
        ("988lifeline.org", Why.SAFETY),
        ("letsencrypt.org", Why.NETWORK),
        ("desk.office-net.com", Why.OWN_NAME),
        ("office-net.com", Why.OWN_NAME),
        ("vpn.desk.office-net.com", Why.OWN_NAME),
        ("my-clinic.org", Why.OWN_RULE),
        ("www.my-clinic.org", Why.OWN_RULE),
    ],
)
def test_refused_with_the_reason(name: object, why: Why) -> None:
    """At, below and above a protected name; nothing that is not a plain name."""
    found = POLICY.why_not(name)
    assert found is not None
    assert found == why or name == "google.com"


@pytest.mark.parametrize(
    "name",
    [
        "youtube.com",
        "www.youtube.com",
        "youtu.be",
        "x.com",
        "twitter.com",
        "reddit.com",
        "old.reddit.com",
        "facebook.com",
        "instagram.com",
        "tiktok.com",
        "netflix.com",
        "twitch.tv",
        "discord.com",
        "web.whatsapp.com",
        "news.ycombinator.com",
        "news.google.com",
        "amazon.com",
        "store.steampowered.com",
        "linkedin.com",
        "xn--bcher-kva.de",
        "9gag.com",
    ],
)
def test_what_people_want_out_of_reach_may_be(name: str) -> None:
    """The usual distractions are not caught by a protected name."""
    assert POLICY.why_not(name) is None


@given(st.one_of(NAMES, st.sampled_from(sorted(PROTECTED)).map(lambda name: "www." + name)))
def test_what_is_allowed_is_a_line_that_we_know_again(name: str) -> None:
    """An allowed name can neither break out of its line nor be forgotten at release."""
    if POLICY.why_not(name) is None:
        lines = block.render([name], mark="a1b2c3d4", until="2026-10-09T04:00:00Z").split(b"\n")
        assert len(lines) == 6
        assert all(block.is_ours(line) for line in lines[:-1])


def test_protected_names_are_names() -> None:
    """A misspelt entry would protect nothing."""
    free = Policy(hostname="")
    assert all(free.why_not(name) is PROTECTED[name] for name in PROTECTED)


def test_a_bare_host_name_protects_itself_in_any_domain() -> None:
    """A machine called desk may be known as desk.some-firm.com."""
    assert Policy(hostname="desk").why_not("desk.some-firm.com") is Why.OWN_NAME
