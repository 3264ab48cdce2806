"""A history as a line through time: newest first, each thing with its sign, its hour and its words."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Chip, Text

_GUTTER = 22
_PICTURE = QSize(240, 135)


class Moment(NamedTuple):
    """A thing that happened: what kind, when in words, what, more of it; ``state`` gives its sign, ``mark`` a chip."""

    kind: str
    when: str
    words: str
    detail: str = ""
    state: State | None = None
    mark: str = ""
    picture: str = ""


class Timeline(QWidget):
    """The line. ``picture_wanted`` asks for the picture of that key, to be given to :meth:`show_picture`."""

    picture_wanted = Signal(str)

    def __init__(self, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = empty
        self.moments: tuple[Moment, ...] | None = None
        self._pictured: dict[str, list[_Entry]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """Show these, in their order."""
        if self.moments == tuple(moments):
            return
        self.moments = tuple(moments)
        self._pictured = {}
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for at, moment in enumerate(self.moments):
            entry = _Entry(moment, is_last=at == len(self.moments) - 1)
            self._column.addWidget(entry)
            if moment.picture:
                self._pictured.setdefault(moment.picture, []).append(entry)
        if not self.moments:
            self._column.addWidget(Text(self._empty, Role.BODY13, Tone.DIM, wrap=True))
        for key in self._pictured:
            self.picture_wanted.emit(key)

    def show_picture(self, key: str, data: bytes) -> None:
        """Show a picture small in its line; nothing if the line is gone or the bytes are no picture."""
        image = QImage.fromData(data)
        if not image.isNull():
            for entry in self._pictured.get(key, ()):
                entry.show_picture(image)


class _Entry(QWidget):
    def __init__(self, moment: Moment, *, is_last: bool) -> None:
        super().__init__()
        self._moment = moment
        self._last = is_last
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Text(moment.kind, Role.STRONG13))
        if moment.mark:
            head.addWidget(Chip(State.AT_RISK, moment.mark))
        head.addStretch(1)
        head.addWidget(Text(moment.when, Role.MONO12, Tone.DIM))
        column = QVBoxLayout(self)
        column.setContentsMargins(_GUTTER, 0, 0, 12)
        column.setSpacing(2)
        column.addLayout(head)
        for words, tone in ((moment.words, Tone.PLAIN), (moment.detail, Tone.DIM)):
            if words:
                label = Text(words, Role.BODY13, tone, wrap=True)
                label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                column.addWidget(label)
        self.picture = QLabel()
        self.picture.setAccessibleName(moment.detail or moment.words)
        self.picture.hide()
        column.addWidget(self.picture)
        told = (moment.when, moment.kind, moment.mark, moment.words, moment.detail)
        self.setAccessibleName(", ".join(part for part in told if part))

    def show_picture(self, image: QImage) -> None:
        ratio = self.devicePixelRatioF()
        small = image.scaled(
            round(_PICTURE.width() * ratio), round(_PICTURE.height() * ratio),
            Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation,
        )  # fmt: skip
        small.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(small))
        self.picture.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        middle = 5.0
        if not self._last:
            painter.fillRect(QRectF(middle - 0.5, 18, 1, self.height() - 16), look.line)
        mark = QRectF(middle - 4, 5, 8, 8)
        state = self._moment.state
        paint.draw_state_mark(painter, state or State.REST, mark, look.state(state) if state else look.dim)
