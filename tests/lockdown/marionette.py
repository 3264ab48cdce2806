"""Tells a Firefox where to go over its Marionette port, as a program of its own inside the lab's network.

``python marionette.py address…`` prints a line for each address: the document's own address and the page's text.
"""

import json
import socket
import sys
import threading

PORT = 2828
_PATIENCE = 600
_WHERE = "return document.documentURI + ' ' + document.body.innerText"


class _Firefox:
    def __init__(self) -> None:
        self._connection = _connected()
        self._message()
        self.call("WebDriver:NewSession")

    def call(self, command: str, **parameters: object) -> object:
        """The result, or the error's text."""
        raw = json.dumps([0, 1, command, parameters]).encode()
        self._connection.sendall(b"%d:" % len(raw) + raw)
        _, _, error, result = self._message()
        return error["message"] if error else result

    def _message(self) -> list[dict[str, object]]:
        length = b""
        while (part := self._exactly(1)) != b":":
            length += part
        found: list[dict[str, object]] = json.loads(self._exactly(int(length)))
        return found

    def _exactly(self, count: int) -> bytes:
        received = b""
        while len(received) < count:
            part = self._connection.recv(count - len(received))
            assert part, "the browser has ended"
            received += part
        return received


def _connected() -> socket.socket:
    """The port opens when the browser is ready, seconds after its start."""
    pause = threading.Event()
    for _ in range(_PATIENCE):
        try:
            return socket.create_connection(("127.0.0.1", PORT))
        except OSError:
            pause.wait(0.1)
    raise SystemExit("the browser did not open its port")


def main() -> None:
    """Visit one after the other."""
    firefox = _Firefox()
    for address in sys.argv[1:]:
        firefox.call("WebDriver:Navigate", url=address)
        found = firefox.call("WebDriver:ExecuteScript", script=_WHERE, args=[])
        text = found.get("value") if isinstance(found, dict) else found
        sys.stdout.write(str(text).replace("\n", " ") + "\n")


if __name__ == "__main__":
    main()
