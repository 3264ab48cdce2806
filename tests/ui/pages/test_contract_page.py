"""The contract page says of every edit from when it would hold, and loses nothing that was typed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from exitzero.core.contract import SENT_MAIL, Clause, CountingRule, RungRule, Terms, usual_clause
from exitzero.core.day import Hours
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.observation import Difficulty
from exitzero.core.topics import Topic
from exitzero.core.words import ClauseKind, Quota
from exitzero.ui.pages.contract import ContractScreen
from exitzero.ui.pages.contract_clauses import LeetCodeForm, OutreachForm
from exitzero.work.outreach.views import MailboxView
from tests.ui.pages import samples
from tests.ui.pages.conftest import Stage

Words = Callable[[Any], str]


def _asked(stage: Stage) -> list[Terms]:
    return [value for name, value in stage.records.asked if name == "preview"]


def _wait(stage: Stage, page: ContractScreen) -> None:
    """Until the pause after typing is over and the preview has come."""
    stage.bot.waitUntil(lambda: not page._pause.isActive())
    stage.settle()


@pytest.fixture
def page(stage: Stage) -> ContractScreen:
    """The page over version 7."""
    return stage.open(ContractScreen)


def _leetcode(page: ContractScreen) -> LeetCodeForm:
    form = page.form.clauses[0]
    assert isinstance(form, LeetCodeForm)
    return form


def _clause(page: ContractScreen) -> Clause:
    found = page.form.terms().clause(ClauseKind.LEETCODE)
    assert found is not None
    return found


def test_the_form_gives_back_what_it_was_given(stage: Stage) -> None:
    """Terms go through the fields unchanged, every wish included."""
    stage.records.contract_record = samples.contract_page(latest=samples.hard_terms())
    page = stage.open(ContractScreen)
    assert page.form.terms() == samples.hard_terms()
    assert not page.edited
    assert _asked(stage) == []


def test_terms_stand_in_words(page: ContractScreen) -> None:
    """What is in force is readable without the form."""
    assert page.terms.words("LeetCode") == "2 a day, any accepted submission"
    assert page.terms.words("Ladder") == "warning 20:00, alarm 22:00, last call 23:00"
    assert page.terms.words("A failed day costs") == "50 coins"


def test_each_edit_is_asked_about(stage: Stage, page: ContractScreen) -> None:
    """The preview is asked with the terms that the fields stand for, once after a pause."""
    form = _leetcode(page)
    form.target.setValue(3)
    form.quota.choose(Quota.WEEKLY)
    form.rule.choose(CountingRule.REVIEW)
    form.review.setValue(14)
    form.minimum.choose(Difficulty.MEDIUM)
    form.weekdays.days[6].click()
    form.account.setText("ada-two")
    page.form.starts.set_value(time(6))
    page.form.deadline.set_value(time(1, 30))
    page.form.zone.setEditText("Europe/Berlin")
    page.form.week.choose(6)
    page.form.burn.setValue(75)
    _wait(stage, page)
    assert len(_asked(stage)) == 1
    terms = _asked(stage)[0]
    clause = terms.clause(ClauseKind.LEETCODE)
    assert clause is not None
    assert (clause.target, clause.quota, clause.subject) == (3, Quota.WEEKLY, "ada-two")
    assert clause.weekdays == frozenset(range(6))
    assert (clause.counting.rule, clause.counting.review_after_days) == (CountingRule.REVIEW, 14)
    assert clause.counting.minimum is Difficulty.MEDIUM
    assert terms.hours == Hours(time(6), time(1, 30))
    assert (terms.zone, terms.week_starts, terms.burn) == ("Europe/Berlin", 6, 75)


def test_the_preview_says_from_when(stage: Stage, page: ContractScreen) -> None:
    """Harder today, neither tomorrow, easier in seven days, each with its date."""
    page.form.clauses[0].target.setValue(3)
    page.form.clauses[0].weight.setValue(60)
    page.form.burn.setValue(20)
    _wait(stage, page)
    assert page.preview.rows == [
        "▲ LeetCode target: 2 a day → 3 a day, today",
        "→ LeetCode weight: 50 → 60, tomorrow, Fri 20 Nov",
        "▼ Coins burned: 50 → 20, in 7 days, Thu 26 Nov",
    ]
    assert page.preview.adopt.isEnabled()


def test_adopting_is_confirmed(stage: Stage, page: ContractScreen, words: Words) -> None:
    """The sheet repeats what changes; only then are the terms adopted."""
    page.form.burn.setValue(20)
    _wait(stage, page)
    page.preview.adopt.click()
    assert "Coins burned: 50 → 20, in 7 days, Thu 26 Nov" in words(page.sheet)
    assert stage.records.done == []
    wanted = page.form.terms()
    page.sheet.accept.click()
    stage.settle()
    assert stage.records.done == [("adopt", wanted)]
    assert not page.sheet.is_open


def test_what_was_adopted_is_the_new_ground(stage: Stage, page: ContractScreen) -> None:
    """After adopting, the form stands on what the engine says is agreed now."""
    page.form.clauses[0].target.setValue(3)
    _wait(stage, page)
    agreed = page.form.terms()
    page.preview.adopt.click()
    stage.records.contract_record = samples.contract_page(latest=agreed)
    page.sheet.accept.click()
    stage.settle()
    assert not page.edited
    assert not page.preview.adopt.isEnabled()


@pytest.mark.parametrize(
    ("field", "edit"),
    [
        ("leetcode.target", lambda page: page.form.clauses[0].target.setValue(0)),
        ("leetcode.weight", lambda page: page.form.clauses[0].weight.setValue(0)),
        ("leetcode.weekdays", lambda page: page.form.clauses[0].weekdays.choose(frozenset())),
        ("leetcode.counting", lambda page: _leetcode(page).review.setValue(0)),
        ("leetcode.subject", lambda page: _leetcode(page).account.clear()),
        ("zone", lambda page: page.form.zone.setEditText("Europe/Atlantis")),
        ("burn", lambda page: page.form.burn.setValue(10_001)),
    ],
)
def test_trouble_stands_at_its_field(stage: Stage, field: str, edit: Callable[[ContractScreen], None]) -> None:
    """The rules' own words, at the field; nothing can be adopted, and taking it back heals it."""
    page = stage.open(ContractScreen)
    edit(page)
    _wait(stage, page)
    assert page.form.field(field).trouble
    assert not page.preview.adopt.isEnabled()
    page.preview.discard.click()
    assert not page.form.field(field).trouble
    assert not page.edited


