from vectorstores import errors
from vectorstores.api.openapi import answers
from vectorstores.api.openapi.operations import sample
from vectorstores.api.openapi.operations.operation import Operation
from vectorstores.api.serializers.stores import CreateVectorStoreRequest, UpdateVectorStoreRequest
from vectorstores.api.views.stores import StoreViewSet

OPERATIONS = {
    (StoreViewSet, "create"): Operation(
        "createVectorStore",
        "Make a store, with files if you like",
        takes=CreateVectorStoreRequest,
        asks={
            "Empty": {},
            "With a name": {"name": "Manuals", "metadata": {"team": "support"}},
            "With files": {
                "name": "Manuals",
                "file_ids": [sample.FILE],
                "chunking_strategy": sample.STATIC,
                "expires_after": {"anchor": "last_active_at", "days": 7},
            },
        },
        shows=sample.A_STORE,
        errors=[
            errors.FileToAttachNotFound(sample.OTHER_FILE),
            errors.UnsupportedExtension([".mp4"]),
        ],
        is_limited=True,
    ),
    (StoreViewSet, "list"): Operation(
        "listVectorStores", "List stores", shows=sample.page_of(sample.A_STORE)
    ),
    (StoreViewSet, "retrieve"): Operation(
        "getVectorStore", "One store, with counts of its files", shows=sample.A_STORE
    ),
    (StoreViewSet, "modify"): Operation(
        "modifyVectorStore",
        "Change its name, metadata or expiry",
        takes=UpdateVectorStoreRequest,
        asks={
            "Another name": {"name": "Manuals of 2026"},
            "No expiry any more": {"expires_after": None},
        },
        shows={**sample.A_STORE, "name": "Manuals of 2026"},
        errors=[errors.StoreExpired(sample.STORE)],
    ),
    (StoreViewSet, "destroy"): Operation(
        "deleteVectorStore",
        "Delete a store; its files stay",
        shows=sample.gone(sample.STORE, "vector_store.deleted"),
        answer=answers.deleted("vector_store.deleted"),
    ),
}
