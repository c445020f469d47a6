from vectorstores import errors
from vectorstores.api.openapi.operations.operation import Operation
from vectorstores.api.serializers.embeddings import CreateEmbeddingRequest
from vectorstores.api.views.embeddings import EmbeddingViewSet

MODEL = "granite-embedding-30m-english"

OPERATIONS = {
    (EmbeddingViewSet, "create"): Operation(
        "createEmbedding",
        "Turn texts into vectors",
        takes=CreateEmbeddingRequest,
        asks={
            "A text": {"model": MODEL, "input": "How long does it take to charge the battery?"},
            "Several, as base64": {
                "model": MODEL,
                "input": ["charging time", "range in winter"],
                "encoding_format": "base64",
            },
            "Tokens": {"model": MODEL, "input": [[4438, 1317], [9888, 304, 12688]]},
        },
        shows={
            "object": "list",
            "data": [{"object": "embedding", "index": 0, "embedding": [0.0125, -0.0437, 0.0081]}],
            "model": MODEL,
            "usage": {"prompt_tokens": 10, "total_tokens": 10},
        },
        errors=[errors.ModelNotFound("text-embedding-9")],
    ),
}
