"""The self-test says "blocked" only of what it saw. What browsers do is tried with real ones against loopback servers;
what their network logs say is read from logs that Chromium 156 wrote with such hosts files (``recorded/``)."""

import os
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from exitzero.desktop import reach_firefox
from exitzero.desktop.browsers import Browser, Engine, FirefoxDns, Packaging, Running
from exitzero.desktop.clock import SystemClock
from exitzero.desktop.reach import Finding, Report, State, about_running, decide, look, look_up
from exitzero.desktop.reach_chromium import read
from exitzero.desktop.reach_start import Evidence, FreshStart

RECORDED = Path(__file__).parent / "recorded"
NOWHERE = ("0.0.0.0", "::")  # noqa: S104
FOUND = {name: shutil.which(name) for name in ("chromium", "firefox-esr")}
CHROMIUM = Browser("chromium", "Chromium", (FOUND["chromium"] or "chromium",), Engine.CHROMIUM, Packaging.NATIVE)
FIREFOX = Browser("firefox-esr", "Firefox ESR", (FOUND["firefox-esr"] or "f",), Engine.GECKO, Packaging.NATIVE)
needs_chromium = pytest.mark.skipif(FOUND["chromium"] is None, reason="chromium is not installed (Debian: chromium)")
needs_firefox = pytest.mark.skipif(FOUND["firefox-esr"] is None, reason="firefox-esr is not installed (firefox-esr)")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks for left-over processes in /proc")


class Site(BaseHTTPRequestHandler):
    """A site; whom it was asked as is kept by its server."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.asked.append(self.headers["Host"].partition(":")[0])
        body = b"<html><head><title>site</title></head><body>here</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A site on the loopback address."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Site)
        self.asked: list[str] = []


@pytest.fixture
def site() -> Iterator[Server]:
    """A site that answers."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nothing listens, kept by a socket that does not listen."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders of the test go."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def _look(names: list[str], browser: Browser, *, port: int | None = None, home: Path, seconds: float = 40.0) -> Report:
    return look(names, run_browsers=True, port=port, browsers=[browser], home=home, seconds=seconds)


def _left_over(text: str) -> list[str]:
    """Processes whose command line holds the text; those that were killed a moment ago get the time to go."""
    clock, never = SystemClock(), threading.Event()
    ends = clock.monotonic() + 5
    while (found := _processes_with(text)) and clock.monotonic() < ends:
        clock.wait(never, 0.02)
    return found


def _processes_with(text: str) -> list[str]:
    found = []
    for folder in Path("/proc").iterdir():
        try:
            line = (folder / "cmdline").read_bytes() if folder.name.isdecimal() else b""
        except OSError:
            continue
        if text.encode() in line:
            found.append(line.decode(errors="replace"))
    return found


