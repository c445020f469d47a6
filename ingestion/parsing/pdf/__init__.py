"""PDF by PDFium, page by page, in the reading order it finds; pictures of pages by OCR."""

from ingestion.parsing.pdf.reading import read_pdf

__all__ = ["read_pdf"]
