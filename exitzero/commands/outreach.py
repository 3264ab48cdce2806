"""``exitzero outreach``: add a target in one line, log a proof, see what is due, carry lists in and out."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from exitzero.commands.console import Json, engine_for_command, show
from exitzero.core.errors import BadInput
from exitzero.engine.engine import Engine
from exitzero.work.outreach import csv_read, csv_write, quick, vcard
from exitzero.work.outreach.csv_columns import guess_mapping, with_own_fields
from exitzero.work.outreach.csv_table import sniff
from exitzero.work.outreach.days import DateOrder
from exitzero.work.outreach.draft import Draft
from exitzero.work.outreach.duplicates import Index
from exitzero.work.outreach.pictures import LARGEST_BYTES
from exitzero.work.outreach.views import STAGES, Filter, OutreachToday, ProofView, TargetView

app = typer.Typer(no_args_is_help=True, help="Outreach: targets, proofs and follow-ups.")

_MOST_SAID = 5


@app.callback()
def outreach() -> None:
    """Outreach: targets, proofs and follow-ups."""


@app.command()
def add(
    line: Annotated[list[str], typer.Argument(help="Ada Lovelace @ Acme, CTO #warm linkedin.com/in/ada +3d")],
    as_json: Json = False,
) -> int:
    """Add a target in one line."""
    with engine_for_command() as engine:
        number = engine.do(lambda actions: actions.outreach.quick(" ".join(line))).result()
        target = _target(engine, number)
    show({"target": _document(target)}, f"Added {_line(target)}", as_json=as_json)
    return 0


@app.command(name="line-help")
def line_help() -> int:
    """Show how the one line for `add` is written."""
    show(None, quick.HELP, as_json=False)
    return 0


@app.command(name="log")
def log_proof(
    target: Annotated[str, typer.Argument(help="Whom you wrote to: a number, or words that only that target has.")],
    link: Annotated[str, typer.Option(help="The link of the message itself.")] = "",
    subject: Annotated[str, typer.Option(help="The subject of a mail that was sent today.")] = "",
    picture: Annotated[Path | None, typer.Option(help="A screenshot of the message.")] = None,
    as_json: Json = False,
) -> int:
    """Log an outreach with its proof: a link, a mail's subject, or a screenshot."""
    if sum((bool(link), bool(subject), picture is not None)) != 1:
        raise BadInput("proof", "Give one proof: --link, --subject or --picture.")
    data = _read(picture, most=LARGEST_BYTES) if picture is not None else b""
    with engine_for_command() as engine:
        found = _found(engine, target)
        if link:
            proof = engine.do(lambda actions: actions.outreach.log_link(found.id, link)).result()
        elif subject:
            proof = _log_subject(engine, found.id, subject)
        else:
            proof = engine.proofs.log_picture(found.id, data)
        today = engine.ask(lambda questions: questions.outreach.today()).result()
        view = _target(engine, found.id)
    words = f"Proved: {proof.target_name}, {proof.shown}."
    if proof.weak:
        words += " A weak proof: nobody can check that kind of page."
    if view.follow_up is not None:
        words += f" Next contact on {view.follow_up}."
    document = {"proof": _proof_document(proof), "target": _document(view), **_quota(today)}
    show(document, f"{words}\n{_quota_words(today)}", as_json=as_json)
    return 0


def _log_subject(engine: Engine, target: int, subject: str) -> ProofView:
    found = engine.mail.find(subject)
    good = [mail for mail in found if not mail.refused]
    if not found:
        raise BadInput("subject", f"No mail of today about {subject!r} is in your sent mail.")
    if not good:
        raise BadInput("subject", found[0].refused)
    if len(good) > 1:
        raise BadInput("subject", f"{len(good)} mails fit; write more of the subject: {good[0].subject!r}.")
    return engine.proofs.log_mail(target, good[0].message_id)


