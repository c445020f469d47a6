"""A file in a store, and how far its ingestion is."""

from vectorstores.models.store_files.completing import complete_together
from vectorstores.models.store_files.progress import FileProgress, file_progress
from vectorstores.models.store_files.queries import LEFTOVERS, VectorStoreFileQuerySet
from vectorstores.models.store_files.status import Stage, Status
from vectorstores.models.store_files.store_file import VectorStoreFile
from vectorstores.models.store_files.taking import take

__all__ = [
    "LEFTOVERS",
    "FileProgress",
    "Stage",
    "Status",
    "VectorStoreFile",
    "VectorStoreFileQuerySet",
    "complete_together",
    "file_progress",
    "take",
]
