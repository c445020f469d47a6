"""All questions, asked of one cut of the documents."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from benchmarks.quality.chunkings import Placed
from benchmarks.quality.metrics import Found, Marks, marks
from benchmarks.quality.questions import Question
from vectorstores.models import VectorStore
from vectorstores.search import Ranking, search

LIMIT = 20  # chunks: as many of 200 tokens as fit into the budget


class Exam:
    """The questions, and the chunks that answer each: at least one."""

    def __init__(self, chunks: Sequence[Placed], questions: Sequence[Question]) -> None:
        self.chunks, self.questions = chunks, questions
        self._places = {(c.document, c.chunk.text): place for place, c in enumerate(chunks)}
        self._of_document: dict[str, list[int]] = {}
        for place, placed in enumerate(chunks):
            self._of_document.setdefault(placed.document, []).append(place)
        self._relevant = {question: self._answering(question) for question in questions}

    def marked(self, question: Question, places: Sequence[int]) -> Marks:
        """Return the marks of the chunks at these places, best first."""
        relevant = self._relevant[question]
        found = [Found(place in relevant, self.chunks[place].chunk.tokens) for place in places]
        return marks(found, known=len(relevant))

    def ask(self, store: VectorStore, question: Question, ranking: Ranking) -> Marks:
        """Search a store of these chunks as a request would."""
        found = search(
            store=store,
            queries=[question.text],
            where=Q(),
            limit=LIMIT,
            ranking=ranking,
            now=timezone.now(),
        )
        return self.marked(question, [self._places[hit.filename, hit.text] for hit in found.hits])

    def _answering(self, question: Question) -> frozenset[int]:
        documents = {answer.document for answer in question.answers}
        return frozenset(
            place
            for document in documents
            for place in self._of_document[document]
            if self.chunks[place].answers(question)
        )
