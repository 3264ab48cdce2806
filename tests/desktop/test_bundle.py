"""The environment of a bundle: what it was started with is not handed on, and the system's certificates are found."""

import sys
from pathlib import Path

import pytest

from exitzero.desktop import bundle

INSIDE = "/opt/ExitZero/_internal"
STARTED = {
    "HOME": "/home/ada",
    "LD_LIBRARY_PATH": INSIDE,
    "QT_PLUGIN_PATH": f"{INSIDE}/PySide6/Qt/plugins",
    "QML2_IMPORT_PATH": f"{INSIDE}/PySide6/Qt/qml",
    "SSL_CERT_DIR": "/certificates",
}
"""As PyInstaller's start leaves it, where the person has named certificates."""


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process calls itself a bundle."""
    monkeypatch.setattr(sys, "_MEIPASS", INSIDE, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.mark.usefixtures("bundled")
def test_programs_that_we_start_get_none_of_our_libraries() -> None:
    """A browser or a password prompt that loads a bundle's libraries in place of the system's may not even start."""
    found = dict(STARTED)
    bundle.settle_in(found)
    assert found == {"HOME": "/home/ada", "SSL_CERT_DIR": "/certificates"}


@pytest.mark.usefixtures("bundled")
def test_what_the_person_had_set_is_there_again() -> None:
    """A path that was there before the start comes back, and one that the person names is none of ours."""
    found = {
        **STARTED,
        "LD_LIBRARY_PATH": f"{INSIDE}:/opt/own",
        "LD_LIBRARY_PATH_ORIG": "/opt/own",
        "QT_PLUGIN_PATH": "/opt/own/plugins",
    }
    bundle.settle_in(found)
    assert (found["LD_LIBRARY_PATH"], found["QT_PLUGIN_PATH"]) == ("/opt/own", "/opt/own/plugins")
    assert "LD_LIBRARY_PATH_ORIG" not in found


@pytest.mark.usefixtures("bundled")
def test_the_systems_certificates_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first file that is there; none is named where there is none, or where the person has named one."""
    here = tmp_path / "ca.pem"
    monkeypatch.setattr(bundle, "CERTIFICATES", (str(tmp_path / "elsewhere.pem"), str(here)))
    found: dict[str, str] = {}
    bundle.settle_in(found)
    assert found == {}
    here.touch()
    bundle.settle_in(found)
    assert found == {"SSL_CERT_FILE": str(here)}
    named = {"SSL_CERT_FILE": "/own.pem"}
    bundle.settle_in(named)
    assert named == {"SSL_CERT_FILE": "/own.pem"}


def test_nothing_happens_outside_of_a_bundle() -> None:
    """A checkout or an installation by pip runs in the person's own environment."""
    found = dict(STARTED)
    bundle.settle_in(found)
    assert found == STARTED
