"""The indexes that exist and those that are wanted, from Postgres' catalog and `index_build`.

A view, because the catalog alone knows what exists and is valid at this moment.
"""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from django.db import models

from vectorstores.models.index_builds import IndexKind
from vectorstores.models.stores import VectorStore


class StoreIndexQuerySet(models.QuerySet["StoreIndex"]):
    def existing(self) -> Self:
        """Indexes that exist, valid or not, without those that are only wanted."""
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
    partition = models.TextField(null=True)  # noqa: DJ001, there is none of what is only wanted
    is_valid = models.BooleanField(null=True)  # None: there is none of this name
    bytes = models.BigIntegerField(null=True)
    # The last build that succeeded. `built_at` is when it began, so that what was there by then is
    # in the index.
    built_at = models.DateTimeField(null=True)
    built_chunks = models.IntegerField(null=True)
    build_time = models.DurationField(null=True)
    # The build that is wanted or running.
    chunks = models.IntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    error = models.TextField(null=True)  # noqa: DJ001, there is none without a build
    refused = models.BooleanField(null=True)
    phase = models.TextField(null=True)  # noqa: DJ001, only while Postgres works on it
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
