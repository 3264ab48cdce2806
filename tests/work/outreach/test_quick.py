"""The quick line: its grammar, its errors at the piece, and that what it writes it reads back."""

import contextlib
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exitzero.core.errors import BadInput
from exitzero.work.outreach.draft import Draft, Kind, Platform, Stage
from exitzero.work.outreach.quick import HELP, as_line, parse
from tests.work.outreach.draft_strategies import drafts

TODAY = date(2026, 11, 20)  # A Friday.

WHOLE = Draft(
    name="Ada Lovelace", company="Analytical Engines", role="CTO", platform=Platform.LINKEDIN,
    link="https://linkedin.com/in/ada", email="ada@example.org", stage=Stage.MESSAGED, tags=("warm",),
    source="referral", fields={"priority": "high"}, follow_up=date(2026, 11, 23),
)  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "Ada Lovelace @ Analytical Engines, CTO #warm !high linkedin.com/in/ada ada@example.org +3d ~referral "
        "stage:messaged",
        "#warm !high +3d ~referral stage:messaged ada@example.org linkedin.com/in/ada "
        "Ada Lovelace, CTO @ Analytical Engines",
        "Ada #warm Lovelace @Analytical !h Engines, +3d CTO, linkedin.com/in/ada, ada@example.org, ~referral, "
        "stage:sent",
        '"Ada Lovelace" @"Analytical Engines" role:CTO #warm priority:high link:https://linkedin.com/in/ada '
        "mailto:ada@example.org 2026-11-23 source:referral stage:messaged",
    ],
)
def test_the_order_of_the_pieces_is_free(line: str) -> None:
    """The same pieces in any order say the same target."""
    assert parse(line, today=TODAY) == WHOLE


def test_the_line_in_the_help_reads_as_it_says() -> None:
    """What the screen shows as an example is read by the screen."""
    draft = parse(HELP.splitlines()[0], today=TODAY)
    assert draft == Draft(
        name="Ada Lovelace", company="Analytical Engines", role="CTO", platform=Platform.LINKEDIN,
        link="https://linkedin.com/in/ada", email="ada@example.org", tags=("warm",), source="referral",
        fields={"priority": "high"}, follow_up=date(2026, 11, 23),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "draft"),
    [
        ("company: Acme", Draft("Acme", Kind.COMPANY)),
        ("Company:Acme, Inc.", Draft("Acme, Inc.", Kind.COMPANY)),
        ("co Acme, Data Engineer #remote", Draft("Acme", Kind.COMPANY, role="Data Engineer", tags=("remote",))),
        ("Co Nguyen", Draft("Co Nguyen")),
        ("Grace @ Booking.com, PM", Draft("Grace", company="Booking.com", role="PM")),
        ("Grace @ Acme, Inc., PM, growth", Draft("Grace", company="Acme, Inc.", role="PM, growth")),
        ("Grace, PM @ Acme, London", Draft("Grace", company="Acme, London", role="PM")),
        ("Sun Li", Draft("Sun Li")),
        ('Ada note:"said \\"yes\\"\\nand more" salary:90k',
         Draft("Ada", notes='said "yes"\nand more', fields={"salary": "90k"})),
        ('Ada #"very warm" ~"met at a fair"', Draft("Ada", tags=("very warm",), source="met at a fair")),
        ("Ada ada@example.org", Draft("Ada", email="ada@example.org", platform=Platform.EMAIL)),
        ("Ada x.com/ada https://github.com/ada",
         Draft("Ada", platform=Platform.X, link="https://x.com/ada", links=("https://github.com/ada",))),
        ("https://www.linkedin.com/in/ada-lovelace-1a2b3c #warm",
         Draft("Ada Lovelace", platform=Platform.LINKEDIN, link="https://www.linkedin.com/in/ada-lovelace-1a2b3c",
               tags=("warm",))),
    ],
)  # fmt: skip
def test_a_line_says_a_target(line: str, draft: Draft) -> None:
    """Each sign of the grammar, and the names that only look like one."""
    assert parse(line, today=TODAY) == draft


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("today", date(2026, 11, 20)),
        ("tomorrow", date(2026, 11, 21)),
        ("fri", date(2026, 11, 27)),
        ("saturday", date(2026, 11, 21)),
        ("thu", date(2026, 11, 26)),
        ("+0d", date(2026, 11, 20)),
        ("+2w", date(2026, 12, 4)),
        ("+3m", date(2027, 2, 20)),
        ("2026-12-1", date(2026, 12, 1)),
    ],
)
def test_days_count_from_the_persons_own_day(word: str, day: date) -> None:
    """A weekday is the next one after today, never today itself."""
    assert parse(f"Ada {word}", today=TODAY).follow_up == day


