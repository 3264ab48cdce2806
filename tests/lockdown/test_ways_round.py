"""What people do about a lock, done to the real helper: put right where possible, and each an entry of its own kind.

A clock that is moved is tried in ``test_presence`` and ``test_holds``: a test must not set the machine's.
"""

import json
from collections.abc import Iterator

import pytest

from exitzero.lockdown.client import EventNow, Standing, Token
from exitzero.lockdown.reasons import Refused
from tests.lockdown.rig import HOSTS, Rig, rig, until, why_not

pytestmark = [pytest.mark.system, pytest.mark.skipif(why_not() is not None, reason=why_not() or "")]

SITE = "video-of-cats.com"


@pytest.fixture
def desk() -> Iterator[Rig]:
    with rig() as made:
        made.start()
        yield made


def since(desk: Rig, known: int) -> list[EventNow]:
    return list(desk.client.events(known))


def test_a_backup_brought_back_while_nothing_is_locked_is_swept_at_once(desk: Rig) -> None:
    """No app and no timer is needed: the helper watches, takes our lines out and writes down that it did."""
    token = Token.fresh()
    hold = desk.client.lock([SITE], lasts=600, token=token)
    backup = desk.hosts.read_bytes()
    desk.client.release(hold.id, token)
    known = desk.client.status().last_event
    desk.hosts.write_bytes(backup)
    until(lambda: desk.hosts.read_bytes() == HOSTS)
    until(lambda: [event.kind for event in since(desk, known)] == ["swept"])


def test_an_edit_while_the_helper_is_stopped_is_two_entries(desk: Rig) -> None:
    """Stopped, edited, started again: how long it was away, and that the file had to be put right."""
    desk.client.lock([SITE], lasts=600, token=Token.fresh())
    note = desk.places.state / "seen.json"
    until(lambda: note.exists() and b"\n" in note.read_bytes())
    known = desk.client.status().last_event
    desk.kill()
    with pytest.raises(Refused, match="no-helper"):
        desk.client.status()
    desk.hosts.write_bytes(HOSTS)
    seen = json.loads(note.read_bytes().splitlines()[0])
    seen["boot"] -= 42  # As if that had been 42 seconds earlier.
    seen["spans"] = [[begin - 42, end] for begin, end in seen["spans"]]
    note.write_text(json.dumps(seen) + "\n")
    desk.start()
    until(desk.is_locked)
    started, repaired = since(desk, known)
    assert (started.kind, repaired.kind) == ("started", "repaired")
    words = started.detail.split()
    assert (words[0], words[2:]) == ("away", ["s", "while", "locked"])
    assert 42 <= int(words[1]) < 42 + 60


def test_a_helper_started_with_nothing_locked_was_not_away(desk: Rig) -> None:
    """An update of the helper in the morning is held against nobody."""
    token = Token.fresh()
    hold = desk.client.lock([SITE], lasts=600, token=token)
    desk.client.release(hold.id, token)
    known = desk.client.status().last_event
    until(lambda: not (desk.places.state / "seen.json").exists())
    desk.kill()
    desk.start()
    assert [(event.kind, event.detail) for event in since(desk, known)] == [("started", "0 locks")]
    assert desk.client.status().standing is Standing.IDLE
