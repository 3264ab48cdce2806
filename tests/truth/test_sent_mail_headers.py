"""What stands in headers, and the rules for what counts, without any mailbox."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.truth.sent_mail_headers import (
    MailRow,
    addresses_of,
    compared,
    decoded,
    headers_of,
    holds,
    outside,
    own_form,
    row_of,
    title_of,
)

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


def row(block: bytes) -> MailRow:
    """A mail with these header lines."""
    return row_of("1", AT, headers_of(block))


@pytest.mark.parametrize(
    ("subject", "word", "counts"),
    [
        ("Application", "application", True),
        ("My application: engineer", "application", True),
        ("(application)", "application", True),
        ("application_2", "application", False),
        ("applications", "application", False),
        ("job application for you", "job  application", True),
        ("jobapplication", "job application", False),
        ("Straße gesucht", "STRASSE", True),
        ("ΟΔΟΣ", "οδός", False),
        ("οδος", "ΟΔΟΣ", True),
        ("Bewerbung als Ko\u0308chin", "köchin", True),
        ("Cafe\u0301s", "café", False),
        ("ﬁnance role", "finance", True),
        ("C++ developer", "c++", True),
        ("C++ developer", "c", True),
        ("C++ developer", "+", True),
        ("求人応募の件", "応募", True),
        ("เรื่องสมัครงานครับ", "สมัครงาน", True),
        ("आवेदनों की सूची", "आवेदन", False),
        ("आवेदन पत्र", "आवेदन", True),
        ("hir\u200bing", "hiring", True),
        ("hiring", "", False),
        ("hiring", "  ", False),
        ("", "hiring", False),
        ("İSTANBUL", "i\u0307stanbul", True),
        ("rehiring, hiring", "hiring", True),
        ("заявка на работу", "ЗАЯВКА", True),
        ("заявками", "заявка", False),
    ],
)
def test_a_word_stands_as_a_whole(subject: str, word: str, counts: bool) -> None:
    """By its letters, in whatever form they are written."""
    assert holds(subject, (word,)) == counts


@given(st.text(max_size=40), st.text(max_size=40), st.text(min_size=1, max_size=12))
def test_a_word_between_spaces_is_always_found(before: str, after: str, word: str) -> None:
    """Unless nothing is left of it once spaces and signs without width are taken away, or marks would change it."""
    whole = compared(word)
    found = holds(f"{before} {word} {after}", (word,))
    assert found or not whole or compared(f"{before} {word} {after}").find(whole) < 0
    assert not holds(f"{before}", (word,)) or whole in compared(before)


@given(st.text(max_size=60))
def test_comparing_is_settled_after_once(text: str) -> None:
    """So that it does not matter how often a stored subject is read."""
    assert compared(compared(text)) == compared(text)


@given(st.binary(max_size=400))
def test_no_header_is_too_strange(block: bytes) -> None:
    """Whatever a server sends is read as something, on one line and of bounded length."""
    found = row(block)
    assert found.message_id
    assert len(found.subject) <= 1000
    assert len(title_of(found)) <= 200
    assert "\n" not in found.subject
    assert found == row(block)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=60))
def test_a_subject_survives_every_way_to_write_it(subject: str) -> None:
    """Bare UTF-8, base 64 and quoted."""
    from base64 import b64encode
    from email.header import Header

    wanted = row(f"Subject: {subject}\r\n".encode()).subject
    if "=?" in subject:
        return
    assert wanted == subject
    word = f"=?utf-8?b?{b64encode(subject.encode()).decode()}?="
    assert row(f"Subject: {word}\r\n".encode()).subject == subject
    assert row(f"Subject: {Header(subject, 'utf-8').encode()}\r\n".encode()).subject == subject


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("Ж =?utf-8?q?=C3=B6?= €", "Ж ö €"),
        ("=?utf-8?q?=FF?=", "\ufffd"),
        ("=?utf-8?b?YWJj", "=?utf-8?b?YWJj"),
        ("=?koi8-r?b?8NLJ18XU?=", "Привет"),
        ("=?iso-2022-jp?b?GyRCMX5KZxsoQg==?=", "応募"),
        ("=?unknown-8bit?q?=C3=B6?=", "ö"),
        ("=?utf-8*de?q?=C3=B6?=", "ö"),
    ],
)
def test_encoded_words(value: str, text: str) -> None:
    """As RFC 2047 has them, and as they come."""
    assert decoded(value) == text


def test_recipients_are_read_from_all_three_headers() -> None:
    """Folded, quoted, in groups, repeated; a name is never an address."""
    found = row(
        b'To: "Doe, Jane" <Jane@X.example>,\r\n\tjobs@y.example\r\nCc: undisclosed-recipients:;\r\n'
        b"Bcc: Team: a@z.example, jane@x.example;\r\nTo: second@line.example\r\n"
        b"To: =?utf-8?q?=22evil=40own=2Eexample=22?= <good@w.example>\r\n"
    )
    assert found.recipients == (
        "jane@x.example", "jobs@y.example", "second@line.example", "good@w.example", "a@z.example",
    )  # fmt: skip


def test_the_message_id_is_in_one_form() -> None:
    """However it was folded; without one, the digest of the headers and the instant stands for it."""
    assert (
        row(b"Message-ID:\r\n <A.b@C>\r\n").message_id == row(b"Message-Id: < A.b@C>  junk\r\n").message_id == "A.b@C"
    )
    assert row(b"Message-ID: bare@x\r\n").message_id == "bare@x"
    nameless = [row(b"Subject: a\r\n"), row(b"Subject:  a\r\n"), row(b"Subject: b\r\n")]
    assert nameless[0] == nameless[1] != nameless[2]
    later = row_of("1", AT + timedelta(seconds=1), headers_of(b"Subject: a\r\n"))
    assert later.message_id != nameless[0].message_id
    elsewhere = row_of("1", AT.astimezone(timezone(timedelta(hours=9))), headers_of(b"Subject: a\r\n"))
    assert elsewhere.message_id == nameless[0].message_id


def test_a_reply_names_what_it_answers() -> None:
    """More than one, too."""
    assert row(b"In-Reply-To: <a@x>\r\n <b@y>\r\n").in_reply_to == ("a@x", "b@y")
    assert row(b"In-Reply-To: your message of Monday\r\n").in_reply_to == ()


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("A.d.a+x+y@GoogleMail.com", "ada@gmail.com"),
        ("a.da+x@example.com", "a.da@example.com"),
        ("+plus@example.com", "+plus@example.com"),
        (" Ada@Example.COM ", "ada@example.com"),
    ],
)
def test_spellings_of_one_mailbox(address: str, form: str) -> None:
    """Dots are Gmail's habit only."""
    assert own_form(address) == form


def test_the_sender_is_one_of_ones_own() -> None:
    """Whoever sends from an alias to that alias has reached nobody."""
    found = row(b"From: Me <alias@x.example>\r\nTo: alias+1@x.example, boss@y.example\r\n")
    assert outside(found, ("me@z.example",)) == ("boss@y.example",)
    assert outside(found, ("BOSS@y.example",)) == ()


def test_addresses_are_in_order_and_each_once() -> None:
    """And only what has an @ is one."""
    assert addresses_of(["B@x.example, nobody, a@x.example", "b@X.example"]) == ("b@x.example", "a@x.example")
