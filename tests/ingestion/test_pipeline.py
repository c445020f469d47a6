"""Files, from bytes to searchable chunks, against the real database, parsers and tokenizer."""

from email.message import EmailMessage

import numpy as np
import pytest
from django.utils import timezone

from tests.factories import FileFactory, StoreFileFactory
from tests.ingestion.claiming import ingest_now
from vectorstores.embeddings import get_embedder
from vectorstores.models import Chunk, ChunkEmbedding, Status, VectorStore, VectorStoreFile

pytestmark = pytest.mark.usefixtures("unheeded")

LONG = " ".join(f"Sentence {number} tells of wombats." for number in range(400))
INTERNAL = "An internal error occurred. "


@pytest.fixture
def store_file(store: VectorStore) -> VectorStoreFile:
    file = FileFactory(project=store.project, text=LONG)
    return StoreFileFactory(vector_store=store, file=file)


def test_a_file_becomes_overlapping_chunks_with_embeddings(store_file):
    ingest_now(store_file)

    chunks = list(Chunk.objects.of([store_file]))
    assert store_file.status == Status.COMPLETED
    assert len(chunks) > 2
    assert all(chunk.tokens <= 800 for chunk in chunks)
    assert all(LONG[c.start : c.start + len(c.text)] == c.text for c in chunks)
    assert ChunkEmbedding.objects.of([store_file]).count() == len(chunks)


def test_the_chunk_sizes_asked_for_are_used(store_file):
    store_file.max_chunk_size_tokens, store_file.chunk_overlap_tokens = 100, 0
    store_file.save()

    ingest_now(store_file)

    tokens = [chunk.tokens for chunk in Chunk.objects.of([store_file])]
    assert max(tokens) == 100
    assert len(tokens) > 20


def test_embeddings_are_those_of_the_chunks_text(store_file):
    ingest_now(store_file)

    chunk = Chunk.objects.of([store_file])[1]
    stored = ChunkEmbedding.objects.of([store_file]).get(position=1).embedding
    np.testing.assert_allclose(stored, get_embedder().embed([chunk.text])[0], atol=1e-3)


def test_the_row_shows_the_outcome_of_the_file(store_file):
    ingest_now(store_file)

    chunks = list(Chunk.objects.of([store_file]))
    text = sum(len(chunk.text.encode()) for chunk in chunks)
    assert store_file.usage_bytes == text + len(chunks) * 256 * 2
    assert store_file.chunks_done == store_file.chunks_total == len(chunks)
    assert store_file.fingerprint is not None


def test_a_heading_is_kept_with_its_chunks(store):
    file = FileFactory(project=store.project, text="# Marsupials\n\nWombats.", filename="a.md")
    store_file = StoreFileFactory(vector_store=store, file=file)

    ingest_now(store_file)

    assert [chunk.heading for chunk in Chunk.objects.of([store_file])] == ["Marsupials"]


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

    ingest_now(store_file)

    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, code)
    assert store_file.last_error_message.startswith(opening)
    assert len(store_file.last_error_message) > len(opening)


def test_an_attachment_that_cannot_be_read_is_named_beside_a_completed_file(store, api):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ada@example.org", "Plans"
    mail.set_content("The plans are enclosed.")
    mail.add_attachment(b"%PDF-1.7 and no more", "application", "pdf", filename="plans.pdf")
    mail.add_attachment(b"Hall nine.", "text", "plain", filename="hall.txt")
    file = FileFactory(project=store.project, text=mail.as_string(), filename="plans.eml")
    store_file = StoreFileFactory(vector_store=store, file=file)
    path = f"/v1/vector_stores/{store.public_id}/files/{file.public_id}"

    ingest_now(store_file)

    assert store_file.status == Status.COMPLETED
    [warning] = api.get(path).json()["warnings"]
    assert warning["code"] == "attachments_not_read"
    assert warning["message"].startswith("The attachment plans.pdf was not read: ")
    *texts, last = (item["text"] for item in api.get(f"{path}/content").json()["data"])
    assert "Hall nine." in "".join(texts)
    assert last == f"\n\n[{warning['message']}.]"
    assert not Chunk.objects.filter(text__contains=warning["message"]).exists()


def test_a_file_cancelled_in_the_middle_stays_cancelled_and_leaves_nothing(
    store_file, embedding_is
):
    def embed(texts):
        VectorStoreFile.objects.filter(pk=store_file.pk).cancel(timezone.now())
        return get_embedder().embed(texts)

    embedding_is(embed)

    ingest_now(store_file)

    assert store_file.status == Status.CANCELLED
    assert not Chunk.objects.exists()


