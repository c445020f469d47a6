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
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from ingestion.embedding.limit import Limit
from ingestion.embedding.patience import Patience
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
    began: float = 0.0  # as `monotonic` tells it
    began_at: datetime = field(default_factory=timezone.now)
    took: float = 0.0  # seconds

    def send(self, embedder: Embedder, threads: ThreadPoolExecutor) -> None:
        self.began, self.began_at = time.monotonic(), timezone.now()
        self.answer = threads.submit(self._ask, embedder)

    def _ask(self, embedder: Embedder) -> Vectors:
        vectors = embedder.embed(self.texts)
        self.took = time.monotonic() - self.began
        return vectors


class Stream:
    def __init__(
        self,
        embedder: Embedder,
        batches: Iterator[list[str]],
        check: Callable[[], None],
        *,
        limit: Limit,
        most: int,
    ) -> None:
        """`most` requests at once, or as few as `limit` says."""
        self._embedder = embedder
        self._model = embedder.model
        self._batches = batches
        self._check = check
        self._limit = limit
        self._most = most
        self._patience = Patience()
        self._requests: deque[Request] = deque()  # in order; those that were yielded are gone

    def vectors(self) -> Generator[Vectors, None, None]:
        """Read it once. What is under way when it is closed is answered to nobody."""
        with ExitStack() as leaving:
            threads = ThreadPoolExecutor(self._most, thread_name_prefix="embedding")
            leaving.callback(threads.shutdown, wait=False, cancel_futures=True)
            while True:
                self._check()
                self._send(threads)
                if not self._requests:
                    return
                self._await()
                while self._requests and (vectors := self._requests[0].vectors) is not None:
                    self._requests.popleft()
                    yield vectors

    def _send(self, threads: ThreadPoolExecutor) -> None:
        while (request := self._unsent()) and self._may_send():
            request.send(self._embedder, threads)

    def _unsent(self) -> Request | None:
        """One that failed, or else a new one, unless too many wait for one before them."""
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
        under_way = len(self._under_way())
        if time.monotonic() < self._patience.resume_at:
            return False
        if availability.open_state(self._model) is not None:
            if under_way:
                return False  # whoever tries whether it works again tries with one
        elif not self._limit.allows(under_way, most=self._most):
            return False
        if availability.admits(self._model):
            return True
        if not under_way:
            self._hold()
        return False

    def _hold(self) -> None:
        """Wait for the open breaker, or give up where that takes too long."""
        if (state := availability.open_state(self._model)) is not None:
            seconds = max((state.until - timezone.now()).total_seconds(), ASK_AGAIN)
            error = EmbeddingUnavailable(state.reason, seconds, brief=state.brief)
            self._patience.wait(seconds, error)

    def _await(self) -> None:
        """Until something is answered or may be sent again, or it is time to check."""
        pause = self._patience.resume_at - time.monotonic()
        timeout = min(pause, CHECK_EVERY) if pause > 0 else CHECK_EVERY
        under_way = self._under_way()
        if not under_way:
            time.sleep(max(min(pause, CHECK_EVERY), 0))
        done = wait(under_way, timeout, FIRST_COMPLETED).done if under_way else ()
        for answer, request in under_way.items():
            if answer in done:
                self._settle(request, answer)

    def _under_way(self) -> "dict[Future[Vectors], Request]":
        return {request.answer: request for request in self._requests if request.answer}

    def _settle(self, request: Request, answer: "Future[Vectors]") -> None:
        request.answer = None
        try:
            request.vectors = answer.result()
        except EmbeddingUnavailable as error:
            self._limit.went_badly(began=request.began)
            availability.record_failure(error, model=self._model, began=request.began_at)
            self._patience.failed(error, began=request.began)
            log.info("Asking the embedder again soon: %s", error)
        except EmbedderMisconfigured as error:
            availability.record_failure(error, model=self._model, began=request.began_at)
            raise
        except EmbeddingRefused:
            availability.record_success(model=self._model, began=request.began_at)
            raise
        else:
            characters = sum(map(len, request.texts))
            self._limit.went_well(characters, took=request.took, began=request.began)
            availability.record_success(model=self._model, began=request.began_at)
            self._patience.succeeded()
            request.texts = []
