"""Databases for the tests: one is migrated, the others are copies of it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exitzero.store.database import Database
from exitzero.store.migrate import migrate
from tests.store.ground import now


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file."""
    path = tmp_path_factory.mktemp("template") / "exitzero.db"
    migrate(path)
    return path


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    """A migrated, empty file of this test's own."""
    target = tmp_path / "data" / "exitzero.db"
    target.parent.mkdir(mode=0o700)
    shutil.copy(template, target)
    return target


@pytest.fixture
def opened(path: Path) -> Iterator[Callable[[], Database]]:
    """Opens the file; closed at the end."""
    every: list[Database] = []

    def make() -> Database:
        every.append(Database(path, now))
        return every[-1]

    yield make
    for each in every:
        each.close()


@pytest.fixture
def database(opened: Callable[[], Database]) -> Database:
    """The file, open."""
    return opened()
