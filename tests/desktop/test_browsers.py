"""Browsers are found where systems put them, and what of their settings goes past a hosts file is read as they do."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from exitzero.desktop.browser_kinds import KINDS
from exitzero.desktop.browsers import (
    Browser,
    Engine,
    Packaging,
    firefox_dns,
    installed,
    proxy_settings,
    running,
)
from exitzero.desktop.clock import SystemClock

FIREFOX = Browser("firefox", "Firefox", ("/nowhere/firefox",), Engine.GECKO, Packaging.NATIVE)
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, which only Linux has")


def _program(file: Path, text: str = "#!/bin/sh\n") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)
    return file


def _find(tmp_path: Path) -> dict[str, Browser]:
    environment = {"PATH": f"{tmp_path / 'usr/bin'}{os.pathsep}{tmp_path / 'snap/bin'}"}
    found = installed(environment=environment, root=tmp_path, home=tmp_path / "home", platform="linux")
    assert len({browser.id for browser in found}) == len(found)
    return {browser.id: browser for browser in found}


def test_a_machine_without_browsers_has_none(tmp_path: Path) -> None:
    """Nothing is made up."""
    assert _find(tmp_path) == {}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_kind_is_found_by_each_of_its_commands(tmp_path: Path, kind: object) -> None:
    """Distributions name one program differently."""
    assert kind in KINDS
    for known in KINDS:
        if known is not kind:
            continue
        for command in known.commands:
            program = _program(tmp_path / command / "usr/bin" / command)
            found = _find(tmp_path / command)
            assert list(found) == [known.id]
            assert found[known.id].program == (str(program),)
            assert found[known.id].packaging is Packaging.NATIVE
            assert found[known.id].kind is known


def test_one_program_with_two_names_is_one_browser(tmp_path: Path) -> None:
    """Debian's firefox is a script that starts the ESR, and google-chrome is a link to google-chrome-stable."""
    _program(tmp_path / "usr/bin/firefox-esr")
    _program(tmp_path / "usr/bin/firefox", '#!/bin/sh\nexec firefox-esr "$@"\n')
    chrome = _program(tmp_path / "opt/google/chrome/google-chrome")
    for name in ("google-chrome", "google-chrome-stable"):
        (tmp_path / "usr/bin" / name).symlink_to(chrome)
    assert list(_find(tmp_path)) == ["chrome", "firefox-esr"]


def test_a_snap_is_found_once_and_as_a_snap(tmp_path: Path) -> None:
    """Ubuntu puts a script of the same name into /usr/bin, and /snap/bin on PATH."""
    _program(tmp_path / "snap/bin/firefox")
    _program(tmp_path / "usr/bin/firefox", '#!/bin/sh\nexec /snap/bin/firefox "$@"\n')
    found = _find(tmp_path)
    assert list(found) == ["firefox-snap"]
    assert found["firefox-snap"].packaging is Packaging.SNAP
    assert found["firefox-snap"].kind.id == "firefox"


def test_flatpaks_are_found_system_wide_and_in_the_home(tmp_path: Path) -> None:
    """By the exported program, or by the exported menu entry alone."""
    program = _program(tmp_path / "var/lib/flatpak/exports/bin/org.mozilla.firefox")
    entry = tmp_path / "home/.local/share/flatpak/exports/share/applications/com.google.Chrome.desktop"
    entry.parent.mkdir(parents=True)
    entry.write_text("[Desktop Entry]\n")
    found = _find(tmp_path)
    assert found["firefox-flatpak"].program == (str(program),)
    assert found["chrome-flatpak"].program == ("flatpak", "run", "com.google.Chrome")
    assert {browser.packaging for browser in found.values()} == {Packaging.FLATPAK}


def test_a_browser_outside_path_is_found_by_its_menu_entry(tmp_path: Path) -> None:
    """An unpacked archive in the home is a browser too; an entry whose program is gone is none."""
    program = _program(tmp_path / "home/apps/firefox/firefox")
    folder = tmp_path / "home/.local/share/applications"
    folder.mkdir(parents=True)
    (folder / "f.desktop").write_text(f"[Desktop Entry]\nExec={program} --new %u\n")
    (folder / "b.desktop").write_text("[Desktop Entry]\nExec=/gone/brave %U\n")
    (folder / "x.desktop").write_text('[Desktop Entry]\nExec="unfinished\n')
    assert [browser.program for browser in _find(tmp_path).values()] == [(str(program),)]


