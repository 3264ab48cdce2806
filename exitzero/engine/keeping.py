"""Keeping what was written: backups, exports, the chain and its anchor, and the health that all this adds up to."""

import json
import logging
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

from exitzero.core import chain
from exitzero.core.errors import BadInput
from exitzero.core.facts import BackupRestored
from exitzero.core.topics import Topic
from exitzero.desktop import paths
from exitzero.desktop.vault import PROOF_PREFIX, Vault
from exitzero.engine.views import HealthItem
from exitzero.store import backup as copies
from exitzero.store import export, folding, journal, tables
from exitzero.store.database import Database, Unit

if TYPE_CHECKING:
    from exitzero.engine.engine import Engine

log = logging.getLogger(__name__)

ANCHOR = f"{PROOF_PREFIX}anchor"
"""Where the newest hash stands in the keyring, as ``number:hash``."""

MARK = "chain.verified"
"""The preference that says up to where the chain was followed, so that a start only follows what is new."""

DAILY = "daily"
BACKUP_EVERY = timedelta(days=1)
LITTLE_ROOM = 200 * 1024 * 1024

UNREADABLE = (SQLAlchemyError, ValueError, TypeError, LookupError, AttributeError)
"""What rows raise that somebody edited into something no program wrote."""


class Keeping:
    """Looks after the file. Methods block on disk and keyring; never for the Qt thread."""

    def __init__(self, database: Database, *, data_dir: Path, vault: Vault, now: Callable[[], datetime]) -> None:
        self._database = database
        self._folder = paths.backups_dir(data_dir)
        self._data_dir = data_dir
        self._vault = vault
        self._now = now
        self._anchored = 0
        self.chain = chain.ChainReport(0, 0, chain.GENESIS)
        self.chain_words = "journal not verified yet"
        found = copies.backups(self._folder)
        self.last_backup = found[0].taken_at if found else None
        # One that was asked for, and may be let go of sooner, does not stand in for the day's own.
        self._last_daily = next((each.taken_at for each in found if each.why == DAILY), None)

    # Backups

    def back_up(self, why: str) -> copies.Backup:
        """Make a backup and prove it; lets go of what rotation does not keep."""
        made = copies.back_up(self._database.path, self._folder, self._now(), why)
        copies.rotate(self._folder)
        self.last_backup = made.taken_at
        if why == DAILY:
            self._last_daily = made.taken_at
        self._database.announce(frozenset({Topic.HEALTH}))
        return made

    def back_up_daily(self) -> None:
        """The day's backup, if it is due and there is anything to keep."""
        age = None if self._last_daily is None else self._now() - self._last_daily
        # One from the future was made while the clock was wrong, and must not keep others away for years.
        if age is not None and timedelta(0) <= age < BACKUP_EVERY:
            return
        if self._database.read(folding.journal_length).result():
            self.back_up(DAILY)

    def proved_backups(self) -> tuple[tuple[str, datetime, bool, str], ...]:
        """Name, time, whether it opens whole, and words, newest first."""
        found = []
        for each in copies.backups(self._folder):
            proof = copies.prove(each.path)
            found.append((each.name, each.taken_at, proof.good, proof.words))
        return tuple(found)

    def export(self, path: Path, kind: str) -> str:
        """Write everything out; raises :class:`BadInput` for an unknown kind."""
        now = self._now()
        match kind:
            case "json":
                self._database.read(lambda session: export.to_json(session, path, now)).result()
            case "csv":
                self._database.read(lambda session: export.to_csv(session, path)).result()
            case _:
                raise BadInput("kind", f"Export as json or csv, not {kind!r}.")
        return str(path)

    # The chain

    def verify_new(self) -> chain.ChainReport:
        """Follow the chain from where it was last found good."""
        report = self._database.read(self._follow_new).result()
        self._report(report)
        if report.is_whole and report.checked:
            mark = [report.last_seq, report.last_hash]
            self._database.write(lambda unit: _mark(unit, mark)).result()
        return report

    def verify_whole(self) -> chain.ChainReport:
        """Follow the chain from its first entry."""
        report = self._database.read(lambda session: chain.verify(journal.entries(session))).result()
        self._report(self._held_against_anchor(report))
        return self.chain

    def _follow_new(self, session: Session) -> chain.ChainReport:
        row = session.get(tables.PreferenceRow, MARK)
        seq, sealed = _marked(row.value) if row is not None else (0, chain.GENESIS)
        report = chain.ChainReport(0, seq, sealed)
        if journal.hash_at(session, seq) != sealed:
            return chain.check_anchor(report, seq, journal.hash_at(session, seq), sealed)
        return chain.verify(journal.entries(session, after=seq), after_seq=seq, after_hash=sealed)

    def _held_against_anchor(self, report: chain.ChainReport) -> chain.ChainReport:
        anchored = self._vault.get(ANCHOR)
        number, _, sealed = (anchored or "").partition(":")
        if not (number.isascii() and number.isdigit()):
            return report  # none yet, or not of our making
        seq = int(number)
        there = self._database.read(lambda session: journal.hash_at(session, seq)).result()
        return chain.check_anchor(report, seq, there, sealed)

    def _report(self, report: chain.ChainReport) -> None:
        self.chain = report
        self.chain_words = (
            "journal verified" if report.is_whole else f"journal broken at entry {report.broken_at}: {report.what}"
        )
        if not report.is_whole:
            log.info("%s", self.chain_words)
        self._database.announce(frozenset({Topic.HEALTH}))

    def anchor(self) -> None:
        """Hold the chain against the hash in the keyring, then keep the newest one there.

        A broken chain keeps its old anchor: what shows the break is not thrown away.
        """
        if not self.chain.is_whole:
            return
        report = self._held_against_anchor(self.chain)
        if not report.is_whole:
            self._report(report)
            return
        seq, sealed = self._database.read(journal.tip).result()
        if seq > self._anchored:
            self._vault.set(ANCHOR, f"{seq}:{sealed}")
            self._anchored = seq

    def restored(self, name: str, taken_at: datetime, kept_aside: str) -> None:
        """Write down that a backup took the place of the file, and begin a new anchor from it."""
        self._database.write(lambda unit: unit.record(BackupRestored(name, taken_at, kept_aside))).result()
        seq, sealed = self._database.read(journal.tip).result()
        self._vault.set(ANCHOR, f"{seq}:{sealed}")

    # Health

    def health(self, engine: "Engine", *, whole: bool) -> tuple[HealthItem, ...]:
        """Everything that could be wrong, each with what to do. ``whole`` looks at every entry and every table."""
        items = [
            self._engine_item(engine),
            *self._source_items(engine),
            self._clock_item(engine),
            self._chain_item(whole=whole),
            self._guard_item(),
        ]
        if whole:
            items.append(self._folding_item())
        try:
            items += engine.calendars.health_items()
        except UNREADABLE as error:
            log.info("the calendars cannot be read", exc_info=error)
            words = "The records of the calendars cannot be read."
            items.append(HealthItem("calendars", "Calendars", "bad", words, "Restore a backup."))
        items += [*_lockdown_items(engine), self._vault_item(), self._backup_item(), self._room_item()]
        return tuple(items)

    def _engine_item(self, engine: "Engine") -> HealthItem:
        status = engine.status
        if status.mode == "second":
            return HealthItem(
                "engine", "Engine", "warn", f"Process {status.holder} watches the day.", "This window looks on."
            )
        return HealthItem("engine", "Engine", "good", "Watching." if status.mode == "watching" else "Ready.")

    def _source_items(self, engine: "Engine") -> list[HealthItem]:
        try:
            today = engine.ask(lambda questions: questions.today()).result()
        except UNREADABLE as error:
            log.info("today cannot be worked out", exc_info=error)
            return [HealthItem("today", "Today", "bad", "Today's record cannot be read.", "Restore a backup.")]
        items = []
        for view in today.sources if today else ():
            title = f"{view.source} {view.subject}"
            if view.reason:
                items.append(HealthItem(f"source.{view.source}", title, "unknown", view.title, view.advice))
            elif view.last_good is None:
                items.append(HealthItem(f"source.{view.source}", title, "unknown", "Never asked yet.", "Check now."))
            elif not view.official:
                items.append(
                    HealthItem(
                        f"source.{view.source}",
                        title,
                        "warn",
                        f"Answers, but from {view.origin}, a stand-in.",
                        "Its word is marked wherever it is shown.",
                    )
                )
            else:
                items.append(
                    HealthItem(f"source.{view.source}", title, "good", f"Answered at {view.last_good:%H:%M} UTC.")
                )
        return items

    def _clock_item(self, engine: "Engine") -> HealthItem:
        if engine.clock_doubt:
            return HealthItem(
                "clock",
                "Clock",
                "warn",
                engine.clock_doubt,
                "Set this machine's clock; the day goes by the source's time.",
            )
        if engine.time_confirmed:
            return HealthItem("clock", "Clock", "good", "Agrees with the sources' own time.")
        return HealthItem("clock", "Clock", "unknown", "No source has told the time yet.", "Check now.")

    def _chain_item(self, *, whole: bool) -> HealthItem:
        report = self.verify_whole() if whole else self.chain
        if report.is_whole:
            words = (
                f"Followed from the first entry to the last, {report.last_seq}." if whole else f"{self.chain_words}."
            )
            return HealthItem("chain", "Journal", "good", words.capitalize())
        return HealthItem(
            "chain",
            "Journal",
            "bad",
            f"Entry {report.broken_at}: {report.what}.",
            "The journal is shown as it is and never rewritten. Restore a backup if this was not you.",
        )

    def _guard_item(self) -> HealthItem:
        if self._database.read(folding.has_triggers).result():
            return HealthItem("guards", "Journal guards", "good", "In place.")
        return HealthItem(
            "guards", "Journal guards", "bad", "The guards against edits were taken off.", "Restore a backup."
        )

    def _folding_item(self) -> HealthItem:
        try:
            stored = self._database.read(folding.folded_state).result()
            again = self._database.read(_folded_again).result()
        except UNREADABLE as error:
            log.info("the tables cannot be folded again", exc_info=error)
            return HealthItem(
                "tables",
                "Tables",
                "bad",
                "The journal or its tables cannot be read as a whole.",
                "Somebody edited the file. Restore a backup.",
            )
        different = sorted(name for name in stored if stored[name] != again[name])
        if not different:
            return HealthItem("tables", "Tables", "good", "The journal gives the same tables again.")
        return HealthItem(
            "tables",
            "Tables",
            "bad",
            f"The journal does not give these tables: {', '.join(different)}.",
            "Somebody edited the file. Restore a backup.",
        )

    def _vault_item(self) -> HealthItem:
        if self._vault.available:
            return HealthItem("keyring", "Keyring", "good", f"Secrets are kept in: {self._vault.place}.")
        return HealthItem(
            "keyring",
            "Keyring",
            "warn",
            "There is no keyring, so secrets are kept in memory until exit.",
            "Start a keyring (GNOME Keyring, KWallet) to keep them.",
        )

    def _backup_item(self) -> HealthItem:
        found = copies.newest_good(self._folder)
        if found is None:
            return HealthItem("backups", "Backups", "warn", "There is no good backup yet.", "Back up now.")
        newest, proof = found
        age = self._now() - newest.taken_at
        state = "good" if age < timedelta(days=3) else "warn"
        return HealthItem("backups", "Backups", state, f"{newest.taken_at:%a %d %b %H:%M} UTC. {proof.words}")

    def _room_item(self) -> HealthItem:
        try:
            free = shutil.disk_usage(self._data_dir).free
        except OSError as error:
            return HealthItem("disk", "Disk", "unknown", str(error))
        words = f"{free / 1e9:.1f} GB free."
        if free < LITTLE_ROOM:
            return HealthItem("disk", "Disk", "warn", words, "Free some space, or nothing can be saved soon.")
        return HealthItem("disk", "Disk", "good", words)


