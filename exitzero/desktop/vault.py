"""Secrets: tokens, passwords, keys. They live in the system's keyring; where there is none they live in
memory until exit and the screen says so. Never a file of ours. All of them stand in one keyring entry,
because macOS asks the person once for every entry."""

import json
import logging
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from exitzero.core.errors import OutsideTrouble
from exitzero.desktop import logs, paths
from exitzero.desktop.single_instance import brief_lock

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_log = logging.getLogger(__name__)

MEMORY = "memory only until exit"
PROOF_PREFIX = "journal."
"""Names that begin so hold proofs (the journal's newest hash), which the log may show."""

_ENTRY = "secrets"
# Anything else that keyring finds may be a plain file, a store that forgets, or one that only reads.
_SAFE = {
    "keyring.backends.SecretService": "Secret Service keyring",
    "keyring.backends.libsecret": "Secret Service keyring",
    "keyring.backends.kwallet": "KDE wallet",
    "keyring.backends.macOS": "macOS keychain",
    "keyring.backends.Windows": "Windows Credential Manager",
}
_PROVIDERS = {
    "gnome-keyring": "GNOME keyring",
    "keepassxc": "KeePassXC",
    "kwallet": "KDE wallet",
    "ksecret": "KDE wallet",
}


class Vault(Protocol):
    """Where secrets are kept. Every call may block while a keyring asks for its password: never on the Qt
    thread."""

    @property
    def available(self) -> bool:
        """Whether a secret set now is still there after a restart."""

    @property
    def place(self) -> str:
        """Where secrets are kept, in words for the person ("GNOME keyring", "memory only until exit")."""

    @property
    def reason(self) -> str:
        """Why it is not available, in one sentence; empty when it is."""

    def get(self, name: str) -> str | None:
        """The secret of that name, None when there is none (or, unavailable, when it cannot be reached)."""

    def set(self, name: str, value: str) -> None:
        """Keep a secret. It is hidden from the log from now on."""

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none."""


class MemoryVault:
    """Secrets for tests and the demo: gone at exit, and it says so."""

    def __init__(self, *, reason: str = "Secrets are kept in memory only here.") -> None:
        self._secrets: dict[str, str] = {}
        self._reason = reason

    @property
    def available(self) -> bool:
        """Never: nothing outlives the process."""
        return False

    @property
    def place(self) -> str:
        """Memory."""
        return MEMORY

    @property
    def reason(self) -> str:
        """Why there is no keyring."""
        return self._reason

    def get(self, name: str) -> str | None:
        """The secret of that name, or None."""
        return self._secrets.get(name)

    def set(self, name: str, value: str) -> None:
        """Keep a secret until exit."""
        _hide(name, value)
        self._secrets[name] = value

    def delete(self, name: str) -> None:
        """Forget a secret."""
        self._secrets.pop(name, None)


class SystemVault:
    """The system's keyring, or memory when it cannot be used.

    Every call and property may block, for as long as the person takes to answer the keyring's own question:
    never on the Qt thread. Safe in all other threads. The keyring is chosen at the first call and not changed
    silently after it; once it has failed, everything new stays in memory until :meth:`retry`. ``expects`` is
    the :attr:`backend` that an earlier run wrote to: another one is then not read in its stead. ``guard`` is
    a file locked while the entry is changed, so that a command beside the window loses nothing.
    """

    def __init__(self, service: str = "exitzero", *, expects: str | None = None, guard: Path | None = None) -> None:
        self._service = service
        self._expects = expects
        self._guard = guard
        self._lock = threading.Lock()
        self._keyring: KeyringBackend | None = None
        self._opened = False
        self._reason = ""
        self._place = MEMORY
        # What could not be written: a value, or None for a secret that was deleted meanwhile.
        self._pending: dict[str, str | None] = {}

    @property
    def available(self) -> bool:
        """Whether a secret set now is still there after a restart.

        Asking does not open the keyring (that may ask the person): a locked one is found out by the first get or set.
        """
        with self._lock:
            return self._open() is not None

    @property
    def place(self) -> str:
        """Where secrets are kept, in words for the person ("GNOME keyring", "memory only until exit")."""
        with self._lock:
            return MEMORY if self._open() is None else self._place

    @property
    def reason(self) -> str:
        """Why it is not available, in one sentence; empty when it is."""
        with self._lock:
            self._open()
            return self._reason

    @property
    def backend(self) -> str | None:
        """The name to remember and to give back as ``expects`` in the next run; None without a keyring."""
        with self._lock:
            keyring = self._open()
            return None if keyring is None else _identity(keyring)

    def get(self, name: str) -> str | None:
        """The secret of that name, None when there is none (or, unavailable, when it cannot be reached)."""
        with self._lock:
            if name in self._pending:
                return self._pending[name]
            value = (self._read() or {}).get(name)
        if value is not None:
            _hide(name, value)
        return value

    def set(self, name: str, value: str) -> None:
        """Keep a secret. It is hidden from the log from now on."""
        _hide(name, value)
        with self._lock:
            self._change({name: value})

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none."""
        with self._lock:
            self._change({name: None})

    def retry(self) -> bool:
        """Try the keyring again (it was unlocked) and write what waits in memory; whether it works now."""
        with self._lock:
            self._opened, self._keyring, self._reason = False, None, ""
            if self._open() is None:
                return False
            waiting, self._pending = self._pending, {}
            self._change(waiting)
            # Reading is what asks to unlock; without it a locked keyring would still look available.
            return self._read() is not None

    def _change(self, changes: dict[str, str | None]) -> None:
        with ExitStack() as alone:
            if self._guard is not None:
                try:
                    alone.enter_context(brief_lock(self._guard, patience=2.0))
                except OutsideTrouble as trouble:  # A read-only folder is no reason to lose a password.
                    _log.info("the keyring entry is changed without its lock: %s", trouble.title)
            held = self._read()
            if held is not None:
                wanted = {k: v for k, v in (held | changes).items() if v is not None}
                if wanted == held or self._write(wanted):
                    return
        self._pending |= changes

    def _read(self) -> dict[str, str] | None:
        """All secrets in the keyring; None when it cannot be read, and then nothing may be written over
        it."""
        keyring = self._open()
        if keyring is None:
            return None
        try:
            text = keyring.get_password(self._service, _ENTRY)
        except Exception as error:  # noqa: BLE001 - keyring lets the errors of every system through
            self._give_up(error)
            return None
        try:
            held = json.loads(text) if text else {}
        except ValueError:
            held = None
        if isinstance(held, dict) and all(isinstance(value, str) for value in held.values()):
            return held
        self._close(f"The entry {self._service!r} in the {self._place} is damaged; remove it and try again.")
        return None

    def _write(self, secrets: dict[str, str]) -> bool:
        keyring = self._open()
        if keyring is None:
            return False
        try:
            if secrets:
                keyring.set_password(self._service, _ENTRY, json.dumps(secrets, sort_keys=True))
            else:
                keyring.delete_password(self._service, _ENTRY)
        except Exception as error:  # noqa: BLE001 - as in _read
            self._give_up(error)
            return False
        return True

    def _open(self) -> "KeyringBackend | None":
        if self._opened:
            return self._keyring
        self._opened = True
        try:
            found = _keyrings()
        except Exception as error:  # noqa: BLE001 - importing keyring runs plug-ins and the person's configuration
            self._give_up(error)
            return None
        if self._expects is not None:
            fitting = [keyring for keyring in found if _identity(keyring) == self._expects]
            if not fitting:
                words = _words(self._expects.rpartition(".")[0])
                self._close(f"The secrets were saved in the {words}, which does not answer now.")
                return None
            found = fitting
        if not found:
            self._close("This system has no keyring that answers.")
            return None
        self._keyring = found[0]
        self._place = _words(type(found[0]).__module__)
        if self._place == "Secret Service keyring":
            self._place = _provider() or self._place
        return self._keyring

    def _give_up(self, error: Exception) -> None:
        kind = type(error).__name__
        # Only the kind: the text of an error may quote what was to be saved.
        _log.info("keyring: %s", kind)
        self._close(
            {
                "KeyringLocked": "The keyring is locked and was not unlocked.",
                "NoKeyringError": "This system has no keyring that answers.",
                "InitError": "The keyring could not be opened.",
                "PasswordSetError": "The keyring refused to save the secrets.",
            }.get(kind, f"The keyring failed ({kind}).")
        )

    def _close(self, reason: str) -> None:
        self._keyring, self._reason = None, reason


