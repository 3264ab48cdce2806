"""Logging a proof, taking it back, and saying to whom a mail belongs.

Why it exists: these are the writes on which a day is judged. Each proof counts once for ever across all targets, on its
own day only, and never beside the mail that proves the same by itself.
"""

from datetime import datetime

from sqlalchemy import delete, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from exitzero.core.contract import SENT_MAIL
from exitzero.core.errors import BadInput
from exitzero.core.facts import OutreachProved, OutreachWithdrawn
from exitzero.core.observation import Observation
from exitzero.core.topics import Topic
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.store.undo import undo, undoable
from exitzero.work.outreach import changing, links, rows, views
from exitzero.work.outreach.draft import Draft, Platform, Stage
from exitzero.work.outreach.evidence import MAIL_KEY
from exitzero.work.outreach.links_time import told_at
from exitzero.work.outreach.paste import read_paste
from exitzero.work.outreach.rules import (
    FIELD,
    WAITING,
    Frame,
    check_age,
    check_ahead,
    check_moment,
    follow_up_after,
    used_words,
)

PICTURE_KEY = "picture:"
"""What the key of a proof by a picture begins with; its digest follows."""

_TAKEN_BACK = "proof:"
"""The scope of what a proof changed in its target, for taking it back."""


def log_link(unit: Unit, frame: Frame, target: tables.TargetRow, text: str) -> views.ProofView:
    """See :meth:`OutreachActions.log_link`."""
    proof = links.check(text)
    check_moment(frame, unit.now)
    refuse_used(unit.session, frame, proof.key)
    if frame.mailbox and proof.platform.value == Platform.EMAIL.value:
        raise BadInput(
            FIELD,
            f"Mails that {frame.mailbox} sends are counted by themselves. For a mail from elsewhere use a screenshot.",
        )
    at = told_at(proof)
    if at is not None:
        check_age(frame, at, "That message")
        check_ahead(frame, at, unit.now, "That message")
    fact = OutreachProved(
        label=frame.label,
        key=proof.key,
        kind="link",
        platform=proof.platform.value,
        shown=proof.shown,
        target=target.id or 0,
        target_name=target.name,
        weak=proof.weak,
    )
    return _record(unit, frame, target, fact, proof.words)


def log_picture(
    unit: Unit, frame: Frame, target: tables.TargetRow, checked: views.PictureCheck, platform: str
) -> views.ProofView:
    """See :meth:`OutreachActions.log_picture`."""
    used_on = rows.platform_checked(platform or target.platform)
    check_moment(frame, unit.now)
    if checked.same is not None:
        raise BadInput(FIELD, checked.same_words)
    key = f"{PICTURE_KEY}{checked.sha256}"
    refuse_used(unit.session, frame, key)
    if checked.taken_at is not None:
        check_age(frame, checked.taken_at, "The picture")
    fact = OutreachProved(
        label=frame.label,
        key=key,
        kind="picture",
        platform=used_on.value,
        shown=f"Screenshot, {checked.width} by {checked.height}",
        target=target.id or 0,
        target_name=target.name,
        dhash=checked.dhash,
        sha256=checked.sha256,
    )
    return _record(unit, frame, target, fact, "A screenshot of the message")


def log_mail(unit: Unit, frame: Frame, target: tables.TargetRow, mail: Observation) -> views.ProofView:
    """See :meth:`OutreachActions.log_mail`."""
    check_moment(frame, unit.now)
    refusal = why_no_mail(unit.session, frame, mail, unit.now)
    if refusal:
        raise BadInput(FIELD, refusal)
    fact = OutreachProved(
        label=frame.label,
        key=f"{MAIL_KEY}{mail.key}",
        kind="mail",
        platform=Platform.EMAIL.value,
        shown=mail.title,
        target=target.id or 0,
        target_name=target.name,
    )
    return _record(unit, frame, target, fact, f"A mail to {mail.item}")


