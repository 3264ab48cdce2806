"""Puts the helper where only root can change it, and takes all of it away again.

It runs as root, once, with the person's consent (``pkexec`` or ``sudo``, see ``command``). Removal goes through the
same list of places and works while something is locked: that is the last rung of the way out.

No test runs it under a real systemd: the units are held against systemd's own checker, its socket hand-over is tried
with ``systemd-socket-activate``, and a script in its place starts and ends the helper. macOS is untried altogether.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from exitzero.lockdown.browsers import Browsers
from exitzero.lockdown.client import Client
from exitzero.lockdown.clock import MachineClock
from exitzero.lockdown.hosts import HostsFile
from exitzero.lockdown.places import Places
from exitzero.lockdown.reasons import Refused
from exitzero.lockdown.sweeper import Alive, strip

PYTHON = "/usr/bin/python3"
OLDEST_PYTHON = (3, 11)
SERVICE = "exitzero-lockdown.service"
SOCKET = "exitzero-lockdown.socket"
SWEEP_SERVICE = "exitzero-lockdown-sweep.service"
SWEEP_TIMER = "exitzero-lockdown-sweep.timer"
WAIT_SECONDS = 15.0
UNITS = (SERVICE, SOCKET, SWEEP_SERVICE, SWEEP_TIMER)
POLICY = "org.exitzero.lockdown.policy"
DAEMONS = ("org.exitzero.lockdown.plist", "org.exitzero.lockdown.sweep.plist")

Run = Callable[[Sequence[str]], int]


class CannotInstall(Exception):
    """The helper cannot be installed or removed here, and why."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What is there: ``current``: root's copy is byte for byte this version; ``uid``: whom it serves;
    ``policies``: whether the stronger measure is switched on.
    """

    there: bool
    current: bool
    uid: int | None
    policies: bool = False


def resources() -> Path:
    """The units, policies and launchers that come with the program."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_resources" / "lockdown", package.parent / "resources" / "lockdown"):
        if folder.is_dir():
            return folder
    raise CannotInstall("The helper's files are not in this copy of ExitZero.")


def command(
    action: str, *, uid: int | None = None, switch: bool | None = None, places: Places | None = None
) -> list[str]:
    """What to start under ``pkexec`` or ``sudo``; ``action`` is install, uninstall, repair or policies.

    ``switch`` belongs to policies, ``uid`` to install.
    """
    own = (places or Places()).admin
    words = [action, *([] if switch is None else ["on" if switch else "off"])]
    if action != "install" and own.exists():
        return [str(own), *words]
    return [PYTHON, "-I", str(resources() / "admin.py"), *words, *([] if uid is None else ["--uid", str(uid)])]


def look(places: Places | None = None) -> Installed:
    """What is installed, as far as anyone may see it."""
    places = places or Places()
    there = places.launcher.exists()
    uid, policies = None, False
    with suppress(OSError, ValueError, KeyError, TypeError):
        config = json.loads(places.config.read_bytes())
        uid, policies = int(config["uid"]), config.get("policies") is True
    current = False
    with suppress(OSError, CannotInstall):
        current = there and all(target.read_bytes() == data for target, data in _code(places))
    return Installed(there, current, uid, policies)


def install(uid: int, *, places: Places | None = None, run: Run | None = None) -> tuple[str, ...]:
    """Copy everything, start the helper and its sweeper; gives what is left for the person to do.

    Raises ``CannotInstall``. Doing it twice does no harm; the stronger measure stays as it was for the same person.
    """
    places = places or Places()
    if uid <= 0:
        raise CannotInstall("The helper serves one person's account; root needs none.")
    _need_root(places)
    _need_python(places)
    copy_code(places)
    before = look(places)
    _configure(places, uid=uid, policies=before.policies and before.uid == uid)
    for target, name in _system_files(places).items():
        _put(target, (resources() / name).read_bytes())
    return _set_going(places, run or _run)


