"""Cuts a document's text into chunks, overlapping windows of tokens, while it is being read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingestion.chunking.document import Document, Section, document_text
from ingestion.chunking.tokenizer import count_tokens, pieces, token_sizes
from ingestion.chunking.windows import Piece, windows
from ingestion.last_errors import FileTooLarge

__all__ = [
    "MAX_TOKENS_PER_FILE",
    "Chunk",
    "Section",
    "chunk",
    "chunks",
    "count_tokens",
    "document_text",
]

MAX_TOKENS_PER_FILE = 5_000_000  # OpenAI's limit
_MIN_WINDOW = 16  # tokens; one character can take four, and windows must advance


@dataclass(frozen=True)
class Chunk:
    """A window of a document: `text` is `document_text(sections)[start : start + len(text)]`.

    Chunks in order of `position` cover the document without a gap, so text that repeats the chunk
    before can be cut off by `start`, and the document put together again.

    `tokens` are the document's own. A text that begins inside a word may have one more by itself.
    """

    text: str
    position: int  # 0, 1, 2, … within the document
    start: int  # in characters
    tokens: int
    page: int | None  # where its first words stand
    heading: str | None = None  # likewise


def chunk(
    sections: Iterable[Section], *, max_tokens: int = 800, overlap_tokens: int = 400
) -> list[Chunk]:
    return list(chunks(sections, max_tokens=max_tokens, overlap_tokens=overlap_tokens))


def chunks(
    sections: Iterable[Section], *, max_tokens: int = 800, overlap_tokens: int = 400
) -> Iterator[Chunk]:
    """Yield windows of at most `max_tokens`, each starting `overlap_tokens` before the last's end.

    Windows begin and end between characters, so one may be up to three tokens shorter and overlap
    up to three more. No sections give no chunks.

    Each comes as soon as enough of the document is read, and no more of that is kept than a window
    and some 100,000 characters. Raises FileTooLarge beyond MAX_TOKENS_PER_FILE, and ValueError for
    sizes that give no windows.
    """
    if max_tokens < _MIN_WINDOW or not 0 <= overlap_tokens <= max_tokens // 2:
        raise ValueError(f"no windows of {max_tokens} tokens that overlap by {overlap_tokens}")
    return _chunks(Document(sections), max_tokens, overlap_tokens)


def _chunks(document: Document, size: int, overlap: int) -> Iterator[Chunk]:
    start = before = 0  # a character, and the byte where it begins
    data = b""  # from there on
    found = windows(_tokenized(document.texts()), size=size, overlap=overlap)
    for position, (begin, following, tokens) in enumerate(found):
        start += len(data[: begin - before].decode())
        before, data = begin, following
        text = data.decode()
        indent = len(text) - len(text.lstrip())
        document.forget(start)
        place = document.place_of(start + indent)
        yield Chunk(text, position, start, tokens, place.page, place.heading)


def _tokenized(texts: Iterable[str]) -> Iterator[Piece]:
    """Yield pieces of the text with the sizes of their tokens. Raises FileTooLarge."""
    tokens = 0
    for piece in pieces(texts):
        sizes = token_sizes(piece)
        tokens += len(sizes)
        if tokens > MAX_TOKENS_PER_FILE:
            raise FileTooLarge(
                f"It has more than {MAX_TOKENS_PER_FILE:,} tokens:"
                " split it into smaller files and upload those."
            )
        yield piece.encode(), sizes
