"""Making a noise with the player this system already has, so that an alarm needs no media library. A missing
sound is never an error: the notification and the screen still say it."""

import logging
import shutil
import subprocess
import sys
import threading
from pathlib import Path

_log = logging.getLogger(__name__)

PLAYERS = ("pw-play", "paplay", "aplay", "afplay")
_LONGEST_SECONDS = 60.0


def play(path: Path) -> str:
    """Play a sound file and come back at once; the name of the player that was started, or "nothing".

    A player that fails (no sound server) is followed by the next one, in a thread of its own. Any thread may
    call.
    """
    if not path.is_file():
        _log.info("no sound: %s is missing", path)
        return "nothing"
    if sys.platform == "win32":  # Written from the documentation; not tried on a Windows machine.
        import winsound

        try:
            winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        except RuntimeError as error:
            _log.info("no sound: %s", error)
            return "nothing"
        return "winsound"
    players = [found for name in PLAYERS if (found := shutil.which(name))]
    while players:
        player = players.pop(0)
        if (running := _start(player, path)) is not None:
            threading.Thread(
                target=_see_through, args=(running, player, players, path), name="exitzero-sound", daemon=True
            ).start()
            return Path(player).name
    return "nothing"


def _start(player: str, path: Path) -> "subprocess.Popen[bytes] | None":
    quiet = subprocess.DEVNULL
    try:
        return subprocess.Popen([player, str(path.resolve())], stdin=quiet, stdout=quiet, stderr=quiet)
    except OSError as error:
        _log.info("%s did not start: %s", player, error)
        return None


def _see_through(running: "subprocess.Popen[bytes]", player: str, others: list[str], path: Path) -> None:
    """Wait for the end (no zombie stays) and go down the list when a player says that it could not."""
    while True:
        try:
            code = running.wait(_LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
            return
        if code == 0:
            return
        _log.info("%s ended with %s", player, code)
        following = None
        while others and following is None:
            player = others.pop(0)
            following = _start(player, path)
        if following is None:
            return
        running = following
