"""Content that a project has ingested already is copied, and neither parsed nor embedded again."""

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from django.db.models import Q
from django.utils import timezone

from ingestion import extraction, pipeline, reuse
from ingestion.claims import Claim
from ingestion.reuse import fingerprint
from ingestion.sandbox import get_sandbox
from tests.factories import FileFactory, ProjectFactory, StoreFileFactory, VectorStoreFactory
from tests.ingestion.claiming import claimed, ingest_now
from tests.vectorstores.published import searchable
from tests.vectorstores.threads import at_once
from vectorstores import maintenance, services
from vectorstores.bm25 import VERSION
from vectorstores.models import (
    Chunk,
    ChunkEmbedding,
    ChunkTerms,
    File,
    Project,
    Status,
    VectorStore,
    VectorStoreFile,
)
from vectorstores.models.chunks import find_sources
from vectorstores.search import Ranking, search

pytestmark = pytest.mark.usefixtures("unheeded")

TEXT = " ".join(f"Sentence {number} tells of wombats." for number in range(400))


def upload(project: Project, filename: str = "a.txt", text: str = TEXT) -> File:
    return FileFactory(project=project, filename=filename, text=text)


@pytest.fixture
def source(store: VectorStore) -> VectorStoreFile:
    """Ingest a file."""
    made = StoreFileFactory(vector_store=store, file=upload(store.project))
    ingest_now(made)
    return made


