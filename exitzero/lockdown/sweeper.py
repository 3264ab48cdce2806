"""The second, independent way out: started by a timer, it takes out what no valid lock stands for.

It trusts neither a running helper nor that one is running. With no helper alive it also lets the holds' time fall and
saves it, so that a lock ends even if the helper never comes back.
"""

import os
import sys

from exitzero.lockdown import redo
from exitzero.lockdown.browsers import Browsers
from exitzero.lockdown.clock import Clock
from exitzero.lockdown.events import Kind, Record
from exitzero.lockdown.holds import Instant
from exitzero.lockdown.hosts import NOTHING, HostsFile
from exitzero.lockdown.keeper import Keeper, load
from exitzero.lockdown.policy import Policy

if sys.platform != "win32":
    import fcntl


class Alive:
    """Held by the helper for as long as it lives; the system lets go of it, however the helper ends."""

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, "alive.lock")
        self._descriptor = -1

    def take(self) -> bool:
        """Whether no other helper is alive, and from now on this process is it."""
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | redo.PLAIN | redo.NO_LINK, 0o600)
        if sys.platform != "win32":
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.leave()
                return False
        return True

    def leave(self) -> None:
        """Let go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def sweep(*, hosts: HostsFile, folder: str, clock: Clock, policy: Policy, browsers: Browsers | None = None) -> bool:
    """Take out lines that no running hold stands for; says whether there were any. Raises ``Refused``.

    Without a living helper it does one beat in its place. With one it writes nothing but the hosts file, and that only
    when by the saved state nothing may be locked: then the helper hangs.
    """
    alive = Alive(folder)
    if alive.take():
        try:
            hosts.recover()
            before = _stands(hosts)
            Keeper(hosts=hosts, folder=folder, clock=clock, policy=policy, browsers=browsers).beat()
            return before and not _stands(hosts)
        finally:
            alive.leave()
    state, lost = load(os.path.join(folder, "state.json"), clock)
    fallen = state.fallen(Instant.read(clock))
    if lost or not fallen.names:
        if browsers is not None:
            browsers.set(())
        return _stands(hosts) and hosts.set(NOTHING)
    return False


def _stands(hosts: HostsFile) -> bool:
    """Whether there is a line of ours in the file, if there is a file."""
    return hosts.signature() is not None and not hosts.holds(NOTHING)


def strip(*, hosts: HostsFile, folder: str, clock: Clock, browsers: Browsers | None = None) -> bool:
    """Take out every line of ours, locked or not, and forget every hold; says whether there were lines.

    For uninstall and ``repair --force``, with the helper stopped. Raises ``Refused``.
    """
    path = os.path.join(folder, "state.json")
    if os.path.exists(path):
        os.unlink(path)
    if browsers is not None:
        browsers.set(())
    swept = hosts.signature() is not None and hosts.set(NOTHING)
    if swept:
        Record(os.path.join(folder, "events.jsonl"), clock.wall).add(Kind.SWEPT, detail="by hand")
    return swept
