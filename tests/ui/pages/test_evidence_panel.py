"""The evidence panel shows an answer whole, and says of itself what would make it worthless."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from exitzero.core.errors import OutsideTrouble
from exitzero.ui.pages.evidence import EvidenceScreen
from exitzero.ui.theme import State
from tests.ui.pages import samples
from tests.ui.pages.conftest import Stage


def test_an_answer_is_shown_with_everything_to_check_it_by(stage: Stage) -> None:
    """Who, when by whose clock, digest, parser, and what today's parser reads."""
    panel = stage.open(EvidenceScreen, samples.DIGEST).panel
    assert panel.facts.words("Its own time") == "19 Nov 14:47:03 UTC"
    assert panel.facts.words("Answered by") == "https://leetcode.com"
    assert panel.facts.words("SHA-256").replace("\n", "") == samples.DIGEST
    assert panel.facts.words("Read by") == "leetcode/1"
    assert panel.reread.text().startswith("20 accepted submissions")
    assert panel.intact.state is State.SAFE
    assert not panel.origin.isVisible()


def test_altered_bytes_and_a_stand_in_are_said_aloud(stage: Stage) -> None:
    """A stored answer that lost its digest is red; another address than the service's is marked."""
    stage.records.evidence_record = samples.evidence(intact=False, official=False, origin="http://127.0.0.1:8099")
    panel = stage.open(EvidenceScreen, samples.DIGEST).panel
    assert panel.intact.state is State.FAILED
    assert panel.origin.isVisible()
    assert "stand-in" in panel.facts.words("Answered by")


def test_the_answer_is_copied_whole(stage: Stage) -> None:
    """Copy gives every byte that is shown."""
    panel = stage.open(EvidenceScreen, samples.DIGEST).panel
    panel.copy_button.click()
    assert QGuiApplication.clipboard().text() == samples.evidence().text


def test_finding_goes_round(stage: Stage) -> None:
    """Enter goes to the next hit and from the last to the first; a word that is not there marks the field."""
    panel = stage.open(EvidenceScreen, samples.DIGEST).panel
    QTest.keyClicks(panel.search, "submissions")
    first = panel.answer.textCursor().position()
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.answer.textCursor().position() > first
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.answer.textCursor().position() == first
    QTest.keyClicks(panel.search, "xyz")
    assert panel.search.property("trouble") is True


def test_an_answer_that_cannot_be_read_says_why(stage: Stage) -> None:
    """The trouble stands in the panel, not in a dialog."""
    stage.records.evidence_record = OutsideTrouble("The store is locked.", "Close the other program.")
    panel = stage.open(EvidenceScreen, samples.DIGEST).panel
    assert panel.nothing.isVisible()
    assert "The store is locked." in panel.nothing.accessibleDescription()


def test_a_late_answer_to_an_older_question_is_not_shown(stage: Stage) -> None:
    """What was asked last is what stands there."""
    page = stage.open(EvidenceScreen)
    stage.engine.held = True
    page.open(samples.OLD_DIGEST)
    page.open(samples.DIGEST)
    stage.engine.release()
    stage.settle()
    assert page.panel.facts.words("SHA-256").replace("\n", "") == samples.DIGEST
