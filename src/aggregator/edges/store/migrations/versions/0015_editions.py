"""Day editions, places of stories in them, and the order in which entries were written."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"


def upgrade() -> None:
    """Add the tables and the indexes."""
    op.create_table(
        "days",
        sa.Column("date", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False, unique=True),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.BigInteger()),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
    )
    op.create_index(
        "days_due", "days", ["number"], sqlite_where=sa.text("due <> '' OR closed IS NULL")
    )
    op.create_table(
        "places",
        sa.Column("date", sa.String(), primary_key=True),
        sa.Column("story_id", sa.Text(), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("places_by_story", "places", ["story_id"])
    op.add_column("entries", sa.Column("serial", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE entries SET serial = id")
    op.create_index("entries_by_serial", "entries", ["serial"])
    op.create_index("entries_by_language", "entries", ["language", "sort_at"])
