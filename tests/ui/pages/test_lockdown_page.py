"""The page Lockdown says LOCKED only of what is locked, and tells of each deed what it will do before it is done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QTabBar, QWidget

from exitzero.consequences import lockdown_sites
from exitzero.consequences.lockdown_limits import LIMITS, WAYS_OUT
from exitzero.core.blocking import Cause
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.topics import Topic
from exitzero.desktop.reach import Report
from exitzero.engine.views import LockdownPage
from exitzero.ui.pages.lockdown import LockdownScreen
from exitzero.ui.pages.lockdown_words import sites_of
from tests.ui.pages import lockdown_samples as states
from tests.ui.pages.conftest import Stage

Words = Callable[[Any], str]
Shown = Callable[[LockdownPage], LockdownScreen]


@pytest.fixture
def shown(stage: Stage) -> Shown:
    """Open the page over a state of the lockdown."""

    def show(record: LockdownPage) -> LockdownScreen:
        stage.records.lockdown.record = record
        return stage.open(LockdownScreen)

    return show


def ran(stage: Stage, name: str) -> list[Any]:
    """What the errand of that name was called with."""
    return [value for each, value in stage.records.running if each == name]


@pytest.mark.parametrize(
    ("record", "word", "sentence"),
    [
        (states.EMPTY, "OFF", "No site is chosen in the contract, so nothing is ever locked."),
        (states.OFF_NO_HELPER, "OFF, NO HELPER", "No site is chosen in the contract, so nothing is ever locked."),
        (states.MISSING, "REMINDERS ONLY", "The contract would lock 171 host names, but no helper answers"),
        (states.IDLE, "OPEN", "Nothing is locked. 171 host names stand ready in the contract."),
        (states.ARMED, "ARMED", "171 host names will be locked at 23:59 by the helper, with this program closed too."),
        (states.LOCKED, "LOCKED", "171 host names are out of reach until 23:48."),
        (states.LEAVING, "LOCKED", "171 host names are out of reach until the emergency exit opens at 20:31."),
        (states.DEGRADED, "NOT HELD", "A lock runs until 23:48, but the hosts file does not hold it"),
    ],
)
def test_each_state_has_its_word_and_its_sentence(shown: Shown, record: LockdownPage, word: str, sentence: str) -> None:
    """One word from two metres, one sentence from near."""
    state = shown(record).state
    assert state.word.accessibleName() == word
    assert state.accessibleName() == f"Lockdown: {word}"
    assert state.sentence.text().startswith(sentence)


@pytest.mark.parametrize(
    "record",
    [
        states.EMPTY,
        states.OFF_NO_HELPER,
        states.MISSING,
        states.IDLE,
        states.ARMED,
        states.DEGRADED,
        states.OTHER_ACCOUNT,
    ],
)
def test_locked_is_never_said_when_it_is_not(shown: Shown, words: Words, record: LockdownPage) -> None:
    """Neither in capitals nor as the state of a lock in the list."""
    page = shown(record)
    page.lists.tabs.turn_to("locks")
    assert "LOCKED" not in words(page)
    listed = [page.lists.locks.texts(row)[0] for row in range(len(page.lists.locks.records))]
    assert "Locked" not in listed
    assert "are out of reach until" not in words(page)


def test_a_lock_tells_why_until_when_and_what_ends_it(shown: Shown) -> None:
    """Cause and release stand beside the countdown, with what to do about tabs and Firefox."""
    state = shown(states.LOCKED).state
    assert state.facts.words("Why") == "Locked by hand"
    assert state.facts.words("Ends by") == Cause.HAND.release_words
    assert state.facts.words("Exits") == "0 of 2 emergency exits taken this month"
    assert state.label.text() == "Until it ends"
    assert state.countdown.text == "03:30:00"
    assert "Close open tabs" in state.hint.text()
    assert "restart Firefox" in state.hint.text()


def test_a_lock_that_the_file_does_not_hold_says_the_reason(shown: Shown) -> None:
    """With what to do about it, and without the hint that goes with a lock."""
    page = shown(states.DEGRADED)
    assert page.state.facts.words("Trouble") == "The hosts file is marked immutable. Run: sudo chattr -i /etc/hosts"
    assert page.state.hint.isHidden()
    assert page.lists.locks.texts(0)[0] == "Not held"


def test_after_a_release_it_says_that_firefox_may_need_a_minute(stage: Stage, shown: Shown) -> None:
    """The page hears of the release by itself."""
    page = shown(states.LOCKED)
    stage.records.lockdown.record = states.IDLE
    stage.tell(Topic.LOCKDOWN)
    assert page.state.word.accessibleName() == "OPEN"
    assert page.state.hint.text() == "The sites are back. Firefox may need a minute."
    stage.records.lockdown.record = states.LOCKED
    stage.tell(Topic.LOCKDOWN)
    assert "Close open tabs" in page.state.hint.text()


def test_a_look_that_fails_does_not_go_on_saying_locked(stage: Stage, shown: Shown, words: Words) -> None:
    """What was seen before may be long past; trying again brings it back."""
    page = shown(states.LOCKED)
    stage.records.lockdown.record = OutsideTrouble("The data cannot be read.", "Close the other program.")
    page.refresh()
    stage.settle()
    assert "LOCKED" not in words(page)
    assert not page.state.isVisible()
    assert "The data cannot be read." in words(page)
    stage.records.lockdown.record = states.LOCKED
    page.nothing.button.click()
    stage.settle()
    assert page.state.isVisible()
    assert page.nothing.isHidden()


def test_a_skeleton_stands_until_the_helper_has_answered(stage: Stage) -> None:
    """No state is claimed before one is known."""
    stage.engine.held = True
    page = stage.open(LockdownScreen)
    assert not page.is_revealed
    stage.engine.release()
    stage.settle()
    assert page.is_revealed


# Lists


def test_sites_are_found_by_any_of_their_names(shown: Shown) -> None:
    """A site is a line, its host names are beside it."""
    page = shown(states.LOCKED)
    page.lists.filter.setText("youtu.be")
    assert [line.title for line in page.lists.sites.records] == ["YouTube"]
    assert "m.youtube.com" in page.lists.sites.texts(0)[2]
    page.lists.filter.setText("lobste")
    assert page.lists.sites.texts(0) == ("lobste.rs", "own", "lobste.rs")


def test_gathering_names_into_sites_loses_none() -> None:
    """Every name of every group and of one's own stands in exactly one line."""
    names = {host for group in lockdown_sites.groups().values() for host in group.hosts} | {"a.example.org"}
    lines = sites_of(names)
    gathered = [name for line in lines for name in line.names]
    assert set(gathered) == names
    assert sites_of(["xn--mnchen-3ya.de"])[0].title == "münchen.de (xn--mnchen-3ya.de)"


