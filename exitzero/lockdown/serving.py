"""The helper's loop: one thread, never waiting for a caller, the hosts file first.

Who calls is what the kernel says (``SO_PEERCRED``), not what the caller says. One line in, one line out, two seconds,
64 KiB; a caller that sends slowly, too much or too often is refused and cannot keep anyone else waiting.
"""

import os
import selectors
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass, field

from exitzero.lockdown import protocol
from exitzero.lockdown.clock import Clock
from exitzero.lockdown.events import Kind
from exitzero.lockdown.keeper import Keeper
from exitzero.lockdown.reasons import Reason, Refused
from exitzero.lockdown.watch import Watch

MOST_CALLERS = 16
BURST, PER_SECOND = 60.0, 10.0


@dataclass(slots=True)
class _Caller:
    connection: socket.socket
    uid: int
    deadline: float
    received: bytearray = field(default_factory=bytearray)
    answer: bytes = b""


@dataclass(slots=True)
class _Allowance:
    """So many requests at once, so many a second."""

    left: float = BURST
    at: float = 0.0

    def take(self, now: float) -> bool:
        self.left = min(BURST, self.left + max(0.0, now - self.at) * PER_SECOND)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Serving:
    """Answers callers with an allowed uid, and lets the keeper look at the file whenever that is due."""

    def __init__(
        self, *, keeper: Keeper, listener: socket.socket, allowed: frozenset[int], clock: Clock, watch: Watch
    ) -> None:
        self._keeper = keeper
        self._listener = listener
        self._allowed = allowed
        self._clock = clock
        self._watch = watch
        self._selector = selectors.DefaultSelector()
        self._callers: dict[int, _Caller] = {}
        self._allowances = {uid: _Allowance() for uid in allowed}
        self._stranger_noted = float("-inf")

    def run(self) -> None:
        """Serve until the process ends."""
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        if self._watch.works:
            self._selector.register(self._watch, selectors.EVENT_READ)
        due = 0.0
        while True:
            self.turn(due)
            self._watch.renew()
            due = self._keeper.beat()
            if not self._watch.works:
                due = min(due, 1.0)

    def turn(self, seconds: float) -> None:
        """Wait this long at most, and deal with whoever calls meanwhile."""
        now = self._clock.boot()
        for caller in self._callers.values():
            seconds = min(seconds, caller.deadline - now)
        for key, _ in self._selector.select(max(0.0, seconds)):
            if key.fileobj is self._listener:
                self._accept()
            elif key.fileobj is self._watch:
                self._watch.drain()
            elif (known := self._callers.get(key.fd)) is not None:
                self._serve(known)
        now = self._clock.boot()
        for caller in [caller for caller in self._callers.values() if now >= caller.deadline]:
            self._close(caller)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        connection.setblocking(False)
        uid = peer_uid(connection)
        now = self._clock.boot()
        refused = None
        if uid not in self._allowed:
            refused = Reason.NOT_ALLOWED
            if now - self._stranger_noted > 60:
                self._stranger_noted = now
                self._keeper.record.add(Kind.NOT_ALLOWED, detail=f"uid {uid}")
        elif len(self._callers) >= MOST_CALLERS or not self._allowances[uid].take(now):
            refused = Reason.TOO_FAST
        if refused is not None:
            with connection, suppress(OSError):
                connection.send(protocol.refusal(Refused(refused)))
            return
        caller = _Caller(connection, uid, now + protocol.REQUEST_SECONDS)
        self._callers[connection.fileno()] = caller
        self._selector.register(connection, selectors.EVENT_READ)
        self._serve(caller)  # The line is mostly there already.

    def _serve(self, caller: _Caller) -> None:
        try:
            if not caller.answer:
                part = caller.connection.recv(65536)
                caller.received += part
                whole = caller.received.find(b"\n") >= 0
                if not part and not whole:
                    self._close(caller)
                    return
                if not whole and len(caller.received) <= protocol.LARGEST_REQUEST:
                    return
                caller.answer = answer(self._keeper, bytes(caller.received.split(b"\n", 1)[0]))
                self._selector.modify(caller.connection, selectors.EVENT_WRITE)
                caller.deadline = self._clock.boot() + protocol.REQUEST_SECONDS
            caller.answer = caller.answer[caller.connection.send(caller.answer) :]
            if not caller.answer:
                self._close(caller)
        except BlockingIOError:
            return
        except OSError:
            self._close(caller)

    def _close(self, caller: _Caller) -> None:
        self._callers.pop(caller.connection.fileno(), None)
        with suppress(KeyError, ValueError):
            self._selector.unregister(caller.connection)
        caller.connection.close()


def answer(keeper: Keeper, raw: bytes) -> bytes:
    """The line that answers this one; never raises, whatever was sent."""
    try:
        return protocol.answer(keeper.do(protocol.parsed(raw)))
    except Refused as refused:
        return protocol.refusal(refused)
    except Exception as error:  # noqa: BLE001 - one fault must not end every lock's keeper
        keeper.record.add(Kind.TROUBLE, detail=f"fault {type(error).__name__}")
        return protocol.refusal(Refused(Reason.INTERNAL, type(error).__name__))


def peer_uid(connection: socket.socket) -> int:
    """Who is at the other end, as the kernel knows it; -1 if it does not say."""
    found = -1
    with suppress(OSError):
        if sys.platform == "linux":
            found = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
        elif sys.platform == "darwin":  # Untried: struct xucred by LOCAL_PEERCRED at level SOL_LOCAL.
            found = struct.unpack_from("Ii", connection.getsockopt(0, 1, 76))[1]
    return found


def listen(path: str) -> socket.socket:
    """The socket: systemd's if it gave one, else one of our own at this path."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        return socket.socket(fileno=3)
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o755)  # noqa: S103 - whatever the umask says: people must get through to the socket
    with suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    # Anyone may call; who is served is decided by the uid.
    os.chmod(path, 0o666)  # noqa: S103
    listener.listen(32)
    return listener
