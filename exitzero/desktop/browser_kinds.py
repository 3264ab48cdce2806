"""What each browser is called wherever it is looked for. A table of its own, because it is what changes from year to
year while the looking stays the same."""

from dataclasses import dataclass
from enum import StrEnum


class Engine(StrEnum):
    """Which family a browser is of; the families treat the hosts file differently."""

    CHROMIUM = "chromium"
    GECKO = "gecko"


class Packaging(StrEnum):
    """How a browser came onto the machine; a sandbox sees other folders."""

    NATIVE = "native"
    FLATPAK = "flatpak"
    SNAP = "snap"


@dataclass(frozen=True, slots=True)
class Kind:
    """One product: its commands, package names, the names of its processes, and where it keeps its profiles.

    ``within`` must occur in a process's path where its file name alone says too little; ``folders`` are the names of
    its program folder, where policy files may lie.
    """

    id: str
    title: str
    engine: Engine
    commands: tuple[str, ...]
    processes: tuple[str, ...]
    flatpaks: tuple[str, ...] = ()
    snaps: tuple[str, ...] = ()
    within: str = ""
    bundle: str = ""
    bundle_program: str = ""
    windows: str = ""
    profiles: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


_MOZILLA = (".mozilla/firefox",)

KINDS = (
    Kind(
        "chromium", "Chromium", Engine.CHROMIUM, ("chromium", "chromium-browser"),
        ("chromium", "chromium-browser", "chrome"), ("org.chromium.Chromium",), ("chromium",), "chromium",
        "Chromium", "Chromium", "chromium.exe",
    ),
    Kind(
        "chrome", "Google Chrome", Engine.CHROMIUM, ("google-chrome-stable", "google-chrome"), ("chrome",),
        ("com.google.Chrome",), (), "google", "Google Chrome", "Google Chrome", "chrome.exe",
    ),
    Kind(
        "brave", "Brave", Engine.CHROMIUM, ("brave-browser", "brave-browser-stable", "brave"), ("brave",),
        ("com.brave.Browser",), ("brave",), "", "Brave Browser", "Brave Browser", "brave.exe",
    ),
    Kind(
        "edge", "Microsoft Edge", Engine.CHROMIUM, ("microsoft-edge-stable", "microsoft-edge"), ("msedge",),
        ("com.microsoft.Edge",), (), "", "Microsoft Edge", "Microsoft Edge", "msedge.exe",
    ),
    Kind(
        "vivaldi", "Vivaldi", Engine.CHROMIUM, ("vivaldi-stable", "vivaldi"), ("vivaldi-bin", "vivaldi"),
        ("com.vivaldi.Vivaldi",), ("vivaldi",), "", "Vivaldi", "Vivaldi", "vivaldi.exe",
    ),
    Kind(
        "opera", "Opera", Engine.CHROMIUM, ("opera", "opera-stable"), ("opera",), ("com.opera.Opera",), ("opera",), "",
        "Opera", "Opera", "opera.exe",
    ),
    # Before Firefox: on Debian /usr/bin/firefox is the ESR under its other name.
    Kind(
        "firefox-esr", "Firefox ESR", Engine.GECKO, ("firefox-esr",), ("firefox-esr",), profiles=_MOZILLA,
        folders=("firefox-esr",),
    ),
    Kind(
        "firefox", "Firefox", Engine.GECKO, ("firefox",), ("firefox", "firefox-bin"), ("org.mozilla.firefox",),
        ("firefox",), "", "Firefox", "firefox", "firefox.exe", _MOZILLA, ("firefox",),
    ),
    Kind(
        "librewolf", "LibreWolf", Engine.GECKO, ("librewolf",), ("librewolf", "librewolf-bin"),
        ("io.gitlab.librewolf-community",), (), "", "LibreWolf", "librewolf", "librewolf.exe", (".librewolf",),
        ("librewolf",),
    ),
)  # fmt: skip
"""Every browser that is looked for, in the order in which they are shown."""

_BY_ID = {kind.id: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser on this machine. ``id`` is its own ("firefox-esr", "chromium-flatpak"), ``program`` starts it."""

    id: str
    title: str
    program: tuple[str, ...]
    engine: Engine
    packaging: Packaging

    @property
    def kind(self) -> Kind:
        """The product that it is a copy of; KeyError for an ``id`` that was made up."""
        return _BY_ID[self.id.removesuffix(f"-{self.packaging}")]
