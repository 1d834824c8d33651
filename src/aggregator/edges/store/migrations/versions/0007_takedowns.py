"""What was ordered about reports, and which stories became one."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the tables; ids are looked up by the report that each was given to."""
    op.create_table(
        "orders",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("story_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("carried", sa.BigInteger(), nullable=True),
    )
    op.create_index("orders_by_source", "orders", ["source_id", "by"])
    op.create_index("orders_pending", "orders", ["number"], sqlite_where=sa.text("carried IS NULL"))
    op.create_table(
        "merges",
        sa.Column("story_id", sa.Text(), primary_key=True),
        sa.Column("survivor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("merges_by_time", "merges", ["at"])
    op.create_index("claims_by_report", "claims", ["source_id", "key"])
