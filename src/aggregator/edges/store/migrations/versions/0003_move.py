"""What is thought of a permanent redirect."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; every move is watched anew."""
    op.add_column("states", sa.Column("move", sa.JSON(), nullable=True))
