"""The demo: a year lived by the engine's own parts, apart from everything real."""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from exitzero import demo, demo_hunt
from exitzero.core.words import Standing
from exitzero.desktop import paths
from exitzero.desktop.clock import SystemClock
from exitzero.desktop.single_instance import EngineLock
from exitzero.engine.engine import Engine


@pytest.fixture(scope="module")
def real_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the real data would be."""
    return tmp_path_factory.mktemp("real") / "data"


@pytest.fixture(scope="module")
def engine(real_folder: Path) -> Iterator[Engine]:
    """A demo that does not watch by itself, so that nothing happens behind a test's back."""
    before = os.environ.get("EXITZERO_DATA_DIR")
    os.environ["EXITZERO_DATA_DIR"] = str(real_folder)
    try:
        built = demo.build_demo(mode="command")
        yield built
        built.close()
    finally:
        if before is None:
            del os.environ["EXITZERO_DATA_DIR"]
        else:
            os.environ["EXITZERO_DATA_DIR"] = before


def test_the_year_shows_every_way_a_day_can_end(engine: Engine) -> None:
    """Success, failure, rest, pass, never proved, overridden, corrected; and a plausible share of good days."""
    year = engine.ask(lambda questions: questions.year()).result()
    states = Counter(day.state for day in year.days)
    assert states["success"] > states["failed"] > 20
    assert states["rest"] >= 3
    assert states["excused"] == 2
    assert states["unproved"] == 1
    assert states["open"] == 1
    assert sum(day.overridden for day in year.days) == 1
    assert sum(day.corrected for day in year.days) == 1
    assert len(year.days) == demo.DAYS + 1
    assert 70 <= (year.success_percent or 0) <= 95


def test_today_is_an_evening_at_risk_and_marked_as_demo(engine: Engine) -> None:
    """The date is the real one, two clauses are short, a mock is ahead, the warning fired, nothing is official."""
    today = engine.ask(lambda questions: questions.today()).result()
    assert today is not None
    clock = SystemClock()
    assert today.demo
    assert not today.official
    assert today.label in {clock.now().astimezone().date(), engine.now().astimezone().date()}
    assert today.standing is Standing.AT_RISK
    assert [(clause.kind.value, clause.count, clause.target) for clause in today.clauses] == [
        ("leetcode", 2, 3),
        ("outreach", 2, 5),
        ("mocks", 1, 1),
    ]
    assert today.exit_code == 3
    assert [rung.state for rung in today.rungs][:1] == ["fired"]
    assert timedelta(hours=3) < today.deadline - engine.now() < timedelta(hours=4)
    assert today.bet > 0
    assert today.coins > 0
    assert today.streak >= 10


def test_the_morning_had_an_outage(engine: Engine) -> None:
    """The day page tells of the source's failures."""
    label = engine.ask(lambda questions: questions.today().label).result()  # type: ignore[union-attr]
    page = engine.ask(lambda questions: questions.day(label)).result()
    assert page is not None
    assert sum(not poll.good for poll in page.polls) == 3


def test_the_contract_was_made_harder_at_once_and_easier_after_a_week(engine: Engine) -> None:
    """Every loosening took effect seven days after it was agreed, every tightening on its day; a rest day waits."""
    page = engine.ask(lambda questions: questions.contract()).result()
    assert page is not None
    waits = {
        version.number: (version.effective - page.adopted[version.number].astimezone().date()).days
        for version in page.versions
    }
    assert set(waits.values()) >= {0, 7}
    assert page.pending


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("", ()),
        ("NOTHING new", ()),
        ("1 new stand-in", ()),
        ("127.0.0.1", ()),
        ("exits 0", ()),
        ("two sum", ()),
        ("no line says this", ()),
        ("", ("leetcode",)),
        ("answered", ("leetcode", "judge")),
        ("new", ("coins",)),
        ("", ("ladder", "clock")),
        ("%", ()),
    ],
)
def test_a_search_finds_just_the_lines_that_show_the_text(engine: Engine, text: str, sources: tuple[str, ...]) -> None:
    """What is put together in the database for speed says the same as the lines on the screen."""
    lines = engine.ask(lambda questions: questions.log_page(0, questions.log_count())).result()
    expected = [
        line.seq
        for line in lines
        if (not sources or line.source in sources)
        and text.casefold() in f"{line.source} {line.text} {line.detail}".casefold()
    ]
    assert engine.ask(lambda questions: questions.log_search(text, sources)).result() == expected


def test_nothing_is_broken(engine: Engine) -> None:
    """The chain holds from the first entry to the last, and folding it again gives the same tables."""
    items = {item.key: item for item in engine.doctor()}
    assert {key: items[key].state for key in ("chain", "tables", "guards")} == dict.fromkeys(
        ("chain", "tables", "guards"), "good"
    )


