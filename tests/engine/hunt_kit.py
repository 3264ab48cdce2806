"""A life with an outreach clause: its contract, its mailbox at a real server, proofs by the day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from exitzero.core.contract import PROOFS, SENT_MAIL, Clause, Terms
from exitzero.core.words import ClauseKind
from exitzero.engine.views import CheckLine
from exitzero.work.outreach.views import OutreachToday, ProofView, TargetEdit
from tests.engine.kit import BERLIN, USER, Life
from tests.servers.dovecot import PASSWORD, Dovecot, mail

WORDS = frozenset({"application", "bewerbung"})


def outreach(target: int = 2, *, mailbox: str = "") -> Clause:
    """So many outreaches a day, proved here or also by a mailbox."""
    if mailbox:
        return Clause(ClauseKind.OUTREACH, target, subject=mailbox, source=SENT_MAIL, words=WORDS)
    return Clause(ClauseKind.OUTREACH, target, source=PROOFS)


def terms(*clauses: Clause, zone: str = BERLIN, leetcode: bool = True) -> Terms:
    """A contract of these clauses, after one submission a day."""
    first = (Clause(ClauseKind.LEETCODE, 1, subject=USER),) if leetcode else ()
    return Terms(clauses=(*first, *clauses), zone=zone)


def add(life: Life, name: str, **more: object) -> int:
    """A target; gives its number."""
    edit = TargetEdit(name=name, **more)  # type: ignore[arg-type]
    return life.do(lambda actions: actions.outreach.add(edit))


def thread(number: int) -> str:
    """A link to a conversation at LinkedIn."""
    return f"https://www.linkedin.com/messaging/thread/2-NjY0YWE5{number:04}YmVhZA==/"


def prove(life: Life, target: int, number: int) -> ProofView:
    """Log a conversation of that number."""
    return life.do(lambda actions: actions.outreach.log_link(target, thread(number)))


def today(life: Life) -> OutreachToday:
    """Today's outreach."""
    return life.ask(lambda questions: questions.outreach.today())


def outreach_line(life: Life) -> CheckLine:
    """How the outreach clause stands, after asking everybody."""
    return next(line for line in life.engine.check_now() if line.clause == "outreach")


def address(user: str) -> str:
    """The address of a mailbox at the test's server."""
    return f"{user}@example.com"


def connect(life: Life, server: Dovecot, user: str, **changes: str) -> None:
    """Connect the mailbox as the form does."""
    answers: Mapping[str, str] = {
        "address": address(user), "host": "127.0.0.1", "port": str(server.port), "security": "none", "user": user,
        "password": PASSWORD, **changes,
    }  # fmt: skip
    life.engine.mail.connect_imap(answers)


def send(server: Dovecot, user: str, at: datetime, subject: str = "Application", **more: str) -> None:
    """A mail that stands in the folder of sent mail."""
    more.setdefault("to", "jobs@acme.example")
    server.put(user, "Sent", (at, mail(subject, sender=address(user), **more)))


def with_zone(wanted: Terms, zone: str) -> Terms:
    """The same contract in another zone."""
    return replace(wanted, zone=zone)
