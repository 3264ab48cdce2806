"""A target's page: facts, follow-up, notes kept while typing, history, people, and the mock before an interview."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from exitzero.ui import theme
from exitzero.ui.pages.target import TargetScreen
from exitzero.ui.widgets.card import Button
from tests.engine.kit import DAY_ONE, Life, local
from tests.ui.pages.outreach_life import THREAD, Hunt, screenshot, words_of


@pytest.fixture
def hunt(life: Callable[..., Life], qtbot: QtBot, qapp: QApplication) -> Iterator[Hunt]:
    """A hunt that has begun."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    begun = Hunt(life(), qtbot)
    yield begun
    begun.close()


def test_everything_that_is_known_stands_there(hunt: Hunt) -> None:
    """Facts, tags, own fields, links; the history newest first."""
    ada = hunt.add(
        "Ada Byron",
        company="Analytical",
        role="CTO",
        platform="linkedin",
        link="https://www.linkedin.com/in/ada-byron",
        tags=("warm",),
        fields={"salary": "90k"},
        notes="Met at the fair.",
    )
    hunt.life.do(lambda actions: actions.outreach.log_link(ada, THREAD.format(1)))
    page = hunt.open(TargetScreen, ada)
    hunt.until(lambda: page.name.text() == "Ada Byron")
    assert page.what.text() == "CTO · Analytical"
    assert page.facts.pairs.words("Tags") == "#warm"
    assert page.facts.pairs.words("salary") == "90k"
    assert [link.toolTip() for link in page.facts.links] == ["https://www.linkedin.com/in/ada-byron"]
    assert page.notes.box.toPlainText() == "Met at the fair."
    hunt.until(lambda: page.timeline.moments)
    kinds = [moment.kind for moment in page.timeline.moments or ()]
    assert kinds[-1] == "Added"
    assert "Proved" in kinds
    hunt.until(lambda: page.contact.accessibleName() == "proved 09:30")


def test_notes_are_kept_while_typing(hunt: Hunt) -> None:
    """No button; what was typed is there in another window, and no line of the history is spent on it."""
    ada = hunt.add("Ada Byron")
    page = hunt.open(TargetScreen, ada)
    hunt.until(lambda: page.name.text() == "Ada Byron")
    QTest.keyClicks(page.notes.box, "Likes short mails")
    hunt.until(lambda: hunt.ask(lambda outreach: outreach.target(ada)).notes == "Likes short mails")
    assert page.notes.box.toPlainText() == "Likes short mails"
    assert [event.kind for event in hunt.ask(lambda outreach: outreach.target(ada)).history] == ["added"]


def test_notes_are_kept_when_one_goes_on_to_another_target(hunt: Hunt) -> None:
    """What was typed last belongs to the target it was typed at."""
    ada, bo = hunt.add("Ada Byron"), hunt.add("Bo Ek")
    page = hunt.open(TargetScreen, ada)
    hunt.until(lambda: page.name.text() == "Ada Byron")
    QTest.keyClicks(page.notes.box, "for Ada")
    page.open(bo)
    hunt.until(lambda: page.name.text() == "Bo Ek")
    assert page.notes.box.toPlainText() == ""
    hunt.until(lambda: hunt.ask(lambda outreach: outreach.target(ada)).notes == "for Ada")
    assert hunt.ask(lambda outreach: outreach.target(bo)).notes == ""


def test_the_next_contact_is_set_and_put_off(hunt: Hunt) -> None:
    """By a day in words or by one press; a day that is none is told at the field."""
    ada = hunt.add("Ada Byron")
    page = hunt.open(TargetScreen, ada)
    hunt.until(lambda: page.name.text() == "Ada Byron")
    page.follow_up.day.setText("some day")
    QTest.keyClick(page.follow_up.day, Qt.Key.Key_Return)
    assert page.follow_up.day_field.trouble
    page.follow_up.day.setText("+3d")
    QTest.keyClick(page.follow_up.day, Qt.Key.Key_Return)
    hunt.until(lambda: hunt.target(ada).follow_up == DAY_ONE + timedelta(days=3))
    hunt.until(lambda: "next Sat" in page.follow_up.words.text())
    page.follow_up.buttons[2].click()
    hunt.until(lambda: hunt.target(ada).follow_up == DAY_ONE + timedelta(days=7))
    page.follow_up.cadence.setText("2, 5")
    page.follow_up.cadence.editingFinished.emit()
    hunt.until(lambda: hunt.ask(lambda outreach: outreach.target(ada)).cadence == (2, 5))
    page.follow_up.cadence.setText("often")
    page.follow_up.cadence.editingFinished.emit()
    assert page.follow_up.cadence_field.trouble


def test_an_interview_offers_a_mock(hunt: Hunt) -> None:
    """The stage opens the question, the button opens the form with the target in it."""
    ada = hunt.add("Ada Byron", stage="replied")
    page = hunt.open(TargetScreen, ada)
    hunt.until(lambda: page.stage.currentData() == "replied")
    page.stage.choose("interview")
    page.stage.activated.emit(page.stage.currentIndex())
    hunt.until(lambda: hunt.target(ada).stage == "interview")
    assert page.banner.isVisible()
    with hunt.bot.waitSignal(page.navigate) as asked:
        page.banner.activated.emit()
    assert asked.args == ["calendar", ("new", ada)]


