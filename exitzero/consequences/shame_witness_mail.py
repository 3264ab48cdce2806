"""The witness's eyes on SMTP: whether a mail's text was written, and what the server said to the whole of it."""

import smtplib
from typing import Any

from exitzero.consequences.shame_witness import Mail, break_off, current, kind_of


class _Watching:
    """What both mail classes do; a mix-in before ``smtplib.SMTP``."""

    _mail: Mail | None = None
    _sends_in_data = -1

    def __init__(self, host: str = "", port: int = 0, local_hostname: str | None = None, **kwargs: Any) -> None:
        witness = current.get()
        if witness is not None:
            self._mail = Mail(host)
            witness.mails.append(self._mail)
            witness.watch(lambda: break_off(getattr(self, "sock", None)))
        try:
            # Not the machine's own name: it is nobody's business, and looking it up can hang.
            super().__init__(host, port, local_hostname or "[127.0.0.1]", **kwargs)  # type: ignore[call-arg]
        except smtplib.SMTPConnectError as error:
            self._note(error.smtp_code, "refused")
            raise
        except OSError as error:
            self._note(None, kind_of(error) if not isinstance(error, smtplib.SMTPException) else "broken")
            raise

    def _note(self, code: int | None, trouble: str) -> None:
        if self._mail is not None:
            self._mail.refused, self._mail.trouble = code, trouble

    def login(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().login(*args, **kwargs)  # type: ignore[misc]
        except smtplib.SMTPAuthenticationError as error:
            self._note(error.smtp_code, "auth")
            raise
        except smtplib.SMTPNotSupportedError:
            self._note(None, "auth")
            raise

    def mail(self, *args: Any, **kwargs: Any) -> Any:
        code, words = super().mail(*args, **kwargs)  # type: ignore[misc]
        if code != 250:
            self._note(code, "refused")
        return code, words

    def rcpt(self, *args: Any, **kwargs: Any) -> Any:
        code, words = super().rcpt(*args, **kwargs)  # type: ignore[misc]
        if code not in {250, 251}:
            self._note(code, "refused")
        return code, words

    def data(self, msg: Any) -> Any:
        self._sends_in_data = 0
        try:
            code, words = super().data(msg)  # type: ignore[misc]
        except smtplib.SMTPDataError as error:
            self._note(error.smtp_code, "refused")  # To the command DATA itself; the message was never written.
            raise
        finally:
            self._sends_in_data = -1
        if self._mail is not None:
            self._mail.code = code
        return code, words

    def send(self, s: Any) -> None:
        if self._sends_in_data >= 0 and self._mail is not None:
            # First the command, then, once it is answered, the message.
            self._mail.wrote = self._mail.wrote or self._sends_in_data > 0
            self._sends_in_data += 1
        super().send(s)  # type: ignore[misc]


class WatchedSMTP(_Watching, smtplib.SMTP):
    """Mail in plain text, and by STARTTLS."""


class WatchedSMTPOverTLS(_Watching, smtplib.SMTP_SSL):
    """Mail over TLS from the first byte."""
