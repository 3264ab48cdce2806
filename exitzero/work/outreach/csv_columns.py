"""What the columns and the stages of other programs mean here.

Why it exists: LinkedIn, Huntr, Teal, Simplify, Notion, Airtable and HubSpot call the same thing by different names. The
names are written down once; a column that is not among them is nobody's and becomes an own field only if asked for.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from exitzero.work.outreach.csv_write import OWN_FIELD
from exitzero.work.outreach.draft import Stage


class Column(StrEnum):
    """What a column of a file becomes."""

    KIND = "kind"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    COMPANY = "company"
    ROLE = "role"
    PLATFORM = "platform"
    LINK = "link"
    LINKS = "links"
    EMAIL = "email"
    STAGE = "stage"
    TAGS = "tags"
    NOTES = "notes"
    SOURCE = "source"
    FOLLOW_UP = "follow_up"
    OWN = "own"


# The surest name first: of two columns that fit, the one that stands further left here is taken.
_NAMES: Mapping[Column, tuple[str, ...]] = {
    Column.KIND: ("kind", "target type", "record type"),
    Column.FIRST_NAME: ("first name", "firstname", "given name", "contact first name", "vorname"),
    Column.LAST_NAME: ("last name", "lastname", "surname", "family name", "contact last name", "nachname"),
    Column.NAME: (
        "name", "full name", "contact name", "contact", "person", "contact person", "recruiter", "recruiter name",
        "hiring manager", "poc", "point of contact", "contacts",
    ),
    Column.COMPANY: (
        "company", "company name", "employer", "employer name", "organization", "organisation", "associated company",
        "primary company", "organization name", "account name", "firm", "firma", "companies",
    ),
    Column.ROLE: (
        "role", "job title", "position", "title", "position title", "job", "role title", "role name", "opportunity",
        "job position", "position name", "job role",
    ),
    Column.PLATFORM: ("platform", "channel", "outreach channel", "contact method"),
    Column.LINK: (
        "link", "linkedin", "linkedin url", "linkedin profile", "linkedin profile url", "profile url", "profile link",
        "profile", "job url", "job link", "job post url", "job posting url", "job posting", "posting url", "post url",
        "application link", "application url", "listing", "listing url", "job listing", "job description link",
        "url", "company website", "website url", "website", "company url", "link to job",
    ),
    Column.LINKS: ("further links", "links", "other links"),
    Column.EMAIL: (
        "email", "e mail", "email address", "e mail address", "contact email", "recruiter email", "work email",
        "primary email", "mail",
    ),
    Column.STAGE: (
        "stage", "status", "list", "list name", "job status", "application status", "lead status", "current status",
        "application stage", "board list", "column", "outreach status", "lifecycle stage", "state",
    ),
    Column.TAGS: ("tags", "tag", "labels", "label", "keywords"),
    Column.NOTES: ("notes", "note", "comments", "comment", "remarks", "description notes"),
    Column.SOURCE: (
        "source", "lead source", "original source", "found on", "found via", "job board", "job source", "referral",
        "where found", "source name",
    ),
    Column.FOLLOW_UP: (
        "next follow up", "follow up", "followup", "follow up date", "next follow up date", "followup date",
        "follow up on", "next action date", "next step date", "next activity date", "next contact", "reminder",
        "reminder date",
    ),
}  # fmt: skip
_JOB_SIGNS = frozenset(
    {"job url", "job link", "job posting", "job post url", "date applied", "applied date", "application date",
     "deadline", "applied on", "application deadline", "job description", "salary", "salary range", "resume"}
)  # fmt: skip
_OWN = re.compile(r"salary.*|.* salary|compensation|pay|priority|excitement|rating|phone.*|mobile.*|location|city")

_STAGES: Mapping[Stage, tuple[str, ...]] = {
    Stage.TO_CONTACT: (
        "to contact", "wishlist", "wish list", "saved", "save", "bookmarked", "bookmark", "new", "lead", "to apply",
        "to do", "todo", "not started", "not applied", "backlog", "interested", "researching", "research", "prospect",
        "planned", "open", "draft", "preparing", "ready to apply", "to reach out", "applying", "idea", "target",
        "found", "subscriber", "marketing qualified lead", "bad timing",
    ),
    Stage.MESSAGED: (
        "messaged", "applied", "application submitted", "submitted", "sent", "contacted", "emailed", "reached out",
        "outreach sent", "attempted to contact", "in progress", "waiting", "awaiting response", "awaiting reply",
        "no response", "no answer", "ghosted", "followed up", "follow up", "pending", "application sent", "applied for",
        "requested referral", "referral requested", "connected on linkedin", "open deal", "no reply",
    ),
    Stage.REPLIED: (
        "replied", "responded", "response", "in conversation", "in discussion", "connected", "in contact", "talking",
        "conversation", "networking", "recruiter replied", "sales qualified lead", "under review", "in review",
        "screening scheduled",
    ),
    Stage.INTERVIEW: (
        "interview", "interviewing", "interview scheduled", "interviews", "phone screen", "phone interview", "screen",
        "screening", "recruiter screen", "technical interview", "technical", "onsite", "on site", "on site interview",
        "final interview", "final round", "first round", "second round", "assessment", "take home", "online assessment",
        "oa", "negotiating", "negotiation", "offer", "offers", "offer received", "offered", "accepted",
        "offer accepted", "hired", "opportunity", "customer",
    ),
    Stage.REJECTED: (
        "rejected", "rejection", "declined", "not selected", "closed", "archived", "withdrawn", "withdrew",
        "offer declined", "offer rejected", "no longer interested", "not interested", "passed", "unqualified", "lost",
        "dead", "i withdrew", "not a fit", "no longer available", "position closed", "job closed",
    ),
}  # fmt: skip
_STAGE_OF = {word: stage for stage, words in _STAGES.items() for word in words}


def plain_words(text: str) -> str:
    """The words of a heading or a status without signs, pictures and case."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


