"""Requests to a remote embedder: several at once, with their answers in order.

batches ─▶ sent, as many as the limit allows ─▶ answered ─▶ vectors, once all earlier ones are out
             ▲            │
             └── waits ◀──┘ failed, with patience left
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from ingestion.embedding.pacing import Backoff, ConcurrencyLimit
from vectorstores.embeddings import Embedder, availability
from vectorstores.embeddings.errors import (
    EmbedderMisconfigured,
    EmbeddingRefused,
    EmbeddingUnavailable,
)

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]

CHECK_EVERY = 1.0  # seconds
ASK_AGAIN = 0.5  # seconds, while another process probes the embedder


@dataclass(eq=False)
class Request:
    """A batch on its way to the embedder. `texts` is emptied once `vectors` is set."""

    texts: list[str]
    vectors: Vectors | None = None
    answer: "Future[Vectors] | None" = None  # while it is under way
    began: float = 0.0  # by `monotonic`
    began_at: datetime = field(default_factory=timezone.now)
    took: float = 0.0  # seconds

    def send(self, embedder: Embedder, threads: ThreadPoolExecutor) -> None:
        def ask() -> Vectors:
            vectors = embedder.embed(self.texts)
            self.took = time.monotonic() - self.began
            return vectors

        self.began, self.began_at = time.monotonic(), timezone.now()
        self.answer = threads.submit(ask)


class Stream:
    def __init__(
        self,
        embedder: Embedder,
        batches: Iterator[list[str]],
        check_cancelled: Callable[[], None],
        *,
        limit: ConcurrencyLimit,
        most: int,
    ) -> None:
        """Send at most `most` requests at once, and no more than `limit` allows."""
        self._embedder = embedder
        self._model = embedder.model
        self._batches = batches
        self._check_cancelled = check_cancelled
        self._limit = limit
        self._most = most
        self._backoff = Backoff()
        self._requests: deque[Request] = deque()  # in order, from the first not yet yielded

    def vectors(self) -> Generator[Vectors, None, None]:
        """Yield the vectors, once. Closing the iterator drops the answers under way."""
        threads = ThreadPoolExecutor(self._most, thread_name_prefix="embedding")
        try:
            while True:
                self._check_cancelled()
                while (request := self._next_unsent()) and self._may_send():
                    request.send(self._embedder, threads)
                if not self._requests:
                    return
                self._await_answers()
                while self._requests and (vectors := self._requests[0].vectors) is not None:
                    self._requests.popleft()
                    yield vectors
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    def _next_unsent(self) -> Request | None:
        """Return a request that failed, else a new one. Return None if no texts are left, or if too
        many answers wait for an earlier one."""
        for request in self._requests:
            if request.vectors is None and request.answer is None:
                return request
        if len(self._requests) >= 2 * self._most:
            return None
        texts = next(self._batches, None)
        if texts is None:
            return None
        self._requests.append(Request(texts))
        return self._requests[-1]

    def _may_send(self) -> bool:
        """Tell whether one more request may be sent now.

        Raises EmbeddingUnavailable if the breaker stays open for longer than PATIENCE.
        """
        under_way = len(self._under_way())
        if time.monotonic() < self._backoff.resume_at:
            return False
        if availability.open_state(self._model) is not None:
            if under_way:
                return False  # because a probe is a single request
        elif not self._limit.allows(under_way, most=self._most):
            return False
        if availability.admits(self._model):
            return True
        if not under_way and (state := availability.open_state(self._model)) is not None:
            seconds = max((state.until - timezone.now()).total_seconds(), ASK_AGAIN)
            error = EmbeddingUnavailable(state.reason, seconds, brief=state.brief)
            self._backoff.wait(seconds, error)
        return False

    def _under_way(self) -> "dict[Future[Vectors], Request]":
        return {request.answer: request for request in self._requests if request.answer}

    def _await_answers(self) -> None:
        """Wait for an answer, for the end of the backoff, or for the next check."""
        pause = self._backoff.resume_at - time.monotonic()
        timeout = min(pause, CHECK_EVERY) if pause > 0 else CHECK_EVERY
        under_way = self._under_way()
        if not under_way:
            time.sleep(max(min(pause, CHECK_EVERY), 0))
            return
        done = wait(under_way, timeout, FIRST_COMPLETED).done
        for answer, request in under_way.items():  # in the order of sending
            if answer in done:
                self._take(answer, request)

    def _take(self, answer: "Future[Vectors]", request: Request) -> None:
        """Keep the vectors or queue the request again. Report the outcome to limit and breaker."""
        request.answer = None
        try:
            request.vectors = answer.result()
        except EmbeddingUnavailable as error:
            self._limit.record_failure(began=request.began)
            availability.record_failure(error, model=self._model, began=request.began_at)
            self._backoff.record_failure(error, began=request.began)
            log.info("The embedder failed; the request is sent again soon: %s", error)
        except EmbedderMisconfigured as error:
            availability.record_failure(error, model=self._model, began=request.began_at)
            raise
        except EmbeddingRefused:
            availability.record_success(model=self._model, began=request.began_at)
            raise
        else:
            characters = sum(map(len, request.texts))
            self._limit.record_success(characters, took=request.took, began=request.began)
            availability.record_success(model=self._model, began=request.began_at)
            self._backoff.record_success()
            request.texts = []
