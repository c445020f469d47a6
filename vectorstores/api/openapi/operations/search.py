from vectorstores.api.openapi.operations import sample
from vectorstores.api.openapi.operations.operation import Operation
from vectorstores.api.serializers.search import VectorStoreSearchRequest
from vectorstores.api.views.search import SearchViewSet

QUESTION = "How long does it take to charge the battery?"

OPERATIONS = {
    (SearchViewSet, "create"): Operation(
        "searchVectorStore",
        "Find the best passages for one or several queries",
        takes=VectorStoreSearchRequest,
        asks={
            "A question": {"query": QUESTION},
            "Several, of some files": {
                "query": [QUESTION, "charging time"],
                "max_num_results": 5,
                "ranking_options": {"score_threshold": 0.5},
                "filters": {
                    "type": "and",
                    "filters": [
                        {"type": "eq", "key": "product", "value": "Heron"},
                        {"type": "gte", "key": "year", "value": 2025},
                        {
                            "type": "or",
                            "filters": [
                                {"type": "in", "key": "language", "value": ["en", "de"]},
                                {"type": "ne", "key": "public", "value": False},
                            ],
                        },
                    ],
                },
            },
        },
        shows={
            "object": "vector_store.search_results.page",
            "search_query": [QUESTION],
            "data": [
                {
                    "file_id": sample.FILE,
                    "filename": "heron-manual.pdf",
                    "score": 0.84,
                    "attributes": sample.ATTRIBUTES,
                    "content": [
                        {
                            "type": "text",
                            "text": "From empty to full takes four and a half hours …",
                        }
                    ],
                }
            ],
            "has_more": False,
            "next_page": None,
        },
        errors=sample.CLOSED,
        headers=["x-search-plan"],
    ),
}
