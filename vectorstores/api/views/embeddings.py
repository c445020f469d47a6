from rest_framework.request import Request
from rest_framework.response import Response

from vectorstores import errors
from vectorstores.api.serializers.bodies import validated
from vectorstores.api.serializers.embeddings import (
    CreateEmbeddingRequest,
    CreateEmbeddingResponse,
    encoded,
)
from vectorstores.api.views.viewsets import ProjectViewSet
from vectorstores.embeddings import availability, find_model, get_embedder
from vectorstores.embeddings.errors import DimensionsRefused, InputRefused


class EmbeddingViewSet(ProjectViewSet):
    """The server's embedding models, for clients that keep vectors themselves."""

    serializer_class = CreateEmbeddingResponse
    embedded_param = "input"

    def create(self, request: Request, **_: str) -> Response:
        params = validated(CreateEmbeddingRequest, request.data)
        # Unknown names do not fall back to the default model, since its vectors are no substitute.
        model = find_model(params["model"])
        if model is None:
            raise errors.ModelNotFound(params["model"])
        inputs, dimensions = params["input"], params.get("dimensions")
        try:
            with availability.attempt(model.name) as timeout:
                embedded = get_embedder(model.name).embed_inputs(
                    inputs.values, dimensions=dimensions, timeout=timeout
                )
        except InputRefused as error:
            place = inputs.place(*error.path)
            message = f"Invalid '{place}': {error}"
            raise errors.InvalidParameter(message, param=place, code=error.code) from error
        except DimensionsRefused as error:
            raise errors.InvalidParameter(str(error), param="dimensions") from error
        answer = {
            "data": [
                {"index": index, "embedding": encoded(vector, params["encoding_format"])}
                for index, vector in enumerate(embedded.vectors)
            ],
            "model": model.name,
            "usage": {"prompt_tokens": embedded.tokens},
        }
        return Response(self.get_serializer(answer).data)
