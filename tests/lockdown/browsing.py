"""A real Chromium that is told what to do over two pipes, in the helper's mount namespace and the lab's network."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from tests.lockdown import lab, marionette
from tests.lockdown.rig import OWNER, Rig, why_not

CHROMIUM = "chromium"
FIREFOX = "firefox-esr"
_NEEDED_BY_BROWSERS = ("alternatives", "chromium.d", "firefox-esr", "fonts")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-sync", "--no-first-run", "--no-proxy-server",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable", "--password-store=basic",
    "--remote-debugging-pipe",
)  # fmt: skip


@cache
def why_no(program: str) -> str | None:
    """Why this browser cannot be tried here."""
    if why_not() is not None:
        return why_not()
    if shutil.which(program) is None:
        return f"the package {program} is not installed"
    done = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    return None if done.returncode == 0 else "the system refuses a network namespace"


class Lab:
    """The helper's mount namespace together with a network of its own."""

    def __init__(self, desk: Rig, network: int) -> None:
        self.desk = desk
        self._network = network

    def inside(self, command: Sequence[str], *, uid: int = 0) -> list[str]:
        """The command for both namespaces, as this user."""
        user = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"] if uid else []
        spaces = [f"--mount=/proc/{self.desk.pid}/ns/mnt", f"--net=/proc/{self._network}/ns/net"]
        return ["nsenter", *spaces, *user, *command]

    def getent(self, database: str, name: str) -> set[str]:
        """Where the system's resolver leads: ``hosts`` or ``ahosts``, the words that scripts use."""
        done = subprocess.run(
            self.inside(["getent", database, name]), capture_output=True, text=True, timeout=30, check=False
        )
        return {line.split()[0] for line in done.stdout.splitlines()}


@contextmanager
def laboratory(desk: Rig, names: Sequence[str]) -> Iterator[Lab]:
    """A resolver that knows these names, and their sites, for as long as the block runs."""
    for needed in _NEEDED_BY_BROWSERS:
        if Path("/etc", needed).is_dir():
            shutil.copytree(Path("/etc", needed), desk.hosts.parent / needed, symlinks=True, dirs_exist_ok=True)
    command = ["unshare", "-n", sys.executable, lab.__file__, *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield Lab(desk, process.pid)
        finally:
            process.terminate()


class Chromium:
    """One running browser with one page. Its calls wait for the answer."""

    def __init__(self, laboratory: Lab, profile: Path) -> None:
        to_read, self._to = os.pipe()
        self._from, from_write = os.pipe()
        # The browser reads from 3 and writes to 4; the shell puts the pipes there and is replaced.
        start = f'exec "$@" 3<&{to_read} 4>&{from_write}'
        browser = [CHROMIUM, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
        command = laboratory.inside(["bash", "-c", start, "bash", *browser], uid=OWNER)
        environment = {"PATH": os.environ["PATH"], "HOME": str(profile), "LANG": "C.UTF-8"}
        with open(profile.with_suffix(".err"), "wb") as errors:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, cwd="/",
                pass_fds=(to_read, from_write), start_new_session=True,
            )  # fmt: skip
        os.close(to_read)
        os.close(from_write)
        self._stream: IO[bytes] = os.fdopen(self._from, "rb")
        self._numbers = itertools.count(1)
        self._session: str | None = None
        self._errors = profile.with_suffix(".err")
        targets = self.call("Target.getTargets")["targetInfos"]
        assert isinstance(targets, list)
        page = next(each for each in targets if each["type"] == "page")["targetId"]
        self._session = str(self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"])
        self.call("Page.enable")

    def call(self, method: str, **parameters: object) -> dict[str, object]:
        """One command of the DevTools protocol and its result."""
        number = next(self._numbers)
        message: dict[str, object] = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            found = self._message()
            if found.get("id") == number:
                assert "result" in found, found
                result = found["result"]
                assert isinstance(result, dict)
                return result

    def _message(self) -> dict[str, object]:
        received = bytearray()
        while (part := self._stream.read(1)) != b"\0":
            assert part, f"the browser has ended: {self._errors.read_text()[-2000:]}"
            received += part
        found = json.loads(received)
        assert isinstance(found, dict)
        return found

    def visit(self, address: str) -> str:
        """Go there as a person would: the page's text, or the browser's own word for why there is none."""
        found = self.call("Page.navigate", url=address)
        if error := found.get("errorText"):
            return str(error)
        while True:
            result = self.call(
                "Runtime.evaluate",
                expression="document.readyState + ' ' + location.href + '\\n' + (document.body?.innerText ?? '')",
            )["result"]
            assert isinstance(result, dict)
            state, _, text = str(result.get("value")).partition("\n")
            if state == f"complete {address}":
                return text

    def close(self) -> None:
        """End all of its processes."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._stream.close()
        os.close(self._to)


@contextmanager
def chromium(laboratory: Lab) -> Iterator[Chromium]:
    """A browser with a fresh profile that belongs to the served user."""
    with _profile() as profile:
        browser = Chromium(laboratory, profile)
        try:
            yield browser
        finally:
            browser.close()


def firefox_visits(laboratory: Lab, *addresses: str) -> list[str]:
    """A Firefox with a fresh profile starts, goes there one after the other and ends: where it got to, page by page."""
    with _profile() as profile:
        flags = ("--headless", "--marionette", "--no-remote", "--profile", str(profile), "about:blank")
        environment = {"PATH": os.environ["PATH"], "HOME": str(profile), "LANG": "C.UTF-8"}
        with open(profile.with_suffix(".err"), "wb") as errors:
            browser = subprocess.Popen(
                laboratory.inside([FIREFOX, *flags], uid=OWNER), env=environment, cwd="/", start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
            )  # fmt: skip
        try:
            talk = laboratory.inside([sys.executable, marionette.__file__, *addresses])
            done = subprocess.run(talk, capture_output=True, text=True, timeout=240, check=False)
            assert done.returncode == 0, done.stderr + profile.with_suffix(".err").read_text()[-2000:]
            return done.stdout.splitlines()
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()


@contextmanager
def _profile() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ezc-"))
    folder.chmod(0o755)
    profile = folder / "profile"
    profile.mkdir()
    os.chown(profile, OWNER, OWNER)
    try:
        yield profile
    finally:
        shutil.rmtree(folder, ignore_errors=True)
