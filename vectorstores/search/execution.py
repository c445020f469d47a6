"""The best chunks of a store for each question, and never fewer than there are."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, Sum

from vectorstores import metrics
from vectorstores.models import VectorStore, VectorStoreFile
from vectorstores.models.lexicons import lexicon_of
from vectorstores.postgres import replica, statements
from vectorstores.search import sql
from vectorstores.search.plan import Plan, choose_plan, most_to_count
from vectorstores.search.questions import Question, prepare_questions
from vectorstores.search.ranking import merged
from vectorstores.search.sql import Candidate
from vectorstores.search.store_facts import StoreFacts, store_facts

Fetch = Callable[..., list[tuple[Any, ...]]]


class StoreSwitched(Exception):
    """The store is searched by other embeddings since it was read, and its files may have those
    alone."""


def execute(
    store: VectorStore,
    queries: Sequence[str],
    where: Q,
    *,
    limit: int,
    vector_weight: float,
    now: datetime,
    fetch: Fetch = statements.fetch,
) -> tuple[list[list[Candidate]], "Execution"]:
    """Return the best chunks for each query by itself, and how they were found.

    `where` is a condition on VectorStoreFile. Raises StoreSwitched, EmbeddingError, and Django's
    database errors.
    """
    since = replica.position()  # the replica catches up while the question is embedded
    facts = store_facts(store)
    lexicon = lexicon_of(store.pk, facts.lexicon_made_at) if vector_weight < 1 else None
    with metrics.part("embed"):
        questions = prepare_questions(queries, store, vector_weight=vector_weight, lexicon=lexicon)

    def ask(using: str) -> tuple[list[list[Candidate]], Execution]:
        execution = Execution(
            store,
            where,
            facts,
            limit=limit,
            vector_weight=vector_weight,
            now=now,
            using=using,
            fetch=fetch,
        )
        return [execution.find(question) for question in questions], execution

    with metrics.part("database"):
        return replica.answer(ask, since=since)


class Execution:
    """The search of one store on the database `using`, and how it was done.

    `plan` is the plan actually executed. `rewrite` and `rerank` say what became of these, and are
    None if not wanted.
    """

    def __init__(
        self,
        store: VectorStore,
        where: Q,
        facts: StoreFacts,
        *,
        limit: int,
        vector_weight: float,
        now: datetime,
        using: str = DEFAULT_DB_ALIAS,
        fetch: Fetch = statements.fetch,
    ) -> None:
        self.rewrite: str | None = None
        self.rerank: str | None = None
        self.using = using
        self._store = store
        self._is_filtered = bool(where)
        self._limit = limit
        self._vector_weight = vector_weight
        self._files = sql.searchable_files(store, where, now)
        self._fetch = fetch
        matches = None
        if where and (facts.vector_index or facts.text_index):
            # Counted, because Postgres' own estimate may be 37 times too low or high.
            files = VectorStoreFile.objects.in_store(store).searchable(now).filter(where)
            most = most_to_count(facts, store.embedding_dimensions)
            chunks = files.using(using).values("chunks_total")[:most]
            matches = chunks.aggregate(chunks=Sum("chunks_total"))["chunks"] or 0
        self.plan = choose_plan(
            facts,
            dimensions=store.embedding_dimensions,
            vector_weight=vector_weight,
            filtered=bool(where),
            matches=matches,
        )

    def __str__(self) -> str:
        """Return the value of the header x-search-plan."""
        parts = {
            "rewrite": self.rewrite,
            "rerank": self.rerank,
            "database": "primary" if self.using == DEFAULT_DB_ALIAS else self.using,
        }
        named = [f"{name}={value}" for name, value in parts.items() if value]
        return ", ".join([str(self.plan), *named])

    @property
    def reranker(self) -> str:
        """Return its name, `none` if none was wanted, or `failed`."""
        if self.rerank is None:
            return "none"
        return "failed" if self.rerank.startswith("failed") else self.rerank

    def find(self, question: Question) -> list[Candidate]:
        """Return the best chunks, best first. Raises StoreSwitched and Django's database errors."""
        plan = self.plan if question.has_words else self.plan.without_text()
        if plan.is_empty:
            return []
        filter_after = not self._is_filtered
        found, counts = self._with_word_fallback(question, plan, filter_after=filter_after)
        if filter_after and self._is_short(counts):
            # More than half of what a leg looked at is of files that were removed just now.
            filter_after = False
            found, counts = self._with_word_fallback(question, plan, filter_after=False)
        depth = sql.leg_depth(self._limit, filter_after=filter_after)
        there = depth if plan.matches is None else min(depth, plan.matches)
        if plan.uses_vector_index and counts["vector_seen"] < there:
            # The index gave up, or has lost some of what is there, because a store that has one has
            # more chunks than any search looks at. Then everything is compared.
            self.plan = self.plan.exactly()
            found, _ = self._with_word_fallback(question, plan.exactly(), filter_after=False)
        if plan.vector == "none" and plan.text == "gin" and len(found) < self._limit:
            # Only chunks with the rarest words were scored, and others have frequent ones.
            more, _ = self._ask(question, plan, filter_after=False, match="any")
            found = merged([found, more])[: self._limit]
        return found

    def _is_short(self, counts: dict[str, Any]) -> bool:
        """Return True if a leg found too few, and may not have looked at all that there are."""
        size, depth = sql.leg_size(self._limit), sql.leg_depth(self._limit, filter_after=True)
        return any(
            counts[f"{leg}_leg"] < size and counts[f"{leg}_seen"] >= depth
            for leg in ("vector", "text")
        )

    def _with_word_fallback(
        self, question: Question, plan: Plan, *, filter_after: bool
    ) -> tuple[list[Candidate], dict[str, Any]]:
        """Look for chunks with all words first if even the rarest word is in too many chunks."""
        if plan.text == "gin" and not question.has_rare_word:
            found, counts = self._ask(question, plan, filter_after=filter_after, match="all")
            if counts["text_leg"] >= sql.leg_size(self._limit):
                return found, counts
        return self._ask(question, plan, filter_after=filter_after)

    def _ask(
        self, question: Question, plan: Plan, *, filter_after: bool, match: sql.Match = "rarest"
    ) -> tuple[list[Candidate], dict[str, Any]]:
        text, values = sql.search_statement(
            self._store,
            question,
            plan,
            self._files,
            vector_weight=self._vector_weight,
            limit=self._limit,
            filter_after=filter_after,
            match=match,
        )
        rows = self._fetch(
            text,
            values,
            # There are many filters, so a statement with one is prepared when it comes again.
            always=not plan.uses_index and not self._is_filtered,
            # Not knowing how many a filter leaves, Postgres thinks an index not worth it.
            never=plan.uses_index and not filter_after,
            using=self.using,
        )
        found, counts = sql.read_rows(rows)
        if counts["generation"] not in (None, self._store.generation):
            raise StoreSwitched
        return found, counts
