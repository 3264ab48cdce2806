"""Takes the engine's lock and holds it until its standard input ends, or keeps asking who holds it until killed."""

import sys
from pathlib import Path

from exitzero.desktop.single_instance import EngineLock

lock = EngineLock(Path(sys.argv[1]))
if sys.argv[2] == "asks":
    print("asking", flush=True)  # noqa: T201 - what the test reads
    while True:
        lock.holder()
print("held" if lock.acquire() else "refused", flush=True)  # noqa: T201 - what the test reads
sys.stdin.read()
