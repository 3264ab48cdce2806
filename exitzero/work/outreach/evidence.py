"""What proves outreach, as observations: the proofs that were logged, and the mails that were sent.

A message counts once, however it was proved: a mail that was also logged by its subject has the same Message-ID.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from exitzero.core.contract import PROOFS
from exitzero.core.observation import Observation
from exitzero.store import tables

MAIL_KEY = "mail:"
"""What the key of a proof by a sent mail begins with; its Message-ID follows."""


def proofs_between(session: Session, since: datetime, until: datetime) -> tuple[Observation, ...]:
    """The proofs that were logged and not taken back."""
    row = tables.ProofRow
    rows = session.exec(
        select(row)
        .where(row.at >= since, row.at < until, col(row.withdrawn).is_(False))
        .order_by(col(row.at), col(row.key))
    )
    return tuple(Observation(PROOFS, "", each.key, each.at, str(each.target), each.target_name) for each in rows)


def together(proofs: Sequence[Observation], mails: Sequence[Observation]) -> tuple[Observation, ...]:
    """Proofs and mails, each message once."""
    logged = {proof.key.removeprefix(MAIL_KEY) for proof in proofs if proof.key.startswith(MAIL_KEY)}
    return (*proofs, *(mail for mail in mails if mail.key not in logged))
