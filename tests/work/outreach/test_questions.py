"""What the pages are told: filtered, sorted and counted right."""

from datetime import date

import pytest

from exitzero.core.errors import BadInput
from exitzero.work.outreach.views import Filter
from tests.work.outreach.hunt import Hunt

ROWS = (
    ("Ada Lovelace", {"company": "Acme", "role": "CTO", "platform": "linkedin", "tags": ("warm", "berlin"),
                      "fields": {"salary": "90k"}, "follow_up": date(2026, 6, 9)}),
    ("Björn Ægir", {"company": "Zenith", "role": "Recruiter", "platform": "email", "email": "bjorn@zenith.example",
                    "tags": ("warm",), "fields": {"salary": "120k"}, "stage": "replied"}),
    ("Chen_Wei 100%", {"platform": "x", "fields": {"priority": "high"}, "notes": "met at the Straße fair"}),
)  # fmt: skip


@pytest.fixture
def filled(hunt: Hunt) -> Hunt:
    """Three people and two companies."""
    for name, more in ROWS:
        hunt.add(name, **more)
    return hunt


def shown(hunt: Hunt, **wanted: object) -> list[str]:
    """The names that a filter shows."""
    wanted_filter = Filter(**wanted)  # type: ignore[arg-type]
    return [row.name for row in hunt.ask(lambda questions: questions.table(wanted_filter)).rows]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ada", ["Ada Lovelace"]),
        ("LOVE ada", ["Ada Lovelace"]),
        ("bjorn", ["Björn Ægir"]),
        ("björn", ["Björn Ægir"]),
        ("acme cto", ["Ada Lovelace"]),
        ("strasse", ["Chen_Wei 100%"]),
        ("100%", ["Chen_Wei 100%"]),
        ("%", ["Acme", "Ada Lovelace", "Björn Ægir", "Chen_Wei 100%", "Zenith"]),
        ("chen wei", ["Chen_Wei 100%"]),
        ("bjorn@zenith", ["Björn Ægir"]),
        ("120k", ["Björn Ægir"]),
        ("berlin", ["Ada Lovelace"]),
        ("nobody", []),
    ],
)
def test_search_takes_any_spelling(filled: Hunt, text: str, names: list[str]) -> None:
    """Every word must stand in the card, in any case, without accents; signs mean nothing."""
    assert shown(filled, text=text, sort="name") == names
    on_board = sorted(name for name in names if name not in {"Acme", "Zenith"})
    assert sorted(card.name for column in filled.ask(lambda questions: questions.board(text)).columns
                  for card in column.cards) == on_board  # fmt: skip


def test_an_employer_is_no_card_until_somebody_means_it(filled: Hunt) -> None:
    """A company that only came with a person is in the table, and on the board once it moves."""
    wanted = Filter(text="acme", kinds=frozenset({"company"}))
    acme = filled.ask(lambda questions: questions.table(wanted)).rows[0]
    board = filled.ask(lambda questions: questions.board())
    assert acme.id not in {card.id for column in board.columns for card in column.cards}
    filled.do(lambda actions: actions.move(acme.id, "messaged"))
    board = filled.ask(lambda questions: questions.board())
    assert acme.id in {card.id for column in board.columns for card in column.cards}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"stages": frozenset({"replied"})}, ["Björn Ægir"]),
        ({"platforms": frozenset({"x", "email"})}, ["Björn Ægir", "Chen_Wei 100%"]),
        ({"tags": frozenset({"berlin", "cold"})}, ["Ada Lovelace"]),
        ({"kinds": frozenset({"company"})}, ["Acme", "Zenith"]),
        ({"due_only": True}, ["Ada Lovelace"]),
        ({"archived": True}, []),
        ({"text": "warm", "stages": frozenset({"to_contact"})}, ["Ada Lovelace"]),
    ],
)
def test_filters_narrow(filled: Hunt, wanted: dict[str, object], names: list[str]) -> None:
    """Each filter leaves what fits it; several leave what fits all."""
    assert shown(filled, sort="name", **wanted) == names


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("name", "Acme"),
        ("-name", "Zenith"),
        ("company", "Ada Lovelace"),
        ("-company", "Björn Ægir"),
        ("field:salary", "Ada Lovelace"),
        ("-field:salary", "Björn Ægir"),
        ("field:priority", "Chen_Wei 100%"),
        ("follow_up", "Ada Lovelace"),
        ("-follow_up", "Ada Lovelace"),
        ("-stage", "Björn Ægir"),
        ("role", "Ada Lovelace"),
        ("-role", "Björn Ægir"),
        ("platform", "Björn Ægir"),
        ("tags", "Björn Ægir"),
        ("-tags", "Ada Lovelace"),
        ("proved_at", "Acme"),
        ("created_at", "Acme"),
    ],
)
def test_sorting_puts_what_is_empty_last(filled: Hunt, sort: str, first: str) -> None:
    """In either order whoever has no value comes last."""
    names = shown(filled, sort=sort)
    assert len(names) == 5
    if sort in {"tags", "-tags"}:
        assert set(names[:2]) == {"Ada Lovelace", "Björn Ægir"}
    else:
        assert names[0] == first


