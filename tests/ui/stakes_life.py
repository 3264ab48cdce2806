"""A real engine behind a page: the engine's own life, with its clock and its LeetCode on a socket, and a link."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from exitzero.core.stakes import Stakes
from exitzero.ui.link import Link
from tests.engine.kit import DAY_ONE, Life, local, terms


class Staked:
    """One life whose contract has these stakes, seen through a link."""

    def __init__(self, life: Life, bot: QtBot, stakes: Stakes) -> None:
        self.life = life
        self.bot = bot
        self.link = Link()
        life.adopt(replace(terms(), stakes=stakes))
        life.pulse()

    def attach(self) -> None:
        """Give the link its engine and wait for the first today."""
        self.link.attach(self.life.engine)
        self.until(lambda: self.link.watch.known)

    def at(self, hour: str) -> None:
        """Live on to an hour of the first day, with a round of the engine there."""
        self.life.live(local(DAY_ONE, hour))
        self.life.pulse()

    def until(self, holds: Callable[[], Any]) -> None:
        """Wait for a state of the screen."""
        self.bot.waitUntil(lambda: bool(holds()), timeout=10_000)

    def close(self) -> None:
        """Let go of the engine; the life ends itself."""
        self.life._settle()
        self.link.detach()
        self.link.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
