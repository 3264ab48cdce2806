"""The outbox learns to wait, to fail, to be unknown; channels for shame posts, streak freezes, the alarm's exit.

Columns are only added, so no table is rebuilt and no trigger is lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what is new; the journal is not touched."""
    op.add_column("consequence", sa.Column("due", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consequence", sa.Column("plan", sa.String(), nullable=False, server_default="{}"))
    op.add_column("consequence", sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consequence", sa.Column("words", sa.String(), nullable=False, server_default=""))
    op.add_column("consequence", sa.Column("look_at", sa.String(), nullable=False, server_default=""))
    op.add_column("day", sa.Column("alarm_left", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "channel",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proved_how", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "freeze",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bought", sa.Date(), nullable=False),
        sa.Column("used", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
