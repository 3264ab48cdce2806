"""What can go wrong outside, told once and in words for the person.

Two families and nothing else: :class:`OutsideTrouble` is what the world did (a network, a disk, a service), and
:class:`BadInput` is what was typed. A fault of our own is neither; it is left to crash into one dialog and the log.
"""

from datetime import timedelta


class ExitZeroError(Exception):
    """Anything a person is told about in one sentence."""


class BadInput(ExitZeroError):
    """A value the person gave cannot be used; ``field`` says where it was given."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class OutsideTrouble(ExitZeroError):
    """Something outside the program failed: a title, what to do about it, and whether we try again.

    ``retry_after`` is the pause before the next try; ``None`` means that trying again by ourselves is pointless.
    ``reason`` is one lower-case word that scripts and the journal can rely on.
    """

    def __init__(
        self, title: str, advice: str, *, reason: str = "trouble", retry_after: timedelta | None = None
    ) -> None:
        super().__init__(f"{title} {advice}".strip())
        self.title = title
        self.advice = advice
        self.reason = reason
        self.retry_after = retry_after
