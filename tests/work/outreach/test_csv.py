"""Tables of other programs in, our own table out and in again, and every slip with its row."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exitzero.core.errors import BadInput
from exitzero.work.outreach import csv_table
from exitzero.work.outreach.csv_columns import stage_of
from exitzero.work.outreach.csv_read import (
    Column,
    DateOrder,
    ImportPreview,
    drafts,
    guess_mapping,
    sniff,
    with_own_fields,
)
from exitzero.work.outreach.csv_write import guarded, unguarded, write
from exitzero.work.outreach.draft import Draft, Kind, Platform, Stage
from exitzero.work.outreach.duplicates import Index, Reason
from tests.work.outreach import csv_samples, draft_strategies


def _preview(text: str, *, date_order: DateOrder | None = None) -> ImportPreview:
    table = sniff(text.encode())
    return drafts(table, guess_mapping(table.header), date_order=date_order)


def _drafts(text: str) -> list[Draft | None]:
    return [row.draft for row in _preview(text).rows]


# ------------------------------------------------------------------------------------------ other programs


def test_linkedins_connections_are_read_below_their_notes() -> None:
    """The preamble is left out and told, the row of nobody is told with its number in the file."""
    table = sniff(csv_samples.LINKEDIN.encode())
    assert table.header[0] == "First Name"
    assert table.numbers == (5, 6, 7)
    assert any("first 3 rows" in warning for warning in table.warnings)
    preview = drafts(table, guess_mapping(table.header))
    assert [row.draft for row in preview.rows] == [
        Draft("Ada Example", company="Engines, Ltd.", role="CTO", platform=Platform.LINKEDIN,
              link="https://www.linkedin.com/in/ada-example", email="ada@example.org"),
        Draft("Jörg Beispiel", company="Muster GmbH", role="Talent Partner", platform=Platform.LINKEDIN,
              link="https://www.linkedin.com/in/j%C3%B6rg-beispiel"),
        None,
    ]  # fmt: skip
    assert preview.bad[0].problem.startswith("Row 7, column First Name: ")


def test_huntrs_board_becomes_companies_with_roles() -> None:
    """A list is a stage; two jobs at one company are told but not left out."""
    preview = _preview(csv_samples.HUNTR)
    assert [row.draft for row in preview.rows][:3] == [
        Draft("Acme Corp", Kind.COMPANY, role="Senior Developer", stage=Stage.MESSAGED, platform=Platform.PORTAL,
              link="https://jobs.lever.co/acme/1", notes="Great fit", fields={"Salary": "£80k", "Location": "London"}),
        Draft("Globex", Kind.COMPANY, role="Junior Developer", stage=Stage.INTERVIEW, platform=Platform.OTHER,
              link="https://globex.example/jobs/2", fields={"Salary": "$60k", "Location": "Remote"}),
        Draft("Initech", Kind.COMPANY, role="Full Stack", notes="Two lines\nof notes", fields={"Location": "Austin"}),
    ]  # fmt: skip
    second = preview.rows[3]
    assert second.repeats is not None
    assert (second.repeats.reference, second.repeats.reason, second.repeats.sure) == (2, Reason.COMPANY, False)
    assert second in preview.new


def test_teals_dates_are_read_month_first_by_the_column() -> None:
    """One 11/25 decides for the column; its own status words are known."""
    preview = _preview(csv_samples.TEAL)
    assert preview.date_order is DateOrder.MONTH_FIRST
    found = [row.draft for row in preview.rows if row.draft is not None]
    assert [draft.follow_up for draft in found] == [date(2026, 11, 25), date(2026, 12, 1)]
    assert [draft.stage for draft in found] == [Stage.TO_CONTACT, Stage.MESSAGED]
    assert found[0].fields == {"Min Salary": "100", "Max Salary": "140", "Excitement": "5", "Location": "Remote"}


def test_simplifys_tracker_is_read() -> None:
    """Its status is in capitals, its links are to the portal's application page."""
    first, second = _drafts(csv_samples.SIMPLIFY)
    assert first is not None
    assert second is not None
    assert (first.name, first.role, first.stage) == ("Soylent", "Backend Engineer", Stage.MESSAGED)
    assert (second.name, second.role, second.stage) == ("Tyrell", "SRE", Stage.INTERVIEW)
    assert (second.platform, second.notes) == (Platform.PORTAL, "Call on Monday")


