"""Requests to an embedder on another machine: several at once, and their answers in order.

batches ─▶ sent, as many as the limit allows ─▶ answered ─▶ vectors, once all before are
             ▲            │
             └── waits ◀──┘ failed, and there is patience left
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
ASK_AGAIN = 0.5  # seconds, while another process tries whether the embedder works again


@dataclass(eq=False)
class Request:
    """A batch on its way. It has texts until it has vectors."""

    texts: list[str]
    vectors: Vectors | None = None
    answer: "Future[Vectors] | None" = None  # while it is under way
    began: float = 0.0  # as `monotonic` counts
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
        """Send `most` requests at once, or as few as `limit` allows."""
        self._embedder = embedder
        self._model = embedder.model
        self._batches = batches
        self._check_cancelled = check_cancelled
        self._limit = limit
        self._most = most
        self._backoff = Backoff()
        self._requests: deque[Request] = deque()  # in order; those that were yielded are gone

    def vectors(self) -> Generator[Vectors, None, None]:
        """Give the vectors, once. Answers that are under way when it is closed are dropped."""
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
        """Return one that failed, or else a new one, unless too many wait for one before them."""
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

        Raises EmbeddingUnavailable if the breaker stays open for longer than there is patience.
        """
        under_way = len(self._under_way())
        if time.monotonic() < self._backoff.resume_at:
            return False
        if availability.open_state(self._model) is not None:
            if under_way:
                return False  # the process that tries whether it works again tries with one
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
        """Wait until something is answered or may be sent again, or it is time to check."""
        pause = self._backoff.resume_at - time.monotonic()
        timeout = min(pause, CHECK_EVERY) if pause > 0 else CHECK_EVERY
        under_way = self._under_way()
        if not under_way:
            time.sleep(max(min(pause, CHECK_EVERY), 0))
            return
        done = wait(under_way, timeout, FIRST_COMPLETED).done
        for answer, request in under_way.items():  # in the order in which they were sent
            if answer in done:
                self._take(answer, request)

    def _take(self, answer: "Future[Vectors]", request: Request) -> None:
        """Keep the vectors, or have the request sent again. Report both to limit and breaker."""
        request.answer = None
        try:
            request.vectors = answer.result()
        except EmbeddingUnavailable as error:
            self._limit.record_failure(began=request.began)
            availability.record_failure(error, model=self._model, began=request.began_at)
            self._backoff.record_failure(error, began=request.began)
            log.info("Asking the embedder again soon: %s", error)
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