def wait_for_answer(*, places: Places | None = None, seconds: float = WAIT_SECONDS) -> None:
    """Come back when the helper has answered: a command must not end before what it has set up is there.

    Raises ``CannotInstall`` if it has not answered in that time.
    """
    client = Client((places or Places()).socket, seconds=max(seconds, 1.0))
    clock = MachineClock()
    end = clock.boot() + seconds
    while True:
        try:
            client.status()
        except Refused as refused:
            if clock.boot() >= end:
                raise CannotInstall(
                    f"Everything is in its place, but the helper has not answered within {seconds:.0f} s"
                    f" ({refused.reason}). Look into: journalctl -u {SERVICE}"
                ) from refused
            clock.pause(0.05)
        else:
            return


def switch_policies(*, on: bool, places: Places | None = None) -> None:
    """Switch the stronger measure on or off; off takes the files away at once, locked or not.

    The running helper follows within seconds. Raises ``CannotInstall``.
    """
    places = places or Places()
    _need_root(places)
    found = look(places)
    if found.uid is None:
        raise CannotInstall("The helper is not installed. Run: exitzero lockdown install")
    if on and sys.platform != "linux":
        raise CannotInstall("Browser policy files are only written on Linux.")
    _configure(places, uid=found.uid, policies=on)
    if not on:
        _browsers(places).set(())


def _configure(places: Places, *, uid: int, policies: bool) -> None:
    _put(places.config, json.dumps({"uid": uid, **({"policies": True} if policies else {})}).encode() + b"\n")


def _browsers(places: Places) -> Browsers:
    return Browsers(root=places.root, config=places.config, state=places.state)


def uninstall(*, places: Places | None = None, run: Run | None = None) -> None:
    """Stop everything, give the hosts file back, remove every file of ours. Works while something is locked.

    Raises ``CannotInstall`` if the hosts file cannot be given back; then the helper's files stay, so that a repair can.
    """
    places = places or Places()
    _need_root(places)
    _stop(places, run or _run)
    if places.state.is_dir():
        clock = MachineClock()
        alive = Alive(str(places.state))
        if not alive.take():  # It would put the block back at once.
            raise CannotInstall("The helper is still running. Stop it, then try again.")
        alive.leave()
        try:
            hosts = HostsFile(str(places.hosts), str(places.state), clock)
            strip(hosts=hosts, folder=str(places.state), clock=clock, browsers=_browsers(places))
        except Refused as refused:
            raise CannotInstall(f"{refused.title} {refused.advice}") from refused
    _browsers(places).set(())
    systemd = _systemd(places)
    for target in _system_files(places):
        target.unlink(missing_ok=True)
    for folder in (places.code, places.state, places.socket.parent):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (places.config, places.protected):
        file.unlink(missing_ok=True)
    for folder in (places.config.parent, places.code.parent):
        with suppress(OSError):  # Someone else's file lies in it.
            folder.rmdir()
    if systemd:
        (run or _run)(["systemctl", "daemon-reload"])


def repair(*, places: Places | None = None, run: Run | None = None) -> tuple[str, ...]:
    """Put root's copy in order again, keeping holds and the served account; what no lock stands for leaves the file."""
    places = places or Places()
    found = look(places)
    if found.uid is None:
        uninstall(places=places, run=run)
        return ()
    return install(found.uid, places=places, run=run)


def copy_code(places: Places) -> None:
    """Root's own copy of this folder: nothing that runs as root lies where a person can write."""
    files = _code(places)  # All read before anything is removed: it may be root's copy that runs.
    os.umask(0o022)  # The compiler writes as the umask says.
    if places.code.exists():
        shutil.rmtree(places.code)
    for target, data in files:
        _put(target, data, mode=0o755 if target.name in {"admin.py", "run.py"} else 0o644)
    with suppress(OSError):  # Only for a quicker start.
        _run([PYTHON, "-I", "-m", "compileall", "-q", str(places.code)])


def _code(places: Places) -> list[tuple[Path, bytes]]:
    """Each file of root's copy with what must be in it; laid out like a checkout, so that it can repair itself."""
    here = Path(__file__).resolve().parent
    files = [(Path("exitzero/lockdown", file.name), file.read_bytes()) for file in sorted(here.glob("*.py"))]
    if not files:
        raise CannotInstall("The helper's source is not in this copy of ExitZero.")
    files.append((Path("exitzero/__init__.py"), b'"""Root\'s copy holds the lockdown helper only."""\n'))
    shipped = sorted(file for file in resources().iterdir() if file.is_file())
    files += [(Path("resources/lockdown", file.name), file.read_bytes()) for file in shipped]
    return [(places.code / name, data) for name, data in files]


