"""Table, today, insights and mailbox: what is asked for is what stands there, and many are changed as one."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from exitzero.ui import theme
from exitzero.ui.pages.outreach import OutreachScreen
from exitzero.ui.pages.outreach_rows import PAGE
from exitzero.ui.pages.outreach_table import WIDTHS
from exitzero.ui.shortcut_sheet import ShortcutSheet
from exitzero.ui.theme import State
from exitzero.ui.widgets.card import Button, Chip
from exitzero.work.outreach.draft import Draft
from exitzero.work.outreach.views import BulkEdit, Filter
from tests.engine.kit import DAY_ONE, Life, local
from tests.ui.pages.outreach_life import THREAD, Hunt, words_of


@pytest.fixture
def hunt(life: Callable[..., Life], qtbot: QtBot, qapp: QApplication) -> Iterator[Hunt]:
    """A hunt that has begun."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    begun = Hunt(life(), qtbot)
    yield begun
    begun.close()


def names(page: OutreachScreen) -> list[str]:
    """The names that are loaded in the table, from its top."""
    rows = page.table.rows
    return [target.name for at in range(rows.total) if (target := rows.target(at)) is not None]


def button(page: object, text: str) -> Button:
    """The button that is seen with these words."""
    from PySide6.QtWidgets import QWidget

    assert isinstance(page, QWidget)
    return next(each for each in page.findChildren(Button) if each.text() == text and each.isVisible())


def many(hunt: Hunt, count: int) -> None:
    """So many targets, every tenth tagged."""
    drafts = [
        Draft(
            name=f"Target {number:05d}",
            role="CTO" if number % 2 else "Lead",
            tags=("tenth",) if number % 10 == 0 else (),
        )
        for number in range(count)
    ]
    hunt.life.do(lambda actions: actions.outreach.import_(drafts, "many"))


# The table


def test_the_table_reads_page_by_page(hunt: Hunt) -> None:
    """Only the rows in sight are asked for, wherever one looks."""
    many(hunt, 1000)
    page = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: page.table.rows.total == 1000)
    assert page.table.rows.loaded() == PAGE
    page.table.show_filter(Filter(sort="name"))
    hunt.until(lambda: names(page)[:1] == ["Target 00000"])
    page.table.table.scrollTo(page.table.rows.index(700, 0))
    hunt.until(lambda: page.table.rows.target(700))
    assert page.table.rows.loaded() <= 4 * PAGE
    target = page.table.rows.target(700)
    assert target is not None
    assert target.name == "Target 00700"


def test_the_table_is_searched_while_typing(hunt: Hunt) -> None:
    """The newest answer stands there, with how many match; the place of the keyboard stays."""
    many(hunt, 300)
    page = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: page.table.rows.total == 300)
    QTest.keyClick(page, Qt.Key.Key_Slash)
    assert page.table.search.hasFocus()
    QTest.keyClicks(page.table.search, "target 0001")
    hunt.until(lambda: page.table.rows.total == 11)
    assert page.table.count.text() == "11 targets"
    assert page.table.reset.isVisible()
    QTest.keyClicks(page.table.search, " nobody")
    hunt.until(lambda: page.table.rows.total == 0)
    assert "Nobody matches" in page.table.table.words
    page.table.reset.click()
    hunt.until(lambda: page.table.rows.total == 300)


def test_a_click_on_a_heading_sorts_and_says_so(hunt: Hunt) -> None:
    """Rising first, then falling, with an arrow in the heading."""
    for name in ("Bo Ek", "Ada Byron", "Cleo Ray"):
        hunt.add(name)
    page = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: len(names(page)) == 3)
    page.table.table.horizontalHeader().sectionClicked.emit(0)
    hunt.until(lambda: names(page) == ["Ada Byron", "Bo Ek", "Cleo Ray"])
    assert page.table.rows.headerData(0, Qt.Orientation.Horizontal) == "Name ↑"
    page.table.table.horizontalHeader().sectionClicked.emit(0)
    hunt.until(lambda: names(page) == ["Cleo Ray", "Bo Ek", "Ada Byron"])


