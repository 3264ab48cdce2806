"""A real SMTP server on loopback that takes mail, refuses it at any step, or takes it and loses its own answer."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class At(StrEnum):
    """What goes wrong, and where."""

    NOTHING = "nothing"
    SENDER_LATER = "451 at MAIL"
    RECEIVER_REFUSED = "550 at RCPT"
    RECEIVER_LATER = "450 at RCPT"
    HANGS_UP_BEFORE = "hangs up at RCPT"
    SILENT_BEFORE = "silent at RCPT"
    DATA_REFUSED = "554 after the message"
    DATA_LATER = "452 after the message"
    HANGS_UP_AFTER = "takes the message, then hangs up"
    SILENT_AFTER = "takes the message, then says nothing"
    HANGS_UP_AT_GOODBYE = "hangs up at QUIT"


class MailServer:
    """Keeps every message it has taken in ``taken``."""

    def __init__(self, at: At) -> None:
        self.at = at
        self.taken: list[EmailMessage] = []
        self.port = 0

    async def _stop(self, server: SMTP, hang_up: At, silent: At) -> None:
        if self.at is hang_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if self.at in {hang_up, silent}:
            await asyncio.Event().wait()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The sender."""
        if self.at is At.SENDER_LATER:
            return "451 later"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The receiver."""
        await self._stop(server, At.HANGS_UP_BEFORE, At.SILENT_BEFORE)
        if self.at is At.RECEIVER_REFUSED:
            return "550 nobody of that name"
        if self.at is At.RECEIVER_LATER:
            return "450 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The whole message is here."""
        if self.at is At.DATA_REFUSED:
            return "554 looks like spam"
        if self.at is At.DATA_LATER:
            return "452 disk full"
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        await self._stop(server, At.HANGS_UP_AFTER, At.SILENT_AFTER)
        return "250 taken"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Goodbye."""
        await self._stop(server, At.HANGS_UP_AT_GOODBYE, At.HANGS_UP_AT_GOODBYE)
        return "221 Bye"


def _port(controller: Controller) -> int:
    assert isinstance(controller.server, asyncio.Server)
    return int(controller.server.sockets[0].getsockname()[1])


def _greet(controller: Controller) -> None:
    with socket.create_connection(("127.0.0.1", _port(controller)), timeout=5) as visitor:
        visitor.recv(1024)


@contextmanager
def mail_server(at: At = At.NOTHING, *, password: str = "") -> Iterator[MailServer]:
    """A mail server for the length of a ``with``; with a password it asks for it."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == password.encode()
        return AuthResult(success=right, handled=False)

    server = MailServer(at)
    options: dict[str, Any] = (
        {"authenticator": check, "auth_required": True, "auth_require_tls": False} if password else {}
    )
    controller = Controller(server, hostname="127.0.0.1", port=0, **options)
    # aiosmtpd greets itself to see that it is up, and does not know which port 0 became.
    controller._trigger_server = lambda: _greet(controller)  # type: ignore[method-assign]
    controller.start()
    try:
        server.port = _port(controller)
        yield server
    finally:
        controller.stop()
