"""How much memory a build may take, from what it will hold."""

from django.conf import settings

from vectorstores.indexes.definitions import M
from vectorstores.models import IndexKind

LEAST = 64 * 1024**2
BYTES_PER_DIMENSION = 2  # halfvec
# pgvector keeps 16 bytes for each neighbour, 2 * M of them in the lowest layer, and about this
# much more. Measured at M 16 and 384 dimensions: 1,548 bytes a vector.
NEIGHBOUR, ELEMENT = 16, 250
RESERVE = 1.25  # rows go on being written
BYTES_OF_TERMS = 1_000  # of a chunk: some 190 terms, five bytes a posting


def build_memory(kind: IndexKind, *, rows: int, dimensions: int) -> int:
    """Bytes that a build of so many rows needs, as far as the settings allow.

    A graph that has outgrown it is finished on disk, several times as slowly.
    """
    row = BYTES_OF_TERMS
    if kind == IndexKind.VECTOR:
        row = dimensions * BYTES_PER_DIMENSION + 2 * M * NEIGHBOUR + ELEMENT
    needed = max(LEAST, int(rows * row * RESERVE))
    return min(needed, int(settings.INDEX_BUILD_MEMORY))
