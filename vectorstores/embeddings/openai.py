from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from vectorstores.embeddings.answers import Answer
from vectorstores.embeddings.batches import batches
from vectorstores.embeddings.errors import (
    DimensionsRefused,
    EmbedderMisconfigured,
    EmbeddingRefused,
)
from vectorstores.embeddings.inputs import Embedded, Input, check_total, count_sent, joined
from vectorstores.embeddings.service import EmbeddingService, TooLarge
from vectorstores.embeddings.unit import unit_length

Ask = Callable[..., Answer]
"""`EmbeddingService.embed` for one model and one timeout."""

SET_DIMENSIONS = "Set EMBEDDING_DIMENSIONS, or those in EMBEDDING_MODELS, to what the model gives."


class OpenAIEmbedder:
    """Vectors from any service that speaks OpenAI's `POST /embeddings`.

    Texts are counted and held to a length by the service, which alone has the model's tokenizer.
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
        """`tokens` are the service's count, and 0 where it tells none."""
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
        """As many inputs at a time as the service takes; None for the settings' dimensions."""
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
        """Vectors of the dimensions of the settings.

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
        """Vectors of the dimensions a request wants."""
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
