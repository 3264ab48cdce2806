"""The board behind its tab: what is searched, which columns hold more than is shown, and the first card of all."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from exitzero.core.errors import ExitZeroError
from exitzero.ui.dialogs import Overlay
from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.outreach_pane import Pane
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.board import BoardView
from exitzero.ui.widgets.board_card import CardView, Sign
from exitzero.ui.widgets.card import Banner, EmptyState, Text
from exitzero.ui.widgets.skeleton import Skeleton
from exitzero.work.outreach.views import STAGES, Board, Column, TargetView

FIRST = 60
"""So many cards of each column come at first; more come while one scrolls."""

_SEARCH_MS = 60


class BoardPane(Pane):
    """The board with its search line."""

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.targets: dict[int, TargetView] = {}
        self._most = FIRST
        self._was_shown = False
        self._columns: dict[str, tuple[TargetView, ...]] = {}
        self.search = QLineEdit()
        self.search.setObjectName("board-search")
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the board"))
        self.search.setToolTip(self.tr("Search in names, companies, roles, tags and notes  /"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(340)
        self.search.textChanged.connect(self._typed)
        self.hint = Text(
            self.tr("Shift and arrows move a card · Enter opens · L logs · N new · M menu · Z undo"),
            Role.SMALL12,
            Tone.DIM,
        )
        self.board = BoardView([(stage, told.stage_title(stage)) for stage in STAGES])
        self.board.moved.connect(self._moved)
        self.board.opened.connect(self.opened)
        self.board.menu_wanted.connect(self._menu)
        self.board.more_wanted.connect(self._more)
        self.empty = EmptyState(
            self.tr("Nobody to write to yet"),
            self.tr(
                "Add the first person or company by one line, paste a profile's link, or bring the list you have "
                "from a spreadsheet or another tracker."
            ),
            self.tr("Add a target"),
            icon="outreach",
        )
        self.empty.activated.connect(self.add_wanted)
        self.nothing = EmptyState(self.tr("Nobody matches"), "", self.tr("Clear the search"), icon="search")
        self.nothing.activated.connect(self.search.clear)
        self.trouble = Banner()
        self.trouble.activated.connect(self.refresh)
        waiting = QWidget()
        row = QHBoxLayout(waiting)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for _stage in STAGES:
            row.addWidget(Skeleton())
        self.stack = QStackedWidget()
        for widget in (waiting, self.board, self.empty, self.nothing):
            self.stack.addWidget(widget)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self.search, 1)
        head.addStretch(1)
        self.hint.setSizePolicy(self.hint.sizePolicy().Policy.Ignored, self.hint.sizePolicy().Policy.Preferred)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.hint, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.trouble)
        column.addWidget(self.stack, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SEARCH_MS)
        self._timer.timeout.connect(self.refresh)

    def refresh(self) -> None:
        text, most = self.search.text().strip(), self._most
        self.link.ask(lambda questions: (text, questions.outreach.board(text, most=most)), self._show, self._failed)

    def take_keyboard(self) -> None:
        super().take_keyboard()
        self.board.focus_first()

    def focus_search(self) -> None:
        """Put the keyboard into the search line."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @property
    def chosen(self) -> TargetView | None:
        """The target that the keyboard is on."""
        return self.targets.get(self.board.chosen)

    def _typed(self) -> None:
        self._most = FIRST
        self._timer.start()

    def _show(self, answer: tuple[str, Board]) -> None:
        text, board = answer
        self.trouble.clear()
        if text != self.search.text().strip():
            return
        shown = sum(column.total for column in board.columns)
        if not board.total and not shown and not text:
            self.stack.setCurrentWidget(self.empty)
            return
        if text and not shown:
            self.nothing.set_words(
                self.tr("Nobody matches"), self.tr("No target holds every word of “{0}”.").format(text)
            )
            self.stack.setCurrentWidget(self.nothing)
            return
        self.targets = {}
        for column in board.columns:
            self._columns[column.stage] = column.cards
            self._show_column(column.stage, column.cards, column.total)
        self.stack.setCurrentWidget(self.board)
        here = self.window().focusWidget()
        if not self._was_shown and not isinstance(here, QLineEdit) and not _above(here) and self.isVisible():
            # The arrows walk the cards as soon as there are any.
            self._was_shown = True
            self.board.focus_first()

    def _show_column(self, stage: str, cards: Sequence[TargetView], total: int) -> None:
        self.targets.update((card.id, card) for card in cards)
        self.board.show_column(stage, [self.card(card) for card in cards], total)

    def card(self, target: TargetView) -> CardView:
        """A target as its card."""
        now = self.link.now()
        due = told.due_words(target, self.today, short=True)
        sign = Sign(due, Tone.WARN, State.AT_RISK) if target.due else Sign(due)
        words, tone, state = told.contact_words(target, now, self.zone)
        return CardView(
            key=target.id,
            title=target.name,
            corner=told.platform_title(target.platform) if target.platform else "",
            line=told.role_line(target),
            pills=target.tags,
            left=Sign(words, tone, state),
            right=sign,
            spoken=told.spoken(target, now, self.zone),
        )

    def _failed(self, error: Exception) -> bool:
        title, advice = told.said(error, self.tr("The board cannot be read"))
        self.trouble.show_message(Tone.BAD, title, advice, action=self.tr("Try again"), dismissable=False)
        return isinstance(error, ExitZeroError)

    def _moved(self, number: int, stage: str, before: int) -> None:
        target = self.targets.get(number)
        if target is not None:
            self.move_target(target, stage, before or None)

    def _menu(self, number: int, where: QPoint) -> None:
        target = self.targets.get(number)
        if target is not None:
            self.menu_for(target, where)

    def _more(self, stage: str) -> None:
        text, have = self.search.text().strip(), self.board.loaded(stage)
        self.link.ask(
            lambda questions: (text, questions.outreach.column(stage, text, first=have, most=FIRST)), self._more_came
        )

    def _more_came(self, answer: tuple[str, Column]) -> None:
        text, column = answer
        if text != self.search.text().strip():
            return
        have = self._columns.get(column.stage, ())
        known = {card.id for card in have}
        cards = (*have, *(card for card in column.cards if card.id not in known))
        self._columns[column.stage] = cards
        self._most = max(self._most, len(cards))
        self._show_column(column.stage, cards, column.total)


def _above(widget: QWidget | None) -> bool:
    """Whether it is in a sheet above the page, which keeps the keyboard."""
    while widget is not None and not isinstance(widget, Overlay):
        widget = widget.parentWidget()
    return widget is not None