def test_past_locks_and_bypasses_are_told_with_reason_and_time(shown: Shown) -> None:
    """Refused with the reason, released with what did it, an edited hosts file with the time."""
    page = shown(states.IDLE)
    past = [page.lists.past.texts(row) for row in range(3)]
    assert [each[0] for each in past] == ["Ended", "Released", "Refused"]
    assert past[1][1] == "The day's work is verified"
    assert past[2][1].startswith("The hosts file is marked immutable.")
    noticed = page.lists.noticed.texts(0)
    assert noticed == (
        "15:02",
        "The hosts file was edited and put right again",
        "2026-11-19 09:32:11 UTC · 40 lines",
    )


def test_a_planned_lock_stands_among_the_locks(shown: Shown) -> None:
    """With when it begins, marked as planned."""
    page = shown(states.IDLE)
    assert page.lists.locks.texts(0)[0] == "Planned"
    assert page.lists.locks.texts(0)[2] == "tomorrow 09:00"
    assert page.state.facts.words("Next") == "tomorrow 09:00, Locked by your schedule"


# The helper


def test_without_a_helper_installing_is_offered_and_nothing_to_lock_with(shown: Shown) -> None:
    """The command stands there; locking by hand is not offered."""
    page = shown(states.MISSING)
    assert page.helper.install.isVisible()
    assert not page.helper.repair.isVisible()
    assert not page.helper.policies.isVisible()
    assert not page.state.lock.isVisible()
    assert page.helper.command.text() == states.COMMANDS["install"]
    page.helper.copy.click()
    assert QGuiApplication.clipboard().text() == states.COMMANDS["install"]