# ------------------------------------------------------------------------------------------------ what it means


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (Evidence(answered=True), State.REACHABLE),
        (Evidence(answered=True, addresses=("192.0.2.1",), direct=True), State.REACHABLE),
        (Evidence(answered=True, addresses=NOWHERE, direct=True), State.BLOCKED),
        (Evidence(answered=True, addresses=NOWHERE), State.REACHABLE),  # Perhaps through a proxy.
        (Evidence(error="ERR_CONNECTION_REFUSED", addresses=NOWHERE), State.BLOCKED),
        (Evidence(error="connectionFailure", addresses=("::",)), State.BLOCKED),
        (Evidence(error="ERR_CONNECTION_REFUSED", addresses=(*NOWHERE, "192.0.2.1")), State.UNKNOWN),
        (Evidence(error="ERR_CONNECTION_REFUSED", addresses=("192.0.2.1",)), State.UNKNOWN),
        (Evidence(error="ERR_CONNECTION_REFUSED"), State.UNKNOWN),
        (Evidence(error="ERR_CONNECTION_REFUSED", addresses=("no address",)), State.UNKNOWN),
        (Evidence(error="ERR_ABORTED", addresses=NOWHERE), State.UNKNOWN),
        (Evidence(error="ERR_INTERNET_DISCONNECTED"), State.UNKNOWN),
        (Evidence(error="ERR_NAME_NOT_RESOLVED"), State.UNKNOWN),
        (Evidence(error="dnsNotFound"), State.UNKNOWN),
        (Evidence(error="ERR_PROXY_CONNECTION_FAILED", addresses=NOWHERE), State.UNKNOWN),
        (Evidence(error="proxyConnectFailure", addresses=NOWHERE), State.UNKNOWN),
        (Evidence(error="ERR_BLOCKED_BY_ADMINISTRATOR"), State.BLOCKED),
        (Evidence(error="blockedByPolicy"), State.BLOCKED),
        (Evidence(addresses=NOWHERE, reason="it did not end in time"), State.UNKNOWN),
        (Evidence(reason="it did not start"), State.UNKNOWN),
        (Evidence(), State.UNKNOWN),
    ],
)
def test_blocked_is_said_only_where_the_evidence_says_why(evidence: Evidence, state: State) -> None:
    """Being offline, a dead server, a proxy and a browser that did not start are no block."""
    finding = decide("site.example", evidence)
    assert finding.state is state
    assert "site.example" in finding.sentence
    assert finding.sentence.endswith(".")
    assert finding.advice or state is State.BLOCKED


def test_a_name_not_found_is_blocked_where_the_resolver_leads_nowhere() -> None:
    """Some resolvers answer "no such name" to browsers for a name in the hosts file; the system's own view decides."""
    evidence = Evidence(error="ERR_NAME_NOT_RESOLVED")
    nowhere = Finding("site.example", State.BLOCKED, "", addresses=NOWHERE)
    missing = Finding("site.example", State.BLOCKED, "does not resolve")
    assert decide("site.example", evidence, resolver=nowhere).state is State.BLOCKED
    assert decide("site.example", evidence, resolver=missing).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("recording", "name", "state"),
    [
        ("nowhere", "blocked", State.BLOCKED),
        ("nowhere-system-resolver", "blocked", State.BLOCKED),
        ("own-server", "blocked", State.BLOCKED),
        ("mixed", "mixed", State.BLOCKED),
        ("answered", "open", State.REACHABLE),
        ("through-proxy", "blocked", State.REACHABLE),
        ("proxy-gone", "blocked", State.UNKNOWN),
        ("refused", "open", State.UNKNOWN),
        ("not-found", "nosuch", State.UNKNOWN),
    ],
)
def test_what_chromium_wrote_down_is_understood(recording: str, name: str, state: State) -> None:
    """Nowhere by its own and by the system's resolver, a proxy that goes past the file, a server that is just down."""
    log = (RECORDED / f"chromium-156-{recording}.json").read_text(encoding="utf-8")
    host = f"{name}.example.org"
    assert decide(host, read(log, name=host)).state is state
    assert decide("other.example.org", read(log, name="other.example.org")).state is State.UNKNOWN


def test_a_log_cut_off_anywhere_never_makes_a_name_blocked_or_reachable_by_mistake() -> None:
    """The browser may have been killed while it wrote: whole lines count, and nothing is raised."""
    for recording, name, final in (("nowhere", "blocked", State.BLOCKED), ("answered", "open", State.REACHABLE)):
        log = (RECORDED / f"chromium-156-{recording}.json").read_text(encoding="utf-8")
        host = f"{name}.example.org"
        states = [decide(host, read(log[:end], name=host)).state for end in range(0, len(log), 37)]
        assert set(states) <= {State.UNKNOWN, final}
        assert states[0] is State.UNKNOWN


