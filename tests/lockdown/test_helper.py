"""The real helper: root's copy of the code, the system's Python, a private hosts file, two users, kills.

``EXITZERO_WIDE=1`` widens: 60 foreign rewrites instead of 10.
"""

import json
import os
import random
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from exitzero.lockdown import block
from exitzero.lockdown.client import Client, Standing, Token
from exitzero.lockdown.hosts import Block
from exitzero.lockdown.install import PYTHON
from exitzero.lockdown.reasons import Reason, Refused
from tests.lockdown.rig import HOSTS, OWNER, STRANGER, Rig, rig, until, why_not
from tests.lockdown.shapes import CLEAN, MARK, NOT_TEXT, UNTIL, recorded
from tests.lockdown.test_protocol import BAD, line

pytestmark = [pytest.mark.system, pytest.mark.skipif(why_not() is not None, reason=why_not() or "")]

WIDE = bool(os.environ.get("EXITZERO_WIDE"))
KILLS = 100
REWRITES = 60 if WIDE else 10
SITES = ["youtube.com", "www.youtube.com", "m.youtube.com"]
BLOCKED = {"0.0.0.0", "::"}  # noqa: S104 - an answer of the resolver, nothing listens


@pytest.fixture
def desk() -> Iterator[Rig]:
    with rig() as made:
        made.start()
        yield made


def test_lock_and_release_with_the_real_resolver(desk: Rig) -> None:
    """The whole way: nothing, locked, out of reach for the system's resolver, released, byte for byte as before."""
    assert desk.getent("nas") == {"10.0.0.5"}
    assert not desk.getent("youtube.com") & BLOCKED
    token = Token.fresh()
    hold = desk.client.lock(SITES, lasts=600, token=token)
    assert desk.client.status().standing is Standing.LOCKED
    assert desk.getent("youtube.com") == BLOCKED
    assert desk.getent("nas") == {"10.0.0.5"}
    assert desk.getent("localhost") & {"127.0.0.1", "::1"}
    assert desk.client.release(hold.id, token) is None
    assert desk.hosts.read_bytes() == HOSTS
    assert not desk.getent("youtube.com") & BLOCKED


@pytest.mark.timeout(300)  # For a long list of recorded files.
def test_the_real_resolver_takes_our_lines_in_each_shape_of_file(desk: Rig) -> None:
    """Line ends, marks and sizes that people have: blocked, the person's own names as before, then the same bytes."""
    site, token = "video-of-cats.com", Token.fresh()
    for name, data in {**CLEAN, **NOT_TEXT, **recorded()}.items():
        desk.hosts.write_bytes(data)
        if not block.is_text(data):
            with pytest.raises(Refused, match="not-text"):
                desk.client.lock([site], lasts=600, token=token)
            assert desk.hosts.read_bytes() == data, name
            continue
        before = [desk.getent(own) for own in ("localhost", "nas", "localhost.localdomain")]
        hold = desk.client.lock([site], lasts=600, token=token)
        assert desk.getent(site) == BLOCKED, name
        assert [desk.getent(own) for own in ("localhost", "nas", "localhost.localdomain")] == before, name
        desk.client.release(hold.id, token)
        assert desk.hosts.read_bytes() == block.strip(data), name


def test_the_owner_is_served_and_a_second_user_refused(desk: Rig) -> None:
    """The kernel says who calls; a stranger learns nothing, not even what is locked."""
    owner = desk.as_user(OWNER, f"print(client.lock({SITES!r}, lasts=600, token=Token('s')).id)")
    assert owner.returncode == 0, owner.stderr
    for code in ("client.status()", f"client.lock({SITES!r}, lasts=600, token=Token('s'))", "client.emergency()"):
        stranger = desk.as_user(STRANGER, code)
        assert stranger.returncode == 1
        assert stranger.stderr.strip().endswith("Refused: not-allowed"), stranger.stderr
    released = desk.as_user(STRANGER, f"client.release({owner.stdout.strip()!r}, Token('s'))")
    assert released.stderr.strip().endswith("Refused: not-allowed")
    assert desk.client.status().standing is Standing.LOCKED
    assert "not-allowed" in [event.kind for event in desk.client.events(0)]
    assert desk.as_user(OWNER, f"assert client.release({owner.stdout.strip()!r}, Token('s')) is None").returncode == 0
    assert desk.hosts.read_bytes() == HOSTS


