"""A program of one's own: it gets the verdict, no secret, and no more time than it was given; its end is told truly."""

import json
import os
import signal
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from exitzero.consequences import hook
from exitzero.consequences.hook import Hook
from exitzero.core.consequence import DeliveryFailed, DeliveryUnknown, Order
from exitzero.core.errors import BadInput

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs here are scripts with a #! line")

VERDICT = {"day": "2026-11-20", "outcome": "failed", "exit_code": 3, "missing": ["LeetCode", "面接"]}


@pytest.fixture
def script(tmp_path: Path) -> "Script":
    """Makes programs."""
    return Script(tmp_path)


class Script:
    """Writes a Python program that can be run by its path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, source: str, *, interpreter: str = sys.executable, mode: int = 0o700) -> Path:
        path = self.folder / "stick"
        path.write_text(f"#!{interpreter}\n{textwrap.dedent(source)}")
        path.chmod(mode)
        return path


def _order(*words: object) -> Order:
    plan = hook.plan([str(word) for word in words], VERDICT)
    return Order("hook/2026-11-20", "hook", date(2026, 11, 20), datetime(2026, 11, 21, tzinfo=UTC), plan=plan)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Killed, and only waiting for whoever adopted it.
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def _gone(pid: int) -> Iterator[bool]:
    """False until the process is gone, for ten seconds at most."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not _alive(pid):
            yield True
            return
        yield False


def test_it_gets_the_verdict_its_arguments_and_the_orders_key(script: Script, tmp_path: Path) -> None:
    """So that it can tell a second call from a first."""
    out = tmp_path / "out.json"
    program = script(
        f"""
        import json, os, sys
        told = {{"verdict": json.load(sys.stdin), "arguments": sys.argv[1:], "key": os.environ["EXITZERO_KEY"],
                "day": os.environ["EXITZERO_DAY"]}}
        open({str(out)!r}, "w").write(json.dumps(told))
        print("done")
        """
    )
    receipt = Hook().carry_out(_order(program, "two words", "$HOME;`id`"))
    assert json.loads(out.read_text()) == {
        "verdict": VERDICT,
        "arguments": ["two words", "$HOME;`id`"],
        "key": "hook/2026-11-20",
        "day": "2026-11-20",
    }
    assert receipt.words == "stick ended with exit code 0: done"
    assert receipt.reference == "exit 0"


