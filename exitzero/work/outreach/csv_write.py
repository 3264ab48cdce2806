"""Targets as one CSV table, to keep, to look at in a spreadsheet, and to read back without loss.

Why it exists: a table that leaves the program must open everywhere (RFC 4180, UTF-8, ISO dates), must never run as a
formula in the spreadsheet that opens it, and must still be the same targets when it comes back.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from exitzero.work.outreach.draft import Draft

COLUMNS = (
    "Kind", "Name", "Company", "Role", "Platform", "Link", "Email", "Stage", "Tags", "Notes", "Source",
    "Next follow-up", "Further links",
)  # fmt: skip
OWN_FIELD = "Field: "
"""How the column of an own field begins; reading back knows it by this."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def write(drafts: Iterable[Draft], *, bom: bool = False) -> bytes:
    """The table, own fields last in the order of their names. ``bom`` is for Excel, which else takes UTF-8 for cp1252.

    Raises :class:`BadInput` for a target that is not fit to keep.
    """
    targets = [draft.checked() for draft in drafts]
    own = sorted({name for draft in targets for name in draft.fields})
    return table([*COLUMNS, *(f"{OWN_FIELD}{name}" for name in own)], (_row(draft, own) for draft in targets), bom=bom)


def table(header: Iterable[str], rows: Iterable[Iterable[str]], *, bom: bool = False) -> bytes:
    """Any table of text in the same form, each cell guarded against being run as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(cell) for cell in header])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def guarded(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before :func:`guarded`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _row(draft: Draft, own: list[str]) -> Iterator[str]:
    yield from (draft.kind, draft.name, draft.company, draft.role, draft.platform, draft.link, draft.email)
    yield draft.stage
    yield ", ".join(draft.tags)
    yield draft.notes
    yield draft.source
    yield draft.follow_up.isoformat() if draft.follow_up else ""
    yield "\n".join(draft.links)
    yield from (draft.fields.get(name, "") for name in own)
