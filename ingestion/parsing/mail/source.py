"""Parse mails, also with what programs put before or into their headers."""

import email
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from email.message import Message
from functools import partial
from io import BytesIO
from typing import BinaryIO

_HEAD = 65_536  # bytes, in which the headers begin
_FOLD = re.compile(r"\r?\n[ \t]+")


def parse_mail(file: BinaryIO) -> Message:
    """Parse a mail, which begins at the file's position. Raises RecursionError if it nests deep."""
    file = _from_first_header(file)
    return email.message_from_binary_file(file, partial(_Message, source=file))


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

    def __init__(self, *args: object, source: BinaryIO, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._source = source

    def get_boundary(self, failobj: str | None = None) -> str | None:  # type: ignore[override]
        """Return the boundary as the parts use it.

        Notes folds the header inside of the boundary. The blank that begins the next line may be
        part of the boundary, or of the fold alone.
        """
        boundary = super().get_boundary(failobj)
        if not boundary or not _FOLD.search(boundary):
            return boundary
        forms = [_FOLD.sub(between, boundary) for between in (" ", "")]
        return forms[0] if self._has_line(forms[0]) else forms[1]

    def _has_line(self, boundary: str) -> bool:
        place = self._source.tell()
        self._source.seek(0)
        wanted = f"--{boundary}".encode(errors="surrogateescape")
        found = any(line.startswith(wanted) for line in self._source)
        self._source.seek(place)
        return found
