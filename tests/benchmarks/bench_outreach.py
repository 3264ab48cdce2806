"""How long ten thousand targets take: board, table, search, a target, insights; import, bulk and their undo.

Run: python -m tests.benchmarks.bench_outreach
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from exitzero.store.migrate import migrate
from exitzero.work.outreach.draft import Draft, Platform, Stage
from exitzero.work.outreach.questions import OutreachQuestions
from exitzero.work.outreach.views import BulkEdit, Filter
from tests.benchmarks.measure import report
from tests.work.outreach.hunt import LABEL, Hunt

COUNT = 10_000
ROUNDS = 25
AIM_MS = 50.0
FIRST = ("Ada", "Grace", "Björn", "Chen", "Olga", "Rita", "Tom", "Ines", "Wei", "Omar", "Łukasz", "Zoë")
LAST = ("Lovelace", "Hopper", "Ægir", "Wei", "Ivanova", "Moss", "Bauer", "Paz", "Chen", "Said", "Nowak", "Brontë")
TAGS = ("warm", "cold", "berlin", "remote", "referral", "agency", "backend", "ml")


def draft(number: int) -> Draft:
    """A target as a real list has it."""
    name = f"{FIRST[number % 12]} {LAST[number // 12 % 12]} {number}"
    return Draft(
        name=name,
        company=f"Company {number % 900}",
        role=("CTO", "Recruiter", "Head of Engineering", "Founder")[number % 4],
        platform=(Platform.LINKEDIN, Platform.EMAIL, Platform.X, Platform.WELLFOUND)[number % 4],
        link=f"https://www.linkedin.com/in/person-{number}",
        email=f"person{number}@company{number % 900}.example" if number % 2 else "",
        stage=tuple(Stage)[number % 5],
        tags=(TAGS[number % 8], TAGS[number * 3 % 8]),
        notes="Met at the fair; likes compilers. " * (number % 7),
        fields={"salary": f"{60 + number % 90}k", "priority": ("high", "medium", "low")[number % 3]},
        follow_up=LABEL + timedelta(days=number % 60 - 30) if number % 3 == 0 else None,
    )


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one call, of this process's own work: other programs on the machine take no part in it."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


QUESTIONS: dict[str, Callable[[OutreachQuestions], object]] = {
    "board, 50 cards a column": lambda questions: questions.board(),
    "board, search “bjo”": lambda questions: questions.board("bjo"),
    "board, search without a hit": lambda questions: questions.board("qqqq"),
    "table, first 100, newest first": lambda questions: questions.table(Filter()),
    "table, search “company 12 cto”": lambda questions: questions.table(Filter(text="company 12 cto")),
    "table, by company": lambda questions: questions.table(Filter(sort="company")),
    "table, by own field": lambda questions: questions.table(Filter(sort="-field:salary")),
    "table, by tag and stage": lambda questions: questions.table(
        Filter(tags=frozenset({"warm"}), stages=frozenset({"messaged"}), sort="name")
    ),
    "table, last 100 by name": lambda questions: questions.table(Filter(sort="name"), COUNT - 100, 100),
    "select all": lambda questions: questions.ids(Filter()),
    "quick picker “gra”": lambda questions: questions.find("gra"),
    "a target's page": lambda questions: questions.target(5000),
    "due list": lambda questions: questions.due(),
    "today": lambda questions: questions.today(),
}
SLOWER: dict[str, Callable[[OutreachQuestions], object]] = {
    "facets": lambda questions: questions.facets(),
    "insights": lambda questions: questions.insights(),
    "everything as drafts (export)": lambda questions: questions.drafts(),
}


def main() -> None:
    """Measure and print."""
    folder = Path(tempfile.mkdtemp(prefix="ez-bench-outreach-"))
    path = folder / "exitzero.db"
    migrate(path)
    hunt = Hunt(path)
    rows: list[tuple[str, str, str]] = []
    figures: dict[str, object] = {}

    def note(what: str, milliseconds: float, aim: str) -> None:
        rows.append((what, f"{milliseconds:.1f} ms", aim))
        figures[what] = round(milliseconds, 2)

    try:
        drafts = [draft(number) for number in range(COUNT)]
        note(f"import {COUNT} rows", timed(lambda: hunt.do(lambda actions: actions.import_(drafts, "Import"))), "")
        note("undo of it", timed(lambda: hunt.do(lambda actions: actions.undo())), "")
        note("redo of it", timed(lambda: hunt.do(lambda actions: actions.redo())), "")
        for number in range(300):
            target = hunt.ask(lambda questions: questions.find(f"{FIRST[0]}"))[0].id if number == 0 else number + 1000
            hunt.prove(target, number)
        for name, question in {**QUESTIONS, **SLOWER}.items():
            hunt.ask(question)
            samples = [timed(lambda question=question: hunt.ask(question)) for _ in range(ROUNDS)]  # type: ignore[misc]
            aim = f"under {AIM_MS:.0f} ms (slowest {max(samples):.1f})" if name in QUESTIONS else ""
            note(name, median(samples), aim)
        everyone = hunt.ask(lambda questions: questions.ids(Filter()))
        tag = BulkEdit(add_tags=("batch",))
        note("tag all", timed(lambda: hunt.do(lambda actions: actions.bulk(everyone, tag))), "")
        note("undo of it ", timed(lambda: hunt.do(lambda actions: actions.undo())), "")
        note("add one", timed(lambda: hunt.add("One more", company="Company 7")), "")
        note("move one", timed(lambda: hunt.do(lambda actions: actions.move(5000, "replied"))), "")
        note("log a link", timed(lambda: hunt.prove(5001, 9999)), "")
    finally:
        hunt.database.close()
        shutil.rmtree(folder, ignore_errors=True)
    report(
        f"Outreach with {COUNT} targets",
        f"Median of {ROUNDS} questions each, through the database's own threads; processor time.",
        rows,
        figures,
    )


if __name__ == "__main__":
    main()
