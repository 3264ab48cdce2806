"""A row of the score sheet: five fields to press, or the keys 1 to 5. What a score means stands beside it in words."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role
from exitzero.ui.widgets import paint

MOST = 5
_NAME = 150
_BOX = 36
_GAP = 5


def score_word(score: int) -> str:
    """What a score means."""
    words = ("not scored", "lost", "weak", "passable", "good", "would hire")
    return QCoreApplication.translate("Score", words[score])


class ScoreRow(QWidget):
    """One row; 0 is not scored. 1 to 5 score it, Left and Right change it, Backspace clears, Up and Down walk on."""

    changed = Signal(int)
    walked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("score-row")
        self.name = name
        self._score = 0
        self._over = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tell()

    @property
    def score(self) -> int:
        """What it was scored, 0 for not."""
        return self._score

    def set_score(self, score: int) -> None:
        """Show a score."""
        self._score = max(0, min(score, MOST))
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_NAME + MOST * (_BOX + _GAP) + 96, 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NAME + MOST * (_BOX + _GAP) + 10, 34)

    def box(self, score: int) -> QRectF:
        """Where the field of a score stands."""
        return QRectF(_NAME + (score - 1) * (_BOX + _GAP), 3, _BOX, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_5:
            self._put(key - Qt.Key.Key_0)
        elif key in {Qt.Key.Key_0, Qt.Key.Key_Backspace, Qt.Key.Key_Delete}:
            self._put(0)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self._put(max(1, min(self._score + (1 if key == Qt.Key.Key_Right else -1), MOST)))
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.walked.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if at:
            self._put(0 if at == self._score else at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._over = self._at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._over else Qt.CursorShape.ArrowCursor)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        body, mono = look.font(Role.BODY14), look.font(Role.MONO14)
        name = paint.elided(body, self.name, _NAME - 10)
        paint.draw_text(painter, QRectF(4, 0, _NAME - 8, self.height()), name, font=body, color=look.text)
        centre = Qt.AlignmentFlag.AlignHCenter
        for score in range(1, MOST + 1):
            rect = self.box(score)
            filled = score <= self._score
            # One hue that grows stronger: a score is no state of the day.
            fill = theme.mix(look.info, look.panel, 0.18 + 0.14 * score) if filled else look.track
            line = look.info if score == self._score else look.strong_line if score == self._over else look.line
            paint.draw_box(painter, rect, 5, fill, line)
            ink = look.text if filled else look.dim
            paint.draw_text(painter, rect, str(score), font=mono, color=ink, align=centre)
        left = self.box(MOST).right() + 12
        small = look.font(Role.SMALL12)
        area = QRectF(left, 0, self.width() - left - 4, self.height())
        word = paint.elided(small, score_word(self._score), area.width())
        paint.draw_text(painter, area, word, font=small, color=look.dim)
        if self.hasFocus():
            paint.draw_focus_ring(painter, QRectF(self.rect()), 6)

    def _put(self, score: int) -> None:
        if score != self._score:
            self.set_score(score)
            self.changed.emit(score)

    def _at(self, place: QPointF) -> int:
        return next((score for score in range(1, MOST + 1) if self.box(score).contains(place)), 0)

    def _tell(self) -> None:
        said = f"{self._score} of {MOST}, {score_word(self._score)}" if self._score else score_word(0)
        self.setAccessibleName(self.name)
        self.setAccessibleDescription(said)
