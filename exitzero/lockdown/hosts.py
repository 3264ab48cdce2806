"""Edits the hosts file in place, so that inode, owner, mode, ACL, labels, links and bind mounts stay as they are.

The order is: take our lock, finish what a crash left, wait until nobody has written for a moment, read, look again
right before writing, journal, write, sync. Whatever cannot be edited safely is refused with its reason and untouched.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from exitzero.lockdown import block, redo
from exitzero.lockdown.clock import Clock
from exitzero.lockdown.reasons import Reason, Refused

if sys.platform != "win32":
    import fcntl

LARGEST = 64 * 1024 * 1024
QUIET_SECONDS = 0.15
TRIES = 5
_PATIENCE_SECONDS = 5.0
_BY_ERRNO = {
    errno.EROFS: Reason.READ_ONLY,
    errno.EPERM: Reason.IMMUTABLE,
    errno.EACCES: Reason.DENIED,
    errno.ENOENT: Reason.MISSING,
    errno.ENOTDIR: Reason.MISSING,
    errno.ELOOP: Reason.NOT_REGULAR,
    errno.EISDIR: Reason.NOT_REGULAR,
    errno.ENXIO: Reason.NOT_REGULAR,
    errno.ETXTBSY: Reason.BUSY,
    errno.ENOSPC: Reason.NO_SPACE,
    errno.EDQUOT: Reason.NO_SPACE,
    errno.EFBIG: Reason.NO_SPACE,
}
STORES = ("/nix/store/", "/gnu/store/")


@dataclass(frozen=True, slots=True)
class Signature:
    """What tells whether somebody else has written; ``ctime`` cannot be set by hand."""

    device: int
    inode: int
    size: int
    mtime: int
    ctime: int


@dataclass(frozen=True, slots=True)
class Block:
    """What must stand in the file; without names: nothing of ours."""

    names: tuple[str, ...] = ()
    mark: str = "00000000"
    until: str = "1970-01-01T00:00:00Z"

    def into(self, data: bytes) -> bytes:
        """The file with this block and nothing else of ours."""
        return block.planned(data, self.names, mark=self.mark, until=self.until)


NOTHING = Block()


class HostsFile:
    """One hosts file and the private folder with its lock and redo journal.

    For one thread; many processes may share the file. All methods raise ``Refused``.
    """

    def __init__(self, path: str, state: str, clock: Clock) -> None:
        self.path = path
        self._state = state
        self._journal = os.path.join(state, "redo")
        self._lock = os.path.join(state, "edit.lock")
        self._clock = clock
        self._settled: tuple[Signature, Block] | None = None

    # ------------------------------------------------------------------------------------------------ what to call

    def set(self, wanted: Block) -> bool:
        """Make the file hold exactly this block; says whether anything had to be written.

        Raises ``Refused(CHANGED)`` while another program keeps writing.
        """
        with self._held():
            for _ in range(TRIES):
                self._wait_until_quiet()
                try:
                    return self._set_once(wanted)
                except Refused as refused:
                    if refused.reason is not Reason.CHANGED:
                        raise
        raise Refused(Reason.CHANGED, "another program is writing")

    def holds(self, wanted: Block, *, trusting: bool = False) -> bool:
        """Whether the file holds exactly this block, by its bytes.

        ``trusting`` believes an unchanged signature, which costs one system call.
        """
        signature = self.signature()
        if trusting and self._settled == (signature, wanted):
            return True
        signature, data = self._read()
        if wanted.into(data) != data:
            return False
        if signature == self.signature():
            self._settled = (signature, wanted)
        return True

    def recover(self) -> bool:
        """Finish a write that was cut; says whether there was one to finish."""
        with self._held() as healed:
            return healed

    def conflicts(self, names: Iterable[str]) -> tuple[str, ...]:
        """Names that the person's own lines keep within reach."""
        return block.conflicts(self._read()[1], names)

    def signature(self) -> Signature | None:
        """The file as the system describes it; None while there is none."""
        try:
            return _signature(os.stat(self.path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _refused(error) from error

    # ------------------------------------------------------------------------------------------------ how it is done

    @contextmanager
    def _held(self) -> Iterator[bool]:
        """Our programs one after the other; gives whether a cut write was finished first.

        The lock ends with the process, so none can be left behind.
        """
        try:
            descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | redo.PLAIN | redo.NO_LINK, 0o600)
        except OSError as error:
            raise _refused(error) from error
        try:
            end = self._clock.boot() + _PATIENCE_SECONDS
            while not _try_lock(descriptor):
                if self._clock.boot() > end:
                    raise Refused(Reason.BUSY, "another program of ours holds the lock")
                self._clock.pause(0.005)
            yield self._recover()
        except OSError as error:
            raise _refused(error) from error
        finally:
            os.close(descriptor)

    def _wait_until_quiet(self) -> None:
        """Let a program that is in the middle of a rewrite finish; without this, 58 of 60 repairs did harm."""
        before = self.signature()
        if before is None or (self._settled is not None and self._settled[0] == before):
            return
        if self._clock.wall() - before.ctime / 1e9 > QUIET_SECONDS:
            return
        for _ in range(20):
            self._clock.pause(QUIET_SECONDS)
            after = self.signature()
            if after == before:
                return
            before = after
        raise Refused(Reason.CHANGED, "another program is writing")

    def _set_once(self, wanted: Block) -> bool:
        signature, data = self._read()
        if wanted.names and not block.is_text(data):
            raise Refused(Reason.NOT_TEXT, "NUL bytes or a UTF-16 mark")
        new = wanted.into(data)
        if new != data:
            self._write(signature, data, new)
        # Believed only if nobody slipped in between our write and this look.
        after, written = self._read()
        self._settled = (after, wanted) if written == new and after == self.signature() else None
        return new != data

    def _read(self) -> tuple[Signature, bytes]:
        descriptor = self._open(os.O_RDONLY)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Refused(Reason.NOT_REGULAR)
            if status.st_size > LARGEST:
                raise Refused(Reason.TOO_BIG, str(status.st_size))
            parts: list[bytes] = []
            while part := os.read(descriptor, max(status.st_size + 1, 65536)):
                parts.append(part)
            return _signature(status), b"".join(parts)
        except OSError as error:
            raise _refused(error) from error
        finally:
            os.close(descriptor)

    def _open(self, flags: int) -> int:
        """Open what the path leads to, after a look at whether root may safely write there."""
        real = os.path.realpath(self.path)
        if flags != os.O_RDONLY:
            _check_place(self.path, real)
        try:
            # Never stuck on a pipe, and no link may be slipped in after the look.
            return os.open(real, flags | redo.PLAIN | redo.NO_WAIT | redo.NO_LINK)
        except OSError as error:
            raise _refused(error) from error

    def _write(self, seen: Signature, old: bytes, new: bytes) -> None:
        """Only now opened for writing: opening alone already wakes everyone who watches the file."""
        descriptor = self._open(os.O_RDWR)
        try:
            change = redo.change(old, new)
            if change.new:
                redo.put(self._journal, change.encoded())
            if _signature(os.fstat(descriptor)) != seen or self.signature() != seen:
                self._drop_journal()
                raise Refused(Reason.CHANGED, "changed since it was read")
            error = _finish(descriptor, change)
            self._drop_journal()
            if error is not None:
                raise error
        finally:
            os.close(descriptor)

    def _drop_journal(self) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self._journal)
            redo.sync_folder(self._state)

    def _recover(self) -> bool:
        try:
            with open(self._journal, "rb") as file:
                change = redo.decoded(file.read())
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _refused(error) from error
        healed = False
        if change is not None and self.signature() is not None:
            healed = redo.repaired(self._read()[1], change) is not None
        if change is not None and healed:
            descriptor = self._open(os.O_RDWR)
            try:
                _finish(descriptor, change)  # New, or old if there is no room for the new: whole in both cases.
            finally:
                os.close(descriptor)
        self._drop_journal()
        return healed


