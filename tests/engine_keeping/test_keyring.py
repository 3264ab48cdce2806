"""The newest hash stands in the system's keyring too, where whoever rolls the file back does not look."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.conftest import BUS

ROOT = Path(__file__).parents[2]
STORY = Path(__file__).parent / "children" / "anchored.py"


@pytest.mark.system
@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="dbus-run-session is not installed")
@pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="gnome-keyring-daemon is not installed")
def test_a_rollback_is_found_by_the_real_keyring(
    private_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a later process; the old anchor stays until a backup is put back in good order, which begins a new one."""
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    config = tmp_path / "bus.conf"
    config.write_text(BUS)
    answer = subprocess.run(
        ["dbus-run-session", f"--config-file={config}", "--", sys.executable, str(STORY)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=private_home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert json.loads(answer.stdout.splitlines()[-1]) == {
        "anchored": "7",
        "found": "journal broken at entry 7: newer entries are missing",
        "kept": True,
        "aside": True,
        "after": "journal verified",
        "newest": "15",
    }
