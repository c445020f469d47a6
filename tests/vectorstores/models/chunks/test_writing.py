"""Writing and reading chunks: binary COPY into partitioned tables."""

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from ingestion.chunking import Chunk as Part
from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.vectorstores.published import searchable
from vectorstores.models import Chunk, ChunkEmbedding, VectorStoreFile
from vectorstores.models.chunks import (
    Content,
    chunks_without_overlap,
    delete_chunks,
    replace_chunks,
    stored_bytes,
)


def parts(*texts: str, starts: list[int] | None = None) -> list[Part]:
    return [
        Part(text=text, position=n, start=starts[n] if starts else 0, tokens=1, page=n or None)
        for n, text in enumerate(texts)
    ]


def vectors(count: int, dimensions: int = 256) -> np.ndarray:
    return np.eye(count, dimensions, dtype=np.float32)


def test_chunks_are_written_with_their_embeddings(store):
    store_file = StoreFileFactory(vector_store=store)

    replace_chunks([Content(store_file, parts("Wombats", "dig"), vectors(2))])

    first, second = Chunk.objects.of([store_file])
    assert (first.text, first.position, first.page) == ("Wombats", 0, None)
    assert (second.text, second.position, second.page) == ("dig", 1, 1)
    kept = ChunkEmbedding.objects.of([store_file]).order_by("position")
    assert [row.generation for row in kept] == [store.generation] * 2
    np.testing.assert_array_equal([row.embedding for row in kept], vectors(2))


@pytest.mark.parametrize(
    "text",
    ["", "a", "tab\tnew\nline\\N\\.", "日本 😀 é", "'; DROP TABLE chunk; --", "x" * 100_000],
    ids=lambda text: repr(text[:20]),
)
def test_every_text_is_written_unchanged(store, text):
    store_file = StoreFileFactory(vector_store=store)

    replace_chunks([Content(store_file, parts(text), vectors(1))])

    assert Chunk.objects.of([store_file]).get().text == text


@pytest.mark.parametrize("dimensions", [1, 384, 1536, 4000])
def test_embeddings_can_have_any_number_of_dimensions(store, dimensions):
    store_file = StoreFileFactory(vector_store=store)

    replace_chunks([Content(store_file, parts("x"), vectors(1, dimensions))])

    embedding = ChunkEmbedding.objects.of([store_file]).get().embedding
    assert len(embedding) == dimensions


def test_new_chunks_replace_all_old_ones(store):
    store_file = searchable(store, "one", "two", "three")
    beside = searchable(store, "beside")

    replace_chunks([Content(store_file, parts("new"), vectors(1))])

    assert [chunk.text for chunk in Chunk.objects.of([store_file])] == ["new"]
    assert ChunkEmbedding.objects.of([store_file]).count() == 1
    assert [chunk.text for chunk in Chunk.objects.of([beside])] == ["beside"]


def test_only_chunks_and_embeddings_of_the_given_files_are_deleted(db):
    gone = [searchable(VectorStoreFactory(), "a", "b") for _ in range(3)]
    kept = searchable(gone[0].vector_store, "kept")

    delete_chunks(gone)

    assert Chunk.objects.get().store_file_id == kept.pk
    assert ChunkEmbedding.objects.get().store_file_id == kept.pk


def test_a_failed_copy_writes_nothing(store):
    store_file = StoreFileFactory(vector_store=store)
    twice = [*parts("a"), *parts("b")]

    with pytest.raises(IntegrityError), transaction.atomic():
        replace_chunks([Content(store_file, twice, vectors(2))])

    assert not Chunk.objects.exists()
    assert not ChunkEmbedding.objects.exists()


def test_rows_are_in_the_partition_of_their_store(store):
    searchable(store, *"abcdef")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(DISTINCT tableoid) FROM chunk),"
            " (SELECT count(DISTINCT tableoid) FROM chunk_embedding),"
            " (SELECT tableoid::regclass::text LIKE 'chunk\\___' FROM chunk LIMIT 1)"
        )
        assert cursor.fetchone() == (1, 1, True)


def test_usage_is_text_in_utf8_plus_two_bytes_per_dimension():
    assert stored_bytes(text_bytes=5, numbers=2 * 384) == 5 + 2 * 384 * 2


@pytest.mark.parametrize(
    ("texts", "starts", "whole"),
    [
        (["abcdef", "defghi", "ghijkl"], [0, 3, 6], ["abcdef", "ghi", "jkl"]),
        (["abc", "def"], [0, 3], ["abc", "def"]),
        (["abcdef", "cd", "efgh"], [0, 2, 4], ["abcdef", "gh"]),
        (["日本語", "本語で"], [0, 1], ["日本語", "で"]),
        ([], [], []),
    ],
    ids=["overlapping", "side by side", "one within another", "of several bytes", "none"],
)
def test_the_text_is_joined_without_overlaps(store, texts, starts, whole):
    store_file = StoreFileFactory(vector_store=store)
    if texts:
        replace_chunks([Content(store_file, parts(*texts, starts=starts), vectors(len(texts)))])

    assert [chunk.text for chunk in chunks_without_overlap(store_file)] == whole


def test_no_files_have_no_chunks(store):
    searchable(store, "Wombats")

    assert list(Chunk.objects.of([])) == []
    delete_chunks(VectorStoreFile.objects.none())
    assert Chunk.objects.exists()
