"""Makes ``data/exitzero-<schema>.db``: a small real file of the schema that is about to be released.

Run once for a release (``python -m tests.store.make_released``) and commit what it makes; never make an old one anew,
because it is the old program's file that has to be opened. The person in it is made up and the service is the stand-in.
"""

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from exitzero.build import build_engine
from exitzero.core.contract import Clause, Terms
from exitzero.core.words import ClauseKind
from exitzero.desktop.vault import MemoryVault
from exitzero.store.opening import SCHEMA
from exitzero.truth.leetcode_stand_in import StandIn, Submission

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class _Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - START).total_seconds()

    def zone(self) -> str:
        return "UTC"


def main() -> Path:
    """One good day with a bet, one bad one, and the morning after."""
    clock = _Clock()
    target = Path(__file__).parent / "data" / f"exitzero-{SCHEMA}.db"
    old = [Submission(n, START - timedelta(days=60 - n), f"old-{n}", f"Old {n}") for n in range(22)]
    with tempfile.TemporaryDirectory() as folder, StandIn("ada", old, now=clock.now) as service:
        engine = build_engine(
            Path(folder),
            mode="command",
            clock=clock,
            vault=MemoryVault(),
            urls={"leetcode": service.url, "leetcode_cn": service.url},
        )
        terms = Terms(clauses=(Clause(ClauseKind.LEETCODE, 1, subject="ada"),), zone="UTC")
        engine.do(lambda actions: actions.adopt(terms)).result()
        engine.check_now()
        engine.do(lambda actions: actions.place_bet(3)).result()
        clock.at += timedelta(hours=3)
        service.add(Submission(99, clock.at, "two-sum", "Two Sum"))
        engine.check_now()
        for _ in range(2):
            clock.at += timedelta(days=1)
            engine.judge()
        engine.close()
        target.unlink(missing_ok=True)
        with closing(sqlite3.connect(Path(folder) / "exitzero.db")) as database:
            database.execute("PRAGMA page_size = 512")  # small enough to be committed
            database.execute("VACUUM INTO ?", (str(target),))
    return target


if __name__ == "__main__":
    main()
