"""Budgets that refill evenly, counted in Redis. Time is an argument, so none of it passes here."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from tests.factories import ProjectFactory, VectorStoreFactory
from vectorstores import ratelimits
from vectorstores.errors import RateLimited
from vectorstores.ratelimits import Charge, take

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


pytestmark = pytest.mark.usefixtures("valkey")


@pytest.fixture
def redis(valkey: str) -> Iterator[Redis]:
    with Redis.from_url(valkey) as client:
        yield client


def charge(limit: int, cost: int = 1, key: str = "") -> Charge:
    """Return a charge, of a budget of its own if no other is named."""
    return Charge(key or uuid4().hex, limit, "a test", cost=cost)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_minutes_worth_may_come_at_once():
    one = charge(limit=5)

    budgets = [take([one], now=NOW)[0] for _ in range(6)]

    assert [budget.remaining for budget in budgets] == [4, 3, 2, 1, 0, 0]
    assert [budget.full_in for budget in budgets] == [12, 24, 36, 48, 60, 60]
    assert [budget.wait for budget in budgets] == [0, 0, 0, 0, 0, 12]


def test_a_refused_request_is_not_charged():
    all_of_it = charge(limit=5, cost=5)
    take([all_of_it], now=NOW)

    waits = {take([all_of_it], now=NOW)[0].wait for _ in range(10)}

    assert waits == {60}
    assert take([all_of_it], now=later(60))[0].wait == 0


def test_it_refills_evenly():
    one = charge(limit=300)
    for _ in range(300):
        take([one], now=NOW)

    assert take([one], now=later(0.1))[0].wait == pytest.approx(0.1)
    budgets = [take([one], now=later(2))[0] for _ in range(11)]

    assert [budget.wait for budget in budgets] == [0] * 10 + [0.2]


def test_an_unused_budget_grows_to_one_minutes_worth_at_most():
    one = charge(limit=5)
    take([one], now=NOW)

    assert take([one], now=later(86400))[0].remaining == 4


@given(
    limit=st.integers(1, 5000),
    requests=st.lists(st.tuples(st.floats(0, 30), st.integers(1, 6000)), min_size=1, max_size=20),
)
def test_a_client_that_waits_as_long_as_told_gets_through(limit, requests):
    key, now = uuid4().hex, NOW
    for pause, cost in requests:
        now += timedelta(seconds=pause)
        budget = take([charge(limit, cost, key)], now=now)[0]

        assert 0 <= budget.wait <= 60
        assert 0 <= budget.remaining <= limit
        if budget.wait:
            now += timedelta(seconds=math.ceil(budget.wait))
            assert take([charge(limit, cost, key)], now=now)[0].wait == 0


def test_many_clients_that_wait_as_told_all_get_through():
    # Clients repeat a request twice by default: told the same moment, most would give up.
    one = charge(limit=60)
    for _ in range(60):
        take([one], now=NOW)

    waits = [take([one], now=NOW)[0].wait for _ in range(8)]

    assert waits == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [take([one], now=later(wait))[0].wait for wait in waits] == [0] * 8


def test_refused_clients_wait_for_a_minute_at_most():
    one = charge(limit=60)
    for _ in range(60):
        take([one], now=NOW)

    waits = [take([one], now=NOW)[0].wait for _ in range(200)]

    assert max(waits) == 60


def test_a_refused_client_that_never_returns_reserves_nothing():
    one = charge(limit=60)
    for _ in range(100):
        take([one], now=NOW)

    assert take([one], now=later(1))[0].wait == 0


def test_a_request_for_more_than_the_limit_takes_all_of_it():
    large = charge(limit=1000, cost=2000)

    budget = take([large], now=NOW)[0]

    assert (budget.wait, budget.remaining) == (0, 0)
    assert take([large], now=later(60))[0].wait == 0


def test_two_budgets_are_charged_together_or_not_at_all():
    wide, narrow = charge(limit=100), charge(limit=10, cost=6)
    take([wide, narrow], now=NOW)

    wide_budget, narrow_budget = take([wide, narrow], now=NOW)

    assert (wide_budget.wait, wide_budget.remaining) == (0, 99)
    assert (narrow_budget.wait, narrow_budget.remaining) == (12, 4)


def test_a_budget_that_is_given_back_can_be_spent_again(db, settings):
    settings.ATTACHED_FILES_PER_MINUTE = 10
    files = ratelimits.attached_files(ProjectFactory(), 10)
    ratelimits.spend(files, now=NOW)

    ratelimits.give_back(files, now=NOW)

    assert ratelimits.spend(files, now=NOW)[0].wait == 0


def test_a_refund_restores_at_most_what_was_charged(db, settings):
    settings.ATTACHED_FILES_PER_MINUTE = 10
    project = ProjectFactory()
    some, large = ratelimits.attached_files(project, 4), ratelimits.attached_files(project, 500)
    ratelimits.spend(large, now=NOW)
    ratelimits.spend(some, now=later(60))

    ratelimits.give_back(large, now=later(60))

    assert ratelimits.spend(some, now=later(60))[0].remaining == 6


def test_threads_that_spend_at_once_do_not_spend_more_than_there_is():
    one = charge(limit=20)

    with ThreadPoolExecutor(8) as pool:
        budgets = list(pool.map(lambda _: take([one], now=NOW)[0], range(60)))

    assert [budget.wait for budget in budgets].count(0) == 20


def test_a_key_expires_by_itself_and_goes_with_what_was_spent(redis):
    one = charge(limit=60, cost=15)
    key = f"vectorstores:limit:{one.key}"

    take([one], now=NOW)

    assert 60_000 < redis.pttl(key) <= 120_000
    take([one.negative()], now=NOW)
    assert not redis.exists(key)


def test_a_clock_that_ran_ahead_costs_a_minute_at_most():
    one = charge(limit=5)
    take([one], now=NOW + timedelta(hours=3))

    assert take([one], now=NOW)[0].wait <= 60


def test_projects_and_stores_have_budgets_of_their_own(db, settings):
    settings.UPLOADS_PER_MINUTE = settings.ATTACH_REQUESTS_PER_MINUTE = 1
    stores = VectorStoreFactory.create_batch(2)

    for store in stores:
        for own in (ratelimits.uploads(store.project), ratelimits.attach_requests(store)):
            assert ratelimits.spend(own, now=NOW)[0].wait == 0


def test_a_budget_that_is_too_small_says_whose_and_for_how_long(db, settings):
    settings.ATTACHED_FILES_PER_MINUTE = 7
    files = ratelimits.attached_files(ProjectFactory(name="birds"), 7)
    ratelimits.spend(files, now=NOW)

    with pytest.raises(RateLimited) as refusal:
        ratelimits.spend(files, now=later(0.5))[0].check()

    assert refusal.value.retry_after == 60
    assert refusal.value.message == (
        "Rate limit reached for project birds on attached files per min. Limit: 7 / min. "
        "Please try again in 60s."
    )


@pytest.mark.parametrize("off", [{"RATE_LIMITS": False}, {"UPLOADS_PER_MINUTE": 0}], ids=str)
def test_a_limit_that_is_off_is_not_counted(db, settings, redis, off):
    for name, value in off.items():
        setattr(settings, name, value)
    uploads = ratelimits.uploads(ProjectFactory())

    assert ratelimits.spend(uploads, now=NOW) == []
    assert not redis.exists(f"vectorstores:limit:{uploads.key}")
