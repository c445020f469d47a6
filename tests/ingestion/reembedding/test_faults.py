"""Faults while a store changes its model, and the outcome of each."""

import time
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DataError, OperationalError, connection
from django.utils import timezone
from psycopg.errors import DeadlockDetected, QueryCanceled

from ingestion import embedding, worker
from ingestion.reembedding import turn as turn_module
from ingestion.reembedding.generation import TextRefused
from tests.ingestion.reembedding.changing import begin, finish, generations, is_embedded, turn
from tests.vectorstores.published import searchable
from vectorstores.embeddings import availability
from vectorstores.embeddings.errors import (
    EmbeddingError,
    EmbeddingRefused,
    EmbeddingUnavailable,
)
from vectorstores.embeddings.in_process import HashingEmbedder
from vectorstores.models import Reembedding
from vectorstores.models.reembeddings import State


def fails(error: BaseException):
    def event() -> None:
        raise error

    return event


def seconds_to_wait(job: Reembedding) -> float:
    return round((job.due_at - timezone.now()).total_seconds())


@pytest.fixture
def refuses(monkeypatch: pytest.MonkeyPatch):
    """Have the embedder refuse every request with this text in it."""

    def use(bad: str) -> None:
        class Picky:
            is_remote, batch_size = False, 256

            def __init__(self, model: str) -> None:
                self.model = model

            def embed(self, texts):
                if bad in texts:
                    raise EmbeddingRefused("The service answered 400: too long.")
                return HashingEmbedder(model=self.model, dimensions=64).embed(texts)

        monkeypatch.setattr(embedding, "get_embedder", Picky)

    return use


@pytest.mark.parametrize("backend", ["openai", "hashing"], ids=["together", "one by one"])
def test_a_text_that_the_model_refuses_ends_the_change_and_says_whose(
    store, models, refuses, backend
):
    models.EMBEDDING_MODELS = {"other": {"dimensions": 64, "backend": backend}}
    searchable(store, "Puffins fly.")
    bad = searchable(store, "Wombats dig.")
    searchable(store, "Fish swim.")
    refuses("Wombats dig.")
    job = begin(store)

    finish(job)

    store.refresh_from_db()
    assert job.state == State.FAILED
    assert job.error == (
        f"other refused the text of {bad.file.public_id} ({bad.file.filename}): "
        "The service answered 400: too long."
    )
    assert (store.embedding_model, generations(store)) == ("hashing", {1: 3})


def test_a_model_that_does_not_answer_is_waited_for(store, while_embedding):
    file = searchable(store, "Wombats dig.")
    while_embedding(fails(EmbeddingUnavailable("The service answered 503.", retry_after=40)))
    job = begin(store)

    assert turn(job) == State.EMBEDDING

    assert job.error == "The service answered 503."
    assert job.claimed_at is None
    assert seconds_to_wait(job) == 40
    finish(job)
    assert (job.state, job.error) == (State.DONE, "")
    assert is_embedded(file, "other", 2)


@pytest.mark.parametrize(("retry_after", "waits"), [(None, 10), (0.1, 2), (4000, 300)])
def test_how_long_it_is_waited_for(store, while_embedding, retry_after, waits):
    searchable(store, "Wombats dig.")
    while_embedding(fails(EmbeddingUnavailable("Busy.", retry_after=retry_after)))
    job = begin(store)

    turn(job)

    assert seconds_to_wait(job) == waits


@pytest.fixture
def left_alone(models) -> str:
    """Return a model whose breaker is open, with a name that no other test uses."""
    name = uuid4().hex
    models.EMBEDDING_MODELS = {**models.EMBEDDING_MODELS, name: {"dimensions": 64}}
    availability.record_failure(
        EmbeddingUnavailable("The service answered 429.", retry_after=30), model=name
    )
    return name


def test_no_job_begins_while_its_models_breaker_is_open(store, while_embedding, left_alone):
    file, asked = searchable(store, "Wombats dig."), []
    while_embedding(lambda: asked.append(file))
    job = begin(store, left_alone)

    assert turn(job) == State.EMBEDDING

    assert job.error == "The service answered 429."
    assert seconds_to_wait(job) in (29, 30)
    assert asked == []
    availability.record_success(model=left_alone)
    finish(job)
    assert is_embedded(file, left_alone, 2)


def test_another_models_open_breaker_delays_nothing(store, left_alone):
    file = searchable(store, "Wombats dig.")

    finish(begin(store))

    assert is_embedded(file, "other", 2)


def test_a_model_that_is_taken_out_of_the_settings_is_waited_for(store, models):
    file, described = searchable(store, "Wombats dig."), models.EMBEDDING_MODELS
    job = begin(store)
    models.EMBEDDING_MODELS = {}

    assert turn(job) == State.EMBEDDING

    assert job.error == (
        "The server is not set to embed with other: describe it in EMBEDDING_MODELS."
    )
    assert seconds_to_wait(job) == 60
    models.EMBEDDING_MODELS = described
    finish(job)
    assert is_embedded(file, "other", 2)


def test_a_model_that_is_set_to_another_size_meanwhile_ends_the_change(store, models):
    searchable(store, "Wombats dig.")
    job = begin(store)
    models.EMBEDDING_MODELS = {"other": {"dimensions": 32}}

    finish(job)

    assert job.state == State.FAILED
    assert job.error == (
        "other was set to 64 dimensions when the change began, and is set to 32 now."
    )
    assert generations(store) == {1: 1}