def test_notions_tracker_with_contacts_becomes_people() -> None:
    """A contact makes a person of the row; a word that is no stage is told and can be chosen."""
    table = sniff(csv_samples.NOTION.encode())
    mapping = guess_mapping(table.header)
    preview = drafts(table, mapping)
    assert preview.rows[0].draft == Draft(
        "Charlie Example", company="Wonka, Inc.", role="Engineer", platform=Platform.OTHER, stage=Stage.MESSAGED,
        link="https://wonka.example/careers/engineer", email="charlie@wonka.example", tags=("remote", "sweets"),
        fields={"Priority": "High"},
    )  # fmt: skip
    assert preview.unknown_stages == ("Vibing",)
    assert "Vibing" in preview.rows[1].remarks[0]
    chosen = drafts(table, mapping, stages={"Vibing": Stage.REPLIED}).rows[1]
    assert chosen.draft is not None
    assert (chosen.draft.stage, chosen.remarks) == (Stage.REPLIED, ())


def test_airtables_name_beside_a_company_and_a_deadline_is_the_job() -> None:
    """The first column of such a base is the position."""
    (draft,) = _drafts(csv_samples.AIRTABLE)
    assert draft == Draft(
        "Cyberdyne", Kind.COMPANY, role="Designer", platform=Platform.OTHER, follow_up=date(2026, 11, 28),
        link="https://cyberdyne.example/jobs/designer", fields={"Salary range": "50-60"},
    )  # fmt: skip


def test_hubspots_contacts_are_read() -> None:
    """Lead statuses are stages; the phone is an own field; ids and owners are nobody's."""
    first, second = _drafts(csv_samples.HUBSPOT)
    assert first == Draft(
        "Grace Example", company="Yards", role="Recruiter", email="grace@yards.example", platform=Platform.EMAIL,
        stage=Stage.MESSAGED, fields={"Phone Number": "+1 555 0100"},
    )  # fmt: skip
    assert second == Draft("Kay", company="Yards", email="kay@yards.example", platform=Platform.EMAIL)


def test_what_is_nobodys_becomes_an_own_field_only_by_choice() -> None:
    """The columns that are not known are left out, or kept as own fields when asked."""
    table = sniff(csv_samples.HUBSPOT.encode())
    mapping = guess_mapping(table.header)
    assert 0 not in mapping
    row = drafts(table, with_own_fields(table.header, mapping)).rows[0]
    assert row.draft is not None
    assert row.draft.fields["Record ID"] == "101"


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("Wishlist", Stage.TO_CONTACT), ("Bookmarked", Stage.TO_CONTACT), ("2. Applied", Stage.MESSAGED),
        ("👻 Ghosted", Stage.MESSAGED), ("Interviewing", Stage.INTERVIEW), ("On-Site Interview", Stage.INTERVIEW),
        ("Offer", Stage.INTERVIEW), ("I Withdrew", Stage.REJECTED), ("CONNECTED", Stage.REPLIED),
        ("to_contact", Stage.TO_CONTACT), ("InProgress", Stage.MESSAGED), ("Dancing", None), ("", None),
    ],
)  # fmt: skip
def test_stages_of_other_programs(word: str, stage: Stage | None) -> None:
    """The words of other trackers mean a stage whatever their case, number or picture."""
    assert stage_of(word) is stage


# ------------------------------------------------------------------------------------------ the file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends_are_found_out(encoding: str, delimiter: str, end: str) -> None:
    """Every mix of them gives the same table."""
    lines = ["Name|Company|Notes", 'Zoë Größe|Café|"a, b; c\td ""quoted"""', "Ada|Acme|x", '"Kay"|""|"two~lines"']
    text = end.join(lines).replace("|", delimiter).replace("~", "\n")
    table = sniff(text.encode(encoding))
    assert table.delimiter == delimiter
    assert table.header == ("Name", "Company", "Notes")
    assert table.rows == (
        ("Zoë Größe", "Café", 'a, b; c\td "quoted"'),
        ("Ada", "Acme", "x"),
        ("Kay", "", "two\nlines"),
    )
    assert table.warnings == ()


