"""``exitzero outreach``: added in one line, proved, listed, carried in and out, from a shell."""

import shutil
from pathlib import Path

import pytest

from exitzero.build import build_engine
from exitzero.core.contract import Terms, usual_clause
from exitzero.core.words import ClauseKind
from exitzero.desktop.vault import MemoryVault
from tests.cli.terminal import NOBODY, Ran, run, zone_at
from tests.work.outreach.screens import TEMPLATE, chat

THREAD = "https://www.linkedin.com/messaging/thread/2-NjY0YWE5MDAwMVliZWFkYmVlZg==/"


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose contract owes two outreaches a day, in a zone where the day has long to go, and one target."""
    data = tmp_path_factory.mktemp("outreach")
    engine = build_engine(data, mode="command", vault=MemoryVault(), urls={"leetcode": NOBODY, "leetcode_cn": NOBODY})
    terms = Terms(clauses=(usual_clause(ClauseKind.OUTREACH, target=2),), zone=zone_at(6))
    engine.do(lambda actions: actions.adopt(terms)).result()
    engine.do(lambda actions: actions.outreach.quick("Ada @ Engines")).result()
    engine.close()
    return data


@pytest.fixture
def owing(agreed: Path, tmp_path: Path) -> Path:
    """The same, a test's own."""
    return shutil.copytree(agreed, tmp_path / "data")


def said(ran: Ran) -> str:
    """What a command that went well printed."""
    assert ran.code == 0, ran.err
    return ran.out


def test_a_target_is_added_proved_and_shown(owing: Path) -> None:
    """Add, log by words and by number, list, due, today: one story with its documents."""
    ada = run(["outreach", "add", "Ada Lovelace @ Acme, CTO #warm today", "--json"], data=owing)
    target = ada.document["target"]
    assert (target["name"], target["company"], target["stage"], target["due"]) == (
        "Ada Lovelace", "Acme", "to_contact", True,
    )  # fmt: skip
    waiting = run(["outreach", "due", "--json"], data=owing)
    assert (waiting.code, [each["name"] for each in waiting.document["due"]]) == (1, ["Ada Lovelace"])
    logged = run(["outreach", "log", "lovelace", "--link", THREAD, "--json"], data=owing)
    assert logged.code == 0, logged.err
    document = logged.document
    assert (document["count"], document["quota"], document["state"]) == (1, 2, "not_met")
    assert (document["proof"]["kind"], document["target"]["stage"]) == ("link", "messaged")
    again = run(["outreach", "log", str(target["id"]), "--link", THREAD], data=owing)
    assert again.code == 64
    assert "A proof counts once" in again.sentence
    assert run(["outreach", "due"], data=owing).code == 0
    listed = run(["outreach", "list", "acme", "--stage", "messaged", "--json"], data=owing)
    assert [each["name"] for each in listed.document["targets"]] == ["Ada Lovelace"]
    told = run(["outreach", "today", "--json"], data=owing).document
    assert ([each["name"] for each in told["proofs"]], told["mails"]) == (["Ada Lovelace"], [])
    assert run(["status", "--json"], data=owing).document is not None


def test_a_screenshot_is_logged_from_a_file(owing: Path, tmp_path: Path) -> None:
    """The file counts once."""
    picture = tmp_path / "screen.png"
    chat("Ada", [(True, TEMPLATE.format("Ada"))]).save(picture)
    logged = run(["outreach", "log", "ada", "--picture", str(picture), "--json"], data=owing)
    assert (logged.code, logged.document["proof"]["kind"]) == (0, "picture")
    assert run(["outreach", "log", "ada", "--picture", str(picture)], data=owing).code == 64


def test_lists_come_in_once_and_go_out(owing: Path, tmp_path: Path) -> None:
    """A dry run adds nothing; a second import finds all there; what is written out is read back."""
    source = tmp_path / "tracker.csv"
    source.write_text("Company,Position,Status,URL\nAcme,Engineer,Applied,https://acme.example/jobs/1\nZenith,CTO,,\n")
    dry = run(["outreach", "import", str(source), "--dry-run", "--json"], data=owing)
    assert (dry.document["added"], dry.document["dry_run"]) == (2, True)
    assert run(["outreach", "list", "--json"], data=owing).document["total"] == 2
    assert run(["outreach", "import", str(source), "--json"], data=owing).document["added"] == 2
    twice = run(["outreach", "import", str(source), "--json"], data=owing).document
    assert (twice["added"], twice["known"]) == (0, 2)
    for name in ("out.csv", "out.vcf"):
        written = run(["outreach", "export", str(tmp_path / name), "--json"], data=owing)
        assert written.document["targets"] == 4
        back = run(["outreach", "import", str(tmp_path / name), "--json"], data=owing).document
        assert (back["added"], back["known"]) == (0, 4), name


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["log", "nobody", "--link", THREAD], "No target fits"),
        (["log", "99", "--link", THREAD], "no target 99"),
        (["log", "ada"], "Give one proof"),
        (["log", "ada", "--link", THREAD, "--subject", "x"], "Give one proof"),
        (["log", "ada", "--subject", "Application"], "No mailbox is connected"),
        (["log", "ada", "--link", "https://www.linkedin.com/in/ada/"], "profile"),
        (["log", "ada", "--picture", "/no/such/file.png"], "cannot be read"),
        (["add", "Ada !urgent"], "high, !medium or !low"),
        (["list", "--stage", "won"], "no stage"),
        (["import", "/no/such/file.csv"], "cannot be read"),
        (["export", "list.txt"], ".csv"),
    ],
)
def test_bad_input_is_one_sentence(owing: Path, arguments: list[str], words: str) -> None:
    """Exit code 64, nothing on standard output, and what to do instead."""
    refused = run(["outreach", *arguments], data=owing)
    assert refused.code == 64, refused.out
    assert words in refused.err


def test_several_that_fit_are_named(owing: Path) -> None:
    """Words that mean two targets are refused with their numbers; a whole name is enough."""
    said(run(["outreach", "add", "Ada Byron"], data=owing))
    refused = run(["outreach", "log", "a", "--link", THREAD], data=owing)
    assert "2 Ada," in refused.err
    assert "3 Ada Byron" in refused.err
    assert run(["outreach", "log", "Ada", "--link", THREAD], data=owing).code == 0