def test_an_unexpected_error_is_reported_retried_and_raised(store, while_embedding):
    file = searchable(store, "Wombats dig.")
    while_embedding(fails(ZeroDivisionError()))
    job = begin(store)

    with pytest.raises(ZeroDivisionError):
        turn(job)

    job.refresh_from_db()
    assert job.error == "Something went wrong; the worker's log has it. It is tried again."
    assert seconds_to_wait(job) == 60
    finish(job)
    assert is_embedded(file, "other", 2)


@pytest.mark.parametrize(("cause", "waits"), [(DeadlockDetected, 2), (QueryCanceled, 60)])
def test_a_statement_that_times_out_is_retried_later_than_a_passing_error(
    store, while_embedding, cause, waits
):
    error = OperationalError("canceling statement")
    error.__cause__ = cause()
    file = searchable(store, "Wombats dig.")
    while_embedding(fails(error))
    job = begin(store)

    assert turn(job) == State.EMBEDDING

    assert job.error == "canceling statement"
    assert (job.claimed_at, seconds_to_wait(job)) == (None, waits)
    finish(job)
    assert is_embedded(file, "other", 2)


@pytest.mark.django_db(transaction=True)
def test_a_cut_connection_releases_the_job(store, while_embedding):
    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    file = searchable(store, "Wombats dig.")
    while_embedding(cut)
    job = begin(store)

    assert turn(job) == State.EMBEDDING

    assert (job.claimed_at, seconds_to_wait(job)) == (None, 2)
    finish(job)
    assert is_embedded(file, "other", 2)


def test_a_reason_with_a_nul_byte_is_saved_without_it(store, while_embedding):
    file = searchable(store, "Wombats dig.")
    while_embedding(fails(EmbeddingUnavailable("The service answered 503: \0.", retry_after=40)))
    job = begin(store)

    assert turn(job) == State.EMBEDDING

    assert job.error == "The service answered 503: \ufffd."
    assert (job.claimed_at, seconds_to_wait(job)) == (None, 40)
    finish(job)
    assert is_embedded(file, "other", 2)


def test_an_outcome_that_cannot_be_written_leaves_no_job_claimed(
    store, while_embedding, monkeypatch
):
    file = searchable(store, "Wombats dig.")
    while_embedding(fails(EmbeddingUnavailable("The service answered 503.", retry_after=40)))
    postpone = Reembedding.postpone

    def postpone_unless_503(
        job: Reembedding, until: datetime, error: str = "", **changes: object
    ) -> bool:
        if "503" in error:
            raise DataError
        return postpone(job, until, error, **changes)

    monkeypatch.setattr(Reembedding, "postpone", postpone_unless_503)
    job = begin(store)

    with pytest.raises(DataError):
        turn(job)

    job.refresh_from_db()
    assert job.error == "Something went wrong; the worker's log has it. It is tried again."
    assert (job.claimed_at, seconds_to_wait(job)) == (None, 60)
    finish(job)
    assert is_embedded(file, "other", 2)


def test_after_the_switch_no_fault_drops_what_is_searched(store, monkeypatch):
    searchable(store, "Wombats dig.")
    job = begin(store)
    while turn(job) != State.SWITCHED:
        pass

    def refused(*_: object) -> bool:
        raise TextRefused("other refused the text.")

    with monkeypatch.context() as patch:
        patch.setattr(turn_module, "clear", refused)
        assert turn(job) == State.SWITCHED

    assert job.error == "other refused the text."
    assert generations(store) == {1: 1, 2: 1}
    finish(job)
    assert generations(store) == {2: 1}


def test_a_worker_that_is_asked_to_stop_releases_the_job(store, asked_to_stop, while_embedding):
    file = searchable(store, *(f"Wombat {number}." for number in range(300)))
    job = begin(store)
    while_embedding(lambda: asked_to_stop(time.time() - 3600))

    turn(job)

    assert (job.state, job.error, job.claimed_at) == (State.EMBEDDING, "", None)
    assert seconds_to_wait(job) == 0
    assert generations(store) == {1: 300}
    asked_to_stop(0)
    finish(job)
    assert is_embedded(file, "other", 2)


def test_a_worker_that_is_stopping_takes_none(store, asked_to_stop):
    job = begin(store)
    asked_to_stop(time.time())

    worker.run_reembedding_turn()

    job.refresh_from_db()
    assert job.claimed_at is None


def test_the_job_of_a_worker_that_died_is_taken_up_when_its_lease_ends(store):
    searchable(store, "Wombats dig.")
    begin(store)
    lease = timedelta(minutes=1)
    now = timezone.now()
    assert Reembedding.objects.claim_next(now, lease=lease)

    assert Reembedding.objects.claim_next(now + lease / 2, lease=lease) is None
    assert Reembedding.objects.claim_next(now + lease, lease=lease)


def test_small_single_files_are_served_in_between(store, monkeypatch):
    seen = []
    monkeypatch.setattr(worker, "INTERVAL", 0)
    monkeypatch.setattr(worker, "_claim_files", lambda **how: seen.append(how) or [])
    searchable(store, "Wombats dig.")

    turn(begin(store))

    assert seen[0] == {"bulk": False, "large": False, "busy_with": "other"}


def test_errors_of_embedding_are_all_foreseen():
    handled = {"EmbeddingUnavailable", "EmbeddingRefused", "EmbedderMisconfigured"}

    assert {each.__name__ for each in EmbeddingError.__subclasses__()} == handled
