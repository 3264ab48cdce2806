"""Opens a bare window or the cockpit, lets it settle, and tells what a minute of idleness costs.

idle.py bare | cockpit SETTLE SECONDS
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

SETTLE, SECONDS = float(sys.argv[2]), float(sys.argv[3])


def spent() -> tuple[float, int]:
    """CPU seconds of all threads, and how often any of them woke up."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    wakeups = 0
    for status in Path("/proc/self/task").glob("*/status"):
        wakeups += int(status.read_text().partition("voluntary_ctxt_switches:")[2].split()[0])
    return cpu, wakeups


def measure() -> None:
    never = threading.Event()
    never.wait(SETTLE)
    began, (cpu, wakeups) = time.monotonic(), spent()
    never.wait(SECONDS)
    (cpu_after, wakeups_after), passed = spent(), time.monotonic() - began
    print(
        json.dumps(
            {"cpu": 100 * (cpu_after - cpu) / passed, "wakeups": (wakeups_after - wakeups) / passed, "s": passed}
        ),
        flush=True,
    )
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=measure, daemon=True).start()
    if sys.argv[1] == "bare":
        from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit

        app = QApplication([])
        window = QMainWindow()
        window.setCentralWidget(QPlainTextEdit())
        window.show()
        app.exec()
    else:
        from exitzero.app import main

        main([])
