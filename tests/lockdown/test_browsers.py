"""The stronger measure: policy files that are ours alone, only while something is locked, and never in anyone's way."""

import hashlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exitzero.lockdown import browsers as browsers_module
from exitzero.lockdown.browsers import DRAFT, Browsers, Followed, Policies
from exitzero.lockdown.events import Kind
from exitzero.lockdown.hosts import HostsFile
from exitzero.lockdown.keeper import Keeper
from exitzero.lockdown.policy import Policy
from exitzero.lockdown.protocol import Lock, Release, Status
from exitzero.lockdown.reasons import Refused
from exitzero.lockdown.sweeper import Alive, strip, sweep
from tests.lockdown.fake_clock import FakeClock
from tests.lockdown.rig import why_not

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="policy files are only written on Linux")
rooted = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")

BASE = b"127.0.0.1 localhost\n"
NAMES = ("www.youtube.com", "youtube.com")
PROOF = "what only the app knows"
SHA = hashlib.sha256(PROOF.encode()).hexdigest()
FIREFOX = "etc/firefox/policies/policies.json"
CHROMIUM = "etc/chromium/policies/managed/exitzero-lockdown.json"
ALL = (
    FIREFOX,
    CHROMIUM,
    "etc/opt/chrome/policies/managed/exitzero-lockdown.json",
    "etc/brave/policies/managed/exitzero-lockdown.json",
)
NOTHING = Followed(changed=False, foreign=(), failed=())


class Place:
    """A root with a switch; ``browsers`` starts anew each time, as a helper does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "etc" / "exitzero").mkdir(parents=True)
        (root / "state").mkdir()
        self.config = root / "etc" / "exitzero" / "helper.json"
        self.switch(on=True)

    def switch(self, *, on: bool) -> None:
        self.config.write_text(json.dumps({"uid": 5, "policies": on}))

    @property
    def browsers(self) -> Browsers:
        return Browsers(root=self.root, config=self.config, state=self.root / "state")

    def files(self) -> dict[str, bytes]:
        """Everything below etc, folders too, but for our own configuration."""
        return {
            str(path.relative_to(self.root)): b"(folder)" if path.is_dir() else path.read_bytes()
            for path in sorted((self.root / "etc").rglob("*"))
            if "exitzero/helper.json" not in str(path)
        }

    def put(self, path: str, data: bytes) -> Path:
        made = self.root / path
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(data)
        return made


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """As the helper's unit sets it."""
    old = os.umask(0o022)
    yield
    os.umask(old)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_put_and_taken_away_without_a_trace(place: Place) -> None:
    """Exactly these names, readable by people whatever the umask; afterwards not even a folder of ours is left."""
    before = place.files()
    os.umask(0o077)
    browsers = place.browsers
    assert browsers.set(NAMES) == Followed(changed=True, foreign=(), failed=())
    assert browsers.set(NAMES) == NOTHING
    firefox = json.loads((place.root / FIREFOX).read_bytes())["policies"]
    assert firefox["DNSOverHTTPS"] == {"Enabled": False, "Locked": True}
    assert firefox["WebsiteFilter"] == {"Block": ["*://www.youtube.com/*", "*://youtube.com/*"]}
    for path in ALL:
        found = place.root / path
        assert stat.S_IMODE(found.stat().st_mode) == 0o644
        assert stat.S_IMODE(found.parent.stat().st_mode) == 0o755
        assert path == FIREFOX or json.loads(found.read_bytes())["URLBlocklist"] == [
            ".www.youtube.com",
            ".youtube.com",
        ]
    assert place.browsers.set(()) == Followed(changed=True, foreign=(), failed=())
    assert place.files() == before
    assert os.listdir(place.root / "state") == []


def test_off_means_nothing_and_switching_off_takes_all_away(place: Place) -> None:
    """Without an administrator's word no file is made; without it any more the files go, locked or not."""
    before = place.files()
    place.config.write_text(json.dumps({"uid": 5}))
    assert place.browsers.set(NAMES) == NOTHING
    assert place.browsers.standing() is Policies.OFF
    for unclear in ("", "{", "[]", '{"policies": "yes"}', '{"policies": 1}'):
        place.config.write_text(unclear)
        assert place.browsers.set(NAMES) == NOTHING
    assert place.files() == before
    place.switch(on=True)
    assert place.browsers.standing() is Policies.ON
    place.browsers.set(NAMES)
    place.config.unlink()
    place.browsers.set(NAMES)
    assert place.files() == before


