"""One LeetCode and one migrated database for all tests of the engine; a life of its own for each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.kit import DAY_ONE, FAULT_TABLE, Life, Service, Tally, local, make_template


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of the fault table, for whoever quotes them."""
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
        lives.append(Life(tmp_path / f"life{len(lives)}", template, service, **settings))
        return lives[-1]

    yield begin
    for each in lives:
        each.off()