def test_trouble_without_a_field_stands_at_the_button(stage: Stage, page: ContractScreen) -> None:
    """What belongs to no field is told where the deed would be."""
    page.preview.show_trouble("The store is locked.")
    assert page.preview.words.text() == "The store is locked."


def test_a_change_from_elsewhere_keeps_what_was_typed(stage: Stage, page: ContractScreen) -> None:
    """The other change comes in, the typed one stays, and the page says so."""
    page.form.clauses[0].target.setValue(5)
    _wait(stage, page)
    other = replace(samples.TERMS, burn=80)
    stage.records.contract_record = samples.contract_page(latest=other)
    stage.tell(Topic.CONTRACT)
    assert _clause(page).target == 5
    assert page.form.burn.value() == 80
    assert page.banner.isVisible()
    assert page.preview.rows == ["▲ LeetCode target: 2 a day → 5 a day, today"]
    page.banner.activated.emit()
    assert page.form.terms() == other


def test_a_refresh_without_change_touches_nothing(stage: Stage, page: ContractScreen) -> None:
    """A poll in the background neither moves the caret nor clears a half-typed word."""
    _leetcode(page).account.setText("half-typ")
    stage.tell(Topic.DAY)
    assert _leetcode(page).account.text() == "half-typ"
    assert not page.banner.isVisible()


