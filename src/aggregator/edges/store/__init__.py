"""What the daemon remembers: SQLAlchemy Core over SQLite, schema by alembic.

The store accepts three things, a `Decision`, a `Ledger` and an `Order`, each
saved whole or not at all.
"""

from aggregator.edges.store.lock import hold_lock, read_note
from aggregator.edges.store.store import Store, has_store, open_store

__all__ = ["Store", "has_store", "hold_lock", "open_store", "read_note"]
