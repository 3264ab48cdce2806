"""The pages of the window, one above the other: each is imported and built when it is first gone to.

Reading a page's modules takes as long as several frames, so a thread does it, and a skeleton stands there meanwhile.
"""

import threading
from collections.abc import Mapping

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from exitzero.ui import pages
from exitzero.ui.link import Link
from exitzero.ui.page import Page
from exitzero.ui.widgets.skeleton import SkeletonPage


class PageStack(QStackedWidget):
    """Shows one page at a time, by the keys of :data:`exitzero.ui.pages.PAGES`."""

    made = Signal(object)
    """A page was built: its signals can be connected."""

    _read = Signal(str, object)

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._pages: dict[str, Page] = {}
        self._wanted: tuple[str, object] = ("", None)
        self._waiting: SkeletonPage | None = None
        self._read.connect(self._go_on, Qt.ConnectionType.QueuedConnection)

    @property
    def current(self) -> str:
        """The key of the page that is shown, or will be as soon as it is read."""
        shown = self.currentWidget()
        if shown is not None and shown is self._waiting:
            return self._wanted[0]
        return next((key for key, page in self._pages.items() if page is shown), "")

    @property
    def built(self) -> Mapping[str, Page]:
        """The pages that were gone to so far."""
        return self._pages

    def page(self, key: str) -> Page:
        """A page, built now if it was never shown; its parts may still be growing. Raises KeyError for a wrong key."""
        if key not in self._pages:
            page = pages.entry(key).load()(self._link)
            self._pages[key] = page
            self.addWidget(page)
            self.made.emit(page)
        return self._pages[key]

    def go_to(self, key: str, target: object = None) -> None:
        """Show a page; ``target`` is what of it. Raises KeyError for a page that is not there."""
        entry = pages.entry(key)
        self._wanted = key, target
        if key in self._pages or entry.at_once:
            self._open(key, target)
            return
        if self._waiting is None:
            self._waiting = SkeletonPage()
            self.addWidget(self._waiting)
        self.setCurrentWidget(self._waiting)
        threading.Thread(target=self._import, args=(entry,), name="exitzero-page").start()

    def _import(self, entry: pages.PageEntry) -> None:
        trouble: Exception | None = None
        try:
            entry.load()
        except Exception as error:  # noqa: BLE001 - told on the Qt thread
            trouble = error
        if shiboken6.isValid(self):
            self._read.emit(entry.key, trouble)

    def _go_on(self, key: str, trouble: Exception | None) -> None:
        if trouble is not None:
            self._link.report(trouble)
        elif self._wanted[0] == key and self.currentWidget() is self._waiting:
            self._open(*self._wanted)

    def _open(self, key: str, target: object) -> None:
        page = self.page(key)
        page.show_target(target)
        self.setCurrentWidget(page)