def test_the_same_seed_lives_the_same_year(engine: Engine) -> None:
    """Two demos of one day differ in nothing but the port of their stand-in."""
    other = demo.build_demo(mode="command")
    try:
        mine, theirs = (each.ask(lambda questions: questions.year()).result() for each in (engine, other))
        assert mine == theirs
    finally:
        other.close()


def test_check_now_sees_the_missing_problem_once_it_is_solved() -> None:
    """The first check finds two of three; after a moment of the service's time a check turns the clause green."""
    clock = _Movable()
    engine = demo.build_demo(mode="command", real=clock)
    try:
        assert _leetcode(engine) == [("not_met", 2)]
        clock.ahead += demo.SOLVED_SOON.total_seconds() + 1
        assert _leetcode(engine) == [("met", 3)]
        today = engine.ask(lambda questions: questions.today()).result()
        assert today is not None
        assert today.exit_code == 2, "outreach is still short"
    finally:
        engine.close()


def _leetcode(engine: Engine) -> list[tuple[str, int]]:
    return [(line.state, line.count) for line in engine.check_now() if line.clause == "leetcode"]


def test_the_hunt_is_shown_as_a_real_one(engine: Engine) -> None:
    """Targets, proofs of today, follow-ups that are due, a mock ahead, one that wants an answer, and scores."""
    outreach = engine.ask(lambda questions: questions.outreach.today()).result()
    assert (outreach.count, outreach.target, len(outreach.proofs)) == (2, 5, 2)
    assert outreach.due
    board = engine.ask(lambda questions: questions.outreach.board()).result()
    assert {column.stage for column in board.columns if column.total} >= {"messaged", "replied", "interview"}
    mocks = engine.ask(lambda questions: questions.mocks.today()).result()
    assert mocks.next is not None
    assert len(mocks.asking) == 1
    trend = engine.ask(lambda questions: questions.mocks.trend()).result()
    assert trend.sat >= 4
    assert trend.missed == 0


def test_a_day_shows_what_proved_it_without_a_service(engine: Engine) -> None:
    """Proofs with their links and the mock that stands ahead, each marked as counted and as kept here."""
    label = engine.ask(lambda questions: questions.today().label).result()  # type: ignore[union-attr]
    page = engine.ask(lambda questions: questions.day(label)).result()
    assert page is not None
    proofs = [each for each in page.observations if each.source == "proofs"]
    assert [(each.kind, each.counted) for each in proofs] == [("link", True)] * 2
    assert all("linkedin.com/messaging" in each.shown or "x.com/messages" in each.shown for each in proofs)
    (mock,) = [each for each in page.observations if each.source == "calendar"]
    assert (mock.kind, mock.counted) == ("mock, booked", True)
    assert mock.at > page.closes


def test_days_of_the_hunt_fail_by_what_was_missing(engine: Engine) -> None:
    """Since three clauses are owed, a failed day exits with more than LeetCode's bit."""
    year = engine.ask(lambda questions: questions.year()).result()
    codes = {day.exit_code for day in year.days[-demo_hunt.BEGINS :] if day.state == "failed"}
    assert codes
    assert all(code is not None and code & 3 == 3 for code in codes)


class _Movable(SystemClock):
    """Real time that a test can be ahead of."""

    ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


def test_the_real_data_are_never_touched(engine: Engine, real_folder: Path) -> None:
    """No folder, no lock, no file where the real data would be."""
    assert engine.data_dir != real_folder
    assert not real_folder.exists()
    assert engine.data_dir.stat().st_mode & 0o077 == 0


def test_nothing_is_left_behind() -> None:
    """Closing removes the folder and ends the stand-in; progress was told up to the end."""
    told: list[float] = []
    before = set(threading.enumerate())
    engine = demo.build_demo(mode="window", on_progress=told.append)
    folder = engine.data_dir
    assert paths.database_file(folder).exists()
    assert engine.status.mode == "watching"
    engine.close()
    assert not folder.exists()
    assert not [thread.name for thread in threading.enumerate() if thread not in before]
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_folders_of_killed_demos_are_removed_and_running_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a kill left behind goes at the next start; a lock that is held keeps its folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead, alive = tmp_path / f"{demo.PREFIX}dead", tmp_path / f"{demo.PREFIX}alive"
    for folder in (dead, alive):
        folder.mkdir()
        paths.lock_file(folder).touch()
    lock = EngineLock(paths.lock_file(alive))
    assert lock.acquire()
    try:
        demo.remove_leftovers()
        assert not dead.exists()
        assert alive.exists()
    finally:
        lock.release()
