"""How the app talks to the helper. Without one every call raises ``Refused(NO_HELPER)``, and the app only reminds.

Import it anywhere: it needs nothing that only root or only Linux has.
"""

import hashlib
import json
import os
import socket
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import cast

from exitzero.lockdown import protocol
from exitzero.lockdown.places import Places
from exitzero.lockdown.reasons import Reason, Refused

# The helper may wait up to three seconds for another program to finish writing, twice.
ANSWER_SECONDS = 10.0


class Standing(StrEnum):
    """How things stand; ``DEGRADED``: a lock runs, and the hosts file does not hold it. Never call that locked."""

    IDLE = "idle"
    ARMED = "armed"
    LOCKED = "locked"
    DEGRADED = "degraded"


@dataclass(frozen=True, slots=True)
class HoldNow:
    """One hold as the helper sees it. Seconds; ``until`` is the wall clock's end."""

    id: str
    begun: bool
    names: tuple[str, ...]
    lasts: int
    remaining: int
    starts_in: int
    until: datetime


@dataclass(frozen=True, slots=True)
class StatusNow:
    """What the helper says of itself and of the file.

    ``flags`` are reasons (see ``Reason``), ``contended`` or ``conflict``; ``conflicts`` are names that the person's own
    lines keep within reach; ``last_event`` is the number to ask ``events`` with;
    ``policies`` says how the stronger measure stands (see ``exitzero.lockdown.browsers.Policies``).
    """

    standing: Standing
    holds: tuple[HoldNow, ...]
    names: tuple[str, ...]
    emergency_left: int | None
    flags: tuple[str, ...]
    conflicts: tuple[str, ...]
    last_event: int
    policies: str = "off"


@dataclass(frozen=True, slots=True)
class EventNow:
    """Something the helper did or met; ``kind`` is one of ``exitzero.lockdown.events.Kind``."""

    number: int
    at: datetime
    kind: str
    hold: str
    detail: str


@dataclass(frozen=True, slots=True)
class Token:
    """What opens a hold. Keep the secret with the hold's id; the helper only ever knows its digest before."""

    secret: str

    @classmethod
    def fresh(cls) -> "Token":
        """One that nobody has seen."""
        return cls(os.urandom(24).hex())

    @property
    def sha256(self) -> str:
        """What the helper is given at lock time."""
        return hashlib.sha256(self.secret.encode()).hexdigest()


