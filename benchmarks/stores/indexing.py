"""The indexes a store needs, built here and now."""

import time
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from vectorstores.indexes.building import build_due
from vectorstores.indexes.review import reconcile
from vectorstores.models import StoreIndex, VectorStore


def build_all(store: VectorStore) -> Iterator[tuple[str, float]]:
    """Build every index that is due, and yield their names and the seconds of all builds."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum would have by now
    reconcile([store.pk], timezone.now())
    began = time.monotonic()
    if build_due(timezone.now, for_=timedelta(days=1)):
        names = StoreIndex.objects.filter(vector_store_id=store.pk).values_list("name", flat=True)
        yield ", ".join(names), time.monotonic() - began