def test_a_month_after_the_31st_ends_with_the_month() -> None:
    """31 January and one month is the last of February."""
    assert parse("Ada +1m", today=date(2027, 1, 31)).follow_up == date(2027, 2, 28)
    assert parse("Ada +1m", today=date(2028, 1, 31)).follow_up == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("line", "where", "piece"),
    [
        ("", "name", "name"),
        ("#warm +3d", "name", "name"),
        ("Ada stage:vibing", "stage", "stage:vibing"),
        ("Ada !urgent", "fields.priority", "!urgent"),
        ("Ada !", "fields.priority", "!"),
        ("Ada # warm", "tags", "#"),
        ("Ada #a,b", "tags", "a,b"),
        ("Ada ~", "source", "~"),
        ("Ada +3", "follow_up", "+3"),
        ("Ada +49123456", "follow_up", "+49123456"),
        ("Ada 2026-13-01", "follow_up", "2026-13-01"),
        ("Ada +9999m", "follow_up", "+9999m"),
        ("Ada +1d fri", "follow_up", "fri"),
        ("Ada a@example.org b@example.org", "email", "b@example.org"),
        ("Ada email:nobody", "email", "nobody"),
        ("Ada link:ftp://example.org/x", "link", "ftp://example.org/x"),
        ("Ada @ Acme @ Other", "company", "@"),
        ("Ada @", "company", "@"),
        ("company: Acme @ Other", "company", "@"),
        ("Ada company:Acme", "company", "company:Acme"),
        ("Ada, CTO role:CEO", "role", "CEO"),
        ("Ada platform:fax", "platform", "platform:fax"),
        ("Ada salary:1 salary:2", "fields.salary", "salary:2"),
        ("Ada !high !low", "fields.priority", "!low"),
        ("Ada salary:", "fields.salary", "salary:"),
        ('Ada note:"open', "line", "open"),
        ('Ada "x"y', "line", "y"),
        ("A" * 201, "name", "200"),
    ],
)
def test_an_error_names_its_field_and_its_piece(line: str, where: str, piece: str) -> None:
    """What cannot be read is refused at its field, quoting what was typed."""
    with pytest.raises(BadInput) as refused:
        parse(line, today=TODAY)
    assert refused.value.field == where
    assert piece in refused.value.message


def _sayable(draft: Draft) -> bool:
    try:
        as_line(draft)
    except BadInput:
        return False
    return True


@example(Draft("co", company="Acme"))
@example(Draft("company: x", tags=("a;",)))
@given(drafts(st.sampled_from(["salary", "priority", "Größe", "own-key"])).filter(_sayable))
def test_what_a_line_writes_it_reads_back(draft: Draft) -> None:
    """Every target that fits in a line survives it whole, whatever signs its words are made of."""
    assert parse(as_line(draft), today=TODAY) == draft


@given(drafts(st.sampled_from(["salary"])))
def test_only_links_without_a_first_one_do_not_fit_in_a_line(draft: Draft) -> None:
    """With plain field names every target fits, unless its further links have no first one before them."""
    assert _sayable(draft) == (bool(draft.link) or not draft.links)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_in_words(line: str) -> None:
    """No line that can be typed is a fault of the program."""
    with contextlib.suppress(BadInput):
        assert parse(line, today=TODAY).name
