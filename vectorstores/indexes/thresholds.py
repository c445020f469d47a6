"""From how many chunks on a store is searched by an index."""

from django.conf import settings

# INDEX_FROM_CHUNKS is calibrated for this many dimensions. An exact scan reads bytes, so vectors of
# twice the length are worth an index at half as many.
DIMENSIONS = 384


def index_min_rows(dimensions: int) -> int:
    """Return the chunks up to which all vectors are compared, and from which an index is built."""
    return max(1, settings.INDEX_FROM_CHUNKS * DIMENSIONS // dimensions)


def text_index_min_rows() -> int:
    """Return the same for the text index: one number, since its terms depend on no model."""
    return int(settings.INDEX_FROM_CHUNKS)
