"""``exitzero lockdown``: the same helper, locks and words as the page, for scripts."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lockdown.rig import OWNER, Rig, rig, why_not

NEEDS = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def run(data: Path, *arguments: str, socket: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    environment = dict(os.environ)
    if socket is not None:
        environment["EXITZERO_LOCKDOWN_SOCKET"] = str(socket)
    return subprocess.run(
        [sys.executable, "-m", "exitzero", "--data-dir", str(data), "lockdown", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )


@pytest.fixture
def helper() -> Iterator[Rig]:
    """A real helper with a private hosts file."""
    with rig() as one:
        one.start()
        yield one


def test_without_a_helper_it_says_what_is_missing(tmp_path: Path) -> None:
    """Status is no error; asking for a lock is one, with the way out."""
    told = run(tmp_path, "status", "--json")
    assert told.returncode == 0
    assert json.loads(told.stdout)["standing"] == "off"
    refused = run(tmp_path, "lock", "25m", "--site", "reddit.com")
    assert refused.returncode != 0
    assert "exitzero lockdown install" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lock", "soon"), "25m"),
        (("lock", "2m", "--site", "reddit.com"), "5 minutes"),
        (("lock", "1h", "--site", "leetcode.com"), "verified there"),
        (("lock", "1h", "--site", "not a site"), "site"),
        (("policies", "maybe"), "on"),
    ],
)
@NEEDS
def test_bad_input_is_told_in_a_sentence(tmp_path: Path, helper: Rig, arguments: tuple[str, ...], words: str) -> None:
    """With the exit code of wrong usage, and nothing is locked."""
    told = run(tmp_path, *arguments, socket=helper.places.socket)
    assert told.returncode == 64, told
    assert words in told.stderr.lower()
    assert helper.client.status().holds == ()


@NEEDS
def test_a_lock_by_hand_from_the_shell(tmp_path: Path, helper: Rig) -> None:
    """The hosts file holds it, status tells it, and it cannot be released but by its time."""
    assert OWNER
    told = run(tmp_path, "lock", "25m", "--site", "https://www.reddit.com/r/all", "--json", socket=helper.places.socket)
    assert told.returncode == 0, told.stderr
    document = json.loads(told.stdout)
    assert document["standing"] == "locked"
    assert "www.reddit.com" in document["names"]
    assert b"0.0.0.0 www.reddit.com # exitzero" in helper.hosts.read_bytes()
    words = run(tmp_path, "status", socket=helper.places.socket).stdout
    assert words.startswith("■ Locked until")
    assert "Its own time" in words


def test_the_groups_are_listed(tmp_path: Path) -> None:
    """Every shipped group with its host names."""
    document = json.loads(run(tmp_path, "sites", "--json").stdout)
    assert {"video", "social", "news", "games", "chat", "shopping"} <= set(document["groups"])
    assert "youtube.com" in document["groups"]["video"]
    assert document["names"] == []


def test_the_self_test_says_what_it_saw(tmp_path: Path) -> None:
    """For the resolver at least; nothing is called blocked that was not looked at."""
    document = json.loads(run(tmp_path, "test", "--no-browsers", "--site", "example.com", "--json").stdout)
    assert [each["name"] for each in document["resolver"]] == ["example.com"]
    assert {each["state"] for each in document["browsers"]} <= {"unknown"}