def test_installing_says_what_goes_where_asks_and_tells_the_result(stage: Stage, shown: Shown, words: Words) -> None:
    """Nothing is done before the sheet is accepted; meanwhile it says that the prompt may be behind the window."""
    page = shown(states.MISSING)
    page.helper.install.click()
    asked = words(page.sheet)
    for part in ("helper.json", "hosts file", states.COMMANDS["install"], "administrator's password"):
        assert part in asked
    assert not ran(stage, "install")
    stage.engine.held = True
    page.sheet.accept.click()
    assert "password prompt" in page.helper.result.text()
    assert not page.helper.install.isEnabled()
    stage.records.lockdown.record = states.IDLE
    stage.engine.release()
    stage.settle()
    assert ran(stage, "install") == [None]
    assert page.helper.result.text() == "● The helper is installed and answers."
    assert page.helper.chip.accessibleName() == "Well"
    assert not page.helper.install.isVisible()


def test_a_refused_password_is_told_on_the_card(stage: Stage, shown: Shown) -> None:
    """With what to type in a terminal; it can be tried again."""
    page = shown(states.MISSING)
    stage.records.refusal = OutsideTrouble("The system did not give its consent.", "Or type it in a terminal: sudo x")
    page.helper.install.click()
    page.sheet.accept.click()
    stage.settle()
    assert page.helper.result.text() == "■ The system did not give its consent. Or type it in a terminal: sudo x"
    assert page.helper.install.isEnabled()


@pytest.mark.parametrize("action", ["repair", "uninstall"])
def test_repairing_and_uninstalling_ask_first(stage: Stage, shown: Shown, action: str) -> None:
    """Escape does nothing; accepting runs it."""
    page = shown(states.IDLE)
    button = {"repair": page.helper.repair, "uninstall": page.helper.uninstall}[action]
    button.click()
    QTest.keyClick(page.sheet, Qt.Key.Key_Escape)
    stage.settle()
    assert not page.sheet.is_open
    assert not ran(stage, action)
    button.click()
    page.sheet.accept.click()
    stage.settle()
    assert ran(stage, action) == [None]


def test_flags_and_conflicts_are_words_with_advice(shown: Shown, words: Words) -> None:
    """Never a bare flag."""
    page = shown(states.CONFLICT)
    told = words(page.helper)
    assert "Lines of your own in the hosts file keep some of these names within reach." in told
    assert "VPN clients, Docker Desktop and ad blockers do this." in told
    assert "www.reddit.com, reddit.com" in told
    assert "another program's policies are in the place" in told
    assert page.helper.chip.accessibleName() == "Needs a look"


def test_a_helper_of_another_account_or_version_can_be_installed_again(shown: Shown) -> None:
    """It says whose it is, and what brings it right."""
    page = shown(states.OTHER_ACCOUNT)
    assert page.helper.install.text() == "Install again…"
    assert "another account" in page.helper.words.text()
    old = shown(replace(states.IDLE, helper=replace(states.WELL, current=False)))
    assert old.helper.install.isVisible()
    assert "another version" in old.helper.words.text()


def test_the_stronger_measure_is_switched_with_its_explanation(stage: Stage, shown: Shown) -> None:
    """A refusal puts the switch back."""
    page = shown(states.IDLE)
    assert "managed by an organisation" in page.helper.policies.accessibleDescription()
    page.helper.policies.click()
    stage.settle()
    assert ran(stage, "switch_policies") == [True]
    stage.records.refusal = OutsideTrouble("The system did not give its consent.", "")
    page.helper.policies.click()
    stage.settle()
    assert not page.helper.policies.isChecked(), "the helper still says off"


# Locking by hand


