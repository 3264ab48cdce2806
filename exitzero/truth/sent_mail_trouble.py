"""How trouble with a mailbox is told.

Why it exists: a wrong password, an expired certificate and a server that is down need three different deeds of the
person, and none of them may ever look like "nothing was sent". The server's own words are shown, never a secret.
"""

import re
from datetime import timedelta

from exitzero.core.observation import SourceTrouble
from exitzero.net.politeness import FIRST_PAUSE

_COMES_BACK = "Nothing counts against you meanwhile; it is asked again by itself."
_WAITS = "Nothing counts against you meanwhile."
_LIMIT_PAUSE = timedelta(minutes=15)
_TOO_OFTEN = re.compile(r"\[(LIMIT|OVERQUOTA|THROTTLED)\]|too many|rate limit|exceeded|bandwidth", re.IGNORECASE)
_NOT_NOW = re.compile(
    r"\[(UNAVAILABLE|INUSE|SERVERBUG|CONTACTADMIN)\]|temporar|try again|unavailable|internal error", re.IGNORECASE
)


class PasswordRefused(SourceTrouble):
    """The server said no to the password itself."""


def not_connected(address: str) -> SourceTrouble:
    """The keyring has nothing (readable) about the mailbox."""
    return SourceTrouble(
        f"The mailbox {address} is not connected.", f"Connect it again in the settings. {_WAITS}", reason="refused"
    )


def wrong_password(host: str, said: str) -> PasswordRefused:
    """The server did not let us in; trying on could lock the account."""
    return PasswordRefused(
        f"{host} refused the password.",
        "It is not tried again, so that the account is not locked: connect the mailbox again with an app password."
        f" {_WAITS}{_said(said)}",
        reason="refused",
    )


def refused_before(host: str) -> SourceTrouble:
    """The same password was refused already."""
    return SourceTrouble(
        f"{host} refused the password before.",
        f"The same one is not tried again: connect the mailbox again with an app password. {_WAITS}",
        reason="refused",
    )


def network(host: str, seen: str = "") -> SourceTrouble:
    """No connection, or one that broke off."""
    return SourceTrouble(
        f"{host} could not be reached." if not seen else f"The connection to {host} broke off.",
        f"Check the connection. {_COMES_BACK}",
        reason="network",
        retry_after=FIRST_PAUSE,
    )


def timeout(host: str) -> SourceTrouble:
    """It took too long."""
    return SourceTrouble(f"{host} did not answer in time.", _COMES_BACK, reason="timeout", retry_after=FIRST_PAUSE)


def certificate(host: str, said: str) -> SourceTrouble:
    """Whoever answered cannot prove to be the host; nothing secret was sent."""
    return SourceTrouble(
        f"Whoever answers as {host} cannot prove it: its certificate is wrong.",
        "The password was not sent. Check the name of the server; in a hotel or a train, sign in to the network first."
        f" {_COMES_BACK}{_said(said)}",
        reason="network",
        retry_after=10 * FIRST_PAUSE,
    )


def not_tls(host: str, port: int) -> SourceTrouble:
    """Something answered, but not in TLS."""
    return SourceTrouble(
        f"{host} does not speak TLS at port {port}.",
        f"The password was not sent. Check port and security: 993 is TLS, 143 is STARTTLS. {_COMES_BACK}",
        reason="network",
        retry_after=10 * FIRST_PAUSE,
    )


def no_starttls(host: str) -> SourceTrouble:
    """The server would have taken the password in the open."""
    return SourceTrouble(
        f"{host} offers no STARTTLS.",
        f"The password was not sent, since it could be read on the way. Choose TLS (993) in the settings. {_WAITS}",
        reason="refused",
    )


def no_folder(host: str, names: tuple[str, ...]) -> SourceTrouble:
    """No folder is told to hold what was sent."""
    return SourceTrouble(
        f"{host} does not say which folder holds sent mail.",
        f"Choose the folder in the settings. {_WAITS}{_said(', '.join(names))}",
        reason="refused",
    )


def folder_refused(host: str, folder: str, said: str) -> SourceTrouble:
    """The folder cannot be opened."""
    return said_no(host, said) or SourceTrouble(
        f"The folder {folder} could not be opened on {host}.",
        f"Choose the folder in the settings. {_WAITS}{_said(said)}",
        reason="refused",
    )


def command_refused(host: str, said: str) -> SourceTrouble:
    """A question was not allowed."""
    return said_no(host, said) or SourceTrouble(
        f"{host} does not let ExitZero look for mails.",
        f"Ask whoever runs it whether reading over IMAP is allowed. {_WAITS}{_said(said)}",
        reason="refused",
    )


def said_no(host: str, said: str) -> SourceTrouble | None:
    """What a refusal means that has nothing to do with the question; ``None`` if it has."""
    if _TOO_OFTEN.search(said):
        return SourceTrouble(
            f"{host} was asked too often.",
            f"{_COMES_BACK}{_said(said)}",
            reason="rate_limited",
            retry_after=_LIMIT_PAUSE,
        )
    if _NOT_NOW.search(said):
        return server_error(host, said)
    return None


def server_error(host: str, said: str) -> SourceTrouble:
    """The server has a fault of its own."""
    return SourceTrouble(
        f"{host} cannot answer now.", f"{_COMES_BACK}{_said(said)}", reason="server_error", retry_after=5 * FIRST_PAUSE
    )


def unreadable(host: str, seen: str) -> SourceTrouble:
    """The answer is not in the form that it should have."""
    return SourceTrouble(
        f"The answer of {host} cannot be read.",
        f"{_COMES_BACK}{_said(seen)}",
        reason="schema_changed",
        retry_after=10 * FIRST_PAUSE,
    )


def inconsistent(host: str, seen: str) -> SourceTrouble:
    """The answer contradicts itself."""
    return SourceTrouble(
        f"{host} contradicts itself.",
        f"{_COMES_BACK}{_said(seen)}",
        reason="inconsistent",
        retry_after=FIRST_PAUSE,
    )


def _said(words: str) -> str:
    shown = " ".join(words.split())[:200]
    return f" (Seen: {shown}.)" if shown else ""
