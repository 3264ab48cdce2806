"""Scripts build on these documents, keys and exit codes, and people read the words."""

import json
import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from exitzero import __version__
from exitzero.build import build_engine
from exitzero.desktop.vault import MemoryVault
from exitzero.truth.leetcode_stand_in import StandIn, Submission
from tests.cli.conftest import URLS, now
from tests.cli.terminal import run, zone_at
from tests.store.ground import Clock, terms

STATUS = {
    "date", "state", "exit_code", "survival", "deadline", "outcome", "overridden", "official", "streak", "coins",
    "clauses",
}  # fmt: skip


def test_a_day_as_a_script_sees_it(new: Path, service: StandIn, tmp_path: Path) -> None:
    """From the first contract to a restored backup: each command one document with exactly its keys, and its code."""

    def script(*arguments: str, code: int = 0) -> Any:
        done = run([*arguments, "--json"], data=new, url=service.url)
        assert (done.code, done.err) == (code, ""), done
        return done.document

    zone = zone_at(6)
    made = script("init", "--leetcode", "ada", "--goal", "2", "--zone", zone, "--deadline", "23:30")
    assert made == {
        "contract": 1,
        "effective": made["effective"],
        "zone": zone,
        "deadline": "23:30",
        "clauses": [{"clause": "leetcode", "target": 2, "source": "leetcode", "subject": "ada"}],
    }
    before = script("status", code=69)
    assert set(before) == STATUS
    assert (before["date"], before["state"], before["survival"]) == (made["effective"], "UNKNOWN", 0)
    assert before["clauses"] == [
        {"clause": "leetcode", "state": "unknown", "count": 0, "target": 2, "reason": before["clauses"][0]["reason"]}
    ]
    service.add(Submission(1, now() - timedelta(seconds=5), "two-sum", "Two Sum"))
    checked = script("check", code=1)
    assert checked == {
        "date": made["effective"],
        "exit_code": 1,
        "clauses": [
            {
                "clause": "leetcode",
                "state": "not_met",
                "count": 1,
                "target": 2,
                "reason": "missing",
                "words": "1 of 2 so far.",
                "official": False,
            }
        ],
    }
    assert script("bet", "4") == {"bet": 4, "coins": 6}
    service.add(Submission(2, now() - timedelta(seconds=2), "add-two", "Add Two"))
    assert script("check")["clauses"][0]["state"] == "met"
    after = script("status")
    assert set(after) == STATUS
    assert after["date"] == made["effective"]
    assert {key: value for key, value in after.items() if key not in {"date", "deadline", "clauses"}} == {
        "state": "SAFE", "exit_code": 0, "survival": 100, "outcome": "", "overridden": False, "official": False,
        "streak": 0, "coins": 6,
    }  # fmt: skip
    assert after["clauses"] == [{"clause": "leetcode", "state": "met", "count": 2, "target": 2, "reason": "proved"}]
    deadline = datetime.fromisoformat(after["deadline"])
    assert (deadline.hour, deadline.minute) == (23, 30)
    assert deadline.utcoffset() is not None
    assert script("judge") == {"exit_code": 0, "judged": [], "corrected": [], "waiting": []}
    entries = script("log", "--last", "4")["entries"]
    assert len(entries) == 4
    assert set(entries[0]) == {"seq", "at", "source", "text", "detail", "tone"}
    assert [entry["seq"] for entry in entries] == sorted(entry["seq"] for entry in entries)
    changed = script("contract", "--goal", "3", "--preview")
    assert set(changed) == {"contract", "effective", "terms", "pending", "changes"}
    assert [(each["direction"], each["effective"]) for each in changed["changes"]] == [("tighter", made["effective"])]
    name = script("backup")["backup"]
    assert re.fullmatch(r"exitzero-\d{8}T\d{6}Z-asked\.db", name)
    listed = script("backup", "--list")["backups"]
    assert [(each["name"], each["good"]) for each in listed] == [(name, True)]
    assert set(listed[0]) == {"name", "taken_at", "good", "words"}
    restored = script("backup", "--restore", "newest")
    assert restored["restored"] == name
    assert Path(restored["kept_aside"]).exists()
    assert script("log", "--search", "restored")["entries"][-1]["source"] == "engine"
    exported = script("export", str(tmp_path / "all.json"))
    assert exported == {"exported": str(tmp_path / "all.json"), "kind": "json"}
    assert len(json.loads((tmp_path / "all.json").read_text())["journal"]) > 10
    assert script("export", str(tmp_path / "all.zip"))["kind"] == "csv"
    assert "journal.csv" in zipfile.ZipFile(tmp_path / "all.zip").namelist()
    health = script("doctor")
    assert set(health) == {"healthy", "items"}
    assert health["healthy"] is True
    assert set(health["items"][0]) == {"key", "title", "state", "words", "advice"}
    assert {each["key"]: each["state"] for each in health["items"]}["keyring"] == "warn"
    assert script("pass", "--reason", "ill") == {"date": made["effective"], "excused": True}


