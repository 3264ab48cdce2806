"""A small internet on the loopback of a network namespace of its own: a resolver, and one web server for every site.

It is a program of its own (``unshare -n python lab.py name…``), so that port 53 and port 80 are nobody else's and no
browser in there can leave the machine. The sites lie on 127.0.0.2, because 0.0.0.0 leads to whatever listens on
127.0.0.1.
"""

import fcntl
import os
import signal
import socket
import socketserver
import struct
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SITE = "127.0.0.2"
REACHED = "REACHED"
_UP = 0x1
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914
_ADDRESS, _NO_SUCH_NAME, _NO_ERROR = 1, 0x8583, 0x8580


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        found = fcntl.ioctl(any_socket, _GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16xh14x", found)[0]
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def answer(question: bytes, names: set[str]) -> bytes:
    """The reply to one query: the site's address for a known name, nothing for another kind, no such name else."""
    at, labels = 12, []
    while length := question[at]:
        labels.append(question[at + 1 : at + 1 + length].decode("ascii").lower())
        at += 1 + length
    end = at + 5
    known = ".".join(labels) in names
    asked = struct.unpack(">H", question[at + 1 : at + 3])[0]
    found = known and asked == _ADDRESS
    head = struct.pack(">2sHHHHH", question[:2], _NO_ERROR if known else _NO_SUCH_NAME, 1, int(found), 0, 0)
    record = struct.pack(">HHHIH4s", 0xC00C, _ADDRESS, 1, 1, 4, socket.inet_aton(SITE)) if found else b""
    return head + question[12:end] + record


class _Resolver(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _ResolverServer)
        question, reply = self.request
        reply.sendto(answer(question, self.server.names), self.client_address)


class _ResolverServer(socketserver.ThreadingUDPServer):
    daemon_threads = True

    def __init__(self, names: set[str]) -> None:
        self.names = names
        super().__init__(("127.0.0.1", 53), _Resolver)


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Every page says which site and which connection it came from; ``/close`` ends the connection."""
        body = f"<html><body>{REACHED} {self.headers['Host']} {self.client_address[1]}</body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        if self.path.startswith("/close"):
            self.send_header("Connection", "close")
        with suppress(ConnectionError):  # The browser may have been ended in between.
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's word
        """Nobody reads it."""


def main() -> None:
    """Serve until the test ends; says ``ready`` first."""
    _loopback_up()
    resolver = _ResolverServer(set(sys.argv[1:]))
    threading.Thread(target=resolver.serve_forever, daemon=True).start()
    site = ThreadingHTTPServer((SITE, 80), _Site)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    site.serve_forever()


if __name__ == "__main__":
    main()
