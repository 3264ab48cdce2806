"""Which browsers this machine has, which of them run, and what of their settings goes past a hosts file, so that a lock
can say what it does not stop. Only looks: nothing is started but ``gsettings``, and nothing is changed."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from exitzero.desktop.browser_firefox import FirefoxDns, firefox_dns
from exitzero.desktop.browser_kinds import KINDS, Browser, Engine, Kind, Packaging

__all__ = [
    "Browser",
    "Engine",
    "FirefoxDns",
    "Packaging",
    "Running",
    "firefox_dns",
    "installed",
    "proxy_settings",
    "running",
]

GSETTINGS_SECONDS = 2.0

_VPN = ("tun", "wg", "ppp", "tailscale", "proton", "nordlynx", "mullvad", "ipsec", "vpn")
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy")


@dataclass(frozen=True, slots=True)
class Running:
    """A running browser: its first process, and its start in clock ticks and seconds after boot.

    ``started`` is comparable with ``SystemClock.monotonic()`` of the same boot.
    """

    pid: int
    started_ticks: int
    started: float


def installed(
    *,
    environment: Mapping[str, str] | None = None,
    root: Path = Path("/"),
    home: Path | None = None,
    platform: str = sys.platform,
) -> tuple[Browser, ...]:
    """The browsers found here, each program once, in a steady order.

    Linux: PATH, menu entries, Flatpak's and Snap's folders. macOS: bundles in both Applications folders; Windows: the
    App Paths of the registry; these two are written from the documentation and were never tried on such a machine.
    """
    environment = os.environ if environment is None else environment
    home = Path.home() if home is None else home
    if platform == "darwin":
        return tuple(_on_macos(root, home))
    if platform == "win32":
        return tuple(_on_windows())
    return tuple(_on_linux(environment, root, home))


def running(browser: Browser, *, proc: Path = Path("/proc"), uid: int | None = None) -> tuple[Running, ...] | None:
    """The running copies of a browser under this user's id; None where that cannot be seen (not Linux)."""
    if sys.platform != "linux" or not (proc / "self").exists():
        return None
    uid = os.getuid() if uid is None else uid
    found: dict[int, Running] = {}
    parents: dict[int, int] = {}
    ticks_a_second = os.sysconf("SC_CLK_TCK")
    for folder in proc.iterdir():
        if not folder.name.isdecimal() or not _is_of(folder, browser, uid):
            continue
        try:
            # The name in brackets may itself hold spaces and brackets.
            fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            pid, ticks = int(folder.name), int(fields[19])
            parents[pid] = int(fields[1])
        except (OSError, ValueError, IndexError):
            continue  # It ended while we looked.
        found[pid] = Running(pid, ticks, ticks / ticks_a_second)
    return tuple(found[pid] for pid in sorted(found) if parents[pid] not in found)


def proxy_settings(
    *,
    environment: Mapping[str, str] | None = None,
    interfaces: Path = Path("/sys/class/net"),
    seconds: float = GSETTINGS_SECONDS,
) -> tuple[str, ...]:
    """What may look names up elsewhere: proxies and VPNs as far as they can be seen, in a sentence each.

    Looks at the environment, GNOME's settings (where ``gsettings`` is on PATH, at most ``seconds`` a question) and the
    names of network interfaces. Passwords in a proxy's address are left out. An empty answer is no proof.
    """
    environment = os.environ if environment is None else environment
    found = [
        f"The variable {name} sends web traffic through the proxy {_without_password(value)}."
        for name, value in sorted(environment.items())
        if name.lower() in _PROXY_VARIABLES and value.strip()
    ]
    found += _gnome_proxy(environment, seconds)
    try:
        names = sorted(entry.name for entry in interfaces.iterdir())
    except OSError:
        names = []
    for name in names:
        if name.lower().startswith(_VPN) and _text(interfaces / name / "operstate").strip() != "down":
            found.append(f"The network interface {name} looks like a VPN.")
    return tuple(found)


# ------------------------------------------------------------------------------------------------ what is installed


def _on_linux(environment: Mapping[str, str], root: Path, home: Path) -> Iterator[Browser]:
    path = environment.get("PATH", os.defpath)
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    menu = _menu_programs(
        [data / "applications", *(root / at / "applications" for at in ("usr/local/share", "usr/share"))]
    )
    seen: set[str] = set()
    for kind in KINDS:
        snap = next((s for name in kind.snaps if (s := root / "snap" / "bin" / name).exists()), None)
        # A folder of its own, outside PATH, is found through its menu entry.
        for found in (
            *(shutil.which(name, path=path) for name in kind.commands),
            *(menu.get(n) for n in kind.commands),
        ):
            if found is None or (real := os.path.realpath(found)) in seen:
                continue
            seen.add(real)
            if _stands_for_another(Path(found), kind, root):
                continue
            yield Browser(kind.id, kind.title, (found,), kind.engine, Packaging.NATIVE)
            break
        for app in kind.flatpaks:
            if (program := _flatpak(app, [root / "var/lib/flatpak", data / "flatpak"])) is not None:
                yield Browser(f"{kind.id}-flatpak", f"{kind.title} (Flatpak)", program, kind.engine, Packaging.FLATPAK)
                break
        if snap is not None:
            yield Browser(f"{kind.id}-snap", f"{kind.title} (Snap)", (str(snap),), kind.engine, Packaging.SNAP)


