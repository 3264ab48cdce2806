"""The window: rail, page, status strip, and above the page what must be said. It opens before the engine is there.

Only the cockpit is built at the start. The window remembers where it
was, is never hidden where nobody can find it again, and wears the day's state on its upper edge.

A few lines over 400: pages, banner, memory and keys all hang on the one widget that Qt calls a window.
"""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeySequence,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.today import Today
from exitzero.core.topics import Topic, Topics
from exitzero.ui import format as words
from exitzero.ui import pages, status_line, theme
from exitzero.ui.link import Link
from exitzero.ui.page import Page
from exitzero.ui.page_stack import PageStack
from exitzero.ui.pages.cockpit import CockpitScreen
from exitzero.ui.theme import State, Tone
from exitzero.ui.widgets.banner import Banner
from exitzero.ui.widgets.nav_rail import NavItem, NavRail
from exitzero.ui.widgets.status_strip import StatusStrip

EDGE = 3
SMALLEST = QSize(900, 500)
USUAL = QSize(1360, 820)
GEOMETRY = "window.geometry"
PAGE = "window.page"
ON_TOP = "window.on_top"
APPEARANCE = "appearance.theme"
MOTION = "appearance.reduced_motion"
CLOCK = "appearance.clock"
COAT = "appearance.coat"
FIRST_WEEKDAY = "first_weekday"
PREFERENCES = (GEOMETRY, PAGE, ON_TOP, APPEARANCE, COAT, MOTION, CLOCK, FIRST_WEEKDAY)
"""What the window reads of the preferences, before the engine is there and again when they change."""

_SAVE_MS = 700


def can_stay_on_top() -> bool:
    """Whether this platform lets a window ask to stay above the others; Wayland does not."""
    return QGuiApplication.platformName() in {"xcb", "windows", "cocoa"}