def why_no_mail(session: Session, frame: Frame, mail: Observation, now: datetime) -> str:
    """Why a mail proves nothing here and now; empty if it does."""
    try:
        refuse_used(session, frame, f"{MAIL_KEY}{mail.key}")
        check_age(frame, mail.at, "The mail")
        check_ahead(frame, mail.at, now, "The mail")
    except BadInput as refused:
        return refused.message
    shown = session.get(tables.ObservationRow, (SENT_MAIL, frame.mailbox, mail.key)) if frame.mailbox else None
    if shown is not None or (frame.mailbox and mail.subject.lower() == frame.mailbox.lower()):
        if frame.counts(mail.title):
            return f"This mail counts by itself: the contract reads {frame.mailbox}."
        return f"The contract reads {frame.mailbox} and counts mails by words that this subject does not hold."
    return ""


def refuse_used(session: Session, frame: Frame, key: str) -> None:
    """Raise :class:`BadInput` on ``proof`` if the key was used; one that was taken back may be used that same day."""
    used = session.get(tables.ProofRow, key)
    if used is not None and not (used.withdrawn and used.label == frame.label):
        raise BadInput(FIELD, used_words(used.label, used.target_name, withdrawn=used.withdrawn))


def withdraw(unit: Unit, frame: Frame, key: str) -> None:
    """See :meth:`OutreachActions.withdraw`."""
    session = unit.session
    proof = session.get(tables.ProofRow, key)
    if proof is None or proof.withdrawn:
        raise BadInput(FIELD, "There is no such proof.")
    if not may_withdraw(proof, frame, unit.now):
        raise BadInput(FIELD, f"A proof can be taken back on its own day only; this one is of {proof.label:%d %b %Y}.")
    unit.record(OutreachWithdrawn(proof.label, key))
    scope = f"{_TAKEN_BACK}{key}"
    undo(unit, scope)
    session.execute(delete(tables.UndoRow).where(col(tables.UndoRow.scope).startswith(scope, autoescape=True)))
    target = session.get(tables.TargetRow, proof.target)
    if target is not None:
        target.proved_at = last_contact(session, proof.target)
        session.add(
            rows.event(proof.target, unit.now, "proof", "Proof taken back", detail=proof.shown, proof=proof.key)
        )


def may_withdraw(proof: tables.ProofRow, frame: Frame, now: datetime) -> bool:
    """Whether a proof is still of the running day, before it closes."""
    open_still = frame.closes is not None and now < frame.closes
    return not proof.withdrawn and proof.label == frame.label and open_still


def link_mail(unit: Unit, frame: Frame, message_id: str, target: tables.TargetRow | None) -> None:
    """See :meth:`OutreachActions.link_mail`."""
    session = unit.session
    mail = sent_mail(session, message_id)
    proved = session.get(tables.ProofRow, f"{MAIL_KEY}{message_id}")
    if proved is not None and not proved.withdrawn:
        raise BadInput("mail", f"That mail was logged for {proved.target_name}.")
    link = session.get(tables.MailLinkRow, message_id)
    if link is None:
        link = tables.MailLinkRow(
            message_id=message_id, at=mail.at, sent=True, address=mail.item, subject=mail.title, decided=True
        )
        session.add(link)
    former = link.target
    link.target, link.decided = (target.id if target is not None else None), True
    session.flush()
    if former is not None and former != link.target:
        _unlink(session, message_id, former)
    if target is None or former == target.id:
        return
    words = f"Mail sent: {mail.title}"
    session.add(rows.event(target.id or 0, mail.at, "mail", words, detail=mail.item, proof=f"{MAIL_KEY}{message_id}"))
    _contacted(unit, frame, target, mail.at)


def _unlink(session: Session, message_id: str, former: int) -> None:
    row = tables.TargetEventRow
    for line in session.exec(select(row).where(row.target == former, row.proof == f"{MAIL_KEY}{message_id}")):
        session.delete(line)
    target = session.get(tables.TargetRow, former)
    if target is not None:
        target.proved_at = last_contact(session, former)


def draft_from_mail(session: Session, message_id: str) -> Draft:
    """The recipient of a sent mail as a draft."""
    mail = sent_mail(session, message_id)
    address = mail.item.split(",")[0].strip()
    draft = read_paste(address)
    return Draft(
        name=draft.name or address, company=draft.company, email=address, platform=Platform.EMAIL, source="sent mail"
    ).checked()


