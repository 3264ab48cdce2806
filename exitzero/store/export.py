"""Everything the person has, in a form that needs no ExitZero to read: one JSON document, or a CSV file a table.

Secrets are not in the database, so none can be in here. Raw answers are left out of CSV and are text in JSON.
"""

import csv
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

from exitzero.core.codec import to_plain
from exitzero.store import tables
from exitzero.store.folding import to_plain_row
from exitzero.store.trouble import StoreTrouble, translated

FORMAT = "exitzero"
VERSION = 1
EXPORTED: tuple[type[SQLModel], ...] = (
    *tables.FOLDED,
    *tables.KEPT,
    tables.ProfileRow,
    tables.PreferenceRow,
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_json(session: Session, target: Path, now: datetime) -> None:
    """Write the whole as one document; raises :class:`StoreTrouble` if the place cannot be written to."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": to_plain(now),
        "journal": [_journal_entry(row) for row in _rows(session, tables.JournalRow)],
        "evidence": [_evidence(row) for row in _rows(session, tables.EvidenceRow)],
        "tables": {
            str(table.__tablename__): [to_plain_row(row) for row in _rows(session, table)] for table in EXPORTED
        },
    }
    _written(target, json.dumps(document, ensure_ascii=False, indent=1).encode())


def to_csv(session: Session, target: Path) -> None:
    """Write a zip archive with one CSV file a table; raises :class:`StoreTrouble` as :func:`to_json` does.

    Cells that a spreadsheet would take for a formula get an apostrophe in front.
    """
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        every: tuple[type[SQLModel], ...] = (tables.JournalRow, *EXPORTED)
        for table in every:
            names = list(table.model_fields)
            sheet = StringIO()
            writer = csv.writer(sheet, lineterminator="\r\n")
            writer.writerow(names)
            for row in _rows(session, table):
                plain = to_plain_row(row)
                writer.writerow([_cell(plain[name]) for name in names])
            archive.writestr(f"{table.__tablename__}.csv", sheet.getvalue())
    _written(target, packed.getvalue())


def _rows(session: Session, table: type[SQLModel]) -> Iterator[Any]:
    order = text(", ".join(column.name for column in table.__table__.primary_key.columns))  # type: ignore[attr-defined]
    return iter(session.exec(select(table).order_by(order).execution_options(yield_per=2000)))


def _journal_entry(row: tables.JournalRow) -> dict[str, Any]:
    try:
        payload = json.loads(row.payload)
    except ValueError:
        payload = row.payload  # somebody edited it; an export keeps what is there
    return {**to_plain_row(row), "payload": payload}


def _evidence(row: tables.EvidenceRow) -> dict[str, Any]:
    try:
        body = zlib.decompress(row.body).decode("utf-8", "replace")
    except zlib.error:
        body = None  # somebody edited it
    plain = {name: to_plain(getattr(row, name)) for name in type(row).model_fields if name != "body"}
    return {**plain, "body": body}


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _written(target: Path, content: bytes) -> None:
    """Write beside the target and put it in its place at once: a full disk costs no export made before."""
    real = Path(os.path.realpath(target))
    unfinished = real.with_name(f".{real.name}.part")
    try:
        with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(real)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise _cannot_write(target, error) from error


def _cannot_write(target: Path, error: OSError) -> StoreTrouble:
    return translated(error) or StoreTrouble(
        f"{target.name} cannot be written: {error.strerror or error}.", "Choose another place.", reason="export"
    )
