"""*Why?*: the raw answer that a count rests on, whole, with everything needed to check it by hand.

The cockpit believes evidence only, so the evidence has to be readable: who answered and when, by whose clock, whether
it still has its digest, and what today's parser makes of it.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from exitzero.core.errors import ExitZeroError
from exitzero.engine.views import EvidenceView
from exitzero.ui import theme
from exitzero.ui.dialogs import SideSheet
from exitzero.ui.link import Link
from exitzero.ui.page import Page
from exitzero.ui.pages.layout import Flow, Pairs, keyed
from exitzero.ui.pages.wording import number, stamp, utc_text
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Chip, EmptyState, Kind, Text


class EvidencePanel(QWidget):
    """Shows one raw answer. ``EvidencePanel(link).open(digest)`` asks for it; ``zone`` is whose hours it is told in."""

    close_wanted = Signal()

    def __init__(self, link: Link, parent: QWidget | None = None, *, closable: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("evidence-panel")
        self._link = link
        self._zone = ""
        self._digest = ""
        self._view: EvidenceView | None = None
        self._title = Text(self.tr("Evidence"), Role.HEADING)
        self.close_button = Button("", Kind.QUIET, icon="close", small=True)
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.setToolTip(self.tr("Close  Esc"))
        self.close_button.setVisible(closable)
        self.close_button.clicked.connect(self.close_wanted)
        self.intact = Chip(State.UNKNOWN, self.tr("not checked"))
        self.origin = Chip(State.UNKNOWN, "")
        self.facts = Pairs(name_width=124, mono=True)
        self.reread = Text("", Role.BODY14, wrap=True)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find in the answer"))
        self.search.setAccessibleName(self.tr("Find in the answer"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find_first)
        self.search.returnPressed.connect(self._find_next)
        self.copy_button = Button(self.tr("Copy answer"), icon="copy", small=True)
        keyed(self.copy_button, "Ctrl+Shift+C")
        self.copy_button.clicked.connect(self.copy_all)
        self.answer = QPlainTextEdit()
        self.answer.setReadOnly(True)
        self.answer.setTabChangesFocus(True)
        self.answer.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.answer.setAccessibleName(self.tr("Raw answer"))
        self.answer.setMinimumHeight(220)
        self.nothing = EmptyState("", "")
        self._build()
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)
        self._say(self.tr("No answer chosen"), self.tr("Why? at any count shows the answer that it rests on."))

    def open(self, digest: str, zone: str = "") -> None:
        """Ask for the answer with this digest and show it."""
        self._zone = zone
        if digest == self._digest and self._view is not None:
            return
        self._digest = digest
        self._view = None
        if not digest:
            self._say(
                self.tr("There is no evidence yet"),
                self.tr("The source was not asked, or it gave no answer that could be kept."),
            )
            return
        self._say(self.tr("Reading the answer"), "")
        self._link.ask(lambda q: q.evidence(digest), self._show, self._failed)

    def copy_all(self) -> None:
        """Put the whole answer onto the clipboard."""
        if self._view is not None:
            QGuiApplication.clipboard().setText(self._view.text)
            self.copy_button.setText(self.tr("Copied"))

    def _show(self, view: EvidenceView | None) -> None:
        if view is None:
            self._say(
                self.tr("This answer is no longer kept"),
                self.tr("Its digest stands in the journal, but the store does not hold the answer itself."),
            )
            return
        if view.digest != self._digest:
            return
        self._view = view
        self.intact.set_state(
            State.SAFE if view.intact else State.FAILED, self.tr("Intact") if view.intact else self.tr("Altered")
        )
        self.origin.setVisible(not view.official)
        self.origin.set_state(State.UNKNOWN, self.tr("Stand-in"))
        server = self.tr("not told") if view.server_at is None else utc_text(view.server_at) + " UTC"
        rows: list[tuple[str, str] | tuple[str, str, Tone]] = [
            (
                self.tr("Asked"),
                self.tr("{0} ({1} UTC)").format(
                    stamp(view.asked_at, self._zone, seconds=True, year=True), utc_text(view.asked_at)
                ),
            ),
            (self.tr("Its own time"), server, Tone.PLAIN if view.server_at else Tone.DIM),
            (
                self.tr("Answered by"),
                view.origin
                if view.official
                else self.tr("{0}, a stand-in and not the service itself").format(view.origin),
                Tone.PLAIN if view.official else Tone.UNKNOWN,
            ),
            (
                self.tr("Answer"),
                self.tr("HTTP {0}, {1}, {2} bytes").format(
                    view.status, view.content_type or self.tr("no type"), number(view.size)
                ),
            ),
            (self.tr("Read by"), view.parser),
            (
                self.tr("SHA-256"),
                f"{view.digest[:32]}\n{view.digest[32:]}",
                Tone.PLAIN if view.intact else Tone.BAD,
            ),
        ]
        if not view.intact:
            rows.append(
                (
                    "",
                    self.tr("The stored bytes no longer have this digest: someone or something changed them."),
                    Tone.BAD,
                )
            )
        self.facts.set_rows(rows)
        self.reread.setText(view.reread or self.tr("Today's parser makes nothing of it."))
        self.answer.setFont(theme.current().font(Role.MONO12))
        self.answer.setTabStopDistance(QFontMetricsF(self.answer.font()).horizontalAdvance(" ") * 2)
        self.answer.setPlainText(view.text)
        self.copy_button.setText(self.tr("Copy answer"))
        keyed(self.copy_button, "Ctrl+Shift+C")
        self.nothing.hide()
        self._area.show()
        self._find_first()

    def _failed(self, error: Exception) -> bool:
        words = str(error) if isinstance(error, ExitZeroError) else self.tr("The store could not be read.")
        self._say(self.tr("This answer cannot be shown"), words)
        return True

    def _say(self, title: str, words: str) -> None:
        self.nothing.set_words(title, words)
        self._area.hide()
        self.nothing.show()

    def _find_first(self) -> None:
        cursor = self.answer.textCursor()
        cursor.setPosition(0)
        self.answer.setTextCursor(cursor)
        self._find_next()

    def _find_next(self) -> None:
        text = self.search.text()
        found = not text or self.answer.find(text)
        if not found:  # Once round: the last hit is followed by the first.
            cursor = self.answer.textCursor()
            cursor.setPosition(0)
            self.answer.setTextCursor(cursor)
            found = self.answer.find(text)
        if bool(self.search.property("trouble")) is found:
            self.search.setProperty("trouble", not found)
            self.search.style().unpolish(self.search)
            self.search.style().polish(self.search)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        column.addLayout(head)
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        # On a low or doubled screen the whole scrolls; nothing is pressed together.
        self._area = QScrollArea()
        column.addWidget(self._area, 1)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setObjectName("page")
        content = QVBoxLayout(inner)
        content.setContentsMargins(0, 0, 2, 0)
        content.setSpacing(14)
        self._area.setWidget(inner)
        chips = Flow(spacing=16)
        content.addLayout(chips)
        chips.addWidget(self.intact)
        chips.addWidget(self.origin)
        content.addWidget(self.facts)
        reads = QVBoxLayout()
        reads.setSpacing(4)
        content.addLayout(reads)
        reads.addWidget(Text(self.tr("Today's parser reads"), Role.LABEL12, Tone.DIM))
        reads.addWidget(self.reread)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        content.addLayout(tools)
        tools.addWidget(Text(self.tr("Raw answer"), Role.LABEL12, Tone.DIM), 1)
        self.search.setMaximumWidth(220)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.copy_button)
        content.addWidget(self.answer, 1)
        column.addWidget(self.nothing, 1)
        self._title.setAccessibleDescription(self.tr("The raw answer behind a count"))


class EvidenceSheet(SideSheet):
    """The panel as a sheet at the side, so that the count it explains stays in sight."""

    def __init__(self, panel: EvidencePanel, over: QWidget) -> None:
        self.panel = panel
        super().__init__(over, panel)
        self.panel.close_wanted.connect(self.close_sheet)

    def open(self, digest: str, zone: str = "") -> None:
        """Show the answer with this digest."""
        self.panel.open(digest, zone)
        self.show_over(self.panel.close_button)


class EvidenceScreen(Page):
    """The panel as a page of its own, for a link that leads straight to an answer."""

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.panel = EvidencePanel(link, closable=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)

    def open(self, target: object) -> None:
        """Show the answer with this digest."""
        if isinstance(target, str):
            self.panel.open(target)

    def refresh(self) -> None:
        """An answer never changes, so there is nothing to ask again."""
