"""What a failed day would do, a rehearsal of it, and the outbox, as a script and a person see them."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exitzero.build import build_engine
from exitzero.core.contract import Clause, Terms
from exitzero.core.stakes import Stakes
from exitzero.core.words import ClauseKind
from exitzero.desktop import paths
from exitzero.desktop.vault import MemoryVault
from exitzero.engine.orders import HOOK
from tests.cli.conftest import URLS
from tests.cli.terminal import NOBODY, Ran, run, zone_at
from tests.engine.kit import DAY, DAY_ONE, Life, Service, local, make_template, terms

STAKES = Stakes(goal="leetcode", charge_cents=500, ceiling_cents=3000, hook=True)
MORE = {"EXITZERO_BEEMINDER_URL": NOBODY}
LINE = {"kind", "title", "at", "amount_words", "text", "where", "outcome", "fails"}


@pytest.fixture
def armed(new: Path) -> Path:
    """A morning on which a program, a datapoint and a charge are armed; there is no token for Beeminder."""
    engine = build_engine(new, mode="command", vault=MemoryVault(), urls=URLS)
    clause = Clause(ClauseKind.LEETCODE, 1, subject="ada")
    engine.do(lambda actions: actions.adopt(Terms(clauses=(clause,), zone=zone_at(6), stakes=STAKES))).result()
    engine.do(lambda actions: actions.set_preference(HOOK, "/bin/sh")).result()
    engine.close()
    return new


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The morning after a failed day: the program was killed by a signal, and Beeminder was never connected."""
    home = tmp_path_factory.mktemp("failed")
    program = home / "dying"
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o700)
    service = Service()
    one = Life(home / "data", make_template(home / "template"), service, start=local(DAY_ONE, "08:00"))
    one.adopt(replace(terms(), stakes=STAKES))
    one.do(lambda actions: actions.set_preference(HOOK, str(program)))
    one.pulse()
    for hour in ("00:11", "00:30"):
        one.to(local(DAY_ONE + DAY, hour))
        one.pulse()
        one.engine.deliver()
    one.off()
    yield one.folder
    service.close()


@pytest.fixture
def morning_after(failed: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    target = tmp_path / "data"
    target.mkdir()
    shutil.copyfile(paths.database_file(failed), paths.database_file(target))
    return target


Say = Callable[..., Ran]


@pytest.fixture
def say() -> Say:
    """Run a command without Beeminder."""
    return lambda data, *arguments: run(arguments, data=data, more=MORE)


def test_stakes_show_what_would_come_and_in_which_order(armed: Path, say: Say) -> None:
    """Coins and datapoint at once, the program and the charge after the time for an appeal."""
    done = say(armed, "stakes", "--json")
    assert (done.code, done.err) == (0, "")
    lines = done.document["stakes"]
    assert [line["kind"] for line in lines] == ["coins", "beeminder_datapoint", "hook", "beeminder_charge"]
    assert all(set(line) == LINE for line in lines)
    assert [line["amount_words"] for line in lines] == ["50 coins", "0 on leetcode", "", "$5.00"]
    words = say(armed, "stakes")
    assert words.code == 0
    assert [line.split("  ")[0].split(" ", 3)[3] for line in words.out.splitlines()] == [
        line["title"] for line in lines
    ]


def test_a_rehearsal_says_what_would_not_have_worked_by_its_exit_code(armed: Path, say: Say) -> None:
    """There is no token, so datapoint and charge would fail; the program would run, and does not."""
    done = say(armed, "rehearse", "--json")
    assert (done.code, done.err) == (70, "")
    document = done.document
    assert set(document) == {"date", "exit_code", "lines", "would_fail"}
    assert (document["exit_code"], document["would_fail"]) == (1, 2)
    outcomes = {line["kind"]: (line["fails"], line["outcome"]) for line in document["lines"]}
    assert outcomes["beeminder_charge"][0]
    assert outcomes["beeminder_datapoint"] == (True, "Beeminder is not connected. Give its token in the settings.")
    assert outcomes["hook"] == (False, "would run /bin/sh with the verdict")
    assert [line["title"] for line in document["lines"]][:3] == ["warning", "alarm", "last call"]
    words = say(armed, "rehearse")
    assert words.code == 70
    assert words.out.splitlines()[-1] == "2 of it would not have worked."
    assert json.loads(say(armed, "outbox", "--json").out) == {"orders": []}


def test_the_outbox_shows_each_order_with_what_to_do_about_it(morning_after: Path, say: Say) -> None:
    """Done, in doubt, given up."""
    done = say(morning_after, "outbox", "--json")
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = {order["key"]: order for order in done.document["orders"]}
    states = {key.split(":")[0]: order["state"] for key, order in found.items()}
    assert states == {"coins": "confirmed", "datapoint": "given_up", "charge": "given_up", "hook": "unknown"}
    assert found[f"hook:{DAY_ONE}"]["look_at"]
    words = say(morning_after, "outbox").out
    assert f"● coins:{DAY_ONE}" in words
    assert f"exitzero outbox settle hook:{DAY_ONE} --happened" in words
    assert f"exitzero outbox retry charge:{DAY_ONE}" in words


def test_what_is_in_doubt_is_settled_and_what_was_given_up_is_released(morning_after: Path, say: Say) -> None:
    """Each once; anything else is refused with a sentence and the code of a wrong command."""
    hook, charge = f"hook:{DAY_ONE}", f"charge:{DAY_ONE}"
    unsaid = say(morning_after, "outbox", "settle", hook)
    assert (unsaid.code, unsaid.sentence) == (64, "Say which: --happened or --not-happened.")
    settled = say(morning_after, "outbox", "settle", hook, "--not-happened", "--json")
    assert (settled.code, settled.document) == (0, {"key": hook, "happened": False})
    again = say(morning_after, "outbox", "settle", hook, "--happened")
    assert (again.code, again.sentence) == (64, "Only what ended in doubt can be settled.")
    released = say(morning_after, "outbox", "retry", charge)
    assert (released.code, released.out) == (0, f"{charge} is tried again as soon as the cockpit runs.\n")
    twice = say(morning_after, "outbox", "retry", charge, "--json")
    assert (twice.code, twice.sentence) == (64, "Only what was given up can be tried again.")
    states = {order["key"]: order["state"] for order in say(morning_after, "outbox", "--json").document["orders"]}
    assert (states[hook], states[charge]) == ("settled_undone", "ordered")


@pytest.mark.parametrize("command", [("stakes",), ("rehearse",), ("outbox",), ("outbox", "retry", "x")], ids=" ".join)
def test_without_a_contract_each_says_how_to_make_one(command: tuple[str, ...], new: Path, say: Say) -> None:
    """One sentence."""
    done = say(new, *command)
    assert (done.code, "exitzero init" in done.sentence) == (64, True)
