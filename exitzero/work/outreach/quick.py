"""One line for one target, for hands that stay on the keyboard.

Why it exists: a form has eleven fields, and most targets need four of them. The line is read here and written here,
so that what a screen offers for editing is what it reads back. :data:`HELP` is the grammar in the user's words.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from exitzero.core.errors import BadInput
from exitzero.work.outreach.days import WEEKDAYS, day_from
from exitzero.work.outreach.draft import Draft, Kind, Platform, Stage, is_email, one_line
from exitzero.work.outreach.profile_links import platform_of, read_link, with_scheme

HELP = """\
Ada Lovelace @ Analytical Engines, CTO #warm !high linkedin.com/in/ada ada@example.org +3d ~referral

name @ company, role     a person; the company and the role may be left out (Ada Lovelace, CTO)
company: Acme, role      a company (also: co Acme)
#tag                     a tag, as many as you like
!high !medium !low       the priority
+3d +2w +1m              follow up in days, weeks, months; also today, tomorrow, fri, 2026-12-01 (in small letters)
~referral                where it comes from
linkedin.com/in/ada      a link (with a path or https://), also several; an e-mail address is known as such
stage:messaged           to_contact, messaged, replied, interview, rejected
salary:90k               a field of your own; also platform:, role:, note:
"Sun, Li"                quotes take signs and commas as they are: #"very warm", note:"said \\"yes\\""

The order is free. A line with only a LinkedIn link takes its name from the link."""

_FREE_KEYS = re.compile(r"[^\W\d][\w-]*")
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_PRIORITIES = {"high": "high", "medium": "medium", "low": "low", "h": "high", "m": "medium", "l": "low"}
_STAGES = {
    **{stage.value: stage for stage in Stage},
    "contact": Stage.TO_CONTACT, "to-contact": Stage.TO_CONTACT, "todo": Stage.TO_CONTACT, "new": Stage.TO_CONTACT,
    "sent": Stage.MESSAGED, "written": Stage.MESSAGED, "reply": Stage.REPLIED, "interviewing": Stage.INTERVIEW,
    "scheduled": Stage.INTERVIEW, "no": Stage.REJECTED,
}  # fmt: skip
_LEGAL = frozenset({"inc", "llc", "ltd", "gmbh", "corp", "co", "plc", "ag", "sa", "bv", "llp", "limited", "pbc", "kg"})
_NO_PLATFORM = "none"


class _Sort(StrEnum):
    WORD = "word"
    AT = "at"
    TAG = "tag"
    PRIORITY = "priority"
    SOURCE = "source"
    DAY = "day"
    EMAIL = "email"
    LINK = "link"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the line: ``text`` is what it says, ``raw`` how it was written; signs in ``quoted`` mean nothing."""

    raw: str
    sort: _Sort
    text: str
    key: str = ""
    quoted: bool = False


@dataclass(slots=True)
class _Found:
    """What the line has said so far."""

    before: list[_Piece] = field(default_factory=list)
    after: list[_Piece] | None = None
    said: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    follow_up: date | None = None

    def say(self, key: str, text: str, raw: str, what: str) -> None:
        if key in self.said:
            raise BadInput(key, f"“{raw}” is a second {what}; the line already has one.")
        self.said[key] = text


def parse(line: str, *, today: date) -> Draft:
    """The target that the line says; ``today`` is the person's own day, which ``+3d`` and ``fri`` count from.

    Raises :class:`BadInput` at the field, with the piece of the line that cannot be read.
    """
    kind, rest = _kind(line)
    found = _Found()
    for piece in _pieces(rest):
        _take(piece, found, kind, today)
    return _draft(kind, found).checked()


def as_line(draft: Draft) -> str:
    """The line that says this target; :class:`BadInput` where an own field's name does not fit in a line."""
    draft = draft.checked()
    said = [f"company: {_words(draft.name)}"] if draft.kind is Kind.COMPANY else [_words(draft.name)]
    if draft.company:
        said.append(f"@ {_words(draft.company)}")
    if draft.role:
        said.append(f'role:"{_escaped(draft.role)}"')
    said += [_signed("#", tag) for tag in draft.tags]
    inferred = _inferred(draft.link, draft.email)
    for link in (draft.link, *draft.links):
        if link:
            said.append(link if _reads_as(link, _Sort.LINK, link) else f'link:"{_escaped(link)}"')
    if not draft.link and draft.links:
        raise BadInput("links", "A line's first link is the target's link; this target has only further ones.")
    if draft.email:
        said.append(draft.email if _reads_as(draft.email, _Sort.EMAIL, draft.email) else f'email:"{draft.email}"')
    if draft.platform is not inferred:
        said.append(f"platform:{draft.platform or _NO_PLATFORM}")
    if draft.follow_up is not None:
        said.append(draft.follow_up.isoformat())
    if draft.source:
        said.append(_signed("~", draft.source))
    if draft.stage is not Stage.TO_CONTACT:
        said.append(f"stage:{draft.stage}")
    if draft.notes:
        said.append(f'note:"{_escaped(draft.notes)}"')
    return " ".join([*said, *(_own_field(key, text) for key, text in draft.fields.items())])


# ------------------------------------------------------------------------------------------ reading


def _kind(line: str) -> tuple[Kind, str]:
    start = re.match(r"\s*(?:company:|co\s)", line, re.IGNORECASE if line.lstrip()[:8].endswith(":") else 0)
    return (Kind.COMPANY, line[start.end() :]) if start else (Kind.PERSON, line)


def _pieces(line: str) -> list[_Piece]:
    return [_sorted(raw) for raw in _split(line)]


def _split(line: str) -> list[str]:
    """The line at its white space, where quotes hold together what is between them."""
    raws: list[str] = []
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        start, quoted = at, False
        while at < len(line) and (quoted or not line[at].isspace()):
            if quoted and line[at] == "\\":
                at += 1
            elif line[at] == '"' and (quoted or _opens(line[start:at])):
                quoted = not quoted
            at += 1
        if quoted:
            raise BadInput("line", f"The quote before “{one_line(line[start + 1 :])[:40]}” is not closed.")
        raws.append(line[start:at])
    return raws


def _opens(before: str) -> bool:
    """Whether a quote after this opens a quotation, and is not a sign within a word (5'10")."""
    return before in {"", "#", "~", "@", "!"} or (
        before.endswith(":") and _FREE_KEYS.fullmatch(before[:-1]) is not None
    )


def _sorted(raw: str) -> _Piece:
    key, colon, _ = raw.partition(":")
    if raw.startswith('"'):
        return _Piece(raw, _Sort.WORD, _unquoted(raw), quoted=True)
    if raw.startswith("#"):
        return _Piece(raw, _Sort.TAG, _value(raw, 1, "tags", "a tag"))
    if raw.startswith("!"):
        return _Piece(raw, _Sort.PRIORITY, _value(raw, 1, "fields.priority", "high, medium or low"))
    if raw.startswith("~"):
        return _Piece(raw, _Sort.SOURCE, _value(raw, 1, "source", "where it comes from"))
    if raw.startswith("@"):
        return _Piece(raw, _Sort.AT, _unquoted(raw[1:]), quoted=raw[1:2] == '"')
    bare = raw.rstrip(",;")
    if link := with_scheme(bare):
        return _Piece(raw, _Sort.LINK, link)
    if is_email(bare.removeprefix("mailto:")):
        return _Piece(raw, _Sort.EMAIL, bare.removeprefix("mailto:"))
    if raw.startswith("+") or _ISO.fullmatch(bare) or bare in {"today", "tomorrow", *WEEKDAYS}:
        return _Piece(raw, _Sort.DAY, bare)
    if colon and _FREE_KEYS.fullmatch(key):
        return _Piece(raw, _Sort.KEY, _value(raw, len(key) + 1, f"fields.{key}", "its value"), key=key)
    return _Piece(raw, _Sort.WORD, raw)


def _value(raw: str, at: int, where: str, what: str) -> str:
    text = _unquoted(raw[at:])
    if not text.strip():
        raise BadInput(where, f"After “{raw[:at]}” stands {what}, without a space between.")
    return text


def _unquoted(text: str) -> str:
    """What is said: quotes gone, their escapes read, a comma after a value left out."""
    if not text.startswith('"'):
        return text.rstrip(",;")
    inside, after = re.match(r'"((?:[^"\\]|\\.)*)"(.*)', text, re.DOTALL), ""
    if inside is None:
        return text
    after = inside.group(2).rstrip(",;")
    if after:
        raise BadInput("line", f"Put a space after the closing quote, before “{after}”.")
    return re.sub(r"\\(.)", lambda sign: "\n" if sign.group(1) == "n" else sign.group(1), inside.group(1))


def _take(piece: _Piece, found: _Found, kind: Kind, today: date) -> None:
    match piece.sort:
        case _Sort.WORD:
            (found.before if found.after is None else found.after).append(piece)
        case _Sort.AT:
            if kind is Kind.COMPANY:
                raise BadInput("company", f"“{piece.raw}”: a company belongs to no other company.")
            if found.after is not None:
                raise BadInput("company", f"“{piece.raw}” is a second company; put names with an @ in quotes.")
            comma = piece.raw.endswith(",") and not piece.quoted
            text = f"{piece.text}," if comma else piece.text
            found.after = [replace(piece, text=text)] if text else []
        case _Sort.TAG:
            found.tags.append(piece.text)
        case _Sort.PRIORITY:
            if piece.text.lower() not in _PRIORITIES:
                raise BadInput("fields.priority", f"“{piece.raw}” is no priority: write !high, !medium or !low.")
            _own(found, "priority", _PRIORITIES[piece.text.lower()], piece.raw)
        case _Sort.SOURCE:
            found.say("source", piece.text, piece.raw, "source")
        case _Sort.DAY:
            day = day_from(piece.text, today=today)
            if day is None:
                raise BadInput("follow_up", f"“{piece.raw}” is no day: write +3d, +2w or +1m, or put it in quotes.")
            if found.follow_up is not None:
                raise BadInput("follow_up", f"“{piece.raw}” is a second follow-up; the line already has one.")
            found.follow_up = day
        case _Sort.EMAIL:
            found.say("email", piece.text, piece.raw, "e-mail address")
        case _Sort.LINK:
            found.links.append(piece.text)
        case _Sort.KEY:
            _take_key(piece, found)


def _take_key(piece: _Piece, found: _Found) -> None:
    said: dict[str, Callable[[], None]] = {
        "link": lambda: found.links.append(piece.text),
        "role": lambda: found.say("role", piece.text, piece.raw, "role"),
        "email": lambda: found.say("email", piece.text, piece.raw, "e-mail address"),
        "source": lambda: found.say("source", piece.text, piece.raw, "source"),
        "note": lambda: found.say("notes", piece.text, piece.raw, "note"),
        "stage": lambda: found.say("stage", _stage(piece), piece.raw, "stage"),
        "platform": lambda: found.say("platform", _platform(piece), piece.raw, "platform"),
    }
    if piece.key.lower() == "company":
        raise BadInput("company", f"“{piece.raw}”: company: begins the line of a company; a person's follows @.")
    if piece.key in said:
        said[piece.key]()
    else:
        _own(found, piece.key, piece.text, piece.raw)


def _stage(piece: _Piece) -> Stage:
    stage = _STAGES.get(piece.text.lower())
    if stage is None:
        raise BadInput("stage", f"“{piece.raw}” is no stage: {', '.join(Stage)}.")
    return stage


def _platform(piece: _Piece) -> Platform:
    if piece.text == _NO_PLATFORM:
        return Platform.UNSAID
    try:
        return Platform(piece.text.lower())
    except ValueError:
        known = ", ".join(platform for platform in Platform if platform)
        raise BadInput("platform", f"“{piece.raw}” is no platform: {known}.") from None


def _own(found: _Found, key: str, text: str, raw: str) -> None:
    if key in found.fields:
        raise BadInput(f"fields.{key}", f"“{raw}” says {key} a second time.")
    found.fields[key] = text


def _draft(kind: Kind, found: _Found) -> Draft:
    before, role = _comma(found.before)
    company = ""
    if found.after is not None:
        company, behind = _comma(found.after)
        if behind and (role or "role" in found.said):
            company = f"{company}, {behind}"  # The role is said already; this comma belongs to the company.
        role = role or behind
        if not company:
            raise BadInput("company", "After “@” stands the company.")
    if "role" in found.said and role:
        raise BadInput("role", f"“{role}” and “{found.said['role']}” are two roles.")
    link = found.links[0] if found.links else ""
    email = found.said.get("email", "")
    draft = Draft(
        name=before, kind=kind, company=company, role=found.said.get("role", role), link=link, email=email,
        platform=Platform(found.said["platform"]) if "platform" in found.said else _inferred(link, email),
        stage=Stage(found.said.get("stage", Stage.TO_CONTACT)), tags=tuple(found.tags),
        notes=found.said.get("notes", ""), source=found.said.get("source", ""), fields=found.fields,
        follow_up=found.follow_up, links=tuple(found.links[1:]),
    )  # fmt: skip
    reading = read_link(link) if link and not before else None
    if reading is not None and reading.kind is kind and reading.name:
        return replace(draft, name=reading.name)
    return draft


def _comma(pieces: list[_Piece]) -> tuple[str, str]:
    """What stands before the first comma that parts, and what stands after it (a comma before Inc. does not part)."""
    for at, piece in enumerate(pieces):
        follows = pieces[at + 1] if at + 1 < len(pieces) else None
        if piece.quoted or not piece.text.endswith(","):
            continue
        if follows is not None and not follows.quoted and follows.text.strip(".,").lower() in _LEGAL:
            continue
        first = " ".join([*(before.text for before in pieces[:at]), piece.text[:-1]])
        return first.strip(), " ".join(after.text for after in pieces[at + 1 :]).strip(" ,")
    return " ".join(piece.text for piece in pieces).strip(), ""


def _inferred(link: str, email: str) -> Platform:
    if link:
        return platform_of(link)
    return Platform.EMAIL if email else Platform.UNSAID


# ------------------------------------------------------------------------------------------ writing


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _reads_as(raw: str, sort: _Sort, text: str) -> bool:
    try:
        pieces = _pieces(raw)
    except BadInput:
        return False
    return len(pieces) == 1 and pieces[0].sort is sort and pieces[0].text == text


def _words(text: str) -> str:
    """The words as they are, or in quotes where one of them would be read as a sign."""
    plain = all(_reads_as(word, _Sort.WORD, word) and not word.endswith((",", ";")) for word in text.split(" "))
    return text if plain and not f"{text} ".lower().startswith(("co ", "company")) else f'"{_escaped(text)}"'


def _signed(sign: str, text: str) -> str:
    plain = re.fullmatch(r'[^\s"\\]*[^\s"\\,;]', text) is not None
    return f"{sign}{text}" if plain else f'{sign}"{_escaped(text)}"'


def _own_field(key: str, text: str) -> str:
    if key == "priority" and text in {"high", "medium", "low"}:
        return f"!{text}"
    taken = {"link", "role", "email", "source", "note", "stage", "platform", "company", "mailto", "http", "https"}
    if not _FREE_KEYS.fullmatch(key) or key.lower() in taken:
        raise BadInput(f"fields.{key}", f"The field “{key}” does not fit in a line; its name has to be one plain word.")
    return _signed(f"{key}:", text)
