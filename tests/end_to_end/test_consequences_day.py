"""A whole failing day and a whole saved one, through the engine with everything armed; and no secret anywhere."""

import base64
import logging
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from exitzero.core import facts
from exitzero.core.outbox import State
from exitzero.desktop import logs, paths
from exitzero.engine.questions import Questions
from tests.consequences.servers_mail import At
from tests.engine.kit import DAY, DAY_ONE, MINUTE, Life, local
from tests.engine.sticks_kit import SECRETS, STICKS, Spoil, World, deliver, orders
from tests.servers.beeminder import Fault
from tests.servers.misbehaving import How, Reply

NEXT_DAY = DAY_ONE + DAY
Begin = Callable[[], Life]

pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
    pytest.mark.allow_logs("WARNING mail.log: "),
]


def walk(one: Life, until: str, *, label: object = DAY_ONE, every: timedelta = 30 * MINUTE) -> list[tuple[str, int]]:
    """Live on as the loop does; gives each change of the alarm with its hour."""
    end = local(DAY_ONE if label == DAY_ONE else NEXT_DAY, until)
    changes: list[tuple[str, int]] = []
    while one.now < end:
        one.to(min(end, one.now + every))
        deliver(one)
        today = one.ask(Questions.today)
        assert today is not None
        if not changes or changes[-1][1] != today.alarm:
            changes.append((f"{one.now + timedelta(hours=2):%H:%M}", today.alarm))
    return changes


def test_a_whole_failing_day(morning: Begin, receivers: World) -> None:
    """Rungs at 20:00, 22:00 and 23:00, the alarm from 22:00, coins and datapoint with the verdict, the rest a quarter
    of an hour later, each once; and the next day begins as if nothing could be undone, which is so.
    """
    one = morning()
    assert walk(one, "23:55") == [("08:31", 0), ("22:01", 2)]
    assert [(fact.name, fact.urgent) for fact in one.facts(facts.RungFired)] == [
        ("warning", False),
        ("alarm", True),
        ("last call", True),
    ]
    assert not receivers.done
    walk(one, "00:15", label=NEXT_DAY, every=MINUTE)
    verdict = one.facts(facts.DayJudged)[0]
    assert (verdict.outcome, verdict.exit_code, one.coins) == ("failed", 1, 10 - 50)
    assert set(receivers.done) == {"datapoint"}
    walk(one, "00:24", label=NEXT_DAY, every=MINUTE)
    assert set(receivers.done) == {"datapoint"}
    walk(one, "03:00", label=NEXT_DAY, every=5 * MINUTE)
    assert receivers.done == dict.fromkeys(STICKS, 1)
    found = orders(one)
    assert {order.state for order in found.values()} == {State.CONFIRMED}
    assert all(order.receipt for order in found.values())

    (charge,) = receivers.goals.charges
    assert (charge["amount"], str(charge["note"]).startswith(f"ExitZero {DAY_ONE}: exit 1")) == (5.0, True)
    ((goal, _), point), *_ = receivers.goals.datapoints.items()
    assert (goal, point["value"], point["daystamp"]) == ("leetcode", 0.0, f"{DAY_ONE:%Y%m%d}")
    assert receivers.program.ran == [f"hook:{DAY_ONE}"]
    assert receivers.program.verdict == {
        "date": DAY_ONE.isoformat(),
        "outcome": "failed",
        "exit_code": 1,
        "contract": 1,
        "clauses": [{"clause": "leetcode", "state": "not_met", "count": 0, "target": 1}],
    }
    assert set(receivers.texts.values()) == {orders(one)["board"].text}
    assert DAY_ONE.isoformat() in receivers.texts["board"]
    one.solve(local(NEXT_DAY, "09:00"))
    walk(one, "12:00", label=NEXT_DAY, every=timedelta(hours=3))
    assert receivers.done == dict.fromkeys(STICKS, 1)
    one.check_file()


def test_a_whole_saved_day(morning: Begin, receivers: World) -> None:
    """The work is verified at 23:50: the alarm stops at once, the verdict is a success, and nothing ever leaves."""
    one = morning()
    assert walk(one, "23:48")[-1] == ("22:01", 2)
    one.solve(local(DAY_ONE, "23:49"))
    assert walk(one, "23:50", every=2 * MINUTE) == [("23:50", 2)]
    one.engine.check_now()
    today = one.ask(Questions.today)
    assert today is not None
    assert (today.standing, today.alarm) == ("SAFE", 0)
    walk(one, "06:00", label=NEXT_DAY)
    assert (one.state(DAY_ONE), one.coins) == ("success", 10 + 10)
    assert not receivers.done
    assert not orders(one)
    badges = {badge.name: badge.progress for badge in one.ask(lambda questions: questions.rewards()).badges}
    assert badges["late_save"] == 1
    one.check_file()


