"""Runs one story about the real keyring inside a session of its own and prints what was seen, as JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from exitzero.desktop.vault import SystemVault, system_vault


def keyring_daemon() -> None:
    """The real daemon, unlocked with a password; in a running session it replaces the one before."""
    subprocess.run(
        ["gnome-keyring-daemon", "--replace", "--unlock", "--components=secrets", "--daemonize"],
        input="pw",
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=20,
    )


def entries(service: str) -> int:
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        return len(list(secretstorage.search_items(connection, {"service": service})))


def lock() -> None:
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        secretstorage.get_default_collection(connection).lock()


def kept() -> Any:
    keyring_daemon()
    vault = SystemVault()
    vault.set("leetcode", "first-secret")
    vault.set("beeminder", "zweites Geheimnis ✓")
    ask = "from exitzero.desktop.vault import *; print(SystemVault().get('beeminder'))"
    elsewhere = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True, timeout=20
    ).stdout.strip()
    count = entries("exitzero")
    vault.delete("leetcode")
    vault.delete("never there")
    after = [SystemVault().get("leetcode"), SystemVault().get("beeminder")]
    vault.delete("beeminder")
    return {
        "available": vault.available,
        "place": vault.place,
        "reason": vault.reason,
        "backend": vault.backend,
        "elsewhere": elsewhere,
        "entries": count,
        "after": after,
        "entries at the end": entries("exitzero"),
    }


def locked() -> Any:
    keyring_daemon()
    first = SystemVault()
    first.set("old", "old-secret")
    lock()
    vault = SystemVault()
    while_locked = {"old": vault.get("old"), "available": vault.available, "place": vault.place}
    while_locked["reason"] = vault.reason
    vault.set("new", "new-secret")
    while_locked["new"] = vault.get("new")
    still = vault.retry()
    keyring_daemon()
    unlocked = vault.retry()
    return {
        "while locked": while_locked,
        "retry while locked": still,
        "retry": unlocked,
        "available": vault.available,
        "seen by another": [SystemVault().get("old"), SystemVault().get("new")],
    }


def damaged() -> Any:
    import keyring

    keyring_daemon()
    keyring.set_password("exitzero", "secrets", "[not ours")
    vault = SystemVault()
    read = vault.get("leetcode")
    vault.set("leetcode", "fresh-secret")
    return {
        "read": read,
        "available": vault.available,
        "reason": vault.reason,
        "in memory": vault.get("leetcode"),
        "entry": keyring.get_password("exitzero", "secrets"),
    }


def other_backend() -> Any:
    keyring_daemon()
    SystemVault().set("leetcode", "gnome-secret")
    vault = SystemVault(expects="keyring.backends.kwallet.DBusKeyring")
    return {"read": vault.get("leetcode"), "available": vault.available, "reason": vault.reason}


def profiles() -> Any:
    keyring_daemon()
    one, two = Path("one").resolve(), Path("two").resolve()
    for folder in (one, two):
        folder.mkdir()
    system_vault(one).set("leetcode", "secret-of-one")
    return {"one": system_vault(one).get("leetcode"), "two": system_vault(two).get("leetcode")}


def crowd() -> Any:
    keyring_daemon()
    folder = Path("data").resolve()
    folder.mkdir()
    write = (
        "import sys; from pathlib import Path; from exitzero.desktop.vault import system_vault\n"
        f"vault = system_vault(Path({str(folder)!r}))\n"
        "for n in range(5): vault.set(f'{sys.argv[1]}-{n}', 'a-secret')"
    )
    writers = [subprocess.Popen([sys.executable, "-c", write, str(n)]) for n in range(3)]
    codes = [writer.wait(30) for writer in writers]
    vault = system_vault(folder)
    lost = [f"{w}-{n}" for w in range(3) for n in range(5) if vault.get(f"{w}-{n}") != "a-secret"]
    return {"codes": codes, "lost": lost}


def none() -> Any:
    vault = system_vault(Path.cwd())
    vault.set("leetcode", "only-in-memory")
    written = [str(file) for file in Path.cwd().rglob("*") if file.is_file() and b"only-in-memory" in file.read_bytes()]
    return {
        "available": vault.available,
        "place": vault.place,
        "reason": vault.reason,
        "backend": vault.backend,
        "read": vault.get("leetcode"),
        "another": SystemVault().get("leetcode"),
        "retry": vault.retry(),
        "read after retry": vault.get("leetcode"),
        "written": written,
    }


def forgetful() -> Any:
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    vault = SystemVault()
    vault.set("leetcode", "kept anyway")
    return {"available": vault.available, "read": vault.get("leetcode")}


STORIES: dict[str, Callable[[], Any]] = {
    story.__name__: story for story in (kept, locked, damaged, other_backend, profiles, crowd, none, forgetful)
}

if __name__ == "__main__":
    print(json.dumps(STORIES[sys.argv[1]]()))  # noqa: T201 - what the test reads
