"""Putting the parts together: one place that sees everything and hands each part what it needs.

Opening the file comes first and can fail for reasons that the person can mend; then :class:`CannotStart`
carries the ways out.
"""

import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from exitzero import catalogue
from exitzero.core.errors import BadInput
from exitzero.desktop import paths
from exitzero.desktop.clock import SystemClock
from exitzero.desktop.notifications import Notice
from exitzero.desktop.single_instance import EngineLock
from exitzero.desktop.vault import Vault, system_vault
from exitzero.engine.engine import CannotStart, Engine
from exitzero.engine.keeping import Keeping
from exitzero.engine.locks import Helper
from exitzero.engine.timekeeper import Clock, Timekeeper
from exitzero.lockdown.client import Client
from exitzero.net.http import HttpClient
from exitzero.store import backup
from exitzero.store.database import Database
from exitzero.store.migrate import migrate
from exitzero.store.opening import SCHEMA, check_file, keep_aside
from exitzero.store.trouble import DamagedDatabase, StoreTrouble

log = logging.getLogger(__name__)


def base_urls(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The address that each source is asked at: the service's own, or what the environment puts in its place."""
    found = os.environ if environment is None else environment
    return {
        name: found.get(entry.variable, "").strip().rstrip("/") or entry.home
        for name, entry in catalogue.SOURCES.items()
    }


def open_database(data_dir: Path, now: Callable[[], datetime], *, whole: bool) -> Database:
    """Open the file in ``data_dir``, made or brought up to date as needed.

    Raises :class:`CannotStart` with ways out if the file is damaged or foreign, :class:`StoreTrouble` otherwise.
    """
    path = paths.database_file(data_dir)
    try:
        schema = check_file(path, whole=whole)
        if schema != SCHEMA:
            if schema is not None:
                backup.back_up(path, paths.backups_dir(data_dir), now(), "migration")
            migrate(path)
        return Database(path, now)
    except DamagedDatabase as trouble:
        raise CannotStart(trouble, _ways_out(data_dir, now)) from trouble
    except StoreTrouble as trouble:
        raise CannotStart(trouble) from trouble


def _ways_out(data_dir: Path, now: Callable[[], datetime]) -> list[tuple[str, Callable[[], object]]]:
    path = paths.database_file(data_dir)
    ways: list[tuple[str, Callable[[], object]]] = []
    found = backup.newest_good(paths.backups_dir(data_dir))
    if found is not None:
        newest = found[0]
        ways.append((f"Restore the backup of {newest.taken_at:%d %b %Y, %H:%M} UTC", lambda: restore(data_dir, newest)))
    ways.append(("Keep the file aside and start afresh", lambda: keep_aside(path, now())))
    return ways


def restore(data_dir: Path, chosen: backup.Backup) -> Path | None:
    """Put a backup in the place of the database, which is kept aside; the journal says so from then on.

    No engine may be running. Raises :class:`StoreTrouble`.
    """
    clock = SystemClock()
    path = paths.database_file(data_dir)
    lock = EngineLock(paths.lock_file(data_dir))
    if not lock.acquire():
        raise StoreTrouble("ExitZero is running.", "Quit it first, then restore.", reason="running")
    try:
        aside = backup.restore(chosen, path, clock.now())
        migrate(path)
        database = Database(path, clock.now)
        try:
            keeping = Keeping(database, data_dir=data_dir, vault=system_vault(data_dir), now=clock.now)
            keeping.restored(chosen.name, chosen.taken_at, aside.name if aside else "")
        finally:
            database.close()
    finally:
        lock.release()
    return aside


def build_engine(
    data_dir: Path,
    *,
    mode: str,
    on_notice: Callable[[Notice], object] = lambda _notice: None,
    on_fault: Callable[[BaseException], object] = lambda _error: None,
    demo: bool = False,
    clock: Clock | None = None,
    vault: Vault | None = None,
    urls: Mapping[str, str] | None = None,
    helper: Helper | None = None,
) -> Engine:
    """An engine over the data in ``data_dir``. ``mode`` is window, headless or command; a command does not watch.

    Raises :class:`CannotStart`. Blocks on the disk; the caller closes the engine.
    """
    if demo:
        from exitzero.demo import build_demo

        return build_demo(on_notice=on_notice, on_fault=on_fault, mode=mode)
    is_command = mode == "command"
    used_clock: Clock = clock or SystemClock()
    keeper = Timekeeper(used_clock)
    database = open_database(data_dir, keeper.now, whole=not is_command)
    used_vault = vault or system_vault(data_dir)
    http = HttpClient(monotonic=used_clock.monotonic)
    addresses = {**base_urls(), **(urls or {})}
    engine = Engine(
        database,
        data_dir=data_dir,
        clock=used_clock,
        sources=[entry.make(http, addresses[name], used_vault) for name, entry in catalogue.SOURCES.items()],
        inside=catalogue.INSIDE,
        outside=catalogue.outside(http, used_vault),
        vault=used_vault,
        lock=EngineLock(paths.lock_file(data_dir)),
        helper=helper or lockdown_client(),
        keeper=keeper,
        on_notice=on_notice,
        on_fault=on_fault,
        http=http,
    )
    engine.on_close(http.close)
    keeper.on_jump = engine.jumped
    if not is_command:
        engine.start(mode)
    return engine


def lockdown_client() -> Client:
    """The way to the lockdown helper: its own socket, or what the environment puts in its place."""
    place = os.environ.get("EXITZERO_LOCKDOWN_SOCKET", "").strip()
    return Client(Path(place) if place else None)


def check_account(source: str, name: str) -> str:
    """The account name as the source takes it. Raises :class:`BadInput`."""
    entry = catalogue.SOURCES.get(source)
    if entry is None:
        raise BadInput("source", f"There is no truth source {source!r}.")
    return entry.check_name(name)
