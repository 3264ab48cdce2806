"""The look in one place: colours, state signs, fonts, sizes and the one stylesheet.

Pages and widgets never name a colour, a font or a size of their own; they ask :func:`current`. A light theme, another
accent or a bigger figure is then one change here. All sizes are logical pixels, so a screen at 200 % needs no code.

The file passes 400 lines because it holds the whole stylesheet; splitting it would give the look two places.
"""

import os
from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

GRID = 4
GAP = 14
INSET = 18
RADIUS_CARD = 10
RADIUS_CONTROL = 6
CONTROL_HEIGHT = 32

SANS = "ExitZero Sans"
MONO = "ExitZero Mono"
_FONT_FILES = (
    "Inter-Regular.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "Inter-Bold.ttf",
    "JetBrainsMono-Regular.ttf",
    "JetBrainsMono-Bold.ttf",
)


def resource_path(*parts: str) -> str:
    """Where a file of ``resources/`` lies, in a checkout, a bundle or an installed wheel."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for root in (os.path.join(package, "_resources"), os.path.join(os.path.dirname(package), "resources")):
        path = os.path.join(root, *parts)
        if os.path.exists(path):
            return path
    raise FileNotFoundError(os.path.join("resources", *parts))


class Mode(StrEnum):
    """Which of the two looks is wanted; SYSTEM follows the desktop."""

    DARK = "dark"
    LIGHT = "light"
    SYSTEM = "system"


class State(StrEnum):
    """How a day or a clause stands. Shown as colour, shape and word together, never by one of them alone."""

    SAFE = "SAFE"
    AT_RISK = "AT RISK"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    REST = "REST"

    @property
    def glyph(self) -> str:
        """The shape as a character, for text that cannot be painted (a menu, a title, a tooltip)."""
        return _GLYPHS[self]

    @property
    def word(self) -> str:
        """The word in the person's language."""
        return QCoreApplication.translate("State", self.value)

    @property
    def label(self) -> str:
        """Shape and word, for menus and titles."""
        return f"{self.glyph} {self.word}"


_GLYPHS = {State.SAFE: "●", State.AT_RISK: "▲", State.FAILED: "■", State.UNKNOWN: "◆", State.REST: "○"}


class Tone(StrEnum):
    """What a piece of text or a line of the log means, where it is not a state of its own."""

    PLAIN = "plain"
    DIM = "dim"
    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What a text is for; the font follows from it."""

    FIGURE64 = "figure64"
    FIGURE40 = "figure40"
    FIGURE28 = "figure28"
    TITLE = "title"
    HEADING = "heading"
    BODY14 = "body14"
    STRONG14 = "strong14"
    BODY13 = "body13"
    STRONG13 = "strong13"
    SMALL12 = "small12"
    SMALL11 = "small11"
    LABEL12 = "label12"
    MONO14 = "mono14"
    MONO13 = "mono13"
    MONO12 = "mono12"
    MONO_STRONG = "mono-strong"
    MONO_UNIT = "mono-unit"


class Tokens(NamedTuple):
    """The values a look is made of, as ``#RRGGBB``."""

    background: str
    panel: str
    raised: str
    sunken: str
    track: str
    line: str
    strong_line: str
    text: str
    dim: str
    faint: str
    safe: str
    risk: str
    fail: str
    unknown: str
    info: str
    rest: str
    on_fill: str
    risk_fill: str
    on_risk_fill: str
    selection: str
    scroll: str


DARK = Tokens(
    background="#0A0C0F",
    panel="#11151A",
    raised="#161B22",
    sunken="#07090B",
    track="#1E252E",
    line="#232B35",
    strong_line="#3A4553",
    text="#E8EEF4",
    dim="#8A97A6",
    faint="#566270",
    safe="#3DDC84",
    risk="#FFB020",
    fail="#FF4D5E",
    unknown="#A78BFA",
    info="#5AB0FF",
    rest="#8A97A6",
    on_fill="#0A0C0F",
    risk_fill="#FFB020",
    on_risk_fill="#0A0C0F",
    selection="#1B3654",
    scroll="#2C3642",
)
LIGHT = Tokens(
    background="#EEF1F5",
    panel="#FFFFFF",
    raised="#F6F8FA",
    sunken="#F9FAFC",
    track="#E3E8EE",
    line="#D3DAE2",
    strong_line="#A9B4C0",
    text="#10161D",
    dim="#525D6A",
    faint="#8B96A3",
    safe="#0B7A3E",
    risk="#8F5300",
    fail="#C4162F",
    unknown="#6A3FD6",
    info="#0A5FC2",
    rest="#525D6A",
    on_fill="#FFFFFF",
    # An amber that reads as text on white is brown; as a ground it stays amber and takes dark ink.
    risk_fill="#F2A71B",
    on_risk_fill="#10161D",
    selection="#CFE3FB",
    scroll="#C2CBD5",
)

