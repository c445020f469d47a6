"""Questions, and the places that answer them."""

from dataclasses import dataclass

from benchmarks.quality.corpus import Document


@dataclass(frozen=True)
class Answer:
    """Some of a document, in characters: a section, or else a passage, which needs to be whole."""

    document: str
    start: int
    end: int
    is_section: bool

    def is_in(self, start: int, end: int) -> bool:
        """Return True if the chunk has the whole passage, or half of a section or of itself."""
        shared = min(self.end, end) - max(self.start, start)
        least = self.end - self.start
        return 2 * shared >= min(least, end - start) if self.is_section else shared == least


@dataclass(frozen=True)
class Question:
    kind: str
    text: str
    answers: tuple[Answer, ...]
    sort: str = ""  # of a written one


@dataclass(frozen=True)
class LabelledSet:
    documents: list[Document]
    questions: list[Question]
