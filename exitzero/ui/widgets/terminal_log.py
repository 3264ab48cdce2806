"""The journal as a terminal: it draws the lines that can be seen and asks for no others, so that a million are as
light as ten. Qt's own list takes 156 ms for one new line at a hundred thousand; this takes the same 1.5 ms always.

A little over 400 lines, because drawing, scrolling and choosing lines share one geometry.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint

LINE_HEIGHT = 22
COPY_LIMIT = 20_000
_MARGIN = 16
_GUTTER = 18
_SOURCE_CHARS = 10
_MOST_PIXELS = 2**31 - 1

_MARKS: dict[str, State] = {
    Tone.GOOD: State.SAFE,
    Tone.WARN: State.AT_RISK,
    Tone.BAD: State.FAILED,
    Tone.UNKNOWN: State.UNKNOWN,
}


class LogLine(NamedTuple):
    """One line, its words ready to be shown. ``tone`` is one of :class:`exitzero.ui.theme.Tone`."""

    time: str
    source: str
    text: str
    tone: str
    detail: str
    seq: int


class LineSource(Protocol):
    """Where the lines come from. Both answer at once, on the Qt thread, from what is already in memory."""

    def count(self) -> int:
        """How many lines there are."""
        ...

    def lines(self, first: int, n: int) -> Sequence[LogLine | None]:
        """Lines ``first`` to ``first + n``; None where one is still being read (tell ``rows_loaded`` later)."""
        ...


class TerminalLog(QAbstractScrollArea):
    """Shows the lines of a source, oldest above, and keeps to the newest while the person is at the end."""

    line_activated = Signal(int)
    copied = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("terminal-log")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._source: LineSource | None = None
        self._count = 0
        self._follow = True
        self._cursor: int | None = None
        self._anchor: int | None = None
        self._fresh = 0
        self._prompt: tuple[str, str, str] | None = None
        self._block = True
        self._pending_copy: tuple[int, int] | None = None
        self._message = self.tr("Nothing is written yet. The first check adds the first line.")
        self._blink = QTimer(self)
        self._blink.setInterval(1000)
        self._blink.timeout.connect(self._toggle_block)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.setAccessibleName(self.tr("Journal"))
        self.setAccessibleDescription(self._message)

    def set_source(self, source: LineSource | None, message: str | None = None) -> None:
        """Show another source from its end; None while it is being opened. ``message`` stands while it is empty."""
        self._source = source
        if message is not None:
            self._message = message
        self._count = source.count() if source is not None else 0
        self._cursor = self._anchor = self._pending_copy = None
        self._fresh = 0
        self._follow = True
        self._measure()
        self.scroll_to_end()
        self.setAccessibleDescription(self.tr("{0} lines").format(self._count) if self._count else self._message)
        self.viewport().update()

    def set_message(self, text: str) -> None:
        """What stands there while there is no line: what will fill it, that it is loading, or what is wrong."""
        self._message = text
        if not self._count:
            self.setAccessibleDescription(text)
            self.viewport().update()

    def set_prompt(self, text: str, code: str = "", tone: str = Tone.PLAIN) -> None:
        """The last line: ``$`` and a command, its exit code in a tone, and the cursor. Empty text takes it away."""
        prompt = (text, code, tone) if text else None
        if prompt == self._prompt:
            return
        had = self._prompt is not None
        self._prompt = prompt
        if had != (prompt is not None):
            self._measure()
        self._set_blinking()
        self.viewport().update()

    def appended(self, n: int) -> None:
        """The source has ``n`` more lines at its end. The view follows if the person was at the end."""
        follow = self._follow
        self._count += n
        self._measure()
        if follow:
            self.scroll_to_end()
        else:
            self._fresh += n
        self.setAccessibleDescription(self.tr("{0} lines").format(self._count))
        self.viewport().update()

    def rows_loaded(self, first: int, n: int) -> None:
        """Lines that were None can be had now."""
        top, shown = self.visible_rows()
        if first < top + shown and first + n > top:
            self.viewport().update()
        if self._pending_copy is not None:
            self.copy(*self._pending_copy)

    def scroll_to_end(self) -> None:
        """Go to the newest line and follow again."""
        self._follow = True
        self._fresh = 0
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    @property
    def following(self) -> bool:
        """Whether a new line would be shown at once."""
        return self._follow

    @property
    def fresh(self) -> int:
        """How many lines came while the person read further up."""
        return self._fresh

    @property
    def blinking(self) -> bool:
        """Whether the cursor blinks: only in an active window, and not where motion is unwanted."""
        return self._blink.isActive()

    def visible_rows(self) -> tuple[int, int]:
        """The first line that can be seen, and how many can."""
        value = self.verticalScrollBar().value() - _MARGIN
        top = max(0, value // LINE_HEIGHT)
        bottom = (value + self.viewport().height() - 1) // LINE_HEIGHT
        return top, max(0, min(self._count, bottom + 1) - top)

    def selected_rows(self) -> tuple[int, int] | None:
        """First and last chosen line, or None."""
        if self._cursor is None or self._anchor is None:
            return None
        return min(self._cursor, self._anchor), max(self._cursor, self._anchor)

    def copy(self, first: int, last: int) -> int:
        """Put lines into the clipboard, up to 20,000; waits for those still being read. Gives how many it put."""
        if self._source is None:
            return 0
        lines = self._source.lines(first, min(last - first + 1, COPY_LIMIT))
        ready = [line for line in lines if line is not None]
        if len(ready) < len(lines):
            self._pending_copy = (first, last)
            return 0
        self._pending_copy = None
        text = "\n".join(
            "  ".join(part for part in (line.time, line.source, line.text, line.detail) if part) for line in ready
        )
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(len(ready))
        return len(ready)

    def sizeHint(self) -> QSize:
        return QSize(480, LINE_HEIGHT * 12 + 2 * _MARGIN)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, LINE_HEIGHT * 3 + 2 * _MARGIN)

    # Qt's events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        follow = self._follow
        self._measure()
        if follow:
            self.scroll_to_end()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._set_blinking()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._blink.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.ActivationChange, QEvent.Type.StyleChange}:
            self._set_blinking()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self._row_at(event.pos())
            line = self._line(row) if row is not None else None
            if line is not None:
                detail = f"\n{line.detail}" if line.detail else ""
                QToolTip.showText(event.globalPos(), f"{line.time}  {line.source}\n{line.text}{detail}", self)
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._fresh and self._pill().contains(event.position().toPoint()):
            self.scroll_to_end()
            return
        row = self._row_at(event.position().toPoint())
        if row is None:
            self._cursor = self._anchor = None
            self.viewport().update()
        else:
            self._choose(row, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None and self._count:
            y = event.position().toPoint().y() + self.verticalScrollBar().value() - _MARGIN
            self._choose(min(max(y // LINE_HEIGHT, 0), self._count - 1), extend=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a drag; taken, so that nobody behind the log takes it for a click of theirs."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint())
        if row is not None:
            self._choose(row, extend=False)
            self._activate(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            chosen = self.selected_rows()
            if chosen is not None:
                self.copy(*chosen)
            return
        if event.matches(QKeySequence.StandardKey.SelectAll) and self._count:
            self._anchor, self._cursor = 0, self._count - 1
            self.viewport().update()
            return
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._cursor is not None:
            self._activate(self._cursor)
            return
        page = max(1, self.viewport().height() // LINE_HEIGHT - 1)
        here = self._cursor if self._cursor is not None else self._count
        targets = {
            Qt.Key.Key_Up: here - 1,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_PageUp: here - page,
            Qt.Key.Key_PageDown: here + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._count - 1,
        }
        if key not in targets or not self._count:
            super().keyPressEvent(event)
            return
        row = min(max(targets[key], 0), self._count - 1)
        self._choose(row, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        if row == self._count - 1:
            self.scroll_to_end()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self.viewport())
        clip = event.rect()
        painter.fillRect(clip, look.sunken)
        offset = self.verticalScrollBar().value() - _MARGIN
        if not self._count:
            area = QRectF(self.viewport().rect()).adjusted(_MARGIN + _GUTTER, _MARGIN, -_MARGIN, -_MARGIN)
            painter.setFont(look.font(Role.MONO13))
            painter.setPen(look.dim)
            painter.drawText(area, int(Qt.TextFlag.TextWordWrap), self._message)
        first = max(0, (clip.top() + offset) // LINE_HEIGHT)
        last = min(self._count - 1, (clip.bottom() + offset) // LINE_HEIGHT)
        if last >= first and self._source is not None:
            rows = self._source.lines(first, last - first + 1)
            chosen = self.selected_rows()
            advance = QFontMetricsF(look.font(Role.MONO13)).horizontalAdvance("0")
            for index, line in enumerate(rows):
                row = first + index
                top = float(row * LINE_HEIGHT - offset)
                if chosen is not None and chosen[0] <= row <= chosen[1]:
                    painter.fillRect(QRectF(0, top, self.viewport().width(), LINE_HEIGHT), look.selection)
                self._paint_line(painter, line, top, advance, row)
        if self._prompt is not None:
            self._paint_prompt(painter, self._prompt, float(self._prompt_top()))
        if self._fresh:
            self._paint_pill(painter)
        if self.hasFocus():
            paint.draw_focus_ring(painter, QRectF(self.viewport().rect()), theme.RADIUS_CARD - 1)

    # Painting

    def _paint_line(self, painter: QPainter, line: LogLine | None, top: float, advance: float, row: int) -> None:
        look = theme.current()
        font = look.font(Role.MONO13)
        if line is None:
            # A stub of about the length a line has, so that the page keeps its texture while it is read.
            width = 120.0 + (row * 53) % 180
            paint.draw_box(painter, QRectF(_MARGIN + _GUTTER, top + 7, width, 8), 4, look.track, None)
            return
        color = look.tone(line.tone)
        mark = _MARKS.get(line.tone)
        if mark is not None:
            paint.draw_state_mark(painter, mark, QRectF(_MARGIN, top + LINE_HEIGHT / 2 - 4, 8, 8), color)
        right = self.viewport().width() - _MARGIN
        left = float(_MARGIN + _GUTTER)
        quiet = line.tone in {Tone.PLAIN, Tone.DIM}
        source = line.source
        if len(source) > _SOURCE_CHARS:
            source = source[: _SOURCE_CHARS - 1] + "…"
        text_ink = look.text if line.tone in {Tone.INFO, Tone.PLAIN} else color
        for text, ink, chars in (
            (line.time, look.dim, len(line.time) + 2),
            (source, look.dim if quiet else color, _SOURCE_CHARS + 1),
            (line.text, text_ink, 0),
            (line.detail, look.dim, 0),
        ):
            if left >= right - advance:
                return
            if text:
                # Every plain character is as wide as the next, so only long or foreign text has to be measured.
                width = len(text) * advance if text.isascii() else paint.text_width(font, text)
                shown = text if width <= right - left else paint.elided(font, text, right - left)
                area = QRectF(left, top, right - left, LINE_HEIGHT)
                paint.draw_text(painter, area, shown, font=font, color=ink)
                left += chars * advance if chars else width + 2 * advance

    def _paint_prompt(self, painter: QPainter, prompt: tuple[str, str, str], top: float) -> None:
        look = theme.current()
        font = look.font(Role.MONO13)
        text, code, tone = prompt
        left = float(_MARGIN + _GUTTER)
        area = QRectF(left, top, self.viewport().width() - left - _MARGIN, LINE_HEIGHT)
        paint.draw_text(painter, area, f"$ {text}", font=font, color=look.dim)
        left += paint.text_width(font, f"$ {text} ")
        strong = look.font(Role.MONO_STRONG)
        paint.draw_text(painter, QRectF(left, top, 80, LINE_HEIGHT), code, font=strong, color=look.tone(tone))
        if self._block:
            painter.fillRect(self._block_rect(), look.text)

    def _block_rect(self) -> QRect:
        if self._prompt is None:
            return QRect()
        look = theme.current()
        left = _MARGIN + _GUTTER + paint.text_width(look.font(Role.MONO13), f"$ {self._prompt[0]} ")
        if self._prompt[1]:
            left += paint.text_width(look.font(Role.MONO_STRONG), f"{self._prompt[1]} ")
        return QRect(round(left), self._prompt_top() + 3, 8, LINE_HEIGHT - 6)

    def _pill(self) -> QRect:
        width = round(paint.text_width(theme.current().font(Role.STRONG13), self._pill_text())) + 28
        viewport = self.viewport()
        return QRect((viewport.width() - width) // 2, viewport.height() - 44, width, 28)

    def _pill_text(self) -> str:
        return self.tr("↓ {0} new").format(self._fresh)

    def _paint_pill(self, painter: QPainter) -> None:
        look = theme.current()
        rect = QRectF(self._pill())
        paint.draw_box(painter, rect, 14, look.info, None)
        paint.draw_text(
            painter,
            rect,
            self._pill_text(),
            font=look.font(Role.STRONG13),
            color=look.on_fill,
            align=Qt.AlignmentFlag.AlignHCenter,
        )

    # Geometry and choice

    def _prompt_top(self) -> int:
        return max(self._count, 2) * LINE_HEIGHT - self.verticalScrollBar().value() + _MARGIN

    def _measure(self) -> None:
        rows = max(self._count, 2) + (1 if self._prompt is not None else 0)
        height = min(rows * LINE_HEIGHT + 2 * _MARGIN, _MOST_PIXELS)
        bar = self.verticalScrollBar()
        # Kept through a change of range: Qt tells of the value it cuts, which is no scrolling of the person's.
        follow = self._follow
        bar.setRange(0, max(0, height - self.viewport().height()))
        bar.setPageStep(max(LINE_HEIGHT, self.viewport().height()))
        bar.setSingleStep(LINE_HEIGHT)
        self._follow = follow

    def _scrolled(self, value: int) -> None:
        self._follow = value >= self.verticalScrollBar().maximum() - LINE_HEIGHT // 2
        if self._follow:
            self._fresh = 0

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def _row_at(self, position: QPoint) -> int | None:
        row = (position.y() + self.verticalScrollBar().value() - _MARGIN) // LINE_HEIGHT
        return row if 0 <= row < self._count else None

    def _line(self, row: int) -> LogLine | None:
        lines = self._source.lines(row, 1) if self._source is not None else ()
        return lines[0] if lines else None

    def _choose(self, row: int, *, extend: bool) -> None:
        self._cursor = row
        if not extend or self._anchor is None:
            self._anchor = row
        bar = self.verticalScrollBar()
        top = row * LINE_HEIGHT
        if top < bar.value():
            bar.setValue(top)
        elif top + LINE_HEIGHT + 2 * _MARGIN > bar.value() + self.viewport().height():
            bar.setValue(top + LINE_HEIGHT + 2 * _MARGIN - self.viewport().height())
        line = self._line(row)
        if line is not None:
            self.setAccessibleDescription(f"{line.time} {line.source} {line.text} {line.detail}".strip())
        self.viewport().update()

    def _activate(self, row: int) -> None:
        line = self._line(row)
        if line is not None:
            self.line_activated.emit(line.seq)

    def _set_blinking(self) -> None:
        wanted = (
            self._prompt is not None
            and self.isVisible()
            and self.isActiveWindow()
            and not theme.current().reduced_motion
        )
        if wanted and not self._blink.isActive():
            self._blink.start()
        elif not wanted:
            self._blink.stop()
            self._block = True
            self.viewport().update(self._block_rect())

    def _toggle_block(self) -> None:
        self._block = not self._block
        self.viewport().update(self._block_rect())