@pytest.mark.parametrize("log", ["", "{}", "[]", "null", '{"constants": 1, "events": []}', '{"events": [', "[" * 5000])
def test_without_a_log_only_a_page_that_answered_is_believed(log: str) -> None:
    """Browsers without such a log: an error page or an empty one proves no block."""
    page = "<html><body>here</body></html>"
    empty = "<html><head></head><body></body></html>"
    error = '<html><body id="t" class="neterror">This site can’t be reached ERR_CONNECTION_REFUSED</body></html>'
    assert decide("x.org", read(log, name="x.org", dom=page, exit_code=0)).state is State.REACHABLE
    assert decide("x.org", read(log, name="x.org", dom=page, exit_code=None)).state is State.UNKNOWN
    assert decide("x.org", read(log, name="x.org", dom=empty, exit_code=0)).state is State.UNKNOWN
    assert decide("x.org", read(log, name="x.org", dom=error, exit_code=0)).error == "ERR_CONNECTION_REFUSED"
    assert decide("x.org", read(log, name="x.org", dom=error, exit_code=0)).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("message", "error", "answered"),
    [
        (
            "Reached error page: about:neterror?e=connectionFailure&u=http%3A//x.org/",
            "connectionFailure",
            False,
        ),
        ("Reached error page: about:neterror?e=dnsNotFound&u=http%3A//x.org/", "dnsNotFound", False),
        ("Reached error page: about:certerror?e=nssBadCert&u=https%3A//x.org/", "", True),
        ("Reached error page: about:neterror?e=blockedByPolicy&u=http%3A//x.org/", "blockedByPolicy", False),
        ("Navigation timed out after 5000 ms", "", False),
    ],
)
def test_firefoxs_errors_are_understood(message: str, error: str, answered: bool) -> None:
    """A certificate is an answer; a time-out is none and no block."""
    evidence = reach_firefox.read_error(message, addresses=NOWHERE)
    assert (evidence.error, evidence.answered) == (error, answered)
    assert bool(evidence.reason) == (not error and not answered)


# ------------------------------------------------------------------------------------------------ the resolver


def test_the_resolvers_answer_is_told_for_each_name_in_order() -> None:
    """Leads somewhere, leads nowhere, does not resolve; in the order of the names, each once."""
    reachable, nowhere, missing = look_up(["localhost", "0.0.0.0", "nosuchname.invalid"])  # noqa: S104
    assert (reachable.state, reachable.nowhere) == (State.REACHABLE, False)
    assert (nowhere.state, nowhere.nowhere) == (State.BLOCKED, True)
    assert (missing.state, missing.nowhere) == (State.BLOCKED, False)
    assert "does not resolve" in missing.sentence
    assert missing.advice


def test_many_names_are_looked_up_at_once_and_no_thread_stays() -> None:
    """More names than workers."""
    names = [f"127.0.0.{number}" for number in range(1, 200)]
    found = look_up(names)
    assert [finding.name for finding in found] == names
    assert {finding.state for finding in found} == {State.REACHABLE}


def test_names_that_had_no_time_are_unknown() -> None:
    """Late is not blocked."""
    assert State.BLOCKED not in {finding.state for finding in look_up(["nosuchname.invalid"], seconds=-1.0)}
    assert look_up([], seconds=0.0) == ()


def test_a_name_that_no_resolver_takes_is_unknown() -> None:
    """A label too long raises in the resolver's encoding; the report goes on."""
    assert [finding.state for finding in look_up(["a" * 70 + ".invalid", "127.0.0.1"])] == [
        State.UNKNOWN,
        State.REACHABLE,
    ]


# ------------------------------------------------------------------------------------------------ running copies


@pytest.mark.parametrize(
    ("dns", "started", "since", "words"),
    [
        (None, 10.0, 20.0, "Close open tabs"),
        (None, 30.0, 20.0, ""),
        (None, 30.0, None, "Close open tabs"),
        (FirefoxDns(None, None), 10.0, 20.0, "minute"),
        (FirefoxDns(2, None), 10.0, 20.0, "Restart Firefox ESR"),
        (FirefoxDns(3, None), 30.0, 20.0, ""),
        (FirefoxDns(5, None), 10.0, 20.0, "minute"),
        (FirefoxDns(3, None, excludes_hosts=False), 30.0, 20.0, "exclude-etc-hosts"),
    ],
)
def test_running_browsers_get_the_advice_that_helps(
    dns: FirefoxDns | None, started: float, since: float | None, words: str
) -> None:
    """Those from before the lock only; a Firefox with DNS over HTTPS has to be restarted."""
    browser = CHROMIUM if dns is None else FIREFOX
    notice, advice = about_running(browser, [Running(1, int(started * 100), started)], since=since, dns=dns)
    assert words in advice
    assert bool(notice) == bool(words) == bool(advice)


