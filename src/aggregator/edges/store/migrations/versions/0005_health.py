"""What is learned of a source's rhythm, since when it fails, and its last gap."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; a source that was read before is as new as its newest report."""
    for name in ("newest", "last_new", "usual_gap", "failing_since"):
        op.add_column("states", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in ("gap_at", "gap_since", "gap_until"):
        op.add_column("states", sa.Column(name, sa.BigInteger(), nullable=True))
    rewrites = sa.Column("rewrites", sa.Integer(), nullable=False, server_default="0")
    op.add_column("states", rewrites)
    filled = sa.Column("gap_fill", sa.Text(), nullable=False, server_default="")
    op.add_column("states", filled)
    # Otherwise the first poll after the update could name no gap, and a source
    # that answers 304 for ever would never be called quiet.
    op.execute(
        "UPDATE states SET newest = (SELECT min(max(sort_at), states.last_poll) FROM entries"
        " WHERE entries.source_id = states.source_id)"
    )
    op.execute("UPDATE states SET last_new = newest")
    op.execute("UPDATE states SET failing_since = coalesce(last_ok, last_poll) WHERE failures > 0")
