"""POST /v1/vector_stores/{vector_store_id}/search"""

import sys
from datetime import timedelta

import pytest
from django.utils import timezone
from psycopg._cursor_base import BaseCursor

from tests.factories import VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_STORE, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.embeddings.errors import EmbeddingRefused
from vectorstores.embeddings.in_process import HashingEmbedder
from vectorstores.models import Chunk, VectorStore

BY_MEANING = {"ranking_options": {"ranker": "none"}}


@pytest.fixture
def url(store) -> str:
    return f"/v1/vector_stores/{store.public_id}/search"


def test_chunks_are_returned_best_first(api, store, url):
    wombats = searchable(store, "Wombats dig burrows.", attributes={"year": 2026, "wild": True})
    puffins = searchable(store, "Puffins dig too.")

    body = ok(api.post(url, {"query": "Wombats dig burrows.", **BY_MEANING}))

    best, next_best = (hit.pop("score") for hit in body["data"])
    assert body == {
        "object": "vector_store.search_results.page",
        "search_query": ["Wombats dig burrows."],
        "data": [
            {
                "file_id": wombats.file.public_id,
                "filename": wombats.file.filename,
                "attributes": {"year": 2026, "wild": True},
                "content": [{"type": "text", "text": "Wombats dig burrows."}],
            },
            {
                "file_id": puffins.file.public_id,
                "filename": puffins.file.filename,
                "attributes": {},
                "content": [{"type": "text", "text": "Puffins dig too."}],
            },
        ],
        "has_more": False,
        "next_page": None,
    }
    assert best == pytest.approx(1, abs=1e-3)
    assert next_best == pytest.approx(1 / 3, abs=1e-3)


def test_several_questions_are_searched_together(api, store, url):
    searchable(store, "Wombats dig.", "Puffins fly.")

    body = ok(api.post(url, {"query": ["wombats dig", "puffins fly"], **BY_MEANING}))

    assert body["search_query"] == ["wombats dig", "puffins fly"]
    assert [hit["score"] for hit in body["data"]] == [pytest.approx(1, abs=1e-3)] * 2


def test_an_empty_store_has_no_results(api, url):
    assert ok(api.post(url, {"query": "wombats"})) == {
        "object": "vector_store.search_results.page",
        "search_query": ["wombats"],
        "data": [],
        "has_more": False,
        "next_page": None,
    }


def test_a_search_returns_10_results_by_default(api, store, url):
    searchable(store, *(f"Wombat {number}." for number in range(60)))

    def found(**options: object) -> int:
        return len(ok(api.post(url, {"query": "wombat", **options}))["data"])

    assert found() == 10
    assert found(max_num_results=None) == 10
    assert found(max_num_results=1) == 1
    assert found(max_num_results=50) == 50


def test_results_below_the_threshold_are_left_out(api, store, url):
    searchable(store, "Wombats dig.", "Wombats eat at night.", "Puffins fly.")

    def texts(threshold: float) -> list[str]:
        options = {"ranking_options": {"ranker": "none", "score_threshold": threshold}}
        body = ok(api.post(url, {"query": "Wombats dig.", **options}))
        return [hit["content"][0]["text"] for hit in body["data"]]

    assert len(texts(0)) == 3
    assert texts(0.2) == ["Wombats dig.", "Wombats eat at night."]
    assert texts(0.99) == ["Wombats dig."]


def test_a_filter_narrows_the_search(api, store, url):
    wanted = searchable(store, "Wombats dig.", attributes={"year": 2026})
    searchable(store, "Wombats dig.", attributes={"year": 2025})

    body = ok(
        api.post(
            url,
            {"query": "wombats", "filters": {"type": "gte", "key": "year", "value": 2026}},
        )
    )

    assert [hit["file_id"] for hit in body["data"]] == [wanted.file.public_id]


@pytest.mark.parametrize(
    "ranker", ["none", "auto", "default-2024-11-15", "default-2024-08-21", "default_2024_08_21"]
)
def test_every_documented_ranker_is_accepted(api, url, ranker):
    ok(api.post(url, {"query": "x", "ranking_options": {"ranker": ranker}}))


@pytest.mark.parametrize("weights", [(0.7, 0.3), (1, 0), (0, 2)])
def test_hybrid_search_weights_are_accepted(api, url, weights):
    hybrid = dict(zip(("embedding_weight", "text_weight"), weights, strict=True))

    ok(api.post(url, {"query": "x", "ranking_options": {"hybrid_search": hybrid}}))


