"""Read what lies over a page: form fields, remarks and links."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from pypdfium2 import raw

from ingestion.parsing.pdf.document import read_string
from ingestion.parsing.pdf.form_fields import field_line
from ingestion.parsing.pdf.links import Link, link_of

_MAX_ANNOTATIONS = 20_000  # of a page
_HIDDEN = 0x2 | 0x20  # the flags Hidden and NoView

# Remarks of readers. Pop-ups repeat the remark that they belong to.
_REMARKS = frozenset(
    {
        raw.FPDF_ANNOT_TEXT,
        raw.FPDF_ANNOT_FREETEXT,
        raw.FPDF_ANNOT_LINE,
        raw.FPDF_ANNOT_SQUARE,
        raw.FPDF_ANNOT_CIRCLE,
        raw.FPDF_ANNOT_POLYGON,
        raw.FPDF_ANNOT_POLYLINE,
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_UNDERLINE,
        raw.FPDF_ANNOT_SQUIGGLY,
        raw.FPDF_ANNOT_STRIKEOUT,
        raw.FPDF_ANNOT_STAMP,
        raw.FPDF_ANNOT_CARET,
        raw.FPDF_ANNOT_INK,
        raw.FPDF_ANNOT_FILEATTACHMENT,
        raw.FPDF_ANNOT_SOUND,
        raw.FPDF_ANNOT_REDACT,
    }
)
# Some programs repeat the marked words as the remark.
_MARKED_TEXT = frozenset(
    {
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_UNDERLINE,
        raw.FPDF_ANNOT_SQUIGGLY,
        raw.FPDF_ANNOT_STRIKEOUT,
    }
)
_TAG = re.compile(r"<[^<>]*>")
_JUNK = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufff9-\uffff]")


@dataclass
class Annotations:
    """The annotations of one page, in their order."""

    links: list[Link] = field(default_factory=list)
    has_files: bool = False
    _lines: list[str] = field(default_factory=list)
    _marks: list[str] = field(default_factory=list)  # remarks on marked text

    @classmethod
    def of(cls, page: Any) -> "Annotations":
        found = cls()
        for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
            if annotation := raw.FPDFPage_GetAnnot(page, index):
                try:
                    found._add(page, annotation)
                finally:
                    raw.FPDFPage_CloseAnnot(annotation)
        return found

    def _add(self, page: Any, annotation: Any) -> None:
        if raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            return
        subtype = raw.FPDFAnnot_GetSubtype(annotation)
        if subtype == raw.FPDF_ANNOT_LINK:
            if link := link_of(page.pdf, annotation):
                self.links.append(link)
            return
        self.has_files = self.has_files or subtype == raw.FPDF_ANNOT_FILEATTACHMENT
        line = ""
        if subtype == raw.FPDF_ANNOT_WIDGET:
            line = field_line(page.formenv, annotation)
        elif subtype in _REMARKS:
            line = _remark(annotation)
            if subtype in _MARKED_TEXT:
                self._marks.append(line)
        if line := _JUNK.sub("", line).strip():
            self._lines.append(line)

    def lines(self, text: str) -> str:
        """Return form fields and remarks, a line each, without those that repeat marked `text`."""
        lines = dict.fromkeys(self._lines)
        if self._marks:
            spaced = " ".join(text.split())
            for mark in self._marks:
                if " ".join(mark.split()) in spaced:
                    lines.pop(_JUNK.sub("", mark).strip(), None)
        return "\n".join(lines)


def _remark(annotation: Any) -> str:
    if text := read_string(raw.FPDFAnnot_GetStringValue, annotation, b"Contents"):
        return text
    rich = read_string(raw.FPDFAnnot_GetStringValue, annotation, b"RC")
    return html.unescape(_TAG.sub(" ", rich.replace("</p>", "\n"))).strip() if rich else ""
