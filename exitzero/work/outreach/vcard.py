"""Targets as contacts: vCard 4.0 out, vCard 2.1, 3.0 and 4.0 in.

Why it exists: a phone and a mail program read contacts and no CRM's table. What a contact has no place for (stage,
source, own fields) travels in ``X-EXITZERO-…`` lines, so that nothing is lost on the way back.
"""

import quopri
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from exitzero.core.errors import BadInput
from exitzero.work.outreach.draft import Draft, Kind, Platform, Stage
from exitzero.work.outreach.profile_links import platform_of, with_scheme

LARGEST_BYTES = 20 * 1024 * 1024
MOST_CARDS = 100_000

_LINE = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;(?:\"[^\"]*\"|[^\":])*)?):(.*)", re.DOTALL)
_OURS = "X-EXITZERO-"
_UNSAID = "none"
_ESCAPES = {"n": "\n", "N": "\n"}


@dataclass(frozen=True, slots=True)
class CardProblem:
    """A card that could not be read: its number in the file, the line it begins at, and why."""

    number: int
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Cards:
    """The checked targets of a file of contacts, and what could not be read."""

    drafts: tuple[Draft, ...]
    problems: tuple[CardProblem, ...]


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    parameters: str
    value: str

    @property
    def text(self) -> str:
        return _split(self.value, None)[0]

    def parts(self, between: str) -> list[str]:
        return _split(self.value, between)


@dataclass(slots=True)
class _Card:
    """What has been read of one card."""

    draft: Draft
    n: str = ""
    org: str = ""
    preferred: bool = False
    links: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    platform_said: bool = False
    phones: int = 0


def write(drafts: Iterable[Draft]) -> bytes:
    """The contacts as one vCard 4.0 file. Raises :class:`BadInput` for a target that is not fit to keep."""
    return "".join(_fold(line) for draft in drafts for line in _lines(draft.checked())).encode("utf-8")


def read(data: bytes | str) -> Cards:
    """The targets of a file of contacts; a card that cannot be read is told and does not stop the others.

    Raises :class:`BadInput` at ``file`` if there is no card in it, or it is too large.
    """
    if len(data) > LARGEST_BYTES:
        raise BadInput("file", "A file of contacts has at most 20 MB.")
    text = data if isinstance(data, str) else _decoded(data)
    drafts: list[Draft] = []
    problems: list[CardProblem] = []
    for number, (line, properties, whole) in enumerate(_cards(text), start=1):
        if number > MOST_CARDS:
            raise BadInput("file", f"A file of contacts has at most {MOST_CARDS} of them.")
        try:
            drafts.append(_draft(properties, whole=whole))
        except BadInput as bad:
            what = "" if bad.field == "file" else f"{bad.field}: "
            problems.append(CardProblem(number, line, f"Contact {number} (line {line}): {what}{bad.message}"))
    if not drafts and not problems:
        raise BadInput("file", "There is no contact in this; a contact begins with BEGIN:VCARD.")
    return Cards(tuple(drafts), tuple(problems))


# ------------------------------------------------------------------------------------------ writing


def _lines(draft: Draft) -> list[str]:
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"KIND:{'org' if draft.kind is Kind.COMPANY else 'individual'}"]
    lines.append(f"FN:{_escaped(draft.name)}")
    if draft.kind is Kind.COMPANY:
        lines.append(f"ORG:{_escaped(draft.name)}")
    else:
        given, _, family = draft.name.rpartition(" ")
        lines.append(f"N:{_escaped(family)};{_escaped(given)};;;")
        lines += [f"ORG:{_escaped(draft.company)}"] if draft.company else []
    lines += [f"TITLE:{_escaped(draft.role)}"] if draft.role else []
    lines += [f"EMAIL:{_escaped(draft.email)}"] if draft.email else []
    lines += [f"URL;PREF=1:{draft.link}"] if draft.link else []
    lines += [f"URL:{link}" for link in draft.links]
    lines += [f"CATEGORIES:{','.join(map(_escaped, draft.tags))}"] if draft.tags else []
    lines += [f"NOTE:{_escaped(draft.notes)}"] if draft.notes else []
    if "phone" in draft.fields:
        lines.append(f"TEL;VALUE=text:{_escaped(draft.fields['phone'])}")
    lines.append(f"{_OURS}STAGE:{draft.stage}")
    lines.append(f"{_OURS}PLATFORM:{draft.platform or _UNSAID}")
    lines += [f"{_OURS}SOURCE:{_escaped(draft.source)}"] if draft.source else []
    lines += [f"{_OURS}FOLLOW-UP:{draft.follow_up.isoformat()}"] if draft.follow_up else []
    own = {name: text for name, text in draft.fields.items() if name != "phone"}
    lines += [f"{_OURS}FIELD:{_escaped(name)};{_escaped(text)}" for name, text in own.items()]
    return [*lines, "END:VCARD"]


def _escaped(text: str) -> str:
    for sign in "\\,;":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _fold(line: str) -> str:
    """The line in pieces of at most 75 octets, never within a character; each further piece begins with a space."""
    pieces: list[str] = []
    piece, octets = "", 0
    for sign in line:
        size = len(sign.encode("utf-8"))
        if octets + size > 75:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += sign
        octets += size
    return "".join(f"{piece}\r\n" for piece in [*pieces, piece])


# ------------------------------------------------------------------------------------------ reading


