"""Where everything of ours lies on this machine, in one place, so that ``--data-dir`` moves all of it and
nothing is written anywhere else. Cheap to import: a command that was given its folder does not even load
platformdirs."""

import hashlib
import os
import stat
import sys
from pathlib import Path

from exitzero.core.errors import OutsideTrouble

VARIABLE = "EXITZERO_DATA_DIR"
_PACKAGE = Path(__file__).resolve().parent.parent


def data_dir(explicit: str | None = None) -> Path:
    """The folder of one person's data: as named, else ``EXITZERO_DATA_DIR``, else the system's usual place.

    Made with mode 0700 when it is missing; a folder that is already there keeps the mode its owner gave it.
    Always absolute. Raises OutsideTrouble when it cannot be made or is not a folder.
    """
    named = explicit or os.environ.get(VARIABLE)
    folder = _absolute(Path(named).expanduser()) if named else default_data_dir()
    return _private(folder)


def default_data_dir() -> Path:
    """The system's usual place for our data, whether or not it is used; nothing is created."""
    import platformdirs

    return _absolute(Path(platformdirs.user_data_dir("exitzero", appauthor=False)))


def database_file(folder: Path) -> Path:
    """The journal and all tables."""
    return folder / "exitzero.db"


def backups_dir(folder: Path) -> Path:
    """Copies of the database, made with mode 0700."""
    return _private(folder / "backups")


def logs_dir(folder: Path) -> Path:
    """The program's own log files, made with mode 0700."""
    return _private(folder / "logs")


def lock_file(folder: Path) -> Path:
    """Held by the one process that runs the engine on this folder."""
    return folder / "engine.lock"


def runtime_dir(folder: Path) -> Path:
    """A short-lived private folder for the socket by which a second start finds the first window.

    One for each data folder. Not inside it, because the path of a Unix socket may have only about 100 bytes.
    Raises OutsideTrouble when another account sits on the name in the shared temporary folder.
    """
    if sys.platform == "win32":
        return _private(folder / "run")
    session = os.environ.get("XDG_RUNTIME_DIR")
    if session and Path(session).is_dir() and os.access(session, os.W_OK):
        return _private(Path(session) / f"exitzero-{digest(folder)}")
    import tempfile

    place = _private(Path(tempfile.gettempdir()) / f"exitzero-{os.getuid()}-{digest(folder)}")
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise OutsideTrouble(
            f"{place} does not belong to this account alone.",
            "Remove it, or set XDG_RUNTIME_DIR to a folder of your own.",
            reason="unsafe_folder",
        )
    return place


def digest(folder: Path) -> str:
    """Eight characters that tell one data folder from another, the same for every spelling of its path."""
    return hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:8]


def is_default(folder: Path) -> bool:
    """Whether this is the person's real data and not a copy, a demo or a test."""
    return folder.resolve() == default_data_dir().resolve()


def resource(name: str) -> Path:
    """A file that comes with the program (``icons/app.svg``), installed, in a checkout or in a frozen build.

    Raises FileNotFoundError when it was not shipped: that is a fault of ours.
    """
    tried = [_PACKAGE / "_resources", _PACKAGE.parent / "resources"]
    frozen = getattr(sys, "_MEIPASS", None)
    if isinstance(frozen, str):
        tried += [Path(frozen) / "exitzero" / "_resources", Path(frozen) / "resources"]
    for folder in tried:
        if (found := folder / name).exists():
            return found
    raise FileNotFoundError(f"resource {name!r} is in none of {', '.join(map(str, tried))}")


def _absolute(path: Path) -> Path:
    # Path.resolve would follow a link that its owner may want to move later.
    return Path(os.path.abspath(path))


def _private(folder: Path) -> Path:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise OutsideTrouble(
            f"The folder {folder} cannot be used: {error.strerror or error}.",
            "Free the path or name another folder with --data-dir.",
            reason="folder",
        ) from error
    return folder
