"""A breaker in Redis, as several processes see it. Time is an argument, so none of it passes."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from redis import Redis

from tests.live import free_port
from vectorstores.breakers import shared
from vectorstores.breakers.shared import SharedBreaker
from vectorstores.embeddings.errors import EmbedderMisconfigured, EmbeddingUnavailable

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
Processes = Callable[[str], SharedBreaker]


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def fails(process: SharedBreaker, at: float, retry_after: float | None = None) -> None:
    error = EmbeddingUnavailable("10.0.0.7 answered 500.", retry_after, brief="it answers 500")
    process.record_failure(error, later(at), began=later(at))


def opened(process: SharedBreaker) -> float:
    """Open it at NOW, and return the seconds until a probe is admitted."""
    for at in (-4, -2, 0):
        fails(process, at)
    return waits(process)


def waits(process: SharedBreaker) -> float:
    state = process.state()
    assert state is not None
    return (state.until - NOW).total_seconds()


def test_it_is_closed_until_something_fails(process: Processes):
    assert process("a").state() is None
    assert process("a").admits(NOW)


def test_failures_of_all_processes_together_open_it(process: Processes):
    fails(process("a"), 0)
    fails(process("b"), 1)
    assert process("c").state() is None
    fails(process("c"), 2)

    for name in "abcd":
        assert process(name).state() is not None
        assert not process(name).admits(later(2))


def test_it_says_why_and_since_when(process: Processes):
    opened(process("a"))

    state = process("b").state()

    assert state == shared.OpenState(
        reason="10.0.0.7 answered 500.",
        brief="it answers 500",
        since=later(-4),
        until=later(2),
    )


def test_many_failures_at_once_do_not_open_it(process: Processes):
    # A busy service refuses what was sent together, and takes what is sent a moment later.
    for _ in range(20):
        fails(process("a"), 0)

    assert process("b").admits(later(0))


def test_a_success_in_between_keeps_it_closed(process: Processes):
    for at in (0, 2, 4, 6, 8):
        fails(process("a"), at)
        process("b").record_success(began=later(at))

    assert process("a").state() is None


def test_failures_far_apart_are_forgotten(process: Processes, redis: Redis):
    fails(process("a"), 0)

    (key,) = redis.keys(process("a").key)

    assert 0 < redis.pttl(key) <= 600_000


def test_a_long_retry_after_opens_it_at_once(process: Processes):
    fails(process("a"), 0, retry_after=20)

    assert waits(process("b")) == 20


def test_a_short_retry_after_does_not_open_it(process: Processes):
    fails(process("a"), 0, retry_after=2)

    assert process("b").state() is None


def test_a_retry_after_beyond_reason_is_cut(process: Processes):
    fails(process("a"), 0, retry_after=600)

    assert waits(process("b")) == 300


def test_a_mistake_in_the_settings_opens_it_at_once(process: Processes):
    process("a").record_failure(EmbedderMisconfigured("The key."), NOW, began=NOW)

    state = process("b").state()

    assert (state.reason, state.brief) == ("The key.", "its settings do not fit")


def test_when_the_time_has_passed_exactly_one_process_probes(process: Processes):
    wait = opened(process("a"))
    assert not any(process(name).admits(later(wait - 0.1)) for name in "abc")

    admitted = [name for name in "abcabc" if process(name).admits(later(wait))]

    assert admitted == ["a", "a"]


def test_one_of_many_simultaneous_requests_probes(process: Processes):
    wait = opened(process("a"))
    many = [process(name) for name in "abcdefgh"]

    with ThreadPoolExecutor(8) as threads:
        admitted = list(threads.map(lambda each: each.admits(later(wait)), many))

    assert admitted.count(True) == 1


def test_a_probe_that_never_reports_is_followed_by_another(process: Processes):
    wait = opened(process("a"))
    assert process("a").admits(later(wait))

    assert not process("b").admits(later(wait + 34))
    assert process("b").admits(later(wait + 36))


def test_a_probe_without_work_is_released_to_another_process(process: Processes):
    wait = opened(process("a"))
    process("a").admits(later(wait))
    process("b").admits(later(wait))

    process("b").release_probe()  # changes nothing, since b holds no probe
    assert not process("c").admits(later(wait))
    process("a").release_probe()

    assert process("c").admits(later(wait))


def test_a_success_closes_it_for_all(process: Processes, caplog):
    caplog.set_level(logging.INFO)
    wait = opened(process("a"))
    process("b").admits(later(wait))

    process("b").record_success(began=later(wait))

    assert [process(name).state() for name in "abc"] == [None] * 3
    assert caplog.messages[-1] == (
        "The embedder of a-model answers again; it had failed since 2026-07-01 11:59:56+00:00."
    )


def test_a_success_that_was_under_way_when_it_opened_does_not_close_it(process: Processes):
    opened(process("a"))

    process("b").record_success(began=later(-1))

    assert process("b").state() is not None


def test_each_probe_that_fails_opens_it_for_twice_as_long(process: Processes):
    at, lengths = opened(process("a")), []
    for _ in range(7):
        process("a").admits(later(at))
        fails(process("a"), at)
        lengths.append(waits(process("b")) - at)
        at += lengths[-1]

    assert lengths == [4, 8, 16, 32, 60, 60, 60]
    assert process("a").state().since == later(-4)


def test_a_probe_answered_with_retry_after_opens_it_for_that_long(process: Processes):
    wait = opened(process("a"))
    process("a").admits(later(wait))

    fails(process("a"), wait, retry_after=1)

    assert waits(process("b")) == wait + 1


def test_failures_of_requests_under_way_do_not_keep_it_open_longer(process: Processes):
    wait = opened(process("a"))

    for _ in range(10):
        fails(process("b"), 0.5)

    assert waits(process("a")) == wait


def test_a_retry_after_of_a_request_under_way_keeps_it_open_longer(process: Processes):
    opened(process("a"))

    fails(process("b"), 1, retry_after=30)

    assert waits(process("a")) == 31


def test_after_it_closes_its_first_cooldown_is_short_again(process: Processes):
    at = opened(process("a"))
    fails(process("a"), at)
    process("a").record_success(began=later(10))

    fails(process("a"), 20)
    assert process("a").state() is None
    fails(process("a"), 21)
    fails(process("a"), 22)

    assert waits(process("a")) == 22 + 2


def test_its_opening_is_logged_once(process: Processes, caplog):
    opened(process("a"))
    fails(process("b"), 0.5)

    warnings = [r.message for r in caplog.records if r.levelno == logging.WARNING]

    assert warnings == ["The embedder of a-model is not called for 2 s: 10.0.0.7 answered 500."]


def test_redis_forgets_an_open_breaker_that_is_not_probed_for_ten_minutes(
    process: Processes, redis: Redis
):
    wait = opened(process("a"))

    assert redis.pttl(process("a").key) <= (wait + 600) * 1000


def test_without_redis_it_is_closed(process: Processes, settings, caplog):
    opened(process("a"))
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    for _ in range(20):
        assert process("a").state() is None
        assert process("a").admits(NOW)
        fails(process("a"), 0)
        process("a").record_success(began=NOW)
        process("a").release_probe()

    (line,) = [m for m in caplog.messages if m.startswith("Redis")]
    assert line.startswith(
        "Redis does not answer; each process now notices failing embedders by itself: "
    )


def test_a_closed_breaker_does_not_ask_redis_at_each_request(redis: Redis):
    well = SharedBreaker("well", model="a-model", probe_seconds=35)
    redis.config_resetstat()

    for _ in range(100):
        assert well.admits(NOW)
        well.record_success(began=NOW)

    calls = redis.info("commandstats")["cmdstat_evalsha"]["calls"]
    assert calls <= 4
