"""The same protocol over a named pipe on Windows. Written after Microsoft's documentation and untried.

The pipe's security descriptor lets in SYSTEM and the one installed user, so a second user is refused by the system
before a byte is read. The first-instance flag makes a pipe that somebody else squats an error, not a trap.
"""

import ctypes
import threading
from collections.abc import Callable
from contextlib import suppress

from exitzero.lockdown.protocol import LARGEST_ANSWER, LARGEST_REQUEST
from exitzero.lockdown.reasons import Reason, Refused

NAME = r"\\.\pipe\exitzero-lockdown"
_DUPLEX, _FIRST_INSTANCE, _REJECT_REMOTE = 0x3, 0x80000, 0x8
_READ_WRITE, _OPEN_EXISTING = 0xC0000000, 3
# The server may learn who calls, and may not act as the caller.
_IDENTIFICATION = 0x00100000 | 0x00010000
_INVALID = ctypes.c_void_p(-1).value


def ask(line: bytes, *, seconds: float) -> bytes:
    """The helper's answer to one line; raises ``Refused`` when there is none to ask."""
    kernel = _library("kernel32")
    kernel.CreateFileW.restype = ctypes.c_void_p
    if not kernel.WaitNamedPipeW(NAME, int(seconds * 1000)):
        raise Refused(Reason.NO_HELPER)
    handle = kernel.CreateFileW(NAME, _READ_WRITE, 0, None, _OPEN_EXISTING, _IDENTIFICATION, None)
    if handle in {None, _INVALID}:
        raise Refused(Reason.NO_HELPER)
    try:
        _write(kernel, handle, line)
        return _read_line(kernel, handle, LARGEST_ANSWER)
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))


class _Attributes(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint32), ("descriptor", ctypes.c_void_p), ("inherit", ctypes.c_int))


class Pipe:
    """The helper's end: one caller after the other. Raises ``Refused`` if the name is taken."""

    def __init__(self, sid: str) -> None:
        """``sid`` is the installed user's; nobody else but SYSTEM gets in."""
        self._kernel = _library("kernel32")
        self._kernel.CreateNamedPipeW.restype = ctypes.c_void_p
        descriptor = ctypes.c_void_p()
        made = _library("advapi32").ConvertStringSecurityDescriptorToSecurityDescriptorW(
            f"D:P(A;;GA;;;SY)(A;;GRGW;;;{sid})", 1, ctypes.byref(descriptor), None
        )
        if not made:
            raise Refused(Reason.INTERNAL, "security descriptor")
        attributes = _Attributes(ctypes.sizeof(_Attributes), descriptor, 0)
        self._handle = self._kernel.CreateNamedPipeW(
            NAME,
            _DUPLEX | _FIRST_INSTANCE,
            _REJECT_REMOTE,
            1,
            LARGEST_ANSWER,
            LARGEST_REQUEST,
            2000,
            ctypes.byref(attributes),
        )
        if self._handle in {None, _INVALID}:
            raise Refused(Reason.BUSY, "the pipe's name is taken")

    def wait(self) -> bytes:
        """The next caller's line."""
        self._kernel.ConnectNamedPipe(ctypes.c_void_p(self._handle), None)
        return _read_line(self._kernel, self._handle, LARGEST_REQUEST)

    def answer(self, line: bytes) -> None:
        """Answer, and let the caller go."""
        try:
            _write(self._kernel, self._handle, line)
            self._kernel.FlushFileBuffers(ctypes.c_void_p(self._handle))
        finally:
            self._kernel.DisconnectNamedPipe(ctypes.c_void_p(self._handle))


def serve(pipe: Pipe, answer: Callable[[bytes], bytes], turn: threading.Lock) -> None:
    """Answer for as long as the process lives; for a thread of its own. ``turn`` keeps the keeper to one at a time."""
    while True:
        with suppress(Refused):
            line = pipe.wait()
            with turn:
                said = answer(line)
            pipe.answer(said)


def _library(name: str) -> ctypes.CDLL:
    load: Callable[..., ctypes.CDLL] | None = getattr(ctypes, "WinDLL", None)
    if load is None:
        raise Refused(Reason.NO_HELPER, "no named pipes here")
    return load(name, use_last_error=True)


def _write(kernel: ctypes.CDLL, handle: int, data: bytes) -> None:
    written = ctypes.c_uint32()
    while data:
        if not kernel.WriteFile(ctypes.c_void_p(handle), data, len(data), ctypes.byref(written), None):
            raise Refused(Reason.NO_ANSWER)
        data = data[written.value :]


def _read_line(kernel: ctypes.CDLL, handle: int, most: int) -> bytes:
    received = b""
    buffer = ctypes.create_string_buffer(65536)
    count = ctypes.c_uint32()
    while not received.endswith(b"\n") and len(received) <= most:
        if not kernel.ReadFile(ctypes.c_void_p(handle), buffer, 65536, ctypes.byref(count), None) or not count.value:
            raise Refused(Reason.NO_ANSWER)
        received += buffer.raw[: count.value]
    return received