def _apart(text: str) -> str:
    """``JobTitle`` as two words."""
    return plain_words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text))


def guess_mapping(header: Sequence[str]) -> dict[int, Column]:
    """What each column of the header is, by its number from 0; a column that is not known is left out."""
    words = [_known_words(name) for name in header]
    mapping: dict[int, Column] = {}
    for column, names in _NAMES.items():
        fitting = sorted(
            (names.index(word), at) for at, word in enumerate(words) if word in names and at not in mapping
        )
        for rank, (_, at) in enumerate(fitting):
            if rank == 0 or column is Column.NOTES:
                mapping[at] = column
            elif column is Column.LINK:
                mapping[at] = Column.LINKS
    _settle(words, mapping)
    for at, name in enumerate(header):
        if name.startswith(OWN_FIELD) or (at not in mapping and _OWN.fullmatch(words[at])):
            mapping[at] = Column.OWN
    return mapping


def _known_words(heading: str) -> str:
    words = plain_words(heading)
    return words if any(words in names for names in _NAMES.values()) else _apart(heading)


def _settle(words: list[str], mapping: dict[int, Column]) -> None:
    """What a column means by what stands beside it."""
    said = set(mapping.values())
    by_name = {word: at for at, word in enumerate(words)}
    if Column.NAME in said and Column.FIRST_NAME in said:
        _drop(mapping, Column.NAME)
    if Column.NAME in said and Column.ROLE not in said and Column.COMPANY in said and Column.STAGE in said:
        at = by_name.get("name", -1)
        # A tracker of jobs with a column "Name" beside the company names the job by it.
        if mapping.get(at) is Column.NAME and Column.EMAIL not in said and _JOB_SIGNS & set(words):
            mapping[at] = Column.ROLE


def _drop(mapping: dict[int, Column], column: Column) -> None:
    for at in [at for at, is_column in mapping.items() if is_column is column]:
        del mapping[at]


def with_own_fields(header: Sequence[str], mapping: Mapping[int, Column]) -> dict[int, Column]:
    """The mapping in which every column that is nobody's becomes an own field."""
    return {at: mapping.get(at, Column.OWN) for at in range(len(header))}


def stage_of(word: str) -> Stage | None:
    """The stage that another program's word means; ``None`` for a word that is not known."""
    spellings = (re.sub(r"^\d+ ", "", words) for words in (plain_words(word), _apart(word)))
    return next((_STAGE_OF[words] for words in spellings if words in _STAGE_OF), None)
