"""Targets come, change, move and go, and every step can be taken back."""

from datetime import date

import pytest

from exitzero.core.errors import BadInput
from exitzero.work.outreach.draft import Draft, Kind, Stage
from exitzero.work.outreach.views import BulkEdit, Filter, SavedView, TargetEdit
from tests.work.outreach.hunt import Hunt


def test_a_person_brings_its_company(hunt: Hunt) -> None:
    """A company that is named is found in any spelling, and made where it is new."""
    ada = hunt.add("Ada Lovelace", company="Acme GmbH", role="CTO")
    bob = hunt.add("Bob", company="acme")
    company = hunt.page(ada).target.company_id
    assert company == hunt.page(bob).target.company_id
    page = hunt.page(company or 0)
    assert (page.target.kind, page.target.name) == ("company", "Acme GmbH")
    assert [person.name for person in page.people] == ["Ada Lovelace", "Bob"]
    assert hunt.ask(lambda questions: questions.facets()).companies == ((company, "Acme GmbH"),)


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (TargetEdit(name="  "), "name"),
        (TargetEdit(name="Ada", email="ada"), "email"),
        (TargetEdit(name="Ada", link="linkedin"), "link"),
        (TargetEdit(name="Ada", stage="won"), "stage"),
        (TargetEdit(name="Ada", kind="robot"), "kind"),
        (TargetEdit(name="Ada", platform="fax"), "platform"),
        (TargetEdit(name="Ada", cadence=(0,)), "cadence"),
        (TargetEdit(name="Ada", cadence=tuple(range(1, 20))), "cadence"),
        (TargetEdit(name="Ada", tags=("a,b",)), "tags"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_kept(hunt: Hunt, edit: TargetEdit, field: str) -> None:
    """A form that is wrong in one field says so there and changes nothing."""
    with pytest.raises(BadInput) as refused:
        hunt.do(lambda actions: actions.add(edit))
    assert refused.value.field == field
    assert hunt.names() == []


def test_the_quick_line_counts_from_the_persons_own_day(hunt: Hunt) -> None:
    """``+3d`` is three days after the running day."""
    number = hunt.do(lambda actions: actions.quick("Ada Lovelace @ Analytical Engines, CTO #warm +3d"))
    target = hunt.page(number).target
    assert (target.company, target.role, target.tags, target.follow_up) == (
        "Analytical Engines", "CTO", ("warm",), date(2026, 6, 13),
    )  # fmt: skip


def test_cards_stand_where_they_were_put(hunt: Hunt) -> None:
    """A card goes in front of the one it was dropped on, or to the end, however often."""
    a, b, c = hunt.add("A"), hunt.add("B"), hunt.add("C")
    assert hunt.names("to_contact") == ["C", "B", "A"]  # what is new is seen first
    hunt.do(lambda actions: actions.move(a, "to_contact", before=b))
    assert hunt.names("to_contact") == ["C", "A", "B"]
    for _ in range(60):  # until halves are too small, then once more
        hunt.do(lambda actions: actions.move(b, "to_contact", before=a))
        hunt.do(lambda actions: actions.move(a, "to_contact", before=b))
    assert hunt.names("to_contact") == ["C", "A", "B"]
    hunt.do(lambda actions: actions.move(c, "messaged"))
    hunt.do(lambda actions: actions.move(a, "messaged", before=c))
    assert (hunt.names("to_contact"), hunt.names("messaged")) == (["B"], ["A", "C"])
    assert hunt.page(c).history[0].words == "Moved to Messaged"


def test_moving_to_replied_is_a_reply_and_moving_back_is_none(hunt: Hunt) -> None:
    """A reply on a platform that nobody reads is told by moving the card."""
    ada = hunt.add("Ada", follow_up=date(2026, 6, 12))
    hunt.do(lambda actions: actions.move(ada, "replied"))
    page = hunt.page(ada)
    assert (page.target.reply_at, page.target.follow_up) == (hunt.now, None)
    hunt.do(lambda actions: actions.move(ada, "messaged"))
    assert hunt.page(ada).target.reply_at is None


def test_every_step_is_taken_back_in_turn(hunt: Hunt) -> None:
    """Undo walks back through add, change, move, note, tag, delete; redo forward again."""
    ada = hunt.add("Ada", company="Acme", tags=("warm",))
    edit = TargetEdit(name="Ada Lovelace", id=ada, company="Acme", tags=("warm",), notes="met at a fair")
    hunt.do(lambda actions: actions.change(edit))
    hunt.do(lambda actions: actions.move(ada, "messaged"))
    hunt.do(lambda actions: actions.note(ada, "called twice"))
    hunt.do(lambda actions: actions.bulk([ada], BulkEdit(add_tags=("hot",), remove_tags=("WARM",))))
    assert hunt.page(ada).target.tags == ("hot",)
    hunt.do(lambda actions: actions.delete(ada))
    assert hunt.ask(lambda questions: questions.target(ada)) is None
    told = []
    while words := hunt.ask(lambda questions: questions.undo_words()):
        assert hunt.do(lambda actions: actions.undo()) == words
        told.append(words)
    assert told == [
        "Delete Ada Lovelace", "Change 1 target", "Note on Ada Lovelace", "Move Ada Lovelace to Messaged",
        "Change Ada Lovelace", "Add Ada",
    ]  # fmt: skip
    assert hunt.names() == []
    for _ in told:
        hunt.do(lambda actions: actions.redo())
    assert hunt.names() == ["Acme"]  # Ada is deleted again
    hunt.do(lambda actions: actions.undo())
    page = hunt.page(ada)
    assert (page.target.name, page.target.stage, page.target.tags) == ("Ada Lovelace", "messaged", ("hot",))
    assert [line.kind for line in page.history] == ["note", "stage", "edited", "added"]
    assert hunt.do(lambda actions: actions.undo()) == "Change 1 target"


def test_a_number_is_never_used_twice(hunt: Hunt) -> None:
    """What was proved for a deleted target must not fall to the next one."""
    first = hunt.add("Ada")
    hunt.prove(first, 1)
    hunt.do(lambda actions: actions.delete(first))
    second = hunt.add("Bob")
    assert second != first
    assert hunt.page(second).target.proofs == 0


def test_a_company_that_goes_leaves_its_people(hunt: Hunt) -> None:
    """People stay without their company, and come back to it with undo."""
    ada = hunt.add("Ada", company="Acme")
    company = hunt.page(ada).target.company_id or 0
    hunt.do(lambda actions: actions.delete(company))
    assert hunt.page(ada).target.company == ""
    assert hunt.ask(lambda questions: questions.find("acme")) == ()
    hunt.do(lambda actions: actions.undo())
    assert hunt.page(ada).target.company == "Acme"
    assert {each.name for each in hunt.ask(lambda questions: questions.find("acme"))} == {"Ada", "Acme"}


def test_a_renamed_company_is_found_by_its_people(hunt: Hunt) -> None:
    """Searching a company's new name finds who is there."""
    ada = hunt.add("Ada", company="Acme")
    company = hunt.page(ada).target.company_id or 0
    hunt.do(lambda actions: actions.change(TargetEdit(name="Zenith", kind="company", id=company)))
    assert [each.name for each in hunt.ask(lambda questions: questions.find("zenith ada"))] == ["Ada"]
    with pytest.raises(BadInput) as refused:
        hunt.do(lambda actions: actions.change(TargetEdit(name="Zenith", kind="person", id=company)))
    assert refused.value.field == "kind"


def test_an_import_is_one_step(hunt: Hunt) -> None:
    """A thousand rows with their companies come by one action and go by one undo."""
    hunt.add("Kept", company="Acme")
    drafts = [Draft(name=f"P{number:04}", company=f"Company {number % 50}") for number in range(1000)]
    drafts += [Draft(name="ACME Inc.", kind=Kind.COMPANY), Draft(name="Said", company="Acme", stage=Stage.REPLIED)]
    assert hunt.do(lambda actions: actions.import_(drafts, "Import of list.csv")) == 1002
    board = hunt.ask(lambda questions: questions.board())
    assert board.undo == "Import of list.csv"
    # The companies that only came with their people are in the table, and no cards.
    assert board.total == 1 + 1002
    assert hunt.ask(lambda questions: questions.table(Filter(), 0, 1)).total == 2 + 1002 + 50
    assert hunt.ask(lambda questions: questions.find("P0007"))[0].company == "Company 7"
    assert hunt.do(lambda actions: actions.undo()) == "Import of list.csv"
    kept = hunt.ask(lambda questions: questions.table(Filter(sort="name"), 0, 9)).rows
    assert [target.name for target in kept] == ["Acme", "Kept"]
    hunt.do(lambda actions: actions.redo())
    assert hunt.ask(lambda questions: questions.board()).total == 1003


def test_a_row_that_is_wrong_keeps_the_whole_import_out(hunt: Hunt) -> None:
    """An import is done whole or not at all."""
    with pytest.raises(BadInput):
        hunt.do(lambda actions: actions.import_([Draft(name="Ada"), Draft(name="")], "Import"))
    assert hunt.names() == []


def test_many_are_changed_alike_in_one_step(hunt: Hunt) -> None:
    """Stage, tags, follow-up and archive for many, taken back by one undo."""
    numbers = [hunt.add(name) for name in "ABCDE"]
    edit = BulkEdit(stage="messaged", add_tags=("batch",), follow_up=date(2026, 6, 20))
    assert hunt.do(lambda actions: actions.bulk(numbers, edit)) == 5
    rows = hunt.ask(lambda questions: questions.table(Filter(tags=frozenset({"batch"})))).rows
    assert {(row.stage, row.follow_up) for row in rows} == {("messaged", date(2026, 6, 20))}
    assert len(rows) == 5
    hunt.do(lambda actions: actions.undo())
    assert hunt.ask(lambda questions: questions.table(Filter(tags=frozenset({"batch"})))).total == 0
    hunt.do(lambda actions: actions.bulk(numbers, BulkEdit(archive=True)))
    assert hunt.names() == []
    assert hunt.ask(lambda questions: questions.table(Filter(archived=True))).total == 5
    hunt.do(lambda actions: actions.bulk(numbers, BulkEdit(delete=True)))
    assert hunt.ask(lambda questions: questions.table(Filter(archived=True))).total == 0
    hunt.do(lambda actions: actions.undo())
    assert hunt.ask(lambda questions: questions.table(Filter(archived=True))).total == 5


def test_follow_ups_are_put_off_from_today(hunt: Hunt) -> None:
    """Snoozing counts from the running day; what is due is listed longest overdue first."""
    ada = hunt.add("Ada", follow_up=date(2026, 6, 1))
    bob = hunt.add("Bob", follow_up=date(2026, 6, 10))
    hunt.add("Later", follow_up=date(2026, 6, 11))
    assert [each.name for each in hunt.ask(lambda questions: questions.due())] == ["Ada", "Bob"]
    hunt.do(lambda actions: actions.snooze(ada, 2))
    assert hunt.page(ada).target.follow_up == date(2026, 6, 12)
    hunt.do(lambda actions: actions.set_follow_up(bob, None))
    assert hunt.ask(lambda questions: questions.due()) == ()
    for days in (0, 400):
        with pytest.raises(BadInput) as refused:
            hunt.do(lambda actions, days=days: actions.snooze(ada, days))  # type: ignore[misc]
        assert refused.value.field == "follow_up"


def test_views_are_kept_under_their_names(hunt: Hunt) -> None:
    """A view is kept, replaced by one of its name, and forgotten."""
    wanted = Filter(text="acme", stages=frozenset({"messaged", "replied"}), due_only=True, sort="-follow_up")
    hunt.do(lambda actions: actions.save_view(SavedView("Hot", wanted)))
    assert hunt.ask(lambda questions: questions.saved_views()) == (SavedView("Hot", wanted),)
    hunt.do(lambda actions: actions.save_view(SavedView("Hot", Filter())))
    assert hunt.ask(lambda questions: questions.saved_views()) == (SavedView("Hot", Filter()),)
    hunt.do(lambda actions: actions.delete_view("Hot"))
    assert hunt.ask(lambda questions: questions.saved_views()) == ()
    with pytest.raises(BadInput) as refused:
        hunt.do(lambda actions: actions.save_view(SavedView(" ", Filter())))
    assert refused.value.field == "name"


def test_a_target_that_is_gone_is_said_to_be(hunt: Hunt) -> None:
    """An action on a target that somebody deleted meanwhile is refused and does nothing."""
    for action in ("archive", "delete"):
        with pytest.raises(BadInput) as refused:
            hunt.do(lambda actions, action=action: getattr(actions, action)(99))  # type: ignore[misc]
        assert refused.value.field == "target"
