"""A service that speaks OpenAI's `POST /embeddings`. Its answers mean what they mean of any
`HttpService`, and

    413, and 422 to several inputs    TooLarge: fewer at once may do

That is for Hugging Face's text-embeddings-inference, which says 413 to more texts than it takes at
once, and since its version 1.9 422.
"""

from collections.abc import Sequence
from functools import partial

from vectorstores.embeddings.answers import Answer, read_answer
from vectorstores.embeddings.errors import (
    EmbedderMisconfigured,
    EmbeddingRefused,
    EmbeddingUnavailable,
)
from vectorstores.embeddings.inputs import Input
from vectorstores.http.client import HttpService, SettingNames


class TooLarge(EmbeddingRefused):
    """The service takes fewer inputs, or fewer bytes, at once."""


class EmbeddingService(HttpService):
    name = "The embedding service"
    settings = SettingNames(
        url="EMBEDDING_BASE_URL, or the base_url in EMBEDDING_MODELS",
        key="EMBEDDING_API_KEY, or the variable that EMBEDDING_MODELS names",
        url_and_model="EMBEDDING_BASE_URL and EMBEDDING_MODEL, or EMBEDDING_MODELS",
        example="https://api.openai.com/v1",
    )
    unavailable = EmbeddingUnavailable
    refused = EmbeddingRefused
    misconfigured = EmbedderMisconfigured
    garbled_brief = "it answers no embeddings"

    def __init__(self, base_url: str, api_key: str, *, timeout: float) -> None:
        super().__init__(base_url.rstrip("/") + "/embeddings", api_key, timeout=timeout)

    @property
    def host(self) -> str:
        return self._url.host

    def embed(
        self,
        inputs: Sequence[Input],
        *,
        model: str,
        dimensions: int | None,
        timeout: float | None = None,
    ) -> Answer:
        """Vectors of the model's own size, or of these `dimensions` if the service obeys.

        `timeout` is for this request alone.
        """
        body: dict[str, object] = {
            "model": model,
            "input": list(inputs),
            "encoding_format": "base64",  # a quarter of the bytes of decimal numbers
        }
        if dimensions is not None:
            body["dimensions"] = dimensions
        try:
            return self.ask(body, partial(read_answer, count=len(inputs)), timeout=timeout)
        except EmbeddingRefused as error:
            if error.status == 413 or (error.status == 422 and len(inputs) > 1):
                raise TooLarge(str(error), brief=error.brief, status=error.status) from error
            raise