def test_a_company_shows_its_people_and_adds_one(hunt: Hunt) -> None:
    """Everybody there, and the form with the company filled in."""
    ada = hunt.add("Ada Byron", company="Analytical", role="CTO")
    company = hunt.target(ada).company_id
    assert company is not None
    page = hunt.open(TargetScreen, company)
    hunt.until(lambda: page.name.text() == "Analytical")
    person = next(each for each in page.people.findChildren(Button) if each.text() == "Ada Byron")
    with hunt.bot.waitSignal(page.navigate) as asked:
        person.click()
    assert asked.args == ["target", ada]
    next(each for each in page.people.findChildren(Button) if each.text() == "Add a person there").click()
    assert page.add.form.company.text() == "Analytical"
    page.add.form.name.setText("Bo Ek")
    page.add.accept.click()
    hunt.until(lambda: "Bo Ek" in [each.text() for each in page.people.findChildren(Button)])


def test_a_target_is_changed_by_its_form_and_back(hunt: Hunt) -> None:
    """E opens the form, Undo takes the change back."""
    ada = hunt.add("Ada Byron", role="CTO", tags=("warm",), fields={"salary": "90k"})
    page = hunt.open(TargetScreen, ada)
    hunt.until(lambda: page.name.text() == "Ada Byron")
    QTest.keyClick(page, Qt.Key.Key_E)
    assert page.add_sheet.is_open
    assert page.add.form.role.text() == "CTO"
    assert [value.text() for _name, value in page.add.form.own_rows] == ["90k"]
    page.add.form.role.setText("Founder")
    page.add.accept.click()
    hunt.until(lambda: page.what.text() == "Founder")
    assert hunt.target(ada).tags == ("warm",)
    hunt.until(page.toast.action.isVisible)
    page.toast.action.click()
    hunt.until(lambda: page.what.text() == "CTO")


def test_a_line_is_written_into_the_history(hunt: Hunt) -> None:
    """Enter keeps it, with its hour."""
    ada = hunt.add("Ada Byron")
    page = hunt.open(TargetScreen, ada)
    hunt.until(lambda: page.timeline.moments)
    hunt.life.to(local(DAY_ONE, "11:00"))
    QTest.keyClicks(page.note_line, "Called, nobody there")
    QTest.keyClick(page.note_line, Qt.Key.Key_Return)
    hunt.until(lambda: len(page.timeline.moments or ()) == 2)
    newest = (page.timeline.moments or ())[0]
    assert (newest.kind, newest.when, newest.words) == ("Note", "11:00", "Called, nobody there")
    assert page.note_line.text() == ""


def test_a_target_that_is_gone_says_so(hunt: Hunt) -> None:
    """No empty page; the way back is a button."""
    ada = hunt.add("Ada Byron")
    page = hunt.open(TargetScreen, ada)
    hunt.until(lambda: page.name.text() == "Ada Byron")
    page._delete()
    hunt.until(page.gone.isVisible)
    assert "This target is not there" in words_of(page.gone)
    page.toast.action.click()
    hunt.until(lambda: page.name.text() == "Ada Byron")
    with hunt.bot.waitSignal(page.navigate) as asked:
        QTest.keyClick(page, Qt.Key.Key_Escape)
    assert asked.args == ["outreach", None]


@pytest.mark.parametrize(("width", "height"), [(1204, 664), (824, 444)])
def test_nothing_is_cut_on_a_target(hunt: Hunt, width: int, height: int) -> None:
    """Buttons keep their words on the smallest window."""
    ada = hunt.add("Ada Byron", company="Analytical", link="https://www.linkedin.com/in/ada-byron")
    page = hunt.open(TargetScreen, ada, width=width, height=height)
    hunt.until(lambda: page.name.text() == "Ada Byron")
    for button in page.findChildren(Button):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width(), button.text()
            assert button.mapTo(page, button.rect().topRight()).x() <= width, button.text()


def test_a_screenshot_is_seen_small_in_the_history(hunt: Hunt) -> None:
    """The line of a proof that is a picture shows it; where the file is gone the line stays."""
    ada = hunt.add("Ada Byron")
    hunt.life.engine.proofs.log_picture(ada, screenshot("Hello Ada"))
    page = hunt.open(TargetScreen, ada)
    hunt.until(lambda: [entry for entry in page.timeline.findChildren(QLabel) if not entry.pixmap().isNull()])
    # One picture, although the move that came with the proof rests on it as well.
    (shown,) = (entry for entry in page.timeline.findChildren(QLabel) if not entry.pixmap().isNull())
    assert shown.isVisible()
    assert 0 < shown.pixmap().deviceIndependentSize().width() <= 240
    bob = hunt.add("Bob Ek")
    hunt.life.engine.proofs.log_picture(bob, screenshot("Something else for Bob"))
    for file in hunt.life.engine.proofs.folder.iterdir():
        file.unlink()
    page.show_target(bob)
    hunt.until(lambda: page.name.text() == "Bob Ek" and page.timeline.moments)
    assert "A screenshot of the message" in [moment.words for moment in page.timeline.moments or ()]


def test_escape_closes_the_sheet_first_and_then_leaves(hunt: Hunt) -> None:
    """What is open above the page goes before the page does."""
    page = hunt.open(TargetScreen, hunt.add("Ada Byron"))
    hunt.until(lambda: page.name.text() == "Ada Byron")
    went: list[str] = []
    page.navigate.connect(lambda key, _what: went.append(key))
    QTest.keyClick(page, Qt.Key.Key_E)
    assert page.add_sheet.is_open
    QTest.keyClick(page.add.form.name, Qt.Key.Key_Escape)
    hunt.until(lambda: not page.add_sheet.is_open)
    assert went == []
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert went == ["outreach"]
