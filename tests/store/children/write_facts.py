"""Writes facts into a database from a process of its own, waiting for a word on standard input to begin."""

import sys
from pathlib import Path

from exitzero.core.facts import CoinsMoved
from exitzero.store.database import Database
from tests.store.ground import NOW, record


def main(path: str, name: str, count: int) -> None:
    """Write ``count`` facts, each in a transaction of its own."""
    database = Database(Path(path), lambda: NOW)
    print("ready", flush=True)  # noqa: T201 - the parent waits for it
    sys.stdin.readline()
    for number in range(count):
        record(database, CoinsMoved(f"{name}:{number}", 1, name))
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
