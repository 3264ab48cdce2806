"""The self-test of a lock: is a name really out of reach, for the system's resolver and for each browser found here?

"Blocked" is said only of what was seen: a look-up that leads nowhere, or a browser that was started afresh and did not
get through for that reason. What was not seen is unknown, with the reason, and never a comfort.
"""

import ipaddress
import os
import queue
import socket
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from exitzero.desktop import reach_chromium, reach_firefox
from exitzero.desktop.browsers import Browser, Engine, FirefoxDns, Running, firefox_dns, installed, running
from exitzero.desktop.clock import SystemClock
from exitzero.desktop.reach_start import Evidence

BROWSER_SECONDS = 20.0
RESOLVER_SECONDS = 10.0

_WORKERS = 8
_PROXY_ERRORS = ("ERR_PROXY_", "ERR_TUNNEL_", "ERR_SOCKS_", "ERR_MANDATORY_PROXY", "proxy")
_POLICY_ERRORS = {"ERR_BLOCKED_BY_ADMINISTRATOR", "ERR_BLOCKED_BY_CLIENT", "blockedByPolicy"}
_NOT_FOUND_ERRORS = {"ERR_NAME_NOT_RESOLVED", "ERR_NAME_RESOLUTION_FAILED", "dnsNotFound"}
_SAYS_NOTHING = {"ERR_ABORTED", "ERR_FAILED", "ERR_NETWORK_CHANGED", "ERR_UNSAFE_PORT"}
_NO_SUCH_NAME = {
    value for word in ("EAI_NONAME", "EAI_NODATA") if isinstance(value := getattr(socket, word, None), int)
}
_TRY_LATER = "Try again when the network is there."


class State(StrEnum):
    """What was seen of a name."""

    BLOCKED = "blocked"
    REACHABLE = "reachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen of one name: a sentence for the person, and what to do about it ("" for nothing)."""

    name: str
    state: State
    sentence: str
    advice: str = ""
    addresses: tuple[str, ...] = ()
    error: str = ""

    @property
    def nowhere(self) -> bool:
        """Whether the name was looked up and leads to no machine at all, as a lock makes it."""
        return _nowhere(self.addresses)