def test_what_is_not_running_needs_no_advice_and_what_cannot_be_seen_does() -> None:
    """Unknown is not "none"."""
    assert about_running(CHROMIUM, [], since=1.0) == ("", "")
    assert "cannot be seen" in about_running(CHROMIUM, None, since=1.0)[0]


# ------------------------------------------------------------------------------------------------ real starts


def test_without_being_asked_to_no_browser_is_started(tmp_path: Path) -> None:
    """Its state is then unknown, whatever the resolver says."""
    mark = tmp_path / "started"
    program = tmp_path / "browser"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    browser = Browser("chromium", "Chromium", (str(program),), Engine.CHROMIUM, Packaging.NATIVE)
    report = look(["localhost"], run_browsers=False, browsers=[browser], home=tmp_path)
    assert report.browsers[0].state is State.UNKNOWN
    assert not mark.exists()


def test_a_report_is_blocked_only_if_all_of_it_is() -> None:
    """One that got through makes it reachable, one unknown makes it unknown."""
    nowhere = look_up(["0.0.0.0"])  # noqa: S104
    assert Report(nowhere, ()).state is State.BLOCKED
    assert Report((), ()).state is State.UNKNOWN
    assert Report(nowhere, look(["0.0.0.0"], run_browsers=False, browsers=[CHROMIUM]).browsers).state is State.UNKNOWN  # noqa: S104
    assert Report((*nowhere, *look_up(["localhost"])), ()).state is State.REACHABLE


@needs_chromium
def test_chromium_reaches_a_site_that_answers(site: Server, private_home: Path, temporary: Path) -> None:
    """A real start, from a thread that is not the main one; nothing of it is left in the temporary folder."""
    reports: list[Report] = []
    asking = threading.Thread(
        target=lambda: reports.append(_look(["localhost"], CHROMIUM, port=site.server_port, home=private_home))
    )
    asking.start()
    asking.join()
    assert reports[0].browsers[0].findings[0].state is State.REACHABLE
    assert reports[0].state is State.REACHABLE
    assert "localhost" in site.asked
    assert list(temporary.glob("exitzero-reach-*")) == []


@needs_chromium
@linux_only
def test_chromium_and_a_closed_port_is_no_block(closed_port: int, private_home: Path, temporary: Path) -> None:
    """The site is down, and that is all that was seen; every process of the start is gone."""
    finding = _look(["localhost"], CHROMIUM, port=closed_port, home=private_home).browsers[0].findings[0]
    assert (finding.state, finding.error) == (State.UNKNOWN, "ERR_CONNECTION_REFUSED")
    assert _left_over(str(temporary)) == []


@needs_chromium
@linux_only
def test_chromium_and_a_silent_site_ends_in_time(silent_port: int, private_home: Path, temporary: Path) -> None:
    """Hard limit: the process group is killed, the folder goes; the second name was not reached; both are unknown."""
    clock = SystemClock()
    before = clock.monotonic()
    report = _look(["localhost", "127.0.0.1"], CHROMIUM, port=silent_port, home=private_home, seconds=4.0)
    assert clock.monotonic() - before < 20
    assert [finding.state for finding in report.browsers[0].findings] == [State.UNKNOWN, State.UNKNOWN]
    assert list(temporary.glob("exitzero-reach-*")) == []
    assert _left_over(str(temporary)) == []