def test_scores_combine_both_parts_by_the_requested_weights(api, store, url):
    searchable(store, "Wombats dig burrows.", "Puffins dig too.", "Nobody knows.")

    def scores(**options: object) -> list[float]:
        body = ok(api.post(url, {"query": "wombats dig", "ranking_options": options}))
        return [hit["score"] for hit in body["data"]]

    meaning, words = scores(ranker="none"), scores(hybrid_search=weights(0, 2))
    assert len(words) == 2  # because a chunk without any of the words does not match
    both = [0.7 * cosine + 0.3 * bm25 for cosine, bm25 in zip(meaning, [*words, 0], strict=True)]
    assert scores() == scores(hybrid_search=weights(7, 3)) == pytest.approx(both)
    assert scores(hybrid_search=weights(1, 0)) == meaning
    for largest_or_least in (sys.float_info.max, 5e-324):
        equal = weights(largest_or_least, largest_or_least)
        assert scores(hybrid_search=equal) == pytest.approx(scores(hybrid_search=weights(1, 1)))
    half = [(cosine + bm25) / 2 for cosine, bm25 in zip(meaning, [*words, 0], strict=True)]
    assert scores(ranker="none", hybrid_search=weights(2, 2)) == pytest.approx(half)


def weights(embedding: float, text: float) -> dict[str, float]:
    return {"embedding_weight": embedding, "text_weight": text}


@pytest.mark.parametrize(
    ("options", "plan"),
    [
        ({}, "vector=exact, text=exact, database=primary"),
        ({"ranker": "none"}, "vector=exact, text=none, database=primary"),
        (
            {"hybrid_search": {"embedding_weight": 0, "text_weight": 1}},
            "vector=none, text=exact, database=primary",
        ),
    ],
    ids=str,
)
def test_a_response_states_its_search_plan(api, url, options, plan):
    response = api.post(url, {"query": "wombats", "ranking_options": options})

    assert response["x-search-plan"] == plan


def test_overlapping_chunks_are_left_out_on_request(api, store, url):
    texts = ["wombats dig", " burrows at night ", "and sleep by day"]
    store_file = searchable(store, texts[0] + texts[1], texts[1] + texts[2])
    Chunk.objects.filter(store_file_id=store_file.pk, position=1).update(start=len(texts[0]))

    def found(**options: object) -> int:
        return len(ok(api.post(url, {"query": "wombats", "ranking_options": options}))["data"])

    assert found() == found(skip_overlapping=False) == 2
    assert found(skip_overlapping=True) == 1


def test_one_of_the_two_weights_must_be_greater_than_0(api, url):
    hybrid = {"embedding_weight": 0, "text_weight": 0.0}

    message = refused(
        api.post(url, {"query": "x", "ranking_options": {"hybrid_search": hybrid}}),
        code="invalid_value",
        param="ranking_options.hybrid_search",
    )

    assert message == (
        "Invalid 'ranking_options.hybrid_search': 'embedding_weight' and 'text_weight' are both 0. "
        "One of them must be greater."
    )


def test_rewriting_changes_nothing_if_it_is_not_configured(api, url):
    assert ok(api.post(url, {"query": "x", "rewrite_query": True}))["search_query"] == ["x"]


def test_searching_counts_as_activity_of_the_store(api, project):
    long_ago = timezone.now() - timedelta(days=1)
    store = VectorStoreFactory(
        project=project,
        last_active_at=long_ago,
        expires_after_days=2,
        expires_at=long_ago + timedelta(days=2),
    )

    ok(api.post(f"/v1/vector_stores/{store.public_id}/search", {"query": "x"}))

    store.refresh_from_db()
    assert timezone.now() - store.last_active_at < timedelta(minutes=1)
    assert store.expires_at == store.last_active_at + timedelta(days=2)


def test_an_expired_store_is_not_searched(api, store, url):
    searchable(store, "Wombats dig.")
    VectorStore.objects.update(expires_at=timezone.now())

    message = refused(api.post(url, {"query": "wombats"}))

    assert message == f"Vector store '{store.public_id}' has expired"


def test_a_store_of_another_model_is_not_searched(api, store, url):
    searchable(store, "Wombats dig.")
    VectorStore.objects.update(embedding_model="another", embedding_dimensions=3)

    message = refused(api.post(url, {"query": "wombats"}), code="embedding_model_mismatch")

    assert "embedded with another in 3 dimensions" in message


def test_an_unknown_store_is_named(api):
    response = api.post(f"/v1/vector_stores/{UNKNOWN_STORE}/search", {"query": "wombats"})

    assert refused(response, 404) == f"No vector store found with id '{UNKNOWN_STORE}'."


