"""Files embedded in Office documents since 2007: workbooks on slides, documents behind icons.

The workbook behind a chart is not among them, since the chart has its values.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from zipfile import ZipFile

from ingestion.last_errors import CorruptFile
from ingestion.parsing.attachments import Attachments, unread_attachment
from ingestion.parsing.containers.ole_objects import embedded_file, holds_equation
from ingestion.parsing.containers.xml_parts import errors_as_corrupt
from ingestion.parsing.sections import Section, WarningCode, warn

KINDS = ("package", "oleObject")  # of relationships
MAX_BYTES = 150_000_000  # of one file, since it is held in memory


class EmbeddedFiles:
    """Reads the embedded files of one document, each once."""

    def __init__(self, archive: ZipFile, attachments: Attachments) -> None:
        self._archive = archive
        self._attachments = attachments
        self._read: set[str] = set()

    def read(self, part: str, page: int | None = None) -> Iterator[Section]:
        """Yield the sections of the file in a part, on the page `page` of the document.

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
            is_equation = holds_equation(content)
            found = None if is_equation else embedded_file(name, content)
        except CorruptFile as error:
            yield from unread_attachment(name, str(error))
            return
        if is_equation:
            yield warn(WarningCode.PARTS_NOT_READ, "Equations of Office before 2007 were not read")
        if found is not None:
            for section in self._attachments.read(*found):
                yield section if section.warning else replace(section, page=page)
