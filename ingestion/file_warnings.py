"""Warnings: what in a file was not read. They are kept beside the file and never searched.

A file whose attachment or page cannot be read is neither complete nor failed. It is completed, with
a warning for its owner. docs/api.md explains the codes to clients.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MAX_WARNINGS = 20  # of one file, before one more that says that there are others
MAX_MESSAGE = 500  # characters


class WarningCode(StrEnum):
    """Reasons for which a text is not all that its file says."""

    PAGES_NOT_READ = "pages_not_read"
    ATTACHMENTS_NOT_READ = "attachments_not_read"
    PARTS_NOT_READ = "parts_not_read"
    READ_BY_UNSTRUCTURED = "read_by_unstructured"


@dataclass(frozen=True)
class FileWarning:
    """A sentence for the file's owner, without its full stop, about what the text lacks."""

    code: WarningCode
    message: str


class WarningFilter:
    """Passes on the warnings of one file: each once, short, and not too many."""

    def __init__(self) -> None:
        self._passed: set[FileWarning] = set()

    def new(self, warning: FileWarning) -> Iterator[FileWarning]:
        """Yield the warning to pass on, or nothing if there is no need for it."""
        warning = FileWarning(warning.code, _shortened(warning.message))
        if warning in self._passed or len(self._passed) > MAX_WARNINGS:
            return
        if len(self._passed) == MAX_WARNINGS:
            warning = FileWarning(warning.code, "more was not read than is listed here")
        self._passed.add(warning)
        yield warning


def _shortened(message: str) -> str:
    message = " ".join(message.split())
    return message if len(message) <= MAX_MESSAGE else f"{message[: MAX_MESSAGE - 1]}…"
