"""What may cross the helper's socket: one line of JSON each way, and nothing in it but names, spans and digests.

No path, no address, no file content and no command for a shell exists in it, so a program that takes over the app can
deny sites within the policy and the 24 hours, and do nothing else. Everything is checked here, before any of it acts.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from exitzero.lockdown.holds import (
    FURTHEST_SECONDS,
    HEX_64,
    LONGEST_SECONDS,
    MOST_NAMES,
    SHORTEST_SECONDS,
)
from exitzero.lockdown.reasons import Reason, Refused

VERSION = 1
LARGEST_REQUEST = 64 * 1024
LARGEST_ANSWER = 1024 * 1024
REQUEST_SECONDS = 2.0

_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Status:
    """What is locked?"""


@dataclass(frozen=True, slots=True)
class Check:
    """Which of these names are refused?"""

    names: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """Lock these names in ``starts_in`` seconds (0: now), for ``lasts`` seconds."""

    names: tuple[object, ...]
    lasts: int
    release_sha: str
    starts_in: int = 0


@dataclass(frozen=True, slots=True)
class Extend:
    """Add names to a hold; its time stays."""

    id: str
    names: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """End a hold with the token whose digest it was made with; ``armed_only``: unless it has begun."""

    id: str
    proof: str
    armed_only: bool = False


@dataclass(frozen=True, slots=True)
class Emergency:
    """Start the emergency exit's wait, or take it back."""

    cancel: bool = False


@dataclass(frozen=True, slots=True)
class Events:
    """What happened after this number?"""

    since: int


Request = Status | Check | Lock | Extend | Release | Emergency | Events

_FIELDS: Mapping[str, frozenset[str]] = {
    "status": frozenset(),
    "check": frozenset({"names"}),
    "lock": frozenset({"names", "lasts", "release_sha256"}),
    "arm": frozenset({"names", "lasts", "release_sha256", "starts_in"}),
    "extend": frozenset({"id", "names"}),
    "release": frozenset({"id", "proof"}),
    "disarm": frozenset({"id", "proof"}),
    "emergency": frozenset({"cancel"}),
    "events": frozenset({"since"}),
}


def parsed(raw: bytes) -> Request:
    """The request in a line; raises ``Refused``."""
    if len(raw) > LARGEST_REQUEST:
        raise Refused(Reason.BAD_REQUEST, "too large")
    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(Reason.BAD_REQUEST, "not a line of JSON") from error
    if not isinstance(found, dict) or type(found.get("v")) is not int or found["v"] != VERSION:
        raise Refused(Reason.BAD_REQUEST, f"not version {VERSION}")
    command = found.get("cmd")
    if not isinstance(command, str) or command not in _FIELDS:
        raise Refused(Reason.BAD_COMMAND)
    unknown = found.keys() - _FIELDS[command] - {"v", "cmd"}
    if unknown:
        raise Refused(Reason.BAD_REQUEST, "unknown fields")
    return _request(command, found)


def _request(command: str, found: Mapping[str, object]) -> Request:
    match command:
        case "check":
            return Check(_names(found))
        case "lock" | "arm":
            sha = found.get("release_sha256")
            if not isinstance(sha, str) or not HEX_64.fullmatch(sha):
                raise Refused(Reason.BAD_HASH)
            starts_in = _whole(found, "starts_in", 1, FURTHEST_SECONDS) if command == "arm" else 0
            return Lock(_names(found), _whole(found, "lasts", SHORTEST_SECONDS, LONGEST_SECONDS), sha, starts_in)
        case "extend":
            return Extend(_id(found), _names(found))
        case "release" | "disarm":
            proof = found.get("proof")
            if not isinstance(proof, str) or len(proof) > 256:
                raise Refused(Reason.BAD_REQUEST, "proof")
            return Release(_id(found), proof, armed_only=command == "disarm")
        case "emergency":
            cancel = found.get("cancel", False)
            if not isinstance(cancel, bool):
                raise Refused(Reason.BAD_REQUEST, "cancel")
            return Emergency(cancel)
        case "events":
            since = found.get("since")
            if type(since) is not int or not 0 <= since <= 2**53:
                raise Refused(Reason.BAD_REQUEST, "since")
            return Events(since)
        case _:
            return Status()


def answer(fields: Mapping[str, object]) -> bytes:
    """The line that says yes."""
    return json.dumps({"v": VERSION, "ok": True, **fields}, separators=(",", ":")).encode() + b"\n"


def refusal(refused: Refused) -> bytes:
    """The line that says no, and why."""
    fields: dict[str, object] = {"v": VERSION, "ok": False, "error": str(refused.reason), "detail": refused.detail}
    if refused.names:
        fields["names"] = refused.names
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def _names(found: Mapping[str, object]) -> tuple[object, ...]:
    names = found.get("names")
    if not isinstance(names, list) or not 1 <= len(names) <= MOST_NAMES:
        raise Refused(Reason.BAD_NAMES)
    return tuple(cast("list[object]", names))


def _whole(found: Mapping[str, object], field: str, least: int, most: int) -> int:
    value = found.get(field)
    if type(value) is not int or not least <= value <= most:
        raise Refused(Reason.BAD_SPAN, field)
    return value


def _id(found: Mapping[str, object]) -> str:
    known = found.get("id")
    if not isinstance(known, str) or not _ID.fullmatch(known):
        raise Refused(Reason.UNKNOWN_HOLD)
    return known


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A field given twice would mean one thing to one reader and another to the next."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field stands twice")
    return fields


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is no number")
