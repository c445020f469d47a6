"""Texts of files through embedders that answer, and embedders that fail as real ones do."""

import base64
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import cycle
from threading import Thread, get_ident, local
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.conf import settings

from benchmarks import stub_embedder
from benchmarks.stub_embedder import Fault, StubEmbedder
from ingestion import embedding
from ingestion.embedding import pacing
from tests.live import free_port, wait_until
from vectorstores.breakers.shared import SharedBreaker
from vectorstores.embeddings import availability, get_embedder
from vectorstores.embeddings.errors import (
    EmbedderMisconfigured,
    EmbeddingRefused,
    EmbeddingUnavailable,
)


class Cancelled(Exception):
    """The error that a worker's check raises."""


def nothing() -> None:
    """Check nothing."""


def embed(texts: Iterable[str], *, check: Callable[[], None]) -> Generator[np.ndarray, None, None]:
    return embedding.embed(texts, model=settings.EMBEDDING_MODEL, check_cancelled=check)


def all_of(*texts: str) -> np.ndarray:
    return np.concatenate(list(embed(texts, check=nothing)))


def expected(stub: StubEmbedder, *texts: str) -> np.ndarray:
    rows = [np.frombuffer(base64.b64decode(stub.vector(text, 8)), "<f4") for text in texts]
    return np.array([row / np.linalg.norm(row) for row in rows])


def of_this_thread(key: str) -> Callable[[str], SharedBreaker]:
    """Return a factory of breakers that take each thread for a process of its own."""
    own = local()

    def breaker(model: str) -> SharedBreaker:
        if not hasattr(own, "breaker"):
            name = str(get_ident())
            own.breaker = SharedBreaker(
                key, model="a-model", probe_seconds=35, process=lambda: name
            )
        return own.breaker

    return breaker


