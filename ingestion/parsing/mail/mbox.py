"""Several mails in one file: an mbox, as mail programs export a folder."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from ingestion.last_errors import FileTooLarge
from ingestion.parsing.decoding import check_size

MAX_BYTES = 150_000_000  # of one mail, because it takes several times its size in memory

# The line before each mail: `From ada@example.org Thu Jan  1 12:00 2026`.
_START = re.compile(rb"From \S.*\d:\d\d")
_LINE = 1_000_000  # bytes


def mails(path: Path) -> Iterator[BinaryIO]:
    """Yield each mail of an mbox, or any other file as a whole. Raises FileTooLarge."""
    with path.open("rb") as file:
        if not _START.match(file.readline(_LINE).removeprefix(BOM_UTF8)):
            check_size(path, at_most=MAX_BYTES)
            file.seek(0)
            yield file
            return
        lines: list[bytes] = []
        size, is_after_blank = 0, False
        while line := file.readline(_LINE):
            if is_after_blank and _START.match(line):
                yield BytesIO(b"".join(lines))
                lines, size = [], 0
            else:
                lines.append(line)
                size += len(line)
            if size > MAX_BYTES:
                raise FileTooLarge(
                    f"It has a mail of more than {MAX_BYTES // 1_000_000} MB:"
                    " take that out and upload the file again."
                )
            is_after_blank = not line.strip()
        yield BytesIO(b"".join(lines))
