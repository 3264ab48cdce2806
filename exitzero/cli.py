"""The command line: every command is one errand of the engine, with words for people and ``--json`` for scripts.

What is printed as JSON is one document on standard output; errors go to standard error in one sentence. Imported only
when a command is given; ``status`` has its own quick way in :mod:`exitzero.status`.

Long, because it is the list of all commands; each is an errand of a few lines and its words.
"""

import logging
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from exitzero import __version__
from exitzero.build import build_engine, check_account, restore
from exitzero.commands import lockdown, mocks, outreach
from exitzero.commands.console import (
    EX_FAULT,
    EX_USAGE,
    Json,
    ReaderGone,
    engine_for_command,
    needs_contract,
    say,
    show,
)
from exitzero.core.contract import Clause, Proposal, Terms, target_words, usual_clause
from exitzero.core.day import Hours, zone_named
from exitzero.core.errors import BadInput
from exitzero.core.survival import UNKNOWN_EXIT_CODE
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseKind
from exitzero.desktop import logs, paths
from exitzero.desktop.notifications import Notice, Notifier
from exitzero.engine.actions import Actions
from exitzero.engine.engine import Engine
from exitzero.engine.questions import Questions
from exitzero.engine.views import CheckLine, ConsequenceView, LogLine, PlannedView
from exitzero.status import main as status_main
from exitzero.store import backup as copies