def test_bundles_of_macos_are_found_by_their_place(tmp_path: Path) -> None:
    """Only the search is tried here; no such machine was at hand."""
    program = _program(tmp_path / "Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    found = installed(environment={}, root=tmp_path, home=tmp_path / "home", platform="darwin")
    assert [(browser.id, browser.program) for browser in found] == [("chrome", (str(program),))]


# ------------------------------------------------------------------------------------------------ running


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A real process that looks like a Firefox: a copy of ``sleep`` under its name."""
    program = tmp_path / "lib/firefox/firefox"
    program.parent.mkdir(parents=True)
    shutil.copy(shutil.which("sleep") or "", program)
    process = subprocess.Popen([str(program), "60"])
    yield process
    process.kill()
    process.wait()


@linux_only
def test_a_running_browser_is_seen_with_its_start(sleeper: "subprocess.Popen[bytes]") -> None:
    """Its start is on the clock that the program measures spans with."""
    found = [copy for copy in running(FIREFOX) or () if copy.pid == sleeper.pid]
    assert len(found) == 1
    assert abs(SystemClock().monotonic() - found[0].started) < 60
    assert found[0].started_ticks > 0


@linux_only
def test_another_browser_and_another_users_browser_are_not_it(sleeper: "subprocess.Popen[bytes]") -> None:
    """A Chrome is no Chromium, a flatpak is no native program, and nobody looks at other people's processes."""
    for other in (
        Browser("firefox-esr", "", ("x",), Engine.GECKO, Packaging.NATIVE),
        Browser("firefox-flatpak", "", ("x",), Engine.GECKO, Packaging.FLATPAK),
        Browser("firefox-snap", "", ("x",), Engine.GECKO, Packaging.SNAP),
    ):
        assert sleeper.pid not in [copy.pid for copy in running(other) or ()]
    assert running(FIREFOX, uid=os.getuid() + 12345) == ()


@linux_only
def test_helper_processes_are_not_told_as_browsers_of_their_own(tmp_path: Path) -> None:
    """One browser is dozens of processes; its first one counts."""
    proc = tmp_path / "proc"
    for pid, parent, exe in (
        (10, 1, "/opt/google/chrome/chrome"),
        (11, 10, "/opt/google/chrome/chrome"),
        (12, 1, "/bin/sh"),
    ):
        folder = proc / str(pid)
        folder.mkdir(parents=True)
        (folder / "exe").symlink_to(exe)
        fields = " ".join(["S", str(parent), *["0"] * 17, "4200", "0"])
        (folder / "stat").write_text(f"{pid} (a (b) c) {fields}\n")
    (proc / "self").symlink_to("10")
    chrome = Browser("chrome", "", ("x",), Engine.CHROMIUM, Packaging.NATIVE)
    chromium = Browser("chromium", "", ("x",), Engine.CHROMIUM, Packaging.NATIVE)
    found = running(chrome, proc=proc)
    assert found is not None
    assert [(copy.pid, copy.started_ticks) for copy in found] == [(10, 4200)]
    assert running(chromium, proc=proc) == ()


def test_where_processes_cannot_be_seen_it_is_unknown(tmp_path: Path) -> None:
    """Unknown is not "none"."""
    assert running(FIREFOX, proc=tmp_path) is None


# ------------------------------------------------------------------------------------------------ Firefox's settings


def _profile(home: Path, *, prefs: str = "", user: str = "", folder: str = ".mozilla/firefox") -> Path:
    root = home / folder
    profile = root / "abc.default-esr"
    profile.mkdir(parents=True)
    (root / "other").mkdir()
    (root / "other/prefs.js").write_text('user_pref("network.trr.mode", 3);\n')
    (root / "profiles.ini").write_text(
        "[Install4F96D1932A9F858E]\nDefault=abc.default-esr\nLocked=1\n\n"
        "[Profile1]\nName=other\nIsRelative=1\nPath=other\nDefault=1\n\n"
        "[Profile0]\nName=default\nIsRelative=1\nPath=abc.default-esr\n\n[General]\nStartWithLastProfile=1\n"
    )
    (profile / "prefs.js").write_text(f"// Mozilla User Preferences\n\n{prefs}")
    if user:
        (profile / "user.js").write_text(user)
    return profile


@pytest.mark.parametrize(
    ("prefs", "user", "mode", "excludes", "over_https"),
    [
        ("", "", None, True, False),
        ('user_pref("network.trr.mode", 2);\n', "", 2, True, True),
        ('user_pref("network.trr.mode", 3);\n', "", 3, True, True),
        ('user_pref("network.trr.mode", 5);\nuser_pref("doh-rollout.mode", 2);\n', "", 5, True, False),
        ('user_pref("network.trr.mode", 5);\n', "user_pref('network.trr.mode', 3);\n", 3, True, True),
        ('// user_pref("network.trr.mode", 3);\n', "", None, True, False),
        ('user_pref("doh-rollout.mode", 2);\n', "", 2, True, True),
        ('user_pref("network.trr.mode", 2);\nuser_pref("network.trr.exclude-etc-hosts", false);\n', "", 2, False, True),
    ],
)
def test_the_profiles_settings_are_read_as_firefox_reads_them(
    tmp_path: Path, *, prefs: str, user: str, mode: int | None, excludes: bool, over_https: bool
) -> None:
    """user.js goes before prefs.js, a country's roll-out counts where nothing was chosen, comments do not."""
    profile = _profile(tmp_path, prefs=prefs, user=user)
    told = firefox_dns(FIREFOX, root=tmp_path, home=tmp_path, environment={})
    assert (told.trr_mode, told.excludes_hosts, told.over_https) == (mode, excludes, over_https)
    assert told.profile == profile
    assert not told.policies


def test_without_an_installation_of_its_own_the_default_profile_is_taken(tmp_path: Path) -> None:
    """Older profiles.ini."""
    profile = _profile(tmp_path)
    ini = profile.parent / "profiles.ini"
    ini.write_text(ini.read_text().partition("\n\n")[2])
    assert firefox_dns(FIREFOX, root=tmp_path, home=tmp_path, environment={}).trr_mode == 3


def test_sandboxed_copies_have_their_own_profiles(tmp_path: Path) -> None:
    """A flatpak and a snap never read the native copy's settings."""
    _profile(
        tmp_path, prefs='user_pref("network.trr.mode", 2);\n', folder=".var/app/org.mozilla.firefox/.mozilla/firefox"
    )
    flatpak = Browser("firefox-flatpak", "", ("flatpak",), Engine.GECKO, Packaging.FLATPAK)
    snap = Browser("firefox-snap", "", ("/snap/bin/firefox",), Engine.GECKO, Packaging.SNAP)
    assert firefox_dns(flatpak, root=tmp_path, home=tmp_path, environment={}).trr_mode == 2
    assert firefox_dns(snap, root=tmp_path, home=tmp_path, environment={}).profile is None
    assert firefox_dns(FIREFOX, root=tmp_path, home=tmp_path, environment={}).profile is None


@pytest.mark.parametrize(
    ("policy", "mode"),
    [
        ('{"policies": {"DNSOverHTTPS": {"Enabled": false, "Locked": true}}}', 5),
        ('{"policies": {"DNSOverHTTPS": {"Enabled": true, "Locked": true, "Fallback": false}}}', 3),
        ('{"policies": {"DNSOverHTTPS": {"Enabled": false}}}', 2),  # Only a default: the profile goes before it.
        ('{"policies": {"DisableTelemetry": true}}', 2),
    ],
)
@pytest.mark.parametrize("folder", ["etc/firefox/policies", "usr/lib/firefox/distribution"])
def test_policy_files_go_before_the_profile_where_they_are_locked(
    tmp_path: Path, policy: str, mode: int, folder: str
) -> None:
    """From /etc and from the program's own folder."""
    _profile(tmp_path, prefs='user_pref("network.trr.mode", 2);\n')
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "policies.json").write_text(policy)
    told = firefox_dns(FIREFOX, root=tmp_path, home=tmp_path, environment={})
    assert (told.trr_mode, told.policies) == (mode, True)