@pytest.fixture
def work_done(embedded: list[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Return whether anything was parsed or embedded since."""
    parsed = []
    sandbox = get_sandbox()

    class Watched:
        def reader(self, paths):
            parsed.extend(paths)
            return sandbox.reader(paths)

    monkeypatch.setattr(extraction, "get_sandbox", Watched)
    return lambda: bool(parsed or embedded)


def chunks_of(file: VectorStoreFile) -> list[tuple]:
    fields = ("position", "start", "tokens", "page", "heading", "text")
    return list(Chunk.objects.of([file]).order_by("position").values_list(*fields))


def terms_of(file: VectorStoreFile) -> list[tuple]:
    rows = ChunkTerms.objects.of([file]).order_by("position")
    return list(rows.values_list("position", "terms", "weights"))


def vectors_of(file: VectorStoreFile) -> np.ndarray:
    rows = ChunkEmbedding.objects.of([file]).order_by("position")
    return np.array([row.embedding for row in rows])


def assert_same(file: VectorStoreFile, source: VectorStoreFile) -> None:
    assert file.status == Status.COMPLETED
    assert chunks_of(file) == chunks_of(source) != []
    np.testing.assert_array_equal(vectors_of(file), vectors_of(source))
    assert terms_of(file) == terms_of(source) != []
    counts = ("usage_bytes", "chunks_done", "chunks_total")
    for fact in (*counts, "fingerprint", "terms_version", "warnings"):
        assert getattr(file, fact) == getattr(source, fact), fact


# --- what is known ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    [
        lambda source: source.file,
        lambda source: upload(source.project),
        lambda source: upload(source.project, "another name.txt"),
        lambda source: upload(source.project, "SHOUTED.TXT"),
    ],
    ids=["the file", "another upload", "another name", "capitals"],
)
def test_the_same_bytes_in_another_store_are_copied(source, work_done, file):
    store = VectorStoreFactory(project=source.project)
    same = StoreFileFactory(vector_store=store, file=file(source))

    ingest_now(same)

    assert_same(same, source)
    assert not work_done()


def test_a_source_with_terms_of_an_earlier_version_is_copied_and_both_are_given_new_ones(
    source, work_done
):
    VectorStoreFile.objects.update(terms_version=VERSION - 1)
    same = StoreFileFactory(vector_store=source.vector_store, file=upload(source.project))

    ingest_now(same)

    assert (same.status, same.terms_version) == (Status.COMPLETED, VERSION - 1)
    assert not work_done()
    maintenance.make_missing_terms()
    same.refresh_from_db()
    source.refresh_from_db()
    assert source.terms_version == VERSION
    assert_same(same, source)


def test_another_upload_in_the_same_store_is_copied(source, work_done):
    same = StoreFileFactory(vector_store=source.vector_store, file=upload(source.project))

    ingest_now(same)

    assert_same(same, source)
    assert not work_done()


def test_a_copy_is_found_by_a_search(source):
    store = VectorStoreFactory(project=source.project)
    same = StoreFileFactory(vector_store=store, file=source.file)
    ingest_now(same)

    how: dict[str, Any] = {
        "where": Q(),
        "limit": 50,
        "ranking": Ranking(vector_weight=1),
        "now": timezone.now(),
    }
    found = search(store=store, queries=["wombats"], **how)

    assert {hit.text for hit in found.hits} == {text for *_, text in chunks_of(source)}


def test_a_copy_is_as_good_a_source_as_any(source, work_done):
    first, second = VectorStoreFactory.create_batch(2, project=source.project)
    copy = StoreFileFactory(vector_store=first, file=source.file)
    ingest_now(copy)
    services.detach_file(store_file=source, now=timezone.now())

    again = StoreFileFactory(vector_store=second, file=upload(source.project))
    ingest_now(again)

    assert_same(again, copy)
    assert not work_done()


def test_known_files_of_a_group_are_copied_and_the_others_read(source, embedded):
    store = VectorStoreFactory(project=source.project)
    files = [
        StoreFileFactory(vector_store=store, file=upload(source.project, text=text))
        for text in ("Puffins fly.", TEXT, "Otters swim.")
    ]

    ingest_now(*files)

    assert [file.status for file in files] == [Status.COMPLETED] * 3
    assert_same(files[1], source)
    assert embedded == ["Puffins fly.", "Otters swim."]


def test_a_file_that_is_read_again_loses_its_old_chunks(source, work_done):
    store = VectorStoreFactory(project=source.project)
    file = upload(source.project)
    same = searchable(store, "old", "older", file=file)
    VectorStoreFile.objects.filter(pk=same.pk).requeue(timezone.now())

    ingest_now(same)

    assert_same(same, source)
    assert not work_done()


def test_a_file_that_is_attached_again_does_not_copy_itself(source, work_done):
    # It is in progress, so it is no source: its chunks are those to be replaced.
    VectorStoreFile.objects.filter(pk=source.pk).requeue(timezone.now())

    ingest_now(source)

    assert source.status == Status.COMPLETED
    assert work_done()


# --- what is not known ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "differs",
    [
        {"file__text": TEXT + "."},
        {"file__filename": "a.md"},
        {"max_chunk_size_tokens": 801},
        {"chunk_overlap_tokens": 399},
    ],
    ids=["bytes", "kind of name", "size of chunks", "overlap"],
)
def test_content_chunked_differently_is_not_copied(source, work_done, differs):
    options = {"file__text": TEXT, "file__filename": "a.txt"} | differs
    other = StoreFileFactory(vector_store=source.vector_store, **options)

    ingest_now(other)

    assert other.status == Status.COMPLETED
    assert other.fingerprint != source.fingerprint
    assert work_done()


@pytest.mark.parametrize(
    "differs", [{"embedding_model": "another"}, {"embedding_dimensions": 128}], ids=repr
)
def test_content_embedded_by_another_model_is_not_copied(source, work_done, differs):
    VectorStore.objects.update(**differs)
    store = VectorStoreFactory(project=source.project)
    other = StoreFileFactory(vector_store=store, file=source.file)

    ingest_now(other)

    assert other.status == Status.COMPLETED
    assert work_done()


def test_content_of_another_project_is_never_copied(source, work_done):
    # Neither the rows nor the time taken may show that another project has the content.
    stranger = ProjectFactory()
    store = VectorStoreFactory(project=stranger)
    other = StoreFileFactory(vector_store=store, file=upload(stranger))

    ingest_now(other)

    assert other.fingerprint == source.fingerprint
    assert other.status == Status.COMPLETED
    assert work_done()


def test_a_row_that_names_another_project_is_no_source(source, work_done):
    store = VectorStoreFactory(project=ProjectFactory())
    other = claimed(StoreFileFactory(vector_store=store, file=upload(store.project)))

    assert fingerprint(other) == source.fingerprint
    assert source_of(other) is None


@pytest.mark.parametrize(
    "gone",
    [
        lambda source: services.detach_file(store_file=source, now=timezone.now()),
        lambda source: services.delete_store(store=source.vector_store, now=timezone.now()),
        lambda source: services.delete_file(file=source.file, now=timezone.now()),
        lambda source: VectorStoreFile.objects.filter(pk=source.pk).requeue(timezone.now()),
    ],
    ids=["detached", "store deleted", "file deleted", "read again"],
)
def test_removed_content_is_not_copied(source, work_done, gone):
    store = VectorStoreFactory(project=source.project)
    other = StoreFileFactory(vector_store=store, file=upload(source.project))
    gone(source)

    ingest_now(other)

    assert other.status == Status.COMPLETED
    assert work_done()


def test_a_store_that_expired_hides_no_other_source(source, settings, work_done):
    # Its chunks are purged, and its files' rows stay, completed.
    store = VectorStoreFactory(project=source.project)
    second = StoreFileFactory(vector_store=store, file=source.file)
    ingest_now(second)
    past = timezone.now()
    VectorStore.objects.filter(pk=source.vector_store_id).update(
        expires_after_days=1, expires_at=past
    )
    maintenance.purge(timezone.now(), tombstone_age=settings.TOMBSTONE_AGE)
    third = StoreFileFactory(vector_store=store, file=upload(source.project))

    ingest_now(third)

    assert_same(third, second)
    assert not work_done()


# --- among others -----------------------------------------------------------------------------


def test_a_file_cancelled_meanwhile_gets_no_copy_and_does_not_stop_the_others(source):
    store = VectorStoreFactory(project=source.project)
    lost, kept = (
        claimed(StoreFileFactory(vector_store=store, file=upload(source.project, text=text)))
        for text in (TEXT, "Puffins fly.")
    )
    VectorStoreFile.objects.filter(pk=lost.pk).cancel(timezone.now())

    pipeline.ingest([lost, kept])

    assert VectorStoreFile.objects.get(pk=lost.pk).status == Status.CANCELLED
    assert VectorStoreFile.objects.get(pk=kept.pk).status == Status.COMPLETED
    assert not Chunk.objects.of([lost]).exists()


def test_a_source_that_disappears_at_the_last_moment_undoes_the_copy(
    source, monkeypatch, work_done
):
    # It is lost between being found and being copied.
    store = VectorStoreFactory(project=source.project)
    other = StoreFileFactory(vector_store=store, file=upload(source.project))

    def find_and_lose(*wanted) -> list[VectorStoreFile | None]:
        found = find_sources(*wanted)
        services.detach_file(store_file=source, now=timezone.now())
        return found

    monkeypatch.setattr(reuse, "find_sources", find_and_lose)

    ingest_now(other)

    assert other.status == Status.COMPLETED
    assert chunks_of(other) == chunks_of(source)
    assert work_done()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lose", ["detach", "read again", "purge"])
def test_a_copy_is_whole_or_none_while_its_source_goes_away(settings, lose):
    ends = Counter[bool]()
    for _ in range(20):
        store, other = VectorStoreFactory.create_batch(2, project=ProjectFactory())
        text = " ".join(f"Sentence {number}." for number in range(50))
        source = StoreFileFactory(
            vector_store=store,
            file=upload(store.project, text=text),
            max_chunk_size_tokens=16,
            chunk_overlap_tokens=0,
        )
        ingest_now(source)
        target = claimed(
            StoreFileFactory(
                vector_store=other,
                file=upload(store.project, text=text),
                max_chunk_size_tokens=16,
                chunk_overlap_tokens=0,
            )
        )

        copied, _ = at_once(
            lambda target=target: copied_from_any(target),
            {
                "detach": lambda source=source: detach_and_purge(source, settings),
                "read again": lambda source=source: read_again(source),
                "purge": lambda source=source: expire_and_purge(source, settings),
            }[lose],
        )

        ends[copied is None] += 1
        target.refresh_from_db()
        wanted = source.chunks_total if copied else 0
        assert copied in (None, source.chunks_total)
        assert (target.status == Status.COMPLETED) is bool(copied)
        assert Chunk.objects.of([target]).count() == wanted
        assert ChunkEmbedding.objects.of([target]).count() == wanted
    assert ends.total() == 20


def source_of(store_file: VectorStoreFile) -> VectorStoreFile | None:
    (source,) = find_sources([store_file], [fingerprint(store_file)])
    return source


def copied_from_any(target: VectorStoreFile) -> int | None:
    source = source_of(target)
    if source is None:
        return None
    with closing(Claim(target, fingerprint(target))) as claim:
        return reuse.publish_copy(claim, source, timezone.now())


def detach_and_purge(source: VectorStoreFile, settings: Any) -> None:
    services.detach_file(store_file=source, now=timezone.now())
    maintenance.purge(timezone.now(), tombstone_age=settings.TOMBSTONE_AGE)


def expire_and_purge(source: VectorStoreFile, settings: Any) -> None:
    stores = VectorStore.objects.filter(pk=source.vector_store_id)
    stores.update(expires_after_days=1, expires_at=timezone.now())
    maintenance.purge(timezone.now(), tombstone_age=settings.TOMBSTONE_AGE)


def read_again(source: VectorStoreFile) -> None:
    VectorStoreFile.objects.filter(pk=source.pk).requeue(timezone.now())
    pipeline.ingest([claimed(source)])
