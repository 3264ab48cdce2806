"""A real browser and the real helper: reachable before, out of reach within three seconds, reachable again afterwards.

The browser runs all the while; it is not told that anything has changed. What the browser has an open connection to
stays within reach until that connection ends, which is why the screen asks for open tabs to be closed.
"""

import time
from collections.abc import Callable, Iterator

import pytest

from exitzero.lockdown.client import Token
from tests.lockdown.browsing import CHROMIUM, Chromium, Lab, chromium, laboratory, why_no
from tests.lockdown.lab import REACHED, SITE
from tests.lockdown.rig import HOSTS, rig, until

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(why_no(CHROMIUM) is not None, reason=why_no(CHROMIUM) or ""),
    pytest.mark.timeout(300),  # A browser's start on a machine with other things to do.
]

VIDEO, WWW, WORK = "video-of-cats.com", "www.video-of-cats.com", "work-of-mine.org"
BLOCKED = {"0.0.0.0", "::"}  # noqa: S104 - an answer of the resolver, nothing listens
WITHIN_SECONDS = 3.0
PATIENCE_SECONDS = 120.0


@pytest.fixture
def place() -> Iterator[Lab]:
    with rig() as desk:
        desk.start()
        with laboratory(desk, [VIDEO, WWW, WORK]) as made:
            yield made


def is_reached(text: str, name: str) -> bool:
    return text.startswith(f"{REACHED} {name} ")


def is_refused(text: str) -> bool:
    return text.startswith("net::ERR_")


def comes(state: Callable[[], bool]) -> None:
    until(state, seconds=PATIENCE_SECONDS)


def test_a_running_chromium_is_locked_out_and_let_in_again(place: Lab) -> None:
    """Before: there. Locked: gone within three seconds, visited before or not. Released: there again. Work: always."""
    desk = place.desk
    with chromium(place) as browser:
        assert is_reached(browser.visit(f"http://{VIDEO}/close"), VIDEO)
        assert is_reached(browser.visit(f"http://{WORK}/close"), WORK)
        token = Token.fresh()
        began = time.monotonic()
        hold = desk.client.lock([VIDEO, WWW], lasts=600, token=token)
        took = out_of_reach_after(browser, VIDEO, began)
        assert took <= WITHIN_SECONDS
        assert is_refused(browser.visit(f"http://{WWW}/close"))
        assert is_reached(browser.visit(f"http://{WORK}/close"), WORK)
        assert desk.client.release(hold.id, token) is None
        assert desk.hosts.read_bytes() == HOSTS
        comes(lambda: is_reached(browser.visit(f"http://{VIDEO}/close"), VIDEO))
        comes(lambda: is_reached(browser.visit(f"http://{WWW}/close"), WWW))


def out_of_reach_after(browser: Chromium, name: str, began: float) -> float:
    """Seconds from then until the browser first said that it cannot get there; it is asked again and again."""
    while not is_refused(browser.visit(f"http://{name}/close")):
        assert time.monotonic() - began < PATIENCE_SECONDS, "never out of reach"
    return time.monotonic() - began


def test_a_kept_connection_ends_at_the_next_new_one(place: Lab) -> None:
    """A tab that is open may go on over its connection; the first page that needs a new one is refused."""
    with chromium(place) as browser:
        # On a busy machine the browser may drop an idle connection; the story begins with one that it keeps.
        comes(
            lambda: (
                is_reached(first := browser.visit(f"http://{VIDEO}/"), VIDEO)
                and browser.visit(f"http://{VIDEO}/") == first
            )
        )
        place.desk.client.lock([VIDEO], lasts=600, token=Token.fresh())
        comes(lambda: place.getent("ahosts", VIDEO) == BLOCKED)
        browser.visit(f"http://{VIDEO}/close")  # The site ends the connection, as sites do after a while.
        comes(lambda: is_refused(browser.visit(f"http://{VIDEO}/")))


def test_getent_before_within_and_after(place: Lab) -> None:
    """The system's resolver, both of its words, with a real name server behind it."""
    for word in ("hosts", "ahosts"):
        assert place.getent(word, VIDEO) == {SITE}
    token = Token.fresh()
    hold = place.desk.client.lock([VIDEO], lasts=600, token=token)
    assert place.getent("ahosts", VIDEO) == BLOCKED
    assert place.getent("hosts", VIDEO) <= BLOCKED
    assert place.getent("hosts", VIDEO)
    assert place.getent("ahosts", WWW) == {SITE}
    assert place.desk.client.release(hold.id, token) is None
    for word in ("hosts", "ahosts"):
        assert place.getent(word, VIDEO) == {SITE}
