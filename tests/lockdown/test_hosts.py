"""The file on disk: edited in place or refused with a reason, never damaged."""

import os
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from exitzero.lockdown import block, redo
from exitzero.lockdown import hosts as hosts_module
from exitzero.lockdown.clock import MachineClock
from exitzero.lockdown.hosts import NOTHING, Block, HostsFile
from exitzero.lockdown.reasons import SENTENCES, Reason, Refused
from tests.lockdown.rig import why_not
from tests.lockdown.shapes import CLEAN, MARK, NOT_TEXT, UNTIL, recorded
from tests.lockdown.test_block import FILES

WANTED = Block(("youtube.com", "www.youtube.com"), MARK, UNTIL)
rooted = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    (tmp_path / "state").mkdir()
    file = tmp_path / "etc" / "hosts"
    file.write_bytes(CLEAN["default"])
    return file


def hosts_at(path: Path) -> HostsFile:
    return HostsFile(str(path), str(path.parents[1] / "state"), MachineClock())


def reason_of(hosts: HostsFile, wanted: Block = WANTED) -> Reason:
    with pytest.raises(Refused) as refused:
        hosts.set(wanted)
    return refused.value.reason


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES)
def test_any_bytes_come_back_on_disk(path: Path, data: bytes) -> None:
    """Lock and release through the file system give the same bytes in the same file, or refuse and touch nothing."""
    path.write_bytes(data)
    inode = path.stat().st_ino
    hosts = hosts_at(path)
    hosts._settled = (hosts.signature(), NOTHING)  # type: ignore[assignment]  # It was quiet for long.
    if not block.is_text(block.strip(data)) and not block.is_text(data):
        assert reason_of(hosts) is Reason.NOT_TEXT
        assert path.read_bytes() == data
        return
    hosts.set(WANTED)
    assert path.read_bytes() == WANTED.into(data)
    hosts.set(NOTHING)
    assert path.read_bytes() == block.strip(data)
    assert path.stat().st_ino == inode
    assert sorted(os.listdir(path.parents[1] / "state")) == ["edit.lock"]


@pytest.mark.parametrize("name", [*CLEAN, *recorded()])
def test_every_recorded_file_comes_back_byte_for_byte(path: Path, name: str) -> None:
    """Each shape of hosts file, on disk."""
    data = {**CLEAN, **recorded()}[name]
    path.write_bytes(data)
    hosts = hosts_at(path)
    if not block.is_text(data):
        assert reason_of(hosts) is Reason.NOT_TEXT
        assert path.read_bytes() == data
        return
    assert hosts.set(WANTED)
    assert hosts.holds(WANTED)
    hosts.set(NOTHING)
    assert path.read_bytes() == block.strip(data)


@pytest.mark.parametrize("name", NOT_TEXT)
def test_a_file_that_is_no_text_is_refused(path: Path, name: str) -> None:
    """UTF-16 and NUL bytes: no resolver reads it, and no edit could be safe."""
    path.write_bytes(NOT_TEXT[name])
    assert reason_of(hosts_at(path)) is Reason.NOT_TEXT
    assert path.read_bytes() == NOT_TEXT[name]


def test_a_file_that_became_no_text_meanwhile_is_still_released(path: Path) -> None:
    """Getting out never depends on what somebody else wrote."""
    hosts = hosts_at(path)
    hosts.set(WANTED)
    with path.open("ab") as file:
        file.write(b"\0\0\n")
    assert hosts.set(NOTHING)
    assert path.read_bytes() == CLEAN["default"] + b"\0\0\n"


def test_mode_owner_inode_and_hard_links_stay(path: Path) -> None:
    """In place means that everything that is tied to the file still is."""
    other = path.with_name("other-name")
    os.link(path, other)
    path.chmod(0o755)
    before = path.stat()
    hosts = hosts_at(path)
    hosts.set(WANTED)
    assert b"youtube" in other.read_bytes()
    hosts.set(NOTHING)
    after = path.stat()
    assert (after.st_ino, after.st_mode, after.st_uid, after.st_nlink) == (
        before.st_ino,
        before.st_mode,
        before.st_uid,
        before.st_nlink,
    )


def test_a_link_is_followed_and_stays_a_link(path: Path) -> None:
    """A linked hosts file is edited where it lies."""
    real = path.with_name("hosts.real")
    path.rename(real)
    path.symlink_to(real)
    hosts = hosts_at(path)
    hosts.set(WANTED)
    assert path.is_symlink()
    assert b"youtube" in real.read_bytes()
    hosts.set(NOTHING)
    assert real.read_bytes() == CLEAN["default"]


def test_no_file_is_a_reason_and_none_is_made(path: Path) -> None:
    """Making one could hide that something else went wrong."""
    path.unlink()
    assert reason_of(hosts_at(path)) is Reason.MISSING
    assert not path.exists()


def test_a_folder_or_a_pipe_is_refused_and_nothing_waits(path: Path) -> None:
    """Opening a pipe would wait for its other end for ever."""
    path.unlink()
    path.mkdir()
    assert reason_of(hosts_at(path)) is Reason.NOT_REGULAR
    path.rmdir()
    os.mkfifo(path)
    assert reason_of(hosts_at(path)) is Reason.NOT_REGULAR


def test_a_folder_that_others_write_to_is_refused(path: Path) -> None:
    """Somebody could exchange the file under root's hands."""
    path.parent.chmod(0o777)
    assert reason_of(hosts_at(path)) is Reason.UNSAFE_FOLDER
    assert path.read_bytes() == CLEAN["default"]