def sent_mail(session: Session, message_id: str) -> tables.ObservationRow:
    """A mail that the mailbox showed. Raises :class:`BadInput` on ``mail``."""
    row = tables.ObservationRow
    found = session.exec(select(row).where(row.source == SENT_MAIL, row.key == message_id).limit(1)).first()
    if found is None:
        raise BadInput("mail", "There is no such mail.")
    return found


def forget_reply(session: Session, reply: tables.MailLinkRow, target: tables.TargetRow) -> None:
    """A mail from a target was no reply: what it was taken for is as it was before."""
    if target.reply_at != reply.at:
        return
    row = tables.MailLinkRow
    others = select(func.max(row.at)).where(
        row.target == target.id,
        col(row.sent).is_(False),
        col(row.decided).is_(True),
        row.message_id != reply.message_id,
    )
    earlier = session.exec(others).one()
    target.reply_at = earlier if target.stage not in WAITING else None


def last_contact(session: Session, target: int) -> datetime | None:
    """The last proved contact: a proof that counts, or a mail that was sent."""
    proof, mail = tables.ProofRow, tables.MailLinkRow
    proved = sql_select(func.max(proof.at)).where(col(proof.target) == target, col(proof.withdrawn).is_(False))
    mailed = sql_select(func.max(mail.at)).where(col(mail.target) == target, col(mail.sent).is_(True))
    found: list[datetime | None] = [session.execute(each).scalar() for each in (proved, mailed)]
    return max((each for each in found if each is not None), default=None)


def contacts_without_reply(session: Session, target: tables.TargetRow) -> int:
    """How many proved contacts a target has had since it replied last."""
    proof, mail = tables.ProofRow, tables.MailLinkRow
    proofs = select(func.count()).where(proof.target == target.id, col(proof.withdrawn).is_(False))
    mails = select(func.count()).where(mail.target == target.id, col(mail.sent).is_(True))
    if target.reply_at is not None:
        proofs, mails = proofs.where(proof.at > target.reply_at), mails.where(mail.at > target.reply_at)
    return session.exec(proofs).one() + session.exec(mails).one()


def proof_view(row: tables.ProofRow, frame: Frame, now: datetime) -> views.ProofView:
    """A proof as it is shown."""
    return views.ProofView(
        key=row.key,
        at=row.at,
        label=row.label,
        kind=row.kind,
        platform=row.platform,
        shown=row.shown,
        target=row.target,
        target_name=row.target_name,
        weak=row.weak,
        picture=row.sha256,
        withdrawable=may_withdraw(row, frame, now),
    )


def _record(unit: Unit, frame: Frame, target: tables.TargetRow, fact: OutreachProved, words: str) -> views.ProofView:
    session = unit.session
    unit.record(fact)
    scope = f"{_TAKEN_BACK}{fact.key}"
    old = tables.UndoRow
    session.execute(delete(old).where(col(old.scope).startswith(_TAKEN_BACK), col(old.at) < (frame.starts or unit.now)))
    with undoable(unit, scope, fact.shown):
        kind = f"Proved: {words}" if not fact.weak else f"Proved (weak): {words}"
        session.add(rows.event(fact.target, unit.now, "proof", kind, detail=fact.shown, proof=fact.key))
        _contacted(unit, frame, target, unit.now, proof=fact.key)
        if not target.platform:
            target.platform = fact.platform
    unit.touch(Topic.OUTREACH)
    return proof_view(session.get_one(tables.ProofRow, fact.key), frame, unit.now)


def _contacted(unit: Unit, frame: Frame, target: tables.TargetRow, at: datetime, *, proof: str = "") -> None:
    """A proved contact: the clock of the follow-ups begins anew, and the card moves if it had not."""
    session = unit.session
    target.proved_at = max(at, target.proved_at or at)
    target.changed_at = unit.now
    if target.stage == Stage.TO_CONTACT:
        place = rows.first_place(session, Stage.MESSAGED)
        changing.put(unit, target, Stage.MESSAGED, place, proof=proof)
    if target.stage in WAITING:
        session.flush()
        contacts = contacts_without_reply(session, target)
        cadence = rows.cadence_of(target)
        target.follow_up = follow_up_after(
            contacts, frame.date_of(target.proved_at) if not proof else frame.label, cadence
        )
