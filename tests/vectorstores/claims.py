"""A worker's claim on one file, whoever's turn it is."""

import sys
from datetime import datetime, timedelta

from django.db import transaction

from vectorstores.models import VectorStoreFile
from vectorstores.models.store_files import taking


def claim(store_file: VectorStoreFile, now: datetime, lease: timedelta) -> bool:
    """As `take` claims it. False if it is not due: held, settled, removed or later."""
    with transaction.atomic():
        due = VectorStoreFile.objects.due(now).filter(pk=store_file.pk)
        claimed = taking._claimed(taking._group(due, 1, sys.maxsize, ()), now, lease)
    for file in claimed:
        store_file.due_at = file.due_at
    return bool(claimed)
