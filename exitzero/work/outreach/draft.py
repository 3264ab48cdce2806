"""A target before it is kept: what every way of adding one (line, paste, CSV, vCard, form) ends in.

Why it exists: the ways of adding differ only in how they read. What a target may hold, and the sentence that says
what is wrong with it, is decided here once, so that the same slip gets the same words at the same field everywhere.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from exitzero.core.errors import BadInput

MOST_TAGS = 30
MOST_LINKS = 20
MOST_FIELDS = 40

_LONGEST = {"name": 200, "company": 200, "role": 200, "source": 200}
_LONGEST_LINK = 2000
_LONGEST_EMAIL = 254
_LONGEST_TAG = 50
_LONGEST_NOTES = 20_000
_LONGEST_FIELD_NAME = 60
_LONGEST_FIELD = 20_000

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\.]+(?:\.[^\s@<>()\[\],;:\"\\.]+)+")


class Kind(StrEnum):
    """What a target is."""

    PERSON = "person"
    COMPANY = "company"


class Stage(StrEnum):
    """How far a target has come, in the order of the board."""

    TO_CONTACT = "to_contact"
    MESSAGED = "messaged"
    REPLIED = "replied"
    INTERVIEW = "interview"
    REJECTED = "rejected"


class Platform(StrEnum):
    """Where a target is written to."""

    UNSAID = ""
    LINKEDIN = "linkedin"
    EMAIL = "email"
    X = "x"
    WELLFOUND = "wellfound"
    GITHUB = "github"
    DISCORD = "discord"
    SLACK = "slack"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    PORTAL = "portal"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Draft:
    """A person or company as read or typed, not yet checked and not yet kept.

    ``company`` is a person's company and empty for a company itself; ``fields`` are one's own (salary, priority).
    ``link`` is the first address, ``links`` are the further ones.
    """

    name: str
    kind: Kind = Kind.PERSON
    company: str = ""
    role: str = ""
    platform: Platform = Platform.UNSAID
    link: str = ""
    email: str = ""
    stage: Stage = Stage.TO_CONTACT
    tags: tuple[str, ...] = ()
    notes: str = ""
    source: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)
    follow_up: date | None = None
    links: tuple[str, ...] = ()

    def checked(self) -> "Draft":
        """The same target tidied (white space, repeats) and known to be fit to keep.

        Raises :class:`BadInput` at the first field that is not: its name, or ``fields.NAME`` for an own field.
        """
        name = _short("name", self.name)
        if not name:
            raise BadInput("name", "A target needs a name.")
        company = _short("company", self.company)
        if self.kind is Kind.COMPANY and company:
            if company.casefold() != name.casefold():
                raise BadInput("company", "A company belongs to no other company; leave this empty.")
            company = ""
        link = link_checked("link", self.link)
        return replace(
            self,
            name=name,
            company=company,
            role=_short("role", self.role),
            link=link,
            email=email_checked(self.email),
            tags=_tags_checked(self.tags),
            notes=_notes_checked(self.notes),
            source=_short("source", self.source),
            fields=_fields_checked(self.fields),
            links=_links_checked(self.links, link),
        )


def is_email(text: str) -> bool:
    """Whether this looks like one e-mail address."""
    return len(text) <= _LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def email_checked(text: str) -> str:
    """The address without the space around it, or nothing; :class:`BadInput` at ``email`` if it is none."""
    email = one_line(text)
    if email and not is_email(email):
        raise BadInput("email", f"“{_excerpt(email)}” does not look like an e-mail address, such as ada@example.org.")
    return email


def link_checked(where: str, text: str) -> str:
    """The address without the space around it, or nothing; :class:`BadInput` at ``where`` if it is no web address."""
    link = one_line(text)
    if not link:
        return ""
    if len(link) > _LONGEST_LINK:
        raise BadInput(where, f"A link has at most {_LONGEST_LINK} characters; this has {len(link)}.")
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", None
    if parts is None or " " in link or parts.scheme.lower() not in {"http", "https"} or "." not in host.strip("."):
        raise BadInput(where, f"“{_excerpt(link)}” is no web address; it begins with https:// and names a site.")
    return link


def one_line(text: str) -> str:
    """The text in one line: every run of white space is one space, signs that cannot be seen or kept are gone."""
    return " ".join(_visible(text).split())


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign for sign in text if sign in "\n\t\r" or unicodedata.category(sign) not in {"Cc", "Cs"})


def _excerpt(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _short(where: str, text: str) -> str:
    line = one_line(text)
    if len(line) > _LONGEST[where]:
        raise BadInput(where, f"At most {_LONGEST[where]} characters fit here; this has {len(line)}.")
    return line


def _notes_checked(text: str) -> str:
    notes = _visible(text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(notes) > _LONGEST_NOTES:
        raise BadInput("notes", f"Notes have at most {_LONGEST_NOTES} characters; these have {len(notes)}.")
    return notes


def _tags_checked(tags: tuple[str, ...]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for tag in (one_line(tag).lstrip("# ") for tag in tags):
        if "," in tag:
            raise BadInput("tags", f"“{_excerpt(tag)}” has a comma; a comma stands between two tags.")
        if len(tag) > _LONGEST_TAG:
            raise BadInput("tags", f"A tag has at most {_LONGEST_TAG} characters; “{_excerpt(tag)}” has {len(tag)}.")
        if tag:
            kept.setdefault(tag.casefold(), tag)
    if len(kept) > MOST_TAGS:
        raise BadInput("tags", f"At most {MOST_TAGS} tags; these are {len(kept)}.")
    return tuple(kept.values())


def _links_checked(links: tuple[str, ...], first: str) -> tuple[str, ...]:
    kept = dict.fromkeys(link for link in (link_checked("links", link) for link in links) if link and link != first)
    if len(kept) > MOST_LINKS:
        raise BadInput("links", f"At most {MOST_LINKS} further links; these are {len(kept)}.")
    return tuple(kept)


def _fields_checked(fields: Mapping[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for raw, text in fields.items():
        name, value = one_line(raw), one_line(text)
        if not value:
            continue
        if not name:
            raise BadInput("fields", f"The field with “{_excerpt(value)}” needs a name.")
        if len(name) > _LONGEST_FIELD_NAME:
            raise BadInput(
                "fields", f"A field's name has at most {_LONGEST_FIELD_NAME} characters: “{_excerpt(name)}”."
            )
        if len(value) > _LONGEST_FIELD:
            raise BadInput(f"fields.{name}", f"At most {_LONGEST_FIELD} characters fit here; this has {len(value)}.")
        if name in kept:
            raise BadInput(f"fields.{name}", f"“{name}” is there twice.")
        kept[name] = value
    if len(kept) > MOST_FIELDS:
        raise BadInput("fields", f"At most {MOST_FIELDS} own fields; these are {len(kept)}.")
    return kept
