"""The log: private, one line a record, and without a secret whatever message, argument or traceback it hides in."""

import gc
import io
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.desktop import logs

OURS = logging.getLogger("exitzero.test")
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]+ \[[^\]]+\] .*")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """A log of the test's own; gives what stands in it."""
    level = logging.getLogger("exitzero").level
    file = logs.set_up(tmp_path / "logs", logging.DEBUG)
    yield lambda: file.read_text(encoding="utf-8")
    logs.shut_down()
    logging.getLogger("exitzero").setLevel(level)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abc.def-123", "abc.def-123"),
        ("headers={'authorization': 'Basic dXNlcjpwYXNz'}", "dXNlcjpwYXNz"),
        ('{"Authorization": "Token 99887766"}', "99887766"),
        ("sent Bearer sk_live_123456", "sk_live_123456"),
        ("GET /goals.json?auth_token=s3cr3ttoken&count=1", "s3cr3ttoken"),
        ("password=hunter22", "hunter22"),
        ("{'app_password': 'abcd efgh ijkl mnop'}", "efgh ijkl"),
        ('"api_key": "k-123456"', "k-123456"),
        ("LEETCODE_SESSION=eYabc123; csrftoken=zzz999", "eYabc123"),
        ("LEETCODE_SESSION=eYabc123; csrftoken=zzz999", "zzz999"),
        ("Cookie: sid=aaa111; theme=bbb222", "bbb222"),
        ("set-cookie: sid=aaa111; HttpOnly", "aaa111"),
        ("https://me:pa55word@example.org/cal", "pa55word"),
        ("https://example.org/ical/me/private-0123456789abcdef/basic.ics", "0123456789abcdef"),
        ("https://example.org/api/webhooks/4711/AbC-dEf_123", "AbC-dEf_123"),
        ("https://example.org/bot123456:AAbbCCddEEffGGhhIIjjKK/send", "AAbbCCddEEffGGhhIIjjKK"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig-123 back", "eyJzdWIiOiIxIn0"),
    ],
)
def test_what_looks_like_a_secret_is_struck_out(log: Callable[[], str], text: str, secret: str) -> None:
    """Also when nobody has named it a secret, and also as an argument."""
    OURS.info(text)
    OURS.info("%s", text)
    assert log().count("\n") == 2
    assert secret not in log()
    assert logs.STRUCK in log()


@pytest.mark.parametrize(
    "text",
    [
        "https://leetcode.com/graphql asked, 20 rows, 7 accepted",
        "day 2026-11-20 judged: exit code 3",
        "the password was refused",
        "rung 22:00 fired",
        "session of 25 minutes ended",
    ],
)
def test_ordinary_lines_are_left_alone(text: str) -> None:
    """A log in which everything is struck out helps nobody."""
    assert logs.redacted(text) == text


@given(
    secret=st.text(st.characters(codec="utf-8", exclude_characters="•"), min_size=8).filter(
        lambda s: len(s.strip()) >= 8
    ),
    around=st.text(st.characters(codec="utf-8"), max_size=5),
)
def test_a_hidden_value_never_appears(secret: str, around: str) -> None:
    """Whatever a person uses as a password, and whatever stands beside it."""
    before = logs._secrets
    try:
        logs.hide(secret)
        assert secret.strip() not in logs.redacted(f"{around} {secret} {around}")
    finally:
        logs._secrets = before


def test_a_secret_within_a_secret_leaves_no_rest() -> None:
    """A token that begins like another one is struck out whole."""
    logs.hide("abcdefgh")
    logs.hide("abcdefgh-ijklmnop")
    assert logs.redacted("with abcdefgh-ijklmnop it went") == f"with {logs.STRUCK} it went"


