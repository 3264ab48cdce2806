"""The ledger page shows every line that the balance is the sum of."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.topics import Topic
from exitzero.engine.views import BadgeView, ConsequenceView, Ledger, Rewards
from exitzero.ui.pages.ledger import LedgerScreen
from exitzero.ui.pages.ledger_outbox import order_state
from exitzero.ui.theme import State
from exitzero.ui.widgets.card import Button
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


ORDER = ConsequenceView(
    key="shame:2026-11-18:phone",
    kind="shame",
    label=date(2026, 11, 18),
    amount=0,
    state="ordered",
    attempts=0,
    receipt="",
    changed_at=samples.at(20, 10),
    title="Shame post to phone",
    amount_words="costs nothing",
    text="I failed my day.",
)
"""Asked about at 20:18."""


def test_the_outbox_tells_the_state_of_each_order(stage: Stage) -> None:
    """Shape and word for every state there is; what is not known stays unknown."""
    states = {
        "ordered": ("waiting", State.AT_RISK),
        "attempted": ("attempted", State.AT_RISK),
        "failed": ("failed, tried again", State.FAILED),
        "unknown": ("unknown", State.UNKNOWN),
        "confirmed": ("confirmed", State.SAFE),
        "cancelled": ("called off", State.REST),
        "given_up": ("given up", State.FAILED),
        "settled_done": ("happened, settled by hand", State.SAFE),
        "settled_undone": ("did not happen, settled by hand", State.REST),
        "of tomorrow": ("of tomorrow", State.UNKNOWN),
    }
    orders = tuple(replace(ORDER, key=word, state=word, receipt="post 7") for word in states)
    stage.records.ledger_record = replace(samples.ledger(), consequences=orders)
    page = stage.open(LedgerScreen, "outbox")
    assert page.tabs.current == "outbox"
    shown = [(page.outbox.table.texts(row)[3], order_state(order.state).state) for row, order in enumerate(orders)]
    assert shown == list(states.values())
    assert page.outbox.table.texts(4)[6] == "post 7"
    assert not page.filter.isVisible()


def test_what_waits_tells_until_when(stage: Stage) -> None:
    """The hour of an appeal and the next try count down."""
    waits = replace(ORDER, key="a", waits_for=samples.at(20, 33))
    retried = replace(ORDER, key="b", state="failed", retry_at=samples.at(20, 23), words="503")
    stage.records.ledger_record = replace(samples.ledger(), consequences=(waits, retried))
    page = stage.open(LedgerScreen, "outbox")
    assert page.outbox.table.texts(0)[4] == "not before 20:33, in 15 min"
    assert page.outbox.table.texts(1)[4] == "again at 20:23, in 5 min"
    assert page.outbox.table.texts(1)[6] == "503"
    page.outbox.pass_time(samples.at(20, 30))
    assert page.outbox.table.texts(0)[4] == "not before 20:33, in 3 min"
    assert page.outbox.table.texts(1)[4] == "again now"


@pytest.mark.parametrize("happened", [True, False])
def test_an_unknown_end_is_settled_by_hand(stage: Stage, happened: bool) -> None:
    """It says where to look, and both answers are there."""
    unknown = replace(ORDER, state="unknown", words="The answer was lost.", look_at="your profile on Mastodon")
    stage.records.ledger_record = replace(samples.ledger(), consequences=(unknown,))
    page = stage.open(LedgerScreen, "outbox")
    card = page.outbox.cards[unknown.key]
    assert any("your profile on Mastodon" in label.text() for label in card.findChildren(QLabel))
    (card.happened if happened else card.not_happened).click()
    stage.settle()
    assert stage.records.done == [("settle", (unknown.key, happened))]


def test_what_was_given_up_can_be_tried_again(stage: Stage) -> None:
    """One button; a refusal is told at the order."""
    stage.records.ledger_record = replace(samples.ledger(), consequences=(replace(ORDER, state="given_up"),))
    stage.records.refusal = BadInput("consequence", "Only what was given up can be tried again.")
    page = stage.open(LedgerScreen, "outbox")
    card = page.outbox.cards[ORDER.key]
    card.again.click()
    stage.settle()
    assert stage.records.done == [("try_again", ORDER.key)]
    assert card.trouble.text() == "Only what was given up can be tried again."
    assert card.again.isEnabled()


def test_badges_and_freezes_are_told(stage: Stage) -> None:
    """Earned and open badges, the price of a freeze, and why none can be bought."""
    earned, coming = BadgeView("a", "7 days", "A streak.", 7, 7), BadgeView("b", "30 days", "A streak.", 7, 30)
    stage.records.rewards_record = Rewards(
        (earned, coming), (("state", "State", 0, True), ("ink", "Ink", 1000, False)), 1, 40, "A freeze costs 40 coins."
    )
    page = stage.open(LedgerScreen, "badges")
    assert [badge.earned for badge in page.rewards.badges] == [True, False]
    assert page.rewards.themes == ["State: unlocked", "Ink: from 1000 coins"]
    assert not page.rewards.buy.isEnabled()
    assert "A freeze costs 40 coins." in page.rewards.freeze_words.text()
    stage.records.rewards_record = replace(stage.records.rewards_record, freeze_refusal="")
    stage.tell(Topic.COINS)
    page.rewards.buy.click()
    stage.settle()
    assert stage.records.done == [("buy_freeze", None)]


def test_an_unlocked_theme_is_put_on(stage: Stage) -> None:
    """The button of an unlocked theme remembers it; a locked one has none."""
    stage.records.rewards_record = Rewards((), (("amber", "Amber", 100, True), ("ink", "Ink", 1000, False)), 0, 40, "")
    page = stage.open(LedgerScreen, "badges")
    assert page.rewards.findChild(Button, "coat_ink") is None
    put_on = page.rewards.findChild(Button, "coat_amber")
    assert put_on is not None
    put_on.click()
    stage.settle()
    assert stage.records.done == [("set_preference", ("appearance.coat", "amber"))]


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