COATS = {
    "state": (DARK, LIGHT),
    "amber": (
        DARK._replace(
            background="#0D0A06", panel="#15110B", raised="#1D1810", sunken="#0A0805", track="#292116",
            line="#33291B", strong_line="#55462F", text="#F7E9D2", dim="#B39E7C", faint="#75654B", rest="#B39E7C",
            selection="#3A2A10", scroll="#46381F",
        ),
        LIGHT._replace(background="#F6EFE2", panel="#FFFBF3", raised="#FBF4E7", sunken="#FDF8EE", track="#EADFCB",
                       line="#DDD0B8", strong_line="#B6A688", dim="#5F5340", selection="#FBE3B5"),
    ),
    "slate": (
        DARK._replace(
            background="#0C1118", panel="#131B25", raised="#1A2431", sunken="#090D13", track="#212D3C",
            line="#293748", strong_line="#43566E", text="#E6EEF8", dim="#93A5BB", faint="#5C6E85", rest="#93A5BB",
        ),
        LIGHT._replace(background="#E6ECF3", panel="#FBFCFE", raised="#F1F5F9", sunken="#F6F8FB", track="#D9E2EC"),
    ),
    "paper": (
        DARK._replace(
            background="#131211", panel="#1A1917", raised="#211F1D", sunken="#0F0E0D", track="#2A2825",
            line="#34312D", strong_line="#55504A", text="#EFEAE2", dim="#A69F94", faint="#6C665D", rest="#A69F94",
        ),
        LIGHT._replace(background="#F4EFE6", panel="#FDFAF4", raised="#F8F3EA", sunken="#FBF7F0", track="#E8E0D2",
                       line="#D9CFBE", strong_line="#AFA38F", text="#1B1712", dim="#5C5348"),
    ),
    "ink": (
        DARK._replace(
            background="#000000", panel="#070707", raised="#101010", sunken="#000000", track="#1B1B1B",
            line="#2A2A2A", strong_line="#4C4C4C", text="#FFFFFF", dim="#A0A0A0", faint="#666666", rest="#A0A0A0",
            scroll="#333333",
        ),
        LIGHT._replace(background="#FFFFFF", panel="#FFFFFF", raised="#F7F7F7", sunken="#FCFCFC", track="#E6E6E6",
                       line="#CFCFCF", strong_line="#9A9A9A", text="#000000", dim="#4E4E4E"),
    ),
}  # fmt: skip
"""The grounds that a balance unlocks, dark and light. The colours of the states are the same under each."""


class _Face(NamedTuple):
    family: str
    pixels: int
    weight: QFont.Weight
    spacing: float = 0.0
    capitals: bool = False


_FACES = {
    Role.FIGURE64: _Face(MONO, 64, QFont.Weight.Bold, -1.0),
    Role.FIGURE40: _Face(MONO, 40, QFont.Weight.Bold, -0.5),
    Role.FIGURE28: _Face(MONO, 28, QFont.Weight.Bold),
    Role.TITLE: _Face(SANS, 22, QFont.Weight.DemiBold, -0.2),
    Role.HEADING: _Face(SANS, 16, QFont.Weight.DemiBold),
    Role.BODY14: _Face(SANS, 14, QFont.Weight.Normal),
    Role.STRONG14: _Face(SANS, 14, QFont.Weight.DemiBold),
    Role.BODY13: _Face(SANS, 13, QFont.Weight.Normal),
    Role.STRONG13: _Face(SANS, 13, QFont.Weight.DemiBold),
    Role.SMALL12: _Face(SANS, 12, QFont.Weight.Normal),
    Role.SMALL11: _Face(SANS, 11, QFont.Weight.Medium),
    Role.LABEL12: _Face(SANS, 12, QFont.Weight.Medium, 0.8, True),
    Role.MONO14: _Face(MONO, 14, QFont.Weight.Normal),
    Role.MONO13: _Face(MONO, 13, QFont.Weight.Normal),
    Role.MONO12: _Face(MONO, 12, QFont.Weight.Normal),
    Role.MONO_STRONG: _Face(MONO, 13, QFont.Weight.Bold),
    Role.MONO_UNIT: _Face(MONO, 18, QFont.Weight.Normal),
}