def test_chips_filter_by_stage_tag_and_due(hunt: Hunt) -> None:
    """Each chip says on itself what it leaves."""
    hunt.add("Ada Byron", tags=("warm",), follow_up=DAY_ONE - timedelta(days=1))
    hunt.add("Bo Ek", stage="replied", tags=("cold",))
    page = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: len(names(page)) == 2)
    page.table.stage.choose(frozenset({"replied"}))
    page.table.stage.changed.emit()
    hunt.until(lambda: names(page) == ["Bo Ek"])
    assert page.table.stage.accessibleName() == "Stage: Replied"
    page.table.stage.clear()
    page.table.tag.choose(frozenset({"warm"}))
    page.table.tag.changed.emit()
    hunt.until(lambda: names(page) == ["Ada Byron"])
    page.table.clear()
    hunt.until(lambda: len(names(page)) == 2)
    page.table.due.click()
    hunt.until(lambda: names(page) == ["Ada Byron"])


def test_many_are_changed_as_one_and_come_back_as_one(hunt: Hunt) -> None:
    """All that are chosen, also those that were never in sight; one Undo."""
    many(hunt, 250)
    page = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: page.table.rows.total == 250)
    page.table.table.setFocus()
    QTest.keyClick(page.table.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert page.table.bulk.isVisible()
    assert page.table.bulk.count.text() == "250 chosen"
    page.table.bulk.wanted.emit(BulkEdit(stage="rejected"), "moved to Rejected")
    hunt.until(lambda: page.toast.text.text() == "250 targets moved to Rejected")
    assert hunt.ask(lambda outreach: outreach.table(Filter(stages=frozenset({"rejected"})))).total == 250
    page.toast.action.click()
    hunt.until(lambda: page.toast.text.text().startswith("Undone"))
    assert hunt.ask(lambda outreach: outreach.table(Filter(stages=frozenset({"rejected"})))).total == 0


def test_own_fields_are_columns_and_sort(hunt: Hunt) -> None:
    """What one asks of every target stands beside the rest."""
    hunt.add("Ada Byron", fields={"salary": "90k"})
    hunt.add("Bo Ek", fields={"salary": "70k"})
    page = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: page.table.rows.heads[-1].title == "salary")
    hunt.until(lambda: len(names(page)) == 2)
    page.table.table.horizontalHeader().sectionClicked.emit(len(page.table.rows.heads) - 1)
    hunt.until(lambda: names(page) == ["Bo Ek", "Ada Byron"])
    assert page.table.rows.cell(0, len(page.table.rows.heads) - 1).text == "70k"


def test_a_view_is_kept_under_a_name(hunt: Hunt) -> None:
    """Filter and order come back as they were, in another window too."""
    hunt.add("Ada Byron", stage="replied")
    hunt.add("Bo Ek")
    page = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: len(names(page)) == 2)
    page.table.show_filter(Filter(stages=frozenset({"replied"}), sort="name"))
    page.table.keep_view("Answered")
    hunt.until(lambda: page.toast.text.text() == "View kept: Answered")
    other = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: [view.name for view in other.table._views] == ["Answered"])
    other.table.show_filter(other.table._views[0].filter)
    hunt.until(lambda: names(other) == ["Ada Byron"])


def test_the_choice_stays_when_the_table_is_read_anew(hunt: Hunt) -> None:
    """A change from elsewhere takes nothing out of one's hands."""
    many(hunt, 20)
    page = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: page.table.rows.total == 20)
    flags = QItemSelectionModel.SelectionFlag
    chosen = page.table.rows.target(3)
    assert chosen is not None
    page.table.table.selectionModel().setCurrentIndex(page.table.rows.index(3, 0), flags.Select | flags.Rows)
    hunt.add("Zoe Neu")
    hunt.until(lambda: page.table.rows.total == 21)
    assert page.table.chosen is not None
    assert page.table.chosen.id == chosen.id


# Today


def test_who_is_due_is_listed_and_put_off(hunt: Hunt) -> None:
    """Longest overdue first; a snooze takes it off the list and can be undone."""
    ada = hunt.add("Ada Byron", follow_up=DAY_ONE - timedelta(days=4))
    hunt.add("Bo Ek", follow_up=DAY_ONE)
    page = hunt.open(OutreachScreen, "today")
    hunt.until(lambda: "Ada Byron" in words_of(page.today.due))
    assert words_of(page.today.due).index("Ada Byron") < words_of(page.today.due).index("Bo Ek")
    chips = [chip for chip in page.today.due.findChildren(Chip) if chip.accessibleName() == "4 days overdue"]
    assert [chip.state for chip in chips] == [State.AT_RISK]
    hunt.until(lambda: "Today  2" in [page.tabs._bar.tabText(at) for at in range(5)])
    page.today.snooze(hunt.target(ada), 3, "3 days")
    hunt.until(lambda: "Ada Byron" not in words_of(page.today.due))
    assert hunt.target(ada).follow_up == DAY_ONE + timedelta(days=3)
    page.toast.action.click()
    hunt.until(lambda: "Ada Byron" in words_of(page.today.due))


