"""Our lines in a hosts file, as bytes in and bytes out, so that whoever's file it is gets back exactly what was there.

Nothing is decoded. Every line we add carries our tag, and taking them out again takes those lines only, wherever they
have got to; nothing is ever cut "between marks" and no backup is ever put back.
"""

import re
from collections.abc import Iterable

TAG = b"# exitzero"
_NAME = rb"(?=[^ ]{1,253} )(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
_OURS = re.compile(
    rb"(?:(?:0\.0\.0\.0|::) " + _NAME + rb" # exitzero"
    rb"|# exitzero-begin v1 id=[0-9a-f]{8,32} until=[0-9TZ:-]{20} pad=(?P<pad>none|lf|crlf)"
    rb"|# exitzero-(?:note|end)(?: [^\r\n]{0,200})?)\r?\n?"
)
_PADS = {b"none": b"", b"lf": b"\n", b"crlf": b"\r\n"}
_OUT_OF_REACH = {b"0.0.0.0", b"::", b"::1"}


def is_ours(line: bytes) -> bool:
    """Whether a line, with or without its line end, is one that we wrote, in full."""
    return TAG in line and _OURS.fullmatch(line) is not None


def is_text(data: bytes) -> bool:
    """Whether resolvers read the file at all: not UTF-16 and free of NUL bytes."""
    return data[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\0" not in data


def newline_of(data: bytes) -> bytes:
    """The file's own line end, as its first line shows it."""
    first = data.find(b"\n")
    return b"\r\n" if first > 0 and data[first - 1 : first] == b"\r" else b"\n"


def render(names: Iterable[str], *, mark: str, until: str, newline: bytes = b"\n", pad: bytes = b"none") -> bytes:
    """The block for these names: both address families, one name a line.

    ``mark`` is 8 to 32 hex digits, ``until`` an instant as ``2026-10-09T04:00:00Z``.
    """
    lines = [
        b"# exitzero-begin v1 id=%s until=%s pad=%s" % (mark.encode(), until.encode(), pad),
        b"# exitzero-note Managed by ExitZero; it removes these lines by itself at the time above at the latest.",
    ]
    for name in names:
        ascii_name = name.encode("ascii")
        lines += (b"0.0.0.0 " + ascii_name + b" # exitzero", b":: " + ascii_name + b" # exitzero")
    lines.append(b"# exitzero-end v1")
    return newline.join(lines) + newline


def strip(data: bytes) -> bytes:
    """The file without any line of ours, and without the line end that we once added before our block."""
    while (less := _strip_once(data)) != data:
        data = less
    return data


def _strip_once(data: bytes) -> bytes:
    """One pass that looks only at lines with our tag: a file of 200,000 foreign lines costs one search."""
    kept: list[bytes] = []
    copied = at = 0  # Copied: up to where the file has been taken over or left out.
    run_end = -1  # Where the last run of our lines ended, and the pad that run was written with.
    pad = b""
    while (found := data.find(TAG, at)) >= 0:
        start = data.rfind(b"\n", at, found) + 1 or at
        end = data.find(b"\n", found) + 1 or len(data)
        match = _OURS.fullmatch(data, start, end)
        at = end
        if match is None:
            continue
        if start != run_end:
            pad = _PADS[match.group("pad")] if match.group("pad") else b""
            kept.append(data[copied:start])
        copied = run_end = end
    if not kept:
        return data
    kept.append(data[copied:])
    base = b"".join(kept)
    if run_end == len(data) and pad and base.endswith(pad):
        return base[: -len(pad)]
    return base


def planned(data: bytes, names: Iterable[str], *, mark: str, until: str) -> bytes:
    """The file as it must be while these names are locked: the person's own bytes, then exactly our block.

    Without names it is the file without our lines. ``strip(planned(x)) == strip(x)`` for any bytes.
    """
    names = tuple(names)
    base = strip(data)
    if not names:
        return base
    newline = newline_of(base)
    pad = b"none"
    if base and not base.endswith(b"\n"):
        pad = b"crlf" if newline == b"\r\n" else b"lf"
    return base + _PADS[pad] + render(names, mark=mark, until=until, newline=newline, pad=pad)


def conflicts(data: bytes, names: Iterable[str]) -> tuple[str, ...]:
    """Names that the person's own lines give a real address, so that the block does not reach them."""
    wanted = {name.encode("ascii") for name in names}
    base = strip(data).lower()
    found = wanted.intersection(base.split())
    if not found:
        return ()
    real: set[bytes] = set()
    for line in base.split(b"\n"):
        words = line.split(b"#", 1)[0].split()
        if len(words) > 1 and words[0] not in _OUT_OF_REACH and not words[0].startswith(b"127."):
            real.update(found.intersection(words[1:]))
    return tuple(sorted(name.decode("ascii") for name in real))