def test_a_rung_is_a_time_that_follows_the_deadline(stage: Stage, page: ContractScreen) -> None:
    """Shown by the clock, kept as minutes before the deadline."""
    warning, alarm, _last = page.form.rungs
    assert warning.at.value == time(20)
    page.form.deadline.set_value(time(22, 59))
    assert warning.at.value == time(19)
    alarm.at.set_value(time(21, 29))
    warning.on.setChecked(False)
    assert page.form.terms().rungs == (RungRule("alarm", 90, urgent=True), RungRule("last call", 59, urgent=True))


def test_a_rung_before_the_day_says_that_it_never_fires(page: ContractScreen) -> None:
    """Nothing is silently dropped."""
    page.form.deadline.set_value(time(1, 30))
    assert "never fires" in page.form.rungs[0].words.text()


def test_rest_within_the_horizon_is_refused_with_the_reason(stage: Stage, page: ContractScreen) -> None:
    """The next seven days are shown, and a press on one says why not and from when."""
    page.form.rest.grid._toggle(date(2026, 11, 22))
    assert "Thu 26 Nov" in page.form.field("rest").trouble
    assert page.form.rest.days() == samples.TERMS.rest_days
    QTest.keyClick(page.form.rest.grid, Qt.Key.Key_Space)
    assert date(2026, 11, 26) in page.form.rest.days()
    assert not page.form.field("rest").trouble


def test_a_planned_rest_day_can_be_taken_back_at_any_time(stage: Stage) -> None:
    """That is tighter, so it needs no horizon."""
    near = replace(samples.TERMS, rest_days=frozenset({date(2026, 11, 21)}))
    stage.records.contract_record = samples.contract_page(latest=near)
    page = stage.open(ContractScreen)
    page.form.rest.grid._toggle(date(2026, 11, 21))
    assert page.form.terms().rest_days == frozenset()


def test_the_name_is_tried_before_it_is_agreed(stage: Stage, page: ContractScreen) -> None:
    """Test name asks the source; a wrong name is told at the field."""
    form = _leetcode(page)
    form.account.setText("nobody-such")
    stage.records.name_record = OutsideTrouble("LeetCode knows no such name.", "Look at its spelling.")
    form.try_name.click()
    stage.settle()
    assert stage.records.running == [("check_name", ("leetcode", "nobody-such"))]
    assert page.form.field("leetcode.subject").trouble.startswith("LeetCode knows no such name.")
    stage.records.name_record = samples.source_view()
    form.try_name.click()
    stage.settle()
    assert not page.form.field("leetcode.subject").trouble


def test_refused_at_the_last_moment_nothing_is_lost(stage: Stage, page: ContractScreen) -> None:
    """If adopting fails, the sheet says why and the edit stays."""
    page.form.burn.setValue(20)
    _wait(stage, page)
    page.preview.adopt.click()
    stage.records.refusal = OutsideTrouble("The disk is full.", "Free some space.")
    page.sheet.accept.click()
    stage.settle()
    assert page.sheet.trouble == "The disk is full. Free some space."
    assert page.form.burn.value() == 20
    stage.records.refusal = BadInput("burn", "No.")
    page.sheet.accept.click()
    stage.settle()
    assert page.form.field("burn").trouble == "No."


def test_what_waits_and_what_was_are_listed(stage: Stage) -> None:
    """Pending changes with their day, every version with what it changed."""
    stage.records.contract_record = samples.contract_page(pending=(samples.PENDING,))
    page = stage.open(ContractScreen)
    assert page.pending.texts == ["in 7 days, Thu 26 Nov: LeetCode target: 2 a day → 1 a day"]
    assert page.history.texts[1:] == ["v6: Coins burned: 20 → 50", "v1: The first contract."]