def test_what_a_user_may_not_touch(desk: Rig) -> None:
    """Neither the hosts file nor root's copy nor the state can be written by the served user."""
    places = desk.places
    for path in (desk.hosts, places.launcher, places.code / "exitzero" / "lockdown" / "keeper.py", places.config):
        done = desk.as_user(OWNER, f"open({str(path)!r}, 'ab')")
        assert "PermissionError" in done.stderr
    assert "PermissionError" in desk.as_user(OWNER, f"import os; os.listdir({str(places.state)!r})").stderr
    assert stat.S_IMODE(places.state.stat().st_mode) == 0o700


def say(desk: Rig, raw: bytes) -> bytes:
    """Say something to the socket, and take whatever comes back."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(desk.places.socket))
        with suppress(OSError):
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
        received = b""
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                received += part
        return received


def test_malformed_and_hostile_requests_are_refused(desk: Rig) -> None:
    """Over the real socket: each gets its reason, the file is not touched, the helper goes on."""
    for number, (fields, reason) in enumerate(BAD):
        if number % 25 == 24:  # Not to be refused for haste only.
            desk.kill()
            desk.start()
        raw = line(fields)
        answer = say(desk, raw + b"\n")
        if raw.strip():
            assert json.loads(answer)["error"] == reason, raw[:80]
    assert say(desk, b"no line end") == b""
    assert say(desk, b"") == b""
    assert json.loads(say(desk, b"x" * 1_000_000))["error"] == Reason.BAD_REQUEST
    assert desk.hosts.read_bytes() == HOSTS
    assert desk.client.status().standing is Standing.IDLE


def test_slow_and_many_callers_keep_nobody_waiting(desk: Rig) -> None:
    """Connections that say nothing are dropped, and too many requests are refused for a while."""
    slow = []
    for _ in range(12):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(desk.places.socket))
        connection.sendall(b'{"v":1,')
        slow.append(connection)
    assert until(lambda: desk.client.status().standing is Standing.IDLE) < 1
    for connection in slow:
        connection.settimeout(10)
        assert connection.recv(10) == b"", "a silent caller is sent away"
        connection.close()
    reasons = set()
    for _ in range(120):
        try:
            desk.client.status()
        except Refused as refused:
            reasons.add(refused.reason)
    assert reasons == {Reason.TOO_FAST}
    until(lambda: _answers(desk.client))


def _answers(client: Client) -> bool:
    try:
        client.status()
    except Refused:
        return False
    return True


def test_the_lock_survives_kill_and_restart(desk: Rig) -> None:
    """Killing the helper frees nothing; started again it goes on, and the token still opens."""
    token = Token.fresh()
    hold = desk.client.lock(SITES, lasts=600, token=token)
    desk.kill()
    assert desk.is_blocked()
    with pytest.raises(Refused, match="no-helper"):
        desk.client.status()
    desk.hosts.write_bytes(HOSTS)
    desk.start()
    until(desk.is_locked)
    assert desk.getent("youtube.com") == BLOCKED
    desk.client.release(hold.id, token)
    assert desk.hosts.read_bytes() == HOSTS


def test_edits_by_hand_are_put_right_within_a_second_and_written_down(desk: Rig) -> None:
    """In place, by rename, and by removing the file's block only."""
    token = Token.fresh()
    hold = desk.client.lock(SITES, lasts=600, token=token)
    known = desk.client.events(0)[-1].number
    desk.hosts.write_bytes(HOSTS)
    took = [until(desk.is_locked)]
    other = desk.hosts.with_name("hosts.new")
    other.write_bytes(HOSTS)
    other.rename(desk.hosts)
    took.append(until(lambda: desk.is_blocked() and desk.is_locked()))
    with desk.hosts.open("r+b") as file:
        file.truncate(30)
    took.append(until(lambda: desk.is_blocked() and desk.is_locked()))
    assert max(took) < 5
    assert [event.kind for event in desk.client.events(known)] == ["repaired"] * 3
    desk.client.release(hold.id, token)
    assert desk.hosts.read_bytes() == HOSTS[:30]


def test_armed_ahead_it_locks_with_nobody_there(desk: Rig) -> None:
    """No app, no prompt: the helper alone locks at the time, also after it was killed meanwhile."""
    token = Token.fresh()
    hold = desk.client.arm(SITES, starts_in=2, lasts=60, token=token)
    assert desk.client.status().standing is Standing.ARMED
    assert not desk.is_blocked()
    desk.kill()
    desk.start()
    until(desk.is_blocked)
    assert desk.is_locked()
    desk.client.release(hold.id, token)
    assert desk.hosts.read_bytes() == HOSTS


