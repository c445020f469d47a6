"""What the document says in words, in Markdown."""

from typing import Any

TITLE = "vectorstores"
INTRODUCTION = """\
OpenAI's Vector Stores API, served by this machine: what an OpenAI SDK sends works, and what it
reads is there.

- **Key**: `Authorization: Bearer sk-…`, or `api-key: sk-…`. A key sees its project alone. This
  page and the document it shows need none.
- **Strict**: an unknown parameter is a 400. A `null` counts as "not sent", where it does not
  clear something. An integer is written as one, not as `5.0`. No text may have a NUL character.
- **Errors** all have the same four keys, and OpenAI's codes. What is not there, or another
  project's, is a 404.
- Requests that fail with 429, 500 or 503 may be sent again.
"""
TAGS = {
    "Files": "What was uploaded. A file is searchable in the stores it is attached to.",
    "Uploads": "Large files, sent in parts within the hour.",
    "Vector stores": "Sets of files that are searched together.",
    "Vector store files": "A store's files, and how far each is.",
    "Vector store file batches": "Files attached together.",
    "Embeddings": "The vectors of the models that read stores and questions.",
}

# What a key means, and below, what it means in one component or operation.
TEXTS = {
    "after": "The id of an item: the page begins behind it, in the order asked for.",
    "anchor": "What the time is counted from.",
    "attributes": "Up to 16 pairs that searches can filter by.",
    "before": "The id of an item: the page ends just ahead of it, in the order asked for.",
    "bytes": "Its size.",
    "cancelled": "Those that were cancelled.",
    "chunk_overlap_tokens": "How many tokens neighbours share: half of a chunk at most.",
    "chunking_strategy": "How text is cut: `auto` means 800 tokens, of which 400 overlap.",
    "chunks_done": "How many are embedded. Written down about once a second.",
    "chunks_total": "How many there are, once the text is cut.",
    "code": "What kind of reason.",
    "completed": "Those that can be searched.",
    "content": "Its text.",
    "created_at": "When, in seconds since 1970.",
    "data": "What was found.",
    "days": "After how many days without a search or an attachment the store expires.",
    "deleted": "That it is gone.",
    "description": "What it is for, for people.",
    "dimensions": "How many numbers a vector has, where the model lets that be chosen.",
    "embedding_model": "The model that reads its files and questions. Beyond OpenAI's schema.",
    "embedding_weight": "How much meaning counts.",
    "encoding_format": "Vectors as numbers, or as base64 of little-endian float32.",
    "error": "What went wrong.",
    "estimated_completion_at": "When the rest will be done at this rate, in seconds since 1970. "
    "Null where nothing is done yet, or everything.",
    "expires_after": "When it ends by itself.",
    "expires_after[anchor]": "What the time is counted from. Goes with `seconds`.",
    "expires_after[seconds]": "After how many seconds the file is deleted.",
    "expires_at": "When it ends by itself, in seconds since 1970.",
    "failed": "Those that could not be read.",
    "file": "The bytes, with their file name.",
    "file_counts": "How many of its files are how far.",
    "file_id": "The id of an uploaded file.",
    "file_ids": "The ids of uploaded files.",
    "filename": "The name it was uploaded under.",
    "files": "Files that each bring their own attributes and chunking. Instead of `file_ids`.",
    "files_done": "Those that are no longer in progress, whatever became of them.",
    "files_per_second": "How fast they are completed, or fail. Null where none is yet.",
    "files_total": "All of them.",
    "filter": "Only those that are so far.",
    "filters": "Only chunks of files whose attributes match.",
    "first_id": "The id of the first item.",
    "has_more": "Whether there are more in this direction.",
    "hybrid_search": "How much meaning and words count; one of the weights is above 0.",
    "heading": "The nearest heading above, where the format has headings.",
    "id": "Its id.",
    "in_progress": "Those that are being worked on.",
    "input": "A text or its tokens (of cl100k_base), or several of either; 300,000 tokens in all.",
    "key": "The name of an attribute.",
    "last_active_at": "When it was last searched or attached to, in seconds since 1970.",
    "last_error": "Why it failed, and what to do.",
    "last_id": "The id of the last item, to go on from.",
    "limit": "How many items a page has at most.",
    "max_chunk_size_tokens": "How many tokens a chunk has at most.",
    "max_num_results": "How many chunks are returned at most.",
    "md5": "Of the whole file. The upload is refused if it is another.",
    "message": "What happened, and what can be done.",
    "metadata": "Up to 16 pairs of your own. They are kept, and mean nothing here.",
    "mime_type": "What kind of file it is. Kept, and not relied on.",
    "name": "What people call it.",
    "next_page": "There is one page.",
    "object": "What kind of object this is.",
    "order": "By time of creation: newest first, or oldest first.",
    "page": "The page, slide or sheet, from 1, where the format has them.",
    "part_ids": "The parts, in the order in which they make up the file.",
    "progress": "How far it is in detail. Beyond OpenAI's schema.",
    "prompt_tokens": "How many tokens the inputs have.",
    "property": "What OpenAI's guide calls `key`.",
    "purpose": "What it is meant for. A file of any purpose can be attached.",
    "query": "One question or several, which are one search.",
    "ranker": "`auto`, and OpenAI's names: by all there is. `none`: by cosine, or given weights.",
    "ranking_options": "Which results count.",
    "rewrite_query": "Whether a chat model may put it better, if the server has one.",
    "score": "How well the chunk answers the query, between 0 and 1.",
    "score_threshold": "Only results with this score or a better one.",
    "search_query": "What was searched for.",
    "seconds": "After how many seconds.",
    "skip_overlapping": "Whether chunks that repeat a better one go. Beyond OpenAI's schema.",
    "stage": "What is being done with it; once it is settled, its status.",
    "static": "The sizes of chunks.",
    "status": "How far it is.",
    "text": "The text.",
    "text_weight": "How much words count.",
    "total": "All of them.",
    "total_tokens": "The same: nothing is completed.",
    "type": "Which kind it is.",
    "upload_id": "The upload it is part of.",
    "usage": "What it took.",
    "usage_bytes": "The size of its searchable text and vectors.",
    "user": "Accepted, and without effect.",
    "value": "What the attribute is compared with: of `in` and `nin` a list. Types do not mix.",
    "vector_store_id": "The store it is in.",
}
ELSEWHERE = {
    "AddUploadPartRequest": {"data": "The part's bytes."},
    "CreateEmbeddingRequest": {"model": "One of this server's, or a name that stands for one."},
    "CreateEmbeddingResponse": {
        "data": "A vector of each input, in order.",
        "model": "The model that made them.",
    },
    "CreateUploadRequest": {
        "bytes": "The size of the whole file.",
        "expires_after": "When the file ends by itself, once it is complete.",
        "filename": "The file's name; of a path, the last part.",
    },
    "CreateVectorStoreFileBatchRequest": {
        "attributes": "Of all the `file_ids`. Ignored where `files` is used.",
        "chunking_strategy": "Of all the `file_ids`. Ignored where `files` is used.",
    },
    "CreateVectorStoreRequest": {
        "chunking_strategy": "Of all the `file_ids`.",
        "file_ids": "Files to begin with.",
    },
    "CompoundFilter": {
        "filters": "Comparisons, or compounds again, up to ten deep.",
        "type": "Whether all of them must match, or one.",
    },
    "ComparisonFilter": {
        "type": "How they compare. A file without the attribute matches `ne` and `nin` alone.",
    },
    "ChunkingStrategyRequestParam": {
        "type": "`auto` stands for 800 tokens, of which 400 overlap.",
    },
    "Embedding": {
        "embedding": "The vector: numbers, or base64 of little-endian float32.",
        "index": "Of the input it is the vector of.",
    },
    "Error": {
        "code": "What is wrong, for programs.",
        "message": "What is wrong, for people.",
        "param": "The parameter it is about.",
        "type": "Whose fault it is, roughly.",
    },
    "OpenAIFile": {"status": "Always `processed`. Whether it is searchable, a store's file tells."},
    "UpdateVectorStoreFileAttributesRequest": {
        "attributes": "Replaces what is there. Null empties it.",
    },
    "UpdateVectorStoreRequest": {
        "expires_after": "Null clears it: the store stays.",
        "metadata": "Replaces what is there. Null empties it.",
        "name": "Null clears it.",
    },
    "Upload": {
        "expires_at": "Until when it has to be complete, in seconds since 1970.",
        "file": "The file, once the upload is completed.",
    },
    "VectorStoreObject": {
        "status": "`expired`; `in_progress` while any file is; else `completed`.",
    },
    "listFiles": {"purpose": "Only files of this purpose."},
}


def of(owner: str, name: str) -> str:
    """Of a key of a component, or a parameter of an operation. KeyError: it has no text."""
    return ELSEWHERE.get(owner, {}).get(name) or TEXTS[name]


def explained(owner: str, schema: Any) -> Any:
    """The schema with a text at every key of its objects."""
    if isinstance(schema, list):
        return [explained(owner, each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: explained(owner, value) for key, value in schema.items()}
    if schema.get("type") != "object" or "properties" not in schema:
        return inner
    properties = {
        name: {**each, "description": of(owner, name)} for name, each in inner["properties"].items()
    }
    return {**inner, "properties": properties}
