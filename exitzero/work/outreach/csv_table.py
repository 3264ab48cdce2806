"""A file of rows and columns, whatever program wrote it: its encoding, its delimiter, its header.

Why it exists: every program's CSV is a dialect. Here a file becomes a table or is refused in words, and what is odd
about it (a preamble, rows too short or too long) is told with the number of the row as a spreadsheet counts it.
"""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from exitzero.core.errors import BadInput

if TYPE_CHECKING:
    from _csv import Reader

LARGEST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
_LARGEST_CELL = 2 * 1024 * 1024
_DELIMITERS = (",", ";", "\t")
_SAMPLE_ROWS = 60
_PREAMBLE_ROWS = 10
_MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below the header. ``numbers`` are theirs in the file, the first row of the file being 1.

    A row has at least as many cells as the header; one with more is kept as it is, for it cannot be trusted.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    encoding: str
    delimiter: str
    warnings: tuple[str, ...] = ()


def sniff(data: bytes) -> Table:
    """The table in a file's bytes. Raises :class:`BadInput` at ``file`` if there is none in it or it is too large."""
    if len(data) > LARGEST_BYTES:
        raise BadInput("file", f"The file has {len(data) // (1024 * 1024)} MB; 20 MB can be imported at once.")
    text, encoding, warnings = _decoded(data)
    if not text.strip():
        raise BadInput("file", "The file is empty.")
    delimiter, text, skipped = _delimiter(text)
    records, odd = _records(text, delimiter)
    warnings += odd
    at = _header_at(records)
    header = _named(records[at])
    if at:
        warnings.append(f"The first {at} {'row is' if at == 1 else 'rows are'} no part of the table and left out.")
    rows, numbers = list[tuple[str, ...]](), list[int]()
    for number, record in enumerate(records[at + 1 :], start=at + 2 + skipped):
        if any(cell.strip() for cell in record):
            rows.append(tuple(record) + ("",) * (len(header) - len(record)))
            numbers.append(number)
    warnings += _ragged(records, at, len(header), skipped)
    if not rows:
        warnings.append("There is no row below the header.")
    return Table(header, tuple(rows), tuple(numbers), encoding, delimiter, tuple(warnings))


def _decoded(data: bytes) -> tuple[str, str, list[str]]:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadInput("file", "This is a workbook; save it as CSV (Save as, or Export) and import that file.")
    encoding = _encoding(data)
    warnings: list[str] = []
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        warnings.append("Some characters could not be read; they are shown as �.")
    if "\0" in text:
        raise BadInput("file", "This is no table of text.")
    return text.removeprefix("\ufeff"), encoding, warnings


def _encoding(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = data[:2000]
    if len(start) >= 4 and start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if len(start) >= 4 and start[::2].count(0) > len(start) // 4:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(text: str) -> tuple[str, str, int]:
    """The delimiter, the text to read with it, and how many rows were taken off it (Excel's ``sep=;``)."""
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"').lower()
    if said.startswith("sep=") and len(said) == 5:
        return said[4], rest, 1
    if said == "sep=":
        return "\t", rest, 1

    def fit(delimiter: str) -> tuple[float, int]:
        # The share of rows, not their number: read with a wrong delimiter, one quoted cell can fall into many rows.
        widths = Counter(len(record) for record in islice(_reader(text, delimiter), _SAMPLE_ROWS) if record)
        several = {width: rows for width, rows in widths.items() if width > 1}
        width, rows = max(several.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return rows / max(widths.total(), 1), width

    return max(_DELIMITERS, key=fit), text, 0


def _reader(text: str, delimiter: str, *, strict: bool = False) -> "Reader":
    csv.field_size_limit(_LARGEST_CELL)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _records(text: str, delimiter: str) -> tuple[list[list[str]], list[str]]:
    """Every row of the file, and what was odd about its quotes."""
    records: list[list[str]] = []
    reader = _reader(text, delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            records.append(record)
            line = reader.line_num + 1
            if len(records) > MOST_ROWS + _PREAMBLE_ROWS + 1:
                raise BadInput("file", f"The file has more than {MOST_ROWS} rows; import it in parts.")
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise BadInput("file", f"Line {line}: a quote is opened and not closed.") from None
        if "field limit" in str(error):
            raise BadInput("file", f"Line {line}: a cell is too large; a quote may not be closed.") from None
        records = list(islice(_reader(text, delimiter), MOST_ROWS))
        return records, [f"Line {line}: a quote stands within a cell; look at that row before importing."]
    return records, []


def _header_at(records: list[list[str]]) -> int:
    """The first row that looks like the header: some exports have notes above it."""
    filled = [sum(1 for cell in record if cell.strip()) for record in records[:_PREAMBLE_ROWS]]
    widths = Counter(len(record) for record in records[:_SAMPLE_ROWS] if len(record) > 1)
    usual = widths.most_common(1)[0][0] if widths else 1
    for at, count in enumerate(filled):
        if count and (usual == 1 or (count >= 2 and len(records[at]) >= min(usual, 2) and count * 2 >= usual)):
            return at
    return next(at for at, record in enumerate(records) if any(cell.strip() for cell in record))


def _named(record: list[str]) -> tuple[str, ...]:
    """The header with a name for every column, each only once."""
    while len(record) > 1 and not record[-1].strip():
        record = record[:-1]
    names: list[str] = []
    for at, cell in enumerate(record, start=1):
        name = wanted = " ".join(cell.split()) or f"Column {at}"
        again = 2
        while name in names:
            name = f"{wanted} ({again})"
            again += 1
        names.append(name)
    return tuple(names)


def _ragged(records: list[list[str]], at: int, width: int, skipped: int) -> list[str]:
    told: list[str] = []
    for number, record in enumerate(records[at + 1 :], start=at + 2 + skipped):
        if any(cell.strip() for cell in record) and (len(record) < width or any(cell for cell in record[width:])):
            told.append(f"Row {number} has {len(record)} cells, the header has {width}.")
    more = len(told) - _MOST_TOLD
    return told if more <= 0 else [*told[:_MOST_TOLD], f"So it is with {more} further rows."]
