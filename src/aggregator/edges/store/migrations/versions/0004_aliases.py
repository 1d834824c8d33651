"""The names of entries whose feed changed their ids; entries by source and time."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column and the indexes."""
    op.add_column("entries", sa.Column("alias", sa.Text(), nullable=True))
    op.create_index("entries_of_source", "entries", ["source_id", "sort_at"], unique=False)
    op.create_index(
        "entries_by_alias",
        "entries",
        ["source_id", "alias"],
        unique=False,
        sqlite_where=sa.text("alias IS NOT NULL"),
    )
