"""A slip of the hand is taken back: rows made go, rows deleted come back, columns changed are as they were."""

from datetime import date

import pytest
from sqlalchemy import insert
from sqlmodel import select

from exitzero.store import tables
from exitzero.store.database import Database, Unit
from exitzero.store.undo import STEPS, peek, peek_redo, redo, undo, undoable
from tests.store.ground import NOW

SCOPE = "outreach"


def target(name: str, **more: object) -> tables.TargetRow:
    """A target as the table has it."""
    return tables.TargetRow(
        **{"name": name, "created_at": NOW, "changed_at": NOW, "stage_at": NOW, **more}  # type: ignore[arg-type]
    )


def names(database: Database) -> list[tuple[str, str, date | None]]:
    """What the targets are."""
    row = tables.TargetRow
    return list(
        database.read(
            lambda session: [
                (each.name, each.stage, each.follow_up) for each in session.exec(select(row).order_by(row.name))
            ]
        ).result()
    )


def add(database: Database, name: str, **more: object) -> int:
    """A target by one undoable step; gives its number."""

    def work(unit: Unit) -> int:
        row = target(name, **more)
        with undoable(unit, SCOPE, f"add {name}"):
            unit.session.add(row)
        assert row.id is not None
        return row.id

    return database.write(work).result()


def back(database: Database) -> str | None:
    """Undo."""
    return database.write(lambda unit: undo(unit, SCOPE)).result()


def words(database: Database) -> str:
    """What would be taken back."""
    return database.read(lambda session: peek(session, SCOPE)).result()


def test_what_was_made_goes_and_comes_again(database: Database) -> None:
    """Undo takes a new row away, redo brings the same row, with everything in it."""
    number = add(database, "Ada", follow_up=date(2026, 3, 9), tags='["warm"]')
    assert words(database) == "add Ada"
    assert back(database) == "add Ada"
    assert names(database) == []
    assert database.read(lambda session: peek_redo(session, SCOPE)).result() == "add Ada"
    assert database.write(lambda unit: redo(unit, SCOPE)).result() == "add Ada"
    assert names(database) == [("Ada", "to_contact", date(2026, 3, 9))]
    row = database.read(lambda session: session.get_one(tables.TargetRow, number)).result()
    assert (row.tags, row.created_at) == ('["warm"]', NOW)
    assert words(database) == "add Ada"


def test_columns_changed_are_as_they_were_and_newer_words_stay(database: Database) -> None:
    """Only the columns of the step come back, and only where nothing has changed them since."""
    number = add(database, "Ada", follow_up=date(2026, 3, 9))

    def step(unit: Unit) -> None:
        with undoable(unit, SCOPE, "move Ada"):
            row = unit.session.get_one(tables.TargetRow, number)
            row.stage, row.follow_up = "messaged", date(2026, 3, 12)

    database.write(step).result()

    def later(unit: Unit) -> None:
        row = unit.session.get_one(tables.TargetRow, number)
        row.follow_up, row.reply_at = date(2026, 4, 1), NOW

    database.write(later).result()
    assert back(database) == "move Ada"
    assert names(database) == [("Ada", "to_contact", date(2026, 4, 1))]
    assert database.read(lambda session: session.get_one(tables.TargetRow, number).reply_at).result() == NOW


def test_what_was_deleted_comes_back_with_its_history(database: Database) -> None:
    """A row and the rows that hung on it come back under their old numbers."""
    number = add(database, "Ada")

    def write_note(unit: Unit) -> None:
        unit.session.add(tables.TargetEventRow(target=number, at=NOW, kind="note", words="said hello"))

    database.write(write_note).result()

    def delete(unit: Unit) -> None:
        with undoable(unit, SCOPE, "delete Ada"):
            row = unit.session.get_one(tables.TargetRow, number)
            row.stage = "rejected"  # changed in the same step: it comes back as it was before the step
            unit.session.flush()
            for event in unit.session.exec(select(tables.TargetEventRow)):
                unit.session.delete(event)
            unit.session.delete(row)

    database.write(delete).result()
    assert names(database) == []
    assert back(database) == "delete Ada"
    assert names(database) == [("Ada", "to_contact", None)]
    found = database.read(
        lambda session: [(each.target, each.words) for each in session.exec(select(tables.TargetEventRow))]
    ).result()
    assert found == [(number, "said hello")]


def test_rows_put_in_past_the_session_go_as_one_step(database: Database) -> None:
    """An import writes its rows in one statement, and one undo takes them all."""

    def work(unit: Unit) -> None:
        with undoable(unit, SCOPE, "import 500") as changes:
            rows = [target(f"T{number:03}", id=number).model_dump() for number in range(1, 501)]
            unit.session.execute(insert(tables.TargetRow), rows)
            changes.inserted(tables.TargetRow, range(1, 501))

    database.write(work).result()
    assert len(names(database)) == 500
    assert back(database) == "import 500"
    assert names(database) == []


def test_what_fails_leaves_neither_change_nor_step(database: Database) -> None:
    """A piece of work that is refused in the middle changed nothing, so that there is nothing to take back."""

    def work(unit: Unit) -> None:
        with undoable(unit, SCOPE, "add Ada"):
            unit.session.add(target("Ada"))
            unit.session.flush()
            raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        database.write(work).result()
    assert (names(database), words(database)) == ([], "")


def test_nothing_done_leaves_no_step(database: Database) -> None:
    """A step that ends where it began is none."""
    number = add(database, "Ada")

    def work(unit: Unit) -> None:
        with undoable(unit, SCOPE, "there and back"):
            row = unit.session.get_one(tables.TargetRow, number)
            row.stage = "messaged"
            unit.session.flush()
            row.stage = "to_contact"

    database.write(work).result()
    assert words(database) == "add Ada"


def test_a_new_step_ends_what_could_be_done_again(database: Database) -> None:
    """After another step there is nothing to redo."""
    add(database, "Ada")
    back(database)
    add(database, "Grace")
    assert database.write(lambda unit: redo(unit, SCOPE)).result() is None
    assert [name for name, _, _ in names(database)] == ["Grace"]


def test_scopes_know_nothing_of_each_other(database: Database) -> None:
    """What was done to mock interviews is not taken back by the outreach's undo."""
    add(database, "Ada")
    assert database.write(lambda unit: undo(unit, "mocks")).result() is None
    assert [name for name, _, _ in names(database)] == ["Ada"]


def test_only_the_last_steps_are_kept(database: Database) -> None:
    """A hundred steps can be taken back, the one before them not."""

    def work(unit: Unit) -> None:
        for number in range(STEPS + 5):
            with undoable(unit, SCOPE, f"add {number}"):
                unit.session.add(target(f"{number:03}"))

    database.write(work).result()
    taken = 0
    while back(database) is not None:
        taken += 1
    assert taken == STEPS
    assert [name for name, _, _ in names(database)] == [f"{number:03}" for number in range(5)]


def test_an_unwatched_change_is_in_no_step(database: Database) -> None:
    """What the same transaction wrote before and after the block stays."""

    def work(unit: Unit) -> None:
        unit.session.add(target("before"))
        with undoable(unit, SCOPE, lambda: "inside"):
            unit.session.add(target("inside"))
        unit.session.add(target("after"))

    database.write(work).result()
    assert back(database) == "inside"
    assert [name for name, _, _ in names(database)] == ["after", "before"]


def test_a_step_survives_the_program(opened: object, database: Database, path: object) -> None:
    """What is kept is in the file, not in memory."""
    add(database, "Ada")
    database.close()
    again = opened()  # type: ignore[operator]
    assert back(again) == "add Ada"
    assert names(again) == []
