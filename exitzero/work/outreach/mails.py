"""Today's sent mails beside the targets that they seem to belong to, and the replies that wait for an answer.

Why it exists: a mail counts by itself, but the history of a target wants to know it too. Suggested is who has the very
address, then who is at the same company by its domain, then who has the same name; never more than a suggestion.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from exitzero.core.contract import SENT_MAIL
from exitzero.store import tables
from exitzero.work.outreach.duplicates import email_key, name_key
from exitzero.work.outreach.evidence import MAIL_KEY
from exitzero.work.outreach.profile_links import mail_domain, own_domain
from exitzero.work.outreach.rules import Frame
from exitzero.work.outreach.slugs import name_from
from exitzero.work.outreach.views import MailView, ReplyView


@dataclass(slots=True)
class Suggestions:
    """Who a mail could belong to. Made once for a list of mails."""

    names: dict[int, str] = field(default_factory=dict)
    by_address: dict[str, int] = field(default_factory=dict)
    by_domain: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session) -> "Suggestions":
        """From all targets that are not archived."""
        row = tables.TargetRow
        made = cls()
        found = session.execute(
            sql_select(row.id, row.kind, row.name, row.email, row.link)  # type: ignore[call-overload]
            .where(col(row.archived).is_(False))
            .order_by(col(row.id))
        )
        for number, kind, name, email, link in found:
            made.names[number] = name
            if email:
                made.by_address.setdefault(email_key(email) or email.lower(), number)
                made._domain(mail_domain(email), number, kind)
            if kind == "company":
                made._domain(own_domain(link) if link else "", number, kind)
            else:
                made.by_name.setdefault(name_key(name), number)
        return made

    def _domain(self, domain: str, number: int, kind: str) -> None:
        if not domain:
            return
        if kind == "company":  # before any of its people
            self.by_domain[domain] = number
        else:
            self.by_domain.setdefault(domain, number)

    def best(self, addresses: Sequence[str]) -> tuple[int | None, str]:
        """The target that mails to these addresses seem to belong to, and by what."""
        for address in addresses:
            known = self.by_address.get(email_key(address) or address.lower())
            if known is not None:
                return known, "same address"
        for address in addresses:
            known = self.by_name.get(name_key(name_from(address.partition("@")[0])))
            local = address.partition("@")[0]
            if known is not None and ("." in local or "_" in local or "-" in local):
                domain = self.by_domain.get(mail_domain(address))
                if domain is None or domain == known:
                    return known, "same name"
                return known, "same name and company"
        for address in addresses:
            known = self.by_domain.get(mail_domain(address))
            if known is not None:
                return known, f"same domain, {mail_domain(address)}"
        return None, ""


def mail_views(session: Session, frame: Frame) -> tuple[MailView, ...]:
    """The mails of the running day that count for the clause, newest first."""
    if not frame.mailbox or frame.starts is None or frame.closes is None:
        return ()
    seen = tables.ObservationRow
    found = session.exec(
        select(seen)
        .where(
            seen.source == SENT_MAIL,
            seen.subject == frame.mailbox,
            seen.at >= frame.starts,
            seen.at < frame.closes,
        )
        .order_by(col(seen.at).desc(), col(seen.key))
    )
    mails = [each for each in found if frame.counts(each.title)]
    if not mails:
        return ()
    decided = _decided(session, [each.key for each in mails])
    open_still = [each for each in mails if each.key not in decided]
    suggestions = Suggestions.of(session) if open_still else Suggestions()
    names: dict[int, str] = dict(
        session.execute(
            sql_select(tables.TargetRow.id, tables.TargetRow.name).where(  # type: ignore[call-overload]
                col(tables.TargetRow.id).in_([target for target in decided.values() if target is not None])
            )
        ).all()
    )
    return tuple(_mail_view(each, decided, names, suggestions) for each in mails)


def suggestion(session: Session, addresses: Sequence[str]) -> tuple[int | None, str]:
    """The target that one mail seems to belong to, with its name."""
    made = Suggestions.of(session)
    number, _ = made.best(addresses)
    return number, made.names.get(number, "") if number is not None else ""


def addresses_of(item: str) -> tuple[str, ...]:
    """The recipients of a mail as an observation names them."""
    return tuple(each.strip() for each in item.split(",") if each.strip())


def _decided(session: Session, keys: Sequence[str]) -> dict[str, int | None]:
    """To whom mails belong for which it was said; ``None``: to nobody here."""
    link, proof = tables.MailLinkRow, tables.ProofRow
    found: dict[str, int | None] = {
        row.message_id: row.target
        for row in session.exec(select(link).where(col(link.message_id).in_(keys), col(link.decided).is_(True)))
    }
    proofs = select(proof).where(col(proof.key).in_([MAIL_KEY + key for key in keys]), col(proof.withdrawn).is_(False))
    for row in session.exec(proofs):
        found[row.key.removeprefix(MAIL_KEY)] = row.target
    return found


def _mail_view(
    mail: tables.ObservationRow, decided: dict[str, int | None], names: dict[int, str], suggestions: Suggestions
) -> MailView:
    target = decided.get(mail.key)
    suggested, reason = (None, "") if mail.key in decided else suggestions.best(addresses_of(mail.item))
    return MailView(
        message_id=mail.key,
        at=mail.at,
        to=mail.item,
        subject=mail.title,
        target=target,
        target_name=names.get(target, "") if target is not None else "",
        suggested=suggested,
        suggested_name=suggestions.names.get(suggested, "") if suggested is not None else "",
        reason=reason,
        decided=mail.key in decided,
    )


def reply_views(session: Session, target: int | None = None, most: int = 50) -> tuple[ReplyView, ...]:
    """The mails from targets that nobody has answered for yet, newest first; of all targets or of one."""
    row = tables.MailLinkRow
    statement = (
        select(row, tables.TargetRow.name)
        .join(tables.TargetRow, col(tables.TargetRow.id) == row.target)
        .where(col(row.sent).is_(False), col(row.decided).is_(False))
        .order_by(col(row.at).desc())
        .limit(most)
    )
    if target is not None:
        statement = statement.where(row.target == target)
    return tuple(
        ReplyView(mail.message_id, mail.at, mail.address, mail.subject, mail.target or 0, name)
        for mail, name in session.exec(statement)
    )


def writing_to(session: Session) -> tuple[dict[str, int], datetime | None]:
    """The addresses of targets whose answer is waited for, and since when the oldest of them was written to."""
    row = tables.TargetRow
    found = session.exec(
        select(row.id, row.email, row.proved_at, row.stage_at).where(
            row.stage == "messaged", row.email != "", col(row.archived).is_(False)
        )
    ).all()
    since = min((proved or moved for _, _, proved, moved in found), default=None)
    return {email.lower(): number or 0 for number, email, _, _ in found}, since
