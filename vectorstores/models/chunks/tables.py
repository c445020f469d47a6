"""The tables of chunks, embeddings and terms, the largest by far.

All are HASH-partitioned by store and keyed by (store, …), so that searching one store reads one
contiguous range, and the store could be Citus's distribution column. Text, embeddings and terms are
separate tables, so that a scan of one reads little. Rows are written by COPY only, and have no
foreign keys, because COPY would look up the store and file of each row.
"""

from collections.abc import Iterable
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from pgvector.django import HalfVectorField, SparseVectorField

from vectorstores.models.store_files.store_file import VectorStoreFile


class ChunkQuerySet(models.QuerySet[Any]):
    """A queryset of chunks, embeddings or terms, since all are keyed by store and file."""

    def of(self, store_files: Iterable[VectorStoreFile]) -> Self:
        files = list(store_files)
        return self.filter(
            vector_store_id__in={file.vector_store_id for file in files},
            store_file_id__in=[file.pk for file in files],
        )


class Chunk(models.Model):
    pk = models.CompositePrimaryKey("vector_store_id", "store_file_id", "position")
    vector_store_id = models.UUIDField()
    store_file_id = models.BigIntegerField()
    position = models.IntegerField()
    start = models.IntegerField()
    tokens = models.IntegerField()
    page = models.IntegerField(null=True)
    heading = models.TextField(null=True)  # noqa: DJ001, null is what the API shows
    text = models.TextField()

    objects = ChunkQuerySet.as_manager()

    class Meta:
        db_table = "chunk"
        ordering = ("vector_store_id", "store_file_id", "position")

    def __str__(self) -> str:
        return f"chunk {self.position}"


class ChunkEmbedding(models.Model):
    pk = models.CompositePrimaryKey("vector_store_id", "generation", "store_file_id", "position")
    vector_store_id = models.UUIDField()
    generation = models.SmallIntegerField()
    store_file_id = models.BigIntegerField()
    position = models.IntegerField()
    embedding = HalfVectorField()

    objects = ChunkQuerySet.as_manager()

    class Meta:
        db_table = "chunk_embedding"

    def __str__(self) -> str:
        return f"embedding {self.position}"


class ChunkTerms(models.Model):
    """The terms that find a chunk by its words: see `vectorstores.bm25`.

    They do not depend on the embedding model, so all generations of a store share one set.
    """

    pk = models.CompositePrimaryKey("vector_store_id", "store_file_id", "position")
    vector_store_id = models.UUIDField()
    store_file_id = models.BigIntegerField()
    position = models.IntegerField()
    terms = ArrayField(models.IntegerField())  # the same ids as in `weights`, for a GIN index
    weights = SparseVectorField()

    objects = ChunkQuerySet.as_manager()

    class Meta:
        db_table = "chunk_terms"

    def __str__(self) -> str:
        return f"terms {self.position}"


def delete_chunks(store_files: Iterable[VectorStoreFile]) -> None:
    files = list(store_files)
    Chunk.objects.of(files).delete()
    ChunkEmbedding.objects.of(files).delete()
    ChunkTerms.objects.of(files).delete()


def chunks_without_overlap(store_file: VectorStoreFile) -> list[Chunk]:
    """Return the file's chunks in order, each without the text it shares with the one before.

    Joined, their texts are the file's text. Do not save them.
    """
    chunks, end = list(Chunk.objects.of([store_file]).order_by("position")), 0
    for chunk in chunks:
        shared, end = max(0, end - chunk.start), max(end, chunk.start + len(chunk.text))
        chunk.text = chunk.text[shared:]
    return [chunk for chunk in chunks if chunk.text]
