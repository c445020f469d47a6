from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import StoreFileFactory, VectorStoreFactory
from vectorstores.errors import ModelMismatch
from vectorstores.models import VectorStore

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def expiring(db) -> VectorStore:
    """Create a store that expires a day after its last activity, which was at NOW."""
    store = VectorStoreFactory(last_active_at=NOW)
    store.expire_after(1)
    store.save()
    return store


def test_expiry_counts_from_the_last_activity(expiring):
    assert expiring.expires_at == NOW + DAY
    assert not expiring.has_expired(NOW + DAY - SECOND)
    assert expiring.has_expired(NOW + DAY)


def test_activity_puts_off_expiry(expiring):
    assert expiring.touch(NOW + DAY - SECOND)

    expiring.refresh_from_db()
    assert expiring.last_active_at == NOW + DAY - SECOND
    assert expiring.expires_at == NOW + 2 * DAY - SECOND


def test_activity_does_not_revive_an_expired_store(expiring):
    assert not expiring.touch(NOW + DAY)

    expiring.refresh_from_db()
    assert (expiring.last_active_at, expiring.expires_at) == (NOW, NOW + DAY)


def test_activity_sets_no_expiry_on_a_store_without_a_policy(store):
    assert store.touch(NOW)

    store.refresh_from_db()
    assert (store.last_active_at, store.expires_at) == (NOW, None)


def test_a_deleted_store_has_no_activity(db):
    assert not VectorStoreFactory(deleted_at=NOW).touch(NOW)


def test_clearing_the_policy_clears_the_expiry(expiring):
    expiring.expire_after(None)

    assert (expiring.expires_after_days, expiring.expires_at) == (None, None)


def test_searches_are_recorded_at_most_once_a_second(expiring, django_assert_num_queries):
    with django_assert_num_queries(0):
        expiring.touch_if_quiet(NOW + SECOND / 2)
    expiring.touch_if_quiet(NOW + SECOND)

    expiring.refresh_from_db()
    assert expiring.last_active_at == NOW + SECOND


def test_a_store_of_the_default_model_is_open(store):
    store.check_open(NOW)


def test_a_store_of_another_configured_model_is_open(db, settings):
    settings.EMBEDDING_MODELS = {"other": {"dimensions": 3}}

    VectorStoreFactory(embedding_model="other", embedding_dimensions=3).check_open(NOW)


@pytest.mark.parametrize(
    ("model", "dimensions", "here"),
    [
        ("gone", 256, "does not embed with that model"),
        ("hashing", 3, "embeds with that model in 256"),
        ("other", 256, "embeds with that model in 3"),
    ],
)
def test_a_store_of_a_model_that_is_not_configured_raises_an_error_with_advice(
    db, settings, model, dimensions, here
):
    settings.EMBEDDING_MODELS = {"other": {"dimensions": 3}}
    store = VectorStoreFactory(embedding_model=model, embedding_dimensions=dimensions)

    with pytest.raises(ModelMismatch) as error:
        store.check_open(NOW)

    assert error.value.message == (
        f"This vector store was embedded with {model} in {dimensions} dimensions, but the server "
        f"{here}, and vectors of two models cannot be compared. Attach the files to a new store, "
        "or ask the operator to add the model to EMBEDDING_MODELS, or to embed this store again "
        "with another."
    )


def test_counts_of_many_stores_are_one_query(db, django_assert_num_queries):
    for number in range(5):
        StoreFileFactory.create_batch(number, vector_store=VectorStoreFactory(name=str(number)))

    with django_assert_num_queries(1):
        totals = {
            store.name: store.file_counts["total"]
            for store in VectorStore.objects.with_file_counts(NOW)
        }

    assert totals == {str(number): number for number in range(5)}


def test_closed_stores_are_deleted_or_expired(db):
    deleted = VectorStoreFactory(deleted_at=NOW)
    expired = VectorStoreFactory(expires_at=NOW)
    VectorStoreFactory(expires_at=NOW + SECOND)
    VectorStoreFactory()

    assert set(VectorStore.objects.closed(NOW)) == {deleted, expired}


def test_a_store_is_shown_by_its_name_or_else_its_id(db):
    assert str(VectorStoreFactory(name="notes")) == "notes"
    unnamed = VectorStoreFactory(name="")
    assert str(unnamed) == unnamed.public_id
