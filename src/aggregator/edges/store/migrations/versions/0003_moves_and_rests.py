"""What is thought of a permanent redirect, and how long a domain is left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns, and what finds the due among thousands; every move is watched anew."""
    op.add_column("states", sa.Column("move", sa.JSON(), nullable=True))
    op.add_column("states", sa.Column("rest_until", sa.BigInteger(), nullable=True))
    op.create_index("states_by_next_poll", "states", ["next_poll"])
    op.create_index("states_by_rest", "states", ["rest_until"])
