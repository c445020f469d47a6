"""Parse mails, also with what programs put before or into their headers."""

import email
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from email.message import Message
from functools import partial
from io import BytesIO
from itertools import islice
from typing import BinaryIO

_HEAD = 65_536  # bytes, in which the headers begin
_MAX_LINE, _MAX_LINES = 200, 100_000  # of those that may be boundaries
_FOLD = re.compile(r"\r?\n[ \t]+")


def parse_mail(file: BinaryIO) -> Message:
    """Parse a mail, which begins at the file's position. Raises RecursionError if it nests deep."""
    file = _from_first_header(file)
    return email.message_from_binary_file(file, partial(_Message, lines=_BoundaryLines(file)))


def _from_first_header(file: BinaryIO) -> BinaryIO:
    """Return the file at its first header, in a character set that ASCII is part of."""
    begin = file.tell()
    head = file.read(_HEAD)
    if head.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
        text = (head + file.read()).decode("utf-16", errors="replace")
        return BytesIO(text.lstrip("\r\n \t").encode())
    without_mark = head.removeprefix(BOM_UTF8)
    # Blank lines would end the headers before the first.
    blank = len(without_mark) - len(without_mark.lstrip(b"\r\n \t"))
    file.seek(begin + len(head) - len(without_mark) + blank)
    return file


class _Message(Message):
    """A message that knows its source, for a boundary that was folded."""

    def __init__(self, *args: object, lines: "_BoundaryLines", **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._lines = lines

    def get_boundary(self, failobj: str | None = None) -> str | None:  # type: ignore[override]
        """Return the boundary as the parts use it.

        Notes folds the header inside of the boundary. The blank that begins the next line may be
        part of the boundary, or of the fold alone.
        """
        boundary = super().get_boundary(failobj)
        if not boundary or not _FOLD.search(boundary):
            return boundary
        forms = [_FOLD.sub(between, boundary) for between in (" ", "\t", "")]
        return next((form for form in forms if self._lines.has(form)), forms[-1])


class _BoundaryLines:
    """The lines of a mail that may be boundaries. They are read once, and only if need be."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._lines: set[bytes] | None = None

    def has(self, boundary: str) -> bool:
        if self._lines is None:
            place = self._source.tell()
            self._source.seek(0)
            found = (line[:_MAX_LINE].rstrip() for line in self._source if line.startswith(b"--"))
            self._lines = set(islice(found, _MAX_LINES))
            self._source.seek(place)
        wanted = f"--{boundary}".encode(errors="surrogateescape")
        return wanted.rstrip() in self._lines
