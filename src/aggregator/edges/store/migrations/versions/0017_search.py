"""What the archive is searched by: published stories as they are shown, and those to be looked at.

The index itself is made by `edges.store.cards`, where SQLite has FTS5.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "shown",
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("story_id", sa.Text(), nullable=False, unique=True),
        sa.Column("item", sa.Text(), nullable=False),
    )
    op.create_table(
        "shown_due",
        sa.Column("story_id", sa.Text(), primary_key=True),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "shown_due_hidden", "shown_due", ["story_id"], sqlite_where=sa.text("is_hidden = 1")
    )
