"""What a fresh Firefox, or a browser made from it, does with a name, asked through Marionette, the remote control that
every Firefox has built in: a loopback socket with JSON, and so nothing that would have to be installed."""

import json
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exitzero.desktop.browser_firefox import lookup_prefs
from exitzero.desktop.browser_kinds import Browser
from exitzero.desktop.reach_start import Evidence, FreshStart

_ERROR_PAGE = re.compile(r"about:(?:neterror|certerror)\?e=([\w-]+)")
_BLOCKED_PAGE = re.compile(r"about:blocked\?e=([\w-]+)")
_LARGEST = 4 * 1024 * 1024
_PAGE_MILLISECONDS = 5000

_PREFS: Mapping[str, str | int | bool] = {
    "marionette.port": 0,  # Whichever is free; the browser writes it into a file.
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "dom.security.https_first": False,
    "permissions.default.image": 2,
}

_LOOK_UP = """
const [name, done] = arguments;
try {
  Services.dns.asyncResolve(name, Ci.nsIDNSService.RESOLVE_TYPE_DEFAULT, 0, null, {
    onLookupComplete(request, record) {
      const found = [];
      try {
        record.QueryInterface(Ci.nsIDNSAddrRecord);
        while (record.hasMore()) found.push(record.getNextAddrAsString());
      } catch (error) {}
      done(found);
    },
  }, null, {});
} catch (error) { done([]); }
"""


class MarionetteError(Exception):
    """The browser answered a command with an error; its message is the browser's."""


def try_names(
    browser: Browser,
    urls: Mapping[str, str],
    *,
    seconds: float,
    home: Path,
    environment: Mapping[str, str],
    profile: Path | None = None,
) -> dict[str, Evidence]:
    """Open the link of each name in one start; names without time are left out.

    ``profile`` is the person's own: only what decides about look-ups and proxies is taken from it, and read only.
    """
    found: dict[str, Evidence] = {}
    with FreshStart(browser, seconds=seconds, home=home, environment=environment) as start:
        folder = start.folder / "profile"
        folder.mkdir()
        prefs = dict(lookup_prefs(profile)) if profile is not None else {}
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in {**prefs, **_PREFS}.items()
        ]
        (folder / "user.js").write_text("".join(lines), encoding="utf-8")
        try:
            start.start(
                ["--headless", "--no-remote", "--profile", str(folder), "--marionette", "--remote-allow-system-access"]
            )
        except OSError as error:
            return dict.fromkeys(urls, Evidence(reason=f"it did not start ({error.strerror})"))
        reason = "it did not let itself be asked in time"
        try:
            with Marionette(start, folder / "MarionetteActivePort") as remote:
                for name, url in urls.items():
                    found[name] = remote.visit(name, url)
        except (OSError, ValueError, MarionetteError) as error:
            if start.left > 0:
                reason = f"it could not be asked ({_first_line(str(error))})"
        if not found:
            return dict.fromkeys(urls, Evidence(reason=reason))
    return found


class Marionette:
    """A conversation with a browser that was started for it. Raises OSError, ValueError and MarionetteError."""

    def __init__(self, start: FreshStart, port_file: Path) -> None:
        self._start = start
        self._port_file = port_file
        self._number = 0
        self._buffer = b""
        self._socket: socket.socket | None = None

    def __enter__(self) -> "Marionette":
        while not (port := self._port()):
            if not self._start.pause():
                raise TimeoutError("it opened no port")
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=self._left())
        try:
            self._receive()
            self._ask("WebDriver:NewSession", pageLoadStrategy="eager")
            self._ask("WebDriver:SetTimeouts", pageLoad=_PAGE_MILLISECONDS, script=_PAGE_MILLISECONDS)
        except BaseException:
            self._socket.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()

    def visit(self, name: str, url: str) -> Evidence:
        """What comes of opening a link, and what the browser's own resolver says of the name."""
        addresses = self._addresses(name)
        try:
            self._ask("WebDriver:Navigate", url=url)
        except MarionetteError as error:
            return read_error(str(error), addresses=addresses)
        return Evidence(answered=True, addresses=addresses)

    def _addresses(self, name: str) -> tuple[str, ...]:
        try:
            self._ask("Marionette:SetContext", value="chrome")
            answer = self._ask("WebDriver:ExecuteAsyncScript", script=_LOOK_UP, args=[name])
        except MarionetteError:
            return ()  # Versions that do not let themselves be asked; the error page is left.
        finally:
            self._ask("Marionette:SetContext", value="content")
        found = answer.get("value") if isinstance(answer, dict) else None
        return tuple(str(address) for address in found) if isinstance(found, list) else ()

    def _port(self) -> int:
        try:
            return int(self._port_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0

    def _left(self) -> float:
        if self._start.left <= 0:
            raise TimeoutError("the time is over")
        return self._start.left

    def _connected(self) -> socket.socket:
        if self._socket is None:
            raise ConnectionError("there is no connection")
        self._socket.settimeout(self._left())
        return self._socket

    def _ask(self, command: str, **parameters: object) -> object:
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._connected().sendall(b"%d:%s" % (len(message), message))
        answer = self._receive()
        if not isinstance(answer, list) or len(answer) != 4 or answer[1] != self._number:
            raise ValueError("an answer to nothing asked")
        if answer[2] is not None:
            raise MarionetteError(str(answer[2].get("message", "")) if isinstance(answer[2], dict) else "")
        return answer[3]

    def _receive(self) -> Any:
        while b":" not in self._buffer[:12]:
            self._buffer += self._more()
        length, _, self._buffer = self._buffer.partition(b":")
        size = int(length)
        if not 0 <= size <= _LARGEST:
            raise ValueError("an answer too large")
        while len(self._buffer) < size:
            self._buffer += self._more()
        message, self._buffer = self._buffer[:size], self._buffer[size:]
        return json.loads(message)

    def _more(self) -> bytes:
        data = self._connected().recv(65536)
        if not data:
            raise ConnectionError("it hung up")
        return data


def read_error(message: str, *, addresses: tuple[str, ...] = ()) -> Evidence:
    """What a failed visit tells, from the words of the browser's error ("Reached error page: about:neterror?e=...")."""
    page = _ERROR_PAGE.search(message) or _BLOCKED_PAGE.search(message)
    if page is None:
        return Evidence(addresses=addresses, reason=_first_line(message) or "it had no answer in time")
    answered = page[0].startswith("about:certerror") or page[1] == "nssBadCert"
    return Evidence(answered=answered, error="" if answered else page[1], addresses=addresses)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:120].rstrip(".")
