"""A store changes its embedding model, from the first turn to the last."""

from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from ingestion import worker
from ingestion.reembedding import claim
from tests.factories import FileFactory, StoreFileFactory, VectorStoreFactory
from tests.ingestion.claiming import ingest_now
from tests.ingestion.reembedding.changing import (
    begin,
    finish,
    generations,
    is_embedded,
    turn,
    until,
)
from tests.vectorstores.published import searchable
from vectorstores import services
from vectorstores.models import Chunk, Reembedding, VectorStore, VectorStoreFile
from vectorstores.models.reembeddings import State
from vectorstores.search import Ranking, search


def found(store: VectorStore, question: str = "wombats") -> list[tuple[str, float]]:
    store = VectorStore.objects.get(pk=store.pk)
    how: dict[str, Any] = {
        "where": Q(),
        "limit": 50,
        "now": timezone.now(),
        "ranking": Ranking(vector_weight=1),
    }
    hits = search(store=store, queries=[question], **how).hits
    return [(hit.text, round(hit.score, 2)) for hit in hits]


def usage(store: VectorStore) -> int:
    return VectorStore.objects.with_file_counts(timezone.now()).get(pk=store.pk).usage_bytes


def test_a_store_is_searched_by_the_other_model_in_the_end(store):
    files = [searchable(store, "Wombats dig.", "wombats"), searchable(store, "Puffins fly.")]
    job = begin(store)

    finish(job)

    store.refresh_from_db()
    assert (store.embedding_model, store.embedding_dimensions) == ("other", 64)
    assert (job.state, job.error, job.due_at) == (State.DONE, "", None)
    assert generations(store) == {store.generation: 3}
    assert all(is_embedded(file, "other", store.generation) for file in files)
    assert found(store)[0] == ("wombats", 1.0)


def test_until_it_is_switched_it_is_searched_as_before(store):
    searchable(store, "Wombats dig.", "wombats")
    before = found(store)
    job = begin(store)

    until(job, State.SWITCHED)

    assert before[0] == ("wombats", 1.0)
    assert generations(store) == {1: 2, 2: 2}
    assert found(store)[0] == ("wombats", 1.0)


def test_a_search_that_has_read_the_store_before_finds_what_it_would_have(store):
    searchable(store, "Wombats dig.", "wombats")
    began = VectorStore.objects.get(pk=store.pk)

    until(begin(store), State.SWITCHED)

    how: dict[str, Any] = {
        "where": Q(),
        "limit": 50,
        "now": timezone.now(),
        "ranking": Ranking(vector_weight=1),
    }
    hits = search(store=began, queries=["wombats"], **how).hits
    assert [hit.text for hit in hits] == ["wombats", "Wombats dig."]
    assert hits[0].score == pytest.approx(1, abs=1e-3)


def test_each_short_turn_embeds_one_file(store, monkeypatch):
    monkeypatch.setattr(claim, "JOB_TURN", 0.0)
    files = [searchable(store, f"Wombat {number}.", "dig") for number in range(5)]
    job = begin(store)

    assert [generations(store)[2] for _ in range(5) if turn(job)] == [2, 4, 6, 8, 10]
    finish(job)

    assert all(is_embedded(file, "other", 2) for file in files)


def test_a_file_larger_than_a_page_is_whole(store, monkeypatch):
    file = searchable(store, *(f"Wombat {number}." for number in range(200)))

    finish(begin(store))

    assert is_embedded(file, "other", 2)


def test_an_empty_store_is_switched_as_well(store):
    job = begin(store)

    finish(job)

    store.refresh_from_db()
    assert (job.state, store.embedding_model, store.generation) == (State.DONE, "other", 2)


def test_small_stores_have_their_turn_in_one(store, project, monkeypatch, sent):
    monkeypatch.setattr(worker, "WORKER_TURN", 60.0)
    jobs = [begin(each) for each in (store, *VectorStoreFactory.create_batch(2, project=project))]

    worker.run_reembedding_turn()

    assert [Reembedding.objects.get(pk=job.pk).state for job in jobs] == [State.SWITCHED] * 3
    assert sent("reembed") == 0


def test_when_its_time_is_up_a_worker_asks_to_be_woken_again(store, monkeypatch, sent):
    monkeypatch.setattr(claim, "JOB_TURN", 0.0)
    searchable(store, "Wombats dig.")
    begin(store)

    worker.run_reembedding_turn()

    assert Reembedding.objects.get().claimed_at is None
    assert sent("reembed") == 1


