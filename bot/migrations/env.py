"""Alembic's entry: runs on the connection, inside the transaction, that ``Storage.migrate`` hands over."""

from alembic import context

from bot.storage import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite's is too, once the driver's own begin and commit are switched off
)
with context.begin_transaction():
    context.run_migrations()