@app.command(name="list")
def list_targets(
    search: Annotated[str, typer.Argument(help="Only those with all these words.")] = "",
    stage: Annotated[list[str] | None, typer.Option(help="Only this stage; may be given several times.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only with this tag; may be given several times.")] = None,
    most: Annotated[int, typer.Option("--most", "-n", min=1, max=10_000, help="How many.")] = 50,
    as_json: Json = False,
) -> int:
    """Show targets, newest first."""
    for each in stage or ():
        if each not in STAGES:
            raise BadInput("stage", f"{each!r} is no stage: {', '.join(STAGES)}.")
    wanted = Filter(text=search, stages=frozenset(stage or ()), tags=frozenset(tag or ()))
    with engine_for_command() as engine:
        page = engine.ask(lambda questions: questions.outreach.table(wanted, 0, most)).result()
    words = "\n".join(map(_line, page.rows)) or "No target fits."
    if page.total > len(page.rows):
        words += f"\n… and {page.total - len(page.rows)} more."
    show({"targets": [_document(each) for each in page.rows], "total": page.total}, words, as_json=as_json)
    return 0


@app.command()
def due(as_json: Json = False) -> int:
    """Show whom to write to again, and today's quota; exits 1 if somebody is due."""
    with engine_for_command() as engine:
        today = engine.ask(lambda questions: questions.outreach.today()).result()
    document = {"due": [_document(each) for each in today.due], **_quota(today)}
    lines = [*map(_line, today.due)] or ["Nobody is due."]
    show(document, "\n".join([*lines, _quota_words(today)]), as_json=as_json)
    return 1 if today.due else 0


@app.command()
def today(as_json: Json = False) -> int:
    """Show today's proofs and mails."""
    with engine_for_command() as engine:
        told = engine.ask(lambda questions: questions.outreach.today()).result()
    document = {
        **_quota(told),
        "proofs": [_proof_document(each) for each in told.proofs],
        "mails": [
            {"at": each.at, "to": each.to, "subject": each.subject, "target": each.target, "suggested": each.suggested}
            for each in told.mails
        ],
        "mailbox": told.mailbox,
        "trouble": told.mailbox_trouble,
    }
    lines = [f"● {each.target_name}: {each.shown}" for each in told.proofs]
    lines += [f"● {each.to}: {each.subject}" for each in told.mails]
    lines += [f"◆ {told.mailbox_trouble}"] if told.mailbox_trouble else []
    show(document, "\n".join([*lines, _quota_words(told)]), as_json=as_json)
    return 0


@app.command(name="import")
def import_list(
    file: Annotated[Path, typer.Argument(help="A CSV file of this or another tracker, or contacts (.vcf).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be added.")] = False,
    day_first: Annotated[bool | None, typer.Option("--day-first/--month-first", help="How 3/4/2026 is meant.")] = None,
    as_json: Json = False,
) -> int:
    """Add the targets of a file that are not there yet, as one step that can be undone."""
    data = _read(file, most=LARGEST_BYTES)
    with engine_for_command() as engine:
        kept = engine.ask(lambda questions: questions.outreach.known()).result()
        index = Index((str(number), draft) for number, draft in kept)
        new, known, bad = _drafts(file, data, index, day_first)
        if new and not dry_run:
            engine.do(lambda actions: actions.outreach.import_(new, f"Import of {file.name}")).result()
    document = {"added": len(new), "known": known, "bad": list(bad), "dry_run": dry_run}
    what = "would be added" if dry_run else "added"
    lines = [f"{len(new)} {what}, {known} there already, {len(bad)} not readable."]
    lines += [f"▲ {each}" for each in bad[:_MOST_SAID]]
    show(document, "\n".join(lines), as_json=as_json)
    return 1 if bad else 0


