"""One card of the board: what stands on it and how it is painted.

Painted and not built of widgets, because a board shows dozens of them and scrolls through thousands.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from exitzero.ui import theme
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint

GAP = 8
"""Between two cards."""

TALL, LOW = 100, 76
"""The height of a card with pills and of one without."""

_PAD = 12


class Sign(NamedTuple):
    """Some words at a card's foot, what they mean, and a state's shape before them if they have one."""

    text: str
    tone: Tone = Tone.DIM
    state: State | None = None


class CardView(NamedTuple):
    """A card: its name with a word at the right, a line below, pills, and what stands at its foot.

    ``spoken`` is what a screen reader says; ``key`` tells it from every other card.
    """

    key: int
    title: str
    corner: str
    line: str
    pills: tuple[str, ...]
    left: Sign
    right: Sign
    spoken: str


def draw_card(
    painter: QPainter,
    rect: QRectF,
    card: CardView,
    *,
    chosen: bool = False,
    focused: bool = False,
    over: bool = False,
    lifted: bool = False,
) -> None:
    """Paint a card into ``rect``; ``lifted`` leaves its place with a faint outline while it is being dragged."""
    look = theme.current()
    painter.save()
    if lifted:
        painter.setOpacity(0.35)
    ground = look.selection if chosen and not focused else look.track if over else look.raised
    paint.draw_box(painter, rect, 8, ground, look.strong_line if over or chosen else look.line)
    if card.right.state is State.AT_RISK:
        painter.save()
        painter.setClipRect(QRectF(rect.left(), rect.top(), 4, rect.height()))
        paint.draw_box(painter, rect, 8, look.fill(State.AT_RISK), None)
        painter.restore()
    area = rect.adjusted(_PAD, 0, -_PAD, 0)
    small, body, strong = look.font(Role.SMALL12), look.font(Role.BODY13), look.font(Role.STRONG14)
    corner = paint.elided(small, card.corner, area.width() * 0.45)
    wide = paint.text_width(small, corner)
    top = rect.top()
    line = QRectF(area.left(), top + 9, area.width(), 20)
    paint.draw_text(painter, line, corner, font=small, color=look.dim, align=Qt.AlignmentFlag.AlignRight)
    title = paint.elided(strong, card.title, area.width() - wide - (8 if corner else 0))
    paint.draw_text(painter, line, title, font=strong, color=look.text)
    line = QRectF(area.left(), top + 29, area.width(), 18)
    paint.draw_text(painter, line, paint.elided(body, card.line, area.width()), font=body, color=look.dim)
    if card.pills:
        _draw_pills(painter, QRectF(area.left(), top + 51, area.width(), 18), card.pills)
    _draw_foot(painter, QRectF(area.left(), rect.bottom() - 26, area.width(), 18), card)
    if focused:
        paint.draw_focus_ring(painter, rect, 8)
    painter.restore()


def _draw_pills(painter: QPainter, area: QRectF, pills: Sequence[str]) -> None:
    look = theme.current()
    font = look.font(Role.SMALL11)
    left = area.left()
    for at, pill in enumerate(pills):
        rest = len(pills) - at - 1
        more = paint.text_width(font, f"+{rest}") + 8 if rest else 0.0
        room = area.right() - left - more
        text = paint.elided(font, pill, min(room - 14, 110))
        width = paint.text_width(font, text) + 14
        if room < 34 or width > room + 0.5:
            paint.draw_text(
                painter, QRectF(left + 2, area.top(), 60, area.height()), f"+{rest + 1}", font=font, color=look.dim
            )
            return
        box = QRectF(left, area.top(), width, area.height())
        paint.draw_box(painter, box, area.height() / 2, QColor(Qt.GlobalColor.transparent), look.strong_line)
        paint.draw_text(painter, box, text, font=font, color=look.dim, align=Qt.AlignmentFlag.AlignHCenter)
        left += width + 5


def _draw_foot(painter: QPainter, area: QRectF, card: CardView) -> None:
    look = theme.current()
    font = look.font(Role.SMALL12)
    right = 0.0
    needed = paint.text_width(font, card.left.text) + (13 if card.left.state else 0)
    both = needed + paint.text_width(font, card.right.text) + 24 <= area.width()
    # Without room for both, what is due or was proved today is worth more than what comes some day.
    if card.right.text and (both or card.right.state is not None or card.left.state is None):
        right = paint.text_width(font, card.right.text) + (13 if card.right.state else 0)
        right = min(right, area.width())
        box = QRectF(area.right() - right, area.top(), right, area.height())
        _draw_sign(painter, box, card.right)
    room = area.width() - right - (10 if right else 0)
    if card.left.text and (needed <= room + 1 or not right):
        _draw_sign(painter, QRectF(area.left(), area.top(), room, area.height()), card.left)


def _draw_sign(painter: QPainter, area: QRectF, sign: Sign) -> None:
    look = theme.current()
    font = look.font(Role.SMALL12)
    color = look.tone(sign.tone)
    if sign.state is not None:
        mark = QRectF(area.left(), area.center().y() - 4, 8, 8)
        paint.draw_state_mark(painter, sign.state, mark, look.state(sign.state))
        area = area.adjusted(13, 0, 0, 0)
    paint.draw_text(painter, area, paint.elided(font, sign.text, area.width() + 1), font=font, color=color)