def _flatpak(app: str, installations: Iterable[Path]) -> tuple[str, ...] | None:
    for installation in installations:
        exports = installation / "exports"
        if os.access(exports / "bin" / app, os.X_OK):
            return (str(exports / "bin" / app),)
        if (exports / "share" / "applications" / f"{app}.desktop").is_file():
            return ("flatpak", "run", app)
    return None


def _stands_for_another(program: Path, kind: Kind, root: Path) -> bool:
    """Scripts under a browser's name that start another one: Ubuntu's the snap, Debian's ``firefox`` the ESR.

    So does /snap/bin itself, where it is on PATH.
    """
    if program.is_relative_to(root / "snap"):
        return True
    try:
        with program.open("rb") as file:
            start = file.read(2048)
    except OSError:
        return False
    return start.startswith(b"#!") and (b"/snap/bin/" in start or (kind.id == "firefox" and b"firefox-esr" in start))


def _menu_programs(folders: Iterable[Path]) -> dict[str, str]:
    """Programs that menu entries start by their full path, by their file names."""
    found: dict[str, str] = {}
    for folder in folders:
        for entry in sorted(folder.glob("*.desktop")):
            for line in _text(entry).splitlines():
                if not line.startswith("Exec="):
                    continue
                try:
                    program = shlex.split(line.removeprefix("Exec="))[0]
                except (ValueError, IndexError):
                    continue
                if os.path.isabs(program) and os.access(program, os.X_OK):
                    found.setdefault(os.path.basename(program), program)
    return found


def _on_macos(root: Path, home: Path) -> Iterator[Browser]:
    for kind in KINDS:
        for folder in (root / "Applications", home / "Applications"):
            program = folder / f"{kind.bundle}.app" / "Contents" / "MacOS" / kind.bundle_program
            if kind.bundle and program.exists():
                yield Browser(kind.id, kind.title, (str(program),), kind.engine, Packaging.NATIVE)
                break


def _on_windows() -> Iterator[Browser]:
    if sys.platform == "win32":
        import winreg

        for kind in KINDS:
            for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
                key = rf"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\{kind.windows}"
                try:
                    program = winreg.QueryValue(hive, key).strip('"')
                except OSError:
                    continue
                if program and Path(program).exists():
                    yield Browser(kind.id, kind.title, (program,), kind.engine, Packaging.NATIVE)
                    break
    yield from ()


# ------------------------------------------------------------------------------------------------ what is running


def _is_of(folder: Path, browser: Browser, uid: int) -> bool:
    kind = browser.kind
    try:
        if folder.stat().st_uid != uid:
            return False
        program = os.readlink(folder / "exe").removesuffix(" (deleted)")
    except OSError:
        return False
    name = os.path.basename(program)
    if browser.packaging is Packaging.FLATPAK:
        told = _text(folder / "root" / ".flatpak-info")
        return any(f"name={app}\n" in told for app in kind.flatpaks) and name in kind.processes
    if browser.packaging is Packaging.SNAP:
        return name in kind.processes and any(program.startswith(f"/snap/{snap}/") for snap in kind.snaps)
    if program.startswith(("/snap/", "/app/")) or name not in kind.processes:
        return False
    return not kind.within or kind.within in program.lower()


# ------------------------------------------------------------------------------------------------ proxies


def _gnome_proxy(environment: Mapping[str, str], seconds: float) -> list[str]:
    program = shutil.which("gsettings", path=environment.get("PATH", os.defpath))
    if program is None:
        return []

    def ask(schema: str, key: str) -> str:
        try:
            answer = subprocess.run(
                [program, "get", schema, key],
                env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return ""
        return answer.stdout.decode("utf-8", "replace").strip().strip("'") if answer.returncode == 0 else ""

    match ask("org.gnome.system.proxy", "mode"):
        case "manual":
            hosts = [
                host for part in ("http", "https", "socks") if (host := ask(f"org.gnome.system.proxy.{part}", "host"))
            ]
            return [f"The desktop's network settings name a proxy ({', '.join(dict.fromkeys(hosts)) or 'no host'})."]
        case "auto":
            return ["The desktop's network settings choose a proxy by a script."]
    return []


def _without_password(address: str) -> str:
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "(unreadable address)"
    shown = f"{host}:{port}" if port else host
    return f"{parts.scheme}://{shown}" if parts.scheme else shown


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
