"""The stronger measure with the real helper process and real browsers."""

import json
import os
import random
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from exitzero.lockdown import install
from exitzero.lockdown.client import Standing, Token
from exitzero.lockdown.reasons import Refused
from tests.lockdown.browsing import CHROMIUM, FIREFOX, Lab, chromium, firefox_visits, laboratory, why_no
from tests.lockdown.lab import REACHED
from tests.lockdown.rig import HOSTS, OWNER, Rig, rig, until, why_not

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(why_not() is not None, reason=why_not() or ""),
    pytest.mark.timeout(300),  # A browser's start on a machine with other things to do.
]

KILLS = 100 if os.environ.get("EXITZERO_WIDE") else 12
VIDEO, WORK = "video-of-cats.com", "work-of-mine.org"


@pytest.fixture
def desk() -> Iterator[Rig]:
    with rig() as made:
        install.switch_policies(on=True, places=made.places)
        made.start()
        yield made


def etc(desk: Rig) -> dict[str, bytes]:
    """Everything in the private ``/etc`` that belongs to browsers."""
    found: dict[str, bytes] = {}
    for browser in ("firefox", "chromium", "opt", "brave"):
        for folder, _, names in os.walk(desk.hosts.parent / browser):  # What goes meanwhile is passed over.
            found[folder] = b"(folder)"
            for name in names:
                with suppress(FileNotFoundError):
                    found[f"{folder}/{name}"] = Path(folder, name).read_bytes()
    return found


def firefox_file(desk: Rig) -> Path:
    return desk.hosts.parent / "firefox" / "policies" / "policies.json"


def is_put(desk: Rig) -> bool:
    return sum(path.endswith(".json") for path in etc(desk)) == 4


def test_they_come_and_go_with_the_lock(desk: Rig) -> None:
    """Lock, status, release; whether the measure is on is told with nothing locked as well."""
    assert desk.client.status().policies == "on"
    token = Token.fresh()
    hold = desk.client.lock([VIDEO], lasts=600, token=token)
    assert is_put(desk)
    assert desk.client.status().standing is Standing.LOCKED
    longer = desk.client.extend(hold.id, ["www." + VIDEO])
    block = json.loads(firefox_file(desk).read_bytes())["policies"]["WebsiteFilter"]["Block"]
    assert block == [f"*://{name}/*" for name in longer.names]
    assert "PermissionError" in desk.as_user(OWNER, f"open({str(firefox_file(desk))!r}, 'ab')").stderr
    assert desk.as_user(OWNER, f"open({str(firefox_file(desk))!r})").returncode == 0
    assert desk.client.release(hold.id, token) is None
    assert etc(desk) == {}
    assert desk.hosts.read_bytes() == HOSTS


def test_nothing_is_left_after_kills_sweeps_and_the_emergency_exit(desk: Rig) -> None:
    """Killed while locked the files stay with the lock; whoever ends the lock takes them along."""
    token = Token.fresh()
    hold = desk.client.lock([VIDEO], lasts=600, token=token)
    desk.kill()
    assert desk.once("sweep").returncode == 0
    assert is_put(desk), "the sweeper leaves a lock that stands"
    firefox_file(desk).unlink()
    desk.start()
    until(lambda: is_put(desk))
    desk.client.release(hold.id, token)
    assert etc(desk) == {}
    desk.client.lock([VIDEO], lasts=600, token=token)
    desk.kill()
    (desk.places.state / "state.json").unlink()
    assert desk.once("sweep").returncode == 0
    assert etc(desk) == {}
    assert desk.hosts.read_bytes() == HOSTS
    desk.emergency_seconds = 1.0
    desk.start()
    desk.client.lock([VIDEO], lasts=600, token=token)
    desk.client.emergency()
    until(lambda: not etc(desk))


