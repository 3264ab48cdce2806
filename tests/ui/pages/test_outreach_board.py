"""The board: cards are moved by mouse and by keyboard, searched while typing, and every move can be taken back."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from exitzero.core.errors import OutsideTrouble
from exitzero.ui import theme
from exitzero.ui.pages.outreach import OutreachScreen
from exitzero.ui.theme import State
from exitzero.ui.widgets.board import BoardView
from exitzero.ui.widgets.board_card import CardView, Sign
from exitzero.ui.widgets.card import Button
from exitzero.work.outreach.draft import Draft
from tests.engine.kit import DAY_ONE, Life
from tests.ui.pages.conftest import Stage
from tests.ui.pages.outreach_life import THREAD, Hunt, words_of


@pytest.fixture
def hunt(life: Callable[..., Life], qtbot: QtBot, qapp: QApplication) -> Iterator[Hunt]:
    """A hunt that has begun."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    begun = Hunt(life(), qtbot)
    yield begun
    begun.close()


def shown(board: BoardView, stage: str) -> list[str]:
    """The names that stand in a column, from its top."""
    return [card.title for card in board.columns[stage].model_of.cards]


def drag(board: BoardView, key: int, stage: str, at: QPoint) -> None:
    """Take a card and let it go over another column, at a place of that column's viewport."""
    column, center = board.card_center(key)
    goal = board.columns[stage]
    begin = center.toPoint()
    end = column.viewport().mapFromGlobal(goal.viewport().mapToGlobal(at))
    QTest.mousePress(column.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, begin)
    for step in range(1, 9):
        place = QPointF(begin) + (QPointF(end) - QPointF(begin)) * (step / 8)
        _move(column.viewport(), place.toPoint())
    QTest.mouseRelease(column.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


def _move(viewport: QWidget, at: QPoint) -> None:
    # QTest.mouseMove tells of no pressed button on the offscreen platform.
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QCoreApplication.sendEvent(viewport, event)


def test_without_targets_the_page_says_how_to_begin(hunt: Hunt) -> None:
    """The empty state names the ways in and its button opens the first."""
    page = hunt.open(OutreachScreen)
    hunt.until(lambda: page.board.stack.currentWidget() is page.board.empty)
    page.board.empty.button.click()
    assert page.add_sheet.is_open


def test_a_card_is_dragged_into_another_column(hunt: Hunt) -> None:
    """Let go over a column, the card is kept there, and the board shows what is kept."""
    ada = hunt.add("Ada Byron", company="Analytical", role="CTO")
    hunt.add("Bo Ek", stage="replied")
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: shown(board, "to_contact") and shown(board, "replied"))
    drag(board, ada, "replied", QPoint(40, 4))
    hunt.until(lambda: shown(board, "replied") == ["Ada Byron", "Bo Ek"])
    assert hunt.names("replied") == ["Ada Byron", "Bo Ek"]
    assert "Ada Byron is in Replied now" in page.toast.text.text()


def test_a_card_is_dragged_within_its_column(hunt: Hunt) -> None:
    """The line between two cards says where it comes, and there it stays."""
    for name in ("One", "Two", "Three"):
        hunt.add(name, stage="messaged")
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: len(shown(board, "messaged")) == 3)
    before = shown(board, "messaged")
    first = board.columns["messaged"].card_at(0)
    assert first is not None
    column = board.columns["messaged"]
    last = column.visualRect(column.model_of.index(2))
    drag(board, first.key, "messaged", QPoint(40, last.bottom() - 4))
    moved = [*before[1:], before[0]]
    hunt.until(lambda: shown(board, "messaged") == moved)
    assert hunt.names("messaged") == moved


def test_escape_lets_a_dragged_card_go(hunt: Hunt) -> None:
    """Nothing moves if one thinks better of it."""
    ada = hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: shown(board, "to_contact"))
    board.focus_first()
    column, center = board.card_center(ada)
    viewport = column.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, center.toPoint())
    _move(viewport, center.toPoint() + QPoint(300, 30))
    assert column.lifted == 0
    QTest.keyClick(column, Qt.Key.Key_Escape)
    assert column.lifted == -1
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, center.toPoint())
    assert hunt.names("to_contact") == ["Ada Byron"]


