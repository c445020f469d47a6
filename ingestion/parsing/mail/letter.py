"""The sections of a mail of any format: its header lines, its text and its attachments.

Attachments are read like any other file, within limits.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingestion.last_errors import IngestionError
from ingestion.parsing.sections import Section

MAX_DEPTH = 3  # of mails in mails
MAX_FILES = 100
MAX_BYTES = 500_000_000
TOO_DEEP = f"mails are opened {MAX_DEPTH} deep"

Parse = Callable[[Path, str, "Attachments"], Iterator[Section]]


def header_section(headers: Mapping[str, str], subject: str | None) -> Section:
    """Return a section under the subject, with a line for each header that has a value."""
    lines = (f"{name}: {' '.join(value.split())}" for name, value in headers.items() if value)
    return Section("\n".join(lines), heading=subject)


def body_sections(
    body: Iterable[Section], subject: str | None, noun: str = "mail"
) -> Iterator[Section]:
    """Yield the text of a mail under its own headings, or else under the subject.

    If the text cannot be read, yield the reason instead, since the attachments may be what matters.
    """
    try:
        for section in body:
            yield replace(section, heading=section.heading or subject)
    except IngestionError as error:
        yield Section(f"(The text of the {noun} is not read: {error})", heading=subject)


def attachment_section(name: str, unread: str = "") -> Section:
    """Return the line above an attachment's text. `unread` is the reason if there is no text."""
    return Section(
        f"Attachment: {name} (not read: {unread})" if unread else f"Attachment: {name}",
        heading=name,
    )


@dataclass
class _Budget:
    """The files and bytes that may still be opened in a mail and all mails attached to it."""

    files: int = field(default_factory=lambda: MAX_FILES)
    bytes: int = field(default_factory=lambda: MAX_BYTES)


class Attachments:
    """A reader of a mail's attachments. `parse` reads any kind of file, mails included."""

    def __init__(self, parse: Parse, *, depth: int = 0, budget: _Budget | None = None) -> None:
        self._parse = parse
        self._depth = depth
        self._budget = budget or _Budget()

    def read(self, name: str, content: bytes) -> Iterator[Section]:
        """Yield an attachment's sections under its name.

        If it cannot be read, yield its name with the reason, so that the mail does not fail.
        """
        if reason := self._exceeded_limit(len(content)):
            yield attachment_section(name, reason)
            return
        yield attachment_section(name)
        inner = Attachments(self._parse, depth=self._depth + 1, budget=self._budget)
        # An unnamed file, so that it is gone even if this process is killed.
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            try:
                for section in self._parse(Path(f"/dev/fd/{file.fileno()}"), name, inner):
                    yield replace(section, heading=section.heading or name)
            except IngestionError as error:
                yield Section(f"(Not read: {error})", heading=name)

    def _exceeded_limit(self, size: int) -> str:
        """Count a file of this size against the budget. Return the limit it exceeds, or nothing."""
        if self._depth >= MAX_DEPTH:
            return TOO_DEEP
        if not self._budget.files or size > self._budget.bytes:
            return f"no more than {MAX_FILES} attachments and {MAX_BYTES // 10**6} MB are opened"
        self._budget.files -= 1
        self._budget.bytes -= size
        return ""
