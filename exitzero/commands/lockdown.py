"""``exitzero lockdown``: look at the lock, lock by hand, install the helper, test what is really out of reach."""

import re
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from exitzero.commands.console import EX_FAULT, Json, engine_for_command, needs_contract, show
from exitzero.consequences import lockdown_sites
from exitzero.core.errors import BadInput
from exitzero.desktop.reach import Report, State
from exitzero.engine.views import LockdownPage, LockLine

app = typer.Typer(no_args_is_help=False, help="Sites out of reach until the work is verified.")

MARKS = {State.BLOCKED: "●", State.REACHABLE: "■", State.UNKNOWN: "◆"}
_SPAN = re.compile(r"(?:(?P<hours>\d{1,4})h)?(?:(?P<minutes>\d{1,4})m?)?")


@app.callback(invoke_without_command=True)
def lockdown(context: typer.Context, as_json: Json = False) -> int:
    """Show how the lockdown stands; the same as: exitzero lockdown status."""
    return _status(as_json=as_json) if context.invoked_subcommand is None else 0


@app.command()
def status(as_json: Json = False) -> int:
    """Show what is locked, until when, what releases it, and how the helper does."""
    return _status(as_json=as_json)


def _status(*, as_json: bool) -> int:
    with engine_for_command() as engine:
        page = engine.lockdown.page()
    show(_document(page), _page_words(page), as_json=as_json)
    return EX_FAULT if page.view.standing == "degraded" else 0


def _document(page: LockdownPage) -> dict[str, Any]:
    return {
        "standing": page.view.standing,
        "until": page.view.until,
        "starts": page.view.starts,
        "cause": page.view.cause,
        "release": page.view.release,
        "names": page.names,
        "locks": page.locks,
        "planned": page.planned,
        "helper": page.helper,
        "emergency": {"left": page.emergency_left, "price": page.emergency_price, "opens": page.view.opens},
    }


def _page_words(page: LockdownPage) -> str:
    view = page.view
    first = {
        "off": "Nothing is to be locked.",
        "missing": "○ No helper answers, so nothing is locked: only reminders come.",
        "idle": "○ Nothing is locked.",
        "armed": f"▲ Armed for {_clock(view.starts)}: {view.sites} host names. {view.cause}.",
        "locked": f"■ Locked until {_clock(view.until)}: {view.sites} host names. {view.cause}.",
        "degraded": f"◆ A lock runs, and the hosts file does not hold it ({view.words or 'unknown why'}).",
    }[view.standing]
    lines = [first]
    if view.standing in {"armed", "locked", "degraded"}:
        lines.append(f"  Released by: {view.release}.")
    if view.opens is not None:
        lines.append(f"  The emergency exit opens at {_clock(view.opens)}.")
    # A lock that the hosts file does not hold is never called one.
    words = {"locked": "not in the hosts file"} if view.standing == "degraded" else {}
    lines += [f"  {words.get(line.state, line.state)}: {_line_words(line)}" for line in (*page.locks, *page.planned)]
    if page.helper.words:
        lines.append(f"  Helper: {page.helper.words} {page.helper.advice}".rstrip())
    if page.helper.answers and not page.helper.current:
        lines.append("  Helper: of another version; run: exitzero lockdown install")
    return "\n".join(lines)


def _clock(instant: datetime | None) -> str:
    return "?" if instant is None else f"{instant.astimezone():%Y-%m-%d %H:%M}"


def _line_words(line: LockLine) -> str:
    return f"{_clock(line.starts)} to {_clock(line.ends)}, {line.sites} host names. {line.cause_words}."


@app.command()
def install(as_json: Json = False) -> int:
    """Install the root helper, with your consent in the system's own prompt; as root (sudo) without one."""
    return _as_root("install", as_json=as_json)


@app.command()
def uninstall(as_json: Json = False) -> int:
    """Take the helper and everything of it away, also while locked."""
    return _as_root("uninstall", as_json=as_json)


@app.command()
def repair(as_json: Json = False) -> int:
    """Take out every line of ours that no lock stands for, and set the helper going again."""
    return _as_root("repair", as_json=as_json)


@app.command()
def policies(
    switch: Annotated[str, typer.Argument(help="on or off")],
    as_json: Json = False,
) -> int:
    """Switch the stronger measure: browser policy files for the time of a lock."""
    if switch not in {"on", "off"}:
        raise BadInput("policies", "Say which: exitzero lockdown policies on, or off.")
    with engine_for_command() as engine:
        said = engine.lockdown.switch_policies(on=switch == "on")
    show({"policies": switch, "said": said}, said or f"Browser policy files are {switch}.", as_json=as_json)
    return 0


