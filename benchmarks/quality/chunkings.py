"""Documents cut into chunks, as the service cuts files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from benchmarks.quality.corpus import Document
from benchmarks.quality.questions import Question
from ingestion.chunking import Chunk, chunk
from ingestion.parsing.sections import Section


@dataclass(frozen=True)
class Chunking:
    max_tokens: int
    overlap_tokens: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the strategy that is written as, for example, 800/400."""
        return cls(*map(int, text.split("/")))


@dataclass(frozen=True)
class Placed:
    """A chunk of a document."""

    document: str
    chunk: Chunk

    def answers(self, question: Question) -> bool:
        start = self.chunk.start
        return any(
            answer.document == self.document and answer.is_in(start, start + len(self.chunk.text))
            for answer in question.answers
        )


def cut(documents: Sequence[Document], chunking: Chunking) -> list[Placed]:
    """Return the chunks in the order of documents and positions."""
    sizes = {"max_tokens": chunking.max_tokens, "overlap_tokens": chunking.overlap_tokens}
    return [
        Placed(made.name, piece)
        for made in documents
        for piece in chunk([Section(made.text)], **sizes)
    ]
