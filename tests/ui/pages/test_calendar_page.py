"""The page Mocks over a real engine: what is done on it stands in the database, and what stands there is shown."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from exitzero.core.codec import to_plain
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.ui import format as words_of_time
from exitzero.ui import theme
from exitzero.ui.pages import entry
from exitzero.ui.pages.calendar import CalendarScreen
from exitzero.ui.pages.calendar_sheets import DRAFT
from exitzero.ui.widgets.week_grid import pointed
from exitzero.work.mocks import evidence
from exitzero.work.outreach.views import TargetEdit
from tests.engine.kit import DAY_ONE, Life, local
from tests.engine.mock_kit import calendar_file
from tests.engine.mock_kit import event as ics_event
from tests.ui.pages.mock_life import THURSDAY, Booked, event


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


def _focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def _month_holds(page: CalendarScreen, uid: str) -> bool:
    laid = page.month.laid
    return laid is not None and any(item.uid == uid for day in laid.days for item in day.mocks)


def test_it_stands_on_the_rail_and_is_opened_by_its_key() -> None:
    """The cockpit's card and the outreach board open it as ``calendar``."""
    assert entry("calendar").label == "Mocks"
    assert entry("calendar").load() is CalendarScreen


def test_without_a_mock_ahead_it_says_so_and_offers_to_book(booked: Booked) -> None:
    """The empty page is red about the clause and names the deed."""
    page = booked.open()
    booked.until(lambda: page.side.next_card.chip.accessibleName() == "none ahead")
    assert page.side.next.book.isVisible()
    page.turn("agenda")
    booked.until(page.nothing.isVisible)
    page.turn("scores")
    booked.until(page.trend.empty.isVisible)
    page.turn("calendars")
    booked.until(page.feeds.nothing.isVisible)


def test_the_letters_turn_the_views(booked: Booked) -> None:
    """M, W, A, S, C, T and the page keys, wherever the keyboard stands in the calendar."""
    page = booked.open()
    booked.until(lambda: page.month.laid is not None)
    page.month.setFocus()
    for key, view in ((Qt.Key.Key_W, "week"), (Qt.Key.Key_A, "agenda"), (Qt.Key.Key_M, "month")):
        QTest.keyClick(_focused(), key)
        assert page.view == view
    QTest.keyClick(page.month, Qt.Key.Key_PageDown)
    assert page.title.text() == "July 2026"
    QTest.keyClick(page.month, Qt.Key.Key_T)
    assert page.cursor_day == DAY_ONE
    page.turn("week")
    booked.until(lambda: page.week.hours.laid is not None)
    QTest.keyClick(page.week.hours, Qt.Key.Key_PageDown)
    assert page.cursor_day == DAY_ONE + timedelta(days=7)
    for _day in range(7):
        QTest.keyClick(page.week.hours, Qt.Key.Key_Left)
    assert page.span[0] == date(2026, 6, 8), "the arrows walk over the edge of the week"


