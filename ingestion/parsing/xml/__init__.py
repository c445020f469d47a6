"""XML of any kind."""

from ingestion.parsing.xml.reading import read_xml

__all__ = ["read_xml"]
