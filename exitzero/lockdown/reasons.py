"""Every way a lock can be refused or fail, as one closed list, because the app must say why and never guess."""

from enum import StrEnum


class Reason(StrEnum):
    """Why something was not done; the value is what crosses the socket."""

    # The hosts file
    NOT_TEXT = "not-text"
    READ_ONLY = "read-only"
    IMMUTABLE = "immutable"
    DENIED = "denied"
    MISSING = "missing"
    NOT_REGULAR = "not-regular"
    STORE = "store"
    UNSAFE_FOLDER = "unsafe-folder"
    TOO_BIG = "too-big"
    NO_SPACE = "no-space"
    CHANGED = "changed"
    BUSY = "busy"
    IO = "io"
    # What was asked
    BAD_REQUEST = "bad-request"
    BAD_COMMAND = "bad-command"
    BAD_NAMES = "bad-names"
    BAD_SPAN = "bad-span"
    BAD_HASH = "bad-hash"
    REFUSED_NAMES = "refused-names"
    TOO_MANY_HOLDS = "too-many-holds"
    UNKNOWN_HOLD = "unknown-hold"
    ALREADY_BEGUN = "already-begun"
    NOT_LOCKED = "not-locked"
    BAD_PROOF = "bad-proof"
    TOO_FAST = "too-fast"
    NOT_ALLOWED = "not-allowed"
    INTERNAL = "internal"
    # The way there
    NO_HELPER = "no-helper"
    NO_ANSWER = "no-answer"


SENTENCES: dict[Reason, tuple[str, str]] = {
    Reason.NOT_TEXT: (
        "The hosts file is not plain text.",
        "It holds NUL bytes or is UTF-16; save it as plain text in an editor, then lock again.",
    ),
    Reason.READ_ONLY: (
        "The hosts file lies on a read-only file system.",
        "Sites cannot be blocked here; on NixOS set environment.etc.hosts.mode.",
    ),
    Reason.IMMUTABLE: ("The hosts file is marked immutable.", "Run: sudo chattr -i /etc/hosts"),
    Reason.DENIED: (
        "The helper may not open the hosts file.",
        "Look for SELinux or AppArmor in the log.",
    ),
    Reason.MISSING: ("There is no hosts file.", "Create one that names localhost, then lock again."),
    Reason.NOT_REGULAR: ("The hosts file is not a regular file.", "Replace it by a regular file."),
    Reason.STORE: (
        "The hosts file is a link into a store that the system manages.",
        "Sites cannot be blocked here; on NixOS set environment.etc.hosts.mode.",
    ),
    Reason.UNSAFE_FOLDER: (
        "Others may write to the folder of the hosts file.",
        "Let only root write there, then lock again.",
    ),
    Reason.TOO_BIG: ("The hosts file is larger than 64 MiB.", "Make it smaller; browsers ignore such a file."),
    Reason.NO_SPACE: ("The disk is full.", "Free some space, then lock again."),
    Reason.CHANGED: ("Another program keeps writing the hosts file.", "The helper tries again by itself."),
    Reason.BUSY: ("Another of our programs holds the hosts file.", "Try again in a few seconds."),
    Reason.IO: ("The hosts file could not be read or written.", "Look at the disk's health."),
    Reason.BAD_REQUEST: ("The helper did not understand the request.", "Run: exitzero lockdown repair"),
    Reason.BAD_COMMAND: ("The helper does not know this command.", "Run: exitzero lockdown repair"),
    Reason.BAD_NAMES: (
        "The list of sites is empty, too long or no list.",
        "At most 600 names in all locks.",
    ),
    Reason.BAD_SPAN: (
        "The times of the lock are out of bounds.",
        "A lock lasts from one minute to 24 hours and begins within 36 hours.",
    ),
    Reason.BAD_HASH: ("The release token is not a SHA-256 digest.", "Run: exitzero lockdown repair"),
    Reason.REFUSED_NAMES: ("Some of these sites must never be blocked.", "Take them out of the list."),
    Reason.TOO_MANY_HOLDS: ("Too many locks stand already.", "Wait until one of them ends."),
    Reason.UNKNOWN_HOLD: ("This lock has ended already.", "Nothing is to be done."),
    Reason.ALREADY_BEGUN: ("This lock has begun already.", "Release it with what it asks for."),
    Reason.NOT_LOCKED: ("Nothing is locked.", "Nothing is to be done."),
    Reason.BAD_PROOF: ("This token does not open the lock.", "Use the profile that made the lock."),
    Reason.TOO_FAST: ("Too many requests in a short time.", "Wait a minute."),
    Reason.NOT_ALLOWED: ("The helper was installed for another user.", "Install it from that user's account."),
    Reason.INTERNAL: ("The helper has a fault.", "Run: exitzero lockdown repair"),
    Reason.NO_HELPER: (
        "The lockdown helper is not installed or not running.",
        "Reminders only, until you run: exitzero lockdown install",
    ),
    Reason.NO_ANSWER: ("The lockdown helper does not answer.", "Run: exitzero lockdown repair"),
}


class Refused(Exception):
    """Something was not done, for one reason out of the closed list.

    ``detail`` is for the log, ``names`` says for each refused site why.
    """

    def __init__(self, reason: Reason, detail: str = "", *, names: dict[str, str] | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
        self.names = names or {}

    @property
    def title(self) -> str:
        """What is the matter, in a sentence for the screen."""
        return SENTENCES[self.reason][0]

    @property
    def advice(self) -> str:
        """What the person can do about it."""
        return SENTENCES[self.reason][1]
