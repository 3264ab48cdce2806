"""What the headers of a mail say: its subject in plain letters, who it went to, and what names it for ever.

Why it exists: a header is bytes that other people's programs wrote, folded, encoded twice or not at all, and every
way of asking for mail ends in the same few headers. Everything here is pure. The rules for what *counts* stand here
too, so that a stored row can be judged again without any mailbox:

* **Words.** Subject and word are compared in one form (NFKC, case folded, white space as single spaces, signs without
  width left out). A word or phrase counts where it stands as a whole: no letter, digit or combining mark may follow or
  go before it, except in scripts that are written without spaces between words (Chinese, Japanese, Thai, ...).
* **Own addresses.** Compared in lower case and without what follows a ``+``; at Gmail, dots are no part of an address
  and googlemail.com is gmail.com. The address that a mail was sent from is always one's own.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses
from hashlib import sha256

#: The headers that are asked for; nothing else of a mail is ever fetched.
FIELDS = ("Subject", "From", "To", "Cc", "Bcc", "Message-ID", "In-Reply-To")

_LONGEST_SUBJECT = 1000
_LONGEST_TITLE = 200
_MESSAGE_ID = re.compile(r"<([^<>]+)>")
#: Han with its neighbours, kana, bopomofo, Thai, Lao, Burmese and Khmer are written without spaces between words.
_NO_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_GMAIL = {"gmail.com", "googlemail.com"}


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail by its headers. ``at`` is the instant at which the server says it came to be there.

    ``uid`` names it inside the mailbox, ``message_id`` everywhere. Addresses are in lower case, in the order of the
    headers, each once.
    """

    uid: str
    at: datetime
    message_id: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    in_reply_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """One header line: its name as written and its raw value."""

    name: str
    value: bytes


def headers_of(block: bytes) -> tuple[Header, ...]:
    """A block of header lines as bytes on the wire."""
    parsed = BytesHeaderParser(policy=compat32).parsebytes(block)
    return tuple(Header(name, str(value).encode("utf-8", "surrogateescape")) for name, value in parsed.raw_items())


def row_of(uid: str, at: datetime, headers: Sequence[Header]) -> MailRow:
    """A mail by its headers. One without a Message-ID is named by the digest of what it has."""
    told = _values(headers, "message-id")
    found = _MESSAGE_ID.findall(told[0]) if told else []
    message_id = "".join((found[0] if found else told[0] if told else "").split())
    if not message_id:
        lines = [f"{header.name.lower()}:".encode() + b" ".join(header.value.split()) for header in headers]
        digest = sha256(b"\n".join([*lines, at.astimezone(UTC).isoformat().encode()])).hexdigest()
        message_id = f"sha256:{digest}"
    subjects = _values(headers, "subject")
    senders = addresses_of(_values(headers, "from"))
    return MailRow(
        uid=uid,
        at=at,
        message_id=message_id[:_LONGEST_SUBJECT],
        subject=one_line(decoded(subjects[0]) if subjects else "")[:_LONGEST_SUBJECT],
        sender=senders[0] if senders else "",
        recipients=addresses_of(value for name in ("to", "cc", "bcc") for value in _values(headers, name)),
        in_reply_to=tuple(_MESSAGE_ID.findall(" ".join(_values(headers, "in-reply-to")))),
    )


def title_of(row: MailRow) -> str:
    """The subject as it stands on the screen."""
    return row.subject if len(row.subject) <= _LONGEST_TITLE else f"{row.subject[: _LONGEST_TITLE - 1]}…"


def decoded(value: str) -> str:
    """A header's text with its encoded words read; a broken one is left as it was written."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(_part(text, charset) for text, charset in parts)


def one_line(text: str) -> str:
    """Text on one line, without signs that cannot be seen."""
    return "".join(sign for sign in " ".join(text.split()) if unicodedata.category(sign) not in {"Cc", "Cs"})


def addresses_of(values: Iterable[str]) -> tuple[str, ...]:
    """The addresses in header values, lower case, each once, without the names beside them and without groups."""
    found = (address.strip().lower() for _, address in getaddresses(list(values)))
    return tuple(dict.fromkeys(address for address in found if "@" in address))


def own_form(address: str) -> str:
    """One form for all spellings under which mail reaches the same mailbox."""
    local, _, domain = address.strip().lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def outside(row: MailRow, own: Iterable[str]) -> tuple[str, ...]:
    """The recipients that are not the person's own."""
    mine = {own_form(each) for each in own} | ({own_form(row.sender)} if row.sender else set())
    return tuple(each for each in row.recipients if own_form(each) not in mine)


def compared(text: str) -> str:
    """Text in the form in which subjects and words are compared."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(sign for sign in folded if unicodedata.category(sign) != "Cf").split())


def holds(subject: str, words: Iterable[str]) -> bool:
    """Whether one of the words or phrases stands in the subject as a whole."""
    text = compared(subject)
    return any(_stands_in(word, text) for word in map(compared, words) if word)


def _stands_in(word: str, text: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        before = text[at - 1] if at else ""
        after = text[end] if end < len(text) else ""
        if not _runs_on(before, word[0]) and not _runs_on(word[-1], after):
            return True
        at = text.find(word, at + 1)
    return False


def _runs_on(left: str, right: str) -> bool:
    """Whether two neighbouring signs belong to one word."""
    if not left or not right:
        return False
    if unicodedata.category(right)[0] == "M":
        return _is_letter(left)
    if _NO_SPACES.match(left) or _NO_SPACES.match(right):
        return False
    return _is_letter(left) and _is_letter(right)


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or sign == "_" or unicodedata.category(sign)[0] == "M"


def _values(headers: Sequence[Header], name: str) -> list[str]:
    return [_unfolded(header.value) for header in headers if header.name.lower() == name]


def _unfolded(raw: bytes) -> str:
    """The text of a raw value. Mails are written in UTF-8 where they are not written by the rules at all."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return re.sub(r"\r?\n(?=[ \t])", "", text).replace("\r", " ").replace("\n", " ").strip()


def _part(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    if charset is None:
        # What stands between encoded words; the library wrote it so.
        return text.decode("raw-unicode-escape", "replace")
    try:
        return text.decode("utf-8" if charset.lower() == "unknown-8bit" else charset, "replace")
    except (LookupError, ValueError):
        return text.decode("utf-8", "replace")
