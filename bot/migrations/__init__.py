"""The history of the tables. ``Storage.migrate`` runs it; no ``alembic.ini`` is needed."""
