"""Runs one story about notices inside a session bus of its own and prints what was seen, as JSON."""

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from exitzero.desktop.notifications import Notice, Notifier, Way

HERE = Path(__file__).parent
NOTICE = Notice(
    kind="rung",
    title="-u <2 h left>",
    body="1 < 2 & <b>bold</b>\x00 ✓",
    urgent=True,
    replaces="rung-20:00",
    actions=(("check", "Check now"),),
)
WARN = Notice(kind="hint", title="Second", body="plain")


class Desktop:
    """The service's process, spoken to line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def next(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def do(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        assert self.next() == {"what": "done"}


@contextmanager
def desktop(capabilities: str = "body,body-markup,actions") -> Iterator[Desktop]:
    with subprocess.Popen(
        [sys.executable, str(HERE / "notification_service.py"), capabilities],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        service = Desktop(process)
        assert service.next() == {"what": "ready"}
        try:
            yield service
        finally:
            assert process.stdin is not None
            process.stdin.write("quit\n")
            process.stdin.flush()
            process.wait(10)


class Ears:
    """A notifier whose presses are noted, and that waits for them as Qt would: by its file descriptor."""

    def __init__(self, fallback: Callable[[Notice], bool] | None = None) -> None:
        self.heard: list[tuple[str, str]] = []
        self.notifier = Notifier(fallback=fallback, on_action=lambda tag, action: self.heard.append((tag, action)))

    def listen(self) -> None:
        number = self.notifier.fileno()
        assert number is not None
        assert select.select([number], [], [], 10)[0], "nothing came"
        self.notifier.read_ready()


def shown() -> Any:
    with desktop() as service:
        notifier = Notifier(icon=Path("/icons/app.svg"))
        by = notifier.show(NOTICE)
        seen = service.next()
        notifier.close()
    return {"by": by.by, "buttons": by.buttons, "seen": seen}


def plain_service() -> Any:
    with desktop("body") as service:
        notifier = Notifier()
        by = notifier.show(NOTICE)
        seen = service.next()
        notifier.close()
    return {"buttons": by.buttons, "body": seen["body"], "actions": seen["actions"]}


def replaced() -> Any:
    with desktop() as service:
        ears = Ears()
        seen = []
        for notice in (NOTICE, NOTICE, WARN, WARN):
            ears.notifier.show(notice)
            seen.append(service.next())
        service.do(f"dismiss {seen[0]['id']}")
        ears.listen()
        ears.notifier.show(NOTICE)
        seen.append(service.next())
        ears.notifier.close()
    return [(told["id"], told["replaces"]) for told in seen]


def pressed() -> Any:
    with desktop() as service:
        ears = Ears()
        opened = ears.notifier.open()
        ears.notifier.show(NOTICE)
        number = service.next()["id"]
        service.do(f"press {number + 7} check")
        service.do(f"token {number} wayland-token")
        service.do(f"press {number} check")
        while not ears.heard:
            ears.listen()
        tokens = [ears.notifier.activation_token(), ears.notifier.activation_token()]
        # Heard on the way to another answer: no watcher of the socket will see it again.
        service.do(f"press {number} default")
        ears.notifier.show(WARN)
        ears.notifier.close()
    return {"opened": opened, "heard": ears.heard, "tokens": tokens}


def withdrawn() -> Any:
    with desktop() as service:
        notifier = Notifier()
        notifier.show(NOTICE)
        notifier.show(WARN)
        shown = [service.next()["id"], service.next()["id"]]
        notifier.withdraw(NOTICE.tag)
        seen = service.next()
        notifier.withdraw(NOTICE.tag)
        notifier.show(WARN)
        following = service.next()["what"]
        notifier.close()
    return {"shown": shown, "closed": seen, "following": following}


def service_restarts() -> Any:
    ears = Ears()
    with desktop() as service:
        ears.notifier.show(NOTICE)
        first = service.next()["id"]
    between = ears.notifier.show(NOTICE).by
    with desktop() as service:
        service.do(f"press {first} check")
        again = ears.notifier.show(NOTICE).by
        seen = service.next()
        ears.notifier.read_ready()
        ears.notifier.close()
    return {"between": between, "again": again, "replaces": seen["replaces"], "heard": ears.heard}


def mute_service() -> Any:
    with desktop() as service:
        ways: list[Way] = []
        ears = Ears(fallback=lambda _: True)
        ears.notifier.show(WARN)
        number = service.next()["id"]
        service.do("mute")
        asking = threading.Thread(target=lambda: ways.append(ears.notifier.show(NOTICE).by))
        asking.start()
        assert service.next() == {"what": "unanswered"}
        before = time.monotonic()
        ears.notifier.read_ready()
        ears.notifier.fileno()
        waited = time.monotonic() - before
        service.do(f"press {number} default")
        asking.join()
        ears.notifier.close()
    return {"ways": ways, "waited": waited, "heard": ears.heard}


def steps_down() -> Any:
    asked: list[str] = []

    def refuses(_: Notice) -> bool:
        asked.append("tray")
        return False

    def fails(_: Notice) -> bool:
        asked.append("broken tray")
        raise RuntimeError("tray is gone")

    def takes(_: Notice) -> bool:
        asked.append("banner")
        return True

    ways: list[Way] = []
    for notifier in (
        Notifier(fallback=takes),
        Notifier(fallback=refuses, banner=takes),
        Notifier(fallback=fails, banner=takes),
        Notifier(fallback=refuses),
        Notifier(),
    ):
        notifier.read_ready()
        notifier.withdraw("never shown")
        ways.append(notifier.show(NOTICE).by)
        notifier.close()
    return {"ways": ways, "asked": asked}


@contextmanager
def bus_of_our_own(config: str, address: str) -> Iterator[None]:
    with subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", f"--address={address}", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        text=True,
    ) as daemon:
        assert daemon.stdout is not None
        daemon.stdout.readline()
        try:
            yield
        finally:
            daemon.kill()


def bus_dies() -> Any:
    address = f"unix:path={os.environ['XDG_RUNTIME_DIR']}/own-bus"
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = address
    ears = Ears()
    with bus_of_our_own(sys.argv[2], address):
        opened = ears.notifier.open()
    ears.listen()
    lost = [ears.notifier.fileno(), ears.notifier.show(WARN).by]
    Path(address.removeprefix("unix:path=")).unlink(missing_ok=True)
    with bus_of_our_own(sys.argv[2], address), desktop() as service:
        by = ears.notifier.show(WARN).by
        seen = service.next()["title"]
        ears.notifier.close()
    return {"opened": opened, "lost": lost, "found again": by, "seen": seen}


STORIES: dict[str, Callable[[], Any]] = {
    story.__name__: story
    for story in (
        shown,
        plain_service,
        replaced,
        pressed,
        withdrawn,
        service_restarts,
        mute_service,
        bus_dies,
        steps_down,
    )
}

if __name__ == "__main__":
    print(json.dumps(STORIES[sys.argv[1]]()))  # noqa: T201 - what the test reads
