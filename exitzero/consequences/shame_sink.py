"""A receiver on this machine for the rehearsal, so that a message is really rendered and really sent, to nobody."""

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler

LARGEST = 1_000_000


class Sink:
    """Listens on the loopback address for the length of a ``with`` and keeps the last message it was sent."""

    def __init__(self) -> None:
        self.message = ""
        sink = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_POST(self) -> None:
                length = min(int(self.headers.get("Content-Length") or 0), LARGEST)
                try:
                    document = json.loads(self.rfile.read(length))
                    sink.message = str(document.get("message", ""))
                except (ValueError, AttributeError):
                    sink.message = ""
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing on standard error."""

        self._server = socketserver.TCPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="exitzero-shame-sink", daemon=True
        )

    @property
    def address(self) -> str:
        """Its Apprise address."""
        return f"json://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> "Sink":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