def test_an_order_that_there_is_none_of_is_refused(filled: Hunt) -> None:
    """A sort that nobody knows is an error of whoever asks."""
    with pytest.raises(BadInput):
        shown(filled, sort="password")


def test_a_field_of_any_name_can_be_sorted_by(hunt: Hunt) -> None:
    """Quotes and dots in an own field's name are part of it."""
    hunt.add("A", fields={'say "hi".x': "2"})
    hunt.add("B", fields={'say "hi".x': "1"})
    assert shown(hunt, sort='field:say "hi".x')[:2] in (["A", "B"], ["B", "A"])
    assert shown(hunt, sort="field:'); DROP TABLE target; --") != []


def test_pages_of_a_table_follow_each_other(hunt: Hunt) -> None:
    """Each row is on one page, whatever the order, and the total is of all."""
    for number in range(25):
        hunt.add(f"T{number:02}", role="same")
    found: list[str] = []
    for first in range(0, 25, 10):
        page = hunt.ask(lambda questions, first=first: questions.table(Filter(sort="role"), first, 10))  # type: ignore[misc]
        assert (page.total, page.first) == (25, first)
        found += [row.name for row in page.rows]
    assert sorted(found) == [f"T{number:02}" for number in range(25)]
    assert len(hunt.ask(lambda questions: questions.ids(Filter()))) == 25


def test_a_column_shows_its_first_cards_and_counts_all(hunt: Hunt) -> None:
    """The rest of a column is asked for when it is scrolled to."""
    for number in range(12):
        hunt.add(f"T{number:02}")
    column = hunt.ask(lambda questions: questions.board(most=5)).columns[0]
    assert (column.total, len(column.cards)) == (12, 5)
    more = hunt.ask(lambda questions: questions.column("to_contact", first=5, most=20))
    assert (more.total, len(more.cards)) == (12, 7)
    assert not {card.id for card in column.cards} & {card.id for card in more.cards}


def test_what_can_be_chosen_is_what_occurs(filled: Hunt) -> None:
    """Tags, platforms, fields and companies, most used first."""
    facets = filled.ask(lambda questions: questions.facets())
    assert facets.tags == ("warm", "berlin")
    assert facets.fields == ("salary", "priority")
    assert [name for _, name in facets.companies] == ["Acme", "Zenith"]
    assert set(facets.platforms) == {"linkedin", "email", "x"}


def test_what_is_exported_comes_back(filled: Hunt) -> None:
    """Drafts hold everything, with the company by name."""
    drafts = {draft.name: draft for draft in filled.ask(lambda questions: questions.drafts())}
    assert len(drafts) == 5
    ada = drafts["Ada Lovelace"]
    assert (ada.company, ada.tags, dict(ada.fields), ada.follow_up) == (
        "Acme", ("warm", "berlin"), {"salary": "90k"}, date(2026, 6, 9),
    )  # fmt: skip
    assert [draft.name for draft in filled.ask(lambda questions: questions.drafts(Filter(text="zenith ægir")))] == [
        "Björn Ægir"
    ]


def test_nobody_is_there_yet(hunt: Hunt) -> None:
    """Every question has an answer for an empty hunt."""
    board = hunt.ask(lambda questions: questions.board())
    assert (board.total, board.due, board.undo, len(board.columns)) == (0, 0, "", 5)
    assert hunt.ask(lambda questions: questions.table(Filter())).total == 0
    assert hunt.ask(lambda questions: questions.find("")) == ()
    assert hunt.ask(lambda questions: questions.target(1)) is None
    assert hunt.ask(lambda questions: questions.insights()).overall.percent == 0
    assert hunt.ask(lambda questions: questions.today()).mails == ()
    assert hunt.ask(lambda questions: questions.mailboxes()) == ()
