from vectorstores import errors
from vectorstores.api.openapi.operations import sample
from vectorstores.api.openapi.operations.operation import Operation
from vectorstores.api.serializers.batches import CreateVectorStoreFileBatchRequest
from vectorstores.api.serializers.bodies import EmptyRequest
from vectorstores.api.views.batches import BatchFileViewSet, BatchViewSet

OPERATIONS = {
    (BatchViewSet, "create"): Operation(
        "createVectorStoreFileBatch",
        "Attach up to 2,000 files at once",
        takes=CreateVectorStoreFileBatchRequest,
        asks={
            "Files that share attributes": {
                "file_ids": [sample.FILE, sample.OTHER_FILE],
                "attributes": {"product": "Heron"},
            },
            "Each with its own": {
                "files": [
                    {"file_id": sample.FILE, "attributes": {"year": 2025}},
                    {"file_id": sample.OTHER_FILE, "chunking_strategy": {"type": "auto"}},
                ]
            },
        },
        shows=sample.A_BATCH,
        errors=[
            errors.FileToAttachNotFound(sample.OTHER_FILE),
            errors.UnsupportedExtension([".mp4"]),
            *sample.CLOSED,
        ],
        headers=["openai-poll-after-ms"],
        is_limited=True,
    ),
    (BatchViewSet, "retrieve"): Operation(
        "getVectorStoreFileBatch",
        "How far a batch is",
        shows=sample.A_BATCH,
        headers=["openai-poll-after-ms"],
    ),
    (BatchViewSet, "cancel"): Operation(
        "cancelVectorStoreFileBatch",
        "Stop those that have not finished",
        takes=EmptyRequest,
        asks={"No parameters": {}},
        shows={
            **sample.A_BATCH,
            "status": "cancelled",
            "file_counts": sample.counts(completed=1, cancelled=1),
            "progress": {
                "files_done": 2,
                "files_total": 2,
                "files_per_second": 0.5,
                "estimated_completion_at": None,
            },
        },
        headers=["openai-poll-after-ms"],
    ),
    (BatchFileViewSet, "list"): Operation(
        "listFilesInVectorStoreBatch",
        "List a batch's files",
        shows=sample.page_of(sample.A_STORE_FILE),
    ),
}
