"""Files in files: what is attached to mails, and embedded in documents.

Each is read like any other file, within limits. A file that cannot be read costs that file alone,
is named where its text would stand, and in a warning.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile

from ingestion.last_errors import EmptyFile, IngestionError
from ingestion.parsing.kinds import SUFFIXES, Kind
from ingestion.parsing.sections import Section, WarningCode, warn

MAX_DEPTH = 3  # of files in files
MAX_FILES = 100
MAX_BYTES = 500_000_000
TOO_DEEP = f"files in files are opened {MAX_DEPTH} deep"
_BUG = "this server's reader failed on it"
_EXHAUSTED = "reading it takes too much memory"

Parse = Callable[[Path, str, "Attachments"], Iterator[Section]]

log = logging.getLogger(__name__)


def attachment_section(name: str, unread: str = "") -> Section:
    """Return the line above an attachment's text. `unread` is the reason if there is no text."""
    return Section(
        f"Attachment: {name} (not read: {unread})" if unread else f"Attachment: {name}",
        heading=name,
    )


def unread_attachment(name: str, reason: str) -> Iterator[Section]:
    """Yield an attachment's name with the reason why it is not opened, and a warning."""
    yield attachment_section(name, reason)
    yield _warning(name, reason)


def _warning(name: str, reason: object) -> Section:
    message = str(reason).rstrip(".")
    return warn(WarningCode.ATTACHMENTS_NOT_READ, f"The attachment {name} was not read: {message}")


@dataclass
class _Budget:
    """The files and bytes that may still be opened in a file and all files within."""

    files: int = field(default_factory=lambda: MAX_FILES)
    bytes: int = field(default_factory=lambda: MAX_BYTES)


class Attachments:
    """A reader of a file's attachments. `parse` reads any kind of file, mails included."""

    def __init__(self, parse: Parse, *, depth: int = 0, budget: _Budget | None = None) -> None:
        self._parse = parse
        self._depth = depth
        self._budget = budget or _Budget()

    def read(self, name: str, content: bytes) -> Iterator[Section]:
        """Yield an attachment's sections under its name.

        If it cannot be read, yield its name with the reason and a warning, so that the file that
        it is attached to does not fail.
        """
        if reason := self._exceeded_limit(len(content)):
            yield from unread_attachment(name, reason)
            return
        yield attachment_section(name)
        inner = Attachments(self._parse, depth=self._depth + 1, budget=self._budget)
        # A file with a name, because some libraries open it again by that. The directory for
        # temporary files belongs to this process alone, and is removed even if it is killed.
        with NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            try:
                for section in self._parse(Path(file.name), name, inner):
                    yield replace(section, heading=section.heading or name)
            except IngestionError as error:
                yield Section(f"(Not read: {error})", heading=name)
                if _is_loss(name, error):
                    yield _warning(name, error)
            except Exception as error:
                if _is_limit(error):
                    raise  # because the rest of the file would meet it too
                # A bug in one reader must not cost the other attachments.
                log.exception("Reader bug on an attachment; the rest of its file is read.")
                reason = _EXHAUSTED if isinstance(error, MemoryError | RecursionError) else _BUG
                yield Section(f"(Not read: {reason}.)", heading=name)
                yield _warning(name, reason)

    def unpacked(self, path: Path) -> Iterator[Section]:
        """Yield the sections of what a file is a mere wrapper of, at the same depth."""
        return self._parse(path, "", self)

    def _exceeded_limit(self, size: int) -> str:
        """Count a file of this size against the budget. Return the limit it exceeds, or nothing."""
        if self._depth >= MAX_DEPTH:
            return TOO_DEEP
        if not self._budget.files or size > self._budget.bytes:
            return f"no more than {MAX_FILES} attachments and {MAX_BYTES // 10**6} MB are opened"
        self._budget.files -= 1
        self._budget.bytes -= size
        return ""


def _is_limit(error: Exception) -> bool:
    """Return whether an error is the machine's, and no attachment's fault."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _is_loss(name: str, error: IngestionError) -> bool:
    """Return False for an empty file, and for a picture, since most are logos and photographs."""
    is_picture = SUFFIXES.get(PurePath(name).suffix.lower()) is Kind.IMAGE
    return not (is_picture or isinstance(error, EmptyFile))