def _system_files(places: Places) -> dict[Path, str]:
    """What the system reads, and from which of our files it is copied."""
    if sys.platform == "darwin":
        return {places.daemons / name: name for name in DAEMONS}
    return {**{places.units / name: name for name in UNITS}, places.polkit / POLICY: POLICY}


def _set_going(places: Places, run: Run) -> tuple[str, ...]:
    """Start it now and at each start of the machine; gives what the person has to do, if anything."""
    if sys.platform == "darwin":
        failed = [
            name for name in DAEMONS if run(["/bin/launchctl", "bootstrap", "system", str(places.daemons / name)])
        ]
    elif not _systemd(places):
        return (f"No systemd here, so nothing was started. Start at boot as root: {PYTHON} -I {places.launcher} serve",)
    else:
        commands = (
            ["systemctl", "daemon-reload"],
            ["systemctl", "enable", SERVICE, SOCKET, SWEEP_TIMER],
            ["systemctl", "restart", SOCKET, SERVICE, SWEEP_TIMER],
        )
        failed = [" ".join(each) for each in commands if run(each)]
    if failed:
        raise CannotInstall(f"The system refused: {', '.join(failed)}")
    return ()


def _stop(places: Places, run: Run) -> None:
    """Stop it and never start it again; what is not there any more is no error."""
    if sys.platform == "darwin":
        for name in DAEMONS:
            run(["/bin/launchctl", "bootout", f"system/{name.removesuffix('.plist')}"])
    elif _systemd(places):
        run(["systemctl", "disable", "--now", SWEEP_TIMER, SOCKET, SERVICE])


def _systemd(places: Places) -> bool:
    return (places.root / "run/systemd/system").is_dir()


def _put(path: Path, data: bytes, mode: int = 0o644) -> None:
    """A file of root's, replaced in one step, readable by all."""
    missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o755)
        folder.chmod(0o755)
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(mode)
    draft.replace(path)


def _need_root(places: Places) -> None:
    if sys.platform == "win32":
        # The pipe, the task templates and the editing are there, untried; what is missing is an interpreter of the
        # system's own that nobody but administrators can change.
        raise CannotInstall("There is no lockdown helper for Windows yet; ExitZero only reminds there.")
    elif places.root == Path("/") and os.geteuid() != 0:  # noqa: RET506 - as branches for the type checker
        raise CannotInstall("This needs root: start it with pkexec or sudo.")


def _need_python(places: Places) -> None:
    """The system's Python, which packages keep and only root changes; never a person's environment."""
    if places.root != Path("/"):
        return
    ask = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    if not os.path.exists(PYTHON) or _run([PYTHON, "-I", "-c", ask]):
        raise CannotInstall(f"The helper needs {PYTHON} of version {'.'.join(map(str, OLDEST_PYTHON))} or newer.")


def _run(arguments: Sequence[str]) -> int:
    done = subprocess.run(list(arguments), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60, check=False)
    return done.returncode


def main(arguments: list[str] | None = None) -> int:
    """The program that runs once as root."""
    parser = argparse.ArgumentParser(prog="exitzero-lockdown-admin", allow_abbrev=False)
    parser.add_argument("action", choices=["install", "uninstall", "repair", "policies"])
    parser.add_argument("switch", nargs="?", choices=["on", "off"], help="for policies: browser policy files too")
    parser.add_argument("--uid", type=int, help="whom to serve; who called pkexec or sudo, unless given")
    chosen = parser.parse_args(arguments)
    if (chosen.action == "policies") != (chosen.switch is not None):
        parser.error("policies is followed by on or off, and nothing else is")
    notes: tuple[str, ...] = ()
    try:
        if chosen.action == "install":
            caller = os.environ.get("PKEXEC_UID") or os.environ.get("SUDO_UID") or "0"
            notes = install(int(caller) if chosen.uid is None else chosen.uid)
        elif chosen.action == "uninstall":
            uninstall()
        elif chosen.action == "policies":
            switch_policies(on=chosen.switch == "on")
        else:
            notes = repair()
        if chosen.action in {"install", "repair"} and not notes and look().there:
            wait_for_answer()
    except (CannotInstall, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for note in notes:
        sys.stderr.write(f"{note}\n")
    return 0