def test_tab_goes_through_the_form_in_reading_order(stage: Stage, page: ContractScreen) -> None:
    """From the first field downwards, without a trap."""
    form = page.form
    form.clauses[0].target.setFocus()
    seen: list[QWidget] = []
    for _step in range(90):
        here = page.window().focusWidget()
        seen.append(here)
        if here is form.rest.grid:
            break
        QTest.keyClick(here, Qt.Key.Key_Tab)
    places = [seen.index(each) for each in (form.clauses[0].target, form.starts, form.rungs[0].on, form.burn)]
    assert places == sorted(places)
    assert seen[-1] is form.rest.grid


def test_the_wheel_edits_nothing_in_passing(page: ContractScreen) -> None:
    """Scrolling over a field that has not the keyboard does not change it."""
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    form = page.form
    form.burn.setFocus()
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    for field in (form.clauses[0].target, form.starts, form.week, _leetcode(page).rule):
        QApplication.sendEvent(field, wheel)
    assert not page.edited


def test_a_time_zone_is_found_by_a_part_of_its_name(stage: Stage, page: ContractScreen) -> None:
    """The list is there as soon as the field is entered, this machine's own first; entering it edits nothing."""
    zone = page.form.zone
    zone.setFocus()
    assert zone.itemText(0) == "This machine's time zone"
    assert not page.edited
    completer = zone.completer()
    assert completer is not None
    completer.setCompletionPrefix("kolk")
    assert completer.currentCompletion() == "Asia/Kolkata"
    zone.setEditText("This machine's time zone")
    assert page.form.terms().zone == ""


def test_without_a_contract_the_page_leads_to_one_and_after_a_failure_tries_again(stage: Stage) -> None:
    """The empty state's one button does what its word says."""
    stage.records.contract_record = OutsideTrouble("The store is locked.", "Close the other program.")
    page = stage.open(ContractScreen)
    assert page.nothing.isVisible()
    stage.records.contract_record = samples.contract_page()
    page.nothing.button.click()
    stage.settle()
    assert page.form.isVisible()
    empty = ContractScreen(stage.link)
    stage.bot.addWidget(empty)
    empty.finish_growing()
    empty._show(None)
    empty.finish_growing()
    with stage.bot.waitSignal(empty.navigate) as asked:
        empty.nothing.button.click()
    assert asked.args == ["first_run", None]


THREE = replace(
    samples.TERMS,
    clauses=(
        samples.TERMS.clauses[0],
        Clause(ClauseKind.OUTREACH, 5, "ada@example.org", SENT_MAIL, 35, words=frozenset({"application", "hiring"})),
        usual_clause(ClauseKind.MOCKS),
    ),
)
MAILBOX = MailboxView("ada@example.org", "imap", "imap.example.org", (), samples.at(7))


@pytest.fixture
def whole(stage: Stage) -> ContractScreen:
    """The page over a contract of three clauses, with its mailbox connected."""
    stage.records.contract_record = samples.contract_page(latest=THREE)
    stage.records.mailboxes = (MAILBOX,)
    return stage.open(ContractScreen)


def _outreach(page: ContractScreen) -> OutreachForm:
    form = page.form.clauses[1]
    assert isinstance(form, OutreachForm)
    return form


def test_three_clauses_go_through_the_form_unchanged(stage: Stage, whole: ContractScreen) -> None:
    """Mailbox, words and weights included; each weight is told as its share of the day."""
    assert whole.form.terms() == THREE
    assert not whole.edited
    shares = [whole.form.field(f"{kind}.weight")._below.text() for kind in ("leetcode", "outreach", "mocks")]
    assert shares == ["50 % of the day", "35 % of the day", "15 % of the day"]


def test_a_clause_is_added_today_and_taken_out_in_seven_days(stage: Stage, page: ContractScreen) -> None:
    """Adding is tighter, taking out looser; the one that is left cannot be taken out."""
    assert not page.form.clauses[0].leave.isEnabled()
    page.form.clauses[2].join.click()
    page.form.clauses[0].leave.click()
    _wait(stage, page)
    assert page.preview.rows == [
        "▼ LeetCode clause: 2 a day → removed, in 7 days, Thu 26 Nov",
        "▲ Mocks clause: none → 1 booked in the coming 7 days, today",
    ]
    assert not page.form.clauses[2].leave.isEnabled()
    assert page.form.terms().clauses == (usual_clause(ClauseKind.MOCKS),)
    page.preview.discard.click()
    assert page.form.terms() == samples.TERMS


