"""Statements that Postgres plans once per connection, and queries that Django compiles once."""

from collections.abc import Iterator

import django
import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from tests.factories import ApiKeyFactory, ProjectFactory, VectorStoreFactory
from tests.vectorstores.threads import at_once
from vectorstores.models import ApiKey, VectorStore
from vectorstores.models.stores import live_store
from vectorstores.postgres.statements import PreparedQuery, fetch

pytestmark = pytest.mark.django_db(transaction=True)

TIMES_TWO = "SELECT 2 * %s::int -- of this test"


@pytest.fixture(autouse=True)
def on_a_new_connection(transactional_db: None) -> Iterator[None]:
    connection.close()
    yield
    connection.close()


def prepared() -> int:
    rows = fetch(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%% this test'", []
    )
    return int(rows[0][0])


def end(pid: int) -> None:
    """End a connection, as a restart of Postgres does."""
    of = connection.settings_dict
    address = {"host": of["HOST"], "port": of["PORT"], "dbname": of["NAME"]}
    account = {"user": of["USER"], "password": of["PASSWORD"]}
    with psycopg.connect(**address, **account) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def pid() -> int:
    return int(fetch("SELECT pg_backend_pid()", [])[0][0])


# --- statements -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "times", "expected"),
    [
        ({"always": True}, 1, 1),
        ({}, 5, 0),
        ({}, 6, 1),
        ({"never": True}, 20, 0),
    ],
    ids=str,
)
def test_a_statement_is_prepared_at_once_or_after_five_executions_or_never(how, times, expected):
    found = [fetch(TIMES_TWO, [number], **how) for number in range(times)]

    assert found == [[(2 * number,)] for number in range(times)]
    assert prepared() == expected


def test_nothing_is_prepared_if_the_setting_forbids_it(settings: Settings):
    settings.DATABASE_PREPARE = False

    for number in range(20):
        assert fetch(TIMES_TWO, [number], always=True) == [(2 * number,)]

    assert prepared() == 0


def test_a_connection_that_was_lost_is_opened_again():
    before = pid()
    end(before)

    assert fetch(TIMES_TWO, [4], always=True) == [(8,)]
    assert pid() != before


def test_a_connection_lost_within_a_transaction_raises_an_error():
    # Because the earlier statements of the transaction are lost.
    with pytest.raises(OperationalError), transaction.atomic():
        end(pid())
        fetch(TIMES_TWO, [4])


def test_a_statement_that_fails_for_another_reason_is_not_repeated():
    before = pid()

    with pytest.raises(OperationalError):
        fetch("SELECT set_config('statement_timeout', '20', false), pg_sleep(0)", [])
        fetch("SELECT pg_sleep(5)", [])

    assert pid() == before


# --- prepared queries -------------------------------------------------------------------------


def test_a_prepared_query_returns_what_django_returns(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    key = ApiKeyFactory(secret="sk-one")
    ApiKeyFactory(secret="sk-two")
    by_name = PreparedQuery(
        lambda name, digest: ApiKey.objects.usable(digest).filter(name=name), name="n", digest="d"
    )

    found = by_name.first(name=key.name, digest=key.digest)

    assert isinstance(found, ApiKey)
    assert vars(found).keys() >= vars(ApiKey.objects.get(pk=key.pk)).keys()
    with django_assert_num_queries(0):
        assert found.project == key.project
    assert by_name.first(name="another", digest=key.digest) is None


def test_a_row_of_a_prepared_query_can_be_saved():
    store = VectorStoreFactory(metadata={"team": "support"})

    found = live_store(store.project, store.pk)

    assert found.metadata == {"team": "support"}
    found.name = "renamed"
    found.save()
    assert VectorStore.objects.get().name == "renamed"


def test_a_prepared_query_serves_all_threads():
    stores = [VectorStoreFactory(project=ProjectFactory()) for _ in range(8)]
    by_name = PreparedQuery(lambda name: VectorStore.objects.filter(name=name), name="any")
    for number, store in enumerate(stores):
        VectorStore.objects.filter(pk=store.pk).update(name=str(number))

    steps = [lambda number=number: by_name.first(name=str(number)) for number in range(8)]

    assert at_once(*steps) == stores


def test_the_internals_of_django_are_those_of_a_checked_release():
    assert django.VERSION[:2] == (5, 2), (
        "vectorstores/postgres/statements.py uses what Django does not document: compiler.select,"
        " klass_info, get_converters, apply_converters, get_related_populators and Model.from_db."
        " Compare ModelIterable in django/db/models/query.py with Django 5.2, see"
        " docs/decisions/0019-prepared-queries.md, then raise this number."
    )
