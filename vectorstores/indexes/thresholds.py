"""From how many chunks on a store is searched by an index."""

from django.conf import settings

# Of which the setting speaks. An exact scan reads bytes, so vectors of twice the length are
# worth an index at half as many.
DIMENSIONS = 384


def exact_rows(dimensions: int) -> int:
    """Chunks up to which all vectors are compared."""
    return max(1, settings.INDEX_FROM_CHUNKS * DIMENSIONS // dimensions)


def exact_text_rows() -> int:
    """Chunks up to which the terms of all are scored, whatever model embeds them."""
    return int(settings.INDEX_FROM_CHUNKS)
