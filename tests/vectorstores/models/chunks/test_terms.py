"""Terms: written, copied and deleted with their chunks, and scored by Postgres."""

import math
from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pgvector import SparseVector

from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.vectorstores.published import content_of, facts_of, searchable
from vectorstores.bm25 import DIMENSIONS, VERSION, Terms, document_terms, query_terms
from vectorstores.models import ChunkTerms, VectorStore, VectorStoreFile
from vectorstores.models.chunks import SourceGone, copy_chunks, delete_chunks, replace_chunks
from vectorstores.models.store_files.queue import complete_together

TEXTS = [
    "Wombats dig burrows. A wombat digs at night.",
    "Puffins dig too: burrows in cliffs, puffins and more puffins.",
    "如何安装软件包。",
    "max_num_results is a parameter of the search for wombats",
    "",
    "— …",
]
FINGERPRINT = UUID(int=7)


def kept(store_file: VectorStoreFile) -> list[tuple[int, list[int], SparseVector]]:
    rows = ChunkTerms.objects.of([store_file]).order_by("position")
    return list(rows.values_list("position", "terms", "weights"))


def assert_kept(store_file: VectorStoreFile, texts: Sequence[str]) -> None:
    rows = kept(store_file)
    assert [position for position, _, _ in rows] == list(range(len(texts)))
    for (_, terms, weights), text in zip(rows, texts, strict=True):
        assert_same(terms, weights, document_terms(text))


def assert_same(terms: list[int], weights: SparseVector, wanted: Terms) -> None:
    assert terms == weights.indices() == wanted.ids.tolist()
    np.testing.assert_array_equal(np.array(weights.values(), np.float32), wanted.weights)
    assert weights.dimensions() == DIMENSIONS


def known(store: VectorStore, *texts: str, **fields: object) -> VectorStoreFile:
    searchable_file = searchable(store, *texts)
    changes = {"fingerprint": FINGERPRINT, **fields}
    VectorStoreFile.objects.filter(pk=searchable_file.pk).update(**changes)
    searchable_file.refresh_from_db()
    return searchable_file


def test_chunks_are_written_with_their_terms(store):
    store_file = searchable(store, *TEXTS)

    assert_kept(store_file, TEXTS)
    assert store_file.terms_version == VERSION


def test_files_completed_together_have_their_terms_too(store):
    files = StoreFileFactory.create_batch(2, vector_store=store)
    contents = [content_of(file, f"wombat {file.pk}", "burrow") for file in files]

    facts = [(content.store_file, facts_of(content)) for content in contents]
    assert len(complete_together(facts, timezone.now())) == 2
    replace_chunks(contents)

    for file in files:
        file.refresh_from_db()
        assert file.terms_version == VERSION
        assert_kept(file, [f"wombat {file.pk}", "burrow"])


def test_a_text_of_20_000_words_is_written(store):
    text = " ".join(f"w{number}" for number in range(20_000))

    assert_kept(searchable(store, text), [text])


def test_new_terms_replace_all_old_ones(store):
    store_file, beside = searchable(store, "one", "two", "three"), searchable(store, "beside")

    replace_chunks([content_of(store_file, "new")])

    assert_kept(store_file, ["new"])
    assert_kept(beside, ["beside"])


def test_only_the_terms_of_deleted_chunks_are_deleted(store):
    gone, other = searchable(store, "gone", "gone"), searchable(store, "kept")

    delete_chunks([gone])

    assert kept(gone) == []
    assert_kept(other, ["kept"])


def test_a_failed_copy_changes_no_terms(store):
    store_file = searchable(store, "wombat")
    VectorStoreFile.objects.update(usage_bytes=0, terms_version=0)
    store_file.refresh_from_db()

    with pytest.raises(IntegrityError), transaction.atomic():
        replace_chunks([content_of(store_file, "new")])

    assert_kept(store_file, ["wombat"])


def test_known_content_is_copied_with_its_terms(store):
    source = known(store, *TEXTS)
    target = StoreFileFactory(vector_store=VectorStoreFactory(project=store.project))

    copy_chunks(source=source, target=target)

    assert_kept(target, TEXTS)
    assert_kept(source, TEXTS)


def test_known_content_is_not_copied_if_its_terms_are_replaced_meanwhile(store):
    # The target already records the version of the terms that were found.
    source = known(store, *TEXTS)
    source.terms_version = VERSION - 1  # as it was when it was found
    target = StoreFileFactory(vector_store=store)

    with pytest.raises(SourceGone), transaction.atomic():
        copy_chunks(source=source, target=target)


@pytest.mark.parametrize("left", [0, 1])
def test_known_content_is_not_copied_if_some_of_its_terms_are_gone(store, left):
    source = known(store, "one", "two")
    ChunkTerms.objects.of([source]).filter(position__gte=left).delete()

    with pytest.raises(SourceGone), transaction.atomic():
        copy_chunks(source=source, target=StoreFileFactory(vector_store=store))


def test_rows_are_whole_and_uncompressed_in_the_partition_of_their_store(store):
    searchable(store, " ".join(f"w{number}" for number in range(600)))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text, pg_column_compression(weights),"
            " pg_column_size(weights), pg_column_toast_chunk_id(weights) FROM chunk_terms"
        )
        ((partition, *stored),) = cursor.fetchall()
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [partition])
        assert cursor.fetchall() == [(["toast_tuple_target=8160"],)]

    assert partition.startswith("chunk_terms_")
    assert stored == [None, 600 * 8 + 16, None]  # not compressed, and in the row itself


CORPUS = [*TEXTS, *(f"wombat {'burrow ' * (n % 7)}{'grass ' * (n % 3)}w{n}" for n in range(40))]


def reference(question: str, texts: Sequence[str]) -> list[float]:
    """Score each text by BM25's definition, with k1 1.2, b 0.75 and an average of 480 words."""
    documents = [document_terms(text) for text in texts]
    total = [0.0] * len(texts)
    for term in query_terms(question):
        df = sum(term in document.ids for document in documents)
        idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
        for number, document in enumerate(documents):
            weight = dict(zip(document.ids.tolist(), document.weights.tolist(), strict=True))
            total[number] += idf * weight.get(int(term), 0)
    return total


@pytest.mark.parametrize(
    "question", ["wombat", "burrows in the grass", "软件", "puffin w7 nothing"]
)
def test_postgres_scores_by_bm25(store, question):
    searchable(store, *CORPUS)
    ids, documents = query_terms(question), [document_terms(text) for text in CORPUS]
    df = {int(term): sum(term in document.ids for document in documents) for term in ids}
    idf = {term: math.log(1 + (len(CORPUS) - n + 0.5) / (n + 0.5)) for term, n in df.items()}

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT -(weights <#> %s::sparsevec) FROM chunk_terms ORDER BY position",
            [SparseVector(idf, DIMENSIONS).to_text()],
        )
        scores = [score for (score,) in cursor.fetchall()]

    wanted = reference(question, CORPUS)
    assert scores == pytest.approx(wanted, rel=1e-5)
    assert 0 < sum(score > 0 for score in wanted) < len(CORPUS)
