import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone
from pgvector import HalfVector, SparseVector
from psycopg import ClientCursor
from psycopg.types.json import Jsonb

from vectorstores import bm25, errors
from vectorstores.embeddings.errors import EmbeddingError
from vectorstores.management.store_argument import find_store
from vectorstores.postgres.statements import fetch
from vectorstores.search import AUTO, NONE, Ranking, default_vector_weight, filters, share_of
from vectorstores.search.execution import StoreSwitched, execute
from vectorstores.search.reranking import ranker_names
from vectorstores.search.search import candidates_for

# The settings of this connection that affect plans and differ from those of a psql session.
_SETTINGS = """
SELECT name, current_setting(name)
  FROM pg_settings
 WHERE context = 'user' AND setting IS DISTINCT FROM boot_val AND name <> 'search_path'
   AND (name LIKE 'hnsw.%' OR 'EXPLAIN' = ANY(pg_settings_get_flags(name)))
 ORDER BY name
"""


@dataclass(frozen=True)
class Explained:
    """A statement that a search ran on the database `using`."""

    using: str
    script: str  # for psql
    parameters: dict[str, Any]
    plan: list[str]


class Command(BaseCommand):
    help = (
        "Print each SQL statement of a search, with its parameters and its plan. Everything but "
        "the SQL is commented out, so the output can be piped or pasted into psql. Each statement "
        "runs once as in a search, and once more in a read-only transaction for its plan. This "
        "does not count as activity of the store."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", help="the store's id: vs_…")
        parser.add_argument("question")
        parser.add_argument(
            "--filter", metavar="JSON", dest="attributes", help="an attribute filter, as in the API"
        )
        parser.add_argument("--limit", type=int, default=10, help="max_num_results (default: 10)")
        parser.add_argument("--ranker", choices=[NONE, AUTO, *ranker_names()], default=AUTO)
        parser.add_argument("--embedding-weight", type=float, metavar="WEIGHT")
        parser.add_argument("--text-weight", type=float, metavar="WEIGHT")
        parser.add_argument("--skip-overlapping", action="store_true")

    def handle(
        self, *, store: str, question: str, attributes: str | None, limit: int, **options: Any
    ) -> None:
        row, now = find_store(store), timezone.now()
        if not question or limit < 1:
            raise CommandError("The question must not be empty, and the limit must be at least 1.")
        where, ranking = where_of(attributes), ranking_of(**options)
        explained: list[Explained] = []

        def explain(
            text: str, values: dict[str, Any], *, using: str, **how: bool
        ) -> list[tuple[Any, ...]]:
            rows = fetch(text, values, using=using, **how)
            explained.append(explain_statement(text, values, using=using))
            return rows

        try:
            row.check_open(now)
            _, execution = execute(
                row,
                [question],
                where,
                limit=candidates_for(limit, ranking),
                vector_weight=ranking.vector_weight,
                now=now,
                fetch=explain,
            )
        except (errors.ApiError, EmbeddingError) as error:
            raise CommandError(str(error)) from error
        except StoreSwitched as error:
            raise CommandError(f"{store} has just switched its model; try again.") from error
        self.stdout.write(f"-- {store}, {json.dumps(question, ensure_ascii=False)}: {execution}")
        # If the replica failed midway, all statements were run again on the primary.
        statements = [each for each in explained if each.using == execution.using]
        for number, statement in enumerate(statements, 1):
            self.stdout.write(f"\n-- Statement {number} of {len(statements)}\n")
            self.stdout.write(statement.script)
            self.stdout.write("\n-- Parameters")
            for name, value in statement.parameters.items():
                self.stdout.write(f"--   {name:14} {readable(value, question)}")
            self.stdout.write("-- Plan")
            for line in statement.plan:
                self.stdout.write(f"--   {line}")


def ranking_of(
    *,
    ranker: str,
    embedding_weight: float | None,
    text_weight: float | None,
    skip_overlapping: bool,
    **_: object,
) -> Ranking:
    """Return the ranking of a request with these options. Raises CommandError if a weight is
    invalid.
    """
    if embedding_weight is None and text_weight is None:
        vector_weight = default_vector_weight(ranker)
    elif embedding_weight is None or text_weight is None:
        raise CommandError("Give both weights or neither.")
    elif not all(0 <= weight < inf for weight in (embedding_weight, text_weight)):
        raise CommandError("A weight must be 0 or greater, and finite.")
    elif not max(embedding_weight, text_weight):
        raise CommandError("At least one weight must be greater than 0.")
    else:
        vector_weight = share_of(embedding_weight, text_weight)
    return Ranking(vector_weight, ranker=ranker, skip_overlapping=skip_overlapping)


def where_of(attributes: str | None) -> Q:
    """Return the filter as a condition. Raises CommandError with the path of the error."""
    if attributes is None:
        return Q()
    try:
        data = json.loads(attributes)
    except ValueError as error:
        raise CommandError(f"The filter is not JSON: {error}") from error
    try:
        return filters.to_q(filters.parse(data, "filters"))
    except errors.InvalidParameter as error:
        raise CommandError(f"The filter is invalid at {error.param}. {error}") from error


def explain_statement(text: str, values: dict[str, Any], *, using: str) -> Explained:
    """Run the statement once more, on the same connection, and return it with its plan."""
    used = {name: value for name, value in values.items() if f"%({name})s" in text}
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(_SETTINGS)
        settings = cursor.fetchall()
        explaining = f"EXPLAIN (ANALYZE, BUFFERS, SETTINGS) {text}"
        plan = [line for (line,) in fetch(explaining, values, never=True, using=using)]
        script = psql_script(ClientCursor(connections[using].connection), text, values, settings)
    return Explained(using, script, used, plan)


def psql_script(
    cursor: ClientCursor[Any], text: str, values: dict[str, Any], settings: list[tuple[str, str]]
) -> str:
    set_local = [f"SET LOCAL {name} = {cursor.mogrify('%s', [value])};" for name, value in settings]
    statement = f"{cursor.mogrify(text, values)};"
    return "\n".join(["BEGIN READ ONLY;", *set_local, statement, "ROLLBACK;"])


def readable(value: Any, question: str) -> str:
    """Return the value as one shortened line, with words in place of the ids of terms."""
    if isinstance(value, HalfVector):
        numbers = value.to_list()
        text = f"{len(numbers)} dimensions: {', '.join(f'{number:.4f}' for number in numbers)}"
    elif isinstance(value, SparseVector):
        pairs = zip(value.indices(), value.values(), strict=True)
        words = dict(_words(question))
        text = ", ".join(f"{words.get(term, term)} {weight:.2f}" for term, weight in pairs)
    elif isinstance(value, Jsonb | str):
        data = value.obj if isinstance(value, Jsonb) else value
        text = json.dumps(data, ensure_ascii=False)
    else:
        text = str(value)
    return text if len(text) <= 120 else f"{text[:119]}…"


def _words(question: str) -> Iterator[tuple[int, str]]:
    for word in bm25.tokenize(question):
        for term in bm25.query_terms(word).tolist():
            yield term, word