@pytest.mark.parametrize(
    "theirs", [b'{"policies": {"DisableTelemetry": true}}\n', b"", b"{", b"\xff\0", b"[]", b"x" * 2_000_000]
)
def test_somebodys_policies_stay_byte_for_byte(place: Place, theirs: bytes) -> None:
    """Theirs is not touched, neither while locked nor at the release, whatever is in it; the others are still put."""
    file = place.put(FIREFOX, theirs)
    other = place.put(CHROMIUM, theirs)
    before = file.stat()
    assert place.browsers.standing() is Policies.FOREIGN
    followed = place.browsers.set(NAMES)
    assert followed == Followed(changed=True, foreign=(str(file), str(other)), failed=())
    assert (place.root / ALL[2]).exists()
    place.browsers.set(())
    after = file.stat()
    assert file.read_bytes() == other.read_bytes() == theirs
    assert (before.st_ino, before.st_mtime_ns, before.st_ctime_ns) == (
        after.st_ino,
        after.st_mtime_ns,
        after.st_ctime_ns,
    )
    assert not (place.root / ALL[2]).exists()


def test_policies_that_ours_would_overrule_are_foreign_too(place: Place) -> None:
    """Firefox reads those of its own folder only without ours; of two Chromium lists only one would count."""
    place.put("usr/lib/firefox-esr/distribution/policies.json", b"{}")
    place.put("etc/chromium/policies/managed/school.json", b'{"URLBlocklist": ["bad.example"]}')
    place.put("etc/opt/chrome/policies/managed/school.json", b'{"HomepageLocation": "about:blank"}')
    before = place.files()
    followed = place.browsers.set(NAMES)
    assert followed.foreign == (str(place.root / FIREFOX), str(place.root / CHROMIUM))
    assert (place.root / ALL[2]).exists()
    place.browsers.set(())
    assert place.files() == before


