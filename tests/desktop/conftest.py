"""A session bus of the test's own: nothing of the user's session, no service but what the test starts."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHILDREN = Path(__file__).parent / "children"

# Without service folders: nothing that happens to be installed here may be started by a call.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

Run = Callable[..., Any]


@pytest.fixture
def child(private_home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a script of children/ in a process of its own, without a bus; what it prints last, as JSON."""
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")

    def run(script: str, *arguments: str, before: tuple[str, ...] = ()) -> Any:
        command = [*before, sys.executable, str(CHILDREN / f"{script}.py"), *arguments]
        answer = subprocess.run(
            command,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            cwd=private_home,
            capture_output=True,
            text=True,
            timeout=40,
            check=False,
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return json.loads(answer.stdout.splitlines()[-1])

    return run


@pytest.fixture
def bus_config(tmp_path: Path) -> Path:
    """How to run a session bus that starts nothing by itself; skips where there is no bus to run."""
    if shutil.which("dbus-run-session") is None:
        pytest.skip("dbus-run-session is not installed (Debian: dbus-daemon)")
    config = tmp_path / "bus.conf"
    config.write_text(BUS)
    return config


@pytest.fixture
def in_session(child: Run, bus_config: Path) -> Run:
    """Run a script of children/ under a session bus that only this test knows."""

    def run(script: str, *arguments: str) -> Any:
        return child(script, *arguments, before=("dbus-run-session", f"--config-file={bus_config}", "--"))

    return run