def _decoded(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _cards(text: str) -> Iterable[tuple[int, list[_Property], bool]]:
    """Each card's first line, its properties, and whether it ended."""
    began, properties = 0, list[_Property]()
    for number, line in _unfolded(text):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            if began:
                yield began, properties, False
            began, properties = number, []
        elif word == "END:VCARD" and began:
            yield began, properties, True
            began, properties = 0, []
        elif began and (match := _LINE.fullmatch(line)):
            properties.append(_property(match))
    if began:
        yield began, properties, False


def _unfolded(text: str) -> Iterable[tuple[int, str]]:
    """The lines with what was folded put together, each with its number; also the soft breaks of vCard 2.1."""
    began, whole = 0, ""
    soft = False
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if soft:
            whole = whole[:-1] + line
        elif line[:1] in {" ", "\t"} and began:
            whole += line[1:]
        else:
            if began:
                yield began, whole
            began, whole = number, line
        soft = whole.endswith("=") and "ENCODING=QUOTED-PRINTABLE" in whole.partition(":")[0].upper()
    if began:
        yield began, whole


def _property(match: re.Match[str]) -> _Property:
    name, parameters, value = match.group(1).upper(), match.group(2).upper(), match.group(3)
    if "QUOTED-PRINTABLE" in parameters:
        value = _decoded(quopri.decodestring(value.encode("utf-8", errors="replace"))).replace("\r\n", "\n")
    return _Property(name, parameters, value)


def _split(value: str, between: str | None) -> list[str]:
    """The value's parts, their escapes read."""
    parts, part, at = list[str](), "", 0
    while at < len(value):
        if value[at] == "\\" and at + 1 < len(value):
            part += _ESCAPES.get(value[at + 1], value[at + 1])
            at += 1
        elif value[at] == between:
            parts.append(part)
            part = ""
        else:
            part += value[at]
        at += 1
    return [*parts, part]


def _draft(properties: list[_Property], *, whole: bool) -> Draft:
    if not whole:
        raise BadInput("file", "END:VCARD is missing.")
    card = _Card(Draft(name=""))
    for item in properties:
        if item.value.strip():
            _take(item, card)
    draft = card.draft
    name = draft.name.strip() or card.n
    if draft.kind is Kind.COMPANY or (not name and card.org):
        draft = replace(draft, kind=Kind.COMPANY, name=name or card.org)
    else:
        draft = replace(draft, name=name, company=card.org)
    link = draft.link or ("" if card.platform_said or not card.links else card.links.pop(0))
    if not card.platform_said:
        inferred = platform_of(link) or (Platform.EMAIL if draft.email else Platform.UNSAID)
        draft = replace(draft, platform=inferred)
    return replace(draft, link=link, links=tuple(card.links), fields=card.fields).checked()


def _take(item: _Property, card: _Card) -> None:
    draft = card.draft
    match item.name:
        case "FN":
            card.draft = replace(draft, name=draft.name or item.text)
        case "N":
            family, given, middle = [*item.parts(";"), "", ""][:3]
            card.n = " ".join(part for part in (given, middle, family) if part)
        case "KIND" if item.value.strip().lower() in {"org", "organization"}:
            card.draft = replace(draft, kind=Kind.COMPANY)
        case "X-ABSHOWAS" if item.value.strip().upper() == "COMPANY":
            card.draft = replace(draft, kind=Kind.COMPANY)
        case "ORG":
            card.org = card.org or item.parts(";")[0]
        case "TITLE" | "ROLE":
            card.draft = replace(draft, role=draft.role or item.text)
        case "EMAIL":
            _take_email(item, card)
        case "URL" | "X-SOCIALPROFILE" | "SOCIALPROFILE" | "X-LINKEDIN" | "X-TWITTER":
            _take_link(item, card)
        case "CATEGORIES":
            card.draft = replace(draft, tags=(*draft.tags, *item.parts(",")))
        case "NOTE":
            card.draft = replace(draft, notes=f"{draft.notes}\n{item.text}" if draft.notes else item.text)
        case "TEL":
            card.phones += 1
            key = "phone" if card.phones == 1 else f"phone {card.phones}"
            card.fields.setdefault(key, item.text.removeprefix("tel:"))
        case _ if item.name.startswith(_OURS):
            _take_ours(item, card)


def _take_email(item: _Property, card: _Card) -> None:
    if not card.draft.email:
        card.draft = replace(card.draft, email=item.text.removeprefix("mailto:"))
    elif item.text.strip() != card.draft.email:
        at = sum(1 for key in card.fields if key.startswith("email ")) + 2
        card.fields[f"email {at}"] = item.text


def _take_link(item: _Property, card: _Card) -> None:
    value = item.value.strip()
    if re.match(r"https?\\:", value, re.IGNORECASE):  # An address has no escapes, yet some programs write them into it.
        value = item.text
    link = with_scheme(value) or (f"https://{value}" if item.name == "URL" and "." in value else "")
    if value.lower().startswith(("http://", "https://")):
        link = value
    if not link:
        return
    if "PREF" in item.parameters and not card.draft.link:
        card.draft = replace(card.draft, link=link)
    else:
        card.links.append(link)


def _take_ours(item: _Property, card: _Card) -> None:
    what = item.name.removeprefix(_OURS)
    try:
        match what:
            case "STAGE":
                card.draft = replace(card.draft, stage=Stage(item.value.strip()))
            case "SOURCE":
                card.draft = replace(card.draft, source=item.text)
            case "FOLLOW-UP":
                card.draft = replace(card.draft, follow_up=date.fromisoformat(item.value.strip()))
            case "PLATFORM":
                card.draft = replace(card.draft, platform=Platform("" if item.value == _UNSAID else item.value.strip()))
                card.platform_said = True
            case "FIELD":
                name, text = [*item.parts(";"), ""][:2]
                card.fields[name] = text
    except ValueError:
        raise BadInput(what.lower().replace("-", "_"), f"“{item.value}” is not known here.") from None
