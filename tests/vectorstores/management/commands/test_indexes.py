import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.vectorstores.indexes import catalog
from tests.vectorstores.indexes.stores import build_texts, build_vectors, texts_of, vectors_of
from vectorstores.indexes import building, dropping
from vectorstores.indexes.review import reconcile
from vectorstores.indexes.sessions import session
from vectorstores.models import IndexBuild, VectorStore


def run(*arguments: str) -> list[str]:
    """Run the command, and return the lines it writes."""
    stdout = io.StringIO()
    call_command("indexes", *arguments, stdout=stdout)
    return stdout.getvalue().splitlines()


def test_each_index_has_a_line_with_its_state(large_store):
    build_vectors(large_store)
    reconcile([large_store.pk], timezone.now())

    heading, text, vector = [line.split() for line in run()]

    assert heading == [
        "store",
        "kind",
        "generation",
        "state",
        "chunks",
        "size",
        "built",
        "took",
        "error",
    ]
    assert text == [large_store.public_id, "text", "-", "wanted", "40", "-", "-", "-", "-"]
    assert vector[:5] == [large_store.public_id, "vector", "1", "valid", "40"]
    assert vector[6] == "KB"  # since the number varies
    assert vector[7] == f"{timezone.now():%Y-%m-%d}"
    assert vector[9:] == ["0", "s", "-"]


def test_the_error_of_an_index_is_listed(large_store, monkeypatch):
    monkeypatch.setattr(building, "MOST_ON_A_PARTITION", 0)
    build_vectors(large_store)

    (_, line) = run()

    assert "  refused  " in line
    assert line.endswith(building.TOO_MANY)


def test_without_indexes_only_the_header_is_printed(small_stores_are_indexed):
    assert len(run()) == 1


def test_building_prints_the_outcome_of_each_index(large_store):
    build_texts(large_store)

    lines = run("--build", large_store.public_id)

    assert lines == [
        f"{vectors_of(large_store).name}: built",
        f"{texts_of(large_store).name}: there already",
    ]
    assert set(catalog.indexes().values()) == {True}


def test_rebuilding_builds_existing_indexes_again(large_store):
    build_vectors(large_store)

    lines = run("--rebuild", large_store.public_id)

    assert lines == [
        f"{vectors_of(large_store).name}: built",
        f"{texts_of(large_store).name}: built",
    ]
    assert IndexBuild.objects.get(kind="vector").rebuild


def test_an_index_that_another_process_builds_is_reported(large_store):
    with session() as other:
        assert other.become_builder()

        lines = run("--build", large_store.public_id)

    assert lines[0] == f"{vectors_of(large_store).name}: others are building or dropping"
    assert catalog.indexes() == {}


def test_dropping_drops_all_indexes_of_a_store(large_store):
    build_vectors(large_store)
    build_texts(large_store)

    lines = run("--drop", large_store.public_id)

    assert set(lines) == {
        f"{vectors_of(large_store).name}: dropped",
        f"{texts_of(large_store).name}: dropped",
    }
    assert catalog.indexes() == {}


def test_an_index_in_use_is_not_dropped_and_the_output_says_so(large_store, monkeypatch):
    monkeypatch.setattr(dropping, "PATIENCE", timedelta(milliseconds=100))
    build_vectors(large_store)

    with catalog.reader(vectors_of(large_store)):
        lines = run("--drop", large_store.public_id)

    assert lines == [f"{vectors_of(large_store).name}: in use, try again"]


def test_a_review_covers_all_stores(large_store):
    assert run("--review") == ["Reviewed stores: 1"]
    assert IndexBuild.objects.count() == 2


@pytest.mark.parametrize("option", ["--build", "--rebuild", "--drop"])
def test_an_unknown_store_is_an_error(db, option):
    with pytest.raises(CommandError, match=r"^There is no store vs_1\.$"):
        run(option, "vs_1")


def test_an_expired_store_is_not_indexed(store):
    VectorStore.objects.update(expires_at=timezone.now())

    with pytest.raises(CommandError, match=rf"^The store {store.public_id} has expired\.$"):
        run("--build", store.public_id)
