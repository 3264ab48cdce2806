"""The alarm's window: a terminal on top of everything that goes away when the work is verified, and not before.

It has one other way out, made so that nobody takes it in passing: a wait, a sentence typed to the letter, a price.
"""

from datetime import datetime, timedelta

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.today import Today
from exitzero.ui import format as words
from exitzero.ui import scolding, theme
from exitzero.ui.link import Link
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Button, Figure, Kind, Text
from exitzero.ui.widgets.countdown import Countdown

EXIT_WAIT = 60
"""Seconds to wait before the sentence may be typed."""

_SIZE = QSize(820, 480)
_WITH_EXIT = 150
"""How much higher it gets while the emergency exit is open, where the screen has the room."""
_HOLD_MS = 400
_TITLE = 34
_WIDEST = 900


class AlarmWindow(QWidget):
    """Shown by :class:`exitzero.ui.alarm.Alarm`; only :meth:`dismiss` takes it away."""

    check_wanted = Signal()
    leave_wanted = Signal(str)

    def __init__(self, link: Link, *, sentence: str, price: int, exit_wait: int = EXIT_WAIT) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setObjectName("alarm")
        self.setWindowTitle(self.tr("■ Alarm – ExitZero"))
        self._link = link
        self._level = 0
        self._may_go = False
        self._today: Today | None = None
        self.countdown = Countdown(role=Role.FIGURE64)
        self.countdown.set_alignment(Qt.AlignmentFlag.AlignLeft)
        self.countdown.set_target(self._left)
        self.countdown.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.code = Figure("–", role=Role.FIGURE64)
        self.code.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.big = Text("", Role.FIGURE28, wrap=True)
        self.shout = Text("", Role.FIGURE40, Tone.BAD, wrap=True)
        self.lines = Text("", Role.MONO14, wrap=True)
        self.lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.lines.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for headline in (self.big, self.shout):
            headline.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.sound = Text("", Role.MONO12, Tone.DIM, wrap=True)
        self.result = Text("", Role.MONO13, Tone.DIM, wrap=True)
        self.result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.check = Button(self.tr("Check now"), Kind.PRIMARY, icon="check")
        self.check.clicked.connect(self._check)
        self.exit = EmergencyExit(sentence=sentence, price=price, wait=exit_wait)
        self.exit.leave_wanted.connect(self.leave_wanted)
        self.exit.turned.connect(self._make_room)
        self._lay_out()
        self._hold = QTimer(self)
        self._hold.setInterval(_HOLD_MS)
        self._hold.timeout.connect(self._stay)
        link.watch.minute.connect(self._minute)

    @property
    def level(self) -> int:
        """The bluntness that is shown."""
        return self._level

    def show_today(self, today: Today) -> None:
        """Show what is missing now, and come up if it is not there yet."""
        level_before, self._level, self._today = self._level, today.alarm, today
        self._write(self._link.now())
        self.countdown.refresh()
        self.exit.set_coins(today.coins)
        if not self.isVisible() or level_before != self._level:
            self._come_up()

    def dismiss(self) -> None:
        """Go away: the work is verified, or the alarm was left."""
        self._may_go = True
        self._hold.stop()
        self.close()

    def set_sound(self, text: str) -> None:
        """Say what is heard, or why nothing is."""
        self.sound.setText(text)

    def set_result(self, text: str, tone: Tone = Tone.DIM) -> None:
        """Say what checking brought; the button can be pressed again."""
        self.check.set_busy(False, self.tr("Check now"))
        self.result.setText(text)
        self.result.set_tone(tone)
        self.result.setVisible(bool(text))

    # What keeps it there

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_go:
            event.accept()
        else:
            event.ignore()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not self._may_go:
            QTimer.singleShot(0, self, self._stay)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self.isMinimized() and not self._may_go:
            QTimer.singleShot(0, self, self._stay)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()  # Escape and every shortcut of a window end here.

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        edge = look.state(State.FAILED)
        painter.fillRect(rect, look.sunken)
        painter.fillRect(QRectF(0, 0, rect.width(), _TITLE), theme.mix(edge, look.sunken, 0.16))
        painter.fillRect(QRectF(0, _TITLE, rect.width(), 1), theme.mix(edge, look.sunken, 0.5))
        for side in (
            QRectF(0, 0, rect.width(), 2),
            QRectF(0, rect.height() - 2, rect.width(), 2),
            QRectF(0, 0, 2, rect.height()),
            QRectF(rect.width() - 2, 0, 2, rect.height()),
        ):
            painter.fillRect(side, edge)
        mark = QRectF(18, (_TITLE - 9) / 2 + 1, 9, 9)
        paint.draw_state_mark(painter, State.FAILED, mark, edge)
        area = QRectF(36, 1, rect.width() - 54, _TITLE)
        title = self.tr("ALARM  level {0}").format(self._level)
        paint.draw_text(painter, area, title, font=look.font(Role.MONO_STRONG), color=edge)
        if self._today is not None:
            paint.draw_text(
                painter,
                area,
                words.day_text(self._today.label),
                font=look.font(Role.MONO13),
                color=look.dim,
                align=Qt.AlignmentFlag.AlignRight,
            )

    # Inside

    def _left(self) -> float | None:
        return None if self._today is None else (self._today.deadline - self._link.now()).total_seconds()

    def _minute(self) -> None:
        if self.isVisible():
            self._write(self._link.now())

    def _write(self, now: datetime) -> None:
        today = self._today
        if today is None:
            return
        self.code.set_value(str(today.exit_code), "", Tone.BAD)
        self.big.setText(scolding.headline(today, self._level))
        self.shout.setText(self.big.text())
        self.big.setVisible(self._level < 3)
        self.shout.setVisible(self._level >= 3)
        self.lines.setText("\n".join(scolding.sentences(today, now, self._level)))
        self.setAccessibleName(self.big.text())
        self.setAccessibleDescription(self.lines.text())
        self.update()

    def _check(self) -> None:
        self.check.set_busy(True, self.tr("Asking"))
        self.check_wanted.emit()

    def _come_up(self) -> None:
        self._may_go = False
        screen = QGuiApplication.primaryScreen()
        if self._level >= 3:
            self.setGeometry(screen.geometry())
            self.showFullScreen()
        else:
            room = screen.availableGeometry()
            wanted = _SIZE + QSize(0, 0 if self.exit.isHidden() else _WITH_EXIT)
            size = wanted.boundedTo(room.size() - QSize(16, 16))
            self.setGeometry(QRect(room.center() - QPoint(size.width() // 2, size.height() // 2), size))
            self.showNormal()
        self.raise_()
        self.activateWindow()
        self.check.setFocus(Qt.FocusReason.OtherFocusReason)
        self._hold.start()

    def _make_room(self) -> None:
        if self._level < 3:
            room = QGuiApplication.primaryScreen().availableGeometry()
            wanted = _SIZE.height() + (0 if self.exit.isHidden() else _WITH_EXIT)
            self.resize(self.width(), min(wanted, room.height() - 16))
            self.move(self.x(), room.center().y() - self.height() // 2)

    def _stay(self) -> None:
        """Back to the top after a minimise, a hide or a window manager's idea of its own."""
        if self._may_go or self._today is None:
            return
        if not self.isVisible() or self.isMinimized():
            self._come_up()

    def _lay_out(self) -> None:
        figures = QHBoxLayout()
        figures.setSpacing(24)
        for name, figure, stretch in (
            (Text(self.tr("Until judgement"), Role.LABEL12, Tone.DIM), self.countdown, 1),
            (Text("$ exitzero status; echo $?", Role.MONO12, Tone.DIM), self.code, 0),
        ):
            part = QVBoxLayout()
            part.setSpacing(2)
            name.setFixedHeight(20)
            part.addWidget(name)
            part.addWidget(figure)
            part.addStretch(1)
            figures.addLayout(part, stretch)
        inner = QWidget()
        inner.setObjectName("page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 18, 24, 12)
        column.setSpacing(16)
        column.addStretch(1)
        column.addLayout(figures)
        column.addWidget(self.big)
        column.addWidget(self.shout)
        column.addWidget(self.lines)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(24, 0, 24, 18)
        bottom.setSpacing(10)
        deeds = QHBoxLayout()
        deeds.setSpacing(12)
        deeds.addWidget(self.check)
        deeds.addWidget(self.sound, 1)
        deeds.addWidget(self.exit.open)
        bottom.addWidget(self.result)
        bottom.addLayout(deeds)
        bottom.addWidget(self.exit)
        self.result.hide()
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(area, 1)
        middle.addLayout(bottom)
        holder = QWidget()
        holder.setMaximumWidth(_WIDEST)
        holder.setLayout(middle)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(2, _TITLE + 1, 2, 2)
        outer.addStretch(1)
        outer.addWidget(holder, 1000)
        outer.addStretch(1)


class _Typed(QLineEdit):
    """A line that has to be typed: nothing can be pasted or dropped into it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            event.accept()
        else:
            super().keyPressEvent(event)


class EmergencyExit(QWidget):
    """The other way out, in three steps: the wait, the sentence, the price. ``open`` is the button that begins it."""

    leave_wanted = Signal(str)
    turned = Signal()
    """It was opened, or closed again."""

    def __init__(self, *, sentence: str, price: int, wait: int) -> None:
        super().__init__()
        self.setObjectName("emergency-exit")
        self._sentence, self._price, self._wait = sentence, price, wait
        self._since = QElapsedTimer()
        self._tick = QTimer(self)
        self._tick.setInterval(200)
        self._tick.timeout.connect(self._count)
        self.open = Button(self.tr("Emergency exit"), Kind.QUIET)
        self.open.clicked.connect(self.begin)
        self.words = Text("", Role.MONO13, Tone.WARN, wrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.demand = Text(sentence, Role.MONO14)
        self.typed = _Typed()
        self.typed.setFont(theme.current().font(Role.MONO14))
        self.typed.setAccessibleName(self.tr("Type the sentence"))
        self.typed.textChanged.connect(self._check)
        self.typed.returnPressed.connect(self._leave)
        self.trouble = Text("", Role.MONO13, Tone.BAD, wrap=True)
        self.stay = Button(self.tr("Stay"))
        self.stay.clicked.connect(self.stop)
        self.leave = Button(self.tr("Leave for {0} coins").format(price), Kind.DANGER)
        self.leave.clicked.connect(self._leave)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.trouble, 1)
        buttons.addWidget(self.stay)
        buttons.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addWidget(self.demand)
        column.addWidget(self.typed)
        column.addLayout(buttons)
        self._coins = 0
        self.hide()

    @property
    def seconds_left(self) -> int:
        """How much of the wait is left, 0 once the sentence may be typed."""
        if not self._since.isValid():
            return self._wait
        return max(0, self._wait - self._since.elapsed() // 1000)

    def set_coins(self, coins: int) -> None:
        """How much there is to pay with."""
        self._coins = coins

    def begin(self) -> None:
        """Start the wait."""
        self._since.start()
        self._tick.start()
        self.open.hide()
        self.show()
        self._step(typing=False)
        self._count()
        self.turned.emit()
        self.stay.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """Back to the alarm; the next time the wait begins anew."""
        self._since.invalidate()
        self._tick.stop()
        self.typed.clear()
        self.hide()
        self.open.show()
        self.turned.emit()

    def set_trouble(self, message: str) -> None:
        """Say why it could not be left."""
        self.leave.set_busy(False, self.tr("Leave for {0} coins").format(self._price))
        self.trouble.setText(message)
        self._check()

    def _count(self) -> None:
        left = self.seconds_left
        if left:
            self.words.setText(
                self.tr(
                    "Leaving costs {0} coins, you have {1}, and it stays in the journal. "
                    "The day itself can still be saved or fail.\n{2} until you may type it."
                ).format(self._price, self._coins, words.span(timedelta(seconds=left)))
            )
            return
        self._tick.stop()
        self.words.setText(
            self.tr("Type this to the letter, then pay {0} of {1} coins:").format(self._price, self._coins)
        )
        self._step(typing=True)
        self.typed.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step(self, *, typing: bool) -> None:
        for widget in (self.demand, self.typed, self.leave):
            widget.setVisible(typing)
        self.trouble.setText("")
        self._check()

    def _check(self) -> None:
        self.leave.setEnabled(self.typed.text() == self._sentence)

    def _leave(self) -> None:
        if self.leave.isEnabled():
            self.leave.set_busy(True)
            self.leave_wanted.emit(self.typed.text())
