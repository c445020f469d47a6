import pytest
from django.utils import timezone

from tests.factories import FileBatchFactory, StoreFileFactory
from vectorstores.models import FileBatch


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ("", "completed"),
        ("i", "in_progress"),
        ("icfx", "in_progress"),
        ("c", "completed"),
        ("cf", "completed"),
        ("f", "failed"),
        ("ff", "failed"),
        ("x", "cancelled"),
        ("cx", "cancelled"),
        ("fx", "cancelled"),
    ],
)
def test_the_status_of_a_batch_follows_from_its_files(store, files, status):
    names = {"i": "in_progress", "c": "completed", "f": "failed", "x": "cancelled"}
    batch = FileBatchFactory(vector_store=store)
    for letter in files:
        StoreFileFactory(vector_store=store, batch=batch, status=names[letter])

    assert FileBatch.objects.with_file_counts(timezone.now()).get().status == status


def test_counts_of_many_batches_are_one_query(store, django_assert_num_queries):
    for number in range(5):
        batch = FileBatchFactory(vector_store=store)
        StoreFileFactory.create_batch(number, vector_store=store, batch=batch)

    with django_assert_num_queries(1):
        batches = FileBatch.objects.with_file_counts(timezone.now()).order_by("created_at")
        totals = [batch.file_counts["total"] for batch in batches]

    assert totals == [0, 1, 2, 3, 4]
