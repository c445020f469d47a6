"""The best chunks of one store for one or several questions."""

from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ingestion.chunking import Chunk as Part
from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.vectorstores.published import searchable
from tests.vectorstores.threads import at_once
from vectorstores.embeddings import get_embedder
from vectorstores.errors import ModelMismatch, StoreExpired
from vectorstores.models import Chunk, ChunkEmbedding, Status, VectorStore, VectorStoreFile
from vectorstores.models.chunks import Content, replace_chunks
from vectorstores.search import Hit, Ranking, search

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def find(
    store: VectorStore, *questions: str, vector_weight: float = 1, **options: Any
) -> list[Hit]:
    """Search by meaning alone, unless a test says otherwise."""
    threshold = options.pop("score_threshold", 0.0)
    ranking = Ranking(vector_weight=vector_weight, score_threshold=threshold)
    how = {"where": Q(), "limit": 10, "now": NOW, **options}
    return search(store=store, queries=questions, ranking=ranking, **how).hits


def texts(hits: list[Hit]) -> list[str]:
    return [hit.text for hit in hits]


# --- order and score --------------------------------------------------------------------------


def test_hits_are_ordered_by_their_cosine_similarity(store):
    searchable(store, "red", "red green", "red green blue", "blue")

    hits = find(store, "red")

    assert texts(hits) == ["red", "red green", "red green blue", "blue"]
    assert [hit.score for hit in hits] == pytest.approx([1, 0.5**0.5, 3**-0.5, 0], abs=1e-3)


def test_scores_agree_with_numpy_on_many_texts(store):
    words = ["wombat", "burrow", "night", "grass", "puffin", "beak", "fish", "cliff"]
    rng = np.random.default_rng(7)
    parts = [" ".join(rng.choice(words, size=5)) for _ in range(60)]
    searchable(store, *parts)

    hits = find(store, "wombat night fish", limit=50)

    question, *vectors = get_embedder().embed(["wombat night fish", *parts])
    exact = np.sort(np.array(vectors) @ question)[::-1][:50]
    assert [hit.score for hit in hits] == pytest.approx(exact.tolist(), abs=1e-3)


def test_every_score_is_between_0_and_1(store):
    # Half precision makes a vector's own cosine a little more than 1 or less than 0.
    store_file = StoreFileFactory(vector_store=store, status=Status.COMPLETED)
    question = get_embedder().embed(["wombats dig"])[0]
    vectors = np.stack([question, question * 1.0001, -question, np.roll(question, 1)])
    parts = [Part(text=str(n), position=n, start=0, tokens=1, page=None) for n in range(4)]
    replace_chunks([Content(store_file, parts, vectors.astype(np.float32))])

    hits = find(store, "wombats dig")

    assert len(hits) == 4
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert hits[0].score == pytest.approx(1, abs=1e-3)
    assert hits[-1].score == 0


def test_equal_scores_are_ordered_by_file_and_position(store):
    files = [searchable(store, "same", "same") for _ in range(3)]

    hits = find(store, "same")

    assert [hit.file_id for hit in hits] == [f.file.public_id for f in files for _ in range(2)]
    assert find(store, "same", limit=3) == hits[:3]


def test_a_hit_names_its_file_and_position(store):
    store_file = searchable(store, "red", attributes={"year": 2026})
    Chunk.objects.update(page=7, heading="Colours")

    (hit,) = find(store, "red")

    assert hit == Hit(
        file_id=store_file.file.public_id,
        filename=store_file.file.filename,
        score=hit.score,
        attributes={"year": 2026},
        text="red",
        page=7,
        heading="Colours",
    )


def test_a_threshold_excludes_lower_scores(store):
    searchable(store, "red", "red green", "blue")

    assert texts(find(store, "red", score_threshold=0.5)) == ["red", "red green"]
    assert texts(find(store, "red", score_threshold=0.9)) == ["red"]
    assert texts(find(store, "red", score_threshold=0.0)) == ["red", "red green", "blue"]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_the_limit_bounds_the_number_of_hits(store, limit):
    searchable(store, "red", "red green", "blue")

    assert len(find(store, "red", limit=limit)) == min(limit, 3)


# --- several questions ------------------------------------------------------------------------


def test_a_chunk_is_ranked_by_the_question_it_answers_best(store):
    searchable(store, "red", "green", "red green", "blue")

    hits = find(store, "red", "green")

    assert texts(hits) == ["red", "green", "red green", "blue"]
    assert [hit.score for hit in hits] == pytest.approx([1, 1, 0.5**0.5, 0], abs=1e-3)


def test_a_chunk_that_answers_several_questions_is_found_once(store):
    searchable(store, "red green")

    assert texts(find(store, "red", "green", "red green")) == ["red green"]