@rooted
def test_a_link_into_someones_own_folder_is_refused(path: Path, tmp_path: Path) -> None:
    """A person's own folder is no place for root to write."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "hosts").write_bytes(b"127.0.0.1 localhost\n")
    os.chown(own, 61_001, 61_001)
    path.unlink()
    path.symlink_to(own / "hosts")
    assert reason_of(hosts_at(path)) is Reason.UNSAFE_FOLDER


@contextmanager
def mounted(*arguments: str, at: Path) -> Iterator[None]:
    """A mount of this test's own, gone afterwards."""
    subprocess.run(["mount", *arguments, str(at)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(at)], check=True)


def test_a_link_into_a_store_is_told_as_such(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On NixOS the file is a link into the store; the reason names it, so that the advice can."""
    store = tmp_path / "store"
    store.mkdir()
    (store / "hosts").write_bytes(CLEAN["default"])
    monkeypatch.setattr(hosts_module, "STORES", (f"{store}/",))
    path.unlink()
    path.symlink_to(store / "hosts")
    assert reason_of(hosts_at(path)) is Reason.STORE
    assert path.read_bytes() == CLEAN["default"]


@rooted
def test_an_immutable_file_is_told_as_such(path: Path) -> None:
    """Even root may not write it; the person can undo that."""
    if subprocess.run(["chattr", "+i", str(path)], capture_output=True, check=False).returncode:
        pytest.skip("this file system has no immutable files")
    try:
        assert reason_of(hosts_at(path)) is Reason.IMMUTABLE
    finally:
        subprocess.run(["chattr", "-i", str(path)], check=True)
    assert path.read_bytes() == CLEAN["default"]
    assert hosts_at(path).set(WANTED)


@rooted
def test_a_read_only_mount_is_told_as_such(path: Path) -> None:
    """A bind mount that may only be read."""
    with mounted("--bind", str(path), at=path):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(path)], check=True)
        assert reason_of(hosts_at(path)) is Reason.READ_ONLY
    assert path.read_bytes() == CLEAN["default"]


@rooted
def test_a_bind_mounted_file_is_edited_in_place(path: Path) -> None:
    """Where a rename over the file would fail."""
    with mounted("--bind", str(path), at=path):
        hosts = hosts_at(path)
        hosts.set(WANTED)
        assert hosts.holds(WANTED)
        hosts.set(NOTHING)
    assert path.read_bytes() == CLEAN["default"]


@rooted
def test_a_full_disk_refuses_and_leaves_the_old_file(path: Path) -> None:
    """The block does not fit: the reason is told and the file is what it was."""
    with mounted("-t", "tmpfs", "-o", "size=16k,mode=755", "tmpfs", at=path.parent):
        path.write_bytes(b"127.0.0.1 localhost\n" * 100)
        (path.parent / "filler").write_bytes(b"x" * 8000)
        before = path.read_bytes()
        many = Block(tuple(f"site-{n}.example.org" for n in range(600)), MARK, UNTIL)
        hosts = hosts_at(path)
        assert reason_of(hosts, many) is Reason.NO_SPACE
        assert path.read_bytes() == before
        assert not (path.parents[1] / "state" / "redo").exists()
        assert hosts.set(WANTED)


@rooted
def test_a_cut_write_and_then_a_full_disk_is_still_made_whole(path: Path) -> None:
    """There is no room to finish the new file, so the old one is put back: getting out never needs space."""
    with mounted("-t", "tmpfs", "-o", "size=16k,mode=755", "tmpfs", at=path.parent):
        base = b"127.0.0.1 localhost\n" * 100
        many = Block(tuple(f"site-{n}.example.org" for n in range(300)), MARK, UNTIL)
        change = redo.change(base, many.into(base))
        path.write_bytes(base + change.new[:3000])
        (path.parents[1] / "state" / "redo").write_bytes(change.encoded())
        with suppress(OSError), (path.parent / "filler").open("wb", buffering=0) as filler:
            while filler.write(b"x" * 4096):
                pass
        hosts = hosts_at(path)
        assert hosts.recover()
        assert path.read_bytes() == base
        assert not hosts.set(NOTHING)


def test_four_writers_at_once_leave_the_file_whole(path: Path) -> None:
    """Our programs take turns: no reader ever misses a line of the person's, and the end is the beginning."""
    path.write_bytes(base := b"127.0.0.1 localhost\n10.9.9.9 my-last-line")
    over = threading.Event()
    seen = []

    def write(number: int) -> None:
        hosts = hosts_at(path)
        mine = Block(tuple(f"w{number}-{n}.example.org" for n in range(100)), f"{number:08x}", UNTIL)
        for _ in range(8):
            hosts.set(mine)
            hosts.set(NOTHING)

    def read() -> None:
        while not over.is_set():
            seen.append(path.read_bytes().startswith(base))

    with ThreadPoolExecutor(5) as pool:
        reading = pool.submit(read)
        try:
            for writing in [pool.submit(write, number) for number in range(4)]:
                writing.result()
        finally:
            over.set()
        reading.result()
    hosts_at(path).set(NOTHING)
    assert path.read_bytes() == base
    assert len(seen) > 20
    assert all(seen)


def test_opening_alone_wakes_nobody(path: Path) -> None:
    """If nothing is to be changed, the file is not even opened for writing."""
    hosts = hosts_at(path)
    hosts.set(WANTED)
    before = path.stat()
    assert not hosts.set(WANTED)
    after = path.stat()
    assert (before.st_mtime_ns, before.st_ctime_ns) == (after.st_mtime_ns, after.st_ctime_ns)


def test_every_reason_has_words() -> None:
    """What the app must show is never empty."""
    assert SENTENCES.keys() == set(Reason)
    assert all(title.endswith(".") and advice for title, advice in SENTENCES.values())
