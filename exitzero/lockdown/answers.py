"""How holds and events are said over the socket."""

from datetime import UTC, datetime, timedelta

from exitzero.lockdown.events import Event
from exitzero.lockdown.holds import Hold, State

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_of(wall: float) -> str:
    """An instant as it stands in the file and in an answer."""
    return (_EPOCH + timedelta(seconds=min(max(wall, 0), 4e9))).strftime("%Y-%m-%dT%H:%M:%SZ")


def word(state: State, *, in_place: bool) -> str:
    """How things stand, in one word; never "locked" while the file does not hold the block."""
    if state.names:
        return "locked" if in_place else "degraded"
    return "armed" if state.holds else "idle"


def hold_fields(hold: Hold) -> dict[str, object]:
    """One hold; never its digest."""
    return {
        "id": hold.id,
        "state": "locked" if hold.active else "armed",
        "names": list(hold.names),
        "lasts": hold.lasts,
        "remaining": round(hold.left),
        "starts_in": max(0, round(hold.left - hold.lasts)),
        "until": text_of(hold.until),
    }


def event_fields(event: Event) -> dict[str, object]:
    """One event."""
    return {name: getattr(event, name) for name in ("number", "at", "kind", "hold", "detail")}