def test_a_file_that_somebody_puts_at_the_last_moment_wins(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the write another program may have put its own: ours must not replace it."""
    real = os.link

    def link(source: Path, target: Path) -> None:
        if str(target).endswith(FIREFOX):
            Path(target).write_bytes(b"theirs")
        real(source, target)

    monkeypatch.setattr(os, "link", link)
    assert place.browsers.set(NAMES).foreign == (str(place.root / FIREFOX),)
    assert (place.root / FIREFOX).read_bytes() == b"theirs"
    assert DRAFT not in os.listdir((place.root / FIREFOX).parent)
    place.browsers.set(())
    assert (place.root / FIREFOX).read_bytes() == b"theirs"


@rooted
def test_a_folder_that_is_not_roots_alone_gets_nothing(place: Place, tmp_path: Path) -> None:
    """A link, a folder of somebody's and one that others may write: root puts nothing there and follows nowhere."""
    outside = tmp_path / "outside"
    (outside / "policies").mkdir(parents=True)
    (place.root / "etc" / "firefox").symlink_to(outside)
    (place.root / "etc" / "chromium").mkdir()
    os.chown(place.root / "etc" / "chromium", 61_001, 61_001)
    (place.root / "etc" / "brave").mkdir()
    (place.root / "etc" / "brave").chmod(0o777)
    ours = browsers_module.rendered(place.root / FIREFOX, NAMES, keeping={})
    (outside / "policies" / "policies.json").write_bytes(ours)
    followed = place.browsers.set(NAMES)
    assert len(followed.foreign) == 3
    assert not followed.failed
    place.browsers.set(())
    assert (outside / "policies" / "policies.json").read_bytes() == ours
    assert os.listdir(outside / "policies") == ["policies.json"]


def test_what_a_person_adds_to_our_file_stays(place: Place) -> None:
    """Ours is taken out and put back; their own lines are there while locked and afterwards."""
    browsers = place.browsers
    browsers.set(NAMES)
    file = place.root / FIREFOX
    found = json.loads(file.read_bytes())
    del found["policies"]["WebsiteFilter"]
    found["policies"]["DisableTelemetry"] = True
    file.write_text(json.dumps(found))
    assert browsers.set(NAMES).changed
    policies = json.loads(file.read_bytes())["policies"]
    assert policies["DisableTelemetry"] is True
    assert len(policies["WebsiteFilter"]["Block"]) == 2
    browsers.set(())
    assert json.loads(file.read_bytes()) == {"policies": {"DisableTelemetry": True}}
    assert not (place.root / "etc" / "chromium").exists()
    assert place.browsers.standing() is Policies.FOREIGN


def test_a_folder_that_cannot_be_made_is_told_and_stops_nothing(place: Place) -> None:
    """A file where a folder should be counts as somebody's; a full record as a failure. The rest is put."""
    (place.root / "etc" / "firefox").write_bytes(b"no folder")
    assert place.browsers.set(NAMES).foreign == (str(place.root / FIREFOX),)
    place.browsers.set(())
    (place.root / "etc" / "firefox").unlink()
    (place.root / "state").rmdir()
    browsers = place.browsers
    assert len(browsers.set(NAMES).failed) == 4
    assert browsers.standing() is Policies.FAILED
    (place.root / "state").mkdir()
    assert not browsers.set(NAMES).failed
    assert browsers.standing() is Policies.ON


class PowerCut(BaseException):
    """Nothing in the program may catch it."""


@contextmanager
def cut_at(number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From the ``number``-th call that changes anything on, nothing happens any more."""
    done = 0

    def ending(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **more: object) -> object:
            nonlocal done
            done += 1
            if done >= number:
                raise PowerCut
            return real(*arguments, **more)

        return call

    with monkeypatch.context() as patch:
        for name in ("mkdir", "rmdir", "link", "rename", "replace", "unlink", "fchmod", "chmod", "fsync", "pwrite"):
            patch.setattr(os, name, ending(getattr(os, name)))
        yield


def test_every_crash_point_leaves_nothing_behind(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut anywhere while putting or taking away: no half file is ever read, and the next start removes everything."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # The process does not really end.
    before = place.files()
    points = 0
    for first, then in (((), NAMES), (NAMES, ()), (("x.com",), NAMES)):
        number, done = 0, False
        while not done:
            number += 1
            place.browsers.set(first)
            try:
                with cut_at(number, monkeypatch):
                    place.browsers.set(then)
                    done = True
            except PowerCut:
                points += 1
            for path in ALL:
                with_its_name = place.root / path
                assert not with_its_name.exists() or browsers_module.is_ours(with_its_name.read_bytes())
            place.browsers.set(())
            assert place.files() == before, number
    assert points > 80


class Desk:
    """A keeper with the stronger measure, and the clock that the test moves."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.folder = place.root / "state"
        self.clock = FakeClock()
        self.policy = Policy(hostname="desk")
        (place.root / "etc" / "hosts").write_bytes(BASE)
        self.before = place.files()
        self.start()

    @property
    def hosts(self) -> HostsFile:
        return HostsFile(str(self.place.root / "etc" / "hosts"), str(self.folder), self.clock)

    def start(self) -> None:
        self.keeper = Keeper(
            hosts=self.hosts, folder=str(self.folder), clock=self.clock, policy=self.policy,
            browsers=self.place.browsers,
        )  # fmt: skip
        self.keeper.start()

    def lock(self, *, lasts: int = 3600, starts_in: int = 0) -> str:
        return str(self.keeper.do(Lock(NAMES, lasts, SHA, starts_in))["id"])

    def go(self, seconds: float) -> None:
        self.clock.go(seconds)
        self.keeper.beat()

    def is_put(self) -> bool:
        return all((self.place.root / path).exists() for path in ALL)

    def policies(self) -> object:
        return self.keeper.do(Status())["policies"]

    def told(self) -> list[tuple[Kind, str]]:
        kinds = {Kind.POLICIES_PUT, Kind.POLICIES_TAKEN, Kind.POLICIES_FOREIGN, Kind.REPAIRED, Kind.SWEPT, Kind.TROUBLE}
        return [(event.kind, event.detail) for event in self.keeper.record.since(0) if event.kind in kinds]

    def sweep(self) -> None:
        sweep(
            hosts=self.hosts, folder=str(self.folder), clock=self.clock, policy=self.policy,
            browsers=self.place.browsers,
        )  # fmt: skip


@pytest.fixture
def desk(place: Place) -> Desk:
    return Desk(place)


def test_they_come_with_the_lock_and_go_with_the_release(desk: Desk) -> None:
    """Armed: nothing yet. Begun: there. Released: gone, and each step is written down."""
    hold = desk.lock(starts_in=600)
    assert desk.place.files() == desk.before
    desk.go(600)
    assert desk.is_put()
    assert desk.policies() == "on"
    desk.keeper.do(Release(hold, PROOF))
    assert desk.place.files() == desk.before
    assert desk.told() == [(Kind.POLICIES_PUT, ""), (Kind.POLICIES_TAKEN, "")]


def test_they_go_when_the_lock_ends_by_itself(desk: Desk) -> None:
    """Expiry, with a helper and without one."""
    desk.lock(lasts=60)
    desk.go(60)
    assert desk.place.files() == desk.before
    desk.lock(lasts=60)
    desk.clock.go(61)
    desk.sweep()
    assert desk.place.files() == desk.before


def test_the_sweeper_takes_them_from_a_helper_that_hangs(desk: Desk) -> None:
    """Alive and doing nothing, it keeps nobody out of anything; a stood lock keeps its files."""
    desk.lock(lasts=600)
    alive = Alive(str(desk.folder))
    assert alive.take()
    try:
        desk.sweep()
        assert desk.is_put()
        desk.clock.go(601)
        desk.sweep()
    finally:
        alive.leave()
    assert desk.place.files() == desk.before


def test_a_damaged_state_and_the_way_out_by_hand_take_them(desk: Desk) -> None:
    """Whatever fails, fails open here too."""
    desk.lock()
    (desk.folder / "state.json").write_bytes(b"{")
    desk.start()
    assert desk.place.files() == desk.before
    desk.lock()
    strip(hosts=desk.hosts, folder=str(desk.folder), clock=desk.clock, browsers=desk.place.browsers)
    assert desk.place.files() == desk.before


def test_a_file_removed_while_locked_comes_back_and_a_restored_one_goes(desk: Desk) -> None:
    """Both are entries, as they are for the hosts file."""
    hold = desk.lock()
    copy = (desk.place.root / CHROMIUM).read_bytes()
    (desk.place.root / CHROMIUM).unlink()
    desk.go(5)
    assert desk.is_put()
    desk.keeper.do(Release(hold, PROOF))
    restored = desk.place.put(CHROMIUM, copy)
    desk.go(31)
    assert not restored.exists()
    assert desk.told()[1:] == [
        (Kind.REPAIRED, "browser policies"), (Kind.POLICIES_TAKEN, ""), (Kind.SWEPT, "browser policies"),
    ]  # fmt: skip


def test_foreign_policies_are_told_once_and_the_lock_stands(desk: Desk) -> None:
    """In the status and as one entry; that ours cannot be put does not weaken the hosts file."""
    theirs = desk.place.put(FIREFOX, b"{}")
    desk.lock()
    desk.go(5)
    desk.go(5)
    status = desk.keeper.do(Status())
    assert (status["state"], status["policies"], status["flags"]) == ("locked", "blocked-by-foreign", [])
    assert desk.told() == [(Kind.POLICIES_PUT, ""), (Kind.POLICIES_FOREIGN, str(theirs))]
    desk.go(3600)
    assert theirs.read_bytes() == b"{}"


def test_switched_on_and_off_while_locked(desk: Desk) -> None:
    """The switch belongs to an administrator and works within a beat, either way."""
    desk.place.switch(on=False)
    desk.lock()
    assert desk.place.files().keys() == desk.before.keys()
    assert desk.policies() == "off"
    desk.place.switch(on=True)
    desk.go(5)
    assert desk.is_put()
    desk.place.switch(on=False)
    desk.go(5)
    assert desk.place.files().keys() == desk.before.keys()


def test_a_lock_that_cannot_be_written_puts_none(desk: Desk) -> None:
    """A refused lock leaves no half of itself in the browsers."""
    (desk.place.root / "etc" / "hosts").write_bytes(b"\0")
    with pytest.raises(Refused, match="not-text"):
        desk.lock()
    desk.go(5)
    assert not any((desk.place.root / path).exists() for path in ALL)
