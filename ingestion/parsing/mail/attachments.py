"""What a mail brings along: files of their own, read like any file, within limits."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingestion.last_errors import IngestionError
from ingestion.parsing.sections import Section

MAX_DEPTH = 3  # a mail in a mail in a mail
MAX_FILES = 100
MAX_BYTES = 500_000_000

Parse = Callable[[Path, str, "Attachments"], Iterator[Section]]


@dataclass
class _Left:
    """What may still be opened, of the whole letter and all that is in it."""

    files: int = field(default_factory=lambda: MAX_FILES)
    bytes: int = field(default_factory=lambda: MAX_BYTES)


class Attachments:
    """Handed to a reader of mails. `parse` reads any kind of file, mails among them."""

    def __init__(self, parse: Parse, *, depth: int = 0, left: _Left | None = None) -> None:
        self._parse = parse
        self._depth = depth
        self._left = left or _Left()

    def read(self, name: str, content: bytes) -> Iterator[Section]:
        """The attachment under its name. One that cannot be read is named with the reason, and
        never fails the mail."""
        if reason := self._beyond(len(content)):
            yield Section(f"Attachment: {name} (not read: {reason})", heading=name)
            return
        yield Section(f"Attachment: {name}", heading=name)
        inner = Attachments(self._parse, depth=self._depth + 1, left=self._left)
        # A file without a name, which is gone however this process ends.
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            try:
                for section in self._parse(Path(f"/dev/fd/{file.fileno()}"), name, inner):
                    yield replace(section, heading=section.heading or name)
            except IngestionError as error:
                yield Section(f"(Not read: {error})", heading=name)

    def _beyond(self, size: int) -> str:
        if self._depth >= MAX_DEPTH:
            return f"mails are opened {MAX_DEPTH} deep"
        if not self._left.files or size > self._left.bytes:
            return f"no more than {MAX_FILES} attachments and {MAX_BYTES // 10**6} MB are opened"
        self._left.files -= 1
        self._left.bytes -= size
        return ""