def _marked(text: str) -> tuple[int, str]:
    """The place that a mark names; one that somebody edited sends us back to the beginning."""
    try:
        seq, sealed = json.loads(text)
    except (ValueError, TypeError):
        return 0, chain.GENESIS
    return (seq, sealed) if isinstance(seq, int) and isinstance(sealed, str) else (0, chain.GENESIS)


def _mark(unit: Unit, mark: list[Any]) -> None:
    unit.session.merge(tables.PreferenceRow(name=MARK, value=json.dumps(mark)))


def _lockdown_items(engine: "Engine") -> list[HealthItem]:
    """How the lockdown helper does; nothing while the contract locks nothing and none is installed."""
    try:
        view = engine.lockdown.look()
    except UNREADABLE as error:
        log.info("what is to be locked cannot be read, as the line about today says", exc_info=error)
        return []
    seen = engine.lockdown.locks.seen
    if view.standing == "off" and (seen is None or seen.status is None):
        return []
    advice = "" if seen is None or seen.refused is None else seen.refused.advice
    match view.standing:
        case "missing":
            words = "The contract locks sites, and no helper answers: only reminders come."
            return [HealthItem("lockdown", "Lockdown", "warn", words, advice or "Install it on the lockdown page.")]
        case "degraded":
            words = f"A lock runs, and the hosts file does not hold it: {view.words or 'unknown why'}."
            return [HealthItem("lockdown", "Lockdown", "bad", words, "Look at the lockdown page.")]
        case _:
            return [HealthItem("lockdown", "Lockdown", "good", f"The helper answers; {view.standing}.")]


def _folded_again(session: Session) -> dict[str, list[dict[str, Any]]]:
    """The tables that the journal gives when it is folded from the start, in memory."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        SQLModel.metadata.create_all(engine)
        with Session(engine) as fresh:
            for recorded in journal.page(session, 1, folding.journal_length(session)):
                folding.fold(fresh, recorded.fact, recorded.at, recorded.seq)
                fresh.flush()
            return folding.folded_state(fresh)
    finally:
        engine.dispose()
