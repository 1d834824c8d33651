"""What the daemon remembers: SQLAlchemy Core over SQLite, schema by alembic.

The store accepts three things, a `Decision`, a `Ledger` and an `Order`, each
saved whole or not at all; and vectors, which can be made again of the reports.
"""

from aggregator.edges.store.lock import hold_lock, read_note
from aggregator.edges.store.searching import Finder, Found, Unanswered
from aggregator.edges.store.store import Store, has_store, open_store
from aggregator.edges.store.vectors import Kept

__all__ = [
    "Finder",
    "Found",
    "Kept",
    "Store",
    "Unanswered",
    "has_store",
    "hold_lock",
    "open_store",
    "read_note",
]