def test_broken_files_count_as_not_set(tmp_path: Path) -> None:
    """Nothing of theirs stops the self-test."""
    profile = _profile(tmp_path, prefs='user_pref("network.trr.mode", ;\n\x00\xff')
    (tmp_path / "etc/firefox/policies").mkdir(parents=True)
    (tmp_path / "etc/firefox/policies/policies.json").write_text("[1")
    told = firefox_dns(FIREFOX, root=tmp_path, home=tmp_path, environment={})
    assert (told.trr_mode, told.policies, told.profile) == (None, False, profile)
    (profile.parent / "profiles.ini").write_text("no section\n")
    assert firefox_dns(FIREFOX, root=tmp_path, home=tmp_path, environment={}).profile is None


# ------------------------------------------------------------------------------------------------ proxies


def _ask(tmp_path: Path, **variables: str) -> tuple[str, ...]:
    environment = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)} | variables
    return proxy_settings(environment=environment, interfaces=tmp_path / "net", seconds=5.0)


def test_without_a_proxy_nothing_is_said(tmp_path: Path) -> None:
    """An ordinary network card is no VPN, and a VPN that is down is none now."""
    for name, state in (("eth0", "up"), ("lo", "unknown"), ("wlan0", "up"), ("wg1", "down")):
        (tmp_path / "net" / name).mkdir(parents=True)
        (tmp_path / "net" / name / "operstate").write_text(f"{state}\n")
    assert _ask(tmp_path, http_proxy="", no_proxy="localhost") == ()


