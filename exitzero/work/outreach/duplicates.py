"""Whether a target is there already, and by what one can see it.

Why it exists: the same person comes by a line, by a paste and by two files, never spelled the same. What counts as the
same is decided here once, with a reason that is shown; a target is looked up by its keys, so ten thousand take no
longer than ten.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from exitzero.work.outreach.draft import Draft, Kind
from exitzero.work.outreach.profile_links import canonical, mail_domain, own_domain, read_link

LEGAL_FORMS = frozenset(
    {"inc", "incorporated", "llc", "ltd", "limited", "gmbh", "mbh", "corp", "corporation", "co", "company", "plc", "ag",
     "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "ab", "as", "oy", "kg", "kgaa", "ug", "se", "llp", "lp", "pbc",
     "pty", "pvt", "private", "kk", "holding", "holdings", "group", "the"}
)  # fmt: skip
_BETWEEN = re.compile(r"[^\w+#]+|_")
_ROLE_BOXES = frozenset({"jobs", "careers", "hr", "info", "contact", "hello", "recruiting", "talent", "team", "office"})

Reference = TypeVar("Reference")


class Reason(StrEnum):
    """By what two targets look the same, surest first."""

    EMAIL = "same e-mail address"
    LINK = "same link"
    NAME_AT_COMPANY = "same name at the same company"
    COMPANY_AND_ROLE = "same company and role"
    COMPANY = "same company by name"
    DOMAIN = "same company by its domain"
    NAME = "same name, company not known"


_UNSURE = frozenset({Reason.NAME})


@dataclass(frozen=True, slots=True)
class Key:
    """One thing by which a target is found again; equal keys are the same thing in any spelling."""

    kind: Kind
    reason: Reason
    value: str


@dataclass(frozen=True, slots=True)
class Match(Generic[Reference]):
    """The target that is there already. Not ``sure``: worth showing, not worth leaving out by itself."""

    reference: Reference
    name: str
    reason: Reason
    sure: bool

    @property
    def words(self) -> str:
        """The reason as a person reads it."""
        return f"{'Is' if self.sure else 'May be'} there already: {self.name} ({self.reason})"


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Reference]):
    reference: Reference
    name: str
    role: str
    company: str


class Index(Generic[Reference]):
    """The targets that are there, by everything they can be found by; the first one added keeps a key."""

    def __init__(self, targets: Iterable[tuple[Reference, Draft]] = ()) -> None:
        self._entries: dict[Key, _Entry[Reference]] = {}
        for reference, draft in targets:
            self.add(reference, draft)

    def add(self, reference: Reference, draft: Draft, keys: tuple["Key", ...] | None = None) -> None:
        """The target can be found from now on. ``keys`` are its :func:`keys_of`, where they are known already."""
        entry = _Entry(reference, draft.name, fold(draft.role), company_key(draft.company))
        for key in keys_of(draft) if keys is None else keys:
            self._entries.setdefault(key, entry)

    def find(self, draft: Draft, keys: tuple["Key", ...] | None = None) -> Match[Reference] | None:
        """The same target, with the surest reason; ``None`` if there is none. ``keys`` as in :meth:`add`."""
        unsure: Match[Reference] | None = None
        for key in keys_of(draft) if keys is None else keys:
            entry = self._entries.get(key)
            if entry is None:
                continue
            sure = key.reason not in _UNSURE
            if key.reason in {Reason.COMPANY, Reason.DOMAIN}:
                # Two roles at one company are two applications; the company alone is the same as either.
                sure = not (entry.role and fold(draft.role) and entry.role != fold(draft.role))
            match = Match(entry.reference, entry.name, key.reason, sure)
            if sure:
                return match
            unsure = unsure or match
        return unsure


def find(draft: Draft, index: Index[Reference]) -> Match[Reference] | None:
    """The same target in the index, with the surest reason; ``None`` if there is none."""
    return index.find(draft)


def keys_of(draft: Draft) -> tuple[Key, ...]:
    """Everything by which this target is the same as another, surest first."""
    keys: list[Key] = []

    def put(reason: Reason, value: str) -> None:
        if value:
            keys.append(Key(draft.kind, reason, value))

    if draft.kind is Kind.PERSON:
        put(Reason.EMAIL, email_key(draft.email))
    for link in (draft.link, *draft.links):
        put(Reason.LINK, _link_key(link, draft.kind))
    if draft.kind is Kind.PERSON:
        name, company = name_key(draft.name), company_key(draft.company)
        put(Reason.NAME_AT_COMPANY if company else Reason.NAME, f"{name} @ {company}" if name else "")
        return tuple(keys)
    company, role = company_key(draft.name), fold(draft.role)
    put(Reason.COMPANY_AND_ROLE, f"{company} | {role}" if company and role else "")
    put(Reason.COMPANY, company)
    for link in (draft.link, *draft.links):
        put(Reason.DOMAIN, own_domain(link))
    put(Reason.DOMAIN, mail_domain(draft.email) if draft.email else "")
    return tuple(dict.fromkeys(keys))


def fold(text: str) -> str:
    """The text for comparing: small letters, no accents on Latin letters, no punctuation."""
    bare = text.casefold()
    if not bare.isascii():
        # Marks beyond U+036F belong to scripts in which they change the letter.
        marked = unicodedata.normalize("NFKD", bare)
        bare = unicodedata.normalize("NFC", "".join(sign for sign in marked if not "\u0300" <= sign <= "\u036f"))
    return " ".join(_BETWEEN.sub(" ", bare).split())


def name_key(name: str) -> str:
    """A person's name in any order of its parts (Lovelace, Ada) and without initials in the middle."""
    words = fold(name.split("(", maxsplit=1)[0]).split()
    kept = [word for at, word in enumerate(words) if len(word) > 1 or at in {0, len(words) - 1} or not word.isascii()]
    return " ".join(sorted(kept))


@lru_cache(maxsize=16_384)
def company_key(name: str) -> str:
    """A company's name without its legal form: Acme, Inc. and ACME GmbH & Co. KG are acme."""
    words = fold(name if name.isalnum() else re.sub(r"\b(\w)\.(?=\w\b|\s|$)", r"\1", name.replace("&", " "))).split()
    kept = [word for word in words if word not in LEGAL_FORMS]
    return "".join(kept or words)


def email_key(email: str) -> str:
    """The mailbox behind an address: what follows a + and Gmail's dots do not make another one."""
    local, _, domain = email.strip().casefold().rpartition("@")
    if not local or local in _ROLE_BOXES:
        return ""
    local = local.split("+", maxsplit=1)[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def _link_key(link: str, kind: Kind) -> str:
    """The link where it names the target: a job or a company's site, which several people share, names none of them."""
    reading = read_link(link) if link else None
    if reading is None or (kind is Kind.PERSON and not (reading.profile and reading.kind is Kind.PERSON)):
        return ""
    return canonical(reading.link)
