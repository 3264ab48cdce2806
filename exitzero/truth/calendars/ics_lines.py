"""The lines and blocks of an iCalendar file, taken apart without ever refusing.

Why it exists: the library gives up a whole file for one bad line, and writing an event back has to keep what others
put there to the letter. So a file is first cut into blocks of lines here; what a line means is decided per event.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

#: Components that never lie inside an event: where one begins, an event that was not ended is over.
_OUTER = frozenset({"VCALENDAR", "VEVENT", "VTODO", "VJOURNAL", "VTIMEZONE", "VFREEBUSY"})
_BREAKS = re.compile(rb"\r\n|\n|\r")
_PLAIN = re.compile(r"([A-Za-z0-9-]+):")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff]")
_DEEPEST = 20


class Line(NamedTuple):
    """One property: ``name`` and parameter names in capitals, ``value`` as it was written, ``raw`` the whole line."""

    name: str
    params: tuple[tuple[str, str], ...]
    value: str
    raw: str

    def param(self, name: str) -> str:
        """A parameter's value without quotes, empty if there is none."""
        return next((value for key, value in self.params if key == name), "")

    @property
    def text(self) -> str:
        """The value as text for a person."""
        return unescape(self.value)


@dataclass(slots=True)
class Block:
    """A component: its lines and inner blocks in their order. ``ended`` is False if its END is missing."""

    name: str
    parts: "list[Line | Block]" = field(default_factory=list)
    ended: bool = False

    @property
    def lines(self) -> "list[Line]":
        """The properties of this block itself."""
        return [part for part in self.parts if isinstance(part, Line)]

    def blocks(self, name: str) -> "list[Block]":
        """The blocks right inside that have this name."""
        return [part for part in self.parts if part.name == name and isinstance(part, Block)]

    def all(self, name: str) -> list[Line]:
        """The properties with this name."""
        return [part for part in self.parts if part.name == name and isinstance(part, Line)]

    def first(self, name: str) -> Line | None:
        """The first property with this name."""
        for part in self.parts:
            if part.name == name and isinstance(part, Line):
                return part
        return None

    def text(self, name: str) -> str:
        """The first property with this name as text, empty if there is none."""
        line = self.first(name)
        return line.text if line else ""


def logical_lines(data: bytes) -> Iterator[str]:
    """The unfolded lines of a file in whatever line ends and encoding; a fold may cut a character in two."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    held: list[bytes] = []
    for piece in _BREAKS.split(data):
        if piece[:1] in {b" ", b"\t"} and held:
            held.append(piece[1:])
        elif piece:
            if held:
                yield _decoded(b"".join(held))
            held = [piece]
    if held:
        yield _decoded(b"".join(held))


def parse_line(raw: str) -> Line | None:
    """A line as a property; ``None`` if it is none."""
    plain = _PLAIN.match(raw)
    if plain is not None:
        return Line(plain[1].upper(), (), raw[plain.end() :], raw)
    at = _end_of_name(raw)
    if at is None:
        return None
    name, rest = raw[:at].strip().upper().replace(" ", "").replace("\t", ""), raw[at:]
    if not _NAME.fullmatch(name):
        return None
    if rest[0] == ":":
        return Line(name, (), rest[1:], raw)
    pieces, colon = _params(rest)
    if colon is None:
        return None
    return Line(name, pieces, rest[colon + 1 :], raw)


def parse(data: bytes) -> Block:
    """A whole file as one nameless block; a line that is no property is kept without a name."""
    root = Block("", ended=True)
    open_blocks = [root]
    for raw in logical_lines(data):
        line = parse_line(raw)
        if line is None:
            open_blocks[-1].parts.append(Line("", (), "", raw))
        elif line.name == "BEGIN":
            name = line.value.strip().upper()
            if name in _OUTER:
                while open_blocks[-1].name not in {"", "VCALENDAR"}:
                    open_blocks.pop()
                if name == "VCALENDAR":
                    del open_blocks[1:]
            if len(open_blocks) < _DEEPEST:
                block = Block(name)
                open_blocks[-1].parts.append(block)
                open_blocks.append(block)
        elif line.name == "END":
            name = line.value.strip().upper()
            at = next((i for i in range(len(open_blocks) - 1, 0, -1) if open_blocks[i].name == name), None)
            if at is not None:
                open_blocks[at].ended = True
                del open_blocks[at:]
        else:
            open_blocks[-1].parts.append(line)
    return root


def unescape(value: str) -> str:
    """TEXT as a person reads it, without control characters."""
    if "\\" in value:
        value = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
    return _CONTROL.sub("", value)


def escape(text: str) -> str:
    """A person's text as TEXT."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(lines: Iterable[str]) -> bytes:
    """Lines as bytes: CRLF, none longer than 75 octets, no character cut in two."""
    out: list[bytes] = []
    for line in lines:
        data = line.encode("utf-8", "replace")
        room = 75
        while len(data) > room:
            at = room
            while data[at] & 0xC0 == 0x80:
                at -= 1
            out += [data[:at], b"\r\n "]
            data, room = data[at:], 74
        out += [data, b"\r\n"]
    return b"".join(out)


def flat(block: Block) -> Iterator[str]:
    """A block as lines again, to the letter."""
    if block.name:
        yield f"BEGIN:{block.name}"
    for part in block.parts:
        if isinstance(part, Line):
            yield part.raw
        else:
            yield from flat(part)
    if block.name:
        yield f"END:{block.name}"


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _end_of_name(raw: str) -> int | None:
    ends = [at for at in (raw.find(":"), raw.find(";")) if at > 0]
    return min(ends, default=None)


def _params(rest: str) -> tuple[tuple[tuple[str, str], ...], int | None]:
    """The parameters of ``;A=b;C="d:e":value``, and where the colon before the value is."""
    quoted = False
    start = 1
    found: list[tuple[str, str]] = []
    for at, sign in enumerate(rest):
        if sign == '"':
            quoted = not quoted
        elif sign in ";:" and not quoted and at:
            key, _, value = rest[start:at].partition("=")
            found.append((key.strip().upper(), value.strip().replace('"', "")))
            start = at + 1
            if sign == ":":
                return tuple(found), at
    if quoted:
        # A quote that is never closed: then the first colon ends the parameters.
        at = rest.find(":")
        return (), at if at > 0 else None
    return (), None
