"""What a page or a command may want of the lockdown: look, lock by hand, leave in an emergency, test, install.

Methods block on the helper's socket, on a password prompt or on browsers: for the network pool, never the Qt thread.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from exitzero.core.blocking import Cause
from exitzero.core.errors import OutsideTrouble
from exitzero.core.today import LockView
from exitzero.desktop.notifications import Notice
from exitzero.engine import views
from exitzero.engine.locks import Helper, Locks
from exitzero.lockdown import install
from exitzero.lockdown.install import CannotInstall
from exitzero.lockdown.reasons import Refused

if TYPE_CHECKING:
    from exitzero.desktop.reach import Report
    from exitzero.engine.engine import Engine

ADMIN_SECONDS = 300
"""How long a person may take for the system's password prompt."""

TESTED = 3
"""So many of the locked names are tried in each browser: each takes a start of its own."""


class Lockdown:
    """The lockdown of one engine."""

    def __init__(self, engine: "Engine", helper: Helper, *, may_lock: Callable[[], bool]) -> None:
        self._engine = engine
        self._may_lock = may_lock
        self.locks = Locks(engine.database, helper, engine.now, on_change=self._changed)

    @property
    def view(self) -> LockView:
        """How it stood at the last look; cheap, for any thread."""
        return self.locks.view

    def keep(self) -> LockView:
        """Bring the helper in step with what ought to be locked now."""
        return self.locks.reconcile(may_lock=self._may_lock(), time_confirmed=self._engine.time_confirmed)

    def look(self) -> LockView:
        """Ask the helper how it stands, and change nothing."""
        return self.locks.look()

    def page(self) -> views.LockdownPage:
        """Everything about the lockdown, after asking the helper."""
        self.locks.look()
        found = install.look()
        seen = self.locks.seen
        status = seen.status if seen is not None else None
        refused = seen.refused if seen is not None else None
        helper = views.HelperView(
            installed=found.there,
            current=found.current,
            answers=status is not None,
            serves_me=found.uid is None or not hasattr(os, "getuid") or found.uid == os.getuid(),
            words="" if refused is None else refused.title,
            advice="" if refused is None else refused.advice,
            policies=status.policies if status is not None else "off",
            flags=status.flags if status is not None else (),
            conflicts=status.conflicts if status is not None else (),
        )
        names = status.names if status is not None else ()
        held = {hold.id for hold in status.holds} if status is not None else set()
        return self._engine.ask(lambda questions: questions.lockdown(helper, self.view, names, held)).result()

    def lock_now(self, lasts: timedelta, names: Sequence[str] = (), *, cause: Cause = Cause.HAND) -> LockView:
        """Lock by hand; without ``names`` the contract's sites. It cannot be taken back.

        Raises :class:`BadInput` on ``lock``, :class:`OutsideTrouble` if nothing could be locked.
        """
        self._helper_there()
        key = self._engine.do(lambda actions: actions.ask_lock(lasts, names, cause)).result()
        view = self.keep()
        refusal = self._engine.ask(lambda questions: questions.lock_refusal(key)).result()
        if refusal:
            raise OutsideTrouble("Nothing was locked.", refusal, reason="not_locked")
        return view

    def end_focus(self, key: str) -> LockView:
        """Take back the lock of a focus session that is over. Raises :class:`BadInput` for any other."""
        self._engine.do(lambda actions: actions.end_focus_lock(key)).result()
        return self.keep()

    def ask_emergency(self, sentence: str) -> LockView:
        """Begin the emergency exit. Raises :class:`BadInput` on ``emergency``, :class:`OutsideTrouble`."""
        self._engine.do(lambda actions: actions.ask_emergency(sentence)).result()
        try:
            self.locks.helper.emergency()
        except Refused as refused:
            self._engine.do(lambda actions: actions.cancel_emergency()).result()
            raise OutsideTrouble(refused.title, refused.advice, reason=str(refused.reason)) from refused
        return self.locks.look()

    def cancel_emergency(self) -> LockView:
        """Stay locked after all; the price comes back unless it has opened already."""
        self.keep()
        try:
            self.locks.helper.cancel_emergency()
        except Refused as refused:
            raise OutsideTrouble(refused.title, refused.advice, reason=str(refused.reason)) from refused
        self._engine.do(lambda actions: actions.cancel_emergency()).result()
        return self.locks.look()

    def test(self, *, browsers: bool, names: Sequence[str] = ()) -> "Report":
        """Look whether locked names are really out of reach; without ``names`` some that are locked, or would be."""
        from exitzero.desktop import reach

        self.locks.look()
        seen = self.locks.seen
        locked = seen.status.names if seen is not None and seen.status is not None else ()
        chosen = list(names) or _spread(locked) or self._engine.ask(lambda q: q.sites_to_try()).result()
        return reach.look(chosen[:TESTED], run_browsers=browsers)

    def install(self) -> str:
        """Install the helper with the person's consent in the system's own prompt; gives what was said."""
        return self._as_root("install")

    def uninstall(self) -> str:
        """Take the helper away without a trace; works while locked."""
        return self._as_root("uninstall")

    def repair(self) -> str:
        """Take out every line of ours that no lock stands for, and set the helper going again."""
        return self._as_root("repair")

    def switch_policies(self, *, on: bool) -> str:
        """Switch the stronger measure: browser policy files for the time of a lock."""
        return self._as_root("policies", switch=on)

    def commands(self) -> dict[str, str]:
        """What to type in a terminal for each of these, for who would rather see it."""
        return {
            action: "sudo " + " ".join(install.command(action, uid=_uid() if action == "install" else None))
            for action in ("install", "uninstall", "repair")
        }

    def _as_root(self, action: str, *, switch: bool | None = None) -> str:
        try:
            command = install.command(action, uid=_uid() if action == "install" else None, switch=switch)
        except CannotInstall as error:
            raise OutsideTrouble("The helper cannot be installed.", str(error), reason="cannot_install") from error
        asker = [] if _is_root() else _elevation()
        try:
            done = subprocess.run(
                [*asker, *command],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=ADMIN_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise OutsideTrouble(
                "Nobody answered the password prompt.", "Try again when you are there.", reason="timeout"
            ) from error
        said = done.stderr.strip() or done.stdout.strip()
        if done.returncode in {126, 127} and asker:
            advice = f"Or type it in a terminal: sudo {' '.join(command)}"
            raise OutsideTrouble("The system did not give its consent.", advice, reason="not_allowed")
        if done.returncode:
            advice = said or f"It ended with {done.returncode}."
            raise OutsideTrouble(f"The helper could not be told to {action}.", advice, reason="cannot_install")
        self.keep()
        return said

    def _helper_there(self) -> None:
        try:
            self.locks.helper.status()
        except Refused as refused:
            raise OutsideTrouble(refused.title, refused.advice, reason=str(refused.reason)) from refused

    def _changed(self, before: LockView, now: LockView) -> None:
        notice = notice_of(before, now, self._engine.now())
        if notice is not None:
            self._engine.tell(notice)


def notice_of(before: LockView, now: LockView, at: datetime) -> Notice | None:
    """What the person is told when the lockdown changes; ``None`` if nothing needs to be said."""
    if now.standing == "locked" and before.standing != "locked":
        minutes = round(((now.until or at) - at).total_seconds() / 60)
        return Notice(
            kind="lockdown",
            title=f"Locked for {minutes} min: {now.sites} host names",
            body=f"{now.cause}. Released by: {now.release}. Close open tabs; restart Firefox if it runs.",
            replaces="lockdown",
        )
    if now.standing == "degraded" and before.standing != "degraded":
        return Notice(
            kind="lockdown",
            title="A lock runs, but the hosts file does not hold it",
            body=now.words or "Look at the lockdown page.",
            replaces="lockdown",
        )
    if before.standing in {"locked", "degraded"} and now.standing in {"idle", "armed", "off"}:
        return Notice(
            kind="lockdown",
            title="The sites are back",
            body="Firefox may need a minute.",
            replaces="lockdown",
        )
    return None


def _spread(names: Sequence[str]) -> list[str]:
    """A few names from all over the list."""
    step = max(len(names) // TESTED, 1)
    return list(names[::step][:TESTED])


def _uid() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _elevation() -> list[str]:
    pkexec = shutil.which("pkexec")
    if pkexec is None:
        raise OutsideTrouble(
            "This system has no pkexec to ask for consent with.",
            "Type in a terminal: sudo exitzero lockdown install",
            reason="no_pkexec",
        )
    return [pkexec]
