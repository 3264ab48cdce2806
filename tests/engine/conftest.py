"""One LeetCode and one migrated database for all tests of the engine; a life of its own for each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.kit import DAY_ONE, FAULT_TABLE, Life, Service, Tally, local, make_template
from tests.engine.lock_kit import LOCK_TABLE
from tests.engine.sticks_kit import OUTBOX_TABLE, Row, Start, World, arm, fail_day, kept, world


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of the fault tables, for whoever quotes them."""
    _print_outbox(terminalreporter)
    _print_locks(terminalreporter)
    table = FAULT_TABLE
    if not table:
        return
    terminalreporter.section("fault table")
    names = dict.fromkeys(name for name, _ in table)
    for name in sorted(names):
        mine = [tally for each, tally in table if each == name]
        terminalreporter.line(_line(name, mine))
    terminalreporter.line(_line("all", [tally for _, tally in table]))


def _line(name: str, tallies: list[Tally]) -> str:
    counts = [sum(len(getattr(tally, field)) for tally in tallies) for field in ("wrong", "missed", "doubled")]
    told = "wrong punishments {}, missed judgements {}, doubled effects {}".format(*counts)
    return f"{name:<48} {len(tallies):>3} lives: {told}"


def _print_outbox(terminalreporter: pytest.TerminalReporter) -> None:
    if not OUTBOX_TABLE:
        return
    terminalreporter.section("consequences times faults")
    for case in [*dict.fromkeys(case for case, _ in OUTBOX_TABLE), "all"]:
        rows: list[Row] = [row for each, row in OUTBOX_TABLE if case in {each, "all"}]
        sums = [sum(getattr(row, name) for row in rows) for name in ("twice", "unproved", "lost")]
        told = "sent twice {}, sent without proof {}, lost {}".format(*sums)
        terminalreporter.line(f"{case:<48} {len(rows):>3} cases: {told}")


def _print_locks(terminalreporter: pytest.TerminalReporter) -> None:
    if not LOCK_TABLE:
        return
    terminalreporter.section("locks")
    counts = [sum(len(getattr(tally, field)) for tally in LOCK_TABLE) for field in ("wrong", "stuck", "missed")]
    told = "wrong locks {}, stuck {}, missed locks {}".format(*counts)
    told += f" in {sum(tally.looks for tally in LOCK_TABLE)} looks, {sum(tally.locked for tally in LOCK_TABLE)} locked"
    terminalreporter.line(f"{'random days of a lockdown':<48} {len(LOCK_TABLE):>3} lives: {told}")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database."""
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """LeetCode on a loopback socket."""
    served = Service()
    yield served
    served.close()


@pytest.fixture
def life(tmp_path: Path, template: Path, service: Service) -> Iterator[Callable[..., Life]]:
    """Begin a life; it is ended after the test."""
    lives: list[Life] = []

    def begin(**settings: Any) -> Life:
        settings.setdefault("start", local(DAY_ONE, "08:00"))
        lives.append(Life(tmp_path / f"life{len(lives)}", settings.pop("template", template), service, **settings))
        return lives[-1]

    yield begin
    for each in lives:
        each.off()


@pytest.fixture(scope="session")
def sockets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything that a failed day reaches, on loopback sockets."""
    with world(tmp_path_factory.mktemp("program"), lambda: local(DAY_ONE, "08:00")) as made:
        yield made


@pytest.fixture
def receivers(sockets: World) -> Iterator[World]:
    """The same, with nothing done yet, for one test."""
    with sockets.in_place():
        yield sockets


@pytest.fixture(scope="session")
def starts(
    sockets: World, template: Path, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Start]:
    """A morning with every stick armed, and the minute after the verdict over a failed day."""
    found = {}
    for name in ("morning", "failed"):
        with sockets.in_place():
            one = Life(tmp_path_factory.mktemp(name), template, service, start=local(DAY_ONE, "08:00"))
            arm(one, sockets)
            if name == "failed":
                fail_day(one)
            found[name] = kept(one, sockets)
    return found


@pytest.fixture
def morning(life: Callable[..., Life], receivers: World, starts: dict[str, Start]) -> Callable[[], Life]:
    """A morning with every stick armed and tried."""
    return lambda: starts["morning"].again(life, receivers)


@pytest.fixture
def failed(life: Callable[..., Life], receivers: World, starts: dict[str, Start]) -> Callable[[], Life]:
    """A minute after the verdict over a failed day: its coins are gone, everything else is ordered."""
    return lambda: starts["failed"].again(life, receivers)
