"""Under which time each story was last published."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column; a story that was published before has none until it is published again."""
    op.add_column("claims", sa.Column("updated", sa.BigInteger(), nullable=True))
