"""The best chunks of a store for one question, and never fewer than there are."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from vectorstores.models import VectorStore
from vectorstores.postgres.statements import fetch
from vectorstores.search.facts import Facts
from vectorstores.search.files import candidates, files_of
from vectorstores.search.legs import Having, depth_for, legs_for
from vectorstores.search.plan import Plan, most_to_count, plan
from vectorstores.search.questions import Question
from vectorstores.search.rows import Counts, Row, merged, read
from vectorstores.search.sql import statement


class Switched(Exception):
    """The store is searched by other embeddings since it was read, and its files may have those
    alone."""


@dataclass(frozen=True)
class Request:
    """`where` is a condition on VectorStoreFile, `meaning` the cosine's share of a score."""

    store: VectorStore
    where: Q
    limit: int
    meaning: float
    now: datetime


class Finder:
    """Asks the database `using` for what is best. `plan` is how, as it came to pass."""

    def __init__(self, request: Request, facts: Facts, *, using: str) -> None:
        self.plan = _plan(request, facts, using=using)
        self._request = request
        self._files = files_of(request.store, request.where, request.now)
        self._using = using

    def find(self, question: Question) -> list[Row]:
        """The best first. Raises Switched, and Django's database errors."""
        plan = self.plan.for_question(question)
        if plan.finds_nothing:
            return []
        late = not self._request.where
        rows, counts = self._by_words_wisely(question, plan, late=late)
        if late and self._is_short(counts):
            # More than half of what it looked at is of files that were removed just now.
            late = False
            rows, counts = self._by_words_wisely(question, plan, late=late)
        if plan.walks_index and counts.near_seen < self._there(late=late):
            # The index gave up, or has lost some of what is there: then everything is compared.
            self.plan = self.plan.exactly()
            rows, _ = self._by_words_wisely(question, self.plan.for_question(question), late=False)
        if plan.by_rare_words_alone and len(rows) < self._request.limit:
            # Others have only words that are frequent.
            more, _ = self._ask(question, plan, late=False, having="any")
            rows = merged([rows, more])[: self._request.limit]
        return rows

    def _by_words_wisely(
        self, question: Question, plan: Plan, *, late: bool
    ) -> tuple[list[Row], Counts]:
        """Where even the rarest word is in too many chunks, those with all words go first."""
        if plan.text == "gin" and question.words and not question.words.rarest():
            rows, counts = self._ask(question, plan, late=late, having="all")
            if counts.alike >= legs_for(self._request.limit):
                return rows, counts
        return self._ask(question, plan, late=late)

    def _is_short(self, counts: Counts) -> bool:
        """Whether a leg found fewer than it should, and may not have looked at all there are."""
        legs, depth = legs_for(self._request.limit), depth_for(self._request.limit, late=True)
        return (counts.near < legs and counts.near_seen >= depth) or (
            counts.alike < legs and counts.alike_seen >= depth
        )

    def _there(self, *, late: bool) -> int:
        """How many chunks an index has to give: a store that has one has more than any search."""
        depth, matches = depth_for(self._request.limit, late=late), self.plan.matches
        return depth if matches is None else min(depth, matches)

    def _ask(
        self, question: Question, plan: Plan, *, late: bool, having: Having = "rarest"
    ) -> tuple[list[Row], Counts]:
        asked = statement(
            self._request.store,
            question,
            plan,
            self._files,
            meaning=self._request.meaning,
            limit=self._request.limit,
            late=late,
            having=having,
        )
        rows, counts = read(
            fetch(
                asked.text,
                asked.values,
                # Of filters there are many: one is prepared when it comes again.
                always=asked.is_shared and not self._request.where,
                # Not knowing how many a filter leaves, Postgres thinks an index not worth it.
                never=not asked.is_shared and not late,
                using=self._using,
            )
        )
        if counts.generation not in (None, self._request.store.generation):
            raise Switched
        return rows, counts


def _plan(request: Request, facts: Facts, *, using: str) -> Plan:
    return plan(
        indexes=facts.indexes,
        chunks=facts.chunks,
        dimensions=request.store.embedding_dimensions,
        meaning=request.meaning,
        filtered=bool(request.where),
        matches=_matches(request, facts, using) if facts.indexes.any and request.where else None,
    )


def _matches(request: Request, facts: Facts, using: str) -> int:
    """Chunks of the files that match. Postgres' own estimate may be 37 times too low or high."""
    store = request.store
    files = candidates(store, request.now).filter(request.where).using(using)
    some = files.values("chunks_total")[: most_to_count(facts.chunks, store.embedding_dimensions)]
    return some.aggregate(chunks=Sum("chunks_total"))["chunks"] or 0
