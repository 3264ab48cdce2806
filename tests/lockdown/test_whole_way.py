"""From ``admin.py install`` to ``admin.py uninstall`` as root does it, on the system's paths in a private view of them.

Everything is real but systemd, which a test cannot start: a script of its name starts and ends the helper. Each folder
that is written to lies under an overlay of this test's own, so that the machine never sees any of it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from exitzero.lockdown import install
from exitzero.lockdown.install import CannotInstall
from exitzero.lockdown.places import Places
from tests.lockdown.rig import OWNER, rig, why_not

_VIEW = """
set -e
mount -t tmpfs none "$1"
for place in etc usr/lib usr/share var/lib; do
    mkdir -p "$1/up/$place" "$1/work/$place"
    mount -t overlay -o "lowerdir=/$place,upperdir=$1/up/$place,workdir=$1/work/$place" overlay "/$place"
done
mkdir -m 755 "$1/run"
mount --bind "$1/run" /run
umount /etc/hosts 2>/dev/null || true
printf '127.0.0.1 localhost\\n10.0.0.5 nas' >/etc/hosts
shift
exec "$@"
"""
_SYSTEMD = """#!/bin/sh
echo "$*" >>/run/systemctl.log
end() {
    pid=$(cat /run/helper.pid 2>/dev/null) || return 0
    rm /run/helper.pid
    kill -9 "$pid" && flock /var/lib/exitzero/alive.lock true  # Which it holds for as long as it lives.
}
case "$1" in
restart)
    end
    setsid /usr/bin/python3 -I /usr/lib/exitzero/lockdown/resources/lockdown/run.py serve >/run/helper.log 2>&1 &
    echo $! >/run/helper.pid ;;
disable) end ;;
esac
"""
_STORY = """
import json, os, subprocess, sys
admin, uid, root = sys.argv[1:]
sys.path.append(root)
from exitzero.lockdown.client import Client, Token
from exitzero.lockdown.reasons import Refused

def files():
    found = {}
    for top in ("/etc", "/usr/lib/exitzero", "/usr/share/polkit-1", "/var/lib/exitzero", "/run/exitzero"):
        for folder, folders, names in os.walk(top):
            found[folder] = ""
            for name in names:
                path = os.path.join(folder, name)
                plain = os.path.isfile(path) and not os.path.islink(path)
                found[path] = open(path, "rb").read().hex() if plain else "-"
    return found

def run(*words):
    done = subprocess.run([sys.executable, "-I", admin, *words], capture_output=True, text=True)
    return [done.returncode, done.stderr]

said = {}
before = files()
said["without systemd"] = run("install", "--uid", uid)
said["no helper"] = run("policies", "on", "now")[0]
said["removed"] = run("uninstall")
said["left by the first"] = sorted(files().keys() ^ before.keys())
os.makedirs("/run/systemd/system")
said["install"] = run("install", "--uid", uid)
said["socket"] = os.path.exists("/run/exitzero/helper.sock")
client = Client()
said["state"] = str(client.status().standing)
said["policies on"] = run("policies", "on")
client.lock(["youtube.com"], lasts=600, token=Token("s"))
said["put"] = [os.path.exists("/etc/firefox/policies/policies.json"), client.status().policies]
said["repair"] = run("repair")
said["after repair"] = [str(client.status().standing), client.status().policies]
said["policies off"] = run("policies", "off")
said["taken"] = [os.path.exists("/etc/firefox"), client.status().policies]
run("policies", "on")
client.extend(client.status().holds[0].id, ["x.com"])
said["put again"] = os.path.exists("/etc/firefox/policies/policies.json")
said["uninstall"] = run("uninstall")
after = files()
said["left"] = sorted(path for path in after.keys() | before.keys() if after.get(path) != before.get(path))
try:
    client.status()
except Refused as refused:
    said["gone"] = str(refused.reason)
print(json.dumps(said))
"""


@cache
def _no_overlay() -> str | None:
    if why_not() is not None:
        return why_not()
    with tempfile.TemporaryDirectory(prefix="ezo-") as folder:
        done = subprocess.run(_view(Path(folder), "true"), capture_output=True, check=False)
    return None if done.returncode == 0 else "the system refuses overlays of /etc, /usr and /var"


def _view(folder: Path, *command: str) -> list[str]:
    """Whatever is started in the view ends with it."""
    spaces = ["unshare", "-m", "--propagation", "private", "-p", "--fork", "--kill-child"]
    return [*spaces, "sh", "-c", _VIEW, "sh", str(folder), *command]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ezo-") as made:
        yield Path(made)


@pytest.mark.system
@pytest.mark.skipif(_no_overlay() is not None, reason=_no_overlay() or "")
def test_installed_used_repaired_and_removed_while_locked(folder: Path, tmp_path: Path) -> None:
    """The commands end when the helper answers; at the end not a byte of ours is anywhere, lock or no lock."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "systemctl").write_text(_SYSTEMD)
    (programs / "systemctl").chmod(0o755)
    admin = install.resources() / "admin.py"
    story = [install.PYTHON, "-I", "-c", _STORY, str(admin), str(OWNER), str(admin.parents[2])]
    done = subprocess.run(
        _view(folder, *story), capture_output=True, text=True, timeout=110, check=False,
        env={"PATH": f"{programs}:/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    code, note = said.pop("without systemd")
    assert code == 0
    assert "No systemd here, so nothing was started" in note
    assert said == {
        "no helper": 2,
        "removed": [0, ""],
        "left by the first": [],
        "install": [0, ""],
        "socket": True,
        "state": "idle",
        "policies on": [0, ""],
        "put": [True, "on"],
        "repair": [0, ""],
        "after repair": ["locked", "on"],
        "policies off": [0, ""],
        "taken": [False, "off"],
        "put again": True,
        "uninstall": [0, ""],
        "left": [],
        "gone": "no-helper",
    }


@pytest.mark.skipif(why_not() is not None, reason=why_not() or "")
def test_waiting_for_the_helper_ends_with_its_answer_or_with_a_reason() -> None:
    """A helper that comes up is waited for; one that never does is told, with where to look."""
    with rig() as made:
        with pytest.raises(CannotInstall, match=r"not answered within 0 s \(no-helper\).*journalctl"):
            install.wait_for_answer(places=made.places, seconds=0.2)
        made.start(wait=False)
        install.wait_for_answer(places=made.places, seconds=60)
        assert made.places.socket.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the paths are Linux's")
def test_the_switch_needs_an_installation_and_outlives_an_update(tmp_path: Path) -> None:
    """For the same person only: whoever is installed next has agreed to nothing."""
    places = Places(tmp_path)
    (tmp_path / "etc").mkdir()
    with pytest.raises(CannotInstall, match="not installed"):
        install.switch_policies(on=True, places=places)
    install.install(OWNER, places=places, run=lambda _: 0)
    assert not install.look(places).policies
    install.switch_policies(on=True, places=places)
    install.install(OWNER, places=places, run=lambda _: 0)
    assert install.look(places).policies
    install.repair(places=places, run=lambda _: 0)
    assert install.look(places).policies
    install.install(OWNER + 1, places=places, run=lambda _: 0)
    assert not install.look(places).policies


def test_what_is_started_for_each_action() -> None:
    """The words that ``pkexec`` or ``sudo`` is given."""
    assert install.command("policies", switch=True)[-2:] == ["policies", "on"]
    assert install.command("policies", switch=False)[-2:] == ["policies", "off"]
    assert install.command("install", uid=7)[-3:] == ["install", "--uid", "7"]
