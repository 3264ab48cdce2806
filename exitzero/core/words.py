"""The closed words that a clause and a day are described in.

Apart from the rules that use them, because the first screen needs the words and must not wait for the rules.
"""

from enum import StrEnum


class ClauseKind(StrEnum):
    """What a clause is about. Its bit in the exit code is fixed for ever, because scripts build on it."""

    LEETCODE = "leetcode"
    OUTREACH = "outreach"
    MOCKS = "mocks"
    FOCUS = "focus"
    TASKS = "tasks"
    SHUTDOWN = "shutdown"

    @property
    def bit(self) -> int:
        """The clause's bit in the exit code of a failed day."""
        return 1 << list(ClauseKind).index(self)

    @property
    def heading(self) -> str:
        """The clause's name on the screen."""
        return "LeetCode" if self is ClauseKind.LEETCODE else self.value.capitalize()


class Quota(StrEnum):
    """Whether a clause's target is owed every day or once a week."""

    DAILY = "daily"
    WEEKLY = "weekly"


class ClauseState(StrEnum):
    """The three things that can be known of a clause."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """The one word for a day."""

    SAFE = "SAFE"
    AT_RISK = "AT RISK"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    REST = "REST"