@pytest.fixture
def every_third(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a fault of the stub with a share strike each third request.

    At random, so many requests in a row would fail now and then that the embedder is given up.
    """
    draws = cycle([1.0, 1.0, 0.0])
    monkeypatch.setattr(stub_embedder, "random", SimpleNamespace(random=lambda: next(draws)))


def numbered(count: int) -> list[str]:
    return [f"text {number}" for number in range(count)]


def test_vectors_come_in_order_however_requests_overlap(stub, monkeypatch):
    texts = numbered(500)
    slow = iter([0.05, 0.0, 0.03, 0.0, 0.01] * 200)
    work = stub.work

    def unevenly(count: int) -> None:
        time.sleep(next(slow))
        work(count)

    monkeypatch.setattr(stub, "work", unevenly)

    vectors = all_of(*texts)

    np.testing.assert_allclose(vectors, expected(stub, *texts), rtol=1e-5)


def test_requests_are_filled(stub, settings):
    settings.EMBEDDING_BATCH_SIZE = 10

    parts = list(embed(iter(numbered(35)), check=nothing))

    assert [len(part) for part in parts] == [10, 10, 10, 5]
    assert stub.stats.requests == 4


def test_no_texts_ask_for_nothing(stub):
    assert list(embed([], check=nothing)) == []
    assert stub.stats.requests == 0


def test_a_model_in_this_process_is_asked_in_this_thread(settings):
    texts, checks = numbered(600), []

    parts = list(embed(texts, check=lambda: checks.append(1)))

    np.testing.assert_array_equal(np.concatenate(parts), get_embedder().embed(texts))
    assert [len(part) for part in parts] == [256, 256, 88]
    assert len(checks) == 3


def test_no_more_requests_are_under_way_than_allowed_and_no_more_texts_are_read(stub, settings):
    settings.EMBEDDING_BATCH_SIZE, settings.EMBEDDING_CONCURRENCY = 1, 3
    read, at_once, ahead = [], [], []
    under_way = set()
    work = stub.work

    def counted(count: int) -> None:
        mark = object()
        under_way.add(mark)
        at_once.append(len(under_way))
        time.sleep(0.005)
        work(count)
        under_way.remove(mark)

    stub.work = counted

    def texts() -> Iterator[str]:
        for text in numbered(60):
            read.append(text)
            yield text

    for done, _ in enumerate(embed(texts(), check=nothing)):
        ahead.append(len(read) - done)

    assert max(at_once) == 3
    assert max(ahead) <= 2 * 3 + 2  # answered and waiting for their turn, or under way


def test_it_begins_with_one_request_at_once(stub, settings):
    settings.EMBEDDING_BATCH_SIZE = 1
    stub.delay = 0.2

    parts = embed(numbered(10), check=nothing)
    thread = Thread(target=lambda: next(parts))
    thread.start()
    time.sleep(0.1)

    assert stub.stats.requests == 0
    thread.join()
    assert stub.stats.requests == 1
    parts.close()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("429", share=0.3),
        Fault("429", share=0.3, retry_after=0.1),
        Fault("500", share=0.3),
        Fault("503", share=0.3),
        Fault("drop", share=0.3),
        Fault("garbage", share=0.3),
    ],
    ids=lambda fault: fault.mode,
)
@pytest.mark.usefixtures("every_third")
def test_an_embedder_that_fails_now_and_then_loses_nothing(stub, settings, fault):
    settings.EMBEDDING_BATCH_SIZE = 10
    stub.fault = fault
    texts = numbered(200)

    vectors = all_of(*texts)

    np.testing.assert_allclose(vectors, expected(stub, *texts), rtol=1e-5)
    assert stub.texts == 200  # what was embedded once is not embedded again
    assert stub.stats.faults >= 9


@pytest.mark.usefixtures("every_third")
def test_an_embedder_that_hangs_now_and_then_loses_nothing(stub, settings):
    settings.EMBEDDING_BATCH_SIZE, settings.EMBEDDING_TIMEOUT = 10, 0.2
    stub.fault = Fault("hang", share=0.3)
    texts = numbered(100)

    vectors = all_of(*texts)

    np.testing.assert_allclose(vectors, expected(stub, *texts), rtol=1e-5)


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (Fault("429"), "answered 429: a fault"),
        (Fault("500"), "answered 500: a fault"),
        (Fault("drop"), "cannot be reached"),
        (Fault("garbage"), "answered 200, but not with a list of embeddings"),
    ],
    ids=lambda value: getattr(value, "mode", ""),
)
def test_an_embedder_that_keeps_failing_opens_its_breaker(stub, fault, complaint):
    stub.fault = fault

    with pytest.raises(EmbeddingUnavailable, match=complaint):
        all_of("one")

    assert complaint in availability.open_state().reason
    assert stub.stats.faults >= 3


def test_an_embedder_that_hangs_is_given_up(stub, settings):
    settings.EMBEDDING_TIMEOUT = 0.2
    stub.fault = Fault("hang")

    with pytest.raises(EmbeddingUnavailable, match=r"did not answer within 0\.2 seconds"):
        all_of("one")

    assert availability.open_state().brief == "it does not answer in time"


def test_a_closed_port_is_given_up(stub, settings):
    settings.EMBEDDING_BASE_URL = f"http://127.0.0.1:{free_port()}/v1"

    with pytest.raises(EmbeddingUnavailable, match="cannot be reached"):
        all_of("one")

    assert availability.open_state().brief == "it cannot be reached"


def test_a_long_retry_after_is_not_waited_for_here(stub):
    stub.fault = Fault("429", retry_after=30)

    with pytest.raises(EmbeddingUnavailable) as caught:
        all_of("one")

    assert caught.value.retry_after == 30
    assert stub.stats.faults == 1
    assert not availability.admits()


def test_another_size_of_vectors_is_the_operators_to_mend(stub):
    stub.fault = Fault("dimension")

    with pytest.raises(EmbedderMisconfigured, match="answers with 7 numbers per text"):
        all_of("one")

    assert availability.open_state().brief == "it answers with vectors of another size"


def test_a_setting_that_fits_no_embedder_opens_the_breaker(stub, settings):
    settings.EMBEDDING_API_KEY = "sk-\nnone"

    with pytest.raises(EmbedderMisconfigured, match="EMBEDDING_API_KEY"):
        all_of("one")

    assert availability.open_state().brief == "its settings do not fit"
    settings.EMBEDDING_API_KEY = ""


def test_a_model_in_this_process_that_can_be_built_again_closes_the_breaker(valkey, settings):
    settings.EMBEDDING_API_KEY = "a breaker of its own"
    availability.record_failure(EmbedderMisconfigured("The model cannot be loaded."))
    assert availability.open_state() is not None

    all_of("one")

    assert availability.open_state() is None


def test_a_refused_text_does_not_affect_others(stub, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise EmbeddingRefused("Too long.")

    monkeypatch.setattr(type(get_embedder()), "embed", refuse)

    with pytest.raises(EmbeddingRefused, match="Too long"):
        all_of("one")

    assert availability.open_state() is None


def test_while_it_waits_a_check_may_end_it(stub):
    stub.fault = Fault("hang")
    asked = []

    def check() -> None:
        asked.append(1)
        if len(asked) > 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(embed(["one"], check=check))


def test_a_check_may_embed_something_else_meanwhile(stub, settings):
    # As a worker does in the middle of a large file.
    settings.EMBEDDING_BATCH_SIZE = 10
    texts = numbered(100)
    others: list[Any] = []

    def check() -> None:
        if len(others) < 5:
            others.append(None)
            others[-1] = all_of("another")

    vectors = np.concatenate(list(embed(texts, check=check)))

    np.testing.assert_allclose(vectors, expected(stub, *texts), rtol=1e-5)
    np.testing.assert_allclose(np.vstack(others), expected(stub, *["another"] * 5), rtol=1e-5)


def test_a_closed_stream_sends_no_more_requests(stub, settings):
    settings.EMBEDDING_BATCH_SIZE = 1
    parts = embed(numbered(1000), check=nothing)
    next(parts)

    parts.close()
    time.sleep(0.1)
    requests = stub.stats.requests
    time.sleep(0.1)

    assert stub.stats.requests == requests < 20


def test_a_bug_is_raised_as_it_is(stub, monkeypatch):
    monkeypatch.setattr(type(get_embedder()), "embed", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        all_of("one")


def test_a_service_that_comes_back_gets_one_request_first(stub, settings, monkeypatch):
    # Several workers wait. One of them probes, and the others follow once that worked.
    settings.EMBEDDING_BATCH_SIZE = 1
    monkeypatch.setattr(availability, "_breaker", of_this_thread(uuid4().hex))
    stub.fault = Fault("500")
    with pytest.raises(EmbeddingUnavailable):
        all_of("one")
    assert availability.open_state() is not None
    monkeypatch.setattr(pacing, "PATIENCE", 30.0)

    at_once: list[Any] = []
    under_way: list[Any] = []
    first: list[Any] = []
    work = stub.work

    def slowly(count: int) -> None:
        under_way.append(1)
        at_once.append(len(under_way))
        if not first:
            first.append(1)
            time.sleep(0.5)
        work(count)
        under_way.pop()

    stub.work, stub.fault = slowly, None
    threads = [Thread(target=all_of, args=numbered(20)) for _ in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: first, seconds=20)
    time.sleep(0.3)

    assert at_once == [1]
    for thread in threads:
        thread.join()
    assert stub.texts == 80
    assert availability.open_state() is None
