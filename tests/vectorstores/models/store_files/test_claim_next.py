"""The files that are next: projects in turn, the longest waiting first, small files together."""

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


def test_of_a_project_the_longest_waiting_is_first(store):
    oldest, older, _ = due(store, 3)

    assert claimed() + claimed() == [oldest, older]


def test_after_the_last_project_comes_the_first():
    first, last = stores(2)
    (wanted,) = due(first)
    due(last)

    assert claimed(after=last.project_id) == [wanted]


def test_a_project_alone_is_served_again_and_again(store):
    files = due(store, 3)

    assert [claimed(after=store.project_id)[0] for _ in files] == files


def test_when_nobody_has_anything_due_nothing_is_taken(store):
    due(store, due_at=NOW + SECOND)

    assert claimed() == claimed(after=store.project_id) == []


@pytest.mark.parametrize("after", [None, 0, 1, 2])
def test_a_project_whose_files_cannot_be_taken_hides_no_other(after):
    """Whoever begins anywhere comes to everybody, and once only."""
    where = stores(3)
    for store in where:
        due(store, 1, file__bytes=5_000)
    (wanted,) = due(where[1], file__bytes=10)

    files = claimed(large=False, after=after if after is None else where[after].project_id)

    assert files == [wanted]


# --- what is claimed together ------------------------------------------------------------------


def test_small_files_are_taken_together_up_to_a_number(store):
    files = due(store, 5)

    assert claimed(most_files=3) == files[:3]
    assert claimed(most_files=3) == files[3:]


def test_small_files_are_taken_together_up_to_a_size(store):
    files = due(store, 5)

    assert claimed(most_files=9, most_bytes=250) == files[:2]


def test_files_of_different_projects_are_not_taken_together():
    for store in stores(2):
        due(store, 2)

    assert len({file.project_id for file in claimed(most_files=9)}) == 1


def test_a_large_file_is_taken_alone(store):
    (large,) = due(store, file__bytes=5_000)
    small = due(store, 2, due_at=NOW)

    assert claimed(most_files=9) == [large]
    assert claimed(most_files=9) == small


def test_a_large_file_waits_while_only_small_ones_are_wanted(store):
    due(store, file__bytes=1_001)
    (small,) = due(store, file__bytes=1_000, due_at=NOW)

    assert claimed(most_files=9, large=False) == [small]
    assert claimed(most_files=9, large=False) == []


@pytest.mark.parametrize("tried", [0, 1, 2])
def test_a_file_that_was_tried_before_is_taken_alone(store, tried):
    """It may be what spoiled the group it was in."""
    files = due(store, 3)
    VectorStoreFile.objects.filter(pk=files[tried].pk).update(attempts=1)

    groups = [claimed(most_files=9) for _ in range(3)]

    assert [files[tried]] in groups
    assert [file for group in groups for file in group] == files


# --- what is not claimed -----------------------------------------------------------------------


@pytest.mark.parametrize("bulk", [False, True])
def test_single_files_and_those_of_batches_are_taken_each_by_its_own(store, bulk):
    (wanted,) = due(store, bulk=bulk)
    due(store, bulk=not bulk)

    assert claimed(bulk=bulk, most_files=9) == [wanted]


def test_only_what_is_due_is_taken(store):
    for status in (Status.COMPLETED, Status.FAILED, Status.CANCELLED):
        due(store, status=status)
    due(store, due_at=NOW + SECOND)  # a backoff, or another's lease
    due(store, deleted_at=NOW)
    due(VectorStoreFactory(deleted_at=NOW))
    (wanted,) = due(store, due_at=NOW)

    assert claimed(most_files=9) == [wanted]
    assert claimed() == []


def test_a_file_whose_lease_has_run_out_is_taken_again(store):
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


@pytest.mark.parametrize("lane", [False, True])
def test_single_files_and_those_of_batches_are_one_share(store, lane):
    due(store, 2, bulk=lane)
    due(store, 2, bulk=not lane)

    assert len(claimed(bulk=lane, most_files=9, most_claimed=2)) == 2

    assert claimed(bulk=not lane, most_files=9, most_claimed=2) == []


def test_who_has_its_share_is_passed_over():
    full, other = stores(2)
    due(full, 2)
    (wanted,) = due(other)
    claimed(most_claimed=1)

    assert claimed(most_claimed=1) == [wanted]


@pytest.mark.parametrize("end", ["complete", "postpone", "silence"])
def test_a_file_that_leaves_a_workers_hands_makes_room(store, end):
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
def test_claiming_costs_the_same_however_much_there_is(count):
    for store in stores(count):
        due(store, count)

    with CaptureQueriesContext(connection) as queries:
        files = claimed(most_files=9, most_claimed=50)

    assert files
    ours = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(ours) == 5  # whose turn, their row, their share, their files, the claim


def test_nothing_is_fetched_one_by_one_of_what_was_taken(store):
    due(store, 3)
    files = claimed(most_files=9)

    with CaptureQueriesContext(connection) as queries:
        assert [(file.file.bytes, file.vector_store.name) for file in files]

    assert len(queries) == 0


def test_that_nothing_is_due_is_found_by_one_look_at_each_project():
    for store in stores(3):
        due(store, 2, due_at=NOW + SECOND)
    StoreFileFactory(status=Status.COMPLETED, due_at=None)

    with CaptureQueriesContext(connection) as queries:
        assert claimed() == []

    assert len(queries) == 2  # behind where it began, and before
