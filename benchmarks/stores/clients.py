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
    """Yield a function that executes the service's statement alone.

    The statement of a repeated question is made once.
    """
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
        rows = fetch(*asked, always=True)
        assert len(rows) == 10, rows

    yield ask


def _statements(store_id: str, ranker: str) -> Callable[[str], Any]:
    """Return the function that makes the statement of a query, its embedding included."""
    from django.db.models import Q
    from django.utils import timezone

    from vectorstores.ids import VECTOR_STORE
    from vectorstores.models import VectorStore
    from vectorstores.models.lexicons import lexicon_of
    from vectorstores.search import default_vector_weight
    from vectorstores.search.execution import Execution
    from vectorstores.search.questions import prepare_questions
    from vectorstores.search.sql import search_statement, searchable_files
    from vectorstores.search.store_facts import store_facts

    store = VectorStore.objects.get(pk=VECTOR_STORE.decode(store_id))
    weight, facts, now = default_vector_weight(ranker), store_facts(store), timezone.now()
    lexicon = lexicon_of(store.pk, facts.lexicon_made_at) if weight < 1 else None
    plan = Execution(store, Q(), facts, limit=10, vector_weight=weight, now=now).plan
    files = searchable_files(store, Q(), now)
    how = {"vector_weight": weight, "limit": 10, "filter_after": True}

    def statement_of(query: str) -> Any:
        (asked,) = prepare_questions([query], store, vector_weight=weight, lexicon=lexicon)
        of_it = plan if asked.has_words else plan.without_text()
        return search_statement(store, asked, of_it, files, **how)

    return statement_of
