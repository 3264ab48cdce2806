"""What is wrong is said in one sentence on standard error, with an exit code that scripts can tell apart, and costs
nothing."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from exitzero.build import open_database
from exitzero.desktop import paths
from exitzero.store.backup import back_up
from exitzero.truth.leetcode_stand_in import StandIn, Submission
from tests.cli.conftest import now
from tests.cli.terminal import run
from tests.store.ground import behind, fill, overwrite
from tests.store.test_trouble import small_disk

INIT = ("init", "--leetcode")
NOTHING_AGREED = "There is no contract yet; make one with: exitzero init --leetcode NAME"

USAGE: list[tuple[str, tuple[str, ...], str]] = [
    ("new", (*INIT, "ad a"), "A LeetCode name has only letters, digits, _ and - (it is not the e-mail or the link)."),
    ("new", (*INIT, "https://leetcode.com/u/ada"), "A LeetCode name has only letters"),
    ("new", (*INIT, "ada", "--goal", "0"), "LeetCode: the target must be between 1 and 100."),
    ("new", (*INIT, "ada", "--goal", "101"), "LeetCode: the target must be between 1 and 100."),
    ("new", (*INIT, "ada", "--goal", "two"), "Invalid value for '--goal': "),
    ("new", (*INIT, "ada", "--deadline", "25:00"), "'25:00' is no hour of the day; write it as HH:MM, such as 23:59."),
    ("new", (*INIT, "ada", "--zone", "Atlantis/Capital"), "There is no time zone 'Atlantis/Capital'; give a name"),
    ("new", (*INIT, "ada", "--leetcode-cn", "ada"), "Give one name: --leetcode NAME or --leetcode-cn NAME."),
    ("new", ("init",), "Give your LeetCode name, or --outreach or --mocks: exitzero init --leetcode NAME"),
    ("new", ("init", "--outreach", "-1"), "Invalid value for '--outreach'"),
    ("new", ("init", "--mocks", "101"), "Mocks: the target must be between 1 and 100."),
    ("new", ("status",), NOTHING_AGREED),
    ("new", ("check", "--json"), NOTHING_AGREED),
    ("new", ("backup", "--restore", "newest"), "There is no good backup yet."),
    ("morning", (*INIT, "grace"), "There is a contract already; change it in the cockpit."),
    ("morning", ("bet", "11"), "You have 10 coins, so you cannot bet 11."),
    ("morning", ("bet", "0"), "Bet at least one coin."),
    ("morning", ("bet", "many"), "Invalid value for 'amount': "),
    ("evening", ("bet", "3"), "The morning is over; bet on a day in its first half."),
    ("morning", ("override", "2020-01-01", "--reason", "x"), "2020-01-01 was never opened."),
    ("morning", ("override", "yesterday", "--reason", "x"), "'yesterday' is no date; write it as YYYY-MM-DD."),
    ("morning", ("override", "2020-01-01"), "Missing option '--reason'."),
    ("morning", ("pass", "--reason", " "), "Write down why; it stays with the day."),
    ("morning", ("backup", "--restore", "exitzero-nix.db"), "There is no backup 'exitzero-nix.db'; see them with: "),
    ("morning", ("export", "all.pdf"), "Name the file .json, or .zip for one CSV file a table."),
    ("morning", ("contract", "--deadline", "noon"), "'noon' is no hour of the day"),
    ("morning", ("log", "--last", "0"), "Invalid value for '--last' / '-n': "),
    ("new", ("statsu",), "No such command 'statsu'."),
    ("new", ("status", "--jsno"), "exitzero status takes --json and --data-dir DIR, not '--jsno'."),
    ("new", ("check", "--jsno"), "No such option: --jsno"),
    ("new", ("status", "--data-dir"), "--data-dir needs a folder."),
    ("new", ("--data-dir=", "status"), "--data-dir needs a folder."),
    ("new", ("status", "--data-dir", "--json"), "--data-dir needs a folder."),
]


@pytest.mark.parametrize(("kind", "arguments", "sentence"), USAGE, ids=[" ".join(each[1]) for each in USAGE])
def test_wrong_usage_is_told_and_exits_64(
    folder: Callable[[str], Path], kind: str, arguments: tuple[str, ...], sentence: str
) -> None:
    """One sentence, nothing on standard output, and no fact more than before."""
    data = folder(kind)
    before = facts(data)
    done = run(arguments, data=data)
    assert done.sentence.startswith(sentence), done
    assert done.code == 64
    assert facts(data) == before
    assert not (data.parent / "--json").exists()


def facts(data: Path) -> int:
    """How many facts there are."""
    path = paths.database_file(data)
    if not path.exists():
        return 0
    with behind(path) as file:
        return int(file.execute("SELECT count(*) FROM journal").fetchone()[0])


def test_twice_is_once(morning: Path, service: StandIn) -> None:
    """A second bet, a bet on proved work, a second pass: refused, and the coins stand as they stood."""
    assert run(["bet", "2"], data=morning).code == 0
    assert run(["bet", "2"], data=morning).sentence == "2 coins are already bet on this day."
    assert run(["pass", "--reason", "ill"], data=morning).code == 0
    assert run(["pass", "--reason", "still ill"], data=morning).sentence == "The day is excused already."
    with behind(paths.database_file(morning)) as file:
        assert file.execute("SELECT sum(amount) FROM coin").fetchone() == (10 - 2 - 25,)


def test_a_bet_on_proved_work_is_no_bet(morning: Path, service: StandIn) -> None:
    """The stand-in shows today's work first."""
    service.add(Submission(1, now() - timedelta(seconds=5), "two-sum", "Two Sum"))
    assert run(["check"], data=morning, url=service.url).code == 0
    done = run(["bet", "2"], data=morning, url=service.url)
    assert (done.code, done.sentence) == (64, "Today's work is already proved; bet tomorrow before you start.")


