"""The tray: the state and the time left in the icon, the sentence in the tooltip, the few deeds in the menu.

It exists only where the desktop has a tray; nothing depends on it. The icon is drawn anew when the minute or the state
changes, not more often.
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from exitzero.core.today import summary
from exitzero.desktop.notifications import Notice
from exitzero.ui import format as words
from exitzero.ui.link import Link
from exitzero.ui.pages.lockdown_words import short_state, short_text
from exitzero.ui.theme import State
from exitzero.ui.widgets.tray_icon import render_icon

_BET = 10
_STEPS = 60
"""The edge of the icon runs out in this many steps; finer ones nobody sees at 22 pixels."""


class Tray(QObject):
    """The icon in the tray. Lives on the Qt thread."""

    open_wanted = Signal()
    check_wanted = Signal()
    bet_wanted = Signal(int)
    hud_wanted = Signal()
    lockdown_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._drawn: tuple[object, ...] = ()
        self.tooltip = ""
        self.icon: QSystemTrayIcon | None = None
        self.seen_available = False
        self.menu = QMenu()
        self.state_line = self.menu.addAction(self.tr("ExitZero is starting"))
        self.state_line.setEnabled(False)
        self.time_line = self.menu.addAction("")
        self.time_line.setEnabled(False)
        self.lock_line = self.menu.addAction("")
        self.lock_line.triggered.connect(self.lockdown_wanted)
        self.lock_line.setVisible(False)
        self.menu.addSeparator()
        self.open = self._deed(self.tr("Open"), self.open_wanted)
        self.check = self._deed(self.tr("Check now"), self.check_wanted)
        self.bet = self.menu.addAction(self.tr("Bet {0}").format(_BET))
        self.bet.triggered.connect(self._bet)
        self.hud = self._deed(self.tr("Small window on top"), self.hud_wanted)
        self.menu.addSeparator()
        self.quit = self._deed(self.tr("Quit"), self.quit_wanted)
        link.watch.changed.connect(self._redraw)
        link.watch.minute.connect(self._redraw)
        self._redraw()

    @property
    def available(self) -> bool:
        """Whether there is a tray now, with our icon in it. ``seen_available`` is the last answer, for any thread."""
        self._seek()
        return self.seen_available

    def tell(self, notice: Notice) -> bool:
        """Show a notice by the tray's own message; whether there is a tray to show it."""
        if not self.available or self.icon is None or not QSystemTrayIcon.supportsMessages():
            return False
        kind = QSystemTrayIcon.MessageIcon.Warning if notice.urgent else QSystemTrayIcon.MessageIcon.Information
        self.icon.showMessage(notice.title, notice.body, kind)
        return True

    def close(self) -> None:
        """Take the icon away."""
        if self.icon is not None:
            self.icon.hide()
        self.menu.deleteLater()

    def _deed(self, text: str, wanted: object) -> QAction:
        action = self.menu.addAction(text)
        action.triggered.connect(wanted)
        return action

    def _bet(self) -> None:
        today = self._link.watch.today
        if today is not None:
            self.bet_wanted.emit(min(_BET, today.coins))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self.open_wanted.emit()

    def _seek(self) -> None:
        """Take our place as soon as there is a tray; at the start of a session it may come after us."""
        there = QSystemTrayIcon.isSystemTrayAvailable()
        if there and self.icon is None:
            self.icon = QSystemTrayIcon(self)
            self.icon.setObjectName("tray")
            self.icon.setContextMenu(self.menu)
            self.icon.activated.connect(self._activated)
            self.icon.messageClicked.connect(self.open_wanted)
            self._drawn = ()
        self.seen_available = there

    def _redraw(self, _today: object = None) -> None:
        self._seek()
        today = self._link.watch.today
        now = self._link.now()
        if today is None:
            self._draw(State.UNKNOWN, 0.0, None, locked=False)
            self.lock_line.setVisible(False)
            self.tooltip = self.tr("ExitZero is starting")
            self._hint()
            self.check.setEnabled(False)
            self.bet.setVisible(False)
            self.time_line.setVisible(False)
            return
        state = words.state_of(today)
        left = today.deadline - now
        whole = today.deadline - today.starts
        share = max(0.0, left / whole) if whole and not today.outcome else 0.0
        locked = today.lock.standing == "locked"
        self._draw(state, round(share * _STEPS) / _STEPS, today.exit_code, locked=locked)
        sentence = summary(today)
        self.state_line.setText(
            f"{state.glyph} {words.state_word(today)} · {self.tr('exit {0}').format(today.exit_code)}"
        )
        running = left.total_seconds() > 0 and not today.outcome
        time = self.tr("{0} left, due {1}").format(words.span(left), words.clock(today.deadline, today.zone))
        self.time_line.setVisible(running)
        self.time_line.setText(time)
        lock = short_text(today.lock, now, today.zone)
        self.lock_line.setVisible(bool(lock))
        self.lock_line.setText(f"{short_state(today.lock).glyph} {lock[:1].upper()}{lock[1:]}")
        lines = [f"{state.glyph} {words.state_word(today)}", sentence]
        self.tooltip = "\n".join([*lines, *([time] if running else []), *([self.lock_line.text()] if lock else [])])
        self._hint()
        self.check.setEnabled(True)
        can_bet = today.bet_until is not None and now < today.bet_until and not today.bet and today.coins > 0
        self.bet.setVisible(can_bet and not today.outcome)
        self.bet.setText(self.tr("Bet {0}").format(min(_BET, today.coins)))

    def _draw(self, state: State, share: float, code: int | None, *, locked: bool) -> None:
        wanted = (state, share, code, locked)
        if wanted != self._drawn and self.icon is not None:
            self._drawn = wanted
            self.icon.setIcon(render_icon(state, share, exit_code=code, locked=locked))
            self.icon.show()

    def _hint(self) -> None:
        if self.icon is not None:
            self.icon.setToolTip(self.tooltip)
