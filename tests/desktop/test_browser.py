"""Links are opened for web addresses and files of ours only: they come from calendars and imports too."""

import os
import webbrowser
from pathlib import Path

import pytest

from exitzero.core.errors import BadInput
from exitzero.desktop.browser import open_url


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser that writes down what it was asked for."""
    asked = tmp_path / "asked"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {asked}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    monkeypatch.setattr(webbrowser, "_tryorder", None)  # It reads the variable once in a process.
    monkeypatch.setattr(webbrowser, "_browsers", {})
    return asked


@pytest.mark.parametrize("url", ["https://leetcode.com/problems/two-sum/?a=1&b=%20#x", "http://127.0.0.1:8/;id"])
def test_a_web_address_reaches_the_browser_unchanged(opened: Path, url: str) -> None:
    """Nothing in it is read by a shell."""
    assert open_url(url) is True
    assert opened.read_text().strip() == url


def test_a_file_of_ours_is_opened_and_another_is_not(opened: Path, tmp_path: Path) -> None:
    """Also not by a way out of the folder, or by a link in it that leads out."""
    ours = tmp_path / "exports"
    ours.mkdir()
    (ours / "my day.html").write_text("")
    (tmp_path / "secret.html").write_text("")
    (ours / "link.html").symlink_to(tmp_path / "secret.html")
    assert open_url((ours / "my day.html").as_uri(), folders=[ours]) is True
    assert opened.read_text().strip() == (ours / "my day.html").as_uri()
    for url in (
        (tmp_path / "secret.html").as_uri(),
        f"file://{ours}/../secret.html",
        (ours / "link.html").as_uri(),
        (ours / "missing.html").as_uri(),
        f"file://elsewhere{ours}/my%20day.html",
    ):
        with pytest.raises(BadInput):
            open_url(url, folders=[ours])
    with pytest.raises(BadInput):
        open_url((ours / "my day.html").as_uri())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "leetcode.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@example.org",
        "ssh://host/",
        "--new-window",
        "https://",
        "https:///path",
        "https://[::1",
        "https://example.org/ --flag",
        "https://example.org/\nx",
        "smb://host/x",
    ],
)
def test_anything_else_is_refused(opened: Path, url: str) -> None:
    """A program or a script is not a link."""
    with pytest.raises(BadInput) as caught:
        open_url(url)
    assert caught.value.field == "link"
    assert not opened.exists()


@pytest.mark.skipif(os.name != "posix", reason="screens are named by variables on Unix only")
def test_without_a_screen_no_text_browser_takes_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Headless says that it cannot, and goes on."""
    monkeypatch.delenv("BROWSER", raising=False)
    assert open_url("https://leetcode.com/") is False
