"""The anchor in the real keyring, through three runs of the program; prints what each run found, as JSON."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from exitzero.core.facts import EngineStarted
from exitzero.desktop.vault import system_vault
from exitzero.engine.keeping import ANCHOR, Keeping
from exitzero.store.backup import backups
from exitzero.store.database import Database
from exitzero.store.migrate import migrate
from tests.desktop.children.vault import keyring_daemon
from tests.store.ground import NOW, record


def run(folder: Path, count: int) -> Keeping:
    """Start, look, write so many facts, anchor, end."""
    database = Database(folder / "exitzero.db", lambda: NOW)
    keeping = Keeping(database, data_dir=folder, vault=system_vault(folder), now=lambda: NOW)
    keeping.verify_new()
    keeping.anchor()
    for number in range(count):
        record(database, EngineStarted("1", f"{number}"))
    keeping.anchor()
    database.close()
    return keeping


def main() -> Any:
    """Roll the file back behind the keyring's back, then restore a backup in good order."""
    keyring_daemon()
    folder = Path("data").resolve()
    folder.mkdir()
    path = folder / "exitzero.db"
    migrate(path)
    run(folder, 4)
    shutil.copy(path, folder / "then.db")
    run(folder, 3)
    anchored = system_vault(folder).get(ANCHOR)
    shutil.copy(folder / "then.db", path)
    found = run(folder, 9)
    still = system_vault(folder).get(ANCHOR)

    from exitzero.build import restore

    Keeping(
        Database(path, lambda: NOW), data_dir=folder, vault=system_vault(folder), now=lambda: NOW + timedelta(days=1)
    ).back_up("asked")
    aside = restore(folder, backups(folder / "backups")[0])
    after = run(folder, 1)
    return {
        "anchored": (anchored or "").split(":")[0],
        "found": found.chain_words,
        "kept": still == anchored,
        "aside": aside.name.startswith("exitzero-kept-") if aside else None,
        "after": after.chain_words,
        "newest": (system_vault(folder).get(ANCHOR) or "").split(":")[0],
    }


if __name__ == "__main__":
    print(json.dumps(main()))  # noqa: T201 - what the test reads
