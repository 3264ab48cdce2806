"""The ledger page shows every line that the balance is the sum of."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from exitzero.core.errors import OutsideTrouble
from exitzero.core.topics import Topic
from exitzero.engine.views import Ledger
from exitzero.ui.pages.ledger import LedgerScreen
from tests.ui.pages import samples
from tests.ui.pages.conftest import Stage


def test_moves_stand_with_sign_and_sum(stage: Stage) -> None:
    """Newest first, in the hours of the day's own zone."""
    page = stage.open(LedgerScreen)
    assert page.moves.texts(1) == ("Tue 17 Nov 23:59", "Tue 17 Nov", "The day failed: coins burned", "−50", "60")
    assert page.balance.accessibleName() == "50 coins"
    assert page.line.values[-1] == 50
    assert not page.debt.isVisible()


def test_a_debt_is_told(stage: Stage) -> None:
    """What could not be paid is not hidden in a sum."""
    stage.records.ledger_record = replace(samples.ledger(), coins=0, debt=35)
    page = stage.open(LedgerScreen)
    assert page.debt.isVisible()
    assert page.debt.text().startswith("35 could not be paid")


def test_the_filter_finds_by_words_dates_and_sign(stage: Stage) -> None:
    """Every word has to be there; the choice leaves out the other sign."""
    page = stage.open(LedgerScreen)
    QTest.keyClicks(page.filter, "failed 17")
    assert [move.label for move in page.moves.records] == [samples.failed_day().label]
    page.filter.clear()
    page.sign.choose(-1)
    assert all(move.amount < 0 for move in page.moves.records)
    QTest.keyClicks(page.filter, "nothing like this")
    assert page.moves.records == ()


def test_a_move_leads_to_its_day(stage: Stage) -> None:
    """Enter on a row opens the day that it is about."""
    page = stage.open(LedgerScreen)
    page.moves.selectRow(1)
    with stage.bot.waitSignal(page.navigate) as asked:
        QTest.keyClick(page.moves, Qt.Key.Key_Return)
    assert asked.args == ["day", samples.failed_day().label]


def test_all_that_is_shown_is_copied(stage: Stage) -> None:
    """Without a choice, Copy takes every row that the filter leaves."""
    page = stage.open(LedgerScreen)
    page.filter.setText("failed")
    page.copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == len(page.moves.records) > 1
    assert all("The day failed" in line for line in lines)


def test_the_outbox_tells_the_state_of_each_order(stage: Stage) -> None:
    """Confirmed with its receipt, held without one."""
    page = stage.open(LedgerScreen)
    page.tabs.turn_to("outbox")
    assert page.outbox.texts(0)[3] == "confirmed"
    assert page.outbox.texts(0)[5] == "move 158"
    assert page.outbox.texts(1)[3] == "held"
    assert not page.filter.isVisible()


def test_new_moves_come_by_themselves_and_the_filter_stays(stage: Stage) -> None:
    """A refresh keeps what was typed."""
    page = stage.open(LedgerScreen)
    page.filter.setText("succeeded")
    stage.records.ledger_record = samples.ledger(70)
    stage.tell(Topic.COINS)
    assert page.filter.text() == "succeeded"
    assert all("succeeded" in move.reason for move in page.moves.records)
    assert len(page.moves.records) > 40


def test_an_empty_ledger_is_designed(stage: Stage) -> None:
    """Nothing moved yet: no line, no error."""
    stage.records.ledger_record = Ledger(10, 0, (), (), 0, 0)
    page = stage.open(LedgerScreen)
    assert page.moves.records == ()
    assert page.burned.accessibleName() == "0"


def test_a_ledger_that_cannot_be_read_says_so(stage: Stage) -> None:
    """The banner tells what to do and tries again."""
    page = stage.open(LedgerScreen)
    page._failed(OutsideTrouble("The disk cannot be read.", "Look at its cable."))
    assert page.banner.isVisible()
    page.banner.activated.emit()
    stage.settle()
    assert not page.banner.isVisible()
