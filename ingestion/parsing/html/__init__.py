"""Web pages."""

from ingestion.parsing.html.reading import html_sections, html_text, read_html

__all__ = ["html_sections", "html_text", "read_html"]
