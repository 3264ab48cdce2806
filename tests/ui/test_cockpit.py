"""The cockpit: what each state of the day looks like, by the words and signs on the screen."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from exitzero.core.errors import OutsideTrouble
from exitzero.core.topics import Topic
from exitzero.engine.views import CheckLine, LogLine
from exitzero.ui.pages.cockpit_evidence import EvidenceCard
from exitzero.ui.pages.cockpit_outreach import OutreachCard
from exitzero.ui.theme import State
from tests.ui import samples
from tests.ui.window_kit import Stage, staged


def sentence(stage: Stage) -> str:
    """The sentence beside the survival figure, without its colours."""
    return re.sub("<[^>]+>", "", stage.window.cockpit.hero.sentence.text())


def the_card(stage: Stage) -> EvidenceCard:
    """The one card of a contract of LeetCode alone."""
    (card,) = stage.window.cockpit.cards
    assert isinstance(card, EvidenceCard)
    return card


@pytest.mark.parametrize(
    ("name", "state", "word", "told"),
    [
        ("at_risk", State.AT_RISK, "AT RISK", "LeetCode 0 of 1. Judged now, today exits 1."),
        ("success", State.SAFE, "SAFE", "Every clause is met. Judged now, today exits 0."),
        ("failed", State.FAILED, "FAILED", "The day failed. It exits 1."),
        ("unknown", State.UNKNOWN, "UNKNOWN", "LeetCode 0 of 1, not certain. Judged now, today exits 69."),
        ("rest", State.REST, "REST", "Nothing is owed today. It exits 0."),
        ("three", State.AT_RISK, "AT RISK", "LeetCode 0 of 1, outreach 2 of 5. Judged now, today exits 3."),
        ("no_mock", State.FAILED, "NO MOCK AHEAD", "Outreach 2 of 5, no mock booked. Judged now, today exits 6."),
        ("three_safe", State.SAFE, "SAFE", "Every clause is met. Judged now, today exits 0."),
        ("three_unknown", State.UNKNOWN, "UNKNOWN", "Outreach 2 of 5, not certain. Judged now, today exits 69."),
        ("three_failed", State.FAILED, "FAILED", "The day failed. It exits 7."),
        ("held", State.UNKNOWN, "Held", "LeetCode 0 of 1, not certain. Judged now, today exits 69."),
    ],
)
def test_each_state_is_told_by_colour_shape_and_word(
    qtbot: QtBot, name: str, state: State, word: str, told: str
) -> None:
    with staged(qtbot, samples.SampleEngine(record=samples.STATES[name])) as stage:
        stage.open()
        hero = stage.window.cockpit.hero
        assert hero.chip.state is state
        assert hero.chip.accessibleName() == word
        assert sentence(stage) == told
        assert stage.window.state is state
        assert state.glyph in stage.window.windowTitle()


def test_unknown_says_what_is_unknown_and_when_we_try_again(qtbot: QtBot) -> None:
    with staged(qtbot, samples.SampleEngine(record=samples.UNKNOWN)) as stage:
        stage.open()
        note = stage.window.cockpit.hero.note.text()
        assert "503" in note
        assert "We try again at 20:21" in note
        assert "Unknown never punishes" in note
        card = the_card(stage)
        assert card.figure.accessibleName() == "? / 1 accepted today"


def test_the_countdown_runs_by_the_engines_time(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        stage.open()
        assert stage.window.cockpit.hero.countdown.text == "03:41:27"
        stage.engine.moment += timedelta(hours=1)
        stage.window.cockpit.hero.countdown.refresh()
        assert stage.window.cockpit.hero.countdown.text == "02:41:27"
        assert stage.window.cockpit.hero.next.text() == "Next: alarm in 1 h 43 min"
        stage.link.watch.minute.emit()
        assert stage.window.cockpit.hero.next.text() == "Next: alarm in 43 min"


def test_only_the_clauses_of_the_contract_have_cards(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        stage.open()
        assert [card.kind.value for card in stage.window.cockpit.cards] == ["leetcode"]
        stage.set_today(samples.THREE)
        assert [card.kind.value for card in stage.window.cockpit.cards] == ["leetcode", "outreach", "mocks"]
        stage.set_today(samples.REST)
        assert stage.window.cockpit.cards == []


def test_no_mock_ahead_is_red_by_sign_and_word_before_any_verdict(qtbot: QtBot) -> None:
    with staged(qtbot, samples.SampleEngine(record=samples.NO_MOCK)) as stage:
        stage.open()
        mocks = stage.window.cockpit.cards[2]
        assert (mocks.chip.state, mocks.chip.accessibleName()) == (State.FAILED, "None ahead")
        before = stage.window.state
        assert before is State.FAILED
        assert "■ exit 6" in stage.window.windowTitle()
        stage.set_today(samples.THREE)
        assert (mocks.chip.state, mocks.chip.accessibleName()) == (State.SAFE, "Covered")
        assert stage.window.state is State.AT_RISK


def test_outreach_says_what_proved_it_and_whom_to_write_to(qtbot: QtBot) -> None:
    with staged(qtbot, samples.SampleEngine(record=samples.THREE), size=(1600, 1000)) as stage:
        stage.open()
        card = stage.window.cockpit.cards[1]
        assert isinstance(card, OutreachCard)
        stage.until(lambda: card.last.text == "Grab recruiting 14:02 · mail")
        assert card.due.text == "3 due Noor Haddad, Example Robotics, Liu Wei"
        assert card.words.text() == "1 proof, 1 mail, 3 to go."
        assert card.origin.text() == "checked 11 min ago, imap.example.org"
        asked = _asked(stage)
        QTest.mouseClick(card.log, Qt.MouseButton.LeftButton)
        assert asked == [("outreach", "log")]


def test_a_click_on_a_clause_opens_its_page(qtbot: QtBot) -> None:
    with staged(qtbot, samples.SampleEngine(record=samples.THREE)) as stage:
        stage.open()
        asked = _asked(stage)
        cockpit = stage.window.cockpit
        for card, rect in zip(cockpit.cards, cockpit.hero.bar.segment_rects(), strict=True):
            QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(30, 60))
            QTest.mouseClick(cockpit.hero.bar, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
            QTest.keyClick(card, Qt.Key.Key_Return)
        pages = [key for key in ("leetcode", "outreach", "calendar") for _ in range(3)]
        assert asked == [(key, None) for key in pages]


@pytest.mark.parametrize("size", [(1280, 720), (1600, 900)])
@pytest.mark.parametrize("name", ["three", "no_mock", "three_safe", "three_unknown", "three_failed"])
def test_three_clauses_fit_without_scrolling(qtbot: QtBot, name: str, size: tuple[int, int]) -> None:
    with staged(qtbot, samples.SampleEngine(record=samples.STATES[name]), size=size) as stage:
        stage.open()
        area = stage.window.cockpit.findChild(QScrollArea, "cockpit-scroll")
        assert isinstance(area, QScrollArea)
        stage.until(lambda: stage.window.cockpit.year_card.heat_map.weeks_shown > 0 or size[1] < 760)
        stage.until(lambda: area.verticalScrollBar().maximum() == 0)


def _asked(stage: Stage) -> list[tuple[str, object]]:
    """What the cockpit wants to open from now on, instead of opening it."""
    asked: list[tuple[str, object]] = []
    stage.window.cockpit.navigate.disconnect()
    stage.window.cockpit.navigate.connect(lambda key, target: asked.append((key, target)))
    return asked


def test_check_now_shows_that_it_asks_and_then_what_the_answer_was(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        stage.open()
        card = the_card(stage)
        stage.engine.gate.clear()
        QTest.mouseClick(card.check, Qt.MouseButton.LeftButton)
        assert card.check.text() == "Checking…"
        assert not card.check.isEnabled()
        stage.engine.gate.set()
        stage.until(card.check.isEnabled)
        assert card.origin.text() == "● just now: 1 of 1"
        assert stage.engine.done == [("check_now",)]


def test_a_check_that_fails_frees_the_button_and_says_why_in_the_banner(qtbot: QtBot) -> None:
    engine = samples.SampleEngine(trouble=OutsideTrouble("LeetCode could not be reached.", "Look at the network."))
    with staged(qtbot, engine) as stage:
        stage.open()
        card = the_card(stage)
        stage.window.check_now()
        stage.until(card.check.isEnabled)
        stage.until(stage.window.banner.isVisible)
        assert stage.window.banner.accessibleName() == "LeetCode could not be reached."


def test_an_answer_that_cannot_be_believed_is_not_told_as_a_count(qtbot: QtBot) -> None:
    line = CheckLine("leetcode", "unknown", 0, 1, "blocked", "LeetCode showed a captcha.", True)
    with staged(qtbot, samples.SampleEngine(checks=(line,))) as stage:
        stage.open()
        card = the_card(stage)
        stage.window.check_now()
        stage.until(lambda: card.origin.text() == "◆ just now: no answer that can be believed")


def test_a_stand_in_is_marked_wherever_its_word_is_shown(qtbot: QtBot) -> None:
    with staged(qtbot, samples.SampleEngine(record=samples.LOOPBACK)) as stage:
        stage.open()
        card = the_card(stage)
        assert card.origin.text() == "◆ checked 4 min ago, stand-in, not leetcode.com"
        assert stage.window.strip.item("stand-in").text() == "stand-in"
        assert not card.open_challenge.isVisible()


def test_a_bet_can_be_placed_until_it_closes_and_only_once(qtbot: QtBot) -> None:
    engine = samples.SampleEngine(record=samples.MORNING, moment=samples.local(9, 5))
    with staged(qtbot, engine) as stage:
        stage.open()
        hero = stage.window.cockpit.hero
        assert hero.bet.isVisible()
        assert [action.text() for action in hero.bet_menu().actions()] == ["Bet 5", "Bet 10", "Bet 25", "Bet all 240"]
        QTest.mouseClick(hero.bet, Qt.MouseButton.LeftButton)
        stage.until(lambda: engine.done == [("place_bet", 10)])
        stage.set_today(replace(samples.MORNING, bet=10))
        assert not hero.bet.isVisible()
        stage.set_today(samples.MORNING)
        assert hero.bet.isVisible()
        engine.moment = samples.local(22, 1)
        stage.link.watch.minute.emit()
        assert not hero.bet.isVisible()


def test_a_new_line_of_the_journal_arrives_and_the_filter_finds_its_source(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        stage.open()
        journal = stage.window.cockpit.journal
        stage.until(lambda: journal.lines.count() == 400)
        stage.engine.lines.append(LogLine(401, samples.NOW, "leetcode", "1 accepted: Two Sum II", "", "good"))
        stage.engine.touch(Topic.JOURNAL)
        stage.until(lambda: journal.lines.count() == 401)
        (line,) = journal.lines.lines(400, 1)
        assert line is not None
        assert (line.time.strip(), line.text, line.tone) == ("20:17:33", "1 accepted: Two Sum II", "good")
        journal.filter.setText("two sum")
        stage.until(lambda: journal.lines.count() == 1)
        journal.filter.clear()
        stage.until(lambda: journal.lines.count() == 401)
        journal.toggle_source("ladder")
        stage.until(lambda: journal.lines.count() == sum(line.source == "ladder" for line in stage.engine.lines))


def test_a_long_journal_is_read_in_pages_and_only_where_one_looks(qtbot: QtBot) -> None:
    engine = samples.SampleEngine(lines=samples.log_lines(20_000))
    with staged(qtbot, engine) as stage:
        stage.open()
        journal = stage.window.cockpit.journal
        stage.until(lambda: journal.lines.count() == 20_000)
        journal.log.verticalScrollBar().setValue(0)
        stage.window.repaint()
        stage.until(lambda: journal.lines.lines(0, 1)[0] is not None)
        pages = [asked for asked in engine.asked if asked.startswith("log_page")]
        assert len(pages) <= 4, pages


def test_the_prompt_shows_what_a_shell_would_say(qtbot: QtBot) -> None:
    with staged(qtbot, samples.SampleEngine(record=samples.THREE)) as stage:
        stage.open()
        assert stage.window.cockpit.journal.log._prompt == ("exitzero status; echo $?", "3", "bad")


def test_a_day_of_the_year_opens_its_page(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        stage.open()
        asked: list[tuple[str, object]] = []
        stage.window.cockpit.navigate.disconnect()
        stage.window.cockpit.navigate.connect(lambda key, target: asked.append((key, target)))
        card = stage.window.cockpit.year_card
        stage.until(lambda: card.heat_map.weeks_shown > 0)
        yesterday = samples.LABEL - timedelta(days=1)
        QTest.mouseClick(
            card.heat_map, Qt.MouseButton.LeftButton, pos=card.heat_map.day_rect(yesterday).center().toPoint()
        )
        assert asked == [("day", yesterday)]
