"""The record of polls: how many of a source came to what, in slots of six hours."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the table; the record begins now."""
    op.create_table(
        "tallies",
        sa.Column("at", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("source_id", sa.String(), primary_key=True),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("ok", "same", "failed", "new")
        ),
        sqlite_with_rowid=False,
    )
