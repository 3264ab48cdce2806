"""The redo journal: a write that was cut by a kill or a power cut ends as exactly the old or exactly the new file.

The journal is written and synced before the file is touched. Recovery acts only when the bytes before the change are
still the same and the rest is what such a cut can leave, sector by sector: old, new or zeros. Anything else means
that another program has written since, and then that program is right.
"""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass

SECTOR = 512
# Not on every system; on Windows bytes are only bytes with O_BINARY.
PLAIN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_LONGEST_HEADER = 1024


@dataclass(frozen=True, slots=True)
class Change:
    """What is about to be written: everything from byte ``keep`` on turns from ``old`` into ``new``."""

    keep: int
    head_sha: str
    old: bytes
    new: bytes

    def encoded(self) -> bytes:
        """The journal's bytes: one line of JSON, then both tails."""
        header = {
            "v": 1,
            "keep": self.keep,
            "head": self.head_sha,
            "old": len(self.old),
            "new": len(self.new),
            "sha": digest(self.old + self.new),
        }
        return json.dumps(header).encode() + b"\n" + self.old + self.new


def decoded(raw: bytes) -> Change | None:
    """The change of a journal; None if the journal itself was cut, which means that the file was not touched yet."""
    line, _, body = raw.partition(b"\n")
    try:
        header = json.loads(line[:_LONGEST_HEADER])
        keep, old_length, new_length = int(header["keep"]), int(header["old"]), int(header["new"])
        head, sha = str(header["head"]), str(header["sha"])
    except (ValueError, KeyError, TypeError):
        return None
    if min(keep, old_length, new_length) < 0 or len(body) != old_length + new_length or digest(body) != sha:
        return None
    return Change(keep, head, body[:old_length], body[old_length:])


def change(old: bytes, new: bytes) -> Change:
    """The smallest change at the end of the file that makes ``new`` of ``old``."""
    keep = common_prefix(old, new)
    return Change(keep, digest(memoryview(old)[:keep]), old[keep:], new[keep:])


def repaired(current: bytes, cut: Change) -> bytes | None:
    """What the file must become after a cut; None if it is whole, or another program's."""
    if digest(memoryview(current)[: cut.keep]) != cut.head_sha or len(current) < cut.keep:
        return None
    head = current[: cut.keep]
    old, new = head + cut.old, head + cut.new
    if current in (old, new) or not looks_torn(current, old, new, cut.keep):
        return None
    return new


def digest(data: bytes | memoryview) -> str:
    """SHA-256 as hex digits."""
    return hashlib.sha256(data).hexdigest()


def common_prefix(one: bytes, other: bytes) -> int:
    """How many bytes at the beginning are the same."""
    shorter = min(len(one), len(other))
    first, second = memoryview(one), memoryview(other)
    if first[:shorter] == second[:shorter]:
        return shorter
    low, high = 0, shorter
    while high - low > 1:
        middle = (low + high) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle
    return low


def looks_torn(current: bytes, old: bytes, new: bytes, keep: int) -> bool:
    """Whether a cut on the way from old to new can have left this.

    ext4 and xfs really leave zeros in the last page after a power cut, so zeros count as well as old and new bytes;
    within a sector the beginning of one of them may be followed by another.
    """
    if not min(len(old), len(new)) <= len(current) <= max(len(old), len(new)):
        return False
    at = keep
    while at < len(current):
        end = min((at // SECTOR + 1) * SECTOR, len(current))
        part = current[at:end]
        zeros = bytes(len(part))
        before, after = old[at:end].ljust(len(part), b"\0"), new[at:end].ljust(len(part), b"\0")
        at = end
        if part in (before, after, zeros):
            continue
        for first in (after, before):
            same = common_prefix(part, first)
            if part[same:] in (before[same:], after[same:], zeros[same:]):
                break
        else:
            return False
    return True


def write_all(descriptor: int, data: bytes, at: int) -> None:
    """Write all of it at an offset, however often the system takes only a part."""
    left = memoryview(data)
    while left:
        if hasattr(os, "pwrite"):
            written = os.pwrite(descriptor, left, at)
        else:  # Windows
            os.lseek(descriptor, at, os.SEEK_SET)
            written = os.write(descriptor, left)
        left, at = left[written:], at + written


def sync_folder(folder: str) -> None:
    """Make a rename or a removal in a folder last through a power cut."""
    if not _FOLDER:  # Windows opens no folders; its rename is written through by itself.
        return
    descriptor = os.open(folder, os.O_RDONLY | _FOLDER | PLAIN)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put(path: str, data: bytes, mode: int = 0o600) -> None:
    """Replace a file of our own in one step. Callers hold the lock, so that one name for the draft is enough."""
    draft = f"{path}.new"
    with suppress(FileNotFoundError):  # A crash may have left one.
        os.unlink(draft)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK | PLAIN, mode)
    try:
        write_all(descriptor, data, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(draft, path)
    sync_folder(os.path.dirname(path))
