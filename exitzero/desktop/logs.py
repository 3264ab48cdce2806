"""The program's own log: what a helper needs to understand a fault, and nothing that a thief could use. Files
are private, rotate, and hold one line a record; secrets are struck out whatever message, argument or
traceback they hide in."""

import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from io import FileIO, TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

STRUCK = "•••"
_BYTES = 1_000_000
_FILES = 5
_SHORTEST_SECRET = 6  # Striking out shorter ones would leave no readable line.

_secrets: frozenset[str] = frozenset()
_secrets_lock = threading.Lock()

_VALUE = r"(\"[^\"]*\"|'[^']*'|[^\s\"'&,;)}\]]+)"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Authorization: Bearer x; 'authorization': 'Basic y'
    (re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*)[\"']?(?:[a-z]+\s+)?[^\s\"',}]+"), rf"\1{STRUCK}"),
    (re.compile(r"(?i)\b(bearer\s+)[a-z0-9._~+/=-]{6,}"), rf"\1{STRUCK}"),
    # A cookie header goes on to the end of its line.
    (re.compile(r"(?i)(\b(?:set-)?cookie[\"']?\s*[:=]\s*)[^\r\n]+"), rf"\1{STRUCK}"),
    # password=x, "app_password": "x y", auth_token=x, LEETCODE_SESSION=x
    (
        re.compile(
            r"(?i)([\w-]*(?:token|passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|_session|sessionid)"
            r"[\"']?\s*[:=]\s*)" + _VALUE
        ),
        rf"\1{STRUCK}",
    ),
    (re.compile(r"(?i)([a-z][a-z0-9+.-]*://)[^\s/@\"']+@"), rf"\1{STRUCK}@"),
    # Addresses that are themselves the secret: private calendars, webhooks, bots.
    (re.compile(r"/private-[0-9a-zA-Z]{8,}"), f"/private-{STRUCK}"),
    (re.compile(r"(/webhooks/\d+/)[\w-]+"), rf"\1{STRUCK}"),
    (re.compile(r"\b(bot)\d{5,}:[\w-]{20,}"), rf"\1{STRUCK}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*"), STRUCK),
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def hide(secret: str) -> None:
    """Strike this value out of everything logged from now on; one under six characters is left. Any
    thread."""
    global _secrets  # noqa: PLW0603 - one process, one set; swapped whole so that readers need no lock
    if len(secret.strip()) < _SHORTEST_SECRET:
        return
    with _secrets_lock:
        _secrets |= {secret, secret.strip(), quote(secret, safe="")}


def redacted(text: str) -> str:
    """The text without secrets: the hidden values, and whatever looks like a token, a password or a key."""
    for secret in sorted(_secrets, key=len, reverse=True):  # Longest first: one may be part of another.
        text = text.replace(secret, STRUCK)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def set_up(folder: Path, level: int = logging.INFO, *, name: str = "exitzero", to_stderr: bool = False) -> Path:
    """Begin logging to ``<folder>/<name>.log`` (mode 0600, five files of a megabyte); the file's path.

    Ours is logged from ``level`` on, libraries from WARNING on (their INFO quotes whole addresses). Called
    again, it replaces what it set up before. When the file cannot be opened the log goes to standard error
    instead.
    """
    root = logging.getLogger()
    shut_down()
    file = folder / f"{name}.log"
    handlers: list[logging.Handler] = []
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handlers.append(_PrivateFile(file, maxBytes=_BYTES, backupCount=_FILES - 1, encoding="utf-8"))
        trouble = None
    except OSError as error:
        trouble = error
    if to_stderr or trouble is not None:
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.set_name(f"exitzero.{type(handler).__name__}")
        handler.addFilter(_strike)
        handler.setFormatter(_OneLine())
        root.addHandler(handler)
    if root.level in {logging.NOTSET} or root.level > logging.WARNING:
        root.setLevel(logging.WARNING)
    logging.getLogger("exitzero").setLevel(level)
    if trouble is not None:
        logging.getLogger(__name__).warning("the log file %s cannot be written: %s", file, trouble)
    return file


def shut_down() -> None:
    """Take our handlers away again and close the file."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if (handler.name or "").startswith("exitzero."):
            root.removeHandler(handler)
            handler.close()


def install_excepthook(callback: Callable[[str, str], None]) -> Callable[[], None]:
    """Let a fault of our own go to the log and to ``callback(title, text)``, for the one dialog about it.

    Covers the main thread, Qt slots and other threads; the callback runs in the thread that failed. Every
    fault is logged; the callback hears of each place of failure once, so that a timer cannot open a hundred
    dialogs. Interrupts pass through. Returns a function that puts the former hooks back.
    """
    log = logging.getLogger("exitzero.fault")
    told: set[tuple[str, str, int]] = set()
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def report(error: BaseException, where: TracebackType | None) -> None:
        log.critical("fault: %r", error, exc_info=(type(error), error, where))
        frames = traceback.extract_tb(where)
        place = (type(error).__name__, frames[-1].filename, frames[-1].lineno or 0) if frames else ("", "", 0)
        if place in told:
            return
        told.add(place)
        text = "".join(traceback.format_exception(type(error), error, where))
        try:
            callback(redacted(f"{type(error).__name__}: {error}"), redacted(text))
        except Exception:
            log.exception("the fault could not be shown")

    def main(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, Exception):
            report(error, where)
        else:
            before[0](kind, error, where)

    def thread(args: threading.ExceptHookArgs) -> None:
        if isinstance(args.exc_value, Exception):
            report(args.exc_value, args.exc_traceback)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        error = args.exc_value
        if error is None:
            return
        told_of = (type(error), error, args.exc_traceback)
        log.error("ignored by Python: %r in %r", error, args.object, exc_info=told_of)

    def restore() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before

    sys.excepthook, threading.excepthook, sys.unraisablehook = main, thread, unraisable
    return restore


def _strike(record: logging.LogRecord) -> bool:
    """Make the text once and without secrets, so that no handler of ours ever sees the arguments.

    Other handlers get the struck-out text as well, which is as it should be.
    """
    try:
        message = record.getMessage()
    except Exception as error:  # noqa: BLE001 - a wrong format costs neither the record nor shows its arguments
        message = f"{record.msg!s} (its arguments do not fit: {type(error).__name__})"
    record.msg, record.args = redacted(message), None
    if record.exc_info and not record.exc_text:
        record.exc_text = logging.Formatter().formatException(record.exc_info)
    if record.exc_text:
        record.exc_text = redacted(record.exc_text)
    return True


class _OneLine(logging.Formatter):
    """``2026-11-20T21:00:00.123Z WARNING name [thread] text``: always one line, safe to show in a
    terminal."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        parts = [record.getMessage(), record.exc_text or "", record.stack_info or ""]
        text = redacted("\n".join(part for part in parts if part))
        text = " ⏎ ".join(line.rstrip() for line in text.split("\n"))
        text = _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)
        return f"{at.removesuffix('+00:00')}Z {record.levelname} {record.name} [{record.threadName}] {text}"


class _PrivateFile(RotatingFileHandler):
    """A rotating file that only its owner may read."""

    _complained = False

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if sys.platform != "win32":
            os.fchmod(descriptor, 0o600)  # One left by an older run, or by hand.
        raw = FileIO(descriptor, "a")
        return TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - logging's own signature
        """Say once that the disk refuses; the standard way prints the record and its arguments."""
        if not self._complained and sys.stderr is not None:
            self._complained = True
            sys.stderr.write(f"exitzero: the log cannot be written: {sys.exc_info()[1]!s}\n")
