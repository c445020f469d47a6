"""Word, PowerPoint, Excel, their open counterparts and RTF."""

from ingestion.parsing.office.doc import read_doc
from ingestion.parsing.office.docx import read_docx
from ingestion.parsing.office.odp import read_odp
from ingestion.parsing.office.odt import read_odt
from ingestion.parsing.office.ppt import read_ppt
from ingestion.parsing.office.pptx import read_pptx
from ingestion.parsing.office.rtf import read_rtf
from ingestion.parsing.office.sheets import read_sheets

__all__ = [
    "read_doc",
    "read_docx",
    "read_odp",
    "read_odt",
    "read_ppt",
    "read_pptx",
    "read_rtf",
    "read_sheets",
]
