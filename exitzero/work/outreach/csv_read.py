"""Targets out of a file of another program: what each row would become, before anything is kept.

Why it exists: an import is looked at first. Every row of the file has its line in the preview: as the target it would
become, as the duplicate it is, or with the sentence that says why it cannot be one. Nothing is left out silently.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from exitzero.core.errors import BadInput
from exitzero.work.outreach.csv_columns import Column, guess_mapping, stage_of, with_own_fields
from exitzero.work.outreach.csv_table import Table, sniff
from exitzero.work.outreach.csv_write import COLUMNS, OWN_FIELD, unguarded
from exitzero.work.outreach.days import DateOrder, is_open, order_of, read_day
from exitzero.work.outreach.draft import Draft, Kind, Platform, Stage, one_line
from exitzero.work.outreach.duplicates import Index, Match, keys_of
from exitzero.work.outreach.profile_links import platform_of

__all__ = [
    "Column",
    "DateOrder",
    "ImportPreview",
    "ImportRow",
    "Table",
    "drafts",
    "guess_mapping",
    "sniff",
    "with_own_fields",
]

_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "none", "null", "tbd", "?"})
_TAG_BETWEEN = re.compile(r"[,;|\n]")


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row of the file: the target it becomes, or the ``problem`` that keeps it from being one.

    ``duplicate_of`` is a target that is kept already, ``repeats`` an earlier row of the same file by its number;
    ``remarks`` are what was read otherwise than it was written.
    """

    number: int
    draft: Draft | None
    problem: str = ""
    duplicate_of: Match[str] | None = None
    repeats: Match[int] | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do. With ``dates_open`` the person has to say how the dates are written.

    ``unknown_stages`` are the words of the stage column that mean no stage here; those rows begin at "to contact".
    """

    rows: tuple[ImportRow, ...]
    date_order: DateOrder | None = None
    dates_open: bool = False
    unknown_stages: tuple[str, ...] = ()

    @property
    def new(self) -> tuple[ImportRow, ...]:
        """The rows that become targets unless the person decides otherwise."""
        return tuple(row for row in self.rows if row.draft is not None and not _surely_known(row))

    @property
    def known(self) -> tuple[ImportRow, ...]:
        """The rows that are there already."""
        return tuple(row for row in self.rows if row.draft is not None and _surely_known(row))

    @property
    def bad(self) -> tuple[ImportRow, ...]:
        """The rows that cannot be read."""
        return tuple(row for row in self.rows if row.draft is None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the cells of this file are read."""

    header: tuple[str, ...]
    mapping: Mapping[int, Column]
    stages: Mapping[str, Stage]
    order: DateOrder | None
    source: str

    @property
    def ours(self) -> bool:
        """Whether the table was written here: then nothing in it is guessed."""
        return self.header[: len(COLUMNS)] == COLUMNS


def drafts(
    table: Table,
    mapping: Mapping[int, Column],
    *,
    known: Index[str] | None = None,
    stages: Mapping[str, Stage] | None = None,
    date_order: DateOrder | None = None,
    source: str = "",
) -> ImportPreview:
    """What each row would become by this mapping; nothing is kept.

    ``known`` are the targets that are there, ``stages`` the person's own choice for words of the stage column,
    ``date_order`` theirs for 3/4/2026 (without it the column as a whole decides), ``source`` what a row without one
    gets. Raises :class:`BadInput` at ``mapping`` if no column names a target or a column has two meanings.
    """
    _check(table, mapping)
    days = [at for at, column in mapping.items() if column is Column.FOLLOW_UP]
    cells = [row[at] for row in table.rows for at in days]
    decided, dates_open = order_of(cells)
    order = date_order or decided
    reading = _Reading(table.header, mapping, stages or {}, order, source)
    seen: Index[int] = Index()
    rows: list[ImportRow] = []
    unknown: dict[str, None] = {}
    for number, cells_of_row in zip(table.numbers, table.rows, strict=True):
        row = _row(number, cells_of_row, reading, unknown)
        if row.draft is not None:
            keys = keys_of(row.draft)
            duplicate_of = known.find(row.draft, keys) if known is not None else None
            rows.append(replace(row, duplicate_of=duplicate_of, repeats=seen.find(row.draft, keys)))
            seen.add(number, row.draft, keys)
        else:
            rows.append(row)
    return ImportPreview(tuple(rows), order, dates_open and date_order is None, tuple(unknown))


def _surely_known(row: ImportRow) -> bool:
    return any(match is not None and match.sure for match in (row.duplicate_of, row.repeats))


def _check(table: Table, mapping: Mapping[int, Column]) -> None:
    several = {Column.OWN, Column.NOTES, Column.LINKS, Column.TAGS}
    taken: dict[Column, int] = {}
    for at, column in mapping.items():
        if not 0 <= at < len(table.header):
            raise BadInput("mapping", f"There is no column {at + 1}.")
        if column in taken and column not in several:
            names = f"“{table.header[taken[column]]}” and “{table.header[at]}”"
            raise BadInput("mapping", f"{names} are both the {column.replace('_', ' ')}; choose one of them.")
        taken[column] = at
    if not taken.keys() & {Column.NAME, Column.FIRST_NAME, Column.LAST_NAME, Column.COMPANY}:
        raise BadInput("mapping", "Say which column is the name or the company.")


