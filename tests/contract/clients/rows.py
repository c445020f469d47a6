"""The rows of the table, in its order, named as openai-python names helpers."""

GROUPS = {
    ("Files", "files."): [
        "create",
        "create(expires_after)",
        "list",
        "retrieve",
        "content",
        "delete",
        "wait_for_processing",
    ],
    ("Uploads", "uploads."): [
        "create",
        "parts.create",
        "complete",
        "cancel",
        "upload_file_chunked",
    ],
    ("Vector stores", "vector_stores."): [
        "create",
        "create(chunking_strategy)",
        "retrieve",
        "update",
        "list",
        "delete",
        "search",
    ],
    ("Files in a store", "vector_stores.files."): [
        "create",
        "create(attributes)",
        "create_and_poll",
        "poll",
        "upload",
        "upload_and_poll",
        "list",
        "retrieve",
        "update",
        "content",
        "delete",
    ],
    ("Batches", "vector_stores.file_batches."): [
        "create",
        "create(files)",
        "create_and_poll",
        "poll",
        "upload_and_poll",
        "retrieve",
        "cancel",
        "list_files",
    ],
    ("Embeddings", "embeddings."): ["create", "create(encoding_format)"],
    ("Errors and requests", ""): [
        "BadRequestError",
        "AuthenticationError",
        "NotFoundError",
        "RateLimitError",
        "max_retries",
        "with_raw_response",
        "AsyncOpenAI",
    ],
}
"""By title, and what the names in it begin with."""

ROWS = [prefix + name for (_, prefix), names in GROUPS.items() for name in names]
