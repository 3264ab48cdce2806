"""The day in one bar: a segment a clause, as wide as its weight, filled as far as it is met."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import paint

_HEIGHT = 40
_PADDING = 3
_BETWEEN = 3
_MARK = 9
_INSET = 12


class Segment(NamedTuple):
    """One clause in the bar. ``weight`` is its share against the others, ``fraction`` 0 to 1 (more is cut)."""

    name: str
    count_text: str
    weight: float
    fraction: float
    state: State


class _Label(NamedTuple):
    text: str
    rect: QRectF
    mark: QRectF


class SurvivalBar(QWidget):
    """Shows how much of the contract is met, clause by clause, in colour, shape and words.

    ``activated`` gives the place of the segment that was clicked.
    """

    activated = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("survival-bar")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._segments: tuple[Segment, ...] = ()
        self._from: tuple[float, ...] = ()
        self._progress = 1.0
        self._message = self.tr("No clause asks for anything today")
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(260)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._moved)
        self.setAccessibleName(self.tr("Survival"))
        self.setAccessibleDescription(self._message)

    def set_segments(self, segments: Sequence[Segment]) -> None:
        """Show these clauses; a change of a clause that was already there is moved to, unless motion is unwanted."""
        before = {segment.name: segment.fraction for segment in self._segments}
        fresh = tuple(segments)
        if fresh == self._segments:
            return
        known = bool(before)
        self._from = tuple(before.get(segment.name, segment.fraction) for segment in fresh)
        self._segments = fresh
        self.setAccessibleDescription(
            "; ".join(f"{s.name} {s.count_text}, {s.state.word.lower()}" for s in fresh) or self._message
        )
        self._motion.stop()
        if known and self.isVisible() and not theme.current().reduced_motion:
            self._progress = 0.0
            self._motion.start()
        else:
            self._progress = 1.0
        self.update()

    def set_message(self, text: str) -> None:
        """What stands in the bar while it has no segments: nothing is owed, or the day is still being read."""
        self._message = text
        if not self._segments:
            self.setAccessibleDescription(text)
            self.update()

    def segment_rects(self) -> list[QRectF]:
        """Where each segment lies, in the order they were given."""
        if not self._segments:
            return []
        inner = QRectF(self.rect()).adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        room = inner.width() - _BETWEEN * (len(self._segments) - 1)
        total = sum(max(segment.weight, 0.0) for segment in self._segments) or float(len(self._segments))
        rects = []
        left = inner.left()
        for segment in self._segments:
            share = max(segment.weight, 0.0) / total
            width = max(room * share, 2.0)
            rects.append(QRectF(left, inner.top(), width, inner.height()))
            left += width + _BETWEEN
        return rects

    def label_rects(self) -> list[QRectF]:
        """Where each label lies; empty where the segment is too narrow for a word."""
        return [self._label(rect, s).rect for rect, s in zip(self.segment_rects(), self._segments, strict=True)]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            for index, rect in enumerate(self.segment_rects()):
                if rect.contains(event.position()):
                    self.activated.emit(index)
                    return
        super().mouseReleaseEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(480, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for rect, segment in zip(self.segment_rects(), self._segments, strict=True):
                if rect.contains(QPointF(event.pos())):
                    QToolTip.showText(
                        event.globalPos(),
                        f"{segment.state.glyph} {segment.name} {segment.count_text}: {segment.state.word.lower()}",
                        self,
                    )
                    return True
            QToolTip.hideText()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        box = QRectF(self.rect())
        paint.draw_box(painter, box, 8, look.sunken, look.line)
        if not self._segments:
            area = box.adjusted(_INSET + _PADDING, 0, -_INSET, 0)
            text = paint.elided(look.font(Role.BODY13), self._message, area.width())
            paint.draw_text(painter, area, text, font=look.font(Role.BODY13), color=look.dim)
            return
        ratio = self.devicePixelRatioF()
        for rect, segment, before in zip(self.segment_rects(), self._segments, self._from, strict=True):
            fraction = before + (segment.fraction - before) * self._progress
            self._paint_segment(painter, rect, segment, min(max(fraction, 0.0), 1.0), ratio)

    def _paint_segment(self, painter: QPainter, rect: QRectF, segment: Segment, fraction: float, ratio: float) -> None:
        look = theme.current()
        color = look.state(segment.state)
        ground, ink = look.fill(segment.state), look.ink(segment.state)
        label = self._label(rect, segment)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if segment.state is State.UNKNOWN:
            # Nothing is known, so nothing is filled: the whole segment is hatched.
            painter.setBrush(paint.hatch(theme.mix(color, look.track, 0.34), look.track, ratio))
        elif segment.state is State.REST:
            painter.setBrush(look.panel)
        else:
            painter.setBrush(theme.mix(ground, look.track, 0.09))
        painter.drawRoundedRect(rect, 5, 5)
        if segment.state in {State.FAILED, State.UNKNOWN, State.REST} and fraction < 1.0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.mix(color, look.track, 0.55), 1))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        self._paint_label(painter, label, segment.state, look.text, color)
        if fraction <= 0.0 or segment.state in {State.UNKNOWN, State.REST}:
            return
        filled = QRectF(rect.left(), rect.top(), max(rect.width() * fraction, 4.0), rect.height())
        painter.save()
        painter.setClipRect(filled)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, 5, 5)
        # The same words once more in the fill's own ink: cut where the fill ends, they stay readable on both.
        self._paint_label(painter, label, segment.state, ink, ink)
        painter.restore()

    def _paint_label(self, painter: QPainter, label: _Label, state: State, ink: QColor, mark_ink: QColor) -> None:
        paint.draw_state_mark(painter, state, label.mark, mark_ink)
        if label.text:
            font = theme.current().font(Role.STRONG14)
            paint.draw_text(painter, label.rect, label.text, font=font, color=ink)

    def _label(self, rect: QRectF, segment: Segment) -> _Label:
        font = theme.current().font(Role.STRONG14)
        inset = min(float(_INSET), max(0.0, (rect.width() - _MARK) / 2))
        mark = QRectF(rect.left() + inset, rect.center().y() - _MARK / 2, _MARK, _MARK)
        left = mark.right() + 8
        room = rect.right() - 8 - left
        cut = paint.elided(font, segment.name, room)
        for text in (
            f"{segment.name} {segment.count_text}",
            segment.name,
            cut if len(cut) > 3 else "",
            segment.count_text,
        ):
            width = paint.text_width(font, text)
            if text and width <= room + 0.5:
                return _Label(text, QRectF(left, rect.top(), width + 1, rect.height()), mark)
        return _Label("", QRectF(), mark)

    def _moved(self, value: float) -> None:
        self._progress = value
        self.update()
