"""Contacts: what is written is read back whole, and what phones and mail programs write is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.errors import BadInput
from exitzero.work.outreach.draft import Draft, Kind, Platform
from exitzero.work.outreach.vcard import read, write
from tests.work.outreach.draft_strategies import drafts


@given(st.lists(drafts(), min_size=1, max_size=3))
def test_what_is_written_is_read_back_whole(targets: list[Draft]) -> None:
    """Every target survives the way through a file of contacts."""
    cards = read(write(targets))
    assert cards.problems == ()
    assert list(cards.drafts) == targets


@given(drafts())
def test_no_line_is_longer_than_75_octets_or_cuts_a_character(draft: Draft) -> None:
    """Folding counts bytes and keeps characters whole; each line ends with CR LF."""
    lines = write([draft]).split(b"\r\n")
    assert lines[-1] == b""
    for line in lines:
        assert len(line) <= 75
        line.decode("utf-8")


def test_what_a_card_looks_like() -> None:
    """The lines are those that other programs know, with their escapes."""
    draft = Draft(
        "Ada Lovelace", company="Engines, Ltd", role="CTO; founder", email="ada@example.org", tags=("a", "b c"),
        link="https://x.com/ada", notes="one\ntwo", fields={"phone": "+44 1", "salary": "90k"}, platform=Platform.X,
    )  # fmt: skip
    assert write([draft]).decode() == "\r\n".join(
        [
            "BEGIN:VCARD", "VERSION:4.0", "KIND:individual", "FN:Ada Lovelace", "N:Lovelace;Ada;;;",
            "ORG:Engines\\, Ltd", "TITLE:CTO\\; founder", "EMAIL:ada@example.org", "URL;PREF=1:https://x.com/ada",
            "CATEGORIES:a,b c", "NOTE:one\\ntwo", "TEL;VALUE=text:+44 1", "X-EXITZERO-STAGE:to_contact",
            "X-EXITZERO-PLATFORM:x", "X-EXITZERO-FIELD:salary;90k", "END:VCARD", "",
        ]
    )  # fmt: skip


PHONE_CARD = """BEGIN:VCARD\r
VERSION:3.0\r
PRODID:-//A phone//EN\r
N:Example;Grace;Brewster;;\r
FN:Grace Brewster Example\r
ORG:Example Yards\\, Inc.;Compilers;\r
TITLE:Rear Admi\r
 ral\r
EMAIL;type=INTERNET;type=WORK;type=pref:grace@example.org\r
EMAIL;type=INTERNET;type=HOME:grace@example.net\r
TEL;type=CELL;type=VOICE:+1 555 0100\r
item1.URL;type=pref:https\\://www.linkedin.com/in/grace-example\r
item1.X-ABLabel:LinkedIn\r
X-SOCIALPROFILE;type=twitter:https://twitter.com/grace_example\r
CATEGORIES:navy,compilers\r
NOTE:Met at the fair\\nSaid \\"hello\\"\r
PHOTO;ENCODING=b;TYPE=JPEG:AAAA\r
END:VCARD\r
"""


def test_a_phones_card_in_3_0_is_read() -> None:
    """Groups, folded lines, types in small letters and escaped addresses are what phones write."""
    assert read(PHONE_CARD.encode()).drafts == (
        Draft(
            "Grace Brewster Example", company="Example Yards, Inc.", role="Rear Admiral", email="grace@example.org",
            platform=Platform.LINKEDIN, link="https://www.linkedin.com/in/grace-example", tags=("navy", "compilers"),
            links=("https://twitter.com/grace_example",), notes='Met at the fair\nSaid "hello"',
            fields={"phone": "+1 555 0100", "email 2": "grace@example.net"},
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "draft"),
    [
        ("N:Example;Ada", Draft("Ada Example")),
        ("ORG:Acme", Draft("Acme", Kind.COMPANY)),
        ("N:;;;;\nFN:Acme\nORG:Acme\nX-ABShowAs:COMPANY", Draft("Acme", Kind.COMPANY)),
        ("KIND:org\nFN:Acme\nURL:acme.example",
         Draft("Acme", Kind.COMPANY, platform=Platform.OTHER, link="https://acme.example")),
        ("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg =\n=C3=84xample", Draft("Jörg Äxample")),
        ("FN:Ada\nEMAIL:mailto:ada@example.org", Draft("Ada", email="ada@example.org", platform=Platform.EMAIL)),
    ],
)  # fmt: skip
def test_other_programs_ways_are_read(lines: str, draft: Draft) -> None:
    """A name out of its parts, a company shown as one, old encodings."""
    assert read(f"BEGIN:VCARD\nVERSION:3.0\n{lines}\nEND:VCARD\n").drafts == (draft,)


def test_a_bad_card_is_told_with_its_line_and_stops_no_other() -> None:
    """Each card that cannot be read is named by number, line and field."""
    text = (
        "BEGIN:VCARD\nVERSION:4.0\nNOTE:nobody\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Ada\nEMAIL:nowhere\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Grace\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Kay\nX-EXITZERO-STAGE:dancing\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Open"
    )
    cards = read(text)
    assert cards.drafts == (Draft("Grace"),)
    assert [(problem.number, problem.line) for problem in cards.problems] == [(1, 1), (2, 5), (4, 12), (5, 16)]
    words = [problem.message for problem in cards.problems]
    for word, message in zip(["name", "email", "stage", "END:VCARD"], words, strict=True):
        assert word in message


@pytest.mark.parametrize("data", [b"", b"Name,Company\nAda,Acme\n", b"\x00\x01\xff"])
def test_a_file_without_a_card_is_refused(data: bytes) -> None:
    """What is no file of contacts is told to be none."""
    with pytest.raises(BadInput, match="no contact") as refused:
        read(data)
    assert refused.value.field == "file"
