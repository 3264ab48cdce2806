"""``exitzero mock``: booked, listed, answered, given out and read in, from a shell."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.terminal import run, run_each

SOON = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=2)
WHEN = f"{SOON:%Y-%m-%d %H:%M}"


def test_a_mock_is_booked_and_comes_next(morning: Path) -> None:
    add = ["mock", "add", WHEN, "--zone", "UTC"]
    nothing, booked, second, coming, listed = run_each(
        ["mock", "next", "--json"],
        [*add, "--partner", "Grace", "--reminder", "30", "--json"],
        [*add, "--title", "Two"],
        ["mock", "next", "--json"],
        ["mock", "list", "--json"],
        data=morning,
    )
    assert (nothing.code, nothing.document["next"]) == (1, None)
    assert booked.code == 0, booked.err
    mock = booked.document["mock"]
    assert (mock["title"], mock["starts"], mock["counts"]) == (
        "Mock interview with Grace",
        f"{SOON:%Y-%m-%dT%H:%M:%SZ}",
        True,
    )
    assert "▲ At the same time: Mock interview with Grace" in second.out
    assert (coming.code, coming.document["next"]["uid"]) == (0, mock["uid"])
    assert [each["title"] for each in listed.document["mocks"]] == ["Mock interview with Grace", "Two"]
    assert (morning / "exitzero.ics").exists()


def test_one_that_is_over_is_written_down_and_scored(morning: Path) -> None:
    add = ["mock", "add", f"{SOON - timedelta(days=5):%Y-%m-%d %H:%M}", "--zone", "UTC", "--title", "Old"]
    refused, booked, said = run_each(
        add,
        [*add, "--record", "--json"],
        ["mock", "done", "complete", "--score", "Code=4", "--score", "Testing=3", "--json"],
        data=morning,
    )
    assert refused.code == 64
    assert booked.document["mock"]["counts"] is False
    assert (said.document["mock"]["state"], said.document["mock"]["score"]) == ("complete", 3.5)
    uid = booked.document["mock"]["uid"][:8]
    table = morning.parent / "scores.csv"
    again, written = run_each(["mock", "done", "missed", uid], ["mock", "export", str(table)], data=morning)
    assert again.out.startswith("✗ ")
    assert written.code == 0
    assert table.read_text().splitlines()[1].count("Old") == 1


def test_what_cannot_be_is_one_sentence_and_64(morning: Path) -> None:
    wrong = {
        "2026-06-11 18:00": ["add", "tomorrow"],
        "Take 03:30": ["add", "2027-03-28 02:30", "--zone", "Europe/Berlin", "--title", "x"],
        "waits for an answer": ["done", "complete"],
        "begins with 'abc'": ["done", "complete", "abc"],
        "cannot be read": ["import", "/no/such/file.ics"],
    }
    answers = run_each(*(["mock", *arguments] for arguments in wrong.values()), data=morning)
    for words, ran in zip(wrong, answers, strict=True):
        assert ran.code == 64
        assert words in ran.sentence


def test_a_file_is_imported_once(morning: Path) -> None:
    """By processes of their own, as it is from a shell."""
    file, bad = morning.parent / "two.ics", morning.parent / "bad.ics"
    run(["mock", "add", WHEN, "--zone", "UTC", "--title", "Graphs"], data=morning)
    assert run(["mock", "export", str(file)], data=morning).code == 0
    file.write_bytes(file.read_bytes().replace(b"@exitzero", b"@another"))
    bad.write_bytes(b"hello")
    read = ["mock", "import", str(file), "--json"]
    tried, first, second, refused = run_each(
        [*read, "--dry-run"], read, read, ["mock", "import", str(bad)], data=morning
    )
    assert (tried.document["added"], len(tried.document["new"])) == (0, 1)
    assert first.document["added"] == 1
    assert second.document["known"] == 1
    assert refused.code == 70