@dataclass(frozen=True, slots=True)
class BrowserReport:
    """What a fresh start of a browser did with each name, and what is known of copies that run already.

    ``notice`` and ``advice`` are about the running ones ("" for nothing); ``is_running`` is None where that cannot be
    seen. ``state`` is about the fresh start only.
    """

    browser: Browser
    state: State
    sentence: str
    findings: tuple[Finding, ...] = ()
    is_running: bool | None = None
    notice: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole self-test."""

    resolver: tuple[Finding, ...]
    browsers: tuple[BrowserReport, ...]

    @property
    def state(self) -> State:
        """Reachable if anything got through, blocked if everything was seen blocked, else unknown."""
        return _together([*(finding.state for finding in self.resolver), *(report.state for report in self.browsers)])


def look(
    names: Iterable[str],
    *,
    run_browsers: bool,
    port: int | None = None,
    since: float | None = None,
    browsers: Sequence[Browser] | None = None,
    seconds: float = BROWSER_SECONDS,
    home: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Report:
    """Look the names up and, if asked to, let each browser try them. Blocks; any thread may call, never Qt's.

    A reachable site is really visited, once by each browser. ``seconds`` is the longest that one browser may take;
    names that it did not get to are unknown, so pass a few that matter. ``since`` is when the lock began, as
    ``SystemClock.monotonic()`` counts: without it every running browser counts as older. ``port`` is for tests.
    """
    wanted = tuple(dict.fromkeys(names))
    environment = os.environ if environment is None else environment
    home = Path.home() if home is None else home
    browsers = installed(environment=environment, home=home) if browsers is None else browsers
    resolver = look_up(wanted)
    by_name = {finding.name: finding for finding in resolver}
    urls = {name: f"http://{name}/" if port is None else f"http://{name}:{port}/" for name in wanted}
    reports = []
    for browser in browsers:
        dns = firefox_dns(browser, home=home, environment=environment) if browser.engine is Engine.GECKO else None
        copies = running(browser)
        notice, advice = about_running(browser, copies, since=since, dns=dns)
        findings: tuple[Finding, ...] = ()
        sentence = f"{browser.title} was not started for the test."
        if run_browsers and urls:
            seen = _try(browser, urls, seconds=seconds, home=home, environment=environment, dns=dns)
            over = Evidence(reason=f"the {seconds:.0f} seconds for one browser were over")
            findings = tuple(decide(name, seen.get(name, over), resolver=by_name[name]) for name in wanted)
            sentence = _summary(browser, findings)
        reports.append(
            BrowserReport(
                browser=browser,
                state=_together([finding.state for finding in findings]),
                sentence=sentence,
                findings=findings,
                is_running=None if copies is None else bool(copies),
                notice=notice,
                advice=advice,
            )
        )
    return Report(resolver=resolver, browsers=tuple(reports))


def look_up(names: Sequence[str], *, seconds: float = RESOLVER_SECONDS) -> tuple[Finding, ...]:
    """What the system's resolver says of each name now. Blocks for at most ``seconds``; late answers are unknown."""
    clock = SystemClock()
    ends = clock.monotonic() + seconds
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    answers: queue.SimpleQueue[Finding] = queue.SimpleQueue()
    for name in names:
        waiting.put(name)

    def work() -> None:
        while clock.monotonic() < ends:
            try:
                name = waiting.get_nowait()
            except queue.Empty:
                return
            answers.put(_look_up(name))

    for _ in range(min(_WORKERS, len(names))):
        # A look-up cannot be broken off: one that hangs must not keep the program from ending.
        threading.Thread(target=work, name="exitzero-reach", daemon=True).start()
    found: dict[str, Finding] = {}
    while len(found) < len(names):
        try:
            finding = answers.get(timeout=max(0.0, ends - clock.monotonic()))
        except queue.Empty:
            break
        found[finding.name] = finding
    late = "The look-up of {} had no answer in time."
    return tuple(found.get(n) or Finding(n, State.UNKNOWN, late.format(n), _TRY_LATER) for n in names)


def decide(name: str, evidence: Evidence, *, resolver: Finding | None = None) -> Finding:
    """What the evidence of one browser means. Pure; ``resolver`` is what the system's resolver said of the name.

    Blocked only where the browser itself looked the name up to nowhere and failed, where a policy of the browser held
    it back, or where it found no such name while the resolver leads nowhere.
    """
    nowhere = _nowhere(evidence.addresses)
    error = evidence.error
    state, sentence, advice = State.UNKNOWN, "", ""
    if evidence.answered and nowhere and evidence.direct:
        state, sentence = State.BLOCKED, f"{name} leads nowhere; what answers is a program on this computer."
    elif evidence.answered:
        state, sentence = State.REACHABLE, f"{name} answers."
        advice = "Restart the browser and test again; if it still answers, see What this cannot stop."
    elif error in _POLICY_ERRORS:
        state, sentence = State.BLOCKED, f"{name} is held back by a policy of the browser."
    elif error.startswith(_PROXY_ERRORS):
        sentence = f"{name} was sent to a proxy that did not answer ({error})."
        advice = "Through a proxy a hosts file does not count; test again without it."
    elif nowhere and error and error not in _SAYS_NOTHING:
        state, sentence = State.BLOCKED, f"{name} leads nowhere ({error})."
    elif error in _NOT_FOUND_ERRORS and resolver is not None and resolver.nowhere:
        state, sentence = State.BLOCKED, f"{name} is not found ({error}), and leads nowhere on this computer."
    elif error in _NOT_FOUND_ERRORS:
        sentence, advice = f"{name} was not found, with or without a lock ({error}).", _TRY_LATER
    elif error and evidence.addresses and not nowhere:
        sentence = f"{name} leads to {', '.join(evidence.addresses)}, which did not answer ({error})."
        advice = "The hosts file does not hold it back; look for a line of your own for this name."
    elif error:
        sentence, advice = f"{name} could not be opened ({error}).", _TRY_LATER
    else:
        sentence = f"{name} could not be tested: {evidence.reason or 'nothing was seen'}."
        advice = "Open it by hand to see."
    return Finding(name, state, sentence, advice, evidence.addresses, error)


