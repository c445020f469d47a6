"""A search: plan it, ask the database for the best of each question, and rank what came of all."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db.models import Q

from vectorstores import metrics
from vectorstores.models import VectorStore
from vectorstores.models.lexicons import lexicon_of
from vectorstores.postgres import replica
from vectorstores.search.assistance import CANDIDATES, reranked, rewritten, wants_reranker
from vectorstores.search.execution import Finder, Request, Switched
from vectorstores.search.facts import Facts, facts_of
from vectorstores.search.overlap import without_repeats
from vectorstores.search.questions import Question, ask
from vectorstores.search.ranking import Ranking
from vectorstores.search.results import Done, Found, Hit
from vectorstores.search.rows import Row, merged

OVERLAPPED = 3
"""Times as many chunks are looked at as are asked for, where those that repeat others are left
out: of neighbours that share half of their text, every other one."""


def search(
    *,
    store: VectorStore,
    queries: Sequence[str],
    where: Q,
    limit: int,
    ranking: Ranking,
    now: datetime,
) -> Found:
    """The `limit` best chunks for any of the queries, best first; ties in the order of the files.

    `where` is a condition on VectorStoreFile. Raises StoreExpired, ModelMismatch, EmbeddingError,
    and RemoteError where the ranking insists on a reranker.
    """
    began = time.monotonic()
    store.check_open(now)
    found = _Search(store, where, limit, ranking, now).of(queries)
    store.touch_if_quiet(now)
    metrics.searched(
        vector=found.done.plan.vector,
        text=found.done.plan.text,
        reranker=found.done.reranker,
        using=found.done.using,
        seconds=time.monotonic() - began,
        results=len(found.hits),
    )
    return found


@dataclass(frozen=True)
class _Search:
    store: VectorStore
    where: Q
    limit: int
    ranking: Ranking
    now: datetime

    def of(self, queries: Sequence[str]) -> Found:
        reranks = wants_reranker(self.ranking)
        rewrite = rerank = None
        if self.ranking.rewrite:
            queries, rewrite = rewritten(queries)
        answers, done = self._answers(queries, at_least=CANDIDATES if reranks else 0)
        if reranks:
            answers, rerank = reranked(self.ranking, queries, answers)
        done = replace(done, rewrite=rewrite, rerank=rerank)
        return Found([*queries], self._hits(answers), done)

    def _answers(self, queries: Sequence[str], *, at_least: int) -> tuple[list[list[Row]], Done]:
        """The best chunks for each query by itself, by the model that the store has at the end."""
        try:
            return self._answers_by_its_model(queries, at_least=at_least)
        except Switched:
            self.store.refresh_from_db()
            self.store.check_open(self.now)
            return self._answers_by_its_model(queries, at_least=at_least)

    def _answers_by_its_model(
        self, queries: Sequence[str], *, at_least: int
    ) -> tuple[list[list[Row]], Done]:
        meaning, since = self.ranking.meaning, replica.position()
        facts = facts_of(self.store)
        lexicon = lexicon_of(self.store.pk, facts.lexicon_made_at) if meaning < 1 else None
        with metrics.part("embed"):
            questions = ask(queries, self.store, meaning=meaning, lexicon=lexicon)
        most = self.limit * (OVERLAPPED if self.ranking.skip_overlapping else 1)
        request = Request(self.store, self.where, max(most, at_least), meaning, self.now)
        with metrics.part("database"):
            return replica.answer(partial(_ask, request, facts, questions), since=since)

    def _hits(self, answers: list[list[Row]]) -> list[Hit]:
        rows = merged(answers)
        if self.ranking.skip_overlapping:
            rows = without_repeats(rows)
        hits = [Hit.of(row) for row in rows[: self.limit]]
        return [hit for hit in hits if hit.score >= self.ranking.score_threshold]


def _ask(
    request: Request, facts: Facts, questions: Sequence[Question], using: str
) -> tuple[list[list[Row]], Done]:
    finder = Finder(request, facts, using=using)
    answers = [finder.find(question) for question in questions]
    return answers, Done(finder.plan, using)