def test_the_keyboard_moves_cards_and_goes_with_them(hunt: Hunt) -> None:
    """Shift and an arrow move; the keyboard stays on the card, so that it can be moved on."""
    ada = hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: shown(board, "to_contact"))
    board.focus_first()
    assert board.chosen == ada
    QTest.keyClick(board.columns["to_contact"], Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    hunt.until(lambda: shown(board, "messaged") == ["Ada Byron"] and board.columns["messaged"].hasFocus())
    QTest.keyClick(board.columns["messaged"], Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    hunt.until(lambda: shown(board, "replied") == ["Ada Byron"])
    assert board.chosen == ada
    assert hunt.target(ada).stage == "replied"


def test_the_keyboard_orders_cards_in_a_column(hunt: Hunt) -> None:
    """Shift and down swap a card with the one below."""
    for name in ("One", "Two", "Three"):
        hunt.add(name)
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: len(shown(board, "to_contact")) == 3)
    first, second, third = shown(board, "to_contact")
    board.focus_first()
    QTest.keyClick(board.columns["to_contact"], Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    hunt.until(lambda: shown(board, "to_contact") == [second, first, third])
    assert hunt.names("to_contact") == [second, first, third]


def test_arrows_walk_from_column_to_column(hunt: Hunt) -> None:
    """Right and left go to the card beside, past nothing."""
    hunt.add("Ada Byron")
    bo = hunt.add("Bo Ek", stage="messaged")
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: shown(board, "to_contact") and shown(board, "messaged"))
    board.focus_first()
    QTest.keyClick(board.columns["to_contact"], Qt.Key.Key_Right)
    assert board.chosen == bo
    QTest.keyClick(board.columns["messaged"], Qt.Key.Key_Left)
    QTest.keyClick(board.columns["to_contact"], Qt.Key.Key_Left)
    assert board.columns["to_contact"].hasFocus()


def test_enter_opens_and_l_logs_the_chosen_card(hunt: Hunt) -> None:
    """The deeds of a card need no mouse."""
    ada = hunt.add("Ada Byron", role="CTO")
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: shown(board, "to_contact"))
    board.focus_first()
    with hunt.bot.waitSignal(page.navigate) as asked:
        QTest.keyClick(board.columns["to_contact"], Qt.Key.Key_Return)
    assert asked.args == ["target", ada]
    QTest.keyClick(board.columns["to_contact"], Qt.Key.Key_L)
    assert page.log_sheet.is_open
    assert page.log.picker.target == ada


def test_z_takes_the_last_move_back(hunt: Hunt) -> None:
    """One key undoes, and says what; the button beside the words does the same."""
    hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: shown(board, "to_contact"))
    board.focus_first()
    QTest.keyClick(board.columns["to_contact"], Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    hunt.until(lambda: shown(board, "messaged"))
    QTest.keyClick(board.columns["messaged"], Qt.Key.Key_Z)
    hunt.until(lambda: shown(board, "to_contact") == ["Ada Byron"])
    assert page.toast.text.text() == "Undone: Move Ada Byron to Messaged"
    QTest.keyClick(page, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    hunt.until(lambda: shown(board, "messaged") == ["Ada Byron"])
    hunt.until(page.toast.action.isVisible)
    page.toast.action.click()
    hunt.until(lambda: shown(board, "to_contact") == ["Ada Byron"])


def test_search_shows_only_the_newest_answer(hunt: Hunt) -> None:
    """What is typed last is what stands there, and an empty answer says so."""
    hunt.add("Ada Byron", company="Analytical")
    hunt.add("Bo Ek", company="Quillstack")
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: len(shown(board, "to_contact")) >= 2)
    page.focus_search()
    assert page.board.search.hasFocus()
    QTest.keyClicks(page.board.search, "byron")
    hunt.until(lambda: shown(board, "to_contact") == ["Ada Byron"])
    QTest.keyClicks(page.board.search, " nowhere")
    hunt.until(lambda: page.board.stack.currentWidget() is page.board.nothing)
    page.board.nothing.button.click()
    hunt.until(lambda: page.board.stack.currentWidget() is board)


def test_more_cards_come_while_scrolling(hunt: Hunt) -> None:
    """The column counts all, holds the first, and fetches on when its end comes near."""
    drafts = [Draft(name=f"Target {number:03d}") for number in range(150)]
    hunt.life.do(lambda actions: actions.outreach.import_(drafts, "many"))
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: board.loaded("to_contact") == 60)
    assert board.frames["to_contact"].count.text() == "150"
    bar = board.columns["to_contact"].verticalScrollBar()

    def scrolled_to(count: int) -> bool:
        bar.setValue(bar.maximum())  # The range grows a turn after the cards.
        return bool(board.loaded("to_contact") == count)

    hunt.until(lambda: scrolled_to(150))
    assert len({card.key for card in board.columns["to_contact"].model_of.cards}) == 150


