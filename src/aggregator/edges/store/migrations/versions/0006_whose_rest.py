"""The domain that a rest belongs to: after redirects not the source's own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; without a name a rest is that of the source's own domain, as before."""
    op.add_column("states", sa.Column("rest_domain", sa.Text(), nullable=True))
