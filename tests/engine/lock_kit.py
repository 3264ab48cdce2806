"""A lockdown helper on the life's own clock: the real keeper, protocol and a real hosts file in a private folder.

Only the socket is left out, because a whole day passes in a moment; tests/lockdown tries the socket and the process.
"""

from collections.abc import Mapping
from pathlib import Path

from exitzero.lockdown import client, protocol
from exitzero.lockdown.client import Client
from exitzero.lockdown.hosts import HostsFile
from exitzero.lockdown.keeper import Keeper
from exitzero.lockdown.policy import Policy
from exitzero.lockdown.reasons import Reason, Refused
from tests.engine.kit import FakeClock

HOSTS = b"127.0.0.1 localhost\n10.0.0.1 nas"


class MachineClock:
    """The machine's clocks as the helper reads them, moved by the life's own."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._started = clock.monotonic()
        self._id = "first"

    def boot(self) -> float:
        """Seconds since the machine started."""
        return self._clock.monotonic() - self._started + 100.0

    def boot_id(self) -> str:
        """This start's word."""
        return self._id

    def wall(self) -> float:
        """What the wall clock shows."""
        return self._clock.now().timestamp()

    def pause(self, seconds: float) -> None:
        """Nobody waits here: the file is quiet."""

    def restart(self) -> None:
        """The machine starts again."""
        self._started = self._clock.monotonic()
        self._id += "+"


class Machine(Client):
    """The helper of a life. ``trouble`` is what it answers instead of doing anything."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        super().__init__(folder / "no.sock")
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.hosts = folder / "hosts"
        self.hosts.write_bytes(HOSTS)
        self.clock = MachineClock(clock)
        self.trouble: Reason | None = None
        self.asked: list[str] = []
        self.start()

    def start(self) -> None:
        """The helper starts, or starts again."""
        hosts = HostsFile(str(self.hosts), str(self.folder), self.clock)
        self.keeper = Keeper(hosts=hosts, folder=str(self.folder), clock=self.clock, policy=Policy(hostname="desk"))
        self.keeper.start()

    def beat(self) -> None:
        """Let the helper see what time it is."""
        self.keeper.beat()

    def _call(self, command: str, **fields: object) -> Mapping[str, object]:
        if self.trouble is not None:
            raise Refused(self.trouble)
        self.asked.append(command)
        self.keeper.beat()
        line = client._line(command, fields)
        try:
            answer = protocol.answer(self.keeper.do(protocol.parsed(line)))
        except Refused as refused:
            answer = protocol.refusal(refused)
        return client._understood(answer)

    @property
    def blocked(self) -> frozenset[str]:
        """The names that the hosts file keeps out of reach now."""
        self.keeper.beat()
        lines = self.hosts.read_text().splitlines()
        return frozenset(line.split()[1] for line in lines if line.endswith("# exitzero"))
