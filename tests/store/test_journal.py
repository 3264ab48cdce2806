"""Whatever could cost or excuse the person something is a fact in the append-only, hash-chained journal."""

from datetime import timedelta

import pytest
import sqlalchemy.exc
from sqlalchemy import text

from exitzero.core import facts
from exitzero.store import journal
from exitzero.store.database import Database, Unit
from exitzero.store.folding import has_triggers
from tests.store.ground import LABEL, NOW, behind, coins, day, fill, length, verified, without_guards

NEXT = (
    "INSERT INTO journal (seq, at, kind, version, payload, previous, hash) "
    "VALUES ({seq}, '2026-03-04T12:00:00Z', 'CoinsMoved', 1, '{{}}', {previous}, 'x')"
)


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE journal SET payload = '{}' WHERE seq = 2", "append-only"),
        ("UPDATE OR IGNORE journal SET seq = 9 WHERE seq = 3", "append-only"),
        ("DELETE FROM journal WHERE seq = 3", "append-only"),
        ("DELETE FROM journal", "append-only"),
        (NEXT.format(seq=5, previous="(SELECT hash FROM journal WHERE seq = 3)"), "does not follow"),
        (NEXT.format(seq=4, previous="(SELECT hash FROM journal WHERE seq = 2)"), "does not follow"),
        (NEXT.format(seq=4, previous="printf('%064d', 0)"), "does not follow"),
        (
            NEXT.replace("INSERT", "INSERT OR REPLACE").format(
                seq=2, previous="(SELECT hash FROM journal WHERE seq = 3)"
            ),
            "does not follow",
        ),
    ],
)
def test_the_journal_refuses_whatever_is_not_the_next_entry(database: Database, statement: str, refusal: str) -> None:
    """No edit, no deletion, no gap, no wrong predecessor: also not from a mistake of ours in the writer."""
    fill(database, 3)
    before = verified(database)

    def wrong(unit: Unit) -> None:
        unit.session.execute(text(statement))

    with pytest.raises(sqlalchemy.exc.IntegrityError, match=refusal):
        database.write(wrong).result()
    assert verified(database) == before
    assert before.is_whole
    assert before.last_seq == 3


def test_a_fact_comes_back_as_it_was(database: Database) -> None:
    """Number, instant and fact, by page, from the end, by kind and by day."""
    opened, moved = facts.DayOpened(LABEL, day(), 1), coins(1)
    database.write(lambda unit: (unit.record(opened), unit.record(moved))).result()
    fill(database, 2, first=2)

    def pages(session: object) -> tuple[list[journal.Recorded], ...]:
        return (
            journal.page(session, 1, 2),  # type: ignore[arg-type]
            journal.newest(session, 2),  # type: ignore[arg-type]
            list(journal.of_kinds(session, [facts.DayOpened])),  # type: ignore[arg-type]
            list(journal.of_kinds(session, [facts.CoinsMoved], since=3)),  # type: ignore[arg-type]
            journal.of_day(session, LABEL),  # type: ignore[arg-type]
        )

    page, newest, of_kind, since, of_day = database.read(pages).result()
    assert page == [journal.Recorded(1, NOW, opened), journal.Recorded(2, NOW, moved)]
    assert [each.seq for each in newest] == [3, 4]
    assert of_kind == page[:1]
    assert [each.seq for each in since] == [4]
    assert [each.seq for each in of_day] == [1, 2, 3, 4]
    assert database.read(lambda session: journal.hash_at(session, 0)).result() == "0" * 64
    assert database.read(lambda session: journal.hash_at(session, 5)).result() is None


@pytest.mark.parametrize(
    "edit",
    [
        "payload = 'no JSON'",
        "payload = '[]'",
        "payload = '{\"amount\": 1}'",
        "payload = json_set(payload, '$.amount', 'many')",
        "version = 0",
        "kind = 'Unheard'",
        "kind = 'DayOpened'",
        "at = 'yesterday'",
    ],
)
def test_an_edited_entry_can_still_be_shown_and_the_chain_tells(database: Database, edit: str) -> None:
    """A tampered file is shown as it is: reading it must not fail, and nothing of it is put right."""
    fill(database, 3)
    with behind(database.path) as file:
        without_guards(file)
        file.execute(f"UPDATE journal SET {edit} WHERE seq = 2")
        stored = file.execute("SELECT * FROM journal WHERE seq = 2").fetchone()
    shown = database.read(lambda session: journal.page(session, 1, 9)).result()
    assert [each.seq for each in shown] == [1, 2, 3]
    assert verified(database).broken_at == 2
    fill(database, 1, first=4)
    with behind(database.path) as file:
        assert file.execute("SELECT * FROM journal WHERE seq = 2").fetchone() == stored


@pytest.mark.parametrize(
    "change",
    [
        "DROP TRIGGER journal_is_never_cut",
        "CREATE TRIGGER quiet AFTER INSERT ON coin BEGIN DELETE FROM coin; END",
        "DROP TRIGGER journal_is_never_edited; "
        "CREATE TRIGGER journal_is_never_edited BEFORE UPDATE ON journal BEGIN SELECT 1; END",
    ],
)
def test_a_guard_that_was_taken_off_or_changed_is_noticed(database: Database, change: str) -> None:
    """A trigger of the same name that does nothing is not a guard."""
    assert database.read(has_triggers).result()
    with behind(database.path) as file:
        file.executescript(change)
    assert not database.read(has_triggers).result()


def test_a_fact_is_stamped_in_utc_whatever_zone_the_clock_speaks(database: Database) -> None:
    """The stored text is what the chain seals."""
    from zoneinfo import ZoneInfo

    local = (NOW + timedelta(microseconds=5)).astimezone(ZoneInfo("Asia/Kolkata"))
    database.write(lambda unit: journal.append(unit.session, coins(1), local)).result()
    with behind(database.path) as file:
        assert file.execute("SELECT at FROM journal").fetchone()[0] == "2026-03-04T12:00:00.000005Z"
    assert verified(database).is_whole
    assert length(database) == 1
