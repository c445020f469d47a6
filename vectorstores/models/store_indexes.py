"""The search indexes that exist or are queued, from Postgres' catalog and `index_build`.

They are a view, because only the catalog knows what exists and is valid at this moment.
"""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from django.db import models

from vectorstores.models.index_builds import IndexKind
from vectorstores.models.stores import VectorStore


class StoreIndexQuerySet(models.QuerySet["StoreIndex"]):
    def existing(self) -> Self:
        """Select indexes that exist, valid or not, without those that are only queued."""
        return self.filter(is_valid__isnull=False)

    def of_stores(self, store_ids: Iterable[UUID]) -> Self:
        return self.filter(vector_store__in=list(store_ids))


class StoreIndex(models.Model):
    name = models.TextField(primary_key=True)
    kind = models.TextField(choices=IndexKind)
    vector_store = models.ForeignKey(
        VectorStore, on_delete=models.DO_NOTHING, related_name="indexes"
    )
    generation = models.SmallIntegerField()
    partition = models.TextField(null=True)  # noqa: DJ001, null if it is only queued
    is_valid = models.BooleanField(null=True)  # null if it does not exist
    bytes = models.BigIntegerField(null=True)
    # The last build that succeeded. `built_at` is when it began: rows older than that are in the
    # index.
    built_at = models.DateTimeField(null=True)
    built_chunks = models.IntegerField(null=True)
    build_time = models.DurationField(null=True)
    # The build that is queued or running.
    chunks = models.IntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    error = models.TextField(null=True)  # noqa: DJ001, null without such a build
    refused = models.BooleanField(null=True)
    phase = models.TextField(null=True)  # noqa: DJ001, null unless Postgres is building it
    percent = models.IntegerField(null=True)

    objects = StoreIndexQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "store_index"
        verbose_name = "search index"
        verbose_name_plural = "search indexes"

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        if self.phase is not None:
            doing = "rebuilding" if self.is_valid else "building"
            return f"{doing}, {self.percent} %" if self.percent is not None else doing
        if self.is_valid is None:
            return "refused" if self.refused else "wanted"
        return "valid" if self.is_valid else "invalid"
