from vectorstores import errors
from vectorstores.api.openapi import answers
from vectorstores.api.openapi.operations import sample
from vectorstores.api.openapi.operations.operation import Operation
from vectorstores.api.serializers.store_files import (
    CreateVectorStoreFileRequest,
    UpdateVectorStoreFileAttributesRequest,
)
from vectorstores.api.views.store_files import StoreFileViewSet

CONTENT = "vector_store.file_content.page"

OPERATIONS = {
    (StoreFileViewSet, "create"): Operation(
        "createVectorStoreFile",
        "Attach a file",
        takes=CreateVectorStoreFileRequest,
        asks={
            "A file": {"file_id": sample.FILE},
            "With attributes, in chunks of a size": {
                "file_id": sample.FILE,
                "attributes": sample.ATTRIBUTES,
                "chunking_strategy": sample.STATIC,
            },
        },
        shows=sample.A_NEW_STORE_FILE,
        errors=[
            errors.FileToAttachNotFound(sample.OTHER_FILE),
            errors.UnsupportedExtension([".mp4"]),
            *sample.CLOSED,
        ],
        headers=["openai-poll-after-ms"],
        is_limited=True,
    ),
    (StoreFileViewSet, "list"): Operation(
        "listVectorStoreFiles",
        "List a store's files, by status if you like",
        shows=sample.page_of(sample.A_STORE_FILE),
    ),
    (StoreFileViewSet, "retrieve"): Operation(
        "getVectorStoreFile",
        "One of its files, and how far it is",
        shows=sample.A_STORE_FILE,
        headers=["openai-poll-after-ms"],
    ),
    (StoreFileViewSet, "update"): Operation(
        "updateVectorStoreFileAttributes",
        "Change a file's attributes",
        description="Replaces all of them. The next search sees it.",
        takes=UpdateVectorStoreFileAttributesRequest,
        asks={
            "These and no others": {"attributes": sample.ATTRIBUTES},
            "None": {"attributes": None},
        },
        shows=sample.A_STORE_FILE,
    ),
    (StoreFileViewSet, "destroy"): Operation(
        "deleteVectorStoreFile",
        "Take a file out of this store",
        shows=sample.gone(sample.FILE, "vector_store.file.deleted"),
        answer=answers.deleted("vector_store.file.deleted"),
    ),
    (StoreFileViewSet, "content"): Operation(
        "retrieveVectorStoreFileContent",
        "The text that was read from a file",
        description=(
            "One item a chunk, without what neighbours share: joined, they are the text. `page` "
            "and `heading` tell where its chunk begins."
        ),
        shows={
            "object": CONTENT,
            "data": [
                {
                    "type": "text",
                    "text": "The Heron is an electric cargo bike …",
                    "page": 3,
                    "heading": "About your Heron",
                }
            ],
            "has_more": False,
            "next_page": None,
        },
        answer=answers.single_page(CONTENT, answers.PASSAGE),
    ),
}