def test_the_client_says_all_there_is_to_say(desk: Rig) -> None:
    """Each call once over the real socket, with its typed answer."""
    client, token = desk.client, Token.fresh()
    assert client.refused(["x.com", "leetcode.com", "localhost"]) == {
        "leetcode.com": "truth-source",
        "localhost": "reserved",
    }
    with pytest.raises(Refused) as refused:
        client.lock(["x.com", "github.com"], lasts=600, token=token)
    assert refused.value.names == {"github.com": "work"}
    armed = client.arm(["x.com"], starts_in=3600, lasts=7200, token=token)
    assert (armed.begun, armed.starts_in, armed.lasts, armed.remaining) == (False, 3600, 7200, 10_800)
    client.disarm(armed.id, token)
    hold = client.lock(["x.com"], lasts=600, token=token)
    assert hold.begun
    assert client.extend(hold.id, ["reddit.com"]).names == ("reddit.com", "x.com")
    assert desk.getent("reddit.com") == BLOCKED
    with pytest.raises(Refused, match="already-begun"):
        client.disarm(hold.id, token)
    assert client.emergency() == 900
    assert client.status().emergency_left in range(890, 901)
    client.cancel_emergency()
    status = client.status()
    assert (status.emergency_left, status.flags, status.conflicts) == (None, (), ())
    assert status.holds[0].until == hold.until
    with pytest.raises(Refused, match="bad-proof"):
        client.release(hold.id, Token("guess"))
    kinds = [event.kind for event in client.events(0)]
    assert kinds[1:] == [
        "refused", "armed", "disarmed", "began", "extended", "emergency", "emergency-cancelled", "bad-proof",
    ]  # fmt: skip
    assert client.status().last_event == len(kinds)


def test_the_emergency_exit_opens_by_itself(desk: Rig) -> None:
    """With its wait cut to a second for the test; the helper itself opens, nobody has to ask again."""
    desk.kill()
    desk.emergency_seconds = 1.0
    desk.start()
    desk.client.lock(SITES, lasts=600, token=Token.fresh())
    assert desk.client.emergency() == 1
    until(lambda: not desk.is_blocked())
    assert desk.hosts.read_bytes() == HOSTS
    assert desk.client.status().standing is Standing.IDLE


def test_the_sweeper_and_the_way_out_by_hand(desk: Rig) -> None:
    """An orphaned block goes by the timer's program; a stood lock goes only by the program for removal."""
    desk.kill()
    desk.hosts.write_bytes(Block(("youtube.com",), MARK, UNTIL).into(HOSTS))
    assert desk.once("sweep").returncode == 0
    assert desk.hosts.read_bytes() == HOSTS
    desk.start()
    desk.client.lock(SITES, lasts=600, token=Token.fresh())
    desk.kill()
    assert desk.once("sweep").returncode == 0
    assert desk.is_blocked()
    assert desk.once("strip").returncode == 0
    assert desk.hosts.read_bytes() == HOSTS
    desk.start()
    assert desk.client.status().standing is Standing.IDLE


def test_it_refuses_to_run_when_others_could_change_it(desk: Rig) -> None:
    """A file of its own that somebody else owns, or may write, is a way to root."""
    desk.kill()
    keeper = desk.places.code / "exitzero" / "lockdown" / "keeper.py"
    keeper.chmod(0o666)
    assert "refusing to run" in desk.once("sweep").stderr
    keeper.chmod(0o644)
    os.chown(keeper, OWNER, OWNER)
    assert "refusing to run" in desk.once("sweep").stderr
    os.chown(keeper, 0, 0)
    assert desk.once("sweep").returncode == 0


def test_root_may_protect_more_names(desk: Rig) -> None:
    """A file of root's adds to the list; a remark or a misspelt line in it stops nothing."""
    desk.kill()
    desk.places.protected.write_text("# mine\nmy-clinic.org  # appointments\n\nnot a name\n\xff\n", encoding="latin-1")
    desk.start()
    assert desk.client.refused(["www.my-clinic.org", "x.com"]) == {"www.my-clinic.org": "own-rule"}


def test_only_one_helper_at_a_time(desk: Rig) -> None:
    """A second one would undo the first one's work."""
    assert "another helper is running" in desk.once("serve").stderr


