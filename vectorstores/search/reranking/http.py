from collections.abc import Sequence
from functools import partial
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from vectorstores.breakers.local import LocalBreaker
from vectorstores.http.client import Service, SettingNames
from vectorstores.search.reranking.answers import read_scores
from vectorstores.search.reranking.errors import (
    RerankerMisconfigured,
    RerankRefused,
    RerankUnavailable,
)
from vectorstores.search.reranking.requests import REQUESTS
from vectorstores.search.reranking.scores import RANGES, outside, to_unit

TOO_MANY = frozenset({413, 422})
"""What text-embeddings-inference says to more texts than it takes at once, 32 unless it is told
otherwise: 413, and 422 since its version 1.9."""

UNNAMED = "reranker"


class RerankService(Service):
    name = "The reranker"
    settings = SettingNames(
        url="RERANK_URL",
        key="RERANK_API_KEY",
        url_and_model="RERANK_URL and RERANK_MODEL",
        example="http://localhost:8080/rerank",
    )
    unavailable = RerankUnavailable
    refused = RerankRefused
    misconfigured = RerankerMisconfigured


class HttpReranker:
    """Any service that ranks texts by one `POST`."""

    def __init__(
        self, url: str, key: str, *, api: str, model: str, scores: str, timeout: float
    ) -> None:
        """Raises RerankerMisconfigured for what can be seen to be wrong without asking."""
        _check_choice("RERANK_API", api, list(REQUESTS))
        _check_choice("RERANK_SCORES", scores, list(RANGES))
        self.name = model or UNNAMED
        self._scores = scores
        self._timeout = timeout
        self._body = partial(REQUESTS[api], model=model, raw=scores == "logit")
        self._service = RerankService(url, key, timeout=timeout)
        self._breaker = LocalBreaker(str(self._service), RerankUnavailable)
        self._most = 1_000  # texts in one request: Cohere's limit, and less where that is too many

    def close(self) -> None:
        self._service.close()

    def rerank(
        self, query: str, texts: Sequence[str], *, timeout: float | None = None
    ) -> NDArray[np.float64]:
        if not texts:
            return np.empty(0)
        until = monotonic() + (self._timeout if timeout is None else timeout)
        with self._breaker.guard():
            return self._ranked(query, texts, until=until)

    def _ranked(self, query: str, texts: Sequence[str], *, until: float) -> NDArray[np.float64]:
        """In as few requests as the service takes. How many texts those may have is found out
        once, and believed when it has worked: a text may be refused for what it is."""
        parts, start, most = [], 0, self._most
        while start < len(texts):
            part = texts[start : start + most]
            try:
                parts.append(self._asked(query, part, until=until))
            except RerankRefused as error:
                if error.status not in TOO_MANY or len(part) == 1:
                    raise
                most = len(part) // 2
            else:
                start += len(part)
        self._most = min(self._most, most)
        return np.concatenate(parts)

    def _asked(self, query: str, texts: Sequence[str], *, until: float) -> NDArray[np.float64]:
        values = self._service.ask(
            self._body(query, texts),
            partial(read_scores, count=len(texts)),
            timeout=max(until - monotonic(), 0.001),
        )
        impossible = outside(values, self._scores)
        if impossible.size:
            raise RerankerMisconfigured(
                f"{self._service} gave a score of {impossible[0]:g}, but RERANK_SCORES is "
                f"{self._scores}: set it to what the model gives.",
                brief="its scores are not what they should be",
            )
        return to_unit(values, self._scores)


def _check_choice(name: str, value: str, choices: list[str]) -> None:
    if value not in choices:
        raise RerankerMisconfigured(
            f"{name} is {value!r}; it must be {', '.join(choices[:-1])} or {choices[-1]}.",
            brief="its settings do not fit",
        )
