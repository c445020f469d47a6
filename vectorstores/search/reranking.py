"""A question and texts in, how well each answers it out.

A reranker reads question and text together, which finds what vectors of each alone miss, and takes
so long that only the best of a search can be given to it. Its errors are those of
vectorstores.http.errors.

Services that rank texts by one `POST` speak one of three dialects:

    cohere  Cohere's `POST /v2/rerank` (docs.cohere.com/reference/rerank), which Jina's
            `POST /v1/rerank`, llama.cpp, Infinity and others speak as well
    vllm    the same of vLLM, at /rerank, /v1/rerank and /v2/rerank, with an order to cut texts that
            its model cannot read whole: it refuses all of them otherwise (RerankRequest in
            vllm/entrypoints/pooling/score/protocol.py)
    tei     `POST /rerank` of Hugging Face's text-embeddings-inference, which serves one model and
            takes no name of it (RerankRequest in router/src/http/types.rs)

Cohere cuts texts at `max_tokens_per_doc`, 4,096 by default, and Jina at what the model reads. Their
answers list scores in any order, usually the best first:

    {"results": [{"index": 1, "relevance_score": 0.98}, …]}    cohere, vllm
    [{"index": 1, "score": 0.98}, …]                           tei

Whatever a service calls a score becomes one in [0, 1], always by the same function, which keeps any
two apart. Cut off at the ends, all good texts would be equally good; stretched between the best and
the worst of an answer, scores would mean nothing in the next search.

    probability  as it is. What Cohere, Jina up to its reranker 2 and text-embeddings-inference
                 answer, and vLLM for models whose configuration does not say otherwise
    logit        1 / (1 + exp(-x)). Any number: llama.cpp, and models like ms-marco-MiniLM that
                 were trained to give logits; the function is the one that services apply
    cosine       (1 + x) / 2. From -1 to 1: Jina's reranker 3, and embedding models that vLLM
                 serves as rerankers

No service says which of these it gives, and one answer does not show it, because logits of
middling texts lie between 0 and 1. So an operator says it in RERANK_SCORES, and a score that
cannot be one of that kind is an error.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from threading import Condition
from time import monotonic
from typing import Any, NamedTuple

import numpy as np
from cachetools import LRUCache, cached
from django.conf import settings
from numpy.typing import NDArray

from vectorstores.breakers.local import LocalBreaker
from vectorstores.http.client import HttpService, SettingNames
from vectorstores.http.errors import Misconfigured, Refused

UNNAMED = "reranker"

TOO_MANY = frozenset({413, 422})
"""Statuses of text-embeddings-inference for more texts than it takes at once, 32 by default: 413,
and 422 since its version 1.9."""

Body = dict[str, object]


class RerankService(HttpService):
    name = "The reranker"
    settings = SettingNames(
        url="RERANK_URL",
        key="RERANK_API_KEY",
        url_and_model="RERANK_URL and RERANK_MODEL",
        example="http://localhost:8080/rerank",
    )


class Reranker:
    """A service that ranks texts. Shared by threads."""

    def __init__(
        self, url: str, key: str, *, api: str, model: str, scores: str, timeout: float
    ) -> None:
        """Prepare a client. Raises Misconfigured for mistakes that show without a request."""
        for setting, value, choices in (
            ("RERANK_API", api, list(REQUESTS)),
            ("RERANK_SCORES", scores, list(RANGES)),
        ):
            if value not in choices:
                names = f"{', '.join(choices[:-1])} or {choices[-1]}"
                raise Misconfigured(
                    f"{setting} is {value!r}; it must be {names}.", brief="its settings do not fit"
                )
        self.name = model or UNNAMED
        self._scores = scores
        self._timeout = timeout
        self._body = partial(REQUESTS[api], model=model, raw=scores == "logit")
        self._service = RerankService(url, key, timeout=timeout)
        self._breaker = LocalBreaker(str(self._service))
        self._most = 1_000  # texts in one request: Cohere's limit, and less where that is too many

    def close(self) -> None:
        self._service.close()

    def rerank(
        self, query: str, texts: Sequence[str], *, timeout: float | None = None
    ) -> NDArray[np.float64]:
        """Return (len(texts),), each in [0, 1] and higher for a text that answers better.

        One reranker's scores may be compared across calls. Raises RemoteError: after `timeout`
        seconds, by default those of the settings, and at once for a while after it has failed.
        """
        if not texts:
            return np.empty(0)
        until = monotonic() + (self._timeout if timeout is None else timeout)
        with self._breaker.guard():
            return self._rank(query, texts, until=until)

    def _rank(self, query: str, texts: Sequence[str], *, until: float) -> NDArray[np.float64]:
        """Rank in as few requests as the service takes.

        The number of texts it takes is kept once it has worked for all, because a single text may
        be refused for its own sake.
        """
        parts, start, most = [], 0, self._most
        while start < len(texts):
            part = texts[start : start + most]
            try:
                parts.append(self._ask(query, part, until=until))
            except Refused as error:
                if error.status not in TOO_MANY or len(part) == 1:
                    raise
                most = len(part) // 2
            else:
                start += len(part)
        self._most = min(self._most, most)
        return np.concatenate(parts)

    def _ask(self, query: str, texts: Sequence[str], *, until: float) -> NDArray[np.float64]:
        values = self._service.ask(
            self._body(query, texts),
            partial(read_scores, count=len(texts)),
            timeout=max(until - monotonic(), 0.001),
        )
        impossible = outside(values, self._scores)
        if impossible.size:
            raise Misconfigured(
                f"{self._service} gave a score of {impossible[0]:g}, but RERANK_SCORES is "
                f"{self._scores}: set it to what the model gives.",
                brief="its scores are not what they should be",
            )
        return to_unit(values, self._scores)


def get_reranker() -> Reranker | None:
    """Return the reranker of the settings, or None if they name none. Raises Misconfigured.

    It is built on first use and then kept by this process.
    """
    if not settings.RERANK_URL:
        return None
    return _reranker(
        settings.RERANK_URL,
        settings.RERANK_API_KEY,
        settings.RERANK_API,
        settings.RERANK_MODEL,
        settings.RERANK_SCORES,
        settings.RERANK_TIMEOUT,
    )


# With a condition, because two threads must not keep a breaker and connections each.
@cached(LRUCache(maxsize=1), condition=Condition())
def _reranker(url: str, key: str, api: str, model: str, scores: str, timeout: float) -> Reranker:
    return Reranker(url, key, api=api, model=model, scores=scores, timeout=timeout)


def ranker_names() -> list[str]:
    """Return the names a client may give the reranker of the settings: none without one."""
    return [settings.RERANK_MODEL or UNNAMED] if settings.RERANK_URL else []


def _cohere(query: str, texts: Sequence[str], *, model: str, raw: bool) -> Body:
    named = {"model": model} if model else {}  # services of one model need no name
    return {
        **named,
        "query": query,
        "documents": list(texts),
        "top_n": len(texts),
        "return_documents": False,
    }


def _vllm(query: str, texts: Sequence[str], *, model: str, raw: bool) -> Body:
    body = _cohere(query, texts, model=model, raw=raw)
    return {**body, "truncate_prompt_tokens": -1}  # at what the model reads


def _tei(query: str, texts: Sequence[str], *, model: str, raw: bool) -> Body:
    return {"query": query, "texts": list(texts), "raw_scores": raw, "truncate": True}


REQUESTS: dict[str, Callable[..., Body]] = {"cohere": _cohere, "vllm": _vllm, "tei": _tei}
"""Builds the body for a question and texts, by dialect. `raw` asks for logits, where the service
can give either."""


def read_scores(body: bytes, *, count: int) -> NDArray[np.float64]:
    """Return one score for each of `count` texts, in their order, as the service gave it.

    Raises ValueError, worded to follow "but", unless each text has exactly one and each is finite.
    """
    try:
        answer = json.loads(body)
        results = answer if isinstance(answer, list) else answer["results"]
        found = [(item["index"], _score(item)) for item in results]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ValueError("not with a list of scores") from error
    scores = np.full(count, np.nan)
    for index, score in found:
        if type(index) is not int or not 0 <= index < count:
            raise ValueError(f"with a score for text {index!r:.20} of {count}")
        if not np.isnan(scores[index]):
            raise ValueError(f"with two scores for text {index}")
        if not np.isfinite(score):  # JSON has no such numbers, and Python reads them
            raise ValueError(f"with a score of {score} for text {index}")
        scores[index] = score
    if len(found) != count:
        raise ValueError(f"with {len(found)} scores for {count} texts")
    return scores


def _score(item: dict[str, Any]) -> float:
    value = item["relevance_score"] if "relevance_score" in item else item["score"]
    if type(value) not in (int, float):
        raise TypeError("a score is a number")
    return float(value)


class Range(NamedTuple):
    lowest: float
    highest: float


RANGES = {
    "probability": Range(0, 1),
    "logit": Range(-np.inf, np.inf),
    "cosine": Range(-1, 1),
}
ROUNDING = 1e-3  # of half-precision models at the ends of a range


def outside(values: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    """Return those values that no score of this kind can have."""
    allowed = RANGES[kind]
    is_low = values < allowed.lowest - ROUNDING
    return values[is_low | (values > allowed.highest + ROUNDING)]


def to_unit(values: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    """Return scores of a kind as scores in [0, 1], in the same order."""
    if kind == "logit":
        # The same without overflow. Single precision would make logits above 17 equal.
        return np.exp(-np.logaddexp(0, -values))
    allowed = RANGES[kind]
    inside = np.clip(values, allowed.lowest, allowed.highest)
    unit: NDArray[np.float64] = (inside - allowed.lowest) / (allowed.highest - allowed.lowest)
    return unit
