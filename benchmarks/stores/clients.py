"""Clients that search one store, over HTTP or by the service's SQL alone."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np

REPEATED = 40  # questions, of those that are asked again

Ask = Callable[[int], None]
"""Asks the question of this number. Raises AssertionError for an answer that is none."""


def question(number: int, *, repeated: bool) -> str:
    from benchmarks.stores import texts

    seed = number % REPEATED if repeated else (number, time.time_ns())
    return texts.question(np.random.default_rng(seed))


@contextmanager
def over_http(port: int, key: str, store_id: str, ranker: str, repeated: bool) -> Iterator[Ask]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    path = f"/v1/vector_stores/{store_id}/search"

    def ask(number: int) -> None:
        query = question(number, repeated=repeated)
        body = {"query": query, "ranking_options": {"ranker": ranker}}
        connection.request("POST", path, json.dumps(body), headers)
        response = connection.getresponse()
        found = json.loads(response.read())["data"]
        assert response.status == 200 and len(found) == 10, found

    yield ask
    connection.close()


@contextmanager
def by_sql(store_id: str, ranker: str, repeated: bool) -> Iterator[Ask]:
    """The statement as the service makes it, without all that is around it. Of a repeated question
    it is made once."""
    import django

    django.setup()
    from vectorstores.postgres.statements import fetch

    statement_of = _statements(store_id, ranker)
    remembered = lru_cache(REPEATED)(lambda n: statement_of(question(n, repeated=True)))

    def ask(number: int) -> None:
        new = not repeated
        asked = (
            statement_of(question(number, repeated=False)) if new else remembered(number % REPEATED)
        )
        rows = fetch(asked.text, asked.values, always=True)
        assert len(rows) == 10, rows

    yield ask


def _statements(store_id: str, ranker: str) -> Callable[[str], Any]:
    """What makes the statement of a query, its embedding included."""
    from django.db.models import Q
    from django.utils import timezone

    from vectorstores.ids import VECTOR_STORE
    from vectorstores.models import VectorStore
    from vectorstores.models.lexicons import lexicon_of
    from vectorstores.search import facts, usual_meaning
    from vectorstores.search.execution import Finder, Request
    from vectorstores.search.questions import ask
    from vectorstores.search.sql import statement

    store = VectorStore.objects.get(pk=VECTOR_STORE.decode(store_id))
    meaning, known = usual_meaning(ranker), facts.facts_of(store)
    lexicon = lexicon_of(store.pk, known.lexicon_made_at) if meaning < 1 else None
    finder = Finder(Request(store, Q(), 10, meaning, timezone.now()), known, using="default")

    def statement_of(query: str) -> Any:
        (asked,) = ask([query], store, meaning=meaning, lexicon=lexicon)
        plan = finder.plan.for_question(asked)
        return statement(store, asked, plan, finder._files, meaning=meaning, limit=10, late=True)

    return statement_of
