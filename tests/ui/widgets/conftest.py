"""What the widget tests share: a theme, and a way to see what was painted."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from exitzero.ui import theme
from exitzero.ui.theme import Mode

Painted = Callable[[QWidget, int, int], QImage]


@pytest.fixture(params=[Mode.DARK, Mode.LIGHT], ids=str)
def look(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[theme.Theme]:
    """Both looks, one after the other."""
    yield theme.apply(qapp, request.param, reduced_motion=True)
    theme.apply(qapp, Mode.DARK, reduced_motion=True)


@pytest.fixture
def dark(qapp: QApplication) -> theme.Theme:
    """The dark look, without motion."""
    return theme.apply(qapp, Mode.DARK, reduced_motion=True)


@pytest.fixture
def painted(qtbot: QtBot) -> Painted:
    """Show a widget at a size and give what it painted."""

    def paint(widget: QWidget, width: int, height: int) -> QImage:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget.grab().toImage()

    return paint
