"""A stand-in for the service, and data folders to copy: commands are slow enough without making each one anew."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exitzero.build import build_engine
from exitzero.core.contract import Clause, Terms
from exitzero.core.words import ClauseKind
from exitzero.desktop.vault import MemoryVault
from exitzero.truth.leetcode_stand_in import StandIn
from tests.cli.terminal import NOBODY, zone_at

URLS = {"leetcode": NOBODY, "leetcode_cn": NOBODY}


def now() -> datetime:
    """What time it is; the processes go by the real clock."""
    return datetime.now(UTC)


@pytest.fixture
def service() -> Iterator[StandIn]:
    """LeetCode, on which ada has not done anything yet."""
    with StandIn("ada", now=now) as served:
        yield served


def agreed(folder: Path, hour: int) -> Path:
    """A data folder with a contract for ada, in a zone where it is about that hour."""
    engine = build_engine(folder, mode="command", vault=MemoryVault(), urls=URLS)
    terms = Terms(clauses=(Clause(ClauseKind.LEETCODE, 1, subject="ada"),), zone=zone_at(hour))
    engine.do(lambda actions: actions.adopt(terms)).result()
    engine.close()
    return folder


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders that are copied."""
    home = tmp_path_factory.mktemp("templates")
    return {"morning": agreed(home / "morning", 6), "evening": agreed(home / "evening", 18)}


@pytest.fixture
def folder(templates: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    """A data folder of this test's own: morning or evening of a day with a contract, or new."""

    def make(kind: str) -> Path:
        target = tmp_path / "data"
        if kind == "new":
            target.mkdir()
        else:
            shutil.copytree(templates[kind], target)
        return target

    return make


@pytest.fixture
def morning(folder: Callable[[str], Path]) -> Path:
    """The morning of a day on which one submission is owed."""
    return folder("morning")


@pytest.fixture
def new(folder: Callable[[str], Path]) -> Path:
    """A folder in which nothing is yet."""
    return folder("new")
