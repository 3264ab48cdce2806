"""The types that every truth source speaks in."""

from datetime import timedelta

from exitzero.core.errors import ExitZeroError, OutsideTrouble
from exitzero.core.observation import Difficulty, SourceTrouble


def test_difficulties_rise() -> None:
    """Hard is harder than medium, and medium than easy."""
    assert [each.rank for each in (Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD)] == [0, 1, 2]


def test_trouble_says_what_happened_and_what_to_do() -> None:
    """A title, advice, a word for scripts and when to try again; a source adds the answer that it rejected."""
    trouble = SourceTrouble(
        "LeetCode asks for a pause.", "We try again.", reason="rate_limited", retry_after=timedelta(minutes=2)
    )
    assert isinstance(trouble, OutsideTrouble)
    assert isinstance(trouble, ExitZeroError)
    assert str(trouble) == "LeetCode asks for a pause. We try again."
    assert (trouble.reason, trouble.retry_after, trouble.evidence) == ("rate_limited", timedelta(minutes=2), None)
    plain = OutsideTrouble("The disk is full.", "")
    assert (str(plain), plain.reason, plain.retry_after) == ("The disk is full.", "trouble", None)
