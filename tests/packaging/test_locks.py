"""The locks are what a person's machine installs, so they are complete, agree, and name no address."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def _pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def _name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_carries_hashes_and_no_address(lock: str) -> None:
    """A hash says what may be installed; from where is the installer's business."""
    text = (ROOT / lock).read_text()
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    assert blocks
    for block in blocks:
        assert "--hash=sha256:" in block, block
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_what_the_project_asks_for_is_locked() -> None:
    """A dependency added to pyproject.toml without `make lock` would be missing on the next machine."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = {_name(r) for r in settings["project"]["dependencies"]}
    tools = {_name(r) for group in settings["dependency-groups"].values() for r in group}
    assert runtime <= _pins("requirements.lock").keys()
    assert tools <= _pins("requirements-dev.lock").keys()


def test_tools_are_tested_with_the_versions_that_run() -> None:
    """The developers' lock holds the same versions of everything that a person gets."""
    runtime = _pins("requirements.lock")
    assert runtime.items() <= _pins("requirements-dev.lock").items()