def test_a_mock_is_booked_by_the_form(booked: Booked) -> None:
    """N, a partner, Ctrl+Return: it stands in the database, in the month and at the side."""
    page = booked.open()
    QTest.keyClick(page.month, Qt.Key.Key_N)
    assert page.form_sheet.is_open
    QTest.keyClicks(page.form.partner, "Mara")
    page.form.link_line.setText("https://pramp.example/room/1")
    QTest.keyClick(page.form.partner, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    booked.until(lambda: not page.form_sheet.is_open)
    (uid,) = [mock.uid for mock in booked.life.ask(lambda q: q.mocks.today()).ahead]
    view = booked.mock(uid).view
    assert (view.partner, view.starts) == ("Mara", local(DAY_ONE, "18:00"))
    booked.until(lambda: _month_holds(page, uid))
    booked.until(lambda: page.side.next_card.chip.accessibleName() == "covered")
    assert page.side.next.countdown.isVisible()
    assert page.toast.isVisible()
    page.toast.action.click()
    booked.until(lambda: not _month_holds(page, uid))


def test_trouble_stands_at_its_field_and_nothing_is_lost(booked: Booked) -> None:
    """A link that is none keeps the form open with everything that was typed."""
    page = booked.open("new")
    page.form.partner.setText("Mara")
    page.form.link_line.setText("pramp")
    page.form.submit()
    booked.until(lambda: page.form.f_link.trouble)
    assert "https://" in page.form.f_link.trouble
    assert (page.form.partner.text(), page.form.link_line.text()) == ("Mara", "pramp")
    assert page.form_sheet.is_open
    page.form.link_line.setText("")
    page.form.length.setValue(60)
    page.form.submit()
    booked.until(lambda: not page.form_sheet.is_open)


def test_a_half_written_form_is_offered_again(booked: Booked) -> None:
    """What was typed and closed stands there the next time, and can be thrown away."""
    page = booked.open("new")
    page.form.topic.setText("graphs")
    page.form_sheet.close_sheet()
    booked.until(lambda: booked.life.ask(lambda q: q.preference(DRAFT, None)))
    page._wish()
    booked.until(page.form.draft.isVisible)
    assert page.form.topic.text() == "graphs"
    page.form.discard.click()
    assert page.form.topic.text() == ""
    booked.until(lambda: booked.life.ask(lambda q: q.preference(DRAFT, None)) is None)


def test_both_clocks_and_what_overlaps_are_said_while_typing(booked: Booked) -> None:
    """10:00 in New York is 16:00 here, where a dentist waits."""
    booked.add_calendar([event("d", local(THURSDAY, "16:30"), "Dentist")])
    page = booked.open()
    page.begin_new(local(THURSDAY, "10:00"), local(THURSDAY, "11:00"))
    page.form.zone.set_zone("America/New_York")
    assert page.form.both.text() == "10:00 in New York = 16:00 for you"
    booked.until(lambda: "Dentist" in page.form.conflicts.text())
    page.form.time.set_value(time(14))
    booked.until(lambda: not page.form.conflicts.text())


def test_an_hour_that_does_not_exist_is_said_at_the_time(booked: Booked) -> None:
    """On the last Sunday of March there is no 02:30 in Berlin."""
    page = booked.open()
    starts = datetime(2027, 3, 28, 12, tzinfo=UTC)
    page.begin_new(starts, starts + timedelta(hours=1))
    page.form.time.set_value(time(2, 30))
    assert "03:30" in page.form.f_time.trouble
    page.form.submit()
    assert page.form.save.isEnabled(), "nothing was sent"
    page.form.time.set_value(time(3, 30))
    assert page.form.f_time.trouble == ""


def test_a_stroke_in_the_week_opens_the_form_at_that_time(booked: Booked) -> None:
    """The form takes the hours that were drawn."""
    page = booked.open("week")
    booked.until(lambda: page.week.hours.laid is not None)
    page.week.hours.wished.emit(local(THURSDAY, "10:00"), local(THURSDAY, "11:30"))
    assert page.form_sheet.is_open
    assert page.form.starts() == local(THURSDAY, "10:00")
    assert page.form.length.value() == 90


def test_a_mock_that_is_dragged_stands_moved_in_the_record(booked: Booked) -> None:
    """The mouse in the week, the database behind it, and the way back."""
    uid = booked.book(THURSDAY, "10:00")
    page = booked.open("week")
    booked.until(lambda: page.week.hours.laid is not None and any(d.mocks for d in page.week.hours.laid.days))
    hours = page.week.hours
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    begin, end = pointed(page.week, THURSDAY, 630), pointed(page.week, THURSDAY + timedelta(days=1), 750)
    for kind, place, buttons in (
        (QEvent.Type.MouseButtonPress, begin, left),
        (QEvent.Type.MouseMove, end, left),
        (QEvent.Type.MouseButtonRelease, end, Qt.MouseButton.NoButton),
    ):
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else left
        QApplication.sendEvent(hours, QMouseEvent(kind, place, hours.mapToGlobal(place), button, buttons, none))
    booked.until(lambda: booked.mock(uid).view.starts == local(THURSDAY + timedelta(days=1), "12:00"))
    booked.until(page.toast.isVisible)
    QTest.keyClick(hours, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    booked.until(lambda: booked.mock(uid).view.starts == local(THURSDAY, "10:00"))


def test_calling_one_off_asks_first(booked: Booked) -> None:
    """The keyboard stands on the way back; the deed takes it out of the calendar."""
    uid = booked.book(THURSDAY, "10:00")
    page = booked.open(uid)
    booked.until(lambda: page.form_sheet.is_open)
    page.form.call_off.click()
    assert page.sheet.cancel.hasFocus()
    page.sheet.accept.click()
    booked.until(lambda: booked.mock(uid).view.state == "cancelled")
    booked.until(lambda: not page.form_sheet.is_open)


def test_what_is_over_asks_how_it_went_and_is_answered_by_keys(booked: Booked) -> None:
    """Complete by Alt+C, scores by 1 to 5, saved by Ctrl+Return; the score stands in the record and the trend."""
    uid = booked.book(THURSDAY, "10:00", topic="graphs")
    booked.life.to(local(THURSDAY, "12:00"))
    booked.life.pulse()
    page = booked.open()
    booked.until(page.side.asking_card.isVisible)
    page.open_outcome(uid)
    booked.until(lambda: page.outcome_sheet.is_open)
    form = page.outcome
    form.submit()
    assert form.trouble.text(), "without an outcome nothing is saved"
    form.outcomes["complete"].click()
    form.rows[0].setFocus()
    QTest.keyClick(form.rows[0], Qt.Key.Key_4)
    QTest.keyClick(form.rows[0], Qt.Key.Key_Down)
    QTest.keyClick(_focused(), Qt.Key.Key_2)
    assert [row.score for row in form.rows[:2]] == [4, 2]
    assert "3.0" in form.average.text()
    form.own.setText("Time keeping")
    QTest.keyClick(form.own, Qt.Key.Key_Return)
    QTest.keyClick(form.rows[-1], Qt.Key.Key_5)
    form.study.setPlainText("topological sort")
    QTest.keyClick(form.proof, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    booked.until(lambda: not page.outcome_sheet.is_open)
    found = booked.mock(uid)
    assert found.view.state == "complete"
    assert dict(found.scores) == {"Communication": 4, "Problem solving": 2, "Time keeping": 5}
    assert found.study == "topological sort"
    booked.until(lambda: not page.side.asking_card.isVisible())
    booked.until(lambda: "Time keeping" in booked.life.ask(lambda q: q.mocks.score_rows()))
    page.turn("scores")
    booked.until(lambda: page.trend.chart.shown == 1)
    assert page.trend.sat.accessibleName().startswith("1")


def test_a_missed_one_needs_no_scores(booked: Booked) -> None:
    """Its sheet steps away, so that the truth takes one press."""
    uid = booked.book(THURSDAY, "10:00")
    booked.life.to(local(THURSDAY, "12:00"))
    page = booked.open(uid)
    booked.until(lambda: page.outcome_sheet.is_open)
    page.outcome.outcomes["missed"].click()
    assert not page.outcome.sheet.isVisible()
    page.outcome.submit()
    booked.until(lambda: booked.mock(uid).view.state == "missed")


def test_a_moved_one_goes_to_the_form(booked: Booked) -> None:
    """From the score sheet to the times, and it is booked again."""
    uid = booked.book(THURSDAY, "10:00")
    booked.life.to(local(THURSDAY, "12:00"))
    page = booked.open(uid)
    booked.until(lambda: page.outcome_sheet.is_open)
    page.outcome.moved.click()
    booked.until(lambda: page.form_sheet.is_open)
    assert not page.outcome_sheet.is_open
    page.form.time.set_value(time(17))
    page.form.submit()
    booked.until(lambda: booked.mock(uid).view.starts == local(THURSDAY, "17:00"))


def test_it_opens_prefilled_for_a_target_of_the_board(booked: Booked) -> None:
    """Interview scheduled: the name and the role are in the form already."""
    target = booked.life.do(lambda a: a.outreach.add(TargetEdit(name="Noor Haddad", role="Backend")))
    page = booked.open(("new", target))
    booked.until(lambda: page.form_sheet.is_open)
    assert (page.form.partner.text(), page.form.platform.currentText()) == ("Noor Haddad", "Company")
    assert page.form.target.target


def test_a_calendar_outside_is_shown_dim_and_cannot_be_changed_here(booked: Booked) -> None:
    """Pressing its event says where it lives."""
    booked.add_calendar([event("d", local(THURSDAY, "16:00"), "Dentist")])
    page = booked.open()
    booked.until(lambda: page.month.laid is not None and page.month.laid.by_date[THURSDAY].others)
    laid = page.month.laid
    assert laid is not None
    page.month.opened.emit(laid.by_date[THURSDAY].others[0])
    assert "Work" in page.toast.text.text()
    assert not page.form_sheet.is_open


def test_the_rule_shows_what_it_would_take(booked: Booked) -> None:
    """Typed words change the preview, saving them changes the calendar's rule."""
    booked.add_calendar(
        [event("a", local(THURSDAY, "16:00"), "Practice with Lee"), event("b", local(THURSDAY, "09:00"), "Stand-up")]
    )
    page = booked.open("calendars")
    booked.until(lambda: "work" in page.feeds.cards)
    page.feeds.cards["work"].rule.click()
    booked.until(lambda: page.feeds.rule.found.text().startswith("▲"))
    page.feeds.rule.words.setText("practice")
    booked.until(lambda: "1 of 2" in page.feeds.rule.found.text())
    page.feeds.rule.words.setText("")
    booked.until(page.feeds.rule.trouble.isVisible)


@pytest.mark.parametrize(("width", "height"), [(1204, 660), (560, 320)], ids=["1280x720", "200 % on a small screen"])
def test_nothing_is_cut_where_there_is_little_room(booked: Booked, width: int, height: int) -> None:
    """Every control of the head lies inside the page, and the views shrink to it."""
    booked.book(THURSDAY, "10:00")
    page = booked.open(width=width, height=height)
    for view in ("month", "week", "agenda", "scores", "calendars"):
        page.turn(view)
        QApplication.processEvents()
        for button in (*page.switches.values(), page.new):
            right = button.mapTo(page, button.rect().bottomRight())
            assert right.x() <= page.width(), f"{button.text()} is cut in {view}"
    assert page.width() == width


def test_every_control_can_be_named_aloud(booked: Booked) -> None:
    """Whatever takes the keyboard on the page and its sheets has a name for a screen reader."""
    uid = booked.book(THURSDAY, "10:00")
    page = booked.open("calendars")
    booked.until(lambda: page.feeds.path.text() != "…")
    _all_named(page)
    page.feeds.open_form()
    for kind in ("ics", "caldav", "google"):
        page.feeds.form.turn(kind)
        _all_named(page)
    page.feeds.form_sheet.close_sheet()
    for view in ("month", "week", "agenda", "scores"):
        page.turn(view)
        _all_named(page)
    page.open_details(uid)
    booked.until(lambda: page.form_sheet.is_open)
    _all_named(page)
    page.open_outcome(uid)
    booked.until(lambda: page.outcome_sheet.is_open)
    _all_named(page)


def _all_named(page: CalendarScreen) -> None:
    nameless = [
        (widget.objectName(), type(widget).__name__)
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QCheckBox) and widget.text())
        and not (isinstance(widget, QLineEdit) and isinstance(widget.parentWidget(), (QAbstractSpinBox, QComboBox)))
    ]
    assert not nameless


def test_files_come_in_with_a_preview_and_go_out(booked: Booked, tmp_path: Path) -> None:
    """An import says first what it would add; the export holds it, and so does the file to subscribe to."""
    file = tmp_path / "mocks.ics"
    file.write_bytes(calendar_file(ics_event("one@example", local(THURSDAY, "15:00"), title="Mock with Lee")))
    page = booked.open("calendars")
    booked.until(lambda: page.feeds.path.text().endswith(".ics"))
    page.feeds.read(str(file))
    booked.until(page.feeds.do_import.isVisible)
    assert "1 new" in page.feeds.import_words.text()
    page.feeds.do_import.click()
    booked.until(lambda: "imported" in page.feeds.import_words.text())
    page.turn("month")
    booked.until(lambda: page.month.laid is not None and page.month.laid.by_date[THURSDAY].mocks)
    out = tmp_path / "out.ics"
    page.feeds.write(str(out))
    booked.until(lambda: out.exists() and b"Mock with Lee" in out.read_bytes())
    page.feeds.copy.click()
    assert QApplication.clipboard().text() == page.feeds.path.text()


def test_a_file_that_is_no_calendar_is_refused_in_its_place(booked: Booked, tmp_path: Path) -> None:
    """The words stand on the card, and nothing is offered to be imported."""
    file = tmp_path / "cat.ics"
    file.write_bytes(b"\x89PNG not a calendar")
    page = booked.open("calendars")
    page.feeds.read(str(file))
    booked.until(page.feeds.choose.isEnabled)
    assert not page.feeds.do_import.isVisible()
    assert page.feeds.import_words.text()


def test_a_wrong_address_is_said_at_its_field(booked: Booked) -> None:
    """What was pasted stays, and the words say what to paste instead."""
    page = booked.open("calendars")
    page.feeds.open_form()
    page.feeds.form.name.setText("Mine")
    page.feeds.form.address.setText("ada@example.org")
    page.feeds.form.connect_button.click()
    booked.until(lambda: page.feeds.form.f_address.trouble)
    assert "mail address" in page.feeds.form.f_address.trouble
    assert page.feeds.form.address.text() == "ada@example.org"
    assert page.feeds.form.connect_button.isEnabled()


def test_a_stale_calendar_says_as_of_when_and_what_to_do(booked: Booked) -> None:
    """It is never shown as empty or as good."""
    booked.add_calendar([event("d", local(THURSDAY, "16:00"), "Dentist")])
    now = booked.life.now
    row = tables.SourceRow(
        source="calendar", subject="work", asked_at=now, last_good=now - timedelta(hours=15), reason="unreachable",
        title="calendar.example did not answer.", advice="It is tried again soon.",
    )  # fmt: skip
    row.source = evidence.FEED

    def write(unit: Unit) -> None:
        unit.session.merge(row)

    booked.life.engine.database.write(write).result()
    page = booked.open("calendars")
    booked.until(lambda: "work" in page.feeds.cards)
    card = page.feeds.cards["work"]
    assert card.chip.accessibleName() == "stale"
    assert "did not answer" in card.trouble.text()
    assert card.facts.words("As of").startswith("15 h ago")
    assert card.sync.text() == "Try again"


def test_both_sides_of_a_clash_stand_side_by_side(booked: Booked) -> None:
    """What differs is marked, and each side can be taken."""
    uid = booked.book(THURSDAY, "10:00")
    booked.add_calendar([])
    theirs = event("x", local(THURSDAY, "11:00"), "Moved there")

    def clash(unit: Unit) -> None:
        row = unit.session.get(tables.MockRow, uid)
        if row is not None:
            row.calendar, row.clash = "work", json.dumps({"event": to_plain(theirs)})

    booked.life.engine.database.write(clash).result()
    page = booked.open("calendars")
    booked.until(page.feeds.clash.isVisible)
    words = " ".join(label.text() for label in page.feeds.clash.findChildren(QLabel))
    assert "Moved there" in words
    assert "10:00–11:00" in words
    assert "11:00–12:00" in words
    with booked.bot.waitSignal(page.feeds.clash.settled) as told:
        page.feeds.clash.buttons[uid, "theirs"].click()
    assert told.args == [uid, "theirs"]