def about_running(
    browser: Browser, copies: Sequence[Running] | None, *, since: float | None, dns: FirefoxDns | None = None
) -> tuple[str, str]:
    """What is known of copies that run already: a sentence and what to do; empty where there is nothing to say."""
    title = browser.title
    if dns is not None and dns.over_https and not dns.excludes_hosts:
        return (
            f"{title} looks names up over HTTPS and is set to ignore the hosts file.",
            "Set network.trr.exclude-etc-hosts to true in about:config, or let a policy file do it.",
        )
    if copies is None:
        return f"Whether {title} is running cannot be seen here.", "Close open tabs of blocked sites."
    if not any(since is None or copy.started < since for copy in copies):
        return "", ""
    if dns is not None and dns.over_https:
        return (
            f"{title} was running before the lock and looks names up over HTTPS: it does not notice the lock.",
            f"Restart {title}.",
        )
    if dns is not None:
        return (
            f"{title} was running before the lock: sites that were open may answer for a minute.",
            f"Close open tabs of blocked sites; restart {title} if they still answer after a minute.",
        )
    return (
        f"{title} was running before the lock: open tabs keep their connections.",
        "Close open tabs of blocked sites.",
    )


def _try(
    browser: Browser,
    urls: Mapping[str, str],
    *,
    seconds: float,
    home: Path,
    environment: Mapping[str, str],
    dns: FirefoxDns | None,
) -> dict[str, Evidence]:
    if browser.engine is Engine.CHROMIUM:
        return reach_chromium.try_names(browser, urls, seconds=seconds, home=home, environment=environment)
    profile = None if dns is None else dns.profile
    return reach_firefox.try_names(browser, urls, seconds=seconds, home=home, environment=environment, profile=profile)


def _look_up(name: str) -> Finding:
    try:
        answer = socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in _NO_SUCH_NAME:
            return Finding(name, State.BLOCKED, f"{name} does not resolve.", "A missing network looks the same.")
        return Finding(name, State.UNKNOWN, f"{name} could not be looked up ({error.strerror}).", _TRY_LATER)
    except (OSError, UnicodeError) as error:
        return Finding(name, State.UNKNOWN, f"{name} could not be looked up ({error}).", _TRY_LATER)
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in answer))
    if _nowhere(addresses):
        return Finding(name, State.BLOCKED, f"{name} leads nowhere.", addresses=addresses)
    advice = ""
    if any(_nowhere((address,)) for address in addresses):
        advice = "Your hosts file has a line of your own for this name; it counts beside the lock."
    return Finding(name, State.REACHABLE, f"{name} leads to {', '.join(addresses)}.", advice, addresses)


def _nowhere(addresses: Sequence[str]) -> bool:
    try:
        return bool(addresses) and all(ipaddress.ip_address(a.split("%", 1)[0]).is_unspecified for a in addresses)
    except ValueError:
        return False


def _together(states: Sequence[State]) -> State:
    if State.REACHABLE in states:
        return State.REACHABLE
    return State.BLOCKED if states and set(states) == {State.BLOCKED} else State.UNKNOWN


def _summary(browser: Browser, findings: Sequence[Finding]) -> str:
    count = {state: sum(finding.state is state for finding in findings) for state in State}
    if count[State.REACHABLE]:
        return f"A freshly started {browser.title} reaches {count[State.REACHABLE]} of {len(findings)}."
    if count[State.BLOCKED] == len(findings):
        return f"A freshly started {browser.title} reaches none of {len(findings)}."
    first = next(finding for finding in findings if finding.state is State.UNKNOWN)
    return f"{browser.title}: {count[State.UNKNOWN]} of {len(findings)} could not be tested. {first.sentence}"