def test_a_hidden_value_is_struck_out_of_tracebacks_and_addresses(log: Callable[[], str]) -> None:
    """An error quotes its arguments; an address quotes them percent-encoded."""
    logs.hide("pass word/1")
    try:
        int("pass word/1")
    except ValueError:
        OURS.info("it failed", exc_info=True)
    OURS.info("GET https://example.org/?q=pass%20word%2F1", stack_info=True)
    assert "ValueError: invalid literal for int() with base 10: '•••'" in log()
    assert "word" not in log()


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\x1b[2J", "\x00"])
def test_a_record_is_one_line_and_moves_no_cursor(log: Callable[[], str], break_: str) -> None:
    """Text from outside can neither forge a second record nor steer a terminal that shows the log."""
    OURS.info("first%ssecond", break_)
    assert len(log().splitlines()) == 1
    assert log().count("\n") == 1
    assert LINE.fullmatch(log().rstrip("\n"))
    assert all(character.isprintable() for character in log().rstrip("\n"))


@pytest.mark.allow_logs(r"line \d+")
def test_the_files_are_the_owners_alone_and_rotate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five files at most, each with mode 0600, also one that was left open to others."""
    monkeypatch.setattr(logs, "_BYTES", 2_000)
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "exitzero.log").touch(0o644)
    logs.set_up(folder)
    assert (folder / "exitzero.log").stat().st_mode & 0o777 == 0o600
    try:
        for number in range(200):
            OURS.warning("line %s", number)
    finally:
        logs.shut_down()
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["exitzero.log", *(f"exitzero.log.{n}" for n in range(1, 5))]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert "line 199" in (folder / "exitzero.log").read_text()


def test_libraries_keep_their_chatter(log: Callable[[], str]) -> None:
    """Their INFO quotes whole addresses; ours is wanted from the level that was asked for."""
    logging.getLogger("httpx2").info("HTTP Request: GET somewhere")
    OURS.debug("ours")
    assert "HTTP Request" not in log()
    assert "ours" in log()


def test_setting_up_twice_writes_once(log: Callable[[], str], tmp_path: Path) -> None:
    """A second call replaces the first."""
    file = logs.set_up(tmp_path / "elsewhere")
    OURS.info("once")
    assert log() == ""
    assert file.read_text(encoding="utf-8").count("once") == 1


def test_a_wrong_format_costs_neither_the_record_nor_a_secret(
    log: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The standard library would print the record with its arguments to standard error."""
    OURS.info("%d files", "password=hunter22")
    assert "%d files" in log()
    assert "hunter22" not in log() + capsys.readouterr().err


@pytest.mark.allow_logs("cannot be written")
def test_a_log_that_cannot_be_written_goes_to_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The program runs on, and says so."""
    (tmp_path / "file").write_text("")
    logs.set_up(tmp_path / "file")
    OURS.info("still here")
    logs.shut_down()
    told = capsys.readouterr().err
    assert "cannot be written" in told
    assert "still here" in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_full_disk_is_said_once_and_shows_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Not the record and its arguments on standard error for every line."""
    (tmp_path / "exitzero.log").symlink_to("/dev/full")
    logs.set_up(tmp_path)
    OURS.info("first %s", "argument")
    OURS.info("second")
    logs.shut_down()
    told = capsys.readouterr().err
    assert told.count("the log cannot be written") == 1
    assert "argument" not in told


@pytest.fixture
def told(log: Callable[[], str]) -> Iterator[list[tuple[str, str]]]:
    """Our hook in place of Python's; gives what the one dialog was told."""
    heard: list[tuple[str, str]] = []
    restore = logs.install_excepthook(lambda title, text: heard.append((title, text)))
    yield heard
    restore()


def failing(text: str) -> None:
    raise RuntimeError(text)


def fault(text: str) -> None:
    """What the interpreter and Qt do with an exception that nobody caught."""
    try:
        failing(text)
    except RuntimeError:
        sys.excepthook(*sys.exc_info())


@pytest.mark.allow_logs("fault:")
def test_a_fault_of_ours_is_told_once_and_logged_each_time(told: list[tuple[str, str]], log: Callable[[], str]) -> None:
    """A timer that fails every second opens one dialog; its text has no secret."""
    for _ in range(3):
        fault("token=abcdef123")
    assert len(told) == 1
    title, text = told[0]
    assert title == f"RuntimeError: token={logs.STRUCK}"
    assert "Traceback" in text
    assert "in failing" in text
    assert "abcdef123" not in text + log()
    assert log().count(" CRITICAL exitzero.fault ") == 3


@pytest.mark.allow_logs("fault:")
def test_a_fault_in_a_thread_is_told_too(told: list[tuple[str, str]]) -> None:
    """It would otherwise end the thread and nobody would know."""

    def run() -> None:
        raise LookupError("in a thread")

    thread = threading.Thread(target=run, name="exitzero-failing")
    thread.start()
    thread.join()
    assert [title for title, _ in told] == ["LookupError: in a thread"]


def test_an_interrupt_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C goes to the hook that was there before, which ends the program as always."""
    passed: list[type[BaseException]] = []
    told: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _where: passed.append(kind))
    restore = logs.install_excepthook(lambda title, _text: told.append(title))
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    restore()
    assert (passed, told) == ([KeyboardInterrupt], [])


@pytest.mark.allow_logs("ignored by Python")
def test_what_python_ignores_is_logged(told: list[tuple[str, str]], log: Callable[[], str]) -> None:
    """An error while an object is cleared away cannot be told to anyone, but it is not lost."""

    class Failing:
        def __del__(self) -> None:
            raise RuntimeError("while going")

    Failing()
    gc.collect()
    assert "while going" in log()
    assert told == []


@pytest.mark.allow_logs("fault:", "could not be shown")
def test_a_dialog_that_fails_ends_in_the_log(log: Callable[[], str]) -> None:
    """The hook itself never raises."""

    def broken(_title: str, _text: str) -> None:
        raise OSError("no display")

    restore = logs.install_excepthook(broken)
    try:
        fault("first")
    finally:
        restore()
    assert "no display" in log()


def test_hooks_are_put_back() -> None:
    """Who uninstalls finds what was there before."""
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    logs.install_excepthook(lambda _title, _text: None)()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_a_stream_besides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headless in the foreground shows its log, with the same care."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up(tmp_path, to_stderr=True)
    OURS.info("password=hunter22")
    logs.shut_down()
    assert f"password={logs.STRUCK}" in stream.getvalue()