def _as_root(action: str, *, as_json: bool) -> int:
    with engine_for_command() as engine:
        said = getattr(engine.lockdown, action)()
        answers = engine.lockdown.page().helper.answers
    done = {"install": "The helper is installed", "uninstall": "The helper is gone", "repair": "Repaired"}[action]
    state = "" if action == "uninstall" else " and answers" if answers else ", and does not answer yet"
    show({"action": action, "answers": answers, "said": said}, f"{done}{state}. {said}".rstrip(), as_json=as_json)
    return 0


@app.command()
def lock(
    span: Annotated[str, typer.Argument(help="How long, such as 25m, 1h or 1h30m. It cannot be taken back.")],
    site: Annotated[list[str] | None, typer.Option(help="A site; the contract's unless given. Repeatable.")] = None,
    as_json: Json = False,
) -> int:
    """Lock by hand, from now on."""
    lasts = _span(span)
    with engine_for_command() as engine:
        if not site:
            needs_contract(engine)
        view = engine.lockdown.lock_now(lasts, site or ())
        page = engine.lockdown.page()
    if view.standing == "locked":
        until = _clock(view.until)
        words = f"■ Locked until {until}: {view.sites} host names. Close open tabs; restart Firefox if it runs."
    else:
        words = "Asked for; the running cockpit locks within seconds."
    show(_document(page), words, as_json=as_json)
    return 0


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None or not (found["hours"] or found["minutes"]):
        raise BadInput("lock", "Write how long as 25m, 1h or 1h30m.")
    return timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))


@app.command()
def release(as_json: Json = False) -> int:
    """Look at the evidence now; whatever is verified is released. There is no other way but time and the exit."""
    with engine_for_command() as engine:
        needs_contract(engine)
        engine.check_now()
        page = engine.lockdown.page()
    words = "Nothing is locked." if page.view.standing in {"off", "idle", "missing"} else _page_words(page)
    show(_document(page), words, as_json=as_json)
    return 0


@app.command("test")
def try_out(
    site: Annotated[list[str] | None, typer.Option(help="A site to try; locked ones unless given.")] = None,
    browsers: Annotated[bool, typer.Option(help="Start each browser and let it try.")] = True,
    as_json: Json = False,
) -> int:
    """Look whether locked sites are really out of reach, for the resolver and for each browser here."""
    with engine_for_command() as engine:
        report = engine.lockdown.test(browsers=browsers, names=[lockdown_sites.normal(name) for name in site or ()])
    show(_report(report), _report_words(report), as_json=as_json)
    return EX_FAULT if report.state is State.REACHABLE else 0


def _report(report: Report) -> dict[str, Any]:
    return {
        "state": report.state.value,
        "resolver": [asdict(finding) for finding in report.resolver],
        "browsers": [
            {
                "browser": each.browser.title,
                "state": each.state.value,
                "words": each.sentence,
                "running": each.is_running,
                "notice": each.notice,
                "advice": each.advice,
                "findings": [asdict(finding) for finding in each.findings],
            }
            for each in report.browsers
        ],
    }


def _report_words(report: Report) -> str:
    lines = [f"{MARKS[each.state]} resolver: {each.sentence} {each.advice}".rstrip() for each in report.resolver]
    for browser in report.browsers:
        lines.append(f"{MARKS[browser.state]} {browser.browser.title}: {browser.sentence}")
        lines += [f"    {MARKS[each.state]} {each.sentence} {each.advice}".rstrip() for each in browser.findings]
        if browser.notice:
            lines.append(f"    ▲ {browser.notice} {browser.advice}".rstrip())
    return "\n".join(lines) or "There is nothing to try: no site is locked or chosen."


@app.command()
def sites(as_json: Json = False) -> int:
    """Show the groups that can be locked, and what the contract locks."""
    groups = lockdown_sites.groups()
    with engine_for_command() as engine:
        page = engine.lockdown.page()
    document = {
        "groups": {name: group.hosts for name, group in groups.items()},
        "chosen_groups": sorted(page.blocking.groups),
        "own": sorted(page.blocking.sites),
        "names": page.sites,
    }
    lines = [
        f"{'●' if name in page.blocking.groups else '○'} {name}: {', '.join(site.name for site in group.sites)}"
        for name, group in groups.items()
    ]
    lines += [f"● {name}" for name in sorted(page.blocking.sites)]
    show(document, "\n".join([*lines, f"{len(page.sites)} host names in all."]), as_json=as_json)
    return 0
