"""Files embedded in Office documents: workbooks and charts on slides, documents behind icons.

The workbook behind a chart is not among them, since the chart has its values.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from zipfile import ZipFile

from ingestion.last_errors import CorruptFile
from ingestion.parsing.attachments import Attachments, unread_attachment
from ingestion.parsing.blocks.graph_charts import graph_lines
from ingestion.parsing.containers.ole_objects import embedded_file, holds_equation
from ingestion.parsing.containers.xml_parts import errors_as_corrupt
from ingestion.parsing.sections import Section, WarningCode, warn

KINDS = ("package", "oleObject")  # of relationships
MAX_BYTES = 150_000_000  # of one file, since it is held in memory


class EmbeddedFiles:
    """Reads the embedded files of one document since 2007, each once."""

    def __init__(self, archive: ZipFile, attachments: Attachments) -> None:
        self._archive = archive
        self._attachments = attachments
        self._read: set[str] = set()

    def read(
        self, part: str, page: int | None = None, heading: str | None = None
    ) -> Iterator[Section]:
        """Yield the sections of the file in a part, on this page of the document.

        A file that cannot be read costs itself, and is named.
        """
        if part in self._read:
            return
        self._read.add(part)
        name = posixpath.basename(part)
        if self._archive.getinfo(part).file_size > MAX_BYTES:
            yield from unread_attachment(name, f"it is larger than {MAX_BYTES // 10**6} MB")
            return
        try:
            with errors_as_corrupt():
                content = self._archive.read(part)
        except CorruptFile as error:
            yield from unread_attachment(name, str(error))
            return
        yield from object_sections(name, content, self._attachments, page, heading)


def object_sections(
    name: str,
    content: bytes,
    attachments: Attachments,
    page: int | None = None,
    heading: str | None = None,
) -> Iterator[Section]:
    """Yield the sections of an embedded file or OLE object, on this page of its document.

    A chart stands under `heading`, a file under its own name.
    """
    try:
        if holds_equation(content):
            yield warn(WarningCode.PARTS_NOT_READ, "Equations of Office before 2007 were not read")
            return
        if (lines := graph_lines(content)) is not None:
            yield Section("\n".join(lines), page, heading)
            return
        found = embedded_file(name, content)
    except CorruptFile as error:
        yield from unread_attachment(name, str(error))
        return
    if found is not None:
        for section in attachments.read(*found):
            yield section if section.warning else replace(section, page=page)