def test_locking_by_hand_shows_what_it_comes_to_and_asks(stage: Stage, shown: Shown, words: Words) -> None:
    """25 minutes of the contract's sites: how many, until when, and that it cannot be taken back."""
    page = shown(states.IDLE)
    QTest.keyClick(page, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    stage.bot.waitUntil(lambda: page.side.is_open)
    assert page.form.preview.text() == "171 host names, for 25 min, until 20:43."
    assert "cannot be taken back" in words(page.form)
    page.form.go.click()
    assert "Lock 171 host names until 20:43?" in words(page.sheet)
    assert page.sheet.cancel.hasFocus(), "Enter alone must not lock"
    stage.records.lockdown.record = states.LOCKED
    page.sheet.accept.click()
    stage.settle()
    assert ran(stage, "lock_now") == [(timedelta(minutes=25), ())]
    assert not page.side.is_open
    assert page.state.word.accessibleName() == "LOCKED"


def test_a_length_of_ones_own_and_chosen_groups(stage: Stage, shown: Shown) -> None:
    """Typing minutes chooses them; groups count with every name they stand for."""
    page = shown(states.EMPTY)
    page.state.lock.click()
    assert not page.form.go.isEnabled(), "no site is chosen yet"
    page.form.minutes.setValue(40)
    page.form.groups["video"].setChecked(True)
    assert page.form.other.isChecked()
    names = lockdown_sites.expanded([site.hosts[0] for site in lockdown_sites.groups()["video"].sites])
    assert page.form.preview.text() == f"{len(names)} host names, for 40 min, until 20:58."
    page.form.go.click()
    page.sheet.accept.click()
    stage.settle()
    ((lasts, chosen),) = ran(stage, "lock_now")
    assert lasts == timedelta(minutes=40)
    assert set(lockdown_sites.expanded(chosen)) == set(names)


def test_a_lock_that_is_refused_is_told_where_it_was_asked_for(stage: Stage, shown: Shown) -> None:
    """The sheet stays, with the reason; nothing claims to be locked."""
    page = shown(states.IDLE)
    stage.records.refusal = OutsideTrouble("Nothing was locked.", "The hosts file is marked immutable.")
    page.state.lock.click()
    page.form.go.click()
    page.sheet.accept.click()
    stage.settle()
    assert page.sheet.is_open
    assert page.sheet.trouble == "Nothing was locked. The hosts file is marked immutable."
    assert page.state.word.accessibleName() == "OPEN"


# The emergency exit


def test_the_emergency_exit_tells_its_price_and_wants_the_sentence(stage: Stage, shown: Shown, words: Words) -> None:
    """Cost, journal, how many are left, and the sentence to the letter; then the countdown."""
    page = shown(states.LOCKED)
    page.state.leave.click()
    told = words(page.sheet)
    for part in ("20 coins", "journal", "1 more this month after this one", "15 minutes", states.SENTENCE):
        assert part in told
    assert not page.sheet.accept.isEnabled()
    page.sheet.reason.setText(states.SENTENCE)
    stage.records.lockdown.record = states.LEAVING
    page.sheet.accept.click()
    stage.settle()
    assert ran(stage, "ask_emergency") == [states.SENTENCE]
    assert page.state.label.text() == "Emergency exit opens in"
    assert page.state.countdown.text == "00:13:00"
    assert page.state.word.accessibleName() == "LOCKED", "until it opens"
    assert not page.state.leave.isVisible()


def test_a_sentence_with_a_slip_is_refused_at_the_field(stage: Stage, shown: Shown) -> None:
    """The engine compares it; the sheet says so and keeps what was typed."""
    page = shown(states.LOCKED)
    stage.records.refusal = BadInput("emergency", "Type it to the letter.")
    page.state.leave.click()
    page.sheet.reason.setText(states.SENTENCE.replace("own", "won"))
    page.sheet.accept.click()
    stage.settle()
    assert page.sheet.trouble == "Type it to the letter."
    assert page.sheet.reason.text().startswith("I leave my won")


def test_the_exit_can_be_taken_back_while_it_is_waited_for(stage: Stage, shown: Shown) -> None:
    """Staying is one press."""
    page = shown(states.LEAVING)
    stage.records.lockdown.record = states.LOCKED
    page.state.stay.click()
    stage.settle()
    assert ran(stage, "cancel_emergency") == [None]
    assert page.state.label.text() == "Until it ends"


def test_a_used_up_exit_says_why_it_cannot_be_begun(shown: Shown) -> None:
    """The button is there, cannot be pressed, and has the reason."""
    why = "It was taken 2 times this month; the lock ends by its own time."
    page = shown(replace(states.LOCKED, emergency_refusal=why, emergency_left=0, emergency_used=2))
    assert not page.state.leave.isEnabled()
    assert page.state.leave.toolTip() == why
    assert page.state.facts.words("Exits") == "2 of 2 emergency exits taken this month"


# The self-test and its limits


def test_the_self_test_tells_each_browser_and_name_with_sign_word_and_advice(stage: Stage, shown: Shown) -> None:
    """What got through is red with what to do; what was running before is told."""
    page = shown(states.LOCKED)
    page.check.full.click()
    stage.settle()
    assert ran(stage, "test") == [True]
    texts = page.check.texts
    assert "● Out of reach: reddit.com leads nowhere." in texts
    assert "■ Reachable: youtube.com answers." in texts
    assert any(text.startswith("▲ Running: Firefox ESR was running before the lock") for text in texts)
    assert page.check.chip.accessibleName() == "Reachable"
    assert page.check.full.isEnabled()


def test_the_resolver_alone_does_not_judge_browsers(stage: Stage, shown: Shown) -> None:
    """What was not started is not seen, never out of reach."""
    page = shown(states.LOCKED)
    page.check.quick.click()
    stage.settle()
    assert ran(stage, "test") == [False]
    assert page.check.texts.count("◆ Not seen: Not started for this test.") == 2
    assert page.check.chip.accessibleName() == "Out of reach"


def test_reachable_is_no_failure_while_nothing_is_locked(stage: Stage, shown: Shown) -> None:
    """The same answer means something else then, and says so."""
    page = shown(states.IDLE)
    page.check.full.click()
    stage.settle()
    assert "○ Reachable: youtube.com answers." in page.check.texts
    assert "while nothing is locked" in page.check.words.text()


def test_a_self_test_that_cannot_run_says_so(stage: Stage, shown: Shown) -> None:
    """In its own card; and with nothing to try it is unknown."""
    page = shown(states.LOCKED)
    stage.records.lockdown.report = OutsideTrouble("No network.", "Plug it in.")
    page.check.quick.click()
    stage.settle()
    assert page.check.texts == ["◆ : No network."]
    assert page.check.chip.accessibleName() == "Not tested"
    stage.records.lockdown.report = Report((), ())
    page.check.quick.click()
    stage.settle()
    assert page.check.chip.accessibleName() == "Nothing to test"


def test_every_way_round_and_every_way_out_can_be_read(stage: Stage, shown: Shown, words: Words) -> None:
    """The page holds them all, and Escape leads back."""
    page = shown(states.IDLE)
    page.beyond.read.click()
    told = words(page.beyond_sheet)
    for limit in LIMITS:
        assert limit.title in told
        assert limit.words in told
    for way in WAYS_OUT:
        assert way.words in told
    QTest.keyClick(page.reading, Qt.Key.Key_Escape)
    assert not page.reading.is_open


# By keyboard, by ear, small


def test_every_control_is_reached_by_tab_and_has_a_name(shown: Shown) -> None:
    """No trap, and nothing that a screen reader cannot say."""
    page = shown(states.CONFLICT)
    page.state.lock.setFocus()
    seen: list[QWidget] = []
    for _step in range(60):
        here = page.window().focusWidget()
        if here in seen:
            break
        seen.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    for wanted in (page.state.leave, page.lists.filter, page.lists.sites, page.helper.repair, page.check.full):
        assert wanted in seen
    assert page.beyond.read in seen
    # A box says its own words; a bar of tabs those of its tabs.
    silent = [each for each in seen if not each.accessibleName() and not isinstance(each, (QCheckBox, QTabBar))]
    assert silent == []


@pytest.mark.parametrize("record", [states.LOCKED, states.CONFLICT, states.OFF_NO_HELPER])
def test_on_a_small_or_doubled_screen_nothing_is_wider_than_the_page(stage: Stage, record: LockdownPage) -> None:
    """640 points are what a 1280 screen has at 200 %, less the rail."""
    stage.records.lockdown.record = record
    page = stage.open(LockdownScreen, width=560, height=320)
    for card in (page.state, page.lists, page.helper, page.check, page.beyond):
        assert card.width() <= 560 - 40
        assert card.minimumSizeHint().width() <= card.width()
