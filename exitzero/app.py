"""The way into the windowed program: is there a screen, is there a window already, and if not, one is opened.

Nothing of Qt is imported before those two questions are answered, and nothing heavy before the window is painted.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exitzero.core.errors import OutsideTrouble
from exitzero.desktop import paths

if TYPE_CHECKING:
    from PySide6.QtCore import QObject


def _build(folder: Path, **parts: Any) -> Any:
    from exitzero.build import build_engine

    return build_engine(folder, **parts)


def has_display() -> bool:
    """Whether there is a screen to open a window on; only X11 and Wayland systems can be without one."""
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(arguments: Sequence[str] = (), *, build: Callable[..., Any] = _build) -> int:
    """Open the cockpit; gives the program's exit code. ``--demo`` opens it on generated days."""
    demo = "--demo" in arguments
    if demo and not has_display():
        sys.stderr.write("The demo is a window, and there is no display here.\n")
        return 69
    if not has_display():
        sys.stderr.write("There is no display here; ExitZero runs headless in the foreground (Ctrl+C ends it).\n")
        from exitzero.cli import run_headless

        return run_headless()
    # The demo never touches the real data, not even with its log.
    folder = Path(tempfile.mkdtemp(prefix="exitzero-window-")) if demo else paths.data_dir()
    if not demo and _handed_over(folder, arguments):
        return 0
    # Nothing that a start makes is garbage; looking for some costs a tenth of it. The program switches it on again.
    gc.disable()
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QApplication

    from exitzero import __version__
    from exitzero.ui.program import Cockpit

    QCoreApplication.setApplicationName("exitzero")
    QCoreApplication.setApplicationVersion(__version__)
    app = QApplication(["exitzero"])
    app.setApplicationDisplayName("ExitZero")
    app.setDesktopFileName("exitzero")
    app.setQuitOnLastWindowClosed(False)
    cockpit = Cockpit(folder, build=build, demo=demo)
    app.commitDataRequest.connect(cockpit.quit)
    restore: list[Callable[[], None]] = []
    cockpit.window.painted.connect(lambda: restore.append(_obey_signals(cockpit, cockpit.quit)))
    cockpit.start()
    try:
        return app.exec()
    finally:
        for undo in restore:
            undo()
        if demo:
            shutil.rmtree(folder, ignore_errors=True)


def _handed_over(folder: Path, arguments: Sequence[str]) -> bool:
    """Whether a first window took over; its libraries are only imported if something listens, or once listened."""
    try:
        there = sys.platform == "win32" or (paths.runtime_dir(folder) / "window").exists()
    except OutsideTrouble:
        return False
    if not there:
        return False
    from exitzero.ui.one_window import hand_over

    return hand_over(folder, arguments)


def _obey_signals(parent: QObject, quit_program: Callable[[], None]) -> Callable[[], None]:
    """Quit in good order on SIGTERM and SIGINT. Qt's loop does not come back to Python by itself; a socket wakes it."""
    import signal
    import socket

    from PySide6.QtCore import QSocketNotifier

    ours, pythons = socket.socketpair()
    for end in (ours, pythons):
        end.setblocking(False)
    before = signal.set_wakeup_fd(pythons.fileno(), warn_on_full_buffer=False)
    former = {number: signal.signal(number, lambda _n, _f: None) for number in (signal.SIGTERM, signal.SIGINT)}
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, parent)

    def obey() -> None:
        notifier.setEnabled(False)
        quit_program()

    notifier.activated.connect(obey)

    def restore() -> None:
        notifier.setEnabled(False)
        signal.set_wakeup_fd(before)
        for number, handler in former.items():
            signal.signal(number, handler)
        ours.close()
        pythons.close()

    return restore
