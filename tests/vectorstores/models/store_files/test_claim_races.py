"""Claims by real threads with a connection each: every file once, no share exceeded."""

from collections import Counter
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from tests.factories import VectorStoreFactory
from tests.vectorstores.models.store_files.claiming import NOW, claimed, due, stores
from tests.vectorstores.threads import at_once
from vectorstores.models import Status, VectorStoreFile

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8


def claim_all(**options: object) -> list[VectorStoreFile]:
    """Claim as one worker until nothing is left, and return the files."""
    got, after = [], None
    while files := claimed(timezone.now(), after=after, **options):
        after = files[0].project_id
        got += files
    return got


@pytest.mark.parametrize("most_claimed", [0, 1000], ids=["no share", "a share"])
@pytest.mark.parametrize("most_files", [1, 7])
def test_every_file_is_claimed_by_one_worker(most_files, most_claimed):
    wanted = [file.pk for store in stores(3) for file in due(store, 20)]

    each = at_once(*[lambda: claim_all(most_files=most_files, most_claimed=most_claimed)] * WORKERS)

    got = Counter(file.pk for files in each for file in files)
    assert got == Counter(wanted)
    assert set(VectorStoreFile.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.parametrize("most_files", [1, 3, 20])
def test_workers_that_claim_at_the_same_time_share_one_limit(most_files):
    for _ in range(10):
        due(VectorStoreFactory(), 20)

        each = at_once(*[lambda: claimed(most_files=most_files, most_claimed=5)] * WORKERS)

        assert sum(len(files) for files in each) == 5
        VectorStoreFile.objects.all().delete()


def test_a_share_is_never_exceeded():
    # After each claim, a worker counts the claims of all workers, and then completes its files.
    first, second = stores(2)
    due(first, 60)
    due(second, 60)

    def work() -> list[int]:
        seen = []
        while VectorStoreFile.objects.filter(status=Status.IN_PROGRESS).exists():
            files = claimed(timezone.now(), most_files=3, most_claimed=5)
            if not files:
                continue
            held = VectorStoreFile.objects.claimed(timezone.now())
            seen.append(held.filter(project=files[0].project_id).count())
            for file in files:
                assert file.complete(timezone.now(), usage_bytes=1)
        return seen

    seen = [count for counts in at_once(*[work] * WORKERS) for count in counts]

    assert max(seen) <= 5
    assert VectorStoreFile.objects.filter(status=Status.COMPLETED, attempts=1).count() == 120


def test_locked_rows_are_skipped_without_waiting():
    store = VectorStoreFactory()
    locked, *others = due(store, 3)
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(VectorStoreFile.objects.select_for_update().filter(pk=locked.pk))
            held.set()
            done.wait(10)

    def work() -> list[VectorStoreFile]:
        held.wait(10)
        try:
            return claimed(most_files=9)
        finally:
            done.set()

    _, files = at_once(hold, work)

    assert files == others
    assert claimed(NOW, most_files=9) == [locked]


def test_a_project_whose_rows_are_all_locked_is_skipped():
    busy, other = stores(2)
    due(busy, 2)
    (wanted,) = due(other)
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(VectorStoreFile.objects.select_for_update().filter(vector_store=busy))
            held.set()
            done.wait(10)

    def work() -> list[VectorStoreFile]:
        held.wait(10)
        try:
            return claimed()
        finally:
            done.set()

    _, files = at_once(hold, work)

    assert files == [wanted]


def test_cancelling_while_claiming_leaves_no_claim():
    for _ in range(30):
        (file,) = due(VectorStoreFactory())
        rows = VectorStoreFile.objects.filter(pk=file.pk)

        files, cancelled = at_once(claimed, lambda rows=rows: rows.cancel(timezone.now()))

        assert cancelled == 1
        assert rows.get().status == Status.CANCELLED
        assert not any(file.complete(timezone.now(), usage_bytes=1) for file in files)
