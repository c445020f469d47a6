"""Connections to Postgres and their options."""

import dj_database_url

from config import databases

URL = "postgresql://user:secret@db.example:5432/name"


def test_each_thread_keeps_a_connection_that_notices_when_its_host_is_gone():
    made = databases.primary(dj_database_url.parse(URL), keep=60, pool=0)

    assert (made["HOST"], made["CONN_MAX_AGE"], made["CONN_HEALTH_CHECKS"]) == (
        "db.example",
        60,
        True,
    )
    assert "pool" not in made["OPTIONS"]
    assert made["OPTIONS"]["tcp_user_timeout"] == 60_000
    assert "-c hnsw.iterative_scan=relaxed_order" in made["OPTIONS"]["options"]


def test_the_address_has_the_last_word():
    url = dj_database_url.parse(f"{URL}?connect_timeout=3&options=-c+jit%3Don")

    made = databases.primary(url, keep=60, pool=0)

    assert made["OPTIONS"]["connect_timeout"] == 3
    assert made["OPTIONS"]["options"] == "-c jit=on"


def test_threads_may_share_a_pool_instead():
    made = databases.primary(dj_database_url.parse(URL), keep=60, pool=4)

    assert made["CONN_MAX_AGE"] == 0
    assert made["OPTIONS"]["pool"] == {
        "min_size": 1,
        "max_size": 4,
        "max_idle": 60,
        "timeout": 10.0,
    }


def test_the_replica_is_waited_for_briefly_and_has_no_pool():
    made = databases.replica(URL, keep=60)

    assert "pool" not in made["OPTIONS"]
    assert made["OPTIONS"]["connect_timeout"] == 2
    assert made["OPTIONS"]["tcp_user_timeout"] == 3_000
    assert made["TEST"] == {"MIRROR": "default"}


def test_statements_and_waits_for_locks_are_limited_as_told():
    made = databases.primary(dj_database_url.parse(URL), keep=60, pool=0, statement=60, lock=2.5)

    assert made["OPTIONS"]["options"].endswith("-c statement_timeout=60000 -c lock_timeout=2500")


def test_without_limits_the_servers_own_apply():
    made = databases.primary(dj_database_url.parse(URL), keep=60, pool=0)

    assert "timeout=" not in made["OPTIONS"]["options"]


def test_searches_on_the_replica_are_limited_too():
    made = databases.replica(URL, keep=60, statement=60)

    assert made["OPTIONS"]["options"].endswith("-c statement_timeout=60000")
