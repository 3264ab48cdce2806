"""``exitzero mock``: booked, listed, answered, given out and read in, from a shell."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.terminal import run

SOON = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=2)
WHEN = f"{SOON:%Y-%m-%d %H:%M}"


def test_a_mock_is_booked_and_comes_next(morning: Path) -> None:
    nothing = run(["mock", "next", "--json"], data=morning)
    assert (nothing.code, nothing.document["next"]) == (1, None)
    booked = run(
        ["mock", "add", WHEN, "--zone", "UTC", "--partner", "Grace", "--reminder", "30", "--json"], data=morning
    )
    assert booked.code == 0, booked.err
    mock = booked.document["mock"]
    assert (mock["title"], mock["starts"], mock["counts"]) == (
        "Mock interview with Grace",
        f"{SOON:%Y-%m-%dT%H:%M:%SZ}",
        True,
    )
    second = run(["mock", "add", WHEN, "--zone", "UTC", "--title", "Two"], data=morning)
    assert "▲ At the same time: Mock interview with Grace" in second.out
    coming = run(["mock", "next", "--json"], data=morning)
    assert (coming.code, coming.document["next"]["uid"]) == (0, mock["uid"])
    listed = run(["mock", "list", "--json"], data=morning)
    assert [each["title"] for each in listed.document["mocks"]] == ["Mock interview with Grace", "Two"]
    assert (morning / "exitzero.ics").exists()


def test_one_that_is_over_is_written_down_and_scored(morning: Path) -> None:
    over = SOON - timedelta(days=5)
    when = f"{over:%Y-%m-%d %H:%M}"
    assert run(["mock", "add", when, "--zone", "UTC", "--title", "Old"], data=morning).code == 64
    booked = run(["mock", "add", when, "--zone", "UTC", "--title", "Old", "--record", "--json"], data=morning)
    assert booked.document["mock"]["counts"] is False
    said = run(["mock", "done", "complete", "--score", "Code=4", "--score", "Testing=3", "--json"], data=morning)
    assert (said.document["mock"]["state"], said.document["mock"]["score"]) == ("complete", 3.5)
    uid = booked.document["mock"]["uid"][:8]
    again = run(["mock", "done", "missed", uid], data=morning)
    assert again.out.startswith("✗ ")
    table = morning.parent / "scores.csv"
    assert run(["mock", "export", str(table)], data=morning).code == 0
    assert table.read_text().splitlines()[1].count("Old") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "tomorrow"], "2026-06-11 18:00"),
        (["add", "2027-03-28 02:30", "--zone", "Europe/Berlin", "--title", "x"], "Take 03:30"),
        (["done", "complete"], "waits for an answer"),
        (["done", "complete", "abc"], "begins with 'abc'"),
        (["import", "/no/such/file.ics"], "cannot be read"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_64(morning: Path, arguments: list[str], words: str) -> None:
    ran = run(["mock", *arguments], data=morning)
    assert ran.code == 64
    assert words in ran.sentence


def test_a_file_is_imported_once(morning: Path) -> None:
    file = morning.parent / "two.ics"
    run(["mock", "add", WHEN, "--zone", "UTC", "--title", "Graphs"], data=morning)
    run(["mock", "export", str(file)], data=morning)
    text = file.read_bytes().replace(b"@exitzero", b"@another")
    file.write_bytes(text)
    tried = run(["mock", "import", str(file), "--dry-run", "--json"], data=morning)
    assert (tried.document["added"], len(tried.document["new"])) == (0, 1)
    assert run(["mock", "import", str(file), "--json"], data=morning).document["added"] == 1
    assert run(["mock", "import", str(file), "--json"], data=morning).document["known"] == 1
    file.write_bytes(b"hello")
    assert run(["mock", "import", str(file)], data=morning).code == 70
