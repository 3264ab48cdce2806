"""``exitzero mock``: book a mock interview, see what comes, say how it was, and hand calendars over as files."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from exitzero.commands.console import Json, engine_for_command, show
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.engine.engine import Engine
from exitzero.work.mocks.local import to_instant, zone_of
from exitzero.work.mocks.record import USUAL_REMINDERS
from exitzero.work.mocks.views import CalendarSpan, MockEdit, MockView, Outcome

app = typer.Typer(no_args_is_help=True, help="Mock interviews: booked, sat and scored.")

WHEN = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
MARKS = {"booked": "●", "complete": "✓", "incomplete": "◐", "missed": "✗", "cancelled": "○"}


@app.callback()
def mock() -> None:
    """Mock interviews: booked, sat and scored."""


@app.command()
def add(  # noqa: PLR0917 - options, which are given by name
    when: Annotated[str, typer.Argument(help="When it starts, on the wall: 2026-06-11 18:00")],
    title: Annotated[str, typer.Option(help="What it is called.")] = "",
    minutes: Annotated[int, typer.Option(help="How long it takes.")] = 60,
    zone: Annotated[str, typer.Option(help="The zone it was agreed in; your own unless given.")] = "",
    platform: Annotated[str, typer.Option(help="Where it is sat, such as Pramp.")] = "",
    partner: Annotated[str, typer.Option(help="With whom.")] = "",
    topic: Annotated[str, typer.Option(help="What about.")] = "",
    link: Annotated[str, typer.Option(help="Where to join, https.")] = "",
    reminder: Annotated[list[int] | None, typer.Option(help="Minutes before; may be given several times.")] = None,
    record: Annotated[bool, typer.Option("--record", help="It is over: only write it down.")] = False,
    as_json: Json = False,
) -> int:
    """Book a mock interview."""
    with engine_for_command() as engine:
        where = zone or engine.ask(lambda questions: questions.mocks.zone).result()
        starts = to_instant(_wall(when), where)
        edit = MockEdit(
            starts=starts.instant,
            ends=starts.instant + timedelta(minutes=_between(minutes)),
            zone=where,
            title=title,
            platform=platform,
            partner=partner,
            topic=topic,
            link=link,
            reminders=tuple(reminder) if reminder else USUAL_REMINDERS,
        )
        uid = engine.do(lambda actions: actions.mocks.book(edit, only_record=record)).result()
        engine.calendars.write_feed()
        view = _view(engine, uid)
    document = {"mock": _document(view), "note": starts.words}
    lines = [f"Booked: {_line(view, where)}", starts.words]
    lines += [f"▲ At the same time: {other}" for other in view.conflicts]
    show(document, "\n".join(line for line in lines if line), as_json=as_json)
    return 0


def _wall(when: str) -> datetime:
    for form in WHEN:
        try:
            return datetime.strptime(when.strip(), form)  # noqa: DTZ007 - its zone is said beside it
        except ValueError:
            continue
    raise BadInput("starts", f"{when!r} is no date with a time; write it like 2026-06-11 18:00.")


def _between(minutes: int) -> int:
    if not 1 <= minutes <= 480:
        raise BadInput("ends", "A mock interview takes between a minute and eight hours.")
    return minutes


@app.command(name="list")
def list_mocks(days: Annotated[int, typer.Option(help="How many days from today.")] = 30, as_json: Json = False) -> int:
    """Show the mock interviews that come."""
    if not 1 <= days <= 370:
        raise BadInput("days", "Between 1 and 370 days.")
    with engine_for_command() as engine:
        span = engine.ask(lambda questions: questions.mocks.agenda(days)).result()
    show(_span_document(span), _span_words(span), as_json=as_json)
    return 0


@app.command(name="next")
def next_mock(as_json: Json = False) -> int:
    """Show the next mock interview and the clause; exits 1 if none is booked."""
    with engine_for_command() as engine:
        today = engine.ask(lambda questions: questions.mocks.today()).result()
        zone = engine.ask(lambda questions: questions.mocks.zone).result()
        now = engine.now()
    view = today.next
    document = {
        "next": _document(view) if view is not None else None,
        "seconds": round((view.starts - now).total_seconds()) if view is not None else None,
        "count": today.count,
        "target": today.target,
        "state": today.state,
        "asking": [_document(each) for each in today.asking],
    }
    lines = [_line(view, zone) if view is not None else "No mock interview is booked."]
    lines += [today.words] if today.words else []
    lines += [f"▲ How was it? {_line(each, zone)}" for each in today.asking]
    show(document, "\n".join(lines), as_json=as_json)
    return 0 if view is not None else 1


@app.command()
def done(  # noqa: PLR0917 - options, which are given by name
    outcome: Annotated[str, typer.Argument(help="complete, incomplete or missed")],
    uid: Annotated[str, typer.Argument(help="Which one, by the beginning of its uid; else the oldest.")] = "",
    score: Annotated[list[str] | None, typer.Option(help="A row of the score sheet, such as Code=4.")] = None,
    review: Annotated[str, typer.Option(help="How it went.")] = "",
    study: Annotated[str, typer.Option(help="What to study.")] = "",
    proof: Annotated[str, typer.Option(help="A recording or feedback, https.")] = "",
    as_json: Json = False,
) -> int:
    """Say how a mock interview was."""
    scores = dict(_score(each) for each in score or ())
    with engine_for_command() as engine:
        chosen = _chosen(engine, uid)
        said = Outcome(chosen, outcome, scores, review, study, proof)
        engine.do(lambda actions: actions.mocks.answer(said)).result()
        view = _view(engine, chosen)
        zone = engine.ask(lambda questions: questions.mocks.zone).result()
    show({"mock": _document(view)}, _line(view, zone), as_json=as_json)
    return 0


def _score(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if not number.strip().isdecimal():
        raise BadInput("scores", f"{text!r} is no score; write it like Code=4.")
    return name.strip(), int(number)


def _chosen(engine: Engine, uid: str) -> str:
    today = engine.ask(lambda questions: questions.mocks.today()).result()
    if not uid:
        if not today.asking:
            raise BadInput("uid", "No mock interview waits for an answer.")
        return today.asking[0].uid
    now = engine.now()
    first, last = (now - timedelta(days=400)).date(), (now + timedelta(days=1)).date()
    span = engine.ask(lambda questions: questions.mocks.span(first, last)).result()
    found = [view.uid for view in span.mocks if view.uid.startswith(uid)]
    if len(found) != 1:
        raise BadInput("uid", f"{'No' if not found else 'More than one'} mock interview begins with {uid!r}.")
    return found[0]


@app.command()
def export(
    path: Annotated[Path, typer.Argument(help="Where to; .csv gives a table with the scores.")], as_json: Json = False
) -> int:
    """Write all mock interviews as a calendar file, or as a table."""
    with engine_for_command() as engine:
        if path.suffix.lower() == ".csv":
            text = engine.ask(lambda questions: questions.mocks.export_csv()).result()
            _write(path, text.encode())
        else:
            engine.calendars.export_ics(path)
    show({"path": str(path)}, f"Written to {path}.", as_json=as_json)
    return 0


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise OutsideTrouble(
            f"{path} cannot be written.", f"{error.strerror or 'The disk refused'}.", reason="disk"
        ) from None


@app.command(name="import")
def import_file(
    path: Annotated[Path, typer.Argument(help="A calendar file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be added.")] = False,
    as_json: Json = False,
) -> int:
    """Add the coming events of a calendar file as mock interviews."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput("path", f"{path} cannot be read: {error.strerror or error}.") from None
    with engine_for_command() as engine:
        preview = engine.calendars.preview_import(data)
        count = len(preview.new) if dry_run else engine.calendars.import_ics(data)
        engine.calendars.write_feed()
    document: dict[str, Any] = {
        "added": 0 if dry_run else count,
        "new": [{"uid": each.key, "starts": each.starts, "title": each.title} for each in preview.new],
        "known": len(preview.known),
        "skipped": preview.skipped,
        "warnings": preview.warnings,
    }
    verb = "would be added" if dry_run else "added"
    lines = [f"{count} {verb}, {len(preview.known)} known already.", *preview.skipped, *preview.warnings]
    show(document, "\n".join(lines), as_json=as_json)
    return 0


