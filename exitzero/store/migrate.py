"""Bringing a file to the shape that this program needs, one migration a transaction, after a backup.

Alembic is imported only when the file is behind, so that an ordinary start does not pay for it.
"""

import sqlite3
from pathlib import Path
from typing import Any

from exitzero.store.opening import APPLICATION_ID, SCHEMA, check_file, connect
from exitzero.store.trouble import translated

MIGRATIONS = Path(__file__).with_name("migrations")


def needs_migration(path: Path) -> bool:
    """True if the file is new or older than this program; raises as :func:`check_file` does."""
    return check_file(path, whole=False) != SCHEMA


def migrate(path: Path, *, to: str = SCHEMA, migrations: Path = MIGRATIONS) -> None:
    """Apply the missing migrations. The caller makes a backup of an existing file first.

    Raises :class:`StoreTrouble` where the disk or another program is in the way.

    Each step is one transaction, with foreign keys off around it: with the driver's own habits a failed step would
    leave half its tables behind, and a rebuilt parent table would take its children's rows with it.
    """
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import StaticPool

    def creator() -> sqlite3.Connection:
        connection = connect(path)
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        return connection

    engine = create_engine("sqlite://", creator=creator, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    config = Config()
    # The option is a template, in which a percent sign is not itself.
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, to)
    except (DBAPIError, sqlite3.Error) as error:
        trouble = translated(error)
        if trouble is None:
            raise
        raise trouble from error
    finally:
        engine.dispose()