@needs_firefox
def test_firefox_reaches_what_answers_and_calls_a_closed_port_no_block(
    site: Server, private_home: Path, temporary: Path
) -> None:
    """One start for all names, by its own remote control; names and addresses are its own."""
    profile = private_home / ".mozilla/firefox/a.default"
    profile.mkdir(parents=True)
    (profile.parent / "profiles.ini").write_text("[Profile0]\nPath=a.default\nDefault=1\n")
    (profile / "prefs.js").write_text('user_pref("network.trr.mode", 5);\nuser_pref("other.secret", "x");\n')
    report = _look(["localhost", "127.0.0.1", "nosuchname.invalid"], FIREFOX, port=site.server_port, home=private_home)
    findings = report.browsers[0].findings
    assert [finding.state for finding in findings] == [State.REACHABLE, State.REACHABLE, State.UNKNOWN]
    assert "127.0.0.1" in findings[0].addresses
    assert findings[2].error == "dnsNotFound"
    assert {"localhost", "127.0.0.1"} <= set(site.asked)
    assert list(temporary.glob("exitzero-reach-*")) == []
    assert sorted(path.name for path in profile.iterdir()) == ["prefs.js"]


def test_a_browser_that_does_not_start_is_unknown_with_the_reason(tmp_path: Path) -> None:
    """Both families."""
    for engine, kind in ((Engine.CHROMIUM, "chromium"), (Engine.GECKO, "firefox")):
        gone = Browser(kind, "Gone", (str(tmp_path / "gone"),), engine, Packaging.NATIVE)
        report = _look(["localhost"], gone, home=tmp_path).browsers[0]
        assert report.state is State.UNKNOWN
        assert "did not start" in report.findings[0].sentence


@linux_only
@pytest.mark.parametrize("engine", list(Engine))
def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path, temporary: Path, engine: Engine) -> None:
    """The whole group, however deep; the folder is gone afterwards."""
    program = tmp_path / "hanging"
    program.write_text("#!/bin/sh\n(/bin/sleep 6543 & /bin/sleep 6543) &\ntrap '' TERM\n/bin/sleep 6543\n")
    program.chmod(0o755)
    kind = "chromium" if engine is Engine.CHROMIUM else "firefox"
    browser = Browser(kind, "Hanging", (str(program),), engine, Packaging.NATIVE)
    clock = SystemClock()
    before = clock.monotonic()
    report = _look(["localhost"], browser, home=tmp_path, seconds=1.0).browsers[0]
    assert report.state is State.UNKNOWN
    assert clock.monotonic() - before < 15
    assert _left_over("6543") == []
    assert list(temporary.iterdir()) == []


def test_a_program_that_ends_at_once_is_no_block(tmp_path: Path, temporary: Path) -> None:
    """A crash with nothing said."""
    program = tmp_path / "crashing"
    program.write_text("#!/bin/sh\nexit 139\n")
    program.chmod(0o755)
    for engine, kind in ((Engine.CHROMIUM, "chromium"), (Engine.GECKO, "firefox")):
        browser = Browser(kind, "Crashing", (str(program),), engine, Packaging.NATIVE)
        assert _look(["localhost"], browser, home=tmp_path).browsers[0].state is State.UNKNOWN


def test_a_sandboxed_browser_gets_a_folder_that_it_can_see(tmp_path: Path, temporary: Path) -> None:
    """Flatpak and Snap have a /tmp of their own."""
    flatpak = Browser("firefox-flatpak", "", ("flatpak",), Engine.GECKO, Packaging.FLATPAK)
    snap = Browser("chromium-snap", "", ("snap",), Engine.CHROMIUM, Packaging.SNAP)
    homes = {flatpak: tmp_path / ".var/app/org.mozilla.firefox/cache", snap: tmp_path / "snap/chromium/common"}
    for browser, folder in homes.items():
        with FreshStart(browser, seconds=1.0, home=tmp_path, environment=os.environ) as start:
            assert start.folder.parent == temporary  # Never used so far: it has no folder yet.
        folder.mkdir(parents=True)
        with FreshStart(browser, seconds=1.0, home=tmp_path, environment=os.environ) as start:
            assert start.folder.parent == folder
        assert list(folder.iterdir()) == []