def _row(number: int, cells: tuple[str, ...], reading: _Reading, unknown: dict[str, None]) -> ImportRow:
    width = len(reading.header)
    if any(cell.strip() for cell in cells[width:]):
        problem = f"Row {number} has {len(cells)} cells, the header has {width}: is a cell with a comma not in quotes?"
        return ImportRow(number, None, problem)
    remarks: list[str] = []
    try:
        draft = _draft(cells, reading, remarks, unknown).checked()
    except BadInput as bad:
        heading = _heading(bad.field, reading)
        return ImportRow(number, None, f"Row {number}, {heading}: {bad.message}")
    return ImportRow(number, draft, remarks=tuple(remarks))


def _heading(field: str, reading: _Reading) -> str:
    """The file's own name for the column in which something is wrong."""
    wanted = {"name": (Column.NAME, Column.FIRST_NAME, Column.COMPANY)}.get(field, (field,))
    own = field.removeprefix("fields.")
    for at, column in reading.mapping.items():
        if column in wanted or (column is Column.OWN and reading.header[at].removeprefix(OWN_FIELD) == own):
            return f"column {reading.header[at]}"
    return field


def _draft(cells: tuple[str, ...], reading: _Reading, remarks: list[str], unknown: dict[str, None]) -> Draft:
    said: dict[Column, str] = {}
    notes, links, tags = list[str](), list[str](), list[str]()
    fields: dict[str, str] = {}
    for at, column in reading.mapping.items():
        cell = unguarded(cells[at])
        if column is Column.OWN:
            fields[reading.header[at].removeprefix(OWN_FIELD)] = cell
        elif column is Column.NOTES:
            notes.append(cell.strip())
        elif column is Column.LINKS:
            links += [_link(link) for link in cell.split() if link.lower() not in _NOTHING]
        elif column is Column.TAGS:
            tags += cell.split(",") if reading.ours else _TAG_BETWEEN.split(cell)
        else:
            said[column] = cell if reading.ours or column in {Column.NAME, Column.COMPANY} else _something(cell)
    name = one_line(said.get(Column.NAME, ""))
    name = name or one_line(f"{said.get(Column.FIRST_NAME, '')} {said.get(Column.LAST_NAME, '')}")
    kind, name, company = _kind(said, name, one_line(said.get(Column.COMPANY, "")))
    link, email = _link(said.get(Column.LINK, "")), said.get(Column.EMAIL, "")
    return Draft(
        name=name, kind=kind, company=company, role=said.get(Column.ROLE, ""), link=link, email=email,
        links=tuple(links), platform=_platform(said, link, email, reading.ours),
        stage=_stage(said.get(Column.STAGE, ""), reading, remarks, unknown),
        tags=tuple(tags), notes="\n".join(note for note in notes if note), fields=fields,
        source=said.get(Column.SOURCE) or reading.source,
        follow_up=_follow_up(said.get(Column.FOLLOW_UP, ""), reading, remarks),
    )  # fmt: skip


def _something(cell: str) -> str:
    text = one_line(cell)
    return "" if text.lower() in _NOTHING else text


def _kind(said: Mapping[Column, str], name: str, company: str) -> tuple[Kind, str, str]:
    """A row with a person's name is a person, one with a company only is that company, unless the file says it."""
    word = said.get(Column.KIND, "").lower()
    if word in {"company", "organization", "organisation", "org"}:
        return Kind.COMPANY, name or company, "" if not name or name == company else company
    if name or word == "person":
        return Kind.PERSON, name, company
    return Kind.COMPANY, company, ""


def _link(text: str) -> str:
    """The link with https:// where the file leaves it out; what is no link is left to the check to refuse."""
    link = text.strip()
    bare = re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", link) is not None
    return f"https://{link}" if bare else link


def _platform(said: Mapping[Column, str], link: str, email: str, ours: bool) -> Platform:
    word = said.get(Column.PLATFORM, "").lower()
    if ours:
        return Platform(word) if word in set(Platform) else Platform.OTHER
    words = {"e-mail": "email", "mail": "email", "twitter": "x", "angellist": "wellfound", "job board": "portal"}
    word = words.get(word, word)
    if word and word in set(Platform):
        return Platform(word)
    if word:
        return Platform.OTHER
    return platform_of(link) if link else (Platform.EMAIL if email else Platform.UNSAID)


def _stage(word: str, reading: _Reading, remarks: list[str], unknown: dict[str, None]) -> Stage:
    if not word:
        return Stage.TO_CONTACT
    stage = reading.stages.get(word) or stage_of(word)
    if stage is None:
        unknown[word] = None
        remarks.append(f"“{word}” is no stage that is known; it begins at “to contact”.")
    return stage or Stage.TO_CONTACT


def _follow_up(cell: str, reading: _Reading, remarks: list[str]) -> date | None:
    if not cell:
        return None
    day = read_day(cell, order=reading.order)
    if day is None and is_open(cell):
        remarks.append(f"“{cell}” can be two days: say whether the day or the month stands first.")
    elif day is None:
        remarks.append(f"“{cell}” is no day that can be read; no follow-up is set.")
    return day
