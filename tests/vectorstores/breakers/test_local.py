import logging
from threading import Barrier, Thread
from typing import Any

import pytest

from vectorstores.breakers.local import (
    FIRST_COOLDOWN,
    LONGEST_COOLDOWN,
    LONGEST_RETRY_AFTER,
    LocalBreaker,
)
from vectorstores.http.errors import Misconfigured, Refused, Unavailable


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> LocalBreaker:
    return LocalBreaker("The helper", clock=clock)


def unavailable(retry_after: float | None = None) -> Unavailable:
    return Unavailable("10.0.0.7 is gone.", brief="it is gone", retry_after=retry_after)


def fails(breaker: LocalBreaker, error: Exception | None = None) -> None:
    error = error or unavailable()
    with pytest.raises(type(error), match=str(error)), breaker.guard():
        raise error


def works(breaker: LocalBreaker) -> None:
    with breaker.guard():
        pass


def is_open(breaker: LocalBreaker) -> bool:
    try:
        works(breaker)
    except Unavailable:
        return True
    return False


def test_a_service_that_works_is_asked(breaker: LocalBreaker):
    for _ in range(3):
        works(breaker)


def test_a_failed_service_is_not_asked_again_for_some_seconds(breaker: LocalBreaker, clock: Clock):
    fails(breaker)

    clock.now += FIRST_COOLDOWN - 0.1

    assert is_open(breaker)


def test_an_open_breaker_says_why_it_is_open(breaker: LocalBreaker):
    fails(breaker)

    with pytest.raises(Unavailable) as caught, breaker.guard():
        pass

    assert str(caught.value) == (
        "The helper failed a moment ago, and is not called for a while: it is gone."
    )
    assert caught.value.brief == "it is gone"


def test_after_the_cooldown_a_success_closes_it(breaker: LocalBreaker, clock: Clock):
    fails(breaker)
    clock.now += FIRST_COOLDOWN

    works(breaker)
    works(breaker)


def test_each_cooldown_is_longer_up_to_a_minute(breaker: LocalBreaker, clock: Clock):
    waits: list[Any] = []
    for _ in range(6):
        fails(breaker)
        start = clock.now
        while True:
            clock.now += 1
            with pytest.raises((Unavailable, ZeroDivisionError)) as caught, breaker.guard():
                raise ZeroDivisionError  # a bug, which says nothing of the service
            if caught.type is ZeroDivisionError:
                break
        waits.append(clock.now - start)
        clock.now += LONGEST_COOLDOWN  # until the probe that reported nothing is over

    assert waits == [5, 10, 20, 40, 60, 60]


def test_after_a_success_the_first_cooldown_is_short_again(breaker: LocalBreaker, clock: Clock):
    fails(breaker)
    clock.now += FIRST_COOLDOWN
    fails(breaker)
    clock.now += 2 * FIRST_COOLDOWN
    works(breaker)

    fails(breaker)
    clock.now += FIRST_COOLDOWN

    assert not is_open(breaker)


def test_only_one_request_probes_at_a_time(breaker: LocalBreaker, clock: Clock):
    fails(breaker)
    clock.now += FIRST_COOLDOWN

    with breaker.guard():
        assert is_open(breaker)


def test_a_probe_that_does_not_return_is_followed_by_another(breaker: LocalBreaker, clock: Clock):
    fails(breaker)
    clock.now += FIRST_COOLDOWN

    with pytest.raises(ZeroDivisionError), breaker.guard():
        raise ZeroDivisionError
    assert is_open(breaker)
    clock.now += 2 * FIRST_COOLDOWN

    assert not is_open(breaker)


def test_simultaneous_failures_count_once(breaker: LocalBreaker, clock: Clock):
    together = Barrier(8)

    def fail() -> None:
        with pytest.raises(Unavailable), breaker.guard():
            together.wait()
            clock.now += 0.001
            raise unavailable()

    threads = [Thread(target=fail) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.now += FIRST_COOLDOWN

    assert not is_open(breaker)


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [(0.5, 0.5), (20, 20), (100_000, LONGEST_RETRY_AFTER), (None, FIRST_COOLDOWN)],
)
def test_its_retry_after_sets_the_cooldown(
    breaker: LocalBreaker, clock: Clock, retry_after: float | None, wait: float
):
    fails(breaker, unavailable(retry_after=retry_after))

    clock.now += wait - 0.1
    was_open = is_open(breaker)
    clock.now += 0.2

    assert was_open
    assert not is_open(breaker)


def test_a_misconfigured_service_is_tried_once_a_minute(breaker: LocalBreaker, clock: Clock):
    fails(breaker, Misconfigured("The key.", brief="it does not accept the key"))

    clock.now += LONGEST_COOLDOWN - 1
    was_open = is_open(breaker)
    clock.now += 1

    assert was_open
    assert not is_open(breaker)


def test_a_refusal_counts_as_a_success(breaker: LocalBreaker, clock: Clock):
    fails(breaker, Refused("No.", brief="it answers 400", status=400))
    assert not is_open(breaker)
    fails(breaker)
    clock.now += FIRST_COOLDOWN

    fails(breaker, Refused("No.", brief="it answers 400", status=400))

    assert not is_open(breaker)


def test_the_log_has_a_line_when_it_opens_and_one_when_it_closes(
    breaker: LocalBreaker, clock: Clock, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)

    works(breaker)
    fails(breaker)
    for _ in range(5):
        assert is_open(breaker)
    clock.now += FIRST_COOLDOWN
    works(breaker)
    works(breaker)

    assert [record.message for record in caplog.records] == [
        "The helper is not called for 5 s: 10.0.0.7 is gone.",
        "The helper answers again.",
    ]