def test_every_search_takes_three_statements(api, store, url, monkeypatch):
    # The key, the store and the search itself. Now and then also the store's statistics.
    statements: list[object] = []
    execute = BaseCursor._execute_gen

    def counted(cursor, query, *args, **kwargs):
        statements.append(query)
        return execute(cursor, query, *args, **kwargs)

    monkeypatch.setattr(BaseCursor, "_execute_gen", counted)

    def search(found: int) -> int:
        statements.clear()
        assert len(ok(api.post(url, {"query": "wombats"}))["data"]) == found
        return len(statements)

    searchable(store, "Wombats dig.")
    search(1)  # which also records the key's use and reads the store's statistics

    assert search(1) == 3
    for number in range(9):
        searchable(store, f"Wombats dig hole {number}.")
    assert search(10) == 3


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"query": None}, "invalid_type", "query"),
        ({"query": ""}, "string_below_min_length", "query"),
        ({"query": []}, "array_below_min_length", "query"),
        ({"query": ["a", ""]}, "string_below_min_length", "query[1]"),
        ({"query": ["a", 5]}, "invalid_type", "query[1]"),
        ({"query": ["a"] * 17}, "array_above_max_length", "query"),
        ({"query": {"text": "a"}}, "invalid_type", "query"),
        ({"query": "a\x00"}, "invalid_value", "query"),
        ({"max_num_results": 0}, "integer_below_min_value", "max_num_results"),
        ({"max_num_results": 51}, "integer_above_max_value", "max_num_results"),
        ({"max_num_results": True}, "invalid_type", "max_num_results"),
        ({"max_num_results": 5.0}, "invalid_type", "max_num_results"),
        ({"max_num_results": "5"}, "invalid_type", "max_num_results"),
        ({"rewrite_query": 1}, "invalid_type", "rewrite_query"),
        ({"ranking_options": []}, "invalid_type", "ranking_options"),
        ({"ranking_options": {"ranker": "best"}}, "invalid_value", "ranking_options.ranker"),
        (
            {"ranking_options": {"score_threshold": 1.01}},
            "decimal_above_max_value",
            "ranking_options.score_threshold",
        ),
        (
            {"ranking_options": {"score_threshold": -0.1}},
            "decimal_below_min_value",
            "ranking_options.score_threshold",
        ),
        (
            {"ranking_options": {"score_threshold": True}},
            "invalid_type",
            "ranking_options.score_threshold",
        ),
        (
            {"ranking_options": {"score_threshold": "0.5"}},
            "invalid_type",
            "ranking_options.score_threshold",
        ),
        (
            {"ranking_options": {"hybrid_search": {"embedding_weight": 1}}},
            "missing_required_parameter",
            "ranking_options.hybrid_search.text_weight",
        ),
        (
            {"ranking_options": {"hybrid_search": {"embedding_weight": -1, "text_weight": 1}}},
            "decimal_below_min_value",
            "ranking_options.hybrid_search.embedding_weight",
        ),
        (
            {"ranking_options": {"hybrid_search": {"embedding_weight": 10**400, "text_weight": 1}}},
            "decimal_above_max_value",
            "ranking_options.hybrid_search.embedding_weight",
        ),
        ({"ranking_options": {"top": 5}}, "unknown_parameter", "ranking_options.top"),
        ({"filters": []}, "invalid_type", "filters"),
        ({"filters": {"type": "eq", "key": "a"}}, "missing_required_parameter", "filters.value"),
        ({"limit": 5}, "unknown_parameter", "limit"),
    ],
)
def test_an_invalid_body_is_refused(api, url, body, code, param):
    refused(api.post(url, {"query": "wombats", **body}), code=code, param=param)


def test_the_query_is_required(api, url):
    message = refused(api.post(url, {}), code="missing_required_parameter", param="query")

    assert message == "Missing required parameter: 'query'."


def test_a_query_that_the_embedder_refuses_is_a_client_error(api, url, monkeypatch):
    def refuse(self, texts, **_):
        raise EmbeddingRefused("The embedding service at secret.example answered 400.")

    monkeypatch.setattr(HashingEmbedder, "embed", refuse)

    message = refused(api.post(url, {"query": "x"}), code="invalid_value", param="query")

    assert "refused" in message
    assert "secret.example" not in message


def test_the_length_of_a_query_is_limited(api, url):
    ok(api.post(url, {"query": "x" * 32_768}))

    refused(api.post(url, {"query": "x" * 32_769}), code="string_above_max_length", param="query")
