"""Which names may never be blocked: what the machine, the truth sources and a person's safety, money and mail need.

It stands in the helper and not in the app, so that no program that talks to the helper can get round it. A name is
refused when it is one of these, lies below one, or lies above one. The list can be added to by root, never cut.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

LONGEST_NAME = 253
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class Why(StrEnum):
    """Why a name is refused; the value is what crosses the socket."""

    NOT_A_NAME = "not-a-name"
    NOT_NORMAL = "not-normal"
    TOO_LONG = "too-long"
    SINGLE_LABEL = "single-label"
    BAD_LABEL = "bad-label"
    ADDRESS = "address"
    RESERVED = "reserved"
    OWN_NAME = "own-name"
    TRUTH_SOURCE = "truth-source"
    WORK = "work"
    ACCOUNT = "account"
    UPDATES = "updates"
    BROWSER = "browser"
    MAIL = "mail"
    MONEY = "money"
    SAFETY = "safety"
    NETWORK = "network"
    OWN_RULE = "own-rule"


RESERVED = frozenset(
    {"alt", "arpa", "corp", "example", "home", "internal", "intranet", "invalid"}
    | {"lan", "local", "localdomain", "localhost", "onion", "private", "test"}
)

_GROUPS: dict[Why, str] = {
    Why.TRUTH_SOURCE: """
        leetcode.com leetcode.cn leetcode-cn.com lcusercontent.com codeforces.com atcoder.jp codewars.com
        hackerrank.com kattis.com beeminder.com pramp.com interviewing.io tryexponent.com
    """,
    Why.WORK: """
        github.com githubusercontent.com githubassets.com gitlab.com bitbucket.org codeberg.org sourcehut.org
        sr.ht rust-lang.org python.org
        stackoverflow.com zoom.us meet.google.com calendar.google.com teams.microsoft.com webex.com
        calendly.com
    """,
    Why.ACCOUNT: """
        accounts.google.com oauth2.googleapis.com googleapis.com gstatic.com
        login.microsoftonline.com microsoftonline.com live.com msauth.net appleid.apple.com auth0.com okta.com
        duo.com duosecurity.com 1password.com bitwarden.com lastpass.com yubico.com
    """,
    Why.UPDATES: """
        debian.org ubuntu.com canonical.com launchpad.net snapcraft.io snapcraftcontent.com fedoraproject.org
        redhat.com centos.org rockylinux.org almalinux.org opensuse.org suse.com archlinux.org manjaro.org
        gentoo.org nixos.org alpinelinux.org voidlinux.org linuxmint.com pop-os.org system76.com kernel.org
        fwupd.org flathub.org flatpak.org gnu.org microsoft.com windowsupdate.com windows.com windows.net
        msftconnecttest.com msftncsi.com apple.com icloud.com mzstatic.com aaplimg.com brew.sh chocolatey.org
    """,
    Why.BROWSER: """
        mozilla.org mozilla.com mozilla.net firefox.com www.google.com clients2.google.com dl.google.com
        gvt1.com gvt2.com chromium.org brave.com vivaldi.com opera.com torproject.org
    """,
    Why.MAIL: """
        mail.google.com gmail.com googlemail.com imap.gmail.com smtp.gmail.com outlook.com office.com
        office365.com hotmail.com proton.me protonmail.com fastmail.com fastmail.fm messagingengine.com
        mail.yahoo.com gmx.net gmx.com gmx.de web.de posteo.de mailbox.org tutanota.com tuta.com zoho.com
        icloud-content.com mail.ru yandex.ru mail.yandex.com migadu.com
    """,
    Why.MONEY: """
        paypal.com stripe.com wise.com revolut.com n26.com klarna.com visa.com mastercard.com chase.com
        americanexpress.com bankofamerica.com wellsfargo.com citi.com capitalone.com hsbc.com hsbc.co.uk
        barclays.co.uk lloydsbank.com natwest.com santander.com bbva.com ing.com ing.de ing.nl rabobank.nl
        abnamro.nl deutsche-bank.de commerzbank.de sparkasse.de dkb.de comdirect.de bnpparibas.com
        societegenerale.fr credit-agricole.fr unicredit.it intesasanpaolo.com ubs.com postfinance.ch sbi.co.in
        onlinesbi.sbi hdfcbank.com icicibank.com razorpay.com alipay.com monzo.com starlingbank.com venmo.com
        cash.app
    """,
    Why.SAFETY: """
        112.gov 911.gov emergency.gov who.int cdc.gov nhs.uk 988lifeline.org suicidepreventionlifeline.org
        samaritans.org befrienders.org findahelpline.com telefonseelsorge.de thehotline.org ready.gov
        weather.gov redcross.org
    """,
    Why.NETWORK: """
        exitzero.app letsencrypt.org lencr.org digicert.com globalsign.com sectigo.com identrust.com pki.goog
        ntp.org cloudflare-dns.com one.one.one.one dns.google quad9.net nextdns.io root-servers.net icann.org
        tailscale.com
    """,
}

PROTECTED: Mapping[str, Why] = {name: why for why, names in _GROUPS.items() for name in names.split()}


class Policy:
    """Says of each name whether it may be blocked on this machine."""

    def __init__(self, *, hostname: str, extra: Iterable[str] = ()) -> None:
        """``extra`` are names that root protects besides; anything that is no name in it is passed over."""
        self._hostname = hostname.lower().rstrip(".")
        protected = dict.fromkeys((name for name in extra if _form(name) is None), Why.OWN_RULE)
        protected.update(PROTECTED)
        self._protected = protected
        self._above = {
            parent: why for name, why in protected.items() for parent in _parents(name) if parent not in protected
        }

    def why_not(self, name: object) -> Why | None:
        """Why this name is refused; None if it may be blocked."""
        if not isinstance(name, str):
            return Why.NOT_A_NAME
        form = _form(name)
        if form is not None:
            return form
        if self._hostname and (
            name == self._hostname
            or self._hostname.endswith("." + name)
            or name.endswith("." + self._hostname)
            or name.split(".", 1)[0] == self._hostname
        ):
            return Why.OWN_NAME
        for part in (name, *_parents(name)):
            if part in self._protected:
                return self._protected[part]
        return self._above.get(name)

    def refused(self, names: Iterable[object]) -> dict[str, str]:
        """The refused ones among these, each with its reason; over-long ones are cut short in the answer."""
        return {str(name)[:80]: str(why) for name in names if (why := self.why_not(name)) is not None}


def _parents(name: str) -> list[str]:
    labels = name.split(".")
    return [".".join(labels[at:]) for at in range(1, len(labels))]


def _form(name: str) -> Why | None:
    """What is wrong with the name as such. International names must have been turned into xn-- by the caller."""
    if not name.isascii() or name != name.strip().lower().rstrip("."):
        return Why.NOT_NORMAL
    if len(name) > LONGEST_NAME:
        return Why.TOO_LONG
    labels = name.split(".")
    if labels[-1] in RESERVED:
        return Why.RESERVED
    if len(labels) < 2:
        return Why.SINGLE_LABEL
    if labels[-1].isdigit():
        return Why.ADDRESS
    if not all(_LABEL.fullmatch(label) for label in labels):
        return Why.BAD_LABEL
    # Our own lines must be known again as ours, see block.py.
    return None if 2 <= len(labels[-1]) <= 63 else Why.BAD_LABEL
