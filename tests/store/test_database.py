"""One writer thread owns the only write connection; what one piece of work does is one transaction."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from exitzero.core.topics import Topic, Topics
from exitzero.store import journal, tables
from exitzero.store.database import Database, Unit
from exitzero.store.trouble import StoreTrouble
from tests.store.ground import coins, fill, length, rows, verified

ROOT = Path(__file__).parents[2]
WRITER = Path(__file__).parent / "children" / "write_facts.py"


class Refusal(Exception):
    """What a piece of work ends with that changed its mind."""


def remember(unit: Unit, value: str) -> None:
    """Change an ordinary table."""
    unit.session.merge(tables.PreferenceRow(name="test", value=value))
    unit.touch(Topic.PREFERENCES)


def remembered(session: Session) -> str | None:
    """What stands in the ordinary table."""
    row = session.get(tables.PreferenceRow, "test")
    return row.value if row else None


class TestWriting:
    def test_work_that_fails_leaves_nothing(self, database: Database) -> None:
        """Journal, folded and ordinary tables change in one transaction or not at all; the next work is not harmed."""
        heard: list[Topics] = []
        database.listen(heard.append)

        def changes_its_mind(unit: Unit) -> None:
            unit.record(coins(1))
            remember(unit, "first")
            raise Refusal

        with pytest.raises(Refusal):
            database.write(changes_its_mind).result()
        assert (length(database), database.read(rows).result(), database.read(remembered).result()) == (0, [], None)
        assert heard == []
        fill(database, 1)
        assert database.read(rows).result() == ["test 1"]
        assert verified(database).is_whole

    def test_listeners_hear_what_was_touched_before_the_result_is_there(self, database: Database) -> None:
        """Whoever waits for the result finds the screen already told; untouched topics are not told."""
        order: list[object] = []
        database.listen(lambda topics: order.append(topics))  # noqa: PLW0108 - the list is read below

        def work(unit: Unit) -> str:
            unit.record(coins(1))
            remember(unit, "x")
            return "done"

        future = database.write(work)
        future.add_done_callback(lambda done: order.append(done.result()))
        assert future.result() == "done"
        database.write(lambda _unit: None).result()
        assert order == [frozenset({Topic.JOURNAL, Topic.COINS, Topic.DAY, Topic.PREFERENCES}), "done"]

    @pytest.mark.allow_logs("a listener failed")
    def test_a_listener_that_fails_does_not_stop_the_writer(self, database: Database) -> None:
        """The others hear, the work is done, and the next one as well."""
        heard: list[Topics] = []

        def fails(_topics: Topics) -> None:
            raise Refusal

        database.listen(fails)
        database.listen(heard.append)
        fill(database, 2)
        assert length(database) == 2
        assert len(heard) == 2

    def test_a_hook_works_in_the_same_transaction(self, database: Database) -> None:
        """What must always agree with the facts is written with them, or neither is; untouched work needs none."""
        refuse = False

        def hook(unit: Unit) -> None:
            remember(unit, f"after {len(unit.recorded)}")
            if refuse:
                raise Refusal

        database.before_commit(hook)
        database.write(lambda _unit: None).result()
        assert database.read(remembered).result() is None
        fill(database, 1)
        assert database.read(remembered).result() == "after 1"
        refuse = True
        with pytest.raises(Refusal):
            fill(database, 1, first=2)
        assert length(database) == 1

    def test_work_that_was_called_off_is_not_done(self, database: Database) -> None:
        """A future cancelled while it waits runs nothing."""
        busy, go = threading.Event(), threading.Event()

        def slow(_unit: Unit) -> None:
            busy.set()
            assert go.wait(30)

        first = database.write(slow)
        assert busy.wait(30)
        second = database.write(lambda unit: unit.record(coins(1)))
        assert second.cancel()
        go.set()
        first.result()
        database.write(lambda _unit: None).result()
        assert length(database) == 0

    def test_many_threads_write_one_chain(self, database: Database) -> None:
        """Each work alone in its transaction: every fact is there once and the chain holds."""

        def write(number: int) -> int:
            return database.write(lambda unit: unit.record(coins(number))).result()

        with ThreadPoolExecutor(8, thread_name_prefix="test") as pool:
            numbers = list(pool.map(write, range(200)))
        assert sorted(numbers) == list(range(1, 201))
        report = verified(database)
        assert (report.is_whole, report.last_seq) == (True, 200)
        assert sorted(database.read(rows).result()) == sorted(f"test {number}" for number in range(200))

    def test_two_processes_write_one_chain(self, opened: Callable[[], Database], path: Path) -> None:
        """A command beside the window: both wait their turn, nothing is lost, the chain holds, the window notices."""
        database = opened()
        fill(database, 1)
        assert database.changed_elsewhere() is False
        every = [
            subprocess.Popen(
                [sys.executable, str(WRITER), str(path), name, "40"],
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in ("one", "two")
        ]
        for process in every:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in every:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        fill(database, 40, first=2)
        for process in every:
            process.communicate(timeout=60)
            assert process.returncode == 0
        found = database.read(rows).result()
        report = verified(database)
        assert (report.is_whole, report.last_seq) == (True, 121)
        assert (found.count("one"), found.count("two"), len(found)) == (40, 40, 121)
        assert database.changed_elsewhere() is True
        assert database.changed_elsewhere() is False


class TestReading:
    def test_a_question_sees_one_state(self, database: Database) -> None:
        """A reader does not see what is committed while it reads, and holds nobody up."""
        fill(database, 1)
        begun, written = threading.Event(), threading.Event()

        def twice(session: Session) -> tuple[int, int]:
            first = journal.tip(session)[0]
            begun.set()
            assert written.wait(30)
            return first, len(journal.page(session, 1, 99))

        asked = database.read(twice)
        assert begun.wait(30)
        fill(database, 1, first=2)
        written.set()
        assert asked.result() == (1, 1)
        assert length(database) == 2

    def test_a_question_cannot_write(self, database: Database) -> None:
        """Readers are read-only for SQLite too, not by good manners."""

        def sly(session: Session) -> None:
            session.execute(text("DELETE FROM coin"))

        with pytest.raises(StoreTrouble, match="may not be written") as caught:
            database.read(sly).result()
        assert caught.value.reason == "read_only"

    def test_a_fault_of_ours_is_not_called_trouble(self, database: Database) -> None:
        """Wrong SQL is our fault and comes out as what it is, from both sides."""

        def wrong(where: Any) -> None:
            getattr(where, "session", where).execute(text("SELECT nonsense"))

        for future in (database.read(wrong), database.write(wrong)):
            with pytest.raises(Exception, match="nonsense") as caught:
                future.result()
            assert not isinstance(caught.value, StoreTrouble)


class TestClosing:
    def test_what_was_asked_before_is_done(self, path: Path, opened: Callable[[], Database]) -> None:
        """Closing drains the queue, and may be done twice."""
        database = opened()

        def later(number: int) -> Future[int]:
            return database.write(lambda unit: unit.record(coins(number)))

        futures = [later(number) for number in range(50)]
        database.close()
        database.close()
        assert [future.result(0) for future in futures] == list(range(1, 51))
        assert length(opened()) == 50
        assert not path.with_name("exitzero.db-journal").exists()

    def test_what_is_asked_after_is_refused_in_words(self, database: Database) -> None:
        """Nobody waits for ever for a thread that is gone."""
        database.close()
        for future in (database.write(lambda _unit: None), database.read(journal.tip)):
            with pytest.raises(StoreTrouble, match="closing"):
                future.result(0)

    def test_another_process_s_changes_are_announced(self, database: Database) -> None:
        """The engine passes on what it noticed."""
        heard: list[Topics] = []
        database.listen(heard.append)
        database.announce(frozenset({Topic.DAY}))
        assert heard == [frozenset({Topic.DAY})]
