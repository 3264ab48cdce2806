"""THE list of truth sources and consequences: whatever the program can ask, and whatever it can do to the person.

From here come the settings forms, the names that may never be blocked, the health page and the tests that hold every
entry to its contract. Nothing is found by looking around; an entry that is not here does not exist.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from exitzero.consequences.beeminder import BeeminderCharge, BeeminderDatapoint
from exitzero.consequences.beeminder_client import HOME as BEEMINDER_HOME
from exitzero.consequences.beeminder_client import BeeminderClient
from exitzero.consequences.coins import CoinsBurned
from exitzero.consequences.hook import Hook
from exitzero.consequences.shame import Secrets, ShamePost
from exitzero.core.consequence import Consequence
from exitzero.core.errors import BadInput
from exitzero.core.observation import TruthSource
from exitzero.core.words import ClauseKind
from exitzero.desktop import logs
from exitzero.net.http import HttpClient
from exitzero.truth import leetcode, leetcode_cn, sent_mail
from exitzero.truth.gmail import HOME as GMAIL_HOME
from exitzero.truth.leetcode import LeetCode
from exitzero.truth.leetcode_cn import LeetCodeCn
from exitzero.truth.sent_mail import SentMail
from exitzero.work.outreach.draft import email_checked


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A truth source: its word, its name on the screen, the service's own address, and how one is made.

    ``variable`` names the environment variable whose address stands in for the service's own. ``check_name`` raises
    :class:`BadInput` for what can be no account there. ``clauses`` are the kinds of clause it can be the truth of.
    """

    name: str
    title: str
    home: str
    variable: str
    make: Callable[[HttpClient, str, Secrets], TruthSource]
    check_name: Callable[[str], str]
    clauses: frozenset[ClauseKind]


def _leetcode(http: HttpClient, base_url: str, _secrets: Secrets) -> TruthSource:
    return LeetCode(http, base_url=base_url)


def _leetcode_cn(http: HttpClient, base_url: str, _secrets: Secrets) -> TruthSource:
    return LeetCodeCn(http, base_url=base_url)


def _sent_mail(http: HttpClient, base_url: str, secrets: Secrets) -> TruthSource:
    return SentMail(secrets, http, gmail_url=base_url)


def _mail_address(name: str) -> str:
    address = email_checked(name)
    if not address:
        raise BadInput("email", "The mailbox's address is needed.")
    return address


SOURCES: Mapping[str, SourceEntry] = {
    entry.name: entry
    for entry in (
        SourceEntry(
            leetcode.NAME,
            "LeetCode",
            leetcode.HOME,
            "EXITZERO_LEETCODE_URL",
            _leetcode,
            leetcode.check_name,
            frozenset({ClauseKind.LEETCODE}),
        ),
        SourceEntry(
            leetcode_cn.NAME,
            "LeetCode China",
            leetcode_cn.HOME,
            "EXITZERO_LEETCODE_CN_URL",
            _leetcode_cn,
            leetcode.check_name,
            frozenset({ClauseKind.LEETCODE}),
        ),
        SourceEntry(
            sent_mail.NAME,
            "Sent mail",
            GMAIL_HOME,
            "EXITZERO_GMAIL_URL",
            _sent_mail,
            _mail_address,
            frozenset({ClauseKind.OUTREACH}),
        ),
    )
}

INSIDE = (CoinsBurned(),)
"""The consequences that the database does alone."""


def outside(http: HttpClient, vault: Secrets, environment: Mapping[str, str] | None = None) -> tuple[Consequence, ...]:
    """The consequences that reach into the world; their secrets stand in ``vault``. Imports nothing heavy."""
    found = os.environ if environment is None else environment
    client = BeeminderClient(http, secret=vault.get, base_url=found.get("EXITZERO_BEEMINDER_URL", "") or BEEMINDER_HOME)
    return (
        ShamePost(vault, redact=logs.redacted, hide=logs.hide),
        BeeminderDatapoint(client),
        BeeminderCharge(client),
        Hook(redact=logs.redacted),
    )


JUDGED = frozenset({ClauseKind.LEETCODE, ClauseKind.OUTREACH, ClauseKind.MOCKS})
"""The kinds of clause that can be proved; no other can be put into a contract yet."""
