"""A worker's claim on one chosen file."""

import sys
from datetime import datetime, timedelta

from django.db import transaction

from vectorstores.models import VectorStoreFile
from vectorstores.models.store_files import queue


def claim(store_file: VectorStoreFile, now: datetime, lease: timedelta) -> bool:
    """Claim the file as `claim_next` does. False if it is not due."""
    with transaction.atomic():
        due = VectorStoreFile.objects.due(now).filter(pk=store_file.pk)
        claimed = queue._claim(queue._lock_group(due, 1, sys.maxsize, ()), now, lease)
    for file in claimed:
        store_file.due_at = file.due_at
    return bool(claimed)
