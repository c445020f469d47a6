import io
import time

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import VectorStoreFactory
from tests.vectorstores.published import searchable
from vectorstores.models import ChunkEmbedding, Reembedding, VectorStore
from vectorstores.models.reembeddings import State


@pytest.fixture(autouse=True)
def models(settings) -> None:
    settings.EMBEDDING_MODELS = {"other": {"dimensions": 64}}


def run(store: VectorStore | str, *arguments: str) -> list[str]:
    """Run the command, and return the lines it writes."""
    stdout = io.StringIO()
    store_id = store if isinstance(store, str) else store.public_id
    call_command("reembed", store_id, *arguments, stdout=stdout)
    return stdout.getvalue().splitlines()


def refusal(store: VectorStore | str, *arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        run(store, *arguments)
    return str(refused.value)


def test_it_starts_the_change_and_prints_the_progress(store):
    searchable(store, "Wombats dig.", "Puffins fly.")

    lines = run(store, "--model", "other")

    assert lines == ["hashing to other: embedding, 0 of 2 chunks (0 %)"]
    assert Reembedding.objects.get().vector_store == store


def test_the_progress_counts_embedded_chunks(store):
    file = searchable(store, "Wombats dig.", "Puffins fly.", "Fish swim.")
    run(store, "--model", "other")
    ChunkEmbedding.objects.create(
        vector_store_id=store.pk,
        generation=2,
        store_file_id=file.pk,
        position=0,
        embedding=[1.0] * 64,
    )

    assert run(store, "--status") == ["hashing to other: embedding, 1 of 3 chunks (33 %)"]


def test_a_store_without_chunks_shows_full_progress(store):
    assert run(store, "--model", "other") == ["hashing to other: embedding, 0 of 0 chunks (100 %)"]


@pytest.mark.parametrize(
    ("state", "error", "expected"),
    [
        (State.SWITCHED, "", "switched, the old embeddings are being dropped"),
        (State.CANCELLED, "", "cancelled, the new embeddings are being dropped"),
        (State.FAILED, "No.", "failed, the new embeddings are being dropped, No."),
        (State.EMBEDDING, "It is busy.", "embedding, 0 of 0 chunks (100 %), It is busy."),
    ],
)
def test_each_state_is_reported(store, state, error, expected):
    run(store, "--model", "other")
    Reembedding.objects.update(state=state, error=error)

    assert run(store, "--status") == [f"hashing to other: {expected}"]


def test_the_last_of_several_changes_is_reported(store):
    run(store, "--model", "other")
    Reembedding.objects.update(state=State.FAILED, error="No.", finished_at=timezone.now())
    assert run(store, "--status") == ["hashing to other: failed, No."]

    run(store, "--model", "other")

    assert run(store, "--status") == ["hashing to other: embedding, 0 of 0 chunks (100 %)"]


def test_a_store_that_never_changed_reports_its_model(store):
    assert run(store, "--status") == ["hashing, 256 dimensions. The model has never been changed."]


def test_a_change_is_cancelled(store):
    run(store, "--model", "other")

    assert run(store, "--cancel") == [
        "hashing to other: cancelled, the new embeddings are being dropped"
    ]


def test_cancelling_without_a_running_change_is_an_error(store):
    expected = "No re-embedding to cancel: none is running, or it has already switched."

    assert refusal(store, "--cancel") == expected


def test_changes_of_other_stores_are_not_cancelled(store):
    run(VectorStoreFactory(), "--model", "other")

    refusal(store, "--cancel")

    assert Reembedding.objects.get().state == State.EMBEDDING


@pytest.mark.parametrize("store_id", ["vs_unknown", "nonsense", "vs_" + 24 * "0"])
def test_an_unknown_store_is_an_error_that_names_it(db, store_id):
    assert refusal(store_id, "--status") == f"There is no store {store_id}."


def test_a_deleted_store_counts_as_unknown(store):
    VectorStore.objects.update(deleted_at=timezone.now())

    assert refusal(store, "--status") == f"There is no store {store.public_id}."


def test_a_refused_change_is_an_error(store):
    assert refusal(store, "--model", "unknown") == (
        "This server does not embed with unknown, but with: hashing, other."
    )


def test_exactly_one_action_must_be_given(store):
    assert "one of the arguments --model --status --cancel is required" in refusal(store)
    assert "not allowed with argument" in refusal(store, "--status", "--cancel")


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch):
    """Return a function that makes each sleep of the command apply the next of these changes."""

    def use(*steps: dict[str, object]) -> None:
        rest = iter(steps)
        monkeypatch.setattr(time, "sleep", lambda seconds: Reembedding.objects.update(**next(rest)))

    return use


def test_waiting_ends_once_the_store_has_the_new_model(store, meanwhile):
    meanwhile({}, {"state": State.INDEXING}, {"state": State.SWITCHED})

    assert run(store, "--model", "other", "--wait") == [
        "hashing to other: embedding, 0 of 0 chunks (100 %)",
        "hashing to other: indexing, 0 of 0 chunks (100 %)",
        "hashing to other: switched, the old embeddings are being dropped",
    ]


def test_waiting_for_a_change_that_fails_is_an_error(store, meanwhile):
    meanwhile({"state": State.FAILED, "error": "No."})

    assert refusal(store, "--model", "other", "--wait") == "The store keeps hashing."
