"""Tables in plain text."""

from ingestion.parsing.csv.reading import read_csv

__all__ = ["read_csv"]
