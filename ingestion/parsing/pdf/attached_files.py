"""Files attached to a document, such as the data of an invoice, or to a place on a page."""

import ctypes
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pypdfium2 import raw

from ingestion.parsing.attachments import MAX_BYTES, Attachments, unread_attachment
from ingestion.parsing.pdf.document import corrupt_if_broken, open_document, read_string
from ingestion.parsing.sections import Section

_MAX_FILES = 1_000  # looked at; far fewer are opened
_MAX_ANNOTATIONS = 20_000  # of a page
_UNNAMED = "attachment"
# Settings of printers, and the formulas of LaTeX a second time.
_SKIPPED = re.compile(r".*\.joboptions|(?:mathml-|tag-AFfile)\d+\.(?:xml|tex)", re.IGNORECASE)


def read_attached_files(
    path: Path, pages: Iterable[int], attachments: Attachments
) -> Iterator[Section]:
    """Yield the files attached to a document and to these pages of it, each once."""
    seen: set[bytes] = set()
    with open_document(path) as document:
        for name, content in _files(document, pages):
            if _SKIPPED.fullmatch(name):
                continue
            if content is None:
                yield from unread_attachment(name, "it is damaged or too large")
                continue
            digest = hashlib.sha256(content).digest()
            if digest not in seen:
                seen.add(digest)
                yield from attachments.read(name, content)


def _files(document: Any, pages: Iterable[int]) -> Iterator[tuple[str, bytes | None]]:
    for index in range(min(raw.FPDFDoc_GetAttachmentCount(document), _MAX_FILES)):
        if file := raw.FPDFDoc_GetAttachment(document, index):
            yield _name(file), _content(file)
    for number in pages:
        with corrupt_if_broken(), closing(document[number]) as page:
            yield from _files_on(page)


def _files_on(page: Any) -> Iterator[tuple[str, bytes | None]]:
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
        if annotation := raw.FPDFPage_GetAnnot(page, index):
            try:
                if file := raw.FPDFAnnot_GetFileAttachment(annotation):
                    yield _name(file), _content(file)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)


def _name(file: Any) -> str:
    # Viewers show the name alone.
    name = read_string(raw.FPDFAttachment_GetName, file).replace("\\", "/").rpartition("/")[2]
    return " ".join(name.split()) or _UNNAMED


def _content(file: Any) -> bytes | None:
    """Return the bytes of a file, or None if it has none or too many."""
    size = ctypes.c_ulong()
    if not raw.FPDFAttachment_GetFile(file, None, 0, size) or size.value > MAX_BYTES:
        return None
    buffer = ctypes.create_string_buffer(size.value)
    if not raw.FPDFAttachment_GetFile(file, buffer, size.value, size):
        return None
    return buffer.raw