class Theme:
    """The look in force: ask it for colours and fonts at the moment of painting, and keep none of them.

    Read on the Qt thread only. :func:`apply` puts another one in its place and Qt repaints every widget.
    """

    __slots__ = (
        "_fonts",
        "_on_risk",
        "_risk_fill",
        "_states",
        "_tones",
        "background",
        "dim",
        "faint",
        "info",
        "line",
        "mode",
        "on_fill",
        "panel",
        "raised",
        "reduced_motion",
        "scroll",
        "selection",
        "strong_line",
        "sunken",
        "text",
        "tokens",
        "track",
    )

    def __init__(self, mode: Mode, *, reduced_motion: bool = False, coat: str = "state") -> None:
        self.mode = mode
        self.reduced_motion = reduced_motion
        self.tokens = tokens = COATS[coat][mode is Mode.LIGHT]
        self.background = QColor(tokens.background)
        self.panel = QColor(tokens.panel)
        self.raised = QColor(tokens.raised)
        self.sunken = QColor(tokens.sunken)
        self.track = QColor(tokens.track)
        self.line = QColor(tokens.line)
        self.strong_line = QColor(tokens.strong_line)
        self.text = QColor(tokens.text)
        self.dim = QColor(tokens.dim)
        self.faint = QColor(tokens.faint)
        self.info = QColor(tokens.info)
        self.on_fill = QColor(tokens.on_fill)
        self.selection = QColor(tokens.selection)
        self.scroll = QColor(tokens.scroll)
        self._risk_fill = QColor(tokens.risk_fill)
        self._on_risk = QColor(tokens.on_risk_fill)
        self._states = {
            State.SAFE: QColor(tokens.safe),
            State.AT_RISK: QColor(tokens.risk),
            State.FAILED: QColor(tokens.fail),
            State.UNKNOWN: QColor(tokens.unknown),
            State.REST: QColor(tokens.rest),
        }
        self._tones: dict[str, QColor] = {
            Tone.PLAIN: self.text,
            Tone.DIM: self.dim,
            Tone.INFO: self.info,
            Tone.GOOD: self._states[State.SAFE],
            Tone.WARN: self._states[State.AT_RISK],
            Tone.BAD: self._states[State.FAILED],
            Tone.UNKNOWN: self._states[State.UNKNOWN],
        }
        self._fonts: dict[Role, QFont] = {}

    @property
    def dark(self) -> bool:
        """Whether light text stands on dark panels."""
        return self.mode is not Mode.LIGHT

    def state(self, state: State) -> QColor:
        """The colour of a state as text, sign or line; readable on every depth."""
        return self._states[state]

    def fill(self, state: State) -> QColor:
        """The colour of a state as a ground that carries words; they are written in :meth:`ink`."""
        return self._risk_fill if state is State.AT_RISK else self._states[state]

    def ink(self, state: State) -> QColor:
        """The colour of words that stand on :meth:`fill`."""
        return self._on_risk if state is State.AT_RISK else self.on_fill

    def tone(self, tone: str) -> QColor:
        """The text colour of a tone; a word that is no tone reads as plain."""
        return self._tones.get(tone, self.text)

    def font(self, role: Role) -> QFont:
        """The font of a role: figures keep their width, code shows no ligatures."""
        font = self._fonts.get(role)
        if font is None:
            font = self._fonts[role] = _font(_FACES[role])
        return font


def _font(face: _Face) -> QFont:
    font = QFont(face.family)
    font.setPixelSize(face.pixels)
    font.setWeight(face.weight)
    if face.family == MONO:
        font.setFixedPitch(True)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFeature(QFont.Tag("calt"), 0)
    else:
        font.setStyleHint(QFont.StyleHint.SansSerif)
        font.setFeature(QFont.Tag("tnum"), 1)
    if face.spacing:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, face.spacing)
    if face.capitals:
        font.setCapitalization(QFont.Capitalization.AllUppercase)
    return font


def mix(front: QColor, back: QColor, share: float) -> QColor:
    """``share`` of the front colour over the back one, opaque; 1.0 is the front colour itself."""
    rest = 1.0 - share
    return QColor.fromRgbF(
        front.redF() * share + back.redF() * rest,
        front.greenF() * share + back.greenF() * rest,
        front.blueF() * share + back.blueF() * rest,
    )


def luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2 defines it, 0 to 1."""
    total = 0.0
    for part, weight in ((color.redF(), 0.2126), (color.greenF(), 0.7152), (color.blueF(), 0.0722)):
        total += weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return total


def contrast(front: QColor, back: QColor) -> float:
    """The WCAG 2 contrast ratio of two opaque colours, 1 to 21; text that must be read needs 4.5."""
    lighter, darker = sorted((luminance(front), luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


_current: list[Theme] = []
_fonts_loaded: list[int] = []


def current() -> Theme:
    """The look in force; the dark one until :func:`apply` was called."""
    if not _current:
        _current.append(Theme(Mode.DARK))
    return _current[0]


def load_fonts() -> None:
    """Make the bundled fonts known to Qt, once a process. Needs a QGuiApplication."""
    if _fonts_loaded:
        return
    for name in _FONT_FILES:
        _fonts_loaded.append(QFontDatabase.addApplicationFont(resource_path("fonts", name)))


def apply(app: QApplication, mode: Mode = Mode.SYSTEM, *, reduced_motion: bool = False, coat: str = "state") -> Theme:
    """Give the whole program a look; may be called again at any time, and everything open changes with it.

    ``coat`` is one of :data:`COATS`.
    """
    load_fonts()
    if mode is Mode.SYSTEM:
        light = app.styleHints().colorScheme() is Qt.ColorScheme.Light
        mode = Mode.LIGHT if light else Mode.DARK
    theme = Theme(mode, reduced_motion=reduced_motion, coat=coat)
    _current[:] = [theme]
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setFont(theme.font(Role.BODY14))
    app.setPalette(_palette(theme))
    app.setStyleSheet(stylesheet(theme))
    return theme


def _palette(theme: Theme) -> QPalette:
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, color in (
        (roles.Window, theme.background),
        (roles.WindowText, theme.text),
        (roles.Base, theme.sunken),
        (roles.AlternateBase, theme.panel),
        (roles.Text, theme.text),
        (roles.PlaceholderText, theme.dim),
        (roles.Button, theme.raised),
        (roles.ButtonText, theme.text),
        (roles.BrightText, theme.state(State.FAILED)),
        (roles.ToolTipBase, theme.raised),
        (roles.ToolTipText, theme.text),
        (roles.Highlight, theme.selection),
        (roles.HighlightedText, theme.text),
        (roles.Accent, theme.info),
        (roles.Link, theme.info),
        (roles.LinkVisited, theme.state(State.UNKNOWN)),
        (roles.Light, theme.raised),
        (roles.Midlight, theme.raised),
        (roles.Mid, theme.line),
        (roles.Dark, theme.line),
        (roles.Shadow, theme.background),
    ):
        palette.setColor(role, color)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.faint)
    return palette


def stylesheet(theme: Theme) -> str:
    """The stylesheet for Qt's own controls, made from the tokens."""
    sheet = _SHEET
    # The longest names first: "@text" is the beginning of no other, but "@line" could be.
    for name in sorted(theme.tokens._fields, key=len, reverse=True):
        sheet = sheet.replace(f"@{name};", f"{getattr(theme.tokens, name)};")
    for name in ("chevron-down", "chevron-up", "chevron-left", "chevron-right"):
        sheet = sheet.replace(f"@icon({name})", _icon_url(f"{name}.svg"))
    tick = "tick-dark.svg" if theme.dark else "tick-light.svg"
    return sheet.replace("@icon(tick)", _icon_url(tick))


def _icon_url(name: str) -> str:
    return 'url("' + resource_path("icons", "control", name).replace(os.sep, "/") + '")'


