"""Our own small answers, and short ways to ask and to read them."""

import copy
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from exitzero.core.observation import Evidence, Observation, PollRequest, PollResult, SourceTrouble, TruthSource
from exitzero.net.http import HttpClient
from exitzero.truth.leetcode import PARSER, LeetCode

DATA = Path(__file__).with_name("data")
SERVER_AT = datetime(2025, 6, 15, 1, 0, tzinfo=UTC)
SINCE = datetime(2025, 6, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    """An instant of June 2025, e.g. ``14 23:42:00``, in UTC."""
    return datetime.fromisoformat(f"2025-06-{text.replace(' ', 'T')}").replace(tzinfo=UTC)


def stored(name: str) -> Any:
    """One of the files beside this module."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def combined() -> Any:
    """The whole answer about Mira, free to be changed."""
    return copy.deepcopy(stored("combined.json"))


@contextmanager
def client(**changes: Any) -> Iterator[HttpClient]:
    """A client that is in no hurry to be polite to this machine."""
    settings: dict[str, Any] = {"monotonic": time.monotonic, "timeout": 5.0, "longest": 10.0, **changes}
    http = HttpClient(**settings)
    try:
        yield http
    finally:
        http.close()


def request(
    subject: str = "mira_k-", *, since: datetime = SINCE, asked_at: datetime = SERVER_AT, **changes: Any
) -> PollRequest:
    """What the engine would ask."""
    return PollRequest(subject=subject, asked_at=asked_at, since=since, **changes)


def evidence(
    body: bytes | object,
    *,
    status: int = 200,
    server_at: datetime | None = SERVER_AT,
    asked_at: datetime = SERVER_AT,
    parser: str = PARSER,
) -> Evidence:
    """A stored answer."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Evidence("", raw, "application/json", status, "https://leetcode.com", True, parser, asked_at, server_at)


def read(document: bytes | object, *, subject: str = "mira_k-", since: datetime = SINCE, **changes: Any) -> PollResult:
    """Read a stored answer offline."""
    with client() as http:
        return LeetCode(http).reread(
            evidence(document, **changes),
            request(subject, since=since, asked_at=changes.get("asked_at", SERVER_AT)),
        )


def reason_of(document: bytes | object, **changes: Any) -> str:
    """Why a stored answer is not believed; fails if it is."""
    try:
        result = read(document, **changes)
    except SourceTrouble as trouble:
        return trouble.reason
    raise AssertionError(f"believed: {result.observations} {result.covers}")


def trouble_of(source: TruthSource, asked: PollRequest) -> SourceTrouble:
    """Why a poll failed; fails if it did not."""
    try:
        result = source.poll(asked)
    except SourceTrouble as trouble:
        return trouble
    raise AssertionError(f"believed: {result.observations} {result.covers}")


def by_day(observations: tuple[Observation, ...], zone: str) -> dict[str, int]:
    """How many fall on each day (MM-DD) of a zone."""
    days = Counter(seen.at.astimezone(ZoneInfo(zone)).strftime("%m-%d") for seen in observations)
    return dict(days)


def minutes(number: int) -> timedelta:
    """A span of minutes."""
    return timedelta(minutes=number)
