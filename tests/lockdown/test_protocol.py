"""What crosses the socket is checked before anything acts on it, whoever sends it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.lockdown import protocol
from exitzero.lockdown.reasons import Reason, Refused

SHA = "a" * 64
HOLD = "0123456789abcdef"
GOOD: list[tuple[dict[str, object], protocol.Request]] = [
    ({"cmd": "status"}, protocol.Status()),
    ({"cmd": "check", "names": ["x.com"]}, protocol.Check(("x.com",))),
    ({"cmd": "lock", "names": ["x.com"], "lasts": 60, "release_sha256": SHA}, protocol.Lock(("x.com",), 60, SHA)),
    (
        {"cmd": "arm", "names": ["x.com"], "lasts": 86_400, "release_sha256": SHA, "starts_in": 129_600},
        protocol.Lock(("x.com",), 86_400, SHA, 129_600),
    ),
    ({"cmd": "extend", "id": HOLD, "names": ["x.com"]}, protocol.Extend(HOLD, ("x.com",))),
    ({"cmd": "release", "id": HOLD, "proof": "p"}, protocol.Release(HOLD, "p")),
    ({"cmd": "disarm", "id": HOLD, "proof": "p"}, protocol.Release(HOLD, "p", armed_only=True)),
    ({"cmd": "emergency"}, protocol.Emergency()),
    ({"cmd": "emergency", "cancel": True}, protocol.Emergency(cancel=True)),
    ({"cmd": "events", "since": 0}, protocol.Events(0)),
]
BAD: list[tuple[dict[str, object] | bytes, Reason]] = [
    (b"", Reason.BAD_REQUEST),
    (b"not json", Reason.BAD_REQUEST),
    (b"\xff\xfe{}", Reason.BAD_REQUEST),
    (b"[" * 60_000, Reason.BAD_REQUEST),
    (b'{"v":1,"cmd":' + b'{"a":' * 9000, Reason.BAD_REQUEST),
    (b"[]", Reason.BAD_REQUEST),
    (b"null", Reason.BAD_REQUEST),
    (b'{"v":1,"v":1,"cmd":"status"}', Reason.BAD_REQUEST),
    (b'{"v":1,"cmd":"lock","cmd":"status"}', Reason.BAD_REQUEST),
    (b'{"v":1,"cmd":"events","since":NaN}', Reason.BAD_REQUEST),
    (b'{"v":1,"cmd":"events","since":' + b"9" * 5000 + b"}", Reason.BAD_REQUEST),
    (b'{"v":1,"cmd":"status"' + b" " * 65_536 + b"}", Reason.BAD_REQUEST),
    (b'{"v":true,"cmd":"status"}', Reason.BAD_REQUEST),
    (b'{"v":2,"cmd":"status"}', Reason.BAD_REQUEST),
    ({"cmd": "exec", "path": "/bin/sh"}, Reason.BAD_COMMAND),
    ({"cmd": ["status"]}, Reason.BAD_COMMAND),
    ({"cmd": "status", "path": "/etc/shadow"}, Reason.BAD_REQUEST),
    ({"cmd": "lock", "names": "x.com", "lasts": 60, "release_sha256": SHA}, Reason.BAD_NAMES),
    ({"cmd": "lock", "names": [], "lasts": 60, "release_sha256": SHA}, Reason.BAD_NAMES),
    ({"cmd": "lock", "names": ["x.com"] * 601, "lasts": 60, "release_sha256": SHA}, Reason.BAD_NAMES),
    ({"cmd": "lock", "names": ["x.com"], "lasts": 59, "release_sha256": SHA}, Reason.BAD_SPAN),
    ({"cmd": "lock", "names": ["x.com"], "lasts": 86_401, "release_sha256": SHA}, Reason.BAD_SPAN),
    ({"cmd": "lock", "names": ["x.com"], "lasts": 60.0, "release_sha256": SHA}, Reason.BAD_SPAN),
    ({"cmd": "lock", "names": ["x.com"], "lasts": True, "release_sha256": SHA}, Reason.BAD_SPAN),
    ({"cmd": "lock", "names": ["x.com"], "lasts": 60, "release_sha256": SHA.upper()}, Reason.BAD_HASH),
    ({"cmd": "lock", "names": ["x.com"], "lasts": 60, "release_sha256": SHA, "starts_in": 5}, Reason.BAD_REQUEST),
    ({"cmd": "arm", "names": ["x.com"], "lasts": 60, "release_sha256": SHA, "starts_in": 0}, Reason.BAD_SPAN),
    ({"cmd": "arm", "names": ["x.com"], "lasts": 60, "release_sha256": SHA, "starts_in": 129_601}, Reason.BAD_SPAN),
    ({"cmd": "release", "id": "../x", "proof": "p"}, Reason.UNKNOWN_HOLD),
    ({"cmd": "release", "id": HOLD, "proof": "p" * 257}, Reason.BAD_REQUEST),
    ({"cmd": "release", "id": HOLD, "proof": None}, Reason.BAD_REQUEST),
    ({"cmd": "emergency", "cancel": 1}, Reason.BAD_REQUEST),
    ({"cmd": "events", "since": -1}, Reason.BAD_REQUEST),
]


def line(fields: dict[str, object] | bytes) -> bytes:
    return fields if isinstance(fields, bytes) else json.dumps({"v": 1, **fields}).encode()


@pytest.mark.parametrize(("fields", "request_"), GOOD)
def test_what_is_understood(fields: dict[str, object], request_: protocol.Request) -> None:
    """Every command there is."""
    assert protocol.parsed(line(fields)) == request_


@pytest.mark.parametrize(("fields", "reason"), BAD)
def test_what_is_refused(fields: dict[str, object] | bytes, reason: Reason) -> None:
    """Malformed, oversized, doubled, unknown and out of bounds."""
    with pytest.raises(Refused) as refused:
        protocol.parsed(line(fields))
    assert refused.value.reason is reason


_ANYTHING = st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=9)


@given(st.binary(max_size=200) | _ANYTHING.map(lambda value: line({"cmd": "lock", "names": value})))
def test_nothing_that_is_sent_raises_anything_else(raw: bytes) -> None:
    """Whatever arrives is a request, or refused in a line that the client understands."""
    refused = None
    try:
        protocol.parsed(raw)
    except Refused as error:
        refused = error
    assert refused is None or json.loads(protocol.refusal(refused))["error"] == refused.reason
