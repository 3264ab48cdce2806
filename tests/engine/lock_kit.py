"""A lockdown helper on the life's own clock: the real keeper, protocol and a real hosts file in a private folder.

Only the socket is left out, because a whole day passes in a moment; tests/lockdown tries the socket and the process.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from exitzero.core.blocking import Blocking
from exitzero.core.contract import Terms
from exitzero.lockdown import client, protocol
from exitzero.lockdown.client import Client
from exitzero.lockdown.hosts import HostsFile
from exitzero.lockdown.keeper import Keeper
from exitzero.lockdown.policy import Policy
from exitzero.lockdown.reasons import Reason, Refused
from tests.engine.kit import FakeClock, Life, local, terms
from tests.servers.misbehaving import Reply

SITES = frozenset({"news.ycombinator.com"})
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
    """The helper of a life. ``trouble`` is what it answers instead of doing anything.

    ``fails`` are answers to single commands, ``lost`` those that are carried out and whose answer never comes.
    """

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        super().__init__(folder / "no.sock")
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.hosts = folder / "hosts"
        self.hosts.write_bytes(HOSTS)
        self.clock = MachineClock(clock)
        self.trouble: Reason | None = None
        self.fails: dict[str, Reason] = {}
        self.lost: set[str] = set()
        self.hostname = "desk"
        self.asked: list[str] = []
        self.start()

    def start(self) -> None:
        """The helper starts, or starts again."""
        hosts = HostsFile(str(self.hosts), str(self.folder), self.clock)
        self.keeper = Keeper(
            hosts=hosts, folder=str(self.folder), clock=self.clock, policy=Policy(hostname=self.hostname)
        )
        self.keeper.start()

    def beat(self) -> None:
        """Let the helper see what time it is."""
        self.keeper.beat()

    def _call(self, command: str, **fields: object) -> Mapping[str, object]:
        if self.trouble is not None:
            raise Refused(self.trouble)
        if command in self.fails:
            raise Refused(self.fails[command])
        self.asked.append(command)
        self.keeper.beat()
        line = client._line(command, fields)
        try:
            answer = protocol.answer(self.keeper.do(protocol.parsed(line)))
        except Refused as refused:
            answer = protocol.refusal(refused)
        if command in self.lost:
            raise Refused(Reason.NO_ANSWER)
        return client._understood(answer)

    @property
    def blocked(self) -> frozenset[str]:
        """The names that the hosts file keeps out of reach now."""
        self.keeper.beat()
        lines = self.hosts.read_text().splitlines()
        return frozenset(line.split()[1] for line in lines if line.endswith("# exitzero"))


def blocking(**changes: Any) -> Blocking:
    """One site of one's own, locked by a failed day."""
    return replace(Blocking(sites=SITES, failed=True), **changes)


def begun(one: Life, contract: Terms | None = None, **changes: Any) -> Life:
    """A life with a contract that locks; ``contract`` is another one, ``changes`` are those of its lockdown."""
    one.adopt(contract or replace(terms(1), blocking=blocking(**changes)))
    one.pulse()
    return one


def machine(one: Life) -> Machine:
    """The helper of a life."""
    assert isinstance(one.helper, Machine)
    return one.helper


def is_locked(one: Life) -> bool:
    """True if the hosts file itself keeps the site out of reach."""
    return "news.ycombinator.com" in machine(one).blocked


def at(one: Life, label: date, hour: str) -> None:
    """Live on to that time of a day, with a round of the engine every half hour."""
    one.live(local(label, hour), every=timedelta(minutes=20))
    one.pulse()


def silent(_good: Reply) -> Reply:
    """A source that is down."""
    return Reply.of("down", status=503)


@dataclass(slots=True)
class LockTally:
    """What was wrong, each with its time; ``looks`` at the hosts file, and how many of them found it ``locked``."""

    looks: int = 0
    locked: int = 0
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """True if nothing was."""
        return not (self.wrong or self.stuck or self.missed)


LOCK_TABLE: list[LockTally] = []
"""Every life of a lockdown that was lived in this session; printed at the end."""