def test_a_store_of_another_model_fails_the_file_instead_of_mixing_vectors(store_file):
    VectorStore.objects.update(embedding_model="another-model")

    ingest_now(store_file)

    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, "server_error")
    assert "another-model" in store_file.last_error_message


def test_attaching_again_replaces_the_chunks(store_file):
    ingest_now(store_file)
    VectorStoreFile.objects.all().requeue(timezone.now())
    store_file.refresh_from_db()
    store_file.max_chunk_size_tokens, store_file.chunk_overlap_tokens = 4096, 0
    store_file.save()

    ingest_now(store_file)

    assert Chunk.objects.count() == ChunkEmbedding.objects.count() == 1


def test_a_file_whose_store_expires_while_it_waits_fails(store_file):
    VectorStore.objects.update(expires_after_days=1, expires_at=timezone.now())

    ingest_now(store_file)

    assert store_file.status == Status.FAILED
    assert "has expired" in store_file.last_error_message


def test_a_file_that_ends_every_worker_fails_at_last(store_file, settings):
    VectorStoreFile.objects.update(attempts=settings.INGEST_MAX_ATTEMPTS)

    ingest_now(store_file)

    assert (store_file.status, store_file.last_error_code) == (Status.FAILED, "server_error")
    assert store_file.last_error_message == (
        f"{INTERNAL}Attach the file again; if that fails too, the server's log has the reason."
    )


def test_a_file_larger_than_any_that_is_read_fails_before_it_is(store, settings):
    file = FileFactory(project=store.project, bytes=settings.MAX_FILE_BYTES + 1)
    file.content.delete()
    store_file = StoreFileFactory(vector_store=store, file=file)

    ingest_now(store_file)

    assert (store_file.status, store_file.attempts) == (Status.FAILED, 1)
    assert (store_file.last_error_code, store_file.last_error_message) == (
        "invalid_file",
        "The file could not be parsed because it is too large. "
        "Split it into smaller files and upload those.",
    )


# --- several together -------------------------------------------------------------------------


def several(store: VectorStore, *texts: str) -> list[VectorStoreFile]:
    return [
        StoreFileFactory(vector_store=store, file=FileFactory(project=store.project, text=text))
        for text in texts
    ]


def test_each_file_of_a_group_gets_the_vectors_of_its_own_texts(store, embedded):
    # Files of one, five and no whole batch, because vectors come in batches across files.
    files = several(store, "Wombats dig.", LONG, "Puffins fly.")

    ingest_now(*files)

    for file in files:
        chunks = list(Chunk.objects.of([file]))
        kept = ChunkEmbedding.objects.of([file]).order_by("position")
        assert (file.status, file.chunks_total) == (Status.COMPLETED, len(chunks))
        np.testing.assert_allclose(
            [row.embedding for row in kept],
            get_embedder().embed([chunk.text for chunk in chunks]),
            atol=1e-3,
        )
    assert embedded == [chunk.text for file in files for chunk in Chunk.objects.of([file])]


def test_a_file_that_cannot_be_read_fails_without_the_others(store):
    *good, bad = several(store, "Wombats dig.", "Puffins fly.", "")

    ingest_now(good[0], bad, good[1])

    assert [file.status for file in good] == [Status.COMPLETED] * 2
    assert (bad.status, bad.last_error_code) == (Status.FAILED, "invalid_file")


def test_when_none_of_a_group_can_be_read_nothing_is_embedded(store, embedded):
    bad = several(store, "", "   ")

    ingest_now(*bad)

    assert [file.status for file in bad] == [Status.FAILED] * 2
    assert embedded == []


def test_a_file_cancelled_in_the_middle_does_not_stop_the_others(store, embedding_is):
    lost, *others = several(store, "Wombats dig.", "Puffins fly.", "Otters swim.")

    def embed(texts):
        VectorStoreFile.objects.filter(pk=lost.pk).cancel(timezone.now())
        return get_embedder().embed(texts)

    embedding_is(embed)

    ingest_now(lost, *others)

    assert [file.status for file in others] == [Status.COMPLETED] * 2
    assert lost.status == Status.CANCELLED
    assert {chunk.store_file_id for chunk in Chunk.objects.all()} == {f.pk for f in others}


def test_the_log_names_what_was_completed_and_no_other(store, embedding_is, caplog):
    caplog.set_level("INFO", "ingestion.pipeline")
    lost, kept = several(store, "Wombats dig.", "Puffins fly.")

    def embed(texts):
        VectorStoreFile.objects.filter(pk=lost.pk).cancel(timezone.now())
        return get_embedder().embed(texts)

    embedding_is(embed)

    ingest_now(lost, kept)

    (line,) = [r.getMessage() for r in caplog.records if "completed" in r.getMessage()]
    assert line.startswith(f"Files {kept.pk} completed with 1 chunks: parse ")
