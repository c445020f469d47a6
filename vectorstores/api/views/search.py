from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores import filters
from vectorstores.api.serializers.base import read
from vectorstores.api.serializers.search import SearchParams, SearchSerializer
from vectorstores.api.views.base import InStoreViewSet
from vectorstores.search import search


class SearchViewSet(InStoreViewSet):
    serializer_class = SearchSerializer
    embedded_param = "query"

    def create(self, request: Request, vector_store_id: str) -> Response:
        params = read(SearchParams, request.data)
        where = filters.to_q(params["filters"]) if "filters" in params else Q()
        hits = search(
            store=self.store,
            queries=params["query"],
            where=where,
            limit=params["max_num_results"],
            score_threshold=params.get("ranking_options", {}).get("score_threshold", 0.0),
            now=self.now,
        )
        found = {"search_query": params["query"], "data": hits}
        return Response(self.get_serializer(found).data)
