"""Secrets live in the system keyring; with none they live in memory until exit and the screen says so. Never a file."""

import logging
import shutil
import threading
from pathlib import Path

import pytest

from exitzero.desktop import logs
from exitzero.desktop.vault import MEMORY, MemoryVault, Vault
from tests.desktop.conftest import Run

real_keyring = [
    pytest.mark.system,
    pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="gnome-keyring-daemon is not installed"),
]


class TestWithAKeyring:
    pytestmark = real_keyring

    def test_a_secret_is_there_for_the_next_process(self, in_session: Run) -> None:
        """All secrets stand in one entry, survive the process, and the last one takes the entry with it."""
        seen = in_session("vault", "kept")
        assert seen == {
            "available": True,
            "place": "GNOME keyring",
            "reason": "",
            "backend": "keyring.backends.SecretService.Keyring",
            "elsewhere": "zweites Geheimnis ✓",
            "entries": 1,
            "after": [None, "zweites Geheimnis ✓"],
            "entries at the end": 0,
        }

    def test_a_locked_keyring_costs_no_secret(self, in_session: Run) -> None:
        """Locked means memory and a reason; unlocked later, the old secrets are there and the new ones are saved."""
        seen = in_session("vault", "locked")
        assert seen["while locked"] == {
            "old": None,
            "available": False,
            "place": MEMORY,
            "reason": "The keyring is locked and was not unlocked.",
            "new": "new-secret",
        }
        assert seen["retry while locked"] is False
        assert seen["retry"] is True
        assert seen["available"] is True
        assert seen["seen by another"] == ["old-secret", "new-secret"]

    def test_a_damaged_entry_is_not_written_over(self, in_session: Run) -> None:
        """What we cannot read may still be worth something to its owner."""
        seen = in_session("vault", "damaged")
        assert seen["read"] is None
        assert seen["available"] is False
        assert "damaged" in seen["reason"]
        assert seen["in memory"] == "fresh-secret"
        assert seen["entry"] == "[not ours"

    def test_another_keyring_is_not_read_in_place_of_the_one_written_to(self, in_session: Run) -> None:
        """The keyring that was used for writing is never switched silently."""
        seen = in_session("vault", "other_backend")
        assert seen["read"] is None
        assert seen["available"] is False
        assert seen["reason"] == "The secrets were saved in the KDE wallet, which does not answer now."

    def test_data_folders_do_not_share_secrets(self, in_session: Run) -> None:
        """A copy of the data must not act with the accounts of the original."""
        assert in_session("vault", "profiles") == {"one": "secret-of-one", "two": None}

    def test_processes_that_write_at_once_lose_nothing(self, in_session: Run) -> None:
        """A command beside the window changes the same entry."""
        assert in_session("vault", "crowd") == {"codes": [0, 0, 0], "lost": []}


def test_without_a_keyring_secrets_stay_in_memory(child: Run) -> None:
    """No keyring: the secret works until exit, nothing is written anywhere, and the vault says so."""
    seen = child("vault", "none")
    assert seen == {
        "available": False,
        "place": MEMORY,
        "reason": "This system has no keyring that answers.",
        "backend": None,
        "read": "only-in-memory",
        "another": None,
        "retry": False,
        "read after retry": "only-in-memory",
        "written": [],
    }


def test_a_keyring_that_forgets_is_not_taken_for_one(child: Run) -> None:
    """keyring's null backend takes every secret and keeps none."""
    assert child("vault", "forgetful") == {"available": False, "read": "kept anyway"}


def test_the_memory_vault_is_a_vault_and_says_what_it_is() -> None:
    """The stand-in for tests and the demo never claims to keep anything."""
    vault: Vault = MemoryVault()
    vault.set("leetcode", "a-demo-secret")
    assert vault.get("leetcode") == "a-demo-secret"
    assert (vault.available, vault.place) == (False, MEMORY)
    vault.delete("leetcode")
    vault.delete("leetcode")
    assert vault.get("leetcode") is None


def test_a_secret_that_was_set_is_struck_out_of_the_log(tmp_path: Path) -> None:
    """A secret set once never reaches the log; a proof that must be compared does."""
    file = logs.set_up(tmp_path)
    try:
        vault = MemoryVault()
        vault.set("leetcode", "hunter2-hunter2")
        vault.set("journal.head", "proof-of-the-journal")
        thread = threading.Thread(
            target=lambda: logging.getLogger("exitzero.x").info("%s %s", "hunter2-hunter2", "proof-of-the-journal")
        )
        thread.start()
        thread.join()
    finally:
        logs.shut_down()
    text = file.read_text(encoding="utf-8")
    assert "hunter2" not in text
    assert "proof-of-the-journal" in text