def test_all_questions_share_one_limit(store):
    searchable(store, "red", "red one", "red one two", "green", "green one")

    assert texts(find(store, "red", "green", limit=3)) == ["red", "green", "red one"]


# --- what is searched -------------------------------------------------------------------------


def test_only_the_store_itself_is_searched(store):
    other = VectorStoreFactory(project=store.project)
    here = searchable(store, "red")
    searchable(other, "red", file=here.file)
    searchable(other, "red")

    assert [hit.file_id for hit in find(store, "red")] == [here.file.public_id]


@pytest.mark.parametrize(
    ("change", "is_found"),
    [
        ({"status": Status.COMPLETED}, True),
        ({"status": Status.IN_PROGRESS}, True),  # attached again: the old chunks serve
        ({"status": Status.FAILED}, False),
        ({"status": Status.CANCELLED}, False),
        ({"deleted_at": NOW}, False),
    ],
    ids=str,
)
def test_only_chunks_attached_to_the_store_are_found(store, change, is_found):
    searchable(store, "red")
    VectorStoreFile.objects.update(**change)

    assert bool(find(store, "red")) is is_found


@pytest.mark.parametrize("vector_weight", [1, 0.7, 0])
def test_remaining_chunks_are_found_after_many_removals(store, vector_weight):
    # More than a leg looks at, and all of it better: rows go later than what they stand for.
    gone = searchable(store, *["red"] * 150)
    VectorStoreFile.objects.filter(pk=gone.pk).remove(NOW)
    assert find(store, "red", vector_weight=vector_weight) == []

    left = searchable(store, *(f"red blue {number}" for number in range(3)))

    hits = find(store, "red", vector_weight=vector_weight)
    assert [hit.file_id for hit in hits] == [left.file.public_id] * 3


def test_filters_apply_before_the_limit(store):
    # However many better chunks the condition leaves out, as many are found as there are.
    searchable(store, *["red"] * 30)
    for number in range(3):
        searchable(store, f"red blue {number}", attributes={"wanted": True})

    hits = find(store, "red", limit=3, where=Q(attributes__contains={"wanted": True}))

    assert len(hits) == 3
    assert all(hit.attributes == {"wanted": True} for hit in hits)


def test_only_the_stores_generation_of_embeddings_is_searched(store):
    store_file = searchable(store, "red")
    ChunkEmbedding.objects.update(generation=2)

    assert find(store, "red") == []

    VectorStore.objects.update(generation=2)
    store.refresh_from_db()
    assert [hit.file_id for hit in find(store, "red")] == [store_file.file.public_id]


def test_a_search_follows_a_store_that_switches_models_meanwhile(store):
    # The store was read before, and its files have been published again since.
    store_file = searchable(store, "red")
    ChunkEmbedding.objects.update(generation=2)
    VectorStore.objects.update(generation=2)

    assert [hit.file_id for hit in find(store, "red")] == [store_file.file.public_id]
    assert store.generation == 2


def test_a_store_switched_to_an_unserved_model_is_refused(store):
    searchable(store, "red")
    VectorStore.objects.update(generation=2, embedding_model="another")

    with pytest.raises(ModelMismatch):
        find(store, "red")


def test_an_empty_store_finds_nothing(store):
    assert find(store, "red") == []


def test_a_chunk_whose_text_was_purged_meanwhile_is_left_out(store):
    searchable(store, "red")
    gone = searchable(store, "red green")
    Chunk.objects.of([gone]).delete()

    assert texts(find(store, "red")) == ["red"]


# --- which stores can be searched -------------------------------------------------------------


def test_an_expired_store_is_not_searched(store):
    store.expires_at = NOW

    with pytest.raises(StoreExpired):
        find(store, "red")
    assert find(store, "red", now=NOW - timedelta(seconds=1)) == []


def test_a_store_of_another_model_is_not_searched(store):
    store.embedding_model = "another"

    with pytest.raises(ModelMismatch):
        find(store, "red")


def test_a_search_counts_as_activity_of_the_store(project):
    store = VectorStoreFactory(project=project, last_active_at=NOW - timedelta(days=1))

    find(store, "red")

    store.refresh_from_db()
    assert store.last_active_at == NOW


@pytest.mark.django_db(transaction=True)
def test_a_search_does_not_wait_for_attaching_transactions():
    store = VectorStoreFactory(last_active_at=timezone.now() - timedelta(hours=1))
    locked, searched = Event(), Event()

    def attaching() -> bool:
        with transaction.atomic():
            store.touch(timezone.now())
            locked.set()
            return searched.wait(10)

    def searching() -> None:
        locked.wait(10)
        store.touch_if_quiet(timezone.now())
        searched.set()

    in_time, _ = at_once(attaching, searching)

    assert in_time
