"""Starting, cancelling and claiming changes of a store's embedding model."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import VectorStoreFactory
from tests.vectorstores.threads import at_once
from vectorstores import services
from vectorstores.models import Reembedding, VectorStore
from vectorstores.models.reembeddings import State
from vectorstores.services import ReembeddingRefused

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def models(settings) -> None:
    settings.EMBEDDING_MODELS = {"other": {"dimensions": 64}, "large": {"dimensions": 512}}


def start(store: VectorStore, model: str = "other") -> Reembedding:
    return services.reembed_store(store=store, model=model, now=NOW)


def refusal(store: VectorStore, model: str = "other") -> str:
    with pytest.raises(ReembeddingRefused) as refused:
        start(store, model)
    return str(refused.value)


def test_a_change_records_the_old_and_the_new_model(store):
    job = start(store)

    job.refresh_from_db()
    assert (job.model, job.dimensions, job.generation) == ("other", 64, 2)
    assert (job.old_model, job.old_dimensions, job.old_generation) == ("hashing", 256, 1)
    assert (job.state, job.error, job.due_at, job.created_at) == (State.EMBEDDING, "", NOW, NOW)
    assert (job.claimed_at, job.finished_at) == (None, None)


def test_a_worker_is_woken_on_commit(store, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        start(store)
        assert sent("reembed") == 0

    assert sent("reembed") == 1


def test_a_model_that_is_not_configured_is_refused(store):
    assert refusal(store, "unknown") == (
        "This server does not embed with unknown, but with: hashing, other, large."
    )


def test_the_current_model_of_the_store_is_refused(store):
    assert refusal(store, "hashing") == "The store is embedded with hashing already."


def test_the_current_model_with_other_dimensions_is_accepted(store):
    VectorStore.objects.filter(pk=store.pk).update(embedding_dimensions=128)

    job = start(store, "hashing")

    assert (job.old_dimensions, job.dimensions) == (128, 256)


def test_a_store_can_leave_a_model_that_is_no_longer_configured(store):
    VectorStore.objects.filter(pk=store.pk).update(embedding_model="gone")

    assert start(store, "hashing").old_model == "gone"


@pytest.mark.parametrize("end", ["deleted_at", "expires_at"])
def test_a_deleted_or_expired_store_is_refused(store, end):
    VectorStore.objects.filter(pk=store.pk).update(**{end: NOW})

    assert refusal(store) == "The store was deleted or has expired."


def test_a_second_change_is_refused_while_one_runs(store):
    start(store)

    assert refusal(store, "large") == (
        "The store is being changed to other: wait for that, or cancel it."
    )


@pytest.mark.parametrize("state", [State.SWITCHED, State.FAILED, State.CANCELLED])
def test_a_second_change_is_refused_during_the_cleanup_of_the_first(store, state):
    start(store)
    Reembedding.objects.update(state=state)

    assert refusal(store, "large") == (
        f"The change of this store to other is {state}, and the embeddings that it leaves are "
        "still being dropped: try again in a few minutes."
    )


def test_a_second_change_can_start_once_the_first_has_finished(store):
    start(store)
    Reembedding.objects.update(finished_at=NOW, due_at=None)

    start(store, "large")

    assert store.reembeddings.count() == 2


def test_stores_change_independently(store):
    start(store)

    assert start(VectorStoreFactory(project=store.project)).pk


@pytest.mark.django_db(transaction=True)
def test_only_one_of_several_simultaneous_changes_starts(store):
    def try_to() -> str:
        try:
            start(store)
        except ReembeddingRefused as error:
            return str(error)
        return "begun"

    assert sorted(map(str, at_once(try_to, try_to, try_to))) == [
        "The store is being changed to other: wait for that, or cancel it.",
        "The store is being changed to other: wait for that, or cancel it.",
        "begun",
    ]


# --- cancelling -------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.EMBEDDING, State.INDEXING])
def test_a_change_can_be_cancelled_until_it_switches(store, state):
    start(store)
    Reembedding.objects.update(state=state)

    cancelled = services.cancel_reembeddings(rows=Reembedding.objects.all(), now=NOW + MINUTE)

    job = Reembedding.objects.get()
    assert cancelled == 1
    assert (job.state, job.due_at, job.finished_at) == (State.CANCELLED, NOW + MINUTE, None)


def test_a_worker_loses_its_claim_on_a_cancelled_change(store):
    start(store)
    held = Reembedding.objects.claim_next(NOW, lease=MINUTE)

    services.cancel_reembeddings(rows=Reembedding.objects.all(), now=NOW)

    assert not held.renew(NOW, MINUTE)
    assert not held.postpone(NOW)
    assert not held.end(NOW, State.FAILED, "too late")
    assert not held.finish(NOW)
    assert Reembedding.objects.get().state == State.CANCELLED


@pytest.mark.parametrize("state", [State.SWITCHED, State.FAILED, State.CANCELLED, State.DONE])
def test_a_decided_change_is_not_cancelled(store, state):
    start(store)
    Reembedding.objects.update(state=state)

    assert services.cancel_reembeddings(rows=Reembedding.objects.all(), now=NOW) == 0
    assert Reembedding.objects.get().state == state


# --- claiming ---------------------------------------------------------------------------------


def test_the_change_that_has_been_due_for_longest_is_claimed_first(store):
    late, early = start(store), start(VectorStoreFactory())
    Reembedding.objects.filter(pk=early.pk).update(due_at=NOW - MINUTE)

    taken = [Reembedding.objects.claim_next(NOW, lease=MINUTE) for _ in range(3)]

    assert taken == [early, late, None]
    assert taken[0].due_at == NOW + MINUTE


@pytest.mark.django_db(transaction=True)
def test_only_one_of_several_workers_claims_a_change(store):
    start(store)

    taken = at_once(*[lambda: Reembedding.objects.claim_next(NOW, lease=MINUTE)] * 4)

    assert sorted(job is None for job in taken) == [False, True, True, True]
