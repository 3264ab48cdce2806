"""How long the shell waits for ``exitzero status`` and ``exitzero check``: a new process each, against a bare one."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks import measure, ten_years

ROUNDS = 15


def _spent(command: Sequence[str], env: Mapping[str, str]) -> float:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *command], env=env, capture_output=True, timeout=60, check=False)
    spent = 1000 * (time.perf_counter() - began)
    assert done.returncode in {0, 1, 69}, done.stderr.decode()[-2000:]
    return spent


def test_status_and_check(tmp_path: Path) -> None:
    """Aim: ``status`` takes at most twice ``python -c "import sqlite3, json"`` plus 100 ms."""
    with measure.screen() as screen, measure.leetcode() as service:
        folder = ten_years.copy(ten_years.kept("years", days=3650, polls=100, ago=1), tmp_path / "ten")
        ten_years.settle(folder, service.url)
        env = {**screen, "EXITZERO_DATA_DIR": str(folder), "EXITZERO_LEETCODE_URL": service.url}
        sides = {
            "bare": ["-c", "import sqlite3, json"],
            "status": ["-m", "exitzero", "status", "--json"],
            "check": ["-m", "exitzero", "check", "--json"],
        }
        samples: measure.Samples = {name: [] for name in sides}
        for number in range(ROUNDS + 1):
            for name, command in sides.items():
                spent = _spent(command, env)
                if number:
                    samples[name].append({"ms": spent})
    bare, status, check = (measure.mid(samples[name], "ms") for name in sides)
    aim = 2 * bare + 100
    measure.report(
        "Commands",
        f"whole process, page cache warm, ten years of data, loopback service; medians of {ROUNDS} in turn",
        [
            ('python -c "import sqlite3, json"', f"{bare:.0f} ms", ""),
            ("exitzero status", f"{status:.0f} ms", f"aim {aim:.0f} ms"),
            ("exitzero check", f"{check:.0f} ms", ""),
        ],
        {
            "bare_ms": round(bare, 1),
            "status_ms": round(status, 1),
            "aim_ms": round(aim, 1),
            "check_ms": round(check, 1),
        },
    )
