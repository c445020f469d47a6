"""Vectors from a service that speaks OpenAI's `POST /embeddings`.

Its answers mean what they mean of any `HttpService`, and

    413, and 422 to several inputs    TooLarge: fewer at once may do

because Hugging Face's text-embeddings-inference says 413 to more texts than it takes at once, and
since its version 1.9 422.
"""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from vectorstores.embeddings.errors import (
    DimensionsRefused,
    EmbedderMisconfigured,
    EmbeddingRefused,
    EmbeddingUnavailable,
)
from vectorstores.embeddings.inputs import (
    Embedded,
    Input,
    batches,
    check_total,
    count_sent,
    joined,
    unit_length,
)
from vectorstores.http.client import HttpService, SettingNames

SET_DIMENSIONS = "Set EMBEDDING_DIMENSIONS, or those in EMBEDDING_MODELS, to what the model gives."


@dataclass(frozen=True)
class Answer:
    """Embeddings in the order of the inputs, (count, dimensions), and the tokens of all inputs."""

    vectors: NDArray[np.float64]
    tokens: int


Ask = Callable[..., Answer]
"""`EmbeddingService.embed` for one model and one timeout."""


class OpenAIEmbedder:
    """Vectors from any such service.

    Texts are counted and limited in length by the service, because it alone has the model's
    tokenizer.
    """

    is_remote = True

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        model: str,
        dimensions: int,
        timeout: float,
        batch_size: int = 32,
    ) -> None:
        self.model = model
        self.dimensions = dimensions
        self.batch_size = batch_size
        self._service = EmbeddingService(base_url, api_key, timeout=timeout)
        # Closed with its last user, since another thread may still embed when the cache evicts it.
        finalize(self, self._service.close).atexit = False
        self._asks_for_dimensions = False

    def close(self) -> None:
        self._service.close()

    def embed(self, texts: Sequence[str], *, timeout: float | None = None) -> NDArray[np.float32]:
        return joined(self._parts(texts, None, timeout), dimensions=self.dimensions).vectors

    def embed_inputs(
        self,
        inputs: Sequence[Input],
        *,
        dimensions: int | None = None,
        timeout: float | None = None,
    ) -> Embedded:
        """Embed the inputs. `tokens` are the service's count, or 0 if it gives none."""
        count_sent(inputs)
        wanted = None if dimensions == self.dimensions else dimensions
        parts, tokens = [], 0
        for part in self._parts(inputs, wanted, timeout):
            tokens += part.tokens
            check_total(tokens)  # so that a request without end is ended
            parts.append(part)
        return joined(parts, dimensions=wanted or self.dimensions)

    def _parts(
        self, inputs: Sequence[Input], dimensions: int | None, timeout: float | None
    ) -> Iterator[Embedded]:
        """Embed as many inputs at a time as the service takes; None for the usual dimensions."""
        ask = partial(self._service.embed, model=self.model, timeout=timeout)
        for batch in batches(inputs):
            yield from self._batch(ask, batch, dimensions)

    def _batch(
        self, ask: Ask, inputs: Sequence[Input], dimensions: int | None
    ) -> Iterator[Embedded]:
        try:
            if dimensions:
                answer = self._resized(ask, inputs, dimensions)
            else:
                answer = self._sized(ask, inputs)
        except TooLarge:
            if len(inputs) == 1:
                raise
            half = len(inputs) // 2
            yield from self._batch(ask, inputs[:half], dimensions)
            yield from self._batch(ask, inputs[half:], dimensions)
        else:
            yield Embedded(unit_length(answer.vectors), answer.tokens)

    def _sized(self, ask: Ask, inputs: Sequence[Input]) -> Answer:
        """Return vectors of the settings' dimensions.

        Many services reject the parameter `dimensions`, and no list of models that take it
        stays true, so it is sent once the service has shown that it answers in another size.
        """
        answer = ask(inputs, dimensions=self.dimensions if self._asks_for_dimensions else None)
        native = answer.vectors.shape[1]
        if native == self.dimensions:
            return answer
        try:
            answer = ask(inputs, dimensions=self.dimensions)
        except EmbeddingRefused as error:
            raise self._wrong_size(native, f"Asked for {self.dimensions}, {error}") from error
        if answer.vectors.shape[1] != self.dimensions:
            raise self._wrong_size(native, SET_DIMENSIONS)
        self._asks_for_dimensions = True
        return answer

    def _resized(self, ask: Ask, inputs: Sequence[Input], dimensions: int) -> Answer:
        """Return vectors of the dimensions a request wants."""
        refusal = DimensionsRefused(f"This model does not give embeddings of {dimensions} numbers.")
        try:
            answer = ask(inputs, dimensions=dimensions)
        except TooLarge:
            raise
        except EmbeddingRefused as error:
            ask(inputs, dimensions=None)  # refused once more if the inputs are to blame
            raise refusal from error
        if answer.vectors.shape[1] != dimensions:
            raise refusal
        return answer

    def _wrong_size(self, size: int, what_then: str) -> EmbedderMisconfigured:
        return EmbedderMisconfigured(
            f"The model {self.model} is set to {self.dimensions} dimensions, but at "
            f"{self._service.host} it answers with {size} numbers per text. {what_then}",
            brief="it answers with vectors of another size",
        )


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
        """Return vectors of the model's own size, or of these `dimensions` if the service obeys.

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


def read_answer(body: bytes, *, count: int) -> Answer:
    """Return the `count` embeddings of an answer, and its `usage`: 0 if the service gives none.

    Each may be base64 of little-endian float32, as we ask for, or a list of numbers, from services
    that ignore the parameter. Raises ValueError, worded to follow "but", for anything else.
    """
    try:
        answer = json.loads(body)
        items = sorted(enumerate(answer["data"]), key=lambda item: item[1].get("index", item[0]))
        vectors = [_read_vector(item["embedding"]) for _, item in items]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError("not with a list of embeddings") from error
    if len(vectors) != count:
        raise ValueError(f"with {len(vectors)} embeddings for {count} texts")
    if len({vector.shape for vector in vectors}) != 1 or vectors[0].ndim != 1:
        raise ValueError("with embeddings of different sizes")
    usage = answer.get("usage")
    tokens = usage.get("prompt_tokens", usage.get("total_tokens")) if type(usage) is dict else 0
    return Answer(np.array(vectors), tokens if type(tokens) is int and tokens > 0 else 0)


def _read_vector(value: Any) -> NDArray[np.float64]:
    if isinstance(value, str):
        return np.frombuffer(base64.b64decode(value, validate=True), "<f4").astype(np.float64)
    return np.asarray(value, dtype=np.float64)
