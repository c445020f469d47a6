"""Decoding of bytes to text, a block at a time, so that memory does not grow with the file."""

import codecs
import re
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

_PADDING = re.compile("(?<=\\s)\0+|\0+(?=\\s)|(\0+)")  # beside a space, or instead of one


def texts(path: Path, declared: str | None = None, *, in_doubt: str | None = None) -> Iterator[str]:
    """Yield a file's text with `\\n` line ends, in pieces of at most `BLOCK` characters.

    `in_doubt` is the character set of a text whose set cannot be determined. NULs that pad a text
    become a space. A few broken bytes are replaced.

    Raises UnsupportedFile if the file is not text, and UnknownEncoding if it is text whose set
    cannot be determined.
    """

    def blocks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block

    return _decode_blocks(blocks, declared, in_doubt)


def decode(data: bytes, declared: str | None = None, *, in_doubt: str | None = None) -> str:
    """Return the text of bytes in memory. Raises what `texts` does."""

    def blocks() -> Iterable[bytes]:
        return (data[start : start + BLOCK] for start in range(0, len(data), BLOCK))

    return "".join(_decode_blocks(blocks, declared, in_doubt))


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


def _decode_blocks(blocks: Blocks, declared: str | None, in_doubt: str | None) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding_of(blocks, declared, in_doubt))("replace")
    lines = IncrementalNewlineDecoder(decoder, translate=True)
    for block in blocks():
        if text := lines.decode(block):
            yield _PADDING.sub(_space, text) if "\0" in text else text
    if text := lines.decode(b"", final=True):
        yield text


def _space(padding: re.Match[str]) -> str:
    return " " if padding[1] else ""
