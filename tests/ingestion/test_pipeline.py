"""One file, from bytes to searchable chunks, against the real database, parser and tokenizer."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from ingestion import pipeline
from tests.factories import FileFactory, StoreFileFactory
from vectorstores.embeddings import get_embedder
from vectorstores.embeddings.errors import EmbeddingRefused, EmbeddingUnavailable
from vectorstores.models import Chunk, ChunkEmbedding, Status, VectorStore, VectorStoreFile

LONG = " ".join(f"Sentence {number} tells of wombats." for number in range(400))


@pytest.fixture
def store_file(store: VectorStore) -> VectorStoreFile:
    file = FileFactory(project=store.project, text=LONG)
    return StoreFileFactory(vector_store=store, file=file)


class FailingEmbedder:
    """An embedder outside this machine, on a bad day."""

    model, dimensions, batch_size = "hashing", 256, 16

    def __init__(self, error: Exception) -> None:
        self.error = error

    def embed(self, texts: list[str]) -> np.ndarray:
        raise self.error


@pytest.fixture
def embedder_fails(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    def use(error: Exception) -> None:
        monkeypatch.setattr(pipeline, "get_embedder", lambda: FailingEmbedder(error))

    return use


def test_a_file_becomes_overlapping_chunks_with_embeddings(store_file):
    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    chunks = list(Chunk.objects.of([store_file]))
    assert store_file.status == Status.COMPLETED
    assert len(chunks) > 2
    assert all(chunk.tokens <= 800 for chunk in chunks)
    assert all(LONG[c.start : c.start + len(c.text)] == c.text for c in chunks)
    assert ChunkEmbedding.objects.of([store_file]).count() == len(chunks)


def test_the_chunk_sizes_asked_for_are_used(store_file):
    store_file.max_chunk_size_tokens, store_file.chunk_overlap_tokens = 100, 0
    store_file.save()

    pipeline.ingest(store_file.pk)

    tokens = [chunk.tokens for chunk in Chunk.objects.of([store_file])]
    assert max(tokens) == 100
    assert len(tokens) > 20


def test_embeddings_are_those_of_the_chunks_text(store_file):
    pipeline.ingest(store_file.pk)

    chunk = Chunk.objects.of([store_file])[1]
    stored = ChunkEmbedding.objects.of([store_file]).get(position=1).embedding
    np.testing.assert_allclose(stored, get_embedder().embed([chunk.text])[0], atol=1e-3)


def test_usage_counts_text_and_embeddings(store_file):
    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    chunks = list(Chunk.objects.of([store_file]))
    text = sum(len(chunk.text.encode()) for chunk in chunks)
    assert store_file.usage_bytes == text + len(chunks) * 256 * 2


def test_a_message_that_comes_twice_does_nothing_twice(store_file):
    pipeline.ingest(store_file.pk)
    before = list(Chunk.objects.of([store_file]).values_list("position", "text"))

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert store_file.attempts == 1
    assert list(Chunk.objects.of([store_file]).values_list("position", "text")) == before


def test_a_message_for_a_row_that_is_gone_is_nothing(db):
    pipeline.ingest(987654321)

    assert not Chunk.objects.exists()


@pytest.mark.parametrize(
    ("text", "filename", "code", "opening"),
    [
        ("", "empty.txt", "invalid_file", "The file could not be parsed because it is empty."),
        (
            "\x00\x01\x02\x03" * 99,
            "blob.dat",
            "unsupported_file",
            "The file type is not supported.",
        ),
        ("%PDF-1.7 then nothing", "broken.pdf", "invalid_file", "The file could not be parsed."),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_a_reason(store, text, filename, code, opening):
    file = FileFactory(project=store.project, text=text, filename=filename)
    store_file = StoreFileFactory(vector_store=store, file=file)

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, code)
    assert store_file.last_error_message.startswith(opening)
    assert len(store_file.last_error_message) > len(opening)


def test_an_embedder_that_does_not_answer_postpones_without_counting(store_file, embedder_fails):
    embedder_fails(EmbeddingUnavailable("It answers 429.", retry_after=30))

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.attempts) == (Status.IN_PROGRESS, 0)
    assert timedelta(seconds=25) < store_file.due_at - timezone.now() < timedelta(seconds=31)
    assert store_file.nudged_at is None


def test_waiting_for_an_embedder_ends_after_a_day(store_file, embedder_fails):
    embedder_fails(EmbeddingUnavailable("It answers 503."))
    VectorStoreFile.objects.update(embedder_silent_since=timezone.now() - timedelta(hours=25))

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, "server_error")


def test_text_the_embedder_refuses_fails_at_once(store_file, embedder_fails):
    embedder_fails(EmbeddingRefused("The embedding service answered 400."))

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, "server_error")
    assert "refused" in store_file.last_error_message
    assert "400" not in store_file.last_error_message  # the service's words are for the log


def test_a_bug_hands_the_file_back_and_is_raised_for_the_log(store_file, embedder_fails):
    embedder_fails(ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.attempts) == (Status.IN_PROGRESS, 1)
    assert store_file.nudged_at is None


def test_a_file_that_ends_every_worker_fails_at_last(store_file, settings):
    VectorStoreFile.objects.update(attempts=settings.INGEST_MAX_ATTEMPTS)

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, "server_error")


def test_a_file_cancelled_in_the_middle_stays_cancelled_and_leaves_nothing(store_file, monkeypatch):
    embed = get_embedder().embed

    class CancellingEmbedder(FailingEmbedder):
        def embed(self, texts):
            VectorStoreFile.objects.filter(pk=store_file.pk).cancel(timezone.now())
            return embed(texts)

    monkeypatch.setattr(pipeline, "get_embedder", lambda: CancellingEmbedder(ValueError()))

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert store_file.status == Status.CANCELLED
    assert not Chunk.objects.exists()


def test_a_store_of_another_model_fails_the_file_instead_of_mixing_vectors(store_file):
    VectorStore.objects.update(embedding_model="another-model")

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, "server_error")
    assert "another-model" in store_file.last_error_message


def test_attaching_again_replaces_the_chunks(store_file):
    pipeline.ingest(store_file.pk)
    VectorStoreFile.objects.all().requeue(timezone.now())
    store_file.refresh_from_db()
    store_file.max_chunk_size_tokens, store_file.chunk_overlap_tokens = 4096, 0
    store_file.save()

    pipeline.ingest(store_file.pk)

    assert Chunk.objects.count() == ChunkEmbedding.objects.count() == 1


def test_a_file_of_a_deleted_store_is_not_ingested(store_file):
    VectorStore.objects.update(deleted_at=timezone.now())

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.attempts) == (Status.IN_PROGRESS, 0)


def test_a_file_whose_store_expires_while_it_waits_fails(store_file):
    VectorStore.objects.update(expires_after_days=1, expires_at=timezone.now())

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert store_file.status == Status.FAILED
    assert "has expired" in store_file.last_error_message


def test_time_in_the_queue_is_not_the_embedders_silence(store_file, embedder_fails):
    embedder_fails(EmbeddingUnavailable("It answers 429."))
    VectorStoreFile.objects.update(created_at=timezone.now() - timedelta(hours=25))

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert store_file.status == Status.IN_PROGRESS
    assert store_file.due_at - timezone.now() < timedelta(seconds=3)


def test_a_file_larger_than_any_that_is_read_fails_before_it_is(store, settings):
    file = FileFactory(project=store.project, bytes=settings.MAX_FILE_BYTES + 1)
    file.content.delete()
    store_file = StoreFileFactory(vector_store=store, file=file)

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.attempts) == (Status.FAILED, 1)
    assert (store_file.last_error_code, store_file.last_error_message) == (
        "invalid_file",
        "The file could not be parsed because it is too large. "
        "Split it into smaller files and upload those.",
    )


def test_memory_that_runs_out_is_the_files_fault(store_file, monkeypatch):
    def parse(path, filename):
        raise MemoryError

    monkeypatch.setattr(pipeline, "parse", parse)

    pipeline.ingest(store_file.pk)

    store_file.refresh_from_db()
    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, "invalid_file")
    assert "too large" in store_file.last_error_message