def system_vault(folder: Path, *, expects: str | None = None) -> SystemVault:
    """The secrets of one data folder; a copy, a demo or a test never shares those of the real one."""
    service = "exitzero" if paths.is_default(folder) else f"exitzero-{paths.digest(folder)}"
    return SystemVault(service, expects=expects, guard=folder / "vault.lock")


def _hide(name: str, value: str) -> None:
    if not name.startswith(PROOF_PREFIX):
        logs.hide(value)


def _keyrings() -> "list[KeyringBackend]":
    """The keyrings we trust, best first."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    # The chainer reads from whichever answers: perhaps another place than the secret was written to.
    several = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    return [one for one in several if type(one).__module__ in _SAFE]


def _identity(keyring: "KeyringBackend") -> str:
    return f"{type(keyring).__module__}.{type(keyring).__qualname__}"


def _words(module: str) -> str:
    return _SAFE.get(module, module)


def _provider() -> str | None:
    """Which program answers as the Secret Service, by the name of its process."""
    if sys.platform != "linux":
        return None
    try:
        from jeepney.bus_messages import message_bus
        from jeepney.io.blocking import Proxy, open_dbus_connection

        with open_dbus_connection(bus="SESSION") as connection:
            bus = Proxy(message_bus, connection, timeout=1.0)
            (process,) = bus.GetConnectionUnixProcessID("org.freedesktop.secrets")
        command = Path(f"/proc/{process}/comm").read_text(encoding="utf-8").lower()
    except Exception as error:  # noqa: BLE001 - only a nicer word is lost
        _log.info("the provider of the keyring stays unnamed: %s", type(error).__name__)
        return None
    return next((words for start, words in _PROVIDERS.items() if command.startswith(start)), None)
