"""What became of asking for the pages of reports."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; no page was asked for before."""
    op.add_column("entries", sa.Column("article", sa.JSON(), nullable=True))
    pages = sa.Column("pages", sa.Text(), nullable=False, server_default="")
    op.add_column("states", pages)
