"""The ladder keeps the room that its labels could need, whatever the width: none of them is ever cut."""

from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from exitzero.ui.widgets.ladder_axis import LadderAxis, Rung

MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
RUNGS = [
    Rung(MIDNIGHT.replace(hour=20), "20:00", "warning", fired=False),
    Rung(MIDNIGHT.replace(hour=22), "22:00", "alarm", fired=False),
    Rung(MIDNIGHT.replace(hour=23), "23:00", "last call", fired=False),
    Rung(MIDNIGHT.replace(hour=23, minute=59), "23:59", "judgement", fired=False),
]


@pytest.mark.parametrize("width", range(320, 1240, 23))
def test_no_label_hangs_below_the_widget(qtbot: QtBot, width: int) -> None:
    """Labels change rows with the width; the height that is asked for does not."""
    axis = LadderAxis()
    qtbot.addWidget(axis)
    axis.set_axis(MIDNIGHT, MIDNIGHT.replace(hour=23, minute=59), MIDNIGHT.replace(minute=27), RUNGS)
    asked = axis.sizeHint().height()
    axis.resize(width, asked)
    assert axis.sizeHint().height() == asked
    assert all(rect.bottom() <= asked for rect in axis.label_rects())
