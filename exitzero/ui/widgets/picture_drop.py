"""Where a screenshot comes in: dropped, pasted or chosen as a file; then the picture itself, small."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QImageReader,
    QImageWriter,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role
from exitzero.ui.widgets import icons, paint

LARGEST_BYTES = 20 * 1024 * 1024
_LARGEST_SIDE = 640


class PictureDrop(QWidget):
    """Takes one picture. ``taken`` carries its bytes, ``refused`` why something that came was not one."""

    taken = Signal(bytes)
    refused = Signal(str)
    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture-drop")
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._over = False
        self._picture = QPixmap()
        self.setAccessibleName(self.tr("Screenshot"))
        self._tell()

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return not self._picture.isNull()

    def show_bytes(self, data: bytes) -> None:
        """Show this picture small; nothing for bytes that are none."""
        image = QImage.fromData(data)
        if not image.isNull():
            image = image.scaled(
                _LARGEST_SIDE,
                _LARGEST_SIDE,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        self._picture = QPixmap.fromImage(image) if not image.isNull() else QPixmap()
        self._tell()
        self.update()

    def clear(self) -> None:
        """Take the picture away."""
        self._picture = QPixmap()
        self._tell()
        self.update()

    def take_file(self, path: str) -> None:
        """Read a picture from a file."""
        try:
            if Path(path).stat().st_size > LARGEST_BYTES:
                self.refused.emit(self.tr("That file is larger than 20 MB. A screenshot is much smaller."))
                return
            data = Path(path).read_bytes()
        except OSError as error:
            self.refused.emit(self.tr("That file cannot be read: {0}.").format(error.strerror or error))
            return
        self.taken.emit(data)

    def paste(self) -> None:
        """Take the picture that the clipboard holds."""
        self._take(QGuiApplication.clipboard().mimeData(), self.tr("There is no picture in the clipboard."))

    def sizeHint(self) -> QSize:
        return QSize(240, 168)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 168)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: object) -> None:
        self.pressed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if mime.hasImage() or mime.hasUrls():
            event.acceptProposedAction()
            self._set_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_over(False)
        event.acceptProposedAction()
        self._take(event.mimeData(), self.tr("That is no picture."))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        paint.draw_box(painter, rect, 8, look.raised if self._over else look.sunken, None)
        pen = QPen(look.info if self._over else look.strong_line, 1.5 if self._over else 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if self.has_picture:
            room = self.size() - QSize(16, 16)
            size = self._picture.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(rect.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place.toRect(), self._picture)
        else:
            middle = rect.center().y()
            icons.draw(painter, "import", QRectF(round(rect.center().x()) - 10, round(middle) - 34, 20, 20), look.dim)
            center = Qt.AlignmentFlag.AlignHCenter
            line = QRectF(8, middle - 8, rect.width() - 16, 20)
            words = self.tr("Drop a screenshot here")
            paint.draw_text(painter, line, words, font=look.font(Role.STRONG13), color=look.text, align=center)
            words = self.tr("or press Ctrl+V to paste, Enter to choose a file")
            words = paint.elided(look.font(Role.SMALL12), words, line.width())
            line.translate(0, 22)
            paint.draw_text(painter, line, words, font=look.font(Role.SMALL12), color=look.dim, align=center)
        if self.hasFocus():
            paint.draw_focus_ring(painter, rect, 8)

    def _take(self, mime: QMimeData, otherwise: str) -> None:
        if mime.hasUrls() and mime.urls() and mime.urls()[0].isLocalFile():
            path = mime.urls()[0].toLocalFile()
            if QImageReader.imageFormat(path).isEmpty():
                self.refused.emit(self.tr("That file is no picture. PNG, JPEG and WebP are."))
            else:
                self.take_file(path)
            return
        image = mime.imageData() if mime.hasImage() else None
        if not isinstance(image, QImage) or image.isNull():
            self.refused.emit(otherwise)
            return
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        self.taken.emit(bytes(buffer.data().data()))

    def _set_over(self, over: bool) -> None:
        self._over = over
        self.update()

    def _tell(self) -> None:
        self.setAccessibleDescription(
            self.tr("A picture is here") if self.has_picture else self.tr("Drop, paste or choose a picture")
        )
