from typing import Any

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores.api.serializers.bodies import validated
from vectorstores.api.serializers.search import SearchResultsResponse, VectorStoreSearchRequest
from vectorstores.api.views.viewsets import InStoreViewSet
from vectorstores.search import AUTO, Ranking, filters, search, usual_meaning


class SearchViewSet(InStoreViewSet):
    serializer_class = SearchResultsResponse
    embedded_param = "query"

    def create(self, request: Request, vector_store_id: str) -> Response:
        params = validated(VectorStoreSearchRequest, request.data)
        found = search(
            store=self.store,
            queries=params["query"],
            where=filters.to_q(params["filters"]) if "filters" in params else Q(),
            limit=params["max_num_results"],
            ranking=_ranking(
                params.get("ranking_options", {}), rewrite=params.get("rewrite_query", False)
            ),
            now=self.now,
        )
        shown = {"search_query": found.queries, "data": found.hits}
        return Response(self.get_serializer(shown).data, headers={"x-search-plan": str(found.done)})


def _ranking(options: dict[str, Any], *, rewrite: bool) -> Ranking:
    ranker = options.get("ranker", AUTO)
    meaning = usual_meaning(ranker)
    if weights := options.get("hybrid_search"):
        meaning = _share(weights["embedding_weight"], weights["text_weight"])
    return Ranking(
        meaning=meaning,
        ranker=ranker,
        score_threshold=options.get("score_threshold", 0.0),
        skip_overlapping=options.get("skip_overlapping", False),
        rewrite=rewrite,
    )


def _share(weight: float, other: float) -> float:
    """Of both together, whose sum may be larger than a float can be."""
    larger = max(weight, other)
    return weight / larger / (weight / larger + other / larger)
