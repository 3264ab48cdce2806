"""The small window: time left, exit code, clauses and the next rung, above everything else, in a corner."""

from typing import Any

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent, QMoveEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.today import Today
from exitzero.core.words import ClauseState
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.pages.lockdown_words import short_state, short_text
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Text
from exitzero.ui.widgets.chip import Chip
from exitzero.ui.widgets.countdown import Countdown
from exitzero.ui.widgets.survival_bar import Segment, SurvivalBar

PLACE = "hud.place"
_WIDTH = 420
_EDGE = 5


class Hud(QWidget):
    """A frameless window above the others (where the platform can); drag it anywhere, double-click for the cockpit."""

    open_wanted = Signal()
    closed = Signal()

    def __init__(self, link: Link, place: Any = None) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint,
        )
        self.setObjectName("hud")
        self.setWindowTitle(self.tr("ExitZero, small"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFixedWidth(_WIDTH)
        self._link = link
        self._state = State.REST
        self._grabbed: QPoint | None = None
        self.countdown = Countdown(role=Role.FIGURE40)
        self.countdown.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.countdown.set_alignment(Qt.AlignmentFlag.AlignLeft)
        self.code = Chip(State.REST, self.tr("reading"))
        self.bar = SurvivalBar()
        self.bar.set_message(self.tr("Reading the clauses…"))
        self.left = Text("", Role.STRONG13)
        self.right = Text("", Role.BODY13, Tone.DIM)
        self.lock = Text("", Role.BODY13, Tone.WARN)
        self.lock.hide()
        top = QHBoxLayout()
        top.addWidget(self.countdown, 1)
        top.addWidget(self.code, 0, Qt.AlignmentFlag.AlignVCenter)
        below = QHBoxLayout()
        below.addWidget(self.left, 1)
        below.addWidget(self.right)
        column = QVBoxLayout(self)
        column.setContentsMargins(16 + _EDGE, 10, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addLayout(below)
        column.addWidget(self.lock)
        self._save = QTimer(self)
        self._save.setSingleShot(True)
        self._save.setInterval(700)
        self._save.timeout.connect(self._remember)
        link.watch.changed.connect(self._show_today)
        link.watch.minute.connect(self._minute)
        self._place_at(place)
        self._show_today(link.watch.today)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        painter.setPen(look.strong_line)
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.fillRect(QRectF(0, 0, _EDGE, self.height()), look.state(self._state))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        handle = self.windowHandle()
        # Wayland moves a window only for its compositor; elsewhere we can do it ourselves.
        if not handle.startSystemMove():
            self._grabbed = event.globalPosition().toPoint() - self.frameGeometry().topLeft()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self.move(event.globalPosition().toPoint() - self._grabbed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.open_wanted.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        if self.isVisible():
            self._save.start()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Open the cockpit")).triggered.connect(self.open_wanted)
        menu.addAction(self.tr("Close the small window")).triggered.connect(self.leave)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def leave(self) -> None:
        """Close it by the person's wish."""
        self.hide()
        self.closed.emit()

    def _place_at(self, place: Any) -> None:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        where = QPoint(screen.right() - _WIDTH - 24, screen.top() + 24)
        if isinstance(place, list) and len(place) == 2 and all(isinstance(each, int) for each in place):
            stored = QPoint(place[0], place[1])
            # Only where a screen still is: one may have been unplugged.
            if QGuiApplication.screenAt(stored + QPoint(_WIDTH // 2, 20)) is not None:
                where = stored
        self.move(where)

    def _remember(self) -> None:
        place = [self.pos().x(), self.pos().y()]
        if self._link.engine is not None:
            self._link.do(lambda actions: actions.set_preference(PLACE, place))

    def _show_today(self, today: Today | None) -> None:
        if today is None:
            self.countdown.set_target(None)
            return
        now = self._link.now()
        closed = bool(today.outcome) or now >= today.closes
        self._state = words.state_of(today)
        self.code.set_state(self._state, self.tr("exit {0}").format(today.exit_code))
        self.bar.set_message(self.tr("Nothing is owed today"))
        self.bar.set_segments(
            [
                Segment(
                    clause.kind.heading,
                    words.count_text(clause),
                    clause.weight,
                    clause.fraction,
                    words.clause_state(clause, closed=closed)[0],
                )
                for clause in today.clauses
            ]
        )
        wanting = [clause for clause in today.clauses if clause.state is not ClauseState.MET]
        shown = wanting or list(today.clauses)
        told = [f"{clause.heading} {words.count_text(clause)}" for clause in shown]
        # Two stand beside the next rung; more take a line of their own, so that none is left out.
        lines = ["  ".join(told[:2]), "  ".join(told[2:])]
        self.left.setText("\n".join(line for line in lines if line))
        self.left.set_tone(words.STATE_TONES[self._state] if wanting else Tone.DIM)
        self.countdown.set_passed_word(self.tr("judged") if today.outcome else "")
        self.countdown.set_target(self._remaining)
        self._minute()
        self.adjustSize()
        self.update()

    def _minute(self) -> None:
        today = self._link.watch.today
        if today is None:
            return
        now = self._link.now()
        rung = words.next_rung(today, now)
        if today.post_at is not None and now < today.post_at:
            text = self.tr("shame post in {0}").format(words.span(today.post_at - now))
        elif rung is not None:
            text = self.tr("{0} in {1}").format(rung.name, words.span(rung.due - now))
        elif now < today.deadline and not today.outcome:
            text = self.tr("due {0}").format(words.clock(today.deadline, today.zone))
        else:
            text = self.tr("judged") if today.outcome else self.tr("waiting for proof")
        self.right.setText(text)
        lock = short_text(today.lock, now, today.zone)
        self.lock.setText(f"{short_state(today.lock).glyph} {lock}" if lock else "")
        self.lock.set_tone(words.STATE_TONES[short_state(today.lock)])
        if self.lock.isHidden() is bool(lock):
            self.lock.setVisible(bool(lock))
            self.adjustSize()
        told = ", ".join(part for part in (self.tr("exit {0}").format(today.exit_code), text, lock) if part)
        self.setAccessibleName(f"{words.state_word(today)}, {told}")

    def _remaining(self) -> float | None:
        today = self._link.watch.today
        return None if today is None else (today.deadline - self._link.now()).total_seconds()
