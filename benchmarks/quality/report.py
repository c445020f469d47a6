"""The tables, in the order of docs/quality.md."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from django.conf import settings

from benchmarks.quality import english, languages
from benchmarks.quality.chunkings import Chunking, cut
from benchmarks.quality.exact import Words, best
from benchmarks.quality.exam import LIMIT, Exam
from benchmarks.quality.joining import JOINS
from benchmarks.quality.metrics import Marks
from benchmarks.quality.questions import LabelledSet, Question
from benchmarks.quality.stores import analyze, filled
from benchmarks.quality.tables import table
from benchmarks.quality.vectors import Vectors
from vectorstores.embeddings import get_embedder
from vectorstores.search import NONE, Ranking

WAYS = {
    "vector": Ranking(vector_weight=1, ranker=NONE),
    "text": Ranking(vector_weight=0, ranker=NONE),
    **{
        f"hybrid {weight}": Ranking(vector_weight=weight, ranker=NONE)
        for weight in (0.9, 0.8, 0.7, 0.6, 0.5)
    },
    "hybrid 0.7, overlapping skipped": Ranking(
        vector_weight=0.7, ranker=NONE, skip_overlapping=True
    ),
}
Marked = Mapping[Question, Marks]


def print_all(root: Path, cache: Path, *, chunkings: Sequence[str], embed: bool) -> None:
    labelled = english.labelled_set(root)
    vectors = Vectors(cache / f"{settings.EMBEDDING_MODEL}.vectors", get_embedder())
    exams = {
        name: Exam(cut(labelled.documents, Chunking.parse(name)), labelled.questions)
        for name in chunkings
    }
    for name, exam in exams.items():
        make(vectors, name, [placed.chunk.text for placed in exam.chunks])
    make(vectors, "questions", [question.text for question in labelled.questions])
    if embed:
        return
    marked = {name: ways(exam, vectors, name) for name, exam in exams.items()}
    by_kind(marked)
    by_sort(next(iter(marked.values())))
    joins(next(iter(exams.values())), vectors)
    other_languages(languages.labelled_set(root))


def make(vectors: Vectors, name: str, texts: Sequence[str]) -> None:
    missing, made = len(vectors.missing(texts)), 0
    for some in vectors.add(texts):
        made += some
        if made % 200 < some:
            print(f"{name}: {made} of {missing} embedded", flush=True)


def ways(exam: Exam, vectors: Vectors, name: str) -> dict[str, Marked]:
    """Ask all questions of one store in every way."""
    texts = [placed.chunk.text for placed in exam.chunks]
    store = filled(name, exam.chunks, vectors.of(texts), model=settings.EMBEDDING_MODEL)
    analyze()
    rankings = dict(WAYS)
    if settings.RERANK_URL:
        rankings["reranked"] = Ranking(vector_weight=settings.SEARCH_EMBEDDING_WEIGHT)
    marked: dict[str, dict[Question, Marks]] = {way: {} for way in rankings}
    for question in exam.questions:  # in all ways, while its vector is remembered
        for way, ranking in rankings.items():
            marked[way][question] = exam.ask(store, question, ranking)
    return dict(marked)


def by_kind(marked: Mapping[str, Mapping[str, Marked]]) -> None:
    for kind in english.KINDS:
        rows = {
            f"{chunking}, {way}": [marks for q, marks in answers.items() if q.kind == kind]
            for chunking, ways_of in marked.items()
            for way, answers in ways_of.items()
        }
        table(f"{kind}", "chunks, found by", rows)


def by_sort(ways_of: Mapping[str, Marked]) -> None:
    """Group the written questions by kind."""
    sorts = sorted({question.sort for question in ways_of["vector"] if question.sort})
    rows = {
        f"{sort}, {way}": [marks for q, marks in ways_of[way].items() if q.sort == sort]
        for sort in sorts
        for way in ("vector", "text", "hybrid 0.7")
    }
    table("written, by sort", "sort, found by", rows)


def joins(exam: Exam, vectors: Vectors) -> None:
    """Return the ways to fuse two lists, on both scores of every chunk."""
    texts = [placed.chunk.text for placed in exam.chunks]
    words, chunks = Words(texts), vectors.of(texts)
    asked = vectors.of([question.text for question in exam.questions])
    marked: dict[str, list[tuple[str, Marks]]] = {name: [] for name in JOINS}
    for question, vector in zip(exam.questions, asked, strict=True):
        legs = np.maximum(chunks @ vector, 0), words.scores(question.text)
        for name, join in JOINS.items():
            places = best(join(*legs), LIMIT)
            marked[name].append((question.kind, exam.marked(question, places)))
    for kind in english.KINDS:
        rows = {name: [m for k, m in some if k == kind] for name, some in marked.items()}
        table(f"{kind}, joined", "joined by", rows)


def other_languages(labelled: LabelledSet) -> None:
    exam = Exam(cut(labelled.documents, Chunking(800, 400)), labelled.questions)
    alike = np.zeros((len(exam.chunks), settings.EMBEDDING_DIMENSIONS), np.float32)
    alike[:, 0] = 1  # a vector that says nothing: words alone are asked
    store = filled("languages", exam.chunks, alike, model=settings.EMBEDDING_MODEL)
    analyze()
    marked = {q: exam.ask(store, q, Ranking(vector_weight=0, ranker=NONE)) for q in exam.questions}
    rows = {
        language: [marks for q, marks in marked.items() if q.kind == language]
        for language in languages.LANGUAGES.values()
    }
    table("other languages, by words alone", "language", rows)
