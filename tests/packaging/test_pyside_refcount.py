"""PySide6 6.12.0 loses a reference to None with every call that returns None.

On Python 3.11, where None can die, a cockpit that ticks once a second aborts within the hour, while short
tests stay green. So the references are counted here, and an upgrade that brings the fault back fails at once.
"""

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 1000


def test_void_calls_leave_the_references_to_none_alone(qtbot: QtBot) -> None:
    """A thousand calls into Qt that return None cost no reference to None."""
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for number in range(CALLS):
        label.setText(str(number))
    lost = before - sys.getrefcount(None)
    assert lost < CALLS // 10, f"{lost} references to None lost in {CALLS} calls: this PySide6 aborts on Python 3.11"