def test_rows_are_numbered_as_a_spreadsheet_counts_them() -> None:
    """A cell over two lines is one row, an empty row counts, and uneven rows are told by number."""
    table = sniff(b'Name,Company\n"two\nlines",Acme\n\nAda\nKay,Acme, Inc.\n')
    assert table.numbers == (2, 4, 5)
    assert table.rows == (("two\nlines", "Acme"), ("Ada", ""), ("Kay", "Acme", " Inc."))
    assert table.warnings == ("Row 4 has 1 cells, the header has 2.", "Row 5 has 3 cells, the header has 2.")
    preview = drafts(table, guess_mapping(table.header))
    assert [row.number for row in preview.bad] == [5]
    assert "in quotes" in preview.bad[0].problem


def test_excels_line_about_the_delimiter_is_no_row() -> None:
    """``sep=;`` says the delimiter; the numbers still are the file's."""
    table = sniff(b"sep=;\r\nName;Company\r\nAda;Acme\r\n")
    assert (table.delimiter, table.header, table.numbers) == (";", ("Name", "Company"), (3,))


def test_columns_without_or_with_the_same_name_get_one_of_their_own() -> None:
    """No two columns share a name, and none is without."""
    assert sniff(b"Name,,Notes,Notes\nAda,x,y,z\n").header == ("Name", "Column 2", "Notes", "Notes (2)")


def test_one_column_of_names_is_a_table() -> None:
    """A plain list with a heading can be imported."""
    assert _drafts("Name\nAda\nKay\n") == [Draft("Ada"), Draft("Kay")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\x7fELF,\x01\x02\x00 and so on, and so on", "no table"),
        (b'Name,Notes\nAda,x\nKay,"open\nmore\n', "Line 3"),
        (b"Name\n" + b"a\n" * (csv_table.MOST_ROWS + 20), "more than 100000 rows"),
        (b"x" * (csv_table.LARGEST_BYTES + 1), "20 MB"),
    ],
    ids=["nothing", "blank", "workbook", "binary", "open quote", "too long", "too big"],
)
def test_a_file_that_is_no_table_is_refused_in_words(data: bytes, words: str) -> None:
    """Each with what is wrong and, in a table, at which line."""
    with pytest.raises(BadInput, match=words) as refused:
        sniff(data)
    assert refused.value.field == "file"


def test_a_stray_quote_is_told_and_read_as_well_as_can_be() -> None:
    """A quote within a cell does not stop the import."""
    table = sniff(b'Name,Notes\nAda,x\nKay,"said "no" to it"\n')
    assert len(table.rows) == 2
    assert any("Line 3" in warning for warning in table.warnings)


# ------------------------------------------------------------------------------------------ the preview


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({0: Column.ROLE}, "name or the company"),
        ({0: Column.NAME, 1: Column.NAME}, "“Name” and “Company”"),
        ({7: Column.NAME}, "no column 8"),
    ],
)
def test_a_mapping_that_names_nobody_is_refused(mapping: dict[int, Column], words: str) -> None:
    """What the columns mean has to be unambiguous before rows are shown."""
    with pytest.raises(BadInput, match=words) as refused:
        drafts(sniff(b"Name,Company\nAda,Acme\n"), mapping)
    assert refused.value.field == "mapping"


def test_a_bad_cell_is_told_with_its_row_and_the_files_own_heading() -> None:
    """The row stays in the preview with its problem; the others are not touched."""
    preview = _preview("Name,E-mail,LinkedIn URL\nAda,nowhere,\nKay,kay@example.org,ftp://x\nZoe,n/a,-\n")
    assert [row.problem.partition(": ")[0] for row in preview.bad] == [
        "Row 2, column E-mail",
        "Row 3, column LinkedIn URL",
    ]
    assert [row.draft for row in preview.new] == [Draft("Zoe")]


