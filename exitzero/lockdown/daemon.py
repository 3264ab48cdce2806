"""The program that root runs: ``serve`` for the helper, ``sweep`` for the timer, ``strip`` for the way out.

It refuses to run when any file of its own could have been changed by someone else than root. Its arguments come from
the units, which belong to root; nothing of them can be said over the socket.
"""

import argparse
import json
import os
import re
import socket
import stat
import sys
import threading
from pathlib import Path

from exitzero.lockdown.browsers import Browsers
from exitzero.lockdown.clock import MachineClock
from exitzero.lockdown.holds import EMERGENCY_SECONDS
from exitzero.lockdown.hosts import HostsFile
from exitzero.lockdown.keeper import Keeper
from exitzero.lockdown.places import Places
from exitzero.lockdown.policy import Policy
from exitzero.lockdown.reasons import Refused
from exitzero.lockdown.serving import Serving, answer, listen
from exitzero.lockdown.sweeper import Alive, strip, sweep
from exitzero.lockdown.watch import Watch

_SID = re.compile(r"S-1-5-21(?:-[0-9]{1,10}){4}")


def main(arguments: list[str] | None = None) -> int:
    """Run one of the three; gives the exit code."""
    places = Places()
    parser = argparse.ArgumentParser(prog="exitzero-lockdown-helper", allow_abbrev=False)
    parser.add_argument("command", choices=["serve", "sweep", "strip"])
    parser.add_argument("--hosts", default=str(places.hosts))
    parser.add_argument("--state", default=str(places.state))
    parser.add_argument("--socket", default=str(places.socket))
    parser.add_argument("--config", default=str(places.config))
    parser.add_argument("--protected", default=str(places.protected))
    parser.add_argument("--browsers", default=str(places.root), help="the root that browsers' policy files lie below")
    parser.add_argument("--emergency-seconds", type=float, default=EMERGENCY_SECONDS, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    loose = changeable(Path(__file__).resolve().parent)
    if loose is not None:
        return _complain(f"others than root may change {loose}; refusing to run")
    os.umask(0o077)
    os.makedirs(chosen.state, mode=0o700, exist_ok=True)
    clock = MachineClock()
    hosts = HostsFile(chosen.hosts, chosen.state, clock)
    browsers = Browsers(root=Path(chosen.browsers), config=Path(chosen.config), state=Path(chosen.state))
    policy = Policy(hostname=socket.gethostname(), extra=_extra(chosen.protected))
    try:
        if chosen.command == "sweep":
            sweep(hosts=hosts, folder=chosen.state, clock=clock, policy=policy, browsers=browsers)
            return 0
        if chosen.command == "strip":
            strip(hosts=hosts, folder=chosen.state, clock=clock, browsers=browsers)
            return 0
    except Refused as refused:
        return _complain(f"{refused.title} {refused.advice}")
    owner = _owner(chosen.config)
    if owner is None:
        return _complain(f"{chosen.config} does not say whom to serve")
    alive = Alive(chosen.state)
    if not alive.take():
        return _complain("another helper is running")
    keeper = Keeper(
        hosts=hosts,
        folder=chosen.state,
        clock=clock,
        policy=policy,
        browsers=browsers,
        emergency_seconds=min(chosen.emergency_seconds, EMERGENCY_SECONDS),
    )
    keeper.start()
    if isinstance(owner, str):
        _serve_pipe(keeper, owner, clock)
    else:
        listener, watch = listen(chosen.socket), Watch(chosen.hosts)
        Serving(keeper=keeper, listener=listener, allowed=frozenset({0, owner}), clock=clock, watch=watch).run()
    return 0


def _serve_pipe(keeper: Keeper, sid: str, clock: MachineClock) -> None:
    """The loop on Windows; untried. There is no watch there: the file is looked at each second."""
    from exitzero.lockdown import windows_pipe

    turn = threading.Lock()
    pipe = windows_pipe.Pipe(sid)
    threading.Thread(
        target=windows_pipe.serve,
        args=(pipe, lambda raw: answer(keeper, raw), turn),
        name="exitzero-pipe",
        daemon=True,
    ).start()
    while True:
        with turn:
            due = keeper.beat()
        clock.pause(min(due, 1.0))


def changeable(folder: Path) -> Path | None:
    """The first of our files, or of the folders above them, that someone else than root may change.

    Only asked when running as root: a person's own copy can harm nobody but that person.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    for path in (*sorted(folder.rglob("*")), folder, *folder.parents):
        status = path.lstat()
        if status.st_uid != 0 or (status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX):
            return path
    return None


def _owner(config: str) -> int | str | None:
    """Whom to serve: a uid, or on Windows a SID."""
    try:
        found = json.loads(Path(config).read_bytes())
        uid, sid = found.get("uid"), found.get("sid")
    except (OSError, ValueError, AttributeError):
        return None
    if sys.platform == "win32":
        return sid if isinstance(sid, str) and _SID.fullmatch(sid) else None
    else:  # noqa: RET505 - as branches for the type checker
        return uid if type(uid) is int and uid > 0 else None


def _extra(path: str) -> list[str]:
    """Names that root protects besides, one a line; ``#`` begins a remark."""
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [name for line in text.splitlines() if (name := line.split("#", 1)[0].strip())]


def _complain(sentence: str) -> int:
    sys.stderr.write(f"exitzero-lockdown-helper: {sentence}\n")
    return 1
