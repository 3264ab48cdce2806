"""The product's own line icons: one set, one stroke, tinted at run time so that they follow state and theme."""

import os

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from exitzero.ui import theme

SIZE = 20
_APP_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)

_sources: dict[str, bytes] = {}
_pixmaps: dict[tuple[str, int, int, float], QPixmap] = {}


def names() -> list[str]:
    """Every icon there is, by the name :func:`pixmap` takes."""
    folder = resource_folder()
    return sorted(name[:-4] for name in os.listdir(folder) if name.endswith(".svg"))


def resource_folder() -> str:
    """The folder the drawings lie in."""
    return theme.resource_path("icons")


def pixmap(name: str, color: QColor, size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """One icon in one colour, ``size`` logical pixels wide, sharp at the screen's pixel ``ratio``. Cached.

    Raises FileNotFoundError for a name that is not in the set.
    """
    key = (name, color.rgba(), size, ratio)
    found = _pixmaps.get(key)
    if found is None:
        found = _pixmaps[key] = _render(_source(name), color, size, ratio)
    return found


def icon(name: str, color: QColor | None = None, size: int = SIZE) -> QIcon:
    """The same as a QIcon for Qt's own buttons, menus and fields; without a colour, that of dim text."""
    tint = color if color is not None else theme.current().dim
    result = QIcon()
    for ratio in (1.0, 2.0):
        result.addPixmap(pixmap(name, tint, size, ratio))
    return result


def draw(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Paint an icon into a square, from the cache."""
    ratio = painter.device().devicePixelRatio()
    size = round(rect.width())
    painter.drawPixmap(rect.topLeft(), pixmap(name, color, size, ratio))


def app_icon() -> QIcon:
    """The program's own icon, for windows and notifications."""
    result = QIcon()
    for size in _APP_SIZES:
        result.addFile(theme.resource_path("icons", "app", f"exitzero-{size}.png"), QSize(size, size))
    return result


def _source(name: str) -> bytes:
    source = _sources.get(name)
    if source is None:
        with open(theme.resource_path("icons", f"{name}.svg"), "rb") as file:
            source = _sources[name] = file.read()
    return source


def _render(source: bytes, color: QColor, size: int, ratio: float) -> QPixmap:
    # Qt's SVG knows no currentColor that could be set from outside.
    renderer = QSvgRenderer(QByteArray(source.replace(b"currentColor", color.name().encode("ascii"))))
    side = round(size * ratio)
    result = QPixmap(side, side)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setOpacity(color.alphaF())
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result
