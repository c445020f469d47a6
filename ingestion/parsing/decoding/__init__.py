"""Decoding of bytes to text, a block at a time, so that memory does not grow with the file."""

import codecs
from collections.abc import Iterable, Iterator
from io import IncrementalNewlineDecoder
from pathlib import Path

from ingestion.last_errors import FileTooLarge
from ingestion.parsing.decoding.encodings import (
    Blocks,
    encoding_by_mark,
    encoding_of,
    wide_encoding_without_mark,
)

BLOCK = 131_072  # bytes


def texts(path: Path, declared: str | None = None) -> Iterator[str]:
    """Yield a file's text with `\\n` line ends, in pieces of at most `BLOCK` characters.

    A few broken bytes are replaced. Raises UnsupportedFile if the file is not text, and
    UnknownEncoding if it is text whose character set cannot be determined.
    """

    def blocks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block

    return _decode_blocks(blocks, declared)


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of bytes in memory. Raises what `texts` does."""

    def blocks() -> Iterable[bytes]:
        return (data[start : start + BLOCK] for start in range(0, len(data), BLOCK))

    return "".join(_decode_blocks(blocks, declared))


def read_bytes(path: Path, *, at_most: int) -> bytes:
    """Return the whole file, for readers that cannot stream it. Raises FileTooLarge."""
    check_size(path, at_most=at_most)
    return path.read_bytes()


def check_size(path: Path, *, at_most: int) -> None:
    if path.stat().st_size > at_most:
        raise FileTooLarge(
            f"Files of this type are read up to {at_most // 1_000_000:,} MB:"
            " split it into smaller files and upload those."
        )


def decode_head(head: bytes) -> str:
    """Decode the first bytes of a text, reliably only for characters in ASCII."""
    encoding = encoding_by_mark(head) or wide_encoding_without_mark(head) or "latin-1"
    return head.decode(encoding, errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def _decode_blocks(blocks: Blocks, declared: str | None) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding_of(blocks, declared))("replace")
    lines = IncrementalNewlineDecoder(decoder, translate=True)
    for block in blocks():
        if text := lines.decode(block):
            yield text
    if text := lines.decode(b"", final=True):
        yield text