def test_proxies_of_the_environment_are_named_without_their_passwords(tmp_path: Path) -> None:
    """In either case of letters; a sentence on the screen is no place for a password."""
    told = _ask(tmp_path, HTTPS_PROXY="http://me:secret@proxy.example:3128/", all_proxy="socks5://127.0.0.1:9050")
    assert len(told) == 2
    assert "http://proxy.example:3128" in told[0]
    assert "socks5://127.0.0.1:9050" in told[1]
    assert "secret" not in " ".join(told)
    assert "proxy.example:3128" in _ask(tmp_path, http_proxy="me:secret@proxy.example:3128")[0]
    assert "secret" not in _ask(tmp_path, http_proxy="http://me:secret@proxy.example:port")[0]


@pytest.mark.parametrize("name", ["tun0", "wg0", "ppp0", "tailscale0", "proton0", "nordlynx"])
def test_interfaces_that_look_like_a_vpn_are_named(tmp_path: Path, name: str) -> None:
    """Such interfaces say "unknown" of their state while they work."""
    (tmp_path / "net" / name).mkdir(parents=True)
    (tmp_path / "net" / name / "operstate").write_text("unknown\n")
    assert [name in sentence for sentence in _ask(tmp_path)] == [True]


@pytest.mark.parametrize(
    ("mode", "words"), [("'manual'", "proxy.example, socks.example"), ("'auto'", "script"), ("'none'", "")]
)
def test_the_desktops_proxy_is_asked_for(tmp_path: Path, mode: str, words: str) -> None:
    """Through ``gsettings``, here a program of the test's own that answers in its form."""
    _program(
        tmp_path / "bin/gsettings",
        '#!/bin/sh\ncase "$2 $3" in\n'
        f'"org.gnome.system.proxy mode") echo "{mode}";;\n'
        "*.http\\ host) echo \"'proxy.example'\";;\n"
        "*.socks\\ host) echo \"'socks.example'\";;\n*) echo \"''\";;\nesac\n",
    )
    assert [words in sentence for sentence in _ask(tmp_path)] == ([True] if words else [])


def test_a_desktop_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    """A bounded time, then nothing is said."""
    _program(tmp_path / "bin/gsettings", "#!/bin/sh\nexec /bin/sleep 60\n")
    before = SystemClock().monotonic()
    environment = {"PATH": str(tmp_path / "bin")}
    assert proxy_settings(environment=environment, interfaces=tmp_path, seconds=0.3) == ()
    assert SystemClock().monotonic() - before < 10


@pytest.mark.skipif(shutil.which("gsettings") is None, reason="gsettings is not installed (Debian: libglib2.0-bin)")
def test_the_real_gsettings_is_understood(tmp_path: Path) -> None:
    """In an empty home there is no proxy, whether or not the schema is installed."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GSETTINGS_BACKEND": "memory"}
    assert proxy_settings(environment=environment, interfaces=tmp_path / "none", seconds=10.0) == ()
