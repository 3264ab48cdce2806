"""Mocks booked, changed, taken out, answered for and taken back, through the real engine and its journal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from exitzero.core import facts
from exitzero.core.errors import BadInput
from exitzero.engine.actions import Actions
from exitzero.store import tables
from exitzero.work.mocks.views import MockEdit
from tests.engine.kit import BERLIN, DAY, DAY_ONE, HOUR, Life, local
from tests.engine.mock_kit import answer, book, edit, page, today

Start = Callable[..., Life]
NOON = local(DAY_ONE, "12:00")
TOMORROW = NOON + DAY


def refused(life: Life, wanted: MockEdit, *, only_record: bool = False) -> BadInput:
    with pytest.raises(BadInput) as caught:
        life.do(lambda actions: actions.mocks.book(wanted, only_record=only_record))
    return caught.value


def test_a_booked_mock_is_shown_and_written_in_the_journal(life: Start) -> None:
    mine = life(start=NOON)
    uid = book(mine, TOMORROW, title="", partner="Grace", checklist=(("Water", False),))
    shown = page(mine, uid)
    assert (shown.view.title, shown.view.state, shown.view.counts) == ("Mock interview with Grace", "booked", True)
    assert shown.checklist == (("Water", False),)
    assert [(fact.mock, fact.starts, fact.origin) for fact in mine.facts(facts.MockBooked)] == [
        (uid, TOMORROW, "by_hand")
    ]
    assert [words for _, words in shown.history] == ["Booked for Thu 11 Jun, 12:00"]
    mine.check_file()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ends", {"ends": TOMORROW}),
        ("ends", {"ends": TOMORROW + 8 * HOUR + timedelta(minutes=1)}),
        ("zone", {"zone": "Europe/Atlantis"}),
        ("zone", {"zone": "../../etc/passwd"}),
        ("link", {"link": "http://meet.example.org/x"}),
        ("link", {"link": "https:// space"}),
        ("link", {"link": "javascript:alert(1)"}),
        ("reminders", {"reminders": (0,)}),
        ("reminders", {"reminders": (20_161,)}),
        ("title", {"title": " "}),
        ("title", {"title": "two\nlines"}),
        ("notes", {"notes": "x" * 20_001}),
        ("calendar", {"calendar": "no-such"}),
        ("target", {"target": 77}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(life: Start, field: str, values: dict[str, Any]) -> None:
    mine = life(start=NOON)
    assert refused(mine, edit(TOMORROW, **values)).field == field
    assert mine.facts(facts.MockBooked) == []


def test_a_time_that_is_over_is_written_down_for_the_record_only_and_never_counts(life: Start) -> None:
    mine = life(start=NOON)
    over = edit(NOON - 2 * HOUR)
    assert refused(mine, over).field == "starts"
    assert refused(mine, edit(TOMORROW), only_record=True).field == "starts"
    uid = mine.do(lambda actions: actions.mocks.book(over, only_record=True))
    answer(mine, uid, "complete", scores={"Code": 4})
    assert page(mine, uid).view.counts is False
    assert mine.facts(facts.MockBooked) == []


def test_conflicts_are_shown_and_never_refused(life: Start) -> None:
    mine = life(start=NOON)
    first = book(mine, TOMORROW, title="One")
    second = book(mine, TOMORROW + HOUR / 2, title="Two")
    book(mine, TOMORROW + 3 * HOUR, title="Far")
    assert page(mine, first).view.conflicts == ("Two",)
    asked = mine.ask(lambda questions: questions.mocks.conflicts(TOMORROW, TOMORROW + HOUR, second))
    assert asked == ("One",)


def test_moving_taking_out_and_booking_leave_their_facts(life: Start) -> None:
    mine = life(start=NOON)
    uid = book(mine, TOMORROW)
    mine.do(lambda actions: actions.mocks.move(uid, TOMORROW + HOUR, TOMORROW + 2 * HOUR))
    mine.do(lambda actions: actions.mocks.change(edit(TOMORROW + 2 * HOUR, uid=uid, title="Trees")))
    mine.do(lambda actions: actions.mocks.cancel(uid))
    assert [(fact.before, fact.starts) for fact in mine.facts(facts.MockMoved)] == [
        (TOMORROW, TOMORROW + HOUR),
        (TOMORROW + HOUR, TOMORROW + 2 * HOUR),
    ]
    assert [fact.how for fact in mine.facts(facts.MockCancelled)] == ["by hand"]
    assert today(mine).ahead == ()
    mine.check_file()


def test_a_mock_cannot_be_moved_into_the_past(life: Start) -> None:
    mine = life(start=NOON)
    uid = book(mine, TOMORROW)
    with pytest.raises(BadInput, match="over"):
        mine.do(lambda actions: actions.mocks.move(uid, NOON - HOUR, NOON + HOUR))
    assert page(mine, uid).view.starts == TOMORROW


def test_afterwards_it_is_scored_or_moved(life: Start) -> None:
    mine = life(start=NOON)
    uid = book(mine, NOON + HOUR)
    with pytest.raises(BadInput) as early:
        answer(mine, uid, "complete")
    assert early.value.field == "outcome"
    mine.to(NOON + 3 * HOUR)
    assert [view.uid for view in today(mine).asking] == [uid]
    for scores in ({"Code": 0}, {"Code": 6}, {"": 3}, {"Code": True}):
        with pytest.raises(BadInput) as caught:
            answer(mine, uid, "complete", scores=scores)
        assert caught.value.field == "scores"
    answer(mine, uid, "complete", scores={"Code": 4, "Testing": 3}, proof="https://rec.example.org/1", study="Heaps")
    shown = page(mine, uid)
    assert (shown.view.state, shown.view.score, shown.study) == ("complete", 3.5, "Heaps")
    assert today(mine).asking == ()
    answer(mine, uid, "missed")
    mine.do(lambda actions: actions.mocks.move(uid, TOMORROW, TOMORROW + HOUR))
    assert page(mine, uid).view.state == "booked"
    assert [fact.outcome for fact in mine.facts(facts.MockAnswered)] == ["complete", "missed"]
    assert [view.uid for view in today(mine).ahead] == [uid]
    mine.check_file()


def test_undo_takes_the_record_back_and_the_journal_keeps_both(life: Start) -> None:
    mine = life(start=NOON)
    uid = book(mine, NOON + HOUR, title="Graphs")
    mine.do(lambda actions: actions.mocks.move(uid, TOMORROW, TOMORROW + HOUR))
    assert mine.do(_undo) == "moved “Graphs”"
    assert page(mine, uid).view.starts == NOON + HOUR
    mine.do(lambda actions: actions.mocks.cancel(uid))
    assert mine.do(_undo) == "took out “Graphs”"
    assert page(mine, uid).view.counts
    mine.to(NOON + 3 * HOUR)
    answer(mine, uid, "missed")
    assert not page(mine, uid).view.counts
    mine.do(_undo)
    assert (page(mine, uid).view.state, page(mine, uid).view.counts) == ("booked", True)
    assert mine.do(_undo) == "booked “Graphs”"
    assert mine.ask(lambda questions: questions.mocks.page(uid)) is None
    with pytest.raises(BadInput):
        mine.do(_undo)
    kinds = [type(fact).__name__ for fact in _mock_facts(mine)]
    assert kinds.count("MockBooked") == 3, kinds
    assert _standing(mine) == []
    mine.check_file()


def test_an_item_is_ticked_and_the_tick_taken_away(life: Start) -> None:
    mine = life(start=NOON)
    uid = book(mine, TOMORROW, checklist=(("Water", False), ("Whiteboard", False)))
    mine.do(lambda actions: actions.mocks.check(uid, 1, done=True))
    assert page(mine, uid).checklist == (("Water", False), ("Whiteboard", True))
    with pytest.raises(BadInput):
        mine.do(lambda actions: actions.mocks.check(uid, 2, done=True))


def test_booking_with_a_target_moves_it_on_the_board(life: Start) -> None:
    mine = life(start=NOON)

    def add(actions: Actions) -> int:
        row = tables.TargetRow(name="Grace", created_at=NOON, changed_at=NOON, stage_at=NOON)
        actions._session.add(row)
        actions._session.flush()
        assert row.id is not None
        return row.id

    target = mine.do(add)
    uid = book(mine, TOMORROW, target=target)
    assert page(mine, uid).target_name == "Grace"

    def stage(session: Any) -> str:
        return str(session.get(tables.TargetRow, target).stage)

    assert mine.engine.database.read(stage).result() == "interview"
    mine.do(_undo)
    assert mine.engine.database.read(stage).result() == "to_contact"


def test_the_trend_is_told_by_row_and_topic(life: Start) -> None:
    mine = life(start=NOON)
    for number in range(12):
        starts = mine.now + HOUR
        uid = book(mine, starts, topic="Graphs" if number % 2 else "Heaps")
        mine.to(starts + 2 * HOUR)
        outcome = "missed" if number == 11 else "complete"
        answer(mine, uid, outcome, scores={} if number == 11 else {"Code": 1 + number // 3, "Own": 5})
    trend = mine.ask(lambda questions: questions.mocks.trend())
    assert (trend.sat, trend.missed, len(trend.points)) == (11, 1, 11)
    name, last_five, five_before = trend.by_row[0]
    assert name == "Code"
    assert last_five == pytest.approx(3.4)
    assert five_before == pytest.approx(1.6)
    assert {(topic, count) for topic, count, _ in trend.by_topic} == {("Heaps", 6), ("Graphs", 5)}
    table = mine.ask(lambda questions: questions.mocks.export_csv())
    assert table.splitlines()[0].startswith("starts,ends,zone,title")
    assert table.splitlines()[0].endswith("review,study,proof,notes")
    assert len(table.splitlines()) == 13


def test_ones_own_score_rows_come_after_the_usual(life: Start) -> None:
    mine = life(start=NOON)
    mine.do(lambda actions: actions.mocks.set_score_rows(["Calm", "Calm", " "]))
    assert mine.ask(lambda questions: questions.mocks.score_rows())[-2:] == ("Testing", "Calm")


def test_a_week_is_cut_in_the_persons_zone_also_when_the_clock_changes(life: Start) -> None:
    """The last Sunday of March has 23 hours in Berlin."""
    start = datetime(2026, 3, 27, 12, tzinfo=UTC)
    mine = life(start=start)
    last = datetime(2026, 3, 29, 21, 30, tzinfo=UTC)
    book(mine, last, ends=last + timedelta(minutes=15), title="Sunday")
    book(mine, last + HOUR, title="Monday")
    sunday = last.date()
    span = mine.ask(lambda questions: questions.mocks.span(sunday, sunday))
    assert (span.zone, [view.title for view in span.mocks]) == (BERLIN, ["Sunday"])
    assert span.undo == "booked “Monday”"


def _undo(actions: Actions) -> str:
    return actions.mocks.undo()


def _mock_facts(life: Life) -> list[facts.Fact]:
    kinds = (facts.MockBooked, facts.MockMoved, facts.MockCancelled, facts.MockAnswered)
    return [fact for kind in kinds for fact in life.facts(kind)]


def _standing(life: Life) -> list[str]:
    def stands(session: Session) -> list[str]:
        row = tables.MockStandingRow
        return [*session.exec(select(row.mock).where(col(row.until).is_(None)))]

    return life.engine.database.read(stands).result()
