"""Runs the migrations on the connection that `engine` hands over."""

from alembic import context

from aggregator.edges.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