def _finish(descriptor: int, change: redo.Change) -> OSError | None:
    """Write the new end; on a full disk put the old one back and give the error.

    Raises ``OSError`` if even that fails; then the journal must stay, so that the next start tries again.
    """
    try:
        _put_tail(descriptor, change.new, change.keep)
    except OSError as error:
        _put_tail(descriptor, change.old, change.keep)
        return error
    return None


def _put_tail(descriptor: int, tail: bytes, keep: int) -> None:
    redo.write_all(descriptor, tail, keep)
    if os.fstat(descriptor).st_size > keep + len(tail):
        os.ftruncate(descriptor, keep + len(tail))
    os.fsync(descriptor)


def _signature(status: os.stat_result) -> Signature:
    return Signature(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _refused(error: OSError) -> Refused:
    return Refused(_BY_ERRNO.get(error.errno or 0, Reason.IO), error.strerror or "")


def _try_lock(descriptor: int) -> bool:
    if sys.platform != "win32":  # One task only runs there; the untried Windows part relies on that.
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _check_place(path: str, real: str) -> None:
    """Root writes only where nobody else can exchange the file under its hands."""
    if os.path.islink(path) and real.startswith(STORES):
        raise Refused(Reason.STORE, "managed by the system's store")
    if sys.platform != "win32":
        trusted = {0, os.geteuid()}
        for folder in {os.path.dirname(os.path.abspath(path)), *_ancestors(real)}:
            status = os.stat(folder)
            loose = status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX
            if loose or status.st_uid not in trusted:
                raise Refused(Reason.UNSAFE_FOLDER, folder)


def _ancestors(path: str) -> Iterator[str]:
    while (parent := os.path.dirname(path)) != path:
        yield parent
        path = parent
