"""What somebody meets who uses the page Mocks for a fortnight: hands that change their mind, names with spaces,
sheets closed half-way, days that go by while the page stands open."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QFocusEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from exitzero.core.calendars import RemoteCalendar
from exitzero.ui import format as words_of_time
from exitzero.ui import theme
from exitzero.ui.pages.cockpit_card import Elided
from exitzero.ui.pages.cockpit_mocks import MocksCard
from exitzero.ui.widgets.week_hours import WeekHours
from exitzero.work.mocks.views import Outcome
from tests.engine.kit import BERLIN, DAY_ONE, Life, local
from tests.ui.pages.mock_life import THURSDAY, Booked

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def booked(life: Callable[..., Life], qtbot: QtBot, qapp: QApplication) -> Iterator[Booked]:
    """A life that owes a mock."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    QLocale.setDefault(QLocale("en_GB"))
    words_of_time.set_clock("24")
    words_of_time.set_first_weekday(0)
    made = Booked(life(), qtbot)
    yield made
    made.close()
    QLocale.setDefault(QLocale.c())


def _in_hand(hours: WeekHours) -> bool:
    return hours.stroke is not None


def test_a_zone_is_proposed_and_kept_while_it_is_typed_with_a_space(booked: Booked) -> None:
    """The list of proposals gives the focus back in the middle of ``new york``; nothing may be marked for erasure."""
    field = booked.open("new").form.zone
    booked.until(lambda: field.count() > 100)
    field.setFocus()
    field.setEditText("new ")
    line, completer = field.lineEdit(), field.completer()
    assert line is not None
    assert completer is not None
    QApplication.sendEvent(field, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.PopupFocusReason))
    assert not line.hasSelectedText()
    QApplication.sendEvent(field, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert line.selectedText() == "new "
    completer.setCompletionPrefix("new yo")
    assert completer.currentCompletion() == "America/New_York"


def test_what_was_wrong_with_a_field_is_not_said_of_what_replaces_it(booked: Booked) -> None:
    """The next letter takes the word away; Save will say it again if need be."""
    page = booked.open("new")
    page.form.partner.setText("Mara")
    page.form.link_line.setText("pramp")
    page.form.submit()
    booked.until(lambda: page.form.f_link.trouble)
    page.form.link_line.setText("https://pramp.example/room/1")
    assert page.form.f_link.trouble == ""


def test_a_booking_for_another_week_turns_the_week_to_it(booked: Booked) -> None:
    """Nobody has to look for what they booked a moment ago."""
    page = booked.open("week")
    QTest.keyClick(page.week.hours, Qt.Key.Key_N)
    page.form.partner.setText("Mara")
    page.form.date.setDate(page.form.date.date().addDays(7))
    page.form.submit()
    booked.until(lambda: not page.form_sheet.is_open)
    assert page.span[0] <= DAY_ONE + timedelta(days=7) <= page.span[1]


def test_a_week_in_two_months_is_named_without_being_cut(booked: Booked) -> None:
    """Its months are said short, and the number of the week stays in sight."""
    page = booked.open("week", width=1184)
    page.open(date(2026, 12, 1))
    assert page.title.text() == "30 Nov – 6 Dec 2026  ·  week 49"
    page.open(date(2026, 12, 31))
    assert page.title.text().startswith("28 Dec 2026 – 3 Jan 2027")
    assert page.title.fontMetrics().horizontalAdvance(page.title.text()) <= page.title.width()


def test_an_interview_in_the_hand_is_let_go_once_it_is_taken_out(booked: Booked) -> None:
    """Nor is it still in the hand after another view was looked at; what is carried on stays."""
    uid = booked.book(THURSDAY, "10:00")
    page = booked.open("week")
    hours = page.week.hours
    booked.until(lambda: hours.laid is not None and any(day.mocks for day in hours.laid.days))
    QTest.keyClick(hours, Qt.Key.Key_Right, CONTROL)
    QTest.keyClick(hours, Qt.Key.Key_Right, SHIFT)
    assert _in_hand(hours)
    page.turn("month")
    assert not _in_hand(hours)
    page.turn("week")
    QTest.keyClick(hours, Qt.Key.Key_Right, CONTROL)
    QTest.keyClick(hours, Qt.Key.Key_Right, SHIFT)
    booked.book(THURSDAY, "14:00")
    booked.until(lambda: hours.laid is not None and sum(len(day.mocks) for day in hours.laid.days) == 2)
    assert _in_hand(hours)
    booked.life.do(lambda actions: actions.mocks.cancel(uid))
    booked.until(lambda: not _in_hand(hours))


def test_a_score_sheet_that_is_closed_half_way_is_there_again(booked: Booked) -> None:
    """Escape is no eraser; what was saved is not put back a second time."""
    uid = booked.book(THURSDAY, "10:00")
    booked.life.to(local(THURSDAY, "12:00"))
    page = booked.open(uid)
    booked.until(lambda: page.outcome_sheet.is_open)
    form = page.outcome
    form.outcomes["incomplete"].click()
    form.rows[0].set_score(4)
    form.review.setPlainText("They hung up.")
    QTest.keyClick(form.review, Qt.Key.Key_Escape)
    booked.until(lambda: not page.outcome_sheet.is_open)
    form.review.clear()
    page.open_outcome(uid)
    booked.until(lambda: page.outcome_sheet.is_open)
    assert (form.outcome, form.rows[0].score, form.review.toPlainText()) == ("incomplete", 4, "They hung up.")
    form.submit()
    booked.until(lambda: not page.outcome_sheet.is_open)
    said = Outcome(uid, "complete", {"Code": 5}, review="Put right.")
    booked.life.do(lambda actions: actions.mocks.answer(said))
    page.open_outcome(uid)
    booked.until(lambda: page.outcome_sheet.is_open)
    assert (form.outcome, form.review.toPlainText()) == ("complete", "Put right.")


def test_the_scores_are_saved_as_a_picture(booked: Booked, tmp_path: Path) -> None:
    """The file is a PNG, and a folder that is not there is said."""
    uid = booked.book(THURSDAY, "10:00")
    booked.life.to(local(THURSDAY, "12:00"))
    booked.life.do(lambda actions: actions.mocks.answer(Outcome(uid, "complete", {"Code": 4})))
    page = booked.open("scores")
    booked.until(lambda: page.trend.chart.shown == 1)
    path = tmp_path / "scores.png"
    page._write_picture(str(path))
    booked.until(path.exists)
    booked.until(page.toast.isVisible)
    assert QImage(str(path)).width() > 100
    page._write_picture(str(tmp_path / "none" / "scores.png"))
    booked.until(lambda: "could not be written" in " ".join(each.text() for each in page.toast.findChildren(QLabel)))


def test_the_card_counts_the_one_that_was_sat_today(booked: Booked, qtbot: QtBot) -> None:
    """It says 1 / 1 when the clause is met by today's own, although none is ahead."""
    booked.book(DAY_ONE, "10:00")
    booked.life.to(local(DAY_ONE, "12:00"))
    card = MocksCard()
    qtbot.addWidget(card)
    card.show_mocks(booked.life.ask(lambda questions: questions.mocks.today()), booked.life.now, BERLIN)
    assert card.figure.accessibleName() == "1 / 1 booked"


def test_a_long_title_that_waits_for_an_answer_ends_in_an_ellipsis(booked: Booked) -> None:
    """It stands whole in the tooltip, and the words about its day go on with the days."""
    title = "Mock interview with Mara Lindström about consistent hashing"
    booked.book(THURSDAY, "10:00", title=title)
    booked.life.to(local(THURSDAY, "12:00"))
    page = booked.open()
    booked.until(page.side.asking_card.isVisible)
    first, since = page.side.asking.findChildren(Elided)
    assert (first.text(), first.toolTip()) == (title, title)
    assert since.text() == "was 10:00"
    asking = booked.life.ask(lambda questions: questions.mocks.today()).asking
    page.side.asking.show_asking(asking, booked.life.now + timedelta(days=1), BERLIN)
    assert "was yesterday 10:00" in [each.text() for each in page.side.asking.findChildren(Elided)]


def test_the_age_of_a_reading_grows_while_nothing_new_comes(booked: Booked) -> None:
    """A server that is down for hours does not leave *as of just now* on the screen."""
    booked.add_calendar([])
    page = booked.open()
    feeds = booked.life.ask(lambda questions: questions.mocks.feeds())
    now = booked.life.now
    read = [replace(feeds[0], as_of=now)]
    page.side.show_feeds(read, now)
    page.side.show_feeds(read, now + timedelta(hours=5))
    assert "as of 5 h ago" in [label.text() for label in page.side.findChildren(QLabel)]


def test_the_name_of_one_account_is_not_proposed_for_the_next(booked: Booked) -> None:
    """What was found in an account goes with the form that found it."""
    form = booked.open("calendars").feeds.form
    form.turn("caldav")
    form.show_remotes([RemoteCalendar("/mocks/", "mocks", writable=True)])
    assert form.name.placeholderText() == "mocks"
    form.forget()
    assert form.name.placeholderText() == ""