@pytest.fixture
def log_files(tmp_path: Path) -> Iterator[Path]:
    """The program's own log, as talkative as it can be."""
    folder = tmp_path / "logs"
    level = logging.getLogger("exitzero").level
    logs.set_up(folder, logging.DEBUG)
    yield folder
    logs.shut_down()
    logging.getLogger("exitzero").setLevel(level)


def test_no_secret_is_found_anywhere_but_in_the_vault(
    morning: Begin, receivers: World, log_files: Path, tmp_path: Path
) -> None:
    """After a rehearsal, tests, refusals that quote the token, lost answers and deliveries: not in the log, the
    journal, the database's raw bytes, an export, a word on the screen, a notice, or any process's arguments.
    """
    one = morning()
    told = [str(one.engine.rehearse()), str(one.ask(lambda questions: questions.preview_of_failure()))]
    for name in ("board", "topic", "toots", "friend"):
        told.append(one.engine.connections.test_channel(name))
    receivers.forget()
    told.append(str(one.engine.connections.beeminder()))
    walk(one, "23:55", every=timedelta(hours=2))
    quoted = dict.fromkeys(("error", "errors"), f"Bad: {SECRETS['beeminder token']} {' '.join(SECRETS.values())}")
    receivers.board.spoilt["toots"] = [Spoil(acts=False, reply=Reply.of(quoted, status=401))]
    receivers.board.spoilt["topic"] = [Spoil(acts=True, reply=Reply.of(quoted, status=500))]
    receivers.board.spoilt["board"] = [Spoil(acts=False, reply=Reply.of(quoted, status=422))]
    body = str(quoted).replace("'", '"').encode()
    receivers.goals.spoil("datapoints.json", Fault(acts=False, status=422, body=body))
    receivers.goals.spoil("charges.json", Fault(acts=True, how=How.HANG_UP))
    receivers.mail.at = At.DATA_REFUSED
    walk(one, "03:00", label=NEXT_DAY, every=5 * MINUTE)
    found = orders(one)
    assert {found[stick].state for stick in ("toots", "board", "datapoint", "friend")} == {State.GIVEN_UP}
    assert {found[stick].state for stick in ("topic", "charge")} == {State.UNKNOWN}
    told += [str(view) for view in found.values()] + [str(one.notices), str(one.day(DAY_ONE))]
    told += [str(one.ask(lambda questions: questions.log_page(0, 10_000)))]
    told += [str(one.ask(lambda questions: questions.channels())), str(one.engine.doctor())]

    exported = tmp_path / "everything.json"
    one.engine.export(exported, "json")
    one.engine.export(tmp_path / "everything.zip", "csv")
    one.engine.back_up()
    with zipfile.ZipFile(tmp_path / "everything.zip") as archive:
        sheets = b"\n".join(archive.read(name) for name in archive.namelist())
    one.off()
    places = {
        "words": "\n".join(told).encode(),
        "csv": sheets,
        "json": exported.read_bytes(),
        "environment of the program": (receivers.program.folder / "environment").read_bytes(),
        "processes": (receivers.program.folder / "processes").read_bytes(),
        "verdict": (receivers.program.folder / "verdict.json").read_bytes(),
    }
    files = [each for folder in (one.folder, log_files) for each in folder.rglob("*") if each.is_file()]
    places |= {each.name: each.read_bytes() for each in files}
    assert paths.database_file(one.folder).name in places
    assert any(b"DEBUG" in places[each.name] for each in log_files.iterdir()), "the log has nothing to search"
    assert b"noting" in places["processes"], "the list of processes has nothing to search"
    for name, secret in SECRETS.items():
        user = base64.b64encode(f"me:{secret}".encode())[4:-4]
        for form in {secret.encode(), quote(secret, safe="").encode(), secret.lower().encode(), user}:
            where = [place for place, content in places.items() if form in content]
            assert not where, f"the {name} stands in {where}"
    assert [each.name for each in paths.backups_dir(one.folder).iterdir()]