_SHEET = """
QToolTip { background-color: @raised; color: @text; border: 1px solid @strong_line; padding: 5px 8px; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {
    background-color: @sunken; color: @text; border: 1px solid @strong_line; border-radius: 6px;
    selection-background-color: @selection; selection-color: @text;
}
QLineEdit, QAbstractSpinBox, QComboBox { min-height: 22px; padding: 4px 10px; }
QPlainTextEdit, QTextEdit { padding: 6px 8px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QAbstractSpinBox:hover, QComboBox:hover
    { border-color: @faint; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus
    { border: 2px solid @info; padding: 3px 9px; }
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid @info; padding: 5px 7px; }
QLineEdit[trouble="true"], QPlainTextEdit[trouble="true"], QAbstractSpinBox[trouble="true"],
    QComboBox[trouble="true"] { border-color: @fail; }
QLineEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled
    { color: @faint; background-color: @panel; border-color: @line; }
QLineEdit:read-only { background-color: @panel; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: none; padding: 0; background: transparent; min-height: 0; }

QAbstractSpinBox { min-height: 19px; padding-right: 28px; }
QAbstractSpinBox:focus { padding-right: 27px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button
    { subcontrol-origin: border; width: 26px; border: none; background: transparent; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QAbstractSpinBox::up-arrow { image: @icon(chevron-up); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: @icon(chevron-down); width: 12px; height: 12px; }

QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: @icon(chevron-down); width: 14px; height: 14px; }
QComboBox QAbstractItemView {
    background-color: @raised; color: @text; border: 1px solid @strong_line; padding: 4px; outline: none;
}
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 8px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background-color: @selection; color: @text; }

QCheckBox, QRadioButton { color: @text; spacing: 10px; padding: 3px; border-radius: 6px;
    border: 2px solid transparent; }
QCheckBox:focus, QRadioButton:focus { border-color: @info; }
QCheckBox:disabled, QRadioButton:disabled { color: @faint; }
QCheckBox::indicator, QRadioButton::indicator, QGroupBox::indicator, QAbstractItemView::indicator
    { width: 16px; height: 16px; border: 1px solid @faint; background-color: @sunken; }
QCheckBox::indicator, QGroupBox::indicator, QAbstractItemView::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked, QGroupBox::indicator:checked, QAbstractItemView::indicator:checked
    { background-color: @info; border-color: @info; image: @icon(tick); }
QRadioButton::indicator:checked { width: 8px; height: 8px; border: 5px solid @info; background-color: @on_fill; }
QCheckBox[trouble="true"]::indicator { border-color: @fail; }

QPushButton, QToolButton {
    background-color: @raised; color: @text; border: 1px solid @strong_line; border-radius: 6px; padding: 5px 14px;
    min-height: 20px;
}
QToolButton { padding: 4px 8px; }
QPushButton:hover, QToolButton:hover { background-color: @track; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background-color: @line; }
QPushButton:focus, QToolButton:focus { border: 2px solid @info; padding: 4px 13px; }
QToolButton:focus { padding: 3px 7px; }
QPushButton:default { background-color: @info; color: @on_fill; border-color: @info; }
QPushButton:default:focus { border: 2px solid @text; }
QPushButton:disabled, QToolButton:disabled { color: @faint; background-color: @panel; border-color: @line; }

QMenu { background-color: @raised; color: @text; border: 1px solid @strong_line; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background-color: @selection; }
QMenu::item:disabled { color: @dim; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }

QTabBar::tab { color: @dim; background: transparent; padding: 8px 14px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom-color: @info; }
QTabBar::tab:focus { background-color: @raised; border: 2px solid @info; border-radius: 6px; padding: 6px 12px; }
QTabWidget::pane { border: none; border-top: 1px solid @line; }

QAbstractItemView { background-color: @panel; alternate-background-color: @raised; color: @text; border: none;
    gridline-color: @line; selection-background-color: @selection; selection-color: @text; outline: none; }
QTableView, QTreeView, QListView { border: 1px solid @line; border-radius: 10px; padding: 4px; }
QTableView:focus, QTreeView:focus, QListView:focus { border: 2px solid @info; padding: 3px; }
QTableView::item, QTreeView::item, QListView::item { padding: 6px 8px; border: none; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected
    { background-color: @selection; color: @text; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background-color: @panel; color: @dim; border: none; padding: 8px;
    border-bottom: 1px solid @line; }
QTableCornerButton::section { background-color: @panel; border: none; }

QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget#page { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background-color: @scroll; border-radius: 4px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background-color: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background-color: @track; border: none; border-radius: 4px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background-color: @info; border-radius: 4px; }
QSplitter::handle { background: transparent; }
QGroupBox { border: 1px solid @line; border-radius: 10px; margin-top: 18px; padding: 14px 14px 10px 14px; }
QGroupBox::title { subcontrol-origin: margin; left: 14px; color: @dim; }
QCalendarWidget QToolButton { border: none; background: transparent; }
QStatusBar { background-color: @background; color: @dim; border-top: 1px solid @line; }
QSlider::groove:horizontal { background-color: @track; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal { background-color: @info; width: 16px; margin: -6px 0; border-radius: 8px; }
QSlider::handle:horizontal:focus { background-color: @text; }
"""