def test_the_quota_moves_when_something_is_proved(hunt: Hunt) -> None:
    """A proof that is logged elsewhere reaches the head of the page."""
    ada = hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen)
    hunt.until(lambda: "5 more before 23:59" in words_of(page.head))
    assert page.head.chip.accessibleName() == "5 missing"
    hunt.life.do(lambda actions: actions.outreach.log_link(ada, THREAD.format(1)))
    hunt.until(lambda: page.head.figure.accessibleName() == "1 / 5 proven")
    assert page.head.chip.accessibleName() == "4 missing"
    hunt.until(lambda: shown(page.board.board, "messaged") == ["Ada Byron"])
    card = page.board.board.columns["messaged"].card_at(0)
    assert card is not None
    assert card.left.text == "proved 09:30"


def test_a_due_card_says_so_in_words_and_shape(hunt: Hunt) -> None:
    """Amber alone would tell nobody who does not see it."""
    hunt.add("Ada Byron", follow_up=DAY_ONE - timedelta(days=4))
    page = hunt.open(OutreachScreen)
    board = page.board.board
    hunt.until(lambda: shown(board, "to_contact"))
    card = board.columns["to_contact"].card_at(0)
    assert card is not None
    assert (card.right.text, card.right.state) == ("4 d overdue", State.AT_RISK)
    assert "4 days overdue" in card.spoken


def test_a_reader_hears_a_card_as_one_sentence(hunt: Hunt) -> None:
    """Name, role, company, tags and what happened last."""
    hunt.add("Ada Byron", company="Analytical", role="CTO", tags=("warm",), platform="linkedin")
    page = hunt.open(OutreachScreen)
    column = page.board.board.columns["to_contact"]
    hunt.until(lambda: column.card_at(0))
    rows = [column.model_of.data(column.model_of.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert "Ada Byron, CTO · Analytical, LinkedIn, warm, not contacted" in rows


@pytest.mark.parametrize(("width", "height"), [(1204, 664), (824, 444), (1524, 844)])
def test_nothing_is_cut(hunt: Hunt, width: int, height: int) -> None:
    """Buttons keep their words on the smallest window, at 200 per cent and on a large one."""
    hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen, width=width, height=height)
    for key in page.panes:
        page.tabs.turn_to(key)
        hunt.bot.wait(1)
        for button in page.findChildren(Button):
            if button.isVisible():
                assert button.width() >= button.sizeHint().width(), button.text()
                right = button.mapTo(page, QPoint(button.width(), 0)).x()
                assert right <= width, button.text()


class _Broken:
    """Every question of the outreach fails."""

    def __getattr__(self, name: str) -> object:
        raise OutsideTrouble("The database cannot be read.", "Look at the disk.")


def test_trouble_is_told_on_the_board_and_can_be_tried_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader's disk may fail; the page says so and asks again."""
    monkeypatch.setattr(stage.records, "outreach", _Broken(), raising=False)
    page = stage.open(OutreachScreen)
    assert page.board.trouble.isVisible()
    assert page.board.trouble.accessibleName() == "The database cannot be read."


def test_a_card_without_room_for_both_shows_the_due_mark(qtbot: QtBot, qapp: QApplication) -> None:
    """A board of its own works without any engine; a move is told and nothing changes by itself."""
    theme.apply(qapp, theme.Mode.LIGHT, reduced_motion=True)
    board = BoardView([("a", "A"), ("b", "B")])
    qtbot.addWidget(board)
    board.resize(420, 300)
    cards = [CardView(n, f"Card {n}", "X", "line", ("tag",), Sign("left"), Sign("right"), f"Card {n}") for n in (1, 2)]
    board.show_column("a", cards, 2)
    board.show_column("b", (), 0)
    with qtbot.waitActive(board):
        board.show()
        board.activateWindow()
    board.focus_first()
    with qtbot.waitSignal(board.moved) as told:
        QTest.keyClick(board.columns["a"], Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert told.args == [1, "b", 0]
    assert [card.key for card in board.columns["a"].model_of.cards] == [1, 2]
    assert not board.grab().isNull()
