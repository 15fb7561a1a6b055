"""What outlives a message: the tables, and the few verbs on them."""

from bot.storage.database import StorageError
from bot.storage.outbox import Following, Mail, Outgoing
from bot.storage.tables import metadata
from bot.storage.talks import Committed, Pending, Storage, Stored, Talk

__all__ = [
    "Committed",
    "Following",
    "Mail",
    "Outgoing",
    "Pending",
    "Storage",
    "StorageError",
    "Stored",
    "Talk",
    "metadata",
]