class Client:
    """Calls the helper, one connection a call. Any thread. Every method may raise ``Refused``."""

    def __init__(self, path: Path | None = None, *, seconds: float = ANSWER_SECONDS) -> None:
        self._path = str(path or Places().socket)
        self._seconds = seconds

    def status(self) -> StatusNow:
        """How things stand."""
        found = self._call("status")
        left = found.get("emergency_left")
        return StatusNow(
            standing=Standing(str(found["state"])),
            holds=tuple(_hold(each) for each in _objects(found, "holds")),
            names=_texts(found, "names"),
            emergency_left=left if isinstance(left, int) else None,
            flags=_texts(found, "flags"),
            conflicts=_texts(found, "conflicts"),
            last_event=_whole(found, "last_event"),
            policies=str(found.get("policies", "off")),  # An older helper knows none.
        )

    def refused(self, names: Iterable[str]) -> dict[str, str]:
        """Which of these may not be blocked, and why (see ``exitzero.lockdown.policy.Why``)."""
        found = self._call("check", names=list(names)).get("refused")
        return {str(name): str(why) for name, why in found.items()} if isinstance(found, dict) else {}

    def lock(self, names: Iterable[str], *, lasts: int, token: Token) -> HoldNow:
        """Lock now, for so many seconds (60 to 86,400). Returns when the hosts file holds the block."""
        return _hold(self._call("lock", names=list(names), lasts=lasts, release_sha256=token.sha256))

    def arm(self, names: Iterable[str], *, starts_in: int, lasts: int, token: Token) -> HoldNow:
        """Lock in so many seconds (at most 129,600) by the helper alone, unless it is released before."""
        return _hold(
            self._call("arm", names=list(names), starts_in=starts_in, lasts=lasts, release_sha256=token.sha256)
        )

    def extend(self, hold: str, names: Iterable[str]) -> HoldNow:
        """Add names to a hold. Its end stays, and nothing is ever taken away."""
        return _hold(self._call("extend", id=hold, names=list(names)))

    def release(self, hold: str, token: Token) -> Reason | None:
        """End a hold, armed or begun. None: it is out of the file; else why it is not yet (the helper goes on)."""
        file = str(self._call("release", id=hold, proof=token.secret).get("file"))
        return None if file == "done" else Reason(file)

    def disarm(self, hold: str, token: Token) -> None:
        """End a hold that has not begun; ``Refused(ALREADY_BEGUN)`` if it has."""
        self._call("disarm", id=hold, proof=token.secret)

    def emergency(self) -> int:
        """Start the emergency exit, or look at it; gives the seconds still to wait."""
        wait = self._call("emergency").get("wait")
        return wait if isinstance(wait, int) else 0

    def cancel_emergency(self) -> None:
        """Stay locked after all."""
        self._call("emergency", cancel=True)

    def events(self, since: int) -> tuple[EventNow, ...]:
        """What happened after event number ``since``, oldest first; at most the last two hundred are kept."""
        return tuple(_event(each) for each in _objects(self._call("events", since=since), "events"))

    def _call(self, command: str, **fields: object) -> Mapping[str, object]:
        line = _line(command, fields)
        if sys.platform == "win32":
            from exitzero.lockdown import windows_pipe

            return _understood(windows_pipe.ask(line, seconds=self._seconds))
        else:  # noqa: RET505 - as branches for the type checker
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(self._seconds)
                try:
                    connection.connect(self._path)
                except TimeoutError as error:
                    raise Refused(Reason.NO_ANSWER) from error
                except OSError as error:
                    raise Refused(Reason.NO_HELPER, error.strerror or "") from error
                try:
                    # Refused before it was read; the answer says why.
                    with suppress(BrokenPipeError, ConnectionResetError):
                        connection.sendall(line)
                    return _understood(_received(connection))
                except (OSError, EOFError) as error:
                    raise Refused(Reason.NO_ANSWER, str(error)) from error


def _line(command: str, fields: Mapping[str, object]) -> bytes:
    return json.dumps({"v": protocol.VERSION, "cmd": command, **fields}).encode() + b"\n"


def _received(connection: socket.socket) -> bytes:
    received = bytearray()
    while not received.endswith(b"\n"):
        part = connection.recv(65536)
        if not part or len(received) > protocol.LARGEST_ANSWER:
            raise EOFError("no whole line")
        received += part
    return bytes(received)


def _understood(raw: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(raw)
    except ValueError as error:
        raise Refused(Reason.NO_ANSWER, "not a line of JSON") from error
    if not isinstance(found, dict):
        raise Refused(Reason.NO_ANSWER, "not an object")
    if found.get("ok") is True:
        return found
    try:
        reason = Reason(str(found.get("error")))
    except ValueError:
        reason = Reason.INTERNAL  # A newer helper's word.
    names = found.get("names")
    refused = {str(name): str(why) for name, why in names.items()} if isinstance(names, dict) else {}
    raise Refused(reason, str(found.get("detail", "")), names=refused)


def _hold(found: Mapping[str, object]) -> HoldNow:
    return HoldNow(
        id=str(found["id"]),
        begun=found.get("state") == "locked",
        names=_texts(found, "names"),
        lasts=_whole(found, "lasts"),
        remaining=_whole(found, "remaining"),
        starts_in=_whole(found, "starts_in"),
        until=datetime.fromisoformat(str(found["until"])),
    )


def _event(found: Mapping[str, object]) -> EventNow:
    at = found.get("at")
    return EventNow(
        number=_whole(found, "number"),
        at=datetime.fromtimestamp(float(at) if isinstance(at, int | float) else 0.0, UTC),
        kind=str(found.get("kind")),
        hold=str(found.get("hold")),
        detail=str(found.get("detail")),
    )


def _whole(found: Mapping[str, object], field: str) -> int:
    value = found.get(field)
    return value if isinstance(value, int) else 0


def _texts(found: Mapping[str, object], field: str) -> tuple[str, ...]:
    value = found.get(field)
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _objects(found: Mapping[str, object], field: str) -> list[Mapping[str, object]]:
    value = found.get(field)
    return (
        [cast("Mapping[str, object]", each) for each in value if isinstance(each, dict)]
        if isinstance(value, list)
        else []
    )
