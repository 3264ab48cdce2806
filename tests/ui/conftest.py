"""Lives of the engine for the screen's own tests: what is shown is then what the engine really says."""

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exitzero.core.stakes import Stakes
from exitzero.ui import theme
from tests.engine.conftest import life, service, template
from tests.engine.kit import Life
from tests.ui.stakes_life import Staked

__all__ = ["life", "service", "staked", "template"]


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """As in the program, garbage is collected on the Qt thread only, never in a thread of the engine."""
    gc.disable()
    yield
    gc.collect(1)


@pytest.fixture
def staked(life: Callable[..., Life], qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[..., Staked]]:
    """Begin a life with stakes, seen through a link."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    begun: list[Staked] = []

    def begin(stakes: Stakes | None = None) -> Staked:
        begun.append(Staked(life(), qtbot, stakes or Stakes()))
        return begun[-1]

    yield begin
    for each in begun:
        each.close()