def test_what_counts_as_a_mail_is_more_only_after_a_week(stage: Stage, whole: ContractScreen) -> None:
    """A word more lets more mails count, so it waits; a word less holds today. Case and spaces make no new word."""
    words = _outreach(whole).words
    QTest.keyClicks(words.line, "Cold  Mail,")
    QTest.keyClicks(words.line, "HIRING")
    QTest.keyClick(words.line, Qt.Key.Key_Return)
    words.chips["application"].click()
    _wait(stage, whole)
    assert words.words() == {"cold mail", "hiring"}
    assert whole.preview.rows == [
        "▲ Mail about “application”: counts → does not count, today",
        "▼ Mail about “cold mail”: does not count → counts, in 7 days, Thu 26 Nov",
    ]


def test_without_a_word_no_mail_could_count_and_the_field_says_so(stage: Stage, whole: ContractScreen) -> None:
    """Backspace takes the chips away one by one; nothing can be adopted until a word stands there."""
    words = _outreach(whole).words
    for _chip in range(2):
        QTest.keyClick(words.line, Qt.Key.Key_Backspace)
    _wait(stage, whole)
    assert "at least one word" in whole.form.field("outreach.words").trouble
    assert not whole.preview.adopt.isEnabled()


def test_where_no_mailbox_is_connected_the_form_says_so_and_leads_there(stage: Stage, page: ContractScreen) -> None:
    """Proofs alone are offered, and the way to the page on which a mailbox is connected."""
    opened: list[tuple[str, object]] = []
    page.navigate.connect(lambda key, target: opened.append((key, target)))
    form = _outreach(page)
    form.join.click()
    assert form.proof.count() == 1
    form.connect_mailbox.click()
    assert opened == [("outreach", "mailbox")]
    assert page.form.terms().clause(ClauseKind.OUTREACH) == usual_clause(ClauseKind.OUTREACH)


def test_a_mailbox_that_is_gone_is_shown_as_gone(stage: Stage) -> None:
    """The contract still names it, so it stands there, marked, and nothing counts as edited."""
    stage.records.contract_record = samples.contract_page(latest=THREE)
    page = stage.open(ContractScreen)
    assert "not connected" in _outreach(page).proof.currentText()
    assert not page.edited


@pytest.mark.parametrize(
    ("field", "edit"),
    [
        ("outreach.target", lambda page: page.form.clauses[1].target.setValue(0)),
        ("outreach.weekdays", lambda page: page.form.clauses[1].weekdays.choose(frozenset())),
        ("mocks.target", lambda page: page.form.clauses[2].target.setValue(101)),
        ("mocks.weight", lambda page: page.form.clauses[2].weight.setValue(0)),
    ],
)
def test_trouble_of_the_other_clauses_stands_at_their_fields(
    stage: Stage, whole: ContractScreen, field: str, edit: Callable[[ContractScreen], None]
) -> None:
    """As with LeetCode: the rules' own words, where the value is."""
    edit(whole)
    _wait(stage, whole)
    assert whole.form.field(field).trouble
    assert not whole.preview.adopt.isEnabled()


def test_terms_say_what_proves_outreach(stage: Stage) -> None:
    """Read without the form: how many, and by which mails."""
    stage.records.contract_record = samples.contract_page(latest=THREE, current=replace(samples.VERSION, terms=THREE))
    page = stage.open(ContractScreen)
    assert page.terms.words("Outreach") == "5 a day"
    assert page.terms.words("Outreach counts") == (
        "by proofs, and mail sent from ada@example.org about application, hiring"
    )
    assert page.terms.words("Mocks") == "1 booked in the coming 7 days"
