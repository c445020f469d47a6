from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from vectorstores.api import fields
from vectorstores.api.json_schema import (
    BOOLEAN,
    NUMBER,
    STRING,
    Schema,
    any_of,
    array,
    closed,
    constant,
    enum,
    record,
    ref,
)
from vectorstores.api.serializers.bodies import (
    Constant,
    Described,
    RequestSerializer,
    ResponseSerializer,
)
from vectorstores.search import AUTO, NONE, filters, reranking

MAX_RESULTS, DEFAULT_RESULTS = 50, 10
MAX_QUERIES = 16
MAX_QUERY = 32_768  # characters, more than any embedding model accepts
OPENAIS = ("default-2024-11-15", "default-2024-08-21", "default_2024_08_21")


class Query(fields.StrictField):
    """One question or several, always validated to a list."""

    expected = "a string or an array of strings"
    text = {"type": "string", "minLength": 1, "maxLength": MAX_QUERY}
    json_schema = any_of(text, array(text, minItems=1, maxItems=MAX_QUERIES))

    def to_internal_value(self, data: Any) -> list[str]:
        text = fields.String(min_length=1, max_length=MAX_QUERY)
        if isinstance(data, str):
            return [text.run_validation(data)]
        if isinstance(data, list):
            return list(
                fields.Array(child=text, minimum=1, maximum=MAX_QUERIES).run_validation(data)
            )
        raise fields.wrong_type(self.expected, data)


def _comparison(types: Iterable[str], value: Schema) -> Schema:
    """Return the schema of a comparison. Both `key` and the `property` of OpenAI's guide work."""
    keys = ("key", "property")
    spellings = ({"type": enum(types), key: STRING, "value": value} for key in keys)
    return any_of(*(closed(each, each) for each in spellings))


SCALAR = any_of(STRING, NUMBER, BOOLEAN)
COMPARISON = any_of(
    _comparison(["eq", "ne"], SCALAR),
    _comparison(filters.ORDERS, any_of(STRING, NUMBER)),
    _comparison(["in", "nin"], array(SCALAR)),
)
COMPOUND = {"type": enum(["and", "or"]), "filters": array(ref("Filter"))}


class AttributeFilter(fields.StrictField):
    expected = "an object"
    components = {
        "ComparisonFilter": COMPARISON,
        "CompoundFilter": closed(COMPOUND, COMPOUND),
        "Filter": any_of(ref("ComparisonFilter"), ref("CompoundFilter")),
    }

    def to_internal_value(self, data: Any) -> filters.Filter:
        return filters.parse(data, "filters")


def _positive(name: str) -> Schema:
    return {"properties": {name: {"exclusiveMinimum": 0}}}


class HybridSearchOptions(RequestSerializer):
    """The weights of vector and text scores, one of which may be 0."""

    together = any_of(_positive("embedding_weight"), _positive("text_weight"))

    embedding_weight = fields.Decimal(minimum=0, help_text="The weight of meaning.")
    text_weight = fields.Decimal(minimum=0, help_text="The weight of words.")

    def validate(self, values: dict[str, float]) -> dict[str, float]:
        if not any(values.values()):
            raise serializers.ValidationError(
                "Invalid '{param}': 'embedding_weight' and 'text_weight' are both 0. "
                "One of them must be greater.",
                code="invalid_value",
            )
        return values


class Ranker(fields.Choice):
    """`none`, `auto` or OpenAI's names for it, or the name of the configured reranker."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(NONE, AUTO, *OPENAIS, *reranking.ranker_names(), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        ranker = super().to_internal_value(data)
        return AUTO if ranker in OPENAIS else ranker


class RankingOptions(RequestSerializer):
    ranker = Ranker(
        required=False,
        help_text="`auto` and OpenAI's names use everything there is. "
        "`none` uses the cosine, or the given weights.",
    )
    score_threshold = fields.Decimal(
        minimum=0,
        maximum=1,
        required=False,
        help_text="The lowest score of a result.",
    )
    hybrid_search = HybridSearchOptions(
        required=False, help_text="The weights of meaning and words; at least one is above 0."
    )
    skip_overlapping = fields.Boolean(
        required=False,
        help_text="True leaves out chunks that repeat a better one. Beyond OpenAI's schema.",
    )


class VectorStoreSearchRequest(RequestSerializer):
    query = Query(help_text="One question, or several that make one search.")
    rewrite_query = fields.Boolean(
        required=False, help_text="True lets a chat model reword the query, if the server has one."
    )
    max_num_results = fields.Integer(
        minimum=1,
        maximum=MAX_RESULTS,
        default=DEFAULT_RESULTS,
        help_text="The largest number of chunks to return.",
    )
    filters = AttributeFilter(
        required=False, help_text="A condition on the attributes of a chunk's file."
    )
    ranking_options = RankingOptions(required=False, help_text="The ranking of results.")


class SearchResultResponse(ResponseSerializer):
    """One chunk that matches the query."""

    component = "VectorStoreSearchResultItem"

    file_id = serializers.CharField()
    filename = serializers.CharField()
    score = serializers.FloatField(
        min_value=0, max_value=1, help_text="The relevance of the chunk, between 0 and 1."
    )
    attributes = fields.Attributes(read_only=True)
    content = Described(
        array(record(type=constant("text"), text=STRING)), help_text="The text of the chunk."
    )

    def get_content(self, hit: Any) -> list[dict[str, str]]:
        return [{"type": "text", "text": hit.text}]


class SearchResultsResponse(ResponseSerializer):
    component = "VectorStoreSearchResultsPage"

    object = Constant("vector_store.search_results.page")
    search_query = serializers.ListField(
        child=serializers.CharField(), help_text="The queries that were searched for."
    )
    data = SearchResultResponse(many=True)  # type: ignore[assignment]  # DRF has an attribute so named
    has_more = Constant(False)
    next_page = Constant(None)
