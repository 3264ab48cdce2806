"""A target from whatever was copied: the address of a profile or a job, a sender, lines of a profile page, a card.

Why it exists: the quickest form is the one filled in already. Nothing is fetched; what the text does not say stays
empty for the person to fill in, and no line of it is lost: what has no field goes to the notes.
"""

import re
from dataclasses import dataclass, field, replace

from exitzero.core.errors import BadInput
from exitzero.work.outreach.draft import Draft, Kind, Platform, is_email, one_line
from exitzero.work.outreach.profile_links import LinkReading, addresses, mail_domain, read_link
from exitzero.work.outreach.slugs import company_from, name_from

LONGEST = 20_000

_MAIL = re.compile(
    r"(?<![^\s@<>()\[\],;:\"\\])(?:mailto:)?([^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\?.]+)(?:\?\S*)?"
)
_SENDER = re.compile(
    r"^\s*(?:(?:from|to|cc|reply-to|von|an|de|à):\s*)?[\"']?([^<>\"]*?)[\"']?\s*<[^<>\s]+@[^<>\s]+>", re.I
)
_AT_COMPANY = re.compile(r"^(?P<role>.{2,}?)\s+(?:at|@|bei|chez|en)\s+(?P<company>\S.*)$", re.IGNORECASE)
_HIRING = re.compile(r"^(?P<company>.{2,80}?) (?:is )?hiring (?:an? )?(?P<role>.{2,120}?)(?: in .+)?(?: \| LinkedIn)?$")
_PUSHED = re.compile(r"\s+(?:[|·•»]|[-–—](?=\s)).*$")
_HANDLE = re.compile(r"@(\w{1,15})")
# What a profile page says around a person without saying anything of them.
_AROUND = re.compile(
    r"(?:[·•]\s*)?(?:1st|2nd|3rd\+?)(?: degree connection)?|contact info|connect|message|follow(?:ing)?|more|"
    r"verified|open to work|promoted|view .*profile|(?:she|he|they|ze)/\w+(?:/\w+)?|\(?(?:she|he|they)/\w+\)?|"
    r"[\d,.+]+ (?:connections|followers)|.*mutual connections?.*|add profile section|pronouns|posts?|apply|save|"
    r"easy apply|linkedin|background image|profile (?:photo|picture).*|about",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(slots=True)
class _Found:
    """The parts of a pasted text."""

    readings: list[LinkReading] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    sender: str = ""


def read_paste(text: str) -> Draft:
    """The target in a pasted text, not yet checked: its name is empty where the text does not say it.

    Raises :class:`BadInput` at ``paste`` if there is no target in it.
    """
    if len(text) > LONGEST:
        raise BadInput("paste", "This is too long to be one target; a file is imported under Import.")
    if re.search(r"^\s*BEGIN:VCARD", text, re.IGNORECASE | re.MULTILINE):
        return _card(text)
    handle = _HANDLE.fullmatch(text.strip())
    found = _take_apart(f"https://x.com/{handle.group(1)}" if handle else text)
    if not found.readings and not found.emails and not found.lines:
        raise BadInput(
            "paste", "Paste a profile or job link, an e-mail address, a contact, or lines of a profile page."
        )
    return _with_lines(_from_addresses(found), found)


def _card(text: str) -> Draft:
    from exitzero.work.outreach.vcard import read

    cards = read(text)
    if len(cards.drafts) > 1:
        raise BadInput("paste", f"These are {len(cards.drafts)} contacts; save them as a file and import it.")
    if not cards.drafts:
        raise BadInput("paste", cards.problems[0].message)
    return cards.drafts[0]


def _take_apart(text: str) -> _Found:
    found = _Found()
    for raw in text.replace("\r", "\n").split("\n"):
        line = text_line = one_line(raw)
        sender = _SENDER.match(line)
        if sender is not None:
            found.sender = found.sender or one_line(sender.group(1))
        for match in _MAIL.finditer(text_line):
            if is_email(match.group(1)) and not _within_address(text_line, match.start()):
                found.emails.append(match.group(1))
                line = "" if sender is not None else line.replace(match.group(), " ")
        for address in addresses(line):
            reading = read_link(address)
            if reading is not None:
                found.readings.append(reading)
                line = line.replace(address, " ")
        line = one_line(line).strip(" ,;:|<>()[]")
        if line and not _AROUND.fullmatch(line) and line not in found.lines:
            found.lines.append(line)
    return found


def _within_address(line: str, at: int) -> bool:
    return any(line.find(address) <= at < line.find(address) + len(address) for address in addresses(line))


def _from_addresses(found: _Found) -> Draft:
    """The target as its addresses say it: a job or a profile before any other page, a person before a company."""
    readings = sorted(found.readings, key=lambda reading: (not (reading.job or reading.profile), reading.job))
    email = found.emails[0] if found.emails else ""
    if not readings:
        draft = Draft(name=found.sender, email=email, platform=Platform.EMAIL if email else Platform.UNSAID)
        return _with_mail(draft)
    first = readings[0]
    draft = Draft(
        name=first.name, kind=first.kind, company=first.company, role=first.role, platform=first.platform,
        link=first.link, email=email, links=tuple(dict.fromkeys(reading.link for reading in readings[1:])),
    )  # fmt: skip
    if found.sender and draft.kind is Kind.COMPANY:
        company = draft.name
        draft = replace(draft, kind=Kind.PERSON, name=found.sender, company=company, role="")
    return replace(draft, name=found.sender) if found.sender else draft


def _with_mail(draft: Draft) -> Draft:
    """A name from ``ada.lovelace@`` and a company from ``@acme.com``, where nothing better is known."""
    local, domain = draft.email.partition("@")[0], mail_domain(draft.email)
    name = draft.name or (name_from(local) if re.fullmatch(r"[^\W\d]{2,}[._-][^\W\d]{2,}", local) else "")
    company = company_from(domain.split(".", maxsplit=1)[0])
    return replace(draft, name=name, company=draft.company or company)


def _with_lines(draft: Draft, found: _Found) -> Draft:
    """What the lines beside the addresses say; a name that stands there is better than one guessed from an address."""
    lines = list(found.lines)
    hiring = next((match for line in lines if (match := _HIRING.match(line))), None)
    if hiring is not None and (draft.kind is Kind.COMPANY or not found.readings):
        lines.remove(hiring.group())
        draft = replace(draft, kind=Kind.COMPANY, name=hiring.group("company"), role=hiring.group("role"), company="")
    elif draft.kind is Kind.COMPANY:
        draft = _job_lines(draft, lines)
    else:
        draft = _person_lines(draft, lines, sender=bool(found.sender))
        if not found.readings and not found.emails and not draft.name:
            raise BadInput("paste", f"No name, link or address is found in “{found.lines[0][:60]}”.")
    rest = [*lines, *found.emails[1:]]
    return replace(draft, notes="\n".join(rest))


def _job_lines(draft: Draft, lines: list[str]) -> Draft:
    at = next((match for line in lines if (match := _AT_COMPANY.match(line))), None)
    if at is None:
        return draft
    lines.remove(at.group())
    return replace(draft, name=_PUSHED.sub("", at.group("company")), role=at.group("role"))


def _person_lines(draft: Draft, lines: list[str], *, sender: bool) -> Draft:
    if lines and not sender and _is_name(lines[0]):
        draft = replace(draft, name=_bare_name(lines.pop(0)))
        while lines and _bare_name(lines[0]) == draft.name:
            lines.pop(0)  # Copied pages say the name once for the picture and once for the heading.
    headline = next((match for line in lines if (match := _AT_COMPANY.match(line))), None)
    if headline is not None and (draft.name or draft.link):
        lines.remove(headline.group())
        company = _PUSHED.sub("", headline.group("company"))
        if company != headline.group("company"):
            lines.insert(0, headline.group())  # What followed the company is kept as it was.
        draft = replace(draft, role=headline.group("role"), company=company)
    return draft


def _bare_name(line: str) -> str:
    line = re.sub(r"\s*\((?:she|he|they|ze)/[^)]*\)|\s*[·•]\s*(?:1st|2nd|3rd\+?).*", "", line, flags=re.IGNORECASE)
    return re.sub(r"(?:,\s*(?:PhD|MBA|CPA|PMP|MD|SHRM-\w+|SPHR|CFA))+\.?$", "", line).strip()


def _is_name(line: str) -> bool:
    words = _bare_name(line).split()
    return (
        0 < len(words) <= 6
        and not re.search(r"[\d!?:;/@{}<>=+*#]|[.]$", _bare_name(line).removesuffix("Jr.").removesuffix("Sr."))
        and not _AT_COMPANY.match(line)
        and (words[0][0].isupper() or not words[0][0].isascii())
    )
