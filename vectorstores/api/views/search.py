from typing import Any

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores.api.serializers.bodies import validated
from vectorstores.api.serializers.search import SearchResultsResponse, VectorStoreSearchRequest
from vectorstores.api.views.viewsets import InStoreViewSet
from vectorstores.search import AUTO, Ranking, default_vector_weight, filters, search, share_of


class SearchViewSet(InStoreViewSet):
    serializer_class = SearchResultsResponse
    embedded_param = "query"

    def create(self, request: Request, vector_store_id: str) -> Response:
        params = validated(VectorStoreSearchRequest, request.data)
        result = search(
            store=self.store,
            queries=params["query"],
            where=filters.to_q(params["filters"]) if "filters" in params else Q(),
            limit=params["max_num_results"],
            ranking=_ranking(
                params.get("ranking_options", {}), rewrite=params.get("rewrite_query", False)
            ),
            now=self.now,
        )
        page = {"search_query": result.queries, "data": result.hits}
        headers = {"x-search-plan": str(result.execution)}
        return Response(self.get_serializer(page).data, headers=headers)


def _ranking(options: dict[str, Any], *, rewrite: bool) -> Ranking:
    ranker = options.get("ranker", AUTO)
    vector_weight = default_vector_weight(ranker)
    if weights := options.get("hybrid_search"):
        vector_weight = share_of(weights["embedding_weight"], weights["text_weight"])
    return Ranking(
        vector_weight=vector_weight,
        ranker=ranker,
        score_threshold=options.get("score_threshold", 0.0),
        skip_overlapping=options.get("skip_overlapping", False),
        rewrite=rewrite,
    )
