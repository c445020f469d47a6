"""A failing embedder is waited for in place, for some seconds."""

from collections.abc import Callable

import pytest

from ingestion.embedding import pacing
from ingestion.embedding.pacing import PATIENCE, Backoff
from vectorstores.embeddings.errors import EmbeddingUnavailable


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pacing, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def fail(clock: Clock) -> Callable[..., float]:
    """Fail a request that began now. Return the seconds of the wait, after letting it pass."""

    def fail(backoff: Backoff, retry_after: float | None = None) -> float:
        backoff.record_failure(EmbeddingUnavailable("No.", retry_after), began=clock.now)
        waited = backoff.resume_at - clock.now
        clock.now = backoff.resume_at
        return waited

    return fail


def test_each_failure_is_waited_for_longer_and_never_all_at_the_same_moment(fail):
    backoff = Backoff()

    for wait in (0.5, 1, 2, 4):
        assert wait <= fail(backoff) <= 1.25 * wait


def test_in_the_end_the_failure_is_raised(fail, clock):
    backoff, began = Backoff(), clock.now

    with pytest.raises(EmbeddingUnavailable, match=r"No\."):
        for _ in range(10):
            fail(backoff)

    assert 5 < clock.now - began <= PATIENCE


def test_waits_that_the_service_names_are_kept(fail):
    assert 7 <= fail(Backoff(), retry_after=7) <= 7 * 1.25


def test_a_wait_longer_than_patience_is_raised_at_once(fail, clock):
    with pytest.raises(EmbeddingUnavailable) as caught:
        fail(Backoff(), retry_after=PATIENCE + 1)

    assert caught.value.retry_after == PATIENCE + 1


def test_a_success_begins_anew(fail):
    backoff = Backoff()

    for _ in range(100):
        assert fail(backoff) <= 0.5 * 1.25
        assert fail(backoff) <= 1 * 1.25
        backoff.record_success()


def test_failures_of_requests_that_were_under_way_together_are_one(clock):
    backoff, began = Backoff(), clock.now
    clock.now += 1

    for _ in range(8):
        backoff.record_failure(EmbeddingUnavailable("No."), began=began)

    assert backoff.resume_at - clock.now <= 0.5 * 1.25


def test_the_longest_wait_of_several_is_kept(clock):
    backoff, began = Backoff(), clock.now
    clock.now += 1

    backoff.record_failure(EmbeddingUnavailable("No.", 5), began=began)
    backoff.record_failure(EmbeddingUnavailable("No."), began=began)

    assert backoff.resume_at >= clock.now + 5