def test_a_proof_of_today_can_be_taken_back(hunt: Hunt) -> None:
    """It is listed with its hour and what it was; taken back, it does not count."""
    ada = hunt.add("Ada Byron")
    hunt.life.do(lambda actions: actions.outreach.log_link(ada, THREAD.format(1)))
    page = hunt.open(OutreachScreen, "today")
    hunt.until(lambda: "09:30 · Link" in words_of(page.today.proofs))
    button(page.today.proofs, "Take back").click()
    hunt.until(lambda: "Nothing is proved yet today" in words_of(page.today.proofs))
    hunt.until(lambda: page.head.figure.accessibleName() == "0 / 5 proven")


def test_empty_lists_say_what_fills_them(hunt: Hunt) -> None:
    """Nothing due, nothing proved, no mailbox: each in words."""
    page = hunt.open(OutreachScreen, "today")
    hunt.until(lambda: "Nobody is due" in words_of(page.today))
    assert "Connect one under Mailbox" in words_of(page.today)


def test_without_a_clause_the_head_offers_it(life: Callable[..., Life], qtbot: QtBot, qapp: QApplication) -> None:
    """What is proved is counted all the same, against nothing."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    hunt = Hunt(life(), qtbot, target=0)
    try:
        page = hunt.open(OutreachScreen)
        hunt.until(page.head.contract.isVisible)
        assert not page.head.meter.isVisible()
        with qtbot.waitSignal(page.navigate) as asked:
            page.head.contract.click()
        assert asked.args == ["contract", None]
    finally:
        hunt.close()


# Insights


def test_the_figures_are_shown_and_exported(hunt: Hunt, tmp_path: Path) -> None:
    """Charts say their figures in words; the picture and the table are files."""
    ada = hunt.add("Ada Byron", platform="linkedin", tags=("warm",))
    hunt.add("Bo Ek", platform="x")
    hunt.life.do(lambda actions: actions.outreach.log_link(ada, THREAD.format(1)))
    hunt.life.to(local(DAY_ONE, "15:00"))
    hunt.life.do(lambda actions: actions.outreach.move(ada, "replied", None))
    page = hunt.open(OutreachScreen, "insights")
    hunt.until(lambda: page.insights.insights is not None)
    assert "Messaged: 1" in page.insights.funnel.accessibleDescription()
    assert "LinkedIn: 100 % 1 of 1" in page.insights.by_platform.accessibleDescription()
    assert page.insights.figures["contacted"].accessibleName().startswith("1 ")
    page.insights.save_picture(str(tmp_path / "hunt"))
    assert QImage(str(tmp_path / "hunt.png")).width() > 400
    page.insights.save_table(str(tmp_path / "hunt.csv"))
    hunt.until(lambda: page.toast.text.text() == "The figures are kept")
    assert b"platform,linkedin,1,1,100" in (tmp_path / "hunt.csv").read_bytes()


def test_charts_without_data_say_what_fills_them(hunt: Hunt) -> None:
    """No empty axes."""
    page = hunt.open(OutreachScreen, "insights")
    hunt.until(lambda: page.insights.insights is not None)
    assert page.insights.by_platform.accessibleDescription() == "Fills with the first proved contacts."
    assert page.insights.days.accessibleDescription() == "Fills with the first reply."


# Mailboxes


def test_a_preset_says_how_to_get_its_password(hunt: Hunt) -> None:
    """Its own advice, its own fields; a service that takes no password says so and offers no form."""
    page = hunt.open(OutreachScreen, "mailbox")
    pane = page.mailbox
    hunt.until(lambda: pane.preset.count() > 5)
    assert "app password" in pane.advice.text()
    assert pane.fields["password"].isVisible()
    assert not pane.fields["host"].isVisible()
    pane.preset.choose("own")
    assert pane.fields["host"].isVisible()
    pane.preset.choose("outlook")
    assert not pane.connect_button.isVisible()
    assert "Microsoft takes no passwords" in pane.advice.text()
    pane.preset.choose("gmail_api")
    assert pane.fields["client_id"].isVisible()
    assert not pane.fields["password"].isVisible()


def test_what_cannot_be_a_mailbox_is_told_at_its_field(hunt: Hunt) -> None:
    """Nothing of it travels, and what was typed stays."""
    page = hunt.open(OutreachScreen, "mailbox")
    pane = page.mailbox
    hunt.until(lambda: pane.preset.count() > 5)
    pane.connect_button.click()
    hunt.until(lambda: pane.fields["address"].trouble)
    assert pane.connect_button.isEnabled()


def test_a_missing_keyring_is_told(hunt: Hunt) -> None:
    """Passwords that do not outlive the program are no surprise after the next start."""
    page = hunt.open(OutreachScreen, "mailbox")
    hunt.until(page.mailbox.keyring.isVisible)
    assert page.mailbox.keyring.accessibleName() == "Passwords do not outlive the program here"


def test_a_server_that_is_not_there_is_told_in_words(hunt: Hunt) -> None:
    """One try; the form can be sent again."""
    page = hunt.open(OutreachScreen, "mailbox")
    pane = page.mailbox
    hunt.until(lambda: pane.preset.count() > 5)
    pane.preset.choose("own")
    for name, value in (("address", "ada@example.org"), ("password", "secret"), ("host", "127.0.0.1")):
        line = pane.fields[name].control
        line.setText(value)
    pane.port.setValue(1)
    pane.security.choose("none")
    pane.port.setValue(1)
    pane.connect_button.click()
    hunt.until(pane.connect_button.isEnabled)
    assert pane.form_trouble.isVisible() or any(field.trouble for field in pane.fields.values())


def test_widths_of_columns_are_remembered(hunt: Hunt) -> None:
    """What a person gave a column is there again after the next start."""
    hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: names(page) == ["Ada Byron"])
    page.table.table.setColumnWidth(1, 231)
    hunt.until(lambda: hunt.life.ask(lambda questions: questions.preference(WIDTHS)) == {"company": 231})
    other = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: other.table.table.columnWidth(1) == 231)
    assert other.table.table.columnWidth(0) == other.table.rows.heads[0].width


def test_one_target_is_one_target(hunt: Hunt) -> None:
    """The count is told in words that fit it."""
    hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen, "table")
    hunt.until(lambda: page.table.count.text() == "1 target")


def test_what_was_taken_back_from_the_day_offers_no_other_undo(hunt: Hunt) -> None:
    """A withdrawn proof stands in the journal: *Undo* beside it would take back something else."""
    ada = hunt.add("Ada Byron")
    hunt.life.do(lambda actions: actions.outreach.log_link(ada, THREAD.format(1)))
    page = hunt.open(OutreachScreen, "today")
    hunt.until(lambda: "09:30 · Link" in words_of(page.today.proofs))
    button(page.today.proofs, "Take back").click()
    hunt.until(lambda: "does not count any more" in page.toast.text.text())
    assert not page.toast.action.isVisible()


def test_the_pages_keys_work_wherever_the_keyboard_is(hunt: Hunt) -> None:
    """After a row that had the keyboard is gone, or with it on the rail, a key still turns the tab."""
    hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen)
    hunt.until(lambda: page.tabs.current == "board")
    page.window().setFocus()
    QTest.keyClick(page.window(), Qt.Key.Key_3)
    assert page.tabs.current == "today"
    for key, tab in (
        (Qt.Key.Key_2, "table"),
        (Qt.Key.Key_1, "board"),
        (Qt.Key.Key_4, "insights"),
        (Qt.Key.Key_2, "table"),
    ):
        here = QApplication.focusWidget()
        assert here is not None
        QTest.keyClick(here, key)
        assert page.tabs.current == tab
    assert page.table.search.text() == ""


def test_what_is_said_does_not_come_back_with_the_page(hunt: Hunt) -> None:
    """Its *Undo* would take back what was done meanwhile on another page."""
    ada = hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen, "today")
    page.done(lambda actions: actions.outreach.snooze(ada, 3), "Put off")
    hunt.until(page.toast.isVisible)
    page.hide()
    page.show()
    assert not page.toast.isVisible()


def test_the_sheet_of_keys_lists_those_of_the_page(qtbot: QtBot, qapp: QApplication) -> None:
    """F1 tells what the keys do here, and no key that is none."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    sheet = ShortcutSheet(None, OutreachScreen.keys)
    qtbot.addWidget(sheet)
    with qtbot.waitExposed(sheet):
        sheet.show()
    said = words_of(sheet)
    assert all(keys in said and what in said for keys, what in OutreachScreen.keys)
    assert all(label.text() for label in sheet.findChildren(QLabel))
