"""What was learned of how a source publishes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; sources begin to be learned anew."""
    op.add_column("states", sa.Column("rhythm", sa.JSON(), nullable=False, server_default="{}"))