@pytest.mark.parametrize("way", ["uninstall", "strip", "repair without a configuration"])
def test_nothing_is_left_after_removal_while_locked(desk: Rig, way: str) -> None:
    """The last rungs of the way out take the browsers' files along."""
    desk.client.lock([VIDEO], lasts=600, token=Token.fresh())
    assert is_put(desk)
    desk.kill()
    if way == "strip":
        assert desk.once("strip").returncode == 0
    elif way == "uninstall":
        install.uninstall(places=desk.places, run=lambda _: 0)
    else:
        desk.places.config.unlink()
        install.repair(places=desk.places, run=lambda _: 0)
    assert etc(desk) == {}
    assert desk.hosts.read_bytes() == HOSTS


def test_somebodys_policies_are_left_byte_for_byte(desk: Rig) -> None:
    """Told in the status and as an entry; through lock, kill, restart and release nobody touches them."""
    theirs = b'{"policies":{"DisableTelemetry":true}}'
    firefox_file(desk).parent.mkdir(parents=True)
    firefox_file(desk).write_bytes(theirs)
    before, told = etc(desk), firefox_file(desk).stat()
    token = Token.fresh()
    assert desk.client.status().policies == "blocked-by-foreign"
    hold = desk.client.lock([VIDEO], lasts=600, token=token)
    desk.kill()
    desk.start()
    status = desk.client.status()
    assert (status.standing, status.policies, status.flags) == (Standing.LOCKED, "blocked-by-foreign", ())
    assert "policies-foreign" in [event.kind for event in desk.client.events(0)]
    assert desk.client.release(hold.id, token) is None
    assert etc(desk) == before
    after = firefox_file(desk).stat()
    assert (told.st_ino, told.st_mtime_ns, told.st_ctime_ns) == (after.st_ino, after.st_mtime_ns, after.st_ctime_ns)


def test_kills_at_any_moment_leave_no_file_behind(desk: Rig) -> None:
    """kill -9 while the files come and go: what the next start finds it either stands for or takes away."""
    token, chance, pause = Token("kept"), random.Random(5), threading.Event()
    for _ in range(KILLS):
        stop = threading.Event()

        def busy(stop: threading.Event = stop) -> None:
            while not stop.is_set():
                with suppress(Refused):
                    hold = desk.client.lock([VIDEO], lasts=600, token=token)
                    desk.client.release(hold.id, token)

        worker = threading.Thread(target=busy)
        worker.start()
        pause.wait(chance.random() * 0.1)
        desk.kill()
        stop.set()
        worker.join()
        desk.start()
        holds = desk.client.status().holds
        assert is_put(desk) if holds else not etc(desk)
        for hold in holds:
            desk.client.release(hold.id, token)
        assert etc(desk) == {}


@pytest.fixture
def place(desk: Rig) -> Iterator[Lab]:
    with laboratory(desk, [VIDEO, WORK]) as made:
        yield made


@pytest.mark.skipif(why_no(CHROMIUM) is not None, reason=why_no(CHROMIUM) or "")
def test_a_chromium_that_starts_obeys_its_file(place: Lab) -> None:
    """Blocked by the administrator, exactly that name; after the release a fresh one gets there."""
    token = Token.fresh()
    hold = place.desk.client.lock([VIDEO], lasts=600, token=token)
    with chromium(place) as browser:
        assert browser.visit(f"http://{VIDEO}/close") == "net::ERR_BLOCKED_BY_ADMINISTRATOR"
        assert browser.visit(f"http://{WORK}/close").startswith(REACHED)
    place.desk.client.release(hold.id, token)
    with chromium(place) as browser:
        assert browser.visit(f"http://{VIDEO}/close").startswith(REACHED)


@pytest.mark.skipif(why_no(FIREFOX) is not None, reason=why_no(FIREFOX) or "")
def test_a_firefox_that_starts_obeys_its_file(place: Lab) -> None:
    """Its own word for it is a policy; after the release a fresh one gets there."""
    token = Token.fresh()
    hold = place.desk.client.lock([VIDEO], lasts=600, token=token)
    video, work = firefox_visits(place, f"http://{VIDEO}/close", f"http://{WORK}/close")
    assert "e=blockedByPolicy" in video
    assert f"{REACHED} {WORK}" in work
    place.desk.client.release(hold.id, token)
    assert f"{REACHED} {VIDEO}" in firefox_visits(place, f"http://{VIDEO}/close")[0]