def _drafts(
    file: Path, data: bytes, index: Index[str], day_first: bool | None
) -> tuple[list[Draft], int, tuple[str, ...]]:
    """What is new in a file, how much of it is known, and what cannot be read."""
    if data.lstrip()[:11].upper() == b"BEGIN:VCARD":
        cards = vcard.read(data)
        known, new = 0, list[Draft]()
        for draft in cards.drafts:
            match = index.find(draft)
            if match is not None and match.sure:
                known += 1
            else:
                index.add("new", draft)
                new.append(draft)
        return new, known, tuple(f"Card {each.number}: {each.message}" for each in cards.problems)
    table = sniff(data)
    mapping = with_own_fields(table.header, guess_mapping(table.header))
    order = None if day_first is None else DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST
    preview = csv_read.drafts(table, mapping, known=index, date_order=order, source=file.stem)
    if preview.dates_open:
        raise BadInput("dates", "The dates can be read in two ways; say --day-first or --month-first.")
    return (
        [row.draft for row in preview.new if row.draft is not None],
        len(preview.known),
        tuple(row.problem for row in preview.bad),
    )


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to: a .csv for everything, or a .vcf for contacts.")],
    search: Annotated[str, typer.Option(help="Only those with all these words.")] = "",
    as_json: Json = False,
) -> int:
    """Write targets into a file that this and other programs read."""
    kind = file.suffix.lower()
    if kind not in {".csv", ".vcf"}:
        raise BadInput("file", "Name it .csv for a table or .vcf for contacts.")
    wanted = Filter(text=search) if search else None
    with engine_for_command() as engine:
        drafts = engine.ask(lambda questions: questions.outreach.drafts(wanted)).result()
    content = csv_write.write(drafts) if kind == ".csv" else vcard.write(drafts)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise BadInput("file", f"{file} cannot be written: {error.strerror}.") from error
    show({"file": str(file), "targets": len(drafts)}, f"{len(drafts)} targets are in {file}.", as_json=as_json)
    return 0


def _found(engine: Engine, words: str) -> TargetView:
    """The one target that is meant. Raises :class:`BadInput` on ``target``."""
    if words.isdecimal():
        return _target(engine, int(words))
    found = engine.ask(lambda questions: questions.outreach.find(words, _MOST_SAID + 1)).result() if words else ()
    exact = [each for each in found if each.name.casefold() == words.casefold()]
    if len(exact) == 1:
        return exact[0]
    if not found:
        raise BadInput("target", f"No target fits {words!r}; add one with: exitzero outreach add")
    if len(found) > 1:
        names = ", ".join(f"{each.id} {each.name}" for each in found[:_MOST_SAID])
        raise BadInput("target", f"Several targets fit {words!r}; give the number: {names}.")
    return found[0]


def _target(engine: Engine, number: int) -> TargetView:
    page = engine.ask(lambda questions: questions.outreach.target(number)).result()
    if page is None:
        raise BadInput("target", f"There is no target {number}.")
    return page.target


def _read(file: Path, *, most: int) -> bytes:
    try:
        if file.stat().st_size > most:
            raise BadInput("file", f"{file.name} is larger than {most // (1024 * 1024)} MB.")
        return file.read_bytes()
    except OSError as error:
        raise BadInput("file", f"{file} cannot be read: {error.strerror}.") from error


def _document(target: TargetView) -> dict[str, Any]:
    return {
        "id": target.id,
        "kind": target.kind,
        "name": target.name,
        "company": target.company,
        "role": target.role,
        "stage": target.stage,
        "platform": target.platform,
        "link": target.link,
        "email": target.email,
        "tags": target.tags,
        "fields": target.fields,
        "follow_up": target.follow_up,
        "due": target.due,
        "proved_at": target.proved_at,
        "reply_at": target.reply_at,
        "proofs": target.proofs,
    }


def _proof_document(proof: ProofView) -> dict[str, Any]:
    return {
        "key": proof.key,
        "at": proof.at,
        "date": proof.label,
        "kind": proof.kind,
        "platform": proof.platform,
        "shown": proof.shown,
        "target": proof.target,
        "name": proof.target_name,
        "weak": proof.weak,
    }


def _quota(told: OutreachToday) -> dict[str, Any]:
    label: date = told.label
    return {"date": label, "count": told.count, "quota": told.target, "state": told.state}


def _quota_words(told: OutreachToday) -> str:
    if not told.target:
        return "The contract owes no outreach today."
    mark = {"met": "●", "not_met": "▲", "unknown": "◆"}.get(told.state, "○")
    return f"{mark} Outreach {told.count}/{told.target}: {told.words}"


def _line(target: TargetView) -> str:
    company = f" @ {target.company}" if target.company else ""
    role = f", {target.role}" if target.role else ""
    due_words = f"  follow up {target.follow_up}{' ▲' if target.due else ''}" if target.follow_up else ""
    tags = "".join(f" #{tag}" for tag in target.tags)
    return f"{target.id:>5}  {target.name}{company}{role}  [{target.stage}]{tags}{due_words}"
