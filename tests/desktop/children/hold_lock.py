"""Takes the engine's lock, says whether it got it, and holds it until it is killed or its standard input ends."""

import sys
from pathlib import Path

from exitzero.desktop.single_instance import EngineLock

lock = EngineLock(Path(sys.argv[1]))
print("held" if lock.acquire() else "refused", flush=True)  # noqa: T201 - what the test reads
sys.stdin.read()
