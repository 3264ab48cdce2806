"""A migrated database for the outreach's tests; each test has a copy of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from exitzero.store.migrate import migrate
from tests.work.outreach.hunt import Hunt


@pytest.fixture(scope="session")
def outreach_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file."""
    path = tmp_path_factory.mktemp("outreach") / "exitzero.db"
    migrate(path)
    return path


@pytest.fixture
def hunt(outreach_template: Path, tmp_path: Path) -> Iterator[Hunt]:
    """A hunt that begins."""
    path = tmp_path / "exitzero.db"
    shutil.copy(outreach_template, path)
    made = Hunt(path)
    yield made
    made.database.close()
