"""How long a search takes over HTTP, beside the same statement and embedding by themselves.

    python -m benchmarks.search
    python -m benchmarks.search --sizes 10000 --seconds 5

The service runs as `bin/up` runs it, with its own model. Per size, ranking and number of clients,
in turn in the same run:

    raw       each client embeds its question and executes the service's own SQL, prepared, on a
              connection of its own: what is left when everything else costs nothing
    service   the same questions over HTTP, each new to it
    raw SQL, again    as above, of questions whose vectors are known: no embedding on either side
"""

import argparse
import http.client
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from benchmarks.stores.connecting import connect
from tests.live import Service, service

DIMENSIONS = 384
SIZES = (2_000, 10_000, 100_000)
CLIENTS = (1, 8)
RANKERS = ("none", "auto")
REPEATED = 40  # questions, of those that are asked again

Ask = Callable[[int], None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=8.0)
    given = parser.parse_args()
    with (
        service(RATE_LIMITS="false", LOG_LEVEL="WARNING") as live,
        filled(live, given.sizes) as ids,
    ):
        heading()
        for size, store_id in ids.items():
            for ranker in RANKERS:
                for clients in given.clients:
                    compare(live, size, store_id, ranker, clients, given.seconds)


def heading() -> None:
    print(
        f"{'chunks':>8} {'ranker':7} {'questions':9} {'clients':>7}   "
        f"{'raw p50':>8} {'raw/s':>7}   {'HTTP p50':>8} {'p95':>7} {'HTTP/s':>7}   ratio"
    )


def compare(
    live: Service, size: int, store_id: str, ranker: str, clients: int, seconds: float
) -> None:
    for repeated in (False, True):
        raw = drive(raw_client, clients, seconds, store_id, ranker, repeated)
        ours = drive(
            http_client, clients, seconds, live.port, live.api_key, store_id, ranker, repeated
        )
        ratio = np.median(ours) / np.median(raw)
        print(
            f"{size:8,} {ranker:7} {'repeated' if repeated else 'new':9} {clients:7}   "
            f"{1000 * np.median(raw):8.1f} {len(raw) / seconds:7.0f}   "
            f"{1000 * np.median(ours):8.1f} {1000 * np.percentile(ours, 95):7.1f} "
            f"{len(ours) / seconds:7.0f}   {ratio:.2f}",
            flush=True,
        )


def drive(
    client: Callable[..., Iterator[Ask]], count: int, seconds: float, *given: Any
) -> list[float]:
    """How long each question took, of so many clients at once, each a process."""
    spawn = multiprocessing.get_context("spawn")
    results, ready = spawn.Queue(), spawn.Barrier(count)
    processes = [
        spawn.Process(target=_drive, args=(client, number, seconds, results, ready, given))
        for number in range(count)
    ]
    for process in processes:
        process.start()
    times = [took for _ in processes for took in results.get()]
    for process in processes:
        process.join()
    return times


def _drive(
    client: Callable[..., Any],
    number: int,
    seconds: float,
    results: Any,
    ready: Any,
    given: tuple[Any, ...],
) -> None:
    with client(*given) as ask:
        for warming in range(10):
            ask(1_000_000 * (number + 1) + warming)
        ready.wait()
        times, end, asked = [], time.perf_counter() + seconds, 0
        while (began := time.perf_counter()) < end:
            ask(1_000_000 * (number + 1) + 100 + asked)
            asked += 1
            times.append(time.perf_counter() - began)
    results.put(times)


def question(number: int, *, repeated: bool) -> str:
    from benchmarks.stores import texts

    seed = number % REPEATED if repeated else (number, time.time_ns())
    return texts.question(np.random.default_rng(seed))


@contextmanager
def http_client(port: int, key: str, store_id: str, ranker: str, repeated: bool) -> Iterator[Ask]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    path = f"/v1/vector_stores/{store_id}/search"

    def ask(number: int) -> None:
        body = {
            "query": question(number, repeated=repeated),
            "ranking_options": {"ranker": ranker},
        }
        connection.request("POST", path, json.dumps(body), headers)
        response = connection.getresponse()
        found = json.loads(response.read())["data"]
        assert response.status == 200 and len(found) == 10, found

    yield ask
    connection.close()


@contextmanager
def raw_client(store_id: str, ranker: str, repeated: bool) -> Iterator[Ask]:
    """The statement as the service makes it, without all that is around it."""
    import django

    django.setup()
    from django.db.models import Q
    from django.utils import timezone

    from vectorstores.embeddings import get_embedder
    from vectorstores.ids import VECTOR_STORE
    from vectorstores.models import VectorStore
    from vectorstores.models.lexicons import lexicon_of
    from vectorstores.prepared import fetch
    from vectorstores.search import facts, usual_meaning
    from vectorstores.search.finding import Finder, Request
    from vectorstores.search.questions import ask as put
    from vectorstores.search.statement import statement

    store, meaning = (
        VectorStore.objects.get(pk=VECTOR_STORE.decode(store_id)),
        usual_meaning(ranker),
    )
    known = facts.facts_of(store)
    lexicon = lexicon_of(store.pk, known.lexicon_made_at) if meaning < 1 else None
    request = Request(store, Q(), 10, meaning, timezone.now())
    finder = Finder(request, known, using="default")
    embed = get_embedder().embed
    made: dict[int, Any] = {}

    def prepared(number: int) -> Any:
        text = question(number, repeated=repeated)
        (asked,) = put([text], store, meaning=meaning, lexicon=lexicon)
        plan = finder.plan.for_question(asked)
        return statement(store, asked, plan, finder._files, meaning=meaning, limit=10, late=True)

    def ask(number: int) -> None:
        if repeated:
            number %= REPEATED
            if number not in made:
                made[number] = prepared(number)
            asked = made[number]
        else:
            asked = prepared(number)
        rows = fetch(asked.text, asked.values, always=True)
        assert len(rows) == 10, rows

    embed(["warm"])
    yield ask


@contextmanager
def filled(live: Service, sizes: list[int]) -> Iterator[dict[int, str]]:
    """The public ids of stores of these sizes, with their indexes, in the service's database."""
    connect(live)
    from benchmarks.stores import filling, indexing
    from benchmarks.stores.vectors import Space
    from vectorstores.embeddings import get_embedder
    from vectorstores.models import Project

    space, ids = Space.of(DIMENSIONS), {}
    project = Project.objects.get(name="default")
    model = get_embedder().model
    for size in sizes:
        began = time.monotonic()
        store = filling.new_store(project, f"{size}", model=model, dimensions=DIMENSIONS)
        filling.fill(store, space, size, words=300)
        print(f"{size:,} chunks of 300 words written in {time.monotonic() - began:.0f} s")
        for built, seconds in indexing.build_all(store):
            print(f"  {built}: {seconds:.0f} s")
        ids[size] = store.public_id
    yield ids


if __name__ == "__main__":
    main()