class Window(QWidget):
    """The main window. Lives on the Qt thread; everything it knows comes through the link.

    ``preferences`` are those of :data:`PREFERENCES` that are stored. ``has_tray`` says whether there is really a tray
    now from which a hidden window can be had back.
    """

    first_painted = Signal()
    """The first glance stands."""
    painted = Signal()
    """The whole first page stands: what is not needed for that can begin now."""
    quit_wanted = Signal()
    hidden_to_tray = Signal()
    hud_wanted = Signal()
    page_opened = Signal(str)
    preferences_read = Signal()

    def __init__(
        self,
        link: Link,
        *,
        version: str = "",
        preferences: Mapping[str, Any] | None = None,
        has_tray: Callable[[], bool] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        self.setWindowTitle("ExitZero")
        self.setMinimumSize(SMALLEST)
        self.link = link
        self.quitting = False
        self._version = version
        self._has_tray = has_tray or (lambda: False)
        self._was_painted = False
        self._state = State.REST
        self._history: list[str] = []
        self._stored = dict(preferences or {})
        self.rail = NavRail()
        entries = [entry for entry in pages.PAGES if entry.icon]
        self.rail.set_items(
            [NavItem(entry.key, self.tr(entry.label), entry.icon) for entry in entries if not entry.at_bottom],
            [NavItem(entry.key, self.tr(entry.label), entry.icon) for entry in entries if entry.at_bottom],
        )
        self.rail.activated.connect(self.navigate)
        self.rail.set_state(self._state)
        self.banner = Banner()
        self._banner_action: Callable[[], object] | None = None
        self.banner.activated.connect(self._act_on_banner)
        self.stack = PageStack(link)
        self.stack.made.connect(self._page_made)
        self.strip = StatusStrip()
        self.strip.item_activated.connect(self._strip_activated)
        self._arrange()
        self._save = QTimer(self)
        self._save.setSingleShot(True)
        self._save.setInterval(_SAVE_MS)
        self._save.timeout.connect(self.save_place)
        self._bind_keys()
        link.troubled.connect(self.show_trouble)
        link.ready.connect(self._show_status)
        link.changed.connect(self._topics_changed)
        link.watch.changed.connect(self._show_today)
        link.watch.minute.connect(self._minute)
        self._restore_place()
        self.navigate("cockpit")
        if link.watch.today is not None:
            self._show_today(link.watch.today)
        self._show_status()
        # The keyboard begins here; a ring on the first button at every start would only be noise.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()

    @property
    def cockpit(self) -> CockpitScreen:
        """The first page; it is always there."""
        page = self.page("cockpit")
        assert isinstance(page, CockpitScreen)  # noqa: S101 - the list of pages says so
        return page

    @property
    def current(self) -> str:
        """The key of the page that is shown."""
        return self.stack.current

    @property
    def state(self) -> State:
        """The state on the window's edge."""
        return self._state

    @property
    def preferences(self) -> Mapping[str, Any]:
        """The preferences of the window and its look, as they were read last."""
        return self._stored

    def page(self, key: str) -> Page:
        """A page, made now if it was never shown. Raises KeyError for one that is not there."""
        return self.stack.page(key)

    def navigate(self, key: str, target: object = None) -> None:
        """Show a page; ``target`` is what of it (a date, a digest)."""
        before = self.current
        self.stack.go_to(key, target)
        chrome = bool(pages.entry(key).icon) or key in {"evidence", "target"}
        self.rail.setVisible(chrome)
        self.strip.setVisible(chrome)
        if pages.entry(key).icon:
            self.rail.set_active(key)
        if before and before != key:
            self._history = [*self._history, before][-32:]
            if pages.entry(key).icon:
                self.remember(PAGE, key)
        self.page_opened.emit(key)

    def show_page(self, page: Page) -> None:
        """Show a page that is in no list (trouble at the start), without rail and strip."""
        if self.stack.indexOf(page) < 0:
            self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        self.rail.hide()
        self.strip.hide()

    def go_back(self) -> None:
        """Show the page before this one."""
        if self._history:
            key = self._history.pop()
            self.navigate(key)
            self._history = [each for each in self._history if each != self.current][-32:]

    def begin_first_run(self) -> None:
        """Show the one screen that makes a contract; rail and strip come with the first day."""
        self.navigate("first_run")

    def restore_page(self) -> None:
        """Go to the page that was open last, once the first screen stands."""
        key = self._stored.get(PAGE)
        known = {entry.key for entry in pages.PAGES if entry.icon}
        if isinstance(key, str) and key in known - {"cockpit"} and self.current == "cockpit":
            self.navigate(key)
            self._history.clear()

    def check_now(self) -> None:
        """Ask the sources now, wherever one is."""
        if self.link.watch.today is None:
            return
        if self.current != "cockpit":
            self.navigate("cockpit")
        self.cockpit.check_now()

    def present(self) -> None:
        """Bring the window before the person's eyes, wherever it was."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def say(
        self,
        tone: Tone,
        title: str,
        advice: str = "",
        *,
        action: str = "",
        act: Callable[[], object] | None = None,
    ) -> None:
        """Say something above the page; ``act`` is done when its button is pressed."""
        self._banner_action = act
        self.banner.show_message(tone, title, advice, action=action)

    def show_trouble(self, error: Exception) -> None:
        """Say what the world did, and what to do about it."""
        if isinstance(error, OutsideTrouble):
            self.say(Tone.WARN, error.title, error.advice)
        elif isinstance(error, BadInput):
            self.say(Tone.WARN, error.message)

    def remember(self, name: str, value: Any) -> None:
        """Keep a preference, if it is another than before and there is an engine to keep it."""
        if self._stored.get(name) == value or self.link.engine is None:
            return
        self._stored[name] = value
        self.link.do(lambda actions: actions.set_preference(name, value))

    def save_place(self) -> None:
        """Keep size, place and screen."""
        self._save.stop()
        if self.isVisible() and not self.isMinimized():
            self.remember(GEOMETRY, bytes(self.saveGeometry().toBase64().data()).decode("ascii"))

    def set_on_top(self, wanted: bool) -> None:
        """Stay above other windows, where the platform can; nothing happens elsewhere."""
        if not can_stay_on_top():
            return
        if self.isVisible():
            self.windowHandle().setFlag(Qt.WindowType.WindowStaysOnTopHint, wanted)
        else:
            self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, wanted)

    def toggle_full_screen(self) -> None:
        """Full screen, and back."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    # Qt's events

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.background)
        edge = look.state(self._state) if self.link.watch.today is not None else look.line
        painter.fillRect(QRectF(0, 0, self.width(), EDGE), edge)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        """Build the rest of the cockpit, step by step; then comes what is not seen."""
        self.first_painted.emit()
        self.cockpit.grown.connect(self.painted)
        self.cockpit.grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._save.start()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._save.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._save.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.save_place()
        if self.quitting:
            event.accept()
            return
        event.ignore()
        if self._has_tray():
            self.hide()
            self.hidden_to_tray.emit()
        else:
            self.quit_wanted.emit()

    # Inside

    def _arrange(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        above = QHBoxLayout()
        above.setContentsMargins(20, 12, 20, 0)
        above.addWidget(self.banner)
        self._above = QWidget()
        self._above.setLayout(above)
        self._above.hide()
        right.addWidget(self._above)
        right.addWidget(self.stack, 1)
        right.addWidget(self.strip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, EDGE, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        self.banner.installEventFilter(self)

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if watched is self.banner and event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self._above.setVisible(event.type() == QEvent.Type.ShowToParent)
        return super().eventFilter(watched, event)

    def _bind_keys(self) -> None:
        for keys, deed in (
            ("F11", self.toggle_full_screen),
            ("Ctrl+R", self.check_now),
            ("F5", self.check_now),
            ("Ctrl+Q", self.quit_wanted.emit),
            ("Ctrl+L", self._focus_filter),
            ("Ctrl+H", self.hud_wanted.emit),
            ("Alt+Left", self.go_back),
            ("F1", self.show_shortcuts),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(deed)

    def show_shortcuts(self) -> None:
        """Show what the keyboard can do."""
        from exitzero.ui.shortcut_sheet import ShortcutSheet

        page = self.stack.built.get(self.stack.current)
        sheet = ShortcutSheet(self, page.keys if page is not None else ())
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def _focus_filter(self) -> None:
        if self.current != "cockpit":
            self.navigate("cockpit")
        self.cockpit.focus_filter()

    def _page_made(self, page: Page) -> None:
        page.navigate.connect(self.navigate)

    def _act_on_banner(self) -> None:
        act, self._banner_action = self._banner_action, None
        self.banner.clear()
        if act is not None:
            act()

    def _restore_place(self) -> None:
        stored = self._stored.get(GEOMETRY)
        if isinstance(stored, str) and self.restoreGeometry(QByteArray.fromBase64(QByteArray(stored.encode("ascii")))):
            pass
        else:
            screen = QGuiApplication.primaryScreen()
            self.resize(USUAL.boundedTo(screen.availableSize()))
        if self._stored.get(ON_TOP) is True:
            self.set_on_top(True)

    def _show_today(self, today: Today | None) -> None:
        if today is None:
            # Between two days, and before a late one is opened, there is no today but a contract all the same.
            self.link.ask(lambda questions: questions.contract() is None, self._take_beginning)
            return
        if self.current == "first_run":
            self.navigate("cockpit")
            self._history.clear()
        self._state = words.state_of(today)
        self.rail.set_state(self._state)
        self.rail.setAccessibleDescription(words.state_word(today))
        self._title()
        self._show_status()
        self.update(0, 0, self.width(), EDGE)

    def _take_beginning(self, is_first: bool) -> None:
        if is_first and self.link.watch.today is None:
            self.begin_first_run()

    def _minute(self) -> None:
        self._title()
        self._show_status()

    def _title(self) -> None:
        today = self.link.watch.today
        if today is None:
            return
        left = today.deadline - self.link.now()
        time = f" · {words.span(left)}" if left.total_seconds() > 0 and not today.outcome else ""
        self.setWindowTitle(f"{self._state.glyph} exit {today.exit_code}{time} – ExitZero")

    def _topics_changed(self, topics: Topics) -> None:
        self._show_status()
        if Topic.PREFERENCES in topics:
            self.link.ask(
                lambda questions: {name: questions.preference(name, None) for name in PREFERENCES},
                self._take_preferences,
            )

    def _take_preferences(self, values: dict[str, Any]) -> None:
        before, self._stored = self._stored, {**self._stored, **values}
        self.preferences_read.emit()
        if bool(before.get(ON_TOP)) != bool(values.get(ON_TOP)):
            self.set_on_top(bool(values.get(ON_TOP)))

    def _show_status(self) -> None:
        self.strip.set_items(status_line.left_items(self.link), status_line.right_items(self.link, self._version))

    def _strip_activated(self, _key: str) -> None:
        self.navigate("health")
