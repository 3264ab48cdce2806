"""The stronger measure, off unless an administrator has switched it on: browser policy files while something is locked.

A browser with its own name service (Firefox with DNS over HTTPS) never looks at the hosts file; its policy file it
reads, when it starts. Every file made here says of itself that it is ours. One that is not ours is never touched, and
where ours would take the place of somebody's policies it is not made at all. Nothing of this ever stops a lock or a
release: what cannot be written is told, what cannot be removed is tried again at each beat.

What it costs: a browser that was started while locked keeps what it read, beyond the release, until it is started again
(a running Chromium also by "Reload policies" on its page chrome://policy). Whoever offers the switch must say so.
"""

import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from exitzero.lockdown import redo

MARK = "exitzero"
NOTE = "Made by ExitZero while sites are locked, and removed by it. What you add to this file stays."
DRAFT = ".exitzero-lockdown.new"
_LARGEST = 1024 * 1024
_FIREFOX = "etc/firefox/policies/policies.json"
_CHROMIUM = tuple(
    f"etc/{browser}/policies/managed/exitzero-lockdown.json" for browser in ("chromium", "opt/chrome", "brave")
)
# Firefox reads these only when there is no file below /etc: one of ours would put somebody's policies out of force.
_ELSEWHERE = tuple(
    f"{folder}/distribution/policies.json"
    for folder in (
        "usr/lib/firefox", "usr/lib64/firefox", "usr/lib/firefox-esr", "usr/share/firefox-esr", "opt/firefox",
    )
)  # fmt: skip


class Policies(StrEnum):
    """How the stronger measure stands; the value is what crosses the socket."""

    OFF = "off"
    ON = "on"
    FOREIGN = "blocked-by-foreign"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Followed:
    """What bringing the files in step came to: ``foreign`` and ``failed`` are paths where ours could not be put."""

    changed: bool
    foreign: tuple[str, ...]
    failed: tuple[str, ...]


class _Foreign(Exception):
    """Somebody else's policies are in the place, or the place is not root's alone."""


class Browsers:
    """The policy files below ``root``, the switch in the ``config`` file, a record of made folders in ``state``.

    For one thread. No method raises. Linux only; elsewhere it does nothing.
    """

    def __init__(self, *, root: Path, config: Path, state: Path) -> None:
        self._root = Path(os.path.realpath(root))
        self._config = config
        self._record = state / "browsers.json"
        paths = (_FIREFOX, *_CHROMIUM) if sys.platform == "linux" else ()
        self._paths = tuple(self._root / path for path in paths)
        self._written: dict[Path, tuple[Sequence[str], bytes]] = {}
        self._failed: tuple[str, ...] = ()

    def is_on(self) -> bool:
        """Whether an administrator has switched it on; anything unclear means no."""
        try:
            return json.loads(self._config.read_bytes()).get("policies") is True
        except (OSError, ValueError, AttributeError, RecursionError):
            return False

    def standing(self) -> Policies:
        """What to tell: also before a lock, whether there is anything in the way."""
        if not self._paths or not self.is_on():
            return Policies.OFF
        if any(self._is_foreign(path) for path in self._paths):
            return Policies.FOREIGN
        return Policies.FAILED if self._failed else Policies.ON

    def set(self, names: Sequence[str]) -> Followed:
        """Make the files hold these names, or be gone without names or with the switch off."""
        wanted = tuple(names) if names and self.is_on() else ()
        changed, foreign, failed = False, [], []
        for path in self._paths:
            try:
                changed = (self._put(path, wanted) if wanted else self._take(path)) or changed
            except _Foreign:
                foreign.append(str(path))
            except OSError:
                failed.append(str(path))
        if not wanted:
            with suppress(OSError):
                self._remove_folders()
        self._failed = tuple(failed)
        return Followed(changed, tuple(foreign), tuple(failed))

    def _put(self, path: Path, names: Sequence[str]) -> bool:
        self._check(path)
        found = _read(path)
        if (names, found) == self._written.get(path):
            return False
        wanted = rendered(path, names, keeping={} if found is None else _rest(found))
        if found == wanted:
            self._written[path] = (names, wanted)
            return False
        self._make_folders(path.parent)
        draft = path.with_name(DRAFT)
        _write(draft, wanted)
        try:
            if found is None:
                os.link(draft, path)  # Unlike a rename it fails if somebody has put a file there since.
            else:
                os.rename(draft, path)
        except FileExistsError as error:
            raise _Foreign from error
        finally:
            draft.unlink(missing_ok=True)
        redo.sync_folder(str(path.parent))
        self._written[path] = (names, wanted)
        return True

    def _take(self, path: Path) -> bool:
        self._written.pop(path, None)
        draft = path.with_name(DRAFT)
        if not _is_real(path.parent):
            return False  # Whatever is behind a link, we did not put it there.
        draft.unlink(missing_ok=True)
        found = _read(path)
        if found is None or not is_ours(found):
            return False
        rest = _rest(found)
        if rest:
            _write(draft, _dumped(rest))
            os.rename(draft, path)
        else:
            path.unlink(missing_ok=True)
        redo.sync_folder(str(path.parent))
        return True

    def _is_foreign(self, path: Path) -> bool:
        try:
            self._check(path)
        except _Foreign:
            return True
        except OSError:
            pass
        return False

    def _check(self, path: Path) -> None:
        """Raises ``_Foreign`` if putting our file there would touch, replace or overrule anybody's."""
        for folder in self._chain(path.parent):
            if not _is_roots(folder):
                raise _Foreign
        if os.path.lexists(path):
            found = _read(path)
            known = self._written.get(path)
            if found is None or not ((known is not None and found == known[1]) or is_ours(found)):
                raise _Foreign
        if path.name == "policies.json":
            if any((self._root / other).exists() for other in _ELSEWHERE):
                raise _Foreign
        elif path.parent.is_dir():
            # Of two files with the same policy one counts: ours could lift a list that somebody else has set.
            for other in path.parent.iterdir():
                if other.name not in {path.name, DRAFT} and b"URLBlocklist" in (_read(other) or b""):
                    raise _Foreign

    def _chain(self, folder: Path) -> Iterator[Path]:
        """The folders from ``etc`` down to this one."""
        below = folder.relative_to(self._root).parts
        for length in range(1, len(below) + 1):
            yield self._root.joinpath(*below[:length])

    def _make_folders(self, folder: Path) -> None:
        missing = [each for each in self._chain(folder) if not each.exists()]
        if missing:  # Written down first, so that a crash leaves no folder that nobody removes.
            made = sorted({*self._made(), *map(str, missing)})
            redo.put(str(self._record), json.dumps(made).encode())
        for each in missing:
            each.mkdir(mode=0o755)
            each.chmod(0o755)  # Whatever the umask says: browsers run as people.

    def _remove_folders(self) -> None:
        """What we made and nobody else uses."""
        if not self._record.exists():
            return
        for folder in sorted(self._made(), key=len, reverse=True):
            with suppress(OSError):
                os.rmdir(folder)
        if not any(_is_ours_at(path) for path in self._paths):
            self._record.unlink(missing_ok=True)

    def _made(self) -> list[str]:
        known = {str(folder) for path in self._paths for folder in self._chain(path.parent)}
        try:
            return [folder for folder in json.loads(self._record.read_bytes()) if folder in known]
        except (OSError, ValueError, TypeError):
            return []


