"""How a Firefox, or a browser made from it, looks names up: read from its profile and the policy files, because with
DNS over HTTPS on it notices a lock only when it is started anew. Files are only read; unreadable ones set nothing."""

import configparser
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exitzero.desktop.browser_kinds import Browser, Packaging

_PREF = re.compile(r"""^\s*user_pref\(\s*["']([\w.-]+)["']\s*,\s*(.+?)\s*\)\s*;""", re.MULTILINE)

_DECIDES = ("network.trr.", "network.proxy.", "doh-rollout.mode")


@dataclass(frozen=True, slots=True)
class FirefoxDns:
    """How a Firefox looks names up, as its default profile and its policy files say.

    ``trr_mode`` is Firefox's own number (2 and 3: DNS over HTTPS is on; 5: off by choice), None when nothing says.
    ``excludes_hosts``: names in the hosts file are kept out of DNS over HTTPS, which is Firefox's default.
    ``policies``: a policy file is in place. ``server`` is the DNS over HTTPS address where one is set.
    """

    trr_mode: int | None
    profile: Path | None
    excludes_hosts: bool = True
    policies: bool = False
    server: str = ""

    @property
    def over_https(self) -> bool:
        """Whether DNS over HTTPS is on; a running Firefox then does not notice new lines in the hosts file."""
        return self.trr_mode in {2, 3}


def firefox_dns(
    browser: Browser, *, root: Path = Path("/"), home: Path | None = None, environment: Mapping[str, str] | None = None
) -> FirefoxDns:
    """How this Firefox (or its kin) looks names up. What cannot be read counts as not set; nothing is raised."""
    environment = os.environ if environment is None else environment
    home = Path.home() if home is None else home
    profile = _default_profile(_profile_roots(browser, home, environment))
    prefs: dict[str, Any] = {}
    if profile is not None:
        for name in ("prefs.js", "user.js"):
            prefs |= _prefs(profile / name)
    policy, has_policies = _policy(browser, root)
    mode = prefs.get("network.trr.mode")
    if not isinstance(mode, int) or isinstance(mode, bool) or mode == 0:
        rollout = prefs.get("doh-rollout.mode")  # Where Firefox itself switched it on for a country.
        mode = rollout if isinstance(rollout, int) and not isinstance(rollout, bool) and rollout else mode
    enabled = policy.get("Enabled")
    if isinstance(enabled, bool) and (mode is None or policy.get("Locked") is True):
        mode = (3 if policy.get("Fallback") is False else 2) if enabled else 5
    server = policy.get("ProviderURL") or prefs.get("network.trr.uri") or ""
    return FirefoxDns(
        trr_mode=mode if isinstance(mode, int) else None,
        profile=profile,
        excludes_hosts=prefs.get("network.trr.exclude-etc-hosts") is not False,
        policies=has_policies,
        server=server if isinstance(server, str) else "",
    )


def lookup_prefs(profile: Path) -> Mapping[str, str | int | bool]:
    """What of a profile decides how names are looked up and which proxy is used, to start another one the same way."""
    prefs = _prefs(profile / "prefs.js") | _prefs(profile / "user.js")
    return {name: value for name, value in prefs.items() if name.startswith(_DECIDES) and isinstance(value, str | int)}


def _profile_roots(browser: Browser, home: Path, environment: Mapping[str, str]) -> list[Path]:
    kind = browser.kind
    if browser.packaging is Packaging.FLATPAK:
        homes = [home / ".var" / "app" / app for app in kind.flatpaks]
    elif browser.packaging is Packaging.SNAP:
        homes = [home / "snap" / snap / "common" for snap in kind.snaps]
    else:
        homes = [home]
    roots = [at / folder for at in homes for folder in kind.profiles]
    if browser.packaging is Packaging.NATIVE:
        config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
        roots.append(config / "mozilla" / "firefox")
        roots.append(home / "Library" / "Application Support" / kind.title.split(" ")[0])  # macOS, untried.
        if appdata := environment.get("APPDATA"):
            roots.append(Path(appdata) / "Mozilla" / "Firefox")  # Windows, untried.
    return roots


def _default_profile(roots: Iterable[Path]) -> Path | None:
    """The profile that a plain start opens; among several installations' ones, the one used last."""
    for root in roots:
        parser = configparser.RawConfigParser(strict=False, interpolation=None)
        try:
            parser.read_string(_text(root / "profiles.ini"))
        except configparser.Error:
            continue
        sections = [parser[name] for name in parser.sections()]
        wanted = [s["Default"] for s in sections if s.name.startswith("Install") and "Default" in s]
        profiles = [s for s in sections if s.name.startswith("Profile") and "Path" in s]
        if not wanted:
            wanted = [s["Path"] for s in profiles if s.get("Default") == "1"] or [s["Path"] for s in profiles]
        # A path is relative to the folder unless it is absolute, whatever IsRelative says.
        folders = [folder for path in wanted if (folder := root / path).is_dir()]
        if folders:
            return max(folders, key=_last_used)
    return None


def _last_used(profile: Path) -> float:
    try:
        return (profile / "prefs.js").stat().st_mtime
    except OSError:
        return 0.0


def _prefs(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in _PREF.findall(_text(file)):
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value.strip("'")
    return found


def _policy(browser: Browser, root: Path) -> tuple[dict[str, Any], bool]:
    """What the first policy file says about DNS over HTTPS, and whether there is one that says anything at all."""
    if browser.packaging is Packaging.FLATPAK:
        extension = root / "var/lib/flatpak/extension/org.mozilla.firefox.systemconfig"
        files = sorted(extension.glob("*/stable/policies/policies.json"))
    else:
        folders = [root / at for at in ("etc/firefox/policies", "etc/firefox-esr/policies", "etc/librewolf/policies")]
        program = Path(os.path.realpath(browser.program[0])).parent
        folders.append(program / "distribution")
        folders += [
            root / at / name / "distribution"
            for at in ("usr/lib", "usr/lib64", "opt", "usr/share")
            for name in browser.kind.folders
        ]
        files = [folder / "policies.json" for folder in folders]
    for file in files:
        try:
            policies = json.loads(_text(file)).get("policies")
        except (ValueError, AttributeError):
            continue
        if isinstance(policies, dict) and policies:
            dns = policies.get("DNSOverHTTPS")
            return (dns if isinstance(dns, dict) else {}), True
    return {}, False


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