def _view(engine: Engine, uid: str) -> MockView:
    page = engine.ask(lambda questions: questions.mocks.page(uid)).result()
    if page is None:
        raise BadInput("uid", "There is no such mock interview any more.")
    return page.view


def _document(view: MockView) -> dict[str, Any]:
    return {
        "uid": view.uid,
        "starts": view.starts,
        "ends": view.ends,
        "zone": view.zone,
        "title": view.title,
        "state": view.state,
        "platform": view.platform,
        "partner": view.partner,
        "topic": view.topic,
        "link": view.link,
        "calendar": view.calendar,
        "counts": view.counts,
        "conflicts": view.conflicts,
        "score": view.score,
    }


def _span_document(span: CalendarSpan) -> dict[str, Any]:
    return {
        "first": span.first,
        "last": span.last,
        "zone": span.zone,
        "mocks": [_document(view) for view in span.mocks],
    }


def _span_words(span: CalendarSpan) -> str:
    lines = [_line(view, span.zone) for view in span.mocks]
    return "\n".join(lines) or f"No mock interview until {span.last}."


def _line(view: MockView, zone: str) -> str:
    """In one's own time, and beside it in the zone that it was agreed in."""
    mine = view.starts.astimezone(ZoneInfo(zone))
    theirs = view.starts.astimezone(zone_of(view.zone))
    agreed = f" ({theirs:%H:%M} {view.zone})" if theirs.utcoffset() != mine.utcoffset() else ""
    asks = " How was it?" if view.asks else ""
    return f"{MARKS[view.state]} {mine:%a %Y-%m-%d %H:%M}{agreed} {view.title}{asks}"