def test_days_that_can_be_two_are_asked_for() -> None:
    """Where no row decides, the date stays open, and the person's word decides it."""
    text = "Name,Follow up\nAda,03/04/2026\nKay,5.4.2026\nZoe,someday\n"
    preview = _preview(text)
    assert preview.dates_open
    assert "two days" in preview.rows[0].remarks[0]
    assert "no day" in preview.rows[2].remarks[0]
    told = _preview(text, date_order=DateOrder.DAY_FIRST)
    assert not told.dates_open
    days = [row.draft.follow_up for row in told.rows if row.draft is not None]
    assert days == [date(2026, 4, 3), date(2026, 4, 5), None]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)), ("2026-11-20T10:00:00Z", date(2026, 11, 20)),
        ("2026/11/20", date(2026, 11, 20)), ("20.11.2026", date(2026, 11, 20)), ("20 Nov 2026", date(2026, 11, 20)),
        ("20-Nov-26", date(2026, 11, 20)), ("Nov 20, 2026", date(2026, 11, 20)),
        ("November 20, 2026 9:30 AM", date(2026, 11, 20)), ("Fri, 20 November 2026", date(2026, 11, 20)),
        ("20/11/2026", date(2026, 11, 20)), ("11/20/26", date(2026, 11, 20)), ("4/4/2026", date(2026, 4, 4)),
        ("31/31/2026", None), ("2026-02-30", None), ("20 Foo 2026", None),
    ],
)  # fmt: skip
def test_dates_in_the_common_forms(cell: str, day: date | None) -> None:
    """ISO, with dots, with words, with a time; what is no day is none."""
    row = _preview(f'Name,Follow up\nAda,"{cell}"\n').rows[0]
    assert row.draft is not None
    assert row.draft.follow_up == day
    assert bool(row.remarks) == (day is None)


def test_a_column_in_both_orders_is_asked_for() -> None:
    """20/11 and 11/20 in one column: what can be two days stays open."""
    preview = _preview("Name,Follow up\nAda,20/11/2026\nKay,11/20/2026\nZoe,03/04/2026\n")
    assert preview.dates_open
    days = [row.draft.follow_up for row in preview.rows if row.draft is not None]
    assert days == [date(2026, 11, 20), date(2026, 11, 20), None]


def test_targets_that_are_there_already_are_shown_with_the_reason() -> None:
    """Against what is kept, and within the file by the row's number."""
    table = sniff(b"Name,Email\nAda,ADA@example.org\nKay,kay@example.org\nKay E.,kay@example.org\n")
    known = Index([("t1", Draft("Ada Lovelace", email="ada@example.org"))])
    preview = drafts(table, guess_mapping(table.header), known=known)
    ada, kay, again = preview.rows
    assert ada.duplicate_of is not None
    assert (ada.duplicate_of.reference, ada.duplicate_of.reason) == ("t1", Reason.EMAIL)
    assert again.repeats is not None
    assert again.repeats.reference == 3
    assert preview.new == (kay,)
    assert preview.known == (ada, again)


# ------------------------------------------------------------------------------------------ our own table


@example([Draft("Ada", notes="a;b\n;\nc;d\n;\n;")], False)
@given(st.lists(draft_strategies.drafts(), min_size=1, max_size=4), st.booleans())
def test_our_own_table_comes_back_without_loss(targets: list[Draft], bom: bool) -> None:
    """What is written is read as the same targets, with the mapping that is guessed."""
    table = sniff(write(targets, bom=bom))
    preview = drafts(table, guess_mapping(table.header))
    assert [row.draft for row in preview.rows] == targets, [row.problem for row in preview.rows]
    assert table.warnings == ()


@given(st.text())
def test_a_guarded_cell_is_no_formula_and_comes_back(cell: str) -> None:
    """No spreadsheet runs a cell, and no cell is changed by the guard."""
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(cell)) == cell


def test_the_table_is_rfc_4180() -> None:
    """CR LF, doubled quotes, the columns in a steady order, own fields last by name."""
    target = Draft("=Ada", company='"A", B', fields={"z": "1", "a": "2"}, follow_up=date(2026, 11, 20))
    assert write([target]).decode() == (
        "Kind,Name,Company,Role,Platform,Link,Email,Stage,Tags,Notes,Source,Next follow-up,"
        "Further links,Field: a,Field: z\r\n"
        'person,\'=Ada,"""A"", B",,,,,to_contact,,,,2026-11-20,,2,1\r\n'
    )
    assert write([], bom=True).startswith(b"\xef\xbb\xbfKind,")