def test_a_day_as_a_person_reads_it(new: Path, service: StandIn) -> None:
    """Whole short sentences: no underscore, no None, no word of a program, every line with an end."""
    told: list[str] = []

    def person(*arguments: str, code: int = 0) -> str:
        done = run(arguments, data=new, url=service.url)
        assert (done.code, done.err) == (code, ""), done
        told.append(done.out)
        return done.out

    zone = zone_at(2)
    assert person("init", "--leetcode", "ada", "--zone", zone, "--deadline", "9:05").splitlines() == [
        f"Contract 1 holds from {_today(zone)}: LeetCode 1 a day as ada, due 09:05.",
        "Open the cockpit with: exitzero",
    ]
    assert re.fullmatch(
        rf"UNKNOWN 0 % · LeetCode 0/1 \(not checked yet\) · \d\d:\d\d:\d\d left\n{_today(zone)} exits 69\n",
        person("status", code=69),
    )
    assert person("check", code=1) == "▲ LeetCode 0/1 not met: 0 of 1 so far. By a stand-in, not the service itself.\n"
    assert person("bet", "3") == "3 coins are bet on today; 7 left.\n"
    service.add(Submission(1, now() - timedelta(seconds=5), "two-sum", "Two Sum"))
    assert person("check").startswith("● LeetCode 1/1 met: ")
    assert person("judge") == "Nothing is due.\n"
    assert re.search(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d coins -3  bet on ", person("log"), re.MULTILINE)
    assert person("log", "--search", "zzz") == "No line of the journal fits.\n"
    assert person("backup", "--list") == "There are no backups yet.\n"
    assert re.fullmatch(r"Backed up as exitzero-\S+-asked\.db, opened and whole\.\n", person("backup"))
    assert person("contract").startswith("Contract 1 since ")
    harder = person("contract", "--goal", "2").splitlines()
    assert harder[1] == f"from {_today(zone)}: LeetCode target 1 a day → 2 a day"
    doctor = person("doctor")
    assert "● Journal: Followed from the first entry to the last" in doctor
    assert "▲ Keyring: There is no keyring" in doctor
    assert person("pass", "--reason", "ill") == f"{_today(zone)} is excused.\n"
    assert person("--version") == f"exitzero {__version__}\n"
    assert person("--help").startswith("Usage: exitzero [OPTIONS] COMMAND")
    for text in told:
        assert text.endswith("\n")
        assert not re.search(r"\bNone\b|not_met|\{|<|datetime|  +$", text, re.MULTILINE), text


def _today(zone: str) -> str:
    return now().astimezone(ZoneInfo(zone)).date().isoformat()


def test_a_contract_of_outreach_and_mocks_alone_needs_no_name(new: Path) -> None:
    """Nothing has to be asked for it: the day exits with the bits of both at once."""
    zone = zone_at(6)
    made = run(["init", "--outreach", "5", "--mocks", "1", "--zone", zone, "--json"], data=new)
    assert (made.code, made.err) == (0, "")
    assert made.document["clauses"] == [
        {"clause": "outreach", "target": 5, "source": "proofs", "subject": ""},
        {"clause": "mocks", "target": 1, "source": "calendar", "subject": ""},
    ]
    status = run(["status"], data=new)
    assert status.code == 6
    assert "Outreach 0/5, Mocks 0/1" in status.out
    # A clause is taken out after seven days, and one that needs a name is not made without it.
    out = run(["contract", "--outreach", "0", "--json"], data=new).document
    assert [change["what"] for change in out["changes"]] == ["Outreach clause"]
    assert run(["status"], data=new).code == 6
    refused = run(["contract", "--goal", "1"], data=new)
    assert (refused.code, "cockpit" in refused.err) == (64, True)


def test_a_closed_day_is_judged_late_and_an_outage_overridden(new: Path) -> None:
    """Off for two days: nobody answers, so the days wait (69); once overridden, a held day is a success."""
    clock = Clock()
    clock.at = (now() - timedelta(days=2)).replace(hour=10)
    first = clock.at.date().isoformat()
    with StandIn("ada", now=clock.now) as service:
        urls = dict.fromkeys(URLS, service.url)
        engine = build_engine(new, mode="command", clock=clock, vault=MemoryVault(), urls=urls)
        engine.do(lambda actions: actions.adopt(terms())).result()
        engine.check_now()
    clock.at = clock.at.replace(hour=23, minute=50)
    engine.check_now()
    clock.at += timedelta(minutes=30)
    engine.judge()
    engine.close()
    judged = run(["judge", "--json"], data=new)
    assert judged.code == 69
    assert first in judged.document["waiting"]
    words = run(["judge"], data=new)
    assert f"◆ {first} waits for proof.\n" in words.out
    assert run(["override", first, "--reason", " "], data=new).sentence == "Write down why; it stays with the day."
    done = run(["override", first, "--reason", "the service was down", "--json"], data=new)
    assert (done.code, done.document) == (0, {"date": first, "overridden": True})
    again = run(["override", first, "--reason", "once more"], data=new)
    assert again.sentence.startswith("Only a failed or unproved day on which a source was down")
    assert (again.code, run(["log", "--day", first], data=new).out.count("overridden to success")) == (64, 1)
