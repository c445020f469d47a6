"""The words of a text as numbers: what a chunk is found by, and how much each counts in it.

`ids` are ascending and unique, at least 0 and less than DIMENSIONS; two words may share one.
"""

from vectorstores.bm25.documents import Terms, document_terms
from vectorstores.bm25.questions import query_terms
from vectorstores.bm25.weights import K1
from vectorstores.bm25.words import DIMENSIONS

# To be raised when the same text would give other terms or weights: all chunks are given theirs
# anew then. The index store_file_terms_to_make names it too, so that takes a migration.
VERSION = 1

__all__ = ["DIMENSIONS", "K1", "VERSION", "Terms", "document_terms", "query_terms"]
