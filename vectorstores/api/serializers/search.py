from typing import Any

from rest_framework import serializers

from vectorstores.api.fields import (
    Array,
    Boolean,
    Choice,
    Decimal,
    Integer,
    StrictField,
    String,
    wrong_type,
)
from vectorstores.api.serializers.bodies import Constant, RequestSerializer, ResponseSerializer
from vectorstores.search import AUTO, NONE, filters, reranking

MAX_RESULTS, DEFAULT_RESULTS = 50, 10
MAX_QUERIES = 16
MAX_QUERY = 32_768  # characters: more than any embedding model reads
OPENAIS = ("default-2024-11-15", "default-2024-08-21", "default_2024_08_21")


class Query(StrictField):
    """One question or several: always a list afterwards."""

    expected = "a string or an array of strings"

    def to_internal_value(self, data: Any) -> list[str]:
        text = String(min_length=1, max_length=MAX_QUERY)
        if isinstance(data, str):
            return [text.run_validation(data)]
        if isinstance(data, list):
            return list(Array(child=text, minimum=1, maximum=MAX_QUERIES).run_validation(data))
        raise wrong_type(self.expected, data)


class AttributeFilter(StrictField):
    expected = "an object"

    def to_internal_value(self, data: Any) -> filters.Filter:
        return filters.parse(data, "filters")


class HybridSearchOptions(RequestSerializer):
    """How much meaning and words count: two weights, of which one may be 0."""

    embedding_weight = Decimal(minimum=0)
    text_weight = Decimal(minimum=0)

    def validate(self, values: dict[str, float]) -> dict[str, float]:
        if not any(values.values()):
            raise serializers.ValidationError(
                "Invalid '{param}': 'embedding_weight' and 'text_weight' are both 0. "
                "One of them must be greater.",
                code="invalid_value",
            )
        return values


class Ranker(Choice):
    """OpenAI's own rankers are what is there by itself; the reranker of the settings has a name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(NONE, AUTO, *OPENAIS, *reranking.names(), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        ranker = super().to_internal_value(data)
        return AUTO if ranker in OPENAIS else ranker


class RankingOptions(RequestSerializer):
    ranker = Ranker(required=False)
    score_threshold = Decimal(minimum=0, maximum=1, required=False)
    hybrid_search = HybridSearchOptions(required=False)
    skip_overlapping = Boolean(required=False)


class VectorStoreSearchRequest(RequestSerializer):
    query = Query()
    rewrite_query = Boolean(required=False)
    max_num_results = Integer(minimum=1, maximum=MAX_RESULTS, default=DEFAULT_RESULTS)
    filters = AttributeFilter(required=False)
    ranking_options = RankingOptions(required=False)


class SearchResultResponse(ResponseSerializer):
    """One chunk that was found."""

    file_id = serializers.CharField()
    filename = serializers.CharField()
    score = serializers.FloatField()
    attributes = serializers.JSONField()
    content = serializers.SerializerMethodField()

    def get_content(self, hit: Any) -> list[dict[str, str]]:
        return [{"type": "text", "text": hit.text}]


class SearchResultsResponse(ResponseSerializer):
    object = Constant("vector_store.search_results.page")
    search_query = serializers.ListField(child=serializers.CharField())
    data = SearchResultResponse(many=True)  # type: ignore[assignment]  # DRF has an attribute so named
    has_more = Constant(False)
    next_page = Constant(None)