app = typer.Typer(
    name="exitzero",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
outbox = typer.Typer(no_args_is_help=False)
app.add_typer(outbox, name="outbox")
app.add_typer(lockdown.app, name="lockdown")
app.add_typer(mocks.app, name="mock")
app.add_typer(outreach.app, name="outreach")


def main(arguments: list[str]) -> int:
    """Run one command; gives its exit code. Errors of every family are told by the caller."""
    try:
        result = app(args=arguments, prog_name="exitzero", standalone_mode=False)
    except (ReaderGone, SystemExit) as gone:
        # The parser leaves by itself in one case only: its own help was not read to the end.
        raise BrokenPipeError from gone
    except typer.Abort:
        return 130
    except typer.Exit as leaving:
        return leaving.exit_code
    except TyperException as error:
        sys.stderr.write(f"{_one_sentence(error)}\n")
        return EX_USAGE
    return result if isinstance(result, int) else 0


def _one_sentence(error: TyperException) -> str:
    words = " ".join(error.format_message().split())
    return words if words.endswith(".") else f"{words}."


def _tell_version(wanted: bool) -> None:
    if wanted:
        say(f"exitzero {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """End every day without errors. With no command, opens the cockpit. --data-dir DIR works everywhere."""


@app.command()
def init(  # noqa: PLR0917 - options, which are given by name
    leetcode: Annotated[str, typer.Option(help="Your LeetCode name.")] = "",
    leetcode_cn: Annotated[str, typer.Option(help="Your name at leetcode.cn instead.")] = "",
    goal: Annotated[int, typer.Option(help="Accepted submissions owed a day.")] = 1,
    outreach: Annotated[int, typer.Option(min=0, help="Proved outreaches owed a day; 0 for none.")] = 0,
    mocks: Annotated[int, typer.Option(min=0, help="Mock interviews owed in the coming 7 days; 0 for none.")] = 0,
    zone: Annotated[str, typer.Option(help="Time zone of your days; this machine's unless given.")] = "",
    deadline: Annotated[str, typer.Option(help="When a day's work is due, HH:MM.")] = "23:59",
    as_json: Json = False,
) -> int:
    """Make the first contract without questions."""
    clauses = _first_clauses(leetcode, leetcode_cn, goal=goal, outreach=outreach, mocks=mocks)
    if zone:
        zone_named(zone)
    due = _hour(deadline)
    terms = Terms(clauses=clauses, hours=Hours(deadline=due), zone=zone)
    with engine_for_command() as engine:
        if engine.ask(lambda questions: questions.contract()).result() is not None:
            raise BadInput("contract", "There is a contract already; change it in the cockpit.")
        proposal = engine.do(lambda actions: actions.adopt(terms)).result()
        today = engine.ask(lambda questions: questions.today()).result()
    version = proposal.versions[0]
    document = {
        "contract": version.number,
        "effective": version.effective,
        "zone": today.zone if today else zone,
        "deadline": due,
        "clauses": [
            {"clause": each.kind, "target": each.target, "source": each.source, "subject": each.subject}
            for each in clauses
        ],
    }
    owed = ", ".join(_owed_words(each) for each in clauses)
    words = f"Contract 1 holds from {version.effective}: {owed}, due {due:%H:%M}."
    show(document, f"{words}\nOpen the cockpit with: exitzero", as_json=as_json)
    return 0


def _first_clauses(leetcode: str, leetcode_cn: str, *, goal: int, outreach: int, mocks: int) -> tuple[Clause, ...]:
    if leetcode and leetcode_cn:
        raise BadInput("leetcode", "Give one name: --leetcode NAME or --leetcode-cn NAME.")
    clauses = []
    if leetcode or leetcode_cn:
        source = "leetcode" if leetcode else "leetcode_cn"
        name = check_account(source, leetcode or leetcode_cn)
        clauses.append(replace(usual_clause(ClauseKind.LEETCODE, name, target=goal), source=source))
    if outreach:
        clauses.append(usual_clause(ClauseKind.OUTREACH, target=outreach))
    if mocks:
        clauses.append(usual_clause(ClauseKind.MOCKS, target=mocks))
    if not clauses:
        raise BadInput("leetcode", "Give your LeetCode name, or --outreach or --mocks: exitzero init --leetcode NAME")
    return tuple(clauses)


def _owed_words(clause: Clause) -> str:
    by = f" as {clause.subject}" if clause.subject else ""
    return f"{clause.kind.heading} {target_words(clause)}{by}"


def _hour(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - an hour of the person's own day has no zone
    except ValueError as error:
        raise BadInput("deadline", f"{text!r} is no hour of the day; write it as HH:MM, such as 23:59.") from error


@app.command()
def status(as_json: Json = False) -> int:
    """Show how today stands and exit with the day's code."""
    return status_main(["--json"] if as_json else [])


@app.command()
def check(as_json: Json = False) -> int:
    """Ask the sources now and show each clause; exits with the day's code."""
    with engine_for_command() as engine:
        needs_contract(engine)
        lines = engine.check_now()
        today = engine.ask(lambda questions: questions.today()).result()
    code = today.exit_code if today else UNKNOWN_EXIT_CODE
    document = {"date": today.label if today else None, "exit_code": code, "clauses": lines}
    show(document, "\n".join(_clause_words(line) for line in lines) or "Nothing is owed today.", as_json=as_json)
    return code


def _clause_words(line: CheckLine) -> str:
    mark = {"met": "●", "not_met": "▲", "unknown": "◆"}[line.state]
    origin = "" if line.official else " By a stand-in, not the service itself."
    state = line.state.replace("_", " ")
    return f"{mark} {ClauseKind(line.clause).heading} {line.count}/{line.target} {state}: {line.words}{origin}"


@app.command()
def judge(as_json: Json = False) -> int:
    """Judge the days that are due, asking the sources first; exits with the newest verdict's code, 69 if one waits."""
    with engine_for_command() as engine:
        needs_contract(engine)
        done = engine.judge()
        today = engine.ask(lambda questions: questions.today()).result()
    waiting = today.waiting if today else ()
    if today is not None and today.held and not today.outcome:
        waiting = (*waiting, today.label)
    code = UNKNOWN_EXIT_CODE if waiting else done.verdicts[-1].exit_code if done.verdicts else 0
    verdicts = [
        {
            "date": fact.label,
            "outcome": fact.outcome,
            "exit_code": fact.exit_code,
            "contract": fact.contract,
            "spared": fact.spared,
            "clauses": [
                {"clause": each.kind, "state": each.state, "count": each.count, "target": each.target}
                for each in fact.findings
            ],
        }
        for fact in done.verdicts
    ]
    corrected = [{"date": fact.label, "exit_code": fact.exit_code} for fact in done.corrections]
    words = [_verdict_words(fact.outcome, fact.label, fact.exit_code) for fact in done.verdicts]
    words += [f"◆ {label} waits for proof." for label in waiting]
    document = {"exit_code": code, "judged": verdicts, "corrected": corrected, "waiting": waiting}
    show(document, "\n".join(words) or "Nothing is due.", as_json=as_json)
    return code


def _verdict_words(outcome: Outcome, label: date, code: int) -> str:
    mark = {Outcome.SUCCESS: "●", Outcome.FAILED: "■", Outcome.UNPROVED: "◆"}.get(outcome, "○")
    return f"{mark} {label} {outcome}, exits {code}"


@app.command()
def log(
    last: Annotated[int, typer.Option("--last", "-n", min=1, help="How many lines.")] = 50,
    search: Annotated[str, typer.Option(help="Only lines with this text.")] = "",
    day: Annotated[str, typer.Option(help="Only lines about this day, YYYY-MM-DD.")] = "",
    as_json: Json = False,
) -> int:
    """Show the journal, oldest line first."""
    label = _date(day) if day else None
    with engine_for_command() as engine:
        lines = engine.ask(lambda questions: _log_lines(questions, last, search, label)).result()
    none = "No line of the journal fits." if search or day else "The journal is empty."
    show({"entries": lines}, "\n".join(_log_words(line) for line in lines) or none, as_json=as_json)
    return 0


def _log_lines(questions: Questions, last: int, search: str, label: date | None) -> list[LogLine]:
    if label is not None:
        page = questions.day(label)
        lines = list(page.facts) if page else []
        if search:
            lines = [line for line in lines if search.casefold() in f"{line.text} {line.detail}".casefold()]
        return lines[-last:]
    if search:
        return questions.log_lines(questions.log_search(search)[-last:])
    return questions.log_page(max(questions.log_count() - last, 0), last)


def _log_words(line: LogLine) -> str:
    detail = f"  {line.detail}" if line.detail else ""
    return f"{line.at.astimezone():%Y-%m-%d %H:%M:%S} {line.source} {line.text}{detail}"


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("day", f"{text!r} is no date; write it as YYYY-MM-DD.") from error


@app.command()
def bet(amount: Annotated[int, typer.Argument(help="How many coins.")], as_json: Json = False) -> int:
    """Bet coins on today, in the morning, before the work is done."""
    with engine_for_command() as engine:
        needs_contract(engine)
        engine.do(lambda actions: actions.place_bet(amount)).result()
        today = engine.ask(lambda questions: questions.today()).result()
    coins = today.coins if today else 0
    show({"bet": amount, "coins": coins}, f"{amount} coins are bet on today; {coins} left.", as_json=as_json)
    return 0


@app.command("pass")
def use_pass(reason: Annotated[str, typer.Option(help="Why; it stays with the day.")], as_json: Json = False) -> int:
    """Excuse today by the month's emergency pass; it costs coins and stays visible for ever."""
    with engine_for_command() as engine:
        needs_contract(engine)
        engine.do(lambda actions: actions.use_pass(reason)).result()
        today = engine.ask(lambda questions: questions.today()).result()
    label = today.label if today else None
    show({"date": label, "excused": True}, f"{label} is excused.", as_json=as_json)
    return 0


@app.command()
def override(
    day: Annotated[str, typer.Argument(help="The day, YYYY-MM-DD.")],
    reason: Annotated[str, typer.Option(help="Why; it stays with the day.")],
    as_json: Json = False,
) -> int:
    """Declare a day a success on which a source was down; the mark stays for ever."""
    label = _date(day)
    with engine_for_command() as engine:
        needs_contract(engine)
        engine.do(lambda actions: actions.override(label, reason)).result()
    show({"date": label, "overridden": True}, f"{label} is overridden to success.", as_json=as_json)
    return 0


@app.command()
def stakes(as_json: Json = False) -> int:
    """Show what would happen now if today failed: texts, amounts and hours, in their order."""
    with engine_for_command() as engine:
        needs_contract(engine)
        lines = engine.ask(lambda questions: questions.preview_of_failure()).result()
    show({"stakes": lines}, "\n".join(map(_planned_words, lines)) or "Nothing is at stake now.", as_json=as_json)
    return 0


@app.command()
def rehearse(as_json: Json = False) -> int:
    """Play a whole failed day on a copy, sending nothing; exits 0 if all of it would have worked."""
    with engine_for_command() as engine:
        needs_contract(engine)
        told = engine.rehearse()
    failing = len(told.would_fail)
    document = {"date": told.label, "exit_code": told.exit_code, "lines": told.lines, "would_fail": failing}
    end = f"{failing} of it would not have worked." if failing else "All of it would have worked."
    words = [f"{told.label} failed on a copy, exits {told.exit_code}; nothing was sent."]
    show(document, "\n".join([*words, *map(_planned_words, told.lines), end]), as_json=as_json)
    return EX_FAULT if failing else 0


def _planned_words(line: PlannedView) -> str:
    parts = [f"{'■' if line.fails else '○'} {line.at.astimezone():%Y-%m-%d %H:%M} {line.title}", line.amount_words]
    words = "  ".join(part for part in (*parts, line.where, " ".join(line.text.split())) if part)
    return f"{words}\n    {line.outcome}" if line.outcome else words


@outbox.callback(invoke_without_command=True)
def show_outbox(context: typer.Context, as_json: Json = False) -> int:
    """Show what failed days ordered and what became of it, newest first."""
    if context.invoked_subcommand is not None:
        return 0
    with engine_for_command() as engine:
        needs_contract(engine)
        orders = engine.ask(lambda questions: questions.ledger()).result().consequences
    show({"orders": orders}, "\n".join(map(_order_words, orders)) or "The outbox is empty.", as_json=as_json)
    return 0


def _order_words(order: ConsequenceView) -> str:
    mark = {"confirmed": "●", "settled_done": "●", "unknown": "◆", "failed": "▲", "given_up": "■"}.get(order.state, "○")
    amount = f" {order.amount_words}" if order.amount_words else ""
    words = " ".join(part for part in (order.receipt, order.words) if part)
    if order.state == "unknown":
        words = f"{words} Look at {order.look_at}, then: exitzero outbox settle {order.key} --happened"
    if order.state == "given_up":
        words = f"{words} Then: exitzero outbox retry {order.key}"
    said = f"\n    {words}" if words else ""
    return f"{mark} {order.key}  {order.title}{amount}  {order.state.replace('_', ' ')}{said}"


@outbox.command("settle")
def settle(
    key: Annotated[str, typer.Argument(help="The order, as the outbox shows it.")],
    happened: Annotated[
        bool | None, typer.Option("--happened/--not-happened", help="What you saw where you looked.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Say whether something of unknown end had happened; it stays in the journal."""
    if happened is None:
        raise BadInput("happened", "Say which: --happened or --not-happened.")
    with engine_for_command() as engine:
        needs_contract(engine)
        engine.do(lambda actions: actions.settle(key, happened)).result()
    words = f"{key} is settled: it {'happened' if happened else 'did not happen'}."
    show({"key": key, "happened": happened}, words, as_json=as_json)
    return 0


@outbox.command("retry")
def retry(key: Annotated[str, typer.Argument(help="The order, as the outbox shows it.")], as_json: Json = False) -> int:
    """Have something that was given up tried once more."""
    with engine_for_command() as engine:
        needs_contract(engine)
        engine.do(lambda actions: actions.try_again(key)).result()
    show({"key": key, "released": True}, f"{key} is tried again as soon as the cockpit runs.", as_json=as_json)
    return 0


@app.command()
def contract(  # noqa: PLR0917 - options, which are given by name
    goal: Annotated[int | None, typer.Option(help="Accepted submissions owed a day; 0 takes the clause out.")] = None,
    outreach: Annotated[int | None, typer.Option(help="Proved contacts owed a day; 0 takes the clause out.")] = None,
    mocks: Annotated[int | None, typer.Option(help="Mocks booked for seven days; 0 takes the clause out.")] = None,
    deadline: Annotated[str, typer.Option(help="When a day's work is due, HH:MM.")] = "",
    rest: Annotated[str, typer.Option(help="A day of rest, YYYY-MM-DD.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would change when.")] = False,
    as_json: Json = False,
) -> int:
    """Show the contract, or change it: harder holds today, easier after seven days."""
    with engine_for_command() as engine:
        needs_contract(engine)
        page = engine.ask(lambda questions: questions.contract()).result()
        if page is None:
            return EX_USAGE
        targets = {ClauseKind.LEETCODE: goal, ClauseKind.OUTREACH: outreach, ClauseKind.MOCKS: mocks}
        wanted = _edited(page.latest, targets, deadline, rest)
        lines = engine.ask(lambda questions: questions.preview(wanted)).result()
        if not preview and lines:
            engine.do(lambda actions: _adopt(actions, wanted)).result()
    changes = [
        {
            "what": line.change.what,
            "before": line.change.before,
            "after": line.change.after,
            "direction": line.change.direction,
            "effective": line.effective,
        }
        for line in lines
    ]
    document = {
        "contract": page.current.number,
        "effective": page.current.effective,
        "terms": page.current.terms,
        "pending": page.pending,
        "changes": changes,
    }
    clauses = ", ".join(f"{each.kind.heading} {target_words(each)}" for each in page.current.terms.clauses)
    words = [
        f"Contract {page.current.number} since {page.current.effective}: {clauses}, due {_due(page.current.terms)}."
    ]
    words += [f"from {each.effective}: {each.change.what} {each.change.before} → {each.change.after}" for each in lines]
    show(document, "\n".join(words), as_json=as_json)
    return 0


def _adopt(actions: Actions, wanted: Terms) -> Proposal:
    return actions.adopt(wanted)


def _due(terms: Terms) -> str:
    return terms.hours.deadline.strftime("%H:%M")


def _edited(terms: Terms, targets: Mapping[ClauseKind, int | None], deadline: str, rest: str) -> Terms:
    clauses: list[Clause] = []
    for kind in ClauseKind:
        clause, target = terms.clause(kind), targets.get(kind)
        if target is not None and clause is None and kind is ClauseKind.LEETCODE:
            raise BadInput("leetcode", "There is no LeetCode clause; it needs your name, so add it in the cockpit.")
        if target is not None and clause is None and target > 0:
            clauses.append(usual_clause(kind, target=target))
        elif clause is not None and target != 0:
            clauses.append(clause if target is None else replace(clause, target=target))
    hours = replace(terms.hours, deadline=_hour(deadline)) if deadline else terms.hours
    rest_days = terms.rest_days | {_date(rest)} if rest else terms.rest_days
    return replace(terms, clauses=tuple(clauses), hours=hours, rest_days=rest_days)


@app.command()
def backup(
    every: Annotated[bool, typer.Option("--list", help="Show the backups.")] = False,
    take: Annotated[str, typer.Option("--restore", help="Put this backup (or: newest) in the database's place.")] = "",
    as_json: Json = False,
) -> int:
    """Make a backup, show them, or restore one; the file that it replaces is kept."""
    folder = paths.data_dir()
    if take:
        chosen = _chosen(paths.backups_dir(folder), take)
        aside = restore(folder, chosen)
        kept = str(aside) if aside else None
        words = f"{chosen.name} is restored." + (f" The file before is kept as {kept}." if kept else "")
        show({"restored": chosen.name, "kept_aside": kept}, words, as_json=as_json)
        return 0
    if every:
        found = [(each, copies.prove(each.path)) for each in copies.backups(paths.backups_dir(folder))]
        document = [
            {"name": each.name, "taken_at": each.taken_at, "good": proof.good, "words": proof.words}
            for each, proof in found
        ]
        words = "\n".join(f"{'●' if proof.good else '■'} {each.name}  {proof.words}" for each, proof in found)
        show({"backups": document}, words or "There are no backups yet.", as_json=as_json)
        return 0
    with engine_for_command() as engine:
        name = engine.back_up()
    show({"backup": name}, f"Backed up as {name}, opened and whole.", as_json=as_json)
    return 0


def _chosen(folder: Path, name: str) -> copies.Backup:
    if name == "newest":
        found = copies.newest_good(folder)
        if found is None:
            raise BadInput("restore", "There is no good backup yet.")
        return found[0]
    for each in copies.backups(folder):
        if each.name == name:
            return each
    raise BadInput("restore", f"There is no backup {name!r}; see them with: exitzero backup --list")


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="The file to write; .json, or .zip for CSV files.")],
    as_json: Json = False,
) -> int:
    """Write everything out, without secrets."""
    kinds = {".json": "json", ".zip": "csv"}
    kind = kinds.get(target.suffix.lower())
    if kind is None:
        raise BadInput("target", "Name the file .json, or .zip for one CSV file a table.")
    with engine_for_command() as engine:
        written = engine.export(target.absolute(), kind)
    show({"exported": written, "kind": kind}, f"Everything is in {written}.", as_json=as_json)
    return 0


@app.command()
def doctor(as_json: Json = False) -> int:
    """Look at everything that could be wrong; exits 0 if nothing is."""
    with engine_for_command() as engine:
        items = engine.doctor()
    is_well = all(item.state != "bad" for item in items)
    marks = {"good": "●", "warn": "▲", "bad": "■", "unknown": "◆"}
    words = [f"{marks[item.state]} {item.title}: {item.words} {item.advice}".rstrip() for item in items]
    show({"healthy": is_well, "items": items}, "\n".join(words), as_json=as_json)
    return 0 if is_well else EX_FAULT


@app.command()
def run(
    headless: Annotated[bool, typer.Option("--headless", help="Without a window, log on the terminal.")] = False,
) -> int:
    """Watch the day in the foreground; without --headless opens the cockpit."""
    if headless:
        return run_headless()
    from exitzero.app import main as cockpit

    return cockpit([])


def run_headless() -> int:
    """Run the engine in the foreground with its log, until it is told to stop."""
    folder = paths.data_dir()
    logs.set_up(paths.logs_dir(folder), logging.INFO)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    notifier = Notifier()

    def tell(notice: Notice) -> None:
        with suppress(ReaderGone):
            say(f"{notice.title.rstrip('.')}. {notice.body}")
        notifier.show(notice)

    engine = build_engine(folder, mode="headless", on_notice=tell)
    try:
        if engine.status.mode == "second":
            raise BadInput("run", f"Process {engine.status.holder} watches these data already; quit it first.")
        _follow(engine, stop)
    finally:
        engine.close()
        notifier.close()
    return 0


def _lines_from(questions: Questions, *, first: int) -> list[LogLine]:
    return questions.log_page(first, 1000)


def _follow(engine: Engine, stop: threading.Event) -> None:
    """Print the journal's lines as they are written."""
    news = threading.Event()
    engine.listen(lambda _topics: news.set())
    shown = max(engine.ask(lambda questions: questions.log_count()).result() - 20, 0)
    news.set()
    while not stop.is_set():
        if news.wait(0.5):
            news.clear()
            lines = engine.ask(partial(_lines_from, first=shown)).result()
            if lines:
                say("\n".join(_log_words(line) for line in lines))
            shown += len(lines)