def rendered(path: Path, names: Sequence[str], *, keeping: Mapping[str, object]) -> bytes:
    """The whole file for these names, exactly these and no name below them, with what a person has added to it."""
    if path.name == "policies.json":
        others = keeping.get("policies")
        policies = {
            **(others if isinstance(others, dict) else {}),
            "DNSOverHTTPS": {"Enabled": False, "Locked": True},
            "WebsiteFilter": {"Block": [f"*://{name}/*" for name in names]},
        }
        return _dumped({**keeping, MARK: NOTE, "policies": policies})
    return _dumped({**keeping, MARK: NOTE, "URLBlocklist": [f".{name}" for name in names]})


def is_ours(data: bytes) -> bool:
    """Whether a policy file says of itself that we made it."""
    return _object(data).get(MARK) == NOTE


def _rest(data: bytes) -> dict[str, object]:
    """What of our file is not ours, because a person has added it."""
    found = _object(data)
    for ours in (MARK, "URLBlocklist"):
        found.pop(ours, None)
    policies = found.get("policies")
    if isinstance(policies, dict):
        found["policies"] = {
            name: value for name, value in policies.items() if name not in {"DNSOverHTTPS", "WebsiteFilter"}
        }
        if not found["policies"]:
            del found["policies"]
    return found


def _object(data: bytes) -> dict[str, object]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _dumped(found: Mapping[str, object]) -> bytes:
    return json.dumps(found, indent=1).encode() + b"\n"


def _read(path: Path) -> bytes | None:
    """The file's bytes, at most a megabyte; None if there is none, or something else than a file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | redo.PLAIN | redo.NO_LINK | redo.NO_WAIT)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_LARGEST) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None


def _is_ours_at(path: Path) -> bool:
    found = _read(path)
    return found is not None and is_ours(found)


def _write(draft: Path, data: bytes) -> None:
    """A draft of our own name, readable by the people whose browsers read it, on the disk before it gets its name."""
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | redo.NO_LINK | redo.PLAIN, 0o600)
    try:
        redo.write_all(descriptor, data, 0)
        os.fchmod(descriptor, 0o644)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_roots(folder: Path) -> bool:
    """Not there yet, or a real folder that only root may change."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return True
    return stat.S_ISDIR(status.st_mode) and status.st_uid in {0, os.geteuid()} and not status.st_mode & 0o022


def _is_real(folder: Path) -> bool:
    """Whether the folder is there and no link leads to it."""
    return folder.is_dir() and Path(os.path.realpath(folder)) == folder
