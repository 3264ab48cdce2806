"""Alembic's entry: runs the migrations over the connection that :mod:`exitzero.store.migrate` hands in."""

from alembic import context
from sqlmodel import SQLModel

import exitzero.store.tables  # noqa: F401 - makes the tables known to the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