@pytest.mark.timeout(600)  # A hundred starts of a helper on a machine with other things to do.
def test_kills_at_any_moment_leave_old_or_new(desk: Rig) -> None:
    """kill -9 while it locks and releases a large block: after the next start the file is old or new, nothing else."""
    chance = random.Random(7)
    base = HOSTS + b"\n" + b"".join(b"0.0.0.0 ads%06d.example.net\n" % n for n in range(20_000)) + b"10.9.9.9 last"
    many = [f"s{n}.site-{n % 7}.com" for n in range(600)]
    desk.hosts.write_bytes(base)
    token = Token("kept")
    pause = threading.Event()
    locked = 0
    for _ in range(KILLS):
        stop = threading.Event()

        def busy(stop: threading.Event = stop) -> None:
            while not stop.is_set():
                with suppress(Refused):
                    hold = desk.client.lock(many, lasts=600, token=token)
                    desk.client.release(hold.id, token)

        worker = threading.Thread(target=busy)
        worker.start()
        pause.wait(chance.random() * 0.12)
        desk.kill()
        stop.set()
        worker.join()
        desk.start()
        status = desk.client.status()
        found = desk.hosts.read_bytes()
        assert block.strip(found) == base
        if status.holds:
            locked += 1
            assert status.standing is Standing.LOCKED
            assert len(found) > len(base)
            for hold in status.holds:
                assert desk.client.release(hold.id, token) is None
        assert desk.hosts.read_bytes() == base
        assert not (desk.places.state / "redo").exists()
    assert 0 < locked < KILLS


_SLOW_WRITER = """
import random, sys, threading
path, count = sys.argv[1], int(sys.argv[2])
chance, pause = random.Random(1), threading.Event()
for number in range(count):
    mine = b"127.0.0.1 localhost\\n" + b"".join(b"10.0.%d.%d h-%d-%d.lan\\n" % (number, k, number, k)
                                               for k in range(chance.randint(3, 12)))
    with open(path, "wb", buffering=0) as file:
        cut = chance.randint(1, len(mine) - 1)
        file.write(mine[:cut])
        pause.wait(chance.choice([0.002, 0.01, 0.04]))
        file.write(mine[cut:])
    sys.stdout.buffer.write(b"%d\\n" % len(mine) + mine)
    sys.stdout.buffer.flush()
    sys.stdin.readline()
"""


@pytest.mark.timeout(900)  # Only the wide run takes so long.
def test_another_program_that_rewrites_slowly_loses_nothing(desk: Rig) -> None:
    """It truncates, writes half, waits, writes the rest; we come back afterwards, and every byte of its is there."""
    desk.client.lock(SITES, lasts=600, token=Token.fresh())
    writer = subprocess.Popen(
        [sys.executable, "-c", _SLOW_WRITER, str(desk.hosts), str(REWRITES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stdin is not None
    damaged = 0
    for _ in range(REWRITES):
        mine = writer.stdout.read(int(writer.stdout.readline()))
        until(desk.is_blocked)
        damaged += block.strip(desk.hosts.read_bytes()) != mine
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    writer.stdin.close()
    writer.stdout.close()
    assert writer.wait() == 0
    assert damaged == 0


def test_started_by_the_systems_socket(desk: Rig) -> None:
    """Under systemd the socket is there first and is handed over; the first caller is answered."""
    if shutil.which("systemd-socket-activate") is None:
        pytest.skip("systemd-socket-activate is not there")
    desk.kill()
    path = desk.places.socket
    path.unlink()
    serve = [PYTHON, "-I", str(desk.places.launcher), "serve", *desk.arguments]
    command = desk.inside(["systemd-socket-activate", "-l", str(path), *serve])
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(path.exists)
        token = Token.fresh()
        hold = desk.client.lock(SITES, lasts=600, token=token)
        assert desk.is_locked()
        desk.client.release(hold.id, token)
        assert desk.hosts.read_bytes() == HOSTS
    finally:
        process.kill()
        process.wait()


def test_without_a_helper_the_client_says_so(tmp_path: Path) -> None:
    """Reminder mode: a clear reason and what to do."""
    with pytest.raises(Refused) as refused:
        Client(tmp_path / "none.sock").status()
    assert refused.value.reason is Reason.NO_HELPER
    assert "exitzero lockdown install" in refused.value.advice
