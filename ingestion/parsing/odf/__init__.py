"""OpenDocument: texts (odt) and slides (odp). Its spreadsheets (ods) are in `sheets`."""

from ingestion.parsing.odf.slides import read_odp
from ingestion.parsing.odf.text import read_odt

__all__ = ["read_odp", "read_odt"]
