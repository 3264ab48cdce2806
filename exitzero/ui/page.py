"""What every page is: it asks when it is seen, and is built and filled in steps so short that nothing stalls.

A page has hundreds of parts; to make them, or to fill them, in one go would stop the countdown for several frames. So
both are written as generators, and one driver takes a step of them in each turn of Qt's loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exitzero.ui.widgets.skeleton import SkeletonPage

if TYPE_CHECKING:
    from exitzero.core.topics import Topics
    from exitzero.ui.link import Link

_POLISHED_AT_ONCE = 16


class Steps(QObject):
    """Takes a step of some work in each turn of Qt's loop, the first one at once. One work at a time."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_busy = False
        self._work: Iterator[None] | None = None
        self._then: Callable[[], object] = int
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)

    def run(self, work: Iterable[None], then: Callable[[], object]) -> None:
        """Begin a work, dropping what is left of another, and call ``then`` after its last step.

        Not to be called in a step.
        """
        self.is_busy = True
        self._work, self._then = iter(work), then
        self._step()

    def finish(self) -> None:
        """Do all that is left, now; also what ``then`` began."""
        while self._work is not None:
            self._step()

    def _step(self) -> None:
        work, self._work = self._work, None
        if work is None:
            return
        try:
            ended = next(work, self) is self
        except BaseException:
            self.is_busy = False
            raise
        if not ended:
            self._work = work
            self._timer.start()
            return
        # Not kept any longer: a page that holds itself would be taken apart by the collector, in whatever thread.
        then, self._then = self._then, int
        self.is_busy = False
        then()


class Page(QWidget):
    """A page: asks for its records when it is first seen and whenever one of its ``topics`` was touched (rule 10).

    While it is hidden it only marks itself stale. ``navigate`` asks the window for another page by its key, with what
    that page's :meth:`open` is to show. A page with many parts builds them in :meth:`_parts`; until they stand, none
    of :meth:`open`, :meth:`refresh` and the answers is called.
    """

    topics: ClassVar[Topics] = frozenset()
    keys: ClassVar[tuple[tuple[str, str], ...]] = ()
    """The page's own keys, each with what it does, for the sheet that F1 shows."""

    grows_when_seen: ClassVar[bool] = True
    """Whether it begins to grow by itself."""

    navigate = Signal(str, object)
    grown = Signal()
    """All parts stand, and what was placed last is painted."""

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.link = link
        self.stale = True
        self.is_grown = False
        self._target: tuple[object, ...] = ()
        self._began = False
        self._steps = Steps(self)
        self._next: Iterable[None] | None = None
        link.changed.connect(self._topics_changed)

    def refresh(self) -> None:
        """Ask for what the page shows. Called on the Qt thread while the page is visible."""
        raise NotImplementedError

    def open(self, target: object) -> None:
        """Show this of what the page can show (a date, a digest)."""

    def visit(self) -> None:
        """Called each time the page comes before the eyes, its parts standing."""

    def show_target(self, target: object) -> None:
        """:meth:`open` this as soon as the parts stand."""
        if self.is_grown:
            self.open(target)
        else:
            self._target = (target,)

    def grow(self) -> None:
        """Begin to build the parts."""
        if not self._began:
            self._began = True
            self._steps.run(self._parts(), self._stand)

    def finish_growing(self) -> None:
        """Build and fill now all that is still under way."""
        self.grow()
        self._steps.finish()

    def fill(self, work: Iterable[None]) -> None:
        """Put a record onto the page in short steps.

        One that is under way is brought to its end, or a page whose records change faster than it is filled would
        never stand; of those that come meanwhile only the newest is put there after it.
        """
        if self._steps.is_busy:
            self._next = work
        else:
            self._steps.run(work, self._fill_ended)

    def refresh_when_seen(self) -> None:
        """Ask now if the page is on the screen, else as soon as it is."""
        self.stale = True
        if self.is_grown and self.isVisible():
            self.stale = False
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.is_grown:
            self._come_before_eyes()
        elif self.grows_when_seen:
            self.grow()

    def _parts(self) -> Iterator[None]:
        """Build the parts; each yield ends a step."""
        return iter(())

    def _stand(self) -> None:
        self.is_grown = True
        if self._target:
            self.open(*self._target)
        if self.isVisible():
            self._come_before_eyes()
        QTimer.singleShot(0, self, self.grown.emit)

    def _come_before_eyes(self) -> None:
        if self.stale:
            self.refresh_when_seen()
        self.visit()

    def _fill_ended(self) -> None:
        self._filled()
        work, self._next = self._next, None
        if work is not None:
            self.fill(work)

    def _filled(self) -> None:
        """A record stands on the page."""

    def _topics_changed(self, topics: Topics) -> None:
        if topics & self.topics:
            self.refresh_when_seen()


class UnseenPage(Page):
    """A page whose parts are built unseen on :attr:`ground`, and shown together with their first record.

    Until then a skeleton stands there. What shows a record, or says why there is none, calls :meth:`fill`.
    """

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.is_revealed = False
        self.ground = QWidget(self)
        self.ground.hide()
        # The last child, so that it stands above the ground.
        self._skeleton: SkeletonPage | None = SkeletonPage(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.ground)

    def fill(self, work: Iterable[None]) -> None:
        super().fill(work if self.is_revealed else chain(work, self._prepare()))

    def _prepare(self) -> Iterator[None]:
        """Do before what the first look would do in one go: dress all parts and lay them out."""
        yield
        for number, part in enumerate(self.ground.findChildren(QWidget)):
            if shiboken6.isValid(part):  # Another answer may have taken it away between two steps.
                part.ensurePolished()
            if number % _POLISHED_AT_ONCE == 0:
                yield
        self.ground.resize(self.size())
        layout = self.ground.layout()
        if layout is not None:
            layout.activate()
        yield

    def _filled(self) -> None:
        if not self.is_revealed:
            self.is_revealed = True
            # Laid out beneath the skeleton in this turn, painted in the next.
            self.ground.show()
            QTimer.singleShot(0, self, self._uncover)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._skeleton is not None:
            self._skeleton.setGeometry(self.rect())

    def _uncover(self) -> None:
        if self._skeleton is not None:
            self._skeleton.hide()
            self._skeleton.deleteLater()
            self._skeleton = None
        if self.hasFocus():
            # The keyboard was on the page before; it goes to the first stop of this one.
            self.focusNextChild()