def test_a_source_that_does_not_answer_is_unknown_not_failed(morning: Path) -> None:
    """Exit code 69, and words about what is the matter."""
    done = run(["check"], data=morning)
    assert done.code == 69
    assert done.out.startswith("◆ LeetCode 0/1 unknown: ")
    assert done.err == ""


@pytest.mark.parametrize("damage", ["garbage", "foreign", "newer", "rotten"])
@pytest.mark.parametrize("with_backup", [True, False])
def test_a_file_that_cannot_be_used_is_left_alone_and_told(morning: Path, damage: str, with_backup: bool) -> None:
    """What it is and what to type; with a good backup that works, and the file before is kept."""
    path = paths.database_file(morning)
    if with_backup or damage == "rotten":
        database = open_database(morning, now, whole=False)
        fill(database, 60)
        database.close()
    if with_backup:
        back_up(path, morning / "backups", now(), "daily")
    match damage:
        case "garbage":
            path.write_bytes(b"Dear diary,\n" * 900)
            told = "The file is no database of ExitZero."
        case "foreign":
            path.unlink()
            with behind(path) as file:
                file.execute("CREATE TABLE bookmarks (url)")
            told = "The file belongs to another program."
        case "newer":
            with behind(path) as file:
                file.execute("UPDATE alembic_version SET version_num = '9999'")
            told = "The database was written by a newer ExitZero."
        case _:
            with behind(path) as file:
                root = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'day'").fetchone()[0]
            overwrite(path, start=(root - 1) * 4096)
            told = "The database is damaged."
    before = path.read_bytes()
    done = run(["log" if damage != "rotten" else "check"], data=morning)
    assert done.code == 70
    assert done.sentence.startswith(told)
    assert path.read_bytes() == before
    if damage == "newer":
        assert done.sentence.endswith("nothing was changed.")
        return
    if damage == "rotten":
        assert done.sentence.endswith("restore the newest good backup.")
    elif not with_backup:
        assert done.sentence.endswith(f"There is no good backup; move {path} away to start afresh.")
    else:
        assert done.sentence.endswith("Restore the newest good backup with: exitzero backup --restore newest")
    if with_backup:
        restored = run(["backup", "--restore", "newest"], data=morning)
        assert (restored.code, restored.err) == (0, "")
        said = r"exitzero-\S+-daily\.db is restored\. The file before is kept as \S+-kept-\S+\.db\.\n"
        assert re.fullmatch(said, restored.out)
        assert run(["doctor", "--json"], data=morning).document["healthy"] is True


def test_a_place_that_may_not_be_written_to_is_told(morning: Path, tmp_path: Path) -> None:
    """An export into no folder, a data folder that is a file."""
    done = run(["export", str(tmp_path / "none" / "all.json")], data=morning)
    assert (done.code, done.sentence) == (
        70, "all.json cannot be written: No such file or directory. Choose another place.",
    )  # fmt: skip
    (tmp_path / "file").touch()
    done = run(["log", "--data-dir", str(tmp_path / "file")], data=morning)
    assert done.code == 70
    assert done.sentence.startswith(f"The folder {tmp_path / 'file'} cannot be used: File exists.")


def test_a_disk_that_is_full_or_read_only_is_told(morning: Path, tmp_path: Path) -> None:
    """Not a fault of ours, not a half word, and afterwards everything goes on."""
    with small_disk(tmp_path / "disk", "1500k") as disk:
        data = disk / "data"
        assert run([*INIT, "ada"], data=data).code == 0
        ballast = disk / "ballast"
        free = shutil.disk_usage(disk).free
        ballast.write_bytes(b"x" * (free // 4096 * 4096))
        full = run(["check"], data=data)
        assert full.code == 69
        assert re.match("The disk (is full|does not answer)", full.err), full
        ballast.unlink()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        readonly = run(["check"], data=data)
        assert readonly.code == 70
        assert "Read-only file system" in readonly.err or "may not be written" in readonly.err
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        assert run(["check", "--json"], data=data).code == 69
        assert run(["doctor", "--json"], data=data).document["healthy"] is True


def test_an_edited_journal_makes_the_doctor_say_so(morning: Path) -> None:
    """Exit code 70, the entry and what to do; and the journal can still be read."""
    with behind(paths.database_file(morning)) as file:
        file.execute("DROP TRIGGER journal_is_never_edited")
        file.execute("UPDATE journal SET payload = 'no JSON' WHERE seq = 2")
    done = run(["doctor"], data=morning)
    assert (done.code, done.err) == (70, "")
    assert "■ Journal: Entry 2: an entry was changed. The journal is shown as it is and never rewritten." in done.out
    assert "■ Journal guards: The guards against edits were taken off." in done.out
    assert run(["log"], data=morning).code == 0


def test_an_interrupt_ends_in_130(morning: Path) -> None:
    """Ctrl+C while the journal is on its way says nothing more."""
    program = (
        "import os, signal, sys, exitzero.cli as c\n"
        # The background job of a shell is started deaf to it.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"c.status_main = lambda a: os.kill(os.getpid(), {int(signal.SIGINT)})\n"
        "from exitzero.__main__ import main\n"
        "import exitzero.status as s\n"
        "s.main = c.status_main\n"
        "sys.exit(main())"
    )
    assert os.name == "posix"
    done = run(["status"], data=morning, program=program)
    assert (done.code, done.out, done.err) == (130, "", "")
