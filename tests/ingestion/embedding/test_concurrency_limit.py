"""The limit of requests at once. Moments are those of `monotonic`, which the tests set."""

from collections.abc import Callable

import pytest

from ingestion.embedding import pacing
from ingestion.embedding.pacing import ConcurrencyLimit


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    return lambda moment: monkeypatch.setattr(pacing, "monotonic", lambda: moment)


def size(limit: ConcurrencyLimit, most: int = 8) -> int:
    return next(number for number in range(most + 1) if not limit.allows(number, most=most))


def go_well(limit: ConcurrencyLimit, times: int, took: float = 1.0) -> None:
    for _ in range(times):
        limit.record_success(1000, took=took, began=0.0)


def test_a_new_process_sends_one_at_a_time():
    assert size(ConcurrencyLimit(timeout=30.0)) == 1


def test_it_grows_by_one_after_as_many_good_answers_as_there_are_requests():
    limit, sizes = ConcurrencyLimit(timeout=30.0), []

    for _ in range(12):
        go_well(limit, 1)
        sizes.append(size(limit))

    assert sizes == [2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5]


def test_it_never_grows_beyond_what_is_allowed():
    limit = ConcurrencyLimit(timeout=30.0)

    go_well(limit, 100)

    assert size(limit, most=4) == 4
    assert limit.allows(0, most=1)
    assert not limit.allows(1, most=1)


def test_answers_that_wait_in_the_embedders_queue_do_not_let_it_grow():
    limit = ConcurrencyLimit(timeout=30.0)
    go_well(limit, 1, took=1.0)

    go_well(limit, 20, took=4.0)

    assert size(limit) == 2


def test_an_embedder_that_became_slower_for_good_is_accepted_in_time():
    limit = ConcurrencyLimit(timeout=30.0)
    go_well(limit, 1, took=1.0)

    go_well(limit, 200, took=4.0)

    assert size(limit) > 4


def test_long_texts_may_take_longer_than_short_ones():
    limit = ConcurrencyLimit(timeout=30.0)
    limit.record_success(1000, took=0.1, began=0.0)

    limit.record_success(50_000, took=5.0, began=0.0)
    limit.record_success(50_000, took=5.0, began=0.0)
    limit.record_success(50_000, took=5.0, began=0.0)

    assert size(limit) == 3


def test_a_failure_halves_it(at):
    limit = ConcurrencyLimit(timeout=30.0)
    go_well(limit, 40)
    assert size(limit) == 8

    at(10.0)
    limit.record_failure(began=9.0)

    assert size(limit) == 4


def test_failures_of_requests_that_were_under_way_together_halve_it_once(at):
    limit = ConcurrencyLimit(timeout=30.0)
    go_well(limit, 40)
    size(limit)

    at(10.0)
    for began in (9.0, 9.1, 9.2, 9.3):
        limit.record_failure(began=began)

    assert size(limit) == 4
    limit.record_failure(began=10.0)
    assert size(limit) == 2


def test_one_request_is_always_allowed(at):
    limit = ConcurrencyLimit(timeout=30.0)

    for moment in range(10):
        at(float(moment))
        limit.record_failure(began=float(moment))

    assert size(limit) == 1


def test_an_answer_that_was_nearly_too_late_counts_as_a_failure(at):
    limit = ConcurrencyLimit(timeout=30.0)
    go_well(limit, 40)
    size(limit)

    at(20.0)
    limit.record_success(1000, took=16.0, began=4.0)

    assert size(limit) == 4