def test_it_gets_no_secret_of_ours(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in our environment; and it finds its way."""
    monkeypatch.setenv("EXITZERO_TOKEN", "planted0secret0")
    monkeypatch.setenv("SOME_API_KEY", "planted0secret0")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/bundle")
    program = script("import os\nfor name, value in sorted(os.environ.items()): print(name, value)")
    words = Hook().carry_out(_order(program)).words
    assert "planted0secret0" not in words
    assert "LD_LIBRARY_PATH" not in words
    assert "PATH " in words
    assert "HOME " in words


def test_a_program_that_says_no_did_not_do_it(script: Script) -> None:
    """Its output goes along, and it is not run again by itself."""
    program = script("import sys\nprint('no money left', file=sys.stderr)\nsys.exit(7)")
    with pytest.raises(DeliveryFailed, match="exit code 7: no money left") as failed:
        Hook().carry_out(_order(program))
    assert failed.value.retry_after is None


def test_a_program_that_crashes_leaves_it_unknown(script: Script) -> None:
    """It did not say how far it got."""
    program = script("import os\nprint('half done', flush=True)\nos.kill(os.getpid(), 9)")
    with pytest.raises(DeliveryUnknown, match="signal 9: half done"):
        Hook().carry_out(_order(program))


def test_a_program_that_hangs_is_ended_with_its_children(script: Script, tmp_path: Path) -> None:
    """After the time limit, also where it ignores being asked; what it did by then nobody knows."""
    program = script(
        f"""
        import os, signal, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = os.fork()
        if not child:
            time.sleep(600)
        open({str(tmp_path / "pids")!r}, "w").write(f"{{os.getpid()}} {{child}}")
        print("begun", flush=True)
        time.sleep(600)
        """
    )
    with pytest.raises(DeliveryUnknown, match="still running after 1 seconds and was ended: begun") as unknown:
        Hook(limit_seconds=1).carry_out(_order(program))
    assert unknown.value.look_at == "whatever stick does"
    for pid in map(int, (tmp_path / "pids").read_text().split()):
        assert any(_gone(pid))


def test_children_left_behind_end_with_it(script: Script, tmp_path: Path) -> None:
    """Also where they would hold the output open for ever."""
    program = script(
        f"""
        import os, sys, time
        child = os.fork()
        if not child:
            time.sleep(600)
        open({str(tmp_path / "pid")!r}, "w").write(str(child))
        print("parent done")
        """
    )
    before = time.monotonic()
    assert "parent done" in Hook().carry_out(_order(program)).words
    assert time.monotonic() - before < 10
    assert any(_gone(int((tmp_path / "pid").read_text())))


def test_a_child_that_left_for_good_holds_nobody_up(script: Script, tmp_path: Path) -> None:
    """One in a session of its own is the person's affair, even with our pipe in its hand."""
    program = script(
        f"""
        import os, time
        child = os.fork()
        if not child:
            os.setsid()
            open({str(tmp_path / "pid.new")!r}, "w").write(str(os.getpid()))
            os.rename({str(tmp_path / "pid.new")!r}, {str(tmp_path / "pid")!r})
            time.sleep(600)
        while not os.path.exists({str(tmp_path / "pid")!r}):
            pass
        print("parent done")
        """
    )
    before = time.monotonic()
    try:
        assert "parent done" in Hook().carry_out(_order(program)).words
        assert time.monotonic() - before < 10
        assert _alive(int((tmp_path / "pid").read_text()))
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


def test_a_flood_is_read_and_thrown_away(script: Script) -> None:
    """The first four kilobytes are kept; the program is not held up by a full pipe."""
    program = script("import sys\nfor _ in range(3000): sys.stdout.write('y' * 10000)")
    words = Hook().carry_out(_order(program)).words
    assert words.endswith("y…")
    assert 4000 < len(words) < 4200


def test_a_large_verdict_that_is_not_read_holds_nobody_up(script: Script) -> None:
    """A pipe takes 64 kilobytes and then waits for a reader."""
    program = script("print('did not even look')")
    wanted = _order(program)
    large = Order(wanted.key, "hook", wanted.label, wanted.due, plan={**wanted.plan, "verdict": "x" * 1_000_000})
    assert "did not even look" in Hook().carry_out(large).words


@pytest.mark.parametrize("padding", [0, 4080, 4090, 5110])
def test_secrets_and_control_signs_in_its_output_are_struck_out(script: Script, padding: int) -> None:
    """Wherever the secret stands, also where the output is cut off within it."""
    secret = "planted0secret0"
    program = script(f"print('x' * {padding} + '{secret}\\x1b[2J' + {secret!r} * 400)")
    words = Hook(redact=lambda text: text.replace(secret, "•••")).carry_out(_order(program)).words
    assert "planted" not in words
    assert "\x1b" not in words


def test_what_is_not_there_or_may_not_be_run_was_not_run(script: Script, tmp_path: Path) -> None:
    """Each is told apart, in the deed and in the rehearsal alike."""
    there = script("print(1)", mode=0o600)
    cases = {
        "is not there": tmp_path / "missing",
        "may not be run": there,
        "may not be run ": tmp_path,
    }
    for words, path in cases.items():
        with pytest.raises(DeliveryFailed, match=words.strip()):
            Hook().carry_out(_order(path))
        with pytest.raises(DeliveryFailed, match=words.strip()):
            Hook().rehearse(_order(path))


def test_a_script_without_its_interpreter_was_not_run(script: Script) -> None:
    """The system says so before anything of it runs."""
    with pytest.raises(DeliveryFailed, match="cannot be started"):
        Hook().carry_out(_order(script("print(1)", interpreter="/nowhere/python")))


@pytest.mark.parametrize("broken", ["", "[]", "{}", "[1]", '["a\\u0000b"]', "not json", "null"])
def test_an_order_without_a_program_is_told_so(broken: str) -> None:
    """An old or damaged order must not crash the outbox."""
    wanted = _order("x")
    with pytest.raises(DeliveryFailed, match="No program is set"):
        Hook().carry_out(Order("k", "hook", wanted.label, wanted.due, plan={"program": broken}))


def test_a_rehearsal_does_not_run_it(script: Script, tmp_path: Path) -> None:
    """It sees that it could be run."""
    ran = tmp_path / "ran"
    program = script(f"open({str(ran)!r}, 'w')")
    assert Hook().rehearse(_order(program)).reference == "rehearsed"
    assert not ran.exists()


def test_nothing_can_be_looked_up() -> None:
    """Only the person knows what the program does."""
    with pytest.raises(DeliveryUnknown):
        Hook().look_up(_order("x"))


def test_a_typed_line_is_taken_apart_as_in_a_shell_but_run_without_one() -> None:
    """Quotes work; variables and pipes are only words."""
    assert hook.program("~/bin/stick --to 'my friend' $HOME | rm") == (
        "~/bin/stick", "--to", "my friend", "$HOME", "|", "rm",
    )  # fmt: skip
    for line in ("", "  ", "'open", "two\nlines"):
        with pytest.raises(BadInput) as bad:
            hook.program(line)
        assert bad.value.field == "hook.program"
