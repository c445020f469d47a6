from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import VectorStoreFactory
from tests.vectorstores.admin.pages import list_url, messages_of, page_url, run_action
from tests.vectorstores.indexes.catalog import indexes, reader
from tests.vectorstores.indexes.stores import build_texts, build_vectors, texts_of, vectors_of
from vectorstores.indexes import dropping
from vectorstores.indexes.review import reconcile
from vectorstores.models import IndexBuild, StoreIndex, VectorStore


def test_the_list_shows_existing_and_pending_indexes(operator: Client, large_store: VectorStore):
    build_vectors(large_store)
    reconcile([large_store.pk], timezone.now())

    text = operator.get(list_url("storeindex")).text

    assert f"{vectors_of(large_store).name}</a>" in text
    assert f"{texts_of(large_store).name}</a>" in text
    assert text.count('<td class="field-state">valid</td>') == 1
    assert text.count('<td class="field-state">wanted</td>') == 1
    assert text.count('<td class="field-chunk_count">40</td>') == 2
    assert f'<a href="{page_url(large_store)}">{large_store.name}</a>' in text


def test_indexes_are_found_by_the_id_of_their_store(operator: Client, large_store: VectorStore):
    build_vectors(large_store)
    build_vectors(VectorStoreFactory())

    response = operator.get(list_url("storeindex"), {"q": large_store.public_id})

    assert [row.vector_store for row in response.context["cl"].result_list] == [large_store]


def test_the_error_of_an_index_is_shown(operator: Client, large_store: VectorStore):
    reconcile([large_store.pk], timezone.now())
    IndexBuild.objects.update(error="canceling statement due to lock timeout")

    assert "due to lock timeout" in operator.get(list_url("storeindex")).text


def test_a_store_shows_the_state_of_its_indexes(operator: Client, large_store: VectorStore):
    build_texts(large_store)
    reconcile([large_store.pk], timezone.now())
    link = f"{list_url('storeindex')}?vector_store__id__exact={large_store.pk}"

    text = operator.get(page_url(large_store)).text

    assert f'<a href="{link}">text valid; vector wanted</a>' in text
    assert len(operator.get(link).context["cl"].result_list) == 2


def test_a_store_without_indexes_shows_none(operator: Client, store: VectorStore):
    assert '<div class="readonly">none</div>' in operator.get(page_url(store)).text


def test_rebuilding_is_left_to_a_worker(operator: Client, large_store: VectorStore):
    build_vectors(large_store)
    reconcile([large_store.pk], timezone.now())

    response = run_action(operator, "rebuild", *StoreIndex.objects.all())

    assert messages_of(response) == ["1 index will be rebuilt soon."]
    assert IndexBuild.objects.due(timezone.now()).filter(rebuild=True).get().kind == "vector"


def test_dropping_happens_at_once(operator: Client, large_store: VectorStore):
    build_vectors(large_store)
    build_texts(large_store)

    response = run_action(operator, "drop", *StoreIndex.objects.all())

    assert messages_of(response) == ["2 indexes were dropped."]
    assert indexes() == {}


def test_an_index_in_use_is_not_dropped_and_the_report_says_so(
    operator: Client, large_store: VectorStore, monkeypatch
):
    monkeypatch.setattr(dropping, "PATIENCE", timedelta(milliseconds=100))
    build_vectors(large_store)

    with reader(vectors_of(large_store)):
        response = run_action(operator, "drop", *StoreIndex.objects.all())

    assert messages_of(response) == ["0 indexes were dropped."]


@pytest.mark.parametrize(("permission", "left"), [("view", 1), ("change", 0)])
def test_dropping_requires_the_change_permission(
    staff_with: Callable[..., Client], large_store: VectorStore, permission: str, left: int
):
    build_vectors(large_store)

    run_action(staff_with(f"{permission}_storeindex"), "drop", *StoreIndex.objects.all())

    assert len(indexes()) == left