def test_after_a_blocked_job_the_others_wait_for_the_sweep(
    store, project, models, monkeypatch, sent
):
    monkeypatch.setattr(worker, "WORKER_TURN", 60.0)
    kept, other = begin(store, "large"), begin(VectorStoreFactory(project=project))
    models.EMBEDDING_MODELS = {"other": {"dimensions": 64}}

    worker.run_reembedding_turn()

    states = [Reembedding.objects.get(pk=job.pk).state for job in (kept, other)]
    assert states == [State.EMBEDDING, State.EMBEDDING]
    assert sent("reembed") == 0


def test_only_the_store_itself_changes(store):
    bystander = searchable(VectorStoreFactory(project=store.project), "Wombats dig.")
    searchable(store, "Puffins fly.")

    finish(begin(store))

    assert generations(bystander.vector_store) == {1: 1}
    bystander.vector_store.refresh_from_db()
    assert bystander.vector_store.embedding_model == "hashing"


@pytest.mark.parametrize("model", ["other", "large"])
def test_usage_is_that_of_a_store_embedded_by_the_new_model_from_the_start(store, model):
    texts = ["Wombats dig.", "Puffins fly."]
    searchable(store, *texts)
    before = usage(store)
    size = {"other": 64, "large": 512}[model]

    finish(begin(store, model))

    assert usage(store) == before + 2 * (size - 256) * len(texts)


def test_a_store_may_change_again_and_back(store):
    file = searchable(store, "Wombats dig.")
    before = usage(store)
    finish(begin(store))

    finish(begin(VectorStore.objects.get(pk=store.pk), "hashing"))

    store.refresh_from_db()
    assert (store.embedding_model, store.generation) == ("hashing", 3)
    assert generations(store) == {3: 1}
    assert is_embedded(file, "hashing", 3)
    assert usage(store) == before


def test_generations_begin_anew_behind_the_last_number(project):
    store = VectorStoreFactory(project=project, generation=2**15 - 1)
    searchable(store, "Wombats dig.")

    finish(begin(store))

    assert generations(store) == {1: 1}


# --- files that come, go and come again meanwhile -----------------------------------------------


def attached(store: VectorStore, text: str) -> VectorStoreFile:
    store = VectorStore.objects.get(pk=store.pk)
    file = FileFactory(project=store.project, text=text)
    store_file = StoreFileFactory(vector_store=store, file=file)
    ingest_now(store_file)
    return store_file


@pytest.mark.usefixtures("unheeded")
def test_a_file_that_comes_meanwhile_is_searched_at_once_and_in_the_end(store):
    searchable(store, "Puffins fly.")
    job = begin(store)
    turn_of_one_group(job)

    new = attached(store, "Wombats dig.")

    assert found(store, "Wombats dig.")[0] == ("Wombats dig.", 1.0)
    assert generations(store) == {1: 2, 2: 1}
    finish(job)
    assert is_embedded(new, "other", 2)


def turn_of_one_group(job: Reembedding) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claim, "JOB_TURN", 0.0)
        assert turn(job) == State.EMBEDDING


@pytest.mark.usefixtures("unheeded")
def test_a_file_that_comes_after_the_switch_is_embedded_by_the_new_model_alone(store):
    searchable(store, "Puffins fly.")
    job = begin(store)
    until(job, State.SWITCHED)

    new = attached(store, "Wombats dig.")

    assert is_embedded(new, "other", 2)
    assert generations(store) == {1: 1, 2: 2}
    finish(job)
    assert is_embedded(new, "other", 2)


@pytest.mark.usefixtures("unheeded")
def test_a_file_that_is_attached_again_has_the_vectors_of_its_new_text(store):
    old = attached(store, "Puffins fly.")
    attached(store, "Wombats dig.")
    job = begin(store)
    turn_of_one_group(job)
    changed = FileFactory.build(text="Puffins dive.")
    old.file.bytes, old.file.sha256 = changed.bytes, changed.sha256
    old.file.content.save("notes.txt", changed.content, save=True)
    VectorStoreFile.objects.filter(pk=old.pk).requeue(timezone.now())
    ingest_now(old)

    finish(job)

    assert Chunk.objects.of([old]).get().text == "Puffins dive."
    assert is_embedded(old, "other", 2)
    assert generations(store) == {2: 2}


def test_a_file_that_waits_to_be_read_again_stays_searchable(store):
    waiting = searchable(store, "Wombats dig.")
    VectorStoreFile.objects.filter(pk=waiting.pk).requeue(timezone.now())

    finish(begin(store))

    assert is_embedded(waiting, "other", 2)
    assert [text for text, _ in found(store)] == ["Wombats dig."]


def test_a_detached_file_does_not_stop_the_change(store):
    gone = searchable(store, "Wombats dig.")
    searchable(store, "Puffins fly.")
    services.detach_file(store_file=gone, now=timezone.now())

    job = begin(store)
    finish(job)

    assert job.state == State.DONE
    assert generations(store) == {2: 1}
