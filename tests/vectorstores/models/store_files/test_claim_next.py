"""Claiming the next files: projects in turn, the longest waiting first, small files together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.vectorstores.models.store_files.claiming import LEASE, NOW, SECOND, claimed, due, stores
from vectorstores.models import Status, VectorStoreFile

pytestmark = pytest.mark.django_db

# --- in turn ----------------------------------------------------------------------------------


def test_projects_are_served_in_turn_however_many_files_each_has():
    many, some, one = stores(3)
    due(many, 5), due(some, 2), due(one, 1)
    turns, after = [], None

    while files := claimed(after=after):
        after = files[0].project_id
        turns.append(files[0].vector_store)

    assert turns == [many, some, one, many, some, many, many, many]


def test_the_longest_waiting_file_of_a_project_is_first(store):
    oldest, older, _ = due(store, 3)

    assert claimed() + claimed() == [oldest, older]


def test_the_first_project_follows_the_last():
    first, last = stores(2)
    (wanted,) = due(first)
    due(last)

    assert claimed(after=last.project_id) == [wanted]


def test_the_only_project_is_served_again_and_again(store):
    files = due(store, 3)

    assert [claimed(after=store.project_id)[0] for _ in files] == files


def test_nothing_is_claimed_while_nothing_is_due(store):
    due(store, due_at=NOW + SECOND)

    assert claimed() == claimed(after=store.project_id) == []


@pytest.mark.parametrize("after", [None, 0, 1, 2])
def test_a_project_whose_files_cannot_be_claimed_is_skipped(after):
    # A worker that starts at any project visits all of them, each once.
    where = stores(3)
    for store in where:
        due(store, 1, file__bytes=5_000)
    (wanted,) = due(where[1], file__bytes=10)

    files = claimed(large=False, after=after if after is None else where[after].project_id)

    assert files == [wanted]


# --- what is claimed together ------------------------------------------------------------------


def test_small_files_are_claimed_together_up_to_a_number(store):
    files = due(store, 5)

    assert claimed(most_files=3) == files[:3]
    assert claimed(most_files=3) == files[3:]


def test_small_files_are_claimed_together_up_to_a_size(store):
    files = due(store, 5)

    assert claimed(most_files=9, most_bytes=250) == files[:2]


def test_files_of_different_projects_are_not_claimed_together():
    for store in stores(2):
        due(store, 2)

    assert len({file.project_id for file in claimed(most_files=9)}) == 1


def test_a_large_file_is_claimed_alone(store):
    (large,) = due(store, file__bytes=5_000)
    small = due(store, 2, due_at=NOW)

    assert claimed(most_files=9) == [large]
    assert set(claimed(most_files=9)) == set(small)  # which were due at the same moment


def test_a_large_file_is_skipped_if_only_small_ones_are_wanted(store):
    due(store, file__bytes=1_001)
    (small,) = due(store, file__bytes=1_000, due_at=NOW)

    assert claimed(most_files=9, large=False) == [small]
    assert claimed(most_files=9, large=False) == []


@pytest.mark.parametrize("tried", [0, 1, 2])
def test_a_file_that_was_tried_before_is_claimed_alone(store, tried):
    # Because it may have made its group fail.
    files = due(store, 3)
    VectorStoreFile.objects.filter(pk=files[tried].pk).update(attempts=1)

    groups = [claimed(most_files=9) for _ in range(3)]

    assert [files[tried]] in groups
    assert [file for group in groups for file in group] == files


# --- what is not claimed -----------------------------------------------------------------------


@pytest.mark.parametrize("bulk", [False, True])
def test_single_files_and_files_of_batches_are_claimed_by_different_workers(store, bulk):
    (wanted,) = due(store, bulk=bulk)
    due(store, bulk=not bulk)

    assert claimed(bulk=bulk, most_files=9) == [wanted]


def test_only_due_files_are_claimed(store):
    for status in (Status.COMPLETED, Status.FAILED, Status.CANCELLED):
        due(store, status=status)
    due(store, due_at=NOW + SECOND)  # a backoff, or another worker's lease
    due(store, deleted_at=NOW)
    due(VectorStoreFactory(deleted_at=NOW))
    (wanted,) = due(store, due_at=NOW)

    assert claimed(most_files=9) == [wanted]
    assert claimed() == []


def test_a_file_whose_lease_has_run_out_is_claimed_again(store):
    due(store)
    claimed()

    assert claimed(NOW + LEASE - SECOND) == []
    (again,) = claimed(NOW + LEASE)
    assert again.attempts == 2


# --- the claim --------------------------------------------------------------------------------


def test_a_claim_sets_the_lease_and_counts_the_attempt(store):
    due(store)

    (file,) = claimed()

    kept = VectorStoreFile.objects.get()
    assert (kept.due_at, kept.claimed_at, kept.attempts) == (NOW + LEASE, NOW, 1)
    assert (file.due_at, file.claimed_at, file.attempts) == (NOW + LEASE, NOW, 1)
    assert file.renew(NOW + SECOND, LEASE)
    assert not kept.complete(NOW, usage_bytes=1)


def test_no_project_has_more_claimed_than_its_share(store):
    due(store, 5)

    assert len(claimed(most_files=9, most_claimed=3)) == 3
    assert claimed(most_files=9, most_claimed=3) == []
    assert len(claimed(most_files=9, most_claimed=4)) == 1


@pytest.mark.parametrize("bulk", [False, True])
def test_single_files_and_files_of_batches_count_towards_one_share(store, bulk):
    due(store, 2, bulk=bulk)
    due(store, 2, bulk=not bulk)

    assert len(claimed(bulk=bulk, most_files=9, most_claimed=2)) == 2

    assert claimed(bulk=not bulk, most_files=9, most_claimed=2) == []


def test_a_project_that_has_its_share_is_skipped():
    full, other = stores(2)
    due(full, 2)
    (wanted,) = due(other)
    claimed(most_claimed=1)

    assert claimed(most_claimed=1) == [wanted]


@pytest.mark.parametrize("end", ["complete", "postpone", "silence"])
def test_a_file_that_is_no_longer_held_makes_room_in_the_share(store, end):
    due(store, 2)
    (file,) = claimed(most_claimed=1)
    now = NOW + LEASE
    {
        "complete": lambda: file.complete(NOW, usage_bytes=1),
        "postpone": lambda: file.postpone(NOW + 2 * LEASE),
        "silence": lambda: None,
    }[end]()

    assert len(claimed(now, most_claimed=1)) == 1
    assert claimed(now, most_claimed=1) == []


# --- what it costs ----------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 12])
def test_claiming_costs_the_same_number_of_queries_for_any_backlog(count):
    for store in stores(count):
        due(store, count)

    with CaptureQueriesContext(connection) as queries:
        files = claimed(most_files=9, most_claimed=50)

    assert files
    ours = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(ours) == 5  # the next project, its row, its share, its files, the claim


def test_claimed_files_come_with_their_file_and_store(store):
    due(store, 3)
    files = claimed(most_files=9)

    with CaptureQueriesContext(connection) as queries:
        assert [(file.file.bytes, file.vector_store.name) for file in files]

    assert len(queries) == 0


def test_finding_nothing_due_costs_two_queries():
    for store in stores(3):
        due(store, 2, due_at=NOW + SECOND)
    StoreFileFactory(status=Status.COMPLETED, due_at=None)

    with CaptureQueriesContext(connection) as queries:
        assert claimed() == []

    assert len(queries) == 2  # after the starting point, then from the beginning
